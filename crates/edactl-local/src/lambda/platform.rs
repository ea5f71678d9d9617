//! The lines that Lambda itself writes about an invocation, in text and in JSON format.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::lambda::MEMORY_MB;
use edactl_functions::log::{LogFormat, time};

/// What a cold start of these functions takes; they are part of this process.
const INIT: Duration = Duration::from_millis(1);
/// The runtime's version, as `INIT_START` tells it.
const RUNTIME: &str = "edactl:embedded";

/// How a failed invocation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function raised an error.
    Raised {
        /// Its type.
        kind: String,
        /// Its message.
        message: String,
    },
    /// It ran into the function's timeout.
    TimedOut(Duration),
}

impl Failure {
    /// `errorType`, as Lambda tells it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Raised { kind, .. } => kind,
            Self::TimedOut(_) => "Sandbox.Timedout",
        }
    }

    /// `errorMessage`, as Lambda tells it.
    pub fn message(&self, request_id: &str) -> String {
        match self {
            Self::Raised { message, .. } => message.clone(),
            Self::TimedOut(after) => {
                format!("RequestId: {request_id} Error: {}", timed_out(*after))
            }
        }
    }
}

fn timed_out(after: Duration) -> String {
    format!("Task timed out after {:.2} seconds", after.as_secs_f64())
}

/// An invocation that has ended.
#[derive(Debug)]
pub struct Ended<'a> {
    /// Its request id.
    pub request_id: &'a str,
    /// How long the function ran.
    pub took: Duration,
    /// Whether its execution environment was new.
    pub is_cold: bool,
    /// How it failed, if it did.
    pub failure: Option<&'a Failure>,
}

/// The line of a new execution environment.
pub fn init_start(format: LogFormat, at: Timestamp) -> String {
    match format {
        LogFormat::Text => format!("INIT_START Runtime Version: {RUNTIME}\n"),
        LogFormat::Json => event(
            "platform.initStart",
            at,
            &json!({
                "initializationType": "on-demand", "phase": "init", "runtimeVersion": RUNTIME,
            }),
        ),
    }
}

/// The line at the start of an invocation.
pub fn start(format: LogFormat, at: Timestamp, request_id: &str) -> String {
    match format {
        LogFormat::Text => format!("START RequestId: {request_id} Version: $LATEST\n"),
        LogFormat::Json => event(
            "platform.start",
            at,
            &json!({ "requestId": request_id, "version": "$LATEST" }),
        ),
    }
}

/// The lines at the end of an invocation.
pub fn end(format: LogFormat, at: Timestamp, ended: &Ended<'_>) -> Vec<String> {
    match format {
        LogFormat::Text => end_as_text(at, ended),
        LogFormat::Json => end_as_json(at, ended),
    }
}

fn end_as_text(at: Timestamp, ended: &Ended<'_>) -> Vec<String> {
    let id = ended.request_id;
    let mut lines = Vec::new();
    match ended.failure {
        Some(Failure::Raised { kind, message }) => {
            lines.push(format!("[ERROR] {kind}: {message}\n"));
        }
        Some(Failure::TimedOut(after)) => {
            lines.push(format!("{} {id} {}\n\n", time(at), timed_out(*after)));
        }
        None => {}
    }
    lines.push(format!("END RequestId: {id}\n"));
    let took = milliseconds(ended.took);
    let mut report = format!(
        "REPORT RequestId: {id}\tDuration: {took:.2} ms\tBilled Duration: {} ms\t\
         Memory Size: {MEMORY_MB} MB\tMax Memory Used: 1 MB\t",
        took.ceil()
    );
    // Writing to a string cannot fail.
    if ended.is_cold {
        let _ = write!(report, "Init Duration: {:.2} ms\t", milliseconds(INIT));
    }
    let _ = match ended.failure {
        Some(Failure::Raised { kind, .. }) => {
            write!(report, "Status: error\tError Type: {kind}")
        }
        Some(Failure::TimedOut(_)) => write!(report, "Status: timeout"),
        None => Ok(()),
    };
    lines.push(report + "\n");
    lines
}

fn end_as_json(at: Timestamp, ended: &Ended<'_>) -> Vec<String> {
    let id = ended.request_id;
    let mut lines = Vec::new();
    let status = match ended.failure {
        Some(Failure::Raised { kind, message }) => {
            let line = json!({
                "timestamp": time(at), "level": "ERROR", "requestId": id,
                "errorType": kind, "errorMessage": message, "stackTrace": [],
            });
            lines.push(line.to_string() + "\n");
            "error"
        }
        Some(Failure::TimedOut(_)) => "timeout",
        None => "success",
    };
    let took = milliseconds(ended.took);
    let done = json!({ "requestId": id, "status": status, "metrics": { "durationMs": took } });
    lines.push(event("platform.runtimeDone", at, &done));
    let mut metrics = json!({
        "durationMs": took, "billedDurationMs": took.ceil(),
        "memorySizeMB": MEMORY_MB, "maxMemoryUsedMB": 1,
    });
    if ended.is_cold {
        metrics["initDurationMs"] = json!(milliseconds(INIT));
    }
    let mut report = json!({ "requestId": id, "status": status, "metrics": metrics });
    if let Some(failure) = ended.failure {
        report["errorType"] = json!(failure.kind());
    }
    lines.push(event("platform.report", at, &report));
    lines
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

fn event(kind: &str, at: Timestamp, record: &Value) -> String {
    json!({ "time": time(at), "type": kind, "record": record }).to_string() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-24T12:00:00.25Z".parse().unwrap()
    }

    fn lines(format: LogFormat, is_cold: bool, failure: Option<&Failure>) -> String {
        let ended = Ended {
            request_id: "r-1",
            took: Duration::from_micros(12_345),
            is_cold,
            failure,
        };
        end(format, noon(), &ended).concat()
    }

    #[test]
    fn text_is_written_as_lambda_does() {
        assert_eq!(
            start(LogFormat::Text, noon(), "r-1"),
            "START RequestId: r-1 Version: $LATEST\n"
        );
        let report = "REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\t\
                      Memory Size: 128 MB\tMax Memory Used: 1 MB\t";
        assert_eq!(
            lines(LogFormat::Text, false, None),
            format!("END RequestId: r-1\n{report}\n")
        );
        let raised = Failure::Raised {
            kind: "E".into(),
            message: "boom".into(),
        };
        assert_eq!(
            lines(LogFormat::Text, true, Some(&raised)),
            format!(
                "[ERROR] E: boom\nEND RequestId: r-1\n{report}Init Duration: 1.00 ms\t\
                 Status: error\tError Type: E\n"
            )
        );
        let late = Failure::TimedOut(Duration::from_secs(1));
        assert_eq!(
            lines(LogFormat::Text, false, Some(&late)),
            format!(
                "2026-11-24T12:00:00.250Z r-1 Task timed out after 1.00 seconds\n\n\
                 END RequestId: r-1\n{report}Status: timeout\n"
            )
        );
        assert_eq!(
            late.message("r-1"),
            "RequestId: r-1 Error: Task timed out after 1.00 seconds"
        );
    }

    #[test]
    fn json_is_one_platform_event_a_line() {
        let read = |text: &str| -> Vec<Value> {
            text.lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect()
        };
        let late = Failure::TimedOut(Duration::from_secs(1));
        let events = read(&lines(LogFormat::Json, true, Some(&late)));
        assert_eq!(events[0]["type"], "platform.runtimeDone");
        assert_eq!(events[1]["type"], "platform.report");
        assert_eq!(events[1]["time"], "2026-11-24T12:00:00.250Z");
        let record = &events[1]["record"];
        assert_eq!(record["requestId"], "r-1");
        assert_eq!(record["status"], "timeout");
        assert_eq!(record["errorType"], "Sandbox.Timedout");
        assert_eq!(record["metrics"]["billedDurationMs"], 13.0);
        assert_eq!(record["metrics"]["initDurationMs"], 1.0);
        let started = read(&start(LogFormat::Json, noon(), "r-1"));
        assert_eq!(started[0]["record"]["version"], "$LATEST");
        let begun = read(&init_start(LogFormat::Json, noon()));
        assert_eq!(begun[0]["type"], "platform.initStart");
    }
}
