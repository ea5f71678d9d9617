//! Receiving, deleting and returning messages, and the redrive of those received too often.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::SignedDuration;
use rustack_sqs_model::{error::SqsError, input::ReceiveMessageInput, types::Message};
use tokio::time::Instant;

use crate::{
    ground_truth::Outcome,
    names,
    queues::{
        Queue, Queues,
        inserts::{as_held, put, sent_at},
    },
};

/// The age metric leaves out messages that were received this often.
const RECEIVES_WITHOUT_AGE: u32 = 3;
/// The longest long poll that SQS knows.
pub const LONGEST_POLL: Duration = Duration::from_secs(20);

impl Queues {
    /// Receives up to `most` messages of the main queue for the consumer, with all their
    /// attributes; waits for one so long, at most [`LONGEST_POLL`].
    ///
    /// # Errors
    /// When the engine has ended.
    pub async fn receive_for_consumer(
        self: &Arc<Self>,
        most: i32,
        wait: Duration,
    ) -> Result<Vec<Message>, SqsError> {
        let input = ReceiveMessageInput {
            queue_url: self.main.url().to_owned(),
            max_number_of_messages: Some(most),
            wait_time_seconds: i32::try_from(wait.min(LONGEST_POLL).as_secs()).ok(),
            message_system_attribute_names: vec!["All".to_owned()],
            message_attribute_names: vec!["All".to_owned()],
            ..ReceiveMessageInput::default()
        };
        self.receive(&self.main, input).await
    }

    /// Receives messages (`ReceiveMessage`). One that was received too often goes to the
    /// dead-letter queue instead, as SQS does it: when it would be received once more.
    pub(super) async fn receive(
        self: &Arc<Self>,
        queue: &Queue,
        input: ReceiveMessageInput,
    ) -> Result<Vec<Message>, SqsError> {
        let wanted = Wanted::of(&input);
        let all = || vec!["All".to_owned()];
        let mut input = ReceiveMessageInput {
            attribute_names: Vec::new(),
            message_system_attribute_names: all(),
            message_attribute_names: all(),
            ..input
        };
        let wait = input.wait_time_seconds.unwrap_or_default().clamp(0, 20);
        let deadline = Instant::now() + Duration::from_secs(wait.unsigned_abs().into());
        let limit = queue.fixed().max_receives.unwrap_or(u32::MAX);
        loop {
            let received = queue.engine.receive_message(input.clone()).await?.messages;
            let (spent, mut messages): (Vec<_>, Vec<_>) = received
                .into_iter()
                .partition(|message| receives(message) > limit);
            let is_again = !spent.is_empty();
            if is_again {
                // A task of its own: nobody who stops waiting may leave a message half moved.
                let queues = Arc::clone(self);
                let moved = tokio::spawn(async move {
                    for message in spent {
                        queues.dead_letter(message).await?;
                    }
                    Ok(())
                });
                moved.await.map_err(|_| ended())??;
            }
            if is_again && messages.is_empty() {
                // There may be more behind it; and a long poll still has time to wait.
                let left = deadline.saturating_duration_since(Instant::now());
                input.wait_time_seconds = i32::try_from(left.as_secs()).ok();
                continue;
            }
            if messages.is_empty() {
                self.meter(queue, "NumberOfEmptyReceives", 1.0);
            }
            for message in &mut messages {
                self.meter(queue, "NumberOfMessagesReceived", 1.0);
                if receives(message) == RECEIVES_WITHOUT_AGE {
                    queue.ages().remove(id(message));
                }
                self.to_aws_clock(message);
                wanted.only(message);
            }
            return Ok(messages);
        }
    }

    /// Moves a message of the main queue to the dead-letter queue. It keeps its message id and
    /// the time it was sent, and this counts neither as a send nor as a receive.
    async fn dead_letter(&self, message: Message) -> Result<(), SqsError> {
        let handle = message.receipt_handle.clone().unwrap_or_default();
        let message = as_held(message);
        let (id, sent) = (message.message_id.clone(), sent_at(&message));
        put(&self.dead, message).await?;
        self.main.engine.delete_message(handle).await?;
        self.main.ages().remove(&id);
        self.dead.ages().add(&id, self.live.clock().of(sent));
        self.truth.ended(&id, Outcome::DeadLettered);
        Ok(())
    }

    /// Shows the times in a message's attributes by AWS's clock; the engine has its own.
    fn to_aws_clock(&self, message: &mut Message) {
        shift_times(message, self.live.clock().skew());
    }

    /// Undoes [`to_aws_clock`](Self::to_aws_clock).
    pub(super) fn to_engine_clock(&self, message: &mut Message) {
        shift_times(message, -self.live.clock().skew());
    }

    /// Deletes a message of the main queue that the consumer is done with, or that the trigger's
    /// filter kept from it (`DeleteMessage`).
    pub async fn delete_for_consumer(&self, handle: String, outcome: Outcome) {
        // Only an engine that has ended refuses, and then there is nothing left to delete.
        let _ = self.delete(&self.main, handle, outcome).await;
    }

    /// Deletes a message (`DeleteMessage`).
    pub(super) async fn delete(
        &self,
        queue: &Queue,
        handle: String,
        outcome: Outcome,
    ) -> Result<(), SqsError> {
        let id = id_of_handle(&handle).ok_or_else(SqsError::receipt_handle_is_invalid)?;
        queue.engine.delete_message(handle).await?;
        queue.ages().remove(&id);
        if queue.name == names::DLQ && outcome == Outcome::Deleted {
            self.truth.letter_deleted(&id, self.live.now());
        } else {
            self.truth.ended(&id, outcome);
        }
        self.meter(queue, "NumberOfMessagesDeleted", 1.0);
        Ok(())
    }

    /// Deletes a message of the main queue that the consumer is done with, of which one server
    /// keeps a copy: the call succeeds and counts, and the message is delivered once more.
    pub async fn delete_all_but_a_copy(&self, handle: String) {
        self.meter(&self.main, "NumberOfMessagesDeleted", 1.0);
        self.make_visible(handle).await;
    }

    /// Makes a message of the main queue visible again at once (`ChangeMessageVisibility`). One
    /// that is not in flight any more stays as it is.
    pub async fn make_visible(&self, handle: String) {
        let _ = self.main.engine.change_visibility(handle, 0).await;
    }
}

/// Moves the times in a message's attributes by so much.
fn shift_times(message: &mut Message, by: SignedDuration) {
    for name in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        if let Some(text) = message.attributes.get_mut(name)
            && let Ok(millis) = text.parse::<i64>()
        {
            let by = i64::try_from(by.as_millis()).unwrap_or_default();
            *text = millis.saturating_add(by).to_string();
        }
    }
}

fn ended() -> SqsError {
    SqsError::internal_error("The queue has ended.")
}

/// How often a message was received, this time included.
fn receives(message: &Message) -> u32 {
    message
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or_default()
}

fn id(message: &Message) -> &str {
    message.message_id.as_deref().unwrap_or_default()
}

/// The engine's receipt handles tell the message: base64 of `<message id>:<time>:<nonce>`.
fn id_of_handle(handle: &str) -> Option<String> {
    let text = String::from_utf8(BASE64_STANDARD.decode(handle).ok()?).ok()?;
    let (id, _) = text.split_once(':')?;
    Some(id.to_owned())
}

/// Which attributes of a message the caller wants to see.
struct Wanted {
    system: Vec<String>,
    own: Vec<String>,
}

impl Wanted {
    fn of(input: &ReceiveMessageInput) -> Self {
        let mut system = input.attribute_names.clone();
        system.extend_from_slice(&input.message_system_attribute_names);
        Self {
            system,
            own: input.message_attribute_names.clone(),
        }
    }

    fn only(&self, message: &mut Message) {
        let fits = |wanted: &[String], name: &str| {
            wanted.iter().any(|wanted| {
                let prefix = wanted.strip_suffix(".*");
                wanted == "All"
                    || wanted == name
                    || prefix.is_some_and(|prefix| name.starts_with(prefix))
            })
        };
        message
            .attributes
            .retain(|name, _| fits(&self.system, name));
        message
            .message_attributes
            .retain(|name, _| fits(&self.own, name));
        if message.message_attributes.is_empty() {
            message.md5_of_message_attributes = None;
        }
    }
}
