//! A span of one log group, read in windows side by side and given in order.
//!
//! Within a window pages may come in any order, so a window is sorted once it is whole, and given
//! once all windows before it are. A window that turns out to hold too much is thrown away and cut
//! into smaller ones, so what is held in memory depends on the size of a page, not of the history.

use std::{collections::VecDeque, ops::RangeInclusive, sync::Arc};

use tokio::task::JoinSet;

use crate::{
    error::AwsError,
    logs::{
        LogsClient,
        batch::{Batch, Millis},
        fetch::{PageRequest, is_dead_token, unreadable},
        insights_window::read_by_query,
    },
};

/// The most events of one page.
pub(super) const FULL_PAGE: usize = 10_000;
/// What a window should hold: a little less than a page (10,000 events, 1 MB of JSON).
const TARGET: Load = Load {
    events: 8_000,
    bytes: 800_000,
};
/// A window that holds more than this, with more to come, is cut.
const TOO_MUCH: Load = Load {
    events: 15_000,
    bytes: 1_600_000,
};
/// Windows that are being read, or wait for their turn to be given.
const AT_ONCE: usize = 12;
/// As many, where each is a query: those are slow, and few may run at once.
const QUERIES_AT_ONCE: usize = 2;
/// How many times a window is begun again because its token died.
const RESTARTS: u32 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Load {
    events: usize,
    bytes: usize,
}

impl Load {
    fn of(batch: &Batch) -> Self {
        Self {
            events: batch.len(),
            bytes: batch.bytes(),
        }
    }

    fn exceeds(self, other: Self) -> bool {
        self.events > other.events || self.bytes > other.bytes
    }

    /// How many windows of the target size this load would fill.
    #[allow(clippy::cast_precision_loss)] // A share, not a count.
    fn windows(self) -> f64 {
        let share = |have: usize, target: usize| have as f64 / target as f64;
        share(self.events, TARGET.events).max(share(self.bytes, TARGET.bytes))
    }
}

/// First and last millisecond.
pub(super) type Window = RangeInclusive<Millis>;

fn length(window: &Window) -> Millis {
    window.end().saturating_sub(*window.start()) + 1
}

#[derive(Debug)]
struct Slot {
    /// Tells the slot to the task that reads it.
    number: u64,
    window: Window,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Not begun; of any length.
    Waiting,
    Reading,
    Read(Batch),
}

#[derive(Debug)]
pub(super) enum ReadOutcome {
    Whole {
        batch: Batch,
        /// The one millisecond holds more than the endpoint gives.
        gap: bool,
    },
    TooMuch {
        load: Load,
        /// The first and last millisecond of what was seen of the window.
        extent: (Millis, Millis),
    },
    /// The window's beginning, whole: as many events as one answer holds.
    Begun {
        batch: Batch,
        /// The last millisecond of it.
        until: Millis,
        /// That millisecond holds more than the endpoint gives.
        gap: bool,
    },
    MissingGroup,
}

/// Where and what to read.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub client: LogsClient,
    pub group: Arc<str>,
    pub pattern: Option<Arc<str>>,
}

/// Reads a span of one group; see [`Reader::next`].
#[derive(Debug)]
pub(super) struct Reader {
    source: Source,
    slots: VecDeque<Slot>,
    reads: JoinSet<(u64, Result<ReadOutcome, AwsError>)>,
    numbers: u64,
    /// The length of the next window.
    span: Millis,
    /// Whether nothing is known yet of how much the group holds.
    probing: bool,
    /// The group does not exist.
    pub missing: bool,
    /// Milliseconds of which the endpoint did not give everything.
    pub gaps: u64,
}

impl Reader {
    /// A reader of everything from the first to the last millisecond.
    pub(super) fn new(source: Source, window: Window) -> Self {
        let window = (*window.start()).max(0)..=*window.end();
        let span = length(&window);
        let slot = Slot {
            number: 0,
            window,
            state: State::Waiting,
        };
        Self {
            source,
            slots: VecDeque::from_iter((span > 0).then_some(slot)),
            reads: JoinSet::new(),
            numbers: 0,
            span: span.max(1),
            probing: true,
            missing: false,
            gaps: 0,
        }
    }

    /// The next events, later than all before; `None` at the end. Nothing is lost when this future
    /// is dropped.
    pub(super) async fn next(&mut self) -> Option<Result<Batch, AwsError>> {
        loop {
            while let Some(slot) = self.slots.pop_front_if(|slot| slot.is_read()) {
                match slot.state {
                    State::Read(batch) if batch.len() > 0 => {
                        self.begin();
                        return Some(Ok(batch));
                    }
                    _ => {}
                }
            }
            self.begin();
            let (number, outcome) = match self.reads.join_next().await? {
                Ok(read) => read,
                Err(failed) => match failed.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => return None,
                },
            };
            match outcome {
                Ok(outcome) => self.take(number, outcome),
                Err(error) => {
                    self.slots.clear();
                    self.reads.abort_all();
                    return Some(Err(error));
                }
            }
        }
    }

    /// Begins as many windows as may be read at once, in order.
    fn begin(&mut self) {
        let waits = |slot: &&Slot| matches!(slot.state, State::Waiting);
        let mut busy = self.slots.len() - self.slots.iter().filter(waits).count();
        let is_queried = self.source.client.insights.reads(&self.source.group);
        let at_once = match (self.probing, is_queried) {
            (true, _) => 1,
            (false, true) => QUERIES_AT_ONCE,
            (false, false) => AT_ONCE,
        };
        let mut place = 0;
        // The first in line is begun in any case: the others wait for it to be given.
        while place < self.slots.len() && (place == 0 || busy < at_once) {
            if matches!(self.slots[place].state, State::Waiting) {
                self.begin_at(place);
                busy += 1;
            }
            place += 1;
        }
    }

    /// Begins the next piece of a waiting slot.
    fn begin_at(&mut self, place: usize) {
        let slot = &mut self.slots[place];
        let start = *slot.window.start();
        let end = start.saturating_add(self.span - 1).min(*slot.window.end());
        let window = start..=end;
        self.numbers += 1;
        let reading = Slot {
            number: self.numbers,
            window: window.clone(),
            state: State::Reading,
        };
        if end == *slot.window.end() {
            *slot = reading;
        } else {
            slot.window = end + 1..=*slot.window.end();
            self.slots.insert(place, reading);
        }
        let (source, number, probing) = (self.source.clone(), self.numbers, self.probing);
        self.reads
            .spawn(async move { (number, read_window(&source, window, probing).await) });
    }

    fn take(&mut self, number: u64, outcome: ReadOutcome) {
        self.probing = false;
        let Some(place) = self.slots.iter().position(|slot| slot.number == number) else {
            return;
        };
        let slot = &mut self.slots[place];
        let held = length(&slot.window);
        match outcome {
            ReadOutcome::Whole { batch, gap } => {
                self.span = grown(self.span, held, Load::of(&batch));
                self.gaps += u64::from(gap);
                slot.state = State::Read(batch);
            }
            ReadOutcome::TooMuch { load, extent } => {
                let covered = extent.1 - extent.0 + 1;
                self.span = share(covered, load).clamp(1, (held / 2).max(1));
                slot.state = State::Waiting;
            }
            ReadOutcome::Begun { batch, until, gap } => {
                let covered = batch
                    .extent()
                    .map_or(held, |(first, last)| last - first + 1);
                self.span = covered.clamp(1, held);
                self.gaps += u64::from(gap);
                let rest = until + 1..=*slot.window.end();
                slot.window = *slot.window.start()..=until;
                slot.state = State::Read(batch);
                if !rest.is_empty() {
                    self.slots.insert(
                        place + 1,
                        Slot {
                            number: 0,
                            window: rest,
                            state: State::Waiting,
                        },
                    );
                }
            }
            ReadOutcome::MissingGroup => {
                self.missing = true;
                self.slots.clear();
                self.reads.abort_all();
            }
        }
    }
}

impl Slot {
    fn is_read(&self) -> bool {
        matches!(self.state, State::Read(_))
    }
}

/// How long a window should be when one of this length held this load.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // A share; it saturates.
fn share(length: Millis, load: Load) -> Millis {
    (length as f64 / load.windows().max(f64::MIN_POSITIVE)) as Millis
}

/// The next window's length after one of length `held` was read whole. It grows step by step: a
/// quiet hour says little of the next one.
fn grown(span: Millis, held: Millis, load: Load) -> Millis {
    let fitting = share(held, load).min(held.saturating_mul(4)).max(1);
    // A window begun long ago, when windows were smaller, does not make them smaller again.
    if load.windows() > 1.0 {
        fitting.min(span)
    } else {
        fitting.max(span)
    }
}

async fn read_window(
    source: &Source,
    window: Window,
    probing: bool,
) -> Result<ReadOutcome, AwsError> {
    if source.client.insights.reads(&source.group) {
        return read_by_query(source, &window).await;
    }
    let (start, end) = (*window.start(), *window.end());
    let can_be_cut = end > start;
    let mut restarts = RESTARTS;
    let mut batch = Batch::new(Arc::clone(&source.group));
    let mut part = None;
    let mut request = PageRequest {
        group: Arc::clone(&source.group),
        start,
        // Some emulators take the end as exclusive. What is too much is left out by the batch.
        end: end.saturating_add(1),
        pattern: source.pattern.clone(),
        token: None,
    };
    loop {
        let json = match source.client.page(&request).await {
            Ok(Some(json)) => json,
            Ok(None) => return Ok(ReadOutcome::MissingGroup),
            Err(error) if request.token.is_some() && restarts > 0 && is_dead_token(&error) => {
                // Smaller windows need their tokens less long.
                if let (true, Some(extent)) = (can_be_cut, batch.extent()) {
                    let load = Load::of(&batch);
                    return Ok(ReadOutcome::TooMuch { load, extent });
                }
                restarts -= 1;
                request.token = None;
                batch = Batch::new(Arc::clone(&source.group));
                continue;
            }
            Err(error) if source.client.is_infrequent(&source.group, &error).await => {
                return read_by_query(source, &window).await;
            }
            Err(error) => return Err(error),
        };
        let (count, token) = batch
            .read_page(&json, start..end.saturating_add(1))
            .map_err(|error| unreadable(&source.group, &error))?;
        drop(json);
        let load = Load::of(&batch);
        // An endpoint that leaves out the token of a full page gives the rest to smaller windows.
        let cut_off = token.is_none() && count >= FULL_PAGE;
        let too_much = token.is_some() && load.exceeds(if probing { TARGET } else { TOO_MUCH });
        if let (true, Some(extent)) = (can_be_cut && (cut_off || too_much), batch.extent()) {
            return Ok(ReadOutcome::TooMuch { load, extent });
        }
        // Part of a full page may be the millisecond after the last one. Without that it may fit.
        if cut_off && part.is_none() {
            part = Some(std::mem::replace(
                &mut batch,
                Batch::new(Arc::clone(&source.group)),
            ));
            request.end = end;
            request.token = None;
            continue;
        }
        // A token that leads to itself leads nowhere.
        if token.is_none() || count == 0 && token == request.token {
            let (mut batch, gap) = match part {
                Some(part) if batch.len() < part.len() => (part, true),
                _ => (batch, cut_off),
            };
            batch.settle();
            return Ok(ReadOutcome::Whole { batch, gap });
        }
        request.token = token;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(events: usize) -> Load {
        Load { events, bytes: 0 }
    }

    #[test]
    fn windows_fit_what_was_met() {
        // Twice the target in this window: the next is half as long.
        assert_eq!(grown(1_000, 1_000, load(16_000)), 500);
        // Half of it: twice as long.
        assert_eq!(grown(1_000, 1_000, load(4_000)), 2_000);
        // Nothing: at most four times as long.
        assert_eq!(grown(1_000, 1_000, load(0)), 4_000);
        // A late small one changes nothing.
        assert_eq!(grown(4_000, 100, load(80)), 4_000);
        // The bytes count as well.
        let heavy = Load {
            events: 8,
            bytes: 1_600_000,
        };
        assert_eq!(grown(1_000, 1_000, heavy), 500);
    }
}
