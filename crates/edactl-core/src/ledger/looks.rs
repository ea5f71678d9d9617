//! The looks at the queue's counters: since when each of them read zero.

use crate::topology::queue::QueueCounters;

/// All looks, by when each began, in milliseconds since the session began.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    all: Vec<(u64, QueueCounters)>,
}

impl Looks {
    /// Takes in a look; they may come in any order.
    pub fn add(&mut self, at: u64, counters: QueueCounters) {
        let place = self.all.partition_point(|(known, _)| *known <= at);
        self.all.insert(place, (at, counters));
    }

    /// The last look.
    pub fn last(&self) -> Option<QueueCounters> {
        self.all.last().map(|(_, counters)| *counters)
    }

    /// The looks of the row of zeros that the last look ends, by their times.
    pub fn zeros(&self) -> Vec<u64> {
        let tail = self.all.iter().rev();
        let mut zeros: Vec<u64> = tail
            .take_while(|(_, counters)| counters.is_empty())
            .map(|(at, _)| *at)
            .collect();
        zeros.reverse();
        zeros
    }
}

/// The first of the zero looks after `since`, where they are two or more and span the lag: all
/// three counters may be torn against each other, so that one look proves nothing, however late.
pub fn way_to_zero(zeros: &[u64], since: u64, lag: u64) -> Option<u64> {
    let row = &zeros[zeros.partition_point(|at| *at < since)..];
    let (first, last) = (row.first()?, row.last()?);
    (row.len() >= 2 && last - first >= lag).then_some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(visible: Option<u64>) -> QueueCounters {
        QueueCounters {
            visible,
            in_flight: Some(0),
            delayed: Some(0),
        }
    }

    #[test]
    fn one_look_never_suffices_and_an_absent_counter_is_no_zero() {
        let mut looks = Looks::default();
        looks.add(90_000, look(Some(0)));
        assert_eq!(way_to_zero(&looks.zeros(), 0, 0), None, "one look");
        looks.add(10_000, look(Some(0)));
        assert_eq!(way_to_zero(&looks.zeros(), 0, 30_000), Some(10_000));
        assert_eq!(
            way_to_zero(&looks.zeros(), 10_001, 30_000),
            None,
            "a new receipt"
        );
        looks.add(50_000, look(Some(1)));
        assert_eq!(looks.zeros(), [90_000], "in the order of time");
        looks.add(95_000, look(None));
        assert!(looks.zeros().is_empty());
    }
}
