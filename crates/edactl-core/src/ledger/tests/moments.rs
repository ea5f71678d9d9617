//! The very moments at which a way takes, and what is waited for until then.

use super::*;
use crate::ledger::judge::Memo;

fn begin() -> Minute {
    sent().as_second().div_euclid(60)
}

/// The consumer's metrics of a minute: as many samples of `Errors` as that.
fn consumer(ledger: &mut Ledger, time: u64, minute: Minute, counts: [u64; 3]) {
    let [invocations, samples, errors] = counts;
    let datum = |metric, value, samples| Datum {
        metric,
        minute: begin() + minute,
        value,
        samples,
    };
    let data = [
        datum(Metric::Invocations, invocations, 1),
        datum(Metric::Errors, errors, samples),
    ];
    ledger.metrics_read(at(time), &data);
}

fn with_items() -> Facts {
    Facts {
        item_failures: Some(true),
        ..facts()
    }
}

#[test]
fn an_answer_that_is_kept_is_of_its_own_question() {
    let memo = Memo::<u64>::default();
    assert!(memo.get_or(1, || true));
    assert!(!memo.get_or(2, || false));
    assert!(memo.get_or(1, || false), "it is known");
    assert!(memo.get_or(1, || false), "the last one, too");
    assert!(!memo.get_or(2, || true));
}

#[test]
fn errors_speak_from_the_moment_on_at_which_they_have_settled() {
    // 12:01:00, five minutes after the only minute, is 359 seconds after the send.
    let take = |read: u64| {
        let mut ledger = ledger_of(named(1), facts());
        see(&mut ledger, 0, 1, 20 * SECOND);
        for time in [read - MINUTE, read] {
            consumer(&mut ledger, time, 0, [1, 1, 0]);
        }
        ways(&ledger, read)[0]
    };
    assert_eq!(take(359 * SECOND), Some(Way::Errors));
    assert_eq!(take(359 * SECOND - 1), None);
}

#[test]
fn the_minute_before_the_begin_has_to_be_told_whole() {
    let take = |samples: u64| {
        let mut ledger = ledger_of(named(1), facts());
        see(&mut ledger, 0, 1, 80 * SECOND);
        for time in [8 * MINUTE, 9 * MINUTE] {
            consumer(&mut ledger, time, 0, [5, samples, 0]);
            consumer(&mut ledger, time, 1, [1, 1, 0]);
        }
        ways(&ledger, 9 * MINUTE)[0]
    };
    assert_eq!(take(5), Some(Way::Errors));
    assert_eq!(take(4), None);
}

#[test]
fn an_invocation_may_have_begun_three_seconds_before_its_first_line() {
    let take = |shown: u64| {
        let mut ledger = ledger_of(named(1), facts());
        see(&mut ledger, 0, 1, shown + 500);
        for time in [8 * MINUTE, 9 * MINUTE] {
            consumer(&mut ledger, time, 0, [1, 1, 1]);
            consumer(&mut ledger, time, 1, [1, 1, 0]);
        }
        ways(&ledger, 9 * MINUTE)[0]
    };
    // The second minute begins 59 seconds after the send.
    assert_eq!(take(62 * SECOND), Some(Way::Errors));
    assert_eq!(take(62 * SECOND - 1), None, "in the minute of the error");
}

#[test]
fn an_invocation_without_an_end_is_over_when_its_timeout_is_well_past() {
    let long = Facts {
        function_timeout: Some(Duration::from_mins(10)),
        ..facts()
    };
    let mut ledger = ledger_of(named(1), long);
    ledger.set_now(at(20 * SECOND));
    let invocation = ledger.invocation(&id(1));
    ledger.add(Evidence::Started {
        invocation,
        at: aws(19 * SECOND),
        format: PlatformFormat::Text,
    });
    ledger.add(Evidence::Seen {
        subject: Subject::Message(0),
        invocation,
        at: aws(19 * SECOND),
        line: 0,
        shape: 0,
        means: Means::Marker,
    });
    for time in [8 * MINUTE, 9 * MINUTE] {
        consumer(&mut ledger, time, 0, [1, 1, 0]);
    }
    let over = 20 * SECOND + 10 * MINUTE + 5 * SECOND;
    assert_eq!(ways(&ledger, over), [None]);
    assert_eq!(ways(&ledger, over + 1), [Some(Way::Errors)]);
}

#[test]
fn counts_of_nothing_take_nothing() {
    let take = |messages: u64| {
        let mut ledger = ledger_of(named(1), with_items());
        ledger.sending.messages = messages;
        see(&mut ledger, 0, 1, 5 * SECOND);
        for time in [7 * MINUTE, 10 * MINUTE] {
            metrics(&mut ledger, time, 3, [messages, messages, messages, 1, 0]);
        }
        ways(&ledger, 10 * MINUTE)
    };
    assert_eq!(take(1), [Some(Way::Counts)]);
    assert_eq!(take(0), [None]);
}

/// Two payloads on a queue that others keep busy: the first one is seen five seconds after the send.
fn busy(facts: Facts, other: Option<u64>) -> Ledger {
    let mut ledger = ledger_of(named(2), facts);
    see(&mut ledger, 0, 1, 5 * SECOND);
    if let Some(read) = other {
        see(&mut ledger, 1, 2, read);
    }
    ledger.queue_counters(at(7 * MINUTE), QueueCounters::known(1, 0, 0));
    metrics(&mut ledger, 7 * MINUTE, 3, [9, 9, 8, 2, 0]);
    ledger
}

#[test]
fn time_takes_once_the_consumer_began_after_the_message_was_visible_again() {
    let take = |other: Option<u64>| ways(&busy(facts(), other), 7 * MINUTE)[0];
    // Its visibility timeout of 30 seconds, and five to be sure.
    assert_eq!(take(Some(40 * SECOND)), None);
    assert_eq!(take(Some(40 * SECOND + 1)), Some(Way::Time));
    let mut ledger = busy(facts(), None);
    ledger.invocation(&id(2));
    assert_eq!(ways(&ledger, 7 * MINUTE), [None; 2], "it wrote no line");
}

#[test]
fn time_takes_once_the_letters_are_counted_after_it_could_have_died() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    let take = |counted: u64| {
        let mut ledger = busy(with_dlq, Some(50 * SECOND));
        ledger.letter_count(at(counted), 0);
        ways(&ledger, 7 * MINUTE)[0]
    };
    // Twice the visibility timeout after the receipt, and the counter's lag.
    assert_eq!(take(95 * SECOND), Some(Way::Time));
    assert_eq!(take(95 * SECOND - 1), None);
}

#[test]
fn what_was_received_says_what_it_waits_for() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    let due_ms = 64 * SECOND;
    for (facts, looks, awaited) in [
        (facts(), &[][..], Some(Awaited::QueueCounters)),
        (facts(), &[(6, 1)], Some(Awaited::Zero)),
        (facts(), &[(4, 0)], Some(Awaited::Zero)),
        (
            facts(),
            &[(4, 0), (34, 0)],
            Some(Awaited::SecondLook { due_ms }),
        ),
        (with_dlq, &[(6, 0), (36, 0)], Some(Awaited::DeadLetters)),
        (facts(), &[(6, 0), (36, 0)], None),
    ] {
        let mut ledger = ledger_of(named(1), facts);
        see(&mut ledger, 0, 1, 5 * SECOND);
        for (time, visible) in looks {
            let counters = QueueCounters::known(*visible, 0, 0);
            ledger.queue_counters(at(time * SECOND), counters);
        }
        let judgement = ledger.judge(at(MINUTE));
        assert_eq!(judgement.awaited(0), awaited, "{looks:?}");
    }
}

#[test]
fn only_a_content_waits_for_certainty_and_only_where_it_may_be_anothers() {
    for (means, status, awaited) in [
        (Means::Content, SendStatus::Accepted, Awaited::QueueCounters),
        (Means::Content, SendStatus::Answered, Awaited::Certainty),
        (Means::Marker, SendStatus::Answered, Awaited::QueueCounters),
    ] {
        let mut ledger = ledger_of(vec![status], facts());
        ledger.set_now(at(SECOND));
        let invocation = ledger.invocation(&id(1));
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(500),
            line: 0,
            shape: 0,
            means,
        });
        let judgement = ledger.judge(at(SECOND));
        assert_eq!(judgement.awaited(0), Some(awaited), "{means:?} {status:?}");
    }
}

#[test]
fn a_success_after_a_letter_counts_once_no_clock_can_put_it_before() {
    let state = |read: u64| {
        let mut ledger = ledger_of(named(1), facts());
        ledger.sending.clock_uncertainty = Duration::from_secs(10);
        ledger.letter_seen(at(60 * SECOND), "letter", Some(aws(0)));
        ledger.add(Evidence::DeadLettered {
            subject: Subject::Message(0),
            letter: "letter".into(),
            means: Means::MessageId,
        });
        let again = see(&mut ledger, 0, 1, read);
        status(&mut ledger, again, InvocationStatus::Success);
        states(&ledger, read)[0]
    };
    // Ten seconds of doubt, and two between the clocks of hosts. A line is half a second older
    // than it is read.
    assert_eq!(state(72_500), State::DeadLettered);
    assert_eq!(state(72_501), State::Taken);
}

#[test]
fn a_content_that_was_sent_again_is_of_a_later_attempt_only_after_its_letter() {
    let state = |until: u64| {
        let death = Death::Redriven(aws(until));
        let ledger = ledger_of(vec![SendStatus::Accepted], facts());
        let mut ledger = ledger.with_deaths([(0, death)].into());
        ledger.set_now(at(10 * SECOND));
        let invocation = ledger.invocation(&id(1));
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(9 * SECOND),
            line: 0,
            shape: 0,
            means: Means::Content,
        });
        zero(&mut ledger, 11 * SECOND);
        zero(&mut ledger, 41 * SECOND);
        let judgement = ledger.judge(at(41 * SECOND));
        (states(&ledger, 41 * SECOND)[0], judgement.awaited(0))
    };
    let receipt = Some(Awaited::Receipt);
    assert_eq!(state(9 * SECOND), (State::Failing, receipt));
    assert_eq!(state(9 * SECOND - 1), (State::Taken, None));
}
