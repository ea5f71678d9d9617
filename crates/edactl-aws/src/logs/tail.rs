//! One complete stream out of several log groups: each event exactly once.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    error::AwsError,
    limiter::Lane,
    logs::{
        LogEvent, LogsClient,
        batch::EventRef,
        dedup::{Counter, Seen},
        merge::{EventSink, merge},
        reader::Reader,
        sweep::Sweeps,
        window::Source,
    },
};

/// Clocks of writers may run ahead of this machine's.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// Most events can be read within seconds; a look at the recent ones goes back this far …
const RECENT: SignedDuration = SignedDuration::from_secs(20);
/// … or, where so much does not fit into a page, as far as a page goes, but no less than this
/// before the look before …
const MOST_RECENT: SignedDuration = SignedDuration::from_secs(3);
/// … and this often as far as ever.
const FAR_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// What a look at the recent events should hold: less than a page, so that it takes one call, also
/// where more is written than before.
const LOOK: i64 = 8_000;

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
    /// How long to rest between two sweeps over the whole settling window; see
    /// [`Tail::next_swept`].
    pub sweep_every: Duration,
    /// Whether half of the quota is left to everybody else, however much there is to read.
    pub leaves_half: bool,
}

impl TailRequest {
    fn lane(&self) -> Lane {
        if self.leaves_half {
            Lane::Half
        } else {
            Lane::Foreground
        }
    }
}

/// How a pass over the groups went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pass {
    /// Groups that do not exist (yet).
    pub missing_groups: Vec<String>,
    /// Milliseconds that hold more events than the endpoint would give. Never met on AWS.
    pub gaps: u64,
    /// Windows of time that were not read to their end, because the endpoint's pages led back to
    /// one that was read before. More may stand there.
    pub unfinished: u64,
    /// How many events were read, those that were known included.
    pub read: u64,
    /// Whether the taker broke off.
    pub broken_off: bool,
    /// One page did not hold the span, and nothing was read; see [`LogsClient::history_of_a_page`].
    pub is_too_long: bool,
    /// When this reading of everything that may still change began, where it came to its end:
    /// whatever could be read then was given.
    pub whole_at: Option<Timestamp>,
}

impl Pass {
    /// Takes in how a reader fared.
    pub(super) fn add(&mut self, reader: &Reader, group: &str) {
        self.gaps += reader.gaps;
        self.unfinished += reader.unfinished;
        self.is_too_long |= reader.is_too_long;
        if reader.missing {
            self.missing_groups.push(group.to_owned());
        }
    }
}

/// How far back a pass looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over the seconds since the last pass and a few before: cheap, finds nearly everything.
    Recent,
    /// Over the whole settling window: finds everything.
    Window,
}

/// Reads groups again and again: [`Tail::pass`] gives what is new as soon as may be, and
/// [`Tail::next_swept`] what came late, in the background.
#[derive(Debug)]
pub struct Tail {
    pub(super) client: LogsClient,
    pub(super) request: TailRequest,
    pub(super) groups: Vec<GroupTail>,
    /// When the last pass that succeeded began.
    pub(super) last: Option<Timestamp>,
    /// When it began to read what was recent then: where the next look goes on.
    reached: Option<Timestamp>,
    /// How long a look at the recent events is to be, so that a page holds it, and when one last
    /// went as far back as ever.
    fitting: SignedDuration,
    far: Option<Timestamp>,
    pub(super) sweeps: Sweeps,
}

#[derive(Debug)]
pub(super) struct GroupTail {
    pub name: Arc<str>,
    /// Everything before this was given out, settled. A whole millisecond: an event carries no
    /// less, and one that is read again must be known again.
    pub from: Timestamp,
    pub seen: Seen,
}

impl Tail {
    pub(super) fn new(client: LogsClient, request: TailRequest) -> Self {
        let groups = request
            .groups
            .iter()
            .map(|name| GroupTail {
                name: name.as_str().into(),
                from: whole_millisecond(request.since),
                seen: Seen::default(),
            })
            .collect();
        Self {
            client,
            request,
            groups,
            last: None,
            reached: None,
            fitting: SignedDuration::MAX,
            far: None,
            sweeps: Sweeps::default(),
        }
    }

    /// One pass over all groups: every event that can be read now and was not given before, in
    /// time order. What may still become readable (younger than the settling time before `now`)
    /// is read again later. The first pass is always over the whole window.
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
        let begin = match (reach, self.reached) {
            (Reach::Recent, Some(last)) => Some(self.recent_begin(last, now)),
            _ => None,
        };
        let mut readers: Vec<Reader> = self
            .groups
            .iter()
            .map(|group| {
                let from = begin.map_or(group.from, |begin| group.from.max(begin));
                let lane = self.request.lane();
                self.client
                    .reader(&group.name, self.pattern(), (from, until), lane)
                    .expecting_until(now.as_millisecond())
            })
            .collect();
        let mut counters: Vec<Counter> = readers.iter().map(|_| Counter::default()).collect();
        let mut read = 0_u64;
        let groups = &mut self.groups;
        let wanted = |index: usize, event: &EventRef<'_>, unfinished: u64| {
            read += 1;
            let group: &mut GroupTail = &mut groups[index];
            if begin.is_none() && unfinished == 0 {
                // The past is over once it was given, wherever this pass ends.
                group.from = group.from.max(event.timestamp.min(settled));
                group.seen.make_room(group.from);
            }
            group.seen.is_new(event, &mut counters[index])
        };
        let merged = merge(&mut readers, wanted, sink).await?;
        let mut pass = Pass {
            broken_off: merged.is_break(),
            read,
            ..Pass::default()
        };
        for (group, reader) in self.groups.iter().zip(&readers) {
            pass.add(reader, &group.name);
        }
        if pass.broken_off {
            return Ok(pass);
        }
        if let Some(begin) = begin {
            self.learn(read, begin, now);
        } else {
            self.settle(&pass, settled);
            pass.whole_at = (pass.unfinished == 0).then_some(now);
        }
        // A long history took its time, and was read up to the present at its end.
        let reached = readers.iter().map(Reader::reached_present_after).min();
        self.reached = now.checked_add(reached.unwrap_or_default()).ok();
        self.last = Some(now);
        Ok(pass)
    }

    /// Everything before was given, and will not change any more.
    pub(super) fn settle(&mut self, pass: &Pass, settled: Timestamp) {
        if pass.unfinished == 0 {
            for group in &mut self.groups {
                group.from = group.from.max(settled);
                group.seen.forget_before(group.from);
            }
        }
    }

    /// Where a look at the recent events begins.
    fn recent_begin(&mut self, last: Timestamp, now: Timestamp) -> Timestamp {
        let is_due = |far: Timestamp| now.duration_since(far) >= FAR_EVERY;
        let back = if self.far.is_none_or(is_due) {
            self.far = Some(now);
            RECENT
        } else {
            // What came since the last look takes its part of the page.
            let fitting = self.fitting.saturating_sub(now.duration_since(last));
            fitting.clamp(MOST_RECENT, RECENT)
        };
        last.checked_sub(back).unwrap_or(Timestamp::MIN)
    }

    /// So many events stood between these moments: the next look is as long as a page holds.
    fn learn(&mut self, read: u64, begin: Timestamp, now: Timestamp) {
        let span = now.duration_since(begin).as_millis();
        let fitting = span.saturating_mul(LOOK.into()) / i128::from(read.max(1));
        self.fitting = SignedDuration::from_millis(i64::try_from(fitting).unwrap_or(i64::MAX));
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

    pub(super) fn pattern(&self) -> Option<&str> {
        self.request.pattern.as_deref()
    }
}

/// So long before, as a whole millisecond.
pub(super) fn before(now: Timestamp, span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    whole_millisecond(now.checked_sub(span).unwrap_or(Timestamp::MIN))
}

/// The API counts in milliseconds: a moment between two of them would be cut when it is asked for,
/// and not when it is compared with.
fn whole_millisecond(moment: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment)
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
        self.read(groups, span, pattern, |reader| reader, sink)
            .await
    }

    /// As [`history`](Self::history), but only where one page holds a group's whole span. Where
    /// it does not, the pass says so, and what was given is a part.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub async fn history_of_a_page(
        &self,
        groups: &[String],
        span: (Timestamp, Timestamp),
        pattern: Option<&str>,
        sink: &mut impl EventSink,
    ) -> Result<Pass, AwsError> {
        self.read(groups, span, pattern, Reader::within_a_page, sink)
            .await
    }

    async fn read(
        &self,
        groups: &[String],
        span: (Timestamp, Timestamp),
        pattern: Option<&str>,
        with: fn(Reader) -> Reader,
        sink: &mut impl EventSink,
    ) -> Result<Pass, AwsError> {
        let lane = Lane::Foreground;
        let mut readers: Vec<Reader> = groups
            .iter()
            .map(|group| {
                let reader = self.reader(&group.as_str().into(), pattern, span, lane);
                with(reader.expecting_until(Timestamp::now().as_millisecond()))
            })
            .collect();
        let merged = merge(&mut readers, |_, _, _| true, sink).await?;
        let mut pass = Pass {
            broken_off: merged.is_break(),
            ..Pass::default()
        };
        for (reader, group) in readers.iter().zip(groups) {
            pass.add(reader, group);
        }
        Ok(pass)
    }

    pub(super) fn reader(
        &self,
        group: &Arc<str>,
        pattern: Option<&str>,
        (from, until): (Timestamp, Timestamp),
        lane: Lane,
    ) -> Reader {
        let source = Source {
            client: self.clone(),
            group: Arc::clone(group),
            pattern: pattern.map(Into::into),
            lane,
        };
        Reader::new(source, from.as_millisecond()..=until.as_millisecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_what_is_compared_with() {
        let now: Timestamp = "2026-11-26T04:00:00.123456789Z".parse().unwrap();
        let settled = before(now, Duration::from_secs(1));
        assert_eq!(settled.to_string(), "2026-11-26T03:59:59.123Z");
        // An event of that millisecond is asked for again, so it must still be known.
        assert_eq!(settled.as_millisecond() % 1_000, 123);
        assert!(Timestamp::from_millisecond(settled.as_millisecond()).unwrap() >= settled);
    }
}
