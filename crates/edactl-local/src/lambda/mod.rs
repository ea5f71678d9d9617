//! The embedded Lambda: runs the reference functions, keeps their execution environments and
//! writes their logs; [`api`] is its endpoint, [`trigger`] the event source mapping.

pub mod api;
mod consumer;
mod environment;
pub mod trigger;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use self::environment::{Environments, Invocation};
use crate::{
    behaviour::{
        platform::Failure,
        producer_answer::ProducerAnswer,
        producer_shape::{self, Behaviour, ProducerShape},
        runtime_style::RuntimeStyle,
    },
    faults::Fault,
    ground_truth::GroundTruth,
    live::Live,
    logs::LogStore,
    metrics::{Metrics, of_function},
    names,
    queues::Queues,
    settings::Settings,
};
use edactl_functions::{
    consumer::{BatchResponse, SqsEvent},
    producer,
};

/// The functions' timeout (`Timeout`): the least that Lambda allows, so that nobody has to wait
/// long for the fault `consumer-timeout`.
pub const TIMEOUT: Duration = Duration::from_secs(1);

/// What an invocation came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// Its request id, as in the log.
    pub request_id: String,
    /// What the function returned, or its error.
    pub payload: Value,
    /// `X-Amz-Function-Error`.
    pub function_error: Option<&'static str>,
    /// Its log, whole.
    pub log: String,
}

/// The functions, and all that they need.
#[derive(Debug)]
pub struct Lambda {
    environments: Environments,
    pub(super) queues: Arc<Queues>,
    metrics: Arc<Metrics>,
    truth: Arc<GroundTruth>,
    live: Arc<Live>,
    pub(super) trigger: trigger::Trigger,
}

/// A new invocation's request id.
#[must_use]
pub fn new_request_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The ARN of a function here.
#[must_use]
pub fn arn(function: &str) -> String {
    format!(
        "arn:aws:lambda:{}:{}:function:{function}",
        names::REGION,
        names::ACCOUNT
    )
}

/// The log group of a function here, or the one that both share.
#[must_use]
pub fn log_group(function: &str, is_shared: bool) -> String {
    if is_shared {
        names::SHARED_LOG_GROUP.to_owned()
    } else {
        format!("/aws/lambda/{function}")
    }
}

/// The embedded pipeline forgets everything when it ends; until then a day is enough.
const RETENTION_DAYS: i32 = 1;

impl Lambda {
    /// The functions over these queues; their log groups exist from the start.
    #[must_use]
    pub fn new(
        logs: Arc<LogStore>,
        queues: Arc<Queues>,
        metrics: Arc<Metrics>,
        truth: Arc<GroundTruth>,
        live: Arc<Live>,
    ) -> Arc<Self> {
        for function in [names::PRODUCER, names::CONSUMER] {
            logs.create_group(&log_group(function, false), RETENTION_DAYS);
        }
        Arc::new(Self {
            environments: Environments::new(logs, Arc::clone(&live)),
            queues,
            metrics,
            truth,
            live,
            trigger: trigger::Trigger::default(),
        })
    }

    /// Puts those settings in force that others may change meanwhile, where they differ from what
    /// was in force before.
    pub fn apply(&self, settings: &Settings) {
        let of = |settings: &Settings| {
            (
                settings.batch_item_failures,
                settings.batch_size,
                settings.batch_window,
            )
        };
        let wanted = of(settings);
        if self.live.read(of) != wanted {
            self.trigger.change(|mapping| {
                (mapping.reports_failures, mapping.batch_size, mapping.window) = wanted;
            });
        }
        if settings.shared_log_group {
            let group = log_group(names::CONSUMER, true);
            self.environments
                .logs()
                .create_group(&group, RETENTION_DAYS);
        }
    }

    /// A request to invoke the function was refused for its rate.
    pub fn throttled(&self, function: &'static str) {
        let metric = of_function(function, "Throttles", "Count");
        self.metrics.measure(metric, self.live.now(), 1.0);
    }

    /// Runs the producer with this event.
    pub async fn produce(&self, event: &[u8], request_id: String) -> Completed {
        let (began, clock) = (self.live.now(), Instant::now());
        let invocation = self.environments.begin(names::PRODUCER, request_id);
        let result = if self.live.happens(Fault::ProducerError) {
            let message = "the producer fails on demand".to_owned();
            Err(("InjectedError", message))
        } else {
            self.run_producer(event, &invocation).await
        };
        let style = self.live.read(|settings| settings.error_style);
        let outcome = result.map_err(|(kind, message)| Failure::Raised {
            // What only Python names so, another runtime names by its own general type.
            kind: match style {
                RuntimeStyle::Python | RuntimeStyle::PythonCustom => kind.to_owned(),
                _ => style.error_kind().to_owned(),
            },
            message,
            is_written: true,
        });
        self.complete(invocation, began, clock, outcome)
    }

    async fn run_producer(
        &self,
        event: &[u8],
        invocation: &Invocation<'_>,
    ) -> Result<Value, (&'static str, String)> {
        let [queue_url, _] = self.queues.urls();
        let refuses_one = self.live.happens(Fault::PartialSend);
        let sender = self.queues.for_producer(refuses_one);
        let behaviour = self.live.read(|settings| Behaviour {
            shape: settings.producer_shape,
            answer: settings.producer_answer,
            breaks_midway: false,
        });
        let behaviour = Behaviour {
            breaks_midway: self.live.happens(Fault::ProducerMidway),
            ..behaviour
        };
        let is_reference = behaviour.shape == ProducerShape::Entries
            && behaviour.answer == ProducerAnswer::Own
            && !behaviour.breaks_midway;
        if is_reference {
            let answer = producer::handle(event, Some(queue_url), &sender, invocation)
                .await
                .map_err(|error| (error.kind, error.message));
            if let Some(keys) = producer::entry_keys(event) {
                for (index, id) in sender.sent() {
                    self.truth.named(&id, &keys[index]);
                }
            }
            return answer;
        }
        let (sent, answer) =
            producer_shape::run(event, behaviour, queue_url, &sender, invocation).await;
        for one in &sent {
            if let Ok(id) = &one.result {
                self.truth.named(id, &one.key);
            }
        }
        answer
    }

    /// Runs the consumer with a batch of messages. The response tells which messages failed;
    /// without one all did.
    pub async fn consume(
        &self,
        event: &SqsEvent,
        request_id: String,
    ) -> (Completed, Option<BatchResponse>) {
        let (began, clock) = (self.live.now(), Instant::now());
        let invocation = self.environments.begin(names::CONSUMER, request_id);
        let result = consumer::handle(event, &self.live, &invocation);
        if matches!(result, Err(Failure::TimedOut(_))) {
            invocation.flush();
            tokio::time::sleep(TIMEOUT.saturating_sub(clock.elapsed())).await;
        }
        let outcome = match &result {
            Ok(response) => Ok(serde_json::to_value(response).unwrap_or_default()),
            Err(failure) => Err(failure.clone()),
        };
        (
            self.complete(invocation, began, clock, outcome),
            result.ok(),
        )
    }

    /// Runs the consumer with an event that is no batch of messages: it fails.
    pub fn consume_nonsense(&self, error: &serde_json::Error, request_id: String) -> Completed {
        let (began, clock) = (self.live.now(), Instant::now());
        let invocation = self.environments.begin(names::CONSUMER, request_id);
        let message = format!("the event must be a batch of SQS messages: {error}");
        let kind = "InvalidEvent".to_owned();
        let outcome = Err(Failure::Raised {
            kind,
            message,
            is_written: true,
        });
        self.complete(invocation, began, clock, outcome)
    }

    fn complete(
        &self,
        invocation: Invocation<'_>,
        began: Timestamp,
        clock: Instant,
        outcome: Result<Value, Failure>,
    ) -> Completed {
        let (function, took) = (invocation.function(), clock.elapsed());
        let measure = |name, unit, value| {
            self.metrics
                .measure(of_function(function, name, unit), began, value);
        };
        measure("Invocations", "Count", 1.0);
        measure("Errors", "Count", if outcome.is_err() { 1.0 } else { 0.0 });
        measure("Duration", "Milliseconds", took.as_secs_f64() * 1_000.0);
        let request_id = invocation.request_id().to_owned();
        let (busy, log) = invocation.end(took, outcome.as_ref().err());
        #[allow(clippy::cast_precision_loss)] // A handful of environments.
        measure("ConcurrentExecutions", "Count", busy as f64);
        match outcome {
            Ok(payload) => Completed {
                request_id,
                payload,
                function_error: None,
                log,
            },
            Err(failure) => {
                let payload = json!({
                    "errorMessage": failure.message(&request_id), "errorType": failure.kind(),
                });
                Completed {
                    request_id,
                    payload,
                    function_error: Some("Unhandled"),
                    log,
                }
            }
        }
    }
}
