//! One test for each row of the ledger's tables.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::verdict::{Counts, Grounds, Outcome, Reason, Rules, decide};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;

/// The send: the first second of a minute of AWS's clock.
fn sent() -> Timestamp {
    "2026-11-24T12:00:01Z".parse().unwrap()
}

fn aws(millis: u64) -> Timestamp {
    sent() + SignedDuration::from_millis(i64::try_from(millis).unwrap())
}

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn facts() -> Facts {
    Facts {
        item_failures: Some(false),
        promises_status: false,
        has_dlq: false,
        visibility_timeout: Some(Duration::from_secs(30)),
        function_timeout: Some(Duration::from_secs(10)),
        batch_size: Some(10),
        changes_visibility: Some(false),
        delay: Duration::ZERO,
        has_filter: false,
    }
}

fn ledger_of(status: Vec<SendStatus>, facts: Facts) -> Ledger {
    let sending = Sending {
        messages: status.len() as u64,
        status,
        groups: Vec::new(),
        is_shape_known: true,
        message_of: None,
        began: sent(),
        answered: aws(SECOND),
        session_began: sent(),
        clock_uncertainty: Duration::ZERO,
        sent_by: Duration::ZERO,
        queue_at_send: Some(QueueCounters::known(0, 0, 0)),
        letters_at_send: Some(0),
        contents_shared: false,
    };
    Ledger::new(
        sending,
        facts,
        Waits::of(crate::waits::Environment::Aws, None),
    )
}

fn named(count: usize) -> Vec<SendStatus> {
    vec![SendStatus::Named; count]
}

fn id(number: usize) -> String {
    format!("00000001-0000-4000-8000-{number:012x}")
}

/// The payload is shown in an invocation, read at this time; the line is half a second older.
fn see(ledger: &mut Ledger, message: MessageIndex, number: usize, read: u64) -> InvocationIndex {
    see_in(PlatformFormat::Text, ledger, message, number, read)
}

fn see_in(
    format: PlatformFormat,
    ledger: &mut Ledger,
    message: MessageIndex,
    number: usize,
    read: u64,
) -> InvocationIndex {
    ledger.set_now(at(read));
    let invocation = ledger.invocation(&id(number));
    let shown = aws(read - 500);
    ledger.add(Evidence::Started {
        invocation,
        at: shown,
        format,
    });
    ledger.add(Evidence::Seen {
        subject: Subject::Message(message),
        invocation,
        at: shown,
        line: 0,
        shape: 0,
        means: Means::Marker,
    });
    ledger.add(Evidence::Ended {
        invocation,
        at: shown,
    });
    invocation
}

fn zero(ledger: &mut Ledger, time: u64) {
    ledger.queue_counters(at(time), QueueCounters::known(0, 0, 0));
}

fn status(ledger: &mut Ledger, invocation: InvocationIndex, status: InvocationStatus) {
    ledger.add(Evidence::Status {
        invocation,
        status,
        error: None,
    });
}

/// Metrics of the minutes from that of the send on: (sent, received, deleted, invocations, errors)
/// in the first, nothing in the others.
fn metrics(ledger: &mut Ledger, time: u64, minutes: i64, first: [u64; 5]) {
    let begin = sent().as_second().div_euclid(60);
    let mut data = Vec::new();
    for minute in 0..minutes {
        let value = |index: usize| if minute == 0 { first[index] } else { 0 };
        for (metric, index) in [
            (Metric::Sent, 0),
            (Metric::Received, 1),
            (Metric::Deleted, 2),
            (Metric::Invocations, 3),
            (Metric::Errors, 4),
        ] {
            let samples = if index == 4 { value(3) } else { 1 };
            data.push(Datum {
                metric,
                minute: begin + minute,
                value: value(index),
                samples,
            });
        }
    }
    ledger.metrics_read(at(time), &data);
}

fn states(ledger: &Ledger, now: u64) -> Vec<State> {
    let judgement = ledger.judge(at(now));
    judgement.iter().map(|status| status.counts.state).collect()
}

fn ways(ledger: &Ledger, now: u64) -> Vec<Option<Way>> {
    let judgement = ledger.judge(at(now));
    judgement.iter().map(|status| status.counts.way).collect()
}

fn verdict(ledger: &Ledger, now: u64, rules: Rules) -> Outcome {
    let judgement = ledger.judge(at(now));
    let grounds = Grounds {
        rules,
        limits: &[],
        log_is_read: true,
        metrics_are_read: true,
        queue_is_read: true,
    };
    decide(&judgement, Counts::of(&judgement), &grounds).outcome
}

#[test]
fn what_the_record_says() {
    let all = vec![
        SendStatus::Unattempted,
        SendStatus::NotSent,
        SendStatus::InDoubt,
        SendStatus::Answered,
        SendStatus::Accepted,
        SendStatus::Named,
    ];
    let ledger = ledger_of(all, facts());
    assert_eq!(
        states(&ledger, 0),
        [
            State::Unattempted,
            State::NotSent,
            State::InDoubt,
            State::Waiting,
            State::Waiting,
            State::Waiting
        ]
    );
}

#[test]
fn an_end_without_an_error_proves_nothing() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    assert_eq!(states(&ledger, 3600 * SECOND), [State::Received]);
}

#[test]
fn lines_older_than_the_send_are_no_receipts() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = ledger.invocation(&id(1));
    ledger.add(Evidence::Seen {
        subject: Subject::Message(0),
        invocation,
        at: sent() - SignedDuration::from_secs(3),
        line: 0,
        shape: 0,
        means: Means::Content,
    });
    assert_eq!(states(&ledger, 0), [State::Waiting]);
}

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
fn an_unread_dead_letter_queue_holds_the_queue_back() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    let mut ledger = ledger_of(named(1), with_dlq);
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    ledger.letter_count(at(35 * SECOND), 0);
    assert_eq!(
        states(&ledger, 40 * SECOND),
        [State::Received],
        "a lag after the first zero look it may have come"
    );
    ledger.letter_count(at(36 * SECOND), 0);
    assert_eq!(states(&ledger, 40 * SECOND), [State::Taken]);
}

#[test]
fn a_letter_that_may_be_the_runs_holds_the_queue_back() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    for (sent_at, state) in [(aws(500), State::Received), (aws(MINUTE), State::Taken)] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted], with_dlq);
        see(&mut ledger, 0, 1, 5 * SECOND);
        zero(&mut ledger, 6 * SECOND);
        zero(&mut ledger, 36 * SECOND);
        for time in [36, 70] {
            ledger.letter_count(at(time * SECOND), 1);
            ledger.letters_peeked(at(time * SECOND));
            ledger.letter_seen(at(time * SECOND), "unknown", Some(sent_at));
        }
        assert_eq!(states(&ledger, 70 * SECOND), [state]);
    }
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

#[test]
fn a_dead_letter_overrules_every_success_before_it() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Success);
    let letter = Evidence::DeadLettered {
        subject: Subject::Message(0),
        letter: "letter".into(),
        means: Means::MessageId,
    };
    ledger.letter_seen(at(60 * SECOND), "letter", Some(aws(0)));
    ledger.add(letter);
    assert_eq!(states(&ledger, 60 * SECOND), [State::DeadLettered]);
    assert_eq!(
        verdict(&ledger, 60 * SECOND, Rules::default()),
        Outcome::Disproven
    );
    // A redrive, and an attempt that began after it.
    let again = see(&mut ledger, 0, 2, 120 * SECOND);
    assert_eq!(states(&ledger, 120 * SECOND), [State::DeadLettered]);
    status(&mut ledger, again, InvocationStatus::Success);
    assert_eq!(states(&ledger, 120 * SECOND), [State::Taken]);
}

#[test]
fn a_letter_told_by_content_has_to_be_sent_while_the_run_was() {
    for (sent_at, state) in [
        (Some(aws(0)), State::DeadLettered),
        (Some(sent() - SignedDuration::from_secs(60)), State::Waiting),
        (None, State::Waiting),
    ] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted], facts());
        ledger.letter_seen(at(SECOND), "letter", sent_at);
        ledger.add(Evidence::DeadLettered {
            subject: Subject::Message(0),
            letter: "letter".into(),
            means: Means::Content,
        });
        assert_eq!(states(&ledger, SECOND), [state]);
    }
}

/// Nothing seen, the queue at zero, the log read, and these metrics twice.
fn settled(statuses: Vec<SendStatus>, seen: usize, facts: Facts, counts: [u64; 5]) -> Ledger {
    let mut ledger = ledger_of(statuses, facts);
    for message in 0..seen {
        let index = MessageIndex::try_from(message).unwrap();
        see(&mut ledger, index, message / 2, 5 * SECOND);
    }
    zero(&mut ledger, 40 * SECOND);
    zero(&mut ledger, 80 * SECOND);
    ledger.letter_count(at(80 * SECOND), 0);
    ledger.log_read(at(20 * MINUTE));
    if counts != [0; 5] {
        metrics(&mut ledger, 10 * MINUTE, 4, counts);
        metrics(&mut ledger, 20 * MINUTE, 4, counts);
    }
    ledger
}

#[test]
fn who_was_not_deleted_is_lost() {
    let ledger = settled(named(2), 0, facts(), [2, 2, 0, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Lost; 2]);
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Disproven
    );
}

#[test]
fn of_more_than_are_short_only_some_are_lost() {
    let ledger = settled(named(3), 0, facts(), [3, 3, 2, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::SomeLost; 3]);
    assert_eq!(ledger.judge(at(20 * MINUTE)).some_lost(), Some(1));
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Disproven
    );
}

#[test]
fn deleted_without_a_trace_is_untraced() {
    let ledger = settled(named(2), 0, facts(), [2, 2, 2, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Untraced; 2]);
    let only_counts = Outcome::Undetermined(Reason::OnlyCounts);
    assert_eq!(verdict(&ledger, 20 * MINUTE, Rules::default()), only_counts);
    let accepted = Rules {
        accept_counts: true,
        ..Rules::default()
    };
    assert_eq!(verdict(&ledger, 20 * MINUTE, accepted), Outcome::Consistent);
}

#[test]
fn a_count_of_sent_makes_nothing_lost_that_the_producer_did_not_claim() {
    let ledger = settled(vec![SendStatus::Answered; 2], 0, facts(), [2, 2, 1, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Untraced; 2]);
}

#[test]
fn nothing_is_lost_before_all_settled() {
    let ledger = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    assert_eq!(states(&ledger, 10 * MINUTE), [State::Waiting], "--settle");
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Lost]);
    let mut busy = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    busy.queue_counters(at(19 * MINUTE), QueueCounters::known(0, 1, 0));
    assert_eq!(states(&busy, 20 * MINUTE), [State::Waiting]);
    let unread = Facts {
        has_dlq: true,
        ..facts()
    };
    let mut unread = settled(named(1), 0, unread, [1, 1, 0, 0, 0]);
    unread.dead_letters.baseline = None;
    assert_eq!(states(&unread, 20 * MINUTE), [State::Waiting], "letters?");
}

#[test]
fn an_unread_log_end_holds_a_loss_back() {
    let mut ledger = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    ledger.log_read = Some(5 * MINUTE);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Waiting]);
    assert_eq!(
        ledger.judge(at(20 * MINUTE)).absent_await(),
        Awaited::LogEnd
    );
}

#[test]
fn sent_counts_that_leave_no_room_tell_what_was_not_sent() {
    let mut statuses = vec![SendStatus::Named];
    statuses.push(SendStatus::InDoubt);
    let ledger = settled(statuses.clone(), 1, facts(), [1, 1, 1, 1, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Taken, State::NotSent]);
    let ledger = settled(statuses, 1, facts(), [0; 5]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Taken, State::InDoubt]);
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Undetermined(Reason::InDoubt)
    );
}

#[test]
fn eight_that_were_all_logged_make_a_habit() {
    let last = |count: usize| {
        let ledger = settled(named(count), count - 1, facts(), [0; 5]);
        *states(&ledger, 20 * MINUTE).last().unwrap()
    };
    assert_eq!(last(9), State::Lost);
    assert_eq!(last(8), State::Untraced, "seven are no habit");
}

#[test]
fn a_message_is_received_and_taken_as_a_whole() {
    let mut ledger = ledger_of(named(3), facts());
    ledger.sending.message_of = Some(vec![0, 0, 1]);
    see(&mut ledger, 1, 1, 5 * SECOND);
    assert_eq!(
        states(&ledger, 5 * SECOND),
        [State::Received, State::Received, State::Waiting]
    );
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    assert_eq!(
        states(&ledger, 36 * SECOND),
        [State::Taken, State::Taken, State::Waiting]
    );
    ledger.letter_seen(at(40 * SECOND), "letter", Some(aws(0)));
    ledger.add(Evidence::DeadLettered {
        subject: Subject::Message(0),
        letter: "letter".into(),
        means: Means::MessageId,
    });
    assert_eq!(
        states(&ledger, 40 * SECOND),
        [State::DeadLettered, State::DeadLettered, State::Waiting]
    );
}

#[test]
fn what_the_filter_took_is_told_by_event_counts() {
    let with_filter = Facts {
        has_filter: true,
        ..facts()
    };
    let mut ledger = settled(named(1), 0, with_filter, [1, 1, 1, 0, 0]);
    let minute = sent().as_second().div_euclid(60);
    let datum = |metric| Datum {
        metric,
        minute,
        value: 1,
        samples: 1,
    };
    let counted = [
        datum(Metric::PolledEvents),
        datum(Metric::FilteredOutEvents),
    ];
    ledger.metrics_read(at(20 * MINUTE), &counted);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Filtered]);
}

#[test]
fn contradictions_hold_back() {
    let mut ledger = ledger_of(named(1), facts());
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    assert_eq!(verdict(&ledger, MINUTE, Rules::default()), Outcome::Proven);
    metrics(&mut ledger, 2 * MINUTE, 3, [1, 1, 0, 1, 0]);
    let held = Outcome::Undetermined(Reason::HeldBack);
    assert_eq!(verdict(&ledger, 2 * MINUTE, Rules::default()), held);
    assert_eq!(ledger.judge(at(2 * MINUTE)).holds(), [Hold::DeletedFewer]);
    metrics(&mut ledger, 3 * MINUTE, 3, [1, 1, 1, 1, 0]);
    assert_eq!(
        verdict(&ledger, 3 * MINUTE, Rules::default()),
        Outcome::Proven
    );
    metrics(&mut ledger, 4 * MINUTE, 3, [1, 1, 1, 1, 1]);
    assert_eq!(
        states(&ledger, 4 * MINUTE),
        [State::Received],
        "an error unexplained"
    );
}

#[test]
fn direct_ways_are_not_held_back() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Success);
    ledger.queue_counters(at(6 * SECOND), QueueCounters::known(0, 1, 0));
    assert_eq!(
        verdict(&ledger, 6 * SECOND, Rules::default()),
        Outcome::Proven
    );
}

#[test]
fn a_content_counts_only_where_it_was_sent_for_certain_and_is_not_anothers() {
    for (status, shared, state) in [
        (SendStatus::Accepted, false, State::Taken),
        (SendStatus::Answered, false, State::Received),
        (SendStatus::Accepted, true, State::Received),
    ] {
        let mut ledger = ledger_of(vec![status], facts());
        ledger.sending.contents_shared = shared;
        let invocation = ledger.invocation(&id(1));
        ledger.set_now(at(SECOND));
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(500),
            line: 0,
            shape: 0,
            means: Means::Content,
        });
        zero(&mut ledger, 2 * SECOND);
        zero(&mut ledger, 32 * SECOND);
        assert_eq!(states(&ledger, 32 * SECOND), [state], "{status:?} {shared}");
    }
}

#[test]
fn settled_counts_tell_duplicates_from_retries() {
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    let items = Facts {
        item_failures: Some(true),
        changes_visibility: Some(true),
        ..facts()
    };
    for (deleted, outcome) in [
        (1, Outcome::Proven),
        (2, Outcome::Disproven),
        (3, Outcome::Undetermined(Reason::PerhapsTwice)),
    ] {
        let mut ledger = ledger_of(named(1), items);
        see(&mut ledger, 0, 1, 5 * SECOND);
        see(&mut ledger, 0, 2, 6 * SECOND);
        zero(&mut ledger, 60 * SECOND);
        zero(&mut ledger, 100 * SECOND);
        ledger.log_read(at(20 * MINUTE));
        let before = verdict(&ledger, 12 * MINUTE, exactly);
        assert_eq!(before, Outcome::Undetermined(Reason::PerhapsTwice));
        for read in [10 * MINUTE, 20 * MINUTE] {
            metrics(&mut ledger, read, 3, [1, 2, deleted, 2, 0]);
        }
        assert_eq!(verdict(&ledger, 20 * MINUTE, exactly), outcome, "{deleted}");
    }
}

/// A fact of the log or the dead-letter queue, small enough to be drawn.
#[derive(Debug, Clone, Copy)]
enum Fact {
    Shown(u32, usize),
    Ended(usize),
    Status(usize, bool),
    Suspected(usize),
    Letter(u32),
}

fn fact() -> impl proptest::strategy::Strategy<Value = Fact> {
    use proptest::prelude::*;
    prop_oneof![
        4 => (0..4_u32, 0..6_usize).prop_map(|(message, number)| Fact::Shown(message, number)),
        2 => (0..6_usize).prop_map(Fact::Ended),
        2 => (0..6_usize, any::<bool>()).prop_map(|(number, well)| Fact::Status(number, well)),
        1 => (0..6_usize).prop_map(Fact::Suspected),
        1 => (0..4_u32).prop_map(Fact::Letter),
    ]
}

fn tell(ledger: &mut Ledger, fact: Fact) {
    let moment = |number: usize| aws(1000 + 100 * number as u64);
    match fact {
        Fact::Shown(message, number) => {
            let invocation = ledger.invocation(&id(number));
            ledger.add(Evidence::Seen {
                subject: Subject::Message(message),
                invocation,
                at: moment(number),
                line: 0,
                shape: 0,
                means: Means::Marker,
            });
        }
        Fact::Ended(number) => {
            let invocation = ledger.invocation(&id(number));
            let at = moment(number + 1);
            ledger.add(Evidence::Ended { invocation, at });
        }
        Fact::Status(number, well) => {
            let invocation = ledger.invocation(&id(number));
            let how = if well {
                InvocationStatus::Success
            } else {
                InvocationStatus::Failure
            };
            status(ledger, invocation, how);
        }
        Fact::Suspected(number) => {
            let invocation = ledger.invocation(&id(number));
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected { invocation, error });
        }
        Fact::Letter(message) => {
            let letter = format!("letter-{message}");
            ledger.letter_seen(at(2 * SECOND), &letter, Some(aws(0)));
            ledger.add(Evidence::DeadLettered {
                subject: Subject::Message(message),
                letter: letter.as_str().into(),
                means: Means::MessageId,
            });
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::default())]

    #[test]
    fn facts_in_any_order_and_repeated_come_to_the_same(
        facts_told in proptest::collection::vec(fact(), 0..24),
        order in proptest::collection::vec(proptest::prelude::any::<proptest::sample::Index>(), 48),
    ) {
        let [straight, turned] = [false, true].map(|is_turned| {
            let mut ledger = ledger_of(named(4), facts());
            ledger.set_now(at(2 * SECOND));
            let mut all = facts_told.clone();
            if is_turned && !all.is_empty() {
                for index in &order {
                    let one = index.index(all.len());
                    all.swap(0, one);
                    all.push(all[one]);
                }
            }
            for fact in all {
                tell(&mut ledger, fact);
            }
            zero(&mut ledger, 3 * SECOND);
            zero(&mut ledger, 40 * SECOND);
            let judgement = ledger.judge(at(40 * SECOND));
            (judgement.iter().collect::<Vec<_>>(), Counts::of(&judgement))
        });
        proptest::prop_assert_eq!(straight, turned);
    }
}

#[test]
fn exactly_once_tells_duplicates_from_retries() {
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    let twice = |later: u64, error: bool| {
        let mut ledger = ledger_of(named(1), facts());
        let first = see(&mut ledger, 0, 1, 5 * SECOND);
        if error {
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected {
                invocation: first,
                error,
            });
        }
        see(&mut ledger, 0, 2, 5 * SECOND + later);
        zero(&mut ledger, 60 * SECOND);
        zero(&mut ledger, 100 * SECOND);
        ledger.log_read(at(12 * MINUTE));
        verdict(&ledger, 12 * MINUTE, exactly)
    };
    assert_eq!(
        twice(SECOND, false),
        Outcome::Disproven,
        "before its visibility timeout"
    );
    assert_eq!(twice(31 * SECOND, true), Outcome::Proven, "a retry");
    assert_eq!(
        twice(31 * SECOND, false),
        Outcome::Undetermined(Reason::PerhapsTwice)
    );
}
