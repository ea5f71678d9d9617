//! The facts that the ledger takes in, and what they are about.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::line::{ErrorOrigin, InvocationStatus, PlatformFormat};

/// What the record of the run says about a payload's sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStatus {
    /// Its invocation was never begun.
    Unattempted,
    /// Its invocation provably did not run, or the producer said that it was not sent.
    NotSent,
    /// Its invocation may have run.
    InDoubt,
    /// The producer answered without an error, and says neither which nor how many messages it sent.
    Answered,
    /// The producer said that it sent as many as planned.
    Accepted,
    /// The producer named the SQS message id that carries it.
    Named,
}

impl SendStatus {
    /// Whether the producer says for certain that it was sent.
    #[must_use]
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Accepted | Self::Named)
    }
}

/// Identifies a payload within its run: its number less one.
pub type MessageIndex = u32;

/// Identifies a group of payloads of the run that have equal contents and no other mark.
pub type GroupIndex = u32;

/// Tells one match of a payload in a log line from all others: a hash of its identity.
pub type LineId = u64;

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// One payload, known by its marker, its message id, or a content that no other has.
    Message(MessageIndex),
    /// Any one of a group of equal payloads.
    Group(GroupIndex),
}

/// How a payload was recognised, from the weakest to the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// By distinctive values of it, printed in some other form.
    Values,
    /// By its whole content.
    Content,
    /// By the SQS message id that carries it.
    MessageId,
    /// By its marker.
    Marker,
}

impl Means {
    /// Whether nothing but this very run's payload can be meant.
    #[must_use]
    pub fn is_unique(self) -> bool {
        matches!(self, Self::MessageId | Self::Marker)
    }
}

/// Identifies an invocation of the consumer within the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvocationIndex(pub(super) u32);

/// An error of the consumer, as its log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// Who wrote it.
    pub origin: ErrorOrigin,
    /// Whether it is the word of a report (`error`, `timeout`): any other telling is better, but
    /// only this one is Lambda's own and proves that the invocation failed.
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
    /// A line of the consumer's log shows the payload: a receipt.
    Seen {
        /// Which payload.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// Tells this match from all others, so that hearing of it twice counts once.
        line: LineId,
        /// The words around it, hashed. A consumer may log one message several times, in
        /// different words; equal messages of one batch are logged in the same words.
        shape: u64,
        /// How it was recognised.
        means: Means,
    },
    /// A line of the consumer's log tells an error about the payload: a receipt and a suspicion.
    Refused {
        /// Which payload.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// The error as logged.
        error: Failure,
        /// Tells this match from all others.
        line: LineId,
        /// How it was recognised.
        means: Means,
    },
    /// The invocation wrote a line: it was under way then, or it began (`START`, `platform.start`).
    Started {
        /// Which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// Where the line is Lambda's word that it began: in which format. JSON tells the status,
        /// too.
        began: Option<PlatformFormat>,
    },
    /// The function's code is done (`END`, `platform.runtimeDone`): a `REPORT` that tells of a
    /// timeout may become readable seconds later.
    CodeEnded {
        /// Which invocation.
        invocation: InvocationIndex,
        /// When, by AWS's clock.
        at: Timestamp,
    },
    /// The invocation is over (`REPORT`, `platform.report`): by itself that proves no success.
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
    /// The payload is in the dead-letter queue.
    DeadLettered {
        /// Which payload.
        subject: Subject,
        /// The dead letter's SQS message id.
        letter: Arc<str>,
        /// How it was recognised.
        means: Means,
    },
}
