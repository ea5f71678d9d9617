//! From all evidence to the state of each payload at one moment.

use std::{cell::RefCell, collections::HashMap};

use serde::{Deserialize, Serialize};

use crate::ledger::{
    Ledger, Means, MessageCounts, MessageIndex, MessageStatus, Minute, SendStatus, State, Subject,
    Sums, Way,
    groups::{Share, share_out},
    invocations::RunStatus,
    looks::way_to_zero,
    metrics::Metric,
    millis,
    missing::Absence,
    receipts::Receipt,
    time,
};

/// Beyond its timeout an invocation has ended, even where no line says so.
const OVERTIME_MS: u64 = 5_000;
/// An invocation may begin this long before or after its first line, by another host's clock.
const START_DRIFT_MS: i64 = 3_000;
/// Without a word on it, an invocation may take this long: the most that Lambda allows.
const LONGEST_INVOCATION_MS: u64 = 900_000;

/// A contradiction that holds a proof back, though each payload was let go in some way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// What a proof waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Awaited {
    /// A line of the consumer that shows it.
    Receipt,
    /// The consumer's word that its invocation ended well, which its log format promises.
    Status,
    /// The queue's counters, which are not readable.
    QueueCounters,
    /// That the queue comes to zero.
    Zero,
    /// Another zero look, a counter lag after the first.
    SecondLook {
        /// When, in milliseconds since the session began.
        due_ms: u64,
    },
    /// Peeks that account for the dead-letter queue.
    DeadLetters,
    /// The settling time.
    Settling {
        /// When it ends, in milliseconds since the session began.
        due_ms: u64,
    },
    /// That the log can be read to its end.
    LogEnd,
    /// Metrics that are settled.
    Metrics,
    /// Certainty that it was sent: it was recognised by its content alone.
    Certainty,
    /// Errors that nothing explains.
    Explanation,
    /// Nothing more is to come.
    Nothing,
}

/// What the receipts of one payload come to.
#[derive(Debug, Clone, Copy)]
struct Fold {
    received: u32,
    failed: u32,
    suspect: u32,
    succeeded: u32,
    refused: bool,
    means: Means,
    first: i64,
    last: Receipt,
    last_read: u64,
    /// The shortest time between two receipts, in milliseconds by AWS's clock.
    closest: i64,
}

/// The states of all payloads at one moment. Each is worked out when it is asked for: a million of
/// them at once would take more room than the evidence.
#[derive(Debug)]
pub struct Judgement<'a> {
    ledger: &'a Ledger,
    /// Milliseconds since the session began.
    pub(super) now: u64,
    pub(super) zeros: Vec<u64>,
    /// The last reading of the metrics.
    pub(super) metrics_at: Option<u64>,
    /// The last minute that matters.
    pub(super) last_minute: Minute,
    pub(super) ran: HashMap<Minute, u64>,
    pub(super) sums: Option<Sums>,
    pub(super) is_settled: bool,
    pub(super) is_unexplained: bool,
    pub(super) has_others: bool,
    promises_status: bool,
    shares: Vec<Share>,
    accounted: RefCell<HashMap<u64, bool>>,
    errors_zero: RefCell<HashMap<(Minute, Minute), bool>>,
    last_start: i64,
    pub(super) absence: Absence,
    holds: Vec<Hold>,
}

impl Ledger {
    /// Judges all that is known `now` (the latest time that anything was read at, or later).
    #[must_use]
    pub fn judge(&self, now: std::time::Duration) -> Judgement<'_> {
        let metrics_at = self.metrics.last_read();
        let is_sparse = self.waits.metrics_settle.is_zero();
        let first = self.first_minute();
        let last_minute = match self.last_receipt {
            i64::MIN => first,
            at => Self::minute(at),
        }
        .max(first + i64::from(!is_sparse));
        let ran = self.ran();
        let sums = metrics_at.map(|at| self.metric_sums(first..=last_minute, at, &ran));
        let ends = (last_minute + 1) * 60_000;
        let wait = i64::try_from(self.waits.metrics_settle.as_millis()).unwrap_or(i64::MAX);
        let is_settled = metrics_at
            .is_some_and(|at| is_sparse || self.aws_clock(at) >= ends.saturating_add(wait));
        let mut judgement = Judgement {
            ledger: self,
            now: millis(now).max(self.now),
            zeros: self.looks.zeros(),
            metrics_at,
            last_minute,
            ran,
            sums,
            is_settled,
            is_unexplained: false,
            has_others: false,
            promises_status: self.facts.promises_status,
            shares: Vec::new(),
            accounted: RefCell::default(),
            errors_zero: RefCell::default(),
            last_start: self
                .invocations
                .starts()
                .filter(|start| *start < i64::MAX)
                .max()
                .unwrap_or(i64::MIN),
            absence: Absence::Open(Awaited::Receipt),
            holds: Vec::new(),
        };
        if self.groups.were_seen() || self.dead_letters.letters().next().is_some() {
            judgement.shares = share_out(self);
        }
        judgement.is_unexplained = judgement.has_unexplained_errors();
        judgement.has_others = judgement.has_other_traffic();
        judgement.absence = judgement.absence();
        judgement.holds = judgement.contradictions();
        judgement
    }

    pub(super) fn metric_sums(
        &self,
        minutes: std::ops::RangeInclusive<Minute>,
        at: u64,
        ran: &HashMap<Minute, u64>,
    ) -> Sums {
        let mut sums = self.metrics.sums(minutes.clone(), at, ran);
        if self.waits.metrics_settle.is_zero() {
            // An emulator publishes at once, and only minutes in which something happened.
            let is_published = |metric| self.metrics.published(metric, minutes.clone(), at);
            sums.queue_full = is_published(Metric::Sent).is_some();
        }
        sums
    }
}

impl Judgement<'_> {
    /// The ledger that was judged.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        self.ledger
    }

    /// How many messages the run put on the queue, as far as the record tells or plans it.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.ledger.sending.messages
    }

    /// What holds a proof back that does not rest on direct ways alone.
    #[must_use]
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// What the metrics count over the minutes of the run.
    #[must_use]
    pub fn sums(&self) -> Option<&Sums> {
        self.sums.as_ref()
    }

    /// Whether messages of others are known of.
    #[must_use]
    pub fn has_others(&self) -> bool {
        self.has_others
    }

    /// Of how many payloads that nothing shows it is certain that they are lost, where it is not
    /// certain which.
    #[must_use]
    pub fn some_lost(&self) -> Option<u64> {
        match self.absence {
            Absence::SomeLost(count) => Some(count),
            _ => None,
        }
    }

    /// What the payloads that nothing shows wait for.
    #[must_use]
    pub fn absent_await(&self) -> Awaited {
        match self.absence {
            Absence::Open(awaited) => awaited,
            _ => Awaited::Nothing,
        }
    }

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
            && self.is_unchanged()
            && self.sums.is_some_and(|sums| {
                sums.queue_full && [sums.sent, sums.received, sums.deleted] == [planned; 3]
            })
    }

    /// Whether the metrics of the run's minutes are settled and no longer change.
    #[must_use]
    pub fn metrics_have_settled(&self) -> bool {
        self.is_settled && self.is_unchanged()
    }

    /// Whether the metrics cover the run: at least as many sent and received as the ledger knows.
    #[must_use]
    pub fn metrics_confirm(&self) -> bool {
        let planned = self.ledger.sending.messages;
        self.sums
            .is_some_and(|sums| sums.queue_full && sums.sent >= planned && sums.received >= planned)
    }

    fn has_unexplained_errors(&self) -> bool {
        let ledger = self.ledger;
        let Some(sums) = self.sums.filter(Sums::is_full) else {
            return false;
        };
        let explained =
            ledger.invocations.failures() + ledger.receipts.repeated() + ledger.groups.repeated();
        sums.errors > explained
    }

    fn has_other_traffic(&self) -> bool {
        let ledger = self.ledger;
        let sent = self.metrics_at.and_then(|at| {
            let minutes = ledger.first_minute()..=self.last_minute;
            ledger.metrics.published(Metric::Sent, minutes, at)
        });
        let began = ledger.sending.began.as_millisecond();
        sent.is_some_and(|sent| sent > ledger.sending.messages)
            || ledger.by_mark && ledger.invocations.any_of_others(began)
    }

    fn contradictions(&self) -> Vec<Hold> {
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

    /// Whether no unknown letter can be one of the run's, as of a counter lag after this look.
    pub(super) fn dlq_is_accounted_for(&self, after: u64) -> bool {
        if !self.ledger.facts.has_dlq {
            return true;
        }
        let lag = millis(self.ledger.waits.counter_lag);
        let mut known = self.accounted.borrow_mut();
        *known.entry(after).or_insert_with(|| {
            !self.ledger.has_doubtful_letters()
                && self.ledger.dead_letters.is_accounted_for(after, lag)
        })
    }

    fn share(&self, message: MessageIndex) -> Option<&Share> {
        let index = self
            .shares
            .binary_search_by_key(&message, |share| share.message);
        index.ok().map(|index| &self.shares[index])
    }

    /// Whether the payload is certain to have been put on the queue.
    pub(super) fn is_certain(&self, message: MessageIndex) -> bool {
        self.ledger.send_status(message).is_certain() || self.is_all_sent()
    }

    /// Whether the settled metrics count as many sent as the run sends.
    pub(super) fn is_all_sent(&self) -> bool {
        self.is_settled
            && !self.has_others
            && self.sums.is_some_and(|sums| {
                sums.queue_full && sums.sent == self.ledger.sending.messages && sums.sent > 0
            })
    }

    fn fold(&self, receipts: impl Iterator<Item = Receipt>) -> Option<Fold> {
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
            match invocations.status(receipt.invocation) {
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
    fn way(&self, fold: &Fold, is_shared: bool) -> Result<Way, Awaited> {
        let ledger = self.ledger;
        let is_whole = ledger.facts.item_failures == Some(false);
        if fold.succeeded > 0 && is_whole && !is_shared {
            return Ok(Way::Status);
        }
        let status = ledger.invocations.status(fold.last.invocation);
        if self.promises_status && fold.succeeded == 0 {
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

    fn has_ended(&self, receipt: &Receipt) -> bool {
        let timeout = self.ledger.facts.function_timeout;
        let longest = timeout.map_or(LONGEST_INVOCATION_MS, millis);
        self.ledger.invocations.has_ended(receipt.invocation)
            || self.now > u64::from(receipt.read) + longest + OVERTIME_MS
    }

    /// The minutes in which the invocation may have begun.
    fn start_minutes(&self, receipt: &Receipt) -> (Minute, Minute) {
        let (first, began) = self.ledger.invocations.start_of(receipt.invocation);
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
        if let Some(known) = self.errors_zero.borrow().get(&minutes) {
            return *known;
        }
        let are_zero = self.minutes_without_errors(minutes);
        self.errors_zero.borrow_mut().insert(minutes, are_zero);
        are_zero
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
            && self.is_unchanged()
            && self.sums.is_some_and(|sums| {
                sums.is_full()
                    && sums.invocations >= u64::from(fold.received)
                    && planned > 0
                    && [sums.sent, sums.received, sums.deleted] == [planned; 3]
            })
    }

    /// Whether Sent, Received and Deleted have been the same for long enough.
    fn is_unchanged(&self) -> bool {
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

    /// Whether a letter of the payload outweighs its receipts: a success of an attempt that began
    /// after the letter was last seen, such as by a redrive, counts again.
    fn is_dead(&self, message: MessageIndex, share: Option<&Share>, fold: Option<&Fold>) -> bool {
        if share.is_some_and(|share| share.letter) {
            return true;
        }
        let ledger = self.ledger;
        let subject = Subject::Message(message);
        let is_own = |means: Means, sent| means.is_unique() || ledger.was_sent_by_run(sent);
        let letters = ledger.dead_letters.letters();
        let last_seen = letters
            .filter(|(_, it)| {
                it.carries(subject)
                    .is_some_and(|means| is_own(means, it.sent))
            })
            .map(|(_, letter)| letter.last_seen)
            .max();
        let Some(last_seen) = last_seen else {
            return false;
        };
        let doubt = i64::try_from(ledger.sending.clock_uncertainty.as_millis()).unwrap_or(0);
        let seen_by = ledger.aws_clock(last_seen) + doubt + super::HOST_DRIFT_MS;
        let came_back = fold.is_some_and(|fold| {
            let status = ledger.invocations.status(fold.last.invocation);
            fold.last.at > seen_by
                && status == RunStatus::Succeeded
                && ledger.facts.item_failures == Some(false)
        });
        !came_back
    }

    fn look(&self, message: MessageIndex) -> (MessageCounts, Option<Fold>) {
        let share = self.share(message);
        let own = self.ledger.receipts.of(message);
        let shared = share
            .into_iter()
            .flat_map(|share| share.receipts.iter().copied());
        let fold = self.fold(own.chain(shared));
        let is_shared = share.is_some_and(|share| share.is_shared);
        let (state, way) = self.state(message, share, fold.as_ref(), is_shared);
        let counts = match &fold {
            None => MessageCounts {
                state,
                way,
                means: None,
                received: 0,
                failed: 0,
                is_duplicate: false,
                logged_error: false,
            },
            Some(fold) => self.count(fold, state, way),
        };
        (counts, fold)
    }

    fn count(&self, fold: &Fold, state: State, way: Option<Way>) -> MessageCounts {
        let facts = &self.ledger.facts;
        let visibility = facts
            .visibility_timeout
            .map_or(i64::MAX, |it| i64::try_from(millis(it)).unwrap_or(i64::MAX));
        // What failed comes back when its visibility timeout has passed, and no earlier.
        let may_be_retry = fold.closest >= visibility.saturating_sub(super::HOST_DRIFT_MS);
        let failed = fold.failed + if may_be_retry { fold.suspect } else { 0 };
        let is_whole = facts.item_failures == Some(false);
        let came_early = !may_be_retry
            && fold.failed == 0
            && fold.suspect == 0
            && facts.changes_visibility != Some(true)
            && facts.visibility_timeout.is_some();
        MessageCounts {
            state,
            way,
            means: Some(fold.means),
            received: fold.received,
            failed: failed.min(fold.received),
            is_duplicate: fold.received > 1 && (is_whole && fold.succeeded > 1 || came_early),
            logged_error: state == State::Taken
                && fold.received == 1
                && (fold.refused || fold.suspect > 0),
        }
    }

    fn state(
        &self,
        message: MessageIndex,
        share: Option<&Share>,
        fold: Option<&Fold>,
        is_shared: bool,
    ) -> (State, Option<Way>) {
        if self.is_dead(message, share, fold) {
            return (State::DeadLettered, None);
        }
        let Some(fold) = fold else {
            return (self.state_unseen(message), None);
        };
        if !fold.means.is_unique() && !self.may_be_told_by_content(message) {
            return (State::Received, None);
        }
        match self.way(fold, is_shared) {
            Ok(way) => (State::Taken, Some(way)),
            Err(_) if self.ledger.invocations.status(fold.last.invocation) == RunStatus::Failed => {
                (State::Failing, None)
            }
            Err(_) => (State::Received, None),
        }
    }

    fn may_be_told_by_content(&self, message: MessageIndex) -> bool {
        self.is_certain(message) && !self.ledger.sending.contents_shared
    }

    fn state_unseen(&self, message: MessageIndex) -> State {
        let status = self.ledger.send_status(message);
        match status {
            SendStatus::Unattempted => return State::Unattempted,
            SendStatus::NotSent => return State::NotSent,
            SendStatus::InDoubt
            | SendStatus::Answered
            | SendStatus::Accepted
            | SendStatus::Named => {}
        }
        if self.is_certain(message) {
            return self.absence.state(self.ledger, message);
        }
        match (&self.absence, status) {
            (Absence::NoneLeft, _) => State::NotSent,
            (Absence::Open(_), SendStatus::Answered) => State::Waiting,
            _ => State::InDoubt,
        }
    }

    /// What can be counted of a payload: asked of all of them again and again.
    #[must_use]
    pub fn message_count(&self, message: MessageIndex) -> MessageCounts {
        self.look(message).0
    }

    /// What a payload that was received waits for before it is taken; `None`: not received, or
    /// taken.
    #[must_use]
    pub fn awaited(&self, message: MessageIndex) -> Option<Awaited> {
        let (counts, fold) = self.look(message);
        let (fold, State::Received | State::Failing) = (fold?, counts.state) else {
            return None;
        };
        if !fold.means.is_unique() && !self.may_be_told_by_content(message) {
            return Some(Awaited::Certainty);
        }
        let share = self.share(message);
        self.way(&fold, share.is_some_and(|share| share.is_shared))
            .err()
    }

    /// The status of a payload.
    #[must_use]
    pub fn get(&self, message: MessageIndex) -> MessageStatus {
        let (counts, fold) = self.look(message);
        let invocations = &self.ledger.invocations;
        let shared = self.share(message).and_then(|share| share.error.as_ref());
        let own = || {
            let receipts = self.ledger.receipts.of(message);
            let told = receipts.filter_map(|receipt| {
                let own = self.ledger.receipts.error(message, receipt.invocation);
                let error = own.or_else(|| invocations.failure(receipt.invocation))?;
                Some((receipt.at, error))
            });
            told.max().map(|(_, error)| error)
        };
        let error = own().or(shared);
        let last = fold.as_ref().map(|fold| fold.last.invocation);
        MessageStatus {
            counts,
            first_seen: fold.and_then(|fold| time(fold.first)),
            last_request_id: last
                .and_then(|last| invocations.id(last))
                .map(|id| id.to_string()),
            error: error.map(|error| error.text.to_string()),
        }
    }
}
