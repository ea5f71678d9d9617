//! How often `FilterLogEvents` may be called: a quota of the account and region that cannot be
//! raised, shared with everybody else in the account.

use std::time::Duration;

use tokio::{sync::Mutex, time::Instant};

/// Spaces calls evenly, so that the quota is never met in bursts.
#[derive(Debug)]
pub(super) struct Limiter {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

/// Calls per second that a region allows.
pub(super) fn quota(region: &str) -> u32 {
    match region {
        "us-east-1" => 25,
        "eu-central-1" | "ca-west-1" | "il-central-1" | "ap-northeast-3" | "ap-southeast-3" => 5,
        _ => 10,
    }
}

impl Limiter {
    /// `None`: no limit is known (an emulator, a proxy).
    pub(super) fn new(per_second: Option<u32>) -> Self {
        let gap = per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate);
        Self {
            gap,
            next: Mutex::new(None),
        }
    }

    /// Waits for the next place.
    pub(super) async fn wait(&self) {
        let now = Instant::now();
        let place = {
            let mut next = self.next.lock().await;
            let place = next.map_or(now, |next| next.max(now));
            *next = Some(place + self.gap);
            place
        };
        if place > now {
            tokio::time::sleep_until(place).await;
        }
    }
}

impl Limiter {
    /// Nobody gets a place before this pause is over: the quota is used up by somebody else.
    pub(super) async fn back_off(&self, pause: Duration) {
        let end = Instant::now() + pause;
        {
            let mut next = self.next.lock().await;
            *next = Some(next.map_or(end, |next| next.max(end)));
        }
        tokio::time::sleep_until(end).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_spaced_by_the_quota() {
        let limiter = Limiter::new(Some(5));
        let began = Instant::now();
        for _ in 0..11 {
            limiter.wait().await;
        }
        assert_eq!(began.elapsed().as_millis(), 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn when_one_reader_is_throttled_all_of_them_pause() {
        let limiter = Limiter::new(Some(5));
        limiter.wait().await;
        let began = Instant::now();
        limiter.back_off(Duration::from_secs(1)).await;
        limiter.wait().await;
        assert_eq!(began.elapsed().as_millis(), 1_000);
        limiter.wait().await;
        assert_eq!(began.elapsed().as_millis(), 1_200);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_quota_nothing_waits() {
        let limiter = Limiter::new(None);
        let began = Instant::now();
        for _ in 0..1_000 {
            limiter.wait().await;
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
    }
}
