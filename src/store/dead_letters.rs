//! Which recorded run a dead letter belongs to, and what its verify found of it: by the marker in
//! the body, else by the SQS message id in the run's record or in that of an earlier redrive.

use std::{collections::HashMap, sync::LazyLock};

use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use crate::store::{RunStore, evidence_rows::EvidenceRows, redrives::Place};
use edactl_aws::dead_letters::Letter;
use edactl_core::{
    event::marker::RunId,
    report::{Message, Messages},
    run::{Outcome, Run},
};

/// How long before a letter was sent its run may have begun.
const LONGEST_SEND: SignedDuration = SignedDuration::from_hours(24);

/// A letter, and where it comes from.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The letter.
    pub letter: Letter,
    /// Where it comes from, as far as recorded runs tell.
    pub origin: Option<Origin>,
}

/// Where a letter comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its place in a recorded run.
    pub place: Place,
    /// The event's file as the user named it.
    pub event: String,
    /// The payload: the entry's key in the event.
    pub key: String,
    /// The consumer's last error, as the run's last verify read it.
    pub error: Option<String>,
    /// The same without what differs from message to message: letters of one reason share it.
    pub reason: Option<String>,
    /// The consumer's invocation in which it happened.
    pub request_id: Option<String>,
    /// Whether the run was verified.
    pub verified: bool,
}

/// The recorded runs, as far as letters led to them.
pub struct Origins<'a> {
    store: &'a RunStore,
    runs: HashMap<RunId, Option<Known>>,
    /// Messages by their id: of the runs since this moment, and of redrives.
    by_id: HashMap<String, Place>,
    indexed_since: Option<Timestamp>,
}

struct Known {
    run: Run,
    evidence: Option<EvidenceRows>,
}

impl<'a> Origins<'a> {
    /// The runs of this store.
    #[must_use]
    pub fn new(store: &'a RunStore) -> Self {
        let mut by_id = HashMap::new();
        for redrive in store.redrives() {
            for letter in redrive.letters.values() {
                if let (Some(new_id), Some(place)) = (letter.state.new_id(), &letter.place) {
                    by_id.insert(new_id.to_owned(), place.clone());
                }
            }
        }
        Self {
            store,
            runs: HashMap::new(),
            by_id,
            indexed_since: None,
        }
    }

    /// Where a letter comes from, as far as the store knows.
    pub fn of(&mut self, letter: &Letter) -> Option<Origin> {
        let place = match self.by_marker(&letter.body) {
            Some(place) => place,
            None => self.by_message_id(letter)?,
        };
        let index = usize::try_from(place.seq.checked_sub(1)?).ok()?;
        let known = self.known(&place.run)?;
        let position = known.run.plan.positions().nth(index)?;
        let message = known
            .evidence
            .as_ref()
            .map(|evidence| evidence.message(index));
        let error = message.as_ref().and_then(last_error);
        Some(Origin {
            event: known.run.plan.events[position.event].origin.clone(),
            key: known.run.plan.payload(position).key.clone(),
            reason: error.as_deref().map(reason),
            request_id: message.as_ref().and_then(|message| {
                let mut attempts = message.attempts.iter().rev();
                attempts.find_map(|attempt| attempt.request_id.clone())
            }),
            error,
            verified: known.evidence.is_some(),
            place,
        })
    }

    fn by_marker(&mut self, body: &str) -> Option<Place> {
        let mut rest = body;
        while let Some(at) = rest.find("edactl-") {
            let text = &rest[at..];
            let id: Option<RunId> = text.get(7..19).and_then(|id| id.parse().ok());
            if let Some(run) = id
                && let Some(known) = self.known(&run)
                && let Some(seq) = known.run.plan.markers().seq_at(text.as_bytes())
            {
                return Some(Place { run, seq });
            }
            rest = &text[7..];
        }
        None
    }

    fn by_message_id(&mut self, letter: &Letter) -> Option<Place> {
        if let Some(place) = self.by_id.get(&letter.message_id) {
            return Some(place.clone());
        }
        let sent = letter.sent?;
        let since = sent.checked_sub(LONGEST_SEND).unwrap_or(Timestamp::MIN);
        if self.indexed_since.is_none_or(|indexed| since < indexed) {
            self.index(since, self.indexed_since);
            self.indexed_since = Some(since);
        }
        self.by_id.get(&letter.message_id).cloned()
    }

    /// Takes in the message ids of the runs that began since a moment, and before another.
    fn index(&mut self, since: Timestamp, before: Option<Timestamp>) {
        let first = RunId::new(since, 0);
        let end = before.map(|before| RunId::new(before, 0));
        let ids = self.store.ids().unwrap_or_default();
        let is_new = |id: &&RunId| **id >= first && end.as_ref().is_none_or(|end| *id < end);
        for id in ids.iter().filter(is_new) {
            let Ok(run) = self.store.load(id) else {
                continue;
            };
            for ((_, _, before), invocation) in run.plan.walk().zip(&run.invocations) {
                let Some(Outcome::Answered { message_ids, .. }) = &invocation.outcome else {
                    continue;
                };
                for (seq, message_id) in (before + 1..).zip(message_ids) {
                    if let Some(message_id) = message_id {
                        let run = id.clone();
                        self.by_id
                            .insert(message_id.to_string(), Place { run, seq });
                    }
                }
            }
        }
    }

    fn known(&mut self, id: &RunId) -> Option<&Known> {
        let store = self.store;
        self.runs
            .entry(id.clone())
            .or_insert_with(|| {
                let run = store.load(id).ok()?;
                let evidence = EvidenceRows::read(store, &run).ok();
                Some(Known {
                    evidence: evidence.map(|(_, rows)| rows),
                    run,
                })
            })
            .as_ref()
    }
}

fn last_error(message: &Message) -> Option<String> {
    let of_attempts = || {
        let mut attempts = message.attempts.iter().rev();
        attempts.find_map(|attempt| attempt.error.clone())
    };
    message.error.clone().or_else(of_attempts)
}

/// An error without what differs from message to message: ids, markers, long numbers. Its first
/// line only.
fn reason(error: &str) -> String {
    static VARYING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"edactl-[0-9a-z]{12}-\d+",
            r"|(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            r"|\b[0-9a-f]{16,}\b|\d{4}-\d\d-\d\d[T ][0-9:.]+Z?|\b\d{4,}\b"
        ))
        .expect("a valid pattern")
    });
    let line = error.lines().next().unwrap_or_default().trim();
    VARYING.replace_all(line, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_one_reason_differ_in_ids_only() {
        for (one, other) in [
            (
                "RuntimeError: message 5eda0c71-0000-4000-8000-000000000001 fails on demand",
                "RuntimeError: message 5eda0c71-0000-4000-8000-0000000000ff fails on demand\nmore",
            ),
            (
                "KeyError: edactl-0abcdefghjkm-12 at 2026-11-26T12:00:00.1Z",
                "KeyError: edactl-0abcdefghjkm-13 at 2026-11-26T12:00:01Z",
            ),
            ("order 123456 is unknown", "order 9999 is unknown"),
        ] {
            assert_eq!(reason(one), reason(other));
        }
        for (one, other) in [
            (
                "Task timed out after 3.00 seconds",
                "Task timed out after 30.00 seconds",
            ),
            ("ValueError: bad", "KeyError: bad"),
        ] {
            assert_ne!(reason(one), reason(other));
        }
    }
}
