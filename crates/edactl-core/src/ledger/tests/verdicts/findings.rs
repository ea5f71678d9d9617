//! What a person should know beside the verdict.

use super::*;
use crate::verdict::{Finding, Verdict, findings};

fn quiet_grounds() -> Grounds<'static> {
    Grounds {
        rules: Rules::default(),
        limits: &[],
        log_is_read: true,
        metrics_are_read: true,
        queue_is_read: true,
    }
}

fn proven(counts: Counts) -> Verdict {
    Verdict {
        outcome: Outcome::Proven,
        is_final: true,
        counts,
        holds: Vec::new(),
        awaited: Awaited::Nothing,
    }
}

fn found(verdict: &Verdict, grounds: &Grounds<'_>) -> Vec<Finding> {
    let ledger = ledger_of(named(1), facts());
    findings(&ledger.judge(at(0)), verdict, grounds)
}

#[test]
fn what_is_counted_is_told_and_zero_is_not() {
    let counts = Counts {
        duplicated: 2,
        repeated: 3,
        unattempted: 4,
        untraced: 5,
        ..Counts::default()
    };
    let told = found(&proven(counts), &quiet_grounds());
    let others = [
        Finding::Retried { count: 3 },
        Finding::SendIncomplete { count: 4 },
        Finding::ConsumerSilent { count: 5 },
    ];
    assert_eq!(told[0], Finding::ReceivedTwice { count: 2 });
    assert_eq!(told[1..], others);
    // Under exactly-once a duplicate is the verdict itself.
    let exactly = Grounds {
        rules: Rules {
            exactly_once: true,
            ..Rules::default()
        },
        ..quiet_grounds()
    };
    assert_eq!(found(&proven(counts), &exactly), others);
    assert_eq!(found(&proven(Counts::default()), &quiet_grounds()), []);
    let one = Counts {
        repeated: 1,
        ..Counts::default()
    };
    let retried = [Finding::Retried { count: 1 }];
    assert_eq!(found(&proven(one), &quiet_grounds()), retried);
}

/// Two in doubt came, one did not; of four that were named all came, one with an error.
#[test]
fn errors_and_doubts_that_came_to_a_good_end_are_told() {
    let mut statuses = vec![SendStatus::InDoubt; 3];
    statuses.extend(named(4));
    let mut ledger = ledger_of(statuses, facts());
    for (message, number) in (0..).zip(1..=6) {
        let message = if message < 2 { message } else { message + 1 };
        let invocation = see(&mut ledger, message, number, 5 * SECOND);
        if message == 3 {
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected { invocation, error });
        }
    }
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    let judgement = ledger.judge(at(40 * SECOND));
    let verdict = proven(Counts::default());
    assert_eq!(
        findings(&judgement, &verdict, &quiet_grounds()),
        [
            Finding::ErrorLogged { count: 1 },
            Finding::DoubtSettled { count: 2 }
        ]
    );
}

#[test]
fn limits_that_are_broken_or_unclear_are_told() {
    let limit = |outcome| CheckedLimit {
        stage: Stage::Received,
        quantile: "max".parse().unwrap(),
        at_most_ms: 1000,
        measured_ms: Some(900),
        outcome,
    };
    let [kept, broken, uncertain, unmeasured] = [
        LimitOutcome::Kept,
        LimitOutcome::Broken,
        LimitOutcome::Uncertain,
        LimitOutcome::Unmeasured,
    ]
    .map(limit);
    let limits = [kept, broken, uncertain, unmeasured];
    let grounds = Grounds {
        limits: &limits,
        ..quiet_grounds()
    };
    assert_eq!(
        found(&proven(Counts::default()), &grounds),
        [
            Finding::TooSlow { limit: broken },
            Finding::LatencyUncertain { limit: uncertain }
        ]
    );
}

#[test]
fn contradictions_are_told_where_they_hold_the_proof_back() {
    let hold = Hold::DeletedFewer;
    for (outcome, told) in [
        (Outcome::Undetermined(Reason::HeldBack), true),
        (Outcome::Undetermined(Reason::NotInTime), false),
        (Outcome::Disproven, false),
    ] {
        let verdict = Verdict {
            outcome,
            holds: vec![hold],
            ..proven(Counts::default())
        };
        let expected = told.then_some(Finding::HeldBack { hold });
        assert_eq!(
            found(&verdict, &quiet_grounds()),
            Vec::from_iter(expected),
            "{outcome:?}"
        );
    }
}

#[test]
fn what_is_awaited_and_a_log_that_was_not_read_are_told() {
    let awaits = Finding::Awaits {
        awaited: Awaited::Zero,
    };
    for (awaited, log_is_read, expected) in [
        (Awaited::Nothing, true, vec![]),
        (Awaited::Zero, true, vec![awaits.clone()]),
        (Awaited::Nothing, false, vec![Finding::LogsNotHeard]),
        (Awaited::Zero, false, vec![awaits, Finding::LogsNotHeard]),
    ] {
        let verdict = Verdict {
            awaited,
            ..proven(Counts::default())
        };
        let grounds = Grounds {
            log_is_read,
            ..quiet_grounds()
        };
        assert_eq!(found(&verdict, &grounds), expected);
    }
}
