//! What the log shows of each payload: 24 bytes for one that was received once, which nearly all
//! are, and more only for those with more to tell.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::ledger::evidence::{Failure, InvocationIndex, Means, MessageIndex, SendStatus};

/// No invocation.
const NONE: u32 = u32::MAX;

/// One payload.
#[derive(Debug, Clone, Copy)]
struct Row {
    /// When the log first shows it in the first invocation heard of, in milliseconds.
    at: i64,
    /// When that was first read, in milliseconds since the session began.
    read: u32,
    /// That invocation.
    invocation: u32,
    send_status: SendStatus,
    means: Means,
    /// Bits of [`flag`].
    flags: u8,
}

/// What else there is to a row.
mod flag {
    /// A line of its invocation tells an error about it.
    pub const REFUSED: u8 = 1;
    /// There is more in the table of further invocations.
    pub const MORE: u8 = 2;
    /// No line that shows it names its invocation.
    pub const GUESSED: u8 = 4;
}

/// A payload as one invocation of the consumer shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The invocation.
    pub invocation: InvocationIndex,
    /// When the log first shows it there, in milliseconds by AWS's clock.
    pub at: i64,
    /// When a line of it was first read, in milliseconds since the session began.
    pub read: u32,
    /// How it was recognised, at best.
    pub means: Means,
    /// Whether a line there tells an error about it.
    pub refused: bool,
    /// Whether no line that shows it names the invocation: it is the one that was under way in the
    /// stream by the lines read until then.
    pub guessed: bool,
}

impl Receipt {
    fn join(&mut self, other: &Self) {
        self.at = self.at.min(other.at);
        self.read = self.read.min(other.read);
        self.means = self.means.min(other.means);
        self.refused |= other.refused;
        self.guessed &= other.guessed;
    }
}

/// All payloads of a run.
#[derive(Debug, Clone)]
pub struct Receipts {
    rows: Vec<Row>,
    /// Further invocations.
    more: HashMap<MessageIndex, Vec<Receipt>>,
    /// The errors told about a payload; the earliest of each invocation.
    errors: HashMap<(MessageIndex, InvocationIndex), (i64, Failure)>,
}

impl Receipts {
    /// Payloads of which only the sending is known.
    pub fn new(send_status: &[SendStatus]) -> Self {
        let row = |send_status: &SendStatus| Row {
            at: i64::MAX,
            read: u32::MAX,
            invocation: NONE,
            send_status: *send_status,
            means: Means::Values,
            flags: flag::GUESSED,
        };
        Self {
            rows: send_status.iter().map(row).collect(),
            more: HashMap::new(),
            errors: HashMap::new(),
        }
    }

    /// How many payloads there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// What the record says of a payload's sending.
    pub fn send_status(&self, message: MessageIndex) -> SendStatus {
        self.rows[message as usize].send_status
    }

    /// Whether the message id of every payload that may have been sent is known.
    pub fn are_all_named(&self) -> bool {
        self.rows.iter().all(|row| {
            matches!(
                row.send_status,
                SendStatus::Named | SendStatus::NotSent | SendStatus::Unattempted
            )
        })
    }

    /// A line tells an error about the payload.
    pub fn tell(&mut self, message: MessageIndex, receipt: &Receipt, error: Failure) {
        let told = (receipt.at, error);
        self.errors
            .entry((message, receipt.invocation))
            .and_modify(|known| {
                if told < *known {
                    known.clone_from(&told);
                }
            })
            .or_insert_with(|| told.clone());
    }

    /// A line shows the payload.
    pub fn add(&mut self, message: MessageIndex, receipt: Receipt) {
        let row = &mut self.rows[message as usize];
        if row.invocation == NONE || row.invocation == receipt.invocation.0 {
            row.invocation = receipt.invocation.0;
            row.at = row.at.min(receipt.at);
            row.read = row.read.min(receipt.read);
            row.means = row.means.min(receipt.means);
            if receipt.refused {
                row.flags |= flag::REFUSED;
            }
            if !receipt.guessed {
                row.flags &= !flag::GUESSED;
            }
            return;
        }
        row.flags |= flag::MORE;
        let more = self.more.entry(message).or_default();
        match more
            .iter_mut()
            .find(|known| known.invocation == receipt.invocation)
        {
            Some(known) => known.join(&receipt),
            None => more.push(receipt),
        }
    }

    /// Whether any line shows the payload.
    pub fn is_seen(&self, message: MessageIndex) -> bool {
        self.rows[message as usize].invocation != NONE
    }

    /// The receipts of the payload, one an invocation, in no order.
    pub fn of(&self, message: MessageIndex) -> impl Iterator<Item = Receipt> + '_ {
        let row = &self.rows[message as usize];
        let first = (row.invocation != NONE).then_some(Receipt {
            invocation: InvocationIndex(row.invocation),
            at: row.at,
            read: row.read,
            means: row.means,
            refused: row.flags & flag::REFUSED != 0,
            guessed: row.flags & flag::GUESSED != 0,
        });
        let more = (row.flags & flag::MORE != 0)
            .then(|| self.more.get(&message))
            .flatten();
        first.into_iter().chain(more.into_iter().flatten().copied())
    }

    /// How many receipts go beyond one a payload.
    pub fn repeated(&self) -> u64 {
        self.more.values().map(|more| more.len() as u64).sum()
    }

    /// The error told about the payload in this invocation.
    pub fn error(&self, message: MessageIndex, invocation: InvocationIndex) -> Option<&Failure> {
        self.errors
            .get(&(message, invocation))
            .map(|(_, error)| error)
    }
}
