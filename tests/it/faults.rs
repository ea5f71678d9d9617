//! A pipeline that misbehaves in each known way: the verdict, the exit code and the words of the
//! diagnosis.

use std::{sync::Mutex, thread};

use regex::Regex;
use serde_json::{Value, json};

use crate::support::{CliSandbox, http, sample};

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
        "basic.json --timeout 5s",
    ),
    case("log delay", "--log-delay 1s", "basic.json"),
    case("metric delay", "--metric-delay 120s", "basic.json "),
    case(
        "metric delay, required",
        "--metric-delay 120s",
        "basic.json --require metrics --timeout 5s",
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

fn files(sandbox: &CliSandbox) {
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
        sandbox.file(name, event.to_string());
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
    for (group, words) in list("diagnosis").iter().zip(list("explanations")) {
        told += &format!(
            "  {} {}: {}\n    next: {}\n",
            group["messages"],
            text(&group["id"]),
            text(&words["reason"]),
            text(&words["next"])
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
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    const THREADS: usize = 8;
    let next = Mutex::new(0..items.len());
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..THREADS {
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
        let sandbox = CliSandbox::with_pipeline(case.settings);
        files(&sandbox);
        let ran = sandbox.run(&format!("-p local verify -o json {}", case.verify));
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

#[test]
fn a_disabled_trigger_is_named() {
    let sandbox = CliSandbox::with_pipeline("");
    files(&sandbox);
    let mapping = "/2015-03-31/event-source-mappings/5eda0c71-0000-4000-8000-000000000001";
    let (status, answer) = http::put(&sandbox.endpoint(), mapping, r#"{"Enabled":false}"#);
    assert_eq!(status, 202, "{answer}");
    let ran = sandbox.run("-p local verify -o json basic.json --timeout 5s");
    insta::assert_snapshot!(told(&ran.expect(4).json()), @r#"
    undetermined (not-in-time), exit 4: waiting ×0, waiting ×0
      note awaits
      [1,2] trigger-disabled: the trigger between edactl-local-queue and the consumer is Disabled (USER_INITIATED)
        next: enable it: aws lambda update-event-source-mapping --uuid <id> --enabled --region us-east-1
    "#);
    let (status, answer) = http::put(&sandbox.endpoint(), mapping, r#"{"Enabled":true}"#);
    assert_eq!(status, 202, "{answer}");
    sandbox.run("-p local verify").expect(0);
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
        let sandbox = CliSandbox::new();
        sandbox.file("event.json", event.to_string());
        for format in ["text", "json"] {
            let start = format!("local start --log-style {style} --log-format {format}");
            sandbox.run(&start).expect(0);
            for marker in ["", "--no-marker"] {
                let verify = format!("-p local verify -o json event.json {marker} --timeout 20s");
                let ran = sandbox.run(&verify);
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

#[test]
fn samples_are_proven_with_any_consumer_that_shows_them() {
    let sandbox = CliSandbox::with_pipeline("--log-style batch");
    let ran = sandbox.run(&format!("-p local verify {}", sample("mixed.json")));
    ran.expect(0);
}
