//! The queues' approximate counters: each lags by itself, so that one look is torn.

use super::{Ms, World, messages::Place, params::Absent, rng::Rng};

/// A counter that SQS keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    Visible,
    InFlight,
    Delayed,
    Dlq,
}

impl Counter {
    /// The counter that counts messages at `place`.
    pub fn of(place: Place) -> Option<Self> {
        match place {
            Place::Visible => Some(Self::Visible),
            Place::InFlight => Some(Self::InFlight),
            Place::Delayed => Some(Self::Delayed),
            Place::Dead => Some(Self::Dlq),
            Place::NotSent | Place::Gone => None,
        }
    }
}

/// The answer of one `GetQueueAttributes`. A counter that is absent is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub visible: Option<u64>,
    pub in_flight: Option<u64>,
    pub delayed: Option<u64>,
}

impl Look {
    /// What all three say, when all are there.
    pub fn total(self) -> Option<u64> {
        Some(self.visible? + self.in_flight? + self.delayed?)
    }
}

/// Each counter's true history.
#[derive(Debug, Default)]
pub struct Counts {
    histories: [Vec<(Ms, i64)>; 4],
}

impl Counts {
    /// Notes that `counter` changed by `by`.
    pub fn change(&mut self, counter: Counter, at: Ms, by: i64) {
        self.histories[counter as usize].push((at, by));
    }

    /// Turns the changes into what each counter was after each of them.
    pub fn sum_up(&mut self) {
        for history in &mut self.histories {
            history.sort_unstable();
            let mut sum = 0;
            for (_, value) in history {
                sum += *value;
                *value = sum;
            }
        }
    }

    /// What `counter` truly was at `at`.
    pub fn truth(&self, counter: Counter, at: Ms) -> u64 {
        let history = &self.histories[counter as usize];
        let after = history.partition_point(|(time, _)| *time <= at);
        let value = after.checked_sub(1).map_or(0, |index| history[index].1);
        u64::try_from(value).unwrap_or(0)
    }
}

impl World {
    /// The queue's counters as `GetQueueAttributes` tells them; `None` where that is not allowed.
    pub fn counters(&self, at: Ms) -> Option<Look> {
        if self.params.queue_denied {
            return None;
        }
        let absent = match self.params.absent_delayed {
            Absent::Never => false,
            Absent::Always => true,
            Absent::Sometimes => Rng::for_purpose(self.seed, "absent", at).chance(300),
        };
        Some(Look {
            visible: Some(self.read(Counter::Visible, at)),
            in_flight: Some(self.read(Counter::InFlight, at)),
            delayed: (!absent).then(|| self.read(Counter::Delayed, at)),
        })
    }

    /// All letters in the dead-letter queue, as its counters tell; `None` without a dead-letter
    /// queue or where that is not allowed. Letters that a peek has hidden are counted, too.
    pub fn dlq_count(&self, at: Ms) -> Option<u64> {
        (self.params.dlq && !self.params.dlq_denied).then(|| self.read(Counter::Dlq, at))
    }

    fn read(&self, counter: Counter, at: Ms) -> u64 {
        let name = ["visible", "in flight", "delayed", "dlq"][counter as usize];
        let longest = self.params.lag;
        let mut lag = Rng::for_purpose(self.seed, name, at).range(0, longest + 1);
        if self.params.sticky {
            let minute = at.div_euclid(60_000);
            lag = Rng::for_purpose(self.seed, name, minute).pick(&[0, longest, lag]);
        }
        self.counts.truth(counter, at - lag)
    }
}
