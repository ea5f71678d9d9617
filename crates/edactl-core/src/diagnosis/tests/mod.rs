//! Each rule of the diagnosis.

mod consumer;
mod harness;
mod obstacles;
mod sending;
mod topology;

use self::harness::{Harness, TWO, after, answered, function, queue, trigger, uuid};
use crate::{
    diagnosis::{Cause, ConsumerError, FailureKind, Topology, UnseenError, findings},
    event::MarkerPolicy,
    ledger::{Awaited, State},
    run::Outcome,
    topology::{function::Trigger, queue::QueueFacts},
    verdict::Finding,
};

const BOTH: &[u32] = &[0, 1];

#[test]
fn failing_invocations_without_a_payload_are_counted_by_error() {
    let mut harness = Harness::sent();
    let cannot = "[ERROR] Runtime.ImportModuleError: Unable to import module 'handler': No module \
                  named 'requests'\nTraceback (most recent call last):";
    // The environment tells it once before its first invocation, which has no id yet.
    harness.log("stream-1", 1, "INIT_START Runtime Version: python:3.12.v1");
    harness.log("stream-1", 1, cannot);
    harness.invocation(1, &[cannot], true);
    harness.invocation(2, &[cannot], true);
    harness.invocation(
        3,
        &[
            "[ERROR] KeyError: 'order'\nTraceback (most recent call last):\n  File \
           \"/var/task/app.py\", line 7, in handler",
        ],
        true,
    );
    let Cause::ConsumerFailsUnseen {
        state,
        errors,
        others,
    } = harness.only_cause(BOTH)
    else {
        panic!("{:?}", harness.diagnose())
    };
    assert_eq!((state, others), (State::Waiting, 0));
    let [first, second] = &errors[..] else {
        panic!("{errors:?}")
    };
    assert_eq!((first.count, first.failure), (2, FailureKind::CannotStart));
    assert_eq!(
        first.error.kind.as_deref(),
        Some("Runtime.ImportModuleError")
    );
    assert_eq!(first.error.request_id, Some(uuid(2)), "the last of them");
    assert_eq!((second.count, second.failure), (1, FailureKind::Error));
    assert_eq!(
        second.error.frame.as_deref(),
        Some("File \"/var/task/app.py\", line 7, in handler")
    );
    assert!(matches!(
        &harness.at_once()[..],
        [Cause::ConsumerFailsUnseen { .. }]
    ));
}

#[test]
fn failures_before_the_run_or_with_its_payloads_are_not_unseen() {
    let mut harness = Harness::sent();
    harness.log(
        "old",
        -60_000,
        "START RequestId: 00000002-0000-4000-8000-000000000001 Version: 1",
    );
    harness.log(
        "old",
        -60_000,
        "[ERROR] KeyError: 'order'\nTraceback (most recent call last):",
    );
    assert_eq!(harness.only_cause(BOTH).id(), "not-seen");
    let marker = harness.marker(1);
    harness.invocation(
        1,
        &[&marker, "[ERROR] KeyError: 'x'\nTraceback (most recent"],
        true,
    );
    let found = harness.diagnose();
    let ids: Vec<_> = found.groups.iter().map(|group| group.cause.id()).collect();
    assert_eq!(ids, ["consumer-error", "not-seen"]);
}

#[test]
fn errors_beyond_the_first_few_are_counted() {
    let mut harness = Harness::sent();
    for (number, kind) in (1..).zip(["A", "B", "C", "D", "D"]) {
        let line = format!("[ERROR] {kind}Error: no\nTraceback (most recent call last):");
        harness.invocation(number, &[&line], true);
    }
    let Cause::ConsumerFailsUnseen { errors, others, .. } = harness.only_cause(BOTH) else {
        panic!("{:?}", harness.diagnose())
    };
    let told: Vec<_> = errors
        .iter()
        .map(|it| (it.error.text(), it.count))
        .collect();
    assert_eq!(
        told,
        [
            ("DError: no".into(), 2),
            ("AError: no".into(), 1),
            ("BError: no".into(), 1)
        ]
    );
    assert_eq!(others, 1);
}

#[test]
fn a_schema_that_refuses_the_marker_is_told_from_other_errors() {
    let refused = "[ERROR] ValidationError: 1 validation error for Order\nedactl\n  Extra inputs are \
                   not permitted [type=extra_forbidden, input_type=str]\nTraceback (most recent";
    let mut harness = Harness::sent();
    harness.invocation(1, &[refused], true);
    let Cause::ConsumerFailsUnseen { errors, .. } = harness.only_cause(BOTH) else {
        panic!("{:?}", harness.diagnose())
    };
    assert_eq!(errors[0].failure, FailureKind::MarkerRejected);
    assert_eq!(
        errors[0].error.text(),
        "ValidationError: 1 validation error for Order: edactl: Extra inputs are not permitted \
         [type=extra_forbidden, input_type=str]"
    );
    // With the marker in the line the payload is known, too.
    let mut harness = Harness::sent();
    let shown = refused.replace(
        "input_type",
        &format!("input_value='{}'", harness.marker(1)),
    );
    harness.invocation(1, &[&shown], true);
    harness.letter(&format!("{{\"edactl\":\"{}\"}}", harness.marker(1)));
    let found = harness.diagnose();
    let cause = Cause::MarkerRejected {
        state: State::DeadLettered,
    };
    assert!(
        found.groups.iter().any(|group| group.cause == cause),
        "{found:?}"
    );
    // Only of the field that the run put there; another one is an error as any other.
    let unknown = |field: &str| {
        format!(
            "[ERROR] UnrecognizedPropertyException: Unrecognized field \"{field}\"\nTraceback (m"
        )
    };
    let field = |name: &str| MarkerPolicy::Field(name.to_owned());
    for (policy, line, failure) in [
        (MarkerPolicy::Untouched, refused, FailureKind::Error),
        (
            field("trace"),
            &*unknown("trace"),
            FailureKind::MarkerRejected,
        ),
        (field("trace"), &*unknown("edactl"), FailureKind::Error),
    ] {
        let mut harness = Harness::of(TWO, &policy, Some(answered(Some(2), None)));
        harness.invocation(1, &[line], true);
        let Cause::ConsumerFailsUnseen { errors, .. } = harness.only_cause(BOTH) else {
            panic!("{:?}", harness.diagnose())
        };
        assert_eq!(errors[0].failure, failure, "{policy:?} {line}");
    }
}

#[test]
fn what_is_gone_went_one_of_several_ways() {
    let filtering = || Topology {
        triggers: Some(vec![Trigger {
            filters: vec![r#"{"body":{"a":[1]}}"#.into()],
            ..trigger("Enabled")
        }]),
        ..Topology::default()
    };
    let elsewhere = Topology {
        producer: Some(function(3, &[("Q", "arn:aws:sqs:eu-central-1:1:other")])),
        ..Topology::default()
    };
    let plain = Topology::default;
    for (id, topology, metrics, state) in [
        ("untraced", plain(), None, State::Untraced),
        ("vanished", plain(), Some((2, 1, 1)), State::Lost),
        ("untraced", plain(), Some((2, 2, 2)), State::Untraced),
        (
            "sent-counted-fewer",
            plain(),
            Some((1, 1, 1)),
            State::Untraced,
        ),
        ("filtered", filtering(), Some((2, 2, 2)), State::Untraced),
        ("vanished", filtering(), Some((2, 1, 1)), State::Lost),
        ("wrong-queue", elsewhere, None, State::Untraced),
    ] {
        let mut harness = Harness::sent();
        let marker = harness.marker(1);
        harness.invocation(1, &[&marker], true);
        harness.topology = topology;
        harness.settle();
        if let Some((sent, received, deleted)) = metrics {
            harness.metrics(sent, received, deleted);
        }
        let group = harness.only(&[1]);
        assert_eq!(group.cause.id(), id, "{group:?}");
        harness.with(|case| assert_eq!(case.judgement.message_count(1).state, state, "{id}"));
    }
}

#[test]
fn a_producer_that_sent_fewer_than_it_says_is_told_by_the_metrics() {
    let mut harness = Harness::sent();
    let marker = harness.marker(1);
    harness.invocation(1, &[&marker], true);
    harness.settle();
    harness.metrics(1, 1, 1);
    let fewer = Cause::SentCountedFewer {
        counted: 1,
        claimed: 2,
    };
    assert_eq!(harness.only_cause(&[1]), fewer);
}

#[test]
fn of_an_assumed_shape_the_metrics_tell_too_that_the_producer_sent_fewer() {
    // Two are claimed, one was counted: whatever the messages hold, one is missing.
    let found = |counted: u64| {
        let mut harness = Harness::assumed(Some(answered(Some(2), None)));
        let marker = harness.marker(1);
        harness.invocation(1, &[&marker], true);
        harness.settle();
        harness.metrics(counted, counted, counted);
        harness.only_cause(&[1])
    };
    let fewer = Cause::SentCountedFewer {
        counted: 1,
        claimed: 2,
    };
    assert_eq!(found(1), fewer);
    assert_eq!(found(2).id(), "shape-assumed");
    // One message that holds both payloads is no message short.
    let mut harness = Harness::assumed(Some(answered(Some(1), None)));
    harness.settle();
    harness.metrics(1, 1, 1);
    assert_eq!(harness.only_cause(&[0, 1]).id(), "shape-assumed");
}

#[test]
fn what_is_untraced_says_what_the_log_shows() {
    let mut harness = Harness::sent();
    let marker = harness.marker(1);
    harness.invocation(1, &[&marker], true);
    harness.invocation(2, &["[INFO]\tt\tid\torder 7 done"], true);
    harness.settle();
    let untraced = Cause::Untraced {
        shown: 1,
        ran_without_payload: true,
        counts_agree: false,
    };
    assert_eq!(harness.only_cause(&[1]), untraced);
}

#[test]
fn equal_payloads_are_told_with_how_many_were_seen() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}}"#;
    let sent = Some(answered(Some(3), None));
    let mut harness = Harness::of(event, &MarkerPolicy::Untouched, sent);
    harness.invocation(1, &["{\"n\": 1}"], true);
    harness.settle();
    let found = harness.diagnose();
    let [group] = &found.groups[..] else {
        panic!("{found:?}")
    };
    let equals = group.equals.as_ref().unwrap();
    assert_eq!((equals.count, equals.seen), (3, 1));
    assert_eq!(group.messages, [1, 2]);
}

#[test]
fn errors_that_differ_in_ids_only_are_one_group_with_attempts_and_a_place() {
    let mut harness = Harness::sent();
    for (number, seq) in [(1, 1), (2, 2), (3, 1)] {
        let marker = harness.marker(seq);
        let error = format!(
            "[ERROR] ValueError: order {number} is odd\nTraceback (most recent call last):\n  \
             File \"/var/task/app.py\", line 7, in handler\n    raise ValueError()"
        );
        harness.invocation(number, &[&marker, &error], true);
    }
    let group = harness.only(BOTH);
    let state = State::Received;
    assert_eq!(group.cause, Cause::ConsumerError { state });
    let error = group.error.as_ref().unwrap();
    assert_eq!(error.kind.as_deref(), Some("ValueError"));
    assert_eq!(
        error.frame.as_deref(),
        Some("File \"/var/task/app.py\", line 7, in handler")
    );
    let times: Vec<_> = group.attempts.iter().map(|attempt| attempt.at).collect();
    assert_eq!(times, [1, 2, 3].map(|at| Some(after(at))));
    assert_eq!(harness.at_once(), [Cause::ConsumerError { state }]);
}

#[test]
fn the_first_attempts_of_a_group_are_told_whichever_payload_they_are_of() {
    let mut harness = Harness::sent();
    let error = "[ERROR] ValueError: odd\nTraceback (most recent call last):";
    for number in 1..=25 {
        let marker = harness.marker(if number == 2 { 2 } else { 1 });
        harness.invocation(number, &[&marker, error], true);
    }
    let group = harness.only(BOTH);
    let times: Vec<_> = group.attempts.iter().map(|attempt| attempt.at).collect();
    let first: Vec<_> = (1..=20).map(|at| Some(after(at))).collect();
    assert_eq!(times, first);
}

#[test]
fn each_kind_of_failure_has_a_cause_of_its_own() {
    for (line, id) in [
        (
            "2026-11-24T12:00:00.000Z {id} Task timed out after 3.00 seconds",
            "consumer-timeout",
        ),
        (
            "RequestId: {id} Error: Runtime.OutOfMemory",
            "consumer-out-of-memory",
        ),
        (
            "RequestId: {id} Error: Runtime.InvalidEntrypoint",
            "consumer-cannot-start",
        ),
        (
            "RequestId: {id} Error: Runtime exited with error: exit status 1",
            "consumer-error",
        ),
    ] {
        let mut harness = Harness::sent();
        for number in [1, 2] {
            let marker = harness.marker(number.into());
            let line = line.replace("{id}", &uuid(number));
            harness.invocation(number, &[&marker, &line], true);
        }
        assert_eq!(harness.only_cause(BOTH).id(), id);
    }
}

#[test]
fn what_the_consumer_has_is_running_or_not_let_go() {
    for (ended, id) in [(false, "running"), (true, "not-let-go")] {
        let mut harness = Harness::sent();
        let markers = [harness.marker(1), harness.marker(2)];
        harness.invocation(1, &[&markers[0], &markers[1]], ended);
        harness.queue((0, 2, 0));
        let cause = harness.only_cause(BOTH);
        assert_eq!(cause.id(), id);
        if let Cause::NotLetGo { awaited, .. } = cause {
            assert_eq!(awaited, Awaited::Zero);
        }
        assert_eq!(harness.at_once(), []);
    }
}

#[test]
fn a_dead_letter_without_an_error_is_told_with_its_receipts() {
    let mut harness = Harness::sent();
    let markers = [harness.marker(1), harness.marker(2)];
    harness.invocation(1, &[&markers[0]], true);
    harness.letter(&format!("{{\"edactl\":\"{}\"}}", markers[0]));
    let found = harness.diagnose();
    let cause = Cause::DeadLettered {
        received: 1,
        item_failures: None,
    };
    assert!(
        found.groups.iter().any(|group| group.cause == cause),
        "{found:?}"
    );
}

#[test]
fn what_was_taken_twice_is_told_where_it_is_forbidden() {
    let mut harness = Harness::sent();
    harness.topology = Topology {
        queue: Some(queue()),
        consumer: Some(function(31, &[])),
        ..Topology::default()
    };
    harness.ledger.learn(crate::ledger::Facts {
        item_failures: Some(false),
        ..crate::ledger::Facts::default()
    });
    let markers = [harness.marker(1), harness.marker(2)];
    for (number, shown) in [(1, &markers[..]), (2, &markers[..1])] {
        let id = uuid(number);
        let stream = format!("stream-{number}");
        for line in shown {
            let text = format!("{{\"requestId\":\"{id}\",\"message\":\"{line}\"}}");
            harness.log(&stream, i64::from(number), &text);
        }
        let report = format!(
            "{{\"time\":\"2026-11-24T12:00:00.002Z\",\"type\":\"platform.report\",\
             \"record\":{{\"requestId\":\"{id}\",\"status\":\"success\"}}}}"
        );
        harness.log(&stream, i64::from(number), &report);
    }
    let twice = Cause::ReceivedTwice {
        short_visibility_ms: Some((30_000, 31_000)),
    };
    assert_eq!(harness.only_cause(&[0]), twice);
    harness.exactly_once = false;
    assert_eq!(harness.diagnose().groups, []);
}

#[test]
fn the_record_tells_what_was_not_sent() {
    let in_doubt = || Outcome::InDoubt {
        reason: "timed out".into(),
    };
    let refused = Outcome::NotRun {
        reason: "denied".into(),
    };
    for (id, outcome) in [
        ("producer-not-run", Some(refused)),
        ("producer-failed", Some(answered(Some(0), Some("no")))),
        (
            "producer-failed",
            Some(answered(None, Some("ValueError: boom"))),
        ),
        ("producer-sent-fewer", Some(answered(Some(1), None))),
        ("in-doubt", Some(in_doubt())),
        ("in-doubt", None),
    ] {
        let harness = Harness::new(outcome);
        assert_eq!(harness.only_cause(BOTH).id(), id);
    }
}

#[test]
fn a_producer_that_failed_is_told_at_once_with_what_it_may_have_sent() {
    for (sent, state) in [(Some(0), State::NotSent), (None, State::InDoubt)] {
        let harness = Harness::new(Some(answered(sent, Some("ValueError: boom"))));
        let failed = Cause::ProducerFailed {
            said: "ValueError: boom".into(),
            state,
        };
        assert_eq!(harness.only_cause(BOTH), failed);
        assert_eq!(harness.at_once(), [failed]);
    }
}

#[test]
fn settled_metrics_tell_what_never_ran() {
    let mut harness = Harness::new(Some(Outcome::InDoubt {
        reason: "timed out".into(),
    }));
    harness.settle();
    harness.metrics(0, 0, 0);
    let ran = Cause::NeverRan {
        said: Some("timed out".into()),
    };
    assert_eq!(harness.only_cause(BOTH), ran);
}

#[test]
fn an_answer_that_says_nothing_is_unclear_once_all_has_settled() {
    let mut harness = Harness::new(Some(answered(None, None)));
    assert_eq!(harness.only_cause(BOTH).id(), "not-seen");
    harness.settle();
    assert_eq!(harness.only_cause(BOTH), Cause::AnswerUnclear);
}

#[test]
fn settings_that_explain_the_trouble_are_findings() {
    let mut harness = Harness::sent();
    harness.topology = Topology {
        queue: Some(QueueFacts {
            redrive: None,
            ..queue()
        }),
        consumer: Some(function(60, &[])),
        ..Topology::default()
    };
    assert_eq!(harness.with(findings), []);
    let markers = [harness.marker(1), harness.marker(2)];
    harness.invocation(1, &[&markers[0]], true);
    assert_eq!(harness.with(findings), [Finding::DlqMissing]);
    harness.letter(&format!("{{\"edactl\":\"{}\"}}", markers[1]));
    let short = Finding::VisibilityTooShort {
        visibility_ms: 30_000,
        timeout_ms: 60_000,
    };
    assert_eq!(harness.with(findings), [short, Finding::DlqMissing]);
}

#[test]
fn an_error_is_told_in_one_line() {
    let error = |kind: Option<&str>, message: &str| UnseenError {
        error: ConsumerError {
            kind: kind.map(str::to_owned),
            message: message.into(),
            frame: None,
            request_id: None,
        },
        failure: FailureKind::Error,
        count: 1,
    };
    assert_eq!(error(Some("E"), "m").error.text(), "E: m");
    assert_eq!(error(Some("E"), "").error.text(), "E");
    assert_eq!(error(None, "m").error.text(), "m");
}
