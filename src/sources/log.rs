//! Reads the consumer's log whenever the session asks, a page at a time.

use std::{mem, ops::ControlFlow};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{Found, may_pass};
use crate::context::Clock;
use edactl_aws::logs::{EventRef, EventSink, LogEvent, Reach, Tail};
use edactl_core::session::Look;

/// Every so manieth reading goes over the whole settling window, the others over what is recent:
/// calls count against a quota that the whole account shares.
const SWEEP_EVERY: u32 = 4;

/// The consumer's log.
#[derive(Debug)]
pub(super) struct LogReader {
    pub tail: Tail,
    pub clock: Clock,
    /// Whether each reading goes over the whole window.
    pub reads_all: bool,
    /// Whether nothing that was written since the run began was forgotten.
    pub is_whole: bool,
}

impl LogReader {
    /// Reads once for each asking, until nobody can ask any more.
    pub async fn run(mut self, mut asked: mpsc::Receiver<()>, found: mpsc::Sender<(Look, Found)>) {
        let mut reading = 0_u32;
        while asked.recv().await.is_some() {
            let is_sweep = self.reads_all || reading.is_multiple_of(SWEEP_EVERY);
            reading += 1;
            let reach = if is_sweep {
                Reach::Window
            } else {
                Reach::Recent
            };
            let mut pages = Pages {
                events: Vec::new(),
                found: &found,
            };
            let passed = self
                .tail
                .pass(self.clock.aws_now(), reach, &mut pages)
                .await;
            // What a pass that failed has given is not given again.
            if pages.hand_over().await.is_break() {
                return;
            }
            let what = match passed {
                Ok(pass) => Found::LogRead {
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
    events: Vec<LogEvent>,
    found: &'a mpsc::Sender<(Look, Found)>,
}

impl Pages<'_> {
    async fn hand_over(&mut self) -> ControlFlow<()> {
        let events = mem::take(&mut self.events);
        if !events.is_empty()
            && self
                .found
                .send((Look::Log, Found::Lines(events)))
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
        self.events.push(event.into());
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
