//! What the record of the send tells of payloads that nobody saw.

use super::*;
use crate::{
    diagnosis::{Case, at_once, diagnose},
    verdict::Counts,
};

fn failed(sent: Option<u64>, said: &str) -> Outcome {
    answered(sent, Some(said))
}

fn refused(said: &str) -> Outcome {
    let reason = said.to_owned();
    Outcome::NotRun { reason }
}

fn in_doubt(said: &str) -> Outcome {
    let reason = said.to_owned();
    Outcome::InDoubt { reason }
}

#[test]
fn what_the_producer_said_is_told_with_how_many_it_sent() {
    let harness = Harness::new(Some(failed(Some(1), "no")));
    let fewer = Cause::ProducerSentFewer {
        sent: 1,
        planned: 2,
        said: Some("no".into()),
    };
    assert_eq!(harness.only_cause(BOTH), fewer);
    let harness = Harness::new(Some(answered(Some(0), None)));
    let none = Cause::ProducerSentFewer {
        sent: 0,
        planned: 2,
        said: None,
    };
    assert_eq!(harness.only_cause(BOTH), none);
}

#[test]
fn an_answer_that_says_nothing_is_not_unclear_where_counts_say_that_nothing_was_sent() {
    let mut harness = Harness::new(Some(answered(None, None)));
    harness.settle();
    harness.metrics(0, 0, 0);
    let fewer = Cause::SentCountedFewer {
        counted: 0,
        claimed: 2,
    };
    assert_eq!(harness.only_cause(BOTH), fewer);
}

#[test]
fn of_an_assumed_shape_it_is_told_how_many_the_producer_says_it_sent() {
    for sent in [Some(2), Some(1), None] {
        let mut harness = Harness::assumed(Some(answered(sent, None)));
        harness.settle();
        let assumed = Cause::ShapeAssumed { sent, planned: 2 };
        assert_eq!(harness.only_cause(BOTH), assumed);
    }
    let mut harness = Harness::assumed(Some(answered(Some(0), None)));
    harness.settle();
    let assumed = Cause::ShapeAssumed {
        sent: None,
        planned: 2,
    };
    assert_eq!(harness.only_cause(BOTH), assumed);
}

#[test]
fn a_sender_that_was_killed_before_the_producer_ran_left_no_word() {
    let mut harness = Harness::new(None);
    harness.settle();
    assert_eq!(harness.only_cause(BOTH), Cause::InDoubt { said: None });
    harness.metrics(0, 0, 0);
    assert_eq!(harness.only_cause(BOTH), Cause::NeverRan { said: None });
}

#[test]
fn what_differs_in_words_is_told_apart_and_what_differs_in_numbers_is_not() {
    type Saying = fn(&str) -> Outcome;
    let all: [(&str, Saying, bool); 5] = [
        ("producer-not-run", refused, false),
        ("producer-failed", |said| failed(None, said), false),
        ("producer-sent-fewer", |said| failed(Some(1), said), false),
        ("in-doubt", in_doubt, false),
        ("never-ran", in_doubt, true),
    ];
    for (id, of, is_settled) in all {
        let found = |one: &str, other: &str| {
            let mut harness = Harness::each([of(one), of(other)]);
            if is_settled {
                harness.settle();
                harness.metrics(0, 0, 0);
            }
            let groups = harness.diagnose().groups;
            assert!(groups.iter().all(|group| group.cause.id() == id), "{id}");
            let messages = groups.into_iter().map(|group| group.messages);
            messages.collect::<Vec<_>>()
        };
        let apart = found("the role is missing", "the key is disabled");
        assert_eq!(apart, [[0, 1], [2, 3]], "{id}");
        let same = found("order 17 is odd", "order 19 is odd");
        assert_eq!(same, [[0, 1, 2, 3]], "{id}");
    }
}

#[test]
fn a_producer_that_failed_is_told_with_the_state_of_its_first_payload() {
    let mut harness = Harness::new(Some(failed(Some(1), "boom")));
    let said = "boom".to_owned();
    let state = State::InDoubt;
    assert_eq!(harness.at_once(), [Cause::ProducerFailed { said, state }]);
    // It named the message of the second one.
    harness = Harness::new(Some(Outcome::Answered {
        request_id: None,
        status: None,
        sent: Some(1),
        message_ids: vec![None, Some("5eda0c71-0000-4000-8000-000000000001".into())],
        other_ids: Vec::new(),
        error: Some("boom".into()),
    }));
    let said = "boom".to_owned();
    let state = State::NotSent;
    assert_eq!(harness.at_once(), [Cause::ProducerFailed { said, state }]);
}

#[test]
fn settings_stop_nothing_where_all_was_taken() {
    let mut harness = Harness::sent();
    harness.topology.triggers = Some(Vec::new());
    for (taken, stopped) in [(1, vec![Cause::TriggerMissing]), (2, Vec::new())] {
        let found = harness.with(|case| {
            let counts = Counts {
                taken,
                ..*case.counts
            };
            let groups = at_once(&Case {
                counts: &counts,
                ..*case
            });
            groups.into_iter().map(|group| group.cause).collect()
        });
        let found: Vec<Cause> = found;
        assert_eq!(found, stopped, "{taken}");
    }
}

#[test]
fn what_is_untraced_stands_beside_all_that_the_log_shows() {
    let mut harness = Harness::sent();
    harness.settle();
    let found = harness.with(|case| {
        let counts = Counts {
            taken: 1,
            received: 2,
            failing: 4,
            ..*case.counts
        };
        diagnose(&Case {
            counts: &counts,
            ..*case
        })
    });
    let untraced = Cause::Untraced {
        shown: 7,
        ran_without_payload: false,
        counts_agree: false,
    };
    assert_eq!(found.groups[0].cause, untraced);
}
