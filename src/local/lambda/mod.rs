//! The embedded Lambda: runs the reference functions, keeps their execution environments and
//! writes their logs; [`api`] is its endpoint, [`trigger`] the event source mapping.

pub mod api;
mod environment;
pub mod trigger;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use self::environment::{Environments, Invocation};
use super::{
    faults::Fault,
    logs::LogStore,
    metrics::{Metrics, of_function},
    names,
    queues::{Queues, SharedSettings},
};
use crate::functions::{
    consumer::{self, BatchResponse, ItemFailure, SqsEvent},
    log::{Log, Record},
    producer,
};

/// The functions' timeout (`Timeout`).
pub const TIMEOUT: Duration = Duration::from_secs(5);
/// How long the fault `consumer-timeout` takes: nobody should wait for a real timeout here.
const PRETENDED_TIMEOUT: Duration = Duration::from_millis(200);
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
    settings: SharedSettings,
    pub(super) trigger: trigger::Trigger,
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

impl Lambda {
    /// The functions over these queues; their log groups exist from the start.
    #[must_use]
    pub fn new(
        logs: Arc<LogStore>,
        queues: Arc<Queues>,
        metrics: Arc<Metrics>,
        settings: SharedSettings,
    ) -> Arc<Self> {
        for function in [names::PRODUCER, names::CONSUMER] {
            logs.create_group(&log_group(function));
        }
        Arc::new(Self {
            environments: Environments::new(logs),
            queues,
            metrics,
            settings,
            trigger: trigger::Trigger::default(),
        })
    }

    fn happens(&self, fault: Fault) -> bool {
        let settings = self
            .settings
            .read()
            .expect("nothing panics while it holds the lock");
        settings.1.happens(&settings.0.faults, fault)
    }

    fn begin(&self, function: &'static str) -> Invocation<'_> {
        let settings = self
            .settings
            .read()
            .expect("nothing panics while it holds the lock");
        self.environments.begin(function, settings.0.log_format)
    }

    /// Runs the producer with this event.
    pub async fn produce(&self, event: &[u8]) -> Completed {
        let (began, clock) = (Timestamp::now(), Instant::now());
        let invocation = self.begin(names::PRODUCER);
        let outcome = if self.happens(Fault::ProducerError) {
            Err((
                "InjectedError".to_owned(),
                "the producer fails on demand".to_owned(),
            ))
        } else {
            let queue_url = self.queues.url(names::QUEUE);
            producer::handle(event, Some(&queue_url), &*self.queues, &invocation)
                .await
                .map_err(|error| (error.kind.to_owned(), error.message))
        };
        self.complete(invocation, began, clock, outcome)
    }

    /// Runs the consumer with a batch of messages. The response tells which messages failed;
    /// without one all did.
    pub async fn consume(&self, event: &SqsEvent) -> (Completed, Option<BatchResponse>) {
        let (began, clock) = (Timestamp::now(), Instant::now());
        let invocation = self.begin(names::CONSUMER);
        let mut response = consumer::handle(event, &invocation);
        for record in &event.records {
            let id = &record.message_id;
            let failed = response
                .batch_item_failures
                .iter()
                .any(|item| item.item_identifier == *id);
            if !failed && self.happens(Fault::ConsumerError) {
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
            .any(|_| self.happens(Fault::ConsumerTimeout))
        {
            tokio::time::sleep(PRETENDED_TIMEOUT).await;
            let text = format!(
                "Task timed out after {:.2} seconds",
                PRETENDED_TIMEOUT.as_secs_f64()
            );
            let outcome = Err(("Sandbox.Timedout".to_owned(), text));
            return (self.complete(invocation, began, clock, outcome), None);
        }
        let payload = serde_json::to_value(&response).unwrap_or_default();
        (
            self.complete(invocation, began, clock, Ok(payload)),
            Some(response),
        )
    }

    fn complete(
        &self,
        invocation: Invocation<'_>,
        began: Timestamp,
        clock: Instant,
        outcome: Result<Value, (String, String)>,
    ) -> Completed {
        let (function, took) = (invocation.function(), clock.elapsed());
        let measure = |name, unit, value| {
            self.metrics
                .measure(of_function(function, name, unit), began, value);
        };
        measure("Invocations", "Count", 1.0);
        measure("Errors", "Count", if outcome.is_err() { 1.0 } else { 0.0 });
        measure("Throttles", "Count", 0.0);
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
            Err((kind, message)) => {
                let message = if kind == "Sandbox.Timedout" {
                    format!("RequestId: {request_id} Error: {message}")
                } else {
                    message
                };
                let payload = json!({ "errorMessage": message, "errorType": kind });
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
