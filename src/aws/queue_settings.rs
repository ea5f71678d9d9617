//! A queue's settings as a check-up needs them (SQS `GetQueueAttributes`).

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;

use super::{
    error::AwsError,
    queue::{QueueFacts, Queues, facts},
};

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

impl Queues {
    /// Reads a queue's settings.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn settings(&self, url: &str) -> Result<QueueSettings, AwsError> {
        let attributes = self.attributes(url).await?;
        let text = |name| {
            attributes
                .get(&name)
                .filter(|text| !text.is_empty())
                .cloned()
        };
        Ok(QueueSettings {
            facts: facts(&attributes),
            retention: text(QueueAttributeName::MessageRetentionPeriod)
                .and_then(|seconds| seconds.parse().ok())
                .map_or(Duration::from_hours(4 * 24), Duration::from_secs),
            policy: text(QueueAttributeName::Policy),
            kms_key: text(QueueAttributeName::KmsMasterKeyId),
            sqs_encryption: text(QueueAttributeName::SqsManagedSseEnabled)
                .map(|text| text == "true"),
        })
    }
}
