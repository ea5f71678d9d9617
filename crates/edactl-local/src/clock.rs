//! The clock of the pretended AWS, which may differ from the machine's.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// The machine's clock, shifted. Clones share the shift.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Shifts the clock by so much from now on; it is cut to milliseconds.
    pub fn shift(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or_default();
        self.0.store(millis, Ordering::Relaxed);
    }

    /// How far the clock is ahead of the machine's.
    #[must_use]
    pub fn skew(&self) -> SignedDuration {
        SignedDuration::from_millis(self.0.load(Ordering::Relaxed))
    }

    /// What time it is by this clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.of(Timestamp::now())
    }

    /// A time of the machine's clock by this one.
    #[must_use]
    pub fn of(&self, at: Timestamp) -> Timestamp {
        at.saturating_add(self.skew()).unwrap_or(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_shift() {
        let clock = Clock::default();
        let other = clock.clone();
        clock.shift(SignedDuration::from_secs(-280));
        let at = Timestamp::from_second(1_000).unwrap();
        assert_eq!(other.of(at), Timestamp::from_second(720).unwrap());
        assert_eq!(other.skew(), SignedDuration::from_secs(-280));
    }
}
