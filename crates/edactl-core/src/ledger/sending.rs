//! What a proof rests on besides evidence: the send as its record tells it, and the pipeline's
//! settings.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::ClockBounds,
    ledger::{MessageIndex, SendStatus},
    run::{Run, carriers::Carriers},
    topology::{function::Trigger, queue::QueueCounters},
};

/// Without a word on AWS's clock, the two may differ by this much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// What the settings of the pipeline say that a proof rests on. `None`: not known, which counts as
/// what proves least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a setting of its own.
pub struct Facts {
    /// Whether the mapping reports batch item failures: then a success of the invocation takes
    /// nothing.
    pub item_failures: Option<bool>,
    /// Whether JSON system logs at INFO promise a status for each invocation.
    pub promises_status: bool,
    /// Whether the queue has a dead-letter queue.
    pub has_dlq: bool,
    /// The queue's visibility timeout.
    pub visibility_timeout: Option<Duration>,
    /// How long an invocation of the consumer may take.
    pub function_timeout: Option<Duration>,
    /// How many messages one invocation takes at most.
    pub batch_size: Option<u32>,
    /// Whether the consumer's role may change visibility timeouts.
    pub changes_visibility: Option<bool>,
    /// The queue's delay.
    pub delay: Duration,
    /// Whether the mapping has a filter.
    pub has_filter: bool,
    /// Whether the log may lack lines for ever, as an emulator's does under load: then a line that
    /// does not come makes nothing lost.
    pub loses_lines: bool,
}

impl Facts {
    /// With what the mappings say that hand the queue's messages to the consumer: whatever one of
    /// them allows may happen, for each message goes through one of them.
    #[must_use]
    pub fn with_triggers<'a>(self, triggers: impl IntoIterator<Item = &'a Trigger>) -> Self {
        let all: Vec<&Trigger> = triggers.into_iter().collect();
        let any = |has: fn(&Trigger) -> bool| all.iter().any(|trigger| has(trigger));
        Self {
            item_failures: (!all.is_empty()).then(|| any(|trigger| trigger.partial_failures)),
            batch_size: all.iter().map(|trigger| trigger.batch_size).max(),
            has_filter: any(|trigger| !trigger.filters.is_empty()),
            ..self
        }
    }
}

/// The send, as the record tells it, with AWS's times as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Of each payload.
    pub status: Vec<SendStatus>,
    /// The payloads that can be told from others by content only, together with those of equal
    /// content.
    pub groups: Vec<Vec<MessageIndex>>,
    /// How many messages the run put on the queue, as far as the record tells or plans it.
    pub messages: u64,
    /// Whether the messages that an event becomes are known, not assumed.
    pub is_shape_known: bool,
    /// The message that carries each payload; `None`: each its own.
    pub message_of: Option<Vec<u32>>,
    /// The earliest that the first invocation may have begun, by AWS's clock.
    pub began: Timestamp,
    /// The latest that the last answer may have come, by AWS's clock.
    pub answered: Timestamp,
    /// The earliest that the session may have begun, by AWS's clock.
    pub session_began: Timestamp,
    /// The width of what is known of AWS's clock.
    pub clock_uncertainty: Duration,
    /// When the last answer came, since the session began.
    pub sent_by: Duration,
    /// What the queue held at the send, where that was read.
    pub queue_at_send: Option<QueueCounters>,
    /// How many letters the dead-letter queue held at the send, where that was read.
    pub letters_at_send: Option<u64>,
    /// Whether an earlier run that is not proven sent equal contents within the queue's retention.
    pub contents_shared: bool,
}

impl Sending {
    /// The send of a recorded run, for a session that begins `now` by this machine's clock.
    #[must_use]
    pub fn of(
        run: &Run,
        groups: Vec<Vec<MessageIndex>>,
        bounds: &ClockBounds,
        now: Timestamp,
    ) -> Self {
        let (one, other) = bounds.both().unwrap_or((-CLOCKS_APART, CLOCKS_APART));
        let (least, most) = (one.min(other), one.max(other));
        let shifted = |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(at);
        let ends = run.invocations.iter().map(|it| it.ended.unwrap_or(now));
        let answered = ends.max().unwrap_or(now);
        let carriers = Carriers::of(run);
        Self {
            status: SendStatus::of(run),
            groups,
            messages: carriers.messages,
            is_shape_known: run.plan.believed_messages().is_some(),
            message_of: carriers.of,
            began: shifted(run.plan.began, least),
            answered: shifted(answered, most),
            session_began: shifted(now, least),
            clock_uncertainty: most.saturating_sub(least).unsigned_abs(),
            sent_by: Duration::ZERO,
            queue_at_send: run.baseline.queue,
            letters_at_send: run.baseline.letters,
            contents_shared: false,
        }
    }
}
