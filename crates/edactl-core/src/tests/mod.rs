//! The proof as a whole: log lines and dead letters in, statuses and verdicts out.

mod contents;
mod orders;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    event::{Event, MarkerPolicy, marker::RunId},
    exit::ExitCode,
    ledger::{Ledger, MessageStatus, State, Statuses},
    matcher::{LogText, Matcher, send_statuses},
    run::{Line, Outcome as Sent, Plan, Run},
    topology::Pipeline,
    verdict::{self, Counts, MetricsView, MetricsWord, Outcome, Reason, Rules},
};

pub const SETTLE: Duration = Duration::from_secs(10);
const ALMOST: Duration = Duration::from_millis(9_999);

pub fn start() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub fn after(millis: i64) -> Timestamp {
    start() + SignedDuration::from_millis(millis)
}

/// A UUID for a number, of a kind that tells ids of messages from those of invocations.
pub fn uuid(kind: u8, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

pub fn answered(ids: Vec<Option<String>>) -> Sent {
    Sent::Answered {
        request_id: None,
        status: Some(200),
        sent: None,
        message_ids: ids.into_iter().map(|id| id.map(Into::into)).collect(),
        other_ids: Vec::new(),
        error: None,
    }
}

/// A run of one event, one invocation, that came to this outcome; `None`: the sender was killed.
pub fn run_of(event: &str, marked: bool, outcome: Option<Sent>) -> Run {
    let policy = if marked {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    let event = Event::parse("event.json", event, &policy).unwrap();
    let plan = Plan::new(
        RunId::new(start(), 1),
        start(),
        Pipeline::named("p"),
        &[event],
        1,
    );
    let mut run = Run::new(plan);
    run.apply(Line::Invoking {
        invocation: 0,
        at: start(),
        scheduled: None,
    });
    if let Some(outcome) = outcome {
        run.apply(Line::Invoked {
            invocation: 0,
            at: start(),
            outcome,
        });
    }
    run
}

pub struct Harness {
    pub matcher: Matcher,
    pub ledger: Ledger,
    pub run: Run,
}

impl Harness {
    pub fn new(run: Run) -> Self {
        let (matcher, groups) = Matcher::new(&run);
        let ledger = Ledger::new(start(), &send_statuses(&run), groups, SETTLE);
        Self {
            matcher,
            ledger,
            run,
        }
    }

    pub fn marker(&self, seq: u64) -> String {
        self.run.plan.markers().marker(seq)
    }

    pub fn log(&mut self, stream: &str, millis: i64, text: &str) {
        self.log_nth(stream, millis, text, 0);
    }

    pub fn log_nth(&mut self, stream: &str, millis: i64, text: &str, nth: u32) {
        let log = LogText {
            stream,
            at: after(millis),
            id: None,
            nth,
            text,
        };
        self.matcher.read(log, &mut self.ledger);
    }

    /// An invocation that logs these lines and ends well.
    pub fn invocation(&mut self, number: usize, millis: i64, lines: &[String]) {
        let id = uuid(1, number);
        let stream = format!("stream-{number}");
        self.log(
            &stream,
            millis,
            &format!("START RequestId: {id} Version: $LATEST"),
        );
        for (nth, line) in (0..).zip(lines) {
            let text = format!("[INFO]\t2026-11-24T12:00:00.000Z\t{id}\t{line}");
            self.log_nth(&stream, millis, &text, nth);
        }
        self.log(&stream, millis, &format!("END RequestId: {id}"));
        self.log(
            &stream,
            millis,
            &format!("REPORT RequestId: {id}\tDuration: 1 ms\t"),
        );
    }

    /// The queue is empty, and the logs are read so much later.
    pub fn settle(&mut self, later: Duration) {
        self.ledger.queue_counters(after(1_000), 0, 0, 0);
        self.ledger
            .logs_read(after(1_000) + SignedDuration::try_from(later).unwrap());
    }

    pub fn all(&self) -> Statuses<'_> {
        self.ledger.statuses()
    }

    pub fn statuses(&self) -> Vec<MessageStatus> {
        self.all().iter().collect()
    }

    pub fn counts(&self) -> Counts {
        Counts::of(&self.ledger, &self.all())
    }

    pub fn findings(&self) -> Vec<&'static str> {
        let (all, counts) = (self.all(), self.counts());
        verdict::findings(&self.ledger, &all, &counts, None, Rules::default())
            .iter()
            .map(|finding| finding.id)
            .collect()
    }

    pub fn states(&self) -> Vec<State> {
        self.statuses().iter().map(|status| status.state).collect()
    }

    pub fn verdict(&self, rules: Rules) -> (Outcome, bool) {
        let verdict = verdict::judge(&self.ledger, self.counts(), &MetricsView::default(), rules);
        (verdict.outcome, verdict.is_final)
    }
}

pub const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;

#[test]
fn messages_seen_in_invocations_that_ended_are_proven() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    assert_eq!(court.states(), [State::Waiting, State::Waiting]);
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines[..1]);
    assert_eq!(court.states(), [State::Done, State::Waiting]);
    assert_eq!(
        court.verdict(Rules::default()),
        (Outcome::Undetermined(Reason::NotInTime), false)
    );
    court.invocation(2, 9, &lines[1..]);
    assert_eq!(court.verdict(Rules::default()), (Outcome::Proven, true));
    let status = &court.statuses()[1];
    assert_eq!((status.received, status.first_seen), (1, Some(after(9))));
    assert_eq!(status.last_request_id, Some(uuid(1, 2)));
}

#[test]
fn an_invocation_that_has_not_ended_proves_nothing_yet() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let id = uuid(1, 1);
    for seq in [1, 2] {
        let line = format!("[INFO]\tt\t{id}\t{}", court.marker(seq));
        court.log("s", 1, &line);
    }
    assert_eq!(court.states(), [State::Received, State::Received]);
    // Functions that log no END or REPORT (system log level WARN) are proven by the queue's word.
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Done, State::Done]);
}

#[test]
fn lost_needs_positive_grounds() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.ledger.logs_read(after(999_000));
    assert_eq!(
        court.states(),
        [State::Waiting, State::Waiting],
        "no word from the queue"
    );
    // What was read cannot become unread: begin again, to read the logs too early.
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.settle(ALMOST);
    assert_eq!(
        court.states(),
        [State::Waiting, State::Waiting],
        "the logs may still come"
    );
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Lost, State::Lost]);
    assert_eq!(court.verdict(Rules::default()), (Outcome::Disproven, true));
    court.ledger.queue_counters(after(2_000), 0, 1, 0);
    assert_eq!(
        court.states(),
        [State::Lost, State::Lost],
        "what the queue holds later came later"
    );
}

#[test]
fn doubt_is_settled_by_the_evidence() {
    for outcome in [
        None,
        Some(Sent::InDoubt {
            reason: "timed out".into(),
        }),
    ] {
        let mut court = Harness::new(run_of(TWO, true, outcome));
        assert_eq!(court.states(), [State::InDoubt, State::InDoubt]);
        let line = [court.marker(2)];
        court.invocation(1, 5, &line);
        assert_eq!(court.states(), [State::InDoubt, State::Done]);
        court.settle(SETTLE);
        assert_eq!(court.states(), [State::NotSent, State::Done]);
    }
}

#[test]
fn what_the_producer_refused_was_not_sent() {
    let court = Harness::new(run_of(
        TWO,
        true,
        Some(Sent::NotRun {
            reason: "denied".into(),
        }),
    ));
    assert_eq!(court.states(), [State::NotSent, State::NotSent]);
    assert_eq!(court.verdict(Rules::default()), (Outcome::Disproven, true));
    let partly = Sent::Answered {
        request_id: None,
        status: Some(502),
        sent: Some(1),
        message_ids: vec![None, Some(uuid(2, 2).into())],
        other_ids: Vec::new(),
        error: Some("refused".into()),
    };
    let court = Harness::new(run_of(TWO, true, Some(partly)));
    assert_eq!(court.states(), [State::NotSent, State::Waiting]);
    let silent = Sent::Answered {
        request_id: None,
        status: Some(502),
        sent: Some(1),
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: Some("refused".into()),
    };
    let court = Harness::new(run_of(TWO, true, Some(silent)));
    assert_eq!(
        court.states(),
        [State::InDoubt, State::InDoubt],
        "one was sent, nobody says which"
    );
}

#[test]
fn a_second_delivery_is_a_duplicate_and_a_retry_is_not() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines);
    court.invocation(2, 6, &lines[..1]);
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    assert_eq!(court.verdict(Rules::default()), (Outcome::Proven, true));
    assert_eq!(court.verdict(exactly), (Outcome::Disproven, true));
    assert_eq!(court.findings(), ["received-twice"]);

    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let id = uuid(1, 7);
    court.log("s", 1, &format!("[INFO]\tt\t{id}\t{}", lines[0]));
    court.log("s", 1, &format!("t {id} Task timed out after 3.00 seconds"));
    assert_eq!(court.states()[0], State::Failing);
    court.invocation(8, 2, &lines);
    assert_eq!(court.states(), [State::Done, State::Done]);
    assert_eq!(court.statuses()[0].failed, 1);
    assert_eq!(court.counts().duplicated, 0);
    assert_eq!(court.findings(), ["retried"]);
    assert_eq!(
        court.verdict(exactly),
        (Outcome::Undetermined(Reason::NotInTime), false),
        "a second delivery may still be under way"
    );
    court.settle(SETTLE);
    assert_eq!(court.verdict(exactly), (Outcome::Proven, true));
}

#[test]
fn an_error_line_fails_its_message_only() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let (id, message) = (uuid(1, 1), uuid(2, 1));
    let lines = [
        format!(
            "[INFO]\tt\t{id}\tReceived message {message}: {}",
            court.marker(1)
        ),
        format!(
            "[INFO]\tt\t{id}\tReceived message {}: {}",
            uuid(2, 2),
            court.marker(2)
        ),
        // Only the message id, which a line above showed beside the marker.
        format!("[ERROR]\tt\t{id}\tRefused message {message}"),
        format!("END RequestId: {id}"),
    ];
    for line in &lines {
        court.log("s", 1, line);
    }
    assert_eq!(court.states(), [State::Failing, State::Done]);
    assert_eq!(
        court.statuses()[0].error,
        Some(format!("Refused message {message}"))
    );
    let mut dead = court.matcher;
    dead.read_dead_letter(&message, "whatever", &mut court.ledger);
    assert_eq!(court.ledger.statuses().get(0).state, State::DeadLettered);
}

#[test]
fn a_logged_error_is_no_failure_when_the_queue_let_the_message_go() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines);
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let id = uuid(1, 1);
    court.log(
        "s",
        1,
        &format!("[ERROR]\tt\t{id}\tcannot enrich {}", lines[0]),
    );
    court.log("s", 1, &format!("END RequestId: {id}"));
    assert_eq!(court.states()[0], State::Failing);
    court.settle(SETTLE);
    let status = &court.statuses()[0];
    assert_eq!((status.state, status.logged_error), (State::Done, true));
}

#[test]
fn an_uncaught_exception_without_a_request_id_fails_the_invocation_under_way() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let lines = [court.marker(1), court.marker(2)];
    for (number, line) in lines.iter().enumerate() {
        let id = uuid(1, number);
        let stream = format!("stream-{number}");
        court.log(
            &stream,
            1,
            &format!("START RequestId: {id} Version: $LATEST"),
        );
        court.log(&stream, 2, line);
    }
    court.log(
        "stream-1",
        3,
        "[ERROR] RuntimeError: boom\nTraceback (most recent call last):\n  x",
    );
    for number in 0..2 {
        court.log(
            &format!("stream-{number}"),
            4,
            &format!("END RequestId: {}", uuid(1, number)),
        );
    }
    assert_eq!(court.states(), [State::Done, State::Failing]);
    assert_eq!(
        court.statuses()[1].error.as_deref(),
        Some("RuntimeError: boom")
    );
}

#[test]
fn metrics_cover_the_run_or_they_say_nothing() {
    let counts = Counts {
        sent: 10,
        receives: 12,
        ..Counts::default()
    };
    let view = |sent, received, known_others| MetricsView {
        sent: Some(sent),
        received: Some(received),
        deleted: None,
        known_others,
    };
    for (metrics, word) in [
        (MetricsView::default(), MetricsWord::Incomplete),
        (view(9, 12, 0), MetricsWord::Incomplete),
        (view(10, 11, 0), MetricsWord::Incomplete),
        (view(10, 12, 0), MetricsWord::Agree { others: 0 }),
        (view(14, 16, 0), MetricsWord::Agree { others: 4 }),
        // Two of the others are lost, or still on their way.
        (view(14, 14, 4), MetricsWord::Agree { others: 4 }),
        (view(14, 16, 5), MetricsWord::Incomplete),
        (
            view(10, 15, 0),
            MetricsWord::Differ {
                others: 0,
                unexplained: 3,
            },
        ),
    ] {
        assert_eq!(metrics.word(&counts), word, "{metrics:?}");
    }
}

#[test]
fn required_witnesses_are_required() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines);
    let metrics = Rules {
        require_metrics: true,
        ..Rules::default()
    };
    let (outcome, is_final) = court.verdict(metrics);
    assert_eq!(
        (outcome, is_final),
        (Outcome::Undetermined(Reason::NotObservable), false)
    );
    assert_eq!(outcome.exit_code(), ExitCode::Undetermined);
    let queue = Rules {
        require_queue: true,
        ..Rules::default()
    };
    assert_eq!(
        court.verdict(queue),
        (Outcome::Undetermined(Reason::NotInTime), false)
    );
    court.ledger.queue_counters(after(1_000), 0, 0, 0);
    court.ledger.logs_read(after(1_001));
    assert_eq!(court.verdict(queue), (Outcome::Proven, true));
}
