//! The embedded SQS: the rustack engine's queues, metered, with faults and with what the engine
//! lacks: messages of a mebibyte, a redrive that others can see, message move tasks.

mod ages;
mod api;
mod attributes;
mod counters;
mod inserts;
mod limits;
mod moves;
mod receiving;
mod sender;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU32},
    },
    time::Duration,
};

use jiff::Timestamp;
use rustack_sqs_core::{
    message::{md5_of_body, md5_of_message_attributes},
    queue::{QueueActor, QueueAttributes, QueueHandle, QueueMetadata, queue_arn, queue_url},
};
use rustack_sqs_model::{error::SqsError, input::SendMessageInput, output::SendMessageOutput};
use tokio::sync::{mpsc, watch};

use self::{
    ages::Ages, attributes::Fixed, counters::Counted, limits::MESSAGE_LIMIT, moves::MoveTasks,
};
pub use self::{api::QueuesHandler, receiving::LONGEST_POLL};
use crate::{
    faults::Fault,
    ground_truth::{GroundTruth, Outcome, Sender},
    live::Live,
    metrics::{Metrics, of_queue},
    names,
};

/// AWS's advice for a Lambda consumer: six times the function's timeout, or more.
const VISIBILITY_SECONDS: i32 = 30;
/// AWS's advice for a Lambda consumer: at least five.
const MAX_RECEIVES: u32 = 5;
/// How long the queues keep a message: four days, and fourteen.
const RETENTION_SECONDS: [i32; 2] = [4 * 24 * 3600, 14 * 24 * 3600];

/// The queue and its dead-letter queue.
#[derive(Debug)]
pub struct Queues {
    main: Queue,
    dead: Queue,
    metrics: Arc<Metrics>,
    truth: Arc<GroundTruth>,
    live: Arc<Live>,
    moves: MoveTasks,
    /// What the queues' counters showed lately.
    counted: Counted,
    /// How many old letters were put into the dead-letter queue.
    old_letters: AtomicU32,
}

/// One queue: the engine's actor, and what is kept beside it.
#[derive(Debug)]
struct Queue {
    name: &'static str,
    engine: QueueHandle,
    /// The attributes that the engine cannot hold.
    fixed: Mutex<Fixed>,
    /// How old the messages are.
    ages: Mutex<Ages>,
}

/// The ARN of a queue here.
#[must_use]
pub fn arn(queue: &str) -> String {
    queue_arn(names::REGION, names::ACCOUNT, queue)
}

impl Queue {
    fn create(name: &'static str, port: u16, retention_seconds: i32, fixed: Fixed) -> Self {
        let attributes = QueueAttributes {
            maximum_message_size: i32::try_from(MESSAGE_LIMIT).unwrap_or(i32::MAX),
            message_retention_period: retention_seconds,
            visibility_timeout: VISIBILITY_SECONDS,
            ..QueueAttributes::default()
        };
        let created_at = u64::try_from(Timestamp::now().as_second()).unwrap_or_default();
        let metadata = QueueMetadata {
            name: name.to_owned(),
            url: queue_url("127.0.0.1", port, names::ACCOUNT, name),
            arn: arn(name),
            is_fifo: false,
            created_at,
        };
        let (sender, commands) = mpsc::channel(256);
        let actor = QueueActor::new(
            metadata.name.clone(),
            metadata.arn.clone(),
            metadata.is_fifo,
            attributes,
            commands,
            HashMap::new(),
            names::ACCOUNT.to_owned(),
            created_at,
        );
        let (ended, completion) = watch::channel(None);
        // The actor ends when the last handle is dropped.
        tokio::spawn(async move {
            actor.run().await;
            let _ = ended.send(Some(true));
        });
        Self {
            name,
            engine: QueueHandle {
                sender,
                metadata,
                completion,
                shutdown: Arc::new(AtomicBool::new(false)),
            },
            fixed: Mutex::new(fixed),
            ages: Mutex::default(),
        }
    }

    fn url(&self) -> &str {
        &self.engine.metadata.url
    }

    fn fixed(&self) -> MutexGuard<'_, Fixed> {
        self.fixed
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    fn ages(&self) -> MutexGuard<'_, Ages> {
        self.ages
            .lock()
            .expect("nothing panics while it holds the lock")
    }
}

impl Queues {
    /// The queue and its dead-letter queue, to be reached on this port.
    #[must_use]
    pub fn create(
        port: u16,
        metrics: Arc<Metrics>,
        truth: Arc<GroundTruth>,
        live: Arc<Live>,
    ) -> Arc<Self> {
        let [four_days, fourteen_days] = RETENTION_SECONDS;
        Arc::new(Self {
            main: Queue::create(
                names::QUEUE,
                port,
                four_days,
                Fixed::new(Some(MAX_RECEIVES)),
            ),
            dead: Queue::create(names::DLQ, port, fourteen_days, Fixed::new(None)),
            metrics,
            truth,
            live,
            moves: MoveTasks::default(),
            counted: Counted::default(),
            old_letters: AtomicU32::new(0),
        })
    }

    /// The main queue's URL, and the dead-letter queue's.
    #[must_use]
    pub fn urls(&self) -> [&str; 2] {
        [self.main.url(), self.dead.url()]
    }

    fn meter(&self, queue: &Queue, metric: &'static str, value: f64) {
        self.metrics
            .measure(of_queue(queue.name, metric), self.live.now(), value);
    }

    /// Sends a message (`SendMessage`). It may get lost, if that is asked for.
    ///
    /// # Errors
    /// When the message is too large, or has characters that SQS does not take.
    async fn send(
        &self,
        queue: &Queue,
        input: SendMessageInput,
        sender: Sender,
    ) -> Result<SendMessageOutput, SqsError> {
        limits::check(&input, queue.fixed().message_limit)?;
        let (body, at) = (input.message_body.clone(), self.live.now());
        let is_main = queue.name == names::QUEUE;
        // The made-up traffic of others asks for no random number: it would shift those of the test.
        let is_lost = is_main && sender == Sender::Client && self.live.happens(Fault::Drop);
        let output = if is_lost {
            SendMessageOutput {
                message_id: Some(uuid::Uuid::new_v4().to_string()),
                md5_of_message_body: Some(md5_of_body(&input.message_body)),
                md5_of_message_attributes: md5_of_message_attributes(&input.message_attributes),
                ..SendMessageOutput::default()
            }
        } else {
            queue.ages().begin();
            let sent = queue.engine.send_message(input).await;
            let id = sent
                .as_ref()
                .ok()
                .and_then(|sent| sent.message_id.as_deref());
            queue.ages().end(id, at);
            sent?
        };
        let id = output.message_id.as_deref().unwrap_or_default();
        if is_main {
            let outcome = if is_lost {
                Outcome::Dropped
            } else {
                Outcome::Queued
            };
            self.truth.sent(id, &body, sender, at, outcome);
        }
        self.meter(queue, "NumberOfMessagesSent", 1.0);
        #[allow(clippy::cast_precision_loss)] // A message holds at most a mebibyte.
        self.meter(queue, "SentMessageSize", body.len() as f64);
        Ok(output)
    }

    /// Measures the gauges of both queues. Whether any of them holds a message.
    pub async fn measure(&self) -> bool {
        let mut holds = false;
        for queue in [&self.main, &self.dead] {
            let [visible, in_flight, delayed] = self.counters(queue).await;
            let age = queue.ages().oldest(self.live.now()).as_secs();
            for (name, value) in [
                ("ApproximateNumberOfMessagesVisible", visible),
                ("ApproximateNumberOfMessagesNotVisible", in_flight),
                ("ApproximateNumberOfMessagesDelayed", delayed),
                ("ApproximateAgeOfOldestMessage", age),
            ] {
                let metric = of_queue(queue.name, name);
                #[allow(clippy::cast_precision_loss)] // Messages, and seconds.
                self.metrics
                    .measure_gauge(metric, self.live.now(), value as f64);
            }
            holds |= visible + in_flight + delayed > 0;
        }
        holds
    }

    /// Sets the main queue's `DelaySeconds`; SQS knows whole seconds only, so it is rounded up.
    ///
    /// # Errors
    /// When SQS does not allow such a delay.
    pub async fn set_delay(&self, delay: Duration) -> Result<(), SqsError> {
        let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
        let attributes = HashMap::from([("DelaySeconds".to_owned(), seconds.to_string())]);
        self.main.engine.set_attributes(attributes).await
    }

    /// Whether the main queue holds a message, waiting, in flight or delayed.
    pub async fn is_busy(&self) -> bool {
        self.counters(&self.main).await.iter().sum::<u64>() > 0
    }

    /// Sends a message that nobody here asked for: others use the queue, too.
    pub async fn send_traffic(&self, body: String) {
        let input = SendMessageInput {
            queue_url: self.main.url().to_owned(),
            message_body: body,
            ..SendMessageInput::default()
        };
        // It is made here, of a form that the queue takes.
        let _ = self.send(&self.main, input, Sender::Traffic).await;
    }
}
