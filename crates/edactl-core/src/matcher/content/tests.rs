//! What one line or one text shows of a run's contents.

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::{
    event::{Event, MarkerPolicy, marker::RunId},
    topology::Pipeline,
};

/// Values as short as these tell nothing by themselves.
const SHORT: &str =
    r#"{"a": {"id": 7, "on": true, "to": "x"}, "b": {"id": 8, "on": true, "to": "x"}}"#;
const FIRST: &str = r#"{"id":7,"on":true,"to":"x"}"#;
const SECOND: &str = r#"{"id":8,"on":true,"to":"x"}"#;

struct Known {
    event: Event,
    plan: Plan,
    contents: Contents,
}

/// The contents of an event's payloads, numbered in the event's order.
fn known_as(event: &str, policy: &MarkerPolicy) -> Known {
    let event = Event::parse("e", event, policy).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let events = std::slice::from_ref(&event);
    let plan = Plan::new(RunId::new(now, 1), now, Pipeline::named("p"), events, 1);
    let mut contents = Contents::new(&plan);
    for payload in &event.payloads {
        contents.add(&payload.content);
    }
    Known {
        event,
        plan,
        contents,
    }
}

fn unmarked(event: &str) -> Contents {
    known_as(event, &MarkerPolicy::Untouched).contents
}

fn marked(event: &str) -> Known {
    known_as(event, &MarkerPolicy::Field("edactl".into()))
}

fn ids(matches: Vec<ContentMatch>) -> Vec<ContentId> {
    matches.into_iter().map(|found| found.content).collect()
}

/// What a line without a logger's form shows.
fn shown(contents: &Contents, message: &str) -> Vec<ContentId> {
    ids(contents.in_line(None, message))
}

/// What a structured logger's line shows.
fn logged(contents: &Contents, json: &Value) -> Vec<ContentId> {
    ids(contents.in_line(Some(&json.to_string()), "a message"))
}

#[test]
fn a_piece_that_holds_payloads_is_a_content_of_its_own_once() {
    let mut known = marked(SHORT);
    let whole = known.event.containers.last().unwrap();
    assert_eq!(known.contents.add_container(whole), Some(2));
    assert_eq!(known.contents.add_container(whole), None);
    let pieces = [json!({"x": 1}), json!({"y": 2})].map(|it| ContentHash::of(&it));
    assert_eq!(pieces.map(|it| known.contents.add_piece(it)), [3, 4]);
    assert_eq!(shown(&known.contents, r#"got {"y":2} and {"x":1}"#), [4, 3]);
}

#[test]
fn a_larger_piece_is_told_with_or_without_the_markers_in_it() {
    let mut known = marked(SHORT);
    let whole = known.event.containers.last().unwrap();
    known.contents.add_container(whole);
    let markers = known.plan.markers();
    let sent = known.event.text(|index| markers.marker(index as u64 + 1));
    assert_eq!(shown(&known.contents, &format!("got {sent}")), [2]);
    assert_eq!(shown(&known.contents, &format!("got {SHORT}")), [2]);
}

#[test]
fn what_a_marker_tells_is_told_by_its_content_only_among_pieces() {
    let mut known = marked(r#"{"a": {"n": 1, "to": {"city": "Oslo"}}, "b": {"city": "Oslo"}}"#);
    let marker = known.plan.markers().marker(1);
    for line in [
        format!(r#"got {{"edactl":"{marker}","n":1,"to":{{"city":"Oslo"}}}}"#),
        format!(r"got {{'edactl': '{marker}', 'to': {{'city': 'Oslo'}}, 'n"),
    ] {
        assert!(shown(&known.contents, &line).is_empty(), "{line}");
    }
    // Beside the marked object, the same piece is a payload.
    let line = format!(r#"got {{"edactl":"{marker}"}} and {{"city":"Oslo"}}"#);
    assert_eq!(shown(&known.contents, &line), [1]);
    let piece = known.contents.add_piece(ContentHash::of(&json!({"z": 1})));
    let line = format!(r#"got {{"edactl":"{marker}","n":2,"in":{{"z":1}}}}"#);
    assert_eq!(shown(&known.contents, &line), [piece]);
}

#[test]
fn a_line_without_a_longer_word_of_any_payload_may_be_passed_over() {
    let contents = unmarked(r#"{"a": {"item": "oak chairs", "n": 1}}"#);
    assert!(contents.may_be_in("stored chairs"));
    assert!(!contents.may_be_in("nothing of it 1"));
    assert!(unmarked(SHORT).may_be_in("nothing of it"));
}

#[test]
fn a_structured_logger_may_hold_a_payload_in_any_field() {
    let contents = unmarked(SHORT);
    let first: Value = serde_json::from_str(FIRST).unwrap();
    for (line, found) in [
        (json!({"level": "INFO", "order": first}), vec![0]),
        (json!({"level": "INFO", "order": {"deep": first}}), vec![0]),
        (json!({"level": "INFO", "order": FIRST}), vec![0]),
        (
            json!({"message": format!("got {FIRST} and {SECOND}")}),
            vec![0, 1],
        ),
        (json!({"id": 7, "on": true, "to": "x"}), vec![0]),
        (json!({"level": "INFO", "order": {"id": 7}}), vec![]),
    ] {
        assert_eq!(logged(&contents, &line), found, "{line}");
    }
    // No object: the message counts.
    assert_eq!(ids(contents.in_line(Some("[1]"), FIRST)), [0]);
}

#[test]
fn each_field_of_a_structured_line_is_a_telling_of_its_own() {
    let contents = unmarked(SHORT);
    let line =
        format!(r#"{{"order":{FIRST},"stored":{FIRST},"message":"got {{ID:7 On:true To:x}}"}}"#);
    let matches = contents.in_line(Some(&line), "");
    let mut shapes: Vec<_> = matches.iter().map(|found| found.shape).collect();
    assert_eq!(shapes.len(), 3);
    shapes.sort_unstable();
    shapes.dedup();
    assert_eq!(shapes.len(), 3);
    assert!(
        matches
            .iter()
            .all(|found| found.content == 0 && found.behind.is_empty())
    );
}

#[test]
fn scalars_in_a_structured_line_count_where_loggers_hold_a_message() {
    let contents = unmarked(r#"{"n": 42, "t": "plain text", "y": true, "z": null}"#);
    for (line, found) in [
        (json!({"message": "plain text"}), vec![1]),
        (json!({"BODY": "42"}), vec![0]),
        (json!({"order": "plain text"}), vec![]),
        // A number of its own is more likely the logger's.
        (
            json!({"message": 42, "value": true, "data": null, "n": 42}),
            vec![],
        ),
        (json!({"data": ["plain text", 42]}), vec![1]),
        (json!({"order": ["plain text"]}), vec![]),
        (json!({"record": {"body": "plain text"}}), vec![1]),
        (
            json!({"record": {"body": 42, "name": "plain text"}}),
            vec![],
        ),
    ] {
        assert_eq!(logged(&contents, &line), found, "{line}");
    }
    let behind = contents.in_line(Some(r#"{"message":"Processing 42"}"#), "");
    assert_eq!(behind.len(), 1);
    assert_eq!(
        (behind[0].content, &behind[0].behind[..]),
        (0, &["Processing".to_owned()][..])
    );
}

#[test]
fn an_empty_payload_counts_only_where_loggers_hold_a_message() {
    for (event, empty) in [
        (r#"{"a": {}, "b": {"n": 1}}"#, json!({})),
        (r#"{"a": [], "b": {"n": 1}}"#, json!([])),
    ] {
        let contents = unmarked(event);
        for (line, found) in [
            (json!({"level": "INFO", "context": empty}), vec![]),
            (
                json!({"level": "INFO", "order": {"tags": empty, "id": 9}}),
                vec![],
            ),
            (json!({"level": "INFO", "body": empty}), vec![0]),
            (
                json!({"level": "INFO", "order": {"body": empty, "id": 9}}),
                vec![0],
            ),
        ] {
            assert_eq!(logged(&contents, &line), found, "{line}");
        }
    }
}

#[test]
fn a_text_speaks_for_itself_from_sixteen_bytes_and_two_words_on() {
    for (text, speaks) in [
        ("fifteen by tes.", false),
        ("sixteen by tes .", true),
        ("one-long-word-only", false),
    ] {
        let contents = unmarked(&json!({ "t": text }).to_string());
        let found = contents.in_line(None, &format!("Processing {text}"));
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].behind.is_empty(), speaks, "{text}");
        // As the whole message it needs no words in front.
        let found = contents.in_line(None, text);
        assert!(found[0].behind.is_empty(), "{text}");
    }
}

#[test]
fn a_scalars_print_is_the_whole_rest_of_the_line() {
    let contents = unmarked(r#"{"t": "a text", "l": [1, 2], "y": true}"#);
    for (line, found) in [
        ("got 'a text'", vec![0]),
        ("got 'a text' more", vec![]),
        ("'a text' more", vec![]),
        ("[1, 2,", vec![]),
        ("got True", vec![2]),
        ("got True!", vec![]),
    ] {
        assert_eq!(shown(&contents, line), found, "{line}");
    }
}

#[test]
fn half_of_the_fields_and_sixteen_bytes_of_them_tell_what_is_cut_off() {
    for (event, cut, found) in [
        // One field of two, of 15 and of 16 bytes: the key and the value as JSON.
        (
            r#"{"a": {"name": "abcdefghi", "n": 1}}"#,
            r#"{"name":"abcdefghi","n"#,
            vec![],
        ),
        (
            r#"{"a": {"name": "abcdefghij", "n": 1}}"#,
            r#"{"name":"abcdefghij","n"#,
            vec![0],
        ),
        // One of three, two of four, two of five.
        (
            r#"{"a": {"name": "abcdefghijkl", "n": 1, "m": 2}}"#,
            r#"{"name":"abcdefghijkl","n"#,
            vec![],
        ),
        (
            r#"{"a": {"name": "abcdefghijkl", "n": 1, "m": 2, "o": 3}}"#,
            r#"{"name":"abcdefghijkl","n":1,"m"#,
            vec![0],
        ),
        (
            r#"{"a": {"name": "abcdefghijkl", "n": 1, "m": 2, "o": 3, "p": 4}}"#,
            r#"{"name":"abcdefghijkl","n":1,"m"#,
            vec![],
        ),
        // Three of six, three of seven.
        (
            r#"{"a": {"name": "abcdefghijkl", "n": 1, "m": 2, "o": 3, "p": 4, "q": 5}}"#,
            r#"{"name":"abcdefghijkl","n":1,"m":2,"o"#,
            vec![0],
        ),
        (
            r#"{"a": {"name": "abcdefghijkl", "n": 1, "m": 2, "o": 3, "p": 4, "q": 5, "r": 6}}"#,
            r#"{"name":"abcdefghijkl","n":1,"m":2,"o"#,
            vec![],
        ),
        // What two payloads have tells neither.
        (
            r#"{"a": {"name": "abcdefghij", "n": 1}, "b": {"name": "abcdefghij", "n": 2}}"#,
            r#"{"name":"abcdefghij","n"#,
            vec![],
        ),
    ] {
        assert_eq!(
            shown(&unmarked(event), &format!("got {cut}")),
            found,
            "{cut}"
        );
    }
}

#[test]
fn fields_that_are_null_are_no_fields() {
    let contents = unmarked(SHORT);
    let line = r#"got {"id":7,"on":true,"to":"x","k":null,"l":null,"m":null,"n":null}"#;
    assert_eq!(shown(&contents, line), [0]);
    let line = r#"got {"id":7,"on":true,"to":"x","k":1}"#;
    assert!(shown(&contents, line).is_empty());
}

#[test]
fn the_words_before_the_first_payload_are_the_shape() {
    let contents = unmarked(SHORT);
    let shapes = |line: &str| {
        let matches = contents.in_line(None, line);
        matches.iter().map(|found| found.shape).collect::<Vec<_>>()
    };
    let one = shapes(&format!("order 12 is {FIRST}"));
    assert_eq!(one.len(), 1);
    assert_eq!(
        shapes(&format!("order 7 is {FIRST} and {SECOND}")),
        [one[0]; 2]
    );
    assert_eq!(shapes("order 9 is id=7 on=True to='x'"), one);
    assert_ne!(shapes(&format!("stored {FIRST}")), one);
    // The word before a print is no type's name where it only begins like a map of Go.
    let print = "{'id': 7, 'on': True, 'to': 'x'}";
    assert_ne!(shapes(&format!("message {print}")), shapes(print));
    assert_eq!(shapes(&format!("[see {{below}}] {FIRST}")).len(), 1);
}

#[test]
fn a_bracket_behind_a_word_is_a_typed_print_and_another_is_none() {
    let contents = unmarked(SHORT);
    for (line, found) in [
        ("got Order(id=7, on=true, to=x)", vec![0]),
        ("got the order (id=7, on=true, to=x)", vec![]),
        ("(id=7, on=true, to=x)", vec![]),
        ("got #<Order id: 7, on: true, to: \"x\">", vec![0]),
        ("got #1 map and map[id:7 on:true to:x]", vec![0]),
    ] {
        assert_eq!(shown(&contents, line), found, "{line}");
    }
}

#[test]
fn what_follows_in_a_value_that_is_cut_off_is_a_part_of_it() {
    let contents = unmarked(SHORT);
    for (line, found) in [
        (format!("got {{'k': 1, ... {FIRST}"), vec![]),
        (format!("got {{k:(x}} {FIRST}"), vec![]),
        (format!("got {{'k': 1}} {FIRST}"), vec![0]),
    ] {
        assert_eq!(shown(&contents, &line), found, "{line}");
    }
}

#[test]
fn a_struct_of_go_that_looks_cut_off_ends_at_its_bracket() {
    let contents = unmarked(
        r#"{"a": {"id": 7, "on": true, "to": "x("}, "b": {"id": 8, "on": true, "to": "x"}}"#,
    );
    let line = format!("got {{ID:7 On:true To:x(}} then {SECOND}");
    assert_eq!(shown(&contents, &line), [0, 1]);
}

#[test]
fn a_print_that_is_of_two_languages_counts_once() {
    let contents = unmarked(r#"{"a": {"n": 1}}"#);
    assert_eq!(shown(&contents, "got {n:1}"), [0]);
}

#[test]
fn pairs_may_stand_behind_words() {
    let contents = unmarked(r#"{"a": {"my_id": 7, "on": true, "to": "x"}}"#);
    for line in [
        "my_id=7 on=True to='x'",
        "got my_id=7 on=True to='x'",
        "got: my_id=7 on=True to='x'",
    ] {
        assert_eq!(shown(&contents, line), [0], "{line}");
    }
}

#[test]
fn a_batch_that_is_cut_off_shows_its_whole_members_each_once() {
    let contents = unmarked(
        r#"{"a": {"id": 7, "name": "oak chair", "n": 1}, "b": {"id": 8, "name": "oak chair", "n": 1}}"#,
    );
    let (first, second) = (
        r#"{"id":7,"name":"oak chair","n":1}"#,
        r#"{"id":8,"name":"oak chair","n":1}"#,
    );
    let text = |json: &str| json!(json).to_string();
    for (line, found) in [
        (format!("got [{first}, {second}, "), vec![0, 1]),
        (
            format!("got [{first}, {{\"id\":8,\"name\":\"oak chair\",\"n"),
            vec![0, 1],
        ),
        (r#"got [{"id":8,"na"#.to_owned(), vec![]),
        (
            format!("got [{}, {}, \"{{\\\"i", text(first), text(second)),
            vec![0, 1],
        ),
        (
            format!("got {{'Records': [{{'body': {}}}, {{'bo", text(first)),
            vec![0],
        ),
        (
            format!("got {{'order': {}, 'n': 1, 'bo", text(first)),
            vec![0],
        ),
        (format!("got {{'order': {first}, 'n': 1, 'bo"), vec![0]),
    ] {
        assert_eq!(shown(&contents, &line), found, "{line}");
    }
}

#[test]
fn a_batch_may_hold_any_number_of_texts() {
    let contents = unmarked(SHORT);
    for other in ["got {'id': 9}", r#"{"id":9}"#] {
        let mut items = vec![other; 40];
        items.push("got {'id': 7, 'on': True, 'to': 'x'}");
        assert_eq!(shown(&contents, &json!(items).to_string()), [0], "{other}");
    }
}

#[test]
fn texts_in_texts_are_read_down_to_a_depth() {
    let contents = unmarked(SHORT);
    for (depth, found) in [(0, vec![0]), (32, vec![0]), (33, vec![]), (34, vec![])] {
        let mut search = Search::new(&contents);
        search.depth = depth;
        search.text("got {'id': 7, 'on': True, 'to': 'x'}");
        assert_eq!(search.found, found, "{depth}");
    }
}

#[test]
fn a_text_that_leaves_parts_out_may_hold_whole_payloads() {
    let contents = unmarked(SHORT);
    let mut search = Search::new(&contents);
    search.partial(&json!(format!("{FIRST} and {{\"id\":8,")));
    assert_eq!(search.found, [0]);
}
