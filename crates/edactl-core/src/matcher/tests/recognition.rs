//! Which payloads a line shows: side by side in several ways, and in the prints of consumers that
//! dropped the marker.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The samples' mixed event: texts, scalars, lists, nested objects, with and without markers.
const MIXED: &str = include_str!("../../../../../samples/mixed.json");

/// The bodies of a run's messages, in order, as the producer of the samples sends them.
fn bodies(event: &str, run: &Run) -> Vec<String> {
    let event = Event::parse("e", event, &MarkerPolicy::Field("edactl".into())).unwrap();
    let markers = run.plan.markers();
    (1..)
        .zip(&event.payloads)
        .map(|(seq, payload)| {
            let body = payload.body(&markers.marker(seq));
            // Texts go out as they are.
            serde_json::from_str::<String>(&body).unwrap_or(body)
        })
        .collect()
}

/// A batch in one line showed its markers, and hid the contents beside them.
#[test]
fn a_batch_in_one_line_shows_marked_and_unmarked_messages() {
    let run = marked(MIXED);
    let bodies = bodies(MIXED, &run);
    let line = format!("Received a batch: {}", Value::from(bodies.clone()));
    assert_eq!(receipts(&run, &[line]), vec![1; bodies.len()]);
    // Any part of it, too.
    for left_out in 0..bodies.len() {
        let mut some = bodies.clone();
        some.remove(left_out);
        let line = format!("Received a batch: {}", Value::from(some));
        let mut expected = vec![1; bodies.len()];
        expected[left_out] = 0;
        assert_eq!(receipts(&run, &[line]), expected, "without {left_out}");
    }
}

#[test]
fn marker_id_and_content_in_one_line_each_count() {
    let event = r#"{"a": {"n": 1}, "b": [1, 2, 3], "c": {"n": 3}, "d": [4, 5]}"#;
    let ids = vec![None, None, Some(uuid(2, 3)), None];
    let run = run_of(event, true, answered(ids));
    let marker = run.plan.markers().marker(1);
    let line = format!(
        "batch {{\"edactl\":\"{marker}\",\"n\":1}}, [1, 2, 3] and message {}",
        uuid(2, 3)
    );
    assert_eq!(receipts(&run, &[line]), [1, 1, 1, 0]);
}

#[test]
fn the_samples_scalars_are_told_behind_the_words_of_the_others() {
    let run = marked(MIXED);
    let python = [
        "Processing a plain text",
        "Processing order MARKER",
        "Processing 42.5",
        "Processing True",
        "Processing None",
        "Processing [1, 'two', {'three': 3}]",
        "Processing {'edactl': 'MARKER', 'customer': {'name': 'Ada'}}",
        "Processing {'edactl': 'MARKER', 'greeting': 'x'}",
        "Processing {'edactl': 'MARKER', 'text': 'line 00001'}",
    ];
    let markers = run.plan.markers();
    let lines: Vec<String> = (1..)
        .zip(python)
        .map(|(seq, line)| line.replace("MARKER", &markers.marker(seq)))
        .collect();
    assert_eq!(receipts(&run, &lines), [1; 9]);
    let mut turned = lines.clone();
    turned.reverse();
    assert_eq!(receipts(&run, &turned), [1; 9]);
    // Alone they stand behind words that nobody knows.
    for scalar in [2, 3, 4] {
        assert_eq!(receipts(&run, &lines[scalar..=scalar]), [0; 9]);
    }
}

const ORDERS: &str = r#"{
    "first": {"order_id": 100001, "item": "oak chair", "note": null, "paid": true, "shipTo": {"city": "Oslo", "lines": ["12 Row"]}},
    "second": {"order_id": 100002, "item": "oak chair", "note": null, "paid": true, "shipTo": {"city": "Oslo", "lines": ["12 Row"]}}
}"#;

/// What typed consumers print of the first order: the marker is no field of their types.
const TYPED: [&str; 17] = [
    r#"{"order_id":100001,"item":"oak chair","note":null,"paid":true,"shipTo":{"city":"Oslo","lines":["12 Row"]}}"#,
    r#"{"OrderId":100001,"Item":"oak chair","Paid":true,"ShipTo":{"City":"Oslo","Lines":["12 Row"]}}"#,
    r#"{"level":"INFO","message":"stored","order":{"orderId":100001,"item":"oak chair","paid":true,"shipTo":{"city":"Oslo","lines":["12 Row"]}}}"#,
    r#"{"fields":{"message":"got {\"orderId\":100001,\"item\":\"oak chair\",\"paid\":true,\"shipTo\":{\"city\":\"Oslo\",\"lines\":[\"12 Row\"]}}"}}"#,
    "got {'order_id': 100001, 'item': 'oak chair', 'note': None, 'paid': True, 'shipTo': {'city': 'Oslo', 'lines': ['12 Row']}}",
    "got Order(order_id=100001, item='oak chair', note=None, paid=True, ship_to=ShipTo(city='Oslo', lines=['12 Row']))",
    "order_id=100001 item='oak chair' note=None paid=True shipTo=ShipTo(city='Oslo', lines=['12 Row'])",
    "got Order(orderId=100001, item=oak chair, note=null, paid=true, shipTo=ShipTo(city=Oslo, lines=[12 Row]))",
    "got Order[orderId=100001, item=oak chair, note=null, paid=true, shipTo=ShipTo[city=Oslo, lines=[12 Row]]]",
    "got {order_id=100001, item=oak chair, note=null, paid=true, shipTo={city=Oslo, lines=[12 Row]}}",
    "got Order { OrderId = 100001, Item = oak chair, Note = , Paid = True, ShipTo = ShipTo { City = Oslo, Lines = [12 Row] } }",
    r#"got Order { order_id: 100001, item: "oak chair", note: None, paid: true, ship_to: Some(ShipTo { city: "Oslo", lines: ["12 Row"] }) }"#,
    r#"got {"order_id" => 100001, "item" => "oak chair", "note" => nil, "paid" => true, "shipTo" => {"city" => "Oslo", "lines" => ["12 Row"]}}"#,
    r#"got #<struct Order order_id=100001, item="oak chair", note=nil, paid=true, shipTo={city: "Oslo", lines: ["12 Row"]}>"#,
    "got {OrderID:100001 Item:oak chair Paid:true ShipTo:{City:Oslo Lines:[12 Row]}}",
    "got {100001 oak chair <nil> true {Oslo [12 Row]}}",
    "stored order 100001 (oak chair) for Oslo, 12 Row",
];

#[test]
fn typed_prints_without_the_marker_show_the_payload() {
    let run = marked(ORDERS);
    for print in TYPED {
        assert_eq!(receipts(&run, &[print.to_owned()]), [1, 0], "{print}");
        let second = print.replace("100001", "100002");
        let both = format!("{print} and {second}");
        if !print.starts_with(['{', 'o']) {
            assert_eq!(receipts(&run, &[both]), [1, 1], "{print}");
        }
        assert_eq!(
            receipts(&run, &[print.to_owned(), second]),
            [1, 1],
            "{print}"
        );
        for other in [
            print.replace("100001", "100003"),
            print.replace("100001", "9100001"),
            print.replace("oak chair", "elm chair"),
            print.replace("Oslo", "Lima"),
        ] {
            assert_eq!(
                receipts(&run, std::slice::from_ref(&other)),
                [0, 0],
                "{other}"
            );
        }
    }
}

#[test]
fn what_is_cut_off_is_told_by_half_of_it() {
    let run = marked(ORDERS);
    for (text, shown) in [
        (
            r#"{"Records":[{"messageId":"x","body":"{\"order_id\":100001,\"item\":\"oak chair\",\"note\":null,\"pa"#,
            1,
        ),
        (
            "{\n  order_id: 100001,\n  item: 'oak chair',\n  paid: true,\n  shipTo: [Object]\n}",
            1,
        ),
        (
            "{ order_id: 100001, item: 'oak ch'... 2 more characters, paid: true }",
            0,
        ),
        (r#"{"order_id":100001,"item":"oak chair","#, 0),
        (r#"{"item":"oak chair","note":null,"paid":true,"sh"#, 0),
    ] {
        assert_eq!(receipts(&run, &[text.to_owned()]), [shown, 0], "{text}");
    }
}

#[test]
fn what_a_payload_holds_is_not_another_payload() {
    let event =
        r#"{"order": {"n": 1, "to": {"city": "Oslo"}}, "place": {"city": "Oslo"}, "text": "Oslo"}"#;
    let run = marked(event);
    let marker = run.plan.markers().marker(1);
    let line = format!(r#"got {{"edactl":"{marker}","n":1,"to":{{"city":"Oslo"}}}}"#);
    assert_eq!(receipts(&run, &[line]), [1, 0, 0]);
    let other = r#"{"level":"INFO","message":"stored","ship_to":"Oslo","tags":["Oslo"]}"#;
    assert_eq!(receipts(&run, &[other.to_owned()]), [0, 0, 0]);
}

#[test]
fn a_placeholder_that_is_sent_as_it_is_is_content() {
    let event = r#"{"a": {"id": "order {{marker}}", "n": 1}}"#;
    let run = unmarked(event);
    let line = r#"got {"n":1,"id":"order {{marker}}"}"#;
    assert_eq!(receipts(&run, &[line.to_owned()]), [1]);
}

#[test]
fn equal_marked_payloads_without_their_marker_are_counted() {
    let event = r#"{"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 1}}"#;
    let run = marked(event);
    let lines = [r#"got {"n":1}"#.to_owned(), r#"got {"n":1}"#.to_owned()];
    let mut shown = receipts(&run, &lines);
    shown.sort_unstable();
    assert_eq!(shown, [0, 1, 1]);
    // What shows its marker is not shown again by its content.
    let marker = run.plan.markers().marker(2);
    let line = format!(r#"got {{"edactl":"{marker}","n":1}}, typed {{"n":1}}"#);
    assert_eq!(receipts(&run, &[line]), [0, 1, 0]);
}

#[test]
fn an_id_beside_a_marker_is_a_messages_only_where_it_is_called_so() {
    let run = marked(TWO);
    let marker = |seq| run.plan.markers().marker(seq);
    let shared = uuid(2, 9);
    let lines = [
        format!("batch {shared}: got {}", marker(1)),
        format!("batch {shared} is done"),
    ];
    let mut harness = Harness::new(run.clone());
    harness.invocation(1, 5, &lines[..1]);
    harness.invocation(2, 6, &lines[1..]);
    assert_eq!(harness.received()[0], 1);
    let lines = [
        format!("{{'messageId': '{shared}', 'body': '{}'}}", marker(1)),
        format!("took {shared}"),
    ];
    let mut harness = Harness::new(run.clone());
    harness.invocation(1, 5, &lines[..1]);
    harness.invocation(2, 6, &lines[1..]);
    assert_eq!(harness.received()[0], 2);
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        (0..100_000_i64).prop_map(Value::from),
        "[a-z]{1,12}( [a-z]{1,8}){0,2}".prop_map(Value::from),
        Just(Value::Null),
        "[0-9]{4}-[a-z]{3}".prop_map(Value::from),
    ]
}

fn payload() -> impl Strategy<Value = Value> {
    let key = "[a-z]{2,6}(_[a-z]{2,4})?";
    let nested = prop::collection::btree_map(key, scalar(), 1..3).prop_map(|it| json!(it));
    let list = prop::collection::vec("[a-z]{3,8}", 1..3).prop_map(|it| json!(it));
    let value = prop_oneof![4 => scalar(), 1 => nested, 1 => list];
    prop::collection::btree_map(key, value, 1..5).prop_map(|it| json!(it))
}

/// Prints a payload as the consumers of several languages do.
fn print(value: &Value, style: usize) -> String {
    let join = |items: Vec<String>, by: &str| items.join(by);
    let camel = |key: &str| {
        let mut parts = key.split('_');
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| {
            let (head, tail) = part.split_at(1);
            all + &head.to_uppercase() + tail
        })
    };
    match (style, value) {
        (0, _) => value.to_string(),
        (1, _) => json!(value.to_string()).to_string(),
        (2, _) => json!({"Records": [{"messageId": "x", "body": value.to_string()}]}).to_string(),
        (3 | 4, Value::Null) => "None".to_owned(),
        (3, Value::Bool(true)) => "True".to_owned(),
        (3, Value::Bool(false)) => "False".to_owned(),
        (3, Value::String(text)) => format!("'{text}'"),
        (4, Value::String(text)) => format!("{text:?}"),
        (5, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => {
            let items = items.iter().map(|item| print(item, style)).collect();
            format!("[{}]", join(items, ", "))
        }
        (_, Value::Object(fields)) => {
            let fields = fields.iter().map(|(key, item)| {
                let item = print(item, style);
                match style {
                    3 => format!("'{key}': {item}"),
                    4 => format!("{key}: {item}"),
                    _ => format!("{}={item}", camel(key)),
                }
            });
            let inside = join(fields.collect(), ", ");
            match style {
                3 => format!("{{{inside}}}"),
                4 => format!("Order {{ {inside} }}"),
                _ => format!("Order({inside})"),
            }
        }
        _ => value.to_string(),
    }
}

proptest! {
    /// Whatever is printed, in whichever style: each payload that stands in the line whole is
    /// found, and no other.
    #[test]
    fn the_payloads_in_a_line_are_found_and_no_others(
        payloads in prop::collection::vec(payload(), 1..5),
        shown in prop::collection::vec(any::<bool>(), 5),
        strangers in prop::collection::vec(payload(), 0..3),
        style in 0..6_usize,
        in_one in any::<bool>(),
        is_marked in any::<bool>(),
    ) {
        let event: Value = payloads
            .iter()
            .enumerate()
            .map(|(index, payload)| (format!("e{index}"), payload.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let lenient = crate::event::canonical::ContentHash::lenient;
        let mut hashes: Vec<_> = payloads.iter().chain(&strangers).map(lenient).collect();
        hashes.sort_unstable();
        hashes.dedup();
        // Equal ones are counted elsewhere; and what holds another shows it, too.
        let few = payloads.iter().chain(&strangers).filter(|it| lenient(it).is_none()).count();
        prop_assume!(hashes.len() + few.saturating_sub(1) >= payloads.len() + strangers.len());
        let holds_another = payloads.iter().chain(&strangers).enumerate().any(|(at, outer)| {
            let mut all = payloads.iter().chain(&strangers).enumerate();
            all.any(|(other, inner)| at != other && (inner == outer || outer.to_string().contains(&inner.to_string())))
        });
        prop_assume!(!holds_another);
        let run = run_of(&event.to_string(), is_marked, answered(Vec::new()));
        let in_line: Vec<_> = payloads.iter().zip(&shown).filter(|(_, is)| **is).collect();
        let mut prints: Vec<_> = in_line.iter().map(|(payload, _)| print(payload, style)).collect();
        prints.extend(strangers.iter().map(|payload| print(payload, style)));
        if in_one {
            prints = vec![prints.join(" and ")];
        }
        let lines: Vec<String> = prints.iter().map(|print| format!("got {print}")).collect();
        let expected: Vec<u32> = (0..payloads.len()).map(|index| u32::from(shown[index])).collect();
        let found = receipts(&run, &lines);
        for (index, payload) in payloads.iter().enumerate() {
            // A typed print of next to nothing may be of anything.
            if style > 3 && lenient(payload).is_none() {
                prop_assert!(found[index] <= expected[index], "{:?}", lines);
            } else {
                prop_assert_eq!(found[index], expected[index], "{}: {:?}", index, lines);
            }
        }
    }

    /// Texts without any payload of the run show none.
    #[test]
    fn strange_lines_show_nothing(
        payloads in prop::collection::vec(payload(), 1..4),
        text in r#"([\[\]{}()<>:,='"]|got|order|id|[0-9]{1,5}|[a-z]{1,6}| |true|None){0,30}"#,
    ) {
        let event: Value = payloads
            .iter()
            .enumerate()
            .map(|(index, payload)| (format!("e{index}"), payload.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let holds = payloads.iter().any(|payload| {
            let fields = payload.as_object().into_iter().flatten();
            let texts = fields.map(|(_, value)| value.to_string().replace('"', ""));
            texts.into_iter().all(|value| value.len() < 4 || text.contains(&value))
        });
        prop_assume!(!holds);
        let run = marked(&event.to_string());
        prop_assert_eq!(receipts(&run, &[text]), vec![0; payloads.len()]);
    }
}
