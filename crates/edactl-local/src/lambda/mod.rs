//! The embedded Lambda: runs the reference functions, keeps their execution environments and
//! writes their logs; [`api`] is its endpoint, [`trigger`] the event source mapping.

pub mod api;
mod environment;
mod platform;
pub mod trigger;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use self::{
    environment::{Environments, Invocation},
    platform::Failure,
};
use crate::{
    faults::Fault,
    ground_truth::Account,
    live::Live,
    logs::LogStore,
    metrics::{Metrics, of_function},
    names,
    queues::Queues,
};
use edactl_functions::{
    consumer::{self, BatchResponse, ItemFailure, SqsEvent},
    log::{Log, Record},
    producer,
};

/// The functions' timeout (`Timeout`): the least that Lambda allows, so that nobody has to wait
/// long for the fault `consumer-timeout`.
pub const TIMEOUT: Duration = Duration::from_secs(1);
/// The functions' memory (`MemorySize`), in MB.
pub const MEMORY_MB: u32 = 128;

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
    account: Arc<Account>,
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

/// The log group of a function here.
#[must_use]
pub fn log_group(function: &str) -> String {
    format!("/aws/lambda/{function}")
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
        account: Arc<Account>,
        live: Arc<Live>,
    ) -> Arc<Self> {
        for function in [names::PRODUCER, names::CONSUMER] {
            logs.create_group(&log_group(function), RETENTION_DAYS);
        }
        Arc::new(Self {
            environments: Environments::new(logs),
            queues,
            metrics,
            account,
            live,
            trigger: trigger::Trigger::default(),
        })
    }

    fn begin(&self, function: &'static str, request_id: String) -> Invocation<'_> {
        let format = self.live.read(|settings| settings.log_format);
        self.environments.begin(function, request_id, format)
    }

    /// A request to invoke the function was refused for its rate.
    pub fn throttled(&self, function: &'static str) {
        let metric = of_function(function, "Throttles", "Count");
        self.metrics.measure(metric, Timestamp::now(), 1.0);
    }

    /// Runs the producer with this event.
    pub async fn produce(&self, event: &[u8], request_id: String) -> Completed {
        let (began, clock) = (Timestamp::now(), Instant::now());
        let invocation = self.begin(names::PRODUCER, request_id);
        let outcome = if self.live.happens(Fault::ProducerError) {
            Err(Failure::Raised {
                kind: "InjectedError".to_owned(),
                message: "the producer fails on demand".to_owned(),
            })
        } else {
            let [queue_url, _] = self.queues.urls();
            let sender = self
                .queues
                .for_producer(self.live.happens(Fault::PartialSend));
            producer::handle(event, Some(queue_url), &sender, &invocation)
                .await
                .map_err(|error| Failure::Raised {
                    kind: error.kind.to_owned(),
                    message: error.message,
                })
        };
        self.complete(invocation, began, clock, outcome)
    }

    /// Runs the consumer with a batch of messages. The response tells which messages failed;
    /// without one all did.
    pub async fn consume(
        &self,
        event: &SqsEvent,
        request_id: String,
    ) -> (Completed, Option<BatchResponse>) {
        let (began, clock) = (Timestamp::now(), Instant::now());
        let invocation = self.begin(names::CONSUMER, request_id);
        let style = self.live.read(|settings| settings.log_style);
        let mut response = consumer::handle_in_style(event, style, &invocation);
        for record in &event.records {
            let id = &record.message_id;
            let failed = response
                .batch_item_failures
                .iter()
                .any(|item| item.item_identifier == *id);
            if !failed && self.live.happens(Fault::ConsumerError) {
                let error = format!("RuntimeError: message {id} fails on demand");
                invocation.record(Record::error(error).with("messageId", id.as_str()));
                let item_identifier = id.clone();
                response
                    .batch_item_failures
                    .push(ItemFailure { item_identifier });
            }
        }
        if event
            .records
            .iter()
            .any(|_| self.live.happens(Fault::ConsumerTimeout))
        {
            invocation.flush();
            tokio::time::sleep(TIMEOUT.saturating_sub(clock.elapsed())).await;
            let outcome = Err(Failure::TimedOut(TIMEOUT));
            return (self.complete(invocation, began, clock, outcome), None);
        }
        let payload = serde_json::to_value(&response).unwrap_or_default();
        (
            self.complete(invocation, began, clock, Ok(payload)),
            Some(response),
        )
    }

    /// Runs the consumer with an event that is no batch of messages: it fails.
    pub fn consume_nonsense(&self, error: &serde_json::Error, request_id: String) -> Completed {
        let (began, clock) = (Timestamp::now(), Instant::now());
        let invocation = self.begin(names::CONSUMER, request_id);
        let message = format!("the event must be a batch of SQS messages: {error}");
        let kind = "InvalidEvent".to_owned();
        let outcome = Err(Failure::Raised { kind, message });
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
