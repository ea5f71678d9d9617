//! What a run's messages are seen to hold: which pieces of its events stand in the consumer's log
//! and in dead letters.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, ops::Range};

use crate::{
    ledger::MessageIndex,
    matcher::{content::Contents, setup::message_index},
    run::{
        Outcome, Plan, Run,
        learned_shape::{Observed, Pieces},
        message_id::MessageId,
    },
};

/// So many lines or letters that show something tell the shape; the others need not be looked at,
/// which would cost as much as all other reading.
const TELLING: u32 = 1_000;
/// So many that show nothing are looked at for each that would.
const FRUITLESS: u32 = 10;

/// Collects the pieces that are seen.
#[derive(Debug)]
pub struct ShapeEvidence {
    pieces: Pieces,
    /// The pieces again, for lines; their ids are the same.
    contents: Contents,
    /// Which pieces were seen.
    seen: Vec<bool>,
    /// How many lines or letters that show nothing are still looked at.
    left: u32,
}

impl ShapeEvidence {
    /// Nothing seen yet of a plan's events.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let pieces = Pieces::new(plan);
        let mut contents = Contents::new(plan);
        let mut seen = Vec::new();
        for hash in pieces.hashes() {
            contents.add_piece(hash);
            seen.push(false);
        }
        Self {
            pieces,
            contents,
            seen,
            left: TELLING * FRUITLESS,
        }
    }

    /// A line of the consumer that shows something of the run.
    pub fn line(&mut self, json: Option<&str>, message: &str) {
        if self.left == 0 {
            return;
        }
        let found = self.contents.in_line(json, message);
        self.count(found.is_empty());
        for found in found {
            self.seen[found.content as usize] = true;
        }
    }

    /// The body of a letter of the run.
    pub fn letter(&mut self, body: &str) {
        if self.left == 0 {
            return;
        }
        if let Ok(body) = serde_json::from_str(body) {
            let found = self.pieces.within(&body);
            self.count(found.is_empty());
            for piece in found {
                self.seen[piece] = true;
            }
        }
    }

    fn count(&mut self, is_fruitless: bool) {
        let spent = if is_fruitless { 1 } else { FRUITLESS };
        self.left = self.left.saturating_sub(spent);
    }

    /// What is known of the messages that each event became.
    #[must_use]
    pub fn observed(&self, run: &Run) -> Vec<Observed> {
        let mut observed = vec![Observed::default(); run.plan.events.len()];
        for (piece, _) in self.seen.iter().enumerate().filter(|(_, seen)| **seen) {
            for (event, piece) in self.pieces.places(piece) {
                observed[*event].pieces.insert(*piece);
            }
        }
        let mut are_told = vec![false; observed.len()];
        for (number, invocation) in (0..).zip(&run.invocations) {
            let Some(Outcome::Answered {
                sent, error: None, ..
            }) = &invocation.outcome
            else {
                continue;
            };
            let event = run.plan.event_of(number);
            // What the answers of one event do not agree on is not known.
            observed[event].messages = if are_told[event] {
                observed[event]
                    .messages
                    .filter(|known| Some(*known) == *sent)
            } else {
                *sent
            };
            are_told[event] = true;
        }
        observed
    }
}

/// The ids of messages that are all that an event of several payloads became, with its payloads.
/// One that was taken may not have held them all; one that is dead leaves none that arrived.
pub fn lone_ids(run: &Run) -> HashMap<MessageId, Range<MessageIndex>> {
    let mut lone = HashMap::new();
    for ((_, event, before), invocation) in run.plan.walk().zip(&run.invocations) {
        let Some(Outcome::Answered {
            message_ids,
            other_ids,
            ..
        }) = &invocation.outcome
        else {
            continue;
        };
        let payloads = run.plan.events[event].payloads.len() as u64;
        if let [id] = &other_ids[..]
            && message_ids.iter().all(Option::is_none)
            && payloads > 1
        {
            let after = message_index(before + payloads + 1);
            lone.insert(id.clone(), message_index(before + 1)..after);
        }
    }
    lone
}
