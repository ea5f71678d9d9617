//! The state of one payload, and what the ledger tells of it.

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::ledger::{Judgement, Means, MessageIndex};

/// The state of a payload. See the ledger's documentation for the grounds of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Received, and the queue let it go because the consumer succeeded.
    Taken,
    /// Its invocation was never begun.
    Unattempted,
    /// It never reached the queue.
    NotSent,
    /// In the dead-letter queue.
    DeadLettered,
    /// Gone from the queue, neither deleted nor dead.
    Lost,
    /// One of several of which some are lost, and nothing tells which.
    SomeLost,
    /// Taken off the queue by the mapping's filter.
    Filtered,
    /// Received, and the last invocation that had it failed.
    Failing,
    /// Received; nothing tells yet whether it was taken.
    Received,
    /// Not seen yet.
    Waiting,
    /// Perhaps never sent, and not seen.
    InDoubt,
    /// Gone from the queue, and the log does not show it: it may have been taken.
    Untraced,
}

impl State {
    /// Whether nothing more is to come that would change it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Failing | Self::Received | Self::Waiting | Self::InDoubt | Self::Untraced
        )
    }

    /// Whether it is certain that the payload was not taken, or that one of its kind was not.
    #[must_use]
    pub fn is_broken(self) -> bool {
        matches!(
            self,
            Self::NotSent | Self::DeadLettered | Self::Lost | Self::SomeLost | Self::Filtered
        )
    }
}

/// In which way it is known that the queue let a payload go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Lambda said that its invocation succeeded.
    Status,
    /// The queue's counters came to zero and stayed there.
    Queue,
    /// The consumer's `Errors` of its minute are zero.
    Errors,
    /// Sent, Received and Deleted are what the run sent.
    Counts,
    /// It would have come back by now.
    Time,
}

impl Way {
    /// Whether no contradiction of counts holds it back.
    #[must_use]
    pub fn is_direct(self) -> bool {
        matches!(self, Self::Status | Self::Errors)
    }
}

/// What can be counted of one payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageCounts {
    /// Its state.
    pub state: State,
    /// How it was let go, where it was taken.
    pub way: Option<Way>,
    /// How it was recognised, at best; `None`: not seen.
    pub means: Option<Means>,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed, for certain or, where it came back no earlier than the
    /// visibility timeout, by the look of the log.
    pub failed: u32,
    /// Whether it is certain that it was handed out twice without having failed.
    pub is_duplicate: bool,
    /// Whether an error was logged about it although it was taken: a note.
    pub logged_error: bool,
}

/// What the ledger knows of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// What can be counted.
    pub counts: MessageCounts,
    /// When the log first shows it, by AWS's clock.
    pub first_seen: Option<Timestamp>,
    /// The invocation of the last attempt.
    pub last_request_id: Option<String>,
    /// The last error about it.
    pub error: Option<String>,
}

impl Judgement<'_> {
    /// How many payloads there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ledger().len()
    }

    /// Whether there is no payload.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn indices(&self) -> std::ops::Range<MessageIndex> {
        0..MessageIndex::try_from(self.len()).unwrap_or(MessageIndex::MAX)
    }

    /// What can be counted of each payload, in order.
    pub fn message_counts(&self) -> impl Iterator<Item = (MessageIndex, MessageCounts)> + '_ {
        self.indices()
            .map(|message| (message, self.message_count(message)))
    }

    /// The same, each worked out anew: while the judgement is being made, or where not all are asked
    /// for.
    pub(super) fn counts_as_asked(
        &self,
    ) -> impl Iterator<Item = (MessageIndex, MessageCounts)> + '_ {
        self.indices()
            .map(|message| (message, self.look(message).0))
    }

    /// The status of each payload, in order.
    pub fn iter(&self) -> impl Iterator<Item = MessageStatus> + '_ {
        self.indices().map(|message| self.get(message))
    }
}
