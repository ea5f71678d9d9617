//! The consumer's invocations, as far as its log tells: some 60 bytes for each.

use std::collections::HashMap;

use uuid::Uuid;

use crate::ledger::evidence::{Failure, InvocationIndex};

#[derive(Debug, Clone, Copy)]
struct Invocation {
    /// Its request id; nil when the log never says it.
    id: Uuid,
    /// When it ended: the first line that tells of it, in milliseconds.
    ended: i64,
    failed: bool,
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
            ended: i64::MAX,
            failed: false,
        });
    }

    fn of(&self, index: InvocationIndex) -> &Invocation {
        &self.all[index.0 as usize]
    }

    fn of_mut(&mut self, index: InvocationIndex) -> &mut Invocation {
        &mut self.all[index.0 as usize]
    }

    /// It ended at this time.
    pub fn end(&mut self, index: InvocationIndex, at: i64) {
        let known = self.of_mut(index);
        known.ended = known.ended.min(at);
    }

    /// When it ended, in milliseconds.
    pub fn end_of(&self, index: InvocationIndex) -> i64 {
        self.of(index).ended
    }

    /// The invocation with this request id, if it was heard of.
    pub fn known(&self, id: Uuid) -> Option<InvocationIndex> {
        self.by_id.get(&id).copied()
    }

    /// It failed. The best telling is kept, in whichever order they come.
    pub fn fail(&mut self, index: InvocationIndex, error: Failure) {
        self.of_mut(index).failed = true;
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
        self.of(index).ended < i64::MAX
    }

    /// Whether it failed as a whole.
    pub fn has_failed(&self, index: InvocationIndex) -> bool {
        self.of(index).failed
    }

    /// The error that failed it as a whole.
    pub fn failure(&self, index: InvocationIndex) -> Option<&Failure> {
        // Nearly all succeed: the look-up is for the others.
        self.has_failed(index).then(|| self.error(index)).flatten()
    }

    fn error(&self, index: InvocationIndex) -> Option<&Failure> {
        self.errors.get(&index)
    }

    /// Its request id.
    pub fn id(&self, index: InvocationIndex) -> Option<Uuid> {
        Some(self.of(index).id).filter(|id| !id.is_nil())
    }

    /// Whether an invocation ended well at this time or later.
    pub fn any_ended_well(&self, since: i64) -> bool {
        let mut well = self.all.iter().filter(|known| !known.failed);
        well.any(|known| (since..i64::MAX).contains(&known.ended))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_telling_of_an_error_wins_in_any_order() {
        let word = Failure {
            is_summary: true,
            ..Failure::new("error")
        };
        let told = Failure::new("ValueError: no");
        for order in [[&word, &told], [&told, &word]] {
            let mut invocations = Invocations::default();
            let index = invocations.of_stream("s");
            for error in order {
                invocations.fail(index, error.clone());
            }
            assert_eq!(invocations.failure(index), Some(&told));
        }
    }
}
