//! When what is missing is missing for good: see the ledger's documentation.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The queue's counters over time, as far as they matter: since when it holds nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueView {
    /// The last counters: visible, in flight, delayed.
    pub last: Option<(u64, u64, u64)>,
    /// Since when the queue has been empty at every look.
    pub empty_since: Option<Timestamp>,
}

/// The looks at the queue, at the consumer's log and at the dead-letter queue.
#[derive(Debug, Clone)]
pub struct Settling {
    queue: QueueView,
    /// The last moment at which the consumer's log was read to its end.
    logs_read: Option<Timestamp>,
    /// The last moment at which the dead-letter queue was looked through.
    dead_letters_read: Option<Timestamp>,
    expects_dead_letters: bool,
    settle: SignedDuration,
    settled: bool,
}

impl Settling {
    /// Nothing looked at yet.
    pub fn new(settle: Duration) -> Self {
        Self {
            queue: QueueView::default(),
            logs_read: None,
            dead_letters_read: None,
            expects_dead_letters: false,
            settle: SignedDuration::try_from(settle).unwrap_or(SignedDuration::MAX),
            settled: false,
        }
    }

    /// There is a dead-letter queue.
    pub fn expect_dead_letters(&mut self) {
        self.expects_dead_letters = true;
    }

    /// The queue's counters (visible, in flight, delayed) at a look.
    pub fn counters(&mut self, at: Timestamp, counters: (u64, u64, u64)) {
        self.queue.last = Some(counters);
        if counters == (0, 0, 0) {
            self.queue.empty_since.get_or_insert(at);
        } else {
            self.queue.empty_since = None;
        }
        self.settle();
    }

    /// The consumer's log was read to its end.
    pub fn logs_read(&mut self, at: Timestamp) {
        self.logs_read = self.logs_read.max(Some(at));
        self.settle();
    }

    /// The dead-letter queue was looked through.
    pub fn dead_letters_read(&mut self, at: Timestamp) {
        self.dead_letters_read = self.dead_letters_read.max(Some(at));
        self.settle();
    }

    fn settle(&mut self) {
        self.settled = self.settled || self.missing().is_none();
    }

    /// The queue's counters.
    pub fn queue(&self) -> QueueView {
        self.queue
    }

    /// Whether everything settled, now or before.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// The first thing that keeps it from being settled.
    pub fn missing(&self) -> Option<&'static str> {
        if self.settled {
            return None;
        }
        let Some(empty) = self.queue.empty_since else {
            return Some(match self.queue.last {
                Some(_) => "the queue still holds messages",
                None => "the queue's counters could not be read",
            });
        };
        let due = empty.saturating_add(self.settle).unwrap_or(Timestamp::MAX);
        if self.logs_read.is_none_or(|read| read < due) {
            return Some("the queue is empty, but log lines may still come (--settle)");
        }
        if self.expects_dead_letters && self.dead_letters_read.is_none_or(|read| read < due) {
            return Some("the dead-letter queue could not be looked through");
        }
        None
    }

    /// Whether the queue was empty at a look that came before the last reading of the logs.
    pub fn is_drained(&self) -> bool {
        matches!((self.queue.empty_since, self.logs_read), (Some(empty), Some(read)) if read >= empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn each_ground_is_needed_and_then_it_stays_settled() {
        let mut settling = Settling::new(Duration::from_secs(10));
        settling.expect_dead_letters();
        settling.logs_read(at(99));
        settling.dead_letters_read(at(99));
        assert!(settling.missing().unwrap().contains("counters"));
        settling.counters(at(100), (0, 0, 1));
        assert!(settling.missing().unwrap().contains("holds messages"));
        settling.counters(at(101), (0, 0, 0));
        settling.logs_read(at(110));
        assert!(settling.missing().unwrap().contains("--settle"));
        settling.logs_read(at(111));
        assert!(settling.missing().unwrap().contains("dead-letter"));
        settling.dead_letters_read(at(110));
        assert!(!settling.is_settled());
        settling.dead_letters_read(at(111));
        assert!(settling.is_settled());
        // Somebody else's message.
        settling.counters(at(112), (1, 0, 0));
        assert!(settling.is_settled());
    }

    #[test]
    fn a_queue_that_holds_something_again_begins_anew() {
        let mut settling = Settling::new(Duration::from_secs(10));
        settling.counters(at(100), (0, 0, 0));
        settling.counters(at(105), (0, 1, 0));
        settling.counters(at(106), (0, 0, 0));
        settling.logs_read(at(115));
        assert!(!settling.is_settled());
        settling.logs_read(at(116));
        assert!(settling.is_settled());
    }
}
