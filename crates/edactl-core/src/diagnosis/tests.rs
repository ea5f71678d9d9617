//! Each rule of the diagnosis.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    diagnosis::{Case, Diagnosis, Topology, diagnose, findings},
    run::Outcome,
    tests::{Harness, TWO, after, answered, run_of, uuid},
    topology::{
        Queue,
        function::{FunctionFacts, Trigger},
        queue::{QueueFacts, Redrive},
    },
    verdict::MetricsView,
};

fn queue() -> QueueFacts {
    QueueFacts {
        arn: "arn:aws:sqs:eu-central-1:123456789012:orders".into(),
        counters: crate::topology::queue::QueueCounters::default(),
        delay: Duration::from_secs(90),
        message_limit: 1024,
        visibility_timeout: Duration::from_secs(30),
        redrive: Some(Redrive {
            target_arn: "arn:aws:sqs:eu-central-1:123456789012:dead".into(),
            max_receives: 5,
        }),
        fifo: false,
        content_deduplication: false,
    }
}

fn trigger(state: &str, filters: &[&str]) -> Trigger {
    Trigger {
        uuid: "some-id".into(),
        source_arn: queue().arn,
        function_arn: "arn:aws:lambda:eu-central-1:123456789012:function:consumer".into(),
        state: state.into(),
        filters: filters.iter().map(|filter| (*filter).to_owned()).collect(),
        ..Trigger::default()
    }
}

fn function(timeout: u64, environment: &[(&str, &str)]) -> FunctionFacts {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    FunctionFacts {
        name: "function".into(),
        arn: "arn:aws:lambda:eu-central-1:123456789012:function:function".into(),
        log_group: "/aws/lambda/function".into(),
        environment: environment.collect::<BTreeMap<_, _>>(),
        timeout: Duration::from_secs(timeout),
        ..FunctionFacts::default()
    }
}

fn accepted() -> Harness {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.run.plan.pipeline.queue = Some(Queue {
        name: "orders".into(),
        url: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders".into(),
    });
    court
}

fn with<T>(
    court: &Harness,
    topology: &Topology,
    metrics: Option<&MetricsView>,
    then: impl FnOnce(&Case<'_>) -> T,
) -> T {
    then(&Case {
        run: &court.run,
        ledger: &court.ledger,
        statuses: &court.all(),
        counts: &court.counts(),
        metrics,
        topology,
        exactly_once: true,
    })
}

fn ids(diagnosis: &Diagnosis) -> Vec<(&'static str, usize)> {
    let groups = diagnosis.groups.iter();
    groups
        .map(|group| (group.id, group.messages.len()))
        .collect()
}

#[test]
fn what_waits_is_looked_for_along_the_wiring() {
    let ours = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
    let other = "https://sqs.eu-central-1.amazonaws.com/123456789012/other";
    let plain = Topology::default;
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
            Topology {
                triggers: Some(vec![trigger("Disabled", &[])]),
                ..plain()
            },
            Some((1, 0, 0)),
        ),
        (
            "consumer-throttled",
            Topology {
                triggers: Some(vec![trigger("Enabled", &[])]),
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
        let mut court = accepted();
        if let Some((visible, in_flight, delayed)) = counters {
            court
                .ledger
                .queue_counters(after(1_000), visible, in_flight, delayed);
        }
        let found = with(&court, &topology, None, diagnose);
        assert_eq!(ids(&found), [(id, 2)], "{found:?}");
    }
}

#[test]
fn what_is_gone_went_one_of_four_ways() {
    let metrics = |sent, deleted| MetricsView {
        sent: Some(sent),
        received: Some(deleted),
        deleted: Some(deleted),
        known_others: 0,
    };
    let filtering = Topology {
        triggers: Some(vec![trigger("Enabled", &[r#"{"body":{"a":[1]}}"#])]),
        ..Topology::default()
    };
    let elsewhere = Topology {
        producer: Some(function(3, &[("Q", "arn:aws:sqs:eu-central-1:1:other")])),
        ..Topology::default()
    };
    for (id, topology, metrics) in [
        ("vanished", Topology::default(), None),
        ("vanished", Topology::default(), Some(metrics(2, 1))),
        (
            "acknowledged-without-trace",
            Topology::default(),
            Some(metrics(2, 2)),
        ),
        ("vanished", Topology::default(), Some(metrics(1, 1))),
        ("filtered", filtering, Some(metrics(2, 2))),
        ("wrong-queue", elsewhere, None),
    ] {
        let mut court = accepted();
        let line = [court.marker(1)];
        court.invocation(1, 5, &line);
        court.settle(super::super::tests::SETTLE);
        let found = with(&court, &topology, metrics.as_ref(), diagnose);
        assert_eq!(ids(&found), [(id, 1)], "{found:?}");
        assert_eq!(found.groups[0].messages, [1]);
    }
}

#[test]
fn errors_that_differ_in_ids_only_are_one_group_with_attempts_and_a_place() {
    let mut court = accepted();
    for (number, seq) in [(1, 1), (2, 2), (3, 1)] {
        let id = uuid(1, number);
        let marker = court.marker(seq);
        let stream = format!("stream-{number}");
        let at = i64::try_from(number).unwrap();
        court.log(&stream, at, &format!("START RequestId: {id} Version: 1"));
        court.log(&stream, at, &format!("[INFO]\tt\t{id}\t{marker}"));
        court.log(
            &stream,
            at,
            &format!(
                "[ERROR] ValueError: order {number} is odd\nTraceback (most recent call last):\n  \
                 File \"/var/task/app.py\", line 7, in handler\n    raise ValueError()"
            ),
        );
        court.log(&stream, at, &format!("END RequestId: {id}"));
    }
    let topology = Topology {
        queue: Some(QueueFacts {
            redrive: None,
            ..queue()
        }),
        consumer: Some(function(60, &[])),
        ..Topology::default()
    };
    let found = with(&court, &topology, None, diagnose);
    assert_eq!(ids(&found), [("consumer-error", 2)]);
    let group = &found.groups[0];
    let error = group.error.as_ref().unwrap();
    assert_eq!(error.kind.as_deref(), Some("ValueError"));
    assert_eq!(error.message, "order 3 is odd");
    assert_eq!(
        error.frame.as_deref(),
        Some("File \"/var/task/app.py\", line 7, in handler")
    );
    let times: Vec<_> = group.attempts.iter().map(|attempt| attempt.at).collect();
    assert_eq!(times, [1, 2, 3].map(|at| Some(after(at))));
    let found = with(&court, &topology, None, findings);
    let found: Vec<_> = found.iter().map(|finding| finding.id).collect();
    assert_eq!(found, ["visibility-too-short", "dlq-missing"]);
}

#[test]
fn what_was_taken_twice_is_told_where_it_is_forbidden() {
    let mut court = accepted();
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines);
    court.invocation(2, 6, &lines[..1]);
    let topology = Topology {
        queue: Some(queue()),
        consumer: Some(function(31, &[])),
        ..Topology::default()
    };
    let found = with(&court, &topology, None, diagnose);
    assert_eq!(ids(&found), [("received-twice", 1)]);
    assert!(
        found.groups[0]
            .reason
            .contains("shorter than the consumer may run")
    );
}

#[test]
fn the_record_tells_what_was_not_sent() {
    let told = |sent, error: Option<&str>| Outcome::Answered {
        request_id: None,
        status: Some(502),
        sent,
        message_ids: Vec::new(),
        error: error.map(str::to_owned),
    };
    let in_doubt = || Outcome::InDoubt {
        reason: "timed out".into(),
    };
    for (id, outcome, settled) in [
        (
            "producer-not-run",
            Some(Outcome::NotRun {
                reason: "denied".into(),
            }),
            false,
        ),
        ("producer-failed", Some(told(Some(0), Some("no"))), false),
        ("producer-sent-fewer", Some(told(Some(1), None)), true),
        ("in-doubt", Some(in_doubt()), false),
        ("never-ran", Some(in_doubt()), true),
        ("in-doubt", None, false),
    ] {
        let mut court = Harness::new(run_of(TWO, true, outcome));
        if settled {
            court.settle(super::super::tests::SETTLE);
        }
        let found = with(&court, &Topology::default(), None, diagnose);
        assert_eq!(ids(&found), [(id, 2)], "{found:?}");
    }
}
