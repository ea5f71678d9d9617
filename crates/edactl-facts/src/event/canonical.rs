//! One spelling for each JSON value, so that equal contents have equal hashes however a producer,
//! a queue or a log line formats them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::humanize::hex;

/// A value in lenient form has at least so many scalars, `(n=1)` stands in many lines,
const FEWEST_SCALARS: usize = 2;
/// and takes so many bytes.
const SHORTEST_LENIENT: usize = 16;

/// The hash of a value's canonical form: the first 128 bits of its SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 16]);

impl ContentHash {
    /// The hash of a JSON value: key order, white space, escapes and the spelling of numbers
    /// make no difference.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        let mut text = String::new();
        write(value, &mut text);
        Self::of_bytes(text.as_bytes())
    }

    /// The hash of an object or list that makes no difference either between the ways in which
    /// typed programs print it: the case of keys and the dashes in them, quotes around scalars,
    /// fields that are null. `None` where so little is left that any line may hold it.
    #[must_use]
    pub fn lenient(value: &Value) -> Option<Self> {
        if !(value.is_object() || value.is_array()) || scalars(value) < FEWEST_SCALARS {
            return None;
        }
        let mut text = String::new();
        write_lenient(value, &mut text);
        (text.len() >= SHORTEST_LENIENT).then(|| Self::of_bytes(text.as_bytes()))
    }

    /// The hash of one field of an object, key and value, as [`Self::lenient`] takes them.
    #[must_use]
    pub fn of_field(key: &str, value: &Value) -> Self {
        let mut text = String::from("field:");
        write_string(&lenient_key(key), &mut text);
        text.push(':');
        write_lenient(value, &mut text);
        Self::of_bytes(text.as_bytes())
    }

    /// The hash of bytes as they are.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Self(first)
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for ContentHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("`{text}` is not a content hash"));
        if text.len() != 32 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut bytes = [0; 16];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[index * 2..index * 2 + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => out.push_str(&canonical_number(number)),
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (index, (key, item)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write(item, out);
            }
            out.push('}');
        }
    }
}

fn write_lenient(value: &Value, out: &mut String) {
    match value {
        Value::Null => write_string("null", out),
        Value::Bool(truth) => write_string(if *truth { "true" } else { "false" }, out),
        Value::Number(number) => write_string(&canonical_number(number), out),
        Value::String(text) => match text.parse::<f64>() {
            // `7.0` and `7` are one number to a program that prints a text without quotes.
            Ok(_) => write_string(&lenient_number(text), out),
            Err(_) => write_string(text, out),
        },
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_lenient(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields
                .iter()
                .filter(|(_, item)| !item.is_null())
                .map(|(key, item)| (lenient_key(key), item))
                .collect();
            sorted.sort_by(|(left, _), (right, _)| left.cmp(right));
            out.push('{');
            for (key, item) in sorted {
                write_string(&key, out);
                out.push(':');
                write_lenient(item, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

/// How many scalars a value holds that are not null.
fn scalars(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::Array(items) => items.iter().map(scalars).sum(),
        Value::Object(fields) => fields.values().map(scalars).sum(),
        _ => 1,
    }
}

/// `ship_to`, `shipTo` and `ShipTo` are one key to typed programs.
fn lenient_key(key: &str) -> String {
    key.chars()
        .filter(|char| !matches!(char, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect()
}

fn lenient_number(text: &str) -> String {
    match serde_json::from_str::<Number>(text) {
        Ok(number) => canonical_number(&number),
        Err(_) => text.to_owned(),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push_str(&Value::from(text).to_string());
}

/// A number's text: `1`, `1.0` and `1e0` are one number to every JSON reader that a message meets on its way.
#[must_use]
pub fn canonical_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float)
            if number.is_f64() && float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 =>
        {
            if float == 0.0 {
                "0".to_owned()
            } else {
                format!("{float:.0}")
            }
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn spelling_makes_no_difference() {
        let one: Value = serde_json::from_str(r#"{"a": 1, "b": ["\u00e9", 2.0]}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"b":["é",2],"a":1e0}"#).unwrap();
        assert_eq!(ContentHash::of(&one), ContentHash::of(&other));
    }

    #[test]
    fn different_values_differ() {
        let values = [
            json!(1),
            json!("1"),
            json!(10),
            json!(-1),
            json!([1]),
            json!({"a": 1}),
            json!({"a": "1"}),
            json!(null),
            json!(false),
            json!(0),
            json!(0.5),
            json!(""),
        ];
        let hashes: std::collections::HashSet<_> = values.iter().map(ContentHash::of).collect();
        assert_eq!(hashes.len(), values.len());
    }

    #[test]
    fn typed_prints_make_no_difference_to_the_lenient_hash() {
        let sent = json!({"order_id": 7, "shipTo": "Oslo", "paid": true, "note": null, "n": 2.0});
        let printed = json!({"OrderId": "7", "ship_to": "Oslo", "Paid": "true", "N": "2.0"});
        assert_eq!(ContentHash::lenient(&sent), ContentHash::lenient(&printed));
        for other in [
            json!({"OrderId": "8", "ship_to": "Oslo", "Paid": "true", "N": "2"}),
            json!({"OrderId": "7", "ship_to": "Oslo", "Paid": "true"}),
            json!(["7", "Oslo", "true", "2"]),
        ] {
            assert_ne!(ContentHash::lenient(&sent), ContentHash::lenient(&other));
        }
        assert!(ContentHash::lenient(&sent).is_some());
        for little in [
            json!({"a": null}),
            json!({}),
            json!({"n": 1}),
            json!([1, 2]),
            json!("x"),
        ] {
            assert_eq!(ContentHash::lenient(&little), None, "{little}");
        }
        let field = |key, value| ContentHash::of_field(key, &value);
        assert_eq!(field("order_id", json!(7)), field("OrderId", json!("7")));
        assert_ne!(field("order", json!(7)), field("orders", json!(7)));
    }

    #[test]
    fn minus_zero_is_zero_but_minus_ten_is_not_ten() {
        assert_eq!(ContentHash::of(&json!(-0.0)), ContentHash::of(&json!(0)));
        assert_ne!(ContentHash::of(&json!(-10.0)), ContentHash::of(&json!(10)));
        assert_eq!(ContentHash::of(&json!(-10.0)), ContentHash::of(&json!(-10)));
    }

    #[test]
    fn a_hash_is_that_of_the_canonical_text() {
        for (value, text) in [
            (json!([1, 2, 3]), "[1,2,3]"),
            (json!([]), "[]"),
            (
                json!({"c": [true, "x"], "a": null, "b": {}}),
                r#"{"a":null,"b":{},"c":[true,"x"]}"#,
            ),
        ] {
            let expected = ContentHash::of_bytes(text.as_bytes());
            assert_eq!(ContentHash::of(&value), expected, "{text}");
        }
    }

    #[test]
    fn a_lenient_hash_needs_two_scalars_and_sixteen_bytes() {
        for (value, is_enough) in [
            (json!(["one text", "another"]), true),
            (json!({"first": "one text", "second": "another"}), true),
            (json!({"inside": ["one text", "another"]}), true),
            (json!(["a text long enough to be told"]), false),
            (json!({"n": "a text long enough to be told"}), false),
            (json!([null, "a text long enough to be told"]), false),
            (json!("a text long enough to be told"), false),
            // Fifteen and sixteen bytes: `["abcd","efg",]`.
            (json!(["abcd", "efg"]), false),
            (json!(["abcd", "efgh"]), true),
        ] {
            assert_eq!(ContentHash::lenient(&value).is_some(), is_enough, "{value}");
        }
    }

    #[test]
    fn a_number_that_no_float_tells_from_its_neighbour_stays_as_it_is() {
        for (float, expected) in [
            (7.0, "7"),
            (7.5, "7.5"),
            (-7.0, "-7"),
            (-0.0, "0"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (9_007_199_254_740_992.0, "9007199254740992.0"),
            (-9_007_199_254_740_992.0, "-9007199254740992.0"),
        ] {
            let number = Number::from_f64(float).unwrap();
            assert_eq!(canonical_number(&number), expected);
        }
        assert_eq!(canonical_number(&Number::from(7)), "7");
    }

    #[test]
    fn only_thirty_two_hexadecimal_digits_are_a_hash() {
        let hash = ContentHash::of_bytes(b"x");
        let text = hash.to_string();
        assert_eq!(format!("{hash:?}"), text);
        let read = |text: &str| serde_json::from_value::<ContentHash>(json!(text));
        assert_eq!(read(&text).unwrap(), hash);
        for wrong in [
            format!("{text}00"),
            text[2..].to_owned(),
            String::new(),
            "x".repeat(32),
            format!("a\u{e9}{}", "0".repeat(29)),
        ] {
            let error = read(&wrong).unwrap_err().to_string();
            assert!(error.contains("is not a content hash"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn a_hash_survives_its_own_text(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let hash = ContentHash::of_bytes(&bytes);
            let text = serde_json::to_string(&hash).unwrap();
            prop_assert_eq!(serde_json::from_str::<ContentHash>(&text).unwrap(), hash);
        }
    }
}
