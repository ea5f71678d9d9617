//! What the witnesses said at the end.

use std::time::Duration;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{humanize::millis, ledger::Judgement, topology::queue::QueueCounters};

/// What the witnesses said; one that was not asked or fell silent is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Witnesses {
    /// The consumer's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs: Option<LogWitness>,
    /// The metrics of queue and consumer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricsWitness>,
    /// The queue's counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueWitness>,
}

/// What the consumer's log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct LogWitness {
    /// The log group.
    pub group: String,
    /// Whether it exists.
    pub exists: bool,
    /// How many lines of the consumer were read.
    pub lines: u64,
    /// How many payloads they show.
    pub received: u64,
}

/// What the metrics say over the minutes of the run. `null`: not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct MetricsWitness {
    /// `NumberOfMessagesSent`.
    pub sent: Option<u64>,
    /// `NumberOfMessagesReceived`.
    pub received: Option<u64>,
    /// `NumberOfMessagesDeleted`.
    pub deleted: Option<u64>,
    /// `Invocations` of the consumer.
    pub invocations: Option<u64>,
    /// `Errors` of the consumer.
    pub errors: Option<u64>,
    /// Whether Sent, Received and Deleted are what the run sent, and nothing else.
    pub agree: bool,
    /// Whether messages of others are counted, too.
    pub others: bool,
}

impl MetricsWitness {
    /// What the metrics say at a moment; `None`: never read.
    #[must_use]
    pub fn of(judgement: &Judgement<'_>) -> Option<Self> {
        let sums = judgement.sums()?;
        let queue = |value| Some(value).filter(|_| sums.queue_full);
        let function = |value| Some(value).filter(|_| sums.function_full);
        let planned = judgement.messages();
        Some(Self {
            sent: queue(sums.sent),
            received: queue(sums.received),
            deleted: queue(sums.deleted),
            invocations: function(sums.invocations),
            errors: function(sums.errors),
            agree: sums.queue_full && [sums.sent, sums.received, sums.deleted] == [planned; 3],
            others: judgement.has_others(),
        })
    }
}

/// What the queue held at the last look. A counter that SQS did not tell is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct QueueWitness {
    /// Its counters.
    #[serde(flatten)]
    pub counters: QueueCounters,
    /// What its dead-letter queue held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letters: Option<u64>,
    /// For how many milliseconds it had read zero at every look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero_for_ms: Option<u64>,
}

impl QueueWitness {
    /// What the queue said; `None`: nothing yet.
    #[must_use]
    pub fn of(judgement: &Judgement<'_>, now: Duration) -> Option<Self> {
        let ledger = judgement.ledger();
        let zero_since = judgement.zero_since();
        Some(Self {
            counters: ledger.queue()?,
            dead_letters: ledger.dead_letter_count(),
            zero_for_ms: zero_since.map(|since| millis(now).saturating_sub(since)),
        })
    }
}
