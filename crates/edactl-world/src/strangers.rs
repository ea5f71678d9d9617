//! Random events, and producers that send anything of them: for tests of what is assumed of both.

use std::env;

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Map, Value, json};

/// Random numbers from a seed that is printed, and taken from `EDACTL_SEED`.
pub fn rng() -> StdRng {
    let seed = env::var("EDACTL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random);
    println!("EDACTL_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

/// How often a random test is tried: a fifth of `all` by who works on the core, all of it where
/// `EDACTL_CASES` is set, as `.ci/run` does.
#[must_use]
pub fn rounds(all: usize) -> usize {
    match env::var_os("EDACTL_CASES") {
        Some(_) => all,
        None => all / 5,
    }
}

/// A random value; objects are likelier near the top.
pub fn value(rng: &mut StdRng, depth: usize) -> Value {
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

/// A random object.
pub fn object(rng: &mut StdRng, depth: usize) -> Value {
    let mut fields = Map::new();
    for _ in 0..rng.random_range(0..4) {
        let key = ["a", "b", "body", "detail", "orders"][rng.random_range(0..5)];
        fields.insert(key.to_owned(), value(rng, depth));
    }
    Value::Object(fields)
}

/// All sub-documents of a value, itself first.
pub fn documents(value: &Value, into: &mut Vec<Value>) {
    into.push(value.clone());
    match value {
        Value::Object(fields) => fields.values().for_each(|inner| documents(inner, into)),
        Value::Array(items) => items.iter().for_each(|inner| documents(inner, into)),
        _ => {}
    }
}

/// What a producer answers that sent messages with these ids.
pub fn answer(rng: &mut StdRng, ids: &[String]) -> Value {
    let sent = ids.len();
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
