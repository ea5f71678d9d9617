//! From the evidence about a message to its state.

use jiff::Timestamp;
use uuid::Uuid;

use crate::ledger::{
    Failure, InvocationIndex, Ledger, MessageIndex, SendStatus, Subject, groups::share_out, time,
};

/// The state of a message. See the ledger's documentation for the grounds of each.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Received, and the invocation ended without an error for it.
    Done,
    /// Its invocation was never begun.
    Unattempted,
    /// It never reached the queue.
    NotSent,
    /// In the dead-letter queue.
    DeadLettered,
    /// Gone without a trace, or after failed attempts only.
    Lost,
    /// Every attempt so far failed.
    Failing,
    /// In an invocation that has not ended.
    Received,
    /// Not seen yet.
    Waiting,
    /// Perhaps never sent, and not seen yet.
    InDoubt,
    /// The consumer ran, and its log tells of no message: counts have to speak for it.
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
}

/// What the ledger counts of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageCounts {
    /// Its state.
    pub state: State,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// Whether an error was logged about it although the queue let it go: a warning.
    pub logged_error: bool,
}

/// What the ledger knows of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// Its state.
    pub state: State,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// When the log first shows it, by AWS's clock.
    pub first_seen: Option<Timestamp>,
    /// The invocation of the last attempt.
    pub last_request_id: Option<String>,
    /// The last error about it.
    pub error: Option<String>,
    /// Whether an error was logged about it although the queue let it go: a warning.
    pub logged_error: bool,
}

impl MessageStatus {
    /// What can be counted of it.
    #[must_use]
    pub fn message_count(&self) -> MessageCounts {
        MessageCounts {
            state: self.state,
            received: self.received,
            failed: self.failed,
            logged_error: self.logged_error,
        }
    }
}

/// One delivery of a message to the consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The message.
    pub message: MessageIndex,
    /// When the log first shows the message in it, by AWS's clock.
    pub at: Option<Timestamp>,
    /// The invocation.
    pub request_id: Option<String>,
    /// When the invocation ended, by AWS's clock.
    pub ended: Option<Timestamp>,
    /// How it failed; `None`: it did not, or has not ended.
    pub error: Option<String>,
}

/// What all evidence about one message comes to.
struct StatusFold<'a> {
    message_count: MessageCounts,
    first: i64,
    /// The last attempt.
    last: Option<(i64, Option<Uuid>)>,
    /// The last error.
    error: Option<&'a Failure>,
}

/// What holds for all messages at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grounds {
    /// Everything settled.
    pub settled: bool,
    /// And the consumer ran, but says nothing about messages.
    pub silent: bool,
}

/// The statuses of all messages at one moment. Each is worked out when it is asked for: a million
/// of them at once would take more room than the evidence.
#[derive(Debug)]
pub struct Statuses<'a> {
    ledger: &'a Ledger,
    grounds: Grounds,
    /// Of the messages that share evidence with equal ones, in order.
    shared: Vec<(MessageIndex, MessageStatus)>,
}

impl Statuses<'_> {
    /// How many messages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ledger.len()
    }

    /// Whether there is no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The status of a message.
    #[must_use]
    pub fn get(&self, message: MessageIndex) -> MessageStatus {
        let shared = self
            .shared
            .binary_search_by_key(&message, |(member, _)| *member);
        match shared {
            Ok(index) => self.shared[index].1.clone(),
            Err(_) => self.ledger.status_alone(message, self.grounds),
        }
    }

    /// What can be counted of a message: asked of all of them again and again.
    #[must_use]
    pub fn message_count(&self, message: MessageIndex) -> MessageCounts {
        if !self.shared.is_empty()
            && let Ok(index) = self
                .shared
                .binary_search_by_key(&message, |(member, _)| *member)
        {
            return self.shared[index].1.message_count();
        }
        self.ledger.look(message, self.grounds).message_count
    }

    /// What can be counted of each message, in order.
    pub fn message_counts(&self) -> impl Iterator<Item = (MessageIndex, MessageCounts)> + '_ {
        let end = MessageIndex::try_from(self.len()).unwrap_or(MessageIndex::MAX);
        (0..end).map(|message| (message, self.message_count(message)))
    }

    /// The status of each message, in order.
    pub fn iter(&self) -> impl Iterator<Item = MessageStatus> + '_ {
        let end = MessageIndex::try_from(self.len()).unwrap_or(MessageIndex::MAX);
        (0..end).map(|message| self.get(message))
    }
}

impl Ledger {
    /// The status of every message.
    #[must_use]
    pub fn statuses(&self) -> Statuses<'_> {
        let settled = self.settled();
        let grounds = Grounds {
            settled,
            silent: settled && self.is_silent(),
        };
        let any = self.groups.were_seen() || !self.letters.is_empty();
        Statuses {
            ledger: self,
            grounds,
            shared: if any {
                share_out(self, grounds)
            } else {
                Vec::new()
            },
        }
    }

    /// The attempts at a message that the consumer's log shows, in no order. Of equal messages
    /// that only their content tells, all attempts at any of them.
    pub fn attempts(&self, message: MessageIndex) -> impl Iterator<Item = Attempt> + '_ {
        self.deliveries(message)
            .map(move |(invocation, first, error)| Attempt {
                message,
                at: time(first),
                request_id: self.invocations.id(invocation).map(|id| id.to_string()),
                ended: time(self.invocations.end_of(invocation)),
                error: error.map(|error| error.text.to_string()),
            })
    }

    /// The last error about a message, with its place.
    #[must_use]
    pub fn last_failure(&self, message: MessageIndex) -> Option<&Failure> {
        self.deliveries(message)
            .filter_map(|(_, first, error)| Some((first, error?)))
            .max()
            .map(|(_, error)| error)
    }

    fn deliveries(
        &self,
        message: MessageIndex,
    ) -> impl Iterator<Item = (InvocationIndex, i64, Option<&Failure>)> + '_ {
        let own = self.messages.sightings(message).map(move |sighting| {
            let told = self.messages.error(message, sighting.invocation);
            (sighting.invocation, sighting.first, told)
        });
        let shared = self.group_of(message).into_iter().flat_map(|group| {
            let sightings = self.groups.sightings(group).iter();
            sightings.map(|sighting| (sighting.invocation, sighting.first, sighting.error()))
        });
        own.chain(shared).map(|(invocation, first, told)| {
            let error = told.or_else(|| self.invocations.failure(invocation));
            (invocation, first, error)
        })
    }

    /// The status of a message by the evidence about itself.
    pub(super) fn status_alone(&self, message: MessageIndex, grounds: Grounds) -> MessageStatus {
        let look = self.look(message, grounds);
        let MessageCounts {
            state,
            received,
            failed,
            logged_error,
        } = look.message_count;
        MessageStatus {
            state,
            received,
            failed,
            first_seen: time(look.first),
            last_request_id: look.last.and_then(|(_, id)| id).map(|id| id.to_string()),
            error: look.error.map(|error| error.text.to_string()),
            logged_error,
        }
    }

    fn look(&self, message: MessageIndex, grounds: Grounds) -> StatusFold<'_> {
        let (mut received, mut failed) = (0, 0);
        let (mut succeeded, mut open, mut only_told) = (false, false, false);
        let mut last: Option<(i64, Option<Uuid>)> = None;
        let mut last_error: Option<(i64, &Failure)> = None;
        let mut first = i64::MAX;
        for sighting in self.messages.sightings(message) {
            let invocation = sighting.invocation;
            received += 1;
            first = first.min(sighting.first);
            last = last.max(Some((sighting.first, self.invocations.id(invocation))));
            let whole = self.invocations.failure(invocation);
            if whole.is_some() || sighting.refused {
                failed += 1;
                only_told |= whole.is_none();
                let told = self.messages.error(message, invocation).or(whole);
                last_error = last_error.max(told.map(|told| (sighting.first, told)));
            } else if self.invocations.has_ended(invocation) || grounds.settled {
                succeeded = true;
            } else {
                open = true;
            }
        }
        let state = if succeeded {
            State::Done
        } else if !self.letters(Subject::Message(message)).is_empty() {
            State::DeadLettered
        } else if open {
            State::Received
        } else if received == 0 {
            self.state_unseen(message, grounds)
        } else if !grounds.settled {
            State::Failing
        } else if only_told {
            // The consumer logged an error and took the message all the same.
            State::Done
        } else {
            State::Lost
        };
        StatusFold {
            message_count: MessageCounts {
                state,
                received,
                failed,
                logged_error: state == State::Done && !succeeded,
            },
            first,
            last,
            error: last_error.map(|(_, error)| error),
        }
    }

    fn state_unseen(&self, message: MessageIndex, grounds: Grounds) -> State {
        let Grounds { settled, silent } = grounds;
        match self.send_status(message) {
            SendStatus::Unattempted => State::Unattempted,
            SendStatus::NotSent => State::NotSent,
            SendStatus::InDoubt if settled && !silent => State::NotSent,
            SendStatus::InDoubt => State::InDoubt,
            SendStatus::Accepted if silent => State::Untraced,
            SendStatus::Accepted if settled => State::Lost,
            SendStatus::Accepted => State::Waiting,
        }
    }
}
