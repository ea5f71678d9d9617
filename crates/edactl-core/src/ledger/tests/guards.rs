//! What keeps each way from taking a payload: one guard removed, and it would be taken falsely.

use super::*;

/// The consumer's metrics of the minutes from that of the send on: invocations, and of its errors
/// samples and sum; `None`: not published.
fn function_metrics(ledger: &mut Ledger, time: u64, minutes: &[(u64, Option<(u64, u64)>)]) {
    let begin = sent().as_second().div_euclid(60);
    let mut data = Vec::new();
    for (minute, (invocations, errors)) in (begin..).zip(minutes) {
        let datum = |metric, value, samples| Datum {
            metric,
            minute,
            value,
            samples,
        };
        data.push(datum(Metric::Invocations, *invocations, 1));
        data.extend(errors.map(|(samples, sum)| datum(Metric::Errors, sum, samples)));
    }
    ledger.metrics_read(at(time), &data);
}

fn twice(ledger: &mut Ledger, minutes: &[(u64, Option<(u64, u64)>)]) {
    for time in [8 * MINUTE, 9 * MINUTE] {
        function_metrics(ledger, time, minutes);
    }
}

/// A line shows the payload, and names its invocation, of which nothing else is read.
fn show(ledger: &mut Ledger, subject: Subject, means: Means, read: u64) -> InvocationIndex {
    ledger.set_now(at(read));
    let invocation = ledger.invocation(&id(1));
    let shown = aws(read - 500);
    ledger.hear(invocation, shown, true);
    ledger.add(Evidence::Seen {
        subject,
        invocation,
        at: shown,
        line: 0,
        shape: 0,
        means,
    });
    invocation
}

fn with_items() -> Facts {
    Facts {
        item_failures: Some(true),
        ..facts()
    }
}

#[test]
fn errors_speak_only_for_minutes_that_are_told_whole() {
    let take = |read: u64, minutes: &[(u64, Option<(u64, u64)>)]| {
        let mut ledger = ledger_of(named(1), facts());
        see(&mut ledger, 0, 1, read);
        twice(&mut ledger, minutes);
        ways(&ledger, 9 * MINUTE)[0]
    };
    let (none, one) = ((1, Some((1, 0))), (1, Some((1, 1))));
    assert_eq!(take(20 * SECOND, &[none]), Some(Way::Errors));
    let neighbours = [none, (5, Some((4, 0)))];
    assert_eq!(take(20 * SECOND, &neighbours), None, "samples missing");
    assert_eq!(take(20 * SECOND, &[none, (5, None)]), None, "unpublished");
    // 12:00:58: by another host's clock it may have begun in the next minute.
    let late = 57 * SECOND + 500;
    assert_eq!(take(late, &[none, none]), Some(Way::Errors));
    assert_eq!(take(late, &[none, one]), None, "three seconds");
    assert_eq!(take(20 * SECOND, &[(0, Some((0, 0)))]), None, "not counted");
    let mut shown = ledger_of(named(1), facts());
    see(&mut shown, 0, 1, 20 * SECOND);
    let other = shown.invocation(&id(2));
    shown.hear(other, aws(30 * SECOND), true);
    twice(&mut shown, &[none]);
    assert_eq!(ways(&shown, 9 * MINUTE), [None], "two ran, one is counted");
    let mut rising = ledger_of(named(1), facts());
    see(&mut rising, 0, 1, 20 * SECOND);
    function_metrics(&mut rising, 8 * MINUTE, &[none]);
    function_metrics(&mut rising, 9 * MINUTE, &[one]);
    assert_eq!(ways(&rising, 9 * MINUTE), [None], "at the last read");
}

/// A line without an id stands where nothing ran by any other line, in a minute without invocations.
#[test]
fn errors_of_a_minute_in_which_nothing_ran_say_nothing() {
    let take = |invocations: u64| {
        let mut ledger = ledger_of(named(1), facts());
        ledger.set_now(at(100 * SECOND));
        let invocation = ledger.invocation(&id(1));
        ledger.hear(invocation, aws(58 * SECOND), true);
        ledger.hear(invocation, aws(90 * SECOND), false);
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(90 * SECOND),
            line: 0,
            shape: 0,
            means: Means::Marker,
        });
        let second = (invocations, Some((invocations, 0)));
        twice(&mut ledger, &[(1, Some((1, 0))), second]);
        ways(&ledger, 9 * MINUTE)[0]
    };
    assert_eq!(take(1), Some(Way::Errors));
    assert_eq!(take(0), None);
}

#[test]
fn errors_wait_for_the_end_and_look_back_where_no_begin_is_told() {
    let long = Facts {
        function_timeout: Some(Duration::from_mins(15)),
        ..facts()
    };
    let take = |facts: Facts, ended: bool, began: bool, shown: u64, first: u64| {
        let mut ledger = ledger_of(named(1), facts);
        let marked = Subject::Message(0);
        let invocation = show(&mut ledger, marked, Means::Marker, shown);
        let at = aws(shown - 500);
        if began {
            ledger.add(Evidence::Started {
                invocation,
                at,
                format: PlatformFormat::Text,
            });
        }
        if ended {
            ledger.add(Evidence::Ended { invocation, at });
        }
        twice(&mut ledger, &[(2, Some((2, first))), (2, Some((2, 0)))]);
        ways(&ledger, 9 * MINUTE)[0]
    };
    let early = 20 * SECOND;
    assert_eq!(take(long, true, true, early, 0), Some(Way::Errors));
    assert_eq!(take(long, false, true, early, 0), None, "not ended");
    assert_eq!(
        take(facts(), false, true, early, 0),
        Some(Way::Errors),
        "its time is up"
    );
    // 12:01:05, of an invocation that may have begun ten seconds before.
    let later = 64 * SECOND + 500;
    assert_eq!(take(facts(), true, true, later, 1), Some(Way::Errors));
    assert_eq!(take(facts(), true, false, later, 1), None, "begun when?");
}

#[test]
fn evidence_that_equals_could_have_had_takes_by_no_invocations_word() {
    let equals = |json: bool| {
        let mut ledger = ledger_of(named(2), facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        let group = Subject::Group(0);
        let invocation = show(&mut ledger, group, Means::Content, 20 * SECOND);
        ledger.add(Evidence::Ended {
            invocation,
            at: aws(20 * SECOND),
        });
        if json {
            status(&mut ledger, invocation, InvocationStatus::Success);
        }
        twice(&mut ledger, &[(1, Some((1, 0)))]);
        let before = ways(&ledger, 9 * MINUTE);
        zero(&mut ledger, 9 * MINUTE);
        zero(&mut ledger, 10 * MINUTE);
        (before, ways(&ledger, 10 * MINUTE))
    };
    for json in [false, true] {
        let (before, after) = equals(json);
        assert_eq!(before, [None, None]);
        assert_eq!(after, [Some(Way::Queue), None]);
    }
}

#[test]
fn zero_has_to_stand_at_every_look() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    ledger.queue_counters(at(20 * SECOND), QueueCounters::known(0, 1, 0));
    zero(&mut ledger, 36 * SECOND);
    zero(&mut ledger, 40 * SECOND);
    assert_eq!(states(&ledger, 40 * SECOND), [State::Received]);
    zero(&mut ledger, 66 * SECOND);
    assert_eq!(states(&ledger, 66 * SECOND), [State::Taken]);
}

#[test]
fn errors_that_nothing_explains_keep_the_queue_from_taking() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    metrics(&mut ledger, 2 * MINUTE, 3, [1, 1, 1, 2, 1]);
    assert_eq!(states(&ledger, 2 * MINUTE), [State::Received]);
    assert_eq!(
        ledger.judge(at(2 * MINUTE)).awaited(0),
        Some(Awaited::Explanation)
    );
}

#[test]
fn counts_speak_only_when_settled_and_whole() {
    let agree = [1, 1, 1, 1, 0];
    let take = |reads: &[u64], minutes: i64, receipts: usize, doubt: bool| {
        let mut ledger = ledger_of(named(1), with_items());
        for number in 1..=receipts {
            let invocation = see(&mut ledger, 0, number, 5 * SECOND);
            if doubt {
                let error = Failure::new("boom");
                ledger.add(Evidence::Suspected { invocation, error });
            }
        }
        for read in reads {
            metrics(&mut ledger, *read, minutes, agree);
        }
        ways(&ledger, 10 * MINUTE)[0]
    };
    let settled = [7 * MINUTE, 10 * MINUTE];
    assert_eq!(take(&settled, 3, 1, false), Some(Way::Counts));
    assert_eq!(take(&settled, 3, 1, true), None, "an error was told");
    assert_eq!(take(&settled, 3, 2, false), None, "more ran than counted");
    assert_eq!(take(&settled, 1, 1, false), None, "a minute is missing");
    assert_eq!(take(&settled[1..], 3, 1, false), None, "may still change");
    let early = [MINUTE, 5 * MINUTE];
    assert_eq!(take(&early, 3, 1, false), None, "not settled");
    // Of an invocation that has not ended.
    let long = Facts {
        function_timeout: Some(Duration::from_mins(15)),
        ..with_items()
    };
    let mut ledger = ledger_of(named(1), long);
    show(&mut ledger, Subject::Message(0), Means::Marker, 5 * SECOND);
    for read in settled {
        metrics(&mut ledger, read, 3, agree);
    }
    assert_eq!(ways(&ledger, 10 * MINUTE), [None]);
}

#[test]
fn time_takes_only_when_all_else_is_quiet() {
    let busy = [9, 9, 8, 2, 0];
    let take = |facts: Facts, seen: u64, read: u64, counts: [u64; 5], doubt: bool| {
        let mut ledger = ledger_of(named(2), facts);
        let invocation = see(&mut ledger, 0, 1, seen);
        if doubt {
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected { invocation, error });
        }
        see(&mut ledger, 1, 2, seen + 45 * SECOND);
        ledger.queue_counters(at(read), QueueCounters::known(1, 0, 0));
        metrics(&mut ledger, read, 3, counts);
        ways(&ledger, read)[0]
    };
    let (seen, read) = (5 * SECOND, 7 * MINUTE);
    assert_eq!(take(facts(), seen, read, busy, false), Some(Way::Time));
    assert_eq!(take(facts(), seen, read, busy, true), None, "told an error");
    let errors = [9, 9, 8, 2, 1];
    assert_eq!(take(facts(), seen, read, errors, false), None);
    let early = 400 * SECOND;
    assert_eq!(take(facts(), seen, early, busy, false), None, "settled?");
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    assert_eq!(take(with_dlq, seen, read, busy, false), None, "letters?");

    let seen_later = |read: u64| {
        let mut ledger = ledger_of(named(2), facts());
        see(&mut ledger, 0, 1, 65 * SECOND);
        see(&mut ledger, 1, 2, 110 * SECOND);
        metrics(&mut ledger, read, 3, [9, 9, 8, 0, 0]);
        let second = (2, Some((2, 0)));
        function_metrics(&mut ledger, read, &[(0, Some((0, 0))), second]);
        ways(&ledger, read)[0]
    };
    assert_eq!(seen_later(426 * SECOND), Some(Way::Time));
    assert_eq!(seen_later(424 * SECOND), None, "too soon");

    let mut ledger = ledger_of(named(2), facts());
    see(&mut ledger, 0, 1, seen);
    see(&mut ledger, 1, 2, seen + 45 * SECOND);
    metrics(&mut ledger, read, 3, busy);
    let half = Datum {
        metric: Metric::Errors,
        minute: sent().as_second().div_euclid(60),
        value: 0,
        samples: 1,
    };
    ledger.metrics_read(at(read), &[half]);
    assert_eq!(ways(&ledger, read)[0], None, "samples missing");
}

#[test]
fn each_contradiction_holds_back() {
    let held = |facts: Facts, change: &dyn Fn(&mut Ledger)| {
        let mut ledger = ledger_of(named(1), facts);
        see(&mut ledger, 0, 1, 5 * SECOND);
        for read in [7 * MINUTE, 10 * MINUTE] {
            metrics(&mut ledger, read, 3, [1, 1, 1, 1, 0]);
        }
        change(&mut ledger);
        let judgement = ledger.judge(at(10 * MINUTE));
        assert_eq!(judgement.get(0).counts.way, Some(Way::Counts));
        let holds = judgement.holds().to_vec();
        let outcome = verdict(&ledger, 10 * MINUTE, Rules::default());
        assert_eq!(outcome == Outcome::Proven, holds.is_empty(), "{holds:?}");
        holds
    };
    assert_eq!(held(with_items(), &|_| ()), []);
    let queue = |ledger: &mut Ledger| {
        ledger.queue_counters(at(9 * MINUTE), QueueCounters::known(0, 1, 0));
    };
    assert_eq!(held(with_items(), &queue), [Hold::QueueHolds]);
    let with_dlq = Facts {
        has_dlq: true,
        ..with_items()
    };
    let grown = |ledger: &mut Ledger| ledger.letter_count(at(9 * MINUTE), 1);
    assert_eq!(held(with_dlq, &grown), [Hold::DeadLettersGrew]);
    let error = |ledger: &mut Ledger| {
        let error = Datum {
            metric: Metric::Errors,
            minute: sent().as_second().div_euclid(60),
            value: 1,
            samples: 1,
        };
        ledger.metrics_read(at(10 * MINUTE), &[error]);
    };
    assert_eq!(held(with_items(), &error), [Hold::UnexplainedErrors]);
}

#[test]
fn what_others_may_have_caused_holds_nothing_back() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    let other = ledger.invocation(&id(2));
    ledger.hear(other, aws(50 * SECOND), true);
    ledger.queue_counters(at(7 * MINUTE), QueueCounters::known(1, 0, 0));
    metrics(&mut ledger, 7 * MINUTE, 3, [9, 9, 8, 2, 0]);
    assert_eq!(ways(&ledger, 7 * MINUTE), [Some(Way::Time)]);
    assert_eq!(
        verdict(&ledger, 7 * MINUTE, Rules::default()),
        Outcome::Proven
    );
}

#[test]
fn metrics_cover_a_known_shape_of_a_queue_that_was_empty() {
    let certain = |change: &dyn Fn(&mut Ledger), sent: u64| {
        let mut ledger = ledger_of(vec![SendStatus::Answered], facts());
        change(&mut ledger);
        metrics(&mut ledger, 8 * MINUTE, 4, [sent, 1, 1, 1, 0]);
        ledger.judge(at(8 * MINUTE)).is_certain(0)
    };
    assert!(certain(&|_| (), 1));
    assert!(!certain(&|_| (), 2), "others");
    assert!(!certain(&|ledger| ledger.sending.is_shape_known = false, 1));
    assert!(!certain(&|ledger| ledger.sending.queue_at_send = None, 1));
    let others = |ledger: &mut Ledger| {
        see(ledger, 0, 1, 5 * SECOND);
        let other = ledger.invocation(&id(2));
        ledger.hear(other, aws(30 * SECOND), true);
    };
    assert!(!certain(&others, 1), "the one that was sent may be theirs");
    let mut early = ledger_of(vec![SendStatus::Answered], facts());
    metrics(&mut early, 2 * MINUTE, 4, [1, 1, 1, 1, 0]);
    assert!(!early.judge(at(2 * MINUTE)).is_certain(0), "not settled");
}
