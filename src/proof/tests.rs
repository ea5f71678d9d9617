//! The proof as a whole: log lines and dead letters in, statuses and verdicts out.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{
    ledger::{Ledger, MessageStatus, State, Statuses},
    matcher::{LogText, Matcher, dispatches},
    verdict::{self, Counts, MetricsView, MetricsWord, Outcome, Reason, Rules},
};
use crate::{
    exit::ExitCode,
    pipeline::{
        discovery::Pipeline,
        event::{Event, MarkerPolicy},
        marker::RunId,
        run::{Line, Outcome as Sent, Plan, Run},
    },
};

const SETTLE: Duration = Duration::from_secs(10);
const ALMOST: Duration = Duration::from_millis(9_999);

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

fn answered(ids: Vec<Option<String>>) -> Sent {
    Sent::Answered {
        request_id: None,
        status: Some(200),
        sent: None,
        message_ids: ids.into_iter().map(|id| id.map(Into::into)).collect(),
        error: None,
    }
}

/// A run of one event, one invocation, that came to this outcome; `None`: the sender was killed.
fn run_of(event: &str, marked: bool, outcome: Option<Sent>) -> Run {
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

struct Court {
    matcher: Matcher,
    ledger: Ledger,
    run: Run,
}

impl Court {
    fn new(run: Run) -> Self {
        let (matcher, groups) = Matcher::new(&run);
        let ledger = Ledger::new(start(), &dispatches(&run), groups, SETTLE);
        Self {
            matcher,
            ledger,
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

    /// An invocation that logs these lines and ends well.
    fn invocation(&mut self, number: usize, millis: i64, lines: &[String]) {
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
    fn settle(&mut self, later: Duration) {
        self.ledger.queue_counters(after(1_000), 0, 0, 0);
        self.ledger
            .logs_read(after(1_000) + SignedDuration::try_from(later).unwrap());
    }

    fn all(&self) -> Statuses<'_> {
        self.ledger.statuses()
    }

    fn statuses(&self) -> Vec<MessageStatus> {
        self.all().iter().collect()
    }

    fn counts(&self) -> Counts {
        Counts::of(&self.ledger, &self.all())
    }

    fn findings(&self) -> Vec<&'static str> {
        let (all, counts) = (self.all(), self.counts());
        verdict::findings(&self.ledger, &all, &counts, None, Rules::default())
            .iter()
            .map(|finding| finding.id)
            .collect()
    }

    fn states(&self) -> Vec<State> {
        self.statuses().iter().map(|status| status.state).collect()
    }

    fn verdict(&self, rules: Rules) -> (Outcome, bool) {
        let verdict = verdict::judge(&self.ledger, self.counts(), &MetricsView::default(), rules);
        (verdict.outcome, verdict.is_final)
    }
}

const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;

#[test]
fn messages_seen_in_invocations_that_ended_are_proven() {
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.ledger.logs_read(after(999_000));
    assert_eq!(
        court.states(),
        [State::Waiting, State::Waiting],
        "no word from the queue"
    );
    // What was read cannot become unread: begin again, to read the logs too early.
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
        let mut court = Court::new(run_of(TWO, true, outcome));
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
    let court = Court::new(run_of(
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
        error: Some("refused".into()),
    };
    let court = Court::new(run_of(TWO, true, Some(partly)));
    assert_eq!(court.states(), [State::NotSent, State::Waiting]);
    let silent = Sent::Answered {
        request_id: None,
        status: Some(502),
        sent: Some(1),
        message_ids: Vec::new(),
        error: Some("refused".into()),
    };
    let court = Court::new(run_of(TWO, true, Some(silent)));
    assert_eq!(
        court.states(),
        [State::InDoubt, State::InDoubt],
        "one was sent, nobody says which"
    );
}

#[test]
fn a_second_delivery_is_a_duplicate_and_a_retry_is_not() {
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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

    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
    let lines = [court.marker(1), court.marker(2)];
    court.invocation(1, 5, &lines);
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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
fn contents_are_recognised_without_a_marker() {
    let event = r#"{"o": {"a": 1, "b": [true, null]}, "s": "plain text", "n": 42, "z": null}"#;
    let lines = [
        r#"got {"b":[true,null],"a":1.0} from the queue"#.to_owned(),
        "plain text".to_owned(),
        "42".to_owned(),
        "null".to_owned(),
    ];
    let mut court = Court::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &lines);
    assert_eq!(court.states(), [State::Done; 4]);
    // JSON inside JSON, and a structured logger.
    let mut court = Court::new(run_of(event, false, Some(answered(Vec::new()))));
    court.log(
        "s",
        1,
        r#"{"level":"INFO","body":"{\"a\":1,\"b\":[true,null]}","n":42,"z":null}"#,
    );
    court.settle(SETTLE);
    assert_eq!(
        court.states(),
        [State::Done, State::Lost, State::Lost, State::Lost]
    );
}

#[test]
fn contents_are_recognised_as_python_writes_them() {
    let event = r#"{"o": {"a": "it's", "b": [true, null]}, "l": [1, "two"], "y": true, "z": null}"#;
    let lines = [
        r#"got {'a': "it's", 'b': [True, None]} from the queue"#.to_owned(),
        "[INFO]\t2026-11-24T12:46:57.793Z\tcf5cdcb6-92b1-4dd5-9a6c-6f5d9a3b0b3e\t[1, 'two']"
            .to_owned(),
        "True".to_owned(),
        "None".to_owned(),
    ];
    let mut court = Court::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &lines);
    assert_eq!(court.states(), [State::Done; 4]);
}

#[test]
fn a_short_scalar_in_some_line_proves_nothing() {
    let event = r#"{"yes": true, "n": 42, "o": {"a": 1}}"#;
    let mut court = Court::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(
        1,
        5,
        &[
            "retries: 42".into(),
            "done: true".into(),
            "waited 42 ms".into(),
        ],
    );
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Untraced; 3]);
}

#[test]
fn a_scalar_behind_known_words_counts_also_when_they_are_known_later() {
    let event = r#"{"o": {"a": 1}, "n": 42}"#;
    let run = run_of(event, true, Some(answered(Vec::new())));
    let marker = run.plan.markers().marker(1);
    let line = |number: usize, body: &str| format!("Received message {}: {body}", uuid(2, number));
    for lines in [
        [
            line(1, &format!("{{\"edactl\":\"{marker}\",\"a\":1}}")),
            line(2, "42"),
        ],
        [
            line(2, "42"),
            line(1, &format!("{{\"edactl\":\"{marker}\",\"a\":1}}")),
        ],
    ] {
        let mut court = Court::new(run.clone());
        court.invocation(1, 5, &lines);
        assert_eq!(court.states(), [State::Done; 2], "{lines:?}");
    }
}

#[test]
fn equal_contents_are_a_multiset() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}, "d": {"n": 2}}"#;
    let mut court = Court::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &[r#"{"n":1}"#.into(), r#"{"n":1}"#.into()]);
    court.invocation(2, 6, &[r#"{"n":2}"#.into()]);
    assert_eq!(
        court.states(),
        [State::Done, State::Done, State::Waiting, State::Done]
    );
    court.settle(SETTLE);
    assert_eq!(
        court.states(),
        [State::Done, State::Done, State::Lost, State::Done]
    );
}

#[test]
fn message_ids_of_the_receipt_are_as_good_as_markers() {
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let mut court = Court::new(run_of(r#"{"a": 1, "b": true}"#, false, Some(answered(ids))));
    court.invocation(1, 5, &[format!("Received message {}: 1", uuid(2, 1))]);
    court.invocation(2, 5, &["waited for true".into()]);
    assert_eq!(court.states(), [State::Done, State::Waiting]);
    court.invocation(3, 5, &["true".into()]);
    assert_eq!(court.states(), [State::Done, State::Done]);
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
    let mut court = Court::new(run_of(TWO, true, Some(answered(Vec::new()))));
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

/// What happens to one message, in truth.
#[derive(Debug, Clone, Copy)]
struct Fate {
    sent: bool,
    in_doubt: bool,
    failures: usize,
    successes: usize,
    dead: bool,
}

impl Fate {
    fn expected(self) -> State {
        match self {
            Self { successes: 1.., .. } => State::Done,
            Self { dead: true, .. } => State::DeadLettered,
            Self {
                sent: true,
                failures: 1..,
                ..
            } => State::Lost,
            Self { in_doubt: true, .. } => State::NotSent,
            _ => State::Lost,
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    (
        any::<bool>(),
        any::<bool>(),
        0..3_usize,
        0..3_usize,
        any::<bool>(),
    )
        .prop_map(|(sent, in_doubt, failures, successes, dead)| {
            let sent = sent || !in_doubt;
            Fate {
                sent,
                in_doubt,
                failures: if sent { failures } else { 0 },
                successes: if sent { successes } else { 0 },
                dead: sent && dead && successes == 0,
            }
        })
}

/// Evidence of the world: events of one stream stay in order, dead letters come whenever.
#[derive(Debug, Clone)]
enum Item {
    Log(String, i64, String),
    Letter(String, String),
}

fn world(run: &Run, fates: &[Fate]) -> Vec<Vec<Item>> {
    let markers = run.plan.markers();
    let mut streams = Vec::new();
    let mut number = 0;
    for (index, fate) in fates.iter().enumerate() {
        let body = format!("{{\"edactl\":\"{}\"}}", markers.marker(index as u64 + 1));
        let message = uuid(2, index);
        for attempt in 0..fate.failures + fate.successes {
            number += 1;
            let (id, stream) = (uuid(1, number), format!("stream-{number}"));
            let at = i64::try_from(number).unwrap();
            let mut lines = vec![
                format!("START RequestId: {id} Version: $LATEST"),
                format!("[INFO]\tt\t{id}\tReceived message {message}: {body}"),
            ];
            if attempt < fate.failures {
                lines.push(format!("t {id} Task timed out after 3.00 seconds"));
            }
            lines.push(format!("END RequestId: {id}"));
            lines.push(format!("REPORT RequestId: {id}\tDuration: 1 ms"));
            streams.push(
                lines
                    .into_iter()
                    .map(|line| Item::Log(stream.clone(), at, line))
                    .collect(),
            );
        }
        if fate.dead {
            streams.push(vec![Item::Letter(message, body)]);
        }
    }
    streams
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn evidence_in_any_order_and_repeated_gives_the_truth(
        fates in prop::collection::vec(fate(), 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 200),
        repeated in prop::collection::vec(any::<bool>(), 200),
    ) {
        let entries: Vec<String> =
            (0..fates.len()).map(|index| format!("\"e{index}\":{{}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        // Each message in an invocation of its own, so that each can be in doubt by itself.
        let mut run = run_of(&event, true, None);
        let ids = fates.iter().enumerate().map(|(index, fate)| {
            (!fate.in_doubt).then(|| uuid(2, index).into())
        }).collect();
        let outcome = Sent::Answered {
            request_id: None, status: Some(502), sent: None, message_ids: ids,
            error: Some("some are in doubt".into()),
        };
        run.apply(Line::Invoked { invocation: 0, at: start(), outcome });
        let mut court = Court::new(run);
        let mut streams = world(&court.run, &fates);
        let mut turn = order.iter().zip(&repeated).cycle();
        while !streams.is_empty() {
            let (index, again) = turn.next().unwrap();
            let index = index.index(streams.len());
            let item = streams[index].remove(0);
            if streams[index].is_empty() {
                streams.swap_remove(index);
            }
            for _ in 0..=usize::from(*again) {
                match &item {
                    Item::Log(stream, at, text) => court.log(stream, *at, text),
                    Item::Letter(id, body) => {
                        court.matcher.read_dead_letter(id, body, &mut court.ledger);
                    }
                }
            }
            // What is proven done stays done, whatever else is heard.
            for (status, fate) in court.statuses().iter().zip(&fates) {
                prop_assert!(status.state != State::Done || fate.successes > 0);
            }
        }
        court.settle(SETTLE);
        let expected: Vec<State> = fates.iter().map(|fate| fate.expected()).collect();
        prop_assert_eq!(court.states(), expected);
        for (status, fate) in court.statuses().iter().zip(&fates) {
            prop_assert_eq!(status.received as usize, fate.failures + fate.successes);
            prop_assert_eq!(status.failed as usize, fate.failures);
        }
        let all_done = fates.iter().all(|fate| fate.successes > 0);
        let outcome = if all_done { Outcome::Proven } else { Outcome::Disproven };
        prop_assert_eq!(court.verdict(Rules::default()), (outcome, true));
    }

    #[test]
    fn equal_contents_count_right_in_any_order_and_repeated(
        copies in 1..6_usize,
        seen in 0..6_usize,
        order in prop::collection::vec(any::<prop::sample::Index>(), 6),
        twice in any::<bool>(),
    ) {
        let seen = seen.min(copies);
        let entries: Vec<String> =
            (0..copies).map(|index| format!("\"e{index}\":{{\"n\":1}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        let mut court = Court::new(run_of(&event, false, Some(answered(Vec::new()))));
        let mut numbers: Vec<usize> = (0..seen).collect();
        for index in &order {
            if numbers.is_empty() {
                break;
            }
            let number = numbers.remove(index.index(numbers.len()));
            for _ in 0..=usize::from(twice) {
                court.invocation(number, 5, &["{unrelated} {\"n\": 1}".to_owned()]);
            }
        }
        court.settle(SETTLE);
        let done = court.states().iter().filter(|state| **state == State::Done).count();
        prop_assert_eq!(done, seen);
    }
}
