//! Log groups, streams and their events, in memory.

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use jiff::Timestamp;

/// All log groups of the embedded pipeline.
#[derive(Debug, Default)]
pub struct LogStore {
    groups: Mutex<BTreeMap<String, Vec<(String, Timestamp, String)>>>,
    ingestion_delay: Mutex<Duration>,
}

impl LogStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, events can be read only this long after they were written.
    pub fn set_ingestion_delay(&self, delay: Duration) {
        *self.ingestion_delay.lock().expect("no panic while held") = delay;
    }

    /// Creates a log group; an existing one stays as it is.
    pub fn create_group(&self, group: &str) {
        self.groups
            .lock()
            .expect("no panic while held")
            .entry(group.to_owned())
            .or_default();
    }

    /// Writes lines to a stream, which is created, with its group, on the first line.
    pub fn write(&self, group: &str, stream: &str, lines: Vec<(Timestamp, String)>) {
        let mut groups = self.groups.lock().expect("no panic while held");
        let events = groups.entry(group.to_owned()).or_default();
        events.extend(
            lines
                .into_iter()
                .map(|(at, line)| (stream.to_owned(), at, line)),
        );
    }
}
