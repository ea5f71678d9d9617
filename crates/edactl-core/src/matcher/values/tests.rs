use serde_json::json;

use super::*;

fn values(payloads: &[serde_json::Value]) -> Values {
    let mut values = Values::default();
    for (content, payload) in (0..).zip(payloads) {
        values.add(content, &ValueTrace::all_of(payload));
    }
    values
}

#[test]
fn a_payload_is_told_by_all_of_its_values_in_any_form() {
    let values = values(&[
        json!({"order": 1001, "item": "oak chair", "n": 2, "to": "Oslo"}),
        json!({"order": 1002, "item": "oak chair", "n": 2, "to": "Oslo"}),
    ]);
    for text in [
        "{1001 oak chair 2 Oslo}",
        "Order 1001: 2 x oak chair, shipped to Oslo.",
        "1001.0|oak chair|2|Oslo",
    ] {
        assert!(values.may_show(text), "{text}");
        assert_eq!(values.in_text(text), [0], "{text}");
    }
    assert_eq!(
        values.in_text("[{1001 oak chair 2 Oslo} {1002 oak chair 2 Oslo}]"),
        [0, 1]
    );
    for text in [
        "{1003 oak chair 2 Oslo}",
        "{1001 oak chair 3 Oslo}",
        "{1001 chair 2 Oslo}",
        "{x1001 oak chair 2 Oslo}",
        "{1001 oak chair 2-7 Oslo}",
        "{1001.5 oak chair 2 Oslo}",
        "{-1001 oak chair 2 Oslo}",
    ] {
        assert!(values.in_text(text).is_empty(), "{text}");
    }
    assert!(!values.may_show("nothing of it, 1001"));
}

#[test]
fn values_that_say_little_tell_nothing() {
    let values = values(&[
        json!({"n": 1001}),
        json!({"a": 1, "b": 2, "c": 3}),
        json!({"a": "same words", "b": "and these"}),
        json!({"a": "same words", "c": "and these", "d": ""}),
        json!({"n": "a long single value"}),
        json!({"a": "1002", "b": "x"}),
        json!({"a": "abc", "b": "other long words"}),
        json!({"a": "abd", "b": "other long words"}),
    ]);
    for text in [
        "1001",
        "1 2 3",
        "same words and these",
        "a long single value",
        "1002 x",
        "abc other long words",
    ] {
        assert!(values.in_text(text).is_empty(), "{text}");
    }
}

#[test]
fn a_value_inside_a_longer_one_is_not_shown() {
    let values = values(&[
        json!({"note": "ship to Oslo", "n": 17}),
        json!({"note": "ship to Oslo, Norway", "n": 17}),
        json!({"note": "well done 👋", "n": 17}),
        json!({"note": "well done 👋🏽", "n": 17}),
        json!({"note": "ein Straß", "n": 17}),
        json!({"note": "red oak chair for Bergen", "n": 17}),
        json!({"note": "oak chair for Bergen", "n": 17}),
    ]);
    for (text, shown) in [
        ("{ship to Oslo, Norway 17}", vec![1]),
        ("{ship to Oslo 17}", vec![0]),
        ("{red oak chair for Bergen 17}", vec![5]),
        ("{oak chair for Bergen 17}", vec![6]),
        ("{17 ship to Oslo, Norway} {17 ship to Oslo}", vec![0, 1]),
        ("{well done 👋🏽 17}", vec![3]),
        ("{well done 👋 17}", vec![2]),
        ("{ein Straße 17}", vec![]),
        ("完了 ein Straß 17件", vec![4]),
    ] {
        assert_eq!(values.in_text(text), shown, "{text}");
    }
}

#[test]
fn escapes_before_a_word_do_not_hide_it() {
    let values = values(&[json!({"a": "Chairs", "b": "of oak wood"})]);
    for text in [
        r"\u0022Chairs\u0022",
        r"\nChairs",
        r#"\"Chairs\""#,
        "Chairs",
    ] {
        assert!(values.may_show(text), "{text}");
    }
    assert!(!values.may_show("Chair Charts chairs"));
}

#[test]
fn a_value_that_begins_a_longer_one_is_not_shown_behind_other_values() {
    let values = values(&[
        json!({"note": "ship to Oslo", "n": 17}),
        json!({"note": "ship to Oslo, Norway", "n": 17}),
    ]);
    assert_eq!(values.in_text("{17 ship to Oslo, Norway}"), [1]);
    assert_eq!(values.in_text("{17 ship to Oslo}"), [0]);
}

#[test]
fn a_line_is_worth_reading_for_a_word_of_five_letters() {
    let values = values(&[json!({"a": "Chair", "b": "oak"})]);
    for (text, may) in [
        ("Chair", true),
        ("a Chair", true),
        ("the Chair.", true),
        ("Chai", false),
        ("oak", false),
        ("", false),
    ] {
        assert_eq!(values.may_show(text), may, "{text}");
    }
}

#[test]
fn a_shorter_word_is_not_worth_reading_a_line_for_whatever_its_hash() {
    let values = values(&[json!({"a": "Chair"})]);
    let of = |word: &str| bit(run_hash(word.as_bytes()));
    let letters = |at: u32| char::from_u32(u32::from(b'a') + at % 26).unwrap();
    let words = (0..26_u32.pow(4)).map(|number| {
        let places = [1, 26, 26 * 26, 26 * 26 * 26];
        places
            .map(|place| letters(number / place))
            .iter()
            .collect::<String>()
    });
    let alike: Vec<String> = words.filter(|word| of(word) == of("Chair")).collect();
    assert!(!alike.is_empty());
    for word in alike {
        assert!(!values.may_show(&format!("-{word}----")), "{word}");
    }
}

#[test]
fn hashes_fall_into_bits_of_their_own_whichever_half_tells_them_apart() {
    for low in [0, 0xffff] {
        let bits: std::collections::HashSet<_> =
            (0..4096).map(|high: u32| bit(high << 16 | low)).collect();
        assert_eq!(bits.len(), 4096, "{low}");
    }
    let bits: std::collections::HashSet<_> = (0..4096).map(bit).collect();
    assert_eq!(bits.len(), 4096);
}

#[test]
fn a_word_goes_on_with_letters_digits_and_what_changes_a_character() {
    for char in [
        'a',
        'é',
        'ß',
        '7',
        '_',
        '-',
        '.',
        '\u{300}',
        '\u{36f}',
        '\u{1f3fb}',
        '\u{1f3ff}',
        '\u{200d}',
        '\u{fe0f}',
    ] {
        assert!(is_part(char), "{char:?}");
    }
    for char in [' ', ',', ':', '"', '件', 'あ', '👋', '}'] {
        assert!(!is_part(char), "{char:?}");
    }
}

#[test]
fn zeros_behind_a_point_make_no_other_number() {
    for (after, is_same) in [
        (".0", true),
        (".00 x", true),
        (".0, 1", true),
        (".05", false),
        (".5", false),
        (".", false),
        (". 0", false),
        (".0a", false),
    ] {
        assert_eq!(is_whole(after.as_bytes()), is_same, "{after}");
    }
}
