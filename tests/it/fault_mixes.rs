//! Many random mixes of faults, where each message's state must be what truly happened to it.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::{
    faults::side_by_side,
    support::{CliSandbox, eventually, http, random},
};

/// Faults of one mix, and a seed for their dice.
#[derive(Debug, Clone)]
struct Mix {
    faults: String,
    seed: u64,
    entries: usize,
    poison: bool,
}

fn mix() -> impl Strategy<Value = Mix> {
    let some = |name: &'static str, most: f64| {
        prop::option::weighted(
            0.4,
            (1..=100_u32).prop_map(move |percent| {
                format!("{name}={:.3}", most * f64::from(percent) / 100.0)
            }),
        )
    };
    let faults = (
        some("drop", 0.5),
        some("filtered", 0.5),
        some("duplicate", 1.0),
        some("consumer-error", 0.8),
        prop::option::weighted(0.1, Just("consumer-timeout=0.05".to_owned())),
        prop::option::weighted(0.1, Just("producer-error=0.5".to_owned())),
        some("partial-send", 0.5),
        prop::option::weighted(0.1, Just("no-answer=0.5".to_owned())),
    );
    (faults, any::<u64>(), 1..8_usize, prop::bool::weighted(0.2)).prop_map(
        |(faults, seed, entries, poison)| {
            let (lost, swallowed, again, refused, late, raised, partly, silent) = faults;
            let faults = [
                lost, swallowed, again, refused, late, raised, partly, silent,
            ];
            let faults: Vec<String> = faults.into_iter().flatten().collect();
            Mix {
                faults: faults.join(","),
                seed,
                entries,
                poison,
            }
        },
    )
}

/// The state that a message must have, from what truly happened to it.
fn truth(life: Option<&Value>) -> &'static str {
    let Some(life) = life else { return "not sent" };
    let attempts = life["attempts"].as_array().unwrap();
    let was_taken =
        |attempt: &Value| attempt["result"] == "taken" || attempt["result"] == "takenTwice";
    if attempts.iter().any(was_taken) {
        return "done";
    }
    match life["outcome"].as_str().unwrap() {
        "dropped" | "filtered" => "lost",
        "deadLettered" => "dead-lettered",
        other => other_outcome(other),
    }
}

fn other_outcome(outcome: &str) -> &'static str {
    panic!("a message of a run that is over is {outcome}")
}

#[test]
fn random_mixes_of_faults_are_told_as_they_happened() {
    const SANDBOXES: usize = 8;
    let seed = random::seed(Some(u64::from_le_bytes([7; 8])));
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed.to_le_bytes(); 4].concat());
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mixes: Vec<Mix> = (0..random::cases(200))
        .map(|_| mix().new_tree(&mut runner).unwrap().current())
        .collect();
    let parts: Vec<&[Mix]> = mixes.chunks(mixes.len().div_ceil(SANDBOXES)).collect();
    side_by_side(&parts, |part| {
        let sandbox = CliSandbox::with_pipeline("");
        for mix in *part {
            check(&sandbox, mix);
        }
    });
}

fn check(sandbox: &CliSandbox, mix: &Mix) {
    let mut settings = sandbox.pipeline()["settings"].clone();
    settings["faults"] = json!(mix.faults);
    settings["seed"] = json!(mix.seed);
    settings["retry_delay"] = json!("20ms");
    let (status, answer) = sandbox.control("PUT", "settings", &settings.to_string());
    assert_eq!(status, 200, "{answer}");
    let event: serde_json::Map<String, Value> = (0..mix.entries)
        .map(|number| {
            let body = json!({"n": number, "fail": mix.poison && number == 0});
            (format!("e{number}"), body)
        })
        .collect();
    sandbox.file("event.json", Value::from(event).to_string());
    let verify =
        "-p local verify -o json --witness logs,queue --settle 400ms --timeout 60s event.json";
    let ran = sandbox.run(verify);
    let report = ran.json();
    // A second delivery of what is proven may be under way still.
    let lives = eventually("everything ends", || {
        let lives: Vec<Value> = sandbox
            .account()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let is_over = lives.iter().all(|life| life["outcome"] != "queued");
        is_over.then_some(lives)
    });
    let never_ran: Vec<Value> = report["diagnosis"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["id"] == "never-ran")
        .flat_map(|group| group["messages"].as_array().unwrap().clone())
        .collect();
    let mut all_done = true;
    for message in report["messages"].as_array().unwrap() {
        let life = lives
            .iter()
            .find(|life| life["marker"] == message["marker"]);
        let mut truth = truth(life);
        // Without the producer's answer nobody can tell what was lost from what was never sent.
        if truth == "lost" && never_ran.contains(&message["seq"]) {
            truth = "not sent";
        }
        assert_eq!(message["state"], truth, "{mix:?}\n{message:#}\n{life:#?}");
        all_done &= truth == "done";
        let attempts = life.map_or(0, |life| life["attempts"].as_array().unwrap().len());
        // A second delivery may come after the verdict, never before it.
        let received = message["received"].as_u64().unwrap();
        assert!(
            received <= attempts as u64,
            "{mix:?}\n{message:#}\n{life:#?}"
        );
    }
    let expected = i32::from(!all_done);
    assert_eq!(ran.code, Some(expected), "{mix:?}\n{report:#}");
}
