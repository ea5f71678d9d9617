//! The verdict: what the ledger proves, under the rules that the user chose.

use std::fmt;

use crate::{
    exit::ExitCode,
    ledger::{Ledger, MessageCounts, MessageIndex, SendStatus, State, Statuses},
};

/// What the user asks of the proof.
#[allow(clippy::struct_excessive_bools)] // Each is an option of its own, and any mix is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// A message received twice is a failure.
    pub exactly_once: bool,
    /// Without published metrics that agree, nothing is proven.
    pub require_metrics: bool,
    /// Without the queue's word that it is empty, nothing is proven.
    pub require_queue: bool,
    /// Where the consumer logs nothing about messages, agreeing counts are enough.
    pub accept_counts: bool,
}

/// What is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Every message that was sent arrived.
    Proven,
    /// The counts agree that every message was taken, and the user accepts that; no message by
    /// itself is proven.
    Consistent,
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
    /// The consumer logs nothing about messages, and counts prove no message.
    OnlyCounts,
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

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proven => "proven",
            Self::Consistent => "consistent (by counts, as accepted)",
            Self::Disproven => "disproven",
            Self::Undetermined(Reason::NotInTime) => "undetermined (not in time)",
            Self::Undetermined(Reason::NotObservable) => "undetermined (not observable)",
            Self::Undetermined(Reason::OnlyCounts) => "undetermined (consistent, not proven)",
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
    /// The consumer logs nothing about messages: only counts speak for them.
    pub untraced: u64,
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
    pub fn of(ledger: &Ledger, statuses: &Statuses<'_>) -> Self {
        let mut counts = Self {
            planned: statuses.len() as u64,
            ..Self::default()
        };
        for (message, status) in statuses.message_counts() {
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
                State::Untraced => &mut counts.untraced,
            };
            *slot += 1;
            counts.receives += u64::from(status.received);
            counts.duplicated += u64::from(is_duplicate(status));
            counts.sent += u64::from(was_sent(ledger, message, status));
        }
        counts.attempted = counts.planned - counts.unattempted;
        counts
    }

    /// Messages about which the last word is not spoken.
    #[must_use]
    pub fn open(&self) -> u64 {
        self.failing + self.received + self.waiting + self.in_doubt + self.untraced
    }

    fn broken(&self) -> u64 {
        self.lost + self.dead_lettered + self.not_sent
    }
}

/// Whether a message reached the queue for certain: the producer said so, or it was seen.
fn was_sent(ledger: &Ledger, message: MessageIndex, status: MessageCounts) -> bool {
    ledger.send_status(message) == SendStatus::Accepted
        || status.received > 0
        || status.state == State::DeadLettered
}

/// Whether a message was taken more than once: attempts that failed are retries, not duplicates.
#[must_use]
pub fn is_duplicate(status: MessageCounts) -> bool {
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
    /// Whether the counts agree that every message was received and deleted once: then all were
    /// taken, by somebody, somehow.
    #[must_use]
    pub fn all_taken(&self, counts: &Counts) -> bool {
        let Some(sent) = self.sent else { return false };
        sent >= counts.sent + self.known_others
            && self.received == self.sent
            && self.deleted == self.sent
    }

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
        if received < counts.receives {
            return MetricsWord::Incomplete;
        }
        // Others' messages are received once each, unless they are lost or still on their way; what
        // goes beyond that, nothing explains.
        match received.saturating_sub(counts.receives + others) {
            0 => MetricsWord::Agree { others },
            unexplained => MetricsWord::Differ {
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

/// Judges what the ledger knows; the counts are of the ledger's own statuses, handed in because
/// everyone needs them.
///
/// A failure is certain at once, but the other messages of the run are worth knowing too, so the
/// verdict is final only when the last message has its final state.
#[must_use]
pub fn judge(ledger: &Ledger, counts: Counts, metrics: &MetricsView, rules: Rules) -> Verdict {
    let forbidden = if rules.exactly_once {
        counts.duplicated
    } else {
        0
    };
    let is_broken = counts.broken() + forbidden > 0;
    let verdict = |outcome, is_final| Verdict {
        outcome,
        is_final,
        counts,
    };
    if counts.open() > 0 {
        let only_counts = counts.open() == counts.untraced;
        return match (is_broken, only_counts) {
            (true, _) => verdict(Outcome::Disproven, false),
            (false, false) => verdict(Outcome::Undetermined(Reason::NotInTime), false),
            (false, true) if !metrics.all_taken(&counts) => {
                verdict(Outcome::Undetermined(Reason::OnlyCounts), false)
            }
            (false, true) if rules.accept_counts => verdict(Outcome::Consistent, true),
            (false, true) => verdict(Outcome::Undetermined(Reason::OnlyCounts), true),
        };
    }
    // Where nothing was attempted nothing can be proven, and nothing is to come.
    if is_broken || counts.attempted == 0 {
        return verdict(Outcome::Disproven, true);
    }
    // A second delivery may still be on its way: only a settled queue rules it out.
    let waits_for_second = rules.exactly_once && !ledger.settled();
    let lacks_metrics = rules.require_metrics && metrics.word(&counts) == MetricsWord::Incomplete;
    let lacks_queue = rules.require_queue && !ledger.drained();
    if lacks_metrics && metrics.sent.is_none() {
        return verdict(Outcome::Undetermined(Reason::NotObservable), false);
    }
    if waits_for_second || lacks_metrics || lacks_queue {
        return verdict(Outcome::Undetermined(Reason::NotInTime), false);
    }
    verdict(Outcome::Proven, true)
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
    statuses: &Statuses<'_>,
    counts: &Counts,
    metrics: Option<&MetricsView>,
    rules: Rules,
) -> Vec<Finding> {
    let (mut retried, mut logged, mut no_longer_in_doubt) = (0, 0, 0);
    for (message, status) in statuses.message_counts() {
        let done = status.state == State::Done;
        retried += u64::from(done && status.failed > 0 && status.received > status.failed);
        logged += u64::from(status.logged_error);
        no_longer_in_doubt += u64::from(done && ledger.send_status(message) == SendStatus::InDoubt);
    }
    let duplicated = if rules.exactly_once {
        0
    } else {
        counts.duplicated
    };
    let told = [
        (
            "received-twice",
            duplicated,
            "received more than once, which a standard queue may do; --exactly-once makes it a \
             failure",
        ),
        ("retried", retried, "taken only after a failed attempt"),
        (
            "error-logged",
            logged,
            "taken by the consumer with an error in its log",
        ),
        (
            "send-incomplete",
            counts.unattempted,
            "never sent: the send ended early",
        ),
        (
            "doubt-settled",
            no_longer_in_doubt,
            "in doubt after sending, found at the consumer",
        ),
    ];
    let mut findings: Vec<Finding> = told
        .into_iter()
        .filter(|(_, count, _)| *count > 0)
        .map(|(id, count, what)| Finding {
            id,
            text: format!("{} {what}", messages(count)),
        })
        .collect();
    if counts.untraced > 0 {
        findings.push(Finding {
            id: "consumer-silent",
            text: "the consumer ran and logged nothing about any message, so only counts can \
                   speak for them (--accept counts takes these for enough)"
                .into(),
        });
    }
    if counts.open() > counts.untraced
        && let Some(missing) = ledger.unsettled()
    {
        findings.push(Finding {
            id: "not-settled",
            text: format!("what was not seen may still come: {missing}"),
        });
    }
    if let Some(metrics) = metrics {
        findings.extend(metrics_finding(metrics, counts));
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
