//! When each message was sent, as the producer's log tells it: the first line that shows the id
//! which SQS gave the message. Before it was sent nobody knew that id.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId},
        run::{Line, Outcome, Plan},
        topology::Pipeline,
    };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_first_line_that_shows_the_id_tells_when_it_was_sent() {
        let id = "5eda0c71-0000-4000-8000-000000000001";
        let mut ids = MessageIds::default();
        ids.learn(3, &id.into());
        ids.learn(4, &"mk_000000017".into());
        let mut sent = SentTimes {
            ids,
            times: Vec::new(),
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
        sent.end();
        assert_eq!(sent.of(3), Some(at(8)));
    }

    /// A run of one payload, whose producer named these messages.
    fn run(other_ids: &[&str]) -> Run {
        let policy = MarkerPolicy::Field("edactl".into());
        let event = Event::parse("e", r#"{"a": {"n": 1}}"#, &policy).unwrap();
        let id = RunId::new(at(0), 0);
        let mut run = Run::new(Plan::new(id, at(0), Pipeline::named("p"), &[event], 1));
        run.apply(Line::Invoked {
            invocation: 0,
            at: at(1),
            outcome: Outcome::Answered {
                request_id: None,
                status: None,
                sent: None,
                message_ids: Vec::new(),
                other_ids: other_ids.iter().map(|id| (*id).into()).collect(),
                error: None,
            },
        });
        run
    }

    #[test]
    fn without_the_ids_of_the_answers_nothing_is_known() {
        for (ids, knows) in [
            (&["a-message"][..], true),
            (&["a-message", "another1"][..], false),
            (&[][..], false),
        ] {
            let mut sent = SentTimes::new(&run(ids));
            assert_eq!(sent.knows_nothing(), !knows, "{ids:?}");
            sent.read("sent a-message", at(5));
            assert_eq!(sent.of(0), knows.then(|| at(5)), "{ids:?}");
        }
    }

    #[test]
    fn a_word_shorter_than_an_id_may_be_anything() {
        for (id, known) in [("msg-0001", true), ("msg-001", false)] {
            let mut sent = SentTimes::new(&run(&[id]));
            sent.read(&format!("sent {id}"), at(5));
            assert_eq!(sent.of(0), known.then(|| at(5)), "{id}");
        }
    }

    #[test]
    fn after_the_end_no_line_tells_a_time() {
        let mut sent = SentTimes::new(&run(&["a-message"]));
        sent.read("sent a-message", at(5));
        sent.end();
        assert!(sent.knows_nothing());
        sent.read("sent a-message", at(4));
        assert_eq!(sent.of(0), Some(at(5)));
    }
}
