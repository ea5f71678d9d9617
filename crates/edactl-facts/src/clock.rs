//! Two clocks: how far AWS's is ahead of this machine's, between bounds that every exchange
//! narrows, as NTP does it.
//!
//! An answer that says "it is 12:00:05" cannot have been written before the request left, nor
//! after the answer came. So the difference of the clocks lies between two bounds, and the bounds
//! of many exchanges have the true difference in common. Where they contradict each other (a
//! stale `Date` header, a clock that was set), the truth is taken to lie in the gap between them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Clocks may differ by so much: requests with a worse one are refused by AWS.
const MOST_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// A difference of the clocks below this is not worth a word.
const NOTABLE: SignedDuration = SignedDuration::from_millis(100);

/// Times in a log are cut to whole milliseconds.
const LOG_STEP: SignedDuration = SignedDuration::from_millis(1);

/// The (earliest, latest) time that a log line's time stands for.
#[must_use]
pub fn logged(at: Timestamp) -> (Timestamp, Timestamp) {
    (at, at.saturating_add(LOG_STEP).unwrap_or(at))
}

/// Bounds on how far AWS's clock is ahead of this machine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockBounds {
    at_least: Option<SignedDuration>,
    at_most: Option<SignedDuration>,
}

/// How far AWS's clock is ahead of this machine's (negative: behind).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockSkew {
    /// The least difference that the bounds allow. Zero where they allow that.
    pub ahead: SignedDuration,
    /// The width of the bounds: the true difference is no further away than this.
    pub uncertainty: Duration,
}

impl ClockBounds {
    /// These bounds.
    #[must_use]
    pub fn new(at_least: SignedDuration, at_most: SignedDuration) -> Self {
        Self {
            at_least: Some(at_least),
            at_most: Some(at_most),
        }
    }

    /// Both bounds, once both are known.
    #[must_use]
    pub fn both(&self) -> Option<(SignedDuration, SignedDuration)> {
        self.at_least.zip(self.at_most)
    }

    /// How far AWS's clock is ahead of this machine's, at least and at most. As long as nothing
    /// tells, five minutes either way.
    #[must_use]
    pub fn ahead(&self) -> (SignedDuration, SignedDuration) {
        match self.both() {
            Some((one, other)) => (one.min(other), one.max(other)),
            None => (-MOST_SKEW, MOST_SKEW),
        }
    }

    /// Takes in one exchange: AWS's clock showed a time in `theirs` while this machine's showed
    /// one in `ours`; both are (earliest, latest).
    pub fn exchange(&mut self, theirs: (Timestamp, Timestamp), ours: (Timestamp, Timestamp)) {
        self.raise(theirs.0.duration_since(ours.1));
        self.lower(theirs.1.duration_since(ours.0));
    }

    /// Takes in a cause by this machine's clock and its effect by AWS's, which came later.
    pub fn effect(&mut self, cause: Timestamp, effect: Timestamp) {
        self.lower(effect.duration_since(cause));
    }

    /// Takes in what other bounds know.
    pub fn merge(&mut self, other: &Self) {
        if let Some(bound) = other.at_least {
            self.raise(bound);
        }
        if let Some(bound) = other.at_most {
            self.lower(bound);
        }
    }

    fn raise(&mut self, bound: SignedDuration) {
        self.at_least = self.at_least.max(Some(bound));
    }

    fn lower(&mut self, bound: SignedDuration) {
        self.at_most = Some(self.at_most.map_or(bound, |known| known.min(bound)));
    }

    /// The difference of the clocks, once both bounds are known.
    #[must_use]
    pub fn skew(&self) -> Option<ClockSkew> {
        let (one, other) = self.both()?;
        let (least, most) = (one.min(other), one.max(other));
        // Clocks are mostly right: no more is corrected than the exchanges demand.
        let ahead = SignedDuration::ZERO.clamp(least, most);
        Some(ClockSkew {
            ahead,
            uncertainty: most.saturating_sub(least).unsigned_abs(),
        })
    }
}

impl ClockSkew {
    /// A time of AWS's clock, by this machine's.
    #[must_use]
    pub fn ours(&self, theirs: Timestamp) -> Timestamp {
        theirs.checked_sub(self.ahead).unwrap_or(theirs)
    }

    /// Whether a person should hear of it.
    #[must_use]
    pub fn is_notable(&self) -> bool {
        self.ahead.abs() > NOTABLE
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_microsecond(1_700_000_000_000_000 + micros).unwrap()
    }

    /// An exchange with a server whose clock is `skew` ahead and that tells whole seconds.
    fn ask(bounds: &mut ClockBounds, skew: i64, begin: i64, there: i64, back: i64) {
        let whole = (begin + there + skew).div_euclid(1_000_000) * 1_000_000;
        bounds.exchange(
            (at(whole), at(whole + 1_000_000)),
            (at(begin), at(begin + there + back)),
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::default())]

        /// Whatever the clocks and the ways there and back: the truth is within the uncertainty.
        #[test]
        fn the_truth_is_within_the_uncertainty(
            skew in -5_000_000_i64..5_000_000,
            exchanges in prop::collection::vec((0_i64..60_000_000, 0_i64..400_000, 0_i64..400_000), 1..30),
        ) {
            let mut bounds = ClockBounds::default();
            for (begin, there, back) in exchanges {
                ask(&mut bounds, skew, begin, there, back);
            }
            let found = bounds.skew().unwrap();
            let error = (found.ahead - SignedDuration::from_micros(skew)).abs();
            prop_assert!(error.unsigned_abs() <= found.uncertainty, "{found:?} {skew}");
        }

        /// The order of the exchanges, and telling of one twice, make no difference.
        #[test]
        fn the_order_makes_no_difference(
            exchanges in prop::collection::vec((-5_000_000_i64..5_000_000, 0_i64..60_000_000, 0_i64..400_000), 1..10),
        ) {
            let gather = |order: &mut dyn Iterator<Item = &(i64, i64, i64)>| {
                let mut bounds = ClockBounds::default();
                for (skew, begin, way) in order {
                    ask(&mut bounds, *skew, *begin, *way, *way);
                }
                bounds
            };
            let forth = gather(&mut exchanges.iter());
            let back = gather(&mut exchanges.iter().rev().chain(&exchanges));
            prop_assert_eq!(forth, back);
            let mut merged = gather(&mut exchanges.iter().take(1));
            merged.merge(&gather(&mut exchanges.iter().skip(1)));
            prop_assert_eq!(merged, forth);
        }
    }

    #[test]
    fn many_exchanges_tell_the_difference_to_the_length_of_the_way() {
        let mut bounds = ClockBounds::default();
        for second in 0..50 {
            ask(&mut bounds, 2_345_000, second * 1_019_000, 4_000, 4_000);
        }
        let skew = bounds.skew().unwrap();
        assert!(skew.uncertainty <= Duration::from_millis(28), "{skew:?}");
        assert!(
            (skew.ahead - SignedDuration::from_millis(2_345)).abs()
                <= SignedDuration::from_millis(28)
        );
        assert!(skew.is_notable());
        assert_eq!(
            skew.ours(at(3_000_000)),
            at(3_000_000 - i64::try_from(skew.ahead.as_micros()).unwrap())
        );
    }

    #[test]
    fn no_more_is_corrected_than_the_exchanges_demand() {
        let mut bounds = ClockBounds::default();
        assert_eq!(bounds.skew(), None);
        bounds.effect(at(0), at(700));
        assert_eq!(bounds.skew(), None, "an effect bounds one side only");
        ask(&mut bounds, 0, 500_000, 2_000, 2_000);
        let skew = bounds.skew().unwrap();
        assert_eq!(skew.ahead, SignedDuration::ZERO);
        assert!(!skew.is_notable());
    }

    #[test]
    fn a_logged_time_stands_for_a_whole_millisecond() {
        assert_eq!(logged(at(5_000)), (at(5_000), at(6_000)));
        assert_eq!(logged(Timestamp::MAX).0, Timestamp::MAX);
    }

    #[test]
    fn as_long_as_nothing_tells_the_clocks_may_be_five_minutes_apart() {
        let span = SignedDuration::from_millis;
        assert_eq!(
            ClockBounds::default().ahead(),
            (span(-300_000), span(300_000))
        );
        // Where two bounds contradict each other the truth lies between them.
        for bounds in [(-70, 250), (250, -70)] {
            let bounds = ClockBounds::new(span(bounds.0), span(bounds.1));
            assert_eq!(bounds.ahead(), (span(-70), span(250)));
        }
    }

    #[test]
    fn an_effect_comes_after_its_cause() {
        let mut bounds = ClockBounds::new(SignedDuration::ZERO, SignedDuration::from_secs(9));
        for (effect, most) in [(700, 700), (800, 700), (300, 300)] {
            bounds.effect(at(1_000), at(1_000 + effect));
            let most = SignedDuration::from_micros(most);
            assert_eq!(bounds.both(), Some((SignedDuration::ZERO, most)));
        }
    }

    #[test]
    fn a_tenth_of_a_second_is_not_worth_a_word() {
        for (millis, expected) in [(100, false), (101, true), (-100, false), (-101, true)] {
            let skew = ClockSkew {
                ahead: SignedDuration::from_millis(millis),
                uncertainty: Duration::ZERO,
            };
            assert_eq!(skew.is_notable(), expected, "{millis} ms");
        }
    }
}
