//! The plan of a run: its events and their payloads by hashes, and the number of each payload.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    event::{
        Container, Content, Event, Fragment, Payload, Recognition,
        marker::{Markers, RunId},
        shape::{EventShape, Shape},
    },
    topology::Pipeline,
};

/// The version of the record's format; a reader refuses what it does not know.
pub const FORMAT: u32 = 2;
/// No run has more payloads, nor more invocations: a record that says so is damaged.
pub const MAX_PAYLOADS: u64 = 10_000_000;

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
    /// Where it was sent by HTTP instead of an invocation: scheme and host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front_door: Option<String>,
    /// That its messages are dead letters which edactl sent again: no producer ran, and the
    /// attempts that failed before show the same bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redriven: Option<Redriven>,
    /// The field that carries markers, where any payload has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker_field: Option<String>,
    /// The events, each sent `repeat` times.
    pub events: Vec<PlannedEvent>,
    /// How often each event is sent.
    pub repeat: u32,
}

/// What the letters hold that a redrive sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Redriven {
    /// Each has the marker of the run that it comes from, so no other message has its content.
    Marked,
    /// Others may have the content of some.
    Unmarked,
}

/// One event of a plan. It holds hashes, not what was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedEvent {
    /// The file as the user named it, or `stdin`.
    pub origin: String,
    /// SHA-256 of the event's text, in hexadecimal.
    pub digest: String,
    /// Which pieces of it are payloads, and how that is known.
    pub shape: EventShape,
    /// Its payloads, in the order of the document.
    pub payloads: Vec<PlannedPayload>,
    /// The pieces of it that hold payloads, the whole event among them: a message that shows one
    /// of these shows all payloads in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<Container>,
    /// Pieces of its payloads, where the shape is an assumption: a message that shows one of
    /// these tells another shape.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fragments: Vec<Fragment>,
}

/// One payload of a planned event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedPayload {
    /// What people call it: the entry's key, its pointer, or `event`.
    pub key: String,
    /// What it holds.
    #[serde(flatten)]
    pub content: Content,
    /// How it is recognised.
    pub recognition: Recognition,
}

/// Where a payload stands in its run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessagePosition {
    /// The payload's number in the run, from 1.
    pub seq: u64,
    /// The invocation's number, from 0.
    pub invocation: u64,
    /// The event's index in the plan.
    pub event: usize,
    /// The payload's index in the event.
    pub payload: usize,
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
        let mut plan = Self {
            format: FORMAT,
            run,
            began,
            edactl: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline,
            front_door: None,
            redriven: None,
            marker_field: None,
            events: Vec::with_capacity(events.len()),
            repeat,
        };
        for event in events {
            plan.add(event);
        }
        plan
    }

    /// Plans one more event.
    pub fn add(&mut self, event: &Event) {
        if self.marker_field.is_none() {
            self.marker_field.clone_from(&event.marker_field);
        }
        self.events.push(PlannedEvent::of(event));
    }

    /// How many invocations are planned.
    #[must_use]
    pub fn invocations(&self) -> u64 {
        self.events.len() as u64 * u64::from(self.repeat)
    }

    /// How many payloads are planned.
    #[must_use]
    pub fn payloads(&self) -> u64 {
        self.payloads_per_round() * u64::from(self.repeat)
    }

    /// How many payloads one round of the events has.
    #[must_use]
    pub fn payloads_per_round(&self) -> u64 {
        self.events
            .iter()
            .map(|event| event.payloads.len() as u64)
            .sum()
    }

    /// The markers of the run.
    #[must_use]
    pub fn markers(&self) -> Markers {
        Markers::new(&self.run, self.payloads())
    }

    /// The event of an invocation, by its index.
    #[must_use]
    pub fn event_of(&self, invocation: u64) -> usize {
        usize::try_from(invocation % self.events.len() as u64).unwrap_or_default()
    }

    /// Every planned invocation in order: its number, its event's index, and the number of the
    /// payload before its first.
    pub fn walk(&self) -> impl Iterator<Item = (u64, usize, u64)> + '_ {
        let mut before = 0;
        (0..self.invocations()).map(move |number| {
            let event = self.event_of(number);
            let first = before;
            before += self.events[event].payloads.len() as u64;
            (number, event, first)
        })
    }

    /// The event of an invocation, and the number of the payload before its first. It counts
    /// through the events: [`walk`](Self::walk) is for all invocations.
    #[must_use]
    pub fn invocation(&self, invocation: u64) -> (usize, u64) {
        let round = invocation / self.events.len() as u64;
        let index = self.event_of(invocation);
        let before: u64 = self.events[..index]
            .iter()
            .map(|event| event.payloads.len() as u64)
            .sum();
        (index, round * self.payloads_per_round() + before)
    }

    /// Every planned payload, in order.
    pub fn positions(&self) -> impl Iterator<Item = MessagePosition> + '_ {
        let mut before = 0;
        let rounds = 0..u64::from(self.repeat);
        let invocations = rounds.flat_map(move |round| {
            let events = self.events.len() as u64;
            (round * events..).zip(self.events.iter().enumerate())
        });
        invocations.flat_map(move |(invocation, (event, planned))| {
            let first = before + 1;
            before += planned.payloads.len() as u64;
            (first..)
                .zip(0..planned.payloads.len())
                .map(move |(seq, payload)| MessagePosition {
                    seq,
                    invocation,
                    event,
                    payload,
                })
        })
    }

    /// How many messages the run becomes, where somebody said so of each event.
    #[must_use]
    pub fn believed_messages(&self) -> Option<u64> {
        let each: Option<u64> = self
            .events
            .iter()
            .map(PlannedEvent::believed_messages)
            .sum();
        each.map(|round| round * u64::from(self.repeat))
    }

    /// The planned payload at a position.
    #[must_use]
    pub fn payload(&self, position: MessagePosition) -> &PlannedPayload {
        &self.events[position.event].payloads[position.payload]
    }
}

impl PlannedEvent {
    /// What is planned of an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        Self {
            origin: event.origin.clone(),
            digest: event.digest.clone(),
            shape: event.shape.clone(),
            payloads: event.payloads.iter().map(PlannedPayload::of).collect(),
            containers: event.containers.clone(),
            fragments: event.fragments.clone(),
        }
    }

    /// How many messages the event becomes, where somebody said so: a payload a message. `None`:
    /// that is an assumption, which the producer's own count may refute.
    #[must_use]
    pub fn believed_messages(&self) -> Option<u64> {
        let is_known = self.shape.basis.is_believed() && self.shape.messages != Shape::Unknown;
        is_known.then_some(self.payloads.len() as u64)
    }
}

impl PlannedPayload {
    fn of(payload: &Payload) -> Self {
        Self {
            key: payload.key.clone(),
            content: payload.content.clone(),
            recognition: payload.recognition,
        }
    }
}
