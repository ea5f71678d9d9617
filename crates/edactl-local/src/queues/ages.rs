//! How long the oldest message has been in a queue (`ApproximateAgeOfOldestMessage`).

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::Duration,
};

use jiff::Timestamp;

/// The messages of a queue by age.
#[derive(Debug, Default)]
pub struct Ages {
    sent: HashMap<String, Timestamp>,
    oldest: BTreeSet<(Timestamp, String)>,
    /// Sends that the engine has not answered yet.
    sending: usize,
    /// Messages that left the queue while sends were under way: a consumer may be done with a
    /// message before its sender knows the message id.
    left: HashSet<String>,
}

impl Ages {
    /// A send is under way.
    pub fn begin(&mut self) {
        self.sending += 1;
    }

    /// The engine has answered it, with a message id or a refusal.
    pub fn end(&mut self, id: Option<&str>, at: Timestamp) {
        if let Some(id) = id.filter(|id| !self.left.remove(*id)) {
            self.add(id, at);
        }
        self.sending -= 1;
        if self.sending == 0 {
            self.left.clear();
        }
    }

    /// A message is in the queue that was sent at this time.
    pub fn add(&mut self, id: &str, at: Timestamp) {
        self.sent.insert(id.to_owned(), at);
        self.oldest.insert((at, id.to_owned()));
    }

    /// A message left the queue, or does not count any more.
    pub fn remove(&mut self, id: &str) {
        if let Some((id, at)) = self.sent.remove_entry(id) {
            self.oldest.remove(&(at, id));
        } else if self.sending > 0 {
            self.left.insert(id.to_owned());
        }
    }

    /// The queue was emptied.
    pub fn clear(&mut self) {
        self.sent.clear();
        self.oldest.clear();
    }

    /// The age of the oldest message; zero when there is none.
    pub fn oldest(&self, now: Timestamp) -> Duration {
        self.oldest
            .first()
            .and_then(|(at, _)| Duration::try_from(now.duration_since(*at)).ok())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_oldest_message_counts() {
        let mut ages = Ages::default();
        assert_eq!(ages.oldest(at(9)), Duration::ZERO);
        ages.add("b", at(2));
        ages.add("a", at(1));
        assert_eq!(ages.oldest(at(9)), Duration::from_secs(8));
        ages.remove("a");
        assert_eq!(ages.oldest(at(9)), Duration::from_secs(7));
        ages.remove("b");
        assert_eq!(ages.oldest(at(9)), Duration::ZERO);
    }

    #[test]
    fn a_message_may_leave_before_its_send_is_answered() {
        let mut ages = Ages::default();
        ages.begin();
        ages.begin();
        ages.remove("fast");
        ages.end(Some("fast"), at(1));
        assert_eq!(ages.oldest(at(9)), Duration::ZERO);
        ages.remove("stray");
        ages.end(None, at(1));
        assert!(ages.left.is_empty() && ages.sent.is_empty());
    }
}
