//! What keeps a payload that nothing shows from being called lost, filtered out or not sent.

use super::{loss::settled, *};

fn last(ledger: &Ledger) -> State {
    *states(ledger, 20 * MINUTE).last().unwrap()
}

/// Nothing seen; the queue as these looks read it, the log read to its end.
fn quiet(statuses: Vec<SendStatus>, facts: Facts, looks: &[(u64, u64)]) -> Ledger {
    let mut ledger = ledger_of(statuses, facts);
    for (time, visible) in looks {
        let counters = QueueCounters::known(*visible, 0, 0);
        ledger.queue_counters(at(*time), counters);
    }
    ledger.log_read(at(20 * MINUTE));
    ledger
}

const ZERO_TWICE: [(u64, u64); 2] = [(40 * SECOND, 0), (80 * SECOND, 0)];

#[test]
fn the_queues_delay_has_to_pass_before_its_way_to_zero() {
    let delayed = |delay: u64| {
        let facts = Facts {
            delay: Duration::from_secs(delay),
            ..facts()
        };
        last(&settled(named(1), 0, facts, [1, 1, 0, 0, 0]))
    };
    assert_eq!(delayed(0), State::Lost);
    assert_eq!(delayed(90), State::Waiting);
}

#[test]
fn one_zero_look_makes_nothing_lost() {
    let lost = |looks: &[(u64, u64)]| {
        let mut ledger = quiet(named(1), facts(), looks);
        for read in [10 * MINUTE, 20 * MINUTE] {
            metrics(&mut ledger, read, 4, [1, 1, 0, 0, 0]);
        }
        last(&ledger)
    };
    assert_eq!(lost(&ZERO_TWICE), State::Lost);
    assert_eq!(lost(&ZERO_TWICE[..1]), State::Waiting);
    assert_eq!(lost(&[]), State::Waiting);
    // The age of the oldest message leaves out what was received three times: it opens the way,
    // and the counters still have to read zero.
    assert_eq!(lost(&[(40 * SECOND, 1)]), State::Waiting);
}

fn oldest(ledger: &mut Ledger, minute: i64, seconds: u64) {
    let age = Datum {
        metric: Metric::OldestAge,
        minute: sent().as_second().div_euclid(60) + minute,
        value: seconds,
        samples: 1,
    };
    ledger.metrics_read(at(8 * MINUTE), &[age]);
}

#[test]
fn an_oldest_message_that_is_younger_than_the_run_opens_the_way() {
    // Eight of nine seen in pairs: who is missing is lost by habit, on a queue that never rests.
    let nine = |minute: i64, seconds: u64| {
        let mut ledger = settled(named(9), 8, facts(), [0; 5]);
        ledger.queue_counters(at(19 * MINUTE), QueueCounters::known(5, 0, 0));
        oldest(&mut ledger, minute, seconds);
        for message in 0..8 {
            // Taken by Lambda's word: the queue's counters say nothing here.
            let invocation = ledger.invocation(&id(message / 2));
            status(&mut ledger, invocation, InvocationStatus::Success);
        }
        last(&ledger)
    };
    assert_eq!(nine(5, 20), State::Lost);
    assert_eq!(nine(5, 400), State::Waiting, "older than the run");
    assert_eq!(nine(0, 20), State::Waiting, "of the minute of the send");
    // Where counts decide, the counters have to read zero as well.
    let mut ledger = quiet(named(1), facts(), &[(40 * SECOND, 1)]);
    oldest(&mut ledger, 5, 20);
    for read in [10 * MINUTE, 20 * MINUTE] {
        metrics(&mut ledger, read, 12, [1, 3, 0, 3, 0]);
    }
    assert_eq!(last(&ledger), State::Waiting);
    assert_eq!(ledger.judge(at(20 * MINUTE)).absent_await(), Awaited::Zero);
}

#[test]
fn metrics_have_to_be_settled_unchanged_and_of_every_minute() {
    let lost = |reads: &[u64], minutes: i64| {
        let mut ledger = quiet(named(1), facts(), &ZERO_TWICE);
        for read in reads {
            metrics(&mut ledger, *read, minutes, [1, 1, 0, 0, 0]);
        }
        last(&ledger)
    };
    assert_eq!(lost(&[10 * MINUTE, 20 * MINUTE], 4), State::Lost);
    assert_eq!(lost(&[20 * MINUTE], 4), State::Waiting, "read once");
    assert_eq!(lost(&[3 * MINUTE, 6 * MINUTE], 4), State::Waiting, "early");
    assert_eq!(
        lost(&[10 * MINUTE, 20 * MINUTE], 1),
        State::Untraced,
        "a minute is missing"
    );
}

#[test]
fn sent_has_to_be_what_the_run_sent() {
    let of = |counts| last(&settled(named(2), 0, facts(), counts));
    assert_eq!(of([2, 2, 0, 0, 0]), State::Lost);
    assert_eq!(of([1, 1, 0, 0, 0]), State::Untraced, "one of them");
    assert_eq!(of([3, 3, 2, 0, 0]), State::Untraced, "others'");
}

#[test]
fn who_was_received_and_not_taken_may_be_who_was_not_deleted() {
    let mut ledger = settled(named(2), 1, facts(), [2, 2, 1, 1, 1]);
    let invocation = ledger.invocation(&id(0));
    status(&mut ledger, invocation, InvocationStatus::Failure);
    assert_eq!(
        states(&ledger, 20 * MINUTE),
        [State::Failing, State::SomeLost]
    );
}

#[test]
fn letters_of_the_run_are_gone_and_not_lost() {
    let mut ledger = settled(named(2), 0, facts(), [2, 2, 1, 0, 0]);
    assert_eq!(last(&ledger), State::SomeLost);
    ledger.letter_seen(at(80 * SECOND), "unknown", Some(aws(500)));
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Untraced; 2]);
}

#[test]
fn where_more_is_short_than_is_open_nothing_is_called_lost() {
    let mut ledger = settled(named(2), 1, facts(), [2, 2, 0, 1, 0]);
    let invocation = ledger.invocation(&id(0));
    status(&mut ledger, invocation, InvocationStatus::Success);
    assert_eq!(
        states(&ledger, 20 * MINUTE),
        [State::Taken, State::Untraced]
    );
}

/// Eight payloads of nine seen, two in each invocation; and then what makes it no habit.
#[test]
fn a_habit_needs_all_of_its_grounds() {
    let habit = |facts: Facts, statuses: Vec<SendStatus>, seen: &[(u32, usize)]| {
        let mut ledger = settled(statuses, 0, facts, [0; 5]);
        for (message, number) in seen {
            see(&mut ledger, *message, *number, 5 * SECOND);
        }
        ledger
    };
    let pairs: Vec<_> = (0..8).map(|it| (it, it as usize / 2)).collect();
    let alone: Vec<_> = (0..8).map(|it| (it, it as usize)).collect();
    let one_each = Facts {
        batch_size: Some(1),
        ..facts()
    };
    assert_eq!(last(&habit(facts(), named(9), &pairs)), State::Lost);
    assert_eq!(last(&habit(facts(), named(9), &alone)), State::Untraced);
    assert_eq!(last(&habit(one_each, named(9), &alone)), State::Lost);
    let lossy = Facts {
        loses_lines: true,
        ..facts()
    };
    let of_lossy = habit(lossy, named(9), &pairs);
    assert_eq!(last(&of_lossy), State::Untraced, "a log that loses lines");
    // Seven in the log and a letter: that one is dead says nothing of what the consumer logs.
    let mut lettered = habit(facts(), named(9), &pairs[..7]);
    lettered.letter_seen(at(40 * SECOND), "letter", Some(aws(0)));
    lettered.add(Evidence::DeadLettered {
        subject: Subject::Message(7),
        letter: "letter".into(),
        means: Means::Marker,
    });
    assert_eq!(last(&lettered), State::Untraced, "a letter is no habit");
    let two_missing = habit(facts(), named(10), &pairs);
    assert_eq!(states(&two_missing, 20 * MINUTE)[8..], [State::Untraced; 2]);
    let mut in_doubt = named(9);
    in_doubt.push(SendStatus::InDoubt);
    let in_doubt = habit(facts(), in_doubt, &pairs);
    assert_eq!(states(&in_doubt, 20 * MINUTE)[8], State::Untraced);
    let mut errors = habit(facts(), named(9), &pairs);
    metrics(&mut errors, 10 * MINUTE, 4, [50, 50, 49, 9, 3]);
    metrics(&mut errors, 20 * MINUTE, 4, [50, 50, 49, 9, 3]);
    assert_eq!(last(&errors), State::Untraced, "errors unexplained");
}

#[test]
fn a_habit_of_ids_says_nothing_of_a_payload_whose_id_nobody_named() {
    let told = |means: Means, missing: SendStatus| {
        let mut statuses = named(8);
        statuses.push(missing);
        let mut ledger = settled(statuses, 0, facts(), [0; 5]);
        ledger.set_now(at(5 * SECOND));
        for message in 0..8 {
            let invocation = ledger.invocation(&id(message / 2));
            ledger.add(Evidence::Seen {
                subject: Subject::Message(u32::try_from(message).unwrap()),
                invocation,
                at: aws(4 * SECOND),
                line: 0,
                shape: 0,
                means,
            });
        }
        last(&ledger)
    };
    assert_eq!(told(Means::MessageId, SendStatus::Named), State::Lost);
    assert_eq!(
        told(Means::MessageId, SendStatus::Accepted),
        State::Untraced
    );
    assert_eq!(told(Means::Marker, SendStatus::Accepted), State::Lost);
    assert_eq!(told(Means::Content, SendStatus::Named), State::Untraced);
}

#[test]
fn filtered_needs_counts_that_fit() {
    let told = |has_filter: bool, statuses: Vec<SendStatus>, polled: u64, filtered: u64| {
        let facts = Facts {
            has_filter,
            ..facts()
        };
        let count = statuses.len() as u64;
        let mut ledger = settled(statuses, 0, facts, [count, count, count, 0, 0]);
        ledger.sending.queue_at_send = None;
        let minute = sent().as_second().div_euclid(60);
        for (metric, value) in [
            (Metric::PolledEvents, polled),
            (Metric::FilteredOutEvents, filtered),
        ] {
            let datum = Datum {
                metric,
                minute,
                value,
                samples: 1,
            };
            ledger.metrics_read(at(20 * MINUTE), &[datum]);
        }
        states(&ledger, 20 * MINUTE)[0]
    };
    assert_eq!(told(true, named(2), 2, 2), State::Filtered);
    assert_eq!(told(false, named(2), 2, 2), State::Untraced);
    assert_eq!(told(true, named(2), 2, 1), State::Untraced);
    assert_eq!(told(true, named(2), 3, 2), State::Untraced, "others'");
    let doubt = vec![SendStatus::Named, SendStatus::InDoubt];
    assert_eq!(told(true, doubt, 2, 1), State::Untraced, "or the other");
}

#[test]
fn what_is_in_doubt_is_not_sent_only_where_all_others_were_seen() {
    let doubt = |seen: usize| {
        let statuses = vec![SendStatus::Named, SendStatus::Named, SendStatus::InDoubt];
        last(&settled(statuses, seen, facts(), [2, 2, 2, 1, 0]))
    };
    assert_eq!(doubt(2), State::NotSent);
    assert_eq!(doubt(1), State::InDoubt, "it may be the one that was sent");
    let statuses = vec![SendStatus::Named, SendStatus::InDoubt];
    let others = settled(statuses, 1, facts(), [5, 5, 5, 1, 0]);
    assert_eq!(last(&others), State::InDoubt, "it may be among the others");
}
