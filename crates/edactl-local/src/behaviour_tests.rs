//! The whole pipeline in virtual time: what each setting and fault makes it do.

use std::{sync::Arc, time::Duration};

use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    behaviour::{
        log_style::LogStyle, platform::SystemLogLevel, producer_answer::ProducerAnswer,
        producer_shape::ProducerShape, runtime_style::RuntimeStyle,
    },
    lambda::{Completed, new_request_id, trigger},
    names,
    pipeline::Pipeline,
    settings::Settings,
};
use edactl_functions::log::LogFormat;

/// A pipeline without its port.
struct Harness {
    pipeline: Arc<Pipeline>,
    running: [JoinHandle<()>; 2],
}

impl Drop for Harness {
    fn drop(&mut self) {
        for task in &self.running {
            task.abort();
        }
    }
}

impl Harness {
    async fn new(settings: Settings) -> Self {
        let pipeline = Pipeline::create(1, "token".into(), settings).await.unwrap();
        let queues = Arc::clone(&pipeline.queues);
        let running = [
            tokio::spawn(trigger::poll(Arc::clone(&pipeline.lambda))),
            tokio::spawn(async move { queues.sample_counters().await }),
        ];
        Self { pipeline, running }
    }

    async fn with_faults(faults: &str, settings: Settings) -> Self {
        Self::new(Settings {
            faults: faults.parse().unwrap(),
            retry_delay: Duration::from_millis(50),
            ..settings
        })
        .await
    }

    async fn send(&self, event: &Value) -> Completed {
        let event = event.to_string();
        let lambda = &self.pipeline.lambda;
        lambda.produce(event.as_bytes(), new_request_id()).await
    }

    fn messages(&self) -> Vec<Value> {
        let lines = self.pipeline.truth.json_lines();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Waits until no message is on its way, and tells what happened to all.
    async fn rest(&self) -> Vec<Value> {
        for _ in 0..600 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let messages = self.messages();
            if messages
                .iter()
                .all(|message| message["outcome"] != "queued")
            {
                return messages;
            }
        }
        panic!("still on their way: {:?}", self.messages())
    }

    async fn logs(&self, operation: &str, asked: &Value) -> Value {
        let reply = self
            .pipeline
            .logs_endpoint
            .answer(operation, &asked.to_string().into());
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }

    async fn events(&self, group: &str) -> Vec<Value> {
        let asked = json!({ "logGroupName": group, "startTime": 0 });
        let answer = self.logs("FilterLogEvents", &asked).await;
        assert_eq!(answer["nextToken"], Value::Null, "one page is enough");
        answer["events"].as_array().unwrap().clone()
    }

    async fn consumer_lines(&self) -> String {
        let events = self.events("/aws/lambda/edactl-local-consumer").await;
        let lines = events
            .iter()
            .map(|event| event["message"].as_str().unwrap());
        lines.collect()
    }

    async fn attributes(&self, queue: &str) -> Value {
        let asked = json!({
            "QueueUrl": format!("http://127.0.0.1:1/000000000000/{queue}"),
            "AttributeNames": ["All"],
        });
        let answer = self.pipeline.queues.ask("GetQueueAttributes", &asked).await;
        answer["Attributes"].clone()
    }
}

fn two() -> Value {
    json!({ "first": { "hello": "a" }, "second": { "hello": "b" } })
}

fn results(message: &Value) -> Vec<&str> {
    let attempts = message["attempts"].as_array().unwrap();
    attempts
        .iter()
        .map(|attempt| attempt["result"].as_str().unwrap())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_throws_takes_nothing_whatever_the_runtime_writes() {
    for style in RuntimeStyle::ALL {
        let settings = Settings {
            error_style: *style,
            ..Settings::default()
        };
        let harness = Harness::with_faults("consumer-throw=1", settings).await;
        harness.send(&two()).await;
        for message in harness.rest().await {
            assert_eq!(message["outcome"], "deadLettered", "{style}");
            assert_eq!(results(&message), ["invocationFailed"; 5]);
        }
        let lines = harness.consumer_lines().await;
        assert!(lines.contains("Received message"), "{style}: {lines}");
        assert!(lines.contains("the consumer fails on demand"), "{lines}");
        assert!(!lines.contains("Status:"), "{style}: {lines}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_throw_before_it_logs_or_without_a_word() {
    let harness = Harness::with_faults("consumer-throw-early=1", Settings::default()).await;
    harness.send(&two()).await;
    assert_eq!(harness.rest().await[0]["outcome"], "deadLettered");
    let lines = harness.consumer_lines().await;
    assert!(!lines.contains("Received") && lines.contains("fails on demand"));
    let harness = Harness::with_faults("consumer-throw-silent=1", Settings::default()).await;
    harness.send(&two()).await;
    assert_eq!(harness.rest().await[0]["outcome"], "deadLettered");
    let lines = harness.consumer_lines().await;
    assert!(lines.contains("Received") && !lines.contains("fails on demand"));
}

#[tokio::test(start_paused = true)]
async fn a_quiet_batch_failure_is_seen_in_the_ground_truth_only() {
    let harness = Harness::with_faults("quiet-failure=1", Settings::default()).await;
    harness.send(&two()).await;
    for message in harness.rest().await {
        assert_eq!(message["outcome"], "deadLettered");
        assert_eq!(results(&message), ["refused"; 5]);
    }
    let lines = harness.consumer_lines().await;
    assert!(
        lines.contains("Received") && !lines.contains("ERROR"),
        "{lines}"
    );
    // Without batch item failures the mapping takes the answer for success.
    let settings = Settings {
        batch_item_failures: false,
        ..Settings::default()
    };
    let harness = Harness::with_faults("quiet-failure=1", settings).await;
    harness.send(&two()).await;
    assert_eq!(results(&harness.rest().await[0]), ["taken"]);
}

#[tokio::test(start_paused = true)]
async fn functions_may_share_a_log_group() {
    let settings = Settings {
        shared_log_group: true,
        ..Settings::default()
    };
    let harness = Harness::new(settings).await;
    harness.send(&two()).await;
    harness.rest().await;
    let events = harness.events(names::SHARED_LOG_GROUP).await;
    let has = |function: &str| {
        events.iter().any(|event| {
            let stream = event["logStreamName"].as_str().unwrap();
            stream
                .split('/')
                .nth(3)
                .unwrap()
                .starts_with(&format!("{function}[$LATEST]"))
        })
    };
    assert!(has(names::PRODUCER) && has(names::CONSUMER));
    assert_eq!(harness.consumer_lines().await, "");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_may_be_told_by_a_late_report_alone() {
    let settings = Settings {
        report_delay: Duration::from_secs(8),
        ..Settings::default()
    };
    let harness = Harness::with_faults("consumer-timeout=1", settings).await;
    harness.send(&json!({ "only": 1 })).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let lines = harness.consumer_lines().await;
    assert!(lines.contains("END RequestId"), "{lines}");
    assert!(!lines.contains("REPORT") && !lines.contains("Task timed out"));
    tokio::time::sleep(Duration::from_secs(8)).await;
    let lines = harness.consumer_lines().await;
    assert!(lines.contains("Status: timeout"), "{lines}");
    assert_eq!(results(&harness.rest().await[0])[0], "invocationFailed");
}

#[tokio::test(start_paused = true)]
async fn counters_may_lag_and_become_true_within_the_lag() {
    let settings = Settings {
        counter_lag: Duration::from_secs(10),
        queue_delay: Duration::from_mins(10),
        ..Settings::default()
    };
    let harness = Harness::new(settings).await;
    tokio::time::sleep(Duration::from_secs(11)).await;
    harness.send(&two()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let delayed = async || {
        let attributes = harness.attributes(names::QUEUE).await;
        attributes["ApproximateNumberOfMessagesDelayed"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let mut early = Vec::new();
    for _ in 0..200 {
        early.push(delayed().await);
    }
    assert!(early.contains(&"0".to_owned()) && early.contains(&"2".to_owned()));
    tokio::time::sleep(Duration::from_secs(10)).await;
    for _ in 0..200 {
        assert_eq!(delayed().await, "2");
    }
}

#[tokio::test(start_paused = true)]
async fn the_delayed_counter_may_be_absent() {
    let settings = Settings {
        no_delayed_counter: true,
        ..Settings::default()
    };
    let harness = Harness::new(settings).await;
    let attributes = harness.attributes(names::QUEUE).await;
    assert_eq!(attributes["ApproximateNumberOfMessages"], "0");
    assert_eq!(
        attributes["ApproximateNumberOfMessagesDelayed"],
        Value::Null
    );
}

#[tokio::test(start_paused = true)]
async fn a_skewed_clock_stamps_lines_and_letters() {
    let skew = SignedDuration::from_secs(-280);
    let settings = Settings {
        clock_skew: skew,
        ..Settings::default()
    };
    let harness = Harness::with_faults("quiet-failure=1", settings).await;
    let before = Timestamp::now() + skew;
    harness.send(&json!({ "only": 1 })).await;
    let messages = harness.rest().await;
    // Virtual time runs ahead of the machine's clock, which stamps everything here.
    let after = Timestamp::now() + skew;
    let within = |millis: i64| {
        let at = Timestamp::from_millisecond(millis).unwrap();
        let early = before - SignedDuration::from_millis(1);
        assert!((early..=after).contains(&at), "{before} {at} {after}");
    };
    let events = harness.events("/aws/lambda/edactl-local-consumer").await;
    within(events[0]["timestamp"].as_i64().unwrap());
    within(events[0]["ingestionTime"].as_i64().unwrap());
    let sent: Timestamp = messages[0]["sent"].as_str().unwrap().parse().unwrap();
    within(sent.as_millisecond());
    let letter = harness.pipeline.queues.receive_letter().await;
    let sent = letter["Attributes"]["SentTimestamp"].as_str().unwrap();
    within(sent.parse().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_copy_may_come_after_the_delete_and_may_die() {
    let harness = Harness::with_faults("ghost-copy=1", Settings::default()).await;
    harness.send(&json!({ "only": 1 })).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let message = &harness.rest().await[0];
    assert_eq!(results(message), ["taken", "taken"]);
    assert_eq!(
        (&message["copies"], &message["outcome"]),
        (&json!(1), &json!("deleted"))
    );
}

#[tokio::test(start_paused = true)]
async fn letters_of_yesterday_are_put_once() {
    let settings = Settings {
        old_letters: 3,
        ..Settings::default()
    };
    let harness = Harness::new(settings.clone()).await;
    harness.pipeline.apply(settings).await.unwrap();
    let attributes = harness.attributes(names::DLQ).await;
    assert_eq!(attributes["ApproximateNumberOfMessages"], "3");
    let letter = harness.pipeline.queues.receive_letter().await;
    let sent: i64 = letter["Attributes"]["SentTimestamp"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let age = Timestamp::now().as_millisecond() - sent;
    assert!(age >= 24 * 3_600_000, "{age}");
    assert!(harness.messages().is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_the_first_of_a_batch_may_be_logged() {
    let settings = Settings {
        batch_window: Duration::from_secs(1),
        log_style: LogStyle::First,
        ..Settings::default()
    };
    let harness = Harness::new(settings).await;
    let event: serde_json::Map<String, Value> = (0..10)
        .map(|n| (format!("e{n}"), json!({ "n": n })))
        .collect();
    harness.send(&event.into()).await;
    let messages = harness.rest().await;
    assert_eq!(messages.len(), 10);
    assert!(messages.iter().all(|message| results(message) == ["taken"]));
    let lines = harness.consumer_lines().await;
    assert_eq!(lines.matches("Received message").count(), 1, "{lines}");
}

#[tokio::test(start_paused = true)]
async fn a_producer_of_another_shape_sends_and_tells_in_its_own_way() {
    let settings = Settings {
        producer_shape: ProducerShape::Body,
        producer_answer: ProducerAnswer::MessageId,
        ..Settings::default()
    };
    let harness = Harness::new(settings).await;
    let event = json!({ "httpMethod": "POST", "body": "{\"edactl\": \"edactl-0abc-1\"}" });
    let answer = harness.send(&event).await.payload;
    let messages = harness.rest().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["key"], "/body");
    assert_eq!(messages[0]["marker"], "edactl-0abc-1");
    assert_eq!(answer["MessageId"], messages[0]["messageId"]);
    let failed = harness.send(&json!({ "no": "body" })).await;
    assert_eq!(failed.payload["errorType"], "KeyError");
    assert_eq!(failed.function_error, Some("Unhandled"));
}

#[tokio::test(start_paused = true)]
async fn a_producer_may_raise_midway() {
    let harness = Harness::with_faults("producer-midway=1", Settings::default()).await;
    let failed = harness.send(&two()).await;
    assert_eq!(failed.function_error, Some("Unhandled"));
    let messages = harness.rest().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["key"], "first");
}

#[tokio::test(start_paused = true)]
async fn at_the_level_warn_a_success_leaves_no_platform_line() {
    let settings = Settings {
        log_format: LogFormat::Json,
        system_log_level: SystemLogLevel::Warn,
        ..Settings::default()
    };
    let harness = Harness::new(settings.clone()).await;
    harness.send(&two()).await;
    harness.rest().await;
    let lines = harness.consumer_lines().await;
    assert!(
        lines.contains("Received") && !lines.contains("platform."),
        "{lines}"
    );
    let harness = Harness::with_faults("consumer-throw=1", settings).await;
    harness.send(&two()).await;
    harness.rest().await;
    let lines = harness.consumer_lines().await;
    assert!(lines.contains("platform.report") && !lines.contains("platform.start"));
}

#[tokio::test(start_paused = true)]
async fn lines_may_come_late_and_look_like_the_runtimes() {
    let settings = Settings {
        lookalike_lines: true,
        ..Settings::default()
    };
    let harness = Harness::with_faults("late-line=1", settings).await;
    harness.send(&two()).await;
    for message in harness.rest().await {
        assert_eq!(message["outcome"], "deleted");
    }
    assert_eq!(harness.consumer_lines().await, "");
    tokio::time::sleep(Duration::from_secs(3)).await;
    let lines = harness.consumer_lines().await;
    assert!(
        lines.contains("Task timed out after 3.00 seconds"),
        "{lines}"
    );
}
