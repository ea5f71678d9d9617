//! The diagnosis: for each message that is not proven, where it stopped, why, and what to do next.
//!
//! Messages that stopped for one reason are one [`Group`]. A group's id is stable, for machines;
//! its reason and its next step are a sentence each, for people.
//!
//! | id | grounds |
//! |---|---|
//! | `not-attempted` | the record: the send ended before the invocation was begun |
//! | `producer-not-run` | the record: Lambda refused the invocation |
//! | `producer-failed` | the record: the producer answered with an error and sent nothing |
//! | `producer-sent-fewer` | the record: the producer sent fewer messages than the event has entries |
//! | `never-ran` | no answer came, everything settled, and nothing shows that the producer ran |
//! | `in-doubt` | no answer came, and nothing shows yet whether the producer ran |
//! | `trigger-missing` | the queue has no event source mapping |
//! | `trigger-disabled` | the event source mapping is not enabled |
//! | `consumer-throttled` | the consumer's reserved concurrency is zero |
//! | `wrong-queue` | the producer's environment names another queue |
//! | `delayed` | all that the queue holds is delayed |
//! | `in-flight` | received by the trigger, and nothing logged yet |
//! | `queued` | the queue still holds messages |
//! | `not-seen` | nothing tells where the message is |
//! | `running` | the consumer logged it, in an invocation that has not ended |
//! | `consumer-timeout` | each attempt ran into the consumer's timeout |
//! | `consumer-error` | each attempt failed with this error |
//! | `dead-lettered` | it is in the dead-letter queue, and the log shows no attempt |
//! | `filtered` | gone without a trace, and the trigger has filter criteria |
//! | `acknowledged-without-trace` | the metrics show it deleted, and no log line shows it |
//! | `vanished` | gone without a trace |
//! | `untraced` | the consumer ran, and its log tells of no message at all |
//! | `received-twice` | taken more than once, where that is forbidden |

mod explain;
mod rules;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use crate::ledger::Attempt;
use crate::{
    ledger::{Judgement, MessageIndex},
    run::Run,
    topology::{
        function::{FunctionFacts, Trigger},
        queue::QueueFacts,
    },
    verdict::{Counts, Finding},
};

/// How many attempts of a group are told one by one.
pub const ATTEMPTS_TOLD: usize = 20;

/// How the pipeline is set up, as far as AWS tells the caller. `None`: not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// The queue's settings.
    pub queue: Option<QueueFacts>,
    /// The event source mappings that read from the queue.
    pub triggers: Option<Vec<Trigger>>,
    /// The producer's configuration.
    pub producer: Option<FunctionFacts>,
    /// The consumer's configuration.
    pub consumer: Option<FunctionFacts>,
    /// The consumer's reserved concurrency, where it has one.
    pub reserved_concurrency: Option<u32>,
}

/// All that a diagnosis rests on.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The run as recorded.
    pub run: &'a Run,
    /// The evidence, judged.
    pub judgement: &'a Judgement<'a>,
    /// The payloads by state.
    pub counts: &'a Counts,
    /// How the pipeline is set up.
    pub topology: &'a Topology,
    /// Whether a message that was taken twice is a failure.
    pub exactly_once: bool,
}

/// Why messages are not proven, the largest group first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Groups of messages that stopped for one reason.
    pub groups: Vec<Group>,
}

/// Messages that stopped for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Names the reason for machines; see the module's documentation.
    pub id: Cow<'static, str>,
    /// Where and why they stopped, in one sentence without a full stop.
    pub reason: String,
    /// What to do next, in one sentence without a full stop.
    pub next: String,
    /// The consumer's error, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ConsumerError>,
    /// Attempts at these messages, in time order: the first [`ATTEMPTS_TOLD`].
    pub attempts: Vec<Attempt>,
    /// The payloads, in order: in JSON by their numbers in the run, from 1.
    #[serde(with = "crate::run::from_one::list")]
    pub messages: Vec<MessageIndex>,
}

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerError {
    /// Its type, such as `ValueError`, where the log tells it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its message.
    pub message: String,
    /// The frame of the application's own code nearest to the error, where there is a stack trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
    /// The request id of the last invocation in which it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The command that shows that invocation's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// Diagnoses a run: every message that is not done is in one group.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    rules::diagnose(case)
}

/// What the topology shows that explains trouble of this run, beside the reasons themselves.
#[must_use]
pub fn findings(case: &Case<'_>) -> Vec<Finding> {
    explain::findings(case)
}
