//! Which states become lines, and what the rows of the live view say.

use edactl_core::{
    diagnosis::{Cause, Group},
    event::{Event, MarkerPolicy, marker::RunId},
    ledger::{Evidence, Facts, Ledger, Means, SendStatus, Sending, Subject},
    run::{Plan, Run},
    topology::{Pipeline, queue::QueueCounters},
    verdict::{self, Counts, Grounds, Rules, Source},
    waits::{Environment, Waits},
};
use insta::assert_snapshot;
use jiff::Timestamp;

use super::*;

#[test]
fn a_log_gets_a_line_when_something_changes_and_never_many() {
    let mut plain = Plain::default();
    let mut said = Vec::new();
    for tenth in 0..=1_000 {
        // Changes in each of the first five seconds, then rests.
        let state = (tenth / 10).min(5).to_string();
        if plain.is_worth_a_line(Duration::from_millis(tenth * 100), &state) {
            said.push((tenth / 10, state));
        }
    }
    let said: Vec<_> = said
        .iter()
        .map(|(at, state)| (*at, state.as_str()))
        .collect();
    assert_eq!(said, [(0, "0"), (2, "2"), (4, "4"), (6, "5"), (66, "5")]);
}

#[test]
fn a_long_wait_gets_fewer_lines() {
    let mut plain = Plain::default();
    let lines = (0..3_600)
        .filter(|second| plain.is_worth_a_line(Duration::from_secs(*second), &second.to_string()))
        .count();
    assert!((100..200).contains(&lines), "{lines}");
}

#[test]
fn an_age_begins_with_a_change() {
    let second = Duration::from_secs;
    let mut ages = Ages::default();
    assert_eq!(ages.of(1, "a", second(1)), second(0));
    assert_eq!(ages.of(1, "a", second(9)), second(8));
    assert_eq!(ages.of(1, "b", second(10)), second(0));
    assert_eq!(
        ages.of(0, "", second(11)),
        second(10),
        "a row that said nothing"
    );
}

/// Two payloads of one run at a moment, on AWS.
fn live(now: u64, seen: bool, urgent: &[Group], then: impl FnOnce(&LiveState<'_>)) {
    let began = Timestamp::from_second(1_000_000).unwrap();
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse("e.json", r#"{"a": {}, "b": {}}"#, &policy).unwrap();
    let pipeline = Pipeline::named("local");
    let run = Run::new(Plan::new(
        RunId::new(began, 1),
        began,
        pipeline,
        &[event],
        1,
    ));
    let sending = Sending {
        status: vec![SendStatus::Accepted; 2],
        groups: Vec::new(),
        messages: 2,
        is_shape_known: true,
        message_of: None,
        began,
        answered: began,
        session_began: began,
        clock_uncertainty: Duration::ZERO,
        sent_by: Duration::ZERO,
        queue_at_send: None,
        letters_at_send: Some(0),
        contents_shared: false,
    };
    let waits = Waits::of(Environment::Aws, None);
    let mut ledger = Ledger::new(sending, Facts::default(), waits);
    let now = Duration::from_secs(now);
    ledger.set_now(now);
    ledger.queue_counters(now, QueueCounters::known(1, u64::from(!seen), 0));
    ledger.letter_count(now, 0);
    if seen {
        let invocation = ledger.invocation("00000001-0000-4000-8000-000000000001");
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: began,
            line: 1,
            shape: 0,
            means: Means::Marker,
        });
    }
    let judgement = ledger.judge(now);
    let counts = Counts::of(&judgement);
    let grounds = Grounds {
        rules: Rules::default(),
        limits: &[],
        log_is_read: true,
        metrics_are_read: true,
        queue_is_read: true,
    };
    let verdict = verdict::decide(&judgement, counts, &grounds);
    then(&LiveState {
        run: &run,
        elapsed: now,
        now,
        deadline: Duration::from_mins(20),
        judgement: &judgement,
        verdict: &verdict,
        log_lines: u64::from(seen),
        heard: &[Source::Logs, Source::Queue, Source::Dlq, Source::Metrics],
        is_on_aws: true,
        urgent,
    });
}

#[test]
fn each_source_has_a_row_and_the_deadline_counts_down() {
    let mut text = String::new();
    for (now, seen) in [(1, false), (9, true)] {
        live(now, seen, &[], |state| {
            for row in rows(state) {
                let age = Duration::from_secs(now - 1);
                text.push_str(&format!("{}\n", row.line(age)));
            }
            text.push_str(&format!("{}\n", status_line(state)));
        });
    }
    assert_snapshot!(text);
    for line in text.lines() {
        assert!(console::measure_text_width(line) < 80, "{line}");
    }
}

#[test]
fn what_no_waiting_mends_is_said_at_once_and_once() {
    let group = Group {
        cause: Cause::TriggerDisabled {
            uuid: "some-id".into(),
            state: "Disabled".into(),
            said: None,
        },
        equals: None,
        error: None,
        attempts: Vec::new(),
        messages: Vec::new(),
    };
    live(1, false, &[group], |state| {
        let told = urgent_lines(state);
        assert_eq!(
            told,
            ["the trigger between the queue and the consumer is Disabled"]
        );
        let mut progress = Progress::new(true);
        progress.update(state);
        progress.update(state);
        assert_eq!(progress.urgent, told);
    });
}

#[test]
fn a_line_of_a_log_names_each_source() {
    live(1, false, &[], |state| {
        let told: Vec<String> = rows(state).iter().map(Row::plain).collect();
        assert_eq!(
            told.join(" · "),
            "logs 0 of 2 received, 0 taken · queue 1 visible, 1 in flight, 0 delayed · dlq empty · \
             metrics not read yet"
        );
    });
}
