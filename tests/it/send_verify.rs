//! `send` and `verify` as a user runs them, on the embedded pipeline: what arrives is proven, what
//! does not is named, and what may have been sent is never forgotten nor sent again.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use crate::support::{
    CliSandbox, Ran, eventually,
    proxy::{Proxy, Seen, Treatment},
    sample,
};
use serde_json::Value;

#[track_caller]
fn verify(sandbox: &CliSandbox, more: &str) -> Ran {
    sandbox.run(&format!("-p local verify -o json {more}"))
}

fn basic() -> String {
    sample("basic.json")
}

/// The states of a report's messages, in order.
fn states(report: &Value) -> Vec<&str> {
    let messages = report["messages"].as_array().expect("messages");
    messages
        .iter()
        .map(|message| message["state"].as_str().expect("a state"))
        .collect()
}

#[test]
fn two_messages_are_proven_with_their_latencies() {
    let sandbox = CliSandbox::new();
    let ran = sandbox
        .run(&format!("-p local verify {}", basic()))
        .expect(0);
    for line in ["1  first   taken  once", "2  second  taken  once"] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    let latency = ran
        .stdout
        .lines()
        .find(|line| line.starts_with("latency  p50 "));
    let latency = latency.unwrap_or_else(|| panic!("{}", ran.stdout));
    assert!(latency.ends_with(" from invoked to received"), "{latency}");
    assert!(
        ran.stdout
            .contains("metrics  2 sent, 2 received, 2 deleted: agree")
    );
    assert!(ran.stdout.contains("proven: 2 of 2 messages taken"));
}

#[test]
fn what_one_process_sent_another_proves() {
    let sandbox = CliSandbox::new();
    let event = sample("mixed.json");
    let sent = sandbox.run(&format!("-p local send {event}")).expect(0);
    assert!(
        sent.stderr
            .contains("hint: this proves that they arrived: edactl -p local verify"),
        "{sent:?}"
    );
    let ran = sandbox.run("-p local verify").expect(0);
    assert!(
        ran.stderr.contains("the last one, not verified yet"),
        "{ran:?}"
    );
    let again = sandbox.run("-p local verify").expect(0);
    assert!(
        again.stderr.contains("the last one, once more"),
        "{again:?}"
    );
}

#[test]
fn dropped_messages_are_named_as_lost() {
    let sandbox = CliSandbox::with_pipeline("--fault drop=1");
    let ran = verify(&sandbox, &format!("{} --timeout 20s", basic())).expect(1);
    assert_eq!(states(&ran.json()), ["lost", "lost"]);
    let table = sandbox.run("-p local verify").expect(1).stdout;
    for line in ["1  first   lost", "2  second  lost", "disproven: 0 of 2"] {
        assert!(table.contains(line), "{table}");
    }
}

#[test]
fn duplicates_are_told_and_forbidden_only_on_demand() {
    let sandbox = CliSandbox::with_pipeline("--fault duplicate=1");
    let ran = sandbox
        .run(&format!("-p local verify {}", basic()))
        .expect(0);
    assert!(ran.stdout.contains("taken  twice"), "{}", ran.stdout);
    let report = verify(&sandbox, "--exactly-once").expect(1).json();
    assert_eq!(states(&report), ["taken", "taken"]);
    assert_eq!(report["verdict"], "disproven");
}

#[test]
fn poison_ends_in_the_dead_letter_queue() {
    let sandbox = CliSandbox::new();
    let report = verify(&sandbox, &sample("poison.json")).expect(1).json();
    let states = states(&report);
    let dead = |state: &&&str| **state == "dead-lettered";
    assert_eq!(states.iter().filter(dead).count(), 1, "{states:?}");
    assert!(
        states
            .iter()
            .all(|state| ["taken", "dead-lettered"].contains(state))
    );
}

#[test]
fn late_logs_and_late_metrics_still_prove() {
    let sandbox = CliSandbox::with_pipeline("--log-delay 1s --metric-delay 2s");
    let report = verify(&sandbox, &basic()).expect(0).json();
    assert_eq!(states(&report), ["taken", "taken"]);
}

/// Points edactl at a proxy in front of the sandbox's embedded pipeline, as at any other AWS.
fn through(sandbox: &CliSandbox, proxy: &Proxy, arguments: &str) -> Command {
    let mut command = sandbox.edactl_with_account();
    command
        .args(["--producer", "edactl-local-producer"])
        .args(["--endpoint-url", &proxy.url()])
        .args(arguments.split_whitespace());
    command
}

fn proxied(treat: impl Fn(&Seen) -> Treatment + Send + Sync + 'static) -> (CliSandbox, Proxy) {
    let sandbox = CliSandbox::with_pipeline("");
    let proxy = Proxy::start(&sandbox.endpoint(), treat);
    (sandbox, proxy)
}

#[test]
fn an_answer_after_the_timeout_is_in_doubt_and_nothing_is_sent_twice() {
    let late = Treatment::AnswerLate(Duration::from_secs(2));
    let (sandbox, proxy) = proxied(move |seen| {
        if seen.is_invocation() {
            late
        } else {
            Treatment::Forward
        }
    });
    let sent = through(
        &sandbox,
        &proxy,
        &format!("send {} --invoke-timeout 500ms -o json", basic()),
    );
    let sent: Ran = run(sent).expect(4);
    assert_eq!(sent.json()["counts"]["in_doubt"], 1, "{}", sent.stdout);
    let verified: Ran = run(through(&sandbox, &proxy, "verify -o json --settle 1s")).expect(0);
    let report = verified.json();
    assert_eq!(states(&report), ["taken", "taken"]);
    assert!(finding(&report, "doubt-settled").is_some(), "{report}");
    assert_eq!(
        proxy.invocations(),
        1,
        "a synchronous invocation is not repeated"
    );
}

#[test]
fn a_broken_connection_is_in_doubt_and_nothing_is_sent_twice() {
    let (sandbox, proxy) = proxied(|seen| {
        if seen.is_invocation() {
            Treatment::DropAnswer
        } else {
            Treatment::Forward
        }
    });
    let ran = run(through(
        &sandbox,
        &proxy,
        &format!("verify {} -o json --settle 1s", basic()),
    ));
    assert_eq!(states(&ran.expect(0).json()), ["taken", "taken"]);
    assert_eq!(proxy.invocations(), 1);
}

#[test]
fn no_message_is_ever_received_from_the_main_queue() {
    let (sandbox, proxy) = proxied(|_| Treatment::Forward);
    let events = format!("{} {}", sample("poison.json"), sample("mixed.json"));
    run(through(&sandbox, &proxy, &format!("send {events}"))).expect(0);
    run(through(&sandbox, &proxy, "verify --settle 1s")).expect(1);
    let receives: Vec<Value> = proxy
        .seen()
        .iter()
        .filter(|seen| seen.operation.ends_with("ReceiveMessage"))
        .map(|seen| serde_json::from_slice(&seen.body).expect("JSON"))
        .collect();
    assert!(
        !receives.is_empty(),
        "the dead-letter queue was looked into"
    );
    for receive in receives {
        let url = receive["QueueUrl"].as_str().expect("a URL");
        assert!(url.ends_with("/edactl-local-dlq"), "{url}");
    }
}

/// Sends events of a hundred messages, two at once, treats each invocation after the first five
/// like this, and kills the send when nothing moves any more. The pipeline, and what verify says.
fn killed_after_five(treatment: Treatment, ran: usize) -> (CliSandbox, Ran) {
    let invocations = AtomicUsize::new(0);
    let (sandbox, proxy) = proxied(move |seen| {
        if seen.is_invocation() && invocations.fetch_add(1, Ordering::Relaxed) >= 5 {
            treatment
        } else {
            Treatment::Forward
        }
    });
    let event = sample("batch.json");
    let send = format!("send {event} --repeat 20 --concurrency 2 --messages entries");
    let mut sending = through(&sandbox, &proxy, &send)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("edactl runs");
    eventually("five answers, and two invocations without one", || {
        let is_so = answered(&sandbox) == 5 && proxy.invocations() == 7;
        (is_so && sandbox.consumed() == ran).then_some(())
    });
    sending.kill().expect("it is still sending");
    sending.wait().expect("it has ended");
    let verified = run(through(
        &sandbox,
        &proxy,
        "verify -o json --timeout 60s --settle 1s",
    ));
    (sandbox, verified)
}

/// How many answers the only run's record holds.
fn answered(sandbox: &CliSandbox) -> usize {
    let record = || {
        let record = fs::read_dir(sandbox.state().join("runs")).ok()?.next()?;
        fs::read_to_string(record.ok()?.path()).ok()
    };
    let lines = record().unwrap_or_default();
    lines.matches("\"line\":\"invoked\"").count()
}

#[track_caller]
fn has_counts(report: &Value, expected: [(&str, u64); 6]) {
    let counts = &report["counts"];
    for (name, count) in expected {
        assert_eq!(counts[name], count, "{name} in {counts}");
    }
}

#[test]
fn a_killed_send_leaves_doubt_that_verify_settles() {
    let late = Treatment::AnswerLate(Duration::from_hours(1));
    let (sandbox, verified) = killed_after_five(late, 700);
    // Nothing that was sent is missing; what was never sent proves nothing.
    let report = verified.expect(4).json();
    assert_eq!(report["reason"], "send-incomplete");
    has_counts(
        &report,
        [
            ("planned", 2_000),
            ("attempted", 700),
            ("taken", 700),
            ("not_sent", 0),
            ("in_doubt", 0),
            ("lost", 0),
        ],
    );
    assert_eq!(sandbox.consumed(), 700, "none is forgotten, none invented");
    assert!(finding(&report, "send-incomplete").is_some());
    assert!(finding(&report, "doubt-settled").is_some());
}

#[test]
fn what_a_killed_send_never_got_to_the_producer_is_told_as_not_sent() {
    let (sandbox, verified) = killed_after_five(Treatment::Hold, 500);
    let report = verified.expect(1).json();
    has_counts(
        &report,
        [
            ("planned", 2_000),
            ("attempted", 700),
            ("taken", 500),
            ("not_sent", 200),
            ("in_doubt", 0),
            ("lost", 0),
        ],
    );
    assert_eq!(sandbox.consumed(), 500, "none is forgotten, none invented");
    assert!(finding(&report, "send-incomplete").is_some());
}

fn run(mut command: Command) -> Ran {
    command.output().expect("edactl runs").into()
}

fn finding<'a>(report: &'a Value, id: &str) -> Option<&'a Value> {
    report["findings"]
        .as_array()?
        .iter()
        .find(|finding| finding["id"] == id)
}

#[test]
fn the_id_of_a_run_alone_finds_its_pipeline() {
    let sandbox = CliSandbox::new();
    let event = sample("basic.json");
    let id = |ran: Ran| {
        let ran = ran.expect(0).json();
        ran["run"].as_str().expect("an id").to_owned()
    };
    let local = id(sandbox.run(&format!("-p local send -o json {event}")));
    let account = [
        ("AWS_ENDPOINT_URL", sandbox.endpoint()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
    ];
    let producer = "edactl-local-producer";
    let send = ["--producer", producer, "send", "-o", "json", &event];
    let named = id(sandbox.run_with(&account, &send));
    for (run, pipeline) in [(&local, "local"), (&named, producer)] {
        let verify = ["verify", "--run", run, "--timeout", "20s", "-o", "json"];
        let verified = sandbox.run_with(&account, &verify);
        assert_eq!(verified.json()["pipeline"], pipeline, "{verified:?}");
    }
}
