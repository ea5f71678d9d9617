//! One test for each of the five ways to be taken, and for what keeps each from being one.

use super::*;

#[test]
fn a_status_of_success_takes_at_once() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Success);
    assert_eq!(ways(&ledger, 5 * SECOND), [Some(Way::Status)]);
    for unknown in [Some(true), None] {
        ledger.learn(Facts {
            item_failures: unknown,
            ..facts()
        });
        assert_eq!(states(&ledger, 5 * SECOND), [State::Received]);
    }
}

#[test]
fn a_status_counts_only_for_what_its_invocation_showed() {
    // The line names no invocation, and is read before the begin of its own.
    for (shown, state) in [(600, State::Taken), (1100, State::Received)] {
        let mut ledger = ledger_of(named(1), facts());
        ledger.set_now(at(3 * SECOND));
        let first = ledger.invocation(&id(1));
        ledger.hear(first, aws(500), true);
        ledger.add(Evidence::Started {
            invocation: first,
            at: aws(500),
            format: PlatformFormat::Json,
        });
        ledger.hear(first, aws(shown), false);
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation: first,
            at: aws(shown),
            line: 0,
            shape: 0,
            means: Means::Marker,
        });
        ledger.hear(first, aws(1000), true);
        ledger.add(Evidence::Ended {
            invocation: first,
            at: aws(1000),
        });
        status(&mut ledger, first, InvocationStatus::Success);
        assert_eq!(states(&ledger, 3 * SECOND), [state], "{shown}");
    }
}

#[test]
fn a_status_of_failure_is_no_success() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Timeout);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 60 * SECOND);
    assert_eq!(states(&ledger, 60 * SECOND), [State::Failing]);
}

#[test]
fn where_a_status_is_promised_the_queue_waits_for_it() {
    let promised = Facts {
        promises_status: true,
        ..facts()
    };
    let mut ledger = ledger_of(named(1), promised);
    let invocation = see_in(PlatformFormat::Json, &mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 60 * SECOND);
    assert_eq!(states(&ledger, 60 * SECOND), [State::Received]);
    status(&mut ledger, invocation, InvocationStatus::Success);
    assert_eq!(states(&ledger, 60 * SECOND), [State::Taken]);

    let mut text = ledger_of(named(1), promised);
    see(&mut text, 0, 1, 5 * SECOND);
    zero(&mut text, 6 * SECOND);
    zero(&mut text, 60 * SECOND);
    assert_eq!(ways(&text, 60 * SECOND), [Some(Way::Queue)], "text lines");
}

#[test]
fn two_zero_looks_a_lag_apart_take() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 4 * SECOND);
    zero(&mut ledger, 34 * SECOND);
    assert_eq!(
        states(&ledger, 34 * SECOND),
        [State::Received],
        "a look before the receipt, one after"
    );
    zero(&mut ledger, 63 * SECOND);
    assert_eq!(states(&ledger, 63 * SECOND), [State::Received], "29 s");
    zero(&mut ledger, 64 * SECOND);
    assert_eq!(ways(&ledger, 64 * SECOND), [Some(Way::Queue)]);
    ledger.queue_counters(
        at(65 * SECOND),
        QueueCounters {
            delayed: None,
            ..QueueCounters::known(0, 0, 0)
        },
    );
    assert_eq!(
        states(&ledger, 65 * SECOND),
        [State::Received],
        "an absent counter is unknown"
    );
}

#[test]
fn a_new_receipt_starts_over() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    see(&mut ledger, 0, 2, 35 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    zero(&mut ledger, 65 * SECOND);
    assert_eq!(states(&ledger, 65 * SECOND), [State::Received]);
    zero(&mut ledger, 66 * SECOND);
    assert_eq!(states(&ledger, 66 * SECOND), [State::Taken]);
}

#[test]
fn errors_of_zero_take_on_a_busy_queue() {
    let take = |facts: Facts, errors: u64, reads: &[u64]| {
        let mut ledger = ledger_of(named(1), facts);
        see(&mut ledger, 0, 1, 20 * SECOND);
        ledger.queue_counters(at(21 * SECOND), QueueCounters::known(9, 1, 0));
        for read in reads {
            metrics(&mut ledger, *read, 8, [50, 50, 49, 5, errors]);
        }
        ways(&ledger, *reads.last().unwrap())
    };
    let settled = [6 * MINUTE, 7 * MINUTE];
    assert_eq!(take(facts(), 0, &settled), [Some(Way::Errors)]);
    assert_eq!(take(facts(), 1, &settled), [None]);
    assert_eq!(take(facts(), 0, &settled[..1]), [None], "one read");
    assert_eq!(take(facts(), 0, &[MINUTE, 2 * MINUTE]), [None], "too early");
    let items = Facts {
        item_failures: Some(true),
        ..facts()
    };
    assert_eq!(take(items, 0, &settled), [None]);
}

#[test]
fn errors_that_lack_samples_take_nothing() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 20 * SECOND);
    for read in [6 * MINUTE, 7 * MINUTE] {
        metrics(&mut ledger, read, 8, [50, 50, 49, 5, 0]);
        let minute = sent().as_second().div_euclid(60);
        let half = Datum {
            metric: Metric::Errors,
            minute,
            value: 0,
            samples: 4,
        };
        ledger.metrics_read(at(read), &[half]);
    }
    assert_eq!(ways(&ledger, 7 * MINUTE), [None]);
}

#[test]
fn counts_that_are_the_runs_take() {
    let take = |counts: [u64; 5], at_send: Option<QueueCounters>| {
        let items = Facts {
            item_failures: Some(true),
            ..facts()
        };
        let mut ledger = ledger_of(named(1), items);
        ledger.sending.queue_at_send = at_send;
        see(&mut ledger, 0, 1, 5 * SECOND);
        metrics(&mut ledger, 7 * MINUTE, 3, counts);
        metrics(&mut ledger, 10 * MINUTE, 3, counts);
        ways(&ledger, 10 * MINUTE)
    };
    let empty = Some(QueueCounters::known(0, 0, 0));
    assert_eq!(take([1, 1, 1, 1, 0], empty), [Some(Way::Counts)]);
    assert_eq!(take([1, 2, 1, 2, 0], empty), [None], "received again");
    assert_eq!(take([2, 2, 2, 2, 0], empty), [None], "others' messages");
    assert_eq!(
        take([1, 1, 1, 1, 0], None),
        [None],
        "what was there before?"
    );
    let held = Some(QueueCounters::known(1, 0, 0));
    assert_eq!(take([1, 1, 1, 1, 0], held), [None]);
}

#[test]
fn time_takes_where_nothing_can_come_back() {
    let take = |facts: Facts, other: bool| {
        let mut ledger = ledger_of(named(2), facts);
        see(&mut ledger, 0, 1, 5 * SECOND);
        if other {
            see(&mut ledger, 1, 2, 50 * SECOND);
        }
        ledger.queue_counters(at(7 * MINUTE), QueueCounters::known(1, 0, 0));
        metrics(&mut ledger, 7 * MINUTE, 3, [9, 9, 8, 2, 0]);
        // Errors would take, too: of a minute without a second read they do not.
        ways(&ledger, 7 * MINUTE)[0]
    };
    assert_eq!(take(facts(), true), Some(Way::Time));
    assert_eq!(take(facts(), false), None, "the consumer may stand still");
    for changes_visibility in [Some(true), None] {
        let backs_off = Facts {
            changes_visibility,
            ..facts()
        };
        assert_eq!(take(backs_off, true), None);
    }
    let items = Facts {
        item_failures: Some(true),
        ..facts()
    };
    assert_eq!(take(items, true), None);
}
