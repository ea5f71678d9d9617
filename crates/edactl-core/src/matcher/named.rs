//! Messages that a text names: by their marker, or by the id that SQS gave them.

use super::{Matcher, message_ids::uuids, sighting::named_id};
use crate::{
    ledger::{Means, MessageIndex},
    line::Line,
    run::message_id::MessageId,
};

impl Matcher {
    /// The messages that a line shows by their marker or their id, each once.
    pub(super) fn messages_in(
        &mut self,
        line: &Line<'_>,
        text: &str,
    ) -> Vec<(MessageIndex, Means)> {
        let mut found = Vec::new();
        for message in self.markers_in(text) {
            found.push((message, Means::Marker));
        }
        if found.iter().all(|known| known.0 == found[0].0)
            && let Some((message, _)) = found.first()
            && !self.ids.knows(*message)
            && let Some(id) = named_id(line, text)
        {
            // From now on the message is known by its id too: error lines often hold only that.
            self.ids.learn_from_log(*message, &MessageId::from(id));
        }
        if !self.ids.is_empty() {
            for message in uuids(text).filter_map(|id| self.ids.message(id)) {
                found.push((message, Means::MessageId));
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(message, _)| *message);
        found
    }

    pub(super) fn markers_in<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = MessageIndex> + 'a {
        let bytes = text.as_bytes();
        self.prefix
            .find_iter(bytes)
            .filter_map(|at| self.markers.seq_at(&bytes[at..]))
            .filter(|seq| (1..=self.messages).contains(seq))
            .filter_map(|seq| MessageIndex::try_from(seq - 1).ok())
    }
}
