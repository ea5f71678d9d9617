//! What a run's messages are seen to hold: which pieces of its events stand in the consumer's log
//! and in dead letters.

use std::{collections::HashMap, ops::Range};

use crate::{
    ledger::MessageIndex,
    matcher::{content::Contents, setup::message_index},
    run::{
        Outcome, Plan, Run,
        learned_shape::{Observed, Pieces},
        message_id::MessageId,
    },
};

/// So many lines or letters that show something tell the shape; the others need not be looked at,
/// which would cost as much as all other reading.
const TELLING: u32 = 1_000;
/// So many that show nothing are looked at for each that would.
const FRUITLESS: u32 = 10;

/// Collects the pieces that are seen.
#[derive(Debug)]
pub struct ShapeEvidence {
    pieces: Pieces,
    /// The pieces again, for lines; their ids are the same.
    contents: Contents,
    /// Which pieces were seen.
    seen: Vec<bool>,
    /// How many lines or letters that show nothing are still looked at.
    left: u32,
}

impl ShapeEvidence {
    /// Nothing seen yet of a plan's events.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let pieces = Pieces::new(plan);
        let mut contents = Contents::new(plan);
        let mut seen = Vec::new();
        for hash in pieces.hashes() {
            contents.add_piece(hash);
            seen.push(false);
        }
        Self {
            pieces,
            contents,
            seen,
            left: TELLING * FRUITLESS,
        }
    }

    /// A line of the consumer that shows something of the run.
    pub fn line(&mut self, json: Option<&str>, message: &str) {
        if self.left == 0 {
            return;
        }
        let found = self.contents.in_line(json, message);
        self.count(found.is_empty());
        for found in found {
            self.seen[found.content as usize] = true;
        }
    }

    /// The body of a letter of the run.
    pub fn letter(&mut self, body: &str) {
        if self.left == 0 {
            return;
        }
        if let Ok(body) = serde_json::from_str(body) {
            let found = self.pieces.within(&body);
            self.count(found.is_empty());
            for piece in found {
                self.seen[piece] = true;
            }
        }
    }

    fn count(&mut self, is_fruitless: bool) {
        let spent = if is_fruitless { 1 } else { FRUITLESS };
        self.left = self.left.saturating_sub(spent);
    }

    /// What is known of the messages that each event became.
    #[must_use]
    pub fn observed(&self, run: &Run) -> Vec<Observed> {
        let mut observed = vec![Observed::default(); run.plan.events.len()];
        for (piece, _) in self.seen.iter().enumerate().filter(|(_, seen)| **seen) {
            for (event, piece) in self.pieces.places(piece) {
                observed[*event].pieces.insert(*piece);
            }
        }
        let mut are_told = vec![false; observed.len()];
        for (number, invocation) in (0..).zip(&run.invocations) {
            let Some(Outcome::Answered {
                sent, error: None, ..
            }) = &invocation.outcome
            else {
                continue;
            };
            let event = run.plan.event_of(number);
            // What the answers of one event do not agree on is not known.
            observed[event].messages = if are_told[event] {
                observed[event]
                    .messages
                    .filter(|known| Some(*known) == *sent)
            } else {
                *sent
            };
            are_told[event] = true;
        }
        observed
    }
}

/// The ids of messages that are all that an event of several payloads became, with its payloads.
/// One that was taken may not have held them all; one that is dead leaves none that arrived.
pub fn lone_ids(run: &Run) -> HashMap<MessageId, Range<MessageIndex>> {
    let mut lone = HashMap::new();
    for ((_, event, before), invocation) in run.plan.walk().zip(&run.invocations) {
        let Some(Outcome::Answered {
            message_ids,
            other_ids,
            ..
        }) = &invocation.outcome
        else {
            continue;
        };
        let payloads = run.plan.events[event].payloads.len() as u64;
        if let [id] = &other_ids[..]
            && message_ids.iter().all(Option::is_none)
            && payloads > 1
        {
            let after = message_index(before + payloads + 1);
            lone.insert(id.clone(), message_index(before + 1)..after);
        }
    }
    lone
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId},
        run::{self, learned_shape::Piece},
        topology::Pipeline,
    };

    const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;

    fn answered(sent: Option<u64>, named: &[Option<&str>], others: &[&str]) -> Outcome {
        Outcome::Answered {
            request_id: None,
            status: Some(200),
            sent,
            message_ids: named.iter().map(|id| id.map(Into::into)).collect(),
            other_ids: others.iter().map(|id| (*id).into()).collect(),
            error: None,
        }
    }

    /// A run whose invocations came to these outcomes, one after the other.
    fn run_of(events: &[&str], outcomes: &[Outcome]) -> Run {
        let parse = |event: &&str| Event::parse("e", event, &MarkerPolicy::Untouched).unwrap();
        let events: Vec<_> = events.iter().map(parse).collect();
        let now = Timestamp::UNIX_EPOCH;
        let repeat = u32::try_from(outcomes.len() / events.len()).unwrap();
        let plan = Plan::new(
            RunId::new(now, 0),
            now,
            Pipeline::named("p"),
            &events,
            repeat,
        );
        let mut run = Run::new(plan);
        for (invocation, outcome) in (0..).zip(outcomes) {
            run.apply(run::Line::Invoked {
                invocation,
                at: now,
                outcome: outcome.clone(),
            });
        }
        run
    }

    fn messages(events: &[&str], outcomes: &[Outcome]) -> Vec<Option<u64>> {
        let run = run_of(events, outcomes);
        let observed = ShapeEvidence::new(&run.plan).observed(&run);
        observed.into_iter().map(|it| it.messages).collect()
    }

    #[test]
    fn the_answers_of_one_event_tell_how_many_messages_it_became_where_they_agree() {
        let count = |sent| answered(sent, &[], &[]);
        for (sent, known) in [
            (vec![Some(2)], Some(2)),
            (vec![Some(2), Some(2)], Some(2)),
            (vec![Some(2), Some(1)], None),
            (vec![Some(2), None], None),
            (vec![None, Some(2)], None),
            (vec![Some(2), Some(1), Some(1)], None),
        ] {
            let outcomes: Vec<_> = sent.iter().map(|sent| count(*sent)).collect();
            assert_eq!(messages(&[TWO], &outcomes), [known], "{sent:?}");
        }
        let other = r#"{"c": {"n": 3}}"#;
        assert_eq!(
            messages(&[TWO, other], &[count(Some(2)), count(Some(1))]),
            [Some(2), Some(1)]
        );
        let reason = "why".to_owned();
        let outcomes = [count(Some(2)), Outcome::InDoubt { reason }];
        assert_eq!(messages(&[TWO], &outcomes), [Some(2)]);
    }

    #[test]
    fn lines_and_letters_show_pieces_until_enough_were_looked_at() {
        let run = run_of(&[TWO], &[answered(None, &[], &[])]);
        let mut evidence = ShapeEvidence::new(&run.plan);
        let all = evidence.left;
        evidence.line(None, "nothing of it");
        assert_eq!(evidence.left, all - 1);
        evidence.letter(r#"{"x": 1}"#);
        assert_eq!(evidence.left, all - 2);
        evidence.line(None, r#"got {"n":1}"#);
        assert_eq!(evidence.left, all - 2 - FRUITLESS);
        evidence.letter(r#"{"n": 2}"#);
        assert_eq!(evidence.left, all - 2 - 2 * FRUITLESS);
        let observed = evidence.observed(&run);
        let pieces: Vec<_> = observed[0].pieces.iter().copied().collect();
        assert_eq!(pieces, [Piece::Payload(0), Piece::Payload(1)]);
        let mut tired = ShapeEvidence::new(&run.plan);
        tired.left = 0;
        tired.line(None, r#"got {"n":1}"#);
        tired.letter(r#"{"n": 2}"#);
        assert!(tired.observed(&run)[0].pieces.is_empty());
    }

    #[test]
    fn one_id_of_an_answer_is_of_all_payloads_of_its_event() {
        let id = |number: usize| format!("5eda0c71-0000-4000-8000-{number:012}");
        let [first, second] = [1, 2].map(id);
        let one = |id: &str| answered(None, &[], &[id]);
        let ranges = |events: &[&str], outcomes: &[Outcome]| {
            let lone = lone_ids(&run_of(events, outcomes));
            let mut ranges: Vec<_> = lone
                .into_iter()
                .map(|(id, range)| (id.to_string(), range))
                .collect();
            ranges.sort_unstable_by_key(|(id, _)| id.clone());
            ranges
        };
        assert_eq!(
            ranges(&[TWO], &[one(&first), one(&second)]),
            [(first.clone(), 0..2), (second.clone(), 2..4)]
        );
        let three = r#"{"a": 1, "b": 2, "c": 3}"#;
        assert_eq!(
            ranges(&[TWO, three], &[one(&first), one(&second)]),
            [(first.clone(), 0..2), (second.clone(), 2..5)]
        );
        for outcome in [
            answered(None, &[], &[&first, &second]),
            answered(None, &[Some(&second), None], &[&first]),
            answered(None, &[], &[]),
        ] {
            assert!(
                ranges(&[TWO], std::slice::from_ref(&outcome)).is_empty(),
                "{outcome:?}"
            );
        }
        assert_eq!(
            ranges(&[TWO], &[answered(None, &[None, None], &[&first])]),
            [(first.clone(), 0..2)]
        );
        assert!(ranges(&[r#"{"a": 1}"#], &[one(&first)]).is_empty());
    }
}
