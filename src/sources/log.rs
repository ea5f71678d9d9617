//! Reads the consumer's log whenever the session asks, a page at a time.

use std::{mem, ops::ControlFlow, time::Duration};

use jiff::Timestamp;
use tokio::{sync::mpsc, time::Instant};

use super::{Found, Lines, may_pass};
use crate::context::Clock;
use edactl_aws::logs::{EventRef, EventSink, Reach, Tail};
use edactl_core::session::Look;

/// The events of a page, at most.
const PAGE: u64 = 10_000;
/// The looks between two sweeps take so many times the calls of a sweep.
const LOOKS_SHARE: u64 = 3;
/// A sweep comes this long after the last at the latest.
const SWEEP_AFTER: Duration = Duration::from_mins(1);

/// Which readings go over the whole settling window. The others are over what is recent: calls
/// count against a quota that the whole account shares.
#[derive(Debug)]
pub(super) struct Sweeps {
    /// Whether all do.
    all: bool,
    /// When the last one ended, and how many pages it read.
    last: Option<(Instant, u64)>,
    /// How many pages the looks since then read.
    looked: u64,
}

impl Sweeps {
    pub fn new(all: bool) -> Self {
        Self {
            all,
            last: None,
            looked: 0,
        }
    }

    /// Whether the next reading is to be a sweep. One that reads no more than a look does always is.
    fn is_due(&self, now: Instant) -> bool {
        self.last.is_none_or(|(at, pages)| {
            self.all || self.looked >= (pages - 1) * LOOKS_SHARE || now - at >= SWEEP_AFTER
        })
    }

    /// A reading read so many events.
    fn note(&mut self, is_sweep: bool, events: u64, now: Instant) {
        let pages = events / PAGE + 1;
        if is_sweep {
            self.last = Some((now, pages));
            self.looked = 0;
        } else {
            self.looked += pages;
        }
    }
}

/// The consumer's log.
#[derive(Debug)]
pub(super) struct LogReader {
    pub tail: Tail,
    pub clock: Clock,
    pub sweeps: Sweeps,
    /// Whether nothing that was written since the run began was forgotten.
    pub is_whole: bool,
}

impl LogReader {
    /// Reads once for each asking, until nobody can ask any more.
    pub async fn run(mut self, mut asked: mpsc::Receiver<()>, found: mpsc::Sender<(Look, Found)>) {
        while asked.recv().await.is_some() {
            let is_sweep = self.sweeps.is_due(Instant::now());
            let reach = if is_sweep {
                Reach::Window
            } else {
                Reach::Recent
            };
            let mut pages = Pages {
                lines: Lines::default(),
                found: &found,
            };
            let passed = self
                .tail
                .pass(self.clock.aws_now(), reach, &mut pages)
                .await;
            if let Ok(pass) = &passed {
                self.sweeps.note(is_sweep, pass.read, Instant::now());
            }
            // What a pass that failed has given is not given again.
            if pages.hand_over().await.is_break() {
                return;
            }
            let what = match passed {
                Ok(pass) => Found::LogRead {
                    is_sweep,
                    to_end: is_sweep
                        && self.is_whole
                        && pass.gaps == 0
                        && pass.unfinished == 0
                        && !pass.broken_off,
                    missing: !pass.missing_groups.is_empty(),
                },
                Err(error) if may_pass(&error) => Found::Failed,
                Err(error) => Found::Silent(error),
            };
            if found.send((Look::Log, what)).await.is_err() {
                return;
            }
        }
    }
}

/// Hands events over a page at a time: a run of a million messages must not be held in memory.
struct Pages<'a> {
    lines: Lines,
    found: &'a mpsc::Sender<(Look, Found)>,
}

impl Pages<'_> {
    async fn hand_over(&mut self) -> ControlFlow<()> {
        let lines = mem::take(&mut self.lines);
        if !lines.is_empty()
            && self
                .found
                .send((Look::Log, Found::Lines(lines)))
                .await
                .is_err()
        {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl EventSink for Pages<'_> {
    fn take(&mut self, event: EventRef<'_>) {
        self.lines.push(event);
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        self.hand_over().await
    }
}

impl Clock {
    /// The time by AWS's clock, as far as it is known.
    #[must_use]
    pub fn aws_now(&self) -> Timestamp {
        let now = Timestamp::now();
        let ahead = self.bounds().skew().map(|skew| skew.ahead);
        now.saturating_add(ahead.unwrap_or_default()).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_waits_until_looks_have_read_more_and_no_longer_than_a_minute() {
        let now = Instant::now();
        let mut sweeps = Sweeps::new(false);
        assert!(sweeps.is_due(now), "the first reading is one");
        // It takes one call, as a look does.
        sweeps.note(true, 9_000, now);
        assert!(sweeps.is_due(now));
        // Three pages: two more than a look.
        sweeps.note(true, 29_000, now);
        for _ in 0..6 {
            assert!(!sweeps.is_due(now));
            sweeps.note(false, 500, now);
        }
        assert!(sweeps.is_due(now));
        sweeps.note(true, 1_000_000, now);
        assert!(!sweeps.is_due(now + Duration::from_secs(59)));
        assert!(sweeps.is_due(now + SWEEP_AFTER));
        let mut all = Sweeps::new(true);
        all.note(true, 1_000_000, now);
        assert!(all.is_due(now));
    }
}
