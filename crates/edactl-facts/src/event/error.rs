//! What is wrong with an event, for people.

use std::io;

use crate::event::{shape::Shape, template::TemplateError};

/// What is wrong with an event. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The file cannot be read.
    #[error("cannot read {origin}: {source}")]
    Unreadable {
        /// The file as the user named it.
        origin: String,
        /// The system's error.
        source: io::Error,
    },
    /// The text is not JSON.
    #[error("{origin} is not valid JSON: {problem} at line {line}, column {column}\n{excerpt}")]
    Syntax {
        /// The file as the user named it.
        origin: String,
        /// What the parser expected.
        problem: String,
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// The line, with a caret under the place.
        excerpt: String,
    },
    /// The document is not an object, so it has no entries.
    #[error("{origin} holds {found}, but the producer expects a JSON object")]
    NotAnObject {
        /// The file as the user named it.
        origin: String,
        /// What it holds instead.
        found: &'static str,
    },
    /// The object has no entries, or the text has nothing at all.
    #[error("{origin} has no entries, so nothing would be sent")]
    Empty {
        /// The file as the user named it.
        origin: String,
    },
    /// The shape's pointer leads to nothing in the event.
    #[error("{origin} has nothing at {shape}; it has {}", .there.join(", "))]
    NothingThere {
        /// The file as the user named it.
        origin: String,
        /// The shape that was asked for.
        shape: Shape,
        /// What is there instead: pointers of the outermost pieces.
        there: Vec<String>,
    },
    /// Two entries have the same key; most JSON readers drop the first.
    #[error("{origin} has the key \"{key}\" twice; the producer would see only one of them")]
    DuplicateKey {
        /// The file as the user named it.
        origin: String,
        /// The key.
        key: String,
    },
    /// A payload already has the field that is to carry the marker.
    #[error("{origin}: entry \"{key}\" already has a field \"{field}\"")]
    MarkerFieldTaken {
        /// The file as the user named it.
        origin: String,
        /// The payload's key.
        key: String,
        /// The marker's field.
        field: String,
    },
    /// A placeholder stands where it could be any payload's.
    #[error(
        "{origin}: {{{{marker}}}} stands outside its {payloads} payloads, so it could be the marker of any"
    )]
    MarkerOutside {
        /// The file as the user named it.
        origin: String,
        /// How many payloads the event has.
        payloads: usize,
    },
    /// A payload is larger than a message of the queue may be.
    #[error(
        "{origin}: entry \"{key}\" takes {bytes} bytes as a message, but the queue takes at most {limit}"
    )]
    EntryTooLarge {
        /// The file as the user named it.
        origin: String,
        /// The payload's key.
        key: String,
        /// The size with its marker.
        bytes: usize,
        /// The queue's `MaximumMessageSize`.
        limit: usize,
    },
    /// A placeholder cannot be filled in.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The event is larger than an invocation takes.
    #[error("{origin} takes {bytes} bytes as an event, but Lambda takes at most {limit}")]
    EventTooLarge {
        /// The file as the user named it.
        origin: String,
        /// The size with its markers.
        bytes: usize,
        /// Lambda's limit.
        limit: usize,
    },
}

impl EventError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => "check the path; `-` reads the event from stdin".into(),
            Self::Syntax { .. } => "mend the JSON at the caret".into(),
            Self::NotAnObject { .. } => {
                "say what of it becomes a message: --messages event (all of it) or \
                 --messages '/*' (each item)"
                    .into()
            }
            Self::Empty { .. } => {
                "write an object such as {\"first\": {\"hello\": \"a\"}}; without \
                 --messages, each top-level entry is taken for a message"
                    .into()
            }
            Self::NothingThere { .. } => {
                "point to one of these with --messages, or say `event` for all of it".into()
            }
            Self::DuplicateKey { .. } => "give each entry a key of its own".into(),
            Self::MarkerFieldTaken { .. } => {
                "choose another field with --marker-field, or send it untouched with --no-marker"
                    .into()
            }
            Self::MarkerOutside { .. } => {
                "put {{marker}} into each payload, or leave it out: objects get a field".into()
            }
            Self::Template(error) => error.hint(),
            Self::EntryTooLarge { .. } | Self::EventTooLarge { .. } => {
                "make it smaller, or spread it over several events".into()
            }
        }
    }
}

/// The error of a text that is no JSON, with the place.
#[must_use]
pub fn syntax(origin: &str, text: &str, error: &serde_json::Error) -> EventError {
    // serde_json counts columns in bytes and appends the place to its message.
    let line_number = error.line().max(1);
    let line = text.lines().nth(line_number - 1).unwrap_or_default();
    let mut before = error.column().saturating_sub(1).min(line.len());
    while !line.is_char_boundary(before) {
        before -= 1;
    }
    let column = line[..before].chars().count() + 1;
    let message = error.to_string();
    let problem = message
        .split(" at line ")
        .next()
        .unwrap_or(&message)
        .replace("EOF while parsing", "the text ends inside");
    EventError::Syntax {
        origin: origin.to_owned(),
        problem,
        line: line_number,
        column,
        excerpt: excerpt(line, line_number, column),
    }
}

/// The line with a caret under the place; a long line is cut around it.
fn excerpt(line: &str, number: usize, column: usize) -> String {
    const BEFORE: usize = 50;
    const WIDTH: usize = 80;
    let skip = column.saturating_sub(BEFORE);
    let shown: String = line
        .chars()
        .skip(skip)
        .take(WIDTH)
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect();
    let gutter = " ".repeat(number.to_string().len());
    let indent = " ".repeat(column - 1 - skip.min(column - 1));
    format!("  {number} | {shown}\n  {gutter} | {indent}^")
}

/// What kind of value it is, for people.
#[must_use]
pub fn kind_of(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
