//! The lines that Lambda itself writes about an invocation, in text and in JSON format.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{behaviour::runtime_style::RuntimeStyle, named::named};
use edactl_functions::log::{LogFormat, time};

/// The functions' memory (`MemorySize`), in MB.
pub const MEMORY_MB: u32 = 128;

named! {
    /// Which of its own lines Lambda writes (`SystemLogLevel`).
    pub enum SystemLogLevel: "system log level" {
        Debug = "debug", "every platform event";
        #[default]
        Info = "info", "start and report of each invocation";
        Warn = "warn", "failures only";
    }
}

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
        /// Whether the runtime writes it to the log; a custom one may not.
        is_written: bool,
    },
    /// It ran into the function's timeout.
    TimedOut(Duration),
}

impl Failure {
    /// `errorType`, as Lambda tells it.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Raised { kind, .. } => kind,
            Self::TimedOut(_) => "Sandbox.Timedout",
        }
    }

    /// `errorMessage`, as Lambda tells it.
    pub(crate) fn message(&self, request_id: &str) -> String {
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
    /// Whether a timeout is told by the report alone.
    pub report_alone: bool,
}

/// How Lambda and the runtime write here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Writing {
    /// The log format.
    pub format: LogFormat,
    /// Which lines Lambda writes.
    pub level: SystemLogLevel,
    /// Whose words the runtime uses.
    pub style: RuntimeStyle,
}

/// The lines at the end of an invocation.
#[derive(Debug, Default, PartialEq)]
pub struct LastLines {
    /// Those before the report.
    pub first: Vec<String>,
    /// The report, if there is one.
    pub report: Option<String>,
}

/// The line of a new execution environment, if the level lets it be written.
pub(crate) fn init_start(writing: Writing, at: Timestamp) -> Option<String> {
    match writing.format {
        LogFormat::Text => Some(format!("INIT_START Runtime Version: {RUNTIME}\n")),
        LogFormat::Json if writing.level == SystemLogLevel::Warn => None,
        LogFormat::Json => Some(event(
            "platform.initStart",
            at,
            &json!({
                "initializationType": "on-demand", "phase": "init", "runtimeVersion": RUNTIME,
            }),
        )),
    }
}

/// The line at the start of an invocation, if the level lets it be written.
pub(crate) fn start(writing: Writing, at: Timestamp, request_id: &str) -> Option<String> {
    match writing.format {
        LogFormat::Text => Some(format!("START RequestId: {request_id} Version: $LATEST\n")),
        LogFormat::Json if writing.level == SystemLogLevel::Warn => None,
        LogFormat::Json => Some(event(
            "platform.start",
            at,
            &json!({ "requestId": request_id, "version": "$LATEST" }),
        )),
    }
}

/// The lines at the end of an invocation.
pub(crate) fn end(writing: Writing, at: Timestamp, ended: &Ended<'_>) -> LastLines {
    let mut lines = LastLines::default();
    if let Some(Failure::Raised {
        kind,
        message,
        is_written: true,
    }) = ended.failure
    {
        let (style, format) = (writing.style, writing.format);
        let thrown = style.thrown(kind, message, format, at, ended.request_id);
        lines
            .first
            .extend(thrown.into_iter().map(|line| line + "\n"));
    }
    match writing.format {
        LogFormat::Text => end_as_text(at, ended, &mut lines),
        LogFormat::Json => end_as_json(writing.level, at, ended, &mut lines),
    }
    lines
}

fn end_as_text(at: Timestamp, ended: &Ended<'_>, lines: &mut LastLines) {
    let id = ended.request_id;
    if let Some(Failure::TimedOut(after)) = ended.failure
        && !ended.report_alone
    {
        let line = format!("{} {id} {}\n\n", time(at), timed_out(*after));
        lines.first.push(line);
    }
    lines.first.push(format!("END RequestId: {id}\n"));
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
    // An error that the handler threw has no status in this format.
    if let Some(Failure::TimedOut(_)) = ended.failure {
        report += "Status: timeout";
    }
    lines.report = Some(report + "\n");
}

fn end_as_json(level: SystemLogLevel, at: Timestamp, ended: &Ended<'_>, lines: &mut LastLines) {
    let id = ended.request_id;
    let status = match ended.failure {
        Some(Failure::Raised { .. }) => "error",
        Some(Failure::TimedOut(_)) => "timeout",
        None => "success",
    };
    let is_failure = ended.failure.is_some();
    let took = milliseconds(ended.took);
    if (is_failure && !ended.report_alone) || level == SystemLogLevel::Debug {
        let done = json!({ "requestId": id, "status": status, "metrics": { "durationMs": took } });
        lines.first.push(event("platform.runtimeDone", at, &done));
    }
    if !is_failure && level == SystemLogLevel::Warn {
        return;
    }
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
    lines.report = Some(event("platform.report", at, &report));
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

    fn lines(writing: Writing, failure: Option<&Failure>, report_alone: bool) -> LastLines {
        let ended = Ended {
            request_id: "r-1",
            took: Duration::from_micros(12_345),
            is_cold: failure.is_some(),
            failure,
            report_alone,
        };
        end(writing, noon(), &ended)
    }

    fn raised(is_written: bool) -> Failure {
        Failure::Raised {
            kind: "E".into(),
            message: "boom".into(),
            is_written,
        }
    }

    const LATE: Failure = Failure::TimedOut(Duration::from_secs(1));

    #[test]
    fn text_is_written_as_lambda_does() {
        let text = Writing::default();
        assert_eq!(
            start(text, noon(), "r-1").unwrap(),
            "START RequestId: r-1 Version: $LATEST\n"
        );
        let report = "REPORT RequestId: r-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\t\
                      Memory Size: 128 MB\tMax Memory Used: 1 MB\t";
        let ended = lines(text, None, false);
        assert_eq!(ended.first, ["END RequestId: r-1\n"]);
        assert_eq!(ended.report.unwrap(), format!("{report}\n"));
        let ended = lines(text, Some(&raised(true)), false);
        assert!(ended.first[0].starts_with("[ERROR] E: boom\nTraceback"));
        // What a handler throws leaves no status in the report.
        assert_eq!(
            ended.report.unwrap(),
            format!("{report}Init Duration: 1.00 ms\t\n")
        );
        let silent = lines(text, Some(&raised(false)), false);
        assert_eq!(silent.first, ["END RequestId: r-1\n"]);
        let ended = lines(text, Some(&LATE), false);
        assert_eq!(
            ended.first[0],
            "2026-11-24T12:00:00.250Z r-1 Task timed out after 1.00 seconds\n\n"
        );
        assert!(ended.report.unwrap().ends_with("Status: timeout\n"));
        let alone = lines(text, Some(&LATE), true);
        assert_eq!(alone.first, ["END RequestId: r-1\n"]);
        assert_eq!(
            LATE.message("r-1"),
            "RequestId: r-1 Error: Task timed out after 1.00 seconds"
        );
    }

    #[test]
    fn json_is_one_platform_event_a_line() {
        let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
        let json = Writing {
            format: LogFormat::Json,
            ..Writing::default()
        };
        let ended = lines(json, Some(&LATE), false);
        assert_eq!(read(&ended.first[0])["type"], "platform.runtimeDone");
        let report = read(&ended.report.unwrap());
        assert_eq!(report["type"], "platform.report");
        assert_eq!(report["time"], "2026-11-24T12:00:00.250Z");
        let record = &report["record"];
        assert_eq!(record["requestId"], "r-1");
        assert_eq!(record["status"], "timeout");
        assert_eq!(record["errorType"], "Sandbox.Timedout");
        assert_eq!(record["metrics"]["billedDurationMs"], 13.0);
        assert_eq!(record["metrics"]["initDurationMs"], 1.0);
        let started = read(&start(json, noon(), "r-1").unwrap());
        assert_eq!(started["record"]["version"], "$LATEST");
        let begun = read(&init_start(json, noon()).unwrap());
        assert_eq!(begun["type"], "platform.initStart");
    }

    #[test]
    fn the_level_decides_which_platform_events_are_written() {
        let writing = |level| Writing {
            format: LogFormat::Json,
            level,
            ..Writing::default()
        };
        let count = |level, failure: Option<&Failure>| {
            let ended = lines(writing(level), failure, false);
            (ended.first.len(), ended.report.is_some())
        };
        assert_eq!(count(SystemLogLevel::Debug, None), (1, true));
        assert_eq!(count(SystemLogLevel::Info, None), (0, true));
        assert_eq!(count(SystemLogLevel::Warn, None), (0, false));
        assert_eq!(count(SystemLogLevel::Warn, Some(&LATE)), (1, true));
        assert_eq!(start(writing(SystemLogLevel::Warn), noon(), "r"), None);
        assert_eq!(init_start(writing(SystemLogLevel::Warn), noon()), None);
    }
}
