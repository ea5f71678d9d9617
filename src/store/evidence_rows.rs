//! The messages of a report as rows of the evidence file, and read from there.
//!
//! A row is an array; texts that repeat (request ids, errors) stand once, in a row of their own
//! before their first use, and are named by their number. Times are milliseconds since the run
//! began. So a message that arrived takes about forty bytes.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::store::{RunStore, StoreError, evidence::EvidenceReader};
use edactl_core::{
    ledger::{Attempt, Means, MessageIndex, State, Way},
    report::{Message, Messages, Summary},
    run::Run,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    /// The next text.
    Text(String),
    Message(MessageRow),
}

/// State, way, means, times received, times failed, whether a duplicate, the last error, the
/// attempts.
#[derive(Debug, Serialize, Deserialize)]
struct MessageRow(
    State,
    Option<Way>,
    Option<Means>,
    u32,
    u32,
    bool,
    Option<u32>,
    Box<[AttemptRow]>,
);

/// Request id, received, invocation ended, error, whether Lambda said that it failed.
#[derive(Debug, Serialize, Deserialize)]
struct AttemptRow(Option<u32>, Option<i64>, Option<i64>, Option<u32>, bool);

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
    texts: Vec<String>,
    rows: Vec<MessageRow>,
}

impl EvidenceRows {
    /// Reads the report of a run.
    ///
    /// # Errors
    /// When none was kept, or it is damaged.
    pub fn read(store: &RunStore, run: &Run) -> Result<(Summary, Self), StoreError> {
        let (head, mut reader): (Summary, EvidenceReader) = store.evidence(&run.plan.run)?;
        let mut kept = Self {
            base: base(run),
            texts: Vec::new(),
            rows: Vec::new(),
        };
        while let Some(row) = reader.row()? {
            match row {
                Row::Text(text) => kept.texts.push(text),
                Row::Message(row) => kept.rows.push(row),
            }
        }
        let planned = run.plan.payloads();
        if kept.rows.len() as u64 != planned {
            let found = kept.rows.len();
            return Err(reader.damaged(format!("it holds {found} messages of {planned}")));
        }
        Ok((head, kept))
    }

    fn text(&self, number: Option<u32>) -> Option<String> {
        self.texts.get(number? as usize).cloned()
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

    fn message(&self, index: usize) -> Message {
        let MessageRow(state, way, means, received, failed, is_duplicate, error, attempts) =
            &self.rows[index];
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
