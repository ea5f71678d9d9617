//! A queue's settings as a check-up needs them (SQS `GetQueueAttributes`).

use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName;

use crate::{
    error::AwsError,
    queue::{Queues, facts},
};
use edactl_facts::topology::queue::QueueSettings;

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
