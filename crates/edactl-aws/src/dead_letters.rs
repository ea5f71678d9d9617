//! A dead-letter queue, worked on (SQS): looking into it, sending its letters again, deleting them.
//! [`moves`] has SQS move them.
//!
//! A send is never repeated where the first might have arrived: whoever asks is told that it is in
//! doubt. Deleting may be repeated, so it is.

pub mod moves;

use std::{collections::BTreeMap, time::Duration};

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::{
    primitives::Blob,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
        MessageAttributeValue, MessageSystemAttributeName, MessageSystemAttributeNameForSends,
        MessageSystemAttributeValue, SendMessageBatchRequestEntry,
    },
};
use jiff::Timestamp;

use crate::{
    error::{AwsError, AwsErrorKind},
    session::Session,
};
use edactl_facts::topology::queue::queue_name;

/// The most entries of a batch, and the most messages of one receive.
pub const BATCH: usize = 10;
/// How long one call may take, repetitions included.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);
/// How often a throttled send is tried; SQS refused it then, so it cannot arrive twice.
const THROTTLED_ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// A dead-letter queue.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: aws_sdk_sqs::Client,
    /// Repeats nothing by itself.
    sender: aws_sdk_sqs::Client,
    url: String,
}

/// A message in a dead-letter queue, with all that is needed to send it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its SQS message id, the same as in the queue that it came from.
    pub message_id: String,
    /// What deletes it or gives it back, until it is received again.
    pub receipt_handle: String,
    /// Its body.
    pub body: String,
    /// Its message attributes by name.
    pub attributes: BTreeMap<String, LetterAttribute>,
    /// When it was sent first (`SentTimestamp`; of a FIFO queue: when it came here).
    pub sent: Option<Timestamp>,
    /// When it was first received from this queue or the one before.
    pub first_received: Option<Timestamp>,
    /// How often it was received, this look included (`ApproximateReceiveCount`).
    pub receives: Option<u32>,
    /// The ARN of the queue that it came from; `None`: it was sent here directly, or the endpoint
    /// does not say.
    pub source_arn: Option<String>,
    /// The X-Ray header that it travels with (`AWSTraceHeader`).
    pub trace_header: Option<String>,
    /// Its message group (FIFO).
    pub group: Option<String>,
}

/// A message attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterAttribute {
    /// `String`, `Number`, `Binary`, with or without a custom suffix.
    pub data_type: String,
    /// The value of a text or a number.
    pub text: Option<String>,
    /// The value of a binary attribute.
    pub bytes: Option<Vec<u8>>,
}

impl Letter {
    /// What it counts towards the size of a batch, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let attributes: usize = self
            .attributes
            .iter()
            .map(|(name, value)| {
                name.len()
                    + value.data_type.len()
                    + value.text.as_ref().map_or(0, String::len)
                    + value.bytes.as_ref().map_or(0, Vec::len)
            })
            .sum();
        self.body.len() + attributes
    }
}

/// What became of sending a letter again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is on its queue, under this message id.
    As(String),
    /// SQS refused it: it is not on the queue.
    Refused(String),
    /// Nobody knows whether it arrived.
    InDoubt(String),
}

impl DeadLetters {
    /// The dead-letter queue at this URL.
    #[must_use]
    pub fn new(session: &Session, url: &str) -> Self {
        let (sdk, listener) = session.parts();
        let client = |retries: Option<RetryConfig>| {
            let timeouts = sdk
                .timeout_config()
                .cloned()
                .unwrap_or_else(|| TimeoutConfig::builder().build())
                .to_builder()
                .operation_timeout(CALL_TIMEOUT)
                .build();
            let mut config = aws_sdk_sqs::config::Builder::from(sdk).timeout_config(timeouts);
            if let Some(retries) = retries {
                config = config.retry_config(retries);
            }
            if let Some(listener) = listener {
                config = config.interceptor(listener.clone());
            }
            aws_sdk_sqs::Client::from_conf(config.build())
        };
        Self {
            client: client(None),
            sender: client(Some(RetryConfig::disabled())),
            url: url.to_owned(),
        }
    }

    /// The queue's name.
    #[must_use]
    pub fn name(&self) -> &str {
        queue_name(&self.url)
    }

    /// Receives up to `most` letters, ten at the most, with all their attributes (`ReceiveMessage`).
    /// Each is hidden from others for `hide`, and its receive count goes up by one. `wait` is how
    /// long SQS may look for one: zero asks only some of its servers.
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn receive(
        &self,
        most: usize,
        hide: Duration,
        wait: Duration,
    ) -> Result<Vec<Letter>, AwsError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(most.clamp(1, BATCH)).unwrap_or(i32::MAX))
            .visibility_timeout(seconds(hide))
            .wait_time_seconds(seconds(wait))
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sqs:ReceiveMessage", self.name(), &error))?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages.into_iter().map(letter).collect())
    }

    /// Lets others see these letters again at once (`ChangeMessageVisibilityBatch`), given by their
    /// receipt handles.
    ///
    /// # Errors
    /// When SQS refuses a batch; the letters come back by themselves then.
    pub async fn give_back(&self, handles: &[String]) -> Result<(), AwsError> {
        for batch in handles.chunks(BATCH) {
            let entries = batch.iter().enumerate().filter_map(|(index, handle)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(handle)
                    .visibility_timeout(0)
                    .build()
                    .ok()
            });
            self.client
                .change_message_visibility_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries.collect()))
                .send()
                .await
                .map_err(|error| {
                    AwsError::from_sdk("sqs:ChangeMessageVisibility", self.name(), &error)
                })?;
        }
        Ok(())
    }

    /// Deletes up to ten letters (`DeleteMessageBatch`), given by their receipt handles: for each,
    /// why it was not deleted, if so.
    ///
    /// # Errors
    /// When SQS refuses the batch as a whole.
    pub async fn delete(&self, handles: &[&str]) -> Result<Vec<Option<String>>, AwsError> {
        let entries = handles.iter().enumerate().filter_map(|(index, handle)| {
            DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(*handle)
                .build()
                .ok()
        });
        let answer = self
            .client
            .delete_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries.collect()))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sqs:DeleteMessage", self.name(), &error))?;
        let mut problems = vec![None; handles.len()];
        for failed in answer.failed() {
            let slot = failed.id().parse().ok();
            if let Some(problem) = slot.and_then(|slot: usize| problems.get_mut(slot)) {
                *problem = Some(entry_problem(failed.code(), failed.message()));
            }
        }
        Ok(problems)
    }

    /// Sends up to ten letters to the queue at `target`, with their attributes, trace header and
    /// group (`SendMessageBatch`). `deduplication` is the id of each on a FIFO queue.
    pub async fn send(
        &self,
        target: &str,
        letters: &[&Letter],
        deduplication: impl Fn(&Letter) -> Option<String>,
    ) -> Vec<Sent> {
        let entries: Vec<_> = letters
            .iter()
            .enumerate()
            .filter_map(|(index, letter)| entry(index, letter, deduplication(letter)))
            .collect();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let sent = self
                .sender
                .send_message_batch()
                .queue_url(target)
                .set_entries(Some(entries.clone()))
                .send()
                .await;
            let error = match sent {
                Ok(answer) => return outcomes(&answer, letters.len()),
                Err(error) => AwsError::from_sdk("sqs:SendMessage", queue_name(target), &error),
            };
            let may_repeat = error.kind == AwsErrorKind::Throttled || error.never_sent;
            if !may_repeat || attempt >= THROTTLED_ATTEMPTS {
                let all = if had_no_effect(&error) {
                    Sent::Refused(error.to_string())
                } else {
                    Sent::InDoubt(error.to_string())
                };
                return vec![all; letters.len()];
            }
            // Half fixed, half random, so that parallel senders do not come back together.
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause *= 2;
        }
        Vec::new()
    }

    /// The URLs of the queues whose failed messages come here (`ListDeadLetterSourceQueues`).
    ///
    /// # Errors
    /// When SQS refuses.
    pub async fn sources(&self) -> Result<Vec<String>, AwsError> {
        let mut pages = self
            .client
            .list_dead_letter_source_queues()
            .queue_url(&self.url)
            .max_results(1000)
            .into_paginator()
            .send();
        let mut urls = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| {
                AwsError::from_sdk("sqs:ListDeadLetterSourceQueues", self.name(), &error)
            })?;
            urls.extend(page.queue_urls);
        }
        Ok(urls)
    }
}

fn seconds(span: Duration) -> i32 {
    i32::try_from(span.as_secs()).unwrap_or(i32::MAX)
}

fn letter(message: Message) -> Letter {
    let system = |name: MessageSystemAttributeName| {
        let all = message.attributes.as_ref()?;
        all.get(&name).filter(|text| !text.is_empty()).cloned()
    };
    let time = |name| Timestamp::from_millisecond(system(name)?.parse().ok()?).ok();
    let receives = system(MessageSystemAttributeName::ApproximateReceiveCount);
    let attributes = message.message_attributes.iter().flatten();
    Letter {
        attributes: attributes
            .map(|(name, value)| {
                let value = LetterAttribute {
                    data_type: value.data_type.clone(),
                    text: value.string_value.clone(),
                    bytes: value.binary_value.clone().map(Blob::into_inner),
                };
                (name.clone(), value)
            })
            .collect(),
        sent: time(MessageSystemAttributeName::SentTimestamp),
        first_received: time(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp),
        receives: receives.and_then(|count| count.parse().ok()),
        source_arn: system(MessageSystemAttributeName::DeadLetterQueueSourceArn),
        trace_header: system(MessageSystemAttributeName::AwsTraceHeader),
        group: system(MessageSystemAttributeName::MessageGroupId),
        message_id: message.message_id.unwrap_or_default(),
        receipt_handle: message.receipt_handle.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
    }
}

fn entry(
    index: usize,
    letter: &Letter,
    deduplication: Option<String>,
) -> Option<SendMessageBatchRequestEntry> {
    let attributes = letter.attributes.iter().filter_map(|(name, value)| {
        let value = MessageAttributeValue::builder()
            .data_type(&value.data_type)
            .set_string_value(value.text.clone())
            .set_binary_value(value.bytes.clone().map(Blob::new))
            .build()
            .ok()?;
        Some((name.clone(), value))
    });
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(&letter.body)
        .set_message_group_id(letter.group.clone())
        .set_message_deduplication_id(deduplication);
    for (name, value) in attributes {
        entry = entry.message_attributes(name, value);
    }
    if let Some(header) = &letter.trace_header {
        let value = MessageSystemAttributeValue::builder()
            .data_type("String")
            .string_value(header)
            .build()
            .ok()?;
        entry = entry
            .message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
    }
    entry.build().ok()
}

fn outcomes(
    answer: &aws_sdk_sqs::operation::send_message_batch::SendMessageBatchOutput,
    count: usize,
) -> Vec<Sent> {
    let silent = "SQS says nothing of it in its answer".to_owned();
    let mut outcomes = vec![Sent::InDoubt(silent); count];
    let slot = |id: &str| id.parse::<usize>().ok();
    for sent in answer.successful() {
        if let Some(outcome) = slot(sent.id()).and_then(|slot| outcomes.get_mut(slot)) {
            *outcome = Sent::As(sent.message_id().to_owned());
        }
    }
    for failed in answer.failed() {
        let problem = entry_problem(failed.code(), failed.message());
        if let Some(outcome) = slot(failed.id()).and_then(|slot| outcomes.get_mut(slot)) {
            *outcome = if failed.sender_fault() || failed.code().contains("Throttl") {
                Sent::Refused(problem)
            } else {
                // A fault of the service's own says nothing of how far it came.
                Sent::InDoubt(problem)
            };
        }
    }
    outcomes
}

fn entry_problem(code: &str, message: Option<&str>) -> String {
    message.map_or_else(|| code.to_owned(), |message| format!("{code}: {message}"))
}

/// Whether a send that failed provably sent nothing: it never left, or SQS answered that it refused.
fn had_no_effect(error: &AwsError) -> bool {
    error.never_sent
        || error.code.is_some()
            && !matches!(
                error.kind,
                AwsErrorKind::ServiceFault | AwsErrorKind::NoAnswer
            )
}

#[cfg(test)]
mod tests {
    use aws_sdk_sqs::{
        operation::send_message_batch::SendMessageBatchOutput,
        types::{BatchResultErrorEntry, SendMessageBatchResultEntry},
    };

    use super::*;

    fn error(kind: AwsErrorKind, code: Option<&str>, reason: &str, never_sent: bool) -> AwsError {
        AwsError {
            action: "sqs:SendMessage",
            resource: "orders".into(),
            kind,
            code: code.map(str::to_owned),
            reason: reason.into(),
            never_sent,
        }
    }

    #[test]
    fn only_what_provably_sent_nothing_is_not_in_doubt() {
        use AwsErrorKind::{AccessDenied, NoAnswer, Other, ServiceFault, Unreachable};
        for (kind, code, never_sent, no_effect) in [
            (AccessDenied, Some("AccessDenied"), false, true),
            (Unreachable, None, true, true),
            (Other, Some("InvalidParameterValue"), false, true),
            (Other, None, false, false),
            (ServiceFault, Some("InternalError"), false, false),
            (NoAnswer, None, false, false),
        ] {
            let error = error(kind, code, "", never_sent);
            assert_eq!(had_no_effect(&error), no_effect, "{kind:?} {code:?}");
        }
    }

    #[test]
    fn each_entry_of_an_answer_has_its_own_outcome() {
        let failed = |id: &str, fault| {
            BatchResultErrorEntry::builder()
                .id(id)
                .code("Code")
                .sender_fault(fault)
                .build()
                .unwrap()
        };
        let answer = SendMessageBatchOutput::builder()
            .successful(
                SendMessageBatchResultEntry::builder()
                    .id("1")
                    .message_id("new")
                    .md5_of_message_body("x")
                    .build()
                    .unwrap(),
            )
            .failed(failed("0", true))
            .failed(failed("2", false))
            .build()
            .unwrap();
        let outcomes = outcomes(&answer, 4);
        assert_eq!(outcomes[0], Sent::Refused("Code".into()));
        assert_eq!(outcomes[1], Sent::As("new".into()));
        assert_eq!(outcomes[2], Sent::InDoubt("Code".into()));
        assert!(matches!(outcomes[3], Sent::InDoubt(_)), "left out");
    }
}
