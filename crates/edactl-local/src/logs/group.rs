//! One log group: its streams and events, paging through them, and forgetting the oldest.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::logs::{
    key::{Direction, Key},
    pattern::Pattern,
    wire::ApiError,
};

/// How many events one page looks at, at most: a search for something rare answers with empty
/// pages and tokens, as AWS does, instead of holding the store for long.
const SCAN_LIMIT: usize = 10_000;
/// The size of a page; AWS documents 1 MB.
pub(super) const PAGE_BYTES: usize = 1_048_576;
/// What an event costs in memory beside its text.
const EVENT_BYTES: usize = 200;

/// One stored event. Texts are shared, so that a page costs no copy of them.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub stream: Arc<str>,
    pub message: Arc<str>,
    pub ingested: Timestamp,
    /// Monotonic, so that setting the clock neither hides nor shows events.
    pub readable_at: Instant,
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
    pub events: BTreeMap<Key, Event>,
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

impl Event {
    /// What the event costs in memory.
    pub fn memory(&self) -> usize {
        self.message.len() + EVENT_BYTES
    }
}

impl Group {
    /// An empty group.
    pub fn new(name: &str, created: Timestamp) -> Self {
        Self {
            name: name.into(),
            created,
            retention_days: None,
            class: GroupClass::default(),
            streams: BTreeMap::new(),
            stored_bytes: 0,
            events: BTreeMap::new(),
        }
    }

    /// The time of the oldest event.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.events.first_key_value().map(|(key, _)| key.at)
    }

    /// Forgets the oldest event, and tells which it was.
    pub fn forget_oldest(&mut self) -> Option<(Key, Event)> {
        let (key, event) = self.events.pop_first()?;
        self.stored_bytes = self.stored_bytes.saturating_sub(event.message.len());
        if let Some(stream) = self.streams.get_mut(&event.stream) {
            stream.keys.remove(&key);
        }
        Some((key, event))
    }

    pub fn stream_or_new(&mut self, name: Arc<str>, now: Timestamp) -> &mut Stream {
        let shared = Arc::clone(&name);
        self.streams.entry(name).or_insert_with(|| Stream {
            name: shared,
            created: now,
            last_ingested: None,
            keys: BTreeSet::new(),
        })
    }

    /// The time from which on events are kept.
    pub fn kept_since(&self, now: Timestamp) -> Timestamp {
        self.retention_days
            .and_then(|days| {
                now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
                    .ok()
            })
            .unwrap_or(Timestamp::MIN)
    }

    /// Whether the group has any event at all.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// One page of the group's readable events.
    pub fn page(&self, query: &Query, now: Timestamp) -> Page {
        let Some(range) = range(
            query.from.max(self.kept_since(now)),
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

    #[allow(clippy::too_many_arguments)] // As the API has them.
    /// One page of a single stream's readable events, with the time range as in [`Query`].
    pub fn stream_page(
        &self,
        stream: &str,
        from: Timestamp,
        until: Timestamp,
        direction: Direction,
        after: Option<Key>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Page, ApiError> {
        let stream = self.streams.get(stream).ok_or_else(ApiError::no_stream)?;
        let Some(range) = range(from.max(self.kept_since(now)), until, direction, after) else {
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
