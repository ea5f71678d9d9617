//! What is known of the payloads one by one.

use jiff::Timestamp;

use crate::ledger::{Attempt, Judgement, Means, MessageIndex, State, Way};

/// What is known of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its state.
    pub state: State,
    /// In which way it is known to be taken.
    pub way: Option<Way>,
    /// How it was recognised.
    pub means: Option<Means>,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// Whether it was certainly taken more than once.
    pub is_duplicate: bool,
    /// The last error about it.
    pub error: Option<String>,
    /// Its deliveries to the consumer, in the order of time.
    pub attempts: Vec<Attempt>,
}

impl Message {
    /// When the consumer's log first shows it, by AWS's clock.
    #[must_use]
    pub fn first_seen(&self) -> Option<Timestamp> {
        self.attempts.iter().filter_map(|attempt| attempt.at).min()
    }

    /// The delivery that succeeded first, as far as is known: the first without an error, else the
    /// last.
    #[must_use]
    pub fn success(&self) -> Option<&Attempt> {
        if self.state != State::Taken {
            return None;
        }
        let succeeded = |attempt: &&Attempt| attempt.error.is_none();
        self.attempts
            .iter()
            .find(succeeded)
            .or(self.attempts.last())
    }

    /// When the invocation ended that took it, by AWS's clock.
    #[must_use]
    pub fn done_at(&self) -> Option<Timestamp> {
        self.success()?.ended
    }
}

/// Where the payloads come from: the ledger of a verify, or the evidence that one left.
pub trait Messages {
    /// How many there are.
    fn count(&self) -> usize;
    /// One of them, by its number in the run less one.
    fn message(&self, index: usize) -> Message;
    /// When it was first seen, and when it was done ([`Message::first_seen`],
    /// [`Message::done_at`]): asked of all of them again and again.
    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let message = self.message(index);
        (message.first_seen(), message.done_at())
    }
}

impl Messages for Judgement<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    fn message(&self, index: usize) -> Message {
        let number = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        let status = self.get(number);
        let ledger = self.ledger();
        let mut attempts: Vec<Attempt> = if ledger.group_of(number).is_some() {
            // Nobody can tell which delivery of equal payloads was whose; they were shared out.
            let shared = status.first_seen.map(|at| Attempt {
                message: number,
                at: Some(at),
                ended: status
                    .last_request_id
                    .as_deref()
                    .and_then(|id| ledger.end_of(id)),
                request_id: status.last_request_id.clone(),
                error: status
                    .error
                    .clone()
                    .filter(|_| status.counts.state != State::Taken),
                is_failed: status.counts.failed > 0
                    && status.counts.failed == status.counts.received,
            });
            shared.into_iter().collect()
        } else {
            ledger.attempts(number).collect()
        };
        attempts.sort_by_key(|attempt| attempt.at.unwrap_or(Timestamp::MAX));
        Message {
            state: status.counts.state,
            way: status.counts.way,
            means: status.counts.means,
            received: status.counts.received,
            failed: status.counts.failed,
            is_duplicate: status.counts.is_duplicate,
            error: status.error,
            attempts,
        }
    }

    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let number = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        Judgement::seen_and_done(self, number)
    }
}
