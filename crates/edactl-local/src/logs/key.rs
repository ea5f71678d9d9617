//! An event's place in its log group, and the ways to go from there.

use jiff::Timestamp;

/// An event's place in its group: by time, and by order of writing among equal times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// The event's own time, in whole milliseconds.
    pub at: Timestamp,
    /// The number of the write, unique in the store.
    pub number: u64,
}

impl Key {
    /// Before every event.
    pub const FIRST: Self = Self {
        at: Timestamp::MIN,
        number: 0,
    };

    /// The event id that readers see: 56 digits that sort as the events do.
    pub fn event_id(self) -> String {
        format!("{:036}{:020}", self.at.as_millisecond(), self.number)
    }
}

/// Which way a reader goes through a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Earliest first.
    Forward,
    /// Latest first.
    Backward,
}
