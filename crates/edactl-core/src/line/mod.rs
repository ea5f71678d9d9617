//! What one log event of a Lambda function says about itself: which invocation, which level,
//! platform line or the application's own. Text and JSON format, never requiring either.

pub mod active_invocation;
pub mod rejection;
pub mod stack_trace;

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem::Finder;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

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

const TIMED_OUT_AFTER: &str = " Task timed out after ";
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
    static TIMED_OUT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(TIMED_OUT_AFTER));
    if let Some(at) = TIMED_OUT.find(text.as_bytes()) {
        let (before, after) = (&text[..at], &text[at + TIMED_OUT_AFTER.len()..]);
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

/// The fields that matter of a line in Lambda's JSON format or of a structured logger, unread: a
/// line is parsed once, and only what is needed of it is unescaped.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "AWSRequestId")]
    request_id_in_python: Option<&'a RawValue>,
    #[serde(borrow, rename = "request_id")]
    request_id_in_snakes: Option<&'a RawValue>,
    #[serde(borrow, rename = "awsRequestId")]
    request_id_of_aws: Option<&'a RawValue>,
    #[serde(borrow, rename = "function_request_id")]
    request_id_of_powertools: Option<&'a RawValue>,
    #[serde(borrow)]
    level: Option<&'a RawValue>,
    #[serde(borrow)]
    levelname: Option<&'a RawValue>,
    #[serde(borrow)]
    severity: Option<&'a RawValue>,
    #[serde(borrow)]
    log_level: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    msg: Option<&'a RawValue>,
    #[serde(borrow)]
    logger: Option<&'a RawValue>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorType")]
    error_type: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorMessage")]
    error_message: Option<&'a RawValue>,
    #[serde(borrow, rename = "stackTrace")]
    stack_trace: Option<&'a RawValue>,
    #[serde(borrow)]
    stack: Option<&'a RawValue>,
}

/// The record of a platform event.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorType")]
    error_type: Option<&'a RawValue>,
}

/// The text of a JSON string; borrowed where nothing in it is escaped.
fn string(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let json = raw?.get();
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inside));
    }
    serde_json::from_str(json).ok().map(Cow::Owned)
}

fn uuid(raw: Option<&RawValue>) -> Option<&str> {
    match string(raw)? {
        Cow::Borrowed(id) => Some(id).filter(|id| is_uuid(id)),
        Cow::Owned(_) => None,
    }
}

/// Lambda's JSON format and structured loggers.
fn read_json(text: &str) -> Option<Line<'_>> {
    let fields: Fields<'_> = serde_json::from_str(text).ok()?;
    let platform = match (string(fields.kind), fields.record) {
        (Some(kind), Some(record)) => {
            Some((kind, serde_json::from_str::<Record<'_>>(record.get())))
        }
        _ => None,
    };
    if let Some((kind, Ok(record))) = platform
        && let Some(kind) = kind.strip_prefix("platform.")
    {
        let failure = record_failure(&record);
        return Some(Line {
            request_id: uuid(record.request_id),
            level: None,
            kind: match (kind, failure) {
                ("start", _) => Kind::Start,
                ("runtimeDone", Some(error)) => Kind::Failure(error),
                ("runtimeDone", None) => Kind::End,
                ("report", failure) => Kind::Report(failure),
                _ => Kind::Platform,
            },
            message: Cow::Borrowed(text),
        });
    }
    let ids = [
        fields.request_id,
        fields.request_id_in_python,
        fields.request_id_in_snakes,
        fields.request_id_of_aws,
        fields.request_id_of_powertools,
    ];
    let levels = [
        fields.level,
        fields.levelname,
        fields.severity,
        fields.log_level,
    ];
    let message = string(fields.message).or_else(|| string(fields.msg));
    Some(Line {
        request_id: ids.into_iter().find_map(uuid),
        level: levels
            .into_iter()
            .find_map(string)
            .and_then(|name| Level::parse(&name)),
        kind: application_kind(&fields),
        message: message.unwrap_or(Cow::Borrowed(text)),
    })
}

/// `record.status`: `success`, `failure`, `error` or `timeout`.
fn record_failure(record: &Record<'_>) -> Option<String> {
    let status = string(record.status).filter(|status| status != "success")?;
    Some(string(record.error_type).unwrap_or(status).into_owned())
}

/// The runtimes' JSON form of an exception nobody caught: an error type, a stack, and no logger.
fn application_kind(fields: &Fields<'_>) -> Kind {
    let stack = fields.stack_trace.or(fields.stack);
    match (
        string(fields.error_type),
        string(fields.error_message),
        stack,
    ) {
        (Some(kind), message, Some(_)) if fields.logger.is_none() => Kind::Failure(
            message.map_or_else(|| kind.to_string(), |message| format!("{kind}: {message}")),
        ),
        _ => Kind::Application,
    }
}

#[cfg(test)]
mod tests;
