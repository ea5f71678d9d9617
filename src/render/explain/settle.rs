//! The words for what would settle a verdict, sooner or for certain.

use edactl_core::ledger::{Awaited, Hold};

use crate::render::verify_words;

/// What is waited for, as the end of a sentence; nothing where nothing more is to come.
pub(super) fn waits_for(what: Awaited) -> String {
    match what {
        Awaited::Nothing => String::new(),
        what => format!("; waiting for {}", verify_words::awaited(what, None)),
    }
}

/// What would settle it, sooner or for certain.
#[must_use]
pub fn settle(awaited: Awaited, item_failures: Option<bool>, tells_status: bool) -> &'static str {
    match awaited {
        Awaited::Status => "if the log lacks it for good, see the invocation's end in the log",
        Awaited::QueueCounters => "let the caller read them (sqs:GetQueueAttributes)",
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

/// What settles a contradiction.
#[must_use]
pub fn resolve(hold: Hold) -> &'static str {
    match hold {
        Hold::DeadLettersGrew => {
            "empty the dead-letter queue before the next run: an empty one is accounted for at once"
        }
        Hold::DeletedFewer => "metrics may still grow: look again in some minutes",
        Hold::UnexplainedErrors => {
            "see the consumer's errors; JSON system logs at INFO tell each invocation's status"
        }
        Hold::QueueHolds => "look again once it is empty",
    }
}
