//! All that the last verify of a run came to. Every output shows it, the evidence file keeps it,
//! and `report` reads it again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    clock::{self, ClockBounds, ClockSkew},
    diagnosis::Group,
    exit::ExitCode,
    humanize::millis,
    latency::{CheckedLimit, LatencyLimit, LimitOutcome, Quantiles, Stage, between},
    ledger::{Attempt, Awaited, Hold, Judgement, Means, MessageIndex, State, Way},
    run::Run,
    topology::queue::QueueCounters,
    verdict::{Counts, Finding, Outcome},
};

/// What a verify came to, but for the payloads one by one: the head of the evidence file, and the
/// most of the JSON document. Each field's name is the one in JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Summary {
    /// When the verify ended, by this machine's clock.
    #[serde(serialize_with = "crate::schema::in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::UtcTime"))]
    pub at: Timestamp,
    /// The edactl version that verified.
    pub edactl: String,
    /// What is proven (`verdict`), and why nothing is (`reason`).
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether waiting longer could not change it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Whether Ctrl-C or SIGTERM ended the verify.
    pub interrupted: bool,
    /// Its exit code.
    #[cfg_attr(feature = "schema", schemars(with = "ExitCode"))]
    pub exit: u8,
    /// How long it took in milliseconds, the sending included where it sent.
    pub elapsed_ms: u64,
    /// Whether a payload taken twice is a failure.
    pub exactly_once: bool,
    /// The payloads by state, and the taken ones by the way in which that is known.
    pub counts: Counts,
    /// What the witnesses said.
    pub witnesses: Witnesses,
    /// The contradictions that hold the verdict back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// What would settle the verdict; left out where nothing more is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Awaited>,
    /// AWS's clock against this machine's; left out when nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockDifference>,
    /// How long the payloads took.
    pub latency: Latencies,
    /// What a person should know beside the verdict.
    pub findings: Vec<Finding>,
    /// Why payloads are not proven.
    pub diagnosis: Vec<Group>,
}

/// What the witnesses said; one that was not asked or fell silent is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// AWS's clock against this machine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct ClockDifference {
    /// How many milliseconds AWS's clock is ahead (negative: behind); that is taken out of the
    /// latencies.
    pub ahead_ms: i64,
    /// The lower bound that the exchanges with AWS set, in milliseconds.
    pub at_least_ms: i64,
    /// The upper bound, in milliseconds; below the lower where exchanges contradict each other.
    pub at_most_ms: i64,
}

impl ClockDifference {
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
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Latencies {
    /// From the invocation to the producer's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_answered: Option<Quantiles>,
    /// From the invocation to the first receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_received: Option<Quantiles>,
    /// From the first receipt to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to_done: Option<Quantiles>,
    /// From the invocation to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_done: Option<Quantiles>,
    /// The limits, held against these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<CheckedLimit>,
}

impl Summary {
    /// The exit code of the verdict, however the verify ended.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.outcome.exit_code()
    }

    /// How far AWS's clock is ahead of this machine's, as far as it is known.
    #[must_use]
    pub fn skew(&self) -> ClockSkew {
        self.clock.unwrap_or_default().skew()
    }
}

/// What is known of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its state.
    pub state: State,
    /// In which way it is known to be taken.
    pub way: Option<Way>,
    /// How it was recognised.
    pub means: Option<Means>,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// Whether it was certainly taken more than once.
    pub is_duplicate: bool,
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

    /// The delivery that succeeded first, as far as is known: the first without an error, else the
    /// last.
    #[must_use]
    pub fn success(&self) -> Option<&Attempt> {
        if self.state != State::Taken {
            return None;
        }
        let succeeded = |attempt: &&Attempt| attempt.error.is_none();
        self.attempts
            .iter()
            .find(succeeded)
            .or(self.attempts.last())
    }

    /// When the invocation ended that took it, by AWS's clock.
    #[must_use]
    pub fn done_at(&self) -> Option<Timestamp> {
        self.success()?.ended
    }
}

/// Where the payloads come from: the ledger of a verify, or the evidence that one left.
pub trait Messages {
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them, by its number in the run less one.
    fn message(&self, index: usize) -> Message;
    /// When it was first seen, and when it was done ([`Message::first_seen`],
    /// [`Message::done_at`]): asked of all of them again and again.
    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let message = self.message(index);
        (message.first_seen(), message.done_at())
    }
}

impl Messages for Judgement<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    fn message(&self, index: usize) -> Message {
        let number = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        let status = self.get(number);
        let ledger = self.ledger();
        let mut attempts: Vec<Attempt> = if ledger.group_of(number).is_some() {
            // Nobody can tell which delivery of equal payloads was whose; they were shared out.
            let shared = status.first_seen.map(|at| Attempt {
                message: number,
                at: Some(at),
                ended: status
                    .last_request_id
                    .as_deref()
                    .and_then(|id| ledger.end_of(id)),
                request_id: status.last_request_id.clone(),
                error: status
                    .error
                    .clone()
                    .filter(|_| status.counts.state != State::Taken),
                is_failed: status.counts.failed > 0
                    && status.counts.failed == status.counts.received,
            });
            shared.into_iter().collect()
        } else {
            ledger.attempts(number).collect()
        };
        attempts.sort_by_key(|attempt| attempt.at.unwrap_or(Timestamp::MAX));
        Message {
            state: status.counts.state,
            way: status.counts.way,
            means: status.counts.means,
            received: status.counts.received,
            failed: status.counts.failed,
            is_duplicate: status.counts.is_duplicate,
            error: status.error,
            attempts,
        }
    }

    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let number = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        Judgement::seen_and_done(self, number)
    }
}

/// The user's limits on latency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// On the time from the invocation to the first receipt.
    pub received: Vec<LatencyLimit>,
    /// On the time from the invocation to the producer's answer.
    pub answered: Vec<LatencyLimit>,
}

/// The latencies of a run with the clocks' difference taken out, and how they stand to the limits.
/// The bounds on that difference are narrowed by what the run itself shows: nothing is received
/// before it is sent.
#[must_use]
pub fn latencies(
    run: &Run,
    messages: &dyn Messages,
    mut bounds: ClockBounds,
    limits: &Limits,
) -> (Option<ClockDifference>, Latencies) {
    let seen = || {
        let places = run.plan.positions().zip(0..messages.count());
        places.filter_map(|(place, index)| {
            let (seen, done) = messages.seen_and_done(index);
            Some((run.invoked(place.invocation), seen?, done))
        })
    };
    for (invoked, seen, _) in seen() {
        if let Some(invoked) = invoked {
            bounds.effect(invoked, clock::logged(seen).1);
        }
    }
    let clock = ClockDifference::of(&bounds);
    let skew = clock.unwrap_or_default().skew();
    let mut answered: Vec<Duration> = run
        .invocations
        .iter()
        .filter_map(|it| Some(between(it.began?, it.ended?)))
        .collect();
    let mut checked: Vec<CheckedLimit> = limits
        .answered
        .iter()
        .map(|limit| limit.check(Stage::Answered, &mut answered, Duration::ZERO))
        .collect();
    let invoked_to_answered = Quantiles::of(&mut answered);
    // One after the other: of a million messages each holds megabytes.
    let mut spans: Vec<Duration> = Vec::with_capacity(messages.count());
    spans.extend(seen().filter_map(|(invoked, seen, _)| Some(between(invoked?, skew.ours(seen)))));
    checked.extend(limits.received.iter().map(|limit| {
        if clock.is_none() {
            // Without a word on AWS's clock nothing can be said.
            let mut unknown = limit.check(Stage::Received, &mut spans, Duration::ZERO);
            unknown.outcome = match unknown.outcome {
                LimitOutcome::Unmeasured => LimitOutcome::Unmeasured,
                _ => LimitOutcome::Uncertain,
            };
            return unknown;
        }
        limit.check(Stage::Received, &mut spans, skew.uncertainty)
    }));
    let invoked_to_received = Quantiles::of(&mut spans);
    spans.clear();
    spans.extend(seen().filter_map(|(_, seen, done)| Some(between(seen, done?))));
    let received_to_done = Quantiles::of(&mut spans);
    spans.clear();
    spans.extend(seen().filter_map(|(invoked, _, done)| Some(between(invoked?, skew.ours(done?)))));
    let invoked_to_done = Quantiles::of(&mut spans);
    let latencies = Latencies {
        invoked_to_answered,
        invoked_to_received,
        received_to_done,
        invoked_to_done,
        limits: checked,
    };
    (clock, latencies)
}

/// A word about the clocks where they differ by more than people would overlook.
#[must_use]
pub fn skew_finding(clock: ClockDifference) -> Option<Finding> {
    let skew = clock.skew();
    skew.is_notable().then(|| Finding::ClockSkew {
        ahead_ms: clock.ahead_ms,
        uncertainty_ms: millis(skew.uncertainty),
    })
}

#[cfg(test)]
mod tests;
