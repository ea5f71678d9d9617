//! One complete stream out of the pages of several log groups: each event exactly once.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

use super::{FULL_PAGE, LogEvent, LogsClient, PageRequest};
use crate::aws::error::{AwsError, AwsErrorKind};

/// Clocks of writers may run ahead of this machine's.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// What to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailRequest {
    /// The log groups.
    pub groups: Vec<String>,
    /// From when on.
    pub since: Timestamp,
    /// A filter pattern for the server (`FilterLogEvents`).
    pub pattern: Option<String>,
    /// How late an event may become readable after the time it carries.
    pub settle: Duration,
}

/// What one pass over the groups found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Events that no earlier sweep gave, in time order.
    pub events: Vec<LogEvent>,
    /// Groups that do not exist (yet).
    pub missing_groups: Vec<String>,
}

/// Reads groups again and again; see [`Tail::sweep`].
#[derive(Debug)]
pub struct Tail {
    client: LogsClient,
    request: TailRequest,
    groups: Vec<GroupTail>,
}

#[derive(Debug)]
struct GroupTail {
    name: String,
    /// Everything before this was given out, settled.
    from: Timestamp,
    seen: Seen,
}

/// What was given out of the settling window: how often each identity was.
#[derive(Debug, Default)]
struct Seen(HashMap<u64, (Timestamp, u32)>);

impl Seen {
    /// Events of one reading that are new. Without ids, equal events of one stream and time are
    /// told apart by their number: the third equal line of a reading is new if two were seen.
    fn take_new(&mut self, reading: Vec<LogEvent>) -> Vec<LogEvent> {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        reading
            .into_iter()
            .filter(|event| {
                let identity = identity(event);
                let nth = counts.entry(identity).or_default();
                // With an id, a repetition in one reading (pages overlap) is the same event.
                *nth = if event.id.is_some() { 1 } else { *nth + 1 };
                let known = self.0.entry(identity).or_insert((event.timestamp, 0));
                let is_new = *nth > known.1;
                known.1 = known.1.max(*nth);
                is_new
            })
            .collect()
    }

    fn forget_before(&mut self, moment: Timestamp) {
        self.0.retain(|_, (at, _)| *at >= moment);
    }
}

fn identity(event: &LogEvent) -> u64 {
    let mut hasher = DefaultHasher::new();
    event.stream.hash(&mut hasher);
    match &event.id {
        Some(id) => id.hash(&mut hasher),
        None => (event.timestamp, &event.message).hash(&mut hasher),
    }
    hasher.finish()
}

impl Tail {
    pub(super) fn new(client: LogsClient, request: TailRequest) -> Self {
        let groups = request
            .groups
            .iter()
            .map(|name| GroupTail {
                name: name.clone(),
                from: request.since,
                seen: Seen::default(),
            })
            .collect();
        Self {
            client,
            request,
            groups,
        }
    }

    /// One pass over all groups: every event that can be read now and was not given before, in
    /// time order. What may still become readable (younger than the settling time before `now`)
    /// is read again by the next sweep.
    ///
    /// # Errors
    /// When AWS refuses, or stays out of reach. Nothing is lost then: the next sweep gives it.
    pub async fn sweep(&mut self, now: Timestamp) -> Result<Sweep, AwsError> {
        let until = now.saturating_add(AHEAD).unwrap_or(now);
        let settle = SignedDuration::try_from(self.request.settle).unwrap_or(SignedDuration::MAX);
        let settled = now.checked_sub(settle).unwrap_or(Timestamp::MIN);
        let mut readings = Vec::with_capacity(self.groups.len());
        let mut sweep = Sweep::default();
        // All groups are read before any is marked as given, so that a failure loses nothing.
        for group in &self.groups {
            let pattern = self.request.pattern.as_deref();
            let reading = read(&self.client, &group.name, group.from, until, pattern).await?;
            if reading.is_none() {
                sweep.missing_groups.push(group.name.clone());
            }
            readings.push(reading.unwrap_or_default());
        }
        for (group, reading) in self.groups.iter_mut().zip(readings) {
            sweep.events.append(&mut group.seen.take_new(reading));
            let from = group.from.max(settled);
            group.seen.forget_before(from);
            group.from = from;
        }
        // Stable: lines of one stream and time keep the order in which they came.
        sweep.events.sort_by_key(|event| event.timestamp);
        Ok(sweep)
    }
}

/// Everything in a span of a group. `None`: the group does not exist.
async fn read(
    client: &LogsClient,
    group: &str,
    from: Timestamp,
    until: Timestamp,
    pattern: Option<&str>,
) -> Result<Option<Vec<LogEvent>>, AwsError> {
    let mut request = PageRequest {
        group,
        from,
        until,
        pattern,
        token: None,
    };
    let mut events: Vec<LogEvent> = Vec::new();
    let mut overlap = Seen::default();
    loop {
        let page = match client.page(&request).await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(None),
            // A token lives for a day: begin this span again, without what is already here.
            Err(error) if request.token.is_some() && is_expired_token(&error) => {
                request.token = None;
                continue;
            }
            Err(error) => return Err(error),
        };
        let count = page.events.len();
        let last = page.events.iter().map(|event| event.timestamp).max();
        let fresh = overlap.take_new(page.events);
        let nothing_new = fresh.is_empty();
        events.extend(fresh);
        match (page.token, last) {
            (Some(token), _) => request.token = Some(token),
            // A full page without a token (some emulators): go on from its last moment.
            (None, Some(last)) if count >= FULL_PAGE && !nothing_new => {
                request.from = last;
                request.token = None;
                overlap.forget_before(last);
            }
            _ => return Ok(Some(events)),
        }
    }
}

fn is_expired_token(error: &AwsError) -> bool {
    error.kind == AwsErrorKind::Other
        && error
            .code
            .as_deref()
            .is_some_and(|code| code.contains("InvalidParameter"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn event(stream: &str, at: i64, id: Option<&str>, message: &str) -> LogEvent {
        LogEvent {
            group: "g".into(),
            stream: stream.into(),
            timestamp: Timestamp::from_millisecond(at).unwrap(),
            ingested: None,
            id: id.map(Arc::from),
            message: message.into(),
        }
    }

    #[test]
    fn without_ids_equal_lines_are_told_apart_by_their_number() {
        let mut seen = Seen::default();
        let line = || event("s", 1, None, "same");
        assert_eq!(seen.take_new(vec![line(), line()]).len(), 2);
        assert_eq!(seen.take_new(vec![line(), line()]).len(), 0);
        assert_eq!(seen.take_new(vec![line(), line(), line()]).len(), 1);
    }

    #[test]
    fn with_ids_a_repetition_is_the_same_event() {
        let mut seen = Seen::default();
        let line = || event("s", 1, Some("7"), "same");
        assert_eq!(seen.take_new(vec![line(), line()]).len(), 1);
        assert_eq!(
            seen.take_new(vec![line(), event("s", 1, Some("8"), "same")])
                .len(),
            1
        );
    }

    proptest! {
        #[test]
        fn however_readings_overlap_each_event_is_given_once(
            written in prop::collection::vec((0..3_i64, any::<bool>(), 0..2_usize), 0..30),
            cuts in prop::collection::vec(0..30_usize, 1..6),
        ) {
            let events: Vec<LogEvent> = written
                .iter()
                .enumerate()
                .map(|(index, (at, with_id, text))| {
                    let id = index.to_string();
                    event("s", *at, with_id.then_some(id.as_str()), ["a", "b"][*text])
                })
                .collect();
            // Readings of a growing log: each sees a prefix, the last sees all.
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(events.len())).collect();
            cuts.sort_unstable();
            cuts.push(events.len());
            let mut seen = Seen::default();
            let mut given: Vec<LogEvent> = Vec::new();
            for cut in cuts {
                given.extend(seen.take_new(events[..cut].to_vec()));
            }
            prop_assert_eq!(given, events);
        }
    }
}
