//! Messages that only their content tells, in the prints of many consumers.

use super::*;

#[test]
fn contents_are_recognised_without_a_marker() {
    let event = r#"{"o": {"a": 1, "b": [true, null]}, "s": "plain text", "n": 42, "z": null}"#;
    let lines = [
        r#"got {"b":[true,null],"a":1.0} from the queue"#.to_owned(),
        "plain text".to_owned(),
        "42".to_owned(),
        "null".to_owned(),
    ];
    let mut harness = Harness::new(run_of(event, false, counted(4)));
    harness.invocation(1, 5, &lines);
    assert_eq!(harness.received(), [1; 4]);
    harness.drain();
    assert_eq!(harness.states(), [State::Taken; 4]);
    // JSON inside JSON, and a structured logger.
    let mut harness = Harness::new(unmarked(event));
    let line = r#"{"level":"INFO","body":"{\"a\":1,\"b\":[true,null]}","n":42,"z":null}"#;
    harness.log("s", 1, line);
    assert_eq!(harness.received(), [1, 0, 0, 0]);
    // To any depth.
    let mut nested = r#"{"a":1,"b":[true,null]}"#.to_owned();
    for _ in 0..4 {
        nested = serde_json::json!({ "Message": nested }).to_string();
        assert_eq!(
            receipts(&unmarked(event), &[format!("got {nested}")]),
            [1, 0, 0, 0],
            "{nested}"
        );
    }
}

#[test]
fn a_short_scalar_in_some_line_proves_nothing() {
    let event = r#"{"yes": true, "n": 42, "o": {"a": 1}}"#;
    let lines = ["retries: 42", "done: true", "waited 42 ms"].map(str::to_owned);
    assert_eq!(receipts(&unmarked(event), &lines), [0; 3]);
}

#[test]
fn a_scalar_behind_known_words_counts_also_when_they_are_known_later() {
    let run = marked(r#"{"o": {"a": 1}, "n": 42}"#);
    let marker = run.plan.markers().marker(1);
    let line = |number: usize, body: &str| format!("Received message {}: {body}", uuid(2, number));
    let order = line(1, &format!("{{\"edactl\":\"{marker}\",\"a\":1}}"));
    let scalar = line(2, "42");
    for lines in [[order.clone(), scalar.clone()], [scalar, order]] {
        assert_eq!(receipts(&run, &lines), [1; 2], "{lines:?}");
    }
}

#[test]
fn equal_contents_are_a_multiset() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}, "d": {"n": 2}}"#;
    let mut harness = Harness::new(run_of(event, false, counted(4)));
    harness.invocation(1, 5, &[r#"{"n":1}"#.into(), r#"{"n":1}"#.into()]);
    harness.invocation(2, 6, &[r#"{"n":2}"#.into()]);
    assert_eq!(harness.received(), [1, 1, 0, 1]);
    harness.drain();
    assert_eq!(
        harness.states(),
        [State::Taken, State::Taken, State::Waiting, State::Taken]
    );
}

/// Two equal payloads of one batch fail, both come again, one fails for good.
#[test]
fn what_a_line_shows_by_id_it_does_not_show_again_by_content() {
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let run = run_of(r#"{"a": {"n": 1}, "b": {"n": 1}}"#, false, answered(ids));
    let first = format!("Received {} {{\"n\": 1}}", uuid(2, 1));
    assert_eq!(receipts(&run, std::slice::from_ref(&first)), [1, 0]);
    let both = format!("{first} {{\"n\": 1}}");
    assert_eq!(receipts(&run, &[both]), [1, 1]);
}

#[test]
fn equal_contents_that_fail_are_retried_and_settle() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let mut harness = Harness::new(run_of(event, false, counted(2)));
    let both = [r#"got {"n":1}"#.to_owned(), r#"got {"n":1}"#.to_owned()];
    harness.invocation(1, 5, &both);
    let failed = format!(
        "REPORT RequestId: {}\tDuration: 1 ms\tStatus: timeout",
        uuid(1, 1)
    );
    harness.log("stream-1", 6, &failed);
    assert_eq!(harness.states(), [State::Failing; 2]);
    harness.invocation(2, 40_000, &both);
    assert_eq!(harness.received(), [2, 2]);
    assert_eq!(harness.states(), [State::Received; 2]);
    harness.drain();
    assert_eq!(harness.states(), [State::Taken; 2]);
    // Which of the two died nobody knows, and makes no difference: one did.
    harness.letter("letter", r#"{"n": 1}"#);
    let mut states = harness.states();
    states.sort_unstable();
    assert_eq!(states, [State::Taken, State::DeadLettered]);
    // The same letter, read at the next look: still one.
    harness.letter("letter", r#"{"n": 1}"#);
    states = harness.states();
    states.sort_unstable();
    assert_eq!(states, [State::Taken, State::DeadLettered]);
    harness.letter("another", r#"{"n": 1}"#);
    assert_eq!(harness.states(), [State::DeadLettered; 2]);
}

#[test]
fn message_ids_of_the_answer_are_as_good_as_markers() {
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let run = run_of(r#"{"a": 1, "b": true}"#, false, answered(ids));
    let mut harness = Harness::new(run);
    harness.invocation(1, 5, &[format!("Received message {}: 1", uuid(2, 1))]);
    harness.invocation(2, 5, &["waited for true".into()]);
    assert_eq!(harness.received(), [1, 0]);
    harness.invocation(3, 5, &["true".into()]);
    assert_eq!(harness.received(), [1, 1]);
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
    assert_eq!(receipts(&unmarked(event), &lines), [1; 4]);
}

/// A consumer in Python or Java may write what is beyond the Basic Multilingual Plane as two
/// escapes, in JSON text inside JSON text with a backslash more.
#[test]
fn escaped_surrogate_pairs_are_the_character_that_they_stand_for() {
    let event = r#"{"a": {"text": "well done 👋🏽", "n": 1}, "b": {"text": "well done 👋", "n": 1}}"#;
    for line in [
        r#"{"text":"well done 👋🏽","n":1}"#,
        r#"got {"text": "well done \ud83d\udc4b\ud83c\udffd", "n": 1}"#,
        r#"got {"text": "well done \uD83D\uDC4B\uD83C\uDFFD", "n": 1}"#,
        r#"{"body":"{\"text\":\"well done \\ud83d\\udc4b\\ud83c\\udffd\",\"n\":1}"}"#,
        r"got {'text': 'well done \U0001f44b\U0001f3fd', 'n': 1}",
    ] {
        assert_eq!(
            receipts(&unmarked(event), &[line.to_owned()]),
            [1, 0],
            "{line}"
        );
    }
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
        let shown = receipts(&unmarked(&event), &[print.to_owned()]);
        assert_eq!(shown, [1, 0], "{print}");
    }
}

#[test]
fn what_is_cut_off_too_early_shows_nothing() {
    let event = format!(r#"{{"a": {ENTRY}, "b": {{"id": 8, "name": "it's here"}}}}"#);
    for print in [
        r#"{"id": 7, "na"#,
        r#"{"id": 7, "ok": true, "na"#,
        r#"{"name": "it's here", "o"#,
        r#"{"id": 9, "name": "it's here", "o"#,
    ] {
        let shown = receipts(&unmarked(&event), &[print.to_owned()]);
        assert_eq!(shown, [0, 0], "{print}");
    }
}

/// Values as short as these say nothing by themselves: the form has to tell them.
#[test]
fn short_values_are_told_by_the_form_of_their_print() {
    let event = r#"{"a": {"id": 7, "on": true, "to": "x"}, "b": {"id": 8, "on": true, "to": "x"}}"#;
    for print in ["got {ID:7 On:true To:x}", "id=7 on=True to='x'"] {
        let shown = receipts(&unmarked(event), &[print.to_owned()]);
        assert_eq!(shown, [1, 0], "{print}");
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
    assert_eq!(
        receipts(&unmarked(event), &lines.map(str::to_owned)),
        [1, 1, 0]
    );
}

#[test]
fn a_payload_in_two_fields_of_one_line_is_one_message() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let mut harness = Harness::new(unmarked(event));
    let line = r#"{"level":"INFO","message":"got {\"n\":1}","body":{"n":1}}"#;
    harness.log("s", 1, line);
    assert_eq!(harness.received(), [1, 0]);
}

#[test]
fn an_id_and_a_content_of_one_invocation_are_one_message() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let lines = [format!("Got {}", uuid(2, 1)), r#"Body {"n":1}"#.into()];
    assert_eq!(
        receipts(&run_of(event, false, answered(ids)), &lines),
        [1, 0]
    );
}

#[test]
fn equal_contents_of_an_earlier_run_are_not_this_runs() {
    let run = unmarked(r#"{"a": {"n": 1}}"#);
    let mut harness = Harness::new(run.clone());
    harness.invocation(1, -1, &[r#"{"n":1}"#.into()]);
    assert_eq!(harness.received(), [0]);
    let mut behind = Harness::new(run);
    let (matcher, _) = Matcher::new(&behind.run);
    behind.matcher = matcher.with_clock_behind(SignedDuration::from_secs(2));
    behind.invocation(1, -1, &[r#"{"n":1}"#.into()]);
    assert_eq!(behind.received(), [1]);
}

#[test]
fn an_error_with_the_content_is_about_one_of_the_equals() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}}"#;
    let mut harness = Harness::new(unmarked(event));
    let id = uuid(1, 1);
    for (nth, text) in (0..).zip([
        format!("[INFO]\tt\t{id}\tgot {{\"n\":1}}"),
        format!("[INFO]\tt\t{id}\tgot {{\"n\":1}}"),
        format!("[ERROR]\tt\t{id}\tcannot do {{\"n\":1}}"),
        format!("END RequestId: {id}"),
    ]) {
        harness.log_nth("s", 1, &text, nth);
    }
    let errors: Vec<_> = harness.statuses().into_iter().map(|it| it.error).collect();
    let told = Some(r#"cannot do {"n":1}"#.to_owned());
    assert_eq!((harness.received(), errors), (vec![1, 1], vec![told, None]));
}

#[test]
fn an_id_of_something_else_says_nothing_of_the_run() {
    for line in [
        "got edactl-0000000000zz-1",
        "got message 5eda0c71-0000-4000-8000-000000000001",
        "request accepted, \"body\" is empty",
    ] {
        assert_eq!(receipts(&marked(TWO), &[line.to_owned()]), [0, 0], "{line}");
    }
}
