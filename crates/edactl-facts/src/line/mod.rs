//! What one log event of a Lambda function says about itself: which invocation, which level,
//! platform line or the application's own. Text and JSON format, never requiring either.
//!
//! What the platform or a runtime writes is recognised by the whole form that it gives a line, at
//! the line's beginning. The same words inside what an application wrote are the application's.

pub mod active_invocation;
mod json;
mod level;
pub mod rejection;
pub mod stack_trace;
mod stream;
mod text;

use std::borrow::Cow;

use serde_json::value::RawValue;

pub use self::{
    level::{Level, without_colors},
    stream::{Owner, stream_owner},
    text::report_failure,
};

/// What kind of line it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// `START`, `platform.start`: an invocation begins.
    Start,
    /// `END`, or `platform.runtimeDone`: the function's code is done. The report may tell
    /// otherwise, seconds later.
    End,
    /// `REPORT`, `platform.report`: the invocation is over. Holds its failure, if it tells one.
    Report(Option<String>),
    /// Other words of the platform: `INIT_START`, `platform.initStart`, extensions, …
    Platform,
    /// The whole invocation failed, says a line in the form that runtimes and the platform give
    /// such lines: an exception nobody caught, a timeout. See [`Line::origin`].
    Failure(String),
    /// The application's own line.
    Application,
}

/// The format of a function's platform lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlatformFormat {
    /// `START`, `END`, `REPORT`: a handler that throws leaves no status there.
    Text,
    /// `platform.start`, `platform.runtimeDone`, `platform.report`: the last two tell a status.
    Json,
}

/// How the platform says that an invocation ended: the `status` of `platform.runtimeDone` and
/// `platform.report`, and the `Status:` of a text `REPORT`, which is there only for a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvocationStatus {
    /// The handler returned.
    Success,
    /// The handler failed.
    Failure,
    /// The runtime or the environment broke.
    Error,
    /// The function's time was up.
    Timeout,
}

impl InvocationStatus {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "error" => Self::Error,
            "timeout" => Self::Timeout,
            _ => return None,
        })
    }
}

/// Who wrote the text of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorOrigin {
    /// The runtime or the platform, as far as the form of the line tells.
    Runtime,
    /// The application, or perhaps the runtime: both give such lines the same form.
    Application,
}

/// A line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The invocation's request id, where the line carries it.
    pub request_id: Option<&'a str>,
    /// The level, where the line carries one: the application's own, else the runtime's.
    pub level: Option<Level>,
    /// What kind of line it is.
    pub kind: Kind,
    /// The format of a platform line.
    pub format: PlatformFormat,
    /// How the platform says that the invocation ended, where it says so.
    pub status: Option<InvocationStatus>,
    /// Who wrote the error of a [`Kind::Failure`].
    pub origin: ErrorOrigin,
    /// The application's message without the runtime's prefix, or out of the logger's JSON; the
    /// whole line otherwise.
    pub message: Cow<'a, str>,
    /// The JSON object that the application logged: the whole line, or what stands behind the
    /// runtime's prefix.
    pub json: Option<&'a str>,
}

impl<'a> Line<'a> {
    /// A line of the application without any form.
    fn plain(text: &'a str) -> Self {
        Self {
            request_id: None,
            level: None,
            kind: Kind::Application,
            format: PlatformFormat::Text,
            status: None,
            origin: ErrorOrigin::Application,
            message: Cow::Borrowed(text),
            json: None,
        }
    }

    /// A runtime's or the platform's error.
    fn failure(text: &'a str, error: String) -> Self {
        Self {
            kind: Kind::Failure(error),
            level: Some(Level::Error),
            origin: ErrorOrigin::Runtime,
            ..Self::plain(text)
        }
    }

    /// The same line with the application's own level and message out of what it logged behind
    /// the runtime's prefix.
    #[must_use]
    pub fn with_inner_layer(mut self) -> Self {
        if self.kind != Kind::Application {
            return self;
        }
        let Cow::Borrowed(message) = self.message else {
            return self;
        };
        if self.json.is_none() && message.trim_start().starts_with('{') {
            let object = message.trim();
            if let Some(inner) = json::read_logger(object) {
                self.level = inner.level.or(self.level);
                self.request_id = self.request_id.or(inner.request_id);
                self.message = inner.message;
                self.json = Some(object);
                return self;
            }
        }
        if self.json.is_none() {
            self.level = Level::of_text(message).or(self.level);
        }
        self
    }
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

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a log event's text.
#[must_use]
pub fn read(text: &str) -> Line<'_> {
    read_outer(text).with_inner_layer()
}

/// Reads a log event's text without looking into what the application wrote behind the runtime's
/// prefix: its level is the prefix's.
#[must_use]
pub fn read_outer(text: &str) -> Line<'_> {
    let text = text.trim_end();
    if text.starts_with('{')
        && let Some(line) = json::read(text)
    {
        return line;
    }
    text::read(text)
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

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

/// `Type: message` of what a runtime tells of an exception.
fn error_text(kind: Option<&str>, message: Option<&str>) -> Option<String> {
    match (kind, message) {
        (Some(kind), Some(message)) => Some(format!("{kind}: {message}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
