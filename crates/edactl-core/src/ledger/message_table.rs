//! What is known of messages that a marker or an id tells: 16 bytes for a message that was
//! received once, which nearly all are, and more only for those with more to tell.

use std::collections::HashMap;

use crate::ledger::evidence::{Failure, InvocationIndex, MessageIndex, SendStatus};

/// No invocation.
const NONE: u32 = u32::MAX;

/// One message.
#[derive(Debug, Clone, Copy)]
struct MessageRow {
    /// When the log first shows it in the first invocation heard of, in milliseconds.
    first: i64,
    /// That invocation.
    invocation: u32,
    send_status: SendStatus,
    /// Whether a line of that invocation tells an error about it.
    refused: bool,
    /// Whether there is more in [`MessageTable::more`].
    has_more: bool,
}

/// A message as one invocation of the consumer shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// The invocation.
    pub invocation: InvocationIndex,
    /// When the log first shows it there, in milliseconds.
    pub first: i64,
    /// Whether a line there tells an error about it.
    pub refused: bool,
}

/// All messages of a run.
#[derive(Debug, Clone)]
pub struct MessageTable {
    messages: Vec<MessageRow>,
    /// Further invocations.
    more: HashMap<MessageIndex, Vec<Sighting>>,
    /// The errors told about a message; the earliest of each invocation.
    errors: HashMap<(MessageIndex, InvocationIndex), (i64, Failure)>,
}

impl MessageTable {
    /// Messages of which only the sending is known.
    pub fn new(send_status: &[SendStatus]) -> Self {
        let cell = |send_status: &SendStatus| MessageRow {
            first: i64::MAX,
            invocation: NONE,
            send_status: *send_status,
            refused: false,
            has_more: false,
        };
        Self {
            messages: send_status.iter().map(cell).collect(),
            more: HashMap::new(),
            errors: HashMap::new(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// What the record says of a message's sending.
    pub fn send_status(&self, message: MessageIndex) -> SendStatus {
        self.messages[message as usize].send_status
    }

    /// A line shows the message.
    pub fn see(&mut self, message: MessageIndex, invocation: InvocationIndex, at: i64) {
        self.sight(message, invocation, at, false);
    }

    /// A line tells an error about the message.
    pub fn refuse(
        &mut self,
        message: MessageIndex,
        invocation: InvocationIndex,
        at: i64,
        error: Failure,
    ) {
        let told = (at, error);
        self.errors
            .entry((message, invocation))
            .and_modify(|known| {
                if told < *known {
                    known.clone_from(&told);
                }
            })
            .or_insert_with(|| told.clone());
        self.sight(message, invocation, at, true);
    }

    fn sight(
        &mut self,
        message: MessageIndex,
        invocation: InvocationIndex,
        at: i64,
        refused: bool,
    ) {
        let cell = &mut self.messages[message as usize];
        if cell.invocation == NONE || cell.invocation == invocation.0 {
            cell.invocation = invocation.0;
            cell.first = cell.first.min(at);
            cell.refused |= refused;
            return;
        }
        cell.has_more = true;
        let more = self.more.entry(message).or_default();
        match more
            .iter_mut()
            .find(|sighting| sighting.invocation == invocation)
        {
            Some(known) => {
                known.first = known.first.min(at);
                known.refused |= refused;
            }
            None => more.push(Sighting {
                invocation,
                first: at,
                refused,
            }),
        }
    }

    /// The invocations that show the message, in no order.
    pub fn sightings(&self, message: MessageIndex) -> impl Iterator<Item = Sighting> + '_ {
        let cell = &self.messages[message as usize];
        let first = (cell.invocation != NONE).then_some(Sighting {
            invocation: InvocationIndex(cell.invocation),
            first: cell.first,
            refused: cell.refused,
        });
        let more = cell.has_more.then(|| self.more.get(&message)).flatten();
        first.into_iter().chain(more.into_iter().flatten().copied())
    }

    /// The error told about the message in this invocation.
    pub fn error(&self, message: MessageIndex, invocation: InvocationIndex) -> Option<&Failure> {
        self.errors
            .get(&(message, invocation))
            .map(|(_, error)| error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_takes_sixteen_bytes() {
        assert_eq!(size_of::<MessageRow>(), 16);
    }

    #[test]
    fn the_earliest_error_of_an_invocation_is_kept_in_any_order() {
        let (first, second) = (Failure::new("a"), Failure::new("b"));
        for turned in [false, true] {
            let mut cells = MessageTable::new(&[SendStatus::Accepted]);
            let mut told = [(2, &second), (1, &first)];
            if turned {
                told.reverse();
            }
            for (at, error) in told {
                cells.refuse(0, InvocationIndex(7), at, error.clone());
            }
            assert_eq!(cells.error(0, InvocationIndex(7)), Some(&first));
            let sighting = Sighting {
                invocation: InvocationIndex(7),
                first: 1,
                refused: true,
            };
            assert_eq!(cells.sightings(0).collect::<Vec<_>>(), [sighting]);
        }
    }
}
