//! No payload is sent for certain because a shape was guessed.

use edactl_world::strangers;
use rand::{RngExt, seq::SliceRandom};
use serde_json::{Value, json};

use super::*;
use crate::{
    event::{
        Event, MarkerPolicy,
        marker::RunId,
        shape::{Messages, Shape},
    },
    run::{Line, Plan, attribution},
    topology::Pipeline,
};

const ROUNDS: usize = 3_000;

/// Whatever a producer sends of the event, and however it answers: an assumed shape makes nothing
/// certain, so that nothing can be lost for it.
#[test]
fn a_guess_makes_nothing_certain() {
    let mut rng = strangers::rng();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let rounds = strangers::rounds(ROUNDS);
    let mut planned = 0;
    for _ in 0..rounds {
        let text = strangers::object(&mut rng, 4).to_string();
        let learned = [
            None,
            Some("entries"),
            Some("event"),
            Some("/body"),
            Some("/orders/*"),
        ];
        let learned = learned[rng.random_range(0..5)].map(|shape| shape.parse().unwrap());
        let messages = Messages::Auto {
            learned,
            by_http: rng.random_bool(0.2),
        };
        let policy = if rng.random_bool(0.5) {
            MarkerPolicy::Field("edactl".into())
        } else {
            MarkerPolicy::Untouched
        };
        let Ok(event) = Event::parse_as("e", &text, &policy, &messages) else {
            continue;
        };
        let plan = Plan::new(RunId::new(now, 3), now, Pipeline::named("p"), &[event], 1);
        let mut sendable = Vec::new();
        strangers::documents(&serde_json::from_str(&text).unwrap(), &mut sendable);
        sendable.shuffle(&mut rng);
        let sent = rng.random_range(0..=sendable.len());
        let ids: Vec<String> = (0..sent)
            .map(|number| format!("message-{number}"))
            .collect();
        let answer = strangers::answer(&mut rng, &ids).to_string();
        let outcome = attribution::outcome(&plan.events[0], answer.as_bytes(), None, None);
        let mut run = Run::new(plan);
        let (invocation, at) = (0, now);
        run.apply(Line::Invoking {
            invocation,
            at,
            scheduled: None,
        });
        run.apply(Line::Invoked {
            invocation,
            at,
            outcome,
        });
        for status in SendStatus::of(&run) {
            planned += 1;
            assert!(!status.is_certain(), "{text}: {answer}");
        }
    }
    assert!(planned > rounds, "{planned}");
}

fn answered(messages: &str, answer: &Value) -> Run {
    let messages: Messages = messages.parse().unwrap();
    let text = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;
    let event = Event::parse_as("e", text, &MarkerPolicy::Untouched, &messages).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let plan = Plan::new(RunId::new(now, 0), now, Pipeline::named("p"), &[event], 1);
    let answer = answer.to_string();
    let outcome = attribution::outcome(&plan.events[0], answer.as_bytes(), None, None);
    let mut run = Run::new(plan);
    run.apply(Line::Invoked {
        invocation: 0,
        at: now,
        outcome,
    });
    run
}

#[test]
fn what_the_producer_names_or_covers_is_certain() {
    use SendStatus::{Accepted, Answered, Counted, InDoubt, Named, NotSent};
    let told = |messages: &str, answer: &Value| SendStatus::of(&answered(messages, answer));
    let count = json!({"Sent": 2});
    assert_eq!(told("entries", &count), [Accepted, Accepted]);
    assert_eq!(told("auto", &count), [Counted, Counted]);
    assert_eq!(told("event", &count), [InDoubt]);
    let silent = json!("ok");
    assert_eq!(told("entries", &silent), [Answered, Answered]);
    let keyed = json!({"MessageIds": {"b": "y"}});
    assert_eq!(told("auto", &keyed), [InDoubt, Named]);
    assert_eq!(told("entries", &keyed), [NotSent, Named]);
    assert_eq!(told("entries", &json!({"Sent": 0})), [NotSent, NotSent]);
    assert_eq!(told("auto", &json!({"Sent": 0})), [Answered, Answered]);
}

#[test]
fn a_lone_payload_has_all_ids_that_its_answer_names() {
    let ids = |messages: &str, answer: &Value| {
        let run = answered(messages, answer);
        let first = run.plan.positions().next().unwrap();
        let ids = message_ids(&run, first);
        ids.into_iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let two = json!({"messageIds": ["x", "y"]});
    assert_eq!(ids("unknown", &two), ["x", "y"]);
    assert_eq!(ids("event", &json!({"MessageId": "x"})), ["x"]);
    assert_eq!(ids("auto", &two), Vec::<String>::new());
    assert_eq!(ids("entries", &two), ["x"]);
    assert_eq!(
        answered("unknown", &two).plan.events[0].shape.messages,
        Shape::Unknown
    );
}

#[test]
fn what_became_of_the_invocation_says_whether_anything_was_sent() {
    use SendStatus::{InDoubt, NotSent, Unattempted};
    let text = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;
    let event = Event::parse("e", text, &MarkerPolicy::Untouched).unwrap();
    let at = jiff::Timestamp::UNIX_EPOCH;
    let id = RunId::new(at, 0);
    let mut run = Run::new(Plan::new(id, at, Pipeline::named("p"), &[event], 1));
    assert_eq!(SendStatus::of(&run), [Unattempted; 2]);
    let (invocation, scheduled) = (0, None);
    run.apply(Line::Invoking {
        invocation,
        at,
        scheduled,
    });
    assert_eq!(SendStatus::of(&run), [InDoubt; 2], "the sender was killed");
    for (outcome, status) in [
        (
            Outcome::InDoubt {
                reason: "no answer".into(),
            },
            InDoubt,
        ),
        (
            Outcome::NotRun {
                reason: "denied".into(),
            },
            NotSent,
        ),
    ] {
        run.apply(Line::Invoked {
            invocation,
            at,
            outcome,
        });
        assert_eq!(SendStatus::of(&run), [status; 2]);
    }
}
