//! Markers: the correlation id of one message, `edactl-<run>-<seq>`. Lower-case letters, digits
//! and dashes only, so that it survives any JSON, Python-repr or escaping on its way to a log line.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Crockford's base 32: sorted like its values, and without letters that look like digits.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Tenths of a second since 1970 in base 32; enough for three thousand years.
const TIME_DIGITS: usize = 8;
const RANDOM_DIGITS: usize = 4;

/// The id of a run: sorts by the time the run began.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = "^[0-9a-hjkmnp-tv-z]{12}$")))]
pub struct RunId(String);

impl RunId {
    /// A new id for a run that begins `now`; `random` keeps apart runs of the same moment.
    #[must_use]
    pub fn new(now: Timestamp, random: u32) -> Self {
        let tenths = u64::try_from(now.as_millisecond() / 100).unwrap_or_default();
        let mut text = base32(tenths, TIME_DIGITS);
        text.push_str(&base32(u64::from(random), RANDOM_DIGITS));
        Self(text)
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether both began in the same tenth of a second: then the order of the ids is chance.
    #[must_use]
    pub fn is_of_same_moment(&self, other: &Self) -> bool {
        self.0[..TIME_DIGITS] == other.0[..TIME_DIGITS]
    }

    /// What all markers of the run begin with: `edactl-<run>-`.
    #[must_use]
    pub fn marker_prefix(&self) -> String {
        format!("edactl-{}-", self.0)
    }
}

fn base32(mut value: u64, digits: usize) -> String {
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        *digit = ALPHABET[usize::try_from(value % 32).unwrap_or_default()];
        value /= 32;
    }
    text.into_iter().map(char::from).collect()
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RunId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() == TIME_DIGITS + RANDOM_DIGITS
            && text.bytes().all(|byte| ALPHABET.contains(&byte))
        {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("`{text}` is not a run id"))
        }
    }
}

impl TryFrom<String> for RunId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

/// The markers of one run. All have the same length, so that one that was cut off on its way to a
/// log line is never taken for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markers {
    prefix: String,
    digits: usize,
}

impl Markers {
    /// The markers of `run`, which has `messages` messages, numbered from 1.
    #[must_use]
    pub fn new(run: &RunId, messages: u64) -> Self {
        let digits = messages.max(1).to_string().len();
        Self {
            prefix: run.marker_prefix(),
            digits,
        }
    }

    /// The marker of message `seq`.
    #[must_use]
    pub fn marker(&self, seq: u64) -> String {
        format!("{}{seq:0digits$}", self.prefix, digits = self.digits)
    }

    /// The length of each marker in bytes.
    #[must_use]
    pub fn length(&self) -> usize {
        self.prefix.len() + self.digits
    }

    /// What all markers begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The number of the message whose marker begins `text`, which starts with the prefix.
    /// `None` when the number is cut off or runs on.
    #[must_use]
    pub fn seq_at(&self, text: &[u8]) -> Option<u64> {
        let rest = text.strip_prefix(self.prefix.as_bytes())?;
        let digits = rest.get(..self.digits)?;
        if rest.get(self.digits).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?
            .parse()
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn run_ids_sort_by_time() {
        let early = RunId::new(at("2026-11-24T12:00:00Z"), 999_999);
        let late = RunId::new(at("2026-11-24T12:00:00.1Z"), 0);
        assert!(early < late);
        assert_eq!(early.as_str().parse::<RunId>().unwrap(), early);
    }

    #[test]
    fn a_marker_cut_off_or_running_on_is_no_marker() {
        let run = RunId::new(at("2026-11-24T12:00:00Z"), 7);
        let markers = Markers::new(&run, 200);
        let whole = markers.marker(12);
        assert_eq!(whole.len(), markers.length());
        assert_eq!(markers.seq_at(whole.as_bytes()), Some(12));
        assert_eq!(markers.seq_at(format!("{whole}\"}}").as_bytes()), Some(12));
        assert_eq!(markers.seq_at(&whole.as_bytes()[..whole.len() - 1]), None);
        assert_eq!(markers.seq_at(format!("{whole}3").as_bytes()), None);
    }

    #[test]
    fn a_run_id_is_its_moment_and_its_random_number() {
        let id = RunId::new(Timestamp::UNIX_EPOCH, 32 * 31 + 10);
        assert_eq!(id.to_string(), "0000000000za");
        assert_eq!(String::from(id.clone()), "0000000000za");
        assert_eq!(id.marker_prefix(), "edactl-0000000000za-");
        let markers = Markers::new(&id, 100);
        assert_eq!(markers.marker(7), "edactl-0000000000za-007");
        assert_eq!(markers.prefix(), "edactl-0000000000za-");
        let later = RunId::new(at("1970-01-01T00:00:03.3Z"), 0);
        assert_eq!(later.as_str(), "000000110000");
    }

    #[test]
    fn runs_of_one_tenth_of_a_second_are_of_the_same_moment() {
        let id = |time: &str, random| RunId::new(at(time), random);
        let one = id("2026-11-24T12:00:00.10Z", 1);
        assert!(one.is_of_same_moment(&id("2026-11-24T12:00:00.19Z", 2)));
        assert!(!one.is_of_same_moment(&id("2026-11-24T12:00:00.2Z", 1)));
    }

    #[test]
    fn only_twelve_letters_of_the_alphabet_are_a_run_id() {
        for (text, is_id) in [
            ("0123456789ab", true),
            ("0123456789a", false),
            ("0123456789abc", false),
            ("0123456789aI", false),
            ("0123456789al", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<RunId>().is_ok(), is_id, "{text}");
            let json = format!("\"{text}\"");
            let read = serde_json::from_str::<RunId>(&json).ok();
            assert_eq!(read.is_some(), is_id, "{text}");
            if let Some(id) = read {
                assert_eq!(serde_json::to_string(&id).unwrap(), json);
            }
        }
    }
}
