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
        r##"#<struct Order id=7, ok=true, none=nil, name="it's", tags=["a", 1.5]>"##,
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
    fn any_text_is_read_without_a_panic(text in r##"([\[\]{}()<>#:,='"\\]|map\[|a:|b=|=>|1|True|…|é|\.\.\. 2 more items|\.\.\.|\\u12|\\u\{|Some\(| ){0,30}"##) {
        let _ = read(&text);
        let _ = read_go(&text);
        let _ = read_pairs(&text);
    }
}
