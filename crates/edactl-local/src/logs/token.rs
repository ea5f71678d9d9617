//! Page tokens: opaque to clients, made here, refused when they are not ours, do not fit the
//! request, or are older than a day.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::logs::key::{Direction, Key};

/// AWS: "nextToken … expires after 24 hours".
const LIFE: Duration = Duration::from_hours(24);
const CURSOR_LEN: usize = 8 + 8 + 8 + 1;
const MARK_LEN: usize = 12;

/// Where a reader stands in its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The last event looked at; `None` before the first.
    pub after: Option<Key>,
    /// The way it goes on.
    pub direction: Direction,
}

/// The store's secret, with which it recognises its own tokens without keeping them.
#[derive(Debug)]
pub(super) struct Seal([u8; 16]);

impl Seal {
    pub fn new() -> Self {
        Self(rand::random())
    }

    /// A token for the rest of the pages of `question`, which names the operation and every
    /// argument that has to stay the same.
    pub fn token(&self, question: &str, cursor: Cursor, now: Timestamp) -> String {
        let mut bytes = Vec::with_capacity(CURSOR_LEN + MARK_LEN);
        bytes.extend(now.as_millisecond().to_be_bytes());
        let (at, number) = cursor
            .after
            .map_or((i64::MIN, 0), |key| (key.at.as_millisecond(), key.number));
        bytes.extend(at.to_be_bytes());
        bytes.extend(number.to_be_bytes());
        bytes.push(u8::from(cursor.direction == Direction::Backward));
        let mark = self.mark(question, &bytes);
        bytes.extend(mark);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The cursor in a token, if this store made it for the same question within a day.
    pub fn open(&self, question: &str, token: &str, now: Timestamp) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (cursor, mark) = bytes.split_at_checked(CURSOR_LEN)?;
        if mark != self.mark(question, cursor) {
            return None;
        }
        let (issued, rest) = cursor.split_first_chunk::<8>()?;
        let (at, rest) = rest.split_first_chunk::<8>()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let issued = Timestamp::from_millisecond(i64::from_be_bytes(*issued)).ok()?;
        if now.duration_since(issued).unsigned_abs() > LIFE {
            return None;
        }
        let after = Timestamp::from_millisecond(i64::from_be_bytes(*at))
            .ok()
            .map(|at| Key {
                at,
                number: u64::from_be_bytes(*number),
            });
        let direction = match rest {
            [0] => Direction::Forward,
            _ => Direction::Backward,
        };
        Some(Cursor { after, direction })
    }

    fn mark(&self, question: &str, cursor: &[u8]) -> [u8; MARK_LEN] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(cursor);
        hash.update(question.as_bytes());
        let hash = hash.finalize();
        std::array::from_fn(|place| hash[place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn cursor() -> Cursor {
        Cursor {
            after: Some(Key {
                at: Timestamp::from_millisecond(1_764_000_000_123).unwrap(),
                number: 42,
            }),
            direction: Direction::Backward,
        }
    }

    #[test]
    fn a_token_opens_for_its_own_question_and_no_other() {
        let seal = Seal::new();
        for cursor in [
            cursor(),
            Cursor {
                after: None,
                direction: Direction::Forward,
            },
        ] {
            let token = seal.token("a", cursor, NOW);
            assert_eq!(seal.open("a", &token, NOW), Some(cursor));
            assert_eq!(seal.open("b", &token, NOW), None);
            assert_eq!(Seal::new().open("a", &token, NOW), None);
        }
    }

    #[test]
    fn a_token_that_was_changed_or_made_up_does_not_open() {
        let seal = Seal::new();
        let token = seal.token("a", cursor(), NOW);
        let other = if token.starts_with('A') { "B" } else { "A" };
        for made_up in [
            "",
            "abc",
            &format!("{other}{}", &token[1..]),
            &format!("{token}A"),
        ] {
            assert_eq!(seal.open("a", made_up, NOW), None, "{made_up}");
        }
    }

    #[test]
    fn a_token_lives_a_day() {
        let seal = Seal::new();
        let token = seal.token("a", cursor(), NOW);
        assert!(seal.open("a", &token, NOW + LIFE).is_some());
        assert!(
            seal.open("a", &token, NOW + LIFE + Duration::from_millis(1))
                .is_none()
        );
    }
}
