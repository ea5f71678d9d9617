//! Log groups, streams and their events, in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::{sync::broadcast, time::Instant};

use crate::logs::{
    insights::Queries,
    key::{Direction, Key},
    pattern::Pattern,
    token::Seal,
    wire::ApiError,
};

/// How many writes a Live Tail session may fall behind before it loses the oldest.
const FEED_CAPACITY: usize = 4_096;
/// How many events one page looks at, at most: a search for something rare answers with empty
/// pages and tokens, as AWS does, instead of holding the store for long.
const SCAN_LIMIT: usize = 10_000;
/// The size of a page; AWS documents 1 MB.
const PAGE_BYTES: usize = 1_048_576;

/// One stored event. Texts are shared, so that a page costs no copy of them.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub stream: Arc<str>,
    pub message: Arc<str>,
    pub ingested: Timestamp,
    /// Monotonic, so that setting the clock neither hides nor shows events.
    pub readable_at: Instant,
}

/// What one write added to a group, for Live Tail.
#[derive(Debug)]
pub(super) struct Batch {
    pub group: Arc<str>,
    pub events: Vec<(Key, Event)>,
}

/// One log stream.
#[derive(Debug)]
pub(super) struct Stream {
    pub name: Arc<str>,
    pub created: Timestamp,
    pub last_ingested: Option<Timestamp>,
    /// The stream's events, by place in the group; the events themselves are kept once, there.
    pub keys: BTreeSet<Key>,
}

/// What a group's events can be read by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum GroupClass {
    /// Everything.
    #[default]
    Standard,
    /// Logs Insights only.
    InfrequentAccess,
}

/// One log group.
#[derive(Debug)]
pub(super) struct Group {
    pub name: Arc<str>,
    pub created: Timestamp,
    pub retention_days: Option<i32>,
    pub class: GroupClass,
    pub streams: BTreeMap<Arc<str>, Stream>,
    pub stored_bytes: usize,
    events: BTreeMap<Key, Event>,
}

#[derive(Debug, Default)]
struct Groups {
    by_name: BTreeMap<String, Group>,
    written: u64,
    ingestion_delay: Duration,
}

/// All log groups of the embedded pipeline.
#[derive(Debug)]
pub struct LogStore {
    groups: Mutex<Groups>,
    feed: broadcast::Sender<Arc<Batch>>,
    /// Recognises the page tokens that this store gave out.
    pub(super) seal: Seal,
    pub(super) queries: Queries,
}

impl Default for LogStore {
    fn default() -> Self {
        Self {
            groups: Mutex::default(),
            feed: broadcast::Sender::new(FEED_CAPACITY),
            seal: Seal::new(),
            queries: Queries::default(),
        }
    }
}

/// Which streams a reader wants.
#[derive(Debug, Clone, Default)]
pub(super) enum Streams {
    #[default]
    All,
    Named(Vec<String>),
    WithPrefix(String),
}

impl Streams {
    pub fn includes(&self, stream: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| name == stream),
            Self::WithPrefix(prefix) => stream.starts_with(prefix.as_str()),
        }
    }
}

/// One page's worth of questions to a group.
#[derive(Debug)]
pub(super) struct Query {
    pub streams: Streams,
    /// From this time on, inclusive.
    pub from: Timestamp,
    /// Up to this time, inclusive.
    pub until: Timestamp,
    pub pattern: Pattern,
    pub direction: Direction,
    /// Where the page before ended.
    pub after: Option<Key>,
    pub limit: usize,
}

/// One page of a group's events.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub events: Vec<(Key, Event)>,
    /// The last event looked at, when the page ended before the range did.
    pub stopped_at: Option<Key>,
}

impl LogStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, events can be read only this long after they were written.
    pub fn set_ingestion_delay(&self, delay: Duration) {
        self.lock().ingestion_delay = delay;
    }

    /// Creates a log group that keeps its events for so many days.
    pub fn create_group(&self, group: &str, retention_days: i32) {
        self.lock().group_or_new(group).retention_days = Some(retention_days);
    }

    /// Writes lines to a stream, which is created, with its group, on the first line.
    pub fn write(&self, group: &str, stream: &str, lines: Vec<(Timestamp, String)>) {
        let mut groups = self.lock();
        let now = whole_millis(Timestamp::now());
        groups.group_or_new(group).stream_or_new(stream.into(), now);
        self.append(&mut groups, group, stream, lines, now);
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
        let now = whole_millis(Timestamp::now());
        self.append(&mut groups, group, stream, lines, now);
        Ok(())
    }

    fn append(
        &self,
        groups: &mut Groups,
        group: &str,
        stream: &str,
        lines: Vec<(Timestamp, String)>,
        now: Timestamp,
    ) {
        let readable_at = Instant::now() + groups.ingestion_delay;
        let first = groups.written;
        groups.written += lines.len() as u64;
        let Some(group) = groups.by_name.get_mut(group) else {
            return;
        };
        let Some(to) = group.streams.get_mut(stream) else {
            return;
        };
        let name = Arc::clone(&to.name);
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
        groups.group_or_new(group).class = class;
        Ok(())
    }

    /// Makes a new stream, as `CreateLogStream` does.
    pub(super) fn add_stream(&self, group: &str, stream: &str) -> Result<(), ApiError> {
        let mut groups = self.lock();
        let group = groups.group_mut(group)?;
        if group.streams.contains_key(stream) {
            return Err(ApiError::exists("log stream"));
        }
        group.stream_or_new(stream.into(), whole_millis(Timestamp::now()));
        Ok(())
    }

    /// Removes a group and all that is in it.
    pub(super) fn remove_group(&self, group: &str) -> Result<(), ApiError> {
        self.lock()
            .by_name
            .remove(group)
            .map(|_| ())
            .ok_or_else(ApiError::no_group)
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
        Ok(groups.group_mut(group)?.page(query))
    }

    fn lock(&self) -> MutexGuard<'_, Groups> {
        self.groups.lock().expect("no panic while held")
    }
}

impl Groups {
    fn group_or_new(&mut self, name: &str) -> &mut Group {
        self.by_name
            .entry(name.to_owned())
            .or_insert_with(|| Group {
                name: name.into(),
                created: whole_millis(Timestamp::now()),
                retention_days: None,
                class: GroupClass::default(),
                streams: BTreeMap::new(),
                stored_bytes: 0,
                events: BTreeMap::new(),
            })
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

impl Group {
    fn stream_or_new(&mut self, name: Arc<str>, now: Timestamp) -> &mut Stream {
        let shared = Arc::clone(&name);
        self.streams.entry(name).or_insert_with(|| Stream {
            name: shared,
            created: now,
            last_ingested: None,
            keys: BTreeSet::new(),
        })
    }

    /// The time from which on events are kept.
    pub fn kept_since(&self) -> Timestamp {
        self.retention_days
            .and_then(|days| {
                Timestamp::now()
                    .checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
                    .ok()
            })
            .unwrap_or(Timestamp::MIN)
    }

    /// Whether the group has any event at all.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    fn page(&self, query: &Query) -> Page {
        let Some(range) = range(
            query.from.max(self.kept_since()),
            query.until,
            query.direction,
            query.after,
        ) else {
            return Page::default();
        };
        let events = self.events.range(range).map(|(key, event)| (*key, event));
        let wanted = |event: &Event| {
            query.streams.includes(&event.stream) && query.pattern.matches(&event.message)
        };
        match query.direction {
            Direction::Forward => fill(events, query.limit, wanted),
            Direction::Backward => fill(events.rev(), query.limit, wanted),
        }
    }

    /// One page of a single stream's readable events, with the time range as in [`Query`].
    pub fn stream_page(
        &self,
        stream: &str,
        from: Timestamp,
        until: Timestamp,
        direction: Direction,
        after: Option<Key>,
        limit: usize,
    ) -> Result<Page, ApiError> {
        let stream = self.streams.get(stream).ok_or_else(ApiError::no_stream)?;
        let Some(range) = range(from.max(self.kept_since()), until, direction, after) else {
            return Ok(Page::default());
        };
        let events = stream
            .keys
            .range(range)
            .filter_map(|key| Some((*key, self.events.get(key)?)));
        Ok(match direction {
            Direction::Forward => fill(events, limit, |_| true),
            Direction::Backward => fill(events.rev(), limit, |_| true),
        })
    }
}

/// The keys from `from` to `until`, both included, beyond `after`; `None` when there are none.
fn range(
    from: Timestamp,
    until: Timestamp,
    direction: Direction,
    after: Option<Key>,
) -> Option<(Bound<Key>, Bound<Key>)> {
    let first = Key {
        at: from,
        ..Key::FIRST
    };
    let last = Key {
        at: until,
        number: u64::MAX,
    };
    let (low, high) = match (direction, after) {
        (Direction::Forward, Some(after)) if after >= first => {
            (Bound::Excluded(after), Bound::Included(last))
        }
        (Direction::Backward, Some(after)) if after <= last => {
            (Bound::Included(first), Bound::Excluded(after))
        }
        _ => (Bound::Included(first), Bound::Included(last)),
    };
    // `BTreeMap::range` panics on a range that runs backwards.
    let key = |bound| match bound {
        Bound::Included(key) | Bound::Excluded(key) => Some(key),
        Bound::Unbounded => None,
    };
    (key(low) < key(high)).then_some((low, high))
}

fn fill<'a>(
    events: impl Iterator<Item = (Key, &'a Event)>,
    limit: usize,
    wanted: impl Fn(&Event) -> bool,
) -> Page {
    let now = Instant::now();
    let mut page = Page::default();
    let mut bytes = 0;
    let mut last = None;
    for (scanned, (key, event)) in events.enumerate() {
        if scanned == SCAN_LIMIT || page.events.len() == limit {
            page.stopped_at = last;
            break;
        }
        if event.readable_at <= now && wanted(event) {
            bytes += event.message.len();
            // An event larger than a page still has to be readable: alone on its page.
            if bytes > PAGE_BYTES && !page.events.is_empty() {
                page.stopped_at = last;
                break;
            }
            page.events.push((key, event.clone()));
        }
        last = Some(key);
    }
    page
}

/// CloudWatch Logs counts in whole milliseconds.
pub(super) fn whole_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let store = LogStore::new();
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
        let store = LogStore::new();
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
        let store = LogStore::new();
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
        let store = LogStore::new();
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
        let store = LogStore::new();
        store.write("g", "s", vec![(at(5), "x".into())]);
        assert!(store.page("g", &query(9, 1)).unwrap().events.is_empty());
        assert!(store.page("g", &query(6, 6)).unwrap().events.is_empty());
    }
}
