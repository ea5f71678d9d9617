//! What a run's messages are seen to hold: which pieces of its events stand in the consumer's log
//! and in dead letters.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use crate::{
    ledger::MessageIndex,
    matcher::{content::Contents, message_index},
    run::{
        Outcome, Plan, Run,
        learned_shape::{Observed, Piece, Pieces},
        message_id::MessageId,
    },
};

/// So many lines that show something tell the shape; the others need not be looked at.
const LINES: u32 = 1_000;

/// Collects the pieces that are seen.
#[derive(Debug)]
pub struct ShapeEvidence {
    pieces: Pieces,
    contents: Contents,
    /// The pieces by their content.
    of: Vec<Vec<(usize, Piece)>>,
    seen: Vec<BTreeSet<Piece>>,
    /// How many lines are still looked at.
    lines: u32,
}

impl ShapeEvidence {
    /// Nothing seen yet of a plan's events.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let pieces = Pieces::new(plan);
        let mut contents = Contents::new(plan);
        let mut of = Vec::new();
        for (hash, piece) in pieces.all() {
            contents.add_piece(hash);
            of.push(piece.to_vec());
        }
        Self {
            pieces,
            contents,
            of,
            seen: vec![BTreeSet::new(); plan.events.len()],
            lines: LINES,
        }
    }

    /// A line of the consumer that shows something of the run.
    pub fn line(&mut self, json: Option<&str>, message: &str) {
        let Some(left) = self.lines.checked_sub(1) else {
            return;
        };
        for found in self.contents.in_line(json, message) {
            self.lines = left;
            for (event, piece) in &self.of[found.content as usize] {
                self.seen[*event].insert(*piece);
            }
        }
    }

    /// The body of a letter of the run.
    pub fn letter(&mut self, body: &str) {
        if let Ok(body) = serde_json::from_str(body) {
            for (event, piece) in self.pieces.within(&body) {
                self.seen[event].insert(piece);
            }
        }
    }

    /// What is known of the messages that each event became.
    #[must_use]
    pub fn observed(&self, run: &Run) -> Vec<Observed> {
        let mut observed: Vec<Observed> = self
            .seen
            .iter()
            .map(|pieces| Observed {
                messages: None,
                pieces: pieces.clone(),
            })
            .collect();
        let mut are_told = vec![false; observed.len()];
        for (number, invocation) in (0..).zip(&run.invocations) {
            let Some(Outcome::Answered {
                sent, error: None, ..
            }) = &invocation.outcome
            else {
                continue;
            };
            let (event, _) = run.plan.invocation(number);
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
    for (number, invocation) in (0..).zip(&run.invocations) {
        let Some(Outcome::Answered {
            message_ids,
            other_ids,
            ..
        }) = &invocation.outcome
        else {
            continue;
        };
        let (event, before) = run.plan.invocation(number);
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
