//! What SQS says of a queue.

use std::time::Duration;

/// How many messages a queue holds (SQS `GetQueueAttributes`, approximate).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueCounters {
    /// Waiting to be received.
    pub visible: u64,
    /// Received and neither deleted nor returned yet.
    pub in_flight: u64,
    /// Not yet to be received.
    pub delayed: u64,
}

impl QueueCounters {
    /// Whether the queue holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
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
    fn a_queue_is_named_in_many_ways() {
        for reference in [
            "orders",
            "arn:aws:sqs:eu-central-1:123456789012:orders",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
        ] {
            assert_eq!(queue_name(reference), "orders");
        }
    }
}
