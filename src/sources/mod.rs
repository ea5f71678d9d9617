//! The witnesses of a verify, heard side by side: each a task that reads its source again and
//! again and sends what it found to the one who keeps the ledger.

pub mod topology;

use std::{collections::HashSet, mem, ops::ControlFlow, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::{sync::mpsc, task::JoinSet, time::sleep};

use crate::{cli::WitnessName, context::Context};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    logs::{EventRef, EventSink, LogEvent, LogsClient, Reach, TailRequest},
    metrics::{Metrics, MetricsRequest},
    queue::Queues,
};
use edactl_core::{
    observation::{DeadLetter, PipelineMetrics},
    run::message_id::MessageId,
    topology::queue::QueueCounters,
};

/// Clocks differ, and a line's time is its writer's: look a little further back than the run.
pub const LOOK_BACK: SignedDuration = SignedDuration::from_secs(10);

/// One report of a witness.
#[derive(Debug)]
pub enum Observation {
    /// New events of the consumer's log, in time order.
    LogEvents(Vec<LogEvent>),
    /// All events that can be read now were told.
    LogsRead {
        /// When the reading began.
        at: Timestamp,
        /// Whether the log group does not exist (yet).
        missing: bool,
    },
    /// The queue's counters.
    Queue {
        /// What the queue holds.
        counters: QueueCounters,
        /// When they were asked for.
        at: Timestamp,
    },
    /// What the dead-letter queue holds.
    DeadLetters {
        /// How many messages it tells of.
        count: u64,
        /// The messages of this look.
        letters: Vec<DeadLetter>,
        /// When it began.
        at: Timestamp,
        /// Whether all that it holds has been looked at by now.
        is_complete: bool,
    },
    /// The queue's metrics over the minutes of the run.
    Metrics(PipelineMetrics),
    /// A witness that fell silent for good.
    Silent(WitnessName, AwsError),
}

/// How often the sources are read.
#[derive(Debug, Clone, Copy)]
struct Pace {
    logs: Duration,
    queue: Duration,
    metrics: Duration,
}

/// The embedded pipeline costs nothing to ask; on AWS calls count against quotas shared by the
/// whole account, and metrics come once a minute.
const EMBEDDED: Pace = Pace {
    logs: Duration::from_millis(50),
    queue: Duration::from_millis(100),
    metrics: Duration::from_millis(200),
};
const DEPLOYED: Pace = Pace {
    logs: Duration::from_secs(1),
    queue: Duration::from_secs(2),
    metrics: Duration::from_secs(10),
};

/// A log group of the class Infrequent Access is read by queries, which are slow and paid: that
/// many times more seldom.
const QUERIED: u32 = 10;

/// Starts the witnesses that were asked for; they end when the set is dropped.
pub fn call(
    context: &Context,
    names: &[WitnessName],
    began: Timestamp,
    settle: Duration,
    heard: &mpsc::Sender<Observation>,
) -> JoinSet<()> {
    let pace = if context.embedded { EMBEDDED } else { DEPLOYED };
    let since = began.checked_sub(LOOK_BACK).unwrap_or(began);
    let mut witnesses = JoinSet::new();
    for name in names {
        let heard = heard.clone();
        match (name, &context.pipeline.queue, &context.pipeline.consumer) {
            (WitnessName::Logs, _, Some(consumer)) => {
                let request = TailRequest {
                    groups: vec![consumer.log_group.clone()],
                    since,
                    pattern: None,
                    settle,
                    sweep_every: pace.logs,
                };
                let logs = LogsClient::new(&context.session);
                witnesses.spawn(hear_logs(logs, request, pace.logs, heard));
            }
            (WitnessName::Queue, Some(queue), _) => {
                let queues = Queues::new(&context.session);
                let dlq = context.pipeline.dlq.as_ref().map(|dlq| dlq.url.clone());
                witnesses.spawn(hear_queue(
                    queues,
                    queue.url.clone(),
                    dlq,
                    since,
                    pace.queue,
                    heard,
                ));
            }
            (WitnessName::Metrics, Some(queue), _) => {
                let metrics = Metrics::new(&context.session);
                witnesses.spawn(hear_metrics(
                    metrics,
                    queue.name.clone(),
                    began,
                    pace.metrics,
                    heard,
                ));
            }
            _ => {}
        }
    }
    witnesses
}

/// Whether asking again may help. The SDK has already asked a few times.
fn may_pass(error: &AwsError) -> bool {
    matches!(
        error.kind,
        AwsErrorKind::Throttled | AwsErrorKind::NoAnswer | AwsErrorKind::ServiceFault
    )
}

async fn hear_logs(
    logs: LogsClient,
    request: TailRequest,
    pace: Duration,
    heard: mpsc::Sender<Observation>,
) {
    let mut tail = logs.tail(request);
    loop {
        let at = Timestamp::now();
        let mut teller = Teller {
            events: Vec::new(),
            heard: &heard,
        };
        let passed = tail.pass(at, Reach::Window, &mut teller).await;
        // What a pass that failed has given is not given again.
        if teller.tell().await.is_break() {
            return;
        }
        let observation = match passed {
            Ok(pass) => Observation::LogsRead {
                at,
                missing: !pass.missing_groups.is_empty(),
            },
            Err(error) if may_pass(&error) => {
                sleep(pace).await;
                continue;
            }
            Err(error) => Observation::Silent(WitnessName::Logs, error),
        };
        let silent = matches!(observation, Observation::Silent(..));
        if heard.send(observation).await.is_err() || silent {
            return;
        }
        let is_queried = !logs.queried_groups().is_empty();
        sleep(if is_queried { pace * QUERIED } else { pace }).await;
    }
}

/// Tells of events a page at a time: a run of a million messages must not be held in memory.
struct Teller<'a> {
    events: Vec<LogEvent>,
    heard: &'a mpsc::Sender<Observation>,
}

impl Teller<'_> {
    async fn tell(&mut self) -> ControlFlow<()> {
        let events = mem::take(&mut self.events);
        if !events.is_empty()
            && self
                .heard
                .send(Observation::LogEvents(events))
                .await
                .is_err()
        {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl EventSink for Teller<'_> {
    fn take(&mut self, event: EventRef<'_>) {
        self.events.push(event.into());
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        self.tell().await
    }
}

async fn hear_queue(
    queues: Queues,
    url: String,
    dlq: Option<String>,
    since: Timestamp,
    pace: Duration,
    heard: mpsc::Sender<Observation>,
) {
    // Each message of the dead-letter queue is looked at once, and left alone after.
    let mut looked_at = HashSet::new();
    let mut last_count = 0;
    loop {
        let at = Timestamp::now();
        let mut reports = Vec::new();
        match queues.facts(&url).await {
            Ok(facts) => reports.push(Observation::Queue {
                counters: facts.counters,
                at,
            }),
            Err(error) if may_pass(&error) => {}
            Err(error) => {
                let _ = heard
                    .send(Observation::Silent(WitnessName::Queue, error))
                    .await;
                return;
            }
        }
        if let Some(dlq) = &dlq
            && let Ok(facts) = queues.facts(dlq).await
        {
            let count = facts.counters.visible.unwrap_or_default()
                + facts.counters.in_flight.unwrap_or_default();
            if count < last_count {
                // Some were taken away, and nobody says which.
                looked_at.clear();
            }
            last_count = count;
            let is_known = |looked_at: &HashSet<_>| count <= looked_at.len() as u64;
            let letters = if is_known(&looked_at) || facts.counters.visible == Some(0) {
                Vec::new()
            } else {
                look_into(&queues, dlq, since, &mut looked_at).await
            };
            reports.push(Observation::DeadLetters {
                count,
                letters,
                at,
                is_complete: is_known(&looked_at),
            });
        }
        for report in reports {
            if heard.send(report).await.is_err() {
                return;
            }
        }
        sleep(pace).await;
    }
}

/// Looks at the messages of a dead-letter queue until a look shows nothing new. Each look hides
/// what it shows for a few seconds, so the next one shows others.
async fn look_into(
    queues: &Queues,
    dlq: &str,
    since: Timestamp,
    looked_at: &mut HashSet<MessageId>,
) -> Vec<DeadLetter> {
    let dlq = queues.dead_letter_queue(dlq);
    let mut letters: Vec<DeadLetter> = Vec::new();
    while let Ok(mut found) = dlq.peek().await {
        found.retain(|letter| looked_at.insert(letter.message_id.as_str().into()));
        if found.is_empty() {
            break;
        }
        letters.append(&mut found);
    }
    letters.retain(|letter| letter.sent.is_none_or(|sent| sent >= since));
    letters
}

async fn hear_metrics(
    metrics: Metrics,
    queue: String,
    began: Timestamp,
    pace: Duration,
    heard: mpsc::Sender<Observation>,
) {
    let request = MetricsRequest {
        queue: &queue,
        consumer: None,
        mapping: None,
    };
    loop {
        let observation = match metrics.pipeline(request, began, Timestamp::now()).await {
            Ok(sums) => Some(Observation::Metrics(sums)),
            Err(error) if may_pass(&error) => None,
            Err(error) => Some(Observation::Silent(WitnessName::Metrics, error)),
        };
        if let Some(observation) = observation {
            let silent = matches!(observation, Observation::Silent(..));
            if heard.send(observation).await.is_err() || silent {
                return;
            }
        }
        sleep(pace).await;
    }
}
