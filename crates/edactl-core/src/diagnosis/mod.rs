//! The diagnosis: for each payload that is not proven, where it stopped and why; as data, without
//! words. The words are the output's.
//!
//! Payloads that stopped for one cause are one [`Group`]. A cause's id is stable, for machines; what
//! explains it stands beside.
//!
//! | id | grounds |
//! |---|---|
//! | `not-attempted` | the record: the send ended before the invocation was begun |
//! | `producer-not-run` | the record: Lambda refused the invocation |
//! | `producer-failed` | the record: the producer answered with an error; it may have sent some before |
//! | `producer-sent-fewer` | the record: the producer says that it sent fewer than planned |
//! | `sent-counted-fewer` | settled metrics count fewer sent than the producer says |
//! | `never-ran` | no answer came, everything settled, and nothing shows that the producer ran |
//! | `in-doubt` | no answer came, and nothing shows yet whether the producer ran |
//! | `answer-unclear` | the producer answered, and says neither which nor how many it sent |
//! | `shape-assumed` | the producer answered, and nobody said what of the event becomes a message |
//! | `trigger-missing` | the queue has no event source mapping |
//! | `trigger-disabled` | the event source mapping is not enabled |
//! | `trigger-failing` | the mapping's last poll had a problem |
//! | `filter-unreadable` | the mapping's filter cannot be read: a customer key that may not be used |
//! | `consumer-throttled` | the consumer's reserved concurrency is zero |
//! | `consumer-unusable` | the consumer's state, or its environment, keeps it from starting |
//! | `wrong-queue` | the producer's environment names another queue |
//! | `delayed` | all that the queue holds is delayed |
//! | `in-flight` | received by the trigger, and nothing logged yet |
//! | `queued` | the queue still holds messages |
//! | `not-seen` | nothing tells where the payload is |
//! | `running` | the consumer logged it, in an invocation that has not ended |
//! | `not-let-go` | the consumer logged it, and nothing tells yet that the queue let it go |
//! | `consumer-timeout` | its attempts ran into the consumer's timeout |
//! | `consumer-out-of-memory` | its attempts ran out of memory |
//! | `consumer-cannot-start` | the consumer's code cannot be loaded |
//! | `marker-rejected` | a strict schema of the consumer does not know the marker's field |
//! | `consumer-error` | its attempts failed with this error |
//! | `consumer-fails-unseen` | invocations of the consumer fail, and show no payload: perhaps these |
//! | `dead-lettered` | it is in the dead-letter queue, and the log tells no error of it |
//! | `filtered` | the mapping's filter took it, or may have |
//! | `vanished` | gone from the queue, and neither deleted nor dead |
//! | `some-lost` | of these some are lost, and nothing tells which |
//! | `untraced` | gone from the queue, and the log does not show it |
//! | `received-twice` | taken more than once, where that is forbidden |

mod consumer;
mod findings;
mod rules;
mod setup;
mod shape;
#[cfg(test)]
mod tests;
mod urgent;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    findings::findings,
    rules::diagnose,
    shape::{Lesson, lesson},
    urgent::at_once,
};
pub use crate::ledger::Attempt;
use crate::{
    ledger::{Awaited, Judgement, MessageIndex, State},
    run::Run,
    topology::{
        function::{FunctionFacts, Trigger},
        queue::QueueFacts,
    },
    verdict::Counts,
};

/// How many attempts of a group are told one by one.
pub const ATTEMPTS_TOLD: usize = 20;
/// How many different errors of unseen invocations are told one by one.
pub const ERRORS_TOLD: usize = 3;

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
    /// Whether a payload that was taken twice is a failure.
    pub exactly_once: bool,
}

/// Why payloads are not proven, the largest group first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// Groups of payloads that stopped for one cause.
    pub groups: Vec<Group>,
}

/// Payloads that stopped for one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Group {
    /// The cause: its id (`id`) and what explains it.
    #[serde(flatten)]
    pub cause: Cause,
    /// Of payloads that only their content tells: of how many equal ones how many were seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<Equals>,
    /// The consumer's error, where its log tells one of these payloads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ConsumerError>,
    /// Attempts at these payloads, in time order: the first [`ATTEMPTS_TOLD`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// The payloads, in order: in JSON by their numbers in the run, from 1.
    #[serde(with = "crate::run::from_one::list")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<u64>", inner(range(min = 1))))]
    pub messages: Vec<MessageIndex>,
}

/// Payloads of equal content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Equals {
    /// The first one's key.
    pub key: String,
    /// How many there are.
    pub count: u64,
    /// How many of them were seen.
    pub seen: u64,
}

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
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
}

/// One error of invocations that show no payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct UnseenError {
    /// The error, of the last of these invocations.
    #[serde(flatten)]
    pub error: ConsumerError,
    /// How the consumer failed.
    pub failure: FailureKind,
    /// In how many invocations.
    pub count: u64,
}

/// How the consumer failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Its code cannot be loaded.
    CannotStart,
    /// A strict schema does not know the marker's field.
    MarkerRejected,
    /// It ran into its timeout.
    Timeout,
    /// It ran out of memory.
    OutOfMemory,
    /// Any other error.
    Error,
}

/// Why payloads are not proven. The module's documentation has the grounds of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(tag = "id", rename_all = "kebab-case")]
pub enum Cause {
    /// The send ended before.
    NotAttempted,
    /// Lambda did not run the producer.
    ProducerNotRun {
        /// Lambda's words.
        said: String,
    },
    /// The producer answered with an error.
    ProducerFailed {
        /// The error.
        said: String,
        /// Not sent; else some may have been sent before it failed.
        state: State,
    },
    /// The producer says that it sent fewer than planned.
    ProducerSentFewer {
        /// How many it says that it sent.
        sent: u64,
        /// How many payloads the event has.
        planned: u64,
        /// The error that it tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// Settled metrics count fewer sent than the producer says.
    SentCountedFewer {
        /// How many the metrics count.
        counted: u64,
        /// How many the run sent, as the producer says.
        claimed: u64,
    },
    /// No answer came, and the producer did not run.
    NeverRan {
        /// Why there was no answer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// No answer came; the producer may have run.
    InDoubt {
        /// Why there was no answer; left out where the sender was killed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// The producer answered, and says neither which nor how many it sent.
    AnswerUnclear,
    /// The producer answered, and nobody said what of the event becomes a message.
    ShapeAssumed {
        /// How many messages it says it sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent: Option<u64>,
        /// How many payloads the event was taken to have.
        planned: u64,
    },
    /// No event source mapping reads from the queue.
    TriggerMissing,
    /// The event source mapping is not enabled.
    TriggerDisabled {
        /// Its id.
        uuid: String,
        /// Its state.
        state: String,
        /// Why it is in that state, in Lambda's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// The mapping's last poll had a problem.
    TriggerFailing {
        /// Its id.
        uuid: String,
        /// Lambda's words (`LastProcessingResult`).
        said: String,
        /// Whether they speak of a permission.
        is_permission: bool,
    },
    /// The mapping's filter cannot be read.
    FilterUnreadable {
        /// Its id.
        uuid: String,
        /// Lambda's words (`FilterCriteriaError`).
        said: String,
    },
    /// The consumer's reserved concurrency is zero.
    ConsumerThrottled,
    /// The consumer's state, or its environment, keeps it from starting.
    ConsumerUnusable {
        /// Its state; empty where Lambda does not say.
        state: String,
        /// Lambda's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// The producer's environment names another queue.
    WrongQueue {
        /// The variable.
        variable: String,
        /// The queue's name.
        queue: String,
    },
    /// All that the queue holds is delayed.
    Delayed {
        /// By how long the queue delays, in milliseconds, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delay_ms: Option<u64>,
    },
    /// Received by the trigger, and nothing logged yet.
    InFlight,
    /// The queue still holds messages.
    Queued {
        /// How many wait to be received.
        visible: u64,
    },
    /// Nothing tells where it is.
    NotSeen {
        /// What is waited for.
        awaited: Awaited,
    },
    /// In an invocation that has not ended.
    Running,
    /// Nothing tells yet that the queue let it go.
    NotLetGo {
        /// What is waited for.
        awaited: Awaited,
        /// Whether the mapping reports batch item failures; left out: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_failures: Option<bool>,
        /// Whether the consumer's log tells the status of each invocation.
        tells_status: bool,
    },
    /// Ran into the consumer's timeout.
    ConsumerTimeout {
        /// What became of the payload.
        state: State,
        /// The timeout, in milliseconds, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout_ms: Option<u64>,
    },
    /// Ran out of memory.
    ConsumerOutOfMemory {
        /// What became of the payload.
        state: State,
    },
    /// The consumer's code cannot be loaded.
    ConsumerCannotStart {
        /// What became of the payload.
        state: State,
    },
    /// A strict schema does not know the marker's field.
    MarkerRejected {
        /// What became of the payload.
        state: State,
    },
    /// Failed with this error.
    ConsumerError {
        /// What became of the payload.
        state: State,
    },
    /// Invocations fail, and show no payload.
    ConsumerFailsUnseen {
        /// What became of the payload.
        state: State,
        /// The errors, the most frequent first: the first [`ERRORS_TOLD`].
        errors: Vec<UnseenError>,
        /// How many invocations failed with other errors.
        others: u64,
    },
    /// In the dead-letter queue, and the log tells no error.
    DeadLettered {
        /// In how many invocations the log shows it.
        received: u32,
        /// Whether the mapping reports batch item failures; left out: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item_failures: Option<bool>,
    },
    /// The mapping's filter took it, or may have.
    Filtered {
        /// The filter.
        filter: String,
        /// Whether the mapping's own counts say so.
        is_certain: bool,
    },
    /// Gone from the queue, neither deleted nor dead.
    Vanished,
    /// Of these some are lost.
    SomeLost {
        /// How many.
        lost: u64,
    },
    /// Gone from the queue, and the log does not show it.
    Untraced {
        /// How many payloads of the run the log shows.
        shown: u64,
        /// Whether the consumer ran in the run's time without showing any.
        ran_without_payload: bool,
        /// Whether the metrics count as many deleted as the run sent.
        counts_agree: bool,
    },
    /// Taken more than once, where that is forbidden.
    ReceivedTwice {
        /// Visibility timeout and the consumer's timeout, in milliseconds, where the first is the
        /// shorter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        short_visibility_ms: Option<(u64, u64)>,
    },
}

impl Cause {
    /// Its id, as in JSON.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::NotAttempted => "not-attempted",
            Self::ProducerNotRun { .. } => "producer-not-run",
            Self::ProducerFailed { .. } => "producer-failed",
            Self::ProducerSentFewer { .. } => "producer-sent-fewer",
            Self::SentCountedFewer { .. } => "sent-counted-fewer",
            Self::NeverRan { .. } => "never-ran",
            Self::InDoubt { .. } => "in-doubt",
            Self::AnswerUnclear => "answer-unclear",
            Self::ShapeAssumed { .. } => "shape-assumed",
            Self::TriggerMissing => "trigger-missing",
            Self::TriggerDisabled { .. } => "trigger-disabled",
            Self::TriggerFailing { .. } => "trigger-failing",
            Self::FilterUnreadable { .. } => "filter-unreadable",
            Self::ConsumerThrottled => "consumer-throttled",
            Self::ConsumerUnusable { .. } => "consumer-unusable",
            Self::WrongQueue { .. } => "wrong-queue",
            Self::Delayed { .. } => "delayed",
            Self::InFlight => "in-flight",
            Self::Queued { .. } => "queued",
            Self::NotSeen { .. } => "not-seen",
            Self::Running => "running",
            Self::NotLetGo { .. } => "not-let-go",
            Self::ConsumerTimeout { .. } => "consumer-timeout",
            Self::ConsumerOutOfMemory { .. } => "consumer-out-of-memory",
            Self::ConsumerCannotStart { .. } => "consumer-cannot-start",
            Self::MarkerRejected { .. } => "marker-rejected",
            Self::ConsumerError { .. } => "consumer-error",
            Self::ConsumerFailsUnseen { .. } => "consumer-fails-unseen",
            Self::DeadLettered { .. } => "dead-lettered",
            Self::Filtered { .. } => "filtered",
            Self::Vanished => "vanished",
            Self::SomeLost { .. } => "some-lost",
            Self::Untraced { .. } => "untraced",
            Self::ReceivedTwice { .. } => "received-twice",
        }
    }
}

impl ConsumerError {
    /// Type and message in one line, as the log tells it.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.kind {
            Some(kind) if self.message.is_empty() => kind.clone(),
            Some(kind) => format!("{kind}: {}", self.message),
            None => self.message.clone(),
        }
    }
}
