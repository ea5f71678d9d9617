//! Payloads that only their content tells: which of them does a text show?
//!
//! A text may hold the payload as JSON, as JSON inside JSON to any depth, or as a program's print
//! of it, alone or in a batch, on one line or several. Where it is cut off, its whole fields tell
//! it, if they fit one content of the run only, are half of it or more, and say enough. Short
//! scalars prove nothing by themselves (`true` stands in many lines): those count where they are
//! the whole message of the line, or stand behind the same words as a message that is known for
//! certain. What no form tells may be told by its values: see [`super::values`].

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    event::{Container, Content, canonical::ContentHash, marker::Markers, unmark::unmark},
    ledger::Means,
    matcher::{
        sighting::hash,
        values::Values,
        words::{KnownWords, beginnings, shape},
    },
    print,
    run::Plan,
};

/// The whole fields of a payload that is cut off must be at least this long to tell it, in bytes
/// of JSON: `"type":1` stands in many messages. So must be a text behind words that are not known.
const TELLING: usize = 16;
/// Fields in which loggers and events hold a message as it is.
const BODIES: [&str; 12] = [
    "body", "message", "msg", "payload", "data", "detail", "content", "text", "value", "event",
    "record", "item",
];

/// Identifies a content of the run; equal payloads have one.
pub type ContentId = u32;

/// One payload that a text shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentMatch {
    /// Its content.
    pub content: ContentId,
    /// The words around it, hashed.
    pub shape: u64,
    /// How the text shows it.
    pub means: Means,
    /// To be believed only behind these words, once they are known: any of them.
    pub behind: Vec<String>,
}

/// The contents of a run.
#[derive(Debug, Default)]
pub struct Contents {
    count: ContentId,
    by_hash: HashMap<ContentHash, ContentId>,
    /// Of objects and lists; `None`: of several contents.
    by_lenient: HashMap<ContentHash, Option<ContentId>>,
    by_bare_text: HashMap<ContentHash, ContentId>,
    /// The contents that have this field with this value.
    by_field: HashMap<ContentHash, Vec<ContentId>>,
    /// How many fields each content has.
    fields: Vec<usize>,
    /// The most of these.
    most_fields: usize,
    has_scalars: bool,
    /// Whether a line may show a payload though [`Values::may_show`] does not tell so.
    has_unscreened: bool,
    values: Values,
    words: KnownWords,
    /// The run's markers, where any payload carries one.
    markers: Option<Markers>,
    /// The field that carries them.
    marker_field: Option<String>,
    /// Whether what a marker tells is to be told by its content, too.
    tells_marked: bool,
}

impl Contents {
    /// No contents yet of this plan.
    pub fn new(plan: &Plan) -> Self {
        let mut payloads = plan.events.iter().flat_map(|event| &event.payloads);
        let is_marked = payloads.any(|payload| payload.recognition.is_marked());
        Self {
            markers: is_marked.then(|| plan.markers()),
            marker_field: plan.marker_field.clone(),
            ..Self::default()
        }
    }

    /// The content of a piece that holds payloads; `None`: what equals it is known.
    pub fn add_container(&mut self, container: &Container) -> Option<ContentId> {
        if self.by_hash.contains_key(&container.hash) {
            return None;
        }
        self.most_fields = self.most_fields.max(container.fields);
        Some(self.add_whole(container.hash))
    }

    /// The content of a piece that is told only as a whole, also where a marker tells it.
    pub fn add_piece(&mut self, hash: ContentHash) -> ContentId {
        self.most_fields = usize::MAX;
        self.tells_marked = true;
        self.add_whole(hash)
    }

    fn add_whole(&mut self, hash: ContentHash) -> ContentId {
        let content = self.count;
        self.count += 1;
        self.by_hash.insert(hash, content);
        self.fields.push(0);
        content
    }

    /// The value without the markers in it, where a larger piece may have some.
    fn unmarked(&self, value: &Value) -> Option<Value> {
        let markers = self.markers.as_ref()?;
        let is_marked = value.to_string().contains(markers.prefix());
        is_marked.then(|| {
            let mut value = value.clone();
            unmark(&mut value, markers, self.marker_field.as_deref());
            value
        })
    }

    /// The content of a payload.
    pub fn add(&mut self, payload: &Content) -> ContentId {
        if let Some(known) = self.by_hash.get(&payload.hash) {
            return *known;
        }
        let content = self.count;
        self.count += 1;
        self.by_hash.insert(payload.hash, content);
        self.fields.push(payload.fields.len());
        self.most_fields = self.most_fields.max(payload.fields.len());
        for field in &payload.fields {
            self.by_field.entry(*field).or_default().push(content);
        }
        if let Some(bare) = payload.bare {
            self.by_bare_text.insert(bare, content);
        }
        if let Some(lenient) = payload.lenient {
            self.by_lenient
                .entry(lenient)
                .and_modify(|known| *known = None)
                .or_insert(Some(content));
        }
        self.has_scalars |= payload.fields.is_empty();
        let is_screened = self.values.add(content, &payload.values);
        self.has_unscreened |= !is_screened;
        content
    }

    /// Whether reading a line can show anything: cheap.
    pub fn may_be_in(&self, text: &str) -> bool {
        self.has_unscreened || self.values.may_show(text)
    }

    /// What a dead letter's body holds as a whole.
    pub fn of_body(&self, body: &str) -> Option<ContentId> {
        let bare = self
            .by_bare_text
            .get(&ContentHash::of_bytes(body.as_bytes()));
        if let Some(bare) = bare {
            return Some(*bare);
        }
        let mut search = Search::new(self);
        match serde_json::from_str(body) {
            Ok(value) => search.value(&value, true),
            Err(_) => search.text(body),
        }
        // A letter that holds several payloads is told by its message id or its markers.
        match search.found[..] {
            [content] => Some(content),
            _ => None,
        }
    }

    /// A line that shows a message for certain. Returns whether words are known that were not.
    pub fn learn_words(&mut self, message: &str) -> bool {
        self.has_scalars && self.words.learn(message)
    }

    /// Whether any of the words are known to stand in front of messages.
    pub fn knows_words(&self, words: &[String]) -> bool {
        words.iter().any(|words| self.words.knows(words))
    }

    /// What a line shows: `json` is the object that a structured logger wrote, `message` the text
    /// for people.
    pub fn in_line(&self, json: Option<&str>, message: &str) -> Vec<ContentMatch> {
        let object = json.and_then(|json| serde_json::from_str::<Value>(json).ok());
        let mut found = match object {
            Some(whole @ Value::Object(_)) => self.in_object(&whole),
            _ => self.in_message(message),
        };
        let text = json.unwrap_or(message);
        for content in self.values.in_text(text) {
            if found.iter().all(|known| known.content != content) {
                found.push(ContentMatch {
                    content,
                    shape: 0,
                    means: Means::Values,
                    behind: Vec::new(),
                });
            }
        }
        found
    }

    /// A structured logger may hold the payload in any of its fields, and in several.
    fn in_object(&self, whole: &Value) -> Vec<ContentMatch> {
        let mut search = Search::new(self);
        if search.whole(whole) {
            return search.matches(0);
        }
        let mut matches = Vec::new();
        let fields = whole.as_object().into_iter().flatten();
        for (name, value) in fields.filter(|(name, value)| may_hold(name, value)) {
            let found = match value {
                Value::String(text) if is_body(name) => self.in_message(text),
                other => {
                    let mut search = Search::new(self);
                    search.value(other, is_body(name) && !is_bare(other));
                    search.matches(0)
                }
            };
            matches.extend(found.into_iter().map(|found| ContentMatch {
                shape: hash(&(name, found.shape)),
                ..found
            }));
        }
        matches
    }

    /// Values wherever they begin in the application's message; a bare text, or a scalar at the
    /// end of the line.
    fn in_message(&self, message: &str) -> Vec<ContentMatch> {
        let message = message.trim_end();
        let mut search = Search::new(self);
        search.text(message);
        if search.found.is_empty() {
            return self.scalar_in(message).into_iter().collect();
        }
        let words = hash(&shape(&message[..search.first]));
        search.matches(words)
    }

    fn scalar_in(&self, message: &str) -> Option<ContentMatch> {
        if !self.has_scalars {
            return None;
        }
        let found = |content, shape, behind| ContentMatch {
            content,
            shape,
            means: Means::Content,
            behind,
        };
        if let Some(content) = self.scalar(message) {
            return Some(found(content, 0, Vec::new()));
        }
        for (words, rest) in beginnings(message) {
            let Some(content) = self.scalar(rest) else {
                continue;
            };
            let shape = hash(&words);
            let speaks_for_itself = rest.len() >= TELLING && rest.contains(' ');
            let behind = if speaks_for_itself {
                Vec::new()
            } else {
                vec![words]
            };
            return Some(found(content, shape, behind));
        }
        None
    }

    fn scalar(&self, text: &str) -> Option<ContentId> {
        let bare = self
            .by_bare_text
            .get(&ContentHash::of_bytes(text.as_bytes()));
        let parsed = || {
            let value = match serde_json::from_str::<Value>(text) {
                Ok(value) => value,
                Err(_) => {
                    print::read(text)
                        .filter(|print| print.length == text.len() && !print.is_partial)?
                        .value
                }
            };
            self.by_hash.get(&ContentHash::of(&value))
        };
        bare.or_else(parsed).copied()
    }

    fn only_one_with(&self, fields: &Map<String, Value>) -> Option<ContentId> {
        let having = fields.iter().map(|(key, value)| {
            let having = self.by_field.get(&ContentHash::of_field(key, value));
            having.map(Vec::as_slice)
        });
        let mut having: Vec<&[ContentId]> = having.collect::<Option<_>>()?;
        // A field may have one value in the whole run: the rarest is the one to go through. Ids
        // were added in ascending order.
        having.sort_unstable_by_key(|having| having.len());
        let (rarest, others) = having.split_first()?;
        let mut left = rarest.iter().filter(|content| {
            let has = |having: &&[ContentId]| having.binary_search(content).is_ok();
            others.iter().all(has)
        });
        let content = *left.next()?;
        if left.next().is_some() {
            return None;
        }
        (fields.len() * 2 >= self.fields[content as usize]).then_some(content)
    }
}

fn is_body(name: &str) -> bool {
    BODIES.iter().any(|body| body.eq_ignore_ascii_case(name))
}

/// Whether a payload may stand in a field: `{}` is one only where loggers and events hold a
/// message.
fn may_hold(name: &str, value: &Value) -> bool {
    let is_empty = match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    !is_empty || is_body(name)
}

/// A number or boolean in a structured log line is more likely a field of the logger.
fn is_bare(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::Bool(_) | Value::Null)
}

/// One look through a text.
struct Search<'a> {
    contents: &'a Contents,
    found: Vec<ContentId>,
    /// Where the first value that shows one begins, in the outermost text.
    first: usize,
    depth: usize,
}

impl<'a> Search<'a> {
    fn new(contents: &'a Contents) -> Self {
        Self {
            contents,
            found: Vec::new(),
            first: 0,
            depth: 0,
        }
    }

    fn matches(self, shape: u64) -> Vec<ContentMatch> {
        let of = |content| ContentMatch {
            content,
            shape,
            means: Means::Content,
            behind: Vec::new(),
        };
        self.found.into_iter().map(of).collect()
    }

    /// Whether the value is a payload as a whole.
    fn whole(&mut self, value: &Value) -> bool {
        let contents = self.contents;
        // Hashing costs more than counting: what has more fields than any payload is none.
        let fields = value.as_object().into_iter().flatten();
        let told = fields.filter(|(_, value)| !value.is_null()).count();
        if told > contents.most_fields {
            return false;
        }
        let unmarked = contents.unmarked(value);
        let value = unmarked.as_ref().unwrap_or(value);
        let strict = contents.by_hash.get(&ContentHash::of(value)).copied();
        let lenient = || *contents.by_lenient.get(&ContentHash::lenient(value)?)?;
        let found = strict.or_else(lenient);
        self.found.extend(found);
        found.is_some()
    }

    /// Looks for payloads in a value. Scalars count only where `is_whole_body`: where loggers and
    /// events hold a message.
    fn value(&mut self, value: &Value, is_whole_body: bool) {
        match value {
            Value::Array(_) | Value::Object(_) if self.is_marked(value) || self.whole(value) => {}
            Value::Array(items) => {
                for item in items {
                    self.value(item, is_whole_body && item.is_string());
                }
            }
            Value::Object(fields) => {
                for (name, item) in fields.iter().filter(|(name, item)| may_hold(name, item)) {
                    self.value(item, is_body(name) && item.is_string());
                }
            }
            Value::String(text) => self.body(text, is_whole_body),
            _ if is_whole_body => {
                self.whole(value);
            }
            _ => {}
        }
    }

    /// Whether its marker tells an object: what is in it is its own.
    fn is_marked(&self, value: &Value) -> bool {
        let Some(markers) = &self.contents.markers else {
            return false;
        };
        let prefix = markers.prefix();
        let is_marker = |value: &Value| value.as_str().is_some_and(|it| it.starts_with(prefix));
        !self.contents.tells_marked
            && value
                .as_object()
                .is_some_and(|fields| fields.values().any(is_marker))
    }

    /// A text inside a value: JSON inside JSON, a print inside JSON, or a payload that is a text.
    fn body(&mut self, text: &str, is_whole_body: bool) {
        if is_whole_body && self.contents.has_scalars {
            let bytes = ContentHash::of_bytes(text.as_bytes());
            if let Some(content) = self.contents.by_bare_text.get(&bytes) {
                self.found.push(*content);
                return;
            }
        }
        if let Ok(inner) = serde_json::from_str::<Value>(text) {
            self.depth += 1;
            self.value(&inner, is_whole_body);
            self.depth -= 1;
        } else {
            self.text(text);
        }
    }

    /// Values wherever they begin in a text.
    fn text(&mut self, text: &str) {
        const DEEPEST: usize = 32;
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(next) = text[at..].find(['{', '[', '"', '(', 'm', '#']) {
            at += next;
            let rest = &text[at..];
            let begins = match bytes[at] {
                b'm' => rest.starts_with("map["),
                b'#' => rest.starts_with("#<"),
                // The fields of a typed object stand behind its type's name.
                b'(' => at > 0 && bytes[at - 1].is_ascii_alphanumeric(),
                _ => true,
            };
            if !begins {
                at += 1;
                continue;
            }
            let before = self.found.len();
            let (length, is_cut) = self.value_at(rest).unwrap_or((1, false));
            if before == 0 && !self.found.is_empty() {
                self.first = at;
            }
            // What follows in a value that is cut off is a part of it.
            if is_cut {
                break;
            }
            at += length;
        }
        if self.found.is_empty() {
            self.pairs(text);
        }
        self.depth -= 1;
    }

    /// The value that begins `text`: how much it takes, and whether it is cut off.
    fn value_at(&mut self, text: &str) -> Option<(usize, bool)> {
        // A list may hold whole bodies.
        let is_list = text.starts_with('[');
        let before = self.found.len();
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            self.value(&value, is_list);
            return Some((values.byte_offset(), false));
        }
        let print = print::read(text);
        if let Some(print) = &print {
            if print.is_partial {
                self.partial(&print.value);
            } else {
                self.value(&print.value, is_list);
            }
        }
        if self.found.len() == before
            && text.starts_with('{')
            && let Some(go) = print::read_go(text)
        {
            self.value(&go.value, false);
            if self.found.len() > before || print.is_none() {
                return Some((go.length, false));
            }
        }
        let print = print?;
        Some((print.length, print.is_cut))
    }

    /// `id=7 name='x'` up to the end of the text.
    fn pairs(&mut self, text: &str) {
        if let Some(equals) = text.find('=') {
            let is_key = |char: char| char.is_alphanumeric() || char == '_';
            let key = text[..equals].trim_end_matches(is_key).len();
            if let Some(print) = print::read_pairs(&text[key..])
                && self.whole(&print.value)
            {
                self.first = key;
            }
        }
    }

    /// What is whole of a value that is cut off, or leaves parts out.
    fn partial(&mut self, value: &Value) {
        match value {
            Value::Array(items) => {
                if let Some((last, whole)) = items.split_last() {
                    for item in whole {
                        self.item(item);
                    }
                    // The last one may be whole or not.
                    self.item(last);
                }
            }
            Value::Object(fields) => {
                if self.is_marked(value) {
                    return;
                }
                let length: usize = fields
                    .iter()
                    .map(|(key, value)| key.len() + value.to_string().len())
                    .sum();
                if length >= TELLING
                    && let Some(content) = self.contents.only_one_with(fields)
                {
                    self.found.push(content);
                    return;
                }
                // The whole messages of a batch, in one of the fields.
                for (name, item) in fields {
                    match item {
                        Value::String(text) => self.body(text, is_body(name)),
                        other => self.item(other),
                    }
                }
            }
            Value::String(text) => self.body(text, false),
            _ => {}
        }
    }

    fn item(&mut self, item: &Value) {
        let before = self.found.len();
        self.value(item, item.is_string());
        if self.found.len() == before && !item.is_string() {
            self.partial(item);
        }
    }
}

#[cfg(test)]
mod tests;
