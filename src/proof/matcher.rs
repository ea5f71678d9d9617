//! Log lines and dead letters → evidence: which message does this text show?
//!
//! A message is known, in this order, by its marker, by its SQS message id (where the producer
//! told it, or a line showed it beside a marker), or by its content. Content is compared by its
//! canonical hash, so that formatting makes no difference, nor does Python's way of writing a
//! value; short scalars prove nothing by
//! themselves (`true` stands in many lines), so those count only where they are the whole message
//! of the line, or stand behind the same words as a message that is known for certain.

use std::{
    collections::{HashMap, HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use jiff::Timestamp;
use memchr::memmem::Finder;
use serde_json::Value;

use super::{
    ledger::{
        Dispatch, Evidence, GroupIndex, InvocationIndex, Ledger, LineId, MessageIndex, Subject,
    },
    line::{self, Kind, Level, Line},
    python,
};
use crate::pipeline::{
    canonical::ContentHash,
    event::Recognition,
    marker::Markers,
    message_id::MessageId,
    run::{Outcome, Run},
};

/// A log event of the consumer, as the matcher needs it.
#[derive(Debug, Clone, Copy)]
pub struct LogText<'a> {
    /// The log stream: lines without a request id belong to the invocation under way in it.
    pub stream: &'a str,
    /// The event's time.
    pub at: Timestamp,
    /// The event's id, where it has one.
    pub id: Option<&'a str>,
    /// Without an id: how many equal events (stream, time and text) came before this one.
    pub nth: u32,
    /// The text.
    pub text: &'a str,
}

/// Reads texts for one run.
#[derive(Debug)]
pub struct Matcher {
    markers: Markers,
    prefix: Finder<'static>,
    messages: u64,
    by_id: HashMap<MessageId, MessageIndex>,
    by_content: HashMap<ContentHash, GroupIndex>,
    by_bare_text: HashMap<ContentHash, GroupIndex>,
    /// The words in front of messages that are known for certain, with ids and numbers blurred.
    known_shapes: HashSet<String>,
    /// Weak content seen behind words that are not (yet) known: counted once they are.
    undecided: Vec<(String, Evidence)>,
    /// The invocation under way in each stream.
    under_way: HashMap<String, InvocationIndex>,
}

/// What the record says of each message's sending.
#[must_use]
pub fn dispatches(run: &Run) -> Vec<Dispatch> {
    run.plan
        .places()
        .map(|place| {
            let invocation = slot(run, place.invocation);
            match &invocation.outcome {
                None if invocation.began.is_none() => Dispatch::Unattempted,
                None | Some(Outcome::InDoubt { .. }) => Dispatch::InDoubt,
                Some(Outcome::NotRun { .. }) => Dispatch::NotSent,
                Some(
                    outcome @ Outcome::Answered {
                        message_ids, sent, ..
                    },
                ) => {
                    let entries = run.plan.events[place.event].entries.len();
                    let has_id = matches!(message_ids.get(place.entry), Some(Some(_)));
                    if has_id || outcome.is_success(entries) {
                        Dispatch::Accepted
                    } else if *sent == Some(0) || sent.is_some() && !message_ids.is_empty() {
                        // It told what it sent, and this one is not among it.
                        Dispatch::NotSent
                    } else {
                        Dispatch::InDoubt
                    }
                }
            }
        })
        .collect()
}

fn slot(run: &Run, invocation: u64) -> &crate::pipeline::run::Invocation {
    &run.invocations[usize::try_from(invocation).unwrap_or(usize::MAX)]
}

impl Matcher {
    /// A matcher for a run, and the groups of messages that only their content tells.
    #[must_use]
    pub fn new(run: &Run) -> (Self, Vec<Vec<MessageIndex>>) {
        let markers = run.plan.markers();
        let mut by_id = HashMap::new();
        let mut by_content: HashMap<ContentHash, GroupIndex> = HashMap::new();
        let mut by_bare_text = HashMap::new();
        let mut groups: Vec<Vec<MessageIndex>> = Vec::new();
        for place in run.plan.places() {
            let index = MessageIndex::try_from(place.seq - 1).unwrap_or(MessageIndex::MAX);
            if let Some(Outcome::Answered { message_ids, .. }) =
                &slot(run, place.invocation).outcome
                && let Some(Some(id)) = message_ids.get(place.entry)
            {
                by_id.insert(id.clone(), index);
                continue;
            }
            let entry = run.plan.entry(place);
            if entry.recognition == Recognition::Content {
                let next = GroupIndex::try_from(groups.len()).unwrap_or(GroupIndex::MAX);
                let group = *by_content.entry(entry.hash).or_insert(next);
                if group == next {
                    groups.push(Vec::new());
                }
                groups[group as usize].push(index);
                if let Some(bare) = entry.bare {
                    by_bare_text.insert(bare, group);
                }
            }
        }
        let matcher = Self {
            prefix: Finder::new(markers.prefix()).into_owned(),
            messages: run.plan.messages(),
            markers,
            by_id,
            by_content,
            by_bare_text,
            known_shapes: HashSet::new(),
            undecided: Vec::new(),
            under_way: HashMap::new(),
        };
        (matcher, groups)
    }

    /// Reads one event of the consumer's log into the ledger. Events of one stream come in the
    /// stream's order, which lines without a request id need.
    pub fn read(&mut self, log: LogText<'_>, ledger: &mut Ledger) {
        let line = line::read(log.text);
        if line.kind == Kind::Platform {
            return;
        }
        let invocation = self.invocation_of(&line, log.stream, ledger);
        if matches!(line.kind, Kind::End | Kind::Report(_)) {
            ledger.ended_at(invocation, log.at);
        }
        match &line.kind {
            Kind::End | Kind::Report(None) => ledger.add(Evidence::Ended { invocation }),
            Kind::Report(Some(error)) | Kind::Failure(error) => {
                let error = error.clone();
                ledger.add(Evidence::Failed { invocation, error });
            }
            Kind::Start | Kind::Platform | Kind::Application => {}
        }
        if !matches!(line.kind, Kind::Start | Kind::End | Kind::Report(_)) {
            self.read_application(&line, &log, invocation, ledger);
        }
    }

    fn read_application(
        &mut self,
        line: &Line<'_>,
        log: &LogText<'_>,
        invocation: InvocationIndex,
        ledger: &mut Ledger,
    ) {
        let id = line_id(log);
        let found = self.subjects(line, log.text);
        let is_error = line.level == Some(Level::Error);
        for (subject, shape) in found {
            // An error line about one message tells its failure; it is not a second arrival.
            let evidence = if is_error && matches!(subject, Subject::Message(_)) {
                let error = one_line(&line.message);
                Evidence::Refused {
                    subject,
                    invocation,
                    error,
                    line: id,
                }
            } else {
                Evidence::Seen {
                    subject,
                    invocation,
                    at: log.at,
                    line: id,
                }
            };
            match shape {
                Some(shape) if !self.known_shapes.contains(&shape) => {
                    self.undecided.push((shape, evidence));
                }
                _ => ledger.add(evidence),
            }
        }
        if !self.undecided.is_empty() {
            let known = &self.known_shapes;
            for (_, evidence) in self
                .undecided
                .extract_if(.., |(shape, _)| known.contains(shape))
            {
                ledger.add(evidence);
            }
        }
    }

    /// Reads a message of the dead-letter queue into the ledger.
    pub fn read_dead_letter(&mut self, message_id: &str, body: &str, ledger: &mut Ledger) {
        let known = self
            .by_id
            .get(&MessageId::from(message_id))
            .copied()
            .or_else(|| self.markers_in(body).next());
        let subject = known.map(Subject::Message).or_else(|| {
            let value: Value = serde_json::from_str(body).ok()?;
            self.by_content
                .get(&ContentHash::of(&value))
                .copied()
                .map(Subject::Group)
        });
        if let Some(subject) = subject {
            let letter = hash(&message_id);
            ledger.add(Evidence::DeadLettered { subject, letter });
        }
    }

    fn invocation_of(
        &mut self,
        line: &Line<'_>,
        stream: &str,
        ledger: &mut Ledger,
    ) -> InvocationIndex {
        if let Some(request_id) = line.request_id {
            let invocation = ledger.invocation(request_id);
            if self.under_way.get(stream) != Some(&invocation) {
                self.under_way.insert(stream.to_owned(), invocation);
            }
            return invocation;
        }
        match self.under_way.get(stream) {
            Some(invocation) => *invocation,
            None => ledger.anonymous_invocation(stream),
        }
    }

    /// The messages that a line shows. A shape with it: to be believed only behind known words.
    fn subjects(&mut self, line: &Line<'_>, text: &str) -> Vec<(Subject, Option<String>)> {
        let mut found: Vec<MessageIndex> = self.markers_in(text).collect();
        if found.len() == 1
            && let Some(id) = lone_uuid(line, text)
        {
            // From now on the message is known by its id too: error lines often hold only that.
            self.by_id.entry(id.into()).or_insert(found[0]);
        }
        if found.is_empty() && !self.by_id.is_empty() {
            found.extend(
                uuids(text)
                    .filter_map(|id| self.by_id.get(&id.into()))
                    .copied(),
            );
        }
        if !found.is_empty() {
            found.sort_unstable();
            found.dedup();
            if !self.by_content.is_empty() {
                self.known_shapes
                    .extend(message_start(&line.message).map(|(words, _)| shape(words)));
            }
            return found
                .into_iter()
                .map(|message| (Subject::Message(message), None))
                .collect();
        }
        if self.by_content.is_empty() || line.level == Some(Level::Error) {
            return Vec::new();
        }
        // A structured logger may hold the payload in any of its fields.
        let structured = if text.trim_start().starts_with('{') {
            text
        } else {
            ""
        };
        let found = self.contents_in(structured);
        if found.is_empty() {
            self.contents_in(&line.message)
        } else {
            found
        }
    }

    fn markers_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = MessageIndex> + 'a {
        let bytes = text.as_bytes();
        self.prefix
            .find_iter(bytes)
            .filter_map(|at| self.markers.seq_at(&bytes[at..]))
            .filter(|seq| (1..=self.messages).contains(seq))
            .filter_map(|seq| MessageIndex::try_from(seq - 1).ok())
    }

    /// Contents of the run in the application's message: JSON values wherever they begin, JSON in
    /// JSON, a bare string to the end of the line.
    fn contents_in(&self, message: &str) -> Vec<(Subject, Option<String>)> {
        let message = message.trim_end();
        let mut found = Vec::new();
        let mut at = 0;
        while at < message.len() {
            let rest = &message[at..];
            let taken = match rest.as_bytes()[0] {
                b'{' | b'[' | b'"' => self.value_at(rest, &mut found),
                _ => None,
            };
            at += taken.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
        }
        if found.is_empty() {
            found.extend(self.scalar_in(message));
        }
        found
    }

    /// The value that begins `text`, in JSON or as Python writes it, if it (or one inside it) is
    /// of the run; how much it takes.
    fn value_at(&self, text: &str, found: &mut Vec<(Subject, Option<String>)>) -> Option<usize> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let (value, taken) = match values.next() {
            Some(Ok(value)) => (value, values.byte_offset()),
            _ => python::value(text)?,
        };
        let before = found.len();
        self.value(&value, found);
        (found.len() > before).then_some(taken)
    }

    fn value(&self, value: &Value, found: &mut Vec<(Subject, Option<String>)>) {
        if let Some(group) = self.by_content.get(&ContentHash::of(value)) {
            found.push((Subject::Group(*group), None));
            return;
        }
        match value {
            // A body logged as text: JSON inside JSON.
            Value::String(text) => {
                if let Ok(inner) = serde_json::from_str::<Value>(text) {
                    self.value(&inner, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.structure(item, found)),
            Value::Object(fields) => {
                fields.values().for_each(|item| self.structure(item, found));
            }
            _ => {}
        }
    }

    /// Inside a larger value only structures and texts are looked at: a bare number or boolean in
    /// a structured log line is more likely a field of the logger.
    fn structure(&self, value: &Value, found: &mut Vec<(Subject, Option<String>)>) {
        if matches!(value, Value::Array(_) | Value::Object(_) | Value::String(_)) {
            self.value(value, found);
        }
    }

    /// A scalar at the end of the line: certain where it is the whole message, otherwise only
    /// behind words that are known to stand in front of messages.
    fn scalar_in(&self, message: &str) -> Option<(Subject, Option<String>)> {
        if let Some(group) = self.scalar(message) {
            return Some((Subject::Group(group), None));
        }
        let (words, rest) = message_start(message)?;
        let group = self.scalar(rest)?;
        Some((Subject::Group(group), Some(shape(words))))
    }

    fn scalar(&self, text: &str) -> Option<GroupIndex> {
        let bare = self
            .by_bare_text
            .get(&ContentHash::of_bytes(text.as_bytes()));
        let parsed = || {
            let value = serde_json::from_str(text).ok().or_else(|| {
                let (value, taken) = python::value(text)?;
                (taken == text.len()).then_some(value)
            })?;
            self.by_content.get(&ContentHash::of(&value))
        };
        bare.or_else(parsed).copied()
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

/// Tokens that look like SQS message ids.
fn uuids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
        .filter(|token| line::is_uuid(token))
}

/// The one id in the line that is not the request id.
fn lone_uuid<'a>(line: &Line<'_>, text: &'a str) -> Option<&'a str> {
    let mut others = uuids(text).filter(|id| Some(*id) != line.request_id);
    let first = others.next()?;
    others.all(|other| other == first).then_some(first)
}

fn line_id(log: &LogText<'_>) -> LineId {
    match log.id {
        Some(id) => hash(&(log.stream, id)),
        None => hash(&(log.stream, log.at, log.text, log.nth)),
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.lines().next().unwrap_or_default().trim();
    line.chars().take(LONGEST).collect()
}
