//! What the consumer's log and settings tell of payloads that it received, or may have.

use super::*;
use crate::{
    diagnosis::{Case, at_once, consumer::consumer_error, findings::short_visibility},
    ledger::{Facts, Failure},
    topology::function::LoggingFormat,
    verdict::Counts,
};

#[test]
fn a_type_stands_before_the_first_colon_and_is_one_word() {
    for (text, kind, message) in [
        ("ValueError: order 7", Some("ValueError"), "order 7"),
        ("java.lang.Error_2: a: b", Some("java.lang.Error_2"), "a: b"),
        (
            "could not connect: refused",
            None,
            "could not connect: refused",
        ),
        (": nothing before", None, ": nothing before"),
        ("boom", None, "boom"),
    ] {
        let error = consumer_error(Some(&Failure::new(text)), None);
        let told = (error.kind.as_deref(), &*error.message);
        assert_eq!(told, (kind, message));
    }
    let silent = consumer_error(None, Some(uuid(1)));
    assert_eq!((silent.kind, &*silent.message), (None, ""));
    assert_eq!(silent.request_id, Some(uuid(1)));
}

#[test]
fn a_visibility_timeout_is_short_when_the_consumer_may_take_longer() {
    for (timeout, is_short) in [(29, false), (30, false), (31, true)] {
        let mut harness = Harness::sent();
        harness.topology.queue = Some(queue());
        harness.topology.consumer = Some(function(timeout, &[]));
        let short = harness.with(short_visibility);
        assert_eq!(short.is_some(), is_short, "{timeout}");
    }
}

#[test]
fn any_trouble_that_comes_of_a_short_visibility_timeout_tells_of_it() {
    let mut harness = Harness::sent();
    harness.topology.queue = Some(queue());
    harness.topology.consumer = Some(function(60, &[]));
    let none = Counts::default();
    let one = 1;
    let told = |counts: Counts| {
        let counts = &counts;
        let found = harness.with(|case| findings(&Case { counts, ..*case }));
        found.len()
    };
    assert_eq!(told(none), 0);
    for counts in [
        Counts {
            duplicated: one,
            ..none
        },
        Counts {
            repeated: one,
            ..none
        },
        Counts {
            failing: one,
            ..none
        },
        Counts { lost: one, ..none },
        Counts {
            dead_lettered: one,
            ..none
        },
    ] {
        assert_eq!(told(counts), 1, "{counts:?}");
    }
}

#[test]
fn the_first_failure_is_told_at_once_with_its_error() {
    let mut harness = Harness::sent();
    let marker = harness.marker(2);
    let error = "[ERROR] KeyError: 'order'\nTraceback (most recent call last):";
    harness.invocation(1, &[&marker, error], true);
    let groups = harness.with(at_once);
    let [group] = &groups[..] else {
        panic!("{groups:?}")
    };
    let told = group.error.as_ref().map(ConsumerError::text);
    assert_eq!(told.as_deref(), Some("KeyError: 'order'"));
}

const EQUALS: &str = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}}"#;

#[test]
fn an_error_told_of_an_equal_payload_is_not_that_of_one_that_nobody_saw() {
    let sent = Some(answered(Some(3), None));
    let mut harness = Harness::of(EQUALS, &MarkerPolicy::Untouched, sent);
    let error = "[ERROR] KeyError: 'order'\nTraceback (most recent call last):";
    harness.invocation(1, &["{\"n\": 1}", error], true);
    harness.letter("{\"n\": 1}");
    let found = harness.diagnose().groups;
    let of = |message: u32| {
        let group = found.iter().find(|it| it.messages.contains(&message));
        group.unwrap()
    };
    let state = State::Received;
    assert_eq!(of(0).cause, Cause::ConsumerError { state });
    assert_eq!(of(0).attempts.len(), 1);
    let dead = Cause::DeadLettered {
        received: 0,
        item_failures: None,
    };
    assert_eq!(of(1).cause, dead);
    for unseen in [of(1), of(2)] {
        assert_eq!(unseen.attempts, [], "nothing shows an attempt at it");
    }
}

#[test]
fn a_letter_is_explained_by_failures_without_a_payload_where_the_log_does_not_show_it() {
    let mut harness = Harness::sent();
    let markers = [harness.marker(1), harness.marker(2)];
    let error = "[ERROR] KeyError: 'order'\nTraceback (most recent call last):";
    harness.invocation(1, &[error], true);
    harness.invocation(2, &[&markers[1]], true);
    for marker in &markers {
        harness.letter(&format!("{{\"edactl\":\"{marker}\"}}"));
    }
    let groups = harness.diagnose().groups;
    let causes: Vec<&Cause> = groups.iter().map(|group| &group.cause).collect();
    let [Cause::ConsumerFailsUnseen { state, .. }, logged] = causes[..] else {
        panic!("{causes:?}")
    };
    assert_eq!(*state, State::DeadLettered);
    let dead = Cause::DeadLettered {
        received: 1,
        item_failures: None,
    };
    assert_eq!(*logged, dead);
}

#[test]
fn that_the_log_tells_each_status_is_known_by_the_log_or_by_the_settings() {
    let tells = |is_promised: bool, format: LoggingFormat| {
        let mut harness = Harness::sent();
        harness.ledger.learn(Facts {
            promises_status: is_promised,
            ..Facts::default()
        });
        let mut consumer = function(3, &[]);
        consumer.log_format = format;
        harness.topology.consumer = Some(consumer);
        let markers = [harness.marker(1), harness.marker(2)];
        harness.invocation(1, &[&markers[0], &markers[1]], true);
        match harness.only_cause(BOTH) {
            Cause::NotLetGo { tells_status, .. } => tells_status,
            other => panic!("{other:?}"),
        }
    };
    assert!(!tells(false, LoggingFormat::Text));
    assert!(tells(true, LoggingFormat::Text));
    assert!(tells(false, LoggingFormat::Json));
}

#[test]
fn payloads_that_wait_for_different_things_are_told_apart() {
    let mut harness = Harness::sent();
    let markers = [harness.marker(1), harness.marker(2)];
    harness.invocation(1, &[&markers[0]], true);
    harness.queue((0, 0, 0));
    // Read after the only look at the queue.
    harness.ledger.set_now(std::time::Duration::from_secs(5));
    harness.invocation(2, &[&markers[1]], true);
    let groups = harness.diagnose().groups;
    let awaited: Vec<_> = groups
        .iter()
        .map(|group| match &group.cause {
            Cause::NotLetGo { awaited, .. } => (*awaited, &group.messages[..]),
            other => panic!("{other:?}"),
        })
        .collect();
    let second = Awaited::SecondLook { due_ms: 31_000 };
    assert_eq!(awaited, [(second, &[0][..]), (Awaited::Zero, &[1][..])]);
}
