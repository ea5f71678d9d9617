//! The metrics of queue, consumer and mapping by the minute, with when each value was first read:
//! a value that still changes proves nothing.

use std::collections::HashMap;

use serde::Serialize;

use crate::observation::{MetricMinutes, PipelineMetrics};

/// A minute of AWS's clock: whole minutes since 1970.
pub type Minute = i64;

/// A metric, summed over one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// AWS/SQS `NumberOfMessagesSent`.
    Sent,
    /// AWS/SQS `NumberOfMessagesReceived`.
    Received,
    /// AWS/SQS `NumberOfMessagesDeleted`.
    Deleted,
    /// AWS/SQS `ApproximateAgeOfOldestMessage`: the maximum, in seconds.
    OldestAge,
    /// AWS/Lambda `Invocations` of the consumer, by the minute of the start.
    Invocations,
    /// AWS/Lambda `Errors` of the consumer, by the minute of the invocation's start.
    Errors,
    /// AWS/Lambda `PolledEventCount` of the mapping.
    PolledEvents,
    /// AWS/Lambda `FilteredOutEventCount` of the mapping.
    FilteredOutEvents,
    /// AWS/Lambda `DeletedEventCount` of the mapping.
    DeletedEvents,
}

/// One value of a metric (CloudWatch `GetMetricData`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datum {
    /// Which metric.
    pub metric: Metric,
    /// Of which minute.
    pub minute: Minute,
    /// Its sum; the maximum of ages.
    pub value: u64,
    /// How many samples it has (`SampleCount`).
    pub samples: u64,
}

impl Datum {
    /// All values of a reading.
    #[must_use]
    pub fn all(metrics: &PipelineMetrics) -> Vec<Self> {
        let mut data = Vec::new();
        let mut take = |metric, values: &MetricMinutes, samples: Option<&MetricMinutes>| {
            data.extend(values.iter().map(|(minute, value)| Self {
                metric,
                minute: minute.as_second().div_euclid(60),
                value,
                samples: samples.map_or(1, |samples| samples.at(minute).unwrap_or(0)),
            }));
        };
        let queue = &metrics.queue;
        take(Metric::Sent, &queue.sent, None);
        take(Metric::Received, &queue.received, None);
        take(Metric::Deleted, &queue.deleted, None);
        take(Metric::OldestAge, &queue.oldest_age_seconds, None);
        if let Some(of) = &metrics.consumer {
            take(Metric::Errors, &of.errors, Some(&of.error_samples));
            take(
                Metric::Invocations,
                &of.invocations,
                Some(&of.invocation_samples),
            );
        }
        if let Some(mapping) = &metrics.mapping {
            take(Metric::PolledEvents, &mapping.polled, None);
            take(Metric::FilteredOutEvents, &mapping.filtered_out, None);
            take(Metric::DeletedEvents, &mapping.deleted, None);
        }
        data
    }
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    /// When it was first read so, in milliseconds since the session began.
    from: u64,
    value: u64,
    samples: u64,
}

/// All values read so far.
#[derive(Debug, Clone, Default)]
pub struct MetricTable {
    values: HashMap<(Metric, Minute), Vec<Reading>>,
    /// The last reading, in milliseconds since the session began.
    read: Option<u64>,
}

/// The sums of a span of minutes, as they were known at some moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// `NumberOfMessagesSent`.
    pub sent: u64,
    /// `NumberOfMessagesReceived`.
    pub received: u64,
    /// `NumberOfMessagesDeleted`.
    pub deleted: u64,
    /// `Errors` of the consumer.
    pub errors: u64,
    /// `Invocations` of the consumer.
    pub invocations: u64,
    /// Whether the queue's three were published of every minute.
    pub queue_full: bool,
    /// Whether the consumer's two were, as far as its log shows that it ran.
    pub function_full: bool,
    /// Whether `Errors` of some minute lacks invocations that `Invocations` counts.
    pub is_partial: bool,
}

impl Sums {
    /// Whether all was published.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.queue_full && self.function_full
    }
}

impl MetricTable {
    /// Takes in one reading of all values. Readings come in the order of time.
    pub fn read(&mut self, at: u64, data: &[Datum]) {
        self.read = self.read.max(Some(at));
        for datum in data {
            let readings = self.values.entry((datum.metric, datum.minute)).or_default();
            let same = |last: &Reading| (last.value, last.samples) == (datum.value, datum.samples);
            if !readings.last().is_some_and(same) {
                readings.push(Reading {
                    from: at,
                    value: datum.value,
                    samples: datum.samples,
                });
            }
        }
    }

    /// When they were last read.
    pub fn last_read(&self) -> Option<u64> {
        self.read
    }

    fn reading(&self, metric: Metric, minute: Minute, at: u64) -> Option<Reading> {
        let readings = self.values.get(&(metric, minute))?;
        readings.iter().rev().find(|it| it.from <= at).copied()
    }

    /// A value as it was known at a moment; `None`: not published.
    pub fn value(&self, metric: Metric, minute: Minute, at: u64) -> Option<u64> {
        self.reading(metric, minute, at).map(|it| it.value)
    }

    /// Whether `Errors` of a minute is published with as many samples as there were `Invocations`.
    pub fn errors_are_complete(&self, minute: Minute, at: u64) -> bool {
        let errors = self.reading(Metric::Errors, minute, at);
        match (errors, self.value(Metric::Invocations, minute, at)) {
            (Some(errors), Some(invocations)) => errors.samples >= invocations,
            (None, None) => true,
            _ => false,
        }
    }

    /// The minutes of which a metric is known.
    pub fn minutes(&self, metric: Metric) -> impl Iterator<Item = (Minute, u64, u64)> + '_ {
        self.values
            .iter()
            .filter(move |((known, _), _)| *known == metric)
            .filter_map(|((_, minute), readings)| {
                readings.last().map(|last| (*minute, last.value, last.from))
            })
    }

    /// The sum of a metric over some minutes as far as it is published; `None`: nowhere.
    pub fn published(
        &self,
        metric: Metric,
        minutes: std::ops::RangeInclusive<Minute>,
        at: u64,
    ) -> Option<u64> {
        let values = minutes.filter_map(|minute| self.value(metric, minute, at));
        values.reduce(|sum, value| sum + value)
    }

    /// The sums over some minutes as they were known at a moment. `ran` tells how many invocations
    /// the consumer's log shows in a minute.
    pub fn sums(
        &self,
        minutes: std::ops::RangeInclusive<Minute>,
        at: u64,
        ran: &HashMap<Minute, u64>,
    ) -> Sums {
        let mut sums = Sums {
            queue_full: true,
            function_full: true,
            ..Sums::default()
        };
        for minute in minutes {
            for (metric, sum) in [
                (Metric::Sent, &mut sums.sent),
                (Metric::Received, &mut sums.received),
                (Metric::Deleted, &mut sums.deleted),
            ] {
                match self.value(metric, minute, at) {
                    Some(value) => *sum += value,
                    None => sums.queue_full = false,
                }
            }
            let shown = ran.get(&minute).copied().unwrap_or(0);
            let errors = self.reading(Metric::Errors, minute, at);
            let invocations = self.value(Metric::Invocations, minute, at);
            sums.errors += errors.map_or(0, |it| it.value);
            sums.invocations += invocations.unwrap_or(0);
            match (errors, invocations) {
                (Some(errors), Some(all)) => {
                    sums.is_partial |= errors.samples < all || all < shown;
                }
                (None, None) if shown == 0 => {}
                _ => sums.function_full = false,
            }
        }
        sums
    }
}
