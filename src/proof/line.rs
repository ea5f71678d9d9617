//! What one log event of a Lambda function says about itself: which invocation, which level,
//! platform line or the application's own. Text and JSON format, never requiring either.

use std::borrow::Cow;

use serde_json::Value;

/// How serious a line says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Finer than debug.
    Trace,
    /// Debug.
    Debug,
    /// Info.
    Info,
    /// Warning.
    Warn,
    /// Error, critical and fatal.
    Error,
}

impl Level {
    /// Reads a level's name as loggers write it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        const NAMES: [(&str, Level); 8] = [
            ("TRACE", Level::Trace),
            ("DEBUG", Level::Debug),
            ("INFO", Level::Info),
            ("WARN", Level::Warn),
            ("WARNING", Level::Warn),
            ("ERROR", Level::Error),
            ("CRITICAL", Level::Error),
            ("FATAL", Level::Error),
        ];
        NAMES
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, level)| level)
    }
}

/// What kind of line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `START`, `platform.start`: an invocation begins.
    Start,
    /// `END`, or `platform.runtimeDone`: the function's code is done.
    End,
    /// `REPORT`, `platform.report`: the invocation is over. Holds its failure, if it had one.
    Report(Option<String>),
    /// Other words of the platform: `INIT_START`, `platform.initStart`, extensions, …
    Platform,
    /// The runtime tells that the whole invocation failed: an exception nobody caught, a timeout.
    Failure(String),
    /// The application's own line.
    Application,
}

/// A line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The invocation's request id, where the line carries it.
    pub request_id: Option<&'a str>,
    /// The level, where the line carries one.
    pub level: Option<Level>,
    /// What kind of line it is.
    pub kind: Kind,
    /// The application's message without the runtime's prefix, or out of the logger's JSON; the
    /// whole line otherwise.
    pub message: Cow<'a, str>,
}

/// The length of a request id: a UUID as text.
const UUID_LENGTH: usize = 36;

/// Whether the text is a UUID, as request ids and SQS message ids are.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == UUID_LENGTH
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Reads a log event's text.
#[must_use]
pub fn read(text: &str) -> Line<'_> {
    let text = text.trim_end();
    if text.starts_with('{')
        && let Some(line) = read_json(text)
    {
        return line;
    }
    read_platform(text)
        .or_else(|| read_tabs(text))
        .unwrap_or_else(|| read_plain(text))
}

/// `START RequestId: … Version: …`, `END RequestId: …`, `REPORT RequestId: …\tDuration: …`.
fn read_platform(text: &str) -> Option<Line<'_>> {
    let (word, rest) = text.split_once(' ')?;
    let kind = match word {
        "START" => Kind::Start,
        "END" => Kind::End,
        "REPORT" => Kind::Report(report_failure(text)),
        "INIT_START" | "INIT_REPORT" | "EXTENSION" | "TELEMETRY" | "RESTORE_START"
        | "RESTORE_REPORT" => Kind::Platform,
        _ => return None,
    };
    let request_id = request_id_after(rest);
    if request_id.is_none() && kind != Kind::Platform {
        return None;
    }
    Some(Line {
        request_id,
        level: None,
        kind,
        message: Cow::Borrowed(text),
    })
}

fn request_id_after(text: &str) -> Option<&str> {
    text.split_once("RequestId: ")
        .and_then(|(_, rest)| rest.get(..UUID_LENGTH))
        .filter(|id| is_uuid(id))
}

/// `…\tStatus: timeout` or `…\tStatus: error\tError Type: Runtime.ExitError`.
fn report_failure(text: &str) -> Option<String> {
    let field = |name: &str| {
        text.split('\t')
            .find_map(|part| part.trim().strip_prefix(name))
            .map(str::trim)
    };
    let status = field("Status:").filter(|status| *status != "success")?;
    Some(field("Error Type:").unwrap_or(status).to_owned())
}

/// `[LEVEL]\t<time>\t<request id>\t<message>` (Python) and `<time>\t<request id>\tLEVEL\t<message>`
/// (Node).
fn read_tabs(text: &str) -> Option<Line<'_>> {
    let mut parts = text.splitn(4, '\t');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let message = parts.next().unwrap_or_default();
    if let Some(level) = first
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        let request_id = Some(third).filter(|id| is_uuid(id));
        let message = if request_id.is_some() { message } else { text };
        return Some(Line {
            request_id,
            level: Level::parse(level),
            kind: Kind::Application,
            message: Cow::Borrowed(message),
        });
    }
    if is_uuid(second) {
        let level = Level::parse(third);
        let kind = match message.strip_prefix("Invoke Error") {
            Some(error) => Kind::Failure(node_error(error.trim())),
            None => Kind::Application,
        };
        return Some(Line {
            request_id: Some(second),
            level,
            kind,
            message: Cow::Borrowed(message),
        });
    }
    None
}

fn node_error(json: &str) -> String {
    let error: Value = serde_json::from_str(json).unwrap_or_default();
    let field = |name: &str| error.get(name).and_then(Value::as_str);
    match (field("errorType"), field("errorMessage")) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => first_line(json).to_owned(),
    }
}

/// `<time> <request id> Task timed out after 3.00 seconds`, `[ERROR] ValueError: …\nTraceback …`,
/// `RequestId: … Error: Runtime exited …`, and lines with no form at all.
fn read_plain(text: &str) -> Line<'_> {
    if let Some((before, after)) = text.split_once(" Task timed out after ") {
        let request_id = before.rsplit(' ').next().filter(|id| is_uuid(id));
        let seconds = first_line(after);
        return Line {
            request_id,
            level: Some(Level::Error),
            kind: Kind::Failure(format!("Task timed out after {seconds}")),
            message: Cow::Borrowed(text),
        };
    }
    if let Some(rest) = text.strip_prefix("RequestId: ")
        && let Some(id) = rest.get(..UUID_LENGTH).filter(|id| is_uuid(id))
        && let Some(error) = rest[UUID_LENGTH..].trim_start().strip_prefix("Error: ")
    {
        return Line {
            request_id: Some(id),
            level: Some(Level::Error),
            kind: Kind::Failure(first_line(error).to_owned()),
            message: Cow::Borrowed(text),
        };
    }
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let level = bracketed.and_then(|(name, _)| Level::parse(name));
    match bracketed {
        // The Python runtime tells an exception that nobody caught in one event, unlike loggers.
        Some(("ERROR", error)) if text.contains("\nTraceback ") || is_exception(error) => Line {
            request_id: None,
            level,
            kind: Kind::Failure(first_line(error.trim_start()).to_owned()),
            message: Cow::Borrowed(text),
        },
        _ => Line {
            request_id: None,
            level,
            kind: Kind::Application,
            message: Cow::Borrowed(text),
        },
    }
}

/// ` RuntimeError: boom`: a bare type name, a colon, a message.
fn is_exception(error: &str) -> bool {
    error.trim_start().split_once(':').is_some_and(|(name, _)| {
        (name.ends_with("Error") || name.ends_with("Exception"))
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

/// Lambda's JSON format and structured loggers. Ids are found again in the text, so that the line
/// can borrow from it.
fn read_json(text: &str) -> Option<Line<'_>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let borrow = |found: &str| text.find(found).map(|at| &text[at..at + found.len()]);
    let string = |value: &Value| value.as_str().map(str::to_owned);
    let request_id = [
        "requestId",
        "AWSRequestId",
        "request_id",
        "awsRequestId",
        "function_request_id",
    ]
    .iter()
    .find_map(|field| value.get(field).or_else(|| value.get("record")?.get(field)))
    .and_then(string)
    .filter(|id| is_uuid(id));
    let request_id = request_id.as_deref().and_then(borrow);
    let platform = value
        .get("type")
        .and_then(Value::as_str)
        .filter(|_| value.get("record").is_some());
    let kind = match platform {
        Some("platform.start") => Kind::Start,
        Some("platform.runtimeDone") => match status_failure(&value) {
            Some(error) => Kind::Failure(error),
            None => Kind::End,
        },
        Some("platform.report") => Kind::Report(status_failure(&value)),
        Some(other) if other.starts_with("platform.") => Kind::Platform,
        _ => application_kind(&value),
    };
    let level = ["level", "levelname", "severity", "log_level"]
        .iter()
        .find_map(|field| value.get(field).and_then(Value::as_str))
        .and_then(Level::parse);
    let message = match value.get("message").or_else(|| value.get("msg")) {
        Some(Value::String(message)) if platform.is_none() => Cow::Owned(message.clone()),
        _ => Cow::Borrowed(text),
    };
    Some(Line {
        request_id,
        level,
        kind,
        message,
    })
}

/// `record.status`: `success`, `failure`, `error` or `timeout`.
fn status_failure(value: &Value) -> Option<String> {
    let record = value.get("record")?;
    let status = record
        .get("status")
        .and_then(Value::as_str)
        .filter(|status| *status != "success")?;
    Some(
        record
            .get("errorType")
            .and_then(Value::as_str)
            .unwrap_or(status)
            .to_owned(),
    )
}

/// The runtimes' JSON form of an exception nobody caught: an error type, a stack, and no logger.
fn application_kind(value: &Value) -> Kind {
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    let stack = value.get("stackTrace").or_else(|| value.get("stack"));
    match (field("errorType"), field("errorMessage"), stack) {
        (Some(kind), message, Some(_)) if value.get("logger").is_none() => Kind::Failure(
            message.map_or_else(|| kind.to_owned(), |message| format!("{kind}: {message}")),
        ),
        _ => Kind::Application,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";

    #[test]
    fn platform_lines_of_the_text_format() {
        for (text, kind) in [
            (
                format!("START RequestId: {ID} Version: $LATEST\n"),
                Kind::Start,
            ),
            (format!("END RequestId: {ID}\n"), Kind::End),
            (
                format!("REPORT RequestId: {ID}\tDuration: 232 ms\tBilled Duration: 232 ms\t\n"),
                Kind::Report(None),
            ),
            (
                format!("REPORT RequestId: {ID}\tDuration: 3000 ms\tStatus: timeout"),
                Kind::Report(Some("timeout".into())),
            ),
            (
                format!(
                    "REPORT RequestId: {ID}\tDuration: 3 ms\tStatus: error\tError Type: Runtime.ExitError"
                ),
                Kind::Report(Some("Runtime.ExitError".into())),
            ),
        ] {
            let line = read(&text);
            assert_eq!((line.kind, line.request_id), (kind, Some(ID)), "{text}");
        }
        assert_eq!(
            read("INIT_START Runtime Version: python:3.13.v1\n").kind,
            Kind::Platform
        );
        assert_eq!(read("START of my own line").kind, Kind::Application);
    }

    #[test]
    fn application_lines_of_python_and_node() {
        let text = format!("[INFO]\t2026-11-24T13:04:12.305Z\t{ID}\t{{'hello': 'b'}}\n");
        let line = read(&text);
        assert_eq!(
            (line.request_id, line.level, line.kind, line.message),
            (
                Some(ID),
                Some(Level::Info),
                Kind::Application,
                "{'hello': 'b'}".into()
            )
        );
        let text = format!("2026-11-24T13:04:12.305Z\t{ID}\tERROR\tcannot do it");
        let line = read(&text);
        assert_eq!(
            (line.request_id, line.level, line.message),
            (Some(ID), Some(Level::Error), "cannot do it".into())
        );
        assert_eq!(line.kind, Kind::Application);
        let plain = read("just a print");
        assert_eq!(
            (plain.request_id, plain.level, plain.message),
            (None, None, "just a print".into())
        );
    }

    #[test]
    fn failed_invocations_are_recognised() {
        for (text, error, id) in [
            (
                "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n\u{a0}\u{a0}File"
                    .to_owned(),
                "RuntimeError: boom",
                None,
            ),
            ("[ERROR] KeyError: 'x'".to_owned(), "KeyError: 'x'", None),
            (
                format!("2026-11-24T13:04:12.305Z {ID} Task timed out after 3.00 seconds\n\n"),
                "Task timed out after 3.00 seconds",
                Some(ID),
            ),
            (
                format!(
                    "2026-11-24T13:04:12.305Z\t{ID}\tERROR\tInvoke Error \t{{\"errorType\":\"Error\",\"errorMessage\":\"no\"}}"
                ),
                "Error: no",
                Some(ID),
            ),
            (
                format!(
                    "RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
                ),
                "Runtime exited with error: signal: killed",
                Some(ID),
            ),
        ] {
            let line = read(&text);
            assert_eq!(
                (line.kind, line.request_id),
                (Kind::Failure(error.into()), id),
                "{text}"
            );
        }
    }

    #[test]
    fn json_lines() {
        let text =
            format!(r#"{{"timestamp":"t","level":"INFO","requestId":"{ID}","message":"hi"}}"#);
        let line = read(&text);
        assert_eq!(
            (line.request_id, line.level, line.kind, line.message),
            (Some(ID), Some(Level::Info), Kind::Application, "hi".into())
        );
        for (json, kind) in [
            (
                r#""type":"platform.start","record":{"requestId":"ID","version":"$LATEST"}"#,
                Kind::Start,
            ),
            (
                r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"success"}"#,
                Kind::End,
            ),
            (
                r#""type":"platform.runtimeDone","record":{"requestId":"ID","status":"timeout"}"#,
                Kind::Failure("timeout".into()),
            ),
            (
                r#""type":"platform.report","record":{"requestId":"ID","status":"success"}"#,
                Kind::Report(None),
            ),
            (
                r#""type":"platform.report","record":{"requestId":"ID","status":"error","errorType":"Runtime.Exit"}"#,
                Kind::Report(Some("Runtime.Exit".into())),
            ),
            (
                r#""errorType":"ValueError","errorMessage":"bad","stackTrace":[],"requestId":"ID""#,
                Kind::Failure("ValueError: bad".into()),
            ),
        ] {
            let text = format!("{{{}}}", json.replace("ID", ID));
            let line = read(&text);
            assert_eq!((line.kind, line.request_id), (kind, Some(ID)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,80}") {
            let _ = read(&text);
        }

        #[test]
        fn anything_like_a_line_is_read_without_a_panic(
            text in r#"(\[ERROR\]|START|REPORT|RequestId: |é| Task timed out after |\t|[0-9a-f-]{1,36}|\{"type":"platform|: ){0,8}"#
        ) {
            let _ = read(&text);
        }
    }
}
