//! The words in front of payloads: a short scalar (`true` stands in many lines) is a payload only
//! behind the words that stand in front of payloads known for certain.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

/// How many words may stand in front of a scalar.
const MOST_WORDS: usize = 10;

/// The words in front of messages that are known for certain, with ids and numbers blurred.
#[derive(Debug, Default)]
pub struct KnownWords(HashSet<String>);

impl KnownWords {
    /// A message of the log that shows a payload for certain. Returns whether that is news.
    pub fn learn(&mut self, message: &str) -> bool {
        let begin = message.find(['{', '[', '"', '\'']);
        let words = match begin {
            Some(begin) => &message[..begin],
            None => match message.find(": ") {
                Some(colon) => &message[..colon],
                None => return false,
            },
        };
        let words = normal(words);
        !words.is_empty() && self.0.insert(words)
    }

    /// Whether these words, as [`beginnings`] gives them, are known to stand in front of payloads.
    pub fn knows(&self, words: &str) -> bool {
        self.0.contains(words)
    }
}

fn normal(words: &str) -> String {
    shape(words.trim_end_matches([':', '=', ' ', '-']))
}

/// The ways to split a message into words in front and what follows.
pub fn beginnings(message: &str) -> impl Iterator<Item = (String, &str)> {
    message
        .match_indices([' ', '='])
        .take(MOST_WORDS)
        .map(|(at, _)| split(message, at))
}

fn split(message: &str, at: usize) -> (String, &str) {
    (normal(&message[..at]), &message[at + 1..])
}

/// Words with every token that holds a digit blurred, so that ids and numbers make no difference.
#[must_use]
pub fn shape(words: &str) -> String {
    words
        .split(' ')
        .map(|word| {
            if word.bytes().any(|byte| byte.is_ascii_digit()) {
                "#"
            } else {
                word
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}
