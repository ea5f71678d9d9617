//! The rows of an evidence file in memory: sixteen bytes for a message that was received once,
//! without an error, which nearly all were.

use std::{borrow::Cow, collections::HashMap};

use crate::store::evidence_rows::{AttemptRow, MessageRow};
use edactl_core::ledger::{Means, State, Way};

/// No time, no text.
const NONE: u32 = u32::MAX;
/// The kind of rows that stand apart.
const APART: u16 = u16::MAX;

/// A message with at most one attempt, and no error.
#[derive(Debug, Clone, Copy)]
struct Plain {
    request_id: u32,
    received: u32,
    ended: u32,
    kind: u16,
}

/// What plain rows have in common: state, way, means, times received, times failed, whether a
/// duplicate; and of its attempt, where there is one, whether it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Kind(
    State,
    Option<Way>,
    Option<Means>,
    u32,
    u32,
    bool,
    Option<bool>,
);

/// The rows by the number of their message less one.
#[derive(Debug, Default)]
pub(super) struct RowTable {
    plain: Vec<Plain>,
    kinds: Vec<Kind>,
    numbers: HashMap<Kind, u16>,
    apart: HashMap<usize, MessageRow>,
}

impl RowTable {
    /// With room for so many rows.
    pub fn of(count: usize) -> Self {
        Self {
            plain: Vec::with_capacity(count),
            ..Self::default()
        }
    }

    pub fn len(&self) -> usize {
        self.plain.len()
    }

    pub fn push(&mut self, row: MessageRow) {
        let plain = self.plain(&row).unwrap_or_else(|| {
            self.apart.insert(self.plain.len(), row);
            Plain {
                request_id: NONE,
                received: NONE,
                ended: NONE,
                kind: APART,
            }
        });
        self.plain.push(plain);
    }

    fn plain(&mut self, row: &MessageRow) -> Option<Plain> {
        let MessageRow(state, way, means, received, failed, is_duplicate, None, attempts) = row
        else {
            return None;
        };
        let attempt = match &**attempts {
            [] => None,
            [AttemptRow(request_id, at, ended, None, is_failed)] => {
                Some((request_id, at, ended, *is_failed))
            }
            _ => return None,
        };
        let kind = Kind(
            *state,
            *way,
            *means,
            *received,
            *failed,
            *is_duplicate,
            attempt.map(|(.., is_failed)| is_failed),
        );
        let kind = self.kind(kind)?;
        let millis = |at: Option<i64>| match at {
            Some(at) => u32::try_from(at).ok().filter(|at| *at != NONE),
            None => Some(NONE),
        };
        Some(match attempt {
            Some((request_id, at, ended, _)) => Plain {
                request_id: match request_id {
                    Some(number) => Some(*number).filter(|number| *number != NONE)?,
                    None => NONE,
                },
                received: millis(*at)?,
                ended: millis(*ended)?,
                kind,
            },
            None => Plain {
                request_id: NONE,
                received: NONE,
                ended: NONE,
                kind,
            },
        })
    }

    /// The number of a kind; `None` where there are too many.
    fn kind(&mut self, kind: Kind) -> Option<u16> {
        if let Some(known) = self.numbers.get(&kind) {
            return Some(*known);
        }
        let number = u16::try_from(self.kinds.len()).ok()?;
        if number == APART {
            return None;
        }
        self.kinds.push(kind);
        self.numbers.insert(kind, number);
        Some(number)
    }

    /// The row as it was pushed.
    pub fn get(&self, index: usize) -> Cow<'_, MessageRow> {
        let row = self.plain[index];
        if row.kind == APART {
            return Cow::Borrowed(&self.apart[&index]);
        }
        let known = |value: u32| Some(value).filter(|value| *value != NONE);
        let Kind(state, way, means, received, failed, is_duplicate, attempt) =
            self.kinds[usize::from(row.kind)];
        let attempt = attempt.map(|is_failed| {
            AttemptRow(
                known(row.request_id),
                known(row.received).map(i64::from),
                known(row.ended).map(i64::from),
                None,
                is_failed,
            )
        });
        Cow::Owned(MessageRow(
            state,
            way,
            means,
            received,
            failed,
            is_duplicate,
            None,
            attempt.into_iter().collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_plain_row_takes_sixteen_bytes() {
        assert_eq!(size_of::<Plain>(), 16);
    }

    fn attempt() -> impl Strategy<Value = AttemptRow> {
        let number = || proptest::option::of(prop_oneof![0..5_u32, Just(NONE), Just(NONE - 1)]);
        let time = || {
            let edge = i64::from(NONE);
            proptest::option::of(prop_oneof![0..5_i64, -5..0_i64, edge - 2..edge + 2])
        };
        (number(), time(), time(), number(), any::<bool>()).prop_map(
            |(id, at, ended, error, is_failed)| AttemptRow(id, at, ended, error, is_failed),
        )
    }

    fn row() -> impl Strategy<Value = MessageRow> {
        let state = prop_oneof![Just(State::Taken), Just(State::Lost), Just(State::Failing)];
        let way = proptest::option::of(prop_oneof![Just(Way::Queue), Just(Way::Status)]);
        let means = proptest::option::of(prop_oneof![Just(Means::Marker), Just(Means::Content)]);
        (
            (state, way, means, 0..3_u32, 0..3_u32, any::<bool>()),
            proptest::option::weighted(0.2, 0..5_u32),
            prop::collection::vec(attempt(), 0..3),
        )
            .prop_map(
                |((state, way, means, received, failed, twice), error, attempts)| {
                    let attempts = attempts.into();
                    MessageRow(state, way, means, received, failed, twice, error, attempts)
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::default())]

        #[test]
        fn rows_are_read_as_they_were_written(rows in prop::collection::vec(row(), 0..50)) {
            let mut table = RowTable::of(rows.len());
            for row in &rows {
                table.push(row.clone());
            }
            prop_assert_eq!(table.len(), rows.len());
            for (index, row) in rows.iter().enumerate() {
                prop_assert_eq!(&*table.get(index), row);
            }
        }
    }
}
