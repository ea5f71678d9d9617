//! Messages that only their content tells, in the prints of many consumers.

use crate::tests::*;

#[test]
fn contents_are_recognised_without_a_marker() {
    let event = r#"{"o": {"a": 1, "b": [true, null]}, "s": "plain text", "n": 42, "z": null}"#;
    let lines = [
        r#"got {"b":[true,null],"a":1.0} from the queue"#.to_owned(),
        "plain text".to_owned(),
        "42".to_owned(),
        "null".to_owned(),
    ];
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &lines);
    assert_eq!(court.states(), [State::Done; 4]);
    // JSON inside JSON, and a structured logger.
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
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
fn a_short_scalar_in_some_line_proves_nothing() {
    let event = r#"{"yes": true, "n": 42, "o": {"a": 1}}"#;
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
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
        let mut court = Harness::new(run.clone());
        court.invocation(1, 5, &lines);
        assert_eq!(court.states(), [State::Done; 2], "{lines:?}");
    }
}

#[test]
fn equal_contents_are_a_multiset() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}, "d": {"n": 2}}"#;
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
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
    let mut court = Harness::new(run_of(r#"{"a": 1, "b": true}"#, false, Some(answered(ids))));
    court.invocation(1, 5, &[format!("Received message {}: 1", uuid(2, 1))]);
    court.invocation(2, 5, &["waited for true".into()]);
    assert_eq!(court.states(), [State::Done, State::Waiting]);
    court.invocation(3, 5, &["true".into()]);
    assert_eq!(court.states(), [State::Done, State::Done]);
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
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &lines);
    assert_eq!(court.states(), [State::Done; 4]);
}

/// What a consumer may log of `{"id": 7, "name": "it's here", "ok": true, "none": null}`.
const PRINTS: [&str; 8] = [
    r#"{"id":7,"name":"it's here","ok":true,"none":null}"#,
    r#"got {'id': 7, 'name': "it's here", 'ok': True, 'none': None}"#,
    r#"{"body":"{\"name\":\"it's here\",\"id\":7,\"ok\":true,\"none\":null}","n":1}"#,
    r#"Records: [{'messageId': 'x', 'body': '{"id": 7, "name": "it\'s here", "ok": true, "none": null}'}]"#,
    "handling {\n  id: 7,\n  name: \"it's here\",\n  ok: true,\n  none: null\n} now",
    "map[id:7 name:it's here none:<nil> ok:true]",
    r#"{"id": 7, "name": "it's here", "ok": tr"#,
    r#"{'id': 7, 'name': "it's here", ..."#,
];
const ENTRY: &str = r#"{"id": 7, "name": "it's here", "ok": true, "none": null}"#;

#[test]
fn prints_of_many_languages_show_the_message() {
    let event = format!(
        r#"{{"a": {ENTRY}, "b": {{"id": 8, "name": "it's here", "ok": true, "none": null}}}}"#
    );
    for print in PRINTS {
        let mut court = Harness::new(run_of(&event, false, Some(answered(Vec::new()))));
        court.invocation(1, 5, &[print.to_owned()]);
        court.settle(SETTLE);
        assert_eq!(court.states(), [State::Done, State::Lost], "{print}");
    }
}

#[test]
fn what_is_cut_off_too_early_shows_nothing() {
    let event = format!(r#"{{"a": {ENTRY}, "b": {{"id": 8, "name": "it's here"}}}}"#);
    for print in [
        r#"{"id": 7, "na"#,
        r#"{"name": "it's here", "o"#,
        r#"{"id": 9, "name": "it's here", "o"#,
    ] {
        let mut court = Harness::new(run_of(&event, false, Some(answered(Vec::new()))));
        court.invocation(1, 5, &[print.to_owned()]);
        court.settle(SETTLE);
        assert_ne!(court.states()[0], State::Done, "{print}");
        assert_ne!(court.states()[1], State::Done, "{print}");
    }
}

#[test]
fn a_batch_in_one_line_counts_each_and_several_lines_about_one_count_once() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}}"#;
    let lines = [
        r#"batch [{"n": 1}, {"n": 1}]"#,
        r#"first {"n":1}"#,
        r#"first {"n":1}"#,
        r#"stored {"n":1} well"#,
    ];
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, 5, &lines.map(str::to_owned));
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Done, State::Done, State::Lost]);
    assert_eq!(court.counts().receives, 2);
}

#[test]
fn a_payload_in_two_fields_of_one_line_is_one_message() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    let line = r#"{"level":"INFO","message":"got {\"n\":1}","body":{"n":1}}"#;
    court.log("s", 1, line);
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Done, State::Lost]);
}

#[test]
fn an_id_and_a_content_of_one_invocation_are_one_message() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let mut court = Harness::new(run_of(event, false, Some(answered(ids))));
    court.invocation(
        1,
        5,
        &[format!("Got {}", uuid(2, 1)), r#"Body {"n":1}"#.into()],
    );
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Done, State::Lost]);
}

#[test]
fn equal_contents_of_an_earlier_run_are_not_this_runs() {
    let event = r#"{"a": {"n": 1}}"#;
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    court.invocation(1, -1, &[r#"{"n":1}"#.into()]);
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Lost]);
    let mut behind = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    behind.matcher = Matcher::new(&behind.run)
        .0
        .with_clock_behind(SignedDuration::from_secs(2));
    behind.invocation(1, -1, &[r#"{"n":1}"#.into()]);
    assert_eq!(behind.states(), [State::Done]);
}

#[test]
fn an_error_with_the_content_fails_one_of_the_equals() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let mut court = Harness::new(run_of(event, false, Some(answered(Vec::new()))));
    let id = uuid(1, 1);
    for text in [
        format!(r#"[INFO]	t	{id}	got {{"n":1}}"#).replace("\\t", "\t"),
        format!(r#"[INFO]	t	{id}	got {{"n":1}}"#).replace("\\t", "\t"),
        format!(r#"[ERROR]	t	{id}	cannot do {{"n":1}}"#).replace("\\t", "\t"),
        format!("END RequestId: {id}"),
    ]
    .iter()
    .zip(0..)
    {
        court.log_nth("s", 1, text.0, text.1);
    }
    assert_eq!(court.states(), [State::Failing, State::Done]);
}

#[test]
fn a_consumer_that_says_nothing_leaves_only_counts() {
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.invocation(1, 5, &["working".into()]);
    assert_eq!(court.states(), [State::Waiting, State::Waiting]);
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Untraced, State::Untraced]);
    let judge = |sent, deleted, accept_counts| {
        let metrics = MetricsView {
            sent: Some(sent),
            received: Some(sent),
            deleted: Some(deleted),
            known_others: 0,
        };
        let rules = Rules {
            accept_counts,
            ..Rules::default()
        };
        let verdict = verdict::judge(&court.ledger, court.counts(), &metrics, rules);
        (verdict.outcome, verdict.is_final)
    };
    let only_counts = Outcome::Undetermined(Reason::OnlyCounts);
    assert_eq!(judge(2, 2, false), (only_counts, true));
    assert_eq!(judge(2, 2, true), (Outcome::Consistent, true));
    assert_eq!(judge(2, 1, true), (only_counts, false));
    assert_eq!(judge(1, 1, true), (only_counts, false));
    assert_eq!(Outcome::Consistent.exit_code(), ExitCode::Success);
    assert_eq!(only_counts.exit_code(), ExitCode::Undetermined);
    assert!(court.findings().contains(&"consumer-silent"));
}

#[test]
fn an_id_of_something_else_says_nothing_of_the_run() {
    for line in [
        "got edactl-0000000000zz-1",
        "got message 5eda0c71-0000-4000-8000-000000000001",
        "request accepted, \"body\" is empty",
    ] {
        let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
        court.invocation(1, 5, &[line.into()]);
        court.settle(SETTLE);
        assert_eq!(court.states(), [State::Untraced, State::Untraced], "{line}");
    }
    // One that ran before the run began says nothing about it either way.
    let mut court = Harness::new(run_of(TWO, true, Some(answered(Vec::new()))));
    court.invocation(1, -5, &["working".into()]);
    court.settle(SETTLE);
    assert_eq!(court.states(), [State::Lost, State::Lost]);
}
