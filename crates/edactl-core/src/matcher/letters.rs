//! What a dead letter shows of the run.

use super::Matcher;
use crate::{
    ledger::{Evidence, Ledger, Means, Subject},
    run::message_id::MessageId,
};

impl Matcher {
    /// Reads a message of the dead-letter queue into the ledger.
    pub fn read_dead_letter(&mut self, message_id: &str, body: &str, ledger: &mut Ledger) {
        let mut known = Vec::new();
        if let Some(message) = self.ids.message(message_id) {
            known.push((Subject::Message(message), Means::MessageId));
        }
        for message in self.markers_in(body) {
            known.push((Subject::Message(message), Means::Marker));
        }
        let id = MessageId::from(message_id);
        // All that the event became, whatever it holds.
        for message in self.lone_ids.get(&id).cloned().into_iter().flatten() {
            known.push((Subject::Message(message), Means::MessageId));
        }
        let contents = &self.contents;
        let content = *self
            .letters
            .entry(id)
            .or_insert_with(|| contents.of_body(body));
        if let Some(content) = content
            && (known.is_empty() || self.is_larger(content))
        {
            for inside in self.inside(&content) {
                known.push((self.subjects[*inside as usize], Means::Content));
            }
        }
        if !known.is_empty() {
            self.shapes.letter(body);
        }
        for (subject, means) in known {
            ledger.add(Evidence::DeadLettered {
                subject,
                letter: message_id.into(),
                means,
            });
        }
    }
}
