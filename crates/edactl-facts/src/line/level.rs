//! The level that a line tells, in the many spellings of loggers.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// How serious a line says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Finer than debug.
    Trace,
    /// Debug.
    Debug,
    /// Info.
    Info,
    /// Warning.
    Warn,
    /// Error, critical and fatal.
    Error,
}

/// The names of levels: Python, Java, .NET, Go, Rust, pino, winston, logrus, syslog.
const NAMES: [(&str, Level); 34] = [
    ("INFO", Level::Info),
    ("ERROR", Level::Error),
    ("WARN", Level::Warn),
    ("DEBUG", Level::Debug),
    ("WARNING", Level::Warn),
    ("TRACE", Level::Trace),
    ("TRCE", Level::Trace),
    ("TRAC", Level::Trace),
    ("VERBOSE", Level::Trace),
    ("SILLY", Level::Trace),
    ("FINER", Level::Trace),
    ("FINEST", Level::Trace),
    ("FINE", Level::Debug),
    ("DBUG", Level::Debug),
    ("DEBU", Level::Debug),
    ("DBG", Level::Debug),
    ("INFORMATION", Level::Info),
    ("INFORMATIONAL", Level::Info),
    ("NOTICE", Level::Info),
    ("INF", Level::Info),
    ("WRN", Level::Warn),
    ("ERR", Level::Error),
    ("ERRO", Level::Error),
    ("SEVERE", Level::Error),
    ("FAIL", Level::Error),
    ("CRIT", Level::Error),
    ("CRITICAL", Level::Error),
    ("FATAL", Level::Error),
    ("FATA", Level::Error),
    ("ALERT", Level::Error),
    ("EMERG", Level::Error),
    ("EMERGENCY", Level::Error),
    ("PANIC", Level::Error),
    ("DPANIC", Level::Error),
];
/// The longest of [`NAMES`].
const LONGEST_NAME: usize = 13;
/// How many words of a line are looked at for its level.
const WORDS: usize = 8;
/// How far into a line `level=…` is looked for, in bytes.
const PAIRS_WITHIN: usize = 300;

impl Level {
    /// Reads a level's name as loggers write it, colours around it ignored.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = without_colors(name);
        let name = name.trim();
        (name.len() <= LONGEST_NAME)
            .then(|| {
                NAMES
                    .into_iter()
                    .find(|(known, _)| known.eq_ignore_ascii_case(name))
            })
            .flatten()
            .map(|(_, level)| level)
    }

    /// Reads a level's number as pino and bunyan write it.
    #[must_use]
    pub fn of_number(number: f64) -> Option<Self> {
        Some(match number {
            _ if !(10.0..70.0).contains(&number) => return None,
            _ if number < 20.0 => Self::Trace,
            _ if number < 30.0 => Self::Debug,
            _ if number < 40.0 => Self::Info,
            _ if number < 50.0 => Self::Warn,
            _ => Self::Error,
        })
    }

    /// The level that a text tells at its beginning, behind time stamps and ids, or as
    /// `level=…`.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let first = text.lines().next().unwrap_or_default();
        let first = without_colors(first);
        let first = first.trim_start();
        if ["panic: ", "fatal error: ", "Traceback (most recent call"]
            .iter()
            .any(|sign| first.starts_with(sign))
        {
            return Some(Self::Error);
        }
        of_klog(first)
            .or_else(|| of_words(first))
            .or_else(|| of_pairs(first))
    }

    /// The level in a JSON value: a name, a number, or logback's object.
    #[must_use]
    pub(super) fn of_json(raw: &RawValue) -> Option<Self> {
        #[derive(Deserialize)]
        struct Nested<'a> {
            #[serde(borrow, alias = "levelStr", alias = "name", alias = "level")]
            name: Option<Cow<'a, str>>,
        }
        let json = raw.get();
        match json.as_bytes().first()? {
            b'"' => Self::parse(&serde_json::from_str::<Cow<'_, str>>(json).ok()?),
            b'{' => Self::parse(&serde_json::from_str::<Nested<'_>>(json).ok()?.name?),
            _ => Self::of_number(serde_json::from_str(json).ok()?),
        }
    }
}

/// `E1126 01:00:00.000000 1 x.go:1] …`.
fn of_klog(text: &str) -> Option<Level> {
    let bytes = text.as_bytes();
    let is_klog = bytes.len() > 8
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5] == b' '
        && bytes[8] == b':';
    match bytes.first()? {
        b'I' if is_klog => Some(Level::Info),
        b'W' if is_klog => Some(Level::Warn),
        b'E' | b'F' if is_klog => Some(Level::Error),
        _ => None,
    }
}

/// A level among the first words, before any word that could be prose.
fn of_words(text: &str) -> Option<Level> {
    for (place, word) in text.split_ascii_whitespace().take(WORDS).enumerate() {
        let bare = word.trim_matches(|c: char| "[](){}<>|".contains(c));
        let (name, rest) = match bare.split_once([':', '[']) {
            Some((name, rest)) => (name, Some(rest)),
            None => (bare, None),
        };
        if let Some(level) = Level::parse(name) {
            let is_shouted = name.bytes().all(|byte| byte.is_ascii_uppercase());
            let is_set_off = bare.len() < word.trim_end_matches(':').len();
            // `error: …` as winston writes it; `error` alone is a word like any other.
            let is_headline = place == 0 && rest == Some("");
            if is_shouted || is_set_off || is_headline {
                return Some(level);
            }
        }
        let is_stamp = bare.len() < word.len() && !word.starts_with(['{', '('])
            || bare.bytes().any(|byte| byte.is_ascii_digit())
            || matches!(word, "-" | "|" | "AM" | "PM" | "UTC");
        if !is_stamp {
            return None;
        }
    }
    None
}

/// `time=… level=error msg=…`.
fn of_pairs(text: &str) -> Option<Level> {
    let mut end = text.len().min(PAIRS_WITHIN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // A sentence that speaks of `level=…` begins with a word.
    if !text.split_ascii_whitespace().next()?.contains('=') {
        return None;
    }
    ["level=", "lvl=", "severity="].iter().find_map(|key| {
        let at = text[..end].find(key)?;
        let is_key = at == 0 || text.as_bytes()[at - 1] == b' ';
        let value = text[at + key.len()..].trim_start_matches('"');
        let word = value.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        Level::parse(word).filter(|_| is_key)
    })
}

/// The text without the escape sequences that set colours.
#[must_use]
pub fn without_colors(text: &str) -> Cow<'_, str> {
    if memchr::memchr(0x1b, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        clean.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'));
        rest = match end {
            Some(end) if sequence.as_bytes()[end] == b'm' => &sequence[end + 1..],
            _ => {
                clean.push_str("\x1b[");
                sequence
            }
        };
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_texts_as_loggers_write_them() {
        use Level::{Debug, Error, Info, Warn};
        for (text, level) in [
            (
                "\x1b[2m2026-11-26T01:00:00.000000Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mmyfn\x1b[0m\x1b[2m:\x1b[0m rust",
                Some(Error),
            ),
            ("2026-11-26T01:00:00.000000Z ERROR myfn: plain", Some(Error)),
            (
                "[2026-11-26T01:00:00.000] [\x1b[31merror\x1b[39m] winston",
                Some(Error),
            ),
            ("\x1b[31merror\x1b[39m: winston cli", Some(Error)),
            ("error: winston cli plain", Some(Error)),
            (
                "2026-11-26 01:00:00 <abc> ERROR com.x.Y:12 - log4j",
                Some(Error),
            ),
            (
                "time=\"2026-11-26T01:00:00Z\" level=error msg=\"logrus\"",
                Some(Error),
            ),
            ("\x1b[31mERRO\x1b[0m[0000] logrus tty", Some(Error)),
            ("ERROR:root:python basicConfig", Some(Error)),
            ("ts=2026 level=ERROR msg=\"slog text\"", Some(Error)),
            ("E1126 01:00:00.000000 1 x.go:1] klog", Some(Error)),
            ("W1126 01:00:00.000000 1 x.go:1] klog", Some(Warn)),
            ("panic: runtime error: index out of range", Some(Error)),
            ("fatal error: all goroutines are asleep", Some(Error)),
            ("Traceback (most recent call last):", Some(Error)),
            ("SEVERE: java", Some(Error)),
            ("Nov 26, 2026 1:00:00 AM com.x.Y handle", None),
            (
                "ERROR NodeMasterController - Error retrieving status",
                Some(Error),
            ),
            ("[WARN] 12 retries", Some(Warn)),
            ("[main] DEBUG c.x.Y - z", Some(Debug)),
            ("INFO: 3 errors found earlier are now fixed", Some(Info)),
            ("Warning: low stock", Some(Warn)),
            ("no error here", None),
            ("error handling is on", None),
            ("Error raised from handler method", None),
            ("we run at level=error now", None),
            ("{'level': 'x'} ERROR", None),
            ("", None),
        ] {
            assert_eq!(Level::of_text(text), level, "{text}");
        }
    }

    #[test]
    fn levels_of_json_are_names_numbers_or_objects() {
        for (json, level) in [
            (r#""ERROR""#, Some(Level::Error)),
            (r#""\u001b[31merror\u001b[39m""#, Some(Level::Error)),
            (r#""Information""#, Some(Level::Info)),
            (
                r#"{"levelInt":40000,"levelStr":"ERROR"}"#,
                Some(Level::Error),
            ),
            ("50", Some(Level::Error)),
            ("30", Some(Level::Info)),
            ("60", Some(Level::Error)),
            ("10", Some(Level::Trace)),
            ("7", None),
            ("40000", None),
            (r#""none of these""#, None),
            ("null", None),
        ] {
            let raw: Box<RawValue> = serde_json::from_str(json).unwrap();
            assert_eq!(Level::of_json(&raw), level, "{json}");
        }
    }

    #[test]
    fn only_colours_are_taken_out() {
        assert_eq!(
            without_colors("a\x1b[1;31mb\x1b[0mc\x1b[2Jd"),
            "abc\x1b[2Jd"
        );
    }

    #[test]
    fn a_number_is_the_level_that_it_has_reached() {
        use Level::{Debug, Error, Info, Trace, Warn};
        for (number, level) in [
            (9.0, None),
            (10.0, Some(Trace)),
            (19.0, Some(Trace)),
            (20.0, Some(Debug)),
            (29.0, Some(Debug)),
            (30.0, Some(Info)),
            (39.0, Some(Info)),
            (40.0, Some(Warn)),
            (49.0, Some(Warn)),
            (50.0, Some(Error)),
            (69.0, Some(Error)),
            (70.0, None),
        ] {
            assert_eq!(Level::of_number(number), level, "{number}");
        }
    }

    #[test]
    fn a_name_is_a_level_in_any_case_and_colour() {
        for (name, level) in NAMES {
            assert_eq!(Level::parse(name), Some(level), "{name}");
            assert_eq!(Level::parse(&name.to_lowercase()), Some(level), "{name}");
            let coloured = format!(" \x1b[1;31m{name}\x1b[0m ");
            assert_eq!(Level::parse(&coloured), Some(level), "{name}");
        }
        assert_eq!(Level::parse("INFORMATIONALS"), None);
        assert_eq!(Level::parse(""), None);
    }

    #[test]
    fn a_line_of_klog_has_its_level_in_its_first_letter() {
        use Level::{Error, Info, Warn};
        for (text, level) in [
            ("I1126 01:00:00.000000 1 x.go:1] klog", Some(Info)),
            ("W1126 01:00:00.000000 1 x.go:1] klog", Some(Warn)),
            ("E1126 01:00:00.000000 1 x.go:1] klog", Some(Error)),
            ("F1126 01:00:00.000000 1 x.go:1] klog", Some(Error)),
            ("D1126 01:00:00.000000 1 x.go:1] klog", None),
            ("I1126 01:", Some(Info)),
            ("I1126 01", None),
            ("I1126", None),
            ("I1126-01:00:00", None),
            ("I1126 01-00-00", None),
            ("Ixyzw 01:00:00", None),
            ("It is a sentence", None),
            ("We are a sentence", None),
            ("Each is a sentence", None),
            ("For a sentence", None),
        ] {
            assert_eq!(of_klog(text), level, "{text}");
        }
    }

    #[test]
    fn a_level_stands_before_any_prose() {
        use Level::{Error, Warn};
        for (text, level) in [
            ("an ERROR is near", None),
            ("3 an ERROR is near", None),
            ("3 ERROR is near", Some(Error)),
            ("3 error is near", None),
            ("3 error: is near", None),
            ("error: is near", Some(Error)),
            ("error:near", None),
            ("[error] is near", Some(Error)),
            ("(main) ERROR is near", None),
            ("{main} ERROR is near", None),
            ("[main] ERROR is near", Some(Error)),
            ("<main> | WARN is near", Some(Warn)),
            ("1:00 AM - ERROR", Some(Error)),
            ("1:00 PM UTC ERROR", Some(Error)),
            ("1 2 3 4 5 6 7 ERROR", Some(Error)),
            ("1 2 3 4 5 6 7 8 ERROR", None),
        ] {
            assert_eq!(of_words(text), level, "{text}");
        }
    }

    #[test]
    fn a_pair_tells_the_level_near_the_beginning() {
        use Level::{Error, Warn};
        let far = |bytes: usize| format!("a={} level=error", "x".repeat(bytes - 3));
        for (text, level) in [
            ("level=error msg=x", Some(Error)),
            ("t=1 level=error msg=x", Some(Error)),
            ("t=1 level=\"warn\" msg=x", Some(Warn)),
            ("t=1 lvl=error", Some(Error)),
            ("t=1 severity=error", Some(Error)),
            ("loglevel=error", None),
            ("t=1,level=error", None),
            ("t=1 level=none", None),
            ("we run at level=error", None),
            (&far(PAIRS_WITHIN - "level=".len()), Some(Error)),
            (&far(PAIRS_WITHIN - "level=".len() + 1), None),
        ] {
            assert_eq!(of_pairs(text), level, "{text}");
        }
        // The place where the search ends may be in the middle of a character.
        for text in ["level=error ", "level=error  "] {
            let text = format!("{text}{}", "\u{e9}".repeat(PAIRS_WITHIN));
            assert_eq!(of_pairs(&text), Some(Error), "{text}");
        }
    }

    #[test]
    fn a_sequence_that_is_no_colour_stays() {
        for (text, clean) in [
            ("none", "none"),
            ("\x1b[0ma", "a"),
            ("\x1b[38;5;1ma\x1b[38:5:1mb", "ab"),
            ("\x1b[ma", "a"),
            ("a\x1b[31", "a\x1b[31"),
            ("a\x1bb", "a\x1bb"),
            ("\x1b[31\x1b[0ma", "\x1b[31a"),
        ] {
            assert_eq!(without_colors(text), clean, "{text}");
        }
    }
}
