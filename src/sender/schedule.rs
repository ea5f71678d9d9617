//! When each invocation is to begin: an open loop, which does not wait for answers.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use edactl_core::run::pace::Pace;

/// The times of a run's invocations.
#[derive(Debug)]
pub struct Schedule {
    rate: Option<f64>,
    began: (Instant, Timestamp),
    latest: Duration,
    last: Duration,
}

impl Schedule {
    /// A schedule that begins now. Without a rate every invocation may begin at once.
    #[must_use]
    pub fn new(rate: Option<f64>, now: (Instant, Timestamp)) -> Self {
        Self {
            rate,
            began: now,
            latest: Duration::ZERO,
            last: Duration::ZERO,
        }
    }

    fn offset(&self, invocation: u64) -> Duration {
        #[allow(clippy::cast_precision_loss)]
        self.rate.map_or(Duration::ZERO, |rate| {
            Duration::try_from_secs_f64(invocation as f64 / rate).unwrap_or(Duration::MAX)
        })
    }

    /// When an invocation is due; too far away to wait for: never.
    #[must_use]
    pub fn due(&self, invocation: u64) -> Option<Instant> {
        self.began.0.checked_add(self.offset(invocation))
    }

    /// Its time by this machine's clock, where it has one.
    #[must_use]
    pub fn scheduled(&self, invocation: u64) -> Option<Timestamp> {
        self.rate?;
        let offset = SignedDuration::try_from(self.offset(invocation)).ok()?;
        self.began.1.checked_add(offset).ok()
    }

    /// Notes that an invocation begins.
    pub fn note(&mut self, invocation: u64, now: Instant) {
        self.last = now.saturating_duration_since(self.began.0);
        let late = self.last.saturating_sub(self.offset(invocation));
        self.latest = self.latest.max(late);
    }

    /// What became of the rate, after so many invocations.
    #[must_use]
    pub fn pace(&self, invocations: u64) -> Option<Pace> {
        let asked = self.rate?;
        // From the first to the last there is one interval less than invocations.
        let intervals = invocations.checked_sub(1).filter(|count| *count > 0)?;
        #[allow(clippy::cast_precision_loss)]
        let made = intervals as f64 / self.last.as_secs_f64();
        Some(Pace {
            asked,
            made,
            latest: self.latest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(rate: f64) -> (Schedule, Instant) {
        let now = Instant::now();
        (Schedule::new(Some(rate), (now, Timestamp::UNIX_EPOCH)), now)
    }

    #[test]
    fn what_is_late_does_not_move_what_comes_after() {
        let (mut schedule, now) = schedule(100.0);
        assert_eq!(schedule.due(200), now.checked_add(Duration::from_secs(2)));
        schedule.note(0, now);
        schedule.note(1, now + Duration::from_millis(500));
        assert_eq!(schedule.due(2), now.checked_add(Duration::from_millis(20)));
        let at = schedule.scheduled(150).unwrap();
        assert_eq!(at, Timestamp::from_millisecond(1_500).unwrap());
        // The rest is made up for.
        schedule.note(100, now + Duration::from_secs(1));
        let pace = schedule.pace(101).unwrap();
        assert!(!pace.is_behind(), "{pace:?}");
        assert_eq!(pace.latest, Duration::from_millis(490));
    }

    #[test]
    fn a_rate_that_was_not_kept_is_told() {
        let (mut schedule, now) = schedule(100.0);
        schedule.note(100, now + Duration::from_secs(2));
        let pace = schedule.pace(101).unwrap();
        assert!(pace.is_behind() && (pace.made - 50.0).abs() < 0.001);
        assert_eq!(schedule.pace(1), None);
    }

    #[test]
    fn without_a_rate_all_are_due_at_once() {
        let now = Instant::now();
        let schedule = Schedule::new(None, (now, Timestamp::UNIX_EPOCH));
        assert_eq!(schedule.due(1_000_000), Some(now));
        assert_eq!(schedule.scheduled(7), None);
        let slow = Schedule::new(Some(1e-300), (now, Timestamp::UNIX_EPOCH));
        assert_eq!((slow.due(1), slow.scheduled(1)), (None, None));
    }
}
