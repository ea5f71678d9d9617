//! `logs --where 'FIELD OP VALUE'`: a condition on the fields of a line that is JSON, or has JSON
//! behind a prefix.

use std::{borrow::Cow, cmp::Ordering};

use regex::Regex;
use serde_json::Value;

use crate::{commands::Error, render::json_line};

/// One condition.
#[derive(Debug)]
pub struct Condition {
    field: String,
    check: Check,
}

#[derive(Debug)]
enum Check {
    Compare(Operator, String),
    Matches(Regex),
    Contains(String),
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |why: String| Error::Usage {
            message: format!("--where `{text}` is no condition: {why}"),
            hint: "write FIELD OP VALUE, such as 'order.total >= 100', 'items[0].sku = \"A 1\"', \
                   'err.message ~ time.*out' or 'tags contains vip'; OP is one of = != < <= > >= \
                   ~ contains"
                .into(),
        };
        let is_field = |c: char| c.is_alphanumeric() || "_-.@$/[]".contains(c);
        let trimmed = text.trim();
        let end = trimmed
            .find(|c| !is_field(c))
            .ok_or_else(|| wrong("nothing is said about the field".into()))?;
        let (field, rest) = trimmed.split_at(end);
        if field.is_empty() {
            return Err(wrong("it has to begin with a field".into()));
        }
        let rest = rest.trim_start();
        // The longer ones first.
        let known = ["contains", "!=", "<=", ">=", "==", "=", "<", ">", "~"];
        let sign = known
            .into_iter()
            .find(|sign| rest.starts_with(sign))
            .ok_or_else(|| wrong(format!("after `{field}` comes no operator")))?;
        let value = rest[sign.len()..].trim();
        let value = match serde_json::from_str(value) {
            Ok(Value::String(quoted)) => quoted,
            _ => value.to_owned(),
        };
        let compare = |operator| Check::Compare(operator, value.clone());
        let check = match sign {
            "contains" => Check::Contains(value),
            "~" => Check::Matches(Regex::new(&value).map_err(|error| wrong(error.to_string()))?),
            "!=" => compare(Operator::IsNot),
            "<=" => compare(Operator::AtMost),
            ">=" => compare(Operator::AtLeast),
            "<" => compare(Operator::Less),
            ">" => compare(Operator::More),
            _ => compare(Operator::Is),
        };
        let field = field.to_owned();
        Ok(Self { field, check })
    }

    /// Whether a line meets the condition. A line without the field meets only `!=`.
    pub fn holds(&self, text: &str) -> bool {
        let Some(line) = json_line::object(text) else {
            return false;
        };
        let found = lookup(&line, &self.field);
        match &self.check {
            Check::Compare(Operator::IsNot, value) => {
                found.is_none_or(|found| compare(found, value) != Some(Ordering::Equal))
            }
            Check::Compare(operator, value) => found
                .and_then(|found| compare(found, value))
                .is_some_and(|order| operator.allows(order)),
            Check::Matches(regex) => found.is_some_and(|found| regex.is_match(&text_of(found))),
            Check::Contains(value) => found.is_some_and(|found| match found {
                Value::Array(items) => items
                    .iter()
                    .any(|item| compare(item, value) == Some(Ordering::Equal)),
                Value::Object(fields) => fields.contains_key(value),
                other => text_of(other).contains(value.as_str()),
            }),
        }
    }
}

impl Operator {
    fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Is => order.is_eq(),
            Self::IsNot => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

/// Numbers are compared as numbers, all else as text; a list is not compared.
fn compare(found: &Value, value: &str) -> Option<Ordering> {
    if found.is_array() || found.is_object() {
        return None;
    }
    let text = text_of(found);
    match (text.parse::<f64>(), value.parse::<f64>()) {
        (Ok(found), Ok(value)) => found.partial_cmp(&value),
        _ => Some((*text).cmp(value)),
    }
}

fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// The value at a path such as `a.b[0].c`. A name may hold a full stop itself (`log.level`).
fn lookup<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(value);
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        let item = value.get(index.parse::<usize>().ok()?)?;
        return lookup(item, rest.strip_prefix('.').unwrap_or(rest));
    }
    if let Some(found) = value.get(path) {
        return Some(found);
    }
    path.match_indices(['.', '[']).find_map(|(at, _)| {
        let inner = value.get(&path[..at])?;
        lookup(inner, path[at..].strip_prefix('.').unwrap_or(&path[at..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"2026-11-24T12:00:00.000Z	169f3f51-0320-4f83-9099-ac1a414e52d0	INFO	{"log.level":"warn","order":{"total":99.5,"items":[{"sku":"A 1"},{"sku":"B"}]},"tags":["vip","new"],"ok":true,"at":"2026-11-24","none":null}"#;

    fn holds(condition: &str) -> bool {
        let line = LINE.replace("\\t", "\t");
        Condition::parse(condition).unwrap().holds(&line)
    }

    #[test]
    fn fields_are_found_and_compared() {
        for (condition, expected) in [
            ("order.total >= 99.5", true),
            ("order.total > 99.50", false),
            ("order.total<100", true),
            ("order.total = 99.50", true),
            ("order.total != 7", true),
            (r#"order.items[0].sku = "A 1""#, true),
            ("order.items[0].sku = A 1", true),
            ("order.items[1].sku == C", false),
            ("order.items[2].sku = C", false),
            ("order.items[2].sku != C", true),
            ("log.level = warn", true),
            ("tags contains vip", true),
            ("tags contains vi", false),
            ("log.level contains ar", true),
            ("order contains total", true),
            ("ok = true", true),
            ("none = null", true),
            ("at < 2026-11-25", true),
            ("at ~ ^2026-.*4$", true),
            ("missing = 1", false),
            ("order = 1", false),
        ] {
            assert_eq!(holds(condition), expected, "{condition}");
        }
        let condition = Condition::parse("a != 1").unwrap();
        assert!(!condition.holds("no JSON at all"));
    }

    #[test]
    fn what_is_no_condition_is_refused_with_an_example() {
        for text in ["", "level", "= 5", "a like b", "a ~ ("] {
            let error = Condition::parse(text).unwrap_err();
            assert!(
                error.hint().unwrap().contains("order.total >= 100"),
                "{text}"
            );
        }
    }
}
