//! The event source mapping: really polls the queue, in batches, side by side; deletes what the
//! consumer took, and returns what it refused.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use rustack_sqs_model::types::Message;
use tokio::{sync::watch, time::Instant};

use crate::{
    faults::Fault,
    ground_truth::{AttemptResult, Outcome},
    lambda::{Lambda, new_request_id},
    metrics::of_mapping,
    queues::LONGEST_POLL,
};
use edactl_functions::consumer::{SqsEvent, SqsRecord};

/// Batches under way at once: what an SQS mapping begins with on AWS.
pub const CONCURRENCY: usize = 5;

/// How often a batch that waits for more messages looks for some.
const BETWEEN_POLLS: Duration = Duration::from_millis(10);

/// The mapping's id.
pub const UUID: &str = "5eda0c71-0000-4000-8000-000000000001";

/// The mapping's settings (Lambda `GetEventSourceMapping`).
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Whether it hands messages to the consumer.
    pub enabled: bool,
    /// The most messages of one batch.
    pub batch_size: i32,
    /// How long a batch may wait for more messages.
    pub window: Duration,
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
    /// Held by the poller that gathers a batch, where there is a batching window.
    gathering: tokio::sync::Mutex<()>,
    /// Messages that were already delivered once more than needed.
    duplicated: Mutex<HashSet<String>>,
    /// Messages of which a copy is under way.
    copied: Mutex<HashSet<String>>,
}

impl Default for Trigger {
    fn default() -> Self {
        let mapping = Mapping {
            enabled: true,
            batch_size: 10,
            window: Duration::ZERO,
            concurrency: CONCURRENCY,
            reports_failures: true,
            modified: Timestamp::now(),
        };
        Self {
            mapping: watch::Sender::new(mapping),
            gathering: tokio::sync::Mutex::default(),
            duplicated: Mutex::default(),
            copied: Mutex::default(),
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
        // With a window, one poller after the other fills its batch.
        let gathering = if mapping.window.is_zero() {
            None
        } else {
            Some(lambda.trigger.gathering.lock().await)
        };
        // A poll that is dropped when the mapping changes receives nothing; a message that came in
        // that very moment is visible again after the visibility timeout.
        let received = tokio::select! {
            received = lambda.queues.receive_for_consumer(mapping.batch_size, LONGEST_POLL) => {
                received
            }
            changed = updates.changed() => {
                if changed.is_err() {
                    return;
                }
                continue;
            }
        };
        match received {
            Ok(mut messages) if !messages.is_empty() => {
                fill(&lambda, &mut messages, &mapping).await;
                drop(gathering);
                deliver(&lambda, messages, &mapping).await;
            }
            Ok(_) => {}
            // The queue is gone, or the pipeline is ending.
            Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
        }
    }
}

/// Waits for more messages of the batch until it is full or its window is over.
async fn fill(lambda: &Lambda, messages: &mut Vec<Message>, mapping: &Mapping) {
    let until = Instant::now() + mapping.window;
    loop {
        let held = i32::try_from(messages.len()).unwrap_or(i32::MAX);
        let left = mapping.batch_size.saturating_sub(held);
        if left <= 0 || Instant::now() >= until {
            return;
        }
        let more = lambda
            .queues
            .receive_for_consumer(left, Duration::ZERO)
            .await;
        messages.extend(more.unwrap_or_default());
        tokio::time::sleep(BETWEEN_POLLS).await;
    }
}

async fn deliver(lambda: &Arc<Lambda>, messages: Vec<Message>, mapping: &Mapping) {
    let polled = messages.len();
    let mut batch = Vec::with_capacity(polled);
    let mut filtered = 0;
    for message in messages {
        let (Some(id), Some(handle), Some(body)) = (
            message.message_id.clone(),
            message.receipt_handle.clone(),
            message.body.clone(),
        ) else {
            continue;
        };
        let first = message
            .attributes
            .get("ApproximateReceiveCount")
            .is_some_and(|count| count == "1");
        if first && lambda.live.happens(Fault::Filtered) {
            lambda
                .queues
                .delete_for_consumer(handle, Outcome::Filtered)
                .await;
            filtered += 1;
            continue;
        }
        let record = SqsRecord {
            message_id: id,
            body,
        };
        batch.push((record, handle, message));
    }
    let counts = lambda.live.read(|settings| settings.event_count_metrics);
    let count = |name, events: usize| {
        if counts {
            #[allow(clippy::cast_precision_loss)] // At most a batch.
            let events = events as f64;
            let metric = of_mapping(UUID, name);
            lambda.metrics.measure(metric, lambda.live.now(), events);
        }
    };
    count("PolledEventCount", polled);
    count("FilteredOutEventCount", filtered);
    count("InvokedEventCount", batch.len());
    if batch.is_empty() {
        return;
    }
    let event = SqsEvent {
        records: batch.iter().map(|(record, ..)| record.clone()).collect(),
    };
    let began = lambda.live.now();
    let (completed, response) = lambda.consume(&event, new_request_id()).await;
    let refused: Option<HashSet<&str>> = response.as_ref().map(|response| {
        let items = response.batch_item_failures.iter();
        items.map(|item| item.item_identifier.as_str()).collect()
    });
    let mut failed = 0;
    for (record, handle, message) in &batch {
        let (id, handle) = (record.message_id.as_str(), handle.clone());
        let result = match &refused {
            None => AttemptResult::InvocationFailed,
            // Without ReportBatchItemFailures the mapping does not look at the answer.
            Some(refused) if mapping.reports_failures && refused.contains(id) => {
                AttemptResult::Refused
            }
            Some(_) if happens_once(lambda, Fault::Duplicate, &lambda.trigger.duplicated, id) => {
                AttemptResult::TakenTwice
            }
            Some(_) => AttemptResult::Taken,
        };
        let (truth, queues) = (&lambda.truth, &lambda.queues);
        truth.attempt(id, &completed.request_id, began, result);
        match result {
            AttemptResult::Taken => {
                queues.delete_for_consumer(handle, Outcome::Deleted).await;
                if happens_once(lambda, Fault::GhostCopy, &lambda.trigger.copied, id) {
                    copy_later(lambda, message.clone());
                }
            }
            AttemptResult::TakenTwice => queues.delete_all_but_a_copy(handle).await,
            AttemptResult::Refused | AttemptResult::InvocationFailed => {
                failed += 1;
                return_later(lambda, handle);
            }
        }
    }
    count("FailedInvokeEventCount", failed);
    count("DeletedEventCount", batch.len() - failed);
}

/// Whether the fault happens to the message, which it does not twice in turn.
fn happens_once(lambda: &Lambda, fault: Fault, had: &Mutex<HashSet<String>>, id: &str) -> bool {
    let mut had = had.lock().expect("nothing panics while it holds the lock");
    if had.remove(id) {
        return false;
    }
    let happens = lambda.live.happens(fault);
    if happens {
        had.insert(id.to_owned());
    }
    happens
}

/// A copy of a deleted message turns up after the retry delay.
fn copy_later(lambda: &Arc<Lambda>, message: Message) {
    let lambda = Arc::clone(lambda);
    tokio::spawn(async move {
        let delay = lambda.live.read(|settings| settings.retry_delay);
        tokio::time::sleep(delay).await;
        lambda.queues.deliver_copy(message).await;
    });
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
