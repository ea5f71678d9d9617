//! `send` and `verify` as a user runs them, on the embedded pipeline: what arrives is proven, what
//! does not is named, and what may have been sent is never forgotten nor sent again.

mod support;

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use support::{
    Ran, World, eventually,
    proxy::{Proxy, Seen, Treatment},
    sample,
};

/// A world whose embedded pipeline misbehaves like this.
fn misbehaving(settings: &str) -> World {
    let world = World::new();
    world.run(&format!("local start {settings}")).expect(0);
    world
}

#[track_caller]
fn verify(world: &World, more: &str) -> Ran {
    world.run(&format!("-p local verify -o json {more}"))
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
    let world = World::new();
    let ran = world.run(&format!("-p local verify {}", basic())).expect(0);
    for line in ["1  first   done   once", "2  second  done   once"] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    assert!(ran.stdout.contains(" ms\n"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("metrics  2 sent, 2 received, 2 deleted: agree")
    );
    assert!(ran.stdout.contains("proven: 2 of 2 messages arrived"));
}

#[test]
fn what_one_process_sent_another_proves() {
    let world = World::new();
    let event = sample("mixed.json");
    let sent = world.run(&format!("-p local send {event}")).expect(0);
    assert!(
        sent.stderr.contains("hint: edactl -p local verify proves"),
        "{sent:?}"
    );
    let ran = world.run("-p local verify").expect(0);
    assert!(
        ran.stderr.contains("the last one, not verified yet"),
        "{ran:?}"
    );
    let again = world.run("-p local verify").expect(0);
    assert!(
        again.stderr.contains("the last one, once more"),
        "{again:?}"
    );
}

#[test]
fn dropped_messages_are_named_as_lost() {
    let world = misbehaving("--fault drop=1");
    let ran = verify(&world, &format!("{} --timeout 20s", basic())).expect(1);
    assert_eq!(states(&ran.json()), ["lost", "lost"]);
    let table = world.run("-p local verify").expect(1).stdout;
    for line in ["1  first   lost", "2  second  lost", "disproven: 0 of 2"] {
        assert!(table.contains(line), "{table}");
    }
}

#[test]
fn duplicates_are_told_and_forbidden_only_on_demand() {
    let world = misbehaving("--fault duplicate=1");
    let ran = world.run(&format!("-p local verify {}", basic())).expect(0);
    assert!(ran.stdout.contains("done   twice"), "{}", ran.stdout);
    let report = verify(&world, "--exactly-once").expect(1).json();
    assert_eq!(states(&report), ["done", "done"]);
    assert_eq!(report["verdict"], "disproven");
}

#[test]
fn poison_ends_in_the_dead_letter_queue() {
    let world = World::new();
    let report = verify(&world, &sample("poison.json")).expect(1).json();
    let states = states(&report);
    let dead = |state: &&&str| **state == "dead-lettered";
    assert_eq!(states.iter().filter(dead).count(), 1, "{states:?}");
    assert!(
        states
            .iter()
            .all(|state| ["done", "dead-lettered"].contains(state))
    );
}

#[test]
fn late_logs_and_late_metrics_still_prove() {
    let world = misbehaving("--log-delay 1s --metric-delay 2s");
    let report = verify(&world, &basic()).expect(0).json();
    assert_eq!(states(&report), ["done", "done"]);
    assert_eq!(report["witnesses"]["metrics"]["sent"], 2);
}

/// Points edactl at a proxy in front of the world's embedded pipeline, as at any other AWS.
fn through(world: &World, proxy: &Proxy, arguments: &str) -> Command {
    let mut command = world.edactl();
    command
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .args(["--producer", "edactl-local-producer"])
        .args(["--endpoint-url", &proxy.url()])
        .args(arguments.split_whitespace());
    command
}

fn proxied(treat: impl Fn(&Seen) -> Treatment + Send + Sync + 'static) -> (World, Proxy) {
    let world = misbehaving("");
    let proxy = Proxy::start(&world.endpoint(), treat);
    (world, proxy)
}

#[test]
fn an_answer_after_the_timeout_is_in_doubt_and_nothing_is_sent_twice() {
    let late = Treatment::AnswerLate(Duration::from_secs(2));
    let (world, proxy) = proxied(move |seen| {
        if seen.is_invocation() {
            late
        } else {
            Treatment::Forward
        }
    });
    let sent = through(
        &world,
        &proxy,
        &format!("send {} --invoke-timeout 500ms -o json", basic()),
    );
    let sent: Ran = run(sent).expect(4);
    assert_eq!(sent.json()["counts"]["in_doubt"], 1, "{}", sent.stdout);
    let verified: Ran = run(through(&world, &proxy, "verify -o json --settle 1s")).expect(0);
    let report = verified.json();
    assert_eq!(states(&report), ["done", "done"]);
    assert!(finding(&report, "doubt-settled").is_some(), "{report}");
    assert_eq!(
        proxy.invocations(),
        1,
        "a synchronous invocation is not repeated"
    );
}

#[test]
fn a_broken_connection_is_in_doubt_and_nothing_is_sent_twice() {
    let (world, proxy) = proxied(|seen| {
        if seen.is_invocation() {
            Treatment::DropAnswer
        } else {
            Treatment::Forward
        }
    });
    let ran = run(through(
        &world,
        &proxy,
        &format!("verify {} -o json --settle 1s", basic()),
    ));
    assert_eq!(states(&ran.expect(0).json()), ["done", "done"]);
    assert_eq!(proxy.invocations(), 1);
}

#[test]
fn no_message_is_ever_received_from_the_main_queue() {
    let (world, proxy) = proxied(|_| Treatment::Forward);
    let events = format!("{} {}", sample("poison.json"), sample("mixed.json"));
    run(through(&world, &proxy, &format!("send {events}"))).expect(0);
    run(through(&world, &proxy, "verify --settle 1s")).expect(1);
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

#[test]
fn a_killed_send_leaves_doubt_that_verify_settles() {
    let world = World::new();
    world.run("local start").expect(0);
    let sending = world
        .edactl()
        .args(["-p", "local", "send", &sample("batch.json")])
        .args(["--repeat", "20", "--rate", "40"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("edactl runs");
    kill_in_the_middle(&world, sending);
    let ran = verify(&world, "--timeout 60s");
    let report = ran.json();
    let counts = &report["counts"];
    let count = |name: &str| counts[name].as_u64().expect("a count");
    assert_eq!(count("planned"), 2000);
    let attempted = count("attempted");
    assert!(attempted > 0 && attempted < 2000, "{counts}");
    assert_eq!(
        count("in_doubt") + count("waiting") + count("lost"),
        0,
        "{counts}"
    );
    assert_eq!(count("done") + count("not_sent"), attempted, "{counts}");
    assert_eq!(
        count("done"),
        consumed(&world),
        "none is forgotten, none invented"
    );
    assert!(finding(&report, "send-incomplete").is_some());
    // What was never sent is not proven, but nothing that was sent is missing.
    assert!([Some(0), Some(1)].contains(&ran.code), "{ran:?}");
}

/// Kills a send once some of its invocations were answered and more are to come.
fn kill_in_the_middle(world: &World, mut sending: Child) {
    eventually("some invocations", || {
        let runs = fs::read_dir(world.state().join("runs")).ok()?;
        let record = runs.last()?.ok()?;
        let lines = fs::read_to_string(record.path()).ok()?;
        (lines.matches("\"line\":\"invoked\"").count() >= 5).then_some(())
    });
    sending.kill().expect("it is still sending");
    sending.wait().expect("it has ended");
}

/// How many messages the consumer took, by the embedded pipeline's own account.
fn consumed(world: &World) -> u64 {
    let account = support::get(&world.endpoint(), "/_edactl/account");
    let deleted = account.lines().filter(|line| {
        let life: Value = serde_json::from_str(line).expect("a life");
        life["fate"] == json!("deleted")
    });
    deleted.count() as u64
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
