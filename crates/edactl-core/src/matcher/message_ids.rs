//! Which message an SQS message id belongs to: some 26 bytes for a message.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use hashbrown::HashTable;
use uuid::Uuid;

use crate::{ledger::MessageIndex, line, run::message_id::MessageId};

/// The length of a UUID as text.
const LENGTH: usize = 36;
/// Where its first dash stands.
const FIRST_DASH: usize = 8;

/// Message ids of a run, as receipts and log lines tell them.
#[derive(Debug, Clone, Default)]
pub struct MessageIds {
    /// By message; nil where it is not known.
    by_message: Vec<Uuid>,
    /// The messages by the hash of their id.
    table: HashTable<MessageIndex>,
    /// MessageIds that are no UUIDs, which only emulators give.
    others: HashMap<MessageId, MessageIndex>,
    /// Whether the producer's answers tell ids: then lines of the log need not be learned from.
    is_told: bool,
    /// Ids that were taken for a message's, and are not.
    ambiguous: HashSet<Uuid>,
}

/// UUIDs of message ids are random, so any of their bits are a hash.
fn hash(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    high ^ low.rotate_left(32)
}

impl MessageIds {
    /// Makes room for the ids of so many messages at once: growing would take twice as much.
    pub fn reserve(&mut self, messages: u64) {
        let messages = usize::try_from(messages).unwrap_or_default();
        self.by_message.reserve_exact(messages);
        let by_message = &self.by_message;
        self.table
            .reserve(messages, |known| hash(by_message[*known as usize]));
    }

    /// Whether no id is known.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty() && self.others.is_empty()
    }

    /// Whether the message's id is known.
    pub fn knows(&self, message: MessageIndex) -> bool {
        self.by_message
            .get(message as usize)
            .is_some_and(|id| !id.is_nil())
    }

    /// Takes in a message's id, as the producer's answer tells it. The first that is told of a message stays.
    pub fn learn(&mut self, message: MessageIndex, id: &MessageId) {
        self.is_told = true;
        match id.uuid() {
            Some(uuid) => self.learn_uuid(message, uuid),
            None => {
                self.others.entry(id.clone()).or_insert(message);
            }
        }
    }

    /// Takes in an id that a line of the log shows beside a message's marker. An id that stands
    /// beside the markers of two messages is something else, and tells neither.
    pub fn learn_from_log(&mut self, message: MessageIndex, id: &MessageId) {
        if self.is_told {
            return;
        }
        if let Some(uuid) = id.uuid() {
            match self.with_uuid(uuid) {
                Some(other) if other != message => self.forget(uuid),
                _ if self.ambiguous.contains(&uuid) => {}
                _ => self.learn_uuid(message, uuid),
            }
        }
    }

    fn forget(&mut self, id: Uuid) {
        let by_message = &self.by_message;
        let entry = self
            .table
            .find_entry(hash(id), |known| by_message[*known as usize] == id);
        if let Ok(entry) = entry {
            let (message, _) = entry.remove();
            self.by_message[message as usize] = Uuid::nil();
            self.ambiguous.insert(id);
        }
    }

    fn learn_uuid(&mut self, message: MessageIndex, id: Uuid) {
        if id.is_nil() || self.knows(message) || self.with_uuid(id).is_some() {
            return;
        }
        let index = message as usize;
        if self.by_message.len() <= index {
            self.by_message.resize(index + 1, Uuid::nil());
        }
        self.by_message[index] = id;
        let by_message = &self.by_message;
        self.table
            .insert_unique(hash(id), message, |known| hash(by_message[*known as usize]));
    }

    fn with_uuid(&self, id: Uuid) -> Option<MessageIndex> {
        self.table
            .find(hash(id), |known| self.by_message[*known as usize] == id)
            .copied()
    }

    /// The message with this id.
    pub fn message(&self, id: &str) -> Option<MessageIndex> {
        match MessageId::uuid_as_written(id) {
            Some(uuid) => self.with_uuid(uuid),
            None if self.others.is_empty() => None,
            None => self.others.get(&MessageId::from(id)).copied(),
        }
    }
}

/// The UUIDs in a text, in order.
pub fn uuids(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let continues =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    memchr::memchr_iter(b'-', bytes).filter_map(move |dash| {
        let begin = dash.checked_sub(FIRST_DASH)?;
        let id = text.get(begin..begin + LENGTH)?;
        let runs_on = continues(bytes.get(begin + LENGTH))
            || continues(begin.checked_sub(1).and_then(|before| bytes.get(before)));
        (line::is_uuid(id) && !runs_on).then_some(id)
    })
}
