//! The messages of a report as rows of the evidence file, and read from there.
//!
//! A row is an array; texts that repeat (request ids, errors) stand once, in a row of their own
//! before their first use, and are named by their number. Times are milliseconds since the run
//! began. So a message that arrived takes about forty bytes.

use std::{collections::HashMap, fmt};

use jiff::{SignedDuration, Timestamp};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use crate::store::{RunStore, StoreError, evidence::EvidenceReader, row_table::RowTable};
use edactl_core::{
    ledger::{Attempt, Means, MessageIndex, State, Way},
    report::{Message, Messages, Summary},
    run::Run,
};

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Row {
    /// The next text.
    Text(String),
    Message(MessageRow),
}

/// Told apart by what they are in JSON: trying one after the other would be slow for a million.
impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Row;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a message")
            }
            fn visit_str<E>(self, text: &str) -> Result<Row, E> {
                Ok(Row::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, row: A) -> Result<Row, A::Error> {
                MessageRow::deserialize(SeqAccessDeserializer::new(row)).map(Row::Message)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// State, way, means, times received, times failed, whether a duplicate, the last error, the
/// attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct MessageRow(
    pub State,
    pub Option<Way>,
    pub Option<Means>,
    pub u32,
    pub u32,
    pub bool,
    pub Option<u32>,
    pub Box<[AttemptRow]>,
);

/// Request id, received, invocation ended, error, whether Lambda said that it failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AttemptRow(
    pub Option<u32>,
    pub Option<i64>,
    pub Option<i64>,
    pub Option<u32>,
    pub bool,
);

/// The texts written so far, by number.
#[derive(Default)]
struct Texts(HashMap<String, u32>);

impl Texts {
    fn number(&mut self, text: &str, new: &mut Vec<Row>) -> u32 {
        if let Some(known) = self.0.get(text) {
            return *known;
        }
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.insert(text.to_owned(), number);
        new.push(Row::Text(text.to_owned()));
        number
    }

    fn rows(&mut self, message: &Message, base: Timestamp) -> Vec<Row> {
        let mut rows = Vec::with_capacity(1);
        let mut number = |text: &Option<String>| {
            let text = text.as_deref()?;
            Some(self.number(text, &mut rows))
        };
        let since = |at: Option<Timestamp>| {
            let millis = at?.duration_since(base).as_millis();
            i64::try_from(millis).ok()
        };
        let error = number(&message.error);
        let attempts = message
            .attempts
            .iter()
            .map(|attempt| {
                AttemptRow(
                    number(&attempt.request_id),
                    since(attempt.at),
                    since(attempt.ended),
                    number(&attempt.error),
                    attempt.is_failed,
                )
            })
            .collect();
        rows.push(Row::Message(MessageRow(
            message.state,
            message.way,
            message.means,
            message.received,
            message.failed,
            message.is_duplicate,
            error,
            attempts,
        )));
        rows
    }
}

/// Times of log lines are whole milliseconds, so they are kept exactly from here on.
fn base(run: &Run) -> Timestamp {
    Timestamp::from_millisecond(run.plan.began.as_millisecond()).unwrap_or(run.plan.began)
}

/// Stores a report beside the record of its run.
///
/// # Errors
/// When it cannot be written.
pub fn keep(
    store: &RunStore,
    run: &Run,
    head: &Summary,
    messages: &dyn Messages,
) -> Result<(), StoreError> {
    let mut texts = Texts::default();
    let base = base(run);
    let rows = (0..messages.count()).flat_map(|index| texts.rows(&messages.message(index), base));
    store.keep_evidence(&run.plan.run, head, rows)
}

/// The messages of a report that was stored.
#[derive(Debug)]
pub struct EvidenceRows {
    base: Timestamp,
    texts: Vec<Box<str>>,
    rows: RowTable,
}

impl EvidenceRows {
    /// Reads the report of a run.
    ///
    /// # Errors
    /// When none was kept, or it is damaged.
    pub fn read(store: &RunStore, run: &Run) -> Result<(Summary, Self), StoreError> {
        let (head, reader) = store.evidence(&run.plan.run)?;
        Ok((head, Self::of(reader, run)?))
    }

    /// Reads the messages of a report that was opened.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn of(mut reader: EvidenceReader, run: &Run) -> Result<Self, StoreError> {
        let mut kept = Self {
            base: base(run),
            texts: Vec::new(),
            rows: RowTable::of(usize::try_from(run.plan.payloads()).unwrap_or_default()),
        };
        while let Some(row) = reader.row()? {
            match row {
                Row::Text(text) => kept.texts.push(text.into()),
                Row::Message(row) => kept.rows.push(row),
            }
        }
        let planned = run.plan.payloads();
        if kept.rows.len() as u64 != planned {
            let found = kept.rows.len();
            return Err(reader.damaged(format!("it holds {found} messages of {planned}")));
        }
        Ok(kept)
    }

    fn text(&self, number: Option<u32>) -> Option<String> {
        self.texts.get(number? as usize).map(ToString::to_string)
    }

    fn time(&self, millis: Option<i64>) -> Option<Timestamp> {
        self.base
            .checked_add(SignedDuration::from_millis(millis?))
            .ok()
    }
}

impl Messages for EvidenceRows {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let MessageRow(state, .., attempts) = &*self.rows.get(index);
        let times = attempts.iter().map(|AttemptRow(_, at, ..)| *at);
        let seen = self.time(times.flatten().min());
        let succeeded = |attempt: &&AttemptRow| attempt.3.is_none();
        let success = attempts.iter().find(succeeded).or(attempts.last());
        let success = success.filter(|_| *state == State::Taken);
        (seen, success.and_then(|attempt| self.time(attempt.2)))
    }

    fn message(&self, index: usize) -> Message {
        let MessageRow(state, way, means, received, failed, is_duplicate, error, attempts) =
            &*self.rows.get(index);
        let message = MessageIndex::try_from(index).unwrap_or(MessageIndex::MAX);
        let attempts = attempts
            .iter()
            .map(
                |AttemptRow(request_id, at, ended, error, is_failed)| Attempt {
                    message,
                    at: self.time(*at),
                    request_id: self.text(*request_id),
                    ended: self.time(*ended),
                    error: self.text(*error),
                    is_failed: *is_failed,
                },
            )
            .collect();
        Message {
            state: *state,
            way: *way,
            means: *means,
            received: *received,
            failed: *failed,
            is_duplicate: *is_duplicate,
            error: self.text(*error),
            attempts,
        }
    }
}
