//! Lines of the log on their way from who reads them to who judges them: the texts of a page in one
//! buffer, for a large run has millions.

use std::sync::Arc;

use jiff::Timestamp;

use edactl_aws::logs::EventRef;

/// Some lines, in time order.
#[derive(Debug, Default)]
pub struct Lines {
    /// Ids and messages, one after the other.
    text: String,
    /// The streams as they follow each other.
    streams: Vec<Arc<str>>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    at: Timestamp,
    /// The index in `streams`.
    stream: usize,
    has_id: bool,
    /// Where in `text` the id begins, the message begins and ends.
    cuts: [usize; 3],
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRef<'a> {
    /// The log stream.
    pub stream: &'a Arc<str>,
    /// When the line was written, by the writer's clock.
    pub at: Timestamp,
    /// CloudWatch's id of the event, where it has one.
    pub id: Option<&'a str>,
    /// The line.
    pub message: &'a str,
}

impl Lines {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds a line.
    pub fn push(&mut self, event: EventRef<'_>) {
        if self.streams.last().is_none_or(|last| last != event.stream) {
            self.streams.push(Arc::clone(event.stream));
        }
        let id = self.text.len();
        self.text.push_str(event.id.unwrap_or_default());
        let message = self.text.len();
        self.text.push_str(event.message);
        self.entries.push(Entry {
            at: event.timestamp,
            stream: self.streams.len() - 1,
            has_id: event.id.is_some(),
            cuts: [id, message, self.text.len()],
        });
    }

    /// The lines, in the order in which they were added.
    pub fn all(&self) -> impl Iterator<Item = LineRef<'_>> {
        self.entries.iter().map(|entry| {
            let [id, message, end] = entry.cuts;
            LineRef {
                stream: &self.streams[entry.stream],
                at: entry.at,
                id: entry.has_id.then(|| &self.text[id..message]),
                message: &self.text[message..end],
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_as_they_were_added() {
        let (group, one, other): (Arc<str>, Arc<str>, Arc<str>) =
            ("g".into(), "one".into(), "other".into());
        let line = |stream, second, id, message| LineRef {
            stream,
            at: Timestamp::from_second(second).unwrap(),
            id,
            message,
        };
        let all = [
            line(&one, 1, Some("i"), "a"),
            line(&one, 2, None, ""),
            line(&other, 2, Some(""), "ä\n"),
            line(&one, 3, Some("k"), "b"),
        ];
        let mut lines = Lines::default();
        assert!(lines.is_empty());
        for line in all {
            lines.push(EventRef {
                group: &group,
                stream: line.stream,
                timestamp: line.at,
                ingested: None,
                id: line.id,
                message: line.message,
            });
        }
        assert_eq!(lines.all().collect::<Vec<_>>(), all);
    }
}
