//! A trigger's filter criteria against a message that is to be sent. Only what is certain is said:
//! a pattern may ask for what nobody knows before sending (attributes), or for a comparison that
//! is not known here.

use serde_json::{Map, Value};

/// Whether a message with this body matches none of the patterns, for certain.
pub(super) fn drops(filters: &[String], body: &str) -> bool {
    !filters.is_empty()
        && filters
            .iter()
            .all(|pattern| body_matches(pattern, body) == Some(false))
}

/// Whether a pattern lets a body pass; `None`: not for certain.
fn body_matches(pattern: &str, body: &str) -> Option<bool> {
    let pattern: Map<String, Value> = serde_json::from_str(pattern).ok()?;
    let only_body = pattern.keys().all(|key| key == "body");
    let matched = match pattern.get("body") {
        // A pattern of fields: a body that is no JSON does not match.
        Some(Value::Object(fields)) => match serde_json::from_str::<Value>(body) {
            Ok(value) => object(fields, &value),
            Err(_) => Some(false),
        },
        Some(Value::Array(rules)) => any(rules, Some(&Value::from(body))),
        _ => None,
    };
    // The rest of the pattern can only make it stricter.
    matched.filter(|matched| only_body || !matched)
}

fn object(pattern: &Map<String, Value>, value: &Value) -> Option<bool> {
    let mut certain = true;
    for (key, rules) in pattern {
        let inner = value.get(key);
        let matched = match rules {
            Value::Object(fields) => match inner {
                // One of the items has to match as a whole.
                Some(Value::Array(items)) => any_of(items.iter().map(|item| object(fields, item))),
                other => object(fields, other.unwrap_or(&Value::Null)),
            },
            Value::Array(_) if key.starts_with('$') => None,
            Value::Array(rules) => any(rules, inner),
            _ => None,
        };
        match matched {
            Some(false) => return Some(false),
            Some(true) => {}
            None => certain = false,
        }
    }
    certain.then_some(true)
}

/// Whether one of the rules matches the value, or one of its items where it is a list.
fn any(rules: &[Value], value: Option<&Value>) -> Option<bool> {
    any_of(rules.iter().map(|rule| match value {
        Some(Value::Array(items)) => any_of(items.iter().map(|item| one(rule, Some(item)))),
        other => one(rule, other),
    }))
}

/// Whether one of these holds, for certain.
fn any_of(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut certain = true;
    for holds in each {
        match holds {
            Some(true) => return Some(true),
            Some(false) => {}
            None => certain = false,
        }
    }
    certain.then_some(false)
}

fn one(rule: &Value, value: Option<&Value>) -> Option<bool> {
    let Value::Object(comparison) = rule else {
        return Some(value == Some(rule));
    };
    let (kind, wanted) = comparison.iter().next()?;
    let text = value.and_then(Value::as_str);
    let compare = |matches: fn(&str, &str) -> bool| {
        let wanted = wanted.as_str()?;
        Some(text.is_some_and(|text| matches(text, wanted)))
    };
    match kind.as_str() {
        "exists" => Some(value.is_some() == wanted.as_bool()?),
        "prefix" => compare(|text, wanted| text.starts_with(wanted)),
        "suffix" => compare(|text, wanted| text.ends_with(wanted)),
        "equals-ignore-case" => compare(str::eq_ignore_ascii_case),
        "anything-but" => match wanted {
            Value::Object(_) => None,
            Value::Array(unwanted) => Some(value.is_some_and(|value| !unwanted.contains(value))),
            unwanted => Some(value.is_some_and(|value| value != unwanted)),
        },
        "numeric" => numeric(wanted.as_array()?, value),
        _ => None,
    }
}

/// `[">", 0, "<=", 5]`
fn numeric(bounds: &[Value], value: Option<&Value>) -> Option<bool> {
    let Some(number) = value.and_then(Value::as_f64) else {
        return Some(false);
    };
    for bound in bounds.chunks(2) {
        let [sign, limit] = bound else { return None };
        let limit = limit.as_f64()?;
        let holds = match sign.as_str()? {
            "=" => (number - limit).abs() < f64::EPSILON,
            ">" => number > limit,
            ">=" => number >= limit,
            "<" => number < limit,
            "<=" => number <= limit,
            _ => return None,
        };
        if !holds {
            return Some(false);
        }
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_certain_about_a_body() {
        let body = r#"{"kind": "order", "amount": 7, "tags": ["a", "b"], "at": {"city": "Oslo"}}"#;
        for (pattern, expected) in [
            (r#"{"body": {"kind": ["order"]}}"#, Some(true)),
            (r#"{"body": {"kind": ["invoice"]}}"#, Some(false)),
            (
                r#"{"body": {"at": {"city": ["Lima", "Oslo"]}}}"#,
                Some(true),
            ),
            (r#"{"body": {"at": {"zip": ["1"]}}}"#, Some(false)),
            (r#"{"body": {"tags": ["b"]}}"#, Some(true)),
            (
                r#"{"body": {"amount": [{"numeric": [">", 5, "<=", 7]}]}}"#,
                Some(true),
            ),
            (
                r#"{"body": {"amount": [{"numeric": ["<", 5]}]}}"#,
                Some(false),
            ),
            (
                r#"{"body": {"kind": [{"prefix": "or"}], "no": [{"exists": false}]}}"#,
                Some(true),
            ),
            (r#"{"body": {"kind": [{"suffix": "x"}]}}"#, Some(false)),
            (
                r#"{"body": {"kind": [{"equals-ignore-case": "ORDER"}]}}"#,
                Some(true),
            ),
            (
                r#"{"body": {"kind": [{"anything-but": ["order"]}]}}"#,
                Some(false),
            ),
            (
                r#"{"body": {"kind": [{"anything-but": "other"}]}}"#,
                Some(true),
            ),
            (r#"{"body": {"kind": [{"wildcard": "o*"}]}}"#, None),
            (r#"{"body": {"$or": [{"kind": ["order"]}]}}"#, None),
            (
                r#"{"body": {"kind": ["order"]}, "messageAttributes": {}}"#,
                None,
            ),
            (
                r#"{"body": {"kind": ["invoice"]}, "messageAttributes": {}}"#,
                Some(false),
            ),
            (r#"{"messageAttributes": {}}"#, None),
            ("nonsense", None),
        ] {
            assert_eq!(body_matches(pattern, body), expected, "{pattern}");
        }
        assert_eq!(
            body_matches(r#"{"body": {"a": [1]}}"#, "no JSON"),
            Some(false)
        );
        assert_eq!(body_matches(r#"{"body": ["ping"]}"#, "ping"), Some(true));
    }

    #[test]
    fn numbers_are_held_against_their_bounds() {
        let passes = |bounds: &str, value: &str| {
            let pattern = format!(r#"{{"body": {{"n": [{{"numeric": {bounds}}}]}}}}"#);
            body_matches(&pattern, &format!(r#"{{"n": {value}}}"#))
        };
        for (bounds, inside, outside) in [
            (
                r#"["=", 5]"#,
                &["5", "5.0", "5e0"][..],
                &["4.9", "6", "-5"][..],
            ),
            (r#"[">", 5]"#, &["5.1", "6"], &["5", "4"]),
            (r#"[">=", 5]"#, &["5", "6"], &["4.99"]),
            (r#"["<", 5]"#, &["4.99", "-7"], &["5", "6"]),
            (r#"["<=", 5]"#, &["5", "0"], &["5.01"]),
            (r#"[">", 0, "<=", 5]"#, &["0.1", "5"], &["0", "5.1"]),
            (
                r#"["<=", -1.5]"#,
                &["-1.5", "[7, -2]"],
                &["-1", "\"-2\"", "null"],
            ),
        ] {
            for (values, expected) in [(inside, true), (outside, false)] {
                for value in values {
                    assert_eq!(passes(bounds, value), Some(expected), "{bounds} {value}");
                }
            }
        }
        for unknown in [r#"["~", 5]"#, r#"["="]"#, r#"["=", "5"]"#, r#""=""#] {
            assert_eq!(passes(unknown, "5"), None, "{unknown}");
        }
        assert_eq!(
            body_matches(r#"{"body": {"n": [{"numeric": [">", 5]}]}}"#, "{}"),
            Some(false)
        );
    }

    #[test]
    fn an_item_of_a_list_has_to_match_as_a_whole() {
        let body = r#"{"items": [{"id": 1, "to": "Oslo"}, {"id": 2, "to": "Lima"}]}"#;
        for (pattern, expected) in [
            (r#"{"body": {"items": {"id": [2]}}}"#, Some(true)),
            (
                r#"{"body": {"items": {"id": [2], "to": ["Lima"]}}}"#,
                Some(true),
            ),
            (
                r#"{"body": {"items": {"id": [2], "to": ["Oslo"]}}}"#,
                Some(false),
            ),
            (r#"{"body": {"items": {"id": [{"cidr": "x"}]}}}"#, None),
        ] {
            assert_eq!(body_matches(pattern, body), expected, "{pattern}");
        }
    }

    #[test]
    fn one_match_among_several_is_enough() {
        let filters = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let (yes, no) = (r#"{"body": {"a": [1]}}"#, r#"{"body": {"a": [2]}}"#);
        assert!(drops(&filters(&[no]), r#"{"a": 1}"#));
        assert!(!drops(&filters(&[no, yes]), r#"{"a": 1}"#));
        assert!(!drops(&[], "anything"));
    }
}
