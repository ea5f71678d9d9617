//! The consumer's invocations, as far as its log tells: some 60 bytes for each.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use uuid::Uuid;

use crate::ledger::evidence::{Failure, InvocationIndex, InvocationStatus};

/// Lambda's own word on how an invocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// It said nothing, which proves nothing.
    Unsaid,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
}

#[derive(Debug, Clone, Copy)]
struct Invocation {
    /// Its request id; nil when the log never says it.
    id: Uuid,
    /// Its first line, in milliseconds by AWS's clock.
    first: i64,
    /// When it began, by Lambda's own word, in milliseconds.
    began_at: i64,
    /// When it ended: the first line that tells of it, in milliseconds.
    ended: i64,
    status: RunStatus,
    /// Whether an error was logged that looks like one of the whole invocation.
    told: bool,
    /// Whether it shows a payload of the run.
    shows_ours: bool,
    /// Whether its platform lines are text, which tells of no success.
    is_in_text: bool,
}

/// All invocations heard of.
#[derive(Debug, Clone, Default)]
pub struct Invocations {
    all: Vec<Invocation>,
    by_id: HashMap<Uuid, InvocationIndex>,
    /// Invocations that nothing tells but their stream.
    by_stream: HashMap<String, InvocationIndex>,
    errors: HashMap<InvocationIndex, Failure>,
}

impl Invocations {
    /// The invocation with this request id.
    pub fn with_id(&mut self, id: Uuid) -> InvocationIndex {
        let next = self.next();
        let known = *self.by_id.entry(id).or_insert(next);
        if known == next {
            self.push(id);
        }
        known
    }

    /// The invocation of lines that nothing tells apart but their stream.
    pub fn of_stream(&mut self, stream: &str) -> InvocationIndex {
        if let Some(known) = self.by_stream.get(stream) {
            return *known;
        }
        let next = self.next();
        self.by_stream.insert(stream.to_owned(), next);
        self.push(Uuid::nil());
        next
    }

    fn next(&self) -> InvocationIndex {
        InvocationIndex(u32::try_from(self.all.len()).unwrap_or(u32::MAX))
    }

    fn push(&mut self, id: Uuid) {
        self.all.push(Invocation {
            id,
            first: i64::MAX,
            began_at: i64::MAX,
            ended: i64::MAX,
            status: RunStatus::Unsaid,
            told: false,
            shows_ours: false,
            is_in_text: false,
        });
    }

    fn of(&self, index: InvocationIndex) -> &Invocation {
        &self.all[index.0 as usize]
    }

    fn of_mut(&mut self, index: InvocationIndex) -> &mut Invocation {
        &mut self.all[index.0 as usize]
    }

    /// It wrote a line at this time.
    pub fn start(&mut self, index: InvocationIndex, at: i64, began: bool) {
        let known = self.of_mut(index);
        known.first = known.first.min(at);
        if began {
            known.began_at = known.began_at.min(at);
        }
    }

    /// Its platform lines are text.
    pub fn in_text(&mut self, index: InvocationIndex) {
        self.of_mut(index).is_in_text = true;
    }

    /// Whether its platform lines are text, whatever the function's settings promise: no status of
    /// success is to come.
    pub fn is_in_text(&self, index: InvocationIndex) -> bool {
        self.of(index).is_in_text
    }

    /// It shows a payload of the run.
    pub fn show(&mut self, index: InvocationIndex) {
        self.of_mut(index).shows_ours = true;
    }

    /// It ended at this time.
    pub fn end(&mut self, index: InvocationIndex, at: i64) {
        let known = self.of_mut(index);
        known.ended = known.ended.min(at);
        known.first = known.first.min(at);
    }

    /// Lambda says how it ended. A word of failure outweighs one of success.
    pub fn say(
        &mut self,
        index: InvocationIndex,
        status: InvocationStatus,
        error: Option<Failure>,
    ) {
        let known = self.of_mut(index);
        known.status = match (known.status, status) {
            (RunStatus::Unsaid | RunStatus::Succeeded, InvocationStatus::Success) => {
                RunStatus::Succeeded
            }
            _ => RunStatus::Failed,
        };
        if let Some(error) = error {
            self.suspect(index, error);
        }
    }

    /// When it ended, in milliseconds.
    pub fn end_of(&self, index: InvocationIndex) -> i64 {
        self.of(index).ended
    }

    /// Its first line, in milliseconds, and whether that is Lambda's word that it began.
    pub fn start_of(&self, index: InvocationIndex) -> (i64, bool) {
        let known = self.of(index);
        (known.first, known.began_at < i64::MAX)
    }

    /// Whether it was under way at this moment, by Lambda's own words on begin and end. One
    /// execution environment, so one stream, runs one invocation at a time.
    pub fn was_under_way(&self, index: InvocationIndex, at: i64) -> bool {
        let known = self.of(index);
        known.ended < i64::MAX && (known.began_at..=known.ended).contains(&at)
    }

    /// The first lines of all invocations, in milliseconds.
    pub fn starts(&self) -> impl Iterator<Item = i64> + '_ {
        self.all.iter().map(|known| known.first)
    }

    /// The invocation with this request id, if it was heard of.
    pub fn known(&self, id: Uuid) -> Option<InvocationIndex> {
        self.by_id.get(&id).copied()
    }

    /// An error is told of it as a whole. The best telling is kept, in whichever order they come.
    pub fn suspect(&mut self, index: InvocationIndex, error: Failure) {
        self.of_mut(index).told = true;
        self.errors
            .entry(index)
            .and_modify(|known| {
                if error < *known {
                    known.clone_from(&error);
                }
            })
            .or_insert(error);
    }

    /// Whether its log shows its end.
    pub fn has_ended(&self, index: InvocationIndex) -> bool {
        self.of(index).ended < i64::MAX || self.of(index).status != RunStatus::Unsaid
    }

    /// Lambda's own word on how it ended.
    pub fn status(&self, index: InvocationIndex) -> RunStatus {
        self.of(index).status
    }

    /// Whether an error was told of it: a suspicion.
    pub fn is_suspect(&self, index: InvocationIndex) -> bool {
        self.of(index).told
    }

    /// How many failed or told an error.
    pub fn failures(&self) -> u64 {
        let failed = |known: &&Invocation| known.told || known.status == RunStatus::Failed;
        self.all.iter().filter(failed).count() as u64
    }

    /// The invocations since this time that told an error and show no payload of the run: request
    /// id, time of the first line, error.
    pub fn failures_of_others(
        &self,
        since: i64,
    ) -> impl Iterator<Item = (Option<Uuid>, i64, &Failure)> {
        let failures = self.errors.iter().map(|(index, error)| {
            let known = self.of(*index);
            (known, error)
        });
        failures
            .filter(move |(known, _)| !known.shows_ours && (since..i64::MAX).contains(&known.first))
            .map(|(known, error)| {
                let id = Some(known.id).filter(|id| !id.is_nil());
                (id, known.first, error)
            })
    }

    /// Whether an invocation since this time shows no payload of the run.
    pub fn any_of_others(&self, since: i64) -> bool {
        let mut others = self.all.iter().filter(|known| !known.shows_ours);
        others.any(|known| (since..i64::MAX).contains(&known.first))
    }

    /// The error told of it.
    pub fn failure(&self, index: InvocationIndex) -> Option<&Failure> {
        // Nearly all succeed: the look-up is for the others.
        self.is_suspect(index)
            .then(|| self.errors.get(&index))
            .flatten()
    }

    /// Its request id.
    pub fn id(&self, index: InvocationIndex) -> Option<Uuid> {
        Some(self.of(index).id).filter(|id| !id.is_nil())
    }
}
