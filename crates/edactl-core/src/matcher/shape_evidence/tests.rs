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
