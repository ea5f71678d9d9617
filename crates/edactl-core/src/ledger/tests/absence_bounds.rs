//! To the millisecond, and to the second, when a payload that nothing shows stops waiting.

use super::{loss::settled, *};
use crate::ledger::missing::Absence;

/// Nothing seen of one payload, and the queue as these looks read it.
fn looked(looks: &[(u64, u64)]) -> Ledger {
    let mut ledger = ledger_of(named(1), facts());
    for (time, visible) in looks {
        ledger.queue_counters(at(*time), QueueCounters::known(*visible, 0, 0));
    }
    ledger
}

/// Eight seen of nine, in pairs: the last is lost by habit once all had its time.
fn of_habit(mut statuses: Vec<SendStatus>) -> Ledger {
    let mut all = named(9);
    all.append(&mut statuses);
    settled(all, 8, facts(), [0; 5])
}

#[test]
fn what_is_awaited_next_is_told_by_the_looks_so_far() {
    let zero = (40 * SECOND, 0);
    let second = Awaited::SecondLook {
        due_ms: 70 * SECOND,
    };
    let settling = Awaited::Settling {
        due_ms: 40 * SECOND + 10 * MINUTE,
    };
    for (looks, awaited) in [
        (&[][..], Awaited::QueueCounters),
        (&[(40 * SECOND, 1)], Awaited::Zero),
        (&[zero], second),
        (&[zero, (41 * SECOND, 0)], second),
        (&[zero, (70 * SECOND - 1, 0)], second),
        (&[zero, (70 * SECOND, 0)], settling),
    ] {
        let ledger = looked(looks);
        let judgement = ledger.judge(at(2 * MINUTE));
        assert_eq!(judgement.absent_await(), awaited, "{looks:?}");
    }
}

#[test]
fn the_settling_time_and_the_reading_of_the_log_end_to_the_millisecond() {
    let due = 40 * SECOND + 10 * MINUTE;
    let awaited = |now: u64, log_read: u64| {
        let mut ledger = looked(&[(40 * SECOND, 0), (80 * SECOND, 0)]);
        ledger.log_read(at(log_read));
        ledger.judge(at(now)).absent_await()
    };
    let settling = Awaited::Settling { due_ms: due };
    assert_eq!(awaited(due - 1, due - 1), settling);
    assert_eq!(awaited(due, due - 1), Awaited::LogEnd);
    assert_eq!(awaited(due, due), Awaited::Nothing);
}

#[test]
fn the_oldest_message_is_younger_than_the_run_by_a_whole_second() {
    // The last answer came at 12:00:02; the fifth minute after the send's ends 358 seconds later.
    for (seconds, state) in [
        (355, State::Lost),
        (356, State::Lost),
        (357, State::Waiting),
    ] {
        let mut ledger = of_habit(Vec::new());
        ledger.queue_counters(at(19 * MINUTE), QueueCounters::known(5, 0, 0));
        let age = Datum {
            metric: Metric::OldestAge,
            minute: sent().as_second().div_euclid(60) + 5,
            value: seconds,
            samples: 1,
        };
        ledger.metrics_read(at(8 * MINUTE), &[age]);
        for number in 0..4 {
            let invocation = ledger.invocation(&id(number));
            status(&mut ledger, invocation, InvocationStatus::Success);
        }
        assert_eq!(states(&ledger, 20 * MINUTE)[8], state, "{seconds}");
    }
}

#[test]
fn what_was_not_sent_for_certain_is_not_missing() {
    for other in [SendStatus::NotSent, SendStatus::Unattempted] {
        let ledger = of_habit(vec![other]);
        let states = states(&ledger, 20 * MINUTE);
        assert_eq!(states[8], State::Lost, "{other:?}");
        assert!([State::NotSent, State::Unattempted].contains(&states[9]));
    }
    let doubtful = of_habit(vec![SendStatus::InDoubt]);
    assert_eq!(states(&doubtful, 20 * MINUTE)[8], State::Untraced);
}

#[test]
fn what_was_received_and_is_not_taken_is_not_missing_either() {
    let mut ledger = of_habit(Vec::new());
    let invocation = ledger.invocation(&id(0));
    status(&mut ledger, invocation, InvocationStatus::Failure);
    let states = states(&ledger, 20 * MINUTE);
    assert_eq!(states[..2], [State::Failing; 2]);
    assert_eq!(states[8], State::Lost);
}

#[test]
fn only_the_message_that_a_habit_misses_is_lost_with_all_that_it_carries() {
    let mut ledger = ledger_of(named(3), facts());
    ledger.sending.message_of = Some(vec![0, 0, 1]);
    let absence = Absence::LostByHabit(0);
    let told = [0, 1, 2].map(|message| absence.state(&ledger, message));
    assert_eq!(told, [State::Lost, State::Lost, State::Untraced]);
}

/// One payload of a message was told by its content; nothing shows the other.
#[test]
fn a_message_of_which_one_payload_is_seen_is_not_missing() {
    for other in [SendStatus::Accepted, SendStatus::InDoubt] {
        let awaited = |seen: bool| {
            let mut ledger = ledger_of(vec![SendStatus::Accepted, other], facts());
            ledger.sending.message_of = Some(vec![0, 0]);
            ledger.groups = Groups::new(vec![vec![0]]);
            let invocation = ledger.invocation(&id(1));
            if seen {
                ledger.add(Evidence::Seen {
                    subject: Subject::Group(0),
                    invocation,
                    at: aws(SECOND),
                    line: 0,
                    shape: 0,
                    means: Means::Content,
                });
            }
            ledger.judge(at(SECOND)).absent_await()
        };
        assert_eq!(awaited(true), Awaited::Nothing, "{other:?}");
        assert_eq!(awaited(false), Awaited::QueueCounters, "{other:?}");
    }
}

/// The look at zero was made at 12:00:41 by AWS's clock, and a counter lags by half a minute.
#[test]
fn metrics_have_to_reach_as_far_as_the_look_and_what_is_not_known_of_the_clock() {
    for (doubt, minutes, state) in [
        (48, 2, State::Lost),
        (49, 2, State::Untraced),
        (49, 3, State::Lost),
    ] {
        let mut ledger = looked(&[(40 * SECOND, 0), (80 * SECOND, 0)]);
        ledger.sending.clock_uncertainty = Duration::from_secs(doubt);
        ledger.log_read(at(20 * MINUTE));
        for read in [10 * MINUTE, 20 * MINUTE] {
            metrics(&mut ledger, read, minutes, [1, 1, 0, 0, 0]);
        }
        assert_eq!(states(&ledger, 20 * MINUTE), [state], "{doubt} {minutes}");
    }
}
