//! The dossier of a run: all that its last verify came to. Every output shows it, the evidence
//! file keeps it, and `report` reads it again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    clock::{self, ClockBounds, ClockSkew},
    diagnosis::{ConsumerError, Group},
    exit::ExitCode,
    humanize::{self, count},
    latency::{LatencyLimit, Quantiles, between},
    ledger::{Attempt, Ledger, MessageIndex, MessageStatus, QueueView, State, Statuses},
    run::Run,
    verdict::{Counts, Finding, MetricsView, MetricsWord, Outcome, Reason},
};

/// What a verify came to, but for the messages one by one: the head of the evidence file, and the
/// most of the JSON document. Each field's name is the one in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// When the verify ended, by this machine's clock.
    pub at: Timestamp,
    /// The edactl version that verified.
    pub edactl: String,
    /// What is proven.
    pub verdict: VerdictName,
    /// Why nothing is proven, such as `not-in-time`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether more true evidence could not change it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Whether Ctrl-C or SIGTERM ended the verify.
    pub interrupted: bool,
    /// Its exit code.
    pub exit: u8,
    /// How long it took, the sending included where it sent.
    pub elapsed_ms: u64,
    /// Whether a message received twice is a failure.
    pub exactly_once: bool,
    /// The messages by state.
    pub counts: CountsEntry,
    /// What the witnesses said.
    pub witnesses: Witnesses,
    /// AWS's clock against this machine's; left out when nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockEntry>,
    /// How long the messages took.
    pub latency: LatencyEntry,
    /// What a person should know beside the verdict.
    pub findings: Vec<FindingEntry>,
    /// Why messages are not proven.
    pub diagnosis: Vec<GroupEntry>,
}

/// What is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerdictName {
    /// Every message that was sent arrived.
    Proven,
    /// The counts agree, and that was accepted.
    Consistent,
    /// At least one did not, or not as it had to.
    Disproven,
    /// Not enough is known.
    Undetermined,
}

/// The messages by state; see [`Counts`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The same fields as in `Counts`, and the same words.
pub struct CountsEntry {
    pub planned: u64,
    pub attempted: u64,
    pub done: u64,
    pub duplicated: u64,
    pub lost: u64,
    pub dead_lettered: u64,
    pub not_sent: u64,
    pub failing: u64,
    pub received: u64,
    pub waiting: u64,
    pub in_doubt: u64,
    pub unattempted: u64,
    pub sent: u64,
    pub receives: u64,
    #[serde(default)]
    pub untraced: u64,
}

impl From<Counts> for CountsEntry {
    fn from(counts: Counts) -> Self {
        Self {
            planned: counts.planned,
            attempted: counts.attempted,
            done: counts.done,
            duplicated: counts.duplicated,
            lost: counts.lost,
            dead_lettered: counts.dead_lettered,
            not_sent: counts.not_sent,
            failing: counts.failing,
            received: counts.received,
            waiting: counts.waiting,
            in_doubt: counts.in_doubt,
            unattempted: counts.unattempted,
            sent: counts.sent,
            receives: counts.receives,
            untraced: counts.untraced,
        }
    }
}

/// What the witnesses said; one that was not asked or fell silent is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witnesses {
    /// The logs, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logs: Option<String>,
    /// The queue's metrics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricsEntry>,
    /// The queue's counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueEntry>,
}

/// What the queue's metrics say. `null`: not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsEntry {
    /// `NumberOfMessagesSent`.
    pub sent: Option<u64>,
    /// `NumberOfMessagesReceived`.
    pub received: Option<u64>,
    /// `NumberOfMessagesDeleted`.
    pub deleted: Option<u64>,
    /// Whether they agree with what the logs show.
    pub agree: bool,
    /// All that in a sentence.
    pub text: String,
}

impl MetricsEntry {
    /// What the metrics say, held against what the ledger counts. Without the logs there is
    /// nothing but themselves to hold them against.
    #[must_use]
    pub fn new(view: &MetricsView, counts: &Counts, with_logs: bool) -> Self {
        let word = view.word(counts);
        let said = match word {
            _ if !with_logs && view.sent == view.received => ": agree with each other".to_owned(),
            MetricsWord::Agree { others: 0 } => ": agree".to_owned(),
            MetricsWord::Agree { others } => {
                format!(": agree, {} of them not of this run", count(others))
            }
            MetricsWord::Differ { .. } => ": more received than the logs show".to_owned(),
            MetricsWord::Incomplete => ": not complete".to_owned(),
        };
        let number = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), count);
        let text = if view.sent.is_none() && view.received.is_none() {
            "not published".to_owned()
        } else {
            format!(
                "{} sent, {} received, {} deleted{said}",
                number(view.sent),
                number(view.received),
                number(view.deleted)
            )
        };
        Self {
            sent: view.sent,
            received: view.received,
            deleted: view.deleted,
            agree: matches!(word, MetricsWord::Agree { .. }),
            text,
        }
    }
}

/// What the queue held at the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// Waiting to be received.
    pub visible: u64,
    /// Received and not finished.
    pub in_flight: u64,
    /// Not yet to be received.
    pub delayed: u64,
    /// What its dead-letter queue held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letters: Option<u64>,
    /// Since when it was empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_since: Option<Timestamp>,
}

impl QueueEntry {
    /// What the queue said; `None`: nothing yet.
    #[must_use]
    pub fn new(view: QueueView, dead_letters: Option<u64>) -> Option<Self> {
        let (visible, in_flight, delayed) = view.last?;
        Some(Self {
            visible,
            in_flight,
            delayed,
            dead_letters,
            empty_since: view.empty_since,
        })
    }
}

/// AWS's clock against this machine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockEntry {
    /// How far AWS's clock is ahead (negative: behind); it is taken out of the latencies.
    pub ahead_ms: i64,
    /// The bounds that the exchanges with AWS set.
    pub at_least_ms: i64,
    /// The other bound; below the first where exchanges contradict each other.
    pub at_most_ms: i64,
}

impl ClockEntry {
    /// What the bounds tell; `None`: nothing, or only one side.
    #[must_use]
    pub fn of(bounds: &ClockBounds) -> Option<Self> {
        let (at_least, at_most) = bounds.both()?;
        let millis = |span: SignedDuration| i64::try_from(span.as_millis()).unwrap_or_default();
        Some(Self {
            ahead_ms: millis(bounds.skew()?.ahead),
            at_least_ms: millis(at_least),
            at_most_ms: millis(at_most),
        })
    }

    /// The same, for reckoning.
    #[must_use]
    pub fn skew(&self) -> ClockSkew {
        ClockSkew {
            ahead: SignedDuration::from_millis(self.ahead_ms),
            uncertainty: Duration::from_millis(self.at_least_ms.abs_diff(self.at_most_ms)),
        }
    }

    /// The bounds, to be narrowed further.
    #[must_use]
    pub fn bounds(&self) -> ClockBounds {
        ClockBounds::new(
            SignedDuration::from_millis(self.at_least_ms),
            SignedDuration::from_millis(self.at_most_ms),
        )
    }
}

/// The quantiles of each stage that can be measured, and the limits that were set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatencyEntry {
    /// From the invocation to the first receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_received: Option<QuantilesEntry>,
    /// From the first receipt to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to_done: Option<QuantilesEntry>,
    /// From the invocation to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_done: Option<QuantilesEntry>,
    /// The limits on the first of these (`--max-latency`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<LimitEntry>,
}

/// The quantiles of one stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // The same fields as in `Quantiles`, in milliseconds.
pub struct QuantilesEntry {
    pub count: u64,
    pub p50_ms: u64,
    pub p90_ms: u64,
    pub p99_ms: u64,
    pub max_ms: u64,
}

impl From<Quantiles> for QuantilesEntry {
    fn from(found: Quantiles) -> Self {
        Self {
            count: found.count,
            p50_ms: millis(found.p50),
            p90_ms: millis(found.p90),
            p99_ms: millis(found.p99),
            max_ms: millis(found.max),
        }
    }
}

/// A limit on latency, and what was measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitEntry {
    /// Where it is measured, such as `p95`.
    pub quantile: String,
    /// What it may be at most.
    pub at_most_ms: u64,
    /// What it is; left out when no message arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_ms: Option<u64>,
    /// Whether the limit is kept.
    pub met: bool,
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEntry {
    /// Names it for machines.
    pub id: String,
    /// One sentence.
    pub text: String,
}

impl From<Finding> for FindingEntry {
    fn from(finding: Finding) -> Self {
        Self {
            id: finding.id.to_owned(),
            text: finding.text,
        }
    }
}

/// Messages that stopped for one reason; see [`Group`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupEntry {
    /// Names the reason for machines.
    pub id: String,
    /// Where and why they stopped.
    pub reason: String,
    /// What to do next.
    pub next: String,
    /// The consumer's error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorEntry>,
    /// Attempts at these messages, in time order: the first few.
    pub attempts: Vec<AttemptEntry>,
    /// The messages: their numbers in the run, from 1.
    pub messages: Vec<u64>,
}

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEntry {
    /// Its type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its message.
    pub message: String,
    /// The frame of the application's own code nearest to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
    /// The request id of the last invocation in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The command that shows that invocation's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// One attempt at one message of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptEntry {
    /// The message's number in the run, from 1.
    pub seq: u64,
    /// When the log first shows it, by AWS's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The consumer's invocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// How it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl From<Attempt> for AttemptEntry {
    fn from(attempt: Attempt) -> Self {
        Self {
            seq: seq(attempt.message),
            at: attempt.at,
            request_id: attempt.request_id,
            error: attempt.error,
        }
    }
}

impl From<ConsumerError> for ErrorEntry {
    fn from(error: ConsumerError) -> Self {
        Self {
            kind: error.kind,
            message: error.message,
            frame: error.frame,
            request_id: error.request_id,
            command: error.command,
        }
    }
}

impl From<Group> for GroupEntry {
    fn from(group: Group) -> Self {
        Self {
            id: group.id.to_owned(),
            reason: group.reason,
            next: group.next,
            error: group.error.map(Into::into),
            attempts: group.attempts.into_iter().map(Into::into).collect(),
            messages: group.messages.into_iter().map(seq).collect(),
        }
    }
}

fn seq(message: MessageIndex) -> u64 {
    u64::from(message) + 1
}

/// Whole milliseconds.
#[must_use]
pub fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// An outcome's names in JSON.
#[must_use]
pub fn outcome_names(outcome: Outcome) -> (VerdictName, Option<String>) {
    let reason = |reason| match reason {
        Reason::NotInTime => "not-in-time",
        Reason::NotObservable => "not-observable",
        Reason::OnlyCounts => "only-counts",
    };
    match outcome {
        Outcome::Proven => (VerdictName::Proven, None),
        Outcome::Consistent => (VerdictName::Consistent, None),
        Outcome::Disproven => (VerdictName::Disproven, None),
        Outcome::Undetermined(why) => (VerdictName::Undetermined, Some(reason(why).to_owned())),
    }
}

impl Summary {
    /// The verdict for people: `proven`, `undetermined (not in time)`.
    #[must_use]
    pub fn title(&self) -> String {
        let verdict = match self.verdict {
            VerdictName::Proven => "proven",
            VerdictName::Consistent => "consistent (by counts)",
            VerdictName::Disproven => "disproven",
            VerdictName::Undetermined => "undetermined",
        };
        match &self.reason {
            Some(reason) => format!("{verdict} ({})", reason.replace('-', " ")),
            None => verdict.to_owned(),
        }
    }

    /// The exit code of the verdict, however the verify ended.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self.verdict {
            VerdictName::Proven | VerdictName::Consistent => ExitCode::Success,
            VerdictName::Disproven => ExitCode::Disproven,
            VerdictName::Undetermined => ExitCode::Undetermined,
        }
    }

    /// How far AWS's clock is ahead of this machine's, as far as it is known.
    #[must_use]
    pub fn skew(&self) -> ClockSkew {
        self.clock.unwrap_or_default().skew()
    }
}

/// What is known of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its state.
    pub state: State,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// The last error about it.
    pub error: Option<String>,
    /// Its deliveries to the consumer, in the order of time.
    pub attempts: Vec<Attempt>,
}

impl Message {
    /// When the consumer's log first shows it, by AWS's clock.
    #[must_use]
    pub fn first_seen(&self) -> Option<Timestamp> {
        self.attempts.iter().filter_map(|attempt| attempt.at).min()
    }

    /// The delivery that succeeded first.
    #[must_use]
    pub fn success(&self) -> Option<&Attempt> {
        let succeeded = |attempt: &&Attempt| attempt.error.is_none();
        self.attempts
            .iter()
            .find(succeeded)
            .filter(|_| self.state == State::Done)
    }

    /// When the invocation ended that took it, by AWS's clock.
    #[must_use]
    pub fn done_at(&self) -> Option<Timestamp> {
        self.success()?.ended
    }

    /// Whether it was taken more than once: attempts that failed are retries, not duplicates.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.received.saturating_sub(self.failed) > 1
    }
}

/// Where the messages come from: the ledger of a verify, or the evidence that one left.
pub trait Messages {
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them, by its number in the run less one.
    fn message(&self, index: usize) -> Message;
}

/// The messages of a ledger.
#[derive(Debug, Clone, Copy)]
pub struct Live<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// Its statuses.
    pub statuses: &'a Statuses<'a>,
}

impl Messages for Live<'_> {
    fn count(&self) -> usize {
        self.statuses.len()
    }

    fn message(&self, index: usize) -> Message {
        let number = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        let status = &self.statuses.get(number);
        let mut attempts: Vec<Attempt> = if self.ledger.group_of(number).is_some() {
            // Nobody can tell which delivery of equal messages was whose; the ledger shared them out.
            self.shared_attempt(number, status).into_iter().collect()
        } else {
            self.ledger.attempts(number).collect()
        };
        attempts.sort_by_key(|attempt| attempt.at.unwrap_or(Timestamp::MAX));
        Message {
            state: status.state,
            received: status.received,
            failed: status.failed,
            error: status.error.clone(),
            attempts,
        }
    }
}

impl Live<'_> {
    fn shared_attempt(&self, message: MessageIndex, status: &MessageStatus) -> Option<Attempt> {
        let at = Some(status.first_seen?);
        let request_id = status.last_request_id.clone();
        let has_failed = status.failed > 0 && status.failed == status.received;
        Some(Attempt {
            message,
            at,
            ended: request_id.as_deref().and_then(|id| self.ledger.end_of(id)),
            request_id,
            error: status.error.clone().filter(|_| has_failed),
        })
    }
}

/// The latencies of a run with the clocks' difference taken out, and how they stand to the limits.
/// The bounds on that difference are narrowed by what the run itself shows: nothing is received
/// before it is sent.
#[must_use]
pub fn latencies(
    run: &Run,
    messages: &dyn Messages,
    mut bounds: ClockBounds,
    limits: &[LatencyLimit],
) -> (Option<ClockEntry>, LatencyEntry) {
    let seen = || {
        let places = run.plan.positions().zip(0..messages.count());
        places.filter_map(|(place, index)| {
            let message = messages.message(index);
            let seen = message.first_seen()?;
            Some((run.invoked(place.invocation), seen, message.done_at()))
        })
    };
    for (invoked, seen, _) in seen() {
        if let Some(invoked) = invoked {
            bounds.effect(invoked, clock::logged(seen).1);
        }
    }
    let clock = ClockEntry::of(&bounds);
    let skew = clock.unwrap_or_default().skew();
    // One after the other: of a million messages each holds megabytes.
    let mut received: Vec<Duration> = Vec::with_capacity(messages.count());
    received
        .extend(seen().filter_map(|(invoked, seen, _)| Some(between(invoked?, skew.ours(seen)))));
    let limits = limits
        .iter()
        .map(|limit| {
            let measured = limit.quantile.of(&mut received);
            LimitEntry {
                quantile: limit.quantile.to_string(),
                at_most_ms: millis(limit.at_most),
                measured_ms: measured.map(millis),
                met: measured.is_some_and(|measured| measured <= limit.at_most),
            }
        })
        .collect();
    let mut spans = received;
    let invoked_to_received = Quantiles::of(&mut spans).map(Into::into);
    spans.clear();
    spans.extend(seen().filter_map(|(_, seen, done)| Some(between(seen, done?))));
    let received_to_done = Quantiles::of(&mut spans).map(Into::into);
    spans.clear();
    spans.extend(seen().filter_map(|(invoked, _, done)| Some(between(invoked?, skew.ours(done?)))));
    let invoked_to_done = Quantiles::of(&mut spans).map(Into::into);
    let latency = LatencyEntry {
        invoked_to_received,
        received_to_done,
        invoked_to_done,
        limits,
    };
    (clock, latency)
}

/// What a person should know of the clocks and the limits on latency.
#[must_use]
pub fn latency_findings(clock: Option<ClockEntry>, latency: &LatencyEntry) -> Vec<Finding> {
    let show = |millis| humanize::duration(Duration::from_millis(millis));
    let mut findings = Vec::new();
    let skew = clock.unwrap_or_default().skew();
    let uncertainty = millis(skew.uncertainty);
    findings.extend(clock.and_then(skew_finding));
    for limit in &latency.limits {
        let Some(measured) = limit.measured_ms else {
            continue;
        };
        let most = show(limit.at_most_ms);
        if !limit.met {
            findings.push(Finding {
                id: "too-slow",
                text: format!(
                    "the {} from invoked to received is {}, above the limit of {most} (--max-latency)",
                    limit.quantile,
                    show(measured)
                ),
            });
        }
        if measured.abs_diff(limit.at_most_ms) < uncertainty {
            findings.push(Finding {
                id: "latency-uncertain",
                text: format!(
                    "the difference of the clocks is known only to {}, which is more than what is \
                     between the {} ({}) and its limit ({most})",
                    humanize::duration(skew.uncertainty),
                    limit.quantile,
                    show(measured)
                ),
            });
        }
    }
    findings
}

/// A word about the clocks where they differ by more than people would overlook.
#[must_use]
pub fn skew_finding(clock: ClockEntry) -> Option<Finding> {
    let skew = clock.skew();
    let way = if skew.ahead.is_positive() {
        "ahead of"
    } else {
        "behind"
    };
    skew.is_notable().then(|| Finding {
        id: "clock-skew",
        text: format!(
            "AWS's clock is {} {way} this machine's (known to {}); that is taken out of the times",
            humanize::duration(skew.ahead.unsigned_abs()),
            humanize::duration(skew.uncertainty)
        ),
    })
}

/// The outcome with the limits on latency in it: a broken one disproves, and one that cannot be
/// measured leaves nothing proven.
#[must_use]
pub fn with_limits(outcome: Outcome, latency: &LatencyEntry) -> Outcome {
    let is_unknown = |limit: &LimitEntry| limit.measured_ms.is_none();
    match outcome {
        Outcome::Proven if latency.limits.iter().any(is_unknown) => {
            Outcome::Undetermined(Reason::NotObservable)
        }
        Outcome::Proven if latency.limits.iter().any(|limit| !limit.met) => Outcome::Disproven,
        other => other,
    }
}
