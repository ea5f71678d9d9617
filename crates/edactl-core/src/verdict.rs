//! The verdict: the one place that decides what is proven, exit code included.
//!
//! Output renders what is decided here, and changes nothing of it.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    event::shape::Shape,
    exit::ExitCode,
    latency::{CheckedLimit, LimitOutcome},
    ledger::{Awaited, Hold, Judgement, MessageCounts, SendStatus, State, Way},
};

/// What the user asks of the proof.
#[allow(clippy::struct_excessive_bools)] // Each is an option of its own, and any mix is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// A payload taken twice is a failure.
    pub exactly_once: bool,
    /// Without published metrics that agree, nothing is proven.
    pub require_metrics: bool,
    /// Without the queue's word that it is empty, nothing is proven.
    pub require_queue: bool,
    /// Where the log does not show payloads, agreeing counts are enough.
    pub accept_counts: bool,
    /// What was sent before the send was broken off is enough.
    pub accept_partial_send: bool,
}

/// What is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "verdict", content = "reason")]
pub enum Outcome {
    /// Every payload was sent and taken.
    Proven,
    /// The counts agree that every message was taken, and the user accepts that; no payload by
    /// itself is proven.
    Consistent,
    /// At least one was not, or came twice where that is forbidden, or was too slow.
    Disproven,
    /// Not enough is known.
    Undetermined(Reason),
}

/// Why nothing is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The time was up first.
    NotInTime,
    /// A source that the proof needs cannot be read.
    NotObservable,
    /// The log does not show payloads that left the queue, and counts prove no payload.
    OnlyCounts,
    /// Every payload was taken, and a contradiction holds the proof back.
    HeldBack,
    /// The send was broken off: what was planned was not all sent.
    SendIncomplete,
    /// Nothing tells whether payloads were sent.
    InDoubt,
    /// A limit on latency cannot be judged by what is known of the clocks, or by what was measured.
    LimitUncertain,
    /// Received more than once, and nothing tells retries from duplicates.
    PerhapsTwice,
}

impl Outcome {
    /// The exit code of a `verify` that ends like this.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Proven | Self::Consistent => ExitCode::Success,
            Self::Disproven => ExitCode::Disproven,
            Self::Undetermined(_) => ExitCode::Undetermined,
        }
    }
}

/// How many payloads are in which state, and how the taken ones are known to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

    fn broken(&self) -> u64 {
        self.lost + self.some_lost + self.dead_lettered + self.not_sent + self.filtered
    }

    fn rests_on_direct_ways(&self) -> bool {
        self.ways.status + self.ways.errors == self.taken
    }
}

/// Whether a payload came more often than it failed, and nothing says that it is a duplicate.
fn is_repeated(status: MessageCounts) -> bool {
    !status.is_duplicate && status.received - status.failed > 1
}

/// All that a verdict rests on beside the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// What the user asks.
    pub rules: Rules,
    /// The user's limits on latency, as far as they can be judged.
    pub limits: &'a [CheckedLimit],
    /// Whether the consumer's log can be read: without it nothing is proven.
    pub log_is_read: bool,
    /// Whether the metrics can be read.
    pub metrics_are_read: bool,
    /// Whether the queue's counters can be read.
    pub queue_is_read: bool,
}

/// What is proven at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What is proven.
    pub outcome: Outcome,
    /// Whether waiting longer could not change it.
    pub is_final: bool,
    /// The payloads by state.
    pub counts: Counts,
    /// The contradictions that hold it back.
    pub holds: Vec<Hold>,
    /// What would settle it.
    pub awaited: Awaited,
}

/// Decides.
///
/// A failure is certain at once, but the other payloads of the run are worth knowing too, so the
/// verdict is final only when the last payload has its final state.
#[must_use]
pub fn decide(judgement: &Judgement<'_>, counts: Counts, grounds: &Grounds<'_>) -> Verdict {
    let holds: Vec<Hold> = if counts.rests_on_direct_ways() {
        Vec::new()
    } else {
        judgement.holds().to_vec()
    };
    let mut verdict = Verdict {
        outcome: Outcome::Undetermined(Reason::NotInTime),
        is_final: false,
        counts,
        holds,
        awaited: Awaited::Nothing,
    };
    let (outcome, is_final) = outcome(judgement, &verdict, grounds);
    verdict.outcome = outcome;
    verdict.is_final = is_final;
    if !is_final {
        verdict.awaited = awaited(judgement, &counts);
    }
    verdict
}

fn outcome(judgement: &Judgement<'_>, verdict: &Verdict, grounds: &Grounds<'_>) -> (Outcome, bool) {
    let (counts, rules) = (&verdict.counts, grounds.rules);
    let undetermined = |reason, is_final| (Outcome::Undetermined(reason), is_final);
    let twice = if rules.exactly_once {
        counts.duplicated
    } else {
        0
    };
    let is_too_slow = grounds
        .limits
        .iter()
        .any(|limit| limit.outcome == LimitOutcome::Broken);
    if counts.broken() + twice > 0 || is_too_slow && counts.open() == 0 {
        let may_come = counts.failing + counts.received + counts.waiting;
        return (
            Outcome::Disproven,
            may_come == 0 && settled_doubt(judgement, counts),
        );
    }
    // Where nothing was attempted nothing can be proven, and nothing is to come.
    if counts.attempted == 0 {
        return undetermined(Reason::SendIncomplete, true);
    }
    if counts.open() > 0 {
        let uncertain = never_certain(judgement, counts, grounds);
        let may_come = counts.failing + counts.waiting + (counts.received - uncertain);
        if may_come == 0 && uncertain > 0 && settled_doubt(judgement, counts) {
            return undetermined(Reason::InDoubt, true);
        }
        if may_come > 0 || !settled_doubt(judgement, counts) {
            return undetermined(not_yet(grounds.log_is_read), false);
        }
        if counts.in_doubt > 0 {
            return undetermined(Reason::InDoubt, false);
        }
        // Only untraced ones are left: counts alone can speak for them.
        let agree = judgement.counts_agree();
        return match (agree, rules.accept_counts) {
            (true, true) if counts.unattempted == 0 => (Outcome::Consistent, true),
            _ => undetermined(Reason::OnlyCounts, agree),
        };
    }
    if counts.unattempted > 0 && !rules.accept_partial_send {
        return undetermined(Reason::SendIncomplete, true);
    }
    if !verdict.holds.is_empty() {
        return undetermined(Reason::HeldBack, false);
    }
    if rules.exactly_once {
        if counts.repeated > 0 {
            return undetermined(Reason::PerhapsTwice, false);
        }
        // A second delivery may still be on its way: only a queue that is at rest, and a log that
        // was read after it, rule that out.
        if !judgement.is_at_rest() {
            return undetermined(Reason::NotInTime, false);
        }
    }
    for (is_missing, is_read) in [
        (
            rules.require_metrics && !judgement.metrics_confirm(),
            grounds.metrics_are_read,
        ),
        (
            rules.require_queue && !judgement.is_drained(),
            grounds.queue_is_read,
        ),
    ] {
        if is_missing {
            return undetermined(not_yet(is_read), !is_read);
        }
    }
    let is_unknown = |limit: &CheckedLimit| limit.outcome != LimitOutcome::Kept;
    if grounds.limits.iter().any(is_unknown) {
        return undetermined(Reason::LimitUncertain, true);
    }
    (Outcome::Proven, true)
}

/// Why a source has not yet said what the proof needs.
fn not_yet(is_read: bool) -> Reason {
    if is_read {
        Reason::NotInTime
    } else {
        Reason::NotObservable
    }
}

/// How many were recognised by a content that others may have sent, where nothing is to come that
/// could tell whose it was.
fn never_certain(judgement: &Judgement<'_>, counts: &Counts, grounds: &Grounds<'_>) -> u64 {
    let may_be_counted = !judgement.has_shared_contents()
        && grounds.metrics_are_read
        && !judgement.metrics_have_settled();
    if counts.received == 0 || may_be_counted || !judgement.is_at_rest() {
        return 0;
    }
    let received = judgement
        .message_counts()
        .filter(|(_, it)| it.state == State::Received);
    let uncertain =
        received.filter(|(message, _)| judgement.awaited(*message) == Some(Awaited::Certainty));
    uncertain.count() as u64
}

/// Whether nothing more can be learned of what is in doubt or untraced.
fn settled_doubt(judgement: &Judgement<'_>, counts: &Counts) -> bool {
    counts.in_doubt + counts.untraced == 0 || judgement.absent_await() == Awaited::Nothing
}

fn awaited(judgement: &Judgement<'_>, counts: &Counts) -> Awaited {
    if counts.received + counts.failing > 0 {
        let first = judgement
            .message_counts()
            .find(|(_, it)| matches!(it.state, State::Received | State::Failing));
        if let Some(awaited) = first.and_then(|(message, _)| judgement.awaited(message)) {
            return awaited;
        }
    }
    judgement.absent_await()
}

/// Something about the run that a person should know, beside the verdict: data, no words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Finding {
    /// So many were certainly taken more than once, which a standard queue may do.
    ReceivedTwice {
        /// How many.
        count: u64,
    },
    /// So many came more than once, retried or delivered twice.
    Retried {
        /// How many.
        count: u64,
    },
    /// So many were taken with an error in the consumer's log.
    ErrorLogged {
        /// How many.
        count: u64,
    },
    /// So many were never sent: the send ended early.
    SendIncomplete {
        /// How many.
        count: u64,
    },
    /// So many were in doubt after sending, and were found at the consumer.
    DoubtSettled {
        /// How many.
        count: u64,
    },
    /// So many left the queue without a trace in the consumer's log.
    ConsumerSilent {
        /// How many.
        count: u64,
    },
    /// What a proof still waited for at the end.
    Awaits {
        /// What.
        awaited: Awaited,
    },
    /// A contradiction holds the proof back.
    HeldBack {
        /// Which.
        hold: Hold,
    },
    /// A limit on latency is broken.
    TooSlow {
        /// Which, and what was measured.
        #[serde(flatten)]
        limit: CheckedLimit,
    },
    /// A limit cannot be judged by what is known of the clocks.
    LatencyUncertain {
        /// Which, and what was measured.
        #[serde(flatten)]
        limit: CheckedLimit,
    },
    /// AWS's clock differs from this machine's.
    ClockSkew {
        /// How far AWS's is ahead, in milliseconds.
        ahead_ms: i64,
        /// To how many milliseconds that is known.
        uncertainty_ms: u64,
    },
    /// The logs were not read, and nothing else proves a payload.
    LogsNotHeard,
    /// The consumer's log could not be read to its end.
    LogsUnread,
    /// A source could not be read.
    SourceSilent {
        /// Which.
        source: Source,
        /// The refusal, in AWS's words.
        error: String,
        /// The next step.
        hint: String,
    },
    /// The visibility timeout is shorter than the consumer may run.
    VisibilityTooShort {
        /// The queue's visibility timeout, in milliseconds.
        visibility_ms: u64,
        /// The consumer's timeout, in milliseconds.
        timeout_ms: u64,
    },
    /// Payloads fail, and the queue has no dead-letter queue.
    DlqMissing,
    /// The messages held other pieces of the event than those that were taken for payloads.
    ShapeSeen {
        /// Which.
        messages: Shape,
    },
    /// The messages held what was assumed, and nobody said so.
    ShapeConfirmed {
        /// What.
        messages: Shape,
    },
    /// The producer sent another number of messages than the event has payloads, and nothing shows
    /// what they held.
    ShapeRefuted {
        /// How many messages, of one invocation.
        sent: u64,
        /// How many payloads.
        planned: u64,
    },
}

/// Where evidence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The consumer's log.
    Logs,
    /// The metrics of queue and consumer.
    Metrics,
    /// The queue's counters.
    Queue,
    /// The dead-letter queue.
    Dlq,
}

/// A number of payloads, and the finding that it makes.
type Counted = (u64, fn(u64) -> Finding);

/// The findings that follow from what is known at the end.
#[must_use]
pub fn findings(
    judgement: &Judgement<'_>,
    verdict: &Verdict,
    grounds: &Grounds<'_>,
) -> Vec<Finding> {
    let counts = &verdict.counts;
    let (mut logged, mut cleared) = (0, 0);
    for (message, status) in judgement.message_counts() {
        logged += u64::from(status.logged_error);
        let was_in_doubt = judgement.ledger().send_status(message) == SendStatus::InDoubt;
        cleared += u64::from(status.state == State::Taken && was_in_doubt);
    }
    let duplicated = if grounds.rules.exactly_once {
        0
    } else {
        counts.duplicated
    };
    let mut findings = Vec::new();
    let told: [Counted; 6] = [
        (duplicated, |count| Finding::ReceivedTwice { count }),
        (counts.repeated, |count| Finding::Retried { count }),
        (logged, |count| Finding::ErrorLogged { count }),
        (counts.unattempted, |count| Finding::SendIncomplete {
            count,
        }),
        (cleared, |count| Finding::DoubtSettled { count }),
        (counts.untraced, |count| Finding::ConsumerSilent { count }),
    ];
    for (count, finding) in told {
        if count > 0 {
            findings.push(finding(count));
        }
    }
    for limit in grounds.limits {
        match limit.outcome {
            LimitOutcome::Broken => findings.push(Finding::TooSlow { limit: *limit }),
            LimitOutcome::Uncertain => findings.push(Finding::LatencyUncertain { limit: *limit }),
            LimitOutcome::Kept | LimitOutcome::Unmeasured => {}
        }
    }
    // Of a run that is not proven for other reasons, they only repeat these.
    if verdict.outcome == Outcome::Undetermined(Reason::HeldBack) {
        let held = verdict.holds.iter();
        findings.extend(held.map(|hold| Finding::HeldBack { hold: *hold }));
    }
    if !matches!(verdict.awaited, Awaited::Nothing) {
        findings.push(Finding::Awaits {
            awaited: verdict.awaited,
        });
    }
    if !grounds.log_is_read {
        findings.push(Finding::LogsNotHeard);
    }
    findings
}
