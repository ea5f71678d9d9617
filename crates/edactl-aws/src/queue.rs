//! The queue's own word (SQS): its attributes and counters, and a look into the dead-letter queue.
//!
//! Nothing here can receive from the main queue: receiving hides messages from the consumer and
//! raises their receive count. Only [`DeadLetterQueue`] receives.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use aws_sdk_sqs::types::{
    Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;

use crate::{error::AwsError, session::Session};
use edactl_facts::{
    observation::DeadLetter,
    topology::queue::{QueueCounters, QueueFacts, Redrive, queue_name},
};

/// How long a look hides a dead-lettered message from others.
pub const PEEK_HIDES: Duration = Duration::from_secs(5);

/// Reads queues.
#[derive(Debug, Clone)]
pub struct Queues {
    pub(super) client: aws_sdk_sqs::Client,
}

impl Queues {
    /// A reader for this session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        let (sdk, listener) = session.parts();
        let mut config = aws_sdk_sqs::config::Builder::from(sdk);
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        Self {
            client: aws_sdk_sqs::Client::from_conf(config.build()),
        }
    }

    /// The URL of a queue named by its name, URL or ARN.
    ///
    /// # Errors
    /// When SQS refuses or does not know the queue.
    pub async fn url(&self, reference: &str) -> Result<String, AwsError> {
        if reference.starts_with("https://") || reference.starts_with("http://") {
            return Ok(reference.to_owned());
        }
        // arn:aws:sqs:region:account:name; another account's queue is found only with its owner.
        let owner = reference
            .strip_prefix("arn:")
            .and_then(|arn| arn.split(':').nth(3))
            .map(str::to_owned);
        let answer = self
            .client
            .get_queue_url()
            .queue_name(queue_name(reference))
            .set_queue_owner_aws_account_id(owner)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sqs:GetQueueUrl", reference, &error))?;
        Ok(answer.queue_url().unwrap_or_default().to_owned())
    }

    /// All attributes of a queue (`GetQueueAttributes`).
    pub(super) async fn attributes(
        &self,
        url: &str,
    ) -> Result<HashMap<QueueAttributeName, String>, AwsError> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .map_err(|error| {
                AwsError::from_sdk("sqs:GetQueueAttributes", queue_name(url), &error)
            })?;
        Ok(answer.attributes.unwrap_or_default())
    }

    /// Reads a queue's settings and counters.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn facts(&self, url: &str) -> Result<QueueFacts, AwsError> {
        Ok(facts(&self.attributes(url).await?))
    }

    /// The dead-letter queue at this URL.
    #[must_use]
    pub fn dead_letter_queue(&self, url: &str) -> DeadLetterQueue {
        DeadLetterQueue {
            client: self.client.clone(),
            url: url.to_owned(),
        }
    }
}

/// Reads the attributes that every command needs.
pub(super) fn facts(attributes: &HashMap<QueueAttributeName, String>) -> QueueFacts {
    let text = |name| attributes.get(&name).map(String::as_str);
    let number = |name| text(name).and_then(|value| value.parse::<u64>().ok());
    let seconds = |name| Duration::from_secs(number(name).unwrap_or_default());
    QueueFacts {
        arn: text(QueueAttributeName::QueueArn)
            .unwrap_or_default()
            .to_owned(),
        counters: QueueCounters {
            visible: number(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: number(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
        },
        delay: seconds(QueueAttributeName::DelaySeconds),
        message_limit: number(QueueAttributeName::MaximumMessageSize)
            .and_then(|bytes| usize::try_from(bytes).ok())
            .unwrap_or(1024 * 1024),
        visibility_timeout: seconds(QueueAttributeName::VisibilityTimeout),
        redrive: text(QueueAttributeName::RedrivePolicy).and_then(redrive),
        fifo: text(QueueAttributeName::FifoQueue) == Some("true"),
        content_deduplication: text(QueueAttributeName::ContentBasedDeduplication) == Some("true"),
    }
}

/// `maxReceiveCount` is a number or a text, depending on who wrote the policy.
fn redrive(policy: &str) -> Option<Redrive> {
    let policy: serde_json::Value = serde_json::from_str(policy).ok()?;
    let count = policy.get("maxReceiveCount")?;
    let max_receives = count.as_u64().or_else(|| count.as_str()?.parse().ok())?;
    Some(Redrive {
        target_arn: policy.get("deadLetterTargetArn")?.as_str()?.to_owned(),
        max_receives: u32::try_from(max_receives).ok()?,
    })
}

/// A dead-letter queue, which may be looked into.
#[derive(Debug, Clone)]
pub struct DeadLetterQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl DeadLetterQueue {
    /// Looks at up to ten messages (SQS `ReceiveMessage`). Each is hidden from others for
    /// [`PEEK_HIDES`], and its receive count in this queue goes up by one.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn peek(&self) -> Result<Vec<DeadLetter>, AwsError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(10)
            .visibility_timeout(i32::try_from(PEEK_HIDES.as_secs()).unwrap_or(5))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| {
                AwsError::from_sdk("sqs:ReceiveMessage", queue_name(&self.url), &error)
            })?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages.into_iter().map(dead_letter).collect())
    }
}

fn dead_letter(message: Message) -> DeadLetter {
    let mut system: BTreeMap<String, String> = message
        .attributes
        .unwrap_or_default()
        .into_iter()
        .map(|(name, value)| (name.as_str().to_owned(), value))
        .collect();
    let mut take = |name: MessageSystemAttributeName| system.remove(name.as_str());
    let sent = take(MessageSystemAttributeName::SentTimestamp);
    let receives = take(MessageSystemAttributeName::ApproximateReceiveCount);
    DeadLetter {
        message_id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        sent: sent.and_then(|millis| Timestamp::from_millisecond(millis.parse().ok()?).ok()),
        receives: receives.and_then(|receives| receives.parse().ok()),
        system_attributes: system,
        attributes: message
            .message_attributes
            .unwrap_or_default()
            .into_iter()
            .map(|(name, value)| (name, text_of(value)))
            .collect(),
        receipt_handle: message.receipt_handle.unwrap_or_default(),
    }
}

fn text_of(value: MessageAttributeValue) -> String {
    let binary = || {
        value
            .binary_value
            .map(|bytes| BASE64_STANDARD.encode(bytes))
    };
    value.string_value.or_else(binary).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::primitives::Blob;

    use super::*;

    #[test]
    fn a_counter_that_the_answer_leaves_out_is_unknown() {
        let attributes = HashMap::from([
            (
                QueueAttributeName::ApproximateNumberOfMessages,
                "0".to_owned(),
            ),
            (
                QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
                "2".to_owned(),
            ),
        ]);
        let counters = facts(&attributes).counters;
        assert_eq!((counters.visible, counters.in_flight), (Some(0), Some(2)));
        assert_eq!(counters.delayed, None);
    }

    #[test]
    fn a_dead_letter_keeps_what_its_look_told() {
        let text = MessageAttributeValue::builder()
            .data_type("String")
            .string_value("a")
            .build();
        let binary = MessageAttributeValue::builder()
            .data_type("Binary")
            .binary_value(Blob::new([1, 2]))
            .build();
        let message = Message::builder()
            .message_id("m")
            .receipt_handle("h")
            .body("b")
            .attributes(MessageSystemAttributeName::SentTimestamp, "1767225601500")
            .attributes(MessageSystemAttributeName::ApproximateReceiveCount, "4")
            .attributes(MessageSystemAttributeName::AwsTraceHeader, "Root=1")
            .message_attributes("kind", text.unwrap())
            .message_attributes("bytes", binary.unwrap())
            .build();
        let letter = dead_letter(message);
        assert_eq!(letter.sent.unwrap().as_millisecond(), 1_767_225_601_500);
        assert_eq!(letter.receives, Some(4));
        assert_eq!(letter.system_attributes["AWSTraceHeader"], "Root=1");
        assert_eq!(letter.attributes["kind"], "a");
        assert_eq!(letter.attributes["bytes"], "AQI=");
        assert_eq!(letter.receipt_handle, "h");
    }

    #[test]
    fn a_redrive_policy_counts_in_numbers_or_texts() {
        for count in ["3", "\"3\""] {
            let policy = format!(r#"{{"deadLetterTargetArn":"arn:x","maxReceiveCount":{count}}}"#);
            assert_eq!(redrive(&policy).unwrap().max_receives, 3);
        }
        assert_eq!(redrive("{}"), None);
    }
}
