//! edactl against pipelines that others wrote, on an AWS that others wrote (ministack), from an
//! empty directory with nothing configured but region, credentials and endpoint.

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Deployed, Language, Ministack, Spec, node},
    sample,
};

/// Runs `edactl --producer NAME verify EVENT…` from an empty directory.
fn verify(
    ministack: &Ministack,
    sandbox: &CliSandbox,
    deployed: &Deployed,
    arguments: &[&str],
) -> Ran {
    ministack
        .edactl(sandbox)
        .args(["--producer", &deployed.producer, "verify", "-o", "json"])
        // What these producers make of an event.
        .args(["--messages", "entries", "--timeout", "100s"])
        .args(arguments)
        .output()
        .expect("edactl runs")
        .into()
}

/// Fails the test unless all of so many messages are proven, without metrics: ministack publishes
/// none of queues.
#[track_caller]
fn expect_proven(ran: Option<Ran>, messages: u64) {
    let Some(ran) = ran else { return };
    let report = ran.expect(0).json();
    assert_eq!(report["verdict"], "proven");
    assert_eq!(report["counts"]["planned"], messages);
    assert_eq!(report["counts"]["taken"], messages);
    assert_eq!(
        report["witnesses"]["metrics"]["sent"],
        serde_json::Value::Null
    );
}

/// Deploys the pipeline to a ministack of its own and verifies the events there.
fn verified(spec: &Spec, events: &[&str]) -> Option<Ran> {
    let ministack = Ministack::start(Auth::Off)?;
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(spec);
    let samples: Vec<_> = events.iter().map(|event| sample(event)).collect();
    let arguments: Vec<_> = samples.iter().map(String::as_str).collect();
    Some(verify(&ministack, &sandbox, &deployed, &arguments))
}

#[test]
fn python_logging_each_dict() {
    let ran = verified(&Spec::new("seed"), &["basic.json", "mixed.json"]);
    expect_proven(ran, 11);
}

#[test]
fn python_one_message_at_a_time() {
    let spec = Spec {
        batch: 1,
        ..Spec::new("single")
    };
    expect_proven(verified(&spec, &["batch.json"]), 100);
}

#[test]
fn node_logging_json() {
    if !node() {
        return;
    }
    let spec = Spec {
        language: Language::Node,
        ..Spec::new("node")
    };
    expect_proven(verified(&spec, &["batch.json", "mixed.json"]), 109);
}

#[test]
fn node_on_a_fifo_queue_one_message_at_a_time() {
    if !node() {
        return;
    }
    let spec = Spec {
        language: Language::Node,
        fifo: true,
        batch: 1,
        ..Spec::new("node-fifo")
    };
    expect_proven(verified(&spec, &["mixed.json"]), 9);
}

#[test]
fn a_queue_that_delays_every_message() {
    let spec = Spec {
        delay: 20,
        ..Spec::new("late")
    };
    expect_proven(verified(&spec, &["basic.json"]), 2);
}

#[test]
fn a_fifo_queue_takes_the_same_event_twice() {
    let spec = Spec {
        fifo: true,
        ..Spec::new("ordered")
    };
    expect_proven(verified(&spec, &["basic.json", "basic.json"]), 4);
}

#[test]
fn a_consumer_that_fails_twice_and_then_works() {
    let spec = Spec {
        fails: 2,
        // How late a message comes back. Where starting Python takes longer, it comes back while
        // it is still being handled, and is told as received twice.
        visibility: 3,
        batch: 1,
        ..Spec::new("stubborn")
    };
    expect_proven(verified(&spec, &["basic.json"]), 2);
}

#[test]
fn a_poison_message_ends_in_the_dead_letter_queue() {
    let spec = Spec {
        max_receives: Some(2),
        // As long as starting Python takes on a busy machine: what comes back sooner dies healthy.
        visibility: 6,
        batch: 1,
        ..Spec::new("poisoned")
    };
    let Some(ran) = verified(&spec, &["poison.json"]) else {
        return;
    };
    let report = ran.expect(1).json();
    assert_eq!(report["verdict"], "disproven");
    let states: Vec<_> = ["good", "bad"]
        .into_iter()
        .filter_map(|key| {
            let messages = report["messages"].as_array()?;
            let message = messages.iter().find(|message| message["key"] == key)?;
            message["state"].as_str()
        })
        .collect();
    assert_eq!(states, ["taken", "dead-lettered"]);
}

#[test]
fn the_report_for_people_says_that_the_metrics_are_missing() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(&Spec::new("seed"));
    let ran: Ran = ministack
        .edactl(&sandbox)
        .args(["--producer", &deployed.producer, "verify"])
        .args([&sample("basic.json")])
        .output()
        .expect("edactl runs")
        .into();
    let report = ran.expect(0).stdout;
    assert!(report.contains("not published"), "{report}");
}
