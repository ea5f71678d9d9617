//! The event source mapping: really polls the queue, in batches, side by side; deletes what the
//! consumer took, and returns what it refused.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use rustack_sqs_model::types::Message;
use tokio::sync::watch;

use crate::{
    faults::Fault,
    ground_truth::{Fate, Outcome},
    lambda::{Lambda, new_request_id},
};
use edactl_functions::consumer::{SqsEvent, SqsRecord};

/// Batches under way at once: what an SQS mapping begins with on AWS.
pub const CONCURRENCY: usize = 5;

/// The mapping's id.
pub const UUID: &str = "5eda0c71-0000-4000-8000-000000000001";

/// The mapping's settings (Lambda `GetEventSourceMapping`).
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Whether it hands messages to the consumer.
    pub enabled: bool,
    /// The most messages of one batch.
    pub batch_size: i32,
    /// Batches under way at once.
    pub concurrency: usize,
    /// Whether the consumer's answer tells which messages failed (`ReportBatchItemFailures`).
    pub reports_failures: bool,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// The mapping, which may be changed while it polls.
#[derive(Debug)]
pub struct Trigger {
    mapping: watch::Sender<Mapping>,
    /// Messages that were already delivered once more than needed.
    duplicated: Mutex<HashSet<String>>,
}

impl Default for Trigger {
    fn default() -> Self {
        let mapping = Mapping {
            enabled: true,
            batch_size: 10,
            concurrency: CONCURRENCY,
            reports_failures: true,
            modified: Timestamp::now(),
        };
        Self {
            mapping: watch::Sender::new(mapping),
            duplicated: Mutex::default(),
        }
    }
}

impl Trigger {
    /// The settings now.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        self.mapping.borrow().clone()
    }

    /// Changes the settings.
    pub fn change(&self, change: impl FnOnce(&mut Mapping)) -> Mapping {
        self.mapping.send_modify(|mapping| {
            change(mapping);
            mapping.modified = Timestamp::now();
        });
        self.mapping()
    }
}

/// Polls for as long as it is awaited: one poller a place for a batch.
pub async fn poll(lambda: Arc<Lambda>) {
    let pollers = (0..CONCURRENCY).map(|place| poll_place(Arc::clone(&lambda), place));
    futures_util::future::join_all(pollers).await;
}

async fn poll_place(lambda: Arc<Lambda>, place: usize) {
    let mut updates = lambda.trigger.mapping.subscribe();
    loop {
        let mapping = updates.borrow_and_update().clone();
        if !mapping.enabled || place >= mapping.concurrency {
            if updates.changed().await.is_err() {
                return;
            }
            continue;
        }
        // A poll that is dropped when the mapping changes receives nothing; a message that came in
        // that very moment is visible again after the visibility timeout.
        let received = tokio::select! {
            received = lambda.queues.receive_for_consumer(mapping.batch_size) => received,
            changed = updates.changed() => {
                if changed.is_err() {
                    return;
                }
                continue;
            }
        };
        match received {
            Ok(messages) if !messages.is_empty() => deliver(&lambda, messages, &mapping).await,
            Ok(_) => {}
            // The queue is gone, or the pipeline is ending.
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}

async fn deliver(lambda: &Arc<Lambda>, messages: Vec<Message>, mapping: &Mapping) {
    let mut batch = Vec::with_capacity(messages.len());
    for message in messages {
        let (Some(id), Some(handle), Some(body)) =
            (message.message_id, message.receipt_handle, message.body)
        else {
            continue;
        };
        let first = message
            .attributes
            .get("ApproximateReceiveCount")
            .is_some_and(|count| count == "1");
        if first && lambda.live.happens(Fault::Filtered) {
            lambda
                .queues
                .delete_for_consumer(handle, Fate::Filtered)
                .await;
            continue;
        }
        batch.push((
            SqsRecord {
                message_id: id,
                body,
            },
            handle,
        ));
    }
    if batch.is_empty() {
        return;
    }
    let event = SqsEvent {
        records: batch.iter().map(|(record, _)| record.clone()).collect(),
    };
    let began = Timestamp::now();
    let (completed, response) = lambda.consume(&event, new_request_id()).await;
    let refused: Option<HashSet<&str>> = response.as_ref().map(|response| {
        let items = response.batch_item_failures.iter();
        items.map(|item| item.item_identifier.as_str()).collect()
    });
    for (record, handle) in &batch {
        let (id, handle) = (record.message_id.as_str(), handle.clone());
        let outcome = match &refused {
            None => Outcome::InvocationFailed,
            // Without ReportBatchItemFailures the mapping does not look at the answer.
            Some(refused) if mapping.reports_failures && refused.contains(id) => Outcome::Refused,
            Some(_) if is_duplicated(lambda, id) => Outcome::TakenTwice,
            Some(_) => Outcome::Taken,
        };
        let (account, queues) = (&lambda.account, &lambda.queues);
        account.attempt(id, &completed.request_id, began, outcome);
        match outcome {
            Outcome::Taken => {
                queues.delete_for_consumer(handle, Fate::Deleted).await;
            }
            Outcome::TakenTwice => queues.make_visible(handle).await,
            Outcome::Refused | Outcome::InvocationFailed => return_later(lambda, handle),
        }
    }
}

/// The delete of a duplicated message gets lost, once.
fn is_duplicated(lambda: &Lambda, id: &str) -> bool {
    let mut duplicated = lambda
        .trigger
        .duplicated
        .lock()
        .expect("nothing panics while it holds the lock");
    if duplicated.remove(id) {
        return false;
    }
    let again = lambda.live.happens(Fault::Duplicate);
    if again {
        duplicated.insert(id.to_owned());
    }
    again
}

/// A message that failed becomes visible again after the retry delay.
fn return_later(lambda: &Arc<Lambda>, handle: String) {
    let lambda = Arc::clone(lambda);
    tokio::spawn(async move {
        let delay = lambda.live.read(|settings| settings.retry_delay);
        tokio::time::sleep(delay).await;
        lambda.queues.make_visible(handle).await;
    });
}
