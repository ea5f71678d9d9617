//! The words in front of payloads: a short scalar (`true` stands in many lines) is a payload only
//! behind the words that stand in front of payloads known for certain.

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
        .map(|(at, _)| (normal(&message[..at]), &message[at + 1..]))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_front_of_a_payload_are_those_in_front_of_another() {
        let mut known = KnownWords::default();
        for (payload, scalar) in [
            ("Processing {'edactl': 'm: 1'}", "Processing True"),
            ("Received message a1: {\"x\":1}", "Received message b2: 42"),
            ("got body=[1]", "got body=a plain text"),
        ] {
            let is_behind = |known: &KnownWords| {
                beginnings(scalar)
                    .any(|(words, rest)| known.knows(&words) && scalar.ends_with(rest))
            };
            assert!(!is_behind(&known), "{scalar}");
            assert!(known.learn(payload));
            assert!(!known.learn(payload));
            assert!(is_behind(&known), "{scalar}");
        }
        assert!(!known.learn("{\"x\":1}"));
    }

    #[test]
    fn words_are_learned_in_front_of_a_value_or_a_colon() {
        for (message, words) in [
            ("Received message a1: 42", Some("Received message #")),
            ("Processing 'x'", Some("Processing")),
            ("order - {}", Some("order")),
            ("a plain text", None),
            (": 42", None),
            ("[1]", None),
        ] {
            let mut known = KnownWords::default();
            assert_eq!(known.learn(message), words.is_some(), "{message}");
            assert!(words.is_none_or(|words| known.knows(words)), "{message}");
            assert!(!known.knows("other words") && !known.knows(""), "{message}");
        }
    }

    #[test]
    fn a_message_is_split_behind_each_of_its_first_words() {
        let splits: Vec<_> = beginnings("got b2=x y").collect();
        let words = |words: &str| words.to_owned();
        assert_eq!(
            splits,
            [
                (words("got"), "b2=x y"),
                (words("got #"), "x y"),
                (words("got #"), "y")
            ]
        );
        let long = "word ".repeat(MOST_WORDS + 3);
        assert_eq!(beginnings(&long).count(), MOST_WORDS);
    }
}
