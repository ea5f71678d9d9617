//! What counters and metrics say of the whole run, and what in them contradicts a proof.

use std::time::Duration;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    humanize::millis,
    ledger::{Judgement, MessageCounts, Sums, looks::way_to_zero, metrics::Metric},
};

/// A contradiction that holds a proof back, though each payload was let go in some way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// The dead-letter queue holds more than was ever seen of it.
    DeadLettersGrew,
    /// Fewer were deleted than sent.
    DeletedFewer,
    /// The consumer's `Errors` count more than its log explains.
    UnexplainedErrors,
    /// The queue holds messages, and no others are known of.
    QueueHolds,
}

/// What settled counts say of payloads that were received more often than is known to have failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeats {
    /// Nothing.
    Untold,
    /// As many were deleted as sent: all but one delivery of each failed.
    Retries,
    /// Each delivery was deleted: each was taken more than once.
    Duplicates,
}

impl Judgement<'_> {
    /// Whether the queue read zero at two looks a counter lag apart, the last looks there were.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        way_to_zero(&self.zeros, 0, millis(self.ledger.waits.counter_lag)).is_some()
    }

    /// Since when the queue has read zero at every look, in milliseconds since the session began.
    #[must_use]
    pub fn zero_since(&self) -> Option<u64> {
        self.zeros.first().copied()
    }

    /// When all was over that one can expect to see: the second look at an empty queue since the
    /// last receipt was read, or `patience` after that on a queue which others keep busy.
    #[must_use]
    pub fn came_to_rest(&self, patience: Duration) -> Duration {
        let last = self.ledger.last_receipt_read;
        let mut zeros = self.zeros.iter().filter(|at| **at >= last);
        let late = Duration::from_millis(last) + patience;
        let second = zeros.nth(1).copied().map(Duration::from_millis);
        second.map_or(late, |second| second.min(late))
    }

    /// Whether the queue is at rest: zero at two looks a counter lag apart, and the log read to its
    /// end the settling time after the first of them.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let waits = &self.ledger.waits;
        let first = way_to_zero(&self.zeros, 0, millis(waits.counter_lag));
        first.is_some_and(|first| {
            let due = first + millis(waits.settle_loss);
            self.ledger.log_read.is_some_and(|read| read >= due)
        })
    }

    /// Whether settled metrics count as many deleted as the run sent, and nothing else.
    #[must_use]
    pub fn counts_agree(&self) -> bool {
        let planned = self.ledger.sending.messages;
        self.is_settled
            && self.is_unchanged
            && self.sums.is_some_and(|sums| {
                sums.queue_full && [sums.sent, sums.received, sums.deleted] == [planned; 3]
            })
    }

    /// Whether the metrics of the run's minutes are settled and no longer change.
    #[must_use]
    pub fn metrics_have_settled(&self) -> bool {
        self.is_settled && self.is_unchanged
    }

    /// Whether the metrics cover the run: at least as many sent and received as the ledger knows.
    #[must_use]
    pub fn metrics_confirm(&self) -> bool {
        let planned = self.ledger.sending.messages;
        self.sums
            .is_some_and(|sums| sums.queue_full && sums.sent >= planned && sums.received >= planned)
    }

    pub(super) fn has_unexplained_errors(&self) -> bool {
        let ledger = self.ledger;
        let Some(sums) = self.sums.filter(Sums::is_full) else {
            return false;
        };
        let explained =
            ledger.invocations.failures() + ledger.receipts.repeated() + ledger.groups.repeated();
        sums.errors > explained
    }

    pub(super) fn has_other_traffic(&self) -> bool {
        let ledger = self.ledger;
        let sent = self.metrics_at.and_then(|at| {
            let minutes = ledger.first_minute()..=self.last_minute;
            ledger.metrics.published(Metric::Sent, minutes, at)
        });
        let began = ledger.sending.began.as_millisecond();
        sent.is_some_and(|sent| sent > ledger.sending.messages)
            || ledger.by_mark && ledger.invocations.any_of_others(began)
    }

    pub(super) fn repeats(&self) -> Repeats {
        let planned = self.ledger.sending.messages;
        let Some(sums) = self
            .sums
            .filter(|sums| sums.queue_full && sums.sent == planned)
        else {
            return Repeats::Untold;
        };
        if !self.metrics_have_settled() || self.ledger.sending.message_of.is_some() {
            return Repeats::Untold;
        }
        let Some(extra) = sums.deleted.checked_sub(sums.sent) else {
            return Repeats::Untold;
        };
        let beyond = |counts: MessageCounts| (counts.received - counts.failed).saturating_sub(1);
        let all = self
            .counts_as_asked()
            .map(|(_, counts)| u64::from(beyond(counts)));
        match extra {
            0 => Repeats::Retries,
            extra if all.sum::<u64>() == extra => Repeats::Duplicates,
            _ => Repeats::Untold,
        }
    }

    pub(super) fn contradictions(&self) -> Vec<Hold> {
        let ledger = self.ledger;
        let mut holds = Vec::new();
        let has_own_letters = || {
            let mut letters = ledger.dead_letters.letters();
            letters.any(|(_, letter)| !letter.subjects.is_empty())
        };
        if ledger.facts.has_dlq && ledger.dead_letters.has_grown() && !has_own_letters() {
            holds.push(Hold::DeadLettersGrew);
        }
        if self.has_others {
            return holds;
        }
        if self
            .sums
            .is_some_and(|sums| sums.is_full() && sums.deleted < sums.sent)
        {
            holds.push(Hold::DeletedFewer);
        }
        if self.is_unexplained {
            holds.push(Hold::UnexplainedErrors);
        }
        if ledger.looks.last().is_some_and(|it| it.at_least() > 0) {
            holds.push(Hold::QueueHolds);
        }
        holds
    }

    /// Whether the settled metrics count as many sent as the run sends.
    pub(super) fn is_all_sent(&self) -> bool {
        let sending = &self.ledger.sending;
        let was_empty = sending.queue_at_send.is_some_and(|it| it.is_empty());
        was_empty
            && self.is_settled
            && !self.has_others
            && self.sums.is_some_and(|sums| {
                sums.queue_full && sums.sent == self.ledger.sending.messages && sums.sent > 0
            })
    }
}
