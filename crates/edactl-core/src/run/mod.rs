//! A run: one `send`, as it is recorded. What was planned, and what became of each invocation.

pub mod answer;
pub mod message_id;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    event::{
        Entry, Event, Recognition,
        canonical::ContentHash,
        marker::{Markers, RunId},
    },
    run::message_id::MessageId,
    topology::Pipeline,
};

/// The version of the record's format; a reader refuses what it does not know.
pub const FORMAT: u32 = 1;
/// No run has more messages, nor more invocations: a record that says so is damaged.
pub const MAX_MESSAGES: u64 = 10_000_000;

/// What a run set out to do: the first line of its record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`FORMAT`].
    pub format: u32,
    /// The run's id.
    pub run: RunId,
    /// When it began, by this machine's clock.
    pub began: Timestamp,
    /// The edactl version that recorded it.
    pub edactl: String,
    /// The pipeline it was sent to.
    pub pipeline: Pipeline,
    /// The events, each sent `repeat` times.
    pub events: Vec<PlannedEvent>,
    /// How often each event is sent.
    pub repeat: u32,
}

/// One event of a plan. It holds hashes, not payloads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// The file as the user named it, or `stdin`.
    pub origin: String,
    /// SHA-256 of the event's text, in hexadecimal.
    pub digest: String,
    /// Its entries, in the order of the document.
    pub entries: Vec<PlannedEntry>,
}

/// One entry of a planned event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedEntry {
    /// The entry's key.
    pub key: String,
    /// The canonical hash of its value, as written in the event.
    pub hash: ContentHash,
    /// The hash of the bare text, for entries that are strings: loggers print those unquoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare: Option<ContentHash>,
    /// The hashes of its fields, for entries that are objects and only their content tells: a log
    /// line may cut them off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ContentHash>,
    /// How its messages are recognised.
    pub recognition: Recognition,
}

/// Where a message stands in its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessagePosition {
    /// The message's number in the run, from 1.
    pub seq: u64,
    /// The invocation's number, from 0.
    pub invocation: u64,
    /// The event's index in the plan.
    pub event: usize,
    /// The entry's index in the event.
    pub entry: usize,
}

impl Plan {
    /// The plan of sending these events `repeat` times.
    #[must_use]
    pub fn new(
        run: RunId,
        began: Timestamp,
        pipeline: Pipeline,
        events: &[Event],
        repeat: u32,
    ) -> Self {
        let events = events.iter().map(PlannedEvent::of).collect();
        let edactl = env!("CARGO_PKG_VERSION").to_owned();
        Self {
            format: FORMAT,
            run,
            began,
            edactl,
            pipeline,
            events,
            repeat,
        }
    }

    /// How many invocations are planned.
    #[must_use]
    pub fn invocations(&self) -> u64 {
        self.events.len() as u64 * u64::from(self.repeat)
    }

    /// How many messages are planned.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.messages_per_round() * u64::from(self.repeat)
    }

    fn messages_per_round(&self) -> u64 {
        self.events
            .iter()
            .map(|event| event.entries.len() as u64)
            .sum()
    }

    /// The markers of the run.
    #[must_use]
    pub fn markers(&self) -> Markers {
        Markers::new(&self.run, self.messages())
    }

    /// The event of an invocation, and the number of the message before its first.
    #[must_use]
    pub fn invocation(&self, invocation: u64) -> (usize, u64) {
        let events = self.events.len() as u64;
        let (round, index) = (invocation / events, invocation % events);
        let index = usize::try_from(index).unwrap_or_default();
        let before: u64 = self.events[..index]
            .iter()
            .map(|event| event.entries.len() as u64)
            .sum();
        (index, round * self.messages_per_round() + before)
    }

    /// Every planned message, in order.
    pub fn places(&self) -> impl Iterator<Item = MessagePosition> + '_ {
        (0..self.invocations()).flat_map(move |invocation| {
            let (event, before) = self.invocation(invocation);
            (0..self.events[event].entries.len()).map(move |entry| MessagePosition {
                seq: before + entry as u64 + 1,
                invocation,
                event,
                entry,
            })
        })
    }

    /// The planned entry at a place.
    #[must_use]
    pub fn entry(&self, place: MessagePosition) -> &PlannedEntry {
        &self.events[place.event].entries[place.entry]
    }
}

impl PlannedEvent {
    fn of(event: &Event) -> Self {
        let entries = event
            .entries
            .iter()
            .map(|entry| PlannedEntry {
                key: entry.key.clone(),
                hash: entry.hash,
                bare: serde_json::from_str::<String>(&entry.text)
                    .ok()
                    .filter(|_| entry.recognition == Recognition::Content)
                    .map(|text| ContentHash::of_bytes(text.as_bytes())),
                fields: fields(entry),
                recognition: entry.recognition,
            })
            .collect();
        Self {
            origin: event.origin.clone(),
            digest: event.digest.clone(),
            entries,
        }
    }
}

fn fields(entry: &Entry) -> Vec<ContentHash> {
    if entry.recognition != Recognition::Content {
        return Vec::new();
    }
    let fields: Map<String, Value> = serde_json::from_str(&entry.text).unwrap_or_default();
    fields
        .iter()
        .map(|(key, value)| ContentHash::of_field(key, value))
        .collect()
}

/// What became of one invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The producer answered.
    Answered {
        /// Lambda's request id of the invocation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
        /// `statusCode` of the answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// How many messages the producer says it sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<u64>,
        /// The SQS message ids by entry, where the answer gave them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        message_ids: Vec<Option<MessageId>>,
        /// The producer's error, or Lambda's about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// The function provably did not run: nothing of this invocation was sent.
    NotRun {
        /// Why.
        reason: String,
    },
    /// The function may have run: no answer came.
    InDoubt {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// Whether the producer answered without an error and with all `entries` sent, as far as it
    /// says.
    #[must_use]
    pub fn is_success(&self, entries: usize) -> bool {
        matches!(self, Self::Answered { error: None, status, sent, .. }
            if status.is_none_or(|status| status < 400)
                && sent.is_none_or(|sent| sent == entries as u64))
    }
}

/// What one invocation came to, with its times by this machine's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// When the request left; `None`: never begun.
    pub began: Option<Timestamp>,
    /// When the answer, or its absence, was known.
    pub ended: Option<Timestamp>,
    /// What became of it; `None` after `began`: the sender died first, so it is in doubt.
    pub outcome: Option<Outcome>,
}

/// How a send ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Every planned invocation was made.
    Complete,
    /// Ctrl-C, SIGTERM or the deadline came first.
    Interrupted,
}

/// One line of a record, after the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum Line {
    /// An invocation is about to leave.
    Invoking {
        /// Its number, from 0.
        invocation: u64,
        /// When.
        at: Timestamp,
    },
    /// An invocation's outcome is known.
    Invoked {
        /// Its number, from 0.
        invocation: u64,
        /// When.
        at: Timestamp,
        /// What became of it.
        #[serde(flatten)]
        outcome: Outcome,
    },
    /// The send ended.
    Sent {
        /// When.
        at: Timestamp,
        /// How.
        how: Ending,
    },
    /// A verify ended.
    Verified {
        /// When.
        at: Timestamp,
        /// Its exit code.
        exit: u8,
    },
}

/// A run as its record tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What was planned.
    pub plan: Plan,
    /// What became of each invocation, by number.
    pub invocations: Vec<Invocation>,
    /// How the send ended; `None`: it was killed.
    pub ended: Option<Ending>,
    /// When it was last verified, and with which exit code.
    pub verified: Option<(Timestamp, u8)>,
}

impl Run {
    /// A run of which only the plan is known.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let count = usize::try_from(plan.invocations()).unwrap_or(usize::MAX);
        Self {
            plan,
            invocations: vec![Invocation::default(); count],
            ended: None,
            verified: None,
        }
    }

    /// What became of an invocation; `None` beyond the plan.
    #[must_use]
    pub fn invocation(&self, number: u64) -> Option<&Invocation> {
        self.invocations.get(usize::try_from(number).ok()?)
    }

    /// When an invocation's request left, by this machine's clock.
    #[must_use]
    pub fn invoked(&self, number: u64) -> Option<Timestamp> {
        self.invocation(number)?.began
    }

    /// Takes in one more line of the record.
    pub fn apply(&mut self, line: Line) {
        let slot = |invocation: u64| usize::try_from(invocation).unwrap_or(usize::MAX);
        match line {
            Line::Invoking { invocation, at } => {
                if let Some(known) = self.invocations.get_mut(slot(invocation)) {
                    known.began = Some(at);
                }
            }
            Line::Invoked {
                invocation,
                at,
                mut outcome,
            } => {
                if let Outcome::Answered { message_ids, .. } = &mut outcome {
                    message_ids.shrink_to_fit();
                }
                if let Some(known) = self.invocations.get_mut(slot(invocation)) {
                    known.ended = Some(at);
                    known.outcome = Some(outcome);
                }
            }
            Line::Sent { how, .. } => self.ended = Some(how),
            Line::Verified { at, exit } => self.verified = Some((at, exit)),
        }
    }
}
