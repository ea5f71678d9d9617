//! The ledger: all evidence of a run, and the state that it puts each payload in.
//!
//! **The log shows who came; the queue shows who was let go. Neither alone proves.**
//!
//! # States
//!
//! | state | grounds | test |
//! |---|---|---|
//! | unattempted | the record: its invocation was never begun | `what_the_record_says` |
//! | not sent | the record: the producer refused it, or provably did not run; or it was in doubt, and settled metrics count no message that could be it | `what_the_record_says`, `sent_counts_that_leave_no_room_tell_what_was_not_sent` |
//! | in doubt | the record: its invocation may have run; nothing seen of it | `what_the_record_says` |
//! | waiting | sent, and nothing seen of it at the consumer yet | `what_the_record_says` |
//! | received | a line of the consumer's own invocation shows it | `an_end_without_an_error_proves_nothing` |
//! | failing | received, and Lambda says that the last invocation failed | `a_status_of_failure_is_no_success` |
//! | taken | received, and the queue let it go in one of five ways | below |
//! | dead-lettered | one of the letters in the dead-letter queue is it | `a_dead_letter_overrules_every_success_before_it` |
//! | filtered | settled event counts of the mapping say that its filter took exactly what nothing shows | `what_the_filter_took_is_told_by_event_counts` |
//! | lost | sent for certain, gone from the queue, and neither deleted nor dead | `who_was_not_deleted_is_lost` |
//! | some lost | of several only some were deleted, and nothing tells which | `of_more_than_are_short_only_some_are_lost` |
//! | untraced | gone from the queue, and the log does not show it, though it may have been taken | `deleted_without_a_trace_is_untraced` |
//!
//! A message that carries several payloads is received, taken and dead as a whole: test
//! `a_message_is_received_and_taken_as_a_whole`.
//!
//! # The five ways to be taken
//!
//! | way | grounds | test |
//! |---|---|---|
//! | status | Lambda's JSON system log says that an invocation that had it succeeded, and the mapping reports no batch item failures. Where statuses are promised, the queue's way waits for one | `a_status_of_success_takes_at_once`, `a_status_counts_only_for_what_its_invocation_showed`, `where_a_status_is_promised_the_queue_waits_for_it` |
//! | queue | all three counters read zero at every look over a counter lag, two looks or more, all after the receipt was read; and the dead-letter queue is accounted for a lag after the first of them | `two_zero_looks_a_lag_apart_take`, `a_new_receipt_starts_over`, `an_unread_dead_letter_queue_holds_the_queue_back` |
//! | errors | its invocation ended, and `Errors` of the minutes in which it may have begun are zero, settled and of as many samples as `Invocations`; no batch item failures | `errors_of_zero_take_on_a_busy_queue` |
//! | counts | Sent, Received and Deleted are what the run sent, settled, and the queue read zero at the send | `counts_that_are_the_runs_take` |
//! | time | twice the visibility timeout and the settling time without another receipt, while the consumer took up other messages, no unexplained errors, the dead-letter queue accounted for; neither batch item failures nor a role that may change visibility timeouts | `time_takes_where_nothing_can_come_back` |
//!
//! Contradictions hold a proof by queue, counts or time back ([`Hold`]): test
//! `contradictions_hold_back`.
//!
//! # More than once
//!
//! A second receipt before the visibility timeout has passed, two statuses of success, or settled
//! counts with as many deletions beyond the messages sent as there are receipts beyond the first
//! are duplicates; as many deletions as messages sent are retries; anything else may be either:
//! tests `exactly_once_tells_duplicates_from_retries`,
//! `settled_counts_tell_duplicates_from_retries`.
//!
//! # Loss
//!
//! Nothing is lost before the queue's way to zero (or the age of its oldest message), the settling
//! time for loss after it with the log read to its end, and the dead-letter queue accounted for:
//! tests `nothing_is_lost_before_all_settled`, `an_unread_log_end_holds_a_loss_back`. Where no
//! metrics speak, only a consumer that provably logs each message (all others stand in its log, the
//! dead ones too) makes what it did not log lost, and never where the log itself may lose lines, as an
//! emulator's does: tests `eight_that_were_all_logged_make_a_habit`,
//! `a_habit_needs_all_of_its_grounds`. And nothing is lost of which only a count says that it was
//! sent: test `a_count_of_sent_makes_nothing_lost_that_the_producer_did_not_claim`.
//!
//! # Clocks and order
//!
//! Waits run on edactl's monotonic clock from when a line was first *read* (milliseconds since the
//! session began); what was before or after the send is judged by AWS's clock. Log lines and
//! letters may come in any order, repeated or late; looks at counters and metrics are made by one
//! session and come in its order. States are derived from all facts when asked.

mod alike;
mod attempts;
mod dead_letters;
mod evidence;
mod groups;
mod invocations;
mod judge;
mod looks;
mod metrics;
mod missing;
mod receipts;
mod run_wide;
mod sending;
mod status;
#[cfg(test)]
mod tests;
mod ways;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use uuid::Uuid;

pub use self::{
    attempts::{Attempt, UnseenFailure},
    evidence::{
        ErrorOrigin, Evidence, Failure, GroupIndex, InvocationIndex, InvocationStatus, LineId,
        Means, MessageIndex, PlatformFormat, SendStatus, Subject,
    },
    judge::{Awaited, Judgement},
    metrics::{Datum, Metric, Minute, Sums},
    run_wide::Hold,
    sending::{Facts, Sending},
    status::{MessageCounts, MessageStatus, State, Way},
};
use self::{
    dead_letters::DeadLetters,
    groups::Groups,
    invocations::Invocations,
    looks::Looks,
    metrics::MetricTable,
    receipts::{Receipt, Receipts},
};
use crate::{humanize::millis, topology::queue::QueueCounters, waits::Waits};

/// All evidence of a run.
#[derive(Debug, Clone)]
pub struct Ledger {
    sending: Sending,
    facts: Facts,
    waits: Waits,
    /// Milliseconds since the session began.
    now: u64,
    receipts: Receipts,
    groups: Groups,
    invocations: Invocations,
    looks: Looks,
    dead_letters: DeadLetters,
    metrics: MetricTable,
    /// The last moment at which the consumer's log was read to its end, as of which it began.
    log_read: Option<u64>,
    /// Whether the line that is being read names its invocation.
    is_line_named: bool,
    /// Receipts by marker or message id exist.
    by_mark: bool,
    /// The latest receipt, in milliseconds by AWS's clock.
    last_receipt: i64,
    /// When the last receipt was read, in milliseconds since the session began.
    last_receipt_read: u64,
    /// Payloads that were dead letters before the session began.
    deaths: HashMap<MessageIndex, Death>,
}

/// That a payload was a dead letter before the session began. An attempt before that cannot have
/// taken it, however empty the queues are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It was seen there, and not later than this by AWS's clock: it may be on its way again.
    Seen(Timestamp),
    /// Its letter was still there at this time by AWS's clock, and was then sent again under a new
    /// message id: what shows that id is a later attempt.
    Redriven(Timestamp),
    /// Its letter was deleted for good.
    Deleted,
}

/// Lines may be written by hosts whose clocks differ by this much.
const HOST_DRIFT_MS: i64 = 2_000;

/// A time in milliseconds; `None`: unknown.
fn time(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis)
        .ok()
        .filter(|_| millis < i64::MAX)
}

impl Ledger {
    /// With what was known of dead letters before.
    #[must_use]
    pub fn with_deaths(mut self, deaths: HashMap<MessageIndex, Death>) -> Self {
        self.deaths = deaths;
        self
    }

    /// A ledger of which only the sending is known.
    #[must_use]
    pub fn new(mut sending: Sending, facts: Facts, waits: Waits) -> Self {
        let status = std::mem::take(&mut sending.status);
        let groups = std::mem::take(&mut sending.groups);
        let dead_letters = DeadLetters::new(sending.letters_at_send);
        Self {
            receipts: Receipts::new(&status),
            groups: Groups::new(groups),
            sending,
            facts,
            waits,
            now: 0,
            invocations: Invocations::default(),
            looks: Looks::default(),
            dead_letters,
            metrics: MetricTable::default(),
            log_read: None,
            is_line_named: true,
            by_mark: false,
            deaths: HashMap::new(),
            last_receipt: i64::MIN,
            last_receipt_read: 0,
        }
    }

    /// How many payloads the run planned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.receipts.len()
    }

    /// Whether the run planned no payload.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the record says of a payload's sending.
    #[must_use]
    pub fn send_status(&self, message: MessageIndex) -> SendStatus {
        self.receipts.send_status(message)
    }

    /// The earliest that the first invocation may have begun, by AWS's clock.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.sending.began
    }

    /// What the settings say.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The settings were read (again).
    pub fn learn(&mut self, facts: Facts) {
        let promises_status = facts.promises_status || self.facts.promises_status;
        self.facts = Facts {
            promises_status,
            ..facts
        };
    }

    /// How long it waits for what.
    #[must_use]
    pub fn waits(&self) -> &Waits {
        &self.waits
    }

    /// The time that what comes next was read at, since the session began.
    pub fn set_now(&mut self, now: Duration) {
        self.now = self.now.max(millis(now));
    }

    /// The invocation with this request id.
    pub fn invocation(&mut self, request_id: &str) -> InvocationIndex {
        match Uuid::try_parse(request_id) {
            Ok(id) if !id.is_nil() => self.invocations.with_id(id),
            _ => self.anonymous_invocation(request_id),
        }
    }

    /// The invocation of lines that nothing tells apart but their stream.
    pub fn anonymous_invocation(&mut self, stream: &str) -> InvocationIndex {
        self.invocations.of_stream(stream)
    }

    /// A line of this invocation was read, whatever it says. Without an id of its own in the line
    /// it is only taken to be the one that was under way in its stream.
    pub fn hear(&mut self, invocation: InvocationIndex, at: Timestamp, is_named: bool) {
        self.is_line_named = is_named;
        if is_named {
            self.invocations
                .start(invocation, at.as_millisecond(), false);
        }
    }

    /// What is told next comes from lines that were read before.
    pub fn recall(&mut self) {
        self.is_line_named = false;
    }

    /// Takes in one fact of the log or the dead-letter queue.
    pub fn add(&mut self, evidence: Evidence) {
        match evidence {
            Evidence::Seen {
                subject,
                invocation,
                at,
                line,
                shape,
                means,
            } => self.receive(subject, invocation, at, means, None, line, shape),
            Evidence::Refused {
                subject,
                invocation,
                at,
                error,
                line,
                means,
            } => self.receive(subject, invocation, at, means, Some(error), line, 0),
            Evidence::Started {
                invocation,
                at,
                format,
            } => {
                self.invocations
                    .start(invocation, at.as_millisecond(), true);
                // At a level that tells of starts, each report tells a status, too.
                match format {
                    PlatformFormat::Json => self.facts.promises_status = true,
                    PlatformFormat::Text => self.invocations.in_text(invocation),
                }
            }
            Evidence::CodeEnded { invocation, at } | Evidence::Ended { invocation, at } => {
                self.invocations.end(invocation, at.as_millisecond());
            }
            Evidence::Status {
                invocation,
                status,
                error,
            } => self.invocations.say(invocation, status, error),
            Evidence::Suspected { invocation, error } => {
                self.invocations.suspect(invocation, error);
            }
            Evidence::DeadLettered {
                subject,
                letter,
                means,
            } => self.dead_letters.know(&letter, subject, means),
        }
    }

    #[allow(clippy::too_many_arguments)] // The parts of one piece of evidence.
    fn receive(
        &mut self,
        subject: Subject,
        invocation: InvocationIndex,
        at: Timestamp,
        means: Means,
        error: Option<Failure>,
        line: LineId,
        shape: u64,
    ) {
        let at = at.as_millisecond();
        // What was logged before the send is of somebody else.
        if at < self.earliest() {
            return;
        }
        self.by_mark |= means.is_unique();
        self.last_receipt = self.last_receipt.max(at);
        self.last_receipt_read = self.last_receipt_read.max(self.now);
        self.invocations.start(invocation, at, false);
        self.invocations.show(invocation);
        let receipt = Receipt {
            invocation,
            at,
            read: u32::try_from(self.now).unwrap_or(u32::MAX),
            means,
            refused: error.is_some(),
            guessed: !self.is_line_named,
        };
        match (subject, error) {
            (Subject::Message(message), error) => {
                self.receipts.add(message, receipt);
                if let Some(error) = error {
                    self.receipts.tell(message, &receipt, error);
                }
            }
            (Subject::Group(group), None) => self.groups.see(group, &receipt, line, shape),
            (Subject::Group(group), Some(error)) => {
                self.groups.refuse(group, &receipt, line, error);
            }
        }
    }

    /// Whether every payload that may have been sent was received.
    #[must_use]
    pub fn all_received(&self) -> bool {
        let judgement = self.judge(Duration::from_millis(self.now));
        judgement.counts_as_asked().all(|(message, counts)| {
            let status = self.send_status(message);
            counts.received > 0 || matches!(status, SendStatus::NotSent | SendStatus::Unattempted)
        })
    }

    /// Whether the consumer's log shows any payload of the run.
    #[must_use]
    pub fn has_traces(&self) -> bool {
        self.last_receipt > i64::MIN
    }

    /// Takes in the queue's counters; the look began at `at`.
    pub fn queue_counters(&mut self, at: Duration, counters: QueueCounters) {
        self.looks.add(millis(at), counters);
    }

    /// The consumer's log was read to its end; the reading began at `at`.
    pub fn log_read(&mut self, at: Duration) {
        self.log_read = self.log_read.max(Some(millis(at)));
    }

    /// Takes in how many letters the dead-letter queue holds, hidden ones included.
    pub fn letter_count(&mut self, at: Duration, count: u64) {
        self.dead_letters.count(millis(at), count);
    }

    /// The dead-letter queue was looked through, from `at` on.
    pub fn letters_peeked(&mut self, at: Duration) {
        self.dead_letters.peek(millis(at));
    }

    /// A peek that began at `at` showed a letter; what it is of, evidence tells.
    pub fn letter_seen(&mut self, at: Duration, id: &str, sent: Option<Timestamp>) {
        let sent = sent.map(Timestamp::as_millisecond);
        self.dead_letters.letter(millis(at), id, sent);
    }

    /// Takes in one reading of the metrics.
    pub fn metrics_read(&mut self, at: Duration, data: &[Datum]) {
        self.metrics.read(millis(at), data);
    }

    /// The queue's counters at the last look.
    #[must_use]
    pub fn queue(&self) -> Option<QueueCounters> {
        self.looks.last()
    }

    /// How many letters the dead-letter queue held at the last count.
    #[must_use]
    pub fn dead_letter_count(&self) -> Option<u64> {
        self.dead_letters.last_count()
    }

    /// Whether it is known that the dead-letter queue was empty at the send.
    #[must_use]
    pub fn letters_were_none(&self) -> bool {
        self.dead_letters.baseline == Some(0)
    }

    /// When the dead-letter queue was last looked through.
    #[must_use]
    pub fn last_peek(&self) -> Option<Duration> {
        self.dead_letters.last_peek().map(Duration::from_millis)
    }

    /// When the metrics were last read.
    #[must_use]
    pub fn last_metrics(&self) -> Option<Duration> {
        self.metrics.last_read().map(Duration::from_millis)
    }

    /// The SQS message ids of the dead letters that are this subject's.
    #[must_use]
    pub fn letters(&self, subject: Subject) -> Vec<Arc<str>> {
        let letters = self.dead_letters.letters();
        let own = letters.filter(|(_, letter)| letter.carries(subject).is_some());
        own.map(|(id, _)| id.clone()).collect()
    }

    /// The payloads of a group, in order.
    #[must_use]
    pub fn members(&self, group: GroupIndex) -> &[MessageIndex] {
        self.groups.members(group)
    }

    /// When the invocation with this request id ended, by AWS's clock.
    #[must_use]
    pub fn end_of(&self, request_id: &str) -> Option<Timestamp> {
        let known = self.invocations.known(Uuid::try_parse(request_id).ok()?)?;
        time(self.invocations.end_of(known))
    }

    /// The group of a payload that only its content tells.
    #[must_use]
    pub fn group_of(&self, message: MessageIndex) -> Option<GroupIndex> {
        self.groups.of(message)
    }

    /// The message that carries a payload.
    fn carrier(&self, message: MessageIndex) -> u32 {
        let carriers = self.sending.message_of.as_ref();
        carriers.map_or(message, |carriers| carriers[message as usize])
    }

    /// AWS's clock at a moment of the session, in milliseconds: the earliest that it may be.
    fn aws_clock(&self, at: u64) -> i64 {
        let began = self.sending.session_began.as_millisecond();
        began.saturating_add(i64::try_from(at).unwrap_or(i64::MAX))
    }

    fn minute(millis: i64) -> Minute {
        millis.div_euclid(60_000)
    }

    /// The first minute in which the run may have sent.
    fn first_minute(&self) -> Minute {
        Self::minute(self.sending.began.as_millisecond())
    }

    /// How many invocations the consumer's log shows in each minute.
    fn ran(&self) -> HashMap<Minute, u64> {
        let mut ran = HashMap::new();
        for start in self.invocations.starts().filter(|start| *start < i64::MAX) {
            *ran.entry(Self::minute(start)).or_default() += 1;
        }
        ran
    }

    fn has_letter(&self, subject: Subject) -> bool {
        let mut letters = self.dead_letters.letters();
        letters.any(|(_, letter)| letter.carries(subject).is_some())
    }

    /// How many letters are of a group, as far as their sending can be the run's.
    fn letters_of_group(&self, group: GroupIndex) -> usize {
        let letters = self.dead_letters.letters();
        let own = letters.filter(|(_, letter)| {
            letter.carries(Subject::Group(group)).is_some() && self.was_sent_by_run(letter.sent)
        });
        own.count()
    }

    /// The earliest time that anything of the run may bear, in milliseconds by AWS's clock.
    fn earliest(&self) -> i64 {
        self.sending.began.as_millisecond() - HOST_DRIFT_MS
    }

    /// Whether a message with this SentTimestamp may be the run's.
    fn was_sent_by_run(&self, sent: Option<i64>) -> bool {
        let until = self.sending.answered.as_millisecond() + HOST_DRIFT_MS;
        sent.is_some_and(|sent| (self.earliest()..=until).contains(&sent))
    }

    /// Whether a letter that was sent while the run was is none of its payloads, as far as is known:
    /// where not every message id is known, it may be one all the same.
    fn has_doubtful_letters(&self) -> bool {
        let mut letters = self.dead_letters.letters();
        letters.any(|(_, letter)| letter.subjects.is_empty() && self.was_sent_by_run(letter.sent))
            && !self.receipts.are_all_named()
    }

    /// How many letters were sent while the run was.
    fn letters_of_run(&self) -> u64 {
        let letters = self.dead_letters.letters();
        letters
            .filter(|(_, letter)| letter.sent.is_none() || self.was_sent_by_run(letter.sent))
            .count() as u64
    }
}
