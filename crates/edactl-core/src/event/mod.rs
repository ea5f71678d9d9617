//! Events: the JSON documents given to the producer, their entries, and the markers put into them.

pub mod canonical;
pub mod marker;
pub mod values;

use std::{collections::HashSet, fmt, io};

use serde::{
    Deserialize, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::event::canonical::ContentHash;

/// The largest event that one synchronous invocation takes (Lambda `Invoke`), in bytes.
pub const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;
/// The largest message that SQS takes where the queue sets no smaller size, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;
/// What stands in a sample for the marker.
pub const PLACEHOLDER: &str = "{{marker}}";

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
    /// The document is not an object.
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
    /// Two entries have the same key; most JSON readers drop the first.
    #[error("{origin} has the key \"{key}\" twice; the producer would see only one of them")]
    DuplicateKey {
        /// The file as the user named it.
        origin: String,
        /// The key.
        key: String,
    },
    /// An entry already has the field that is to carry the marker.
    #[error("{origin}: entry \"{key}\" already has a field \"{field}\"")]
    MarkerFieldTaken {
        /// The file as the user named it.
        origin: String,
        /// The entry's key.
        key: String,
        /// The marker's field.
        field: String,
    },
    /// An entry is larger than a message of the queue may be.
    #[error(
        "{origin}: entry \"{key}\" takes {bytes} bytes as a message, but the queue takes at most {limit}"
    )]
    EntryTooLarge {
        /// The file as the user named it.
        origin: String,
        /// The entry's key.
        key: String,
        /// The size with its marker.
        bytes: usize,
        /// The queue's `MaximumMessageSize`.
        limit: usize,
    },
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
            Self::NotAnObject { .. } | Self::Empty { .. } => {
                "write an object such as {\"first\": {\"hello\": \"a\"}}; the producer sends one \
                 message per top-level entry"
                    .into()
            }
            Self::DuplicateKey { .. } => "give each entry a key of its own".into(),
            Self::MarkerFieldTaken { .. } => {
                "choose another field with --marker-field, or send it untouched with --no-marker"
                    .into()
            }
            Self::EntryTooLarge { .. } | Self::EventTooLarge { .. } => {
                "make it smaller, or spread it over several events".into()
            }
        }
    }
}

/// How a message of the entry is recognised on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recognition {
    /// An extra field in the entry's object holds the marker.
    Field,
    /// The sample says where the marker goes.
    Placeholder,
    /// The entry goes out untouched.
    Content,
}

impl fmt::Display for Recognition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Field => "marker",
            Self::Placeholder => "placeholder",
            Self::Content => "content",
        })
    }
}

/// One top-level entry of an event; the producer sends one message for it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The entry's key.
    pub key: String,
    /// The entry's value as written in the event.
    pub text: String,
    /// The canonical hash of the value as written.
    pub hash: ContentHash,
    /// How its messages are recognised.
    pub recognition: Recognition,
}

/// How markers go into entries.
#[derive(Debug, Clone)]
pub enum MarkerPolicy {
    /// This field of entries that are objects; a placeholder wins.
    Field(String),
    /// Nowhere.
    Untouched,
}

/// One event, read and checked.
#[derive(Debug, Clone)]
pub struct Event {
    /// The file as the user named it, or `stdin`.
    pub origin: String,
    /// SHA-256 of the text, in hexadecimal.
    pub digest: String,
    /// The entries, in the order of the document.
    pub entries: Vec<Entry>,
    policy: MarkerPolicy,
}

impl Event {
    /// Reads an event from its text and decides how each entry is recognised.
    ///
    /// # Errors
    /// When the text is not a JSON object with at least one entry.
    pub fn parse(origin: &str, text: &str, policy: &MarkerPolicy) -> Result<Self, EventError> {
        let origin = origin.to_owned();
        // Editors on Windows like to begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(EventError::Empty { origin });
        }
        let raw: RawEntries = match serde_json::from_str(text) {
            Ok(raw) => raw,
            Err(error) => return Err(refuse(origin, text, &error)),
        };
        if raw.0.is_empty() {
            return Err(EventError::Empty { origin });
        }
        let mut seen = HashSet::new();
        let mut entries = Vec::with_capacity(raw.0.len());
        for (key, value) in raw.0 {
            if !seen.insert(key.clone()) {
                return Err(EventError::DuplicateKey { origin, key });
            }
            entries.push(entry(&origin, key, value.get(), policy)?);
        }
        let digest = Sha256::digest(text.as_bytes())
            .iter()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        Ok(Self {
            origin,
            digest,
            entries,
            policy: policy.clone(),
        })
    }

    /// The event as it goes to the producer; `marker` names the marker of the n-th entry.
    pub fn payload(&self, marker: impl Fn(usize) -> String) -> String {
        let mut payload = String::from("{");
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                payload.push(',');
            }
            payload.push_str(&serde_json::Value::from(entry.key.as_str()).to_string());
            payload.push(':');
            payload.push_str(&self.body(entry, &marker(index)));
        }
        payload.push('}');
        payload
    }

    /// The entry's value with its marker in place.
    #[must_use]
    pub fn body(&self, entry: &Entry, marker: &str) -> String {
        match (entry.recognition, &self.policy) {
            (Recognition::Placeholder, _) => entry.text.replace(PLACEHOLDER, marker),
            (Recognition::Field, MarkerPolicy::Field(field)) => {
                // First in the object: a log line that is cut off still shows it.
                let inside = entry
                    .text
                    .trim_start()
                    .strip_prefix('{')
                    .unwrap_or_default();
                let field = serde_json::Value::from(field.as_str());
                let comma = if inside.trim_start().starts_with('}') {
                    ""
                } else {
                    ","
                };
                format!("{{{field}:\"{marker}\"{comma}{inside}")
            }
            _ => entry.text.clone(),
        }
    }

    /// Holds the event, with markers of this length, against the limits of Lambda and the queue.
    ///
    /// # Errors
    /// When an entry or the whole event is too large.
    pub fn check_sizes(&self, marker_bytes: usize, message_limit: usize) -> Result<(), EventError> {
        let marker = "0".repeat(marker_bytes);
        for entry in &self.entries {
            let bytes = self.body(entry, &marker).len();
            if bytes > message_limit {
                return Err(EventError::EntryTooLarge {
                    origin: self.origin.clone(),
                    key: entry.key.clone(),
                    bytes,
                    limit: message_limit,
                });
            }
        }
        let bytes = self.payload(|_| marker.clone()).len();
        if bytes > MAX_EVENT_BYTES {
            return Err(EventError::EventTooLarge {
                origin: self.origin.clone(),
                bytes,
                limit: MAX_EVENT_BYTES,
            });
        }
        Ok(())
    }
}

/// How many messages, were each of these events sent `repeat` times, would have the body of an
/// earlier one: those that carry no marker and are equal.
#[must_use]
pub fn equal_messages(events: &[Event], repeat: u64) -> u64 {
    let mut bodies = HashSet::new();
    let mut all = 0;
    let entries = events.iter().flat_map(|event| &event.entries);
    for entry in entries.filter(|entry| entry.recognition == Recognition::Content) {
        bodies.insert(entry.text.as_str());
        all += repeat;
    }
    all - bodies.len() as u64
}

fn entry(
    origin: &str,
    key: String,
    text: &str,
    policy: &MarkerPolicy,
) -> Result<Entry, EventError> {
    let value: serde_json::Value =
        serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::from(text));
    let recognition = match policy {
        MarkerPolicy::Untouched => Recognition::Content,
        MarkerPolicy::Field(_) if text.contains(PLACEHOLDER) => Recognition::Placeholder,
        MarkerPolicy::Field(field) => match value.as_object() {
            Some(object) if object.contains_key(field) => {
                return Err(EventError::MarkerFieldTaken {
                    origin: origin.to_owned(),
                    key,
                    field: field.clone(),
                });
            }
            Some(_) => Recognition::Field,
            None => Recognition::Content,
        },
    };
    Ok(Entry {
        key,
        text: text.to_owned(),
        hash: ContentHash::of(&value),
        recognition,
    })
}

/// Top-level entries in the order of the document, duplicates included, values as written.
struct RawEntries(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for RawEntries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = RawEntries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawEntries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawEntries(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

fn refuse(origin: String, text: &str, error: &serde_json::Error) -> EventError {
    if error.is_data()
        && let Ok(value) = serde_json::from_str::<serde_json::Value>(text)
    {
        return EventError::NotAnObject {
            origin,
            found: kind_of(&value),
        };
    }
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
        origin,
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

fn kind_of(value: &serde_json::Value) -> &'static str {
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
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn field() -> MarkerPolicy {
        MarkerPolicy::Field("edactl".into())
    }

    fn parse(text: &str) -> Result<Event, EventError> {
        Event::parse("event.json", text, &field())
    }

    #[test]
    fn only_messages_without_a_marker_can_be_equal() {
        let text = r#"{"a": {"x": 1}, "b": "same", "c": "same", "d": "other"}"#;
        let marked = [parse(text).unwrap()];
        assert_eq!(equal_messages(&marked, 1), 1);
        assert_eq!(equal_messages(&marked, 3), 7);
        let objects = [parse(r#"{"a": {"x": 1}, "b": {"x": 1}}"#).unwrap()];
        assert_eq!(equal_messages(&objects, 5), 0);
        let untouched = Event::parse("e", r#"{"a": {"x": 1}}"#, &MarkerPolicy::Untouched).unwrap();
        assert_eq!(equal_messages(std::slice::from_ref(&untouched), 1), 0);
        assert_eq!(equal_messages(&[untouched.clone(), untouched], 1), 1);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_an_event() {
        let event = parse("\u{feff}{\"a\": 1}").unwrap();
        assert_eq!(event.payload(|_| String::new()), "{\"a\":1}");
    }

    #[test]
    fn entries_keep_their_order_and_their_numbers() {
        let event = parse(r#"{"z": 1.00, "a": 12345678901234567890123, "m": {"n": 1.0}}"#).unwrap();
        let keys: Vec<_> = event
            .entries
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        assert_eq!(keys, ["z", "a", "m"]);
        assert_eq!(
            event.payload(|index| format!("m-{index}")),
            r#"{"z":1.00,"a":12345678901234567890123,"m":{"edactl":"m-2","n": 1.0}}"#
        );
    }

    #[test]
    fn markers_go_where_they_can() {
        use Recognition::{Content, Field, Placeholder};
        let event = parse(r#"{"object": {"a": 1}, "empty": { }, "text": "id {{marker}}", "n": 4}"#)
            .unwrap();
        let payload: Value = serde_json::from_str(&event.payload(|_| "mark".into())).unwrap();
        assert_eq!(
            payload,
            json!({"object": {"edactl": "mark", "a": 1}, "empty": {"edactl": "mark"},
                   "text": "id mark", "n": 4})
        );
        let ways: Vec<_> = event
            .entries
            .iter()
            .map(|entry| entry.recognition)
            .collect();
        assert_eq!(ways, [Field, Field, Placeholder, Content]);
    }

    #[test]
    fn untouched_means_untouched() {
        let text = r#"{"object":{"a":1},"text":"id {{marker}}"}"#;
        let event = Event::parse("event.json", text, &MarkerPolicy::Untouched).unwrap();
        assert_eq!(event.payload(|_| "mark".into()), text);
    }

    #[test]
    fn bad_events_are_refused_with_a_sentence() {
        let say = |text: &str| parse(text).unwrap_err().to_string();
        insta::assert_snapshot!(say("{\n  \"first\": {\"a\": 1}\n  \"second\": 2\n}"), @r#"
        event.json is not valid JSON: expected `,` or `}` at line 3, column 3
          3 |   "second": 2
            |   ^
        "#);
        insta::assert_snapshot!(say("{\"é\": tru}"), @r#"
        event.json is not valid JSON: expected ident at line 1, column 10
          1 | {"é": tru}
            |          ^
        "#);
        insta::assert_snapshot!(say(""), @"event.json has no entries, so nothing would be sent");
        insta::assert_snapshot!(say("[1, 2]"), @"event.json holds an array, but the producer expects a JSON object");
        insta::assert_snapshot!(say("{}"), @"event.json has no entries, so nothing would be sent");
        insta::assert_snapshot!(say(r#"{"a": 1, "a": 2}"#), @r#"event.json has the key "a" twice; the producer would see only one of them"#);
        insta::assert_snapshot!(say(r#"{"a": {"edactl": 2}}"#), @r#"event.json: entry "a" already has a field "edactl""#);
    }

    #[test]
    fn sizes_are_checked_with_the_marker_in_place() {
        let event = parse(r#"{"a": {"b": 1}}"#).unwrap();
        let bytes = r#"{"edactl":"0000","b": 1}"#.len();
        assert!(event.check_sizes(4, bytes).is_ok());
        assert!(matches!(
            event.check_sizes(4, bytes - 1),
            Err(EventError::EntryTooLarge { bytes: found, .. }) if found == bytes
        ));
        let large = format!(r#"{{"a": "{}"}}"#, "x".repeat(MAX_EVENT_BYTES));
        assert!(matches!(
            parse(&large).unwrap().check_sizes(4, usize::MAX),
            Err(EventError::EventTooLarge { .. })
        ));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn broken_json_is_refused_without_a_panic(text in r#"[\{\}\[\]":,a1é\n ]{0,40}"#) {
            let _ = parse(&text);
        }

        #[test]
        fn only_the_marker_is_added(
            entries in prop::collection::btree_map("[a-z]{1,5}", prop::collection::btree_map("[a-d]{1,3}", any::<i64>(), 0..4), 1..5)
        ) {
            let original = json!(entries);
            let event = parse(&original.to_string()).unwrap();
            let mut sent: Value =
                serde_json::from_str(&event.payload(|index| format!("m{index}"))).unwrap();
            for (index, entry) in event.entries.iter().enumerate() {
                let marker = sent[&entry.key].as_object_mut().unwrap().remove("edactl");
                prop_assert_eq!(marker, Some(json!(format!("m{}", index))));
            }
            prop_assert_eq!(sent, original);
        }
    }
}
