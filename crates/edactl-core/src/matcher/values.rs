//! Payloads told by their values alone: all texts and numbers of one payload stand in a line, and
//! one at least that no other payload of the run has. In which form makes no difference.

use std::collections::HashMap;

use crate::{
    event::{
        canonical::ContentHash,
        values::{ValueTrace, run_hash},
    },
    matcher::content::ContentId,
};

/// A value that no other payload has is at least this long, in bytes: `7` stands in many lines.
const SHORTEST_OWN: u32 = 4;
/// All values of a payload together are at least this long, in bytes.
const SHORTEST_SET: u32 = 12;
/// And there are so many of them.
const FEWEST: usize = 2;
/// Runs that are shorter say little about whether a line is worth reading.
const SHORTEST_RUN: usize = 5;

/// The values of the run's payloads.
#[derive(Debug)]
pub struct Values {
    by_content: HashMap<ContentId, Vec<ValueTrace>>,
    /// Whose value it is; `None`: of several payloads.
    owners: HashMap<ContentHash, Option<ContentId>>,
    /// The values by the hash of their longest run.
    by_run: HashMap<u32, Vec<ValueTrace>>,
    /// The hashes of runs worth reading a line for, as a set of bits.
    screen: Box<[u64; 1024]>,
}

impl Default for Values {
    fn default() -> Self {
        Self {
            by_content: HashMap::new(),
            owners: HashMap::new(),
            by_run: HashMap::new(),
            screen: Box::new([0; 1024]),
        }
    }
}

fn bit(hash: u32) -> (usize, u64) {
    let hash = hash ^ (hash >> 16);
    ((hash >> 6) as usize & 1023, 1 << (hash & 63))
}

impl Values {
    /// A payload's values. Returns whether [`Self::may_show`] tells lines that may show it.
    pub fn add(&mut self, content: ContentId, traces: &[ValueTrace]) -> bool {
        let mut is_screened = false;
        for trace in traces {
            if trace.run_length as usize >= SHORTEST_RUN {
                let (word, bit) = bit(trace.run);
                self.screen[word] |= bit;
                is_screened = true;
            }
            self.owners
                .entry(trace.hash)
                .and_modify(|owner| *owner = owner.filter(|known| *known == content))
                .or_insert(Some(content));
            let same_run = self.by_run.entry(trace.run).or_default();
            if !same_run.contains(trace) {
                same_run.push(*trace);
            }
        }
        let length: u32 = traces.iter().map(|trace| trace.length).sum();
        if traces.len() >= FEWEST && length >= SHORTEST_SET {
            self.by_content.insert(content, traces.to_vec());
        }
        is_screened
    }

    /// Whether a text has any longer word of any payload. It costs a look at every fifth byte.
    pub fn may_show(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = SHORTEST_RUN - 1;
        while let Some(byte) = bytes.get(at) {
            if !byte.is_ascii_alphanumeric() {
                at += SHORTEST_RUN;
                continue;
            }
            let is_other = |byte: &u8| !byte.is_ascii_alphanumeric();
            let begin = bytes[..at]
                .iter()
                .rposition(is_other)
                .map_or(0, |it| it + 1);
            let length = bytes[at..].iter().position(is_other);
            let end = length.map_or(bytes.len(), |length| at + length);
            // Behind a backslash letters may be an escape's: every beginning is tried.
            let is_escaped = begin > 0 && bytes[begin - 1] == b'\\';
            let beginnings = if is_escaped {
                begin..end
            } else {
                begin..begin + 1
            };
            for begin in beginnings {
                let (word, bit) = bit(run_hash(&bytes[begin..end]));
                if end - begin >= SHORTEST_RUN && self.screen[word] & bit != 0 {
                    return true;
                }
            }
            at = end + SHORTEST_RUN;
        }
        false
    }

    /// The payloads that a text shows by their values.
    pub fn in_text(&self, text: &str) -> Vec<ContentId> {
        if self.by_content.is_empty() {
            return Vec::new();
        }
        let shown = self.values_in(text);
        let mut candidates: Vec<ContentId> = shown
            .iter()
            .filter(|trace| trace.length >= SHORTEST_OWN)
            .filter_map(|trace| *self.owners.get(&trace.hash)?)
            .collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.retain(|content| {
            self.by_content.get(content).is_some_and(|traces| {
                traces
                    .iter()
                    .all(|trace| shown.iter().any(|known| known.hash == trace.hash))
            })
        });
        candidates
    }

    /// The values that stand in a text. One that is a part of a longer one says nothing there.
    fn values_in(&self, text: &str) -> Vec<ValueTrace> {
        let bytes = text.as_bytes();
        let mut shown: Vec<(usize, ValueTrace)> = Vec::new();
        let mut begin = 0;
        for end in 0..=bytes.len() {
            if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
                continue;
            }
            if end > begin
                && let Some(traces) = self.by_run.get(&run_hash(&bytes[begin..end]))
            {
                let here = traces.iter().filter(|trace| stands_at(trace, text, begin));
                shown.extend(here.map(|trace| (begin - trace.run_at as usize, *trace)));
            }
            begin = end + 1;
        }
        let span = |(begin, trace): &(usize, ValueTrace)| *begin..*begin + trace.length as usize;
        let mut spans: Vec<_> = shown.iter().map(span).collect();
        spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        // The furthest end of any value that begins no later.
        let mut longest: Vec<std::ops::Range<usize>> = Vec::new();
        for span in spans {
            if longest.last().is_none_or(|last| last.end < span.end) {
                longest.push(span);
            }
        }
        let is_whole = |found: &(usize, ValueTrace)| {
            let own = span(found);
            let outer = longest.partition_point(|it| it.start <= own.start);
            outer == 0 || longest[outer - 1] == own
        };
        shown.retain(is_whole);
        shown.into_iter().map(|(_, trace)| trace).collect()
    }
}

/// Whether the value whose run begins here stands here whole, and is no part of a longer word.
fn stands_at(trace: &ValueTrace, text: &str, run: usize) -> bool {
    let Some(begin) = run.checked_sub(trace.run_at as usize) else {
        return false;
    };
    let end = begin + trace.length as usize;
    let Some(value) = text.get(begin..end) else {
        return false;
    };
    let goes_on_before = text[..begin].chars().next_back().is_some_and(is_part);
    // A sentence may end behind it.
    let after = &text.as_bytes()[end..];
    let goes_on_after = match text[end..].chars().next() {
        Some('.') => after.get(1).is_some_and(u8::is_ascii_alphanumeric) && !is_whole(after),
        Some(char) => is_part(char),
        None => false,
    };
    !goes_on_before && !goes_on_after && ContentHash::of_bytes(value.as_bytes()) == trace.hash
}

/// Whether a word goes on with this: letters of scripts that put spaces between words, digits, and
/// what changes the character before it.
fn is_part(char: char) -> bool {
    const FIRST_WITHOUT_SPACES: char = '\u{2e80}';
    let is_modifier = matches!(char, '\u{300}'..='\u{36f}' | '\u{1f3fb}'..='\u{1f3ff}')
        || matches!(char, '\u{200d}' | '\u{fe0f}');
    is_modifier
        || matches!(char, '_' | '-' | '.')
        || char < FIRST_WITHOUT_SPACES && char.is_alphanumeric()
}

/// `.0` behind a whole number, as floats are printed.
fn is_whole(after: &[u8]) -> bool {
    let zeros = after[1..].iter().take_while(|byte| **byte == b'0').count();
    zeros > 0 && !after.get(1 + zeros).is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
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
}
