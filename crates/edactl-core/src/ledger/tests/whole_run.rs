//! What is said of a run as a whole, and what counts say of payloads that came more than once.

use super::*;
use crate::ledger::run_wide::Repeats;

fn with_items() -> Facts {
    Facts {
        item_failures: Some(true),
        ..facts()
    }
}

/// The ledger's payload was received twice, so far apart, and its queue came to zero.
fn received_twice(facts: Facts, apart: u64) -> (Ledger, [InvocationIndex; 2]) {
    let mut ledger = ledger_of(named(1), facts);
    let first = see(&mut ledger, 0, 1, 5 * SECOND);
    let second = see(&mut ledger, 0, 2, 5 * SECOND + apart);
    zero(&mut ledger, 2 * MINUTE);
    zero(&mut ledger, 3 * MINUTE);
    (ledger, [first, second])
}

fn settle(ledger: &mut Ledger, minutes: i64, counts: [u64; 5]) {
    for time in [10 * MINUTE, 20 * MINUTE] {
        metrics(ledger, time, minutes, counts);
    }
}

fn count(ledger: &Ledger, message: MessageIndex) -> MessageCounts {
    ledger.judge(at(20 * MINUTE)).message_count(message)
}

#[test]
fn of_retries_all_but_the_last_have_failed_where_it_was_taken() {
    for receipts in [2, 3] {
        let (mut ledger, _) = received_twice(with_items(), SECOND);
        for number in 3..=receipts {
            see(&mut ledger, 0, number, 7 * SECOND);
        }
        let received = u32::try_from(receipts).unwrap();
        settle(&mut ledger, 3, [1, receipts as u64, 1, receipts as u64, 0]);
        let counts = count(&ledger, 0);
        assert_eq!(counts.state, State::Taken);
        assert_eq!((counts.received, counts.failed), (received, received - 1));
        assert!(!counts.is_duplicate);
    }
    // Who says that it was deleted? The last attempt failed, too.
    let (mut ledger, both) = received_twice(with_items(), SECOND);
    for invocation in both {
        status(&mut ledger, invocation, InvocationStatus::Failure);
    }
    settle(&mut ledger, 3, [1, 2, 1, 2, 2]);
    let counts = count(&ledger, 0);
    assert_eq!(counts.state, State::Failing);
    assert_eq!((counts.received, counts.failed), (2, 2));
}

#[test]
fn a_second_receipt_is_a_duplicate_only_on_certain_grounds() {
    let duplicate = |apart: u64, successes: usize| {
        let (mut ledger, both) = received_twice(facts(), apart);
        for invocation in &both[2 - successes..] {
            status(&mut ledger, *invocation, InvocationStatus::Success);
        }
        let counts = count(&ledger, 0);
        assert_eq!((counts.state, counts.received), (State::Taken, 2));
        counts.is_duplicate
    };
    assert!(duplicate(31 * SECOND, 2), "each was a success");
    assert!(!duplicate(31 * SECOND, 1), "the first may have failed");
    assert!(duplicate(SECOND, 0), "before its visibility timeout");
    // A failed one comes back when its visibility timeout has passed, give or take two seconds.
    assert!(duplicate(28 * SECOND - 1, 0));
    assert!(!duplicate(28 * SECOND, 0));
    // What was not taken was not taken twice.
    let mut open = ledger_of(named(1), facts());
    for (number, read) in [(1, 5 * SECOND), (2, 6 * SECOND)] {
        see(&mut open, 0, number, read);
    }
    let counts = count(&open, 0);
    assert_eq!((counts.state, counts.received), (State::Received, 2));
    assert!(!counts.is_duplicate);
}

#[test]
fn of_duplicates_who_failed_but_once_was_taken_once() {
    let told = |deleted: u64| {
        let mut ledger = ledger_of(named(2), with_items());
        let failed = see(&mut ledger, 0, 1, 5 * SECOND);
        status(&mut ledger, failed, InvocationStatus::Failure);
        see(&mut ledger, 0, 2, 36 * SECOND);
        see(&mut ledger, 1, 3, 5 * SECOND);
        see(&mut ledger, 1, 4, 36 * SECOND);
        zero(&mut ledger, 2 * MINUTE);
        zero(&mut ledger, 3 * MINUTE);
        settle(&mut ledger, 3, [2, 4, deleted, 4, 1]);
        let both = [count(&ledger, 0), count(&ledger, 1)];
        assert_eq!(both.map(|it| it.state), [State::Taken; 2]);
        both.map(|it| it.is_duplicate)
    };
    assert_eq!(told(3), [false, true]);
    assert_eq!(told(2), [false, false], "retries");
    assert_eq!(told(4), [false, false], "more than were seen");
}

#[test]
fn repeats_are_told_by_counts_that_are_whole_settled_and_the_runs() {
    let repeats = |change: &dyn Fn(&mut Ledger), minutes: i64, counts: [u64; 5]| {
        let (mut ledger, _) = received_twice(with_items(), SECOND);
        change(&mut ledger);
        settle(&mut ledger, minutes, counts);
        ledger.judge(at(20 * MINUTE)).repeats()
    };
    let same = |_: &mut Ledger| ();
    assert_eq!(repeats(&same, 3, [1, 2, 1, 2, 0]), Repeats::Retries);
    assert_eq!(repeats(&same, 3, [1, 2, 2, 2, 0]), Repeats::Duplicates);
    assert_eq!(repeats(&same, 3, [1, 2, 3, 2, 0]), Repeats::Untold);
    assert_eq!(repeats(&same, 3, [1, 2, 0, 2, 0]), Repeats::Untold);
    let others = repeats(&same, 3, [2, 3, 2, 3, 0]);
    assert_eq!(others, Repeats::Untold, "others' messages");
    let partial = repeats(&same, 1, [1, 2, 1, 2, 0]);
    assert_eq!(partial, Repeats::Untold, "a minute is missing");
    let carried = |ledger: &mut Ledger| ledger.sending.message_of = Some(vec![0]);
    let shared = repeats(&carried, 3, [1, 2, 1, 2, 0]);
    assert_eq!(shared, Repeats::Untold, "which payload's?");
    let (mut early, _) = received_twice(with_items(), SECOND);
    metrics(&mut early, 20 * MINUTE, 3, [1, 2, 1, 2, 0]);
    let early = early.judge(at(20 * MINUTE)).repeats();
    assert_eq!(early, Repeats::Untold, "they may still change");
}

#[test]
fn an_error_is_noted_of_what_was_taken_at_its_only_receipt() {
    type Telling<'a> = &'a dyn Fn(&mut Ledger, InvocationIndex);
    let error = || Failure::new("boom");
    let refuse = |ledger: &mut Ledger, invocation: InvocationIndex| {
        ledger.add(Evidence::Refused {
            subject: Subject::Message(0),
            invocation,
            at: aws(4500),
            error: error(),
            line: 1,
            means: Means::Marker,
        });
    };
    let suspect = |ledger: &mut Ledger, invocation: InvocationIndex| {
        let error = error();
        ledger.add(Evidence::Suspected { invocation, error });
    };
    let silent = |_: &mut Ledger, _: InvocationIndex| ();
    let noted = |tell: Telling<'_>, is_taken: bool, receipts: usize| {
        let mut ledger = ledger_of(named(1), with_items());
        let first = see(&mut ledger, 0, 1, 5 * SECOND);
        tell(&mut ledger, first);
        for number in 2..=receipts {
            see(&mut ledger, 0, number, 40 * SECOND);
        }
        if is_taken {
            zero(&mut ledger, 2 * MINUTE);
            zero(&mut ledger, 3 * MINUTE);
        }
        let counts = count(&ledger, 0);
        assert_eq!(counts.state == State::Taken, is_taken);
        counts.logged_error
    };
    assert!(noted(&refuse, true, 1));
    assert!(noted(&suspect, true, 1));
    assert!(!noted(&silent, true, 1));
    assert!(!noted(&refuse, true, 2), "an attempt before the one");
    assert!(!noted(&refuse, false, 1), "it may be why it is not taken");
}

#[test]
fn a_queue_reads_zero_since_the_first_of_its_last_looks() {
    let mut ledger = ledger_of(named(1), facts());
    let since = |ledger: &Ledger| ledger.judge(at(MINUTE)).zero_since();
    assert_eq!(since(&ledger), None);
    zero(&mut ledger, 5 * SECOND);
    ledger.queue_counters(at(6 * SECOND), QueueCounters::known(1, 0, 0));
    assert_eq!(since(&ledger), None);
    zero(&mut ledger, 7 * SECOND);
    zero(&mut ledger, 8 * SECOND);
    assert_eq!(since(&ledger), Some(7 * SECOND));
}

#[test]
fn counts_agree_when_they_are_settled_unchanged_and_the_runs() {
    let agree = |reads: &[u64], counts: [u64; 5]| {
        let mut ledger = ledger_of(named(2), facts());
        for read in reads {
            metrics(&mut ledger, *read, 3, counts);
        }
        let judgement = ledger.judge(at(20 * MINUTE));
        (judgement.counts_agree(), judgement.metrics_have_settled())
    };
    let late = [10 * MINUTE, 20 * MINUTE];
    assert_eq!(agree(&late, [2, 2, 2, 1, 0]), (true, true));
    assert_eq!(agree(&late, [2, 2, 1, 1, 0]), (false, true));
    let once = agree(&late[1..], [2, 2, 2, 1, 0]);
    assert_eq!(once, (false, false), "they may still change");
    let early = agree(&[MINUTE, 5 * MINUTE], [2, 2, 2, 1, 0]);
    assert_eq!(early, (false, false), "they are not settled");
}

#[test]
fn metrics_confirm_a_run_that_they_cover() {
    let confirm = |minutes: i64, counts: [u64; 5]| {
        let mut ledger = ledger_of(named(2), facts());
        metrics(&mut ledger, 10 * MINUTE, minutes, counts);
        ledger.judge(at(10 * MINUTE)).metrics_confirm()
    };
    assert!(confirm(3, [2, 2, 0, 0, 0]));
    assert!(confirm(3, [3, 5, 0, 0, 0]));
    assert!(!confirm(3, [1, 2, 2, 1, 0]));
    assert!(!confirm(3, [2, 1, 2, 1, 0]));
    assert!(!confirm(1, [2, 2, 2, 1, 0]), "a minute is missing");
}

#[test]
fn errors_are_explained_by_failures_and_by_receipts_beyond_the_first() {
    let unexplained = |errors: u64| {
        let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], with_items());
        ledger.groups = Groups::new(vec![vec![0]]);
        let failed = see(&mut ledger, 1, 1, 5 * SECOND);
        status(&mut ledger, failed, InvocationStatus::Failure);
        see(&mut ledger, 1, 2, 6 * SECOND);
        for number in [3, 4] {
            let invocation = ledger.invocation(&id(number));
            ledger.add(Evidence::Seen {
                subject: Subject::Group(0),
                invocation,
                at: aws(5 * SECOND),
                line: number as u64,
                shape: 0,
                means: Means::Content,
            });
        }
        metrics(&mut ledger, 10 * MINUTE, 3, [2, 4, 2, 4, errors]);
        let holds = ledger.judge(at(10 * MINUTE)).holds().to_vec();
        holds.contains(&Hold::UnexplainedErrors)
    };
    // One failure, one payload that came twice, and another that only its content tells.
    assert!(!unexplained(3));
    assert!(unexplained(4));
}

#[test]
fn others_are_known_of_where_more_were_sent_than_the_run_sent() {
    for (sent, others) in [(1, false), (2, false), (3, true)] {
        let mut ledger = ledger_of(named(2), facts());
        metrics(&mut ledger, 10 * MINUTE, 3, [sent, 2, 2, 1, 0]);
        assert_eq!(ledger.judge(at(10 * MINUTE)).has_others(), others, "{sent}");
    }
}

#[test]
fn letters_beyond_those_seen_hold_back_where_none_of_the_runs_is_among_them() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    let holds = |is_own: bool, letters: u64, facts: Facts| {
        let mut ledger = ledger_of(named(1), facts);
        ledger.letter_seen(at(60 * SECOND), "letter", Some(aws(0)));
        if is_own {
            ledger.add(Evidence::DeadLettered {
                subject: Subject::Message(0),
                letter: "letter".into(),
                means: Means::MessageId,
            });
        }
        ledger.letter_count(at(60 * SECOND), letters);
        ledger.judge(at(MINUTE)).holds().to_vec()
    };
    assert_eq!(holds(false, 2, with_dlq), [Hold::DeadLettersGrew]);
    assert_eq!(holds(true, 2, with_dlq), [], "that is told of itself");
    assert_eq!(holds(false, 1, with_dlq), []);
    assert_eq!(holds(false, 2, facts()), []);
}

#[test]
fn a_count_of_no_message_makes_nothing_certain() {
    for (messages, is_certain) in [(1, true), (0, false)] {
        let mut ledger = ledger_of(vec![SendStatus::Answered], facts());
        ledger.sending.messages = messages;
        settle(&mut ledger, 3, [messages, messages, messages, 0, 0]);
        let judgement = ledger.judge(at(20 * MINUTE));
        assert_eq!(judgement.messages(), messages);
        assert_eq!(judgement.is_certain(0), is_certain);
    }
}

#[test]
fn how_many_are_lost_is_told_only_where_it_is_open_which() {
    for (deleted, lost) in [(4, None), (3, Some(1)), (2, Some(2)), (0, None)] {
        let ledger = super::loss::settled(named(4), 0, facts(), [4, 4, deleted, 0, 0]);
        let judgement = ledger.judge(at(20 * MINUTE));
        assert_eq!(judgement.some_lost(), lost, "{deleted}");
    }
}

#[test]
fn contents_are_shared_where_the_send_says_so() {
    for shared in [false, true] {
        let mut ledger = ledger_of(named(1), facts());
        ledger.sending.contents_shared = shared;
        assert_eq!(ledger.judge(at(0)).has_shared_contents(), shared);
    }
}

#[test]
fn equals_are_done_when_one_was_taken_in_an_invocation_that_the_log_names() {
    let seen_and_done = |is_named: bool, is_taken: bool| {
        let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        ledger.set_now(at(SECOND));
        let invocation = if is_named {
            ledger.invocation(&id(1))
        } else {
            ledger.anonymous_invocation("stream")
        };
        ledger.add(Evidence::Seen {
            subject: Subject::Group(0),
            invocation,
            at: aws(500),
            line: 0,
            shape: 0,
            means: Means::Content,
        });
        ledger.add(Evidence::Ended {
            invocation,
            at: aws(700),
        });
        if is_taken {
            zero(&mut ledger, 2 * SECOND);
            zero(&mut ledger, 32 * SECOND);
        }
        let judgement = ledger.judge(at(32 * SECOND));
        assert_eq!(judgement.seen_and_done(1), (None, None));
        judgement.seen_and_done(0)
    };
    let (seen, done) = (Some(aws(500)), Some(aws(700)));
    assert_eq!(seen_and_done(true, true), (seen, done));
    assert_eq!(seen_and_done(true, false), (seen, None), "not taken");
    assert_eq!(seen_and_done(false, true), (seen, None), "of which one?");
}
