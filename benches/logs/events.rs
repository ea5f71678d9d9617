//! The events of a log group: a history that is rendered beforehand, and one that is written while
//! it is read.

use std::{io::Write, ops::RangeInclusive};

use bytes::Bytes;

/// 2026-11-24T12:00:00Z, in milliseconds.
pub const START: i64 = 1_795_521_600_000;
/// The events of a history are spread over this long, in milliseconds.
pub const SPAN: i64 = 3_600_000;
/// The most events of a page, as on AWS.
const PAGE: usize = 10_000;
const STREAMS: usize = 20;

/// Some events as they stand in an answer, separated by commas.
pub struct Page {
    pub json: Bytes,
    pub events: u64,
    /// The token of what follows.
    pub next: Option<usize>,
}

/// Where pages come from.
pub trait Events: Send + Sync + 'static {
    /// The events of a span of time, from a token on, or the latest ones of it.
    fn page(
        &self,
        span: RangeInclusive<i64>,
        token: Option<usize>,
        limit: Option<usize>,
        latest: bool,
    ) -> Page;
}

fn write_event(json: &mut Vec<u8>, index: usize, at: i64) {
    let stream = index * 7 % STREAMS;
    // Writing to a Vec cannot fail.
    let _ = write!(
        json,
        r#"{{"logStreamName":"2026/11/24/[$LATEST]{stream:032x}","timestamp":{at},"message":"[INFO]\t2026-11-24T12:00:00.000Z\t169f3f51-0320-4f83-9099-ac1a414e52d0\tevent {index:07} of the benchmark\n","ingestionTime":{},"eventId":"{index:056}"}},"#,
        at + 1_000
    );
}

/// So many events over [`SPAN`], all readable.
pub struct History {
    json: Bytes,
    /// Where each event begins, and one more.
    places: Vec<usize>,
    times: Vec<i64>,
}

impl History {
    pub fn new(count: usize) -> Self {
        let mut json = Vec::with_capacity(count * 360);
        let (mut places, mut times) = (Vec::with_capacity(count + 1), Vec::with_capacity(count));
        for index in 0..count {
            let number = i64::try_from(index).unwrap_or_default();
            let at = START + number * SPAN / i64::try_from(count).unwrap_or(1);
            places.push(json.len());
            times.push(at);
            write_event(&mut json, index, at);
        }
        places.push(json.len());
        Self {
            json: json.into(),
            places,
            times,
        }
    }
}

impl Events for History {
    fn page(
        &self,
        span: RangeInclusive<i64>,
        token: Option<usize>,
        limit: Option<usize>,
        latest: bool,
    ) -> Page {
        let most = limit.unwrap_or(PAGE).min(PAGE);
        let begin = self.times.partition_point(|at| at < span.start());
        let end = self.times.partition_point(|at| at <= span.end());
        let first = match token {
            Some(token) => token,
            None if latest => end.saturating_sub(most).max(begin),
            None => begin,
        };
        let last = end.min(first + most).max(first);
        let from = self.places[first];
        // Without the comma after the last one.
        let to = if last > first {
            self.places[last] - 1
        } else {
            from
        };
        Page {
            json: self.json.slice(from..to),
            events: (last - first) as u64,
            next: (last < end).then_some(last),
        }
    }
}

/// Events that are written all the time, each readable some time after.
pub struct Busy {
    /// When the first was written.
    start: i64,
}

impl Busy {
    pub const PER_MILLISECOND: i64 = 2;

    pub fn new(start: i64) -> Self {
        Self { start }
    }

    /// When an event was written.
    pub fn written(&self, index: usize) -> i64 {
        self.start + i64::try_from(index).unwrap_or_default() / Self::PER_MILLISECOND
    }

    /// When it can be read: half a second to two seconds later, and one in a thousand up to a
    /// minute later.
    pub fn readable(&self, index: usize) -> i64 {
        let random = (index as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23);
        let of = |most: u64| i64::try_from(random / 1_000 % most).unwrap_or_default();
        let late = if random.is_multiple_of(1_000) {
            5_000 + of(55_000)
        } else {
            500 + of(1_500)
        };
        self.written(index) + late
    }

    /// The first event that was written no earlier.
    pub fn index(&self, at: i64) -> usize {
        usize::try_from((at - self.start).max(0) * Self::PER_MILLISECOND).unwrap_or_default()
    }
}

impl Events for Busy {
    fn page(
        &self,
        span: RangeInclusive<i64>,
        token: Option<usize>,
        limit: Option<usize>,
        latest: bool,
    ) -> Page {
        let now = jiff::Timestamp::now().as_millisecond();
        let most = limit.unwrap_or(PAGE).min(PAGE);
        let end = self.index(span.end().saturating_add(1).min(now));
        let begin = self.index(*span.start());
        let mut next = match token {
            Some(token) => token,
            None if latest => end.saturating_sub(most).max(begin),
            None => begin,
        };
        let (mut json, mut events) = (Vec::with_capacity(most * 360), 0);
        while next < end && events < most {
            if self.readable(next) <= now {
                write_event(&mut json, next, self.written(next));
                events += 1;
            }
            next += 1;
        }
        json.pop();
        Page {
            json: json.into(),
            events: events as u64,
            next: (next < end).then_some(next),
        }
    }
}
