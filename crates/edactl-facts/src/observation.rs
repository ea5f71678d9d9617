//! What a source said at one look, as plain facts: metrics by the minute and dead letters. What they
//! prove is decided elsewhere.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

/// One metric by the minute. A minute that is not there was not published, which is not zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetricMinutes(BTreeMap<Timestamp, u64>);

impl MetricMinutes {
    /// Takes in a value of the minute that begins at this moment; a later word on it counts.
    pub fn insert(&mut self, minute: Timestamp, value: u64) {
        self.0.insert(minute, value);
    }

    /// What was published for the minute that this moment lies in.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Option<u64> {
        self.0.get(&minute_of(moment)).copied()
    }

    /// The sum of what was published; `None` where nothing was.
    #[must_use]
    pub fn sum(&self) -> Option<u64> {
        self.sum_until(Timestamp::MAX)
    }

    /// The sum of what was published for the minutes up to the one that this moment lies in.
    #[must_use]
    pub fn sum_until(&self, moment: Timestamp) -> Option<u64> {
        let mut values = self.0.range(..=moment).map(|(_, value)| *value).peekable();
        values.peek().is_some().then(|| values.sum())
    }

    /// The minutes that were published, earliest first, each by its begin.
    #[must_use = "an iterator does nothing by itself"]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Timestamp, u64)> {
        self.0.iter().map(|(minute, value)| (*minute, *value))
    }

    /// Whether nothing was published.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The begin of the minute that a moment lies in, as CloudWatch cuts time.
#[must_use]
pub fn minute_of(moment: Timestamp) -> Timestamp {
    let second = moment.as_second().div_euclid(60) * 60;
    Timestamp::from_second(second).unwrap_or(Timestamp::MIN)
}

/// The metrics of a pipeline over the minutes of a run (CloudWatch `GetMetricData`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PipelineMetrics {
    /// The queue's.
    pub queue: QueueMetrics,
    /// The consumer's; `None` where they were not asked for.
    pub consumer: Option<ConsumerMetrics>,
    /// The event source mapping's EventCount metrics; `None` where they were not asked for.
    pub mapping: Option<MappingMetrics>,
    /// Metrics that CloudWatch did not give, and why: access denied, an internal error. What is
    /// missing of them is unknown rather than unpublished.
    pub refused: Vec<String>,
}

/// Namespace AWS/SQS, dimension QueueName.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueMetrics {
    /// `NumberOfMessagesSent`, summed.
    pub sent: MetricMinutes,
    /// `NumberOfMessagesReceived`, summed.
    pub received: MetricMinutes,
    /// `NumberOfMessagesDeleted`, summed.
    pub deleted: MetricMinutes,
    /// `ApproximateAgeOfOldestMessage`, the maximum, in seconds. It leaves out messages that were
    /// received three times or more.
    pub oldest_age_seconds: MetricMinutes,
}

impl QueueMetrics {
    /// How old the oldest message of the queue was in the last minute that is published, with the
    /// begin of that minute.
    #[must_use]
    pub fn oldest_age(&self) -> Option<(Timestamp, Duration)> {
        let (minute, seconds) = self.oldest_age_seconds.iter().next_back()?;
        Some((minute, Duration::from_secs(seconds)))
    }
}

/// Namespace AWS/Lambda, dimension FunctionName, by the minute of an invocation's start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumerMetrics {
    /// `Errors`, summed: invocations that failed.
    pub errors: MetricMinutes,
    /// How many samples the sum of `Errors` is made of: one for each invocation that was counted.
    pub error_samples: MetricMinutes,
    /// `Invocations`, summed.
    pub invocations: MetricMinutes,
    /// How many samples the sum of `Invocations` is made of.
    pub invocation_samples: MetricMinutes,
}

/// Namespace AWS/Lambda, dimension EventSourceMappingUUID: the EventCount metrics that a mapping
/// publishes where its MetricsConfig asks for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MappingMetrics {
    /// `PolledEventCount`.
    pub polled: MetricMinutes,
    /// `FilteredOutEventCount`.
    pub filtered_out: MetricMinutes,
    /// `InvokedEventCount`.
    pub invoked: MetricMinutes,
    /// `FailedInvokeEventCount`.
    pub failed: MetricMinutes,
    /// `DeletedEventCount`.
    pub deleted: MetricMinutes,
}

/// A message that a look into a dead-letter queue showed (SQS `ReceiveMessage`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its SQS message id, the same as in the main queue.
    pub message_id: String,
    /// Its body.
    pub body: String,
    /// When the producer sent it (`SentTimestamp`). A FIFO queue tells when it came to this queue.
    pub sent: Option<Timestamp>,
    /// How often it was received from this queue, this look included (`ApproximateReceiveCount`).
    pub receives: Option<u32>,
    /// The other system attributes, such as `AWSTraceHeader`, `DeadLetterQueueSourceArn`,
    /// `MessageGroupId`.
    pub system_attributes: BTreeMap<String, String>,
    /// Its message attributes; binary ones as base64.
    pub attributes: BTreeMap<String, String>,
    /// What names this look at it when it is deleted or given back. Not a fact to store.
    pub receipt_handle: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_that_was_not_published_is_not_zero() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut minutes = MetricMinutes::default();
        assert_eq!(minutes.sum(), None);
        minutes.insert(at("2026-11-26T10:00:00Z"), 0);
        minutes.insert(at("2026-11-26T10:02:00Z"), 3);
        assert_eq!(minutes.at(at("2026-11-26T10:00:59.9Z")), Some(0));
        assert_eq!(minutes.at(at("2026-11-26T10:01:00Z")), None);
        assert_eq!(minutes.sum_until(at("2026-11-26T10:01:59Z")), Some(0));
        assert_eq!(minutes.sum_until(at("2026-11-26T09:59:59Z")), None);
        assert_eq!(minutes.sum(), Some(3));
    }

    #[test]
    fn metrics_without_a_minute_are_empty() {
        let mut minutes = MetricMinutes::default();
        assert!(minutes.is_empty());
        minutes.insert(Timestamp::UNIX_EPOCH, 0);
        assert!(!minutes.is_empty());
    }

    #[test]
    fn the_oldest_age_is_that_of_the_last_minute() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
        let mut queue = QueueMetrics::default();
        assert_eq!(queue.oldest_age(), None);
        queue.oldest_age_seconds.insert(at(2), 70);
        queue.oldest_age_seconds.insert(at(1), 500);
        assert_eq!(queue.oldest_age(), Some((at(2), Duration::from_secs(70))));
    }
}
