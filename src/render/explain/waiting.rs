//! The words for what a verdict waits for, what holds it back, and what would settle it.

use edactl_core::{
    ledger::{Awaited, Hold},
    verdict::Reason,
};

/// What is waited for.
#[must_use]
pub fn awaited(awaited: Awaited) -> &'static str {
    match awaited {
        Awaited::Receipt => "a line of the consumer that shows them",
        Awaited::Status => {
            "Lambda's word that the invocation succeeded, which its JSON system log promises"
        }
        Awaited::Counters => "the queue's counters, which could not be read",
        Awaited::Zero => "the queue to be empty",
        Awaited::SecondLook { .. } => "a second look at the empty queue, a counter lag later",
        Awaited::DeadLetters => {
            "the dead-letter queue to be accounted for: it holds more than was seen of it"
        }
        Awaited::Settling { .. } => "the settling time, in which late log lines may still come",
        Awaited::LogEnd => "the consumer's log to be read to its end",
        Awaited::Metrics => "metrics that are published and change no more",
        Awaited::Certainty => "certainty that they were sent: only their content tells them",
        Awaited::Explanation => {
            "an explanation of the consumer's errors: its metrics count more than its log shows"
        }
        Awaited::Nothing => "nothing more that could come",
    }
}

/// The same as the end of a sentence; nothing where nothing more is to come.
pub(super) fn waits_for(what: Awaited) -> String {
    match what {
        Awaited::Nothing => String::new(),
        what => format!("; waiting for {}", awaited(what)),
    }
}

/// What would settle it, sooner or for certain.
#[must_use]
pub fn settle(awaited: Awaited, item_failures: Option<bool>, tells_status: bool) -> &'static str {
    match awaited {
        Awaited::Status => "if the log lacks it for good, see the invocation's end in the log",
        Awaited::Counters => "let the caller read them (sqs:GetQueueAttributes)",
        Awaited::DeadLetters => {
            "empty the dead-letter queue of old letters: all of its letters have to be seen"
        }
        Awaited::Metrics => "EventCount metrics of the trigger say it more plainly",
        Awaited::Certainty => {
            "a marker, or message ids in the producer's answer, tells payloads for certain"
        }
        Awaited::Explanation => "see the consumer's errors",
        Awaited::Receipt
        | Awaited::Zero
        | Awaited::SecondLook { .. }
        | Awaited::Settling { .. }
        | Awaited::LogEnd
        | Awaited::Nothing => match (item_failures, tells_status) {
            (Some(false), true) => "Lambda's own status of each invocation settles it",
            (Some(true), _) => {
                "with batch item failures only a queue at rest, or EventCount metrics of the \
                 trigger, tell what the consumer gave back"
            }
            (_, false) => {
                "JSON system logs at INFO settle it in seconds, on a busy queue, too; a shorter \
                 --counter-lag waits less for the queue"
            }
            (None, true) => {
                "let the caller read the trigger (lambda:ListEventSourceMappings): then Lambda's \
                 status settles it"
            }
        },
    }
}

/// A contradiction that holds a proof back, and what would settle it.
#[must_use]
pub fn hold(hold: Hold) -> (&'static str, &'static str) {
    match hold {
        Hold::DeadLettersGrew => (
            "the dead-letter queue holds more letters than were seen of it",
            "look through it; a queue that is empty before the send is accounted for at once",
        ),
        Hold::DeletedFewer => (
            "the metrics count fewer deleted than sent",
            "metrics may still grow: look again in some minutes",
        ),
        Hold::UnexplainedErrors => (
            "the consumer's metrics count more errors than its log shows",
            "see the consumer's errors; JSON system logs at INFO tell each invocation's status",
        ),
        Hold::QueueHolds => (
            "the queue holds messages though no others are known of",
            "look again once it is empty",
        ),
    }
}

/// Why nothing is proven, as a few words behind `undetermined`.
#[must_use]
pub fn outcome_reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NotInTime => "not in time",
        Reason::NotObservable => "not observable",
        Reason::OnlyCounts => "only counts",
        Reason::HeldBack => "held back",
        Reason::SendIncomplete => "send incomplete",
        Reason::InDoubt => "in doubt",
        Reason::LimitUncertain => "limit uncertain",
        Reason::PerhapsTwice => "perhaps twice",
    }
}
