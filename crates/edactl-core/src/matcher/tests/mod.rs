//! Log lines and dead letters in, receipts out: which payloads a text shows.

mod contents;
mod orders;
mod readings;
mod recognition;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{LogText, Matcher};
use crate::{
    clock::ClockBounds,
    event::{Event, MarkerPolicy, marker::RunId},
    ledger::{Facts, Ledger, MessageStatus, Sending, State},
    run::{Line, Outcome, Plan, Run},
    topology::{Pipeline, queue::QueueCounters},
    waits::{Environment, Waits},
};

const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;

fn start() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn after(millis: i64) -> Timestamp {
    start() + SignedDuration::from_millis(millis)
}

/// A UUID for a number, of a kind that tells ids of messages from those of invocations.
fn uuid(kind: u8, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// The producer's answer: the message ids by payload, where it tells them.
fn answered(ids: Vec<Option<String>>) -> Outcome {
    Outcome::Answered {
        request_id: None,
        status: Some(200),
        sent: None,
        message_ids: ids.into_iter().map(|id| id.map(Into::into)).collect(),
        other_ids: Vec::new(),
        error: None,
    }
}

/// The producer said that it sent so many.
fn counted(sent: u64) -> Outcome {
    Outcome::Answered {
        request_id: None,
        status: Some(200),
        sent: Some(sent),
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: None,
    }
}

/// A run of one event, one invocation, that came to this outcome.
fn run_of(event: &str, marked: bool, outcome: Outcome) -> Run {
    let policy = if marked {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    let event = Event::parse("event.json", event, &policy).unwrap();
    let id = RunId::new(start(), 1);
    let plan = Plan::new(id, start(), Pipeline::named("p"), &[event], 1);
    let mut run = Run::new(plan);
    let (invocation, at) = (0, start());
    run.apply(Line::Invoking {
        invocation,
        at,
        scheduled: None,
    });
    run.apply(Line::Invoked {
        invocation,
        at,
        outcome,
    });
    run
}

fn marked(event: &str) -> Run {
    run_of(event, true, answered(Vec::new()))
}

fn unmarked(event: &str) -> Run {
    run_of(event, false, answered(Vec::new()))
}

/// How often each message of the run is shown by these lines of one invocation.
fn receipts(run: &Run, lines: &[String]) -> Vec<u32> {
    let mut harness = Harness::new(run.clone());
    harness.invocation(1, 5, lines);
    harness.received()
}

struct Harness {
    matcher: Matcher,
    ledger: Ledger,
    run: Run,
}

impl Harness {
    fn new(run: Run) -> Self {
        let (matcher, groups) = Matcher::new(&run);
        let sending = Sending {
            began: start(),
            answered: start(),
            session_began: start(),
            ..Sending::of(&run, groups, &ClockBounds::default(), start())
        };
        let waits = Waits::of(Environment::Aws, None);
        Self {
            matcher,
            ledger: Ledger::new(sending, Facts::default(), waits),
            run,
        }
    }

    fn marker(&self, seq: u64) -> String {
        self.run.plan.markers().marker(seq)
    }

    fn log(&mut self, stream: &str, millis: i64, text: &str) {
        self.log_nth(stream, millis, text, 0);
    }

    fn log_nth(&mut self, stream: &str, millis: i64, text: &str, nth: u32) {
        let log = LogText {
            stream,
            at: after(millis),
            id: None,
            nth,
            text,
        };
        self.matcher.read(log, &mut self.ledger);
    }

    /// An invocation that logs these lines and ends.
    fn invocation(&mut self, number: usize, millis: i64, lines: &[String]) {
        let id = uuid(1, number);
        let stream = format!("stream-{number}");
        let start = format!("START RequestId: {id} Version: $LATEST");
        self.log(&stream, millis, &start);
        for (nth, line) in (0..).zip(lines) {
            let text = format!("[INFO]\t2026-11-24T12:00:00.000Z\t{id}\t{line}");
            self.log_nth(&stream, millis, &text, nth);
        }
        self.log(&stream, millis, &format!("END RequestId: {id}"));
        let report = format!("REPORT RequestId: {id}\tDuration: 1 ms\t");
        self.log(&stream, millis, &report);
    }

    fn letter(&mut self, id: &str, body: &str) {
        self.ledger.letter_seen(at(1), id, Some(start()));
        self.matcher.read_dead_letter(id, body, &mut self.ledger);
    }

    /// The queue reads zero twice, a minute apart.
    fn drain(&mut self) {
        for second in [60, 120] {
            self.ledger
                .queue_counters(at(second), QueueCounters::known(0, 0, 0));
        }
    }

    fn statuses(&self) -> Vec<MessageStatus> {
        self.ledger.judge(at(120)).iter().collect()
    }

    fn received(&self) -> Vec<u32> {
        let statuses = self.statuses();
        statuses.iter().map(|it| it.counts.received).collect()
    }

    fn states(&self) -> Vec<State> {
        let statuses = self.statuses();
        statuses.iter().map(|it| it.counts.state).collect()
    }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn a_marker_in_a_line_is_a_receipt_of_its_invocation() {
    let mut harness = Harness::new(run_of(TWO, true, counted(2)));
    let lines = [harness.marker(1), harness.marker(2)];
    harness.invocation(1, 5, &lines[..1]);
    assert_eq!(harness.states(), [State::Received, State::Waiting]);
    harness.invocation(2, 9, &lines[1..]);
    let status = &harness.statuses()[1];
    assert_eq!(status.counts.received, 1);
    assert_eq!(status.first_seen, Some(after(9)));
    assert_eq!(status.last_request_id, Some(uuid(1, 2)));
    harness.drain();
    assert_eq!(harness.states(), [State::Taken; 2]);
    harness.invocation(3, 10, &lines[..1]);
    assert_eq!(harness.received(), [2, 1]);
}

#[test]
fn an_error_line_is_about_its_message_only() {
    let mut harness = Harness::new(run_of(TWO, true, counted(2)));
    let (id, message) = (uuid(1, 1), uuid(2, 1));
    let other = uuid(2, 2);
    for line in [
        format!(
            "[INFO]\tt\t{id}\tReceived message {message}: {}",
            harness.marker(1)
        ),
        format!(
            "[INFO]\tt\t{id}\tReceived message {other}: {}",
            harness.marker(2)
        ),
        // Only the message id, which a line above showed beside the marker.
        format!("[ERROR]\tt\t{id}\tRefused message {message}"),
        format!("END RequestId: {id}"),
    ] {
        harness.log("s", 1, &line);
    }
    let errors: Vec<_> = harness.statuses().into_iter().map(|it| it.error).collect();
    assert_eq!(errors, [Some(format!("Refused message {message}")), None]);
    harness.drain();
    let logged: Vec<_> = harness
        .statuses()
        .iter()
        .map(|it| (it.counts.state, it.counts.logged_error))
        .collect();
    assert_eq!(logged, [(State::Taken, true), (State::Taken, false)]);
    harness.letter(&message, "whatever");
    assert_eq!(harness.states(), [State::DeadLettered, State::Taken]);
}

#[test]
fn an_exception_without_a_request_id_is_of_the_invocation_under_way() {
    let mut harness = Harness::new(run_of(TWO, true, counted(2)));
    let lines = [harness.marker(1), harness.marker(2)];
    for (number, line) in lines.iter().enumerate() {
        let stream = format!("stream-{number}");
        let start = format!("START RequestId: {} Version: $LATEST", uuid(1, number));
        harness.log(&stream, 1, &start);
        harness.log(&stream, 2, line);
    }
    let raised = "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n  x";
    harness.log("stream-1", 3, raised);
    for number in 0..2 {
        let end = format!("END RequestId: {}", uuid(1, number));
        harness.log(&format!("stream-{number}"), 4, &end);
    }
    let errors: Vec<_> = harness.statuses().into_iter().map(|it| it.error).collect();
    assert_eq!(errors, [None, Some("RuntimeError: boom".to_owned())]);
}

/// One environment keeps its stream: lines without a request id are of the invocation whose begin
/// came last.
#[test]
fn a_warm_stream_has_two_invocations_one_after_the_other() {
    let mut harness = Harness::new(run_of(TWO, true, counted(2)));
    let lines = [harness.marker(1), harness.marker(2)];
    for (number, line) in (0..).zip(&lines) {
        let (id, at) = (uuid(1, number), i64::try_from(number).unwrap() * 100);
        harness.log("s", at, &format!("START RequestId: {id} Version: $LATEST"));
        harness.log("s", at + 10, &format!("got {line}"));
        if number == 1 {
            harness.log("s", at + 20, "[ERROR] ValueError: no\nTraceback (most");
        }
        harness.log("s", at + 30, &format!("END RequestId: {id}"));
    }
    let statuses = harness.statuses();
    let told: Vec<_> = statuses
        .iter()
        .map(|it| (it.last_request_id.clone(), it.error.clone()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(uuid(1, 0)), None),
            (Some(uuid(1, 1)), Some("ValueError: no".to_owned()))
        ]
    );
}
