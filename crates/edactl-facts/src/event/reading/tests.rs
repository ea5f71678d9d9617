//! Events of every shape: what becomes a payload, where its marker goes, and what is kept of it.

use serde_json::json;

use super::*;

fn field() -> MarkerPolicy {
    MarkerPolicy::Field("edactl".into())
}

fn given(shape: &str) -> Messages {
    Messages::Given(shape.parse().unwrap())
}

fn auto(learned: Option<&str>, by_http: bool) -> Messages {
    Messages::Auto {
        learned: learned.map(|shape| shape.parse().unwrap()),
        by_http,
    }
}

fn read_shape(shape: &str, text: &str) -> Result<Event, EventError> {
    read("e.json", text, &field(), &given(shape))
}

fn sent(event: &Event) -> String {
    event.text(|index| format!("m{index}"))
}

#[test]
fn a_pointer_leads_through_objects_lists_and_texts() {
    for (shape, text, expected) in [
        (
            "/orders/*",
            r#"{"orders": [{"n": 1}, {"n": 2}], "rest": 3}"#,
            r#"{"orders":[{"edactl":"m0","n": 1},{"edactl":"m1","n": 2}],"rest":3}"#,
        ),
        (
            "/orders/1",
            r#"{"orders": [{"n": 1}, {"n": 2}]}"#,
            r#"{"orders":[{"n": 1},{"edactl":"m0","n": 2}]}"#,
        ),
        (
            "/*",
            r#"[{"n": 1}, "x"]"#,
            r#"[{"edactl":"m0","n": 1},"x"]"#,
        ),
        (
            "/body/order",
            r#"{"body": "{\"order\":{\"n\":1}}"}"#,
            r#"{"body":"{\"order\":{\"edactl\":\"m0\",\"n\":1}}"}"#,
        ),
        ("/body", r#"{"body": "7"}"#, r#"{"body":"7"}"#),
    ] {
        let event = read_shape(shape, text).unwrap();
        assert_eq!(sent(&event), expected, "{shape} of {text}");
    }
}

#[test]
fn a_text_that_is_json_is_looked_into_unless_it_is_an_entry() {
    let text = r#"{"a": "{\"b\":1}"}"#;
    let entry = read_shape("entries", text).unwrap();
    assert_eq!(entry.payloads[0].recognition, Recognition::Content);
    assert_eq!(entry.payloads[0].body("m"), r#""{\"b\":1}""#);
    let pointed = read_shape("/a", text).unwrap();
    assert_eq!(pointed.payloads[0].recognition, Recognition::Field);
    assert_eq!(pointed.payloads[0].body("m"), r#"{"edactl":"m","b":1}"#);
    // A number or a word in a text is a text.
    for scalar in ["\"7\"", "\"true\"", "\"null\"", "\"\\\"x\\\"\""] {
        let event = read_shape("/a", &format!("{{\"a\": {scalar}}}")).unwrap();
        assert_eq!(event.payloads[0].body("m"), scalar);
        let written: Value = serde_json::from_str(scalar).unwrap();
        assert_eq!(event.payloads[0].content.hash, ContentHash::of(&written));
    }
}

#[test]
fn base64_is_decoded_where_the_event_is_known_to_hold_it() {
    // The first is `abc`, the second `{"a":1}`.
    for (shape, text, body) in [
        (
            "/data",
            r#"{"partitionKey":"k","sequenceNumber":"1","data":"YWJj"}"#,
            "abc",
        ),
        (
            "/data",
            r#"{"partitionKey":"k","sequenceNumber":"1","data":"eyJhIjoxfQ=="}"#,
            r#"{"edactl":"m","a":1}"#,
        ),
        (
            "/data",
            r#"{"partitionKey":"k","data":"YWJj"}"#,
            r#""YWJj""#,
        ),
        (
            "/data",
            r#"{"sequenceNumber":"1","data":"YWJj"}"#,
            r#""YWJj""#,
        ),
        ("/data", r#"{"data":"YWJj"}"#, r#""YWJj""#),
        (
            "/data",
            r#"{"partitionKey":"k","sequenceNumber":"1","data":"no base64!"}"#,
            r#""no base64!""#,
        ),
        (
            "/partitionKey",
            r#"{"partitionKey":"YWJj","sequenceNumber":"1","data":"YWJj"}"#,
            r#""YWJj""#,
        ),
        ("/body", r#"{"isBase64Encoded":true,"body":"YWJj"}"#, "abc"),
        (
            "/body",
            r#"{"isBase64Encoded":true,"body":"eyJhIjoxfQ=="}"#,
            r#"{"edactl":"m","a":1}"#,
        ),
        (
            "/body",
            r#"{"isBase64Encoded":false,"body":"YWJj"}"#,
            r#""YWJj""#,
        ),
        ("/body", r#"{"body":"YWJj"}"#, r#""YWJj""#),
        (
            "/body",
            r#"{"partitionKey":"k","sequenceNumber":"1","body":"YWJj"}"#,
            r#""YWJj""#,
        ),
    ] {
        let event = read_shape(shape, text).unwrap();
        assert_eq!(event.payloads[0].body("m"), body, "{text}");
    }
    let text = r#"{"isBase64Encoded":true,"body":"eyJhIjoxfQ=="}"#;
    let event = sent(&read_shape("/body", text).unwrap());
    let encoded = BASE64_STANDARD.encode(r#"{"edactl":"m0","a":1}"#);
    assert_eq!(
        event,
        format!(r#"{{"isBase64Encoded":true,"body":"{encoded}"}}"#)
    );
}

#[test]
fn a_placeholder_in_an_object_takes_the_place_of_the_field() {
    use Recognition::{Field, Placeholder};
    for (text, recognition, expected) in [
        (
            r#"{"a":{"id":"{{marker}}"}}"#,
            Placeholder,
            r#"{"a":{"id":"m0"}}"#,
        ),
        (
            r#"{"a":{"id":"{{{{marker}}"}}"#,
            Field,
            r#"{"a":{"edactl":"m0","id":"{{marker}}"}}"#,
        ),
        (
            r#"{"{{marker}}":"x"}"#,
            Recognition::Content,
            r#"{"m0":"x"}"#,
        ),
    ] {
        let event = read_shape("entries", text).unwrap();
        assert_eq!(event.payloads[0].recognition, recognition, "{text}");
        assert_eq!(sent(&event), expected);
    }
}

#[test]
fn a_placeholder_outside_is_the_only_payloads_or_refused() {
    for (shape, text, expected) in [
        (
            "/a",
            r#"{"id":"{{marker}}","a":{"n":1},"b":2}"#,
            r#"{"id":"m0","a":{"n":1},"b":2}"#,
        ),
        ("/a", r#"{"{{marker}}":1,"a":"x"}"#, r#"{"m0":1,"a":"x"}"#),
        (
            "/*/id",
            r#"{"{{marker}}":{"id":"x"}}"#,
            r#"{"m0":{"id":"x"}}"#,
        ),
    ] {
        let event = read_shape(shape, text).unwrap();
        assert_eq!(event.payloads[0].recognition, Recognition::Placeholder);
        assert_eq!(event.marker_field, None);
        assert_eq!(sent(&event), expected, "{shape}");
    }
    for (shape, text) in [
        ("/*/id", r#"{"{{marker}}":{"id":"x"},"b":{"id":"y"}}"#),
        ("/a/*", r#"{"id":"{{marker}}","a":[1,2]}"#),
    ] {
        let error = read_shape(shape, text).unwrap_err();
        assert!(
            matches!(error, EventError::MarkerOutside { payloads: 2, .. }),
            "{error}"
        );
        let untouched = read("e.json", text, &MarkerPolicy::Untouched, &given(shape)).unwrap();
        assert_eq!(sent(&untouched), text);
    }
}

#[test]
fn the_marker_field_is_told_where_a_payload_has_one() {
    for (text, field) in [
        (r#"{"a":{"n":1},"b":"x"}"#, Some("edactl")),
        (r#"{"b":"x"}"#, None),
        (r#"{"b":{"id":"{{marker}}"}}"#, None),
    ] {
        let event = read_shape("entries", text).unwrap();
        assert_eq!(event.marker_field.as_deref(), field, "{text}");
    }
}

#[test]
fn a_container_is_what_holds_payloads() {
    for (shape, text, expected) in [
        (
            "/orders/*/id",
            r#"{"orders":[{"id":"a","n":1},{"no":1},7,[]]}"#,
            vec![("/orders/0", 2, 0..1), ("/orders", 0, 0..1), ("", 1, 0..1)],
        ),
        (
            "/body/*",
            r#"{"body":"{\"a\":1,\"b\":2,\"c\":3}"}"#,
            vec![("/body", 3, 0..3), ("", 1, 0..3)],
        ),
        (
            "/*/*",
            "[[1,2],[3]]",
            vec![("/0", 0, 0..2), ("/1", 0, 2..3), ("", 0, 0..3)],
        ),
    ] {
        let event = read_shape(shape, text).unwrap();
        let found: Vec<_> = event
            .containers
            .iter()
            .map(|found| (found.pointer.as_str(), found.fields, found.payloads.clone()))
            .collect();
        assert_eq!(found, expected, "{shape}");
        let whole: Value = serde_json::from_str(text).unwrap();
        let outermost = event.containers.last().unwrap();
        assert_eq!(outermost.hash, ContentHash::of(&whole));
    }
}

fn fragments(event: &Event) -> Vec<&str> {
    event
        .fragments
        .iter()
        .map(|fragment| fragment.pointer.as_str())
        .collect()
}

#[test]
fn fragments_are_what_says_enough_down_to_a_depth() {
    let text = |value: &Value| value.to_string();
    let deep = json!({"c": {"d": {"e": {"f": 1}}}});
    for (event, expected) in [
        (
            json!({"a": 1, "b": "x", "c": null, "d": {}, "e": []}),
            vec![],
        ),
        (json!({"a": {"b": 1}}), vec!["/a"]),
        (
            json!({"list": [[1], [], {}, 2, {"a": 1}]}),
            vec!["/list", "/list/0", "/list/4"],
        ),
        (
            json!({"a": {"b": deep}}),
            vec!["/a", "/a/b", "/a/b/c", "/a/b/c/d"],
        ),
        (
            json!({"a": [[[[[1]]]]]}),
            vec!["/a", "/a/0", "/a/0/0", "/a/0/0/0"],
        ),
        // Text that is JSON takes a step of its own.
        (
            json!({"t": text(&json!({"b": deep}))}),
            vec!["/t", "/t/b", "/t/b/c"],
        ),
        (
            json!({"a": {"b": {"t": text(&json!({"x": {"y": 1}}))}}}),
            vec!["/a", "/a/b", "/a/b/t"],
        ),
        (
            json!({"a": {"b": {"c": {"t": "[1]"}}}}),
            vec!["/a", "/a/b", "/a/b/c"],
        ),
        (json!({"t": "7", "u": "[]", "v": "{}", "w": "x"}), vec![]),
    ] {
        let read = read_shape("unknown", &event.to_string()).unwrap();
        assert_eq!(fragments(&read), expected, "{event}");
    }
    let inner = json!({"x": 1.0});
    let event = json!({"t": inner.to_string()});
    let read = read_shape("unknown", &event.to_string()).unwrap();
    assert_eq!(read.fragments[0].hash, ContentHash::of(&inner));
    let many: Vec<_> = (0..FRAGMENTS + 9).map(|n| json!([n])).collect();
    let read = read_shape("unknown", &json!(many).to_string()).unwrap();
    assert_eq!(read.fragments.len(), FRAGMENTS);
    assert_eq!(read.fragments[FRAGMENTS - 1].pointer, "/255");
}

#[test]
fn fragments_are_kept_where_the_shape_is_nobodys_word() {
    let text = r#"{"a": {"b": {"c": 1}}}"#;
    for (messages, expected) in [
        (given("event"), vec![]),
        (given("entries"), vec![]),
        (given("unknown"), vec!["/a", "/a/b"]),
        (auto(None, false), vec!["/a/b"]),
        (auto(Some("event"), false), vec!["/a", "/a/b"]),
    ] {
        let event = read("e.json", text, &field(), &messages).unwrap();
        assert_eq!(fragments(&event), expected, "{messages:?}");
    }
}

#[test]
fn a_payload_nobody_knows_goes_out_as_it_is() {
    let event = read_shape("unknown", r#"{"a":1}"#).unwrap();
    assert_eq!(event.payloads[0].recognition, Recognition::Answer);
    assert_eq!(event.payloads[0].key, "event");
    assert_eq!(sent(&event), r#"{"a":1}"#);
    let event = read_shape("event", r#"{"a":1}"#).unwrap();
    assert_eq!(event.payloads[0].key, "event");
    assert_eq!(sent(&event), r#"{"edactl":"m0","a":1}"#);
}

#[test]
fn a_shape_is_learned_defined_or_guessed() {
    use ShapeBasis::{AwsDefined, Guessed, Learned};
    let plain = r#"{"a":{"n":1}}"#;
    let request = r#"{"httpMethod":"PUT","path":"/","requestContext":{},"body":"x"}"#;
    for (text, messages, shape, basis) in [
        (plain, auto(None, false), "entries", Guessed),
        (plain, auto(None, true), "event", AwsDefined),
        (request, auto(None, false), "/body", AwsDefined),
        (request, auto(None, true), "/body", AwsDefined),
        (plain, auto(Some("/a"), false), "/a", Learned),
        (plain, auto(Some("/a"), true), "/a", Learned),
        // What was learned does not fit.
        (plain, auto(Some("/orders/*"), false), "entries", Guessed),
        (request, auto(Some("/orders/*"), false), "/body", AwsDefined),
        (plain, given("/a"), "/a", ShapeBasis::Given),
    ] {
        let event = read("e.json", text, &field(), &messages).unwrap();
        let found = (event.shape.messages.to_string(), event.shape.basis);
        assert_eq!(found, (shape.to_owned(), basis), "{text} {messages:?}");
    }
}

#[test]
fn what_is_not_where_the_shape_says_is_told_with_what_is_there() {
    let keys = |count: usize| {
        let fields: serde_json::Map<_, _> = (0..count)
            .map(|nth| (format!("k{nth}"), json!(nth)))
            .collect();
        Value::Object(fields)
    };
    let pointers = |count: usize| (0..count).map(|nth| format!("/k{nth}")).collect::<Vec<_>>();
    let listed = |pointers: &[&str]| pointers.iter().map(|&text| text.to_owned()).collect();
    let mut cut = pointers(LISTED);
    cut.push("…".to_owned());
    for (event, there) in [
        (
            json!({"a": {"b": {"c": 1}}, "list": [1, 2], "none": [], "x/y": 1}),
            listed(&["/a", "/list", "/none", "/x~1y", "/list/* (2 items)", "/a/b"]),
        ),
        (json!([1, 2, 3]), listed(&["/* (3 items)"])),
        (json!([]), listed(&["only an array"])),
        (json!({}), listed(&["only an object"])),
        (json!(7), listed(&["only a number"])),
        (keys(LISTED), pointers(LISTED)),
        (keys(LISTED + 1), cut.clone()),
        (keys(LISTED + 5), cut),
    ] {
        let error = read_shape("/nothing/here", &event.to_string()).unwrap_err();
        let EventError::NothingThere { there: found, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(found, there, "{event}");
    }
    // What AWS defines has to be there; only what was learned may not fit.
    let record = r#"{"Records":[{"eventSource":"aws:sqs"}]}"#;
    let error = read("e.json", record, &field(), &auto(None, false)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "e.json has nothing at /Records/*/body; it has /Records, /Records/* (1 items)"
    );
}

#[test]
fn members_are_those_of_an_object() {
    let error = serde_json::from_str::<Members>("7").err().unwrap();
    assert!(error.to_string().contains("expected a JSON object"));
}
