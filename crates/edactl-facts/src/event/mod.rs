//! Events: the JSON documents given to the producer, their payloads, and the markers put into them.

pub mod canonical;
pub mod error;
pub mod marker;
pub mod pieces;
pub mod pointer;
mod reading;
pub mod shape;
pub mod template;
pub mod unmark;
pub mod values;

use std::{collections::HashSet, fmt, ops::Range};

use base64::{Engine, prelude::BASE64_STANDARD};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{error::EventError, pieces::PLACEHOLDER};
use crate::event::{
    canonical::ContentHash,
    pieces::Pieces,
    shape::{EventShape, Messages, Shape, is_http_request},
    values::ValueTrace,
};

/// The largest event that one synchronous invocation takes (Lambda `Invoke`), in bytes.
pub const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;
/// The largest message that SQS takes where the queue sets no smaller size, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// How a payload is recognised on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Recognition {
    /// An extra field in the payload's object holds the marker.
    Field,
    /// The event says where the marker goes.
    Placeholder,
    /// The payload goes out untouched.
    Content,
    /// Nothing of the event need arrive: only the ids that the producer's answer names tell.
    Answer,
}

impl Recognition {
    /// Whether the payload carries a marker.
    #[must_use]
    pub fn is_marked(self) -> bool {
        matches!(self, Self::Field | Self::Placeholder)
    }
}

impl fmt::Display for Recognition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Field => "marker",
            Self::Placeholder => "placeholder",
            Self::Content => "content",
            Self::Answer => "answer",
        })
    }
}

/// What a payload or another piece of an event holds, as hashes. Markers are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The canonical hash of the value as written in the event; of text that is JSON, of the
    /// value inside.
    pub hash: ContentHash,
    /// The hash of the bare text, for strings: loggers print those unquoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare: Option<ContentHash>,
    /// The hashes of its fields, for objects: a log line may cut them off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ContentHash>,
    /// The lenient hash of its value, for objects and lists: typed programs print them in their
    /// own ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lenient: Option<ContentHash>,
    /// Its texts and numbers, where all of them may be told in a print of any form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ValueTrace>,
}

/// A piece of the event that has to arrive.
#[derive(Debug, Clone)]
pub struct Payload {
    /// What people call it: the entry's key, its pointer, or `event`.
    pub key: String,
    /// Its place in the event, as a JSON pointer; the whole event's is empty.
    pub pointer: String,
    /// What it holds.
    pub content: Content,
    /// How it is recognised.
    pub recognition: Recognition,
    /// Its text with the places for its marker.
    body: Pieces,
}

impl Payload {
    /// Its text, as a message's body would hold it, with the marker in place.
    #[must_use]
    pub fn body(&self, marker: &str) -> String {
        self.body.render(&|_| marker.to_owned())
    }

    /// How often its marker stands in it.
    #[must_use]
    pub fn markers(&self) -> usize {
        self.body.markers()
    }
}

/// A piece of the event that holds payloads: the whole event, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Container {
    /// Its place in the event, as a JSON pointer; the whole event's is empty.
    pub pointer: String,
    /// The canonical hash of its value, without markers.
    pub hash: ContentHash,
    /// How many fields it has, for objects.
    #[serde(default)]
    pub fields: usize,
    /// The indices of the payloads in it.
    pub payloads: Range<usize>,
}

/// A piece of a payload, by which another shape than the assumed one is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fragment {
    /// Its place in the event, as a JSON pointer.
    pub pointer: String,
    /// The canonical hash of its value, without markers.
    pub hash: ContentHash,
}

/// How markers go into payloads.
#[derive(Debug, Clone)]
pub enum MarkerPolicy {
    /// This field of payloads that are objects; a placeholder wins.
    Field(String),
    /// Nowhere.
    Untouched,
}

/// What of an event goes by HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method, where the event says it.
    pub method: Option<String>,
    /// The body.
    pub body: String,
}

/// One event, read and checked.
#[derive(Debug, Clone)]
pub struct Event {
    /// The file as the user named it, or `stdin`.
    pub origin: String,
    /// SHA-256 of the text, in hexadecimal.
    pub digest: String,
    /// Which pieces of it are payloads, and how that is known.
    pub shape: EventShape,
    /// The field that carries markers, where any payload has one.
    pub marker_field: Option<String>,
    /// The payloads, in the order of the document.
    pub payloads: Vec<Payload>,
    /// The pieces that hold payloads, from the inside outwards.
    pub containers: Vec<Container>,
    /// Pieces of payloads, where the shape is not the user's word.
    pub fragments: Vec<Fragment>,
    text: Pieces,
}

impl Event {
    /// Reads an event each of whose top-level entries is a payload.
    ///
    /// # Errors
    /// When the text is not a JSON object with at least one entry.
    pub fn parse(origin: &str, text: &str, policy: &MarkerPolicy) -> Result<Self, EventError> {
        Self::parse_as(origin, text, policy, &Messages::Given(Shape::Entries))
    }

    /// Reads an event from its text, finds its payloads and decides how each is recognised.
    ///
    /// # Errors
    /// When the text is not JSON, or has no payload of this shape.
    pub fn parse_as(
        origin: &str,
        text: &str,
        policy: &MarkerPolicy,
        messages: &Messages,
    ) -> Result<Self, EventError> {
        reading::read(origin, text, policy, messages)
    }

    /// The event as it goes to the producer; `marker` names the marker of the n-th payload.
    pub fn text(&self, marker: impl Fn(usize) -> String) -> String {
        self.text.render(&marker)
    }

    /// The HTTP request that an event's text stands for, where it goes to what is in front of the
    /// producer: of an event in the form of a request its method and body, else all of it.
    #[must_use]
    pub fn http_request(text: String) -> HttpRequest {
        let event: Value = serde_json::from_str(&text).unwrap_or_default();
        if !is_http_request(&event) {
            return HttpRequest {
                method: None,
                body: text,
            };
        }
        let method = event
            .get("httpMethod")
            .or_else(|| event.pointer("/requestContext/http/method"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        let body = match event.get("body") {
            Some(Value::String(body))
                if event.get("isBase64Encoded") == Some(&Value::Bool(true)) =>
            {
                let decoded = BASE64_STANDARD.decode(body).ok();
                let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
                decoded.unwrap_or_else(|| body.clone())
            }
            Some(Value::String(body)) => body.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        };
        HttpRequest { method, body }
    }

    /// Holds the event, with markers of this length, against the limits of Lambda and the queue.
    ///
    /// # Errors
    /// When a payload or the whole event is too large.
    pub fn check_sizes(&self, marker_bytes: usize, message_limit: usize) -> Result<(), EventError> {
        let marker = "0".repeat(marker_bytes);
        for payload in &self.payloads {
            let bytes = payload.body(&marker).len();
            if bytes > message_limit && self.shape.messages != Shape::Unknown {
                return Err(EventError::EntryTooLarge {
                    origin: self.origin.clone(),
                    key: payload.key.clone(),
                    bytes,
                    limit: message_limit,
                });
            }
        }
        let bytes = self.text(|_| marker.clone()).len();
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
    let payloads = events.iter().flat_map(|event| &event.payloads);
    for payload in payloads.filter(|payload| !payload.recognition.is_marked()) {
        bodies.insert(payload.body(""));
        all += repeat;
    }
    all - bodies.len() as u64
}

impl Content {
    /// The content of a value.
    fn of(value: &Value, recognition: Recognition) -> Self {
        let is_whole = recognition != Recognition::Placeholder;
        // No consumer prints the fields that are to hold a marker as they are written.
        let is_told = |value: &Value| is_whole || !value.to_string().contains(PLACEHOLDER);
        let is_structure = value.is_object() || value.is_array();
        Self {
            hash: ContentHash::of(value),
            bare: value
                .as_str()
                .filter(|_| !recognition.is_marked())
                .map(|text| ContentHash::of_bytes(text.as_bytes())),
            fields: value
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(_, value)| is_told(value))
                .map(|(key, value)| ContentHash::of_field(key, value))
                .collect(),
            lenient: Some(value)
                .filter(|_| is_whole)
                .and_then(ContentHash::lenient),
            values: if is_whole && is_structure {
                ValueTrace::all_of(value)
            } else {
                Vec::new()
            },
        }
    }
}

#[cfg(test)]
mod tests;
