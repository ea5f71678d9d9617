//! What the pipeline's settings and states tell of payloads that wait.

use super::{
    BOTH,
    harness::{Harness, function, trigger},
};
use crate::{
    diagnosis::{Cause, Topology},
    topology::function::Trigger,
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
