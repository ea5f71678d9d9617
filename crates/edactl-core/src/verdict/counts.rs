//! How many payloads are in which state.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::ledger::{Judgement, MessageCounts, State, Way};

/// How many payloads are in which state, and how the taken ones are known to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(default)]
pub struct Counts {
    /// Planned in the run.
    pub planned: u64,
    /// Their invocation was begun.
    pub attempted: u64,
    /// Received and let go by the queue.
    pub taken: u64,
    /// Of these: certainly more than once.
    pub duplicated: u64,
    /// Of these: received more than once, and nothing tells retries from duplicates.
    pub repeated: u64,
    /// Lost.
    pub lost: u64,
    /// Of these only some are lost, and nothing tells which.
    pub some_lost: u64,
    /// In the dead-letter queue.
    pub dead_lettered: u64,
    /// Taken off the queue by the mapping's filter.
    pub filtered: u64,
    /// Never reached the queue.
    pub not_sent: u64,
    /// Every attempt so far failed.
    pub failing: u64,
    /// Received; nothing tells yet whether it was taken.
    pub received: u64,
    /// Not seen yet.
    pub waiting: u64,
    /// Perhaps never sent, and not seen.
    pub in_doubt: u64,
    /// Left the queue, and the log does not show it.
    pub untraced: u64,
    /// Never attempted.
    pub unattempted: u64,
    /// Reached the queue for certain.
    pub sent: u64,
    /// How often the consumer's log shows a payload of the run, all together.
    pub receives: u64,
    /// The taken ones by the way in which that is known.
    pub ways: Ways,
}

/// How many payloads are known to be taken in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(default)]
pub struct Ways {
    /// Lambda said that the invocation succeeded.
    pub status: u64,
    /// The queue's counters came to zero.
    pub queue: u64,
    /// The consumer's errors are zero.
    pub errors: u64,
    /// The queue's counts are the run's.
    pub counts: u64,
    /// It would have come back by now.
    pub time: u64,
}

impl Counts {
    /// Counts the payloads of a judgement.
    #[must_use]
    pub fn of(judgement: &Judgement<'_>) -> Self {
        let mut counts = Self {
            planned: judgement.len() as u64,
            ..Self::default()
        };
        for (message, status) in judgement.message_counts() {
            let slot = match status.state {
                State::Taken => &mut counts.taken,
                State::Unattempted => &mut counts.unattempted,
                State::NotSent => &mut counts.not_sent,
                State::DeadLettered => &mut counts.dead_lettered,
                State::Lost => &mut counts.lost,
                State::SomeLost => &mut counts.some_lost,
                State::Filtered => &mut counts.filtered,
                State::Failing => &mut counts.failing,
                State::Received => &mut counts.received,
                State::Waiting => &mut counts.waiting,
                State::InDoubt => &mut counts.in_doubt,
                State::Untraced => &mut counts.untraced,
            };
            *slot += 1;
            match status.way {
                Some(Way::Status) => counts.ways.status += 1,
                Some(Way::Queue) => counts.ways.queue += 1,
                Some(Way::Errors) => counts.ways.errors += 1,
                Some(Way::Counts) => counts.ways.counts += 1,
                Some(Way::Time) => counts.ways.time += 1,
                None => {}
            }
            counts.receives += u64::from(status.received);
            counts.duplicated += u64::from(status.is_duplicate);
            counts.repeated += u64::from(is_repeated(status));
            let is_sent = judgement.is_certain(message);
            let was_there = status.received > 0 || status.state == State::DeadLettered;
            counts.sent += u64::from(is_sent || was_there);
        }
        counts.attempted = counts.planned - counts.unattempted;
        counts
    }

    /// Payloads about which the last word is not spoken.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.failing + self.received + self.waiting + self.in_doubt + self.untraced
    }

    pub(super) fn broken(&self) -> u64 {
        self.lost + self.some_lost + self.dead_lettered + self.not_sent + self.filtered
    }

    pub(super) fn rests_on_direct_ways(&self) -> bool {
        self.ways.status + self.ways.errors == self.taken
    }
}

/// Whether a payload came more often than it failed, and nothing says that it is a duplicate.
fn is_repeated(status: MessageCounts) -> bool {
    !status.is_duplicate && status.received - status.failed > 1
}
