//! The scalar values of a payload as programs print them, by hashes: what tells a typed print
//! whose form nobody knows.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::canonical::{ContentHash, canonical_number};

/// A payload with more values than this is told by its whole content only.
const MOST_VALUES: usize = 64;

/// A text or number of a payload, found again by its longest run of letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueTrace {
    /// The hash of its text.
    pub hash: ContentHash,
    /// The length of its text, in bytes.
    pub length: u32,
    /// [`run_hash`] of its longest run of ASCII letters and digits.
    pub run: u32,
    /// Where that run begins.
    pub run_at: u32,
    /// The length of that run.
    pub run_length: u32,
}

/// The hash of a run of ASCII letters and digits (FNV-1a, 32 bits): it stands in records.
#[must_use]
pub fn run_hash(run: &[u8]) -> u32 {
    run.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

impl ValueTrace {
    /// The trace of a value's text; `None` where a print may have to escape it, or where it holds
    /// neither letter nor digit.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let is_plain = |char: char| !char.is_control() && !matches!(char, '"' | '\'' | '\\' | '`');
        if !text.chars().all(is_plain) {
            return None;
        }
        let bytes = text.as_bytes();
        let mut longest = 0..0;
        let mut begin = 0;
        for end in 0..=bytes.len() {
            if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            if end - begin > longest.len() {
                longest = begin..end;
            }
            begin = end + 1;
        }
        if longest.is_empty() {
            return None;
        }
        Some(Self {
            hash: ContentHash::of_bytes(bytes),
            length: u32::try_from(bytes.len()).ok()?,
            run: run_hash(&bytes[longest.clone()]),
            run_at: u32::try_from(longest.start).ok()?,
            run_length: u32::try_from(longest.len()).ok()?,
        })
    }

    /// The traces of all texts and numbers in a value. Empty where one of them leaves none, or
    /// where they are too many: then its values do not tell it.
    #[must_use]
    pub fn all_of(value: &Value) -> Vec<Self> {
        let mut traces = Vec::new();
        if collect(value, &mut traces).is_none() {
            traces.clear();
        }
        traces
    }
}

fn collect(value: &Value, traces: &mut Vec<ValueTrace>) -> Option<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, traces)),
        Value::Object(fields) => fields.values().try_for_each(|item| collect(item, traces)),
        Value::Null | Value::Bool(_) => Some(()),
        Value::String(text) if text.is_empty() => Some(()),
        Value::String(text) => add(text, traces),
        Value::Number(number) => add(&canonical_number(number), traces),
    }
}

fn add(text: &str, traces: &mut Vec<ValueTrace>) -> Option<()> {
    if traces.len() >= MOST_VALUES {
        return None;
    }
    traces.push(ValueTrace::of(text)?);
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_traced_by_their_longest_run() {
        let traces = ValueTrace::all_of(&json!({"a": "12 Analytical Row", "b": [42.50, true, ""]}));
        let runs: Vec<_> = traces
            .iter()
            .map(|trace| (trace.run, trace.run_at, trace.length))
            .collect();
        assert_eq!(
            runs,
            [(run_hash(b"Analytical"), 3, 17), (run_hash(b"42"), 0, 4)]
        );
    }

    #[test]
    fn a_value_that_has_to_be_escaped_tells_nothing() {
        for value in [json!({"a": "it's"}), json!(["👋"]), json!("a\nb")] {
            assert_eq!(ValueTrace::all_of(&value), [], "{value}");
        }
        let many: Vec<_> = (0..=MOST_VALUES).collect();
        assert_eq!(ValueTrace::all_of(&json!(many)), []);
    }

    #[test]
    fn a_run_has_the_hash_that_fnv_gives_it() {
        // From the reference implementation's list of test vectors.
        for (run, hash) in [
            ("", 0x811c_9dc5),
            ("a", 0xe40c_292c),
            ("foobar", 0xbf9c_f968),
        ] {
            assert_eq!(run_hash(run.as_bytes()), hash, "{run}");
        }
    }

    #[test]
    fn the_first_of_the_longest_runs_counts() {
        for (text, run_at, run_length) in [
            ("abc def", 0, 3),
            ("ab-cde-fgh", 3, 3),
            ("-- x", 3, 1),
            ("7", 0, 1),
        ] {
            let trace = ValueTrace::of(text).unwrap();
            assert_eq!(
                (trace.run_at, trace.run_length),
                (run_at, run_length),
                "{text}"
            );
        }
        assert_eq!(ValueTrace::of("--"), None);
        let many: Vec<_> = (0..MOST_VALUES).collect();
        assert_eq!(ValueTrace::all_of(&json!(many)).len(), MOST_VALUES);
    }
}
