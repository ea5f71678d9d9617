//! The metrics of queue, consumer and event source mapping, by the minute, in one call (CloudWatch
//! `GetMetricData`).

use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode,
};
use aws_smithy_types::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::{error::AwsError, session::Session};
use edactl_facts::observation::{ConsumerMetrics, MappingMetrics, MetricMinutes, PipelineMetrics};

/// AWS publishes these metrics once a minute.
const PERIOD_SECONDS: i32 = 60;

/// Whose metrics are read. Each metric is paid for, so only what is wanted is asked for.
#[derive(Debug, Clone, Copy)]
pub struct MetricsRequest<'a> {
    /// The queue's name.
    pub queue: &'a str,
    /// The consumer's bare name, where its errors are wanted.
    pub consumer: Option<&'a str>,
    /// The id of an event source mapping that publishes EventCount metrics.
    pub mapping: Option<&'a str>,
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

    /// Every metric of the request, for each of the whole minutes that touch `from..=until`.
    ///
    /// # Errors
    /// When CloudWatch refuses.
    pub async fn pipeline(
        &self,
        request: MetricsRequest<'_>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<PipelineMetrics, AwsError> {
        let (begin, end) = whole_minutes(from, until);
        let mut metrics = PipelineMetrics {
            consumer: request.consumer.map(|_| ConsumerMetrics::default()),
            mapping: request.mapping.map(|_| MappingMetrics::default()),
            ..PipelineMetrics::default()
        };
        let wanted = wanted(request);
        let queries = wanted
            .iter()
            .enumerate()
            .map(|(index, (wanted, dimension))| wanted.query(index, dimension));
        let mut pages = self
            .client
            .get_metric_data()
            .start_time(begin)
            .end_time(end)
            .set_metric_data_queries(Some(queries.collect()))
            .into_paginator()
            .send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| {
                AwsError::from_sdk("cloudwatch:GetMetricData", request.queue, &error)
            })?;
            for result in page.metric_data_results() {
                let index = result
                    .id()
                    .and_then(|id| id.strip_prefix('m')?.parse::<usize>().ok());
                if let Some((wanted, _)) = index.and_then(|index| wanted.get(index)) {
                    take(result, wanted, &mut metrics);
                }
            }
        }
        Ok(metrics)
    }
}

/// One metric, how it is put together over a minute, and where it is kept.
struct Wanted {
    namespace: &'static str,
    dimension: &'static str,
    metric: &'static str,
    stat: &'static str,
    slot: Slot,
}

const SQS: (&str, &str) = ("AWS/SQS", "QueueName");
const FUNCTION: (&str, &str) = ("AWS/Lambda", "FunctionName");
const MAPPING: (&str, &str) = ("AWS/Lambda", "EventSourceMappingUUID");

type Slot = fn(&mut PipelineMetrics) -> Option<&mut MetricMinutes>;

const fn metric(
    (namespace, dimension): (&'static str, &'static str),
    metric: &'static str,
    stat: &'static str,
    slot: Slot,
) -> Wanted {
    Wanted {
        namespace,
        dimension,
        metric,
        stat,
        slot,
    }
}

const QUEUE_METRICS: [Wanted; 4] = [
    metric(SQS, "NumberOfMessagesSent", "Sum", |all| {
        Some(&mut all.queue.sent)
    }),
    metric(SQS, "NumberOfMessagesReceived", "Sum", |all| {
        Some(&mut all.queue.received)
    }),
    metric(SQS, "NumberOfMessagesDeleted", "Sum", |all| {
        Some(&mut all.queue.deleted)
    }),
    metric(SQS, "ApproximateAgeOfOldestMessage", "Maximum", |all| {
        Some(&mut all.queue.oldest_age_seconds)
    }),
];
const CONSUMER_METRICS: [Wanted; 4] = [
    metric(FUNCTION, "Errors", "Sum", |all| {
        Some(&mut all.consumer.as_mut()?.errors)
    }),
    metric(FUNCTION, "Errors", "SampleCount", |all| {
        Some(&mut all.consumer.as_mut()?.error_samples)
    }),
    metric(FUNCTION, "Invocations", "Sum", |all| {
        Some(&mut all.consumer.as_mut()?.invocations)
    }),
    metric(FUNCTION, "Invocations", "SampleCount", |all| {
        Some(&mut all.consumer.as_mut()?.invocation_samples)
    }),
];
const MAPPING_METRICS: [Wanted; 5] = [
    metric(MAPPING, "PolledEventCount", "Sum", |all| {
        Some(&mut all.mapping.as_mut()?.polled)
    }),
    metric(MAPPING, "FilteredOutEventCount", "Sum", |all| {
        Some(&mut all.mapping.as_mut()?.filtered_out)
    }),
    metric(MAPPING, "InvokedEventCount", "Sum", |all| {
        Some(&mut all.mapping.as_mut()?.invoked)
    }),
    metric(MAPPING, "FailedInvokeEventCount", "Sum", |all| {
        Some(&mut all.mapping.as_mut()?.failed)
    }),
    metric(MAPPING, "DeletedEventCount", "Sum", |all| {
        Some(&mut all.mapping.as_mut()?.deleted)
    }),
];

/// The metrics of a request, each with the value of its dimension.
fn wanted<'a>(request: MetricsRequest<'a>) -> Vec<(&'static Wanted, &'a str)> {
    let of = |metrics: &'static [Wanted], dimension: Option<&'a str>| {
        let named = dimension.map(|dimension| metrics.iter().map(move |one| (one, dimension)));
        named.into_iter().flatten()
    };
    of(&QUEUE_METRICS, Some(request.queue))
        .chain(of(&CONSUMER_METRICS, request.consumer))
        .chain(of(&MAPPING_METRICS, request.mapping))
        .collect()
}

impl Wanted {
    fn query(&self, index: usize, dimension: &str) -> MetricDataQuery {
        let dimension = Dimension::builder()
            .name(self.dimension)
            .value(dimension)
            .build();
        let metric = Metric::builder()
            .namespace(self.namespace)
            .metric_name(self.metric)
            .dimensions(dimension)
            .build();
        let stat = MetricStat::builder()
            .metric(metric)
            .period(PERIOD_SECONDS)
            .stat(self.stat)
            .build();
        MetricDataQuery::builder()
            .id(format!("m{index}"))
            .metric_stat(stat)
            .build()
    }
}

/// Keeps one result's values. Emulators leave out the status.
fn take(result: &MetricDataResult, wanted: &Wanted, metrics: &mut PipelineMetrics) {
    if let Some(status @ (StatusCode::Forbidden | StatusCode::InternalError)) = result.status_code()
    {
        let said = result.messages().iter().filter_map(|said| said.value());
        let said: Vec<_> = std::iter::once(status.as_str()).chain(said).collect();
        let refused = format!("{}: {}", wanted.metric, said.join(", "));
        if !metrics.refused.contains(&refused) {
            metrics.refused.push(refused);
        }
        return;
    }
    let Some(minutes) = (wanted.slot)(metrics) else {
        return;
    };
    for (at, value) in result.timestamps().iter().zip(result.values()) {
        if let Ok(minute) = Timestamp::from_second(at.secs()) {
            minutes.insert(minute, count(*value));
        }
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

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::MessageData;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_span_is_widened_to_whole_minutes() {
        let (begin, end) = whole_minutes(at("2026-11-24T12:00:59.9Z"), at("2026-11-24T12:01:00Z"));
        assert_eq!(begin.secs(), at("2026-11-24T12:00:00Z").as_second());
        assert_eq!(end.secs(), at("2026-11-24T12:02:00Z").as_second());
    }

    #[test]
    fn only_what_is_wanted_is_asked_for() {
        let queue_only = MetricsRequest {
            queue: "q",
            consumer: None,
            mapping: None,
        };
        assert_eq!(wanted(queue_only).len(), 4);
        let all = MetricsRequest {
            consumer: Some("c"),
            mapping: Some("u"),
            ..queue_only
        };
        let asked: Vec<_> = wanted(all)
            .iter()
            .map(|(one, dimension)| (one.dimension, *dimension))
            .collect();
        assert_eq!(asked.len(), 13);
        assert!(asked.contains(&("EventSourceMappingUUID", "u")));
        assert!(asked.contains(&("FunctionName", "c")));
    }

    #[test]
    fn a_minute_without_a_value_stays_unknown_and_a_refusal_is_told() {
        let mut metrics = PipelineMetrics {
            consumer: Some(ConsumerMetrics::default()),
            ..PipelineMetrics::default()
        };
        let minute = at("2026-11-24T12:01:00Z");
        let zero = MetricDataResult::builder()
            .timestamps(DateTime::from_secs(minute.as_second()))
            .values(0.0)
            .build();
        take(&zero, &CONSUMER_METRICS[0], &mut metrics);
        let errors = &metrics.consumer.as_ref().unwrap().errors;
        assert_eq!(errors.at(minute), Some(0));
        assert_eq!(errors.at(at("2026-11-24T12:02:00Z")), None);
        let refused = MetricDataResult::builder()
            .status_code(StatusCode::Forbidden)
            .messages(MessageData::builder().value("no access").build())
            .build();
        take(&refused, &QUEUE_METRICS[0], &mut metrics);
        assert_eq!(metrics.queue.sent.sum(), None);
        assert_eq!(
            metrics.refused,
            ["NumberOfMessagesSent: Forbidden, no access"]
        );
    }
}
