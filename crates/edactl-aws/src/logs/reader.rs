//! A span of one log group, read in windows side by side and given in order.
//!
//! Within a window pages may come in any order, so a window is sorted once it is whole, and given
//! once all windows before it are. Calls are what a quota counts, and each window ends in a page
//! that is not full: so a window spans several pages, and one that turns out larger than meant is
//! read on to its end. Only one that would take too much memory is thrown away and cut into smaller
//! ones: what is held depends on the size of a page, not of the history.

use std::{
    collections::{HashSet, VecDeque, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::{
    error::AwsError,
    logs::{
        batch::{Batch, Millis},
        fetch::{PageRequest, is_dead_token, unreadable},
        insights_window::read_by_query,
        window::{FULL_PAGE, ReadOutcome, Source, Window},
    },
};

/// How many pages a window should fill: a little less than a whole number, so that the last page
/// seldom is a leftover.
const PAGES: f64 = 3.7;
/// The whole span is read on from its first page where it seems to be no longer than this: as much
/// as memory may hold.
const FEW_PAGES: f64 = 8.0;
/// A piece that is left over by this much less than a window is read with the window before it.
const LEFTOVER: f64 = 0.35;
/// A window that holds more than this, with more to come, is cut.
const TOO_MUCH: Load = Load {
    events: 80_000,
    bytes: 12_000_000,
};
/// What the windows that are read side by side may hold together, where events stand as close as in
/// the last one: their text, and the events around it. On AWS, where a page is 1 MB of JSON at most,
/// six of them do.
const SIDE_BY_SIDE_BYTES: usize = 24_000_000;
const BYTES_OF_EVENT: usize = 48;
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
}

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

/// Reads a span of one group; see [`Reader::next`].
#[derive(Debug)]
pub(super) struct Reader {
    source: Source,
    slots: VecDeque<Slot>,
    reads: JoinSet<(u64, Result<ReadOutcome, AwsError>)>,
    numbers: u64,
    /// The length of the next window.
    span: Millis,
    /// Nothing, or next to nothing, is expected after this: see [`Reader::expecting_until`].
    expected: Expected,
    /// How much the next window is expected to hold.
    window_bytes: usize,
    created: Instant,
    /// How long after that the last window was begun: see [`Reader::reached_present_after`].
    last_begun: Duration,
    /// How much of the next window is read: a little at first, when nothing is known yet of how
    /// much the group holds.
    most: Most,
    /// The group does not exist.
    pub missing: bool,
    /// Milliseconds of which the endpoint did not give everything.
    pub gaps: u64,
    /// Windows that were not read to their end, because their pages led in a circle.
    pub unfinished: u64,
    /// How many events a full page holds here.
    page: usize,
    /// One page was not enough: see [`Reader::within_a_page`].
    pub is_too_long: bool,
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
            expected: Expected::Everywhere,
            window_bytes: 0,
            created: Instant::now(),
            last_begun: Duration::ZERO,
            most: Most::FewPages,
            missing: false,
            gaps: 0,
            unfinished: 0,
            page: FULL_PAGE,
            is_too_long: false,
        }
    }

    /// It is about this millisecond now, and little is expected after it: what is there is read
    /// with the window before, for an empty window takes a call, too.
    pub(super) fn expecting_until(mut self, millis: Millis) -> Self {
        self.expected = Expected::UntilNow(millis, Instant::now());
        self
    }

    /// How long after it began the reading reached the present: what the last window could show
    /// then was read.
    pub(super) fn reached_present_after(&self) -> Duration {
        self.last_begun
    }

    /// Gives up, with [`Reader::is_too_long`], where one page does not hold the whole span.
    pub(super) fn within_a_page(mut self) -> Self {
        self.most = Most::OnePage;
        self
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
        let at_once = match (self.most, is_queried) {
            (Most::OnePage | Most::FewPages, _) => 1,
            (Most::Memory, true) => QUERIES_AT_ONCE,
            (Most::Memory, false) => {
                let most = SIDE_BY_SIDE_BYTES / self.window_bytes.max(1);
                self.source.client.limiter.side_by_side().min(most.max(2))
            }
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
        let expected_end = self.expected.until().min(*slot.window.end());
        let end = piece_end(&slot.window, self.span, expected_end);
        let window = start..=end;
        self.numbers += 1;
        let reading = Slot {
            number: self.numbers,
            window: window.clone(),
            state: State::Reading,
        };
        if end == *slot.window.end() {
            *slot = reading;
            if place + 1 == self.slots.len() {
                self.last_begun = self.created.elapsed();
            }
        } else {
            slot.window = end + 1..=*slot.window.end();
            self.slots.insert(place, reading);
        }
        let (source, number, most) = (self.source.clone(), self.numbers, self.most);
        let expected = length(&(start..=end.min(expected_end).max(start)));
        self.reads.spawn(async move {
            let read = read_window(&source, window, (most, expected)).await;
            (number, read)
        });
    }

    fn take(&mut self, number: u64, outcome: ReadOutcome) {
        let one_page = self.most == Most::OnePage;
        if !one_page {
            self.most = Most::Memory;
        }
        let Some(place) = self.slots.iter().position(|slot| slot.number == number) else {
            return;
        };
        let slot = &mut self.slots[place];
        let held = length(&slot.window);
        match outcome {
            ReadOutcome::Whole {
                batch,
                gap,
                looped,
                page,
            } => {
                self.page = page.unwrap_or(self.page);
                self.span = grown(self.span, held, batch.len(), self.page);
                let bytes = batch.bytes() + batch.len() * BYTES_OF_EVENT;
                self.window_bytes = in_proportion(bytes, held, self.span);
                self.gaps += u64::from(gap);
                self.unfinished += u64::from(looped);
                slot.state = State::Read(batch);
            }
            ReadOutcome::TooMuch { .. } if one_page => {
                self.is_too_long = true;
                self.slots.clear();
            }
            ReadOutcome::TooMuch {
                events,
                page,
                extent,
            } => {
                self.page = page;
                let covered = extent.1 - extent.0 + 1;
                self.span = share(covered, events, page).clamp(1, (held / 2).max(1));
                slot.state = State::Waiting;
                let expected_end = self.expected.until().min(*slot.window.end());
                if piece_end(&slot.window, self.span, expected_end) == *slot.window.end() {
                    // More was there than expected: it would be begun whole again.
                    self.expected = Expected::Everywhere;
                }
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

/// Where events are expected.
#[derive(Debug, Clone, Copy)]
enum Expected {
    Everywhere,
    /// Until now: it was this millisecond at that moment.
    UntilNow(Millis, Instant),
}

impl Expected {
    /// The last millisecond at which any are.
    fn until(self) -> Millis {
        match self {
            Self::Everywhere => Millis::MAX,
            Self::UntilNow(millis, at) => {
                let since = Millis::try_from(at.elapsed().as_millis()).unwrap_or_default();
                millis.saturating_add(since)
            }
        }
    }
}

/// The last millisecond of the piece that a window begins with: as long as wanted, or the whole
/// window where little would be left over.
fn piece_end(window: &Window, span: Millis, expected_end: Millis) -> Millis {
    let end = window.start().saturating_add(span - 1).min(*window.end());
    if expected_end.saturating_sub(end) <= part_of(span, LEFTOVER) {
        *window.end()
    } else {
        end
    }
}

impl Slot {
    fn is_read(&self) -> bool {
        matches!(self.state, State::Read(_))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // A share; it saturates.
fn part_of(length: Millis, share: f64) -> Millis {
    (length as f64 * share) as Millis
}

/// How much a window of length `next` holds where one of length `held` holds so many bytes.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)] // A guess; it saturates.
fn in_proportion(bytes: usize, held: Millis, next: Millis) -> usize {
    (bytes as f64 * (next as f64 / held.max(1) as f64)) as usize
}

/// How many windows of the wanted size so many events fill.
#[allow(clippy::cast_precision_loss)] // A share, not a count.
fn windows(events: usize, page: usize) -> f64 {
    events as f64 / (page as f64 * PAGES)
}

/// How long a window should be when one of this length held so many events.
fn share(length: Millis, events: usize, page: usize) -> Millis {
    part_of(length, 1.0 / windows(events, page).max(f64::MIN_POSITIVE))
}

/// The next window's length after one of length `held` was read whole. It grows step by step: a
/// quiet hour says little of the next one.
fn grown(span: Millis, held: Millis, events: usize, page: usize) -> Millis {
    let fitting = share(held, events, page).min(held.saturating_mul(4)).max(1);
    // A window begun long ago, when windows were smaller, does not make them smaller again.
    if windows(events, page) > 1.0 {
        fitting.min(span)
    } else {
        fitting.max(span)
    }
}

fn hash(token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    hasher.finish()
}

/// How much of a window is read before it is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Most {
    /// What one page holds.
    OnePage,
    /// What seems to be a few pages, by the first of them.
    FewPages,
    /// What memory holds.
    Memory,
}

impl Most {
    /// Whether a window of this length is to be cut after so many pages, with more to come.
    #[allow(clippy::cast_precision_loss)] // A ratio.
    fn is_reached(self, batch: &Batch, pages: usize, length: Millis) -> bool {
        if Load::of(batch).exceeds(TOO_MUCH) {
            return true;
        }
        match self {
            Self::OnePage => true,
            Self::Memory => false,
            // Pages come in the order of time, more or less: the first tells how many there are.
            Self::FewPages => batch.extent().is_some_and(|(first, last)| {
                pages == 1 && length as f64 / (last - first + 1) as f64 > FEW_PAGES
            }),
        }
    }
}

/// Reads a window; `expected` is how long the part of it is in which events are expected.
async fn read_window(
    source: &Source,
    window: Window,
    (most, expected): (Most, Millis),
) -> Result<ReadOutcome, AwsError> {
    if source.client.insights.reads(&source.group) {
        return read_by_query(source, &window).await;
    }
    let (start, end) = (*window.start(), *window.end());
    let can_be_cut = end > start;
    let mut restarts = RESTARTS;
    let mut batch = Batch::new(Arc::clone(&source.group));
    let mut part = None;
    let mut known_tokens = HashSet::new();
    let mut page = None;
    let mut pages = 0;
    let mut request = PageRequest {
        group: Arc::clone(&source.group),
        start,
        // Some emulators take the end as exclusive. What is too much is left out by the batch.
        end: end.saturating_add(1),
        pattern: source.pattern.clone(),
        token: None,
        lane: source.lane,
        latest: None,
    };
    loop {
        let json = match source.client.page(&request).await {
            Ok(Some(json)) => json,
            Ok(None) => return Ok(ReadOutcome::MissingGroup),
            Err(error) if request.token.is_some() && restarts > 0 && is_dead_token(&error) => {
                // Smaller windows need their tokens less long.
                if let (true, Some(extent)) = (can_be_cut, batch.extent()) {
                    return Ok(ReadOutcome::TooMuch {
                        events: batch.len(),
                        page: page.unwrap_or(FULL_PAGE),
                        extent,
                    });
                }
                restarts -= 1;
                request.token = None;
                known_tokens.clear();
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
        source.client.note_answer();
        drop(json);
        pages += 1;
        if token.is_some() && count > 0 {
            page = page.max(Some(count));
        }
        // An endpoint that leaves out the token of a full page gives the rest to smaller windows.
        let cut_off = token.is_none() && count >= FULL_PAGE;
        let too_much = token.is_some() && most.is_reached(&batch, pages, expected);
        let can_be_left = can_be_cut || most == Most::OnePage;
        if let (true, Some(extent)) = (can_be_left && (cut_off || too_much), batch.extent()) {
            return Ok(ReadOutcome::TooMuch {
                events: batch.len(),
                page: page.unwrap_or(FULL_PAGE),
                extent,
            });
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
        // A token that was followed before leads back into what was read, and never to the end.
        let looped = token
            .as_ref()
            .is_some_and(|token| !known_tokens.insert(hash(token)));
        if token.is_none() || looped {
            let (mut batch, gap) = match part {
                Some(part) if batch.len() < part.len() => (part, true),
                _ => (batch, cut_off),
            };
            batch.settle();
            return Ok(ReadOutcome::Whole {
                batch,
                gap,
                looped,
                page,
            });
        }
        request.token = token;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_fit_what_was_met() {
        // The next one is four times as long, and expected to hold as much more.
        assert_eq!(in_proportion(1_000, 50, 200), 4_000);
        assert_eq!(in_proportion(1_000, 0, 1), 1_000);
        let page = 10_000;
        // Twice the target in this window: the next is half as long.
        assert_eq!(grown(1_000, 1_000, 74_000, page), 500);
        // Half of it: twice as long.
        assert_eq!(grown(1_000, 1_000, 18_500, page), 2_000);
        // Nothing: at most four times as long.
        assert_eq!(grown(1_000, 1_000, 0, page), 4_000);
        // A late small one changes nothing.
        assert_eq!(grown(4_000, 100, 80, page), 4_000);
        // Smaller pages make smaller windows.
        assert_eq!(grown(1_000, 1_000, 7_400, 1_000), 500);
    }

    #[test]
    fn a_piece_takes_in_what_would_be_left_over_and_what_is_not_expected() {
        let window = 0..=999;
        assert_eq!(piece_end(&window, 500, 999), 499);
        assert_eq!(piece_end(&window, 800, 999), 999);
        assert_eq!(piece_end(&window, 500, 600), 999);
        assert_eq!(piece_end(&window, 500, 700), 499);
        // A window that is cut to half of it or less is never begun whole again.
        for span in 1..=500 {
            assert!(piece_end(&window, span, 999) < 999, "{span}");
        }
    }

    #[test]
    fn a_span_of_a_few_pages_is_read_on_and_a_longer_one_is_cut() {
        let mut batch = Batch::new("g".into());
        for at in [0, 999] {
            batch.add("s", (at, None), "m").unwrap();
        }
        assert!(!Most::FewPages.is_reached(&batch, 1, 8_000));
        assert!(Most::FewPages.is_reached(&batch, 1, 10_000));
        // What was read on is kept, however long it turns out to be.
        assert!(!Most::FewPages.is_reached(&batch, 2, 10_000));
        assert!(!Most::Memory.is_reached(&batch, 9, 10_000));
        assert!(Most::OnePage.is_reached(&batch, 1, 1));
    }
}
