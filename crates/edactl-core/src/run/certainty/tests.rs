//! No payload is sent for certain because a shape was guessed.

use std::env;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use serde_json::{Map, Value, json};

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

/// A random value; objects are likelier near the top.
fn value(rng: &mut StdRng, depth: usize) -> Value {
    match rng.random_range(0..if depth == 0 { 3 } else { 7 }) {
        0 => json!(rng.random_range(0..5)),
        1 => json!(["x", "y", ""][rng.random_range(0..3)]),
        2 => json!(rng.random_bool(0.5)),
        3 => (0..rng.random_range(0..3))
            .map(|_| value(rng, depth - 1))
            .collect(),
        4 => Value::from(object(rng, depth - 1).to_string()),
        _ => object(rng, depth - 1),
    }
}

fn object(rng: &mut StdRng, depth: usize) -> Value {
    let mut fields = Map::new();
    for _ in 0..rng.random_range(0..4) {
        let key = ["a", "b", "body", "detail", "orders"][rng.random_range(0..5)];
        fields.insert(key.to_owned(), value(rng, depth));
    }
    Value::Object(fields)
}

/// All sub-documents of a value, itself first.
fn documents(value: &Value, into: &mut Vec<Value>) {
    into.push(value.clone());
    match value {
        Value::Object(fields) => fields.values().for_each(|inner| documents(inner, into)),
        Value::Array(items) => items.iter().for_each(|inner| documents(inner, into)),
        _ => {}
    }
}

/// What a producer answers that sent so many messages.
fn answer(rng: &mut StdRng, sent: usize) -> Value {
    let ids: Vec<String> = (0..sent)
        .map(|number| format!("message-{number}"))
        .collect();
    let entries = || ids.iter().map(|id| json!({"Id": "0", "MessageId": id}));
    match rng.random_range(0..8) {
        0 => Value::Null,
        1 => json!({"statusCode": 200, "body": json!({"messageIds": ids}).to_string()}),
        2 => json!({"Sent": sent}),
        3 => json!({"Message": format!("Successfully sent {sent} messages")}),
        4 => json!({"Successful": entries().collect::<Vec<_>>(), "Failed": []}),
        5 => json!(entries().collect::<Vec<_>>()),
        6 => json!({"MessageId": ids.first()}),
        _ => json!({"statusCode": 200, "body": "OK"}),
    }
}

/// Whatever a producer sends of the event, and however it answers: an assumed shape makes nothing
/// certain, so that nothing can be lost for it.
#[test]
fn a_guess_makes_nothing_certain() {
    let seed = env::var("EDACTL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random);
    println!("EDACTL_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let now = jiff::Timestamp::UNIX_EPOCH;
    let mut planned = 0;
    for _ in 0..ROUNDS {
        let text = object(&mut rng, 4).to_string();
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
        documents(&serde_json::from_str(&text).unwrap(), &mut sendable);
        sendable.shuffle(&mut rng);
        let sent = rng.random_range(0..=sendable.len());
        let answer = answer(&mut rng, sent).to_string();
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
    assert!(planned > ROUNDS, "{planned}");
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
    use SendStatus::{Accepted, Answered, InDoubt, Named, NotSent};
    let told = |messages: &str, answer: &Value| SendStatus::of(&answered(messages, answer));
    let count = json!({"Sent": 2});
    assert_eq!(told("entries", &count), [Accepted, Accepted]);
    assert_eq!(told("auto", &count), [Answered, Answered]);
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
