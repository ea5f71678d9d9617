//! Execution environments: each has a log stream of its own and runs one invocation at a time;
//! an idle one is used again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{MEMORY_MB, log_group};
use crate::{
    functions::log::{Log, LogFormat, Record, time},
    local::logs::LogStore,
};

/// What a cold start of these functions takes; they are part of this process.
const INIT: Duration = Duration::from_millis(1);

/// All execution environments.
#[derive(Debug)]
pub struct Environments {
    logs: Arc<LogStore>,
    pools: Mutex<HashMap<&'static str, Pool>>,
}

#[derive(Debug, Default)]
struct Pool {
    /// The streams of idle environments; the last one used is used next, as Lambda does it.
    idle: Vec<String>,
    busy: usize,
}

impl Environments {
    /// No environment yet.
    #[must_use]
    pub fn new(logs: Arc<LogStore>) -> Self {
        Self {
            logs,
            pools: Mutex::default(),
        }
    }

    fn pools(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Pool>> {
        self.pools
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// Begins an invocation in an idle environment, or in a new one.
    pub fn begin(&self, function: &'static str, format: LogFormat) -> Invocation<'_> {
        let idle = {
            let mut pools = self.pools();
            let pool = pools.entry(function).or_default();
            pool.busy += 1;
            pool.idle.pop()
        };
        let cold = idle.is_none();
        let stream = idle.unwrap_or_else(new_stream);
        let request_id = uuid::Uuid::new_v4().to_string();
        let invocation = Invocation {
            environments: self,
            function,
            stream,
            request_id,
            format,
            cold,
            lines: Mutex::default(),
        };
        if cold {
            invocation.write(match format {
                LogFormat::Text => "INIT_START Runtime Version: edactl:embedded\n".to_owned(),
                LogFormat::Json => platform("platform.initStart", &json!({ "initializationType": "on-demand", "phase": "init", "runtimeVersion": "edactl:embedded" }),
                ),
            });
        }
        let id = &invocation.request_id;
        invocation.write(match format {
            LogFormat::Text => format!("START RequestId: {id} Version: $LATEST\n"),
            LogFormat::Json => platform(
                "platform.start",
                &json!({ "requestId": id, "version": "$LATEST" }),
            ),
        });
        invocation
    }
}

/// `2026/11/24/[$LATEST]<32 hexadecimal digits>`, as Lambda names streams.
fn new_stream() -> String {
    let day = Timestamp::now()
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y/%m/%d")
        .to_string();
    format!("{day}/[$LATEST]{}", uuid::Uuid::new_v4().simple())
}

/// One invocation under way.
#[derive(Debug)]
pub struct Invocation<'a> {
    environments: &'a Environments,
    function: &'static str,
    stream: String,
    request_id: String,
    format: LogFormat,
    cold: bool,
    lines: Mutex<Vec<(Timestamp, String)>>,
}

impl Invocation<'_> {
    /// The function that runs.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.function
    }

    /// The invocation's request id.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    fn write(&self, line: String) {
        let now = Timestamp::now();
        self.lines
            .lock()
            .expect("nothing panics while it holds the lock")
            .push((now, line));
    }

    /// Ends the invocation: its last lines, and all of them to its stream. Says how many
    /// environments of the function were busy, this one included, and the log as text.
    pub fn end(self, took: Duration, error: Option<&(String, String)>) -> (usize, String) {
        self.write_end(took, error);
        let lines = std::mem::take(
            &mut *self
                .lines
                .lock()
                .expect("nothing panics while it holds the lock"),
        );
        let log: String = lines.iter().map(|(_, line)| line.as_str()).collect();
        self.environments
            .logs
            .write(&log_group(self.function), &self.stream, lines);
        let mut pools = self.environments.pools();
        let pool = pools.entry(self.function).or_default();
        let busy = pool.busy;
        pool.busy -= 1;
        pool.idle.push(self.stream);
        (busy, log)
    }

    fn write_end(&self, took: Duration, error: Option<&(String, String)>) {
        let id = &self.request_id;
        let millis = took.as_secs_f64() * 1_000.0;
        let billed = millis.ceil();
        let timed_out = error
            .as_ref()
            .is_some_and(|(kind, _)| kind == "Sandbox.Timedout");
        match self.format {
            LogFormat::Text => {
                match error {
                    Some((_, text)) if timed_out => {
                        self.write(format!("{} {id} {text}\n\n", time(Timestamp::now())));
                    }
                    Some((kind, text)) => self.write(format!("[ERROR] {kind}: {text}\n")),
                    None => {}
                }
                self.write(format!("END RequestId: {id}\n"));
                let mut report = format!(
                    "REPORT RequestId: {id}\tDuration: {millis:.2} ms\tBilled Duration: {billed} ms\t\
                     Memory Size: {MEMORY_MB} MB\tMax Memory Used: 1 MB\t"
                );
                if self.cold {
                    report.push_str(&format!(
                        "Init Duration: {:.2} ms\t",
                        INIT.as_secs_f64() * 1_000.0
                    ));
                }
                if timed_out {
                    report.push_str("Status: timeout");
                } else if let Some((kind, _)) = error {
                    report.push_str(&format!("Status: error\tError Type: {kind}"));
                }
                self.write(report + "\n");
            }
            LogFormat::Json => {
                if let Some((kind, text)) = error.filter(|_| !timed_out) {
                    let line = json!({
                        "timestamp": time(Timestamp::now()), "level": "ERROR", "requestId": id,
                        "errorType": kind, "errorMessage": text, "stackTrace": [],
                    });
                    self.write(line.to_string() + "\n");
                }
                let status = match error {
                    Some(_) if timed_out => "timeout",
                    Some(_) => "error",
                    None => "success",
                };
                let done = json!({ "requestId": id, "status": status, "metrics": { "durationMs": millis } });
                self.write(platform("platform.runtimeDone", &done));
                let mut metrics = json!({
                    "durationMs": millis, "billedDurationMs": billed,
                    "memorySizeMB": MEMORY_MB, "maxMemoryUsedMB": 1,
                });
                if self.cold {
                    metrics["initDurationMs"] = json!(INIT.as_secs_f64() * 1_000.0);
                }
                let mut report = json!({ "requestId": id, "status": status, "metrics": metrics });
                if let Some((kind, _)) = error {
                    report["errorType"] = json!(kind);
                }
                self.write(platform("platform.report", &report));
            }
        }
    }
}

/// A line of the platform in JSON format.
fn platform(kind: &str, record: &Value) -> String {
    let now = time(Timestamp::now());
    json!({ "time": now, "type": kind, "record": record }).to_string() + "\n"
}

impl Log for Invocation<'_> {
    fn record(&self, record: Record) {
        self.write(record.render(self.format, Timestamp::now(), &self.request_id) + "\n");
    }
}
