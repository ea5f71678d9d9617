//! Lines in text: the platform's words, the prefixes of the runtimes' loggers, and each runtime's
//! words for an exception that nobody caught.

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem::Finder;
use regex::Regex;
use serde_json::Value;

use crate::line::{
    ErrorOrigin, InvocationStatus, Kind, Level, Line, UUID_LENGTH, error_text, first_line, is_uuid,
    without_colors,
};

const TIMED_OUT_AFTER: &str = "Task timed out after ";

/// Reads a line that is no JSON object.
pub(super) fn read(text: &str) -> Line<'_> {
    read_platform(text)
        .or_else(|| read_tabs(text))
        .unwrap_or_else(|| read_plain(text))
}

/// `START RequestId: … Version: …`, `END RequestId: …`, `REPORT RequestId: …\tDuration: …`.
fn read_platform(text: &str) -> Option<Line<'_>> {
    let (word, rest) = text.split_once(' ')?;
    let id = rest
        .strip_prefix("RequestId: ")
        .and_then(|rest| rest.get(..UUID_LENGTH))
        .filter(|id| is_uuid(id));
    let after = || rest.get("RequestId: ".len() + UUID_LENGTH..);
    let status = || report_field(text, "Status:").and_then(InvocationStatus::parse);
    let (kind, status) = match word {
        "START" if after()?.starts_with(" Version: ") => (Kind::Start, None),
        "END" if after()?.is_empty() => (Kind::End, None),
        "REPORT" if after()?.trim_start().starts_with("Duration: ") => {
            (Kind::Report(report_failure(text)), status())
        }
        "INIT_START" | "INIT_REPORT" | "EXTENSION" | "TELEMETRY" | "RESTORE_START"
        | "RESTORE_REPORT" => (Kind::Platform, None),
        _ => return None,
    };
    if id.is_none() && kind != Kind::Platform {
        return None;
    }
    let is_trouble = kind == Kind::Platform && report_failure(text).is_some();
    Some(Line {
        request_id: id,
        level: is_trouble.then_some(Level::Error),
        kind,
        status,
        origin: ErrorOrigin::Runtime,
        ..Line::plain(text)
    })
}

fn report_field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split('\t')
        .find_map(|part| part.trim().strip_prefix(name))
        .map(str::trim)
}

/// The failure that a `REPORT` or `INIT_REPORT` tells: `…\tStatus: timeout`, or
/// `…\tStatus: error\tError Type: Runtime.ExitError`.
#[must_use]
pub fn report_failure(text: &str) -> Option<String> {
    let status = report_field(text, "Status:").filter(|status| *status != "success")?;
    Some(
        report_field(text, "Error Type:")
            .unwrap_or(status)
            .to_owned(),
    )
}

/// `[LEVEL]\t<time>\t<request id>\t<message>` (Python) and `<time>\t<request id>\tLEVEL\t<message>`
/// (Node, .NET; Node 24 has `-` or nothing where it knows no request id).
fn read_tabs(text: &str) -> Option<Line<'_>> {
    let mut parts = text.splitn(4, '\t');
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    let message = parts.next().unwrap_or_default();
    if let Some(level) = first
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
    {
        let request_id = Some(third).filter(|id| is_uuid(id));
        return Some(Line {
            request_id,
            level: Level::parse(level),
            ..Line::plain(if request_id.is_some() { message } else { text })
        });
    }
    let is_known = is_uuid(second);
    let is_unknown = matches!(second, "-" | "undefined" | "") && is_time(first);
    if !(is_known || is_unknown) {
        return None;
    }
    let line = Line {
        request_id: is_known.then_some(second),
        level: Some(Level::parse(third)?),
        ..Line::plain(message)
    };
    let thrown = [
        "Invoke Error",
        "Uncaught Exception",
        "Unhandled Promise Rejection",
    ]
    .into_iter()
    .filter(|_| line.level == Some(Level::Error))
    .find_map(|words| message.strip_prefix(words)?.strip_prefix([' ', '\t']));
    if let Some(error) = thrown
        && error.trim_start().starts_with('{')
    {
        return Some(Line {
            kind: Kind::Failure(node_error(error.trim())),
            origin: ErrorOrigin::Runtime,
            ..line
        });
    }
    // .NET: an exception that nobody caught, or one that the application logged as it was.
    if third == "fail"
        && let Some((head, _)) = message.split_once("\n   at ")
        && is_exception(head)
    {
        return Some(Line {
            kind: Kind::Failure(first_line(head).to_owned()),
            ..line
        });
    }
    Some(line)
}

fn is_time(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_digit()) && text.parse::<jiff::Timestamp>().is_ok()
}

fn node_error(json: &str) -> String {
    let error: Value = serde_json::from_str(json).unwrap_or_default();
    let field = |name: &str| error.get(name).and_then(Value::as_str);
    error_text(field("errorType"), field("errorMessage"))
        .unwrap_or_else(|| first_line(json).to_owned())
}

/// Lines that begin with none of the loggers' prefixes.
fn read_plain(text: &str) -> Line<'_> {
    if let Some(line) = read_timeout(text) {
        return line;
    }
    if let Some(rest) = text.strip_prefix("RequestId: ")
        && let Some(id) = rest.get(..UUID_LENGTH).filter(|id| is_uuid(id))
        && let Some(error) = rest[UUID_LENGTH..].trim_start().strip_prefix("Error: ")
    {
        return Line {
            request_id: Some(id),
            ..Line::failure(text, first_line(error).to_owned())
        };
    }
    let thrown = match text.as_bytes().first() {
        Some(b'[') => python_error(text),
        Some(b'E') => ruby_error(text),
        Some(b'0'..=b'9') => go_error(text),
        _ => None,
    };
    let java = || java_error(text).map(|error| Line::failure(text, error.to_owned()));
    if let Some(line) = thrown.or_else(java).or_else(|| rust_error(text)) {
        return line;
    }
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    Line {
        level: bracketed.and_then(|(name, _)| Level::parse(name)),
        ..Line::plain(text)
    }
}

/// `<time> <request id> Task timed out after 3.00 seconds`, and nothing else.
fn read_timeout(text: &str) -> Option<Line<'_>> {
    let (time, rest) = text.split_once(' ')?;
    let (id, rest) = rest.split_at_checked(UUID_LENGTH)?;
    let seconds = rest.strip_prefix(' ')?.strip_prefix(TIMED_OUT_AFTER)?;
    let seconds = seconds.trim_end();
    let number = seconds.strip_suffix(" seconds")?;
    let is_number = number
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_uuid(id) && is_number && is_time(time)).then(|| Line {
        request_id: Some(id),
        ..Line::failure(text, format!("{TIMED_OUT_AFTER}{seconds}"))
    })
}

/// `[ERROR] RuntimeError: boom\nTraceback …` in one event. Without the traceback the application
/// may have written it; a class may have any name.
fn python_error(text: &str) -> Option<Line<'_>> {
    let error = text.strip_prefix("[ERROR] ")?;
    let (head, rest) = error.split_once('\n').unwrap_or((error, ""));
    let has_traceback = rest
        .lines()
        .any(|line| line.starts_with("Traceback (most recent call last)"));
    let line = Line::failure(text, head.trim_end().to_owned());
    if has_traceback {
        return Some(line);
    }
    is_exception(head).then_some(Line {
        origin: ErrorOrigin::Application,
        ..line
    })
}

/// `RuntimeError: boom`, `System.ApplicationException: boom`: a type's name, a colon, a message.
fn is_exception(error: &str) -> bool {
    error.trim_start().split_once(':').is_some_and(|(name, _)| {
        (name.ends_with("Error") || name.ends_with("Exception"))
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
    })
}

/// `boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat …`: the message and
/// the class, then the stack trace, which begins with the class.
pub(super) fn java_error(text: &str) -> Option<&str> {
    let (head, trace) = text.split_once('\n')?;
    let (_, class) = head.trim_end().rsplit_once(": ")?;
    let is_class = class.contains('.')
        && class
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$'));
    (is_class && trace.starts_with(class) && trace.contains("\n\tat ")).then(|| first_line(trace))
}

/// `2026/11/26 01:02:03 {"errorMessage":"boom","errorType":"errorString"}`.
fn go_error(text: &str) -> Option<Line<'_>> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \{").expect("a valid pattern")
    });
    let json = &text[FORM.find(text)?.end() - 1..];
    let error: Value = serde_json::from_str(json).ok()?;
    let field = |name: &str| error.get(name).and_then(Value::as_str);
    let fields = ["errorMessage", "errorType", "stackTrace"];
    let is_error = error
        .as_object()?
        .keys()
        .all(|key| fields.contains(&key.as_str()));
    let error = error_text(field("errorType"), Some(field("errorMessage")?))?;
    is_error.then(|| Line::failure(text, error))
}

/// `Error raised from handler method`, then JSON.
fn ruby_error(text: &str) -> Option<Line<'_>> {
    let json = text
        .strip_prefix("Error raised from handler method")?
        .trim();
    let error: Value = serde_json::from_str(json).unwrap_or_default();
    let field = |name: &str| error.get(name).and_then(Value::as_str);
    let kind = field("errorType").map(|kind| {
        kind.strip_prefix("Function<")
            .and_then(|kind| kind.strip_suffix('>'))
            .unwrap_or(kind)
    });
    let error = error_text(kind, field("errorMessage"))
        .unwrap_or_else(|| "Error raised from handler method".to_owned());
    Some(Line::failure(text, error))
}

/// `<time> ERROR Lambda runtime invoke{requestId="…" …}: lambda_runtime::layers::panic: "boom"`.
fn rust_error(text: &str) -> Option<Line<'_>> {
    static SIGN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("Lambda runtime invoke"));
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?s)^\S+\s+ERROR Lambda runtime invoke\{requestId="([0-9a-fA-F-]{36})"[^}]*\}: (?:lambda_runtime::[\w:]+: )(.*)$"#,
        )
        .expect("a valid pattern")
    });
    SIGN.find(text.as_bytes())?;
    let plain = without_colors(text);
    let parts = FORM.captures(&plain)?;
    let id = parts.get(1)?.as_str();
    let request_id = text.find(id).and_then(|at| text.get(at..at + UUID_LENGTH));
    let error = first_line(parts.get(2)?.as_str());
    Some(Line {
        request_id: request_id.filter(|id| is_uuid(id)),
        message: Cow::Borrowed(text),
        ..Line::failure(text, error.trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests;
