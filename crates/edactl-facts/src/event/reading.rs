//! From an event's text to its payloads: finds them where the shape says, also in JSON that is
//! text, and puts the places for markers into them. What is not touched stays as it was written.

use std::{collections::HashSet, fmt};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use sha2::{Digest, Sha256};

use crate::event::{
    Container, Content, Event, EventError, Fragment, MarkerPolicy, PLACEHOLDER, Payload,
    Recognition,
    canonical::ContentHash,
    error::{kind_of, syntax},
    pieces::{LITERAL_BRACES, Pieces},
    pointer::{Token, join},
    shape::{EventShape, Messages, Shape, ShapeBasis, aws_defined, is_http_request},
};
use crate::humanize::hex;

/// How many fragments of an event are kept to tell its shape by.
const FRAGMENTS: usize = 256;
/// How deep in a payload fragments are looked for.
const FRAGMENT_DEPTH: usize = 3;
/// How many pointers an error lists.
const LISTED: usize = 12;

pub fn read(
    origin: &str,
    text: &str,
    policy: &MarkerPolicy,
    messages: &Messages,
) -> Result<Event, EventError> {
    // Editors on Windows like to begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(EventError::Empty {
            origin: origin.to_owned(),
        });
    }
    let value: Value = serde_json::from_str(text).map_err(|error| syntax(origin, text, &error))?;
    let mut last = None;
    for shape in candidates(&value, messages) {
        let is_assumed = shape.basis == ShapeBasis::Learned;
        match read_as(origin, text, policy, shape) {
            // What an earlier event taught need not fit this one.
            Err(EventError::NothingThere { .. }) if is_assumed => {}
            other => {
                last = Some(other);
                break;
            }
        }
    }
    last.unwrap_or_else(|| {
        Err(EventError::NotAnObject {
            origin: origin.to_owned(),
            found: kind_of(&value),
        })
    })
}

/// The shapes that the event may have, the likeliest first.
fn candidates(event: &Value, messages: &Messages) -> Vec<EventShape> {
    let of = |messages: Shape, basis| EventShape { messages, basis };
    match messages {
        Messages::Given(shape) => vec![of(shape.clone(), ShapeBasis::Given)],
        Messages::Auto { learned, by_http } => {
            let learned = learned
                .iter()
                .map(|shape| of(shape.clone(), ShapeBasis::Learned));
            // The request's body is all of the event that the producer gets.
            let is_body = *by_http && !is_http_request(event);
            let defined = if is_body {
                Some(Shape::Event)
            } else {
                aws_defined(event)
            };
            let defined = defined.map(|shape| of(shape, ShapeBasis::AwsDefined));
            learned
                .chain(defined)
                .chain([of(Shape::Entries, ShapeBasis::Guessed)])
                .collect()
        }
    }
}

fn read_as(
    origin: &str,
    text: &str,
    policy: &MarkerPolicy,
    shape: EventShape,
) -> Result<Event, EventError> {
    let marking = match policy {
        MarkerPolicy::Field(field) => Marking::Field(field),
        MarkerPolicy::Untouched => Marking::Nowhere,
    };
    let mut reader = Reader::new(origin, &shape, marking);
    let mut pieces = reader.whole(text)?;
    if reader.has_placeholder_outside {
        if reader.payloads.len() != 1 {
            return Err(EventError::MarkerOutside {
                origin: origin.to_owned(),
                payloads: reader.payloads.len(),
            });
        }
        // The event says where the marker of its one payload goes: nowhere else, then.
        reader = Reader::new(origin, &shape, Marking::Placeholders);
        pieces = reader.whole(text)?;
        reader.payloads[0].recognition = Recognition::Placeholder;
    }
    let digest = hex(Sha256::digest(text.as_bytes()));
    let is_field = |payload: &Payload| payload.recognition == Recognition::Field;
    let marker_field = match policy {
        MarkerPolicy::Field(field) if reader.payloads.iter().any(is_field) => Some(field.clone()),
        _ => None,
    };
    Ok(Event {
        origin: origin.to_owned(),
        digest,
        marker_field,
        payloads: reader.payloads,
        containers: reader.containers,
        fragments: reader.fragments,
        text: pieces,
        shape,
    })
}

#[derive(Debug, Clone, Copy)]
enum Marking<'a> {
    /// A field of objects, unless a placeholder stands in them.
    Field(&'a str),
    Placeholders,
    Nowhere,
}

struct Reader<'a> {
    origin: &'a str,
    shape: &'a EventShape,
    marking: Marking<'a>,
    payloads: Vec<Payload>,
    containers: Vec<Container>,
    fragments: Vec<Fragment>,
    has_placeholder_outside: bool,
}

impl<'a> Reader<'a> {
    fn new(origin: &'a str, shape: &'a EventShape, marking: Marking<'a>) -> Self {
        Self {
            origin,
            shape,
            marking,
            payloads: Vec::new(),
            containers: Vec::new(),
            fragments: Vec::new(),
            has_placeholder_outside: false,
        }
    }

    fn whole(&mut self, text: &str) -> Result<Pieces, EventError> {
        let text = text.trim();
        let path = match &self.shape.messages {
            Shape::Entries if !text.starts_with('{') => {
                return Err(EventError::NotAnObject {
                    origin: self.origin.to_owned(),
                    found: kind_of(&value_of(text)),
                });
            }
            Shape::Entries => &[Token::Any][..],
            Shape::Event | Shape::Unknown => &[],
            Shape::Pointer(pointer) => pointer.tokens(),
        };
        let pieces = self.walk(text, path, String::new(), false)?;
        if !self.payloads.is_empty() {
            return Ok(pieces);
        }
        let origin = self.origin.to_owned();
        Err(match &self.shape.messages {
            Shape::Pointer(_) => EventError::NothingThere {
                origin,
                shape: self.shape.messages.clone(),
                there: outermost(&value_of(text)),
            },
            _ => EventError::Empty { origin },
        })
    }

    /// The text of the value at `pointer`, from which `path` leads to payloads.
    fn walk(
        &mut self,
        raw: &str,
        path: &[Token],
        pointer: String,
        is_base64: bool,
    ) -> Result<Pieces, EventError> {
        let Some((step, rest)) = path.split_first() else {
            return self.payload(raw, pointer, is_base64);
        };
        let first = self.payloads.len();
        let pieces = match raw.as_bytes().first() {
            Some(b'{') => self.members(raw, step, rest, &pointer)?,
            Some(b'[') => self.items(raw, step, rest, &pointer)?,
            Some(b'"') => match json_text(raw) {
                Some(inner) => self
                    .walk(inner.trim(), path, pointer.clone(), false)?
                    .quoted(),
                None => self.outside(raw),
            },
            _ => self.outside(raw),
        };
        let payloads = first..self.payloads.len();
        if !payloads.is_empty() && raw.starts_with(['{', '[']) {
            let value = value_of(raw);
            self.containers.push(Container {
                pointer,
                hash: ContentHash::of(&value),
                fields: value.as_object().map_or(0, serde_json::Map::len),
                payloads,
            });
        }
        Ok(pieces)
    }

    fn members(
        &mut self,
        raw: &str,
        step: &Token,
        rest: &[Token],
        pointer: &str,
    ) -> Result<Pieces, EventError> {
        let members: Members = parsed(raw);
        let is_base64 = carries_base64(&members);
        let mut seen = HashSet::new();
        let mut pieces = Pieces::text("{");
        for (nth, (key, value)) in members.0.into_iter().enumerate() {
            if !seen.insert(key.clone()) {
                return Err(EventError::DuplicateKey {
                    origin: self.origin.to_owned(),
                    key,
                });
            }
            if nth > 0 {
                pieces.push_text(",");
            }
            let is_wanted = step.is_key(&key);
            let quoted = Value::from(key.as_str()).to_string();
            pieces.append(if is_wanted && rest.is_empty() {
                // A placeholder in the key of a payload is the payload's.
                Pieces::of_event(&quoted, self.slot())
            } else {
                self.outside(&quoted)
            });
            pieces.push_text(":");
            pieces.append(if is_wanted {
                let is_base64 = is_base64.is_some_and(|field| field == key);
                self.walk(value.get(), rest, join(pointer, &key), is_base64)?
            } else {
                self.outside(value.get())
            });
        }
        pieces.push_text("}");
        Ok(pieces)
    }

    fn items(
        &mut self,
        raw: &str,
        step: &Token,
        rest: &[Token],
        pointer: &str,
    ) -> Result<Pieces, EventError> {
        let items: Vec<Box<RawValue>> = parsed(raw);
        let mut pieces = Pieces::text("[");
        for (nth, value) in items.iter().enumerate() {
            if nth > 0 {
                pieces.push_text(",");
            }
            pieces.append(if step.is_item(nth) {
                self.walk(value.get(), rest, join(pointer, &nth.to_string()), false)?
            } else {
                self.outside(value.get())
            });
        }
        pieces.push_text("]");
        Ok(pieces)
    }

    /// The index of the payload that comes next, where markers are put anywhere.
    fn slot(&self) -> Option<usize> {
        (!matches!(self.marking, Marking::Nowhere)).then_some(self.payloads.len())
    }

    /// What belongs to no payload. A placeholder there is that of the event's only payload.
    fn outside(&mut self, raw: &str) -> Pieces {
        let slot = self.slot().map(|_| 0);
        let pieces = Pieces::of_event(raw, slot);
        self.has_placeholder_outside |= pieces.has_marker();
        pieces
    }

    fn payload(
        &mut self,
        raw: &str,
        pointer: String,
        is_base64: bool,
    ) -> Result<Pieces, EventError> {
        let raw = raw.trim();
        let encoded = is_base64.then(|| decoded(raw)).flatten();
        // What an entry holds is taken as it is: its producer sends text as text.
        let looks_inside = self.shape.messages != Shape::Entries;
        let text = if looks_inside { json_text(raw) } else { None };
        if let Some(decoded) = encoded {
            let inner = match serde_json::from_str::<Value>(&decoded) {
                Ok(_) => self.body(decoded.trim(), pointer)?,
                Err(_) => self.plain(&Value::from(decoded.as_str()), &decoded, pointer),
            };
            return Ok(inner.in_base64());
        }
        match text {
            Some(inner) => Ok(self.body(inner.trim(), pointer)?.quoted()),
            None => self.body(raw, pointer),
        }
    }

    /// A payload that is JSON: its text, as it is in a message.
    fn body(&mut self, raw: &str, pointer: String) -> Result<Pieces, EventError> {
        let value = value_of(raw);
        if let Value::Object(fields) = &value
            && let Marking::Field(field) = self.marking
            && !has_placeholder(raw)
            && self.shape.messages != Shape::Unknown
        {
            if fields.contains_key(field) {
                return Err(EventError::MarkerFieldTaken {
                    origin: self.origin.to_owned(),
                    key: self.key(&pointer),
                    field: field.to_owned(),
                });
            }
            // First in the object: a log line that is cut off still shows it.
            let mut body = Pieces::text("{");
            body.push_text(&Value::from(field).to_string());
            body.push_text(":\"");
            body.push_marker(self.payloads.len());
            body.push_text(if fields.is_empty() { "\"" } else { "\"," });
            body.append(Pieces::of_event(&raw[1..], None));
            return Ok(self.add(&value, body, pointer, Recognition::Field));
        }
        Ok(self.plain(&value, raw, pointer))
    }

    /// A payload that gets no field: placeholders in it are filled in, and nothing else.
    fn plain(&mut self, value: &Value, text: &str, pointer: String) -> Pieces {
        let body = Pieces::of_event(text, self.slot());
        let recognition = if body.has_marker() {
            Recognition::Placeholder
        } else if self.shape.messages == Shape::Unknown {
            Recognition::Answer
        } else {
            Recognition::Content
        };
        self.add(value, body, pointer, recognition)
    }

    fn add(
        &mut self,
        value: &Value,
        body: Pieces,
        pointer: String,
        recognition: Recognition,
    ) -> Pieces {
        if !self.shape.basis.is_believed() || self.shape.messages == Shape::Unknown {
            self.add_fragments(value, &pointer, FRAGMENT_DEPTH);
        }
        self.payloads.push(Payload {
            key: self.key(&pointer),
            content: Content::of(value, recognition),
            recognition,
            pointer,
            body: body.clone(),
        });
        body
    }

    /// The objects, arrays and JSON texts in a payload.
    fn add_fragments(&mut self, value: &Value, pointer: &str, depth: usize) {
        let members: Vec<(String, &Value)> = match value {
            Value::Object(fields) => fields
                .iter()
                .map(|(key, value)| (join(pointer, key), value))
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(nth, value)| (join(pointer, &nth.to_string()), value))
                .collect(),
            Value::String(text) => {
                // JSON in text is the same place.
                if let Some(inner) = serde_json::from_str::<Value>(text).ok().filter(is_telling) {
                    self.add_fragment(pointer, &inner);
                    if depth > 0 {
                        self.add_fragments(&inner, pointer, depth - 1);
                    }
                }
                return;
            }
            _ => return,
        };
        for (pointer, value) in members {
            if is_telling(value) {
                self.add_fragment(&pointer, value);
            }
            if depth > 0 {
                self.add_fragments(value, &pointer, depth - 1);
            }
        }
    }

    fn add_fragment(&mut self, pointer: &str, value: &Value) {
        if self.fragments.len() < FRAGMENTS {
            self.fragments.push(Fragment {
                pointer: pointer.to_owned(),
                hash: ContentHash::of(value),
            });
        }
    }

    fn key(&self, pointer: &str) -> String {
        match &self.shape.messages {
            Shape::Entries => pointer[1..].replace("~1", "/").replace("~0", "~"),
            Shape::Event | Shape::Unknown => "event".to_owned(),
            Shape::Pointer(_) => pointer.to_owned(),
        }
    }
}

fn is_structured(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Whether a value says enough to be told from others: `{}` stands in many messages.
fn is_telling(value: &Value) -> bool {
    let fields = value.as_object().map_or(0, serde_json::Map::len);
    fields + value.as_array().map_or(0, Vec::len) > 0
}

/// Whether text of an event has a placeholder for the marker.
fn has_placeholder(text: &str) -> bool {
    text.contains(PLACEHOLDER) && Pieces::of_event(text, Some(0)).has_marker()
}

/// A value of text that was read as JSON before; what stands for `{{` is `{{`.
fn value_of(raw: &str) -> Value {
    if raw.contains(LITERAL_BRACES) {
        parsed(&Pieces::of_event(raw, None).render(&|_| String::new()))
    } else {
        parsed(raw)
    }
}

/// Reads what is known to be JSON of this form, or its like without anything in it.
fn parsed<T: for<'de> Deserialize<'de> + Default>(raw: &str) -> T {
    serde_json::from_str(raw).unwrap_or_default()
}

/// The object or array that a JSON string holds as text.
fn json_text(raw: &str) -> Option<String> {
    let text: String = serde_json::from_str(raw).ok()?;
    let value: Value = serde_json::from_str(&text).ok()?;
    is_structured(&value).then_some(text)
}

fn decoded(raw: &str) -> Option<String> {
    let text: String = serde_json::from_str(raw).ok()?;
    String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()
}

/// The member that holds base64: the body of an HTTP request that says so, a Kinesis record's
/// data.
fn carries_base64(members: &Members) -> Option<&'static str> {
    let find = |name: &str| members.0.iter().find(|(key, _)| key == name);
    let says_so = find("isBase64Encoded").is_some_and(|(_, value)| value.get() == "true");
    let is_kinesis = find("partitionKey").is_some() && find("sequenceNumber").is_some();
    match (says_so, is_kinesis) {
        (true, _) => Some("body"),
        (false, true) => Some("data"),
        (false, false) => None,
    }
}

/// Pointers to what the event has, from the outside inwards as far as a list of them is read.
fn outermost(event: &Value) -> Vec<String> {
    let mut there = vec![(String::new(), event.clone())];
    let mut listed: Vec<String> = Vec::new();
    for depth in 0..2 {
        let mut inside = Vec::new();
        for (pointer, value) in there {
            match value {
                Value::Object(fields) => inside.extend(
                    fields
                        .into_iter()
                        .map(|(key, value)| (join(&pointer, &key), value)),
                ),
                Value::Array(items) if !items.is_empty() => {
                    listed.push(format!("{pointer}/* ({} items)", items.len()));
                }
                _ => {}
            }
        }
        if depth == 0 {
            listed.extend(inside.iter().map(|(pointer, _)| pointer.clone()));
        }
        there = inside;
    }
    listed.extend(there.iter().map(|(pointer, _)| pointer.clone()));
    if listed.is_empty() {
        listed.push(format!("only {}", kind_of(event)));
    }
    if listed.len() > LISTED {
        listed.truncate(LISTED);
        listed.push("…".to_owned());
    }
    listed
}

/// The members of an object in the order of the document, duplicates included, values as written.
#[derive(Default)]
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests;
