//! A small generator of our own (`SplitMix64`), so that a seed means the same world for ever.

use std::time::Duration;

use super::Ms;

/// A stream of numbers that its seed determines.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream for one purpose, independent of how much was drawn from others.
    pub fn for_purpose(seed: u64, purpose: &str, at: Ms) -> Self {
        let mut state = Self(seed ^ at.cast_unsigned().rotate_left(17));
        for byte in purpose.bytes() {
            state.0 = state.draw() ^ u64::from(byte);
        }
        Self(state.draw())
    }

    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// At least `low`, and less than `high` (or `low`, when there is nothing between).
    pub fn range(&mut self, low: Ms, high: Ms) -> Ms {
        let span = u64::try_from(high - low).unwrap_or(0).max(1);
        low + Ms::try_from(self.draw() % span).unwrap_or(0)
    }

    /// Less than `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(1).max(1);
        usize::try_from(self.draw() % count).unwrap_or(0)
    }

    /// True in so many of a thousand cases.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        per_mille > 0 && self.draw() % 1000 < u64::from(per_mille)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// The wait for the next of events that come at random, `mean` apart.
    pub fn wait(&mut self, mean: Duration) -> Ms {
        let unit = f64::from(u32::try_from(self.draw() >> 32).unwrap_or(0)) + 1.0;
        let wait = mean.mul_f64(-(unit / (f64::from(u32::MAX) + 1.0)).ln());
        Ms::try_from(wait.as_millis()).unwrap_or(Ms::MAX)
    }

    pub fn uuid(&mut self) -> u128 {
        u128::from(self.draw()) << 64 | u128::from(self.draw())
    }
}
