//! The facts that the ledger takes in, and what they are about.

use std::sync::Arc;

use jiff::Timestamp;

pub use crate::{
    line::{ErrorOrigin, InvocationStatus, PlatformFormat},
    run::certainty::SendStatus,
};

/// Identifies a message within its run: its number less one.
pub type MessageIndex = u32;

/// Identifies a group of messages of the run that have equal contents and no other mark.
pub type GroupIndex = u32;

/// Tells one content_match of a message in a log line from all others: a hash of its identity.
pub type LineId = u64;

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// One message, known by its marker or its message id.
    Message(MessageIndex),
    /// Any one of a group of equal messages.
    Group(GroupIndex),
}

/// Identifies an invocation of the consumer within the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvocationIndex(pub(super) u32);

/// How a text shows a message, from the surest to the weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By its marker.
    Marker,
    /// By the id that SQS gave it.
    MessageId,
    /// By its whole content, or by whole fields of it where the line cuts it off.
    Content,
    /// By its values only, in a print whose form is not known.
    Values,
}

impl Means {
    /// Whether nothing but this very run's payload can be meant.
    #[must_use]
    pub fn is_unique(self) -> bool {
        matches!(self, Self::Marker | Self::MessageId)
    }
}

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// Who wrote it.
    pub origin: ErrorOrigin,
    /// Whether it is only the word of a report (`error`, `timeout`): any other telling is better.
    pub is_summary: bool,
    /// Type and message, in one line.
    pub text: Arc<str>,
    /// The frame of the application's own code nearest to the error, where the log shows it.
    pub frame: Option<Arc<str>>,
}

impl Failure {
    /// An error without a stack trace.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            origin: ErrorOrigin::Runtime,
            is_summary: false,
            text: text.into(),
            frame: None,
        }
    }
}

/// One fact about the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A line of the consumer's log shows the message.
    Seen {
        /// Which message.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// Tells this match from all others, so that telling of it twice counts once.
        line: LineId,
        /// The words around it, hashed. A consumer may log one message several times, in
        /// different words; equal messages of one batch are logged in the same words.
        shape: u64,
        /// How the line shows it.
        means: Means,
    },
    /// A line of the consumer's log tells an error about the message.
    Refused {
        /// Which message.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// The error as logged.
        error: Failure,
        /// Tells this match from all others.
        line: LineId,
        /// How the line shows the message.
        means: Means,
    },
    /// The invocation began (`START`, `platform.start`).
    Started {
        /// Which invocation.
        invocation: InvocationIndex,
        /// When, by AWS's clock.
        at: Timestamp,
        /// In JSON its status is to be told, too.
        format: PlatformFormat,
    },
    /// The function's code is done (`END`, `platform.runtimeDone`): a `REPORT` that tells of a
    /// timeout may become readable seconds later.
    CodeEnded {
        /// Which invocation.
        invocation: InvocationIndex,
        /// When, by AWS's clock.
        at: Timestamp,
    },
    /// The invocation is over (`REPORT`, `platform.report`).
    Ended {
        /// Which invocation.
        invocation: InvocationIndex,
        /// When, by AWS's clock.
        at: Timestamp,
    },
    /// The platform says how the invocation ended. Never told of success in text.
    Status {
        /// Which invocation.
        invocation: InvocationIndex,
        /// How.
        status: InvocationStatus,
        /// Its error type, where the platform names one; else the status in one word.
        error: Option<Failure>,
    },
    /// A line tells an error about the invocation as a whole. A suspicion: it names the reason
    /// where something failed, and proves no failure.
    Suspected {
        /// Which invocation.
        invocation: InvocationIndex,
        /// The error as logged.
        error: Failure,
    },
    /// The message is in the dead-letter queue.
    DeadLettered {
        /// Which message.
        subject: Subject,
        /// The dead letter's SQS message id.
        letter: Arc<str>,
        /// How the letter shows it.
        means: Means,
    },
}
