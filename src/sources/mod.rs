//! The sources of a verify: each look that the session asks for is made here, in a task of its own,
//! and what it found is handed over.

mod lines;
mod log;
pub mod topology;

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::mpsc, task::JoinSet};

pub use self::lines::{LineRef, Lines};
use self::log::{LogReader, Sweeps};
use crate::context::Context;
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    logs::{LogsClient, TailRequest},
    metrics::{Metrics, MetricsRequest},
    queue::Queues,
};
use edactl_core::{
    observation::{DeadLetter, PipelineMetrics},
    run::Baseline,
    session::Look,
    topology::queue::QueueCounters,
    waits::Environment,
};

/// Clocks differ, and a line's time is its writer's: look a little further back than the run.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_secs(10);
/// What a look hands over at once; it may be a page of the log, megabytes of it.
const FINDINGS: usize = 2;
/// A look into a dead-letter queue ends after so many receives without anything new.
const FRUITLESS_PEEKS: u32 = 2;

/// What a look found.
#[derive(Debug)]
pub enum Found {
    /// More lines of the log, in time order; the log is still being read.
    Lines(Lines),
    /// All lines that can be read now were told.
    LogRead {
        /// Whether it was read over the whole time in which lines may still become readable.
        is_sweep: bool,
        /// Whether the log was read to its end: a sweep that nothing broke off.
        to_end: bool,
        /// Whether the log group does not exist (yet).
        missing: bool,
    },
    /// The queue's counters.
    Queue(QueueCounters),
    /// How many letters the dead-letter queue holds, hidden ones included.
    LetterCount(u64),
    /// The letters that a peek showed.
    Letters(Vec<DeadLetter>),
    /// The metrics of the run's minutes.
    Metrics(Box<PipelineMetrics>),
    /// The look failed in a way that may pass.
    Failed,
    /// The source cannot be read, for good.
    Silent(AwsError),
}

/// The sources of a run. What is under way ends when this is dropped.
#[derive(Debug)]
pub struct Sources {
    queues: Queues,
    queue: Option<String>,
    dlq: Option<String>,
    metrics: Metrics,
    names: MetricNames,
    since: Timestamp,
    log: Option<mpsc::Sender<()>>,
    found: mpsc::Sender<(Look, Found)>,
    tasks: JoinSet<()>,
}

/// Whose metrics are read.
#[derive(Debug, Clone, Default)]
pub struct MetricNames {
    queue: String,
    consumer: Option<String>,
    /// The event source mapping, where it publishes EventCount metrics.
    pub mapping: Option<String>,
}

impl Sources {
    /// The sources of a pipeline from `since` on, by AWS's clock, and where what they find arrives.
    #[must_use]
    pub fn new(
        context: &Context,
        since: Timestamp,
        settle: std::time::Duration,
    ) -> (Self, mpsc::Receiver<(Look, Found)>) {
        let (found, receiver) = mpsc::channel(FINDINGS);
        let pipeline = &context.pipeline;
        let mut tasks = JoinSet::new();
        let log = pipeline.consumer.as_ref().map(|consumer| {
            let request = TailRequest {
                groups: vec![consumer.log_group.clone()],
                since: since.checked_sub(LOOK_BACK).unwrap_or(since),
                pattern: None,
                settle,
                sweep_every: std::time::Duration::ZERO,
                leaves_half: true,
            };
            let (ask, asked) = mpsc::channel(1);
            let reader = LogReader {
                tail: LogsClient::new(&context.session).tail(request),
                clock: context.clock.clone(),
                sweeps: Sweeps::new(context.environment() != Environment::Aws),
                is_whole: context
                    .forgotten_before
                    .is_none_or(|before| before <= since),
            };
            tasks.spawn(reader.run(asked, found.clone()));
            ask
        });
        let queue_name = pipeline.queue.as_ref().map(|queue| queue.name.clone());
        let sources = Self {
            queues: Queues::new(&context.session),
            queue: pipeline.queue.as_ref().map(|queue| queue.url.clone()),
            dlq: pipeline.dlq.as_ref().map(|dlq| dlq.url.clone()),
            metrics: Metrics::new(&context.session),
            names: MetricNames {
                queue: queue_name.unwrap_or_default(),
                consumer: pipeline.consumer.as_ref().map(|it| it.name.clone()),
                mapping: None,
            },
            since,
            log,
            found,
            tasks,
        };
        (sources, receiver)
    }

    /// The mapping publishes EventCount metrics: they are read from now on.
    pub fn count_events(&mut self, mapping: String) {
        self.names.mapping = Some(mapping);
    }

    /// Begins a look.
    pub fn begin(&mut self, look: Look) {
        // Looks that ended leave nothing behind.
        while self.tasks.try_join_next().is_some() {}
        let found = self.found.clone();
        let queues = self.queues.clone();
        match (look, &self.queue, &self.dlq) {
            (Look::Log, ..) => {
                if let Some(ask) = &self.log {
                    // One reading at a time: the session asks for the next when this has ended.
                    let _ = ask.try_send(());
                }
            }
            (Look::Queue, Some(url), _) => {
                let url = url.clone();
                self.tasks.spawn(async move {
                    let facts = queues.facts(&url).await;
                    let facts = facts.map(|facts| Found::Queue(facts.counters));
                    hand_over(&found, look, facts).await;
                });
            }
            (Look::LetterCount, _, Some(url)) => {
                let url = url.clone();
                self.tasks.spawn(async move {
                    let count = letter_count(&queues, &url).await;
                    let count = count.map(|it| it.map_or(Found::Failed, Found::LetterCount));
                    hand_over(&found, look, count).await;
                });
            }
            (Look::Letters, _, Some(url)) => {
                let url = url.clone();
                self.tasks.spawn(async move {
                    let letters = look_through(&queues, &url).await.map(Found::Letters);
                    hand_over(&found, look, letters).await;
                });
            }
            (Look::Metrics, ..) => {
                let (metrics, names, since) =
                    (self.metrics.clone(), self.names.clone(), self.since);
                self.tasks.spawn(async move {
                    let request = MetricsRequest {
                        queue: &names.queue,
                        consumer: names.consumer.as_deref(),
                        mapping: names.mapping.as_deref(),
                    };
                    let until = Timestamp::now();
                    let until = until.saturating_add(SignedDuration::from_mins(5));
                    let read = metrics
                        .pipeline(request, since, until.unwrap_or(Timestamp::MAX))
                        .await;
                    let read = read.map(|read| Found::Metrics(Box::new(read)));
                    hand_over(&found, look, read).await;
                });
            }
            (Look::Queue | Look::LetterCount | Look::Letters, ..) => {}
        }
    }
}

/// Whether asking again may help. The SDK has already asked a few times.
fn may_pass(error: &AwsError) -> bool {
    matches!(
        error.kind,
        AwsErrorKind::Throttled | AwsErrorKind::NoAnswer | AwsErrorKind::ServiceFault
    )
}

async fn hand_over(
    found: &mpsc::Sender<(Look, Found)>,
    look: Look,
    result: Result<Found, AwsError>,
) {
    let what = match result {
        Ok(what) => what,
        Err(error) if may_pass(&error) => Found::Failed,
        Err(error) => Found::Silent(error),
    };
    // Nobody waits for it any more once the verify is over.
    let _ = found.send((look, what)).await;
}

/// All letters of a dead-letter queue, hidden ones included; `None` where it does not tell.
async fn letter_count(queues: &Queues, url: &str) -> Result<Option<u64>, AwsError> {
    let counters = queues.facts(url).await?.counters;
    Ok(counters
        .visible
        .zip(counters.in_flight)
        .map(|(visible, in_flight)| visible + in_flight + counters.delayed.unwrap_or(0)))
}

/// Looks at the letters of a dead-letter queue until a look shows nothing new. Each look hides
/// what it shows for a few seconds, so the next one shows others.
async fn look_through(queues: &Queues, url: &str) -> Result<Vec<DeadLetter>, AwsError> {
    let dlq = queues.dead_letter_queue(url);
    let mut letters: Vec<DeadLetter> = Vec::new();
    let mut fruitless = 0;
    while fruitless < FRUITLESS_PEEKS {
        let found = dlq.peek().await?;
        let before = letters.len();
        for letter in found {
            if !letters
                .iter()
                .any(|known| known.message_id == letter.message_id)
            {
                letters.push(letter);
            }
        }
        fruitless = if letters.len() == before {
            fruitless + 1
        } else {
            0
        };
    }
    Ok(letters)
}

/// What the queues hold right before a send, as far as they can be read.
pub async fn baseline(context: &Context) -> Baseline {
    let queues = Queues::new(&context.session);
    let queue = async {
        let url = &context.pipeline.queue.as_ref()?.url;
        Some(queues.facts(url).await.ok()?.counters)
    };
    let letters = async {
        let url = &context.pipeline.dlq.as_ref()?.url;
        letter_count(&queues, url).await.ok()?
    };
    let (queue, letters) = tokio::join!(queue, letters);
    Baseline { queue, letters }
}
