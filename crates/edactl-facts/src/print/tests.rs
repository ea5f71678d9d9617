//! Prints of many languages, whole and cut off.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, read_go, read_pairs};
use crate::event::canonical::ContentHash;

#[test]
fn prints_of_several_languages_are_one_value() {
    let value = json!({"id": 7, "ok": true, "none": null, "name": "it's", "tags": ["a", 1.5]});
    for text in [
        r#"{"id":7,"ok":true,"none":null,"name":"it's","tags":["a",1.5]}"#,
        r#"{'id': 7, 'ok': True, 'none': None, 'name': "it's", 'tags': ['a', 1.5]}"#,
        r"{'id': 7, 'ok': True, 'none': None, 'name': 'it\'s', 'tags': ('a', 1.5)}",
        "{\n  id: 7,\n  ok: true,\n  none: null,\n  name: \"it's\",\n  tags: [ 'a', 1.5 ]\n}",
        r#"{"id"=>7, "ok"=>true, "none"=>nil, "name"=>"it's", "tags"=>["a", 1.5]}"#,
        r#"{:id=>7, :ok=>true, :none=>nil, :name=>"it's", :tags=>["a", 1.5]}"#,
        r#"{"id" => 7, ok: true, none: nil, name: "it's", tags: ["a", 1.5]}"#,
        r#"#<struct Order id=7, ok=true, none=nil, name="it's", tags=["a", 1.5]>"#,
        "map[id:7 name:it's none:<nil> ok:true tags:[a 1.5]]",
    ] {
        let print = read(&format!("{text} and more")).unwrap();
        assert_eq!(print.value, value, "{text}");
        assert_eq!((print.length, print.is_cut), (text.len(), false), "{text}");
    }
    let go = read("map[a:two words b:map[c:1e+06] d:x]").unwrap();
    assert_eq!(
        go.value,
        json!({"a": "two words", "b": {"c": 1e6}, "d": "x"})
    );
}

/// What typed programs print of `{"id": 7, "name": "it's here", "ok": true, "none": null,
/// "ship_to": {"city": "Oslo"}}`, behind the type's name where that is.
#[test]
fn typed_prints_are_the_value_but_for_keys_quotes_and_nulls() {
    let sent = json!({"id": 7, "name": "it's here", "ok": true, "none": null,
        "ship_to": {"city": "Oslo", "lines": ["12 Row", "Flat 3"]}});
    let hash = ContentHash::lenient(&sent);
    for text in [
        // Lombok, Kotlin; a Java record; a Java Map.
        "(id=7, name=it's here, ok=true, none=null, shipTo=ShipTo(city=Oslo, lines=[12 Row, Flat 3]))",
        "[id=7, name=it's here, ok=true, none=null, shipTo=ShipTo[city=Oslo, lines=[12 Row, Flat 3]]]",
        "{id=7, name=it's here, ok=true, none=null, ship_to={city=Oslo, lines=[12 Row, Flat 3]}}",
        // A .NET record of typed parts, System.Text.Json, Rust, Python's dataclass, Node's class.
        "{ Id = 7, Name = it's here, Ok = True, None = , ShipTo = ShipTo { City = Oslo, Lines = [12 Row, Flat 3] } }",
        r#"{"Id":7,"Name":"it\u0027s here","Ok":true,"None":null,"ShipTo":{"City":"Oslo","Lines":["12 Row","Flat 3"]}}"#,
        r#"{ id: 7, name: "it's here", ok: true, none: None, ship_to: Some(ShipTo { city: "Oslo", lines: ["12 Row", "Flat 3"] }) }"#,
        r#"(id=7, name="it's here", ok=True, none=None, ship_to=ShipTo(city='Oslo', lines=['12 Row', 'Flat 3']))"#,
        "{\n  id: 7,\n  name: \"it's here\",\n  ok: true,\n  none: undefined,\n  shipTo: ShipTo { city: 'Oslo', lines: [ '12 Row', 'Flat 3' ] }\n}",
        r#"{"id": Number(7), "name": String("it's here"), "ok": Bool(true), "ship_to": Object {"city": String("Oslo"), "lines": Array [String("12 Row"), String("Flat 3")]}}"#,
    ] {
        let print = read(&format!("{text} and more")).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(
            ContentHash::lenient(&print.value),
            hash,
            "{text}\n{}",
            print.value
        );
        assert_eq!(
            (print.length, print.is_partial),
            (text.len(), false),
            "{text}"
        );
    }
    let flat = json!({"id": 7, "name": "it's here", "ok": true, "tags": ["a", "b"]});
    let hash = ContentHash::lenient(&flat);
    let go = read_go("{ID:7 Name:it's here Ok:true Tags:[a b]} and more").unwrap();
    assert_eq!(ContentHash::lenient(&go.value), hash);
    let pydantic = read_pairs(r#"id=7 name="it's here" ok=True tags=['a', 'b']"#).unwrap();
    assert_eq!(ContentHash::lenient(&pydantic.value), hash);
    assert_eq!(read_pairs("id=7 name='x' and more"), None);
}

#[test]
fn what_is_cut_off_keeps_its_whole_members() {
    for (text, value) in [
        (r#"{"id": 7, "name": "long te"#, json!({"id": 7})),
        (
            r#"{"id": 7, "name": "long", ..."#,
            json!({"id": 7, "name": "long"}),
        ),
        (r#"{"id": 7, "n": 12"#, json!({"id": 7})),
        (
            "{'id': 7, 'deep': {'a': 1, 'b'",
            json!({"id": 7, "deep": {"a": 1}}),
        ),
        (r#"[{"id": 1}, {"id": 2, "x"#, json!([{"id": 1}, {"id": 2}])),
        ("{id=7, name=it's h", json!({"id": 7})),
    ] {
        let print = read(text).unwrap();
        assert_eq!((print.value, print.is_cut), (value, true), "{text}");
    }
}

#[test]
fn what_node_leaves_out_is_left_out() {
    let text = "{\n  Records: [\n    { messageId: 'x', body: '{\"a\":1}', attributes: [Object] },\n    ... 2 more items\n  ],\n  fn: [Function: f], long: 'aaaa'... 90 more characters, n: 1\n} end";
    let print = read(text).unwrap();
    assert_eq!(
        print.value,
        json!({"Records": [{"messageId": "x", "body": "{\"a\":1}"}], "n": 1})
    );
    assert_eq!((print.is_cut, print.is_partial), (false, true));
    assert_eq!(&text[print.length..], " end");
}

#[test]
fn prose_is_no_value() {
    for text in [
        "{a b}",
        "{see below",
        "[Object]",
        "word",
        "map[x",
        "{a: }",
        "(see: below)",
    ] {
        let read = read(text).filter(|print| !print.is_cut);
        let is_nothing = read.is_none_or(|print| match print.value {
            Value::Object(fields) => fields
                .values()
                .all(|value| value.is_string() || value.is_null()),
            _ => false,
        });
        assert!(is_nothing, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in r#"([\[\]{}()<>#:,='"\\]|map\[|a:|b=|=>|1|True|…|é|\.\.\. 2 more items|\.\.\.|\\u12|\\u\{|Some\(| ){0,30}"#) {
        let _ = read(&text);
        let _ = read_go(&text);
        let _ = read_pairs(&text);
    }
}

/// A value in so many lists.
fn nested(lists: usize, inside: &str) -> String {
    format!("{}{inside}{}", "[".repeat(lists), "]".repeat(lists))
}

/// What stands in so many lists of a print.
fn innermost(text: &str) -> Value {
    let mut value = read(text).unwrap_or_else(|| panic!("{text}")).value;
    while value.as_array().is_some_and(|items| items.len() == 1) {
        value = value[0].take();
    }
    value
}

#[test]
fn what_is_nested_deeper_than_can_be_read_is_a_text() {
    for (lists, inside, value) in [
        (64, "'x'", json!("x")),
        (65, "'x'", json!("'x'")),
        (63, "T()", json!([])),
        (64, "T()", json!("T()")),
        (63, "T {}", json!({})),
        (64, "T {}", json!("T {}")),
        (63, "T(a=1)", json!({"a": 1})),
        (64, "T(a=1)", json!("T(a=1)")),
        (63, "T[a=1]", json!({"a": 1})),
    ] {
        assert_eq!(innermost(&nested(lists, inside)), value, "{lists} {inside}");
    }
}

#[test]
fn a_print_is_read_as_its_language_writes_it() {
    for (text, value) in [
        // Ruby's symbols; Python's bytes and older texts.
        ("{:a=>:b, :c=>1}", json!({"a": "b", "c": 1})),
        ("{a: ::Order, b: 1}", json!({"a": "Order", "b": 1})),
        ("{'a': b'x', 'c': u\"y\"}", json!({"a": "x", "c": "y"})),
        ("{a: unison, b: 1}", json!({"a": "unison", "b": 1})),
        // A pointer of Go or Rust, a wrapper, a type of which nothing is told.
        ("[&Order{id: 7}]", json!([{"id": 7}])),
        ("{a: 7(x), b: 1}", json!({"a": "7(x)", "b": 1})),
        ("{a: two [x], b: 1}", json!({"a": "two [x]", "b": 1})),
        (
            "{a: Map(2) {b: 1}, c: Set(2) [3, 4]}",
            json!({"a": {"b": 1}, "c": [3, 4]}),
        ),
        (
            "{a: Some('x'), b: Pair(1, 2)}",
            json!({"a": "x", "b": [1, 2]}),
        ),
        // Texts without quotes.
        ("{a: 12 Row, b: 1}", json!({"a": "12 Row", "b": 1})),
        ("{a: 'x' and y, b: 1}", json!({"a": "'x' and y", "b": 1})),
        (
            "{name=Row 12, Flat 3, city=Oslo}",
            json!({"name": "Row 12, Flat 3", "city": "Oslo"}),
        ),
        (
            "(name=Row 12, Flat 3, city=Oslo)",
            json!({"name": "Row 12, Flat 3", "city": "Oslo"}),
        ),
        (
            "[name=Row 12, Flat 3, city=Oslo]",
            json!({"name": "Row 12, Flat 3", "city": "Oslo"}),
        ),
        (
            "{name=a (b, c=d) e, city=Oslo}",
            json!({"name": "a (b, c=d) e", "city": "Oslo"}),
        ),
        ("[[12 Row, Flat 3]]", json!([["12 Row", "Flat 3"]])),
        ("[[12 Row,Flat 3]]", json!([["12 Row,Flat 3"]])),
        ("[[=x]]", json!([["=x"]])),
        ("[[a [b, c] d, e f]]", json!([["a [b, c] d", "e f"]])),
        ("['a', 1]", json!(["a", 1])),
        ("{a: , b: 1}", json!({"a": null, "b": 1})),
        // Escapes.
        (
            r#"{a: "caf\u{e9}s", b: "\u{1f44b}"}"#,
            json!({"a": "cafés", "b": "👋"}),
        ),
        (
            r"{'a': '\u00e9\u00e9\x41\U0001f44b'}",
            json!({"a": "ééA👋"}),
        ),
        (r"{'a': '\ud83d\udc4b!'}", json!({"a": "👋!"})),
        (r"{'a': '\ud83d\udfff!'}", json!({"a": "\u{1f7ff}!"})),
        (r"{'a': '\udbff\udc01!'}", json!({"a": "\u{10fc01}!"})),
        (
            r"{'a': '\n\t\r\b\f\0\e\'\\'}",
            json!({"a": "\n\t\r\u{8}\u{c}\0\u{1b}'\\"}),
        ),
    ] {
        let print = read(&format!("{text} and more")).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(print.value, value, "{text}");
        assert_eq!(
            (print.length, print.is_partial),
            (text.len(), false),
            "{text}"
        );
    }
}

#[test]
fn what_is_no_print_is_none() {
    for text in [
        ":ok ",
        "#x y",
        "[a b]",
        "{a: [Object] b: 1}",
        "[[Object] 'x']",
        "['a' 'b']",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    for text in ["id='7'on=1", "id=[1, 2", "id=7 on", "id=7, on=1", "=7"] {
        assert_eq!(read_pairs(text), None, "{text}");
    }
    assert_eq!(
        read_pairs("id='7' on=[1, 2]").unwrap().value,
        json!({"id": "7", "on": [1, 2]})
    );
}

/// The signs of what is cut off, and where they stand.
#[test]
fn a_print_ends_where_it_breaks_off() {
    for (text, value, length) in [
        (r#"{"id": 7, ... and more"#, json!({"id": 7}), 10),
        (r#"{"id": 7, … and more"#, json!({"id": 7}), 10),
        (r#"{"id": 7,"#, json!({"id": 7}), 9),
        ("[1, 2, ... and more", json!([1, 2]), 7),
        ("[1, 2, … and more", json!([1, 2]), 7),
        ("[1, 2,", json!([1, 2]), 6),
        ("[1, ...  more items]", json!([1]), 4),
        ("[1, ... 3 of them and so on]", json!([1]), 4),
        ("{a: [Object] ... and", json!({}), 13),
        ("[[Object]... and", json!([]), 9),
        ("{a: 'x'...  more characters, n: 1}", json!({"a": "x"}), 7),
        ("[['it]]", json!([[]]), 7),
        ("['it", json!([]), 4),
        ("{a: tru", json!({}), 7),
        ("{a: [1, 12", json!({"a": [1, 12]}), 10),
        ("{a: true", json!({}), 8),
        ("{a: null", json!({}), 8),
        ("{a: 'x'", json!({"a": "x"}), 7),
        ("{a: '{\"b\": 1", json!({"a": "{\"b\": 1"}), 12),
        ("{a: 'b", json!({}), 6),
    ] {
        let print = read(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((print.value, print.length), (value, length), "{text}");
        assert!(print.is_cut && print.is_partial, "{text}");
    }
}

#[test]
fn what_a_print_leaves_out_it_says() {
    for (text, value) in [
        ("[1, ... 12 more items]", json!([1])),
        ("[1, ... 1 more item]", json!([1])),
        ("['aaa'... 15 more characters, 1]", json!(["aaa", 1])),
        ("['aaa'... 1 more character, 1]", json!(["aaa", 1])),
        ("{a: 'aaa'... 15 more characters, n: 1}", json!({"n": 1})),
        (
            "{a: '{\"b\": 1'... 15 more characters, n: 1}",
            json!({"a": "{\"b\": 1", "n": 1}),
        ),
        (
            "{a: [Object], b: [Array], c: [Circular *1], n: 1}",
            json!({"n": 1}),
        ),
        ("[[Object], 1]", json!([1])),
        ("{n: 1, ... 2 more items}", json!({"n": 1})),
    ] {
        let print = read(&format!("{text} and more")).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((print.value, print.length), (value, text.len()), "{text}");
        assert_eq!((print.is_cut, print.is_partial), (false, true), "{text}");
    }
}

#[test]
fn structs_of_go_nest() {
    for (text, value) in [
        (
            "{ID:7 In:{City:Oslo No:2} Ref:&{X:1 Y:z}}",
            json!({"ID": 7, "In": {"City": "Oslo", "No": 2}, "Ref": {"X": 1, "Y": "z"}}),
        ),
        (
            "{L:[{A:1 B:2} {A:2 B:3}] M:[map[a:1 b:2]] N:[[1 2] [3]] P:[&{X:1 Y:2}]}",
            json!({"L": [{"A": 1, "B": 2}, {"A": 2, "B": 3}], "M": [{"a": 1, "b": 2}],
                "N": [[1, 2], [3]], "P": [{"X": 1, "Y": 2}]}),
        ),
        ("{A:one :two B:2}", json!({"A": "one :two", "B": 2})),
        ("{A:one x-y:z B:2}", json!({"A": "one x-y:z", "B": 2})),
        ("{A:one b_c:2}", json!({"A": "one", "b_c": 2})),
        ("{A: B:2 C:[]}", json!({"A": "", "B": 2, "C": []})),
    ] {
        let print = read_go(&format!("{text} and more")).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((print.value, print.length), (value, text.len()), "{text}");
    }
    for text in ["{A 1}", "{A:1", "[A:1]"] {
        assert_eq!(read_go(text), None, "{text}");
    }
}

#[test]
fn structs_of_go_nested_too_deep_are_a_text() {
    let maps = |depth: usize| {
        format!("{}a:x{}", "map[".repeat(depth), "]".repeat(depth))
            .replace("map[map[", "map[a:map[")
            .replace("map[map[", "map[a:map[")
    };
    for (depth, is_whole) in [(64, true), (65, true), (66, false)] {
        let text = maps(depth);
        let length = read(&text).unwrap().length;
        assert_eq!(length == text.len(), is_whole, "{depth}");
    }
    for (lists, value) in [(63, json!({"A": 1})), (64, json!("{A:1}"))] {
        let text = format!("{{L:{}}}", nested(lists, "{A:1}"));
        let mut inside = read_go(&text).unwrap().value["L"].take();
        for _ in 0..lists {
            inside = inside[0].take();
        }
        assert_eq!(inside, value, "{lists}");
    }
}
