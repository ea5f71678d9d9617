//! The dead-letter queue: its counts, the letters that peeks showed, and whether it is accounted
//! for, so that no unseen letter can be one of the run's payloads.

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::ledger::evidence::{Means, Subject};

/// A letter that was seen.
#[derive(Debug, Clone)]
pub struct SeenLetter {
    /// The payloads of the run that it carries.
    pub subjects: Vec<(Subject, Means)>,
    /// When the producer sent it, in milliseconds by AWS's clock; `None` where SQS does not say.
    pub sent: Option<i64>,
    /// The last peek that showed it, in milliseconds since the session began.
    pub last_seen: u64,
}

#[derive(Debug, Clone)]
struct Peek {
    at: u64,
    letters: HashSet<Arc<str>>,
}

/// All looks at the dead-letter queue.
#[derive(Debug, Clone, Default)]
pub struct DeadLetters {
    /// How many it held at the send.
    pub baseline: Option<u64>,
    counts: Vec<(u64, u64)>,
    peeks: Vec<Peek>,
    letters: HashMap<Arc<str>, SeenLetter>,
}

impl SeenLetter {
    /// How it was recognised as one that carries this payload; `None`: it was not.
    pub fn carries(&self, subject: Subject) -> Option<Means> {
        let own = self.subjects.iter().find(|(own, _)| *own == subject);
        own.map(|(_, means)| *means)
    }
}

impl DeadLetters {
    /// Nothing looked at yet; `baseline` is how many it held at the send.
    pub fn new(baseline: Option<u64>) -> Self {
        Self {
            baseline,
            ..Self::default()
        }
    }

    /// A count of all letters in it, read at this time.
    pub fn count(&mut self, at: u64, count: u64) {
        let place = self.counts.partition_point(|(known, _)| *known <= at);
        self.counts.insert(place, (at, count));
    }

    /// A letter that a peek showed.
    pub fn letter(&mut self, at: u64, id: &str, sent: Option<i64>) {
        let id: Arc<str> = id.into();
        let known = self.letters.entry(id.clone()).or_insert(SeenLetter {
            subjects: Vec::new(),
            sent,
            last_seen: at,
        });
        known.last_seen = known.last_seen.max(at);
        self.peek_at(at).letters.insert(id);
    }

    /// A peek took place, whatever it showed.
    pub fn peek(&mut self, at: u64) {
        self.peek_at(at);
    }

    fn peek_at(&mut self, at: u64) -> &mut Peek {
        let place = self.peeks.partition_point(|peek| peek.at < at);
        if self.peeks.get(place).is_none_or(|peek| peek.at != at) {
            let letters = HashSet::new();
            self.peeks.insert(place, Peek { at, letters });
        }
        &mut self.peeks[place]
    }

    /// A payload that a letter carries.
    pub fn know(&mut self, id: &Arc<str>, subject: Subject, means: Means) {
        let known = self.letters.entry(id.clone()).or_insert(SeenLetter {
            subjects: Vec::new(),
            sent: None,
            last_seen: 0,
        });
        match known.subjects.iter_mut().find(|(own, _)| *own == subject) {
            Some((_, best)) => *best = means.min(*best),
            None => known.subjects.push((subject, means)),
        }
    }

    /// All letters seen, by their SQS message ids.
    pub fn letters(&self) -> impl Iterator<Item = (&Arc<str>, &SeenLetter)> {
        self.letters.iter()
    }

    /// The last count.
    pub fn last_count(&self) -> Option<u64> {
        self.counts.last().map(|(_, count)| *count)
    }

    /// When it was last looked through.
    pub fn last_peek(&self) -> Option<u64> {
        self.peeks.last().map(|peek| peek.at)
    }

    /// Whether it holds more than was there at the send and more than was ever seen of it.
    pub fn has_grown(&self) -> bool {
        let known = (self.letters.len() as u64).max(self.baseline.unwrap_or(0));
        self.last_count().is_some_and(|count| count > known)
    }

    /// Whether no letter that was there `lag` after the look at `after`, or later, can be unknown:
    /// none was there at the send nor is now; or two peeks showed as many as the highest count.
    pub fn is_accounted_for(&self, after: u64, lag: u64) -> bool {
        let since = after + lag;
        let from = |at: u64| self.counts.partition_point(|(known, _)| *known < at);
        let (later, settled) = (&self.counts[from(after)..], &self.counts[from(since)..]);
        let Some(highest) = settled.iter().map(|(_, count)| *count).max() else {
            return false;
        };
        if self.baseline == Some(0) && later.iter().all(|(_, count)| *count == 0) {
            return true;
        }
        let peeks = &self.peeks[self.peeks.partition_point(|peek| peek.at < since)..];
        if peeks.len() < 2 {
            return false;
        }
        let shown: HashSet<&Arc<str>> = peeks.iter().flat_map(|peek| &peek.letters).collect();
        shown.len() as u64 >= highest
    }
}
