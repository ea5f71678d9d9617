//! All log groups, in memory, bounded by age and size.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::Timestamp;
use serde::Serialize;
use tokio::{sync::broadcast, time::Instant};

use crate::{
    clock::Clock,
    logs::{
        group::{Event, Group, GroupClass, Page, Query, whole_millis},
        key::Key,
        token::Seal,
        wire::ApiError,
    },
};

/// How many writes a Live Tail session may fall behind before it loses the oldest.
const FEED_CAPACITY: usize = 4_096;
/// The store's size where no other is set, in bytes.
const MOST_BYTES: usize = 64 * 1_048_576;

/// What one write added to a group, for Live Tail.
#[derive(Debug)]
pub(super) struct Batch {
    pub group: Arc<str>,
    pub events: Vec<(Key, Event)>,
}

/// What the store holds, and what it had to forget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holdings {
    /// Events that can be read.
    pub events: usize,
    /// What they take, in bytes.
    pub bytes: usize,
    /// Events that were forgotten for their age, or for want of room.
    pub evicted_events: u64,
    /// What they took, in bytes.
    pub evicted_bytes: u64,
    /// Every event from this time on is still there; `None`: nothing was forgotten.
    pub complete_since: Option<Timestamp>,
}

#[derive(Debug)]
struct Groups {
    by_name: BTreeMap<String, Group>,
    written: u64,
    ingestion_delay: Duration,
    most_bytes: usize,
    holdings: Holdings,
}

impl Default for Groups {
    fn default() -> Self {
        Self {
            by_name: BTreeMap::new(),
            written: 0,
            ingestion_delay: Duration::ZERO,
            most_bytes: MOST_BYTES,
            holdings: Holdings {
                events: 0,
                bytes: 0,
                evicted_events: 0,
                evicted_bytes: 0,
                complete_since: None,
            },
        }
    }
}

/// All log groups of the embedded pipeline.
#[derive(Debug)]
pub struct LogStore {
    groups: Mutex<Groups>,
    clock: Clock,
    feed: broadcast::Sender<Arc<Batch>>,
    /// Recognises the page tokens that this store gave out.
    pub(super) seal: Seal,
}

impl LogStore {
    /// An empty store whose events are stamped by this clock.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            groups: Mutex::default(),
            clock,
            feed: broadcast::Sender::new(FEED_CAPACITY),
            seal: Seal::new(),
        }
    }

    /// What time it is by AWS's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// From now on the store keeps at most so many bytes.
    pub fn set_limit(&self, bytes: usize) {
        let mut groups = self.lock();
        groups.most_bytes = bytes;
        groups.evict(self.now());
    }

    /// What the store holds, and what it had to forget.
    #[must_use]
    pub fn holdings(&self) -> Holdings {
        self.lock().holdings.clone()
    }

    /// From now on, events can be read only this long after they were written.
    pub fn set_ingestion_delay(&self, delay: Duration) {
        self.lock().ingestion_delay = delay;
    }

    /// Creates a log group that keeps its events for so many days.
    pub fn create_group(&self, group: &str, retention_days: i32) {
        let now = self.now();
        self.lock().group_or_new(group, now).retention_days = Some(retention_days);
    }

    /// Writes lines to a stream, which is created, with its group, on the first line.
    pub fn write(&self, group: &str, stream: &str, lines: Vec<(Timestamp, String)>) {
        self.write_late(group, stream, lines, Duration::ZERO);
    }

    /// As [`write`](Self::write); the lines can be read only so much later than others.
    pub fn write_late(
        &self,
        group: &str,
        stream: &str,
        lines: Vec<(Timestamp, String)>,
        later: Duration,
    ) {
        let mut groups = self.lock();
        let now = whole_millis(self.now());
        groups
            .group_or_new(group, now)
            .stream_or_new(stream.into(), now);
        self.append(&mut groups, (group, stream), lines, now, later);
    }

    /// As [`write`](Self::write), for `PutLogEvents`: group and stream have to exist.
    pub(super) fn put(
        &self,
        group: &str,
        stream: &str,
        lines: Vec<(Timestamp, String)>,
    ) -> Result<(), ApiError> {
        let mut groups = self.lock();
        groups.stream(group, stream)?;
        let now = whole_millis(self.now());
        self.append(&mut groups, (group, stream), lines, now, Duration::ZERO);
        Ok(())
    }

    fn append(
        &self,
        groups: &mut Groups,
        (group, stream): (&str, &str),
        lines: Vec<(Timestamp, String)>,
        now: Timestamp,
        later: Duration,
    ) {
        let readable_at = Instant::now() + groups.ingestion_delay + later;
        let first = groups.written;
        groups.written += lines.len() as u64;
        let Some(group) = groups.by_name.get_mut(group) else {
            return;
        };
        let Some(to) = group.streams.get_mut(stream) else {
            return;
        };
        let name = Arc::clone(&to.name);
        let holdings = &mut groups.holdings;
        let listeners = self.feed.receiver_count() > 0;
        let mut news = Vec::new();
        for (number, (at, line)) in (first..).zip(lines) {
            let key = Key {
                at: whole_millis(at),
                number,
            };
            let event = Event {
                stream: Arc::clone(&name),
                message: line.into(),
                ingested: now,
                readable_at,
            };
            group.stored_bytes += event.message.len();
            holdings.events += 1;
            holdings.bytes += event.memory();
            to.keys.insert(key);
            if listeners {
                news.push((key, event.clone()));
            }
            group.events.insert(key, event);
        }
        to.last_ingested = Some(now);
        if listeners {
            // Without a listener left by now, nobody misses the batch.
            let _ = self.feed.send(Arc::new(Batch {
                group: Arc::clone(&group.name),
                events: news,
            }));
        }
        groups.evict(now);
    }

    /// Hears of every write from now on.
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Batch>> {
        self.feed.subscribe()
    }

    /// Makes a new group, as `CreateLogGroup` does.
    pub(super) fn add_group(&self, group: &str, class: GroupClass) -> Result<(), ApiError> {
        let mut groups = self.lock();
        if groups.by_name.contains_key(group) {
            return Err(ApiError::exists("log group"));
        }
        let now = whole_millis(self.now());
        groups.group_or_new(group, now).class = class;
        Ok(())
    }

    /// Makes a new stream, as `CreateLogStream` does.
    pub(super) fn add_stream(&self, group: &str, stream: &str) -> Result<(), ApiError> {
        let mut groups = self.lock();
        let group = groups.group_mut(group)?;
        if group.streams.contains_key(stream) {
            return Err(ApiError::exists("log stream"));
        }
        group.stream_or_new(stream.into(), whole_millis(self.now()));
        Ok(())
    }

    /// Removes a group and all that is in it.
    pub(super) fn remove_group(&self, group: &str) -> Result<(), ApiError> {
        let mut groups = self.lock();
        let removed = groups.by_name.remove(group);
        let removed = removed.ok_or_else(ApiError::no_group)?;
        let bytes: usize = removed.events.values().map(Event::memory).sum();
        groups.holdings.events -= removed.events.len();
        groups.holdings.bytes -= bytes;
        Ok(())
    }

    /// Looks at, or changes, one group while no one else does.
    pub(super) fn with_group<T>(
        &self,
        group: &str,
        look: impl FnOnce(&mut Group) -> T,
    ) -> Result<T, ApiError> {
        self.lock().group_mut(group).map(look)
    }

    /// Refuses an operation that the group's class lacks.
    pub(super) fn refuse_infrequent(&self, group: &str, operation: &str) -> Result<(), ApiError> {
        match self.with_group(group, |group| group.class)? {
            GroupClass::Standard => Ok(()),
            GroupClass::InfrequentAccess => Err(ApiError::not_for_class(
                group,
                "INFREQUENT_ACCESS",
                operation,
            )),
        }
    }

    /// Looks at every group, in the order of their names.
    pub(super) fn with_groups<T>(
        &self,
        look: impl FnOnce(&mut dyn Iterator<Item = &Group>) -> T,
    ) -> T {
        look(&mut self.lock().by_name.values())
    }

    /// One page of a group's readable events.
    pub(super) fn page(&self, group: &str, query: &Query) -> Result<Page, ApiError> {
        let mut groups = self.lock();
        Ok(groups.group_mut(group)?.page(query, self.now()))
    }

    fn lock(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().expect("no panic while held")
    }
}

impl Groups {
    fn group_or_new(&mut self, name: &str, now: Timestamp) -> &mut Group {
        self.by_name
            .entry(name.to_owned())
            .or_insert_with(|| Group::new(name, whole_millis(now)))
    }

    /// Forgets what is older than its group keeps, and the oldest of all beyond the store's size.
    fn evict(&mut self, now: Timestamp) {
        loop {
            let is_full = self.holdings.bytes > self.most_bytes;
            let oldest = self
                .by_name
                .values_mut()
                .filter_map(|group| {
                    let at = group.oldest()?;
                    (is_full || at < group.kept_since(now)).then_some((at, group))
                })
                .min_by_key(|(at, _)| *at);
            let Some((key, event)) = oldest.and_then(|(_, group)| group.forget_oldest()) else {
                return;
            };
            let bytes = event.memory();
            let holdings = &mut self.holdings;
            holdings.events -= 1;
            holdings.bytes -= bytes;
            holdings.evicted_events += 1;
            holdings.evicted_bytes += bytes as u64;
            // Events count in whole milliseconds, so others of that one may be there still.
            let after = key
                .at
                .saturating_add(Duration::from_millis(1))
                .unwrap_or(key.at);
            holdings.complete_since = holdings.complete_since.max(Some(after));
        }
    }

    fn group_mut(&mut self, name: &str) -> Result<&mut Group, ApiError> {
        self.by_name.get_mut(name).ok_or_else(ApiError::no_group)
    }

    fn stream(&mut self, group: &str, stream: &str) -> Result<(), ApiError> {
        let group = self.group_mut(group)?;
        group
            .streams
            .contains_key(stream)
            .then_some(())
            .ok_or_else(ApiError::no_stream)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::{
        group::{PAGE_BYTES, Streams},
        key::Direction,
        pattern::Pattern,
    };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn query(from: i64, until: i64) -> Query {
        Query {
            streams: Streams::All,
            from: at(from),
            until: at(until),
            pattern: Pattern::default(),
            direction: Direction::Forward,
            after: None,
            limit: 10_000,
        }
    }

    fn texts(page: &Page) -> Vec<&str> {
        page.events
            .iter()
            .map(|(_, event)| &*event.message)
            .collect()
    }

    #[test]
    fn events_come_in_time_order_whatever_the_order_of_writing() {
        let store = LogStore::new(Clock::default());
        store.write(
            "g",
            "b",
            vec![(at(30), "three".into()), (at(10), "one".into())],
        );
        store.write(
            "g",
            "a",
            vec![(at(20), "two".into()), (at(10), "one again".into())],
        );
        let page = store.page("g", &query(0, 100)).unwrap();
        assert_eq!(texts(&page), ["one", "one again", "two", "three"]);
        let page = store.page("g", &query(11, 30)).unwrap();
        assert_eq!(texts(&page), ["two", "three"], "both ends are included");
    }

    #[test]
    fn a_page_ends_at_its_limit_and_the_next_goes_on_there_in_both_directions() {
        let store = LogStore::new(Clock::default());
        store.write("g", "s", (0..5).map(|n| (at(7), n.to_string())).collect());
        for direction in [Direction::Forward, Direction::Backward] {
            let mut query = Query {
                limit: 2,
                direction,
                ..query(7, 7)
            };
            let mut seen = Vec::new();
            loop {
                let page = store.page("g", &query).unwrap();
                seen.extend(texts(&page).iter().map(ToString::to_string));
                query.after = page.stopped_at;
                if query.after.is_none() {
                    break;
                }
            }
            if direction == Direction::Backward {
                seen.reverse();
            }
            assert_eq!(seen, ["0", "1", "2", "3", "4"]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_can_be_read_only_after_the_delay_that_was_set_when_it_was_written() {
        let store = LogStore::new(Clock::default());
        store.set_ingestion_delay(Duration::from_secs(5));
        store.write("g", "s", vec![(at(1), "late".into())]);
        store.set_ingestion_delay(Duration::ZERO);
        store.write("g", "s", vec![(at(2), "prompt".into())]);
        assert_eq!(texts(&store.page("g", &query(0, 9)).unwrap()), ["prompt"]);
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert_eq!(texts(&store.page("g", &query(0, 9)).unwrap()), ["prompt"]);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(
            texts(&store.page("g", &query(0, 9)).unwrap()),
            ["late", "prompt"]
        );
    }

    #[test]
    fn a_page_holds_one_megabyte_or_one_event() {
        let store = LogStore::new(Clock::default());
        let big = "x".repeat(PAGE_BYTES / 2);
        let huge = "y".repeat(PAGE_BYTES + 1);
        store.write(
            "g",
            "s",
            vec![
                (at(1), big.clone()),
                (at(2), big.clone()),
                (at(3), big),
                (at(4), huge),
            ],
        );
        let mut query = query(0, 9);
        let mut sizes = Vec::new();
        loop {
            let page = store.page("g", &query).unwrap();
            sizes.push(page.events.len());
            query.after = page.stopped_at;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(sizes, [2, 1, 1]);
    }

    #[test]
    fn an_empty_or_backward_range_is_an_empty_page() {
        let store = LogStore::new(Clock::default());
        store.write("g", "s", vec![(at(5), "x".into())]);
        assert!(store.page("g", &query(9, 1)).unwrap().events.is_empty());
        assert!(store.page("g", &query(6, 6)).unwrap().events.is_empty());
    }

    #[test]
    fn the_oldest_events_are_forgotten_beyond_the_stores_size() {
        let store = LogStore::new(Clock::default());
        let line = |n: i64| vec![(at(n), "x".repeat(800))];
        for n in 0..6 {
            store.write(if n % 2 == 0 { "even" } else { "odd" }, "s", line(n));
        }
        assert_eq!(store.holdings().complete_since, None);
        store.set_limit(3_000);
        let holdings = store.holdings();
        assert_eq!((holdings.events, holdings.bytes), (3, 3_000));
        assert_eq!(
            (holdings.evicted_events, holdings.evicted_bytes),
            (3, 3_000)
        );
        assert_eq!(holdings.complete_since, Some(at(3)));
        assert_eq!(store.page("even", &query(0, 9)).unwrap().events.len(), 1);
        assert_eq!(store.page("odd", &query(0, 9)).unwrap().events.len(), 2);
        store.write("odd", "s", line(7));
        assert_eq!(store.holdings().complete_since, Some(at(4)));
        store.remove_group("odd").unwrap();
        assert_eq!(store.holdings().events, 1);
    }

    #[test]
    fn events_that_their_group_keeps_no_longer_are_forgotten() {
        let store = LogStore::new(Clock::default());
        store.create_group("g", 1);
        let old = Timestamp::now() - jiff::SignedDuration::from_hours(25);
        store.write(
            "g",
            "s",
            vec![(old, "old".into()), (Timestamp::now(), "new".into())],
        );
        assert_eq!(
            (store.holdings().events, store.holdings().evicted_events),
            (1, 1)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_line_is_read_after_its_neighbours() {
        let store = LogStore::new(Clock::default());
        store.write_late(
            "g",
            "s",
            vec![(at(1), "late".into())],
            Duration::from_secs(3),
        );
        store.write("g", "s", vec![(at(2), "prompt".into())]);
        assert_eq!(texts(&store.page("g", &query(0, 9)).unwrap()), ["prompt"]);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(
            texts(&store.page("g", &query(0, 9)).unwrap()),
            ["late", "prompt"]
        );
    }
}
