//! One complete stream out of several log groups: each event exactly once.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    error::AwsError,
    logs::{
        LogEvent, LogsClient,
        batch::EventRef,
        dedup::{Counter, Seen},
        merge::{EventSink, merge},
        reader::{Reader, Source},
    },
};

/// Clocks of writers may run ahead of this machine's.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// Most events can be read within seconds; a look at the recent ones goes back this far.
const RECENT: SignedDuration = SignedDuration::from_secs(20);

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

/// How a pass over the groups went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass {
    /// Groups that do not exist (yet).
    pub missing_groups: Vec<String>,
    /// Milliseconds that hold more events than the endpoint would give. Never met on AWS.
    pub gaps: u64,
    /// Whether the taker broke off.
    pub broken_off: bool,
}

/// How far back a pass looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over the seconds since the last pass and a few before: cheap, finds nearly everything.
    Recent,
    /// Over the whole settling window: finds everything.
    Window,
}

/// Reads groups again and again; see [`Tail::pass`].
#[derive(Debug)]
pub struct Tail {
    client: LogsClient,
    request: TailRequest,
    groups: Vec<GroupTail>,
    /// When the last pass that succeeded began.
    last: Option<Timestamp>,
}

#[derive(Debug)]
struct GroupTail {
    name: Arc<str>,
    /// Everything before this was given out, settled.
    from: Timestamp,
    seen: Seen,
}

impl Tail {
    pub(super) fn new(client: LogsClient, request: TailRequest) -> Self {
        let groups = request
            .groups
            .iter()
            .map(|name| GroupTail {
                name: name.as_str().into(),
                from: request.since,
                seen: Seen::default(),
            })
            .collect();
        Self {
            client,
            request,
            groups,
            last: None,
        }
    }

    /// One pass over all groups: every event that can be read now and was not given before, in
    /// time order. What may still become readable (younger than the settling time before `now`)
    /// is read again by the next pass.
    ///
    /// # Errors
    /// When AWS refuses, or stays out of reach. Nothing is lost then, and nothing given twice: the
    /// next pass goes on.
    pub async fn pass(
        &mut self,
        now: Timestamp,
        reach: Reach,
        sink: &mut impl EventSink,
    ) -> Result<Pass, AwsError> {
        let until = now.saturating_add(AHEAD).unwrap_or(now);
        let settled = before(now, self.request.settle);
        let recent = match (reach, self.last) {
            (Reach::Recent, Some(last)) => last.checked_sub(RECENT).unwrap_or(Timestamp::MIN),
            _ => Timestamp::MIN,
        };
        let mut readers: Vec<Reader> = self
            .groups
            .iter()
            .map(|group| {
                self.client
                    .reader(&group.name, self.pattern(), group.from.max(recent), until)
            })
            .collect();
        let mut counters: Vec<Counter> = readers.iter().map(|_| Counter::default()).collect();
        let groups = &mut self.groups;
        let wanted = |index: usize, event: &EventRef<'_>| {
            let group: &mut GroupTail = &mut groups[index];
            if recent == Timestamp::MIN {
                // The past is over once it was given, wherever this pass ends.
                group.from = group.from.max(event.timestamp.min(settled));
                group.seen.make_room(group.from);
            }
            group.seen.is_new(event, &mut counters[index])
        };
        let merged = merge(&mut readers, wanted, sink).await?;
        let mut pass = Pass {
            broken_off: merged.is_break(),
            ..Pass::default()
        };
        for (group, reader) in self.groups.iter_mut().zip(&readers) {
            pass.gaps += reader.gaps;
            if reader.missing {
                pass.missing_groups.push(group.name.to_string());
            }
            if recent == Timestamp::MIN && !pass.broken_off {
                group.from = group.from.max(settled);
                group.seen.forget_before(group.from);
            }
        }
        if !pass.broken_off {
            self.last = Some(now);
        }
        Ok(pass)
    }

    /// Events will be pushed besides ([`LogsClient::live`]). To be said before the first pass.
    pub fn expect_pushed(&mut self) {
        for group in &mut self.groups {
            group.seen.expect_pushed();
        }
    }

    /// Gives pushed events to the sink, but for those that a pass has given.
    pub fn take_pushed(&mut self, events: &[LogEvent], sink: &mut impl EventSink) {
        for event in events {
            let event = event.borrowed();
            let group = self
                .groups
                .iter_mut()
                .find(|group| group.name == *event.group);
            if group.is_some_and(|group| {
                event.timestamp >= group.from && group.seen.is_new_pushed(&event)
            }) {
                sink.take(event);
            }
        }
    }

    fn pattern(&self) -> Option<&str> {
        self.request.pattern.as_deref()
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}

impl LogsClient {
    /// Everything that the groups hold now of a span of time, once, in time order.
    ///
    /// # Errors
    /// When AWS refuses, or stays out of reach.
    pub async fn history(
        &self,
        groups: &[String],
        span: (Timestamp, Timestamp),
        pattern: Option<&str>,
        sink: &mut impl EventSink,
    ) -> Result<Pass, AwsError> {
        let mut readers: Vec<Reader> = groups
            .iter()
            .map(|group| self.reader(&group.as_str().into(), pattern, span.0, span.1))
            .collect();
        let merged = merge(&mut readers, |_, _| true, sink).await?;
        let missing = readers
            .iter()
            .zip(groups)
            .filter(|(reader, _)| reader.missing);
        Ok(Pass {
            missing_groups: missing.map(|(_, group)| group.clone()).collect(),
            gaps: readers.iter().map(|reader| reader.gaps).sum(),
            broken_off: merged.is_break(),
        })
    }

    fn reader(
        &self,
        group: &Arc<str>,
        pattern: Option<&str>,
        from: Timestamp,
        until: Timestamp,
    ) -> Reader {
        let source = Source {
            client: self.clone(),
            group: Arc::clone(group),
            pattern: pattern.map(Into::into),
        };
        Reader::new(source, from.as_millisecond()..=until.as_millisecond())
    }
}
