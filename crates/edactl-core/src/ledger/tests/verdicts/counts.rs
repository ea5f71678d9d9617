//! How many payloads are in which state, and in which way they are known to be taken.

use super::*;
use crate::verdict::Ways;

fn counts(ledger: &Ledger, now: u64) -> Counts {
    Counts::of(&ledger.judge(at(now)))
}

/// One payload of an answered send, at this ledger's end.
fn of_one(status: SendStatus, facts: Facts, change: &dyn Fn(&mut Ledger)) -> Counts {
    let mut ledger = ledger_of(vec![status], facts);
    change(&mut ledger);
    counts(&ledger, 20 * MINUTE)
}

fn letter(ledger: &mut Ledger, message: MessageIndex) {
    ledger.letter_seen(at(SECOND), "letter", Some(aws(0)));
    ledger.add(Evidence::DeadLettered {
        subject: Subject::Message(message),
        letter: "letter".into(),
        means: Means::MessageId,
    });
}

#[test]
fn each_payload_is_counted_in_its_state() {
    let base = Counts {
        planned: 1,
        attempted: 1,
        sent: 1,
        ..Counts::default()
    };
    let of = |statuses, counted: [u64; 5]| {
        let ledger = loss::settled(statuses, 0, facts(), counted);
        counts(&ledger, 20 * MINUTE)
    };
    let two = Counts {
        planned: 2,
        attempted: 2,
        sent: 2,
        ..Counts::default()
    };
    assert_eq!(
        of(named(2), [2, 2, 0, 0, 0]),
        Counts { lost: 2, ..two },
        "lost"
    );
    assert_eq!(
        of(named(2), [2, 2, 1, 0, 0]),
        Counts {
            some_lost: 2,
            ..two
        }
    );
    assert_eq!(of(named(2), [2, 2, 2, 0, 0]), Counts { untraced: 2, ..two });
    let waiting = of_one(SendStatus::Named, facts(), &|_| ());
    assert_eq!(waiting, Counts { waiting: 1, ..base });
    let refused = of_one(SendStatus::NotSent, facts(), &|_| ());
    assert_eq!(
        refused,
        Counts {
            not_sent: 1,
            sent: 0,
            ..base
        }
    );
    let never = of_one(SendStatus::Unattempted, facts(), &|_| ());
    assert_eq!(
        never,
        Counts {
            unattempted: 1,
            attempted: 0,
            sent: 0,
            ..base
        }
    );
    let received = of_one(SendStatus::Named, facts(), &|ledger| {
        see(ledger, 0, 1, 5 * SECOND);
    });
    assert_eq!(
        received,
        Counts {
            received: 1,
            receives: 1,
            ..base
        }
    );
    let failing = of_one(SendStatus::Named, facts(), &|ledger| {
        let invocation = see(ledger, 0, 1, 5 * SECOND);
        status(ledger, invocation, InvocationStatus::Failure);
    });
    assert_eq!(
        failing,
        Counts {
            failing: 1,
            receives: 1,
            ..base
        }
    );
    let dead = of_one(SendStatus::Named, facts(), &|ledger| letter(ledger, 0));
    assert_eq!(
        dead,
        Counts {
            dead_lettered: 1,
            ..base
        }
    );
}

#[test]
fn what_was_attempted_is_all_but_what_was_not() {
    let statuses = vec![
        SendStatus::Named,
        SendStatus::Unattempted,
        SendStatus::Named,
        SendStatus::InDoubt,
    ];
    let found = counts(&ledger_of(statuses, facts()), 0);
    assert_eq!(
        found,
        Counts {
            planned: 4,
            attempted: 3,
            waiting: 2,
            in_doubt: 1,
            unattempted: 1,
            sent: 2,
            ..Counts::default()
        }
    );
}

/// What the record says, what came to be known, and how many were sent.
type Case<'a> = (SendStatus, &'a dyn Fn(&mut Ledger), u64);

/// The producer says it for certain, the consumer's log shows it, or it is a dead letter.
#[test]
fn sent_is_what_is_known_to_have_been_on_the_queue() {
    let nothing = |_: &mut Ledger| ();
    let seen = |ledger: &mut Ledger| {
        see(ledger, 0, 1, 5 * SECOND);
    };
    let dead = |ledger: &mut Ledger| letter(ledger, 0);
    let cases: [Case<'_>; 8] = [
        (SendStatus::Named, &nothing, 1),
        (SendStatus::Accepted, &nothing, 1),
        (SendStatus::Answered, &nothing, 0),
        (SendStatus::InDoubt, &nothing, 0),
        (SendStatus::NotSent, &nothing, 0),
        (SendStatus::InDoubt, &seen, 1),
        (SendStatus::InDoubt, &dead, 1),
        (SendStatus::Named, &seen, 1),
    ];
    for (index, (status, change, sent)) in cases.into_iter().enumerate() {
        let found = of_one(status, facts(), change);
        assert_eq!(found.sent, sent, "{index}: {status:?}");
    }
}

#[test]
fn each_taken_payload_is_counted_in_its_way() {
    let seen_twice_over = |ledger: &mut Ledger| {
        see(ledger, 0, 1, 5 * SECOND);
        see(ledger, 1, 1, 5 * SECOND);
    };
    let ways = |facts: Facts, change: &dyn Fn(&mut Ledger)| {
        let mut ledger = ledger_of(named(2), facts);
        change(&mut ledger);
        let found = counts(&ledger, 10 * MINUTE);
        assert_eq!(found.taken, 2);
        found.ways
    };
    let by_status = ways(facts(), &|ledger| {
        seen_twice_over(ledger);
        let invocation = ledger.invocation(&id(1));
        status(ledger, invocation, InvocationStatus::Success);
    });
    let none = Ways::default();
    assert_eq!(by_status, Ways { status: 2, ..none });
    let by_queue = ways(facts(), &|ledger| {
        seen_twice_over(ledger);
        zero(ledger, 6 * SECOND);
        zero(ledger, 36 * SECOND);
    });
    assert_eq!(by_queue, Ways { queue: 2, ..none });
    let by_errors = ways(facts(), &|ledger| {
        see(ledger, 0, 1, 20 * SECOND);
        see(ledger, 1, 1, 20 * SECOND);
        for read in [6 * MINUTE, 7 * MINUTE] {
            metrics(ledger, read, 8, [50, 50, 49, 5, 0]);
        }
    });
    assert_eq!(by_errors, Ways { errors: 2, ..none });
    let items = Facts {
        item_failures: Some(true),
        ..facts()
    };
    let by_counts = ways(items, &|ledger| {
        seen_twice_over(ledger);
        for read in [7 * MINUTE, 10 * MINUTE] {
            metrics(ledger, read, 3, [2, 2, 2, 1, 0]);
        }
    });
    assert_eq!(by_counts, Ways { counts: 2, ..none });
    let by_time = {
        let mut ledger = ledger_of(named(3), facts());
        seen_twice_over(&mut ledger);
        see(&mut ledger, 2, 2, 50 * SECOND);
        ledger.queue_counters(at(7 * MINUTE), QueueCounters::known(1, 0, 0));
        metrics(&mut ledger, 7 * MINUTE, 3, [9, 9, 8, 2, 0]);
        counts(&ledger, 7 * MINUTE).ways
    };
    assert_eq!(by_time, Ways { time: 2, ..none });
}

#[test]
fn receipts_and_repeats_are_counted() {
    let mut ledger = ledger_of(named(3), facts());
    // Twice, and nothing tells a retry from a second delivery; twice at once; once.
    see(&mut ledger, 0, 1, 5 * SECOND);
    see(&mut ledger, 0, 2, 40 * SECOND);
    see(&mut ledger, 1, 3, 5 * SECOND);
    see(&mut ledger, 1, 4, 6 * SECOND);
    see(&mut ledger, 2, 5, 6 * SECOND);
    zero(&mut ledger, 60 * SECOND);
    zero(&mut ledger, 100 * SECOND);
    let found = counts(&ledger, 100 * SECOND);
    assert_eq!(
        (
            found.taken,
            found.receives,
            found.repeated,
            found.duplicated
        ),
        (3, 5, 1, 1)
    );
}
