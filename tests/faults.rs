//! A pipeline that misbehaves in each known way: the verdict, the exit code and the words of the
//! diagnosis; and many random mixes, where each message's state must be what truly happened to it.

mod support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Mutex,
    thread,
};

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use regex::Regex;
use serde_json::{Value, json};
use support::{World, eventually, get, sample};

/// One way to misbehave.
struct Case {
    name: &'static str,
    /// Arguments of `local start`.
    settings: &'static str,
    /// Arguments of `verify`, with the name of a file of [`files`] or a sample.
    verify: &'static str,
}

const CASES: [Case; 21] = [
    case("nothing", "", "basic.json"),
    case("drop", "--fault drop=1", "basic.json"),
    case("filtered", "--fault filtered=1", "basic.json"),
    case("duplicate", "--fault duplicate=1", "basic.json"),
    case(
        "duplicate, forbidden",
        "--fault duplicate=1",
        "basic.json --exactly-once",
    ),
    case("consumer-error", "--fault consumer-error=1", "basic.json"),
    case(
        "consumer-timeout",
        "--fault consumer-timeout=1",
        "basic.json",
    ),
    case("throttled endpoints", "--throttle 20", "basic.json"),
    case("producer-error", "--fault producer-error=1", "basic.json"),
    case(
        "producer sends fewer",
        "--fault partial-send=1",
        "basic.json",
    ),
    case("no answer", "--fault no-answer=1", "basic.json"),
    case("partial batch failure", "", "poison.json"),
    case("queue delay", "--queue-delay 1s", "basic.json"),
    case(
        "queue delay, no time",
        "--queue-delay 60s",
        "basic.json --timeout 1s",
    ),
    case("log delay", "--log-delay 1s", "basic.json"),
    case(
        "metric delay",
        "--metric-delay 120s",
        "basic.json --metrics-wait 100ms",
    ),
    case(
        "metric delay, required",
        "--metric-delay 120s",
        "basic.json --require metrics --timeout 2s",
    ),
    case("traffic of others", "--traffic 50", "basic.json"),
    case(
        "equal messages, all gone",
        "--fault drop=1",
        "equal.json --no-marker",
    ),
    case("silent consumer", "--log-style nothing", "basic.json"),
    case(
        "silent consumer, counts accepted",
        "--log-style nothing",
        "basic.json --accept counts",
    ),
];

const fn case(name: &'static str, settings: &'static str, verify: &'static str) -> Case {
    Case {
        name,
        settings,
        verify,
    }
}

fn files(world: &World) {
    for (name, event) in [
        (
            "basic.json",
            json!({"first": {"hello": "a"}, "second": {"hello": "b"}}),
        ),
        (
            "poison.json",
            json!({"good": {"n": 1}, "bad": {"n": 2, "fail": true}}),
        ),
        (
            "equal.json",
            json!({"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}}),
        ),
    ] {
        world.file(name, event.to_string());
    }
}

/// Verdict, exit code, states, findings and diagnosis of a report, without what differs each time.
fn told(report: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |field: &str| report[field].as_array().cloned().unwrap_or_default();
    let reason = report
        .get("reason")
        .map_or_else(String::new, |reason| format!(" ({})", text(reason)));
    let states: Vec<_> = list("messages")
        .iter()
        .map(|message| format!("{} ×{}", text(&message["state"]), message["received"]))
        .collect();
    let mut told = format!(
        "{}{reason}, exit {}: {}\n",
        text(&report["verdict"]),
        report["exit"],
        states.join(", ")
    );
    for finding in list("findings") {
        told += &format!("  note {}\n", text(&finding["id"]));
    }
    for group in list("diagnosis") {
        told += &format!(
            "  {} {}: {}\n    next: {}\n",
            group["messages"],
            text(&group["id"]),
            text(&group["reason"]),
            text(&group["next"])
        );
        if let Some(error) = group.get("error") {
            told += &format!("    error: {error}\n");
        }
    }
    blurred(&told)
}

/// Ids, and what the time of day decides.
fn blurred(text: &str) -> String {
    let uuid = Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").unwrap();
    let run = Regex::new(r"--run [0-9a-z]{12}").unwrap();
    let text = uuid.replace_all(text, "<id>");
    run.replace_all(&text, "--run <run>").into_owned()
}

/// Runs `work` on all items, a few side by side, and returns the answers in order.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    const PLACES: usize = 8;
    let next = Mutex::new(0..items.len());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PLACES {
            scope.spawn(|| {
                loop {
                    let Some(index) = next.lock().unwrap().next() else {
                        return;
                    };
                    let answer = work(&items[index]);
                    done.lock().unwrap().push((index, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[test]
fn each_fault_has_its_verdict_and_its_words() {
    let told = side_by_side(&CASES, |case| {
        let world = World::new();
        files(&world);
        world
            .run(&format!("local start {}", case.settings))
            .expect(0);
        let ran = world.run(&format!("-p local verify -o json {}", case.verify));
        let report = ran.json();
        assert_eq!(
            ran.code,
            report["exit"]
                .as_i64()
                .map(|exit| i32::try_from(exit).unwrap())
        );
        format!("{} — {}", case.name, told(&report))
    });
    insta::assert_snapshot!(told.concat());
}

fn put(endpoint: &str, path: &str, body: &str) {
    let mut stream = TcpStream::connect(endpoint.trim_start_matches("http://")).unwrap();
    let request = format!(
        "PUT {path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap_or_default();
    assert!(matches!(status, "200" | "202"), "{answer}");
}

#[test]
fn a_disabled_trigger_is_named() {
    let world = World::new();
    files(&world);
    world.run("local start").expect(0);
    let mapping = "/2015-03-31/event-source-mappings/5eda0c71-0000-4000-8000-000000000001";
    put(&world.endpoint(), mapping, r#"{"Enabled":false}"#);
    let ran = world.run("-p local verify -o json basic.json --timeout 1s");
    insta::assert_snapshot!(told(&ran.expect(4).json()), @r#"
    undetermined (not-in-time), exit 4: waiting ×0, waiting ×0
      note not-settled
      [1,2] trigger-disabled: the trigger between edactl-local-queue and the consumer is Disabled
        next: enable it: aws lambda update-event-source-mapping --uuid <id> --enabled
    "#);
    put(&world.endpoint(), mapping, r#"{"Enabled":true}"#);
    world.run("-p local verify").expect(0);
}

#[test]
fn consumers_may_log_as_they_like() {
    let entry = |number: u32| {
        json!({
            "id": number, "name": format!("it's entry {number}"), "ok": true, "none": null,
            "text": "long enough to be cut off somewhere in the middle of this sentence",
        })
    };
    let event = json!({"a": entry(1), "b": entry(2), "c": entry(3)});
    let styles = ["body", "python", "batch", "cut", "id"];
    side_by_side(&styles, |style| {
        let world = World::new();
        world.file("event.json", event.to_string());
        for format in ["text", "json"] {
            let start = format!("local start --log-style {style} --log-format {format}");
            world.run(&start).expect(0);
            for marker in ["", "--no-marker"] {
                let verify = format!("-p local verify -o json event.json {marker} --timeout 20s");
                let ran = world.run(&verify);
                let report = ran.json();
                assert_eq!(
                    report["verdict"], "proven",
                    "{style} {format} {marker} {report:#}"
                );
                for message in report["messages"].as_array().unwrap() {
                    assert_eq!(message["received"], 1, "{style} {format} {marker}");
                }
            }
        }
    });
}

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
        |attempt: &Value| attempt["outcome"] == "taken" || attempt["outcome"] == "takenTwice";
    if attempts.iter().any(was_taken) {
        return "done";
    }
    match life["fate"].as_str().unwrap() {
        "dropped" | "filtered" => "lost",
        "deadLettered" => "dead-lettered",
        other => other_fate(other),
    }
}

fn other_fate(fate: &str) -> &'static str {
    panic!("a message of a run that is over is {fate}")
}

#[test]
fn random_mixes_of_faults_are_told_as_they_happened() {
    const MIXES: usize = 200;
    const WORLDS: usize = 8;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mixes: Vec<Mix> = (0..MIXES)
        .map(|_| mix().new_tree(&mut runner).unwrap().current())
        .collect();
    let parts: Vec<&[Mix]> = mixes.chunks(MIXES / WORLDS).collect();
    side_by_side(&parts, |part| {
        let world = World::new();
        world.run("local start").expect(0);
        for mix in *part {
            check(&world, mix);
        }
    });
}

fn check(world: &World, mix: &Mix) {
    let endpoint = world.endpoint();
    let mut settings = world.pipeline()["settings"].clone();
    settings["faults"] = json!(mix.faults);
    settings["seed"] = json!(mix.seed);
    settings["retry_delay"] = json!("20ms");
    put(&endpoint, "/_edactl/settings", &settings.to_string());
    let event: serde_json::Map<String, Value> = (0..mix.entries)
        .map(|number| {
            let body = json!({"n": number, "fail": mix.poison && number == 0});
            (format!("e{number}"), body)
        })
        .collect();
    world.file("event.json", Value::from(event).to_string());
    let verify =
        "-p local verify -o json --witness logs,queue --settle 400ms --timeout 60s event.json";
    let ran = world.run(verify);
    let report = ran.json();
    // A second delivery of what is proven may be under way still.
    let lives = eventually("everything ends", || {
        let lives: Vec<Value> = get(&endpoint, "/_edactl/account")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let is_over = lives.iter().all(|life| life["fate"] != "queued");
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

#[test]
fn samples_are_proven_with_any_consumer_that_shows_them() {
    let world = World::new();
    world.run("local start --log-style batch").expect(0);
    let ran = world.run(&format!("-p local verify {}", sample("mixed.json")));
    ran.expect(0);
}
