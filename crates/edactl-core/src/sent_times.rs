//! When each message was sent, as the producer's log tells it: the first line that shows the id
//! which SQS gave the message. Before it was sent nobody knew that id.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    ledger::MessageIndex,
    run::{MessagePosition, Run, certainty, message_id::MessageId},
};

/// Whatever an emulator gives as an id, a shorter word may be anything.
const SHORTEST_ID: usize = 8;

/// Reads the producer's log for one run.
#[derive(Debug)]
pub struct SentTimes {
    by_id: HashMap<MessageId, MessageIndex>,
    times: HashMap<MessageIndex, Timestamp>,
}

/// The id that the producer's answer gives the one message of a payload.
#[must_use]
pub fn message_id(run: &Run, position: MessagePosition) -> Option<&MessageId> {
    match certainty::message_ids(run, position)[..] {
        [id] => Some(id),
        _ => None,
    }
}

impl SentTimes {
    /// Knows the ids that the producer's answers gave.
    #[must_use]
    pub fn new(run: &Run) -> Self {
        let by_id = run
            .plan
            .positions()
            .filter_map(|place| {
                let id = message_id(run, place)?;
                Some((id.clone(), MessageIndex::try_from(place.seq - 1).ok()?))
            })
            .collect();
        Self {
            by_id,
            times: HashMap::new(),
        }
    }

    /// Whether the answers gave no id at all: then no line can be told.
    #[must_use]
    pub fn knows_nothing(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Reads a line of the producer's log; `at` is its time, by AWS's clock.
    pub fn read(&mut self, text: &str, at: Timestamp) {
        let tokens = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        for token in tokens.filter(|token| token.len() >= SHORTEST_ID) {
            if let Some(message) = self.by_id.get(&MessageId::from(token)) {
                let known = self.times.entry(*message).or_insert(at);
                *known = (*known).min(at);
            }
        }
    }

    /// When a message was sent, by AWS's clock.
    #[must_use]
    pub fn of(&self, message: MessageIndex) -> Option<Timestamp> {
        self.times.get(&message).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_first_line_that_shows_the_id_tells_when_it_was_sent() {
        let id = "5eda0c71-0000-4000-8000-000000000001";
        let mut sent = SentTimes {
            by_id: HashMap::from([(id.into(), 3), ("mk_000000017".into(), 4)]),
            times: HashMap::new(),
        };
        sent.read(&format!("{{\"messageId\":\"{id}\"}}"), at(9));
        sent.read(&format!("Sent entry \"a\" as message {id}"), at(8));
        sent.read("sent mk_000000017.", at(7));
        sent.read(
            "Sent entry \"b\" as message 5eda0c71-0000-4000-8000-000000000002",
            at(1),
        );
        assert_eq!(
            [3, 4, 5].map(|message| sent.of(message)),
            [Some(at(8)), Some(at(7)), None]
        );
    }
}
