//! What one line or one letter tells the ledger, and what of it the matcher keeps.

use std::collections::BTreeSet;

use super::*;
use crate::{
    ledger::{Failure, Means, Subject},
    line::{ErrorOrigin, read_outer},
    matcher::{
        content::ContentMatch,
        setup::names_messages,
        sighting::{LONGEST_ERROR, failure, named_id, one_line, summary},
    },
    run::learned_shape::Piece,
};

fn parsed(event: &str, is_marked: bool) -> Event {
    let policy = if is_marked {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    Event::parse("event.json", event, &policy).unwrap()
}

fn run_of_events(events: &[Event], repeat: u32) -> Run {
    let id = RunId::new(start(), 1);
    Run::new(Plan::new(id, start(), Pipeline::named("p"), events, repeat))
}

#[test]
fn what_carries_a_marker_of_its_own_needs_no_group() {
    let groups = |run: &Run| Matcher::new(run).1;
    assert!(groups(&marked(TWO)).is_empty());
    assert_eq!(groups(&unmarked(TWO)), [[0], [1]]);
    assert_eq!(groups(&marked(r#"{"a": {"n": 1}, "b": [1, 2]}"#)), [[1]]);
    assert_eq!(
        groups(&marked(r#"{"a": {"n": 1}, "b": {"n": 1}}"#)),
        [[0, 1]]
    );
    // One of the equals carries a marker, the other does not; one content of two rounds.
    let event = r#"{"a": {"n": 1}}"#;
    let mixed = run_of_events(&[parsed(event, true), parsed(event, false)], 1);
    assert_eq!(groups(&mixed), [[0, 1]]);
    let alone = run_of_events(
        &[parsed(event, true), parsed(r#"{"b": {"n": 2}}"#, false)],
        1,
    );
    assert_eq!(groups(&alone), [[1]]);
    assert_eq!(groups(&run_of_events(&[parsed(event, true)], 2)), [[0, 1]]);
}

#[test]
fn a_consumer_that_shows_markers_shows_all_that_there_are() {
    let run =
        marked(r#"{"a": {"id": 7, "item": "oak chair"}, "b": {"id": 8, "item": "oak table"}}"#);
    let marker = run.plan.markers().marker(1);
    let content = r#"{"id":8,"item":"oak table"}"#;
    assert_eq!(
        receipts(&run, &[format!("got {marker}, beside {content}")]),
        [1, 0]
    );
    assert_eq!(receipts(&run, &[format!("got {content}")]), [0, 1]);
    // An id is no marker: it may stand beside the contents of others.
    let event = r#"{"a": {"id": 7, "item": "oak chair"}, "b": {"id": 8, "item": "oak table"}}"#;
    let run = run_of(event, true, answered(vec![Some(uuid(2, 1)), None]));
    let line = format!("got {}, beside {content}", uuid(2, 1));
    assert_eq!(receipts(&run, &[line]), [1, 1]);
}

#[test]
fn words_in_front_of_a_structure_are_those_in_front_of_scalars() {
    let run = unmarked(r#"{"o": {"a": 1}, "n": 42, "t": "see: below"}"#);
    let lines = |lines: &[&str]| {
        receipts(
            &run,
            &lines.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(),
        )
    };
    assert_eq!(lines(&["got {\"a\":1}", "got 42"]), [1, 1, 0]);
    assert_eq!(lines(&["got 42", "got {\"a\":1}"]), [1, 1, 0]);
    // A payload that is the whole message has no words in front.
    assert_eq!(lines(&["see: below", "see 42"]), [0, 0, 1]);
}

#[test]
fn only_trouble_of_the_platform_makes_an_invocation_suspect() {
    let told = |line: &str| {
        let mut harness = Harness::new(run_of(TWO, true, counted(2)));
        let text = format!("[INFO]\tt\t{}\tgot {}", uuid(1, 1), harness.marker(1));
        harness.log("s", 1, &text);
        harness.log("s", 2, &line.replace("ID", &uuid(1, 1)));
        harness.statuses()[0].error.clone()
    };
    for (line, error) in [
        ("INIT_START Runtime Version: python:3.12.v1", None),
        ("EXTENSION\tName: x\tState: Ready", None),
        ("INIT_REPORT Init Duration: 1 ms\tPhase: init", None),
        (
            "INIT_REPORT Init Duration: 1 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
            Some("Runtime.ExitError"),
        ),
        ("REPORT RequestId: ID\tDuration: 1 ms\t", None),
        (
            "REPORT RequestId: ID\tDuration: 1 ms\tStatus: timeout",
            Some("timeout"),
        ),
        (
            "REPORT RequestId: ID\tDuration: 1 ms\tStatus: error\tError Type: Runtime.ExitError",
            Some("Runtime.ExitError"),
        ),
    ] {
        assert_eq!(told(line).as_deref(), error, "{line}");
    }
}

/// Of two lines of one moment about a message the runtime's is believed.
#[test]
fn the_runtimes_own_error_line_about_a_message_is_not_the_applications() {
    let mut harness = Harness::new(run_of(TWO, true, counted(2)));
    let prefix = format!("2026-11-24T12:00:00.000Z\t{}\tERROR\t", uuid(1, 1));
    let marker = harness.marker(1);
    let own = format!("A refused {marker}");
    let thrown = format!(
        "Invoke Error \t{{\"errorType\":\"Error\",\"errorMessage\":\"no {marker}\",\"stack\":[]}}"
    );
    for text in [&own, &thrown] {
        harness.log("s", 1, &format!("{prefix}{text}"));
    }
    let status = &harness.statuses()[0];
    assert_eq!(status.counts.received, 1);
    let error = status.error.as_deref().unwrap_or_default();
    assert!(error.contains("no edactl-"), "{error}");
}

#[test]
fn a_letters_id_outweighs_what_it_holds() {
    let ids = vec![Some(uuid(2, 1)), Some(uuid(2, 2))];
    let mut harness = Harness::new(run_of(TWO, false, answered(ids)));
    harness.invocation(1, 5, &[]);
    harness.letter(&uuid(2, 1), r#"{"n": 2}"#);
    assert_eq!(harness.states(), [State::DeadLettered, State::Waiting]);
    harness.letter(&uuid(2, 2), r#"{"n": 1}"#);
    assert_eq!(harness.states(), [State::DeadLettered; 2]);
}

#[test]
fn a_larger_piece_in_a_line_or_a_letter_shows_the_payloads_in_it() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;
    let mut harness = Harness::new(unmarked(event));
    harness.invocation(1, 5, &[format!("got {event}")]);
    assert_eq!(harness.received(), [1, 1]);
    let mut harness = Harness::new(unmarked(event));
    harness.letter("letter", event);
    assert_eq!(harness.states(), [State::DeadLettered; 2]);
}

#[test]
fn values_tell_a_payload_only_where_no_larger_piece_does() {
    let events = [parsed(TWO, false), parsed(r#"{"c": {"n": 3}}"#, false)];
    let (matcher, _) = Matcher::new(&run_of_events(&events, 1));
    let shown = |content, means, shape| ContentMatch {
        content,
        shape,
        means,
        behind: Vec::new(),
    };
    let own = vec![
        shown(0, Means::Values, 0),
        shown(1, Means::Content, 5),
        shown(2, Means::Values, 0),
    ];
    assert_eq!(matcher.opened(own.clone()), own);
    // Content 3 is all of the first event: its two payloads.
    let mut matches = own;
    matches.push(shown(3, Means::Content, 9));
    assert_eq!(
        matcher.opened(matches),
        [
            shown(0, Means::Content, 9),
            shown(1, Means::Content, 9),
            shown(1, Means::Content, 5),
            shown(2, Means::Values, 0),
        ]
    );
}

#[test]
fn pieces_in_lines_and_letters_tell_the_shape() {
    let event =
        r#"{"a": {"item": "oak chair", "to": {"city": "Oslo"}}, "b": {"item": "elm chair"}}"#;
    let pieces = |harness: &Harness| {
        let observed = harness.matcher.observed(&harness.run);
        assert_eq!(observed.len(), 1);
        observed[0].pieces.clone()
    };
    let payload = BTreeSet::from([Piece::Payload(1)]);
    let mut harness = Harness::new(marked(event));
    assert!(pieces(&harness).is_empty());
    // The consumer's line shows a payload without its marker, or by its marker only.
    harness.invocation(1, 5, &[r#"got {"item":"elm chair"}"#.into()]);
    assert_eq!(pieces(&harness), payload);
    let mut harness = Harness::new(marked(
        r#"{"a": {"item": "oak chair"}, "b": {"n": 1, "item": "elm chair"}}"#,
    ));
    let line = format!(r#"got {{"edactl":"{}"}}"#, harness.marker(1));
    harness.invocation(1, 5, &[line, "nothing of the run".into()]);
    assert!(pieces(&harness).is_empty());
    let line = format!(
        r#"got {{"edactl":"{}","item":"oak chair"}}"#,
        harness.marker(1)
    );
    harness.invocation(2, 5, &[line]);
    assert_eq!(pieces(&harness), BTreeSet::from([Piece::Payload(0)]));
    // A letter of the run, and one of somebody else.
    let mut harness = Harness::new(marked(event));
    harness.letter("other", r#"{"item":"elm table"}"#);
    assert!(pieces(&harness).is_empty());
    let body = format!(r#"{{"edactl":"{}","item":"elm chair"}}"#, harness.marker(2));
    harness.letter("own", &body);
    assert_eq!(pieces(&harness), payload);
}

/// What a line with a marker shows is looked at though no longer word of a payload stands in it.
#[test]
fn a_marker_is_enough_to_look_for_pieces() {
    let event = r#"{"a": {"item": "oak chairs", "to": {"no": 1}}}"#;
    let messages = crate::event::shape::Messages::Auto {
        learned: None,
        by_http: false,
    };
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse_as("e", event, &policy, &messages).unwrap();
    let run = run_of_events(&[event], 1);
    let mut harness = Harness::new(run);
    let marker = harness.marker(1);
    harness.invocation(1, 5, &[format!(r#"got {marker} with {{"no":1}}"#)]);
    let observed = harness.matcher.observed(&harness.run);
    assert_eq!(observed[0].pieces.len(), 1);
    assert!(matches!(
        observed[0].pieces.first(),
        Some(Piece::Fragment(_))
    ));
}

#[test]
fn an_answer_names_messages_where_it_has_their_ids() {
    for (outcome, names) in [
        (answered(vec![Some(uuid(2, 1))]), true),
        (answered(Vec::new()), false),
        (counted(2), false),
        (
            Outcome::NotRun {
                reason: "why".to_owned(),
            },
            false,
        ),
    ] {
        let run = run_of(TWO, false, outcome);
        assert_eq!(names_messages(&run.invocations[0]), names, "{run:?}");
    }
}

#[test]
fn the_id_that_a_line_calls_a_messages_is_one() {
    let [first, second] = [1, 2].map(|number| uuid(2, number));
    for (text, is_named) in [
        ("messageId: ID", true),
        ("{'messageId': 'ID'}", true),
        ("message ID", true),
        ("MSG-ID=ID", true),
        ("sqs_message_id: ID", true),
        ("message ID, once more: message ID", true),
        ("batch OTHER: message ID", true),
        ("message ID and message OTHER", false),
        ("batch ID", false),
        ("messages ID", false),
        ("mymessage ID", false),
        ("ID", false),
        ("no id of a message", false),
    ] {
        let text = text.replace("ID", &first).replace("OTHER", &second);
        let text = text.replace(&format!("MSG-{first}"), "MSG-ID");
        let line = read_outer(&text);
        let expected = is_named.then_some(first.as_str());
        assert_eq!(named_id(&line, &text), expected, "{text}");
    }
    // The invocation's own id is no message's.
    let text = format!("[INFO]\tt\t{first}\tmessage {first}");
    assert_eq!(named_id(&read_outer(&text), &text), None);
}

#[test]
fn an_error_is_told_with_its_origin_and_the_field_that_was_refused() {
    for origin in [ErrorOrigin::Runtime, ErrorOrigin::Application] {
        let told = failure("no", origin, "text");
        assert_eq!(
            told,
            Failure {
                origin,
                ..Failure::new("no")
            }
        );
    }
    assert_eq!(
        summary("timeout"),
        Failure {
            is_summary: true,
            ..Failure::new("timeout")
        }
    );
    // A line of its own names the field, in so many bytes or fewer.
    let refusal = "unknown field x";
    for (length, is_told) in [
        (LONGEST_ERROR - 1, true),
        (LONGEST_ERROR, true),
        (LONGEST_ERROR + 1, false),
    ] {
        let said = format!("{refusal}{}", ".".repeat(length - refusal.len()));
        let told = failure("no", ErrorOrigin::Runtime, &format!("no\n a b\n{said}"));
        let expected = if is_told {
            format!("no: {said}")
        } else {
            "no".to_owned()
        };
        assert_eq!(&*told.text, expected, "{length}");
    }
    let said = failure(
        "unknown field x",
        ErrorOrigin::Runtime,
        "a\nunknown field x",
    );
    assert_eq!(&*said.text, "unknown field x");
    assert_eq!(one_line("  first \nsecond"), "first");
    assert_eq!(
        one_line(&"é".repeat(LONGEST_ERROR + 1)),
        "é".repeat(LONGEST_ERROR)
    );
}

#[test]
fn what_only_values_tell_is_of_one_payload() {
    let run = unmarked(
        r#"{"a": {"id": 100001, "item": "oak chair"}, "b": {"id": 100002, "item": "oak chair"}}"#,
    );
    let mut harness = Harness::new(run);
    harness.invocation(1, 5, &["stored oak chair as 100002".into()]);
    assert_eq!(harness.received(), [0, 1]);
    let subjects = &harness.matcher.subjects;
    assert_eq!(subjects[..], [Subject::Group(0), Subject::Group(1)]);
}
