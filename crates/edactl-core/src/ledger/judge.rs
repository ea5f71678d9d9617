//! From all evidence to the state of each payload at one moment.

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{HashMap, HashSet},
};

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    humanize::millis,
    ledger::{
        Death, Hold, Ledger, Means, MessageCounts, MessageIndex, MessageStatus, Minute, SendStatus,
        State, Subject, Sums, Way,
        alike::Alike,
        groups::{Share, share_out},
        invocations::RunStatus,
        metrics::Metric,
        missing::Absence,
        run_wide::Repeats,
        time,
        ways::Fold,
    },
};

/// What a proof waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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

/// The states of all payloads at one moment.
#[allow(clippy::struct_excessive_bools)] // Each is a ground of its own.
#[derive(Debug)]
pub struct Judgement<'a> {
    pub(super) ledger: &'a Ledger,
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
    /// Whether Sent, Received and Deleted have been the same for long enough.
    pub(super) is_unchanged: bool,
    pub(super) is_unexplained: bool,
    pub(super) has_others: bool,
    pub(super) promises_status: bool,
    shares: Vec<Share>,
    /// What can be counted of each payload, once somebody asks.
    counted: OnceCell<Alike<MessageCounts>>,
    /// Where one message carries several payloads: one that the log shows, of each message.
    shown: HashMap<u32, MessageIndex>,
    /// The messages of the run that are letters.
    lettered: HashSet<u32>,
    accounted: Memo<u64>,
    pub(super) errors_zero: Memo<(Minute, Minute)>,
    pub(super) last_start: i64,
    pub(super) absence: Absence,
    repeats: Repeats,
    holds: Vec<Hold>,
}

/// Answers that are the same for many payloads, each worked out once. Neighbours mostly ask the same.
#[derive(Debug)]
pub(super) struct Memo<K: Copy> {
    last: Cell<Option<(K, bool)>>,
    all: RefCell<HashMap<K, bool>>,
}

impl<K: Copy> Default for Memo<K> {
    fn default() -> Self {
        Self {
            last: Cell::new(None),
            all: RefCell::default(),
        }
    }
}

impl<K: Copy + Eq + std::hash::Hash> Memo<K> {
    pub fn get_or(&self, key: K, work_out: impl FnOnce() -> bool) -> bool {
        if let Some((_, answer)) = self.last.get().filter(|(known, _)| *known == key) {
            return answer;
        }
        let answer = *self.all.borrow_mut().entry(key).or_insert_with(work_out);
        self.last.set(Some((key, answer)));
        answer
    }
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
            is_unchanged: false,
            is_unexplained: false,
            has_others: false,
            promises_status: self.facts.promises_status,
            shares: Vec::new(),
            counted: OnceCell::new(),
            shown: self.shown_carriers(),
            lettered: self.lettered(),
            accounted: Memo::default(),
            errors_zero: Memo::default(),
            last_start: self
                .invocations
                .starts()
                .filter(|start| *start < i64::MAX)
                .max()
                .unwrap_or(i64::MIN),
            absence: Absence::Open(Awaited::Receipt),
            repeats: Repeats::Untold,
            holds: Vec::new(),
        };
        if self.groups.were_seen() || self.dead_letters.letters().next().is_some() {
            judgement.shares = share_out(self);
        }
        judgement.is_unchanged = judgement.sums_are_unchanged();
        judgement.is_unexplained = judgement.has_unexplained_errors();
        judgement.has_others = judgement.has_other_traffic();
        judgement.absence = judgement.absence();
        judgement.repeats = judgement.repeats();
        judgement.holds = judgement.contradictions();
        judgement
    }

    /// One payload that the log shows, of each message that carries several.
    fn shown_carriers(&self) -> HashMap<u32, MessageIndex> {
        let carriers = self.sending.message_of.iter().flatten();
        let payloads = (0..).zip(carriers);
        let shown = payloads.filter(|(message, _)| self.receipts.is_seen(*message));
        shown
            .map(|(message, carrier)| (*carrier, message))
            .collect()
    }

    /// The messages of the run that are letters.
    fn lettered(&self) -> HashSet<u32> {
        let subjects = self.dead_letters.letters().flat_map(|(_, it)| &it.subjects);
        let messages = subjects.filter_map(|(subject, _)| match subject {
            Subject::Message(message) => Some(self.carrier(*message)),
            Subject::Group(_) => None,
        });
        messages.collect()
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

    /// Whether others may have sent equal contents.
    #[must_use]
    pub fn has_shared_contents(&self) -> bool {
        self.ledger.sending.contents_shared
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

    /// Whether no unknown letter can be one of the run's, as of a counter lag after this look.
    pub(super) fn dlq_is_accounted_for(&self, after: u64) -> bool {
        if !self.ledger.facts.has_dlq {
            return true;
        }
        let lag = millis(self.ledger.waits.counter_lag);
        self.accounted.get_or(after, || {
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

    /// Whether the payload is certain to have been put on the queue. A count says so only where the
    /// shape is known: what was only assumed to be a message may never have been one.
    #[must_use]
    pub fn is_certain(&self, message: MessageIndex) -> bool {
        self.ledger.send_status(message).is_certain()
            || self.ledger.sending.is_shape_known && self.is_all_sent()
    }

    /// Whether a letter of the payload outweighs its receipts: a success of an attempt that began
    /// after the letter was last seen, such as by a redrive, counts again.
    fn is_dead(&self, message: MessageIndex, share: Option<&Share>, fold: Option<&Fold>) -> bool {
        if share.is_some_and(|share| share.letter) {
            return true;
        }
        let ledger = self.ledger;
        let carrier = ledger.carrier(message);
        if !self.lettered.contains(&carrier) {
            return false;
        }
        let is_own = |means: Means, sent| means.is_unique() || ledger.was_sent_by_run(sent);
        let letters = ledger.dead_letters.letters();
        let last_seen = letters
            .filter(|(_, letter)| {
                letter.subjects.iter().any(|(subject, means)| {
                    let is_same =
                        matches!(subject, Subject::Message(of) if ledger.carrier(*of) == carrier);
                    is_same && is_own(*means, letter.sent)
                })
            })
            .map(|(_, letter)| letter.last_seen)
            .max();
        let Some(last_seen) = last_seen else {
            return false;
        };
        let doubt = i64::try_from(ledger.sending.clock_uncertainty.as_millis()).unwrap_or(0);
        let seen_by = ledger.aws_clock(last_seen) + doubt + super::HOST_DRIFT_MS;
        let came_back = fold.is_some_and(|fold| {
            let status = self.status_of(&fold.last);
            fold.last.at > seen_by
                && status == RunStatus::Succeeded
                && ledger.facts.item_failures == Some(false)
        });
        !came_back
    }

    pub(super) fn look(&self, message: MessageIndex) -> (MessageCounts, Option<Fold>) {
        let share = self.share(message);
        let own = self.ledger.receipts.of(message);
        let shared = share
            .into_iter()
            .flat_map(|share| share.receipts.iter().copied());
        let fold = self.fold(own.chain(shared));
        // A message is received and let go as a whole.
        let fold = fold.or_else(|| {
            let carrier = self.ledger.carrier(message);
            let other = *self.shown.get(&carrier)?;
            self.fold(self.ledger.receipts.of(other))
        });
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
        let failed = match self.repeats {
            Repeats::Retries if state == State::Taken => fold.received - 1,
            _ => fold.failed + if may_be_retry { fold.suspect } else { 0 },
        };
        let is_whole = facts.item_failures == Some(false);
        let came_early = !may_be_retry
            && fold.failed == 0
            && fold.suspect == 0
            && !fold.refused
            && facts.changes_visibility != Some(true)
            && facts.visibility_timeout.is_some();
        let is_certain = is_whole && fold.succeeded > 1
            || came_early
            || self.repeats == Repeats::Duplicates && fold.received > failed + 1;
        MessageCounts {
            state,
            way,
            means: Some(fold.means),
            received: fold.received,
            failed: failed.min(fold.received),
            is_duplicate: state == State::Taken
                && fold.received > 1
                && self.repeats != Repeats::Retries
                && is_certain,
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
        if self.ledger.deaths.get(&message) == Some(&Death::Deleted) {
            return (State::DeadLettered, None);
        }
        let Some(fold) = fold else {
            return (self.state_unseen(message), None);
        };
        if self.died_after(message, fold) {
            return (State::Failing, None);
        }
        if !fold.means.is_unique() && !self.may_be_told_by_content(message) {
            return (State::Received, None);
        }
        match self.way(fold, is_shared) {
            Ok(way) => (State::Taken, Some(way)),
            Err(_) if self.status_of(&fold.last) == RunStatus::Failed => (State::Failing, None),
            Err(_) => (State::Received, None),
        }
    }

    /// Whether the payload was a dead letter after its last attempt, as far as an earlier session
    /// saw: only a later attempt can have taken it.
    fn died_after(&self, message: MessageIndex, fold: &Fold) -> bool {
        match self.ledger.deaths.get(&message) {
            Some(Death::Seen(until)) => fold.last.at <= until.as_millisecond(),
            Some(Death::Redriven(until)) => {
                !fold.means.is_unique() && fold.last.at <= until.as_millisecond()
            }
            Some(Death::Deleted) => true,
            None => false,
        }
    }

    fn may_be_told_by_content(&self, message: MessageIndex) -> bool {
        let is_sent = self.ledger.send_status(message).is_told() || self.is_all_sent();
        is_sent && !self.ledger.sending.contents_shared
    }

    fn state_unseen(&self, message: MessageIndex) -> State {
        let status = self.ledger.send_status(message);
        match status {
            SendStatus::Unattempted => return State::Unattempted,
            SendStatus::NotSent => return State::NotSent,
            SendStatus::InDoubt
            | SendStatus::Answered
            | SendStatus::Counted
            | SendStatus::Accepted
            | SendStatus::Named => {}
        }
        if self.is_certain(message) {
            return self.absence.state(self.ledger, message);
        }
        match (&self.absence, status) {
            (Absence::NoneLeft, _) => State::NotSent,
            (Absence::Open(_), SendStatus::Answered | SendStatus::Counted) => State::Waiting,
            _ => State::InDoubt,
        }
    }

    /// What can be counted of a payload: asked of all of them again and again.
    #[must_use]
    pub fn message_count(&self, message: MessageIndex) -> MessageCounts {
        let all = || self.counts_as_asked().map(|(_, counts)| counts).collect();
        self.counted.get_or_init(all).get(message as usize)
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
        if self.died_after(message, &fold) {
            return Some(Awaited::Receipt);
        }
        let share = self.share(message);
        self.way(&fold, share.is_some_and(|share| share.is_shared))
            .err()
    }

    /// When the log first shows a payload, and when the delivery ended that took it, as far as is
    /// known.
    #[must_use]
    pub fn seen_and_done(&self, message: MessageIndex) -> (Option<Timestamp>, Option<Timestamp>) {
        let is_taken = self.message_count(message).state == State::Taken;
        if self.ledger.group_of(message).is_none() {
            return self.ledger.seen_and_done(message, is_taken);
        }
        let (_, fold) = self.look(message);
        // Nobody can tell which delivery of equal payloads was whose; they were shared out.
        let Some((fold, seen)) = fold.and_then(|fold| Some((fold, time(fold.first)?))) else {
            return (None, None);
        };
        let invocations = &self.ledger.invocations;
        let is_known = is_taken && invocations.id(fold.last.invocation).is_some();
        let done = is_known.then(|| time(invocations.end_of(fold.last.invocation)));
        (Some(seen), done.flatten())
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
