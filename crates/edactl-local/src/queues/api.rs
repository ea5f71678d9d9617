//! The operations of the SQS API on the wire. The two queues are fixed: none can be created or
//! deleted.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use rustack_sqs_http::{body::SqsResponseBody, dispatch::SqsHandler, response::json_response};
use rustack_sqs_model::{
    error::{SqsError, SqsErrorCode},
    input::{
        ChangeMessageVisibilityBatchInput, ChangeMessageVisibilityInput, DeleteMessageBatchInput,
        DeleteMessageInput, GetQueueAttributesInput, GetQueueUrlInput,
        ListDeadLetterSourceQueuesInput, ListQueueTagsInput, ListQueuesInput, PurgeQueueInput,
        ReceiveMessageInput, SendMessageBatchInput, SendMessageInput, SetQueueAttributesInput,
        TagQueueInput, UntagQueueInput,
    },
    operations::SqsOperation,
    output::{
        ChangeMessageVisibilityBatchOutput, DeleteMessageBatchOutput, GetQueueAttributesOutput,
        GetQueueUrlOutput, ListQueueTagsOutput, ListQueuesOutput, ReceiveMessageOutput,
        SendMessageBatchOutput,
    },
    types::{
        BatchResultErrorEntry, ChangeMessageVisibilityBatchResultEntry,
        DeleteMessageBatchResultEntry, SendMessageBatchRequestEntry, SendMessageBatchResultEntry,
    },
};
use serde_json::json;

use crate::{
    ground_truth::{Outcome, Sender},
    queues::{Queue, Queues, limits},
};

/// A response of the embedded SQS.
type SqsReply = hyper::Response<SqsResponseBody>;

/// The engine's HTTP service wants a handler of its own.
#[derive(Debug, Clone)]
pub struct QueuesHandler(pub Arc<Queues>);

impl SqsHandler for QueuesHandler {
    fn handle_operation(
        &self,
        operation: SqsOperation,
        body: Bytes,
    ) -> Pin<Box<dyn Future<Output = Result<SqsReply, SqsError>> + Send>> {
        Box::pin(Arc::clone(&self.0).answer(operation, body))
    }
}

impl Queues {
    /// The queue at a URL; only its last part, the name, is looked at, for a client may have
    /// reached this port under another name.
    fn at(&self, url: &str) -> Result<&Queue, SqsError> {
        self.named(url.rsplit('/').next().unwrap_or_default())
    }

    fn named(&self, name: &str) -> Result<&Queue, SqsError> {
        [&self.main, &self.dead]
            .into_iter()
            .find(|queue| queue.name == name)
            .ok_or_else(|| SqsError::non_existent_queue("The specified queue does not exist."))
    }

    async fn answer(
        self: Arc<Self>,
        operation: SqsOperation,
        body: Bytes,
    ) -> Result<SqsReply, SqsError> {
        match operation {
            SqsOperation::SendMessage => {
                let input: SendMessageInput = read(&body)?;
                let queue = self.at(&input.queue_url)?;
                reply(&self.send(queue, input, Sender::Client).await?)
            }
            SqsOperation::SendMessageBatch => reply(&self.send_batch_of(read(&body)?, None).await?),
            SqsOperation::ReceiveMessage => {
                let input: ReceiveMessageInput = read(&body)?;
                let queue = self.at(&input.queue_url)?;
                let messages = self.receive(queue, input).await?;
                reply(&ReceiveMessageOutput { messages })
            }
            SqsOperation::DeleteMessage => {
                let input: DeleteMessageInput = read(&body)?;
                let queue = self.at(&input.queue_url)?;
                self.delete(queue, input.receipt_handle, Outcome::Deleted)
                    .await?;
                reply(&json!({}))
            }
            SqsOperation::DeleteMessageBatch => reply(&self.delete_batch(read(&body)?).await?),
            SqsOperation::ChangeMessageVisibility => {
                let input: ChangeMessageVisibilityInput = read(&body)?;
                self.at(&input.queue_url)?
                    .engine
                    .change_visibility(input.receipt_handle, input.visibility_timeout)
                    .await?;
                reply(&json!({}))
            }
            SqsOperation::ChangeMessageVisibilityBatch => {
                reply(&self.change_visibility_batch(read(&body)?).await?)
            }
            SqsOperation::PurgeQueue => {
                let input: PurgeQueueInput = read(&body)?;
                let queue = self.at(&input.queue_url)?;
                queue.engine.purge().await?;
                queue.ages().clear();
                reply(&json!({}))
            }
            SqsOperation::StartMessageMoveTask => {
                reply(&self.moves.start(&self, read(&body)?).await?)
            }
            SqsOperation::ListMessageMoveTasks => reply(&self.moves.list(&read(&body)?)?),
            SqsOperation::CancelMessageMoveTask => reply(&self.moves.cancel(&read(&body)?)?),
            other => self.answer_about_queues(other, &body).await,
        }
    }

    async fn answer_about_queues(
        &self,
        operation: SqsOperation,
        body: &[u8],
    ) -> Result<SqsReply, SqsError> {
        match operation {
            SqsOperation::GetQueueUrl => {
                let input: GetQueueUrlInput = read(body)?;
                let queue_url = Some(self.named(&input.queue_name)?.url().to_owned());
                reply(&GetQueueUrlOutput { queue_url })
            }
            SqsOperation::ListQueues => {
                let input: ListQueuesInput = read(body)?;
                let prefix = input.queue_name_prefix.unwrap_or_default();
                let queue_urls = [&self.dead, &self.main]
                    .into_iter()
                    .filter(|queue| queue.name.starts_with(&prefix))
                    .map(|queue| queue.url().to_owned())
                    .collect();
                reply(&ListQueuesOutput {
                    queue_urls,
                    next_token: None,
                })
            }
            SqsOperation::GetQueueAttributes => {
                let input: GetQueueAttributesInput = read(body)?;
                let queue = self.at(&input.queue_url)?;
                let names = input.attribute_names;
                // The engine takes no name for all of them; SQS answers nothing then.
                let mut attributes = HashMap::new();
                if !names.is_empty() {
                    attributes = queue.engine.get_attributes(names.clone()).await?;
                }
                self.blur(queue, &mut attributes).await;
                queue.fixed().add(&names, &mut attributes);
                reply(&GetQueueAttributesOutput { attributes })
            }
            SqsOperation::SetQueueAttributes => {
                let mut input: SetQueueAttributesInput = read(body)?;
                let queue = self.at(&input.queue_url)?;
                let fixed = *queue.fixed();
                let fixed = fixed.take(&mut input.attributes)?;
                queue.engine.set_attributes(input.attributes).await?;
                *queue.fixed() = fixed;
                reply(&json!({}))
            }
            SqsOperation::ListDeadLetterSourceQueues => {
                let input: ListDeadLetterSourceQueuesInput = read(body)?;
                let is_dead = self.at(&input.queue_url)?.name == self.dead.name;
                let has_policy = self.main.fixed().max_receives.is_some();
                let urls: Vec<_> = (is_dead && has_policy)
                    .then(|| self.main.url())
                    .into_iter()
                    .collect();
                // The engine's output writes `QueueUrls`; this operation alone begins it small.
                reply(&json!({ "queueUrls": urls }))
            }
            SqsOperation::ListQueueTags => {
                let input: ListQueueTagsInput = read(body)?;
                let tags = self.at(&input.queue_url)?.engine.get_tags().await?;
                reply(&ListQueueTagsOutput { tags })
            }
            SqsOperation::TagQueue => {
                let input: TagQueueInput = read(body)?;
                self.at(&input.queue_url)?
                    .engine
                    .set_tags(input.tags)
                    .await?;
                reply(&json!({}))
            }
            SqsOperation::UntagQueue => {
                let input: UntagQueueInput = read(body)?;
                self.at(&input.queue_url)?
                    .engine
                    .remove_tags(input.tag_keys)
                    .await?;
                reply(&json!({}))
            }
            other => Err(SqsError::new(
                SqsErrorCode::UnsupportedOperation,
                format!("The embedded pipeline's queues are fixed; it has no {other}."),
            )),
        }
    }

    /// Sends up to ten messages, each by itself. `refuse` is the entry that is refused on demand.
    pub(super) async fn send_batch_of(
        &self,
        input: SendMessageBatchInput,
        refuse: Option<&str>,
    ) -> Result<SendMessageBatchOutput, SqsError> {
        limits::check_batch(&input.entries)?;
        let queue = self.at(&input.queue_url)?;
        let mut output = SendMessageBatchOutput::default();
        for entry in input.entries {
            let id = entry.id.clone();
            let sent = if refuse == Some(id.as_str()) {
                Err(SqsError::invalid_parameter_value(
                    "The message was refused on demand.",
                ))
            } else {
                let input = single(&input.queue_url, entry);
                self.send(queue, input, Sender::Client).await
            };
            match sent {
                Ok(sent) => output.successful.push(SendMessageBatchResultEntry {
                    id,
                    message_id: sent.message_id.unwrap_or_default(),
                    md5_of_message_body: sent.md5_of_message_body.unwrap_or_default(),
                    md5_of_message_attributes: sent.md5_of_message_attributes,
                    sequence_number: sent.sequence_number,
                }),
                Err(error) => output.failed.push(failed(id, error)),
            }
        }
        Ok(output)
    }

    async fn delete_batch(
        &self,
        input: DeleteMessageBatchInput,
    ) -> Result<DeleteMessageBatchOutput, SqsError> {
        check_count(input.entries.len())?;
        let queue = self.at(&input.queue_url)?;
        let mut output = DeleteMessageBatchOutput::default();
        for entry in input.entries {
            match self
                .delete(queue, entry.receipt_handle, Outcome::Deleted)
                .await
            {
                Ok(()) => output
                    .successful
                    .push(DeleteMessageBatchResultEntry { id: entry.id }),
                Err(error) => output.failed.push(failed(entry.id, error)),
            }
        }
        Ok(output)
    }

    async fn change_visibility_batch(
        &self,
        input: ChangeMessageVisibilityBatchInput,
    ) -> Result<ChangeMessageVisibilityBatchOutput, SqsError> {
        check_count(input.entries.len())?;
        let queue = self.at(&input.queue_url)?;
        let mut output = ChangeMessageVisibilityBatchOutput::default();
        for entry in input.entries {
            match queue
                .engine
                .change_visibility(entry.receipt_handle, entry.visibility_timeout)
                .await
            {
                Ok(()) => output
                    .successful
                    .push(ChangeMessageVisibilityBatchResultEntry { id: entry.id }),
                Err(error) => output.failed.push(failed(entry.id, error)),
            }
        }
        Ok(output)
    }
}

fn check_count(entries: usize) -> Result<(), SqsError> {
    match entries {
        0 => Err(SqsError::empty_batch_request()),
        1..=10 => Ok(()),
        _ => Err(SqsError::too_many_entries_in_batch()),
    }
}

fn failed(id: String, error: SqsError) -> BatchResultErrorEntry {
    BatchResultErrorEntry {
        id,
        sender_fault: error.code.is_sender_fault(),
        code: error.code.error_type().to_owned(),
        message: Some(error.message),
    }
}

fn single(queue_url: &str, entry: SendMessageBatchRequestEntry) -> SendMessageInput {
    SendMessageInput {
        queue_url: queue_url.to_owned(),
        message_body: entry.message_body,
        delay_seconds: entry.delay_seconds,
        message_deduplication_id: entry.message_deduplication_id,
        message_group_id: entry.message_group_id,
        message_attributes: entry.message_attributes,
        message_system_attributes: entry.message_system_attributes,
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, SqsError> {
    serde_json::from_slice(body)
        .map_err(|error| SqsError::invalid_parameter_value(error.to_string()))
}

fn reply(output: &impl serde::Serialize) -> Result<SqsReply, SqsError> {
    let json =
        serde_json::to_vec(output).map_err(|error| SqsError::internal_error(error.to_string()))?;
    Ok(json_response(json, &uuid::Uuid::new_v4().to_string()))
}

#[cfg(test)]
impl Queues {
    /// Asks as a client would.
    pub(crate) async fn ask(
        self: &Arc<Self>,
        operation: &str,
        input: &serde_json::Value,
    ) -> serde_json::Value {
        use http_body_util::BodyExt;

        let operation = SqsOperation::from_name(operation).expect("an operation");
        let body = input.to_string().into();
        let reply = Arc::clone(self)
            .answer(operation, body)
            .await
            .expect("an answer");
        let body = reply
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        serde_json::from_slice(&body).expect("JSON")
    }

    /// Receives one letter of the dead-letter queue, with its attributes.
    pub(crate) async fn receive_letter(self: &Arc<Self>) -> serde_json::Value {
        let input = json!({ "QueueUrl": self.dead.url(), "MessageSystemAttributeNames": ["All"] });
        self.ask("ReceiveMessage", &input).await["Messages"][0].clone()
    }
}
