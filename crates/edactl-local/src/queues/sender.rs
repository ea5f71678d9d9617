//! How the producer reaches the queue here: straight, without HTTP.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use rustack_sqs_model::{input::SendMessageBatchInput, types::SendMessageBatchRequestEntry};

use crate::queues::Queues;
use edactl_functions::producer::{BatchAnswer, Outgoing, SendBatch};

/// The queues as one invocation of the producer sees them.
pub struct ProducerQueues<'a> {
    queues: &'a Queues,
    /// Whether an entry is still to be refused: the last one of the first batch.
    refuses: AtomicBool,
    /// The numbers and message ids of what was sent.
    sent: Mutex<Vec<(usize, String)>>,
}

impl Queues {
    /// The queues for one invocation; with `refuses_one`, an entry of it is refused for good.
    #[must_use]
    pub fn for_producer(&self, refuses_one: bool) -> ProducerQueues<'_> {
        ProducerQueues {
            queues: self,
            refuses: AtomicBool::new(refuses_one),
            sent: Mutex::default(),
        }
    }
}

impl ProducerQueues<'_> {
    /// The numbers and message ids of what was sent, in that order.
    pub fn sent(self) -> Vec<(usize, String)> {
        self.sent
            .into_inner()
            .expect("nothing panics while it holds the lock")
    }
}

impl SendBatch for ProducerQueues<'_> {
    async fn send_batch(
        &self,
        queue_url: &str,
        batch: &[Outgoing],
    ) -> Result<Vec<(usize, BatchAnswer)>, String> {
        let entries: Vec<_> = batch
            .iter()
            .map(|message| SendMessageBatchRequestEntry {
                id: message.index.to_string(),
                message_body: message.body.clone(),
                ..SendMessageBatchRequestEntry::default()
            })
            .collect();
        let refused = self
            .refuses
            .swap(false, Ordering::Relaxed)
            .then(|| entries.last().map(|entry| entry.id.clone()))
            .flatten();
        let input = SendMessageBatchInput {
            queue_url: queue_url.to_owned(),
            entries,
        };
        let output = self
            .queues
            .send_batch_of(input, refused.as_deref())
            .await
            .map_err(|error| error.message)?;
        let number = |id: &str| id.parse().unwrap_or_default();
        self.sent
            .lock()
            .expect("nothing panics while it holds the lock")
            .extend(
                output
                    .successful
                    .iter()
                    .map(|entry| (number(&entry.id), entry.message_id.clone())),
            );
        let sent = output
            .successful
            .into_iter()
            .map(|entry| (number(&entry.id), BatchAnswer::Sent(entry.message_id)));
        let refused = output.failed.into_iter().map(|entry| {
            let answer = BatchAnswer::Refused {
                reason: entry.message.unwrap_or(entry.code),
                retry: !entry.sender_fault,
            };
            (number(&entry.id), answer)
        });
        Ok(sent.chain(refused).collect())
    }
}
