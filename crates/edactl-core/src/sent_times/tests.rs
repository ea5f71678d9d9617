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
