//! The verdict: the one place that decides what is proven, exit code included.
//!
//! Output renders what is decided here, and changes nothing of it.

mod counts;
mod findings;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    counts::{Counts, Ways},
    findings::{Finding, Source, findings},
};
use crate::{
    exit::ExitCode,
    latency::{CheckedLimit, LimitOutcome},
    ledger::{Awaited, Hold, Judgement, State},
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
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
