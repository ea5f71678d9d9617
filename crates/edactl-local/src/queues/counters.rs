//! The queues' counters, which may lag, each by its own, as those of a distributed queue do.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use rand::RngExt;
use tokio::time::Instant;

use crate::queues::{Queue, Queues};

/// The counters in the order in which they are kept here: visible, in flight, delayed.
const NAMES: [&str; 3] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
];
/// How often lagging counters are sampled.
const SAMPLE_EVERY: Duration = Duration::from_millis(20);

/// Visible, in flight, delayed.
pub type Counts = [u64; 3];

/// Counts, and when they were true.
type Sample = (Instant, Counts);

/// What the counters of each queue showed lately, oldest first.
#[derive(Debug, Default)]
pub struct Counted(Mutex<HashMap<&'static str, VecDeque<Sample>>>);

impl Counted {
    fn add(&self, queue: &'static str, at: Instant, counters: Counts, lag: Duration) {
        let mut queues = self
            .0
            .lock()
            .expect("nothing panics while it holds the lock");
        let samples = queues.entry(queue).or_default();
        samples.push_back((at, counters));
        while samples
            .front()
            .is_some_and(|(first, _)| at.duration_since(*first) > lag)
        {
            samples.pop_front();
        }
    }

    /// The counters as they were `ages` ago, each by its own age; what was true at some moment
    /// since then, where no sample is that old.
    fn at_ages(&self, queue: &str, now: Instant, ages: [Duration; 3], truth: Counts) -> Counts {
        let queues = self
            .0
            .lock()
            .expect("nothing panics while it holds the lock");
        let samples = queues.get(queue);
        let mut shown = truth;
        for (place, age) in ages.into_iter().enumerate() {
            let found = samples.and_then(|samples| {
                samples
                    .iter()
                    .find(|(at, _)| now.duration_since(*at) <= age)
            });
            if let Some((_, counters)) = found {
                shown[place] = counters[place];
            }
        }
        shown
    }

    fn clear(&self) {
        self.0
            .lock()
            .expect("nothing panics while it holds the lock")
            .clear();
    }
}

impl Queues {
    /// What a queue truly holds: visible, in flight, delayed.
    pub(super) async fn counters(&self, queue: &Queue) -> Counts {
        let asked = NAMES.map(str::to_owned).to_vec();
        let attributes = queue.engine.get_attributes(asked).await;
        NAMES.map(|name| {
            attributes
                .as_ref()
                .ok()
                .and_then(|attributes| attributes.get(name)?.parse().ok())
                .unwrap_or_default()
        })
    }

    /// Samples the counters for as long as it is awaited and they are to lag.
    pub async fn sample_counters(&self) {
        let mut changes = self.live.changes();
        loop {
            let lag = self.live.read(|settings| settings.counter_lag);
            if lag.is_zero() {
                self.counted.clear();
                changes.next().await;
                continue;
            }
            for queue in [&self.main, &self.dead] {
                let counters = self.counters(queue).await;
                self.counted.add(queue.name, Instant::now(), counters, lag);
            }
            tokio::select! {
                () = changes.next() => {}
                () = tokio::time::sleep(SAMPLE_EVERY) => {}
            }
        }
    }

    /// Makes the counters among a queue's attributes as the settings want them: lagging, or
    /// without the one of delayed messages.
    pub(super) async fn blur(&self, queue: &Queue, attributes: &mut HashMap<String, String>) {
        let (lag, no_delayed) = self
            .live
            .read(|settings| (settings.counter_lag, settings.no_delayed_counter));
        if no_delayed {
            attributes.remove(NAMES[2]);
        }
        if lag.is_zero() {
            return;
        }
        let truth = self.counters(queue).await;
        let ages = [(); 3].map(|()| lag.mul_f64(rand::rng().random_range(0.0..1.0)));
        let values = self
            .counted
            .at_ages(queue.name, Instant::now(), ages, truth);
        for (name, value) in NAMES.into_iter().zip(values) {
            if let Some(shown) = attributes.get_mut(name) {
                *shown = value.to_string();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_counter_is_as_old_as_its_own_age() {
        let counted = Counted::default();
        let lag = Duration::from_secs(10);
        for visible in 0..4 {
            counted.add("q", Instant::now(), [visible, 9 - visible, 0], lag);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let truth = [4, 5, 1];
        let look = |ages: [u64; 3]| {
            counted.at_ages("q", Instant::now(), ages.map(Duration::from_secs), truth)
        };
        assert_eq!(look([0, 0, 0]), truth);
        assert_eq!(look([4, 1, 0]), [0, 6, 1]);
        assert_eq!(look([2, 9, 9]), [2, 9, 0]);
        assert_eq!(
            counted.at_ages("other", Instant::now(), [lag; 3], truth),
            truth
        );
        tokio::time::advance(lag).await;
        counted.add("q", Instant::now(), truth, lag);
        assert!(counted.0.lock().unwrap()["q"].len() < 4);
    }
}
