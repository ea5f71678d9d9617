//! Shapes are learned from what producers made of events.

use serde_json::json;

use super::*;
use crate::{
    event::{Event, MarkerPolicy, marker::RunId, shape::Messages},
    topology::Pipeline,
};

const LIST: &str = r#"{"batch": "b-1", "orders": [{"id": 1, "sku": "a"}, {"id": 2, "sku": "b"}]}"#;
const FLAT: &str = r#"{"order_id": 7, "customer": "Ada", "items": 3, "paid": true}"#;
const REST: &str = r#"{"resource": "/o", "path": "/o", "httpMethod": "POST",
    "requestContext": {"stage": "dev"}, "body": "{\"order\": {\"id\": 7}, \"to\": \"x\"}"}"#;
const BUS: &str = r#"{"detail-type": "Order", "source": "shop", "detail": {"order": {"id": 1}}}"#;

fn plan(text: &str, marked: bool) -> (Plan, Value) {
    let policy = if marked {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    let event = Event::parse_as("e", text, &policy, &Messages::default()).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let events = [event];
    let plan = Plan::new(RunId::new(now, 3), now, Pipeline::named("p"), &events, 1);
    let markers = plan.markers();
    let sent = events[0].text(|index| markers.marker(index as u64 + 1));
    (plan, serde_json::from_str(&sent).unwrap())
}

fn observe(plan: &Plan, bodies: &[Value], messages: Option<u64>) -> Observed {
    let pieces = Pieces::new(plan);
    let found = bodies.iter().flat_map(|body| pieces.within(body));
    let found = found.flat_map(|piece| pieces.places(piece));
    Observed {
        messages,
        pieces: found.map(|(_, piece)| *piece).collect(),
    }
}

fn learned(
    text: &str,
    bodies: impl Fn(&Value) -> Vec<Value>,
    messages: Option<u64>,
) -> [String; 2] {
    [true, false].map(|marked| {
        let (plan, sent) = plan(text, marked);
        let observed = observe(&plan, &bodies(&sent), messages);
        match conclude(&plan.events[0], &observed) {
            Conclusion::Shape(shape) => shape.to_string(),
            Conclusion::Refuted { messages } => format!("refuted by {messages}"),
            Conclusion::Open => "open".to_owned(),
        }
    })
}

#[test]
fn the_shape_is_what_the_messages_held() {
    let both = |shape: &str| [shape.to_owned(), shape.to_owned()];
    let whole = |event: &Value| vec![event.clone()];
    let text = |event: &Value| vec![Value::from(event.to_string())];
    let wrapped = |event: &Value| vec![json!({"id": "u", "payload": event})];
    let body = |event: &Value| vec![event["body"].clone()];
    let envelope = |event: &Value| vec![json!({"source": "api", "body": event["body"]})];
    let detail = |event: &Value| vec![event["detail"].clone()];
    let order = |event: &Value| vec![event["detail"]["order"].clone()];
    for told in [None, Some(1)] {
        assert_eq!(learned(FLAT, whole, told), both("event"));
        assert_eq!(learned(FLAT, text, told), both("event"));
        assert_eq!(learned(LIST, wrapped, told), both("event"));
        assert_eq!(learned(REST, body, told), both("/body"));
        assert_eq!(learned(REST, envelope, told), both("/body"));
        assert_eq!(learned(REST, whole, told), both("event"));
        assert_eq!(learned(BUS, detail, told), both("/detail"));
        assert_eq!(learned(BUS, order, told), both("/detail/order"));
    }
    let items = |event: &Value| event["orders"].as_array().unwrap().clone();
    assert_eq!(learned(LIST, items, Some(2)), both("/orders/*"));
    assert_eq!(learned(LIST, items, None), both("/orders/*"));
    let entries = |event: &Value| event.as_object().unwrap().values().cloned().collect();
    let objects = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;
    assert_eq!(learned(objects, entries, Some(2)), both("entries"));
}

#[test]
fn what_is_not_shown_is_not_learned() {
    let both = |shape: &str| [shape.to_owned(), shape.to_owned()];
    let fixed = |_: &Value| vec![json!("Hello from the producer!")];
    assert_eq!(learned(FLAT, fixed, Some(1)), both("refuted by 1"));
    assert_eq!(learned(FLAT, fixed, None), both("open"));
    assert_eq!(learned(REST, fixed, Some(1)), both("open"));
    // Two shapes at once are none.
    let mixed = |event: &Value| vec![event.clone(), event["orders"][0].clone()];
    assert_eq!(learned(LIST, mixed, None), both("open"));
    // One order of two came to be seen, and two messages were made: that may be the list.
    let half = |event: &Value| vec![event["orders"][0].clone()];
    assert_eq!(learned(LIST, half, Some(2)), both("/orders/*"));
    assert_eq!(learned(LIST, half, Some(3)), both("refuted by 3"));
}

#[test]
fn events_that_disagree_teach_nothing() {
    let policy = MarkerPolicy::Untouched;
    let parse = |text| Event::parse_as("e", text, &policy, &Messages::default()).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let events = [parse(FLAT), parse(BUS)];
    let plan = Plan::new(RunId::new(now, 3), now, Pipeline::named("p"), &events, 1);
    let seen = |piece| Observed {
        messages: None,
        pieces: BTreeSet::from([piece]),
    };
    let whole = seen(Piece::Container(0));
    let detail = seen(Piece::Payload(0));
    assert_eq!(learn(&plan, &[whole.clone(), detail]), None);
    let open = Observed::default();
    assert_eq!(learn(&plan, &[whole, open]), Some(Shape::Event));
    assert_eq!(learn(&plan, &[]), None);
}

#[test]
fn walking_through_a_plan_finds_each_invocation_where_it_stands() {
    let policy = MarkerPolicy::Untouched;
    let parse = |text| Event::parse_as("e", text, &policy, &Messages::default()).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let events = [parse(FLAT), parse(BUS), parse(LIST)];
    let plan = Plan::new(RunId::new(now, 3), now, Pipeline::named("p"), &events, 3);
    let walked: Vec<_> = plan.walk().collect();
    let found = (0..plan.invocations()).map(|number| {
        let (event, before) = plan.invocation(number);
        (number, event, before)
    });
    assert_eq!(walked, found.collect::<Vec<_>>());
    assert_eq!(walked.len(), 9);
}

const OBJECTS: &str = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;

/// A plan that sends these events three times.
fn planned_as(texts: &[&str], messages: &Messages) -> Plan {
    let policy = MarkerPolicy::Untouched;
    let parse = |text: &&str| Event::parse_as("e", text, &policy, messages).unwrap();
    let events: Vec<Event> = texts.iter().map(parse).collect();
    let now = jiff::Timestamp::UNIX_EPOCH;
    Plan::new(RunId::new(now, 3), now, Pipeline::named("p"), &events, 3)
}

/// Where the pieces stand that a value holds: event and piece.
fn places(plan: &Plan, value: &Value) -> Vec<(usize, Piece)> {
    let pieces = Pieces::new(plan);
    let found = pieces.within(value).into_iter();
    found
        .flat_map(|piece| pieces.places(piece).to_vec())
        .collect()
}

#[test]
fn equal_pieces_are_one_and_stand_in_each_event_once() {
    let twice = r#"{"a": {"x": 1}, "b": {"x": 1}}"#;
    let entries = Messages::Given(Shape::Entries);
    let plan = planned_as(&[OBJECTS, twice, OBJECTS], &entries);
    let first = Piece::Payload(0);
    let found = places(&plan, &json!({"x": 1}));
    assert_eq!(found, [(0, first), (1, first), (2, first)]);
    let second = Piece::Payload(1);
    assert_eq!(places(&plan, &json!({"x": 2})), [(0, second), (2, second)]);
}

#[test]
fn a_number_is_a_piece_as_a_whole_message_and_not_within_one() {
    let entries = Messages::Given(Shape::Entries);
    let plan = planned_as(&[r#"{"a": 17, "b": 19}"#], &entries);
    assert_eq!(places(&plan, &json!(19)), [(0, Piece::Payload(1))]);
    assert_eq!(places(&plan, &json!(18)), []);
    assert_eq!(places(&plan, &json!({"n": 19})), []);
    assert_eq!(places(&plan, &json!([19])), []);
}

#[test]
fn pieces_are_found_in_lists_and_in_json_as_text() {
    let plan = planned_as(&[OBJECTS], &Messages::Given(Shape::Entries));
    let both = [(0, Piece::Payload(0)), (0, Piece::Payload(1))];
    let list = json!([{"x": 1}, {"x": 2}]);
    assert_eq!(places(&plan, &list), both);
    assert_eq!(places(&plan, &json!({"all": list})), both);
    assert_eq!(places(&plan, &json!({"text": list.to_string()})), both);
    assert_eq!(places(&plan, &json!({"text": "see {\"x\": 1}"})), []);
}

#[test]
fn an_unknown_shape_is_refuted_by_no_count_and_told_by_its_payload() {
    let plan = planned_as(&[OBJECTS], &Messages::Given(Shape::Unknown));
    let concluded = |messages: Option<u64>, piece: Option<Piece>| {
        let pieces = piece.into_iter().collect();
        conclude(&plan.events[0], &Observed { messages, pieces })
    };
    for messages in [None, Some(1), Some(3)] {
        assert_eq!(concluded(messages, None), Conclusion::Open);
    }
    let event = Conclusion::Shape(Shape::Event);
    assert_eq!(concluded(None, Some(Piece::Payload(0))), event);
}

#[test]
fn a_plan_becomes_as_many_messages_as_its_events_are_known_to() {
    let believed = |texts: &[&str], messages: &Messages| {
        let plan = planned_as(texts, messages);
        plan.believed_messages()
    };
    let one = r#"{"a": {"x": 1}}"#;
    let entries = Messages::Given(Shape::Entries);
    assert_eq!(believed(&[OBJECTS, one], &entries), Some(9));
    let whole = Messages::Given(Shape::Event);
    assert_eq!(believed(&[OBJECTS, one], &whole), Some(6));
    assert_eq!(believed(&[OBJECTS], &Messages::default()), None);
    assert_eq!(believed(&[one], &Messages::Given(Shape::Unknown)), None);
}

#[test]
fn every_round_of_a_plan_sends_each_of_its_payloads() {
    let entries = Messages::Given(Shape::Entries);
    let plan = planned_as(&[OBJECTS, r#"{"a": {"x": 1}}"#], &entries);
    assert_eq!((plan.payloads_per_round(), plan.payloads()), (3, 9));
    assert_eq!(plan.invocations(), 6);
    assert_eq!(plan.positions().count(), 9);
}
