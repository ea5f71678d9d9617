//! `trace`: one message's life, a run's latencies, and clocks that do not agree.

use crate::support::{CliSandbox, Ran, redact::redact, sample, schema::hold_against_schema};
use insta::assert_snapshot;
use jiff::Timestamp;
use serde_json::Value;

/// A sandbox with a verified run of these samples.
fn verified(settings: &str, arguments: &str, code: i32) -> CliSandbox {
    let sandbox = CliSandbox::with_pipeline(settings);
    sandbox
        .run(&format!("-p local verify {arguments}"))
        .expect(code);
    sandbox
}

fn trace(sandbox: &CliSandbox, arguments: &str) -> Value {
    let document = sandbox
        .run(&format!("trace {arguments} -o json"))
        .expect(0)
        .json();
    hold_against_schema(&document);
    document
}

fn whats(document: &Value) -> Vec<&str> {
    let steps = document["message"]["steps"].as_array().expect("steps");
    steps
        .iter()
        .map(|step| step["what"].as_str().expect("a word"))
        .collect()
}

#[track_caller]
fn step<'a>(document: &'a Value, what: &str) -> &'a Value {
    let steps = document["message"]["steps"].as_array().expect("steps");
    let found = steps.iter().find(|step| step["what"] == what);
    found.unwrap_or_else(|| panic!("no {what} in {document:#}"))
}

fn at(step: &Value) -> Timestamp {
    step["at"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time")
}

#[test]
fn a_message_that_arrived_is_told_from_invoked_to_done() {
    // Delayed, so that the producer's line is written before the consumer has the message.
    let sandbox = verified("--queue-delay 1s", &sample("basic.json"), 0);
    let document = trace(&sandbox, "last 2");
    assert_eq!(whats(&document), ["invoked", "sent", "received", "done"]);
    for what in ["invoked", "sent", "received", "done"] {
        assert_eq!(step(&document, what)["source"], "observed", "{what}");
    }
    let times: Vec<_> = ["invoked", "sent", "received", "done"]
        .iter()
        .map(|what| at(step(&document, what)))
        .collect();
    // Log lines are cut to milliseconds, this machine's own time is not.
    assert!(
        times.windows(2).skip(1).all(|pair| pair[0] <= pair[1]),
        "{times:?}"
    );
    assert_ne!(
        step(&document, "invoked")["request_id"],
        step(&document, "received")["request_id"]
    );
    assert_snapshot!(redact(&sandbox.run("trace last 2").expect(0).stdout));
}

#[test]
fn each_attempt_at_a_poisonous_message_is_told() {
    let sandbox = verified("--queue-delay 1s", &sample("poison.json"), 1);
    let report = sandbox.run("report -o json").expect(1).json();
    let messages = report["messages"].as_array().expect("messages");
    let dead = messages
        .iter()
        .find(|message| message["state"] == "dead-lettered")
        .expect("one");
    let marker = dead["marker"].as_str().expect("a marker");
    let document = trace(&sandbox, marker);
    let received = whats(&document)
        .iter()
        .filter(|what| **what == "received")
        .count();
    assert_eq!(
        received as u64,
        dead["received"].as_u64().expect("a number")
    );
    assert_eq!(
        step(&document, "failed")["detail"].as_str(),
        dead["error"].as_str()
    );
    assert_eq!(whats(&document).last(), Some(&"dead-lettered"));
    let last = step(&document, "dead-lettered");
    assert_eq!(
        (&last["source"], &last["detail"]),
        (&"inferred".into(), &"at the earliest".into())
    );
    assert_snapshot!(redact(
        &sandbox.run(&format!("trace {marker}")).expect(0).stdout
    ));
}

#[test]
fn a_lost_message_has_no_time_of_its_loss() {
    let sandbox = verified("--fault drop=1", &sample("basic.json"), 1);
    let document = trace(&sandbox, "last 1");
    assert_eq!(whats(&document), ["invoked", "sent", "lost"]);
    let lost = step(&document, "lost");
    assert_eq!(
        (lost.get("at"), &lost["source"]),
        (None, &"inferred".into())
    );
}

#[test]
fn a_run_is_told_stage_by_stage() {
    // The producer tells that it sent a message after the consumer may have had it: then no time of
    // sending counts. A delay of the queue keeps the two apart.
    let events = format!("{} --repeat 5", sample("mixed.json"));
    let sandbox = verified("--queue-delay 1s", &events, 0);
    let document = trace(&sandbox, "");
    let stages = document["stages"].as_array().expect("stages");
    let named: Vec<_> = stages
        .iter()
        .map(|stage| (&stage["from"], &stage["to"]))
        .collect();
    assert_eq!(
        named,
        [
            (&"invoked".into(), &"sent".into()),
            (&"sent".into(), &"received".into()),
            (&"received".into(), &"done".into()),
            (&"invoked".into(), &"done".into()),
        ] as [(&Value, &Value); 4]
    );
    assert_eq!(stages[3]["count"], 45);
    for stage in stages {
        let of = |name: &str| {
            stage[name]
                .as_u64()
                .unwrap_or_else(|| panic!("{name} in {stage}"))
        };
        assert!(
            of("p50_ms") <= of("p90_ms") && of("p99_ms") <= of("max_ms"),
            "{stage}"
        );
    }
    let report = sandbox.run("report -o json").expect(0).json();
    let slowest = &report["latency"]["invoked_to_done"]["max_ms"];
    assert_eq!(&stages[3]["max_ms"], slowest, "both tell the same");
    let table = sandbox.run("trace").expect(0).stdout;
    assert!(
        table.contains("invoked → sent") && table.contains("half of the messages"),
        "{table}"
    );
}

#[test]
fn when_the_pipeline_is_gone_sending_is_inferred() {
    let sandbox = verified("", &sample("basic.json"), 0);
    sandbox.run("local stop").expect(0);
    let ran = sandbox.run("trace last 1 -o json").expect(0);
    hold_against_schema(&ran.json());
    assert!(
        ran.stderr
            .contains("the embedded pipeline that took the run has ended"),
        "{ran:?}"
    );
    let document = ran.json();
    let sent = step(&document, "sent");
    assert_eq!(
        (&sent["source"], &sent["detail"]),
        (&"inferred".into(), &"at the latest".into())
    );
    assert!(at(sent) <= at(step(&document, "received")));
    assert_eq!(
        sandbox.pipeline(),
        Value::Null,
        "nothing was started for it"
    );
    let stages = &trace(&sandbox, "")["stages"];
    assert_eq!(
        stages[0].get("count"),
        None,
        "only what was observed counts"
    );
    assert_eq!(stages[3]["count"], 2);
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let sandbox = verified("", &sample("basic.json"), 0);
    for (asked, sentence) in [
        ("last 3", "has no message `3`"),
        ("last 0", "has no message `0`"),
        ("last second", "has no message `second`"),
        (
            "edactl-0gq3s9gd13nq-1",
            "there is no recorded run `0gq3s9gd13nq`",
        ),
        ("nonsense", "there is no recorded run `nonsense`"),
    ] {
        let ran = sandbox.run(&format!("trace {asked}")).expect(2);
        assert!(ran.stderr.contains(sentence), "{asked}: {}", ran.stderr);
    }
    let ran = sandbox.run("trace last 3").expect(2);
    assert!(
        ran.stderr
            .contains("a number from 1 to 2, or a marker such as edactl-0g"),
        "{ran:?}"
    );
}

#[test]
fn a_clock_that_is_ahead_is_found_and_taken_out() {
    let sandbox = CliSandbox::with_pipeline("--queue-delay 1s --clock-skew 7s");
    let ran = |arguments: &str| {
        let output = sandbox
            .edactl_with_account()
            .args([
                "--producer",
                "edactl-local-producer",
                "--endpoint-url",
                &sandbox.endpoint(),
            ])
            .args(arguments.split_whitespace())
            .output();
        Ran::from(output.expect("edactl runs"))
    };
    let event = sample("basic.json");
    let more = " --max-latency max=6s";
    let report = ran(&format!("verify {event} -o json {more}"))
        .expect(0)
        .json();
    hold_against_schema(&report);
    let clock = &report["clock"];
    let bound = |name: &str| clock[name].as_i64().expect("a number");
    assert!(
        bound("at_least_ms") <= 7_000 && 7_000 <= bound("at_most_ms"),
        "{clock}"
    );
    assert!((6_000..=7_000).contains(&bound("ahead_ms")), "{clock}");
    // Without that the latency would be seven seconds more, and break the limit.
    let slowest = report["latency"]["invoked_to_received"]["max_ms"]
        .as_u64()
        .expect("a number");
    assert!((900..6_000).contains(&slowest), "{slowest}");
    let findings = report["findings"].as_array().expect("findings");
    assert!(
        findings.iter().any(|finding| finding["id"] == "clock-skew"),
        "{findings:?}"
    );
    let traced = ran("trace last 1").expect(0).stdout;
    assert!(traced.contains("note: AWS's clock is "), "{traced}");
    assert!(traced.contains(" ahead of this machine's"), "{traced}");
    let document = ran("trace last 1 -o json").expect(0).json();
    hold_against_schema(&document);
    let (sent, received) = (at(step(&document, "sent")), at(step(&document, "received")));
    let invoked = at(step(&document, "invoked"));
    let limit = jiff::SignedDuration::from_secs(3);
    assert!(sent.duration_since(invoked) < limit, "{document:#}");
    assert!(received.duration_since(invoked) < limit, "{document:#}");
}
