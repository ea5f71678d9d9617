//! The verdict: what the ledger proves, under the rules that the user chose.

use std::fmt;

use super::ledger::{Dispatch, Ledger, MessageStatus, State};
use crate::exit::ExitCode;

/// What the user asks of the proof.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// A message received twice is a failure.
    pub exactly_once: bool,
    /// Without published metrics that agree, nothing is proven.
    pub require_metrics: bool,
    /// Without the queue's word that it is empty, nothing is proven.
    pub require_queue: bool,
}

/// What is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every message that was sent arrived.
    Proven,
    /// At least one did not, or came twice where that is forbidden.
    Disproven,
    /// Not enough is known.
    Undetermined(Reason),
}

/// Why nothing is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The time was up first.
    NotInTime,
    /// A witness that was asked for cannot be heard.
    NotObservable,
}

impl Outcome {
    /// The exit code of a `verify` that ends like this.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Proven => ExitCode::Proven,
            Self::Disproven => ExitCode::Disproven,
            Self::Undetermined(_) => ExitCode::Undetermined,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proven => "proven",
            Self::Disproven => "disproven",
            Self::Undetermined(Reason::NotInTime) => "undetermined (not in time)",
            Self::Undetermined(Reason::NotObservable) => "undetermined (not observable)",
        })
    }
}

/// How many messages are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Planned in the run.
    pub planned: u64,
    /// Their invocation was begun.
    pub attempted: u64,
    /// Arrived.
    pub done: u64,
    /// Of these, in more than one invocation without an error.
    pub duplicated: u64,
    /// Lost without a trace.
    pub lost: u64,
    /// In the dead-letter queue.
    pub dead_lettered: u64,
    /// Never reached the queue.
    pub not_sent: u64,
    /// Every attempt so far failed.
    pub failing: u64,
    /// In an invocation that has not ended.
    pub received: u64,
    /// Not seen yet.
    pub waiting: u64,
    /// Perhaps never sent, and not seen yet.
    pub in_doubt: u64,
    /// Never attempted.
    pub unattempted: u64,
    /// Reached the queue for certain.
    pub sent: u64,
    /// How often the consumer's log shows a message of the run, all together.
    pub receives: u64,
}

impl Counts {
    /// Counts the statuses of a ledger's messages.
    #[must_use]
    pub fn of(ledger: &Ledger, statuses: &[MessageStatus]) -> Self {
        let mut counts = Self {
            planned: statuses.len() as u64,
            sent: ledger.sent(statuses),
            ..Self::default()
        };
        for status in statuses {
            let slot = match status.state {
                State::Done => &mut counts.done,
                State::Unattempted => &mut counts.unattempted,
                State::NotSent => &mut counts.not_sent,
                State::DeadLettered => &mut counts.dead_lettered,
                State::Lost => &mut counts.lost,
                State::Failing => &mut counts.failing,
                State::Received => &mut counts.received,
                State::Waiting => &mut counts.waiting,
                State::InDoubt => &mut counts.in_doubt,
            };
            *slot += 1;
            counts.receives += u64::from(status.received);
            counts.duplicated += u64::from(is_duplicate(status));
        }
        counts.attempted = counts.planned - counts.unattempted;
        counts
    }

    /// Messages about which the last word is not spoken.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.failing + self.received + self.waiting + self.in_doubt
    }

    fn broken(&self) -> u64 {
        self.lost + self.dead_lettered + self.not_sent
    }
}

/// Whether a message was taken more than once: attempts that failed are retries, not duplicates.
#[must_use]
pub fn is_duplicate(status: &MessageStatus) -> bool {
    status.received - status.failed > 1
}

/// What the witness of the metrics has said so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MetricsView {
    /// `NumberOfMessagesSent`; `None`: not published.
    pub sent: Option<u64>,
    /// `NumberOfMessagesReceived`.
    pub received: Option<u64>,
    /// `NumberOfMessagesDeleted`.
    pub deleted: Option<u64>,
    /// Messages of other recorded runs in the same minutes: the metrics cover this run only when
    /// they cover those, too.
    pub known_others: u64,
}

/// How the metrics stand to what the ledger knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsWord {
    /// Nothing, or not yet the whole run, is published.
    Incomplete,
    /// Sent and Received cover the run and agree with each other.
    Agree {
        /// Messages in the same minutes that were not of this run.
        others: u64,
    },
    /// They cover the run, and more was received than was sent and the ledger explains.
    Differ {
        /// Messages in the same minutes that were not of this run.
        others: u64,
        /// Receives beyond those: redeliveries, of this run or of others.
        unexplained: u64,
    },
}

impl MetricsView {
    /// Holds the metrics against the ledger's counts.
    #[must_use]
    pub fn word(&self, counts: &Counts) -> MetricsWord {
        let (Some(sent), Some(received)) = (self.sent, self.received) else {
            return MetricsWord::Incomplete;
        };
        if sent < counts.sent + self.known_others {
            return MetricsWord::Incomplete;
        }
        let others = sent - counts.sent;
        // Others' messages are taken to be received once each, as this run's were as often as the
        // ledger knows.
        match received.checked_sub(counts.receives + others) {
            None => MetricsWord::Incomplete,
            Some(0) => MetricsWord::Agree { others },
            Some(unexplained) => MetricsWord::Differ {
                others,
                unexplained,
            },
        }
    }
}

/// What the ledger proves at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What is proven.
    pub outcome: Outcome,
    /// Whether more true evidence could not change it.
    pub is_final: bool,
    /// The messages by state.
    pub counts: Counts,
}

/// Judges what the ledger knows; the statuses are the ledger's own, handed in because everyone
/// needs them.
///
/// A failure is certain at once, but the other messages of the run are worth knowing too, so the
/// verdict is final only when the last message has its final state.
#[must_use]
pub fn judge(
    ledger: &Ledger,
    statuses: &[MessageStatus],
    metrics: &MetricsView,
    rules: Rules,
) -> Verdict {
    let counts = Counts::of(ledger, statuses);
    let forbidden = if rules.exactly_once {
        counts.duplicated
    } else {
        0
    };
    if counts.open() > 0 {
        let outcome = if counts.broken() + forbidden > 0 {
            Outcome::Disproven
        } else {
            Outcome::Undetermined(Reason::NotInTime)
        };
        return Verdict {
            outcome,
            is_final: false,
            counts,
        };
    }
    if counts.broken() + forbidden > 0 {
        return Verdict {
            outcome: Outcome::Disproven,
            is_final: true,
            counts,
        };
    }
    if counts.attempted == 0 {
        // Nothing was attempted, so nothing can be proven, and nothing is to come.
        return Verdict {
            outcome: Outcome::Disproven,
            is_final: true,
            counts,
        };
    }
    // A second delivery may still be on its way: only a settled queue rules it out.
    let waits_for_second = rules.exactly_once && !ledger.settled();
    let lacks_metrics = rules.require_metrics && metrics.word(&counts) == MetricsWord::Incomplete;
    let lacks_queue = rules.require_queue && !ledger.drained();
    if waits_for_second || lacks_metrics || lacks_queue {
        let observable = !(lacks_metrics && metrics.sent.is_none());
        let reason = if observable {
            Reason::NotInTime
        } else {
            Reason::NotObservable
        };
        return Verdict {
            outcome: Outcome::Undetermined(reason),
            is_final: false,
            counts,
        };
    }
    Verdict {
        outcome: Outcome::Proven,
        is_final: true,
        counts,
    }
}

/// Something about the run that a person should know, beside the verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Names the finding for machines, such as `received-twice`.
    pub id: &'static str,
    /// One sentence.
    pub text: String,
}

/// The findings that follow from what is known at the end.
#[must_use]
pub fn findings(
    ledger: &Ledger,
    statuses: &[MessageStatus],
    metrics: Option<&MetricsView>,
    rules: Rules,
) -> Vec<Finding> {
    let counts = Counts::of(ledger, statuses);
    let mut findings = Vec::new();
    let mut say = |id, text: String| findings.push(Finding { id, text });
    if counts.duplicated > 0 && !rules.exactly_once {
        say(
            "received-twice",
            format!(
                "{} received more than once, which a standard queue may do; --exactly-once makes \
                 it a failure",
                messages(counts.duplicated)
            ),
        );
    }
    let retried = statuses
        .iter()
        .filter(|status| status.state == State::Done && status.failed > 0)
        .count();
    if retried > 0 {
        say(
            "retried",
            format!(
                "{} arrived only after a failed attempt",
                messages(retried as u64)
            ),
        );
    }
    let logged = statuses.iter().filter(|status| status.logged_error).count();
    if logged > 0 {
        say(
            "error-logged",
            format!(
                "{} taken by the consumer with an error in its log",
                messages(logged as u64)
            ),
        );
    }
    if counts.unattempted > 0 {
        say(
            "send-incomplete",
            format!(
                "{} never sent: the send ended early",
                messages(counts.unattempted)
            ),
        );
    }
    let settled = statuses
        .iter()
        .enumerate()
        .filter(|(index, status)| {
            let index = u32::try_from(*index).unwrap_or(u32::MAX);
            ledger.dispatch(index) == Dispatch::InDoubt && status.state == State::Done
        })
        .count();
    if settled > 0 {
        say(
            "doubt-settled",
            format!(
                "{} in doubt after sending, found at the consumer",
                messages(settled as u64)
            ),
        );
    }
    if let Some(metrics) = metrics {
        findings.extend(metrics_finding(metrics, &counts));
    }
    findings
}

fn metrics_finding(metrics: &MetricsView, counts: &Counts) -> Option<Finding> {
    let (Some(sent), Some(received)) = (metrics.sent, metrics.received) else {
        let text = "the queue's metrics are not published yet; the logs decide without them".into();
        return Some(Finding {
            id: "metrics-missing",
            text,
        });
    };
    match metrics.word(counts) {
        MetricsWord::Agree { .. } => None,
        MetricsWord::Incomplete => Some(Finding {
            id: "metrics-incomplete",
            text: format!(
                "the metrics tell {sent} sent and {received} received, fewer than the {} sent and \
                 {} received that the ledger knows; they may still grow",
                counts.sent, counts.receives
            ),
        }),
        MetricsWord::Differ {
            others,
            unexplained,
        } => Some(Finding {
            id: "metrics-differ",
            text: format!(
                "the metrics tell {unexplained} more received than the {} of this run{}: \
                 redeliveries that this run's log does not show",
                counts.receives,
                if others > 0 {
                    format!(" and {others} of others")
                } else {
                    String::new()
                }
            ),
        }),
    }
}

/// `1 message was`, `3 messages were`.
fn messages(count: u64) -> String {
    if count == 1 {
        "1 message was".to_owned()
    } else {
        format!("{count} messages were")
    }
}
