//! What the pipeline's settings and states tell of payloads that wait.

use std::time::Duration;

use super::{
    BOTH,
    harness::{Harness, function, queue, trigger},
};
use crate::{
    diagnosis::{Cause, Topology},
    topology::{Queue, function::Trigger, queue::QueueFacts},
};

#[test]
fn what_waits_is_looked_for_along_the_topology() {
    let ours = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
    let other = "https://sqs.eu-central-1.amazonaws.com/123456789012/other";
    let plain = Topology::default;
    let with = |trigger: Trigger| Topology {
        triggers: Some(vec![trigger]),
        ..plain()
    };
    let cases = [
        ("not-seen", plain(), None),
        (
            "trigger-missing",
            Topology {
                triggers: Some(Vec::new()),
                ..plain()
            },
            Some((1, 0, 0)),
        ),
        (
            "trigger-disabled",
            with(trigger("Disabled")),
            Some((1, 0, 0)),
        ),
        (
            "trigger-failing",
            with(Trigger {
                last_result: Some("PROBLEM: Function call failed".into()),
                ..trigger("Enabled")
            }),
            Some((1, 0, 0)),
        ),
        (
            "filter-unreadable",
            with(Trigger {
                filter_error: Some("the key is disabled".into()),
                ..trigger("Enabled")
            }),
            Some((1, 0, 0)),
        ),
        (
            "consumer-throttled",
            Topology {
                triggers: Some(vec![trigger("Enabled")]),
                reserved_concurrency: Some(0),
                ..plain()
            },
            Some((1, 0, 0)),
        ),
        (
            "wrong-queue",
            Topology {
                producer: Some(function(3, &[("QUEUE_URL", other)])),
                ..plain()
            },
            Some((0, 0, 0)),
        ),
        (
            "not-seen",
            Topology {
                producer: Some(function(3, &[("QUEUE_URL", ours), ("OTHER_URL", other)])),
                ..plain()
            },
            Some((0, 0, 0)),
        ),
        ("delayed", plain(), Some((0, 0, 2))),
        ("in-flight", plain(), Some((0, 2, 0))),
        ("queued", plain(), Some((2, 0, 0))),
    ];
    for (id, topology, counters) in cases {
        let mut harness = Harness::sent();
        harness.topology = topology;
        if let Some(counters) = counters {
            harness.queue(counters);
        }
        assert_eq!(harness.only_cause(BOTH).id(), id);
    }
}

#[test]
fn a_consumer_that_cannot_run_is_told_with_lambdas_words() {
    let mut harness = Harness::sent();
    for (state, error, said) in [
        ("Failed", None, "why"),
        (
            "Active",
            Some("access to the key is denied"),
            "access to the key is denied",
        ),
    ] {
        let mut consumer = function(3, &[]);
        consumer.state = state.into();
        consumer.state_reason = Some("why".into());
        consumer.environment_error = error.map(str::to_owned);
        harness.topology.consumer = Some(consumer);
        let expected = Cause::ConsumerUnusable {
            state: state.into(),
            said: Some(said.into()),
        };
        assert_eq!(harness.only_cause(BOTH), expected);
        assert_eq!(harness.at_once(), [expected]);
    }
}

#[test]
fn what_is_delayed_is_told_with_the_delay_that_the_queue_has() {
    for (delay, told) in [(90, Some(90_000)), (0, None)] {
        let mut harness = Harness::sent();
        harness.topology.queue = Some(QueueFacts {
            delay: Duration::from_secs(delay),
            ..queue()
        });
        harness.queue((0, 0, 2));
        let delayed = Cause::Delayed { delay_ms: told };
        assert_eq!(harness.only_cause(BOTH), delayed);
    }
}

/// The queue that the producer's environment names, and not the pipeline's, whose URL is this.
fn named_queue(url: &str, environment: &[(&str, &str)]) -> Option<String> {
    let mut harness = Harness::sent();
    harness.run.plan.pipeline.queue = Some(Queue {
        name: "orders".into(),
        url: url.into(),
    });
    harness.topology.producer = Some(function(3, environment));
    harness.queue((0, 0, 0));
    match harness.only_cause(BOTH) {
        Cause::WrongQueue { variable, queue } => {
            assert_eq!(variable, "OTHER");
            Some(queue)
        }
        Cause::NotSeen { .. } => None,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_a_url_or_an_arn_of_sqs_names_a_queue() {
    let ours = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
    for (value, queue) in [
        ("arn:aws:sqs:eu-central-1:123456789012:other", Some("other")),
        ("arn:aws:sns:eu-central-1:123456789012:other", None),
        ("see:sqs:other", None),
        (
            "https://sqs.eu-central-1.amazonaws.com/123456789012/other",
            Some("other"),
        ),
        (
            "http://sqs.localhost:4566/000000000000/other",
            Some("other"),
        ),
        ("https://api.example.com/orders/other", None),
        ("https://sqs.eu-central-1.amazonaws.com", None),
        ("//sqs/000000000000/other", None),
        ("other", None),
    ] {
        let found = named_queue(ours, &[("OTHER", value)]);
        assert_eq!(found.as_deref(), queue, "{value}");
    }
}

#[test]
fn the_pipelines_queue_is_named_by_its_name_its_url_or_its_arn() {
    let other = ("OTHER", "arn:aws:sqs:eu-central-1:123456789012:other");
    // An emulator's URL need not end with the name.
    let ours = "http://sqs.localhost/000000000000/orders/";
    for value in [
        "orders",
        ours,
        "arn:aws:sqs:eu-central-1:123456789012:orders",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
    ] {
        let found = named_queue(ours, &[other, ("QUEUE", value)]);
        assert_eq!(found, None, "{value}");
    }
    let found = named_queue(ours, &[other, ("QUEUE", "orders/")]);
    assert_eq!(found.as_deref(), Some("other"));
}
