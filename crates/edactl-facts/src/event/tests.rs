//! Events, read and marked in every shape.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn field() -> MarkerPolicy {
    MarkerPolicy::Field("edactl".into())
}

fn parse(text: &str) -> Result<Event, EventError> {
    Event::parse("event.json", text, &field())
}

#[test]
fn only_messages_without_a_marker_can_be_equal() {
    let text = r#"{"a": {"x": 1}, "b": "same", "c": "same", "d": "other"}"#;
    let marked = [parse(text).unwrap()];
    assert_eq!(equal_messages(&marked, 1), 1);
    assert_eq!(equal_messages(&marked, 3), 7);
    let objects = [parse(r#"{"a": {"x": 1}, "b": {"x": 1}}"#).unwrap()];
    assert_eq!(equal_messages(&objects, 5), 0);
    let untouched = Event::parse("e", r#"{"a": {"x": 1}}"#, &MarkerPolicy::Untouched).unwrap();
    assert_eq!(equal_messages(std::slice::from_ref(&untouched), 1), 0);
    assert_eq!(equal_messages(&[untouched.clone(), untouched], 1), 1);
}

#[test]
fn a_byte_order_mark_is_no_part_of_an_event() {
    let event = parse("\u{feff}{\"a\": 1}").unwrap();
    assert_eq!(event.text(|_| String::new()), "{\"a\":1}");
}

#[test]
fn a_request_is_its_method_and_its_body() {
    let rest = |rest: &str| {
        format!(r#"{{"httpMethod":"PUT","path":"/orders","requestContext":{{}}{rest}}}"#)
    };
    for (text, method, body) in [
        (r#"{"a":1}"#.to_owned(), None, r#"{"a":1}"#),
        ("no JSON".to_owned(), None, "no JSON"),
        (rest(""), Some("PUT"), ""),
        (rest(r#","body":null"#), Some("PUT"), ""),
        (rest(r#","body":{"a":1}"#), Some("PUT"), r#"{"a":1}"#),
        // Four letters are Base64, too, but only where the event says so.
        (rest(r#","body":"YWJj""#), Some("PUT"), "YWJj"),
        (
            rest(r#","body":"YWJj","isBase64Encoded":false"#),
            Some("PUT"),
            "YWJj",
        ),
        (
            rest(r#","body":"YWJj","isBase64Encoded":true"#),
            Some("PUT"),
            "abc",
        ),
        (
            rest(r#","body":"no Base64!","isBase64Encoded":true"#),
            Some("PUT"),
            "no Base64!",
        ),
        (
            r#"{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":"b"}"#
                .to_owned(),
            Some("POST"),
            "b",
        ),
    ] {
        let request = Event::http_request(text.clone());
        assert_eq!(
            (request.method.as_deref(), request.body.as_str()),
            (method, body),
            "{text}"
        );
    }
}

#[test]
fn entries_keep_their_order_and_their_numbers() {
    let event = parse(r#"{"z": 1.00, "a": 12345678901234567890123, "m": {"n": 1.0}}"#).unwrap();
    let keys: Vec<_> = event
        .payloads
        .iter()
        .map(|payload| payload.key.as_str())
        .collect();
    assert_eq!(keys, ["z", "a", "m"]);
    assert_eq!(
        event.text(|index| format!("m-{index}")),
        r#"{"z":1.00,"a":12345678901234567890123,"m":{"edactl":"m-2","n": 1.0}}"#
    );
}

#[test]
fn markers_go_where_they_can() {
    use Recognition::{Content, Field, Placeholder};
    let event =
        parse(r#"{"object": {"a": 1}, "empty": { }, "text": "id {{marker}}", "n": 4}"#).unwrap();
    let payload: Value = serde_json::from_str(&event.text(|_| "mark".into())).unwrap();
    assert_eq!(
        payload,
        json!({"object": {"edactl": "mark", "a": 1}, "empty": {"edactl": "mark"},
               "text": "id mark", "n": 4})
    );
    let ways: Vec<_> = event
        .payloads
        .iter()
        .map(|payload| payload.recognition)
        .collect();
    assert_eq!(ways, [Field, Field, Placeholder, Content]);
}

#[test]
fn untouched_means_untouched() {
    let text = r#"{"object":{"a":1},"text":"id {{marker}}"}"#;
    let event = Event::parse("event.json", text, &MarkerPolicy::Untouched).unwrap();
    assert_eq!(event.text(|_| "mark".into()), text);
}

#[test]
fn bad_events_are_refused_with_a_sentence() {
    let say = |text: &str| parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(say("{\n  \"first\": {\"a\": 1}\n  \"second\": 2\n}"), @r#"
    event.json is not valid JSON: expected `,` or `}` at line 3, column 3
      3 |   "second": 2
        |   ^
    "#);
    insta::assert_snapshot!(say("{\"é\": tru}"), @r#"
    event.json is not valid JSON: expected ident at line 1, column 10
      1 | {"é": tru}
        |          ^
    "#);
    insta::assert_snapshot!(say(""), @"event.json has no entries, so nothing would be sent");
    insta::assert_snapshot!(say("[1, 2]"), @"event.json holds an array, but the producer expects a JSON object");
    insta::assert_snapshot!(say("{}"), @"event.json has no entries, so nothing would be sent");
    insta::assert_snapshot!(say(r#"{"a": 1, "a": 2}"#), @r#"event.json has the key "a" twice; the producer would see only one of them"#);
    insta::assert_snapshot!(say(r#"{"a": {"edactl": 2}}"#), @r#"event.json: entry "a" already has a field "edactl""#);
}

#[test]
fn sizes_are_checked_with_the_marker_in_place() {
    // Lambda's and SQS's, as their documentation gives them.
    assert_eq!((MAX_EVENT_BYTES, MAX_MESSAGE_BYTES), (6_291_456, 1_048_576));
    let event = parse(r#"{"a": {"b": 1}}"#).unwrap();
    let bytes = r#"{"edactl":"0000","b": 1}"#.len();
    assert!(event.check_sizes(4, bytes).is_ok());
    assert!(matches!(
        event.check_sizes(4, bytes - 1),
        Err(EventError::EntryTooLarge { bytes: found, .. }) if found == bytes
    ));
    let large = format!(r#"{{"a": "{}"}}"#, "x".repeat(MAX_EVENT_BYTES));
    assert!(matches!(
        parse(&large).unwrap().check_sizes(4, usize::MAX),
        Err(EventError::EventTooLarge { .. })
    ));
}

#[test]
fn a_way_of_recognition_has_a_name_of_its_own() {
    for (recognition, name) in [
        (Recognition::Field, "marker"),
        (Recognition::Placeholder, "placeholder"),
        (Recognition::Content, "content"),
        (Recognition::Answer, "answer"),
    ] {
        assert_eq!(recognition.to_string(), name);
    }
}

#[test]
fn a_payload_counts_the_places_for_its_marker() {
    let event =
        parse(r#"{"object": {"a": 1}, "twice": "{{marker}} {{marker}}", "none": "x"}"#).unwrap();
    let markers: Vec<_> = event.payloads.iter().map(Payload::markers).collect();
    assert_eq!(markers, [1, 2, 0]);
    let bodies: Vec<_> = event
        .payloads
        .iter()
        .map(|payload| payload.body("m"))
        .collect();
    assert_eq!(bodies, [r#"{"edactl":"m","a": 1}"#, r#""m m""#, r#""x""#]);
}

#[test]
fn what_is_to_hold_a_marker_is_no_part_of_the_content() {
    let text = r#"{"whole": {"note": "some text", "more": "other text"},
        "filled": {"id": "n-{{marker}}", "note": "some text"},
        "text": "some text", "marked": "some {{marker}}"}"#;
    let event = parse(text).unwrap();
    let [whole, filled, text, marked] = &event.payloads[..] else {
        panic!("four payloads");
    };
    let note = ContentHash::of_field("note", &json!("some text"));
    let more = ContentHash::of_field("more", &json!("other text"));
    assert_eq!(whole.content.fields, [note, more]);
    assert_eq!(filled.content.fields, [note]);
    let of = |text: &str| ValueTrace::of(text).unwrap();
    assert_eq!(whole.content.values, [of("some text"), of("other text")]);
    for payload in [filled, text, marked] {
        assert_eq!(payload.content.values, [], "{}", payload.key);
    }
    assert!(whole.content.lenient.is_some() && filled.content.lenient.is_none());
    assert_eq!(
        (text.content.bare, marked.content.bare),
        (Some(ContentHash::of_bytes(b"some text")), None)
    );
}

#[test]
fn an_event_may_be_as_large_as_lambda_takes() {
    let frame = r#"{"a":""}"#.len();
    for (bytes, is_fine) in [(MAX_EVENT_BYTES, true), (MAX_EVENT_BYTES + 1, false)] {
        let text = format!(r#"{{"a":"{}"}}"#, "x".repeat(bytes - frame));
        let checked = parse(&text).unwrap().check_sizes(4, usize::MAX);
        assert_eq!(checked.is_ok(), is_fine, "{bytes}");
    }
}

#[test]
fn a_message_that_nobody_knows_has_no_size() {
    let unknown = Messages::Given(Shape::Unknown);
    let event = Event::parse_as("e", r#"{"a": 1}"#, &field(), &unknown).unwrap();
    assert!(event.check_sizes(4, 1).is_ok());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn broken_json_is_refused_without_a_panic(text in r#"[\{\}\[\]":,a1é\n ]{0,40}"#) {
        let _ = parse(&text);
    }

    #[test]
    fn only_the_marker_is_added(
        entries in prop::collection::btree_map("[a-z]{1,5}", prop::collection::btree_map("[a-d]{1,3}", any::<i64>(), 0..4), 1..5)
    ) {
        let original = json!(entries);
        let event = parse(&original.to_string()).unwrap();
        let mut sent: Value =
            serde_json::from_str(&event.text(|index| format!("m{index}"))).unwrap();
        for (index, payload) in event.payloads.iter().enumerate() {
            let marker = sent[&payload.key].as_object_mut().unwrap().remove("edactl");
            prop_assert_eq!(marker, Some(json!(format!("m{}", index))));
        }
        prop_assert_eq!(sent, original);
    }
}
