//! Payloads told by their values alone: all texts and numbers of one payload stand in a line, and
//! one at least that no other payload of the run has. In which form makes no difference.

#[cfg(test)]
mod tests;

use std::{cmp::Reverse, collections::HashMap, ops::Range};

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
                for trace in traces.iter().filter(|trace| stands_at(trace, text, begin)) {
                    shown.push((begin - trace.run_at as usize, *trace));
                }
            }
            begin = end + 1;
        }
        let mut spans: Vec<_> = shown.iter().map(span).collect();
        spans.sort_unstable_by_key(|span| (span.start, Reverse(span.end)));
        // The furthest end of any value that begins no later.
        let mut longest: Vec<Range<usize>> = Vec::new();
        for span in spans {
            if longest.last().is_none_or(|last| last.end < span.end) {
                longest.push(span);
            }
        }
        shown.retain(|found| is_longest(&span(found), &longest));
        shown.into_iter().map(|(_, trace)| trace).collect()
    }
}

/// Where in a text a value stands that begins there.
fn span((begin, trace): &(usize, ValueTrace)) -> Range<usize> {
    *begin..*begin + trace.length as usize
}

/// Whether no value that begins no later ends behind it.
fn is_longest(own: &Range<usize>, longest: &[Range<usize>]) -> bool {
    let outer = longest.partition_point(|it| it.start <= own.start);
    outer == 0 || longest[outer - 1] == *own
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
