//! Many random pipelines: faults, words, delays, clocks, traffic. Whatever verify says of a payload
//! must be what truly happened to it, or that it cannot tell.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Map, Value, json};

use crate::{
    faults::side_by_side,
    support::{CliSandbox, eventually, random},
};

/// How many mixes are tried where nobody says otherwise.
const MIXES: u32 = 60;
/// What verify may leave open though the log shows it and everything came to rest, in percent.
const MOST_OPEN: usize = 3;
/// So many payloads say something about a share.
const MANY: usize = 300;

/// Log styles that show every message of the samples in some way.
const SHOWING: [&str; 13] = [
    "body",
    "id",
    "batch",
    "event",
    "nested",
    "python",
    "pydantic",
    "dataclass",
    "go",
    "ruby-hash",
    "java",
    "rust",
    "node",
];
/// Log styles that show some messages, or none.
const HIDING: [&str; 7] = [
    "dotnet", "uuid", "word", "nothing", "first", "sampled", "derived",
];
const ERROR_STYLES: [&str; 9] = [
    "python",
    "python-custom",
    "node",
    "node24",
    "java",
    "dotnet",
    "go",
    "ruby",
    "rust",
];
/// Faults, and the most that one message is hit by each with.
const FAULTS: [(&str, f64); 14] = [
    ("drop", 0.5),
    ("filtered", 0.5),
    ("duplicate", 1.0),
    ("consumer-error", 0.8),
    ("consumer-timeout", 0.1),
    ("producer-error", 0.5),
    ("producer-midway", 0.5),
    ("partial-send", 0.5),
    ("no-answer", 0.7),
    ("quiet-failure", 0.8),
    ("consumer-throw", 0.6),
    ("consumer-throw-early", 0.6),
    ("consumer-throw-silent", 0.6),
    ("ghost-copy", 0.5),
];

/// One pipeline and one event.
#[derive(Debug)]
struct Mix {
    seed: u64,
    pipeline: Vec<String>,
    verify: Vec<String>,
    event: Value,
    /// Whether the consumer's log shows each message that it is handed.
    shows: bool,
    /// Whether the queue comes to rest, and says so.
    rests: bool,
}

impl Mix {
    fn of(seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut pipeline = vec![format!("--seed={}", dice.random::<u32>())];
        let mut verify = vec!["--timeout=40s".to_owned()];
        let mut faults = Vec::new();
        for (fault, most) in FAULTS {
            if dice.random_bool(0.15) {
                faults.push(format!(
                    "{fault}={:.2}",
                    most * dice.random_range(0.1..=1.0)
                ));
            }
        }
        if !faults.is_empty() {
            pipeline.push(format!("--fault={}", faults.join(",")));
        }
        let mut shows = dice.random_bool(0.75);
        let styles: &[&str] = if shows { &SHOWING } else { &HIDING };
        let mut choose = |of: &[&str]| (*of.choose(&mut dice).expect("some")).to_owned();
        let style = choose(styles);
        pipeline.push(format!("--log-style={style}"));
        pipeline.push(format!("--error-style={}", choose(&ERROR_STYLES)));
        let mut maybe = |chance: f64, option: &str| {
            if dice.random_bool(chance) {
                pipeline.push(option.to_owned());
            }
        };
        maybe(0.2, "--shared-log-group");
        maybe(0.2, "--log-format=json");
        maybe(0.3, "--no-batch-item-failures");
        maybe(0.3, "--batch-size=1");
        maybe(0.2, "--lookalike-lines");
        maybe(0.2, "--event-count-metrics");
        maybe(0.1, "--old-letters=3");
        maybe(0.1, "--queue-delay=1s");
        maybe(0.1, "--metric-delay=2s");
        maybe(0.1, "--report-delay=700ms");
        let mut seconds = |chance: f64, option: &str, most: f64| {
            let is_chosen = dice.random_bool(chance);
            let seconds = dice.random_range(0.2..most);
            is_chosen.then(|| {
                pipeline.push(format!("{option}={}ms", (seconds * 1000.0).round()));
                seconds
            })
        };
        seconds(0.3, "--log-delay", 5.0);
        if let Some(lag) = seconds(0.2, "--counter-lag", 1.5) {
            verify.push(format!(
                "--counter-lag={}ms",
                (lag * 1000.0).round() + 200.0
            ));
        }
        if dice.random_bool(0.2) {
            let answer = if dice.random() { "count" } else { "nothing" };
            // Then nobody knows the ids that it logs.
            shows &= style != "id";
            pipeline.push(format!("--producer-answer={answer}"));
        }
        if dice.random_bool(0.2) {
            pipeline.push(format!("--clock-skew={}s", dice.random_range(-280..=280)));
        }
        // A queue that does not tell its delayed messages is never known to be empty.
        let is_untold = dice.random_bool(0.1);
        if is_untold {
            pipeline.push("--no-delayed-counter".to_owned());
        }
        let has_traffic = dice.random_bool(0.1);
        if has_traffic {
            pipeline.push("--traffic=3".to_owned());
        }
        if dice.random_bool(0.25) {
            verify.push("--no-marker".to_owned());
        }
        let entries = dice.random_range(1..8_usize);
        let has_text = dice.random_bool(0.3);
        let has_poison = dice.random_bool(0.15);
        let entry = |number: usize| {
            let order = 10_000 + dice.random_range(0..80_000_u32);
            let text = format!("order {order} of case {seed:x}");
            let value = match number {
                0 if has_text => Value::from(text),
                1 if has_poison => json!({"order": order, "note": text, "fail": true}),
                _ => json!({
                    "order": order, "note": text, "lines": [{"sku": format!("S-{order}"), "count": 3}],
                }),
            };
            (format!("e{number}"), value)
        };
        let event: Map<String, Value> = (0..entries).map(entry).collect();
        Self {
            seed,
            pipeline,
            verify,
            event: event.into(),
            shows,
            rests: !has_traffic && !is_untold,
        }
    }

    /// Whether the producer may fail to say what it sent.
    fn sends_in_doubt(&self) -> bool {
        let is_silent =
            |option: &String| option.contains("producer-") || option.contains("no-answer");
        self.pipeline.iter().any(is_silent)
    }
}

/// What verify said of the payloads of many mixes.
#[derive(Debug, Default)]
struct Found {
    wrong: Vec<String>,
    payloads: usize,
    /// Those that the log shows, where the pipeline came to rest.
    tellable: usize,
    /// Of these, those left open, by what is said of them.
    open: BTreeMap<String, usize>,
    stories: Vec<String>,
}

#[test]
fn random_mixes_are_told_as_they_happened_or_not_at_all() {
    let seed = random::seed(None);
    let mixes: Vec<Mix> = (0..u64::from(random::cases(MIXES)))
        .map(|number| Mix::of(seed.wrapping_add(number)))
        .collect();
    let mut all = Found::default();
    for found in side_by_side(&mixes, check) {
        all.wrong.extend(found.wrong);
        all.payloads += found.payloads;
        all.tellable += found.tellable;
        for (state, count) in found.open {
            *all.open.entry(state).or_default() += count;
        }
        all.stories.extend(found.stories);
    }
    let open: usize = all.open.values().sum();
    println!(
        "{} payloads of {} mixes; of {} that the log shows {open} left open: {:?}",
        all.payloads,
        mixes.len(),
        all.tellable,
        all.open
    );
    for story in &all.stories {
        println!("open: {story}");
    }
    assert!(all.wrong.is_empty(), "{}", all.wrong.join("\n\n"));
    assert!(
        all.tellable < MANY || open * 100 <= all.tellable * MOST_OPEN,
        "{open} of {} left open",
        all.tellable
    );
}

fn check(mix: &Mix) -> Found {
    let sandbox = CliSandbox::with_pipeline(&mix.pipeline.join(" "));
    sandbox.file("event.json", mix.event.to_string());
    let options = mix.verify.join(" ");
    let ran = sandbox.run(&format!("-p local verify -o json {options} event.json"));
    let report = ran.json();
    // A copy or a second delivery may be under way still.
    let lives = eventually("everything ends", || {
        let lives: Vec<Value> = sandbox
            .account()
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .filter(|life: &Value| life["sender"] == "client")
            .collect();
        let is_over = lives.iter().all(|life| life["outcome"] != "queued");
        is_over.then_some(lives)
    });
    let mut found = Found::default();
    let (mut all_taken, mut none_bad) = (true, true);
    let mut any_gone = false;
    let messages = report["messages"].as_array().expect("messages");
    for message in messages {
        let life = lives.iter().find(|life| life["key"] == message["key"]);
        let truth = Truth::of(life);
        let state = message["state"].as_str().expect("a state");
        all_taken &= truth.was_taken();
        none_bad &= truth == Truth::Taken;
        any_gone |= truth == Truth::Dropped;
        found.payloads += 1;
        let attempts = life.map_or(0, |life| life["attempts"].as_array().map_or(0, Vec::len));
        let received = message["received"].as_u64().expect("a count");
        if !truth.allows(state) || received > attempts as u64 {
            found.wrong.push(format!(
                "{state} where {truth:?}: EDACTL_SEED={} PROPTEST_CASES=1, {mix:?}\n{message:#}\n{life:#?}",
                mix.seed
            ));
        }
        let awaited = report["awaited"]["what"].as_str().unwrap_or("nothing");
        // What only its content tells, and nobody says was sent, may be somebody else's.
        let is_uncertain = awaited == "certainty" && mix.sends_in_doubt();
        if mix.shows && mix.rests && attempts > 0 && !is_uncertain {
            found.tellable += 1;
            let is_decided = ["taken", "dead-lettered", "lost", "filtered", "not-sent"];
            if ran.code == Some(4) && !is_decided.contains(&state) {
                let said = format!("{state}, awaits {awaited}");
                found.stories.push(format!(
                    "EDACTL_SEED={} {said} where {truth:?}: {:?} {:?}",
                    mix.seed, mix.pipeline, mix.verify
                ));
                *found.open.entry(said).or_default() += 1;
            }
        }
    }
    // Of those, so many are lost that it is not known which.
    let some_lost = messages.iter().any(|it| it["state"] == "some-lost");
    let is_wrong = match ran.code {
        Some(0) => !all_taken,
        Some(1) => none_bad || some_lost && !any_gone,
        Some(4) => false,
        _ => true,
    };
    if is_wrong {
        found.wrong.push(format!(
            "exit {:?}: EDACTL_SEED={} PROPTEST_CASES=1, {mix:?}\n{}\n{report:#}\n{lives:#?}",
            ran.code, mix.seed, ran.stderr
        ));
    }
    found
}

/// What happened to a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    NotSent,
    Taken,
    /// Taken, and a copy or a second delivery of it ended as a dead letter.
    TakenAndDead,
    Dead,
    Dropped,
    Filtered,
}

impl Truth {
    fn of(life: Option<&Value>) -> Self {
        let Some(life) = life else {
            return Self::NotSent;
        };
        let attempts = life["attempts"].as_array().expect("attempts");
        let was_taken = attempts
            .iter()
            .any(|it| it["result"] == "taken" || it["result"] == "takenTwice");
        match life["outcome"].as_str().expect("an outcome") {
            "deadLettered" if was_taken => Self::TakenAndDead,
            "deadLettered" => Self::Dead,
            _ if was_taken => Self::Taken,
            "dropped" => Self::Dropped,
            "filtered" => Self::Filtered,
            other => panic!("a message of a run that is over is {other}"),
        }
    }

    fn was_taken(self) -> bool {
        matches!(self, Self::Taken | Self::TakenAndDead)
    }

    /// Whether it may be told like this.
    fn allows(self, state: &str) -> bool {
        match state {
            "taken" => self.was_taken(),
            "dead-lettered" => matches!(self, Self::Dead | Self::TakenAndDead),
            "lost" => self == Self::Dropped,
            "filtered" => self == Self::Filtered,
            "not-sent" | "unattempted" => self == Self::NotSent,
            "received" | "failing" => {
                !matches!(self, Self::NotSent | Self::Dropped | Self::Filtered)
            }
            "untraced" | "waiting" | "in-doubt" | "some-lost" => true,
            other => panic!("a state that is not known: {other}"),
        }
    }
}
