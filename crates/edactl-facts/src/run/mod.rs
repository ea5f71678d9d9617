//! A run: one `send`, as it is recorded. What was planned, and what became of each invocation.

pub mod answer;
pub mod attribution;
pub mod carriers;
pub mod certainty;
pub mod learned_shape;
pub mod message_id;
pub mod pace;
pub mod plan;

use std::collections::BTreeMap;

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::run::plan::{
    FORMAT, MAX_PAYLOADS, MessagePosition, Plan, PlannedEvent, PlannedPayload, Redriven,
};
use crate::{run::message_id::MessageId, topology::queue::QueueCounters};

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
        /// The SQS message ids by payload, where the answer gave them.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        message_ids: Vec<Option<MessageId>>,
        /// Further ids that the answer names: messages of this invocation, nobody knows of which
        /// payloads.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        other_ids: Vec<MessageId>,
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
    /// How many messages the producer says it sent.
    #[must_use]
    pub fn sent(&self) -> Option<u64> {
        match self {
            Self::Answered { sent, .. } => *sent,
            Self::NotRun { .. } | Self::InDoubt { .. } => None,
        }
    }

    /// Whether the producer answered without an error, and with as many messages as the event
    /// is believed to become, as far as it says.
    #[must_use]
    pub fn is_success(&self, event: &PlannedEvent) -> bool {
        let planned = event.believed_messages();
        matches!(self, Self::Answered { error: None, status, sent, .. }
            if status.is_none_or(|status| status < 400)
                && sent.zip(planned).is_none_or(|(sent, planned)| sent == planned))
    }

    /// Whether the answer leaves no doubt that every payload of the event was sent: a success,
    /// and the event is believed to become a message a payload. Of a shape that was only assumed
    /// a count says nothing about any single payload, even where it agrees.
    #[must_use]
    pub fn covers_all(&self, event: &PlannedEvent) -> bool {
        event.believed_messages().is_some() && self.is_success(event)
    }
}

/// What one invocation came to, with its times by this machine's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// When the request left; `None`: never begun.
    pub began: Option<Timestamp>,
    /// When it was to leave, where a rate was asked for: its latency counts from then.
    pub scheduled: Option<Timestamp>,
    /// When the answer, or its absence, was known.
    pub ended: Option<Timestamp>,
    /// What became of it; `None` after `began`: the sender died first, so it is in doubt.
    pub outcome: Option<Outcome>,
}

/// How a send ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Every planned invocation was made.
    Complete,
    /// Ctrl-C, SIGTERM or the deadline came first.
    Interrupted,
}

/// What the queues held right before the send, where that could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueCounters>,
    /// All letters in the dead-letter queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters: Option<u64>,
}

/// One line of a record, after the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum Line {
    /// What the queues held right before the send.
    Baseline(Baseline),
    /// An invocation is about to leave.
    Invoking {
        /// Its number, from 0.
        invocation: u64,
        /// When.
        at: Timestamp,
        /// When it was to leave, where a rate was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scheduled: Option<Timestamp>,
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
    /// Payloads were in the dead-letter queue: a verify saw them there, or a redrive took them from
    /// there.
    Dead {
        /// Not later than this, by AWS's clock. The bounds of the clocks' difference are those that
        /// were known then: a redrive waits as long as they are wide, and later ones may be wider.
        until: Timestamp,
        /// Their numbers, from 1.
        payloads: Vec<u64>,
    },
    /// A verify ended.
    Verified {
        /// When.
        at: Timestamp,
        /// Its exit code.
        exit: u8,
    },
}

/// What queue and dead-letter queue held right before the first invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueAtSend {
    /// The queue's counters.
    pub queue: QueueCounters,
    /// How many letters the dead-letter queue held, hidden ones included; left out where there is
    /// none, or it did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letters: Option<u64>,
}

/// A run as its record tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What was planned.
    pub plan: Plan,
    /// What the queues held right before the send.
    pub baseline: Baseline,
    /// What became of each invocation, by number.
    pub invocations: Vec<Invocation>,
    /// What the queues held at the send, where that was looked at.
    pub queue_at_send: Option<QueueAtSend>,
    /// How the send ended; `None`: it was killed.
    pub ended: Option<Ending>,
    /// When it was last verified, and with which exit code.
    pub verified: Option<(Timestamp, u8)>,
    /// Until when, by AWS's clock, payloads may have been in the dead-letter queue when they were
    /// last seen there, by their numbers from 1.
    pub dead: BTreeMap<u64, Timestamp>,
}

impl Run {
    /// A run of which only the plan is known.
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        let count = usize::try_from(plan.invocations()).unwrap_or(usize::MAX);
        Self {
            plan,
            baseline: Baseline::default(),
            invocations: vec![Invocation::default(); count],
            queue_at_send: None,
            ended: None,
            verified: None,
            dead: BTreeMap::new(),
        }
    }

    /// What became of an invocation; `None` beyond the plan.
    #[must_use]
    pub fn invocation(&self, number: u64) -> Option<&Invocation> {
        self.invocations.get(usize::try_from(number).ok()?)
    }

    /// From when an invocation's latency counts, by this machine's clock: from its scheduled time,
    /// else from when its request left.
    #[must_use]
    pub fn invoked(&self, number: u64) -> Option<Timestamp> {
        let invocation = self.invocation(number)?;
        invocation
            .began
            .map(|began| invocation.scheduled.unwrap_or(began))
    }

    /// Takes in one more line of the record.
    pub fn apply(&mut self, line: Line) {
        let slot = |invocation: u64| usize::try_from(invocation).unwrap_or(usize::MAX);
        match line {
            Line::Baseline(baseline) => self.baseline = baseline,
            Line::Invoking {
                invocation,
                at,
                scheduled,
            } => {
                if let Some(known) = self.invocations.get_mut(slot(invocation)) {
                    known.began = Some(at);
                    known.scheduled = scheduled;
                }
            }
            Line::Invoked {
                invocation,
                at,
                mut outcome,
            } => {
                if let Outcome::Answered {
                    message_ids,
                    other_ids,
                    ..
                } = &mut outcome
                {
                    message_ids.shrink_to_fit();
                    other_ids.shrink_to_fit();
                }
                if let Some(known) = self.invocations.get_mut(slot(invocation)) {
                    known.ended = Some(at);
                    known.outcome = Some(outcome);
                }
            }
            Line::Sent { how, .. } => self.ended = Some(how),
            Line::Dead { until, payloads } => {
                self.dead
                    .extend(payloads.into_iter().map(|seq| (seq, until)));
            }
            Line::Verified { at, exit } => self.verified = Some((at, exit)),
        }
    }
}

/// Numbers of payloads, which begin with 1 in JSON and with 0 in memory.
pub mod from_one {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the number from 1.
    ///
    /// # Errors
    /// As the serializer.
    #[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference.
    pub fn serialize<S: Serializer>(index: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        (u64::from(*index) + 1).serialize(serializer)
    }

    /// Reads a number from 1.
    ///
    /// # Errors
    /// As the deserializer, and for zero.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let seq = u32::deserialize(deserializer)?;
        seq.checked_sub(1)
            .ok_or_else(|| serde::de::Error::custom("numbers begin with 1"))
    }

    /// The same for lists.
    pub mod list {
        use serde::{Deserialize, Deserializer, Serializer};

        /// Writes the numbers from 1.
        ///
        /// # Errors
        /// As the serializer.
        pub fn serialize<S: Serializer>(all: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_seq(all.iter().map(|index| u64::from(*index) + 1))
        }

        /// Reads numbers from 1.
        ///
        /// # Errors
        /// As the deserializer, and for zero.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Vec<u32>, D::Error> {
            let all = Vec::<u32>::deserialize(deserializer)?;
            let all: Option<_> = all.into_iter().map(|seq| seq.checked_sub(1)).collect();
            all.ok_or_else(|| serde::de::Error::custom("numbers begin with 1"))
        }
    }
}

#[cfg(test)]
mod tests;
