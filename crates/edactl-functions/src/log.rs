//! How the functions log: structured records, rendered in Lambda's text or JSON format.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value};

/// A function's log format, as in its logging configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// `[INFO]\t<time>\t<request id>\t<message>`.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// How serious a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For the record.
    Info,
    /// Something failed.
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Error => "ERROR",
        }
    }
}

/// One record of a function's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// How serious it is.
    pub level: Level,
    /// The message for people. It says everything that the fields say.
    pub message: String,
    /// Fields for machines; only the JSON format shows them.
    pub fields: Map<String, Value>,
}

impl Record {
    /// A record for the record.
    #[must_use]
    pub fn info(message: String) -> Self {
        Self {
            level: Level::Info,
            message,
            fields: Map::new(),
        }
    }

    /// A record of a failure.
    #[must_use]
    pub fn error(message: String) -> Self {
        Self {
            level: Level::Error,
            message,
            fields: Map::new(),
        }
    }

    /// The record with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The record as a line of the log, without a newline.
    #[must_use]
    pub fn render(&self, format: LogFormat, at: Timestamp, request_id: &str) -> String {
        let time = time(at);
        let level = self.level.name();
        match format {
            LogFormat::Text => format!("[{level}]\t{time}\t{request_id}\t{}", self.message),
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("timestamp".into(), time.into());
                line.insert("level".into(), level.into());
                line.insert("requestId".into(), request_id.into());
                line.insert("message".into(), self.message.as_str().into());
                line.extend(self.fields.clone());
                Value::from(line).to_string()
            }
        }
    }
}

/// A time as Lambda's runtimes write it: UTC, milliseconds.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

/// Takes a function's records; `at` is decided by whoever runs the function.
pub trait Log: Sync {
    /// Takes one record.
    fn record(&self, record: Record);
}
