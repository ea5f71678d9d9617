//! One test for each row of the ledger's tables.

mod absence_bounds;
mod guards;
mod known;
mod letters;
mod loss;
mod loss_guards;
mod moments;
mod order;
mod parts;
mod repeats;
mod verdicts;
mod ways;
mod whole_run;

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
        loses_lines: false,
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
    assert_eq!((ledger.len(), ledger.is_empty()), (6, false));
    assert!(ledger_of(Vec::new(), facts()).is_empty());
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
