//! Messages that only their content tells: which of them does a text show?
//!
//! A text may hold the payload as JSON, as JSON inside JSON, as Python's, Node's or Go's print of
//! it, alone or in a batch, on one line or several. Where it is cut off, its whole fields tell it,
//! if they fit one content of the run only and say enough. Short scalars prove nothing by
//! themselves (`true` stands in many lines): those count where they are the whole message of the
//! line, or stand behind the same words as a message that is known for certain.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use serde_json::Value;

use crate::{
    event::canonical::ContentHash,
    ledger::{GroupIndex, MessageIndex},
    matcher::print,
    run::PlannedEntry,
};

/// The whole fields of a payload that is cut off must be at least this long to tell it, in bytes
/// of JSON: `"type":1` stands in many messages.
const TELLING: usize = 16;

/// One content_match of a message of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentMatch {
    /// Of which group.
    pub group: GroupIndex,
    /// The words around it, hashed.
    pub shape: u64,
    /// To be believed only behind these words, once they are known.
    pub behind: Option<String>,
}

/// The contents of a run.
#[derive(Debug, Default)]
pub struct Contents {
    by_hash: HashMap<ContentHash, GroupIndex>,
    by_bare_text: HashMap<ContentHash, GroupIndex>,
    /// The groups whose contents have this field with this value.
    by_field: HashMap<ContentHash, Vec<GroupIndex>>,
    /// The words in front of messages that are known for certain, with ids and numbers blurred.
    known_shapes: HashSet<String>,
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Contents {
    /// Whether no message of the run has to be told by its content.
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// A message of the run that only its content tells.
    pub fn add(
        &mut self,
        message: MessageIndex,
        entry: &PlannedEntry,
        groups: &mut Vec<Vec<MessageIndex>>,
    ) {
        let next = GroupIndex::try_from(groups.len()).unwrap_or(GroupIndex::MAX);
        let group = *self.by_hash.entry(entry.hash).or_insert(next);
        if group == next {
            groups.push(Vec::new());
            for field in &entry.fields {
                self.by_field.entry(*field).or_default().push(group);
            }
            if let Some(bare) = entry.bare {
                self.by_bare_text.insert(bare, group);
            }
        }
        groups[group as usize].push(message);
    }

    /// The group of a dead letter's body.
    pub fn of_body(&self, body: &str) -> Option<GroupIndex> {
        let bare = self
            .by_bare_text
            .get(&ContentHash::of_bytes(body.as_bytes()));
        let parsed = || {
            let value: Value = serde_json::from_str(body).ok()?;
            self.by_hash.get(&ContentHash::of(&value))
        };
        parsed().or(bare).copied()
    }

    /// The words in front of a message that is known for certain.
    pub fn learn_words(&mut self, message: &str) {
        if !self.is_empty()
            && let Some((words, _)) = message_start(message)
        {
            self.known_shapes.insert(shape(words));
        }
    }

    /// Whether words are known to stand in front of messages.
    pub fn knows_words(&self, words: &str) -> bool {
        self.known_shapes.contains(words)
    }

    /// What a line shows: `text` as it is, `message` out of the logger's form.
    pub fn in_line(&self, text: &str, message: &str) -> Vec<ContentMatch> {
        // A structured logger may hold the payload in any of its fields, and in several.
        let structured = text
            .trim_start()
            .starts_with('{')
            .then(|| serde_json::from_str::<Value>(text).ok());
        if let Some(Some(Value::Object(fields))) = structured {
            let whole = Value::Object(fields);
            if let Some(group) = self.by_hash.get(&ContentHash::of(&whole)) {
                return vec![content_match(*group, 0)];
            }
            let Value::Object(fields) = whole else {
                return Vec::new();
            };
            let mut found = Vec::new();
            for (name, value) in &fields {
                found.extend(self.in_field(name, value));
            }
            return found;
        }
        self.in_message(message)
    }

    fn in_field(&self, name: &str, value: &Value) -> Vec<ContentMatch> {
        let found = match value {
            Value::String(text) => self.in_message(text),
            other => {
                let mut groups = Vec::new();
                self.structure(other, &mut groups);
                groups
                    .into_iter()
                    .map(|group| content_match(group, 0))
                    .collect()
            }
        };
        found
            .into_iter()
            .map(|found| ContentMatch {
                shape: hash(&(name, found.shape)),
                ..found
            })
            .collect()
    }

    /// Values wherever they begin in the application's message; a bare text, or a scalar at the
    /// end of the line.
    fn in_message(&self, message: &str) -> Vec<ContentMatch> {
        let message = message.trim_end();
        let mut groups = Vec::new();
        let (mut at, mut first) = (0, message.len());
        while let Some(next) = message[at..].find(['{', '[', '"', 'm']) {
            at += next;
            let rest = &message[at..];
            if rest.starts_with('m') && !rest.starts_with("map[") {
                at += 1;
                continue;
            }
            let before = groups.len();
            let (length, is_cut) = self.value_at(rest, &mut groups).unwrap_or((1, false));
            if groups.len() > before {
                first = first.min(at);
            }
            // What follows in a value that is cut off is a part of it.
            if is_cut {
                break;
            }
            at += if groups.len() > before { length } else { 1 };
        }
        if groups.is_empty() {
            return self.scalar_in(message).into_iter().collect();
        }
        let words = hash(&shape(&message[..first]));
        let content_matches = groups.into_iter().map(|group| content_match(group, words));
        content_matches.collect()
    }

    /// The value that begins `text`: how much it takes, and whether it is cut off.
    fn value_at(&self, text: &str, groups: &mut Vec<GroupIndex>) -> Option<(usize, bool)> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            self.value(&value, groups);
            return Some((values.byte_offset(), false));
        }
        let print = print::read(text)?;
        if print.is_cut {
            self.cut_off(&print.value, groups);
        } else {
            self.value(&print.value, groups);
        }
        Some((print.length, print.is_cut))
    }

    fn value(&self, value: &Value, groups: &mut Vec<GroupIndex>) {
        if let Some(group) = self.by_hash.get(&ContentHash::of(value)) {
            groups.push(*group);
            return;
        }
        match value {
            // A body logged as text: JSON inside JSON, or inside a print.
            Value::String(text) => {
                if let Ok(inner) = serde_json::from_str::<Value>(text) {
                    self.value(&inner, groups);
                } else if text.starts_with(['{', '[']) {
                    match print::read(text) {
                        Some(print) if print.is_cut => self.cut_off(&print.value, groups),
                        Some(print) => self.value(&print.value, groups),
                        None => {}
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.structure(item, groups)),
            Value::Object(fields) => {
                fields
                    .values()
                    .for_each(|item| self.structure(item, groups));
            }
            _ => {}
        }
    }

    /// Inside a larger value only structures and texts are looked at: a bare number or boolean in
    /// a structured log line is more likely a field of the logger.
    fn structure(&self, value: &Value, groups: &mut Vec<GroupIndex>) {
        if matches!(value, Value::Array(_) | Value::Object(_) | Value::String(_)) {
            self.value(value, groups);
        }
    }

    /// What is whole of a value that is cut off.
    fn cut_off(&self, value: &Value, groups: &mut Vec<GroupIndex>) {
        match value {
            Value::Array(items) => {
                if let Some((last, whole)) = items.split_last() {
                    for item in whole {
                        self.structure(item, groups);
                    }
                    // The last one may be whole or not.
                    let before = groups.len();
                    self.structure(last, groups);
                    if groups.len() == before {
                        self.cut_off(last, groups);
                    }
                }
            }
            Value::Object(fields) => {
                let length: usize = fields
                    .iter()
                    .map(|(key, value)| key.len() + value.to_string().len())
                    .sum();
                if length >= TELLING
                    && let Some(group) = self.only_one_with(fields)
                {
                    groups.push(group);
                    return;
                }
                // The whole messages of a batch, in one of the fields.
                fields
                    .values()
                    .for_each(|item| self.structure(item, groups));
            }
            _ => {}
        }
    }

    fn only_one_with(&self, fields: &serde_json::Map<String, Value>) -> Option<GroupIndex> {
        let mut left: Option<Vec<GroupIndex>> = None;
        for (key, value) in fields {
            let having = self.by_field.get(&ContentHash::of_field(key, value))?;
            left = Some(match left {
                None => having.clone(),
                Some(left) => left
                    .into_iter()
                    .filter(|group| having.contains(group))
                    .collect(),
            });
        }
        left.filter(|left| left.len() == 1)?.first().copied()
    }

    fn scalar_in(&self, message: &str) -> Option<ContentMatch> {
        if let Some(group) = self.scalar(message) {
            return Some(content_match(group, 0));
        }
        let (words, rest) = message_start(message)?;
        let words = shape(words);
        Some(ContentMatch {
            group: self.scalar(rest)?,
            shape: hash(&words),
            behind: Some(words),
        })
    }

    fn scalar(&self, text: &str) -> Option<GroupIndex> {
        let bare = self
            .by_bare_text
            .get(&ContentHash::of_bytes(text.as_bytes()));
        let parsed = || {
            let value = match serde_json::from_str::<Value>(text) {
                Ok(value) => value,
                Err(_) => {
                    print::read(text)
                        .filter(|print| print.length == text.len() && !print.is_cut)?
                        .value
                }
            };
            self.by_hash.get(&ContentHash::of(&value))
        };
        bare.or_else(parsed).copied()
    }
}

fn content_match(group: GroupIndex, shape: u64) -> ContentMatch {
    ContentMatch {
        group,
        shape,
        behind: None,
    }
}

/// Splits `Received message <id>: <payload>` into the words in front and the payload.
fn message_start(message: &str) -> Option<(&str, &str)> {
    let at = message.find(": ")?;
    Some((&message[..at], &message[at + 2..]))
}

/// Words with every token that holds a digit blurred, so that ids and numbers make no difference.
#[must_use]
pub fn shape(words: &str) -> String {
    words
        .split(' ')
        .map(|word| {
            if word.bytes().any(|byte| byte.is_ascii_digit()) {
                "#"
            } else {
                word
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}
