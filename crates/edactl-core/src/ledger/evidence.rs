//! The facts that the ledger takes in, and what they are about.

use std::sync::Arc;

use jiff::Timestamp;

/// What the record of the run says about a message's sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStatus {
    /// Its invocation was never begun.
    Unattempted,
    /// Its invocation provably did not run, or the producer said that it was not sent.
    NotSent,
    /// Its invocation may have run.
    InDoubt,
    /// The producer said that it was sent.
    Accepted,
}

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

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
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
        /// Tells this content_match from all others, so that hearing of it twice counts once.
        line: LineId,
        /// The words around it, hashed. A consumer may log one message several times, in
        /// different words; equal messages of one batch are logged in the same words.
        shape: u64,
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
        /// Tells this content_match from all others.
        line: LineId,
    },
    /// The invocation ended (`END`, `REPORT`).
    Ended {
        /// Which invocation.
        invocation: InvocationIndex,
        /// When, by AWS's clock.
        at: Timestamp,
    },
    /// The invocation failed as a whole.
    Failed {
        /// Which invocation.
        invocation: InvocationIndex,
        /// The error as logged.
        error: Failure,
    },
    /// The invocation's log shows messages, though none of this run.
    Speaks {
        /// Which invocation.
        invocation: InvocationIndex,
    },
    /// The message is in the dead-letter queue.
    DeadLettered {
        /// Which message.
        subject: Subject,
        /// The dead letter's SQS message id.
        letter: Arc<str>,
    },
}
