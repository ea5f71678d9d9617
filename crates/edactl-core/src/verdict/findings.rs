//! What a person should know beside the verdict.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use super::{Grounds, Outcome, Reason, Verdict};
use crate::{
    event::shape::Shape,
    latency::{CheckedLimit, LimitOutcome},
    ledger::{Awaited, Hold, Judgement, SendStatus, State},
};

/// Something about the run that a person should know, beside the verdict: data, no words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
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
