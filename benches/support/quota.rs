//! A quota of calls a second, as AWS throttles: one second's worth may come at once.

use std::{
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// A token bucket.
pub struct Quota {
    per_second: f64,
    state: Mutex<(f64, Instant)>,
}

impl Quota {
    pub fn new(per_second: u32) -> Self {
        Self {
            per_second: per_second.into(),
            state: Mutex::new((per_second.into(), Instant::now())),
        }
    }

    /// Whether a call that comes now is within the quota.
    pub fn admits(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let refilled = state.0 + (now - state.1).as_secs_f64() * self.per_second;
        let tokens = refilled.min(self.per_second);
        let admits = tokens >= 1.0;
        *state = (tokens - f64::from(u8::from(admits)), now);
        admits
    }
}
