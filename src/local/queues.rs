//! The embedded SQS: the rustack engine, metered, with faults, and with what it lacks (message
//! move tasks, in [`super::moves`]).

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, RwLock},
};

use bytes::Bytes;
use jiff::Timestamp;
use rustack_sqs_core::{config::SqsConfig, handler::RustackSqsHandler, provider::RustackSqs};
use rustack_sqs_http::{body::SqsResponseBody, dispatch::SqsHandler, response::json_response};
use rustack_sqs_model::{
    error::{SqsError, SqsErrorCode},
    input::{
        ChangeMessageVisibilityInput, CreateQueueInput, DeleteMessageBatchInput,
        DeleteMessageInput, GetQueueAttributesInput, ReceiveMessageInput, SendMessageBatchInput,
        SendMessageInput, SetQueueAttributesInput,
    },
    operations::SqsOperation,
    output::{SendMessageBatchOutput, SendMessageOutput},
    types::{BatchResultErrorEntry, Message, SendMessageBatchRequestEntry},
};

use super::{
    faults::{Dice, Fault},
    metrics::{Metrics, of_queue},
    moves::MoveTasks,
    names,
    settings::Settings,
};
use crate::functions::producer::{BatchAnswer, Outgoing, SendBatch};

/// AWS's advice for a Lambda consumer: six times the function's timeout.
pub const VISIBILITY_SECONDS: u32 = 30;
/// AWS's advice for a Lambda consumer: at least five.
pub const MAX_RECEIVES: u32 = 5;

/// The largest message, in bytes (`MaximumMessageSize`).
const MESSAGE_LIMIT: u32 = 256 * 1024;

/// What all parts of the embedded pipeline share.
pub type SharedSettings = Arc<RwLock<(Settings, Arc<Dice>)>>;

/// A response of the embedded SQS.
pub type SqsReply = hyper::Response<SqsResponseBody>;

/// The queues.
#[derive(Debug)]
pub struct Queues {
    engine: Arc<RustackSqs>,
    handler: RustackSqsHandler,
    metrics: Arc<Metrics>,
    settings: SharedSettings,
    moves: MoveTasks,
    base_url: String,
}

/// The ARN of a queue here.
#[must_use]
pub fn arn(queue: &str) -> String {
    format!("arn:aws:sqs:{}:{}:{queue}", names::REGION, names::ACCOUNT)
}

impl Queues {
    /// The queue and its dead-letter queue, to be reached on this port.
    ///
    /// # Errors
    /// When the engine refuses to create them.
    pub async fn create(
        port: u16,
        metrics: Arc<Metrics>,
        settings: SharedSettings,
    ) -> Result<Arc<Self>, SqsError> {
        let config = SqsConfig {
            default_region: names::REGION.to_owned(),
            account_id: names::ACCOUNT.to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            skip_signature_validation: true,
        };
        let engine = Arc::new(RustackSqs::new(config));
        let create = |name: &str, attributes: Vec<(&str, String)>| CreateQueueInput {
            queue_name: name.to_owned(),
            attributes: attributes
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            ..CreateQueueInput::default()
        };
        // The engine knows no message over 256 KiB, which is also what many queues still set.
        let size = MESSAGE_LIMIT.to_string();
        let fourteen_days = (14 * 24 * 3600).to_string();
        engine
            .create_queue(create(
                names::DLQ,
                vec![
                    ("MaximumMessageSize", size.clone()),
                    ("MessageRetentionPeriod", fourteen_days),
                ],
            ))
            .await?;
        let redrive = serde_json::json!({
            "deadLetterTargetArn": arn(names::DLQ), "maxReceiveCount": MAX_RECEIVES,
        });
        engine
            .create_queue(create(
                names::QUEUE,
                vec![
                    ("MaximumMessageSize", size),
                    ("VisibilityTimeout", VISIBILITY_SECONDS.to_string()),
                    ("RedrivePolicy", redrive.to_string()),
                ],
            ))
            .await?;
        Ok(Arc::new(Self {
            handler: RustackSqsHandler::new(Arc::clone(&engine)),
            engine,
            metrics,
            settings,
            moves: MoveTasks::default(),
            base_url: format!("http://127.0.0.1:{port}/{}", names::ACCOUNT),
        }))
    }

    /// The URL of a queue here.
    #[must_use]
    pub fn url(&self, queue: &str) -> String {
        format!("{}/{queue}", self.base_url)
    }

    /// Sets an attribute of the main queue.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn set_attribute(&self, name: &str, value: String) -> Result<(), SqsError> {
        let attributes = [(name.to_owned(), value)].into_iter().collect();
        let queue_url = self.url(names::QUEUE);
        self.engine
            .set_queue_attributes(SetQueueAttributesInput {
                queue_url,
                attributes,
            })
            .await?;
        Ok(())
    }

    fn happens(&self, fault: Fault) -> bool {
        let settings = self
            .settings
            .read()
            .expect("nothing panics while it holds the lock");
        settings.1.happens(&settings.0.faults, fault)
    }

    fn meter(&self, queue_url: &str, metric: &'static str, value: f64) {
        let name = queue_url.rsplit('/').next().unwrap_or_default();
        if let Some(queue) = [names::QUEUE, names::DLQ]
            .into_iter()
            .find(|queue| *queue == name)
        {
            self.metrics
                .measure(of_queue(queue, metric), Timestamp::now(), value);
        }
    }

    /// Sends a message (`SendMessage`). It may get lost, if that is asked for.
    async fn send(&self, input: SendMessageInput) -> Result<SendMessageOutput, SqsError> {
        let url = input.queue_url.clone();
        #[allow(clippy::cast_precision_loss)] // A message holds at most a mebibyte.
        let size = input.message_body.len() as f64;
        let output = if url.ends_with(names::QUEUE) && self.happens(Fault::Drop) {
            SendMessageOutput {
                message_id: Some(uuid::Uuid::new_v4().to_string()),
                md5_of_message_body: Some(rustack_sqs_core::message::md5_of_body(
                    &input.message_body,
                )),
                md5_of_message_attributes: rustack_sqs_core::message::md5_of_message_attributes(
                    &input.message_attributes,
                ),
                md5_of_message_system_attributes: None,
                sequence_number: None,
            }
        } else {
            self.engine.send_message(input).await?
        };
        self.meter(&url, "NumberOfMessagesSent", 1.0);
        self.meter(&url, "SentMessageSize", size);
        Ok(output)
    }

    /// Sends up to ten messages (`SendMessageBatch`), each by itself, as the engine does it.
    async fn send_all(
        &self,
        input: SendMessageBatchInput,
    ) -> Result<SendMessageBatchOutput, SqsError> {
        let bytes: usize = input
            .entries
            .iter()
            .map(|entry| entry.message_body.len())
            .sum();
        if bytes > 1024 * 1024 {
            return Err(SqsError::new(
                SqsErrorCode::BatchRequestTooLong,
                "Batch requests cannot be longer than 1048576 bytes.",
            ));
        }
        let mut ids: Vec<_> = input
            .entries
            .iter()
            .map(|entry| entry.id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        if input.entries.is_empty() {
            return Err(SqsError::empty_batch_request());
        } else if input.entries.len() > 10 {
            return Err(SqsError::too_many_entries_in_batch());
        } else if ids.len() < input.entries.len() {
            return Err(SqsError::batch_entry_ids_not_distinct());
        }
        let mut output = SendMessageBatchOutput {
            successful: Vec::new(),
            failed: Vec::new(),
        };
        for entry in input.entries {
            let id = entry.id.clone();
            let refused =
                input.queue_url.ends_with(names::QUEUE) && self.happens(Fault::PartialSend);
            let sent = if refused {
                Err(SqsError::invalid_parameter_value(
                    "The message was refused on demand.",
                ))
            } else {
                self.send(single(&input.queue_url, entry)).await
            };
            match sent {
                Ok(sent) => {
                    output
                        .successful
                        .push(rustack_sqs_model::types::SendMessageBatchResultEntry {
                            id,
                            message_id: sent.message_id.unwrap_or_default(),
                            md5_of_message_body: sent.md5_of_message_body.unwrap_or_default(),
                            md5_of_message_attributes: sent.md5_of_message_attributes,
                            sequence_number: sent.sequence_number,
                        });
                }
                Err(error) => output.failed.push(BatchResultErrorEntry {
                    id,
                    sender_fault: error.code.is_sender_fault(),
                    code: error.code.error_type().to_owned(),
                    message: Some(error.message),
                }),
            }
        }
        Ok(output)
    }

    /// Receives messages (`ReceiveMessage`).
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn receive(&self, input: ReceiveMessageInput) -> Result<Vec<Message>, SqsError> {
        let url = input.queue_url.clone();
        let messages = self.engine.receive_message(input).await?.messages;
        if messages.is_empty() {
            self.meter(&url, "NumberOfEmptyReceives", 1.0);
        }
        for _ in &messages {
            self.meter(&url, "NumberOfMessagesReceived", 1.0);
        }
        Ok(messages)
    }

    /// Deletes a message that was received (`DeleteMessage`).
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn delete(&self, queue: &str, receipt_handle: String) -> Result<(), SqsError> {
        let queue_url = self.url(queue);
        self.meter(&queue_url, "NumberOfMessagesDeleted", 1.0);
        self.engine
            .delete_message(DeleteMessageInput {
                queue_url,
                receipt_handle,
            })
            .await?;
        Ok(())
    }

    /// Makes a received message visible again at once (`ChangeMessageVisibility`). A message that
    /// is not in flight any more stays as it is.
    pub async fn make_visible(&self, queue: &str, receipt_handle: String) {
        let input = ChangeMessageVisibilityInput {
            queue_url: self.url(queue),
            receipt_handle,
            visibility_timeout: 0,
        };
        let _ = self.engine.change_message_visibility(input).await;
    }

    /// Moves one message to another queue, as a new one. `None`: there was none, or it cannot be
    /// moved.
    pub async fn move_one(&self, receive: ReceiveMessageInput, destination: &str) -> Option<()> {
        let source = receive.queue_url.clone();
        let message = self
            .engine
            .receive_message(receive)
            .await
            .ok()?
            .messages
            .pop()?;
        let input = SendMessageInput {
            queue_url: self.url(destination),
            message_body: message.body?,
            message_attributes: message.message_attributes,
            ..SendMessageInput::default()
        };
        self.engine.send_message(input).await.ok()?;
        let receipt_handle = message.receipt_handle?;
        let input = DeleteMessageInput {
            queue_url: source,
            receipt_handle,
        };
        self.engine.delete_message(input).await.ok()?;
        Some(())
    }

    /// What a queue holds: visible, in flight, delayed.
    pub async fn counters(&self, queue: &str) -> [u64; 3] {
        let names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ];
        let input = GetQueueAttributesInput {
            queue_url: self.url(queue),
            attribute_names: names.map(str::to_owned).to_vec(),
        };
        let attributes = match self.engine.get_queue_attributes(input).await {
            Ok(output) => output.attributes,
            Err(_) => return [0; 3],
        };
        names.map(|name| {
            attributes
                .get(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        })
    }

    async fn answer(
        self: Arc<Self>,
        operation: SqsOperation,
        body: Bytes,
    ) -> Result<SqsReply, SqsError> {
        match operation {
            SqsOperation::SendMessage => reply(&self.send(read(&body)?).await?),
            SqsOperation::SendMessageBatch => reply(&self.send_all(read(&body)?).await?),
            SqsOperation::ReceiveMessage => {
                let messages = self.receive(read(&body)?).await?;
                reply(&rustack_sqs_model::output::ReceiveMessageOutput { messages })
            }
            SqsOperation::DeleteMessage => {
                let input: DeleteMessageInput = read(&body)?;
                self.meter(&input.queue_url, "NumberOfMessagesDeleted", 1.0);
                reply(&self.engine.delete_message(input).await?)
            }
            SqsOperation::DeleteMessageBatch => {
                let input: DeleteMessageBatchInput = read(&body)?;
                let url = input.queue_url.clone();
                let output = self.engine.delete_message_batch(input).await?;
                for _ in &output.successful {
                    self.meter(&url, "NumberOfMessagesDeleted", 1.0);
                }
                reply(&output)
            }
            SqsOperation::StartMessageMoveTask => {
                reply(&self.moves.start(&self, read(&body)?).await?)
            }
            SqsOperation::ListMessageMoveTasks => reply(&self.moves.list(&read(&body)?)?),
            SqsOperation::CancelMessageMoveTask => reply(&self.moves.cancel(&read(&body)?)?),
            other => self.handler.handle_operation(other, body).await,
        }
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

impl SendBatch for Queues {
    async fn send_batch(
        &self,
        queue_url: &str,
        batch: &[Outgoing],
    ) -> Result<Vec<(usize, BatchAnswer)>, String> {
        let entries = batch
            .iter()
            .map(|message| SendMessageBatchRequestEntry {
                id: message.index.to_string(),
                message_body: message.body.clone(),
                ..SendMessageBatchRequestEntry::default()
            })
            .collect();
        let input = SendMessageBatchInput {
            queue_url: queue_url.to_owned(),
            entries,
        };
        let output = self.send_all(input).await.map_err(|error| error.message)?;
        let number = |id: &str| id.parse().unwrap_or_default();
        let sent = output
            .successful
            .into_iter()
            .map(|entry| (number(&entry.id), BatchAnswer::Sent(entry.message_id)));
        let refused = output.failed.into_iter().map(|entry| {
            let reason = entry.message.unwrap_or(entry.code);
            (
                number(&entry.id),
                BatchAnswer::Refused {
                    reason,
                    retry: !entry.sender_fault,
                },
            )
        });
        Ok(sent.chain(refused).collect())
    }
}
