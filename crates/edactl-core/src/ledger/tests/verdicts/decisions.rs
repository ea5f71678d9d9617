//! What follows from how many payloads are in which state.

use super::*;
use crate::verdict::Verdict;

/// A run of which nothing is known: what nothing shows may still come.
fn open() -> Ledger {
    ledger_of(named(1), facts())
}

/// A run in which nothing more is to come.
fn quiet() -> Ledger {
    ledger_of(vec![SendStatus::Unattempted], facts())
}

fn grounds(rules: Rules) -> Grounds<'static> {
    Grounds {
        rules,
        limits: &[],
        log_is_read: true,
        metrics_are_read: true,
        queue_is_read: true,
    }
}

fn decided(ledger: &Ledger, counts: Counts, rules: Rules) -> Verdict {
    decide(&ledger.judge(at(SECOND)), counts, &grounds(rules))
}

/// Ten were planned and attempted; nothing else is said.
const TEN: Counts = Counts {
    planned: 10,
    attempted: 10,
    taken: 0,
    duplicated: 0,
    repeated: 0,
    lost: 0,
    some_lost: 0,
    dead_lettered: 0,
    filtered: 0,
    not_sent: 0,
    failing: 0,
    received: 0,
    waiting: 0,
    in_doubt: 0,
    untraced: 0,
    unattempted: 0,
    sent: 0,
    receives: 0,
    ways: crate::verdict::Ways {
        status: 0,
        queue: 0,
        errors: 0,
        counts: 0,
        time: 0,
    },
};

#[test]
fn whatever_is_certainly_not_taken_disproves() {
    for counts in [
        Counts { lost: 1, ..TEN },
        Counts {
            some_lost: 2,
            ..TEN
        },
        Counts {
            dead_lettered: 1,
            ..TEN
        },
        Counts { filtered: 1, ..TEN },
        Counts { not_sent: 1, ..TEN },
    ] {
        let found = decided(&quiet(), counts, Rules::default());
        assert_eq!(
            (found.outcome, found.is_final),
            (Outcome::Disproven, true),
            "{counts:?}"
        );
    }
}

#[test]
fn a_failure_is_final_when_the_others_have_their_last_state() {
    let lost = Counts { lost: 1, ..TEN };
    let with = |[failing, received, waiting, in_doubt, untraced]: [u64; 5]| Counts {
        failing,
        received,
        waiting,
        in_doubt,
        untraced,
        ..lost
    };
    for (states, when_quiet, when_open) in [
        ([0, 0, 0, 0, 0], true, true),
        ([1, 0, 0, 0, 0], false, false),
        ([0, 1, 0, 0, 0], false, false),
        ([0, 0, 1, 0, 0], false, false),
        ([1, 1, 0, 0, 0], false, false),
        ([1, 0, 1, 0, 0], false, false),
        ([0, 1, 1, 0, 0], false, false),
        ([0, 0, 0, 1, 0], true, false),
        ([0, 0, 0, 0, 1], true, false),
        ([0, 0, 0, 1, 1], true, false),
        ([0, 0, 1, 1, 0], false, false),
    ] {
        for (ledger, is_final) in [(quiet(), when_quiet), (open(), when_open)] {
            let found = decided(&ledger, with(states), Rules::default());
            assert_eq!(found.outcome, Outcome::Disproven);
            assert_eq!(found.is_final, is_final, "{states:?}");
        }
    }
}

/// What is awaited is told as long as it may change the verdict.
#[test]
fn a_final_verdict_awaits_nothing() {
    let lost = Counts { lost: 1, ..TEN };
    let waiting = Counts { waiting: 1, ..lost };
    for (counts, awaited) in [(lost, Awaited::Nothing), (waiting, Awaited::QueueCounters)] {
        let found = decided(&open(), counts, Rules::default());
        assert_eq!(found.awaited, awaited);
    }
}

#[test]
fn a_duplicate_disproves_exactly_once_only() {
    let twice = Counts {
        taken: 10,
        duplicated: 1,
        ..TEN
    };
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    assert_eq!(
        decided(&quiet(), twice, exactly).outcome,
        Outcome::Disproven
    );
    let found = decided(&quiet(), twice, Rules::default());
    assert_eq!((found.outcome, found.is_final), (Outcome::Proven, true));
}

#[test]
fn a_broken_limit_waits_for_the_last_payload() {
    let limit = CheckedLimit {
        stage: Stage::Received,
        quantile: "max".parse().unwrap(),
        at_most_ms: 1000,
        measured_ms: Some(2000),
        outcome: LimitOutcome::Broken,
    };
    let ledger = quiet();
    let judgement = ledger.judge(at(SECOND));
    let limits = [limit];
    let grounds = Grounds {
        limits: &limits,
        ..grounds(Rules::default())
    };
    for (waiting, outcome) in [
        (0, Outcome::Disproven),
        (1, Outcome::Undetermined(Reason::NotInTime)),
    ] {
        let counts = Counts { waiting, ..TEN };
        assert_eq!(decide(&judgement, counts, &grounds).outcome, outcome);
    }
}

/// What is open may come as long as nothing has settled; without a log nobody would see it.
#[test]
fn open_payloads_leave_it_open() {
    let states = [
        Counts { failing: 1, ..TEN },
        Counts { received: 1, ..TEN },
        Counts { waiting: 1, ..TEN },
        Counts { in_doubt: 1, ..TEN },
        Counts { untraced: 1, ..TEN },
    ];
    let ledger = open();
    let judgement = ledger.judge(at(SECOND));
    for counts in states {
        for (log_is_read, reason) in [(true, Reason::NotInTime), (false, Reason::NotObservable)] {
            let grounds = Grounds {
                log_is_read,
                ..grounds(Rules::default())
            };
            let found = decide(&judgement, counts, &grounds);
            assert_eq!(
                (found.outcome, found.is_final),
                (Outcome::Undetermined(reason), false),
                "{counts:?}"
            );
        }
    }
    let doubt = Counts { in_doubt: 1, ..TEN };
    let found = decided(&quiet(), doubt, Rules::default());
    assert_eq!(found.outcome, Outcome::Undetermined(Reason::InDoubt));
    assert!(!found.is_final);
}

#[test]
fn agreeing_counts_are_enough_only_for_a_whole_send() {
    let accepted = Rules {
        accept_counts: true,
        ..Rules::default()
    };
    let agreeing = loss::settled(named(2), 0, facts(), [2, 2, 2, 0, 0]);
    let silent = loss::settled(named(2), 0, facts(), [0; 5]);
    let only_counts = Outcome::Undetermined(Reason::OnlyCounts);
    for (ledger, rules, unattempted, outcome, is_final) in [
        (&agreeing, accepted, 0, Outcome::Consistent, true),
        (&agreeing, accepted, 1, only_counts, true),
        (&agreeing, Rules::default(), 0, only_counts, true),
        (&silent, accepted, 0, only_counts, false),
    ] {
        let judgement = ledger.judge(at(20 * MINUTE));
        let counts = Counts {
            unattempted,
            ..Counts::of(&judgement)
        };
        let found = decide(&judgement, counts, &grounds(rules));
        assert_eq!(
            (found.outcome, found.is_final),
            (outcome, is_final),
            "{unattempted}"
        );
    }
}

/// A source that cannot be read will never say what the proof needs.
#[test]
fn a_required_source_that_cannot_be_read_ends_the_wait() {
    let metrics_wanted = Rules {
        require_metrics: true,
        ..Rules::default()
    };
    let queue_wanted = Rules {
        require_queue: true,
        ..Rules::default()
    };
    let not_yet = Outcome::Undetermined(Reason::NotInTime);
    let never = Outcome::Undetermined(Reason::NotObservable);
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Success);
    let judgement = ledger.judge(at(6 * SECOND));
    for (rules, metrics_are_read, queue_is_read, outcome, is_final) in [
        (metrics_wanted, true, false, not_yet, false),
        (metrics_wanted, false, true, never, true),
        (queue_wanted, false, true, not_yet, false),
        (queue_wanted, true, false, never, true),
        (Rules::default(), false, false, Outcome::Proven, true),
    ] {
        let grounds = Grounds {
            metrics_are_read,
            queue_is_read,
            ..grounds(rules)
        };
        let found = decide(&judgement, Counts::of(&judgement), &grounds);
        assert_eq!((found.outcome, found.is_final), (outcome, is_final));
    }
}

/// Recognised by its content, of a send that says nothing for certain, on a queue that is at rest:
/// only metrics can still tell whose it was.
#[test]
fn a_content_waits_for_metrics_as_long_as_they_may_speak() {
    let told = |shared: bool, counted: Option<u64>, metrics_are_read: bool, rests: bool| {
        let mut ledger = ledger_of(vec![SendStatus::Answered], facts());
        ledger.sending.contents_shared = shared;
        ledger.set_now(at(5 * SECOND));
        let invocation = ledger.invocation(&id(1));
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(4 * SECOND),
            line: 0,
            shape: 0,
            means: Means::Content,
        });
        zero(&mut ledger, 40 * SECOND);
        zero(&mut ledger, 80 * SECOND);
        if rests {
            ledger.log_read(at(20 * MINUTE));
        }
        if let Some(count) = counted {
            for read in [10 * MINUTE, 20 * MINUTE] {
                metrics(&mut ledger, read, 4, [count, count, count, 1, 0]);
            }
        }
        let judgement = ledger.judge(at(20 * MINUTE));
        let grounds = Grounds {
            metrics_are_read,
            ..grounds(Rules::default())
        };
        let found = decide(&judgement, Counts::of(&judgement), &grounds);
        (found.outcome, found.is_final)
    };
    let open = (Outcome::Undetermined(Reason::NotInTime), false);
    let doubt = (Outcome::Undetermined(Reason::InDoubt), true);
    assert_eq!(told(false, None, true, true), open, "metrics may speak");
    assert_eq!(told(false, None, false, true), doubt, "nobody asks them");
    assert_eq!(told(true, None, true, true), doubt, "others' contents");
    assert_eq!(told(false, Some(2), true, true), doubt, "others' messages");
    assert_eq!(told(false, Some(1), true, true), (Outcome::Proven, true));
    for shared in [false, true] {
        assert_eq!(told(shared, Some(2), true, false), open, "not at rest");
    }
}

/// One that was received is nearer to an answer than one that nothing shows.
#[test]
fn what_the_first_received_payload_waits_for_is_awaited() {
    for failed in [false, true] {
        let mut ledger = ledger_of(named(2), facts());
        let invocation = see(&mut ledger, 1, 1, 5 * SECOND);
        if failed {
            status(&mut ledger, invocation, InvocationStatus::Failure);
        }
        zero(&mut ledger, 6 * SECOND);
        let judgement = ledger.judge(at(7 * SECOND));
        let counts = Counts::of(&judgement);
        assert_eq!(
            (counts.received, counts.failing, counts.waiting),
            (u64::from(!failed), u64::from(failed), 1)
        );
        let found = decide(&judgement, counts, &grounds(Rules::default()));
        let due = |seconds: u64| Awaited::SecondLook {
            due_ms: seconds * SECOND,
        };
        assert_eq!(found.awaited, due(36));
        assert_eq!(judgement.absent_await(), due(60));
    }
}

#[test]
fn contradictions_are_told_where_a_way_is_not_direct() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    for direct in [false, true] {
        if direct {
            status(&mut ledger, invocation, InvocationStatus::Success);
        }
        zero(&mut ledger, 6 * SECOND);
        zero(&mut ledger, 36 * SECOND);
        metrics(&mut ledger, 2 * MINUTE, 3, [1, 1, 0, 1, 0]);
        let judgement = ledger.judge(at(2 * MINUTE));
        let found = decide(
            &judgement,
            Counts::of(&judgement),
            &grounds(Rules::default()),
        );
        let expected = if direct {
            (Outcome::Proven, true, vec![])
        } else {
            let held = Outcome::Undetermined(Reason::HeldBack);
            (held, false, vec![Hold::DeletedFewer])
        };
        assert_eq!((found.outcome, found.is_final, found.holds), expected);
    }
}
