//! When each message was sent, as the producer's log tells it: the first line that shows the id
//! which SQS gave the message. Before it was sent nobody knew that id.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::{
    ledger::MessageIndex,
    matcher::message_ids::MessageIds,
    run::{Run, certainty::message_id},
};

/// Whatever an emulator gives as an id, a shorter word may be anything.
const SHORTEST_ID: usize = 8;

/// No line showed it.
const NEVER: i64 = i64::MAX;

/// Reads the producer's log for one run.
#[derive(Debug)]
pub struct SentTimes {
    ids: MessageIds,
    /// By message, in milliseconds: a log line's time has no more.
    times: Vec<i64>,
}

impl SentTimes {
    /// Knows the ids that the producer's answers gave.
    #[must_use]
    pub fn new(run: &Run) -> Self {
        let mut ids = MessageIds::default();
        ids.reserve(run.plan.payloads());
        for place in run.plan.positions() {
            if let Some(id) = message_id(run, place)
                && let Ok(message) = MessageIndex::try_from(place.seq - 1)
            {
                ids.learn(message, id);
            }
        }
        Self {
            ids,
            times: Vec::new(),
        }
    }

    /// Whether the answers gave no id at all: then no line can be told.
    #[must_use]
    pub fn knows_nothing(&self) -> bool {
        self.ids.is_empty()
    }

    /// Reads a line of the producer's log; `at` is its time, by AWS's clock.
    pub fn read(&mut self, text: &str, at: Timestamp) {
        let tokens = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        for token in tokens.filter(|token| token.len() >= SHORTEST_ID) {
            if let Some(message) = self.ids.message(token) {
                let index = message as usize;
                if self.times.len() <= index {
                    self.times.resize(index + 1, NEVER);
                }
                self.times[index] = self.times[index].min(at.as_millisecond());
            }
        }
    }

    /// No line is read any more: the ids of a large run take more room than the times.
    pub fn end(&mut self) {
        self.ids = MessageIds::default();
    }

    /// When a message was sent, by AWS's clock.
    #[must_use]
    pub fn of(&self, message: MessageIndex) -> Option<Timestamp> {
        let at = self.times.get(message as usize).copied();
        at.filter(|at| *at != NEVER)
            .and_then(|at| Timestamp::from_millisecond(at).ok())
    }
}
