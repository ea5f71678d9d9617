//! Metrics by the minute: when they are published each, and what it has by then.

use super::{HORIZON, Ms, World, params::Params, rng::Rng};

/// The metrics of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// AWS/SQS `NumberOfMessagesSent` (Sum).
    Sent,
    /// AWS/SQS `NumberOfMessagesReceived` (Sum).
    Received,
    /// AWS/SQS `NumberOfMessagesDeleted` (Sum).
    Deleted,
    /// AWS/SQS `ApproximateAgeOfOldestMessage` (Maximum), in seconds.
    OldestAge,
    /// AWS/Lambda `Invocations` of the consumer (Sum), by the minute of the start.
    Invocations,
    /// AWS/Lambda `Errors` of the consumer (Sum), by the minute of the invocation's start.
    Errors,
    /// AWS/Lambda `PolledEventCount` of the mapping, where its `MetricsConfig` asks for it.
    PolledEvents,
    /// `FilteredOutEventCount`.
    FilteredOutEvents,
    /// `InvokedEventCount`.
    InvokedEvents,
    /// `FailedInvokeEventCount`.
    FailedInvokeEvents,
    /// `DeletedEventCount`.
    DeletedEvents,
}

impl Metric {
    /// SQS reports zeros for an active queue; functions and mappings report what happened.
    fn is_of_queue(self) -> bool {
        matches!(self, Self::Sent | Self::Received | Self::Deleted)
    }
}

/// What happened, by AWS's own account.
#[derive(Debug, Default)]
pub struct Events {
    pub sent: Vec<Ms>,
    pub received: Vec<Ms>,
    pub deleted: Vec<Ms>,
    pub polled: Vec<Ms>,
    pub filtered_out: Vec<Ms>,
    pub invoked: Vec<Ms>,
    pub failed: Vec<Ms>,
    pub deleted_by_mapping: Vec<Ms>,
    /// Starts, and whether the invocation failed.
    pub invocations: Vec<(Ms, bool)>,
    /// The oldest message's age at the end of each minute.
    pub ages: Vec<(i64, Ms)>,
}

/// One value of `GetMetricData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Datum {
    pub metric: Metric,
    /// The minute; that of the send is 0.
    pub minute: i64,
    /// The minute's start, in milliseconds since 1970 by AWS's clock.
    pub start: i64,
    pub value: u64,
    /// `SampleCount`.
    pub samples: u64,
}

/// A value from when on it is published.
#[derive(Debug, Clone, Copy)]
struct Published {
    from: Ms,
    until: Ms,
    datum: Datum,
}

/// All that is ever published.
#[derive(Debug, Default)]
pub struct Publications(Vec<Published>);

/// The minutes in which anything can happen; that of the send is 0.
pub fn minutes() -> std::ops::Range<i64> {
    -3..HORIZON / 60_000 + 1
}

/// How much a metric rises with each invocation or message.
type Rises = Vec<(i64, u64)>;

impl World {
    /// When a minute of AWS's clock ends, in milliseconds since the send.
    pub fn end_of(&self, minute: i64) -> Ms {
        (minute + 1) * 60_000 - self.params.phase
    }

    fn minute_of(&self, at: Ms) -> i64 {
        (at + self.params.phase).div_euclid(60_000)
    }

    /// What `GetMetricData` gives at `at`: one value a metric and minute, or none yet. `None` where
    /// it is not allowed.
    pub fn metrics(&self, at: Ms) -> Option<Vec<Datum>> {
        let published = self.published.0.iter();
        let known = published.filter(|value| value.from <= at && at < value.until);
        (!self.params.metrics_denied).then(|| known.map(|value| value.datum).collect())
    }

    /// Decides when each value is published, and how much of it at first.
    pub fn publish(&mut self, rng: &mut Rng) {
        let rises = |events: &[Ms]| events.iter().map(|&at| (self.minute_of(at), 1)).collect();
        let events = &self.events;
        let mut counted: Vec<(Metric, Rises)> = vec![
            (Metric::Sent, rises(&events.sent)),
            (Metric::Received, rises(&events.received)),
            (Metric::Deleted, rises(&events.deleted)),
        ];
        let invocations = |rise: fn(bool) -> u64| -> Rises {
            events
                .invocations
                .iter()
                .map(|&(at, bad)| (self.minute_of(at), rise(bad)))
                .collect()
        };
        let errors = invocations(u64::from);
        let invoked = invocations(|_| 1);
        if self.params.event_counts {
            counted.extend([
                (Metric::PolledEvents, rises(&events.polled)),
                (Metric::FilteredOutEvents, rises(&events.filtered_out)),
                (Metric::InvokedEvents, rises(&events.invoked)),
                (Metric::FailedInvokeEvents, rises(&events.failed)),
                (Metric::DeletedEvents, rises(&events.deleted_by_mapping)),
            ]);
        }
        let mut out = Vec::new();
        for (metric, rises) in &counted {
            let always = metric.is_of_queue();
            for (minute, values) in by_minute(minutes(), rises) {
                if always || !values.is_empty() {
                    self.publish_one(rng, *metric, minute, &values, Ms::MAX, &mut out);
                }
            }
        }
        self.publish_invocations(rng, &errors, &invoked, &mut out);
        for &(minute, age) in &self.events.ages {
            let from = self.first_publication(rng, minute);
            let value = u64::try_from(age / 1000).unwrap_or(0);
            let datum = self.datum(Metric::OldestAge, minute, value, 1);
            out.push(Published {
                from,
                until: Ms::MAX,
                datum,
            });
        }
        self.published = Publications(out);
    }

    /// Errors and Invocations: where the assumptions hold, Invocations are complete five minutes
    /// after their minute, so that Errors that still lack some can be told by their sample count.
    fn publish_invocations(
        &self,
        rng: &mut Rng,
        errors: &Rises,
        invoked: &Rises,
        out: &mut Vec<Published>,
    ) {
        let errors = by_minute(minutes(), errors);
        for ((minute, failed), (_, all)) in errors.zip(by_minute(minutes(), invoked)) {
            if all.is_empty() {
                continue;
            }
            // Both may lack the same invocations, so that their sample counts agree.
            if self.params.metrics_agree_late && rng.chance(500) {
                let mut same = rng.clone();
                self.publish_one(rng, Metric::Errors, minute, &failed, Ms::MAX, out);
                self.publish_one(&mut same, Metric::Invocations, minute, &all, Ms::MAX, out);
                continue;
            }
            let complete = (self.end_of(minute) + 295_000).max(self.params.wake);
            self.publish_one(rng, Metric::Errors, minute, &failed, Ms::MAX, out);
            self.publish_one(rng, Metric::Invocations, minute, &all, complete, out);
        }
    }

    fn publish_one(
        &self,
        rng: &mut Rng,
        metric: Metric,
        minute: i64,
        values: &[u64],
        complete: Ms,
        out: &mut Vec<Published>,
    ) {
        let Params {
            metrics_missing,
            metrics_half,
            metrics_agree_late,
            ..
        } = self.params;
        if rng.chance(metrics_missing) {
            return;
        }
        let from = self.first_publication(rng, minute);
        let count = |values: &[u64]| u64::try_from(values.len()).unwrap_or(0);
        let all = self.datum(metric, minute, values.iter().sum(), count(values));
        if values.is_empty() || !rng.chance(metrics_half) {
            out.push(Published {
                from,
                until: Ms::MAX,
                datum: all,
            });
            return;
        }
        let left_out = rng.below(values.len());
        let some: Vec<u64> = values
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != left_out && rng.chance(500))
            .map(|(_, value)| *value)
            .collect();
        let longest = if metrics_agree_late { 400_000 } else { 150_000 };
        let until = (from + rng.range(30_000, longest)).min(complete).max(from);
        let half = self.datum(metric, minute, some.iter().sum(), count(&some));
        if !some.is_empty() || metric.is_of_queue() {
            out.push(Published {
                from,
                until,
                datum: half,
            });
        }
        out.push(Published {
            from: until,
            until: Ms::MAX,
            datum: all,
        });
    }

    fn first_publication(&self, rng: &mut Rng, minute: i64) -> Ms {
        let late = rng.range(20_000, self.params.metrics_late);
        (self.end_of(minute) + late).max(self.params.wake)
    }

    fn datum(&self, metric: Metric, minute: i64, value: u64, samples: u64) -> Datum {
        let start = self.aws_clock(self.end_of(minute)) - 60_000;
        Datum {
            metric,
            minute,
            start,
            value,
            samples,
        }
    }
}

fn by_minute(
    minutes: std::ops::Range<i64>,
    rises: &Rises,
) -> impl Iterator<Item = (i64, Vec<u64>)> {
    let mut values: Vec<Vec<u64>> = minutes.clone().map(|_| Vec::new()).collect();
    for &(minute, rise) in rises {
        let place = usize::try_from(minute - minutes.start).ok();
        if let Some(values) = place.and_then(|place| values.get_mut(place)) {
            values.push(rise);
        }
    }
    minutes.zip(values)
}
