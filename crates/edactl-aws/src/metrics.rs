//! The queue's metrics (CloudWatch `GetMetricData`, namespace AWS/SQS).

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_smithy_types::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::{error::AwsError, session::Session};

/// AWS publishes these metrics once a minute.
const PERIOD_SECONDS: i32 = 60;

/// Sums over a span of whole minutes. `None` means not published, which is not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct QueueSums {
    /// `NumberOfMessagesSent`.
    pub sent: Option<u64>,
    /// `NumberOfMessagesReceived`.
    pub received: Option<u64>,
    /// `NumberOfMessagesDeleted`.
    pub deleted: Option<u64>,
}

/// Reads metrics.
#[derive(Debug, Clone)]
pub struct Metrics {
    pub(super) client: aws_sdk_cloudwatch::Client,
}

impl Metrics {
    /// A reader for this session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        let (sdk, listener) = session.parts();
        let mut config = aws_sdk_cloudwatch::config::Builder::from(sdk);
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        Self {
            client: aws_sdk_cloudwatch::Client::from_conf(config.build()),
        }
    }

    /// The queue's counters, summed over the whole minutes that touch `from..=until`.
    ///
    /// # Errors
    /// When CloudWatch refuses.
    pub async fn queue_sums(
        &self,
        queue: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<QueueSums, AwsError> {
        let (begin, end) = whole_minutes(from, until);
        let names = [
            "NumberOfMessagesSent",
            "NumberOfMessagesReceived",
            "NumberOfMessagesDeleted",
        ];
        let queries = names
            .iter()
            .enumerate()
            .map(|(index, name)| query(index, name, queue));
        let mut pages = self
            .client
            .get_metric_data()
            .start_time(begin)
            .end_time(end)
            .set_metric_data_queries(Some(queries.collect()))
            .into_paginator()
            .send();
        let mut sums = [None; 3];
        while let Some(page) = pages.next().await {
            let page = page
                .map_err(|error| AwsError::from_sdk("cloudwatch:GetMetricData", queue, &error))?;
            for result in page.metric_data_results() {
                let index = result
                    .id()
                    .and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
                if let Some(sum) = index.and_then(|index| sums.get_mut(index))
                    && !result.values().is_empty()
                {
                    *sum = Some(sum.unwrap_or(0.0) + result.values().iter().sum::<f64>());
                }
            }
        }
        let [sent, received, deleted] = sums.map(|sum| sum.map(count));
        Ok(QueueSums {
            sent,
            received,
            deleted,
        })
    }
}

/// Counts come as floating-point numbers.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn count(sum: f64) -> u64 {
    sum.round().max(0.0) as u64
}

fn whole_minutes(from: Timestamp, until: Timestamp) -> (DateTime, DateTime) {
    let minute = i64::from(PERIOD_SECONDS);
    let begin = from.as_second().div_euclid(minute) * minute;
    let last = until
        .saturating_add(SignedDuration::from_secs(minute))
        .unwrap_or(until);
    let end = last.as_second().div_euclid(minute) * minute;
    (DateTime::from_secs(begin), DateTime::from_secs(end))
}

fn query(index: usize, metric: &str, queue: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("QueueName").value(queue).build();
    let metric = Metric::builder()
        .namespace("AWS/SQS")
        .metric_name(metric)
        .dimensions(dimension)
        .build();
    let stat = MetricStat::builder()
        .metric(metric)
        .period(PERIOD_SECONDS)
        .stat("Sum")
        .build();
    MetricDataQuery::builder()
        .id(format!("m{index}"))
        .metric_stat(stat)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_is_widened_to_whole_minutes() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (begin, end) = whole_minutes(at("2026-11-24T12:00:59.9Z"), at("2026-11-24T12:01:00Z"));
        assert_eq!(begin.secs(), at("2026-11-24T12:00:00Z").as_second());
        assert_eq!(end.secs(), at("2026-11-24T12:02:00Z").as_second());
    }
}
