//! What became of a rate that was asked for.

use std::time::Duration;

/// Up to this share of the asked rate may be missing before it is told.
const TOLERANCE: f64 = 0.01;

/// What the sender made of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Invocations a second that were asked for.
    pub asked: f64,
    /// Invocations a second that were begun.
    pub made: f64,
    /// By how much the latest began after its time.
    pub latest: Duration,
}

impl Pace {
    /// Whether fewer were begun than asked for.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.made < self.asked * (1.0 - TOLERANCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_behind_when_more_than_a_hundredth_of_it_is_missing() {
        for (made, is_behind) in [
            (120.0, false),
            (100.0, false),
            (99.5, false),
            (99.0, false),
            (98.9, true),
            (0.0, true),
        ] {
            let pace = Pace {
                asked: 100.0,
                made,
                latest: Duration::ZERO,
            };
            assert_eq!(pace.is_behind(), is_behind, "{made}");
        }
    }
}
