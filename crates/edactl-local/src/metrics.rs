//! The embedded CloudWatch metrics: the rustack engine behind the endpoint, fed with AWS/SQS and
//! AWS/Lambda metrics as AWS names them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::Timestamp;
use rustack_cloudwatch_core::{
    config::CloudWatchConfig, handler::RustackCloudWatchHandler, provider::RustackCloudWatch,
};
use rustack_cloudwatch_http::service::{CloudWatchHttpConfig, CloudWatchHttpService};
use serde_json::{Value, json};
use tokio::{sync::Notify, time::Instant};

use crate::names;

/// How often new values are published. AWS does it once a minute; nobody should wait for that
/// here. Values still go to the minute that they were measured in.
pub const PUBLISH_EVERY: Duration = Duration::from_millis(100);

/// The endpoint that serves the metrics.
pub type Endpoint = CloudWatchHttpService<RustackCloudWatchHandler>;

/// A metric of a queue (dimension `QueueName`) or a function (dimension `FunctionName`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Metric {
    namespace: &'static str,
    dimension: &'static str,
    of: &'static str,
    name: &'static str,
    unit: &'static str,
}

/// A metric of a queue, in counts.
#[must_use]
pub fn of_queue(queue: &'static str, name: &'static str) -> Metric {
    Metric {
        namespace: "AWS/SQS",
        dimension: "QueueName",
        of: queue,
        name,
        unit: "Count",
    }
}

/// A metric of a function.
#[must_use]
pub fn of_function(function: &'static str, name: &'static str, unit: &'static str) -> Metric {
    Metric {
        namespace: "AWS/Lambda",
        dimension: "FunctionName",
        of: function,
        name,
        unit,
    }
}

/// A metric of an event source mapping, which publishes it only on demand (`MetricsConfig`).
#[must_use]
pub fn of_mapping(uuid: &'static str, name: &'static str) -> Metric {
    Metric {
        namespace: "AWS/Lambda",
        dimension: "EventSourceMappingUUID",
        of: uuid,
        name,
        unit: "Count",
    }
}

/// Values of one metric in one minute, not published yet.
#[derive(Debug, Clone, Copy)]
struct Measured {
    since: Instant,
    /// How long others may still join it.
    open: Duration,
    /// Whether it is published later than the others.
    is_straggler: bool,
    count: f64,
    sum: f64,
    least: f64,
    most: f64,
}

/// Takes measurements and publishes them.
#[derive(Debug)]
pub struct Metrics {
    engine: Arc<RustackCloudWatch>,
    /// By metric and minute (seconds since 1970).
    pending: Mutex<HashMap<(Metric, i64), Vec<Measured>>>,
    /// Rings when something happened that was worth measuring.
    happened: Notify,
    stragglers: Mutex<Stragglers>,
    /// How many values each metric has in its latest minute.
    made: Mutex<HashMap<Metric, (i64, u32)>>,
}

/// Every other value is published so much later; zero: none is.
#[derive(Debug, Default)]
struct Stragglers {
    later: Duration,
    values: u64,
}

/// The values of a metric that are kept: half an hour of the busiest traffic. Without a limit of
/// its own the engine grows for as long as the pipeline is used.
const MOST_VALUES: usize = 5_000;
/// So many values of a metric in a minute are published promptly.
const PROMPT_VALUES: u32 = 100;
/// How often further values of that minute are.
const BUSY_PUBLISH_EVERY: Duration = Duration::from_secs(1);

impl Default for Metrics {
    fn default() -> Self {
        let config = CloudWatchConfig {
            default_region: names::REGION.to_owned(),
            account_id: names::ACCOUNT.to_owned(),
            max_points_per_series: MOST_VALUES,
            ..CloudWatchConfig::default()
        };
        Self {
            engine: Arc::new(RustackCloudWatch::new(Arc::new(config))),
            pending: Mutex::default(),
            happened: Notify::new(),
            stragglers: Mutex::default(),
            made: Mutex::default(),
        }
    }
}

impl Metrics {
    /// The endpoint over this store.
    #[must_use]
    pub fn endpoint(&self) -> Endpoint {
        let handler = Arc::new(RustackCloudWatchHandler::new(Arc::clone(&self.engine)));
        CloudWatchHttpService::new(handler, CloudWatchHttpConfig::default())
    }

    /// From now on every other value is published so much later than the others.
    pub fn set_stragglers(&self, later: Duration) {
        self.stragglers().later = later;
    }

    fn stragglers(&self) -> MutexGuard<'_, Stragglers> {
        self.stragglers
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// How much later this value is published; `None`: values need not be told apart.
    fn straggles(&self) -> Option<bool> {
        let mut stragglers = self.stragglers();
        if stragglers.later.is_zero() {
            return None;
        }
        stragglers.values += 1;
        Some(stragglers.values.is_multiple_of(2))
    }

    /// How long a new value of a metric is open: in a busy minute longer, so that the engine keeps
    /// few values of it.
    fn open_for(&self, metric: Metric, minute: i64) -> Duration {
        let mut made = self
            .made
            .lock()
            .expect("nothing panics while it holds the lock");
        let (of, count) = made.entry(metric).or_default();
        if *of != minute {
            (*of, *count) = (minute, 0);
        }
        *count += 1;
        if *count > PROMPT_VALUES {
            BUSY_PUBLISH_EVERY
        } else {
            PUBLISH_EVERY
        }
    }

    /// Waits until something happens, or returns at once if it happened since the last time.
    pub async fn happening(&self) {
        self.happened.notified().await;
    }

    /// Takes a measurement of something that happened at `at`.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn measure(&self, metric: Metric, at: Timestamp, value: f64) {
        self.measure_gauge(metric, at, value);
        self.happened.notify_one();
    }

    /// Takes a measurement of a state at `at`: nothing happened.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn measure_gauge(&self, metric: Metric, at: Timestamp, value: f64) {
        let minute = at.as_second().div_euclid(60) * 60;
        let now = Instant::now();
        let straggles = self.straggles();
        let mut pending = self
            .pending
            .lock()
            .expect("nothing panics while it holds the lock");
        let values = pending.entry((metric, minute)).or_default();
        match values
            .last_mut()
            .filter(|last| straggles.is_none() && now - last.since < last.open)
        {
            Some(last) => {
                last.count += 1.0;
                last.sum += value;
                last.least = last.least.min(value);
                last.most = last.most.max(value);
            }
            None => values.push(Measured {
                since: now,
                open: self.open_for(metric, minute),
                is_straggler: straggles.unwrap_or_default(),
                count: 1.0,
                sum: value,
                least: value,
                most: value,
            }),
        }
    }

    /// Publishes what was measured at least `delay` ago; says when the next values are due.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn publish(&self, delay: Duration) -> Option<Instant> {
        let now = Instant::now();
        let later = self.stragglers().later;
        let (mut due, mut next) = (Vec::new(), None::<Instant>);
        self.pending
            .lock()
            .expect("nothing panics while it holds the lock")
            .retain(|(metric, minute), values| {
                values.retain(|value| {
                    // Values may still join one for as long as it is open.
                    let mut delay = delay + value.open;
                    if value.is_straggler {
                        delay += later;
                    }
                    let is_due = now - value.since >= delay;
                    if is_due {
                        due.push((*metric, *minute, *value));
                    } else {
                        let at = value.since + delay;
                        next = Some(next.map_or(at, |next| next.min(at)));
                    }
                    !is_due
                });
                !values.is_empty()
            });
        for (metric, minute, value) in due {
            let datum = datum(&metric, minute, &value);
            let input = json!({ "Namespace": metric.namespace, "MetricData": [datum] });
            // The engine refuses only what is malformed, and these are made here.
            if let Ok(input) = serde_json::from_value(input) {
                let _ = self.engine.put_metric_data(input);
            }
        }
        next
    }
}

fn datum(metric: &Metric, minute: i64, value: &Measured) -> Value {
    json!({
        "MetricName": metric.name,
        "Dimensions": [{ "Name": metric.dimension, "Value": metric.of }],
        "Timestamp": Timestamp::from_second(minute).unwrap_or_default().to_string(),
        "Unit": metric.unit,
        "StatisticValues": {
            "SampleCount": value.count,
            "Sum": value.sum,
            "Minimum": value.least,
            "Maximum": value.most,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_other_value_may_be_published_later() {
        let metrics = Metrics::default();
        metrics.set_stragglers(Duration::from_secs(5));
        let metric = of_queue(names::QUEUE, "NumberOfMessagesSent");
        for _ in 0..4 {
            metrics.measure(metric, Timestamp::UNIX_EPOCH, 1.0);
        }
        let left = || {
            metrics
                .pending
                .lock()
                .unwrap()
                .values()
                .map(Vec::len)
                .sum::<usize>()
        };
        assert_eq!(left(), 4);
        tokio::time::advance(PUBLISH_EVERY).await;
        assert!(metrics.publish(Duration::ZERO).is_some());
        assert_eq!(left(), 2);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(metrics.publish(Duration::ZERO), None);
        assert_eq!(left(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_busy_minute_has_few_values() {
        let metrics = Metrics::default();
        let metric = of_queue(names::QUEUE, "NumberOfMessagesSent");
        let mut values = 0;
        for _ in 0..60_000 / 20 {
            metrics.measure(metric, Timestamp::UNIX_EPOCH, 1.0);
            tokio::time::advance(Duration::from_millis(20)).await;
            let before = metrics
                .pending
                .lock()
                .unwrap()
                .values()
                .map(Vec::len)
                .sum::<usize>();
            metrics.publish(Duration::ZERO);
            let after = metrics
                .pending
                .lock()
                .unwrap()
                .values()
                .map(Vec::len)
                .sum::<usize>();
            values += before - after;
        }
        assert!((100..=200).contains(&values), "{values}");
    }
}
