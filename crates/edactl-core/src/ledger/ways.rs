//! The five ways in which it is known that the queue let a payload go.

use crate::ledger::{
    Awaited, Judgement, Ledger, Means, Minute, Sums, Way, invocations::RunStatus,
    looks::way_to_zero, metrics::Metric, millis, receipts::Receipt,
};

/// Beyond its timeout an invocation has ended, even where no line says so.
const OVERTIME_MS: u64 = 5_000;
/// An invocation may begin this long before or after its first line, by another host's clock.
const START_DRIFT_MS: i64 = 3_000;
/// Without a word on it, an invocation may take this long: the most that Lambda allows.
const LONGEST_INVOCATION_MS: u64 = 900_000;

/// What the receipts of one payload come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fold {
    pub received: u32,
    pub failed: u32,
    pub suspect: u32,
    pub succeeded: u32,
    pub refused: bool,
    pub means: Means,
    pub first: i64,
    pub last: Receipt,
    pub last_read: u64,
    /// The shortest time between two receipts, in milliseconds by AWS's clock.
    pub closest: i64,
}

impl Judgement<'_> {
    pub(super) fn fold(&self, receipts: impl Iterator<Item = Receipt>) -> Option<Fold> {
        let invocations = &self.ledger.invocations;
        let mut all: Option<Fold> = None;
        let mut times: Vec<i64> = Vec::new();
        for receipt in receipts {
            let fold = all.get_or_insert(Fold {
                received: 0,
                failed: 0,
                suspect: 0,
                succeeded: 0,
                refused: false,
                means: receipt.means,
                first: receipt.at,
                last: receipt,
                last_read: 0,
                closest: i64::MAX,
            });
            if fold.received > 0 {
                if times.is_empty() {
                    times.push(fold.first);
                }
                times.push(receipt.at);
            }
            fold.received += 1;
            match self.status_of(&receipt) {
                RunStatus::Succeeded => fold.succeeded += 1,
                RunStatus::Failed => fold.failed += 1,
                RunStatus::Unsaid => {
                    fold.suspect += u32::from(invocations.is_suspect(receipt.invocation));
                }
            }
            fold.refused |= receipt.refused;
            fold.means = fold.means.min(receipt.means);
            fold.first = fold.first.min(receipt.at);
            fold.last_read = fold.last_read.max(u64::from(receipt.read));
            let key = |it: &Receipt| (it.at, it.read, invocations.id(it.invocation));
            if key(&receipt) > key(&fold.last) {
                fold.last = receipt;
            }
        }
        let mut fold = all?;
        times.sort_unstable();
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
        fold.closest = gaps.min().unwrap_or(i64::MAX);
        Some(fold)
    }

    /// The way in which the queue let a payload go, and else what is waited for.
    pub(super) fn way(&self, fold: &Fold, is_shared: bool) -> Result<Way, Awaited> {
        let ledger = self.ledger;
        let is_whole = ledger.facts.item_failures == Some(false);
        if fold.succeeded > 0 && is_whole && !is_shared {
            return Ok(Way::Status);
        }
        let status = self.status_of(&fold.last);
        // An emulator may take the setting for JSON and write text all the same.
        let is_promised =
            self.promises_status && !ledger.invocations.is_in_text(fold.last.invocation);
        if is_promised && fold.succeeded == 0 {
            return Err(Awaited::Status);
        }
        let lag = millis(ledger.waits.counter_lag);
        let zero = way_to_zero(&self.zeros, fold.last_read, lag);
        let is_failed = status == RunStatus::Failed;
        if let Some(first) = zero
            && !is_failed
            && !self.is_unexplained
            && self.dlq_is_accounted_for(first)
        {
            return Ok(Way::Queue);
        }
        if is_whole && !is_shared && self.errors_are_zero(&fold.last) {
            return Ok(Way::Errors);
        }
        let is_suspect = is_failed || ledger.invocations.is_suspect(fold.last.invocation);
        if !is_suspect && self.has_ended(&fold.last) && self.counts_are_the_runs(fold) {
            return Ok(Way::Counts);
        }
        if !is_suspect && is_whole && self.would_have_come_back(fold) {
            return Ok(Way::Time);
        }
        Err(self.awaited_by(fold, zero))
    }

    fn awaited_by(&self, fold: &Fold, zero: Option<u64>) -> Awaited {
        let since = fold.last_read;
        let row = self.zeros.iter().find(|at| **at >= since);
        match (zero, row) {
            (Some(_), _) if self.is_unexplained => Awaited::Explanation,
            (Some(_), _) => Awaited::DeadLetters,
            (None, Some(first)) => Awaited::SecondLook {
                due_ms: first + millis(self.ledger.waits.counter_lag),
            },
            (None, None) if self.ledger.looks.last().is_none() => Awaited::QueueCounters,
            (None, None) => Awaited::Zero,
        }
    }

    /// Whether the receipt is certainly of its invocation: a line says so, or the invocation was
    /// under way in its stream at the time.
    fn is_placed(&self, receipt: &Receipt) -> bool {
        let invocations = &self.ledger.invocations;
        !receipt.guessed || invocations.was_under_way(receipt.invocation, receipt.at)
    }

    /// Lambda's own word on the invocation of a receipt.
    pub(super) fn status_of(&self, receipt: &Receipt) -> RunStatus {
        if self.is_placed(receipt) {
            self.ledger.invocations.status(receipt.invocation)
        } else {
            RunStatus::Unsaid
        }
    }

    fn has_ended(&self, receipt: &Receipt) -> bool {
        let timeout = self.ledger.facts.function_timeout;
        let longest = timeout.map_or(LONGEST_INVOCATION_MS, millis);
        self.is_placed(receipt) && self.ledger.invocations.has_ended(receipt.invocation)
            || self.now > u64::from(receipt.read) + longest + OVERTIME_MS
    }

    /// The minutes in which the invocation may have begun.
    fn start_minutes(&self, receipt: &Receipt) -> (Minute, Minute) {
        let (first, began) = if self.is_placed(receipt) {
            self.ledger.invocations.start_of(receipt.invocation)
        } else {
            (receipt.at, false)
        };
        let timeout = self.ledger.facts.function_timeout;
        let longest = timeout.map_or(LONGEST_INVOCATION_MS, millis);
        let before = if began {
            0
        } else {
            i64::try_from(longest).unwrap_or(0)
        };
        (
            Ledger::minute(first - before - START_DRIFT_MS),
            Ledger::minute(first + START_DRIFT_MS),
        )
    }

    fn errors_are_zero(&self, receipt: &Receipt) -> bool {
        if !self.has_ended(receipt) {
            return false;
        }
        let minutes = self.start_minutes(receipt);
        self.errors_zero
            .get_or(minutes, || self.minutes_without_errors(minutes))
    }

    fn minutes_without_errors(&self, (first, last): (Minute, Minute)) -> bool {
        let ledger = self.ledger;
        let Some(now) = self.metrics_at else {
            return false;
        };
        let waits = &ledger.waits;
        let settle = i64::try_from(waits.metrics_settle.as_millis()).unwrap_or(i64::MAX);
        let Some(before) = now.checked_sub(millis(waits.metrics_repeat)) else {
            return false;
        };
        if ledger.aws_clock(now) < (last + 1) * 60_000 + settle || waits.metrics_settle.is_zero() {
            return false;
        }
        let value = |metric, minute, at| ledger.metrics.value(metric, minute, at);
        let is_complete = |minute| ledger.metrics.errors_are_complete(minute, now);
        let ran = (first..=last).any(|minute| {
            value(Metric::Invocations, minute, now).is_some_and(|invocations| invocations > 0)
        });
        ran && (first - 1..=last + 1).all(is_complete)
            && (first..=last).all(|minute| {
                let is_zero = |at| value(Metric::Errors, minute, at) == Some(0);
                let shown = self.ran.get(&minute).copied().unwrap_or(0);
                let counted = value(Metric::Invocations, minute, now).unwrap_or(0);
                is_zero(now) && is_zero(before) && counted >= shown
            })
    }

    fn counts_are_the_runs(&self, fold: &Fold) -> bool {
        let sending = &self.ledger.sending;
        let is_empty = sending.queue_at_send.is_some_and(|it| it.is_empty());
        let planned = sending.messages;
        is_empty
            && self.is_settled
            && self.is_unchanged
            && self.sums.is_some_and(|sums| {
                sums.is_full()
                    && sums.invocations >= u64::from(fold.received)
                    && planned > 0
                    && [sums.sent, sums.received, sums.deleted] == [planned; 3]
            })
    }

    pub(super) fn sums_are_unchanged(&self) -> bool {
        let Some(at) = self.metrics_at else {
            return false;
        };
        let before = at.checked_sub(millis(self.ledger.waits.metrics_unchanged));
        before.is_some_and(|before| {
            let minutes = self.ledger.first_minute()..=self.last_minute;
            let then = self.ledger.metric_sums(minutes, before, &self.ran);
            let key = |it: &Sums| (it.sent, it.received, it.deleted, it.queue_full);
            self.sums.is_some_and(|sums| key(&sums) == key(&then))
        })
    }

    /// Whether a message that was not let go would have been received again by now.
    fn would_have_come_back(&self, fold: &Fold) -> bool {
        let ledger = self.ledger;
        let (Some(visibility), Some(false)) = (
            ledger.facts.visibility_timeout,
            ledger.facts.changes_visibility,
        ) else {
            return false;
        };
        let twice = millis(visibility * 2);
        let due = fold.last_read + twice + millis(ledger.waits.settle_time);
        let visible = i64::try_from(millis(visibility) + OVERTIME_MS).unwrap_or(i64::MAX);
        self.now >= due
            && !self.is_unexplained
            && self.is_settled
            && self
                .sums
                .is_some_and(|sums| sums.is_full() && !sums.is_partial)
            && self.last_start > fold.last.at.saturating_add(visible)
            && self.dlq_is_accounted_for(fold.last_read + twice)
    }
}
