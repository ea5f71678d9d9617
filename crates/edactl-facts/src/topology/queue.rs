//! What SQS says of a queue.

use std::time::Duration;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many messages a queue holds (SQS `GetQueueAttributes`, approximate). The three are counted
/// apart from each other, so one look may see a message in none of them. `None`: the answer did not
/// say, which is not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct QueueCounters {
    /// Waiting to be received (`ApproximateNumberOfMessages`).
    pub visible: Option<u64>,
    /// Received and neither deleted nor returned yet (`ApproximateNumberOfMessagesNotVisible`).
    pub in_flight: Option<u64>,
    /// Not yet to be received (`ApproximateNumberOfMessagesDelayed`).
    pub delayed: Option<u64>,
}

impl QueueCounters {
    /// QueueCounters that an answer gave.
    #[must_use]
    pub fn known(visible: u64, in_flight: u64, delayed: u64) -> Self {
        Self {
            visible: Some(visible),
            in_flight: Some(in_flight),
            delayed: Some(delayed),
        }
    }

    /// Whether all three are known and zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::known(0, 0, 0)
    }

    /// How many messages the queue holds at least: what is unknown counts as none.
    #[must_use]
    pub fn at_least(&self) -> u64 {
        let known = [self.visible, self.in_flight, self.delayed];
        known.into_iter().flatten().sum()
    }

    /// How many messages the queue holds; `None` where one of the three is unknown.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Some(
            self.visible?
                .saturating_add(self.in_flight?)
                .saturating_add(self.delayed?),
        )
    }
}

/// A queue's settings and counters (SQS `GetQueueAttributes`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueFacts {
    /// Its ARN.
    pub arn: String,
    /// How many messages it holds.
    pub counters: QueueCounters,
    /// How long every message waits before it can be received.
    pub delay: Duration,
    /// The largest message it takes, in bytes.
    pub message_limit: usize,
    /// How long a received message is hidden from others.
    pub visibility_timeout: Duration,
    /// Where messages go that were received too often.
    pub redrive: Option<Redrive>,
    /// Whether it is a FIFO queue.
    pub fifo: bool,
    /// Whether it takes a body that it took in the last five minutes for the same message
    /// (`ContentBasedDeduplication`).
    pub content_deduplication: bool,
}

/// A queue's redrive policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// The ARN of the dead-letter queue.
    pub target_arn: String,
    /// After this many receives a message goes there.
    pub max_receives: u32,
}

/// The last part of a queue's URL or ARN: its name.
#[must_use]
pub fn queue_name(reference: &str) -> &str {
    reference.rsplit(['/', ':']).next().unwrap_or(reference)
}

/// Whether a queue is a FIFO queue: the names of these, and of no others, end like this.
#[must_use]
pub fn is_fifo(reference: &str) -> bool {
    reference.strip_suffix(".fifo").is_some()
}

/// What is not needed to send and verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// The rest.
    pub facts: QueueFacts,
    /// How long a message is kept.
    pub retention: Duration,
    /// The resource policy, JSON.
    pub policy: Option<String>,
    /// The KMS key that encrypts the messages.
    pub kms_key: Option<String>,
    /// Whether SQS encrypts with keys of its own; `None` where it does not say.
    pub sqs_encryption: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_is_not_told_is_not_zero() {
        assert!(QueueCounters::known(0, 0, 0).is_empty());
        let untold = QueueCounters {
            delayed: None,
            ..QueueCounters::known(0, 0, 0)
        };
        assert!(!untold.is_empty());
        assert_eq!(untold.total(), None);
        assert_eq!(QueueCounters::known(1, 2, 3).total(), Some(6));
    }

    #[test]
    fn a_queue_is_named_in_many_ways() {
        for reference in [
            "orders",
            "arn:aws:sqs:eu-central-1:123456789012:orders",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
        ] {
            assert_eq!(queue_name(reference), "orders");
        }
    }

    #[test]
    fn a_queue_is_fifo_by_its_name() {
        for (reference, expected) in [
            ("orders.fifo", true),
            ("arn:aws:sqs:eu-central-1:123456789012:orders.fifo", true),
            ("orders", false),
            ("orders.fifo-not", false),
        ] {
            assert_eq!(is_fifo(reference), expected, "{reference}");
        }
    }
}
