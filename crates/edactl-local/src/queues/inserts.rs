//! Messages that come into a queue without being sent: dead letters, copies of what was deleted,
//! letters of earlier days.

use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use rustack_sqs_core::{
    message::{QueueMessage, md5_of_body},
    queue::QueueCommand,
};
use rustack_sqs_model::{error::SqsError, types::Message};
use tokio::{sync::oneshot, time::Instant};

use crate::{
    names,
    queues::{Queue, Queues, arn},
};

/// What old letters hold, in turn: among it what a newcomer's first event sends.
const OLD_BODIES: [&str; 3] = [
    r#"{"hello":"a"}"#,
    r#"{"hello":"b"}"#,
    r#"{"order":4711,"note":"of an earlier day"}"#,
];
/// How old the old letters are.
const OLD: SignedDuration = SignedDuration::from_hours(24);

/// A received message as the engine holds it, to be put into a queue as it is.
pub(super) fn as_held(message: Message) -> QueueMessage {
    let attribute = |name: &str| message.attributes.get(name).cloned();
    let sent_timestamp = attribute("SentTimestamp")
        .and_then(|millis| millis.parse().ok())
        .unwrap_or_default();
    QueueMessage {
        message_id: message.message_id.unwrap_or_default(),
        sender_id: attribute("SenderId").unwrap_or_default(),
        sent_timestamp,
        body: message.body.unwrap_or_default(),
        md5_of_body: message.md5_of_body.unwrap_or_default(),
        message_attributes: message.message_attributes,
        md5_of_message_attributes: message.md5_of_message_attributes,
        approximate_receive_count: 0,
        approximate_first_receive_timestamp: None,
        sequence_number: None,
        message_group_id: None,
        message_deduplication_id: None,
        dead_letter_queue_source_arn: None,
        available_at: Instant::now(),
        delay_seconds: 0,
    }
}

/// The time of the engine's clock at which a message was sent.
pub(super) fn sent_at(message: &QueueMessage) -> Timestamp {
    let millis = i64::try_from(message.sent_timestamp).unwrap_or_default();
    Timestamp::from_millisecond(millis).unwrap_or_default()
}

/// Puts a message into a queue. This counts neither as a send nor as a receive.
pub(super) async fn put(queue: &Queue, message: QueueMessage) -> Result<(), SqsError> {
    let ended = || SqsError::internal_error("The queue has ended.");
    let (reply, answer) = oneshot::channel();
    let command = QueueCommand::Transfer {
        message,
        source_arn: arn(names::QUEUE),
        reply,
    };
    let sent = queue.engine.sender.send(command).await;
    sent.map_err(|_| ended())?;
    answer.await.map_err(|_| ended())?
}

impl Queues {
    /// The main queue delivers a copy of a message that was deleted, as a standard queue may.
    pub async fn deliver_copy(&self, mut message: Message) {
        self.to_engine_clock(&mut message);
        let message = as_held(message);
        let (id, sent) = (message.message_id.clone(), sent_at(&message));
        self.truth.copied(&id);
        // An engine that has ended delivers nothing any more.
        if put(&self.main, message).await.is_ok() {
            self.main.ages().add(&id, self.live.clock().of(sent));
        }
    }

    /// Brings the number of old letters that were put into the dead-letter queue up to this.
    pub async fn put_old_letters(&self, wanted: u32) {
        let before = self.old_letters.fetch_max(wanted, Ordering::Relaxed);
        for number in before..wanted {
            let body = OLD_BODIES[number as usize % OLD_BODIES.len()];
            let sent = Timestamp::now() - OLD;
            let message = QueueMessage {
                sent_timestamp: u64::try_from(sent.as_millisecond()).unwrap_or_default(),
                body: body.to_owned(),
                md5_of_body: md5_of_body(body),
                sender_id: names::ACCOUNT.to_owned(),
                ..as_held(Message {
                    message_id: Some(uuid::Uuid::new_v4().to_string()),
                    ..Message::default()
                })
            };
            let id = message.message_id.clone();
            if put(&self.dead, message).await.is_ok() {
                self.dead.ages().add(&id, self.live.clock().of(sent));
            }
        }
    }
}
