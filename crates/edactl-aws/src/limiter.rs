//! How often `FilterLogEvents` may be called: a quota of the account and region that cannot be
//! raised, shared with everybody else in the account. One limiter serves all readers of a session.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// What a call is made for. It decides how much of the quota it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// What somebody waits for: as fast as the quota allows.
    Foreground,
    /// What goes on for minutes: half of the quota, so that the other half is everybody else's.
    Half,
    /// What only makes sure that nothing was missed: a fifth of the quota.
    Background,
}

/// One that takes half leaves room for one other, and a background call for more.
const HALF: u32 = 2;
const BACKGROUND_SHARE: u32 = 5;
/// Where no quota is known, background calls are no further apart than this allows for.
const BACKGROUND_GAP: Duration = Duration::from_millis(20);
/// The rate that is assumed when an endpoint of unknown quota refuses a call.
const FIRST_GUESS: Duration = Duration::from_millis(40);
/// A refusal slows all calls down by this factor, and each answer makes up for a part of it.
const SLOWER: f64 = 1.5;
const FASTER: f64 = 0.97;
/// Calls never get slower than this by themselves.
const SLOWEST: Duration = Duration::from_secs(2);

/// Spaces calls evenly, so that the quota is never met in bursts.
#[derive(Debug)]
pub(super) struct Limiter {
    per_second: Option<u32>,
    lanes: Mutex<Lanes>,
}

#[derive(Debug)]
struct Lanes {
    /// Between two calls: the quota's, or more where somebody else uses it up.
    gap: Duration,
    next: Option<Instant>,
    next_half: Option<Instant>,
    next_background: Option<Instant>,
}

/// Calls per second that a region allows (AWS's service quotas for CloudWatch Logs, 2026-11).
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
        Self {
            per_second,
            lanes: Mutex::new(Lanes {
                gap: gap(per_second),
                next: None,
                next_half: None,
                next_background: None,
            }),
        }
    }

    /// How many calls a second are allowed, where that is known.
    pub(super) fn per_second(&self) -> Option<u32> {
        self.per_second
    }

    /// How many readers side by side use up the quota: a page takes about a third of a second.
    pub(super) fn side_by_side(&self) -> usize {
        let readers = self.per_second.map_or(6, |rate| rate.div_ceil(3));
        usize::try_from(readers.clamp(2, 6)).unwrap_or(2)
    }

    /// Waits for the next place.
    pub(super) async fn wait(&self, lane: Lane) {
        let own = match lane {
            Lane::Foreground => None,
            Lane::Half => Some(self.lanes().reserve_half(Instant::now())),
            Lane::Background => Some(self.lanes().reserve_background(Instant::now())),
        };
        if let Some(own) = own {
            sleep_until(own).await;
        }
        let now = Instant::now();
        let place = self.lanes().reserve(now);
        if place > now {
            sleep_until(place).await;
        }
    }

    /// A call was answered: where calls were slowed down, they get a little faster again.
    pub(super) fn answered(&self) {
        let floor = gap(self.per_second);
        let mut lanes = self.lanes();
        if lanes.gap > floor {
            let faster = lanes.gap.mul_f64(FASTER).max(floor);
            // Without a quota there is no speed to settle at.
            lanes.gap = if faster < FIRST_GUESS / 2 {
                floor
            } else {
                faster
            };
        }
    }

    /// Nobody gets a place before this pause is over: the quota is used up by somebody else.
    pub(super) async fn back_off(&self, pause: Duration) {
        let now = Instant::now();
        let end = now + pause;
        {
            let mut lanes = self.lanes();
            // Calls that left side by side are refused side by side: that is one refusal.
            if lanes.next.is_none_or(|next| next < end) {
                lanes.gap = lanes.gap.max(FIRST_GUESS).mul_f64(SLOWER).min(SLOWEST);
                lanes.next = Some(end);
            }
        }
        sleep_until(end).await;
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, Lanes> {
        // Times are whole at every moment, so a poisoned lock does no harm.
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn gap(per_second: Option<u32>) -> Duration {
    per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.max(1))
}

impl Lanes {
    fn reserve(&mut self, now: Instant) -> Instant {
        let place = self.next.map_or(now, |next| next.max(now));
        self.next = Some(place + self.gap);
        place
    }

    fn reserve_half(&mut self, now: Instant) -> Instant {
        let place = self.next_half.map_or(now, |next| next.max(now));
        self.next_half = Some(place + self.gap * HALF);
        place
    }

    fn reserve_background(&mut self, now: Instant) -> Instant {
        let place = self.next_background.map_or(now, |next| next.max(now));
        let gap = (self.gap * BACKGROUND_SHARE).max(BACKGROUND_GAP);
        self.next_background = Some(place + gap);
        place
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
            limiter.wait(Lane::Foreground).await;
        }
        assert_eq!(began.elapsed().as_millis(), 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_half_leaves_half() {
        let limiter = Limiter::new(Some(5));
        let began = Instant::now();
        for _ in 0..6 {
            limiter.wait(Lane::Half).await;
        }
        assert_eq!(began.elapsed().as_millis(), 2_000);
        let unlimited = Limiter::new(None);
        for _ in 0..100 {
            unlimited.wait(Lane::Half).await;
        }
        assert_eq!(began.elapsed().as_millis(), 2_000);
    }

    #[tokio::test(start_paused = true)]
    async fn background_calls_take_a_fifth_of_the_quota() {
        let limiter = Limiter::new(Some(5));
        let began = Instant::now();
        for _ in 0..6 {
            limiter.wait(Lane::Background).await;
        }
        assert_eq!(began.elapsed().as_millis(), 5_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_background_reader_does_not_hold_up_the_foreground() {
        let limiter = Limiter::new(Some(5));
        limiter.wait(Lane::Background).await;
        // The next background place is a second away, the next foreground one a fifth of it.
        let began = Instant::now();
        tokio::join!(limiter.wait(Lane::Background), async {
            limiter.wait(Lane::Foreground).await;
            assert_eq!(began.elapsed().as_millis(), 200);
        });
        assert_eq!(began.elapsed().as_millis(), 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn when_one_reader_is_throttled_all_of_them_pause_and_slow_down() {
        let limiter = Limiter::new(Some(5));
        limiter.wait(Lane::Foreground).await;
        let began = Instant::now();
        limiter.back_off(Duration::from_secs(1)).await;
        limiter.wait(Lane::Foreground).await;
        assert_eq!(began.elapsed().as_millis(), 1_000);
        limiter.wait(Lane::Foreground).await;
        assert_eq!(began.elapsed().as_millis(), 1_300);
        // Answers bring the quota's own pace back.
        for _ in 0..100 {
            limiter.answered();
        }
        limiter.wait(Lane::Foreground).await;
        let before = Instant::now();
        limiter.wait(Lane::Foreground).await;
        assert_eq!(before.elapsed().as_millis(), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn an_unknown_quota_is_found_out_by_its_refusals() {
        let limiter = Limiter::new(None);
        let began = Instant::now();
        for _ in 0..1_000 {
            limiter.wait(Lane::Foreground).await;
        }
        assert_eq!(began.elapsed(), Duration::ZERO);
        limiter.back_off(Duration::from_millis(100)).await;
        limiter.wait(Lane::Foreground).await;
        limiter.wait(Lane::Foreground).await;
        assert_eq!(began.elapsed().as_millis(), 160);
    }

    #[test]
    fn the_quota_decides_how_many_read_side_by_side() {
        let readers = |region| Limiter::new(Some(quota(region))).side_by_side();
        assert_eq!(readers("eu-central-1"), 2);
        assert_eq!(readers("eu-west-1"), 4);
        assert_eq!(readers("us-east-1"), 6);
    }
}
