//! Every sentence, as people read it.

use std::collections::BTreeSet;

use edactl_core::{
    diagnosis::{Cause, ConsumerError, Equals, FailureKind, Group, UnseenError},
    event::shape::Shape,
    latency::{CheckedLimit, LimitOutcome, Quantile, Stage},
    ledger::{Awaited, Hold, State},
    run::{Plan, Run},
    topology::{Function, Pipeline, Queue},
    verdict::{Finding, Source},
};
use insta::assert_snapshot;

use super::{Commands, group, outside, quoted, resolve, settle};
use crate::render::verify_words::{self, awaited, finding, hold};

fn run() -> Run {
    let function = |name: &str| Function {
        reference: name.into(),
        name: name.into(),
        log_group: format!("/aws/lambda/{name}"),
    };
    let queue = |name: &str| Queue {
        name: name.into(),
        url: format!("https://sqs.eu-central-1.amazonaws.com/123456789012/{name}"),
    };
    let pipeline = Pipeline {
        region: "eu-central-1".into(),
        producer: Some(function("orders-producer")),
        queue: Some(queue("orders")),
        consumer: Some(function("orders-consumer")),
        dlq: Some(queue("orders-dead")),
        ..Pipeline::named("orders")
    };
    let began = "2026-11-24T12:00:00Z".parse().unwrap();
    Run::new(Plan::new(
        "0g1x2y3z4a5b".parse().unwrap(),
        began,
        pipeline,
        &[],
        1,
    ))
}

fn error() -> ConsumerError {
    ConsumerError {
        kind: Some("ValueError".into()),
        message: "no price\nerror: x".into(),
        frame: None,
        request_id: Some("00000001-0000-4000-8000-000000000001".into()),
    }
}

fn unseen(failure: FailureKind, kind: &str, count: u64) -> UnseenError {
    UnseenError {
        error: ConsumerError {
            kind: Some(kind.into()),
            message: "boom".into(),
            ..error()
        },
        failure,
        count,
    }
}

/// An example of each cause, of each state where that makes a difference.
#[allow(clippy::too_many_lines)] // A list.
fn causes() -> Vec<Cause> {
    let said = || Some("because".to_owned());
    let mut causes = vec![
        Cause::NotAttempted,
        Cause::ProducerNotRun {
            said: "AccessDenied".into(),
        },
        Cause::ProducerFailed {
            said: "ValueError: boom".into(),
            state: State::NotSent,
        },
        Cause::ProducerFailed {
            said: "ValueError: boom".into(),
            state: State::InDoubt,
        },
        Cause::ProducerSentFewer {
            sent: 1,
            planned: 2,
            said: said(),
        },
        Cause::SentCountedFewer {
            counted: 1,
            claimed: 2,
        },
        Cause::NeverRan { said: said() },
        Cause::InDoubt { said: said() },
        Cause::InDoubt { said: None },
        Cause::AnswerUnclear,
        Cause::ShapeAssumed {
            sent: Some(1),
            planned: 4,
        },
        Cause::ShapeAssumed {
            sent: None,
            planned: 1,
        },
        Cause::TriggerMissing,
        Cause::TriggerDisabled {
            uuid: "14e0db71-0000-4000-8000-000000000001".into(),
            state: "Disabled".into(),
            said: Some("USER_INITIATED".into()),
        },
        Cause::TriggerFailing {
            uuid: "14e0db71-0000-4000-8000-000000000001".into(),
            said: "PROBLEM: Function call failed".into(),
            is_permission: false,
        },
        Cause::TriggerFailing {
            uuid: "14e0db71-0000-4000-8000-000000000001".into(),
            said: "PROBLEM: no permission to call ReceiveMessage".into(),
            is_permission: true,
        },
        Cause::FilterUnreadable {
            uuid: "14e0db71-0000-4000-8000-000000000001".into(),
            said: "KMSAccessDenied".into(),
        },
        Cause::ConsumerThrottled,
        Cause::ConsumerUnusable {
            state: "Failed".into(),
            said: said(),
        },
        Cause::ConsumerUnusable {
            state: "Active".into(),
            said: said(),
        },
        Cause::WrongQueue {
            variable: "QUEUE_URL".into(),
            queue: "other".into(),
        },
        Cause::Delayed {
            delay_ms: Some(90_000),
        },
        Cause::InFlight,
        Cause::Queued { visible: 2 },
        Cause::NotSeen {
            awaited: Awaited::LogEnd,
        },
        Cause::Running,
        Cause::NotLetGo {
            awaited: Awaited::Zero,
            item_failures: Some(true),
            tells_status: true,
        },
        Cause::NotLetGo {
            awaited: Awaited::Zero,
            item_failures: Some(false),
            tells_status: false,
        },
        Cause::ConsumerFailsUnseen {
            state: State::Waiting,
            errors: vec![unseen(
                FailureKind::CannotStart,
                "Runtime.ImportModuleError",
                1,
            )],
            others: 0,
        },
        Cause::ConsumerFailsUnseen {
            state: State::DeadLettered,
            errors: vec![
                unseen(FailureKind::MarkerRejected, "ValidationError", 3),
                unseen(FailureKind::Error, "KeyError", 1),
            ],
            others: 2,
        },
        Cause::ConsumerFailsUnseen {
            state: State::Untraced,
            errors: vec![unseen(FailureKind::Error, "KeyError", 1)],
            others: 0,
        },
        Cause::DeadLettered {
            received: 0,
            item_failures: None,
        },
        Cause::DeadLettered {
            received: 3,
            item_failures: Some(true),
        },
        Cause::Filtered {
            filter: r#"{"body":{"a":[1]}}"#.into(),
            is_certain: true,
        },
        Cause::Filtered {
            filter: r#"{"body":{"a":[1]}}"#.into(),
            is_certain: false,
        },
        Cause::Vanished,
        Cause::SomeLost { lost: 1 },
        Cause::ReceivedTwice {
            short_visibility_ms: None,
        },
        Cause::ReceivedTwice {
            short_visibility_ms: Some((30_000, 60_000)),
        },
    ];
    for (shown, ran_without_payload, counts_agree) in
        [(0, true, true), (0, false, false), (1, false, false)]
    {
        causes.push(Cause::Untraced {
            shown,
            ran_without_payload,
            counts_agree,
        });
    }
    causes.push(Cause::ConsumerTimeout {
        state: State::Failing,
        timeout_ms: Some(3_000),
    });
    let state = State::DeadLettered;
    causes.push(Cause::ConsumerOutOfMemory { state });
    causes.push(Cause::ConsumerCannotStart { state });
    causes.push(Cause::MarkerRejected { state });
    for state in [
        State::DeadLettered,
        State::Failing,
        State::Received,
        State::Lost,
    ] {
        causes.push(Cause::ConsumerError { state });
    }
    causes
}

fn group_of(cause: Cause) -> Group {
    let is_consumers = cause.id().starts_with("consumer-") || cause.id() == "marker-rejected";
    Group {
        error: is_consumers.then(error),
        cause,
        equals: None,
        attempts: Vec::new(),
        messages: vec![0],
    }
}

#[test]
fn each_cause_says_why_and_what_next() {
    let run = run();
    let commands = Commands {
        run: &run,
        options: "-p orders".into(),
    };
    let mut text = String::new();
    for cause in causes() {
        let id = cause.id();
        let told = group(&group_of(cause), &commands);
        text.push_str(&format!(
            "{id}\n  why: {}\n  next: {}\n",
            told.reason, told.next
        ));
        if let Some(log) = told.log {
            text.push_str(&format!("  log: {log}\n"));
        }
    }
    assert_snapshot!(text);
}

/// The table of the diagnosis' documentation names every cause, and so do the examples.
#[test]
fn no_cause_is_left_out_of_the_examples() {
    let shown: BTreeSet<&str> = causes().iter().map(Cause::id).collect();
    let documented = include_str!("../../../crates/edactl-core/src/diagnosis/mod.rs");
    let documented: BTreeSet<&str> = documented
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split('`').next())
        .collect();
    assert_eq!(shown, documented);
}

#[test]
fn no_sentence_holds_a_line_end_of_somebody_else() {
    let run = run();
    let commands = Commands {
        run: &run,
        options: String::new(),
    };
    for cause in causes() {
        let told = group(&group_of(cause), &commands);
        for sentence in [&told.reason, &told.next] {
            assert!(!sentence.contains('\n'), "{sentence}");
            assert!(
                !sentence.ends_with('.') && !sentence.contains("  "),
                "{sentence}"
            );
        }
    }
    assert_eq!(outside("a\nb\u{1b}[2J"), "a\\nb\\u{1b}[2J");
    assert_eq!(outside(&"x".repeat(400)).chars().count(), 301);
}

#[test]
fn equal_payloads_are_told_as_such() {
    let run = run();
    let commands = Commands {
        run: &run,
        options: String::new(),
    };
    let told = Group {
        equals: Some(Equals {
            key: "a".into(),
            count: 3,
            seen: 1,
        }),
        ..group_of(Cause::Vanished)
    };
    let told = group(&told, &commands);
    assert!(
        told.reason
            .ends_with("; of 3 equal payloads (entry \"a\") 1 were seen"),
        "{}",
        told.reason
    );
}

#[test]
fn what_is_waited_for_and_what_settles_it() {
    let due_ms = 1;
    let mut text = String::new();
    for what in [
        Awaited::Receipt,
        Awaited::Status,
        Awaited::QueueCounters,
        Awaited::Zero,
        Awaited::SecondLook { due_ms },
        Awaited::DeadLetters,
        Awaited::Settling { due_ms },
        Awaited::LogEnd,
        Awaited::Metrics,
        Awaited::Certainty,
        Awaited::Explanation,
        Awaited::Nothing,
    ] {
        text.push_str(&format!("{}\n", awaited(what, None)));
        for (item_failures, tells_status) in [
            (Some(false), true),
            (Some(true), false),
            (None, true),
            (None, false),
        ] {
            let settles = settle(what, item_failures, tells_status);
            text.push_str(&format!("  {settles}\n"));
        }
    }
    for held in [
        Hold::DeadLettersGrew,
        Hold::DeletedFewer,
        Hold::UnexplainedErrors,
        Hold::QueueHolds,
    ] {
        text.push_str(&format!("{}\n  {}\n", hold(held), resolve(held)));
    }
    assert_snapshot!(text);
}

#[test]
fn each_finding_has_its_sentence() {
    let count = 2;
    let limit = CheckedLimit {
        stage: Stage::Received,
        quantile: "p95".parse::<Quantile>().unwrap(),
        at_most_ms: 5_000,
        measured_ms: Some(7_000),
        outcome: LimitOutcome::Broken,
    };
    let answered = CheckedLimit {
        stage: Stage::Answered,
        ..limit
    };
    let findings = [
        Finding::ReceivedTwice { count },
        Finding::Retried { count },
        Finding::ErrorLogged { count: 1 },
        Finding::SendIncomplete { count },
        Finding::DoubtSettled { count },
        Finding::ConsumerSilent { count },
        Finding::Awaits {
            awaited: Awaited::Zero,
        },
        Finding::HeldBack {
            hold: Hold::QueueHolds,
        },
        Finding::TooSlow { limit },
        Finding::TooSlow { limit: answered },
        Finding::LatencyUncertain { limit },
        Finding::ClockSkew {
            ahead_ms: -5_000,
            uncertainty_ms: 1_000,
        },
        Finding::LogsNotHeard,
        Finding::LogsUnread,
        Finding::SourceSilent {
            source: Source::Metrics,
            error: "cloudwatch:GetMetricData is denied".into(),
            hint: "grant it".into(),
        },
        Finding::VisibilityTooShort {
            visibility_ms: 30_000,
            timeout_ms: 60_000,
        },
        Finding::DlqMissing,
        Finding::ShapeSeen {
            messages: "/orders/*".parse().unwrap(),
        },
        Finding::ShapeConfirmed {
            messages: Shape::Event,
        },
        Finding::ShapeRefuted {
            sent: 1,
            planned: 4,
        },
    ];
    let mut text = String::new();
    for told in &findings {
        let weight = if verify_words::is_error(told) {
            "error"
        } else {
            "note"
        };
        let id = verify_words::finding_id(told);
        text.push_str(&format!("{weight} {id}: {}\n", finding(told)));
    }
    assert_snapshot!(text);
}

#[test]
fn words_are_quoted_for_the_shell_where_they_need_it() {
    for (word, shell) in [
        ("orders", "orders"),
        (
            "arn:aws:lambda:eu-central-1:1:function:f",
            "arn:aws:lambda:eu-central-1:1:function:f",
        ),
        ("a b", "'a b'"),
        ("$(x)", "'$(x)'"),
        ("it's", r"'it'\''s'"),
        ("", "''"),
    ] {
        assert_eq!(quoted(word), shell);
    }
}
