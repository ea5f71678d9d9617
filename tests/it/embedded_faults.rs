//! The embedded pipeline's misbehaviour on demand, as AWS's own clients see it.

use std::time::Duration;

use aws_sdk_lambda::{error::ProvideErrorMetadata, primitives::Blob};
use edactl_local::{names, settings::Settings};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::Instant};

use crate::support::embedded_aws::{EmbeddedAws, eventually, results};

#[tokio::test(flavor = "multi_thread")]
async fn poison_goes_to_the_dead_letter_queue_and_back() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    let answer = aws.send(r#"{"poison": {"fail": true}, "good": 1}"#).await;
    let id = answer.id("poison");
    let life = aws.outcome(&id, "deadLettered").await;
    assert_eq!(results(&life), ["refused"; 5]);
    aws.outcome(&answer.id("good"), "deleted").await;
    let refused = aws
        .consumed(&format!("Refused message {id}: the message asks to fail"))
        .await;
    assert_eq!(refused.len(), 5);
    assert!(refused[0].starts_with("[ERROR]\t"), "{}", refused[0]);
    assert_eq!(aws.counters(names::DLQ).await, [1, 0, 0]);
    assert_eq!(aws.counters(names::QUEUE).await, [0, 0, 0]);
    let dead = aws
        .sqs
        .receive_message()
        .queue_url(aws.url(names::DLQ))
        .visibility_timeout(0)
        .message_system_attribute_names(aws_sdk_sqs::types::MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap();
    let dead = &dead.messages()[0];
    assert_eq!(dead.message_id(), Some(id.as_str()));
    assert_eq!(dead.body(), Some(r#"{"fail": true}"#));
    let source = aws_sdk_sqs::types::MessageSystemAttributeName::DeadLetterQueueSourceArn;
    assert_eq!(
        dead.attributes().unwrap()[&source],
        "arn:aws:sqs:us-east-1:000000000000:edactl-local-queue"
    );

    let dlq_arn = "arn:aws:sqs:us-east-1:000000000000:edactl-local-dlq";
    let start = aws.sqs.start_message_move_task().source_arn(dlq_arn);
    assert!(start.send().await.unwrap().task_handle().is_some());
    aws.outcome(&id, "redriven").await;
    // It is poison still, under a new message id.
    let again = eventually("the redriven message is dead-lettered again", || async {
        let lives = aws.accounts().await;
        lives
            .into_iter()
            .find(|life| life["sender"] == "moveTask" && life["outcome"] == "deadLettered")
    })
    .await;
    assert_ne!(again["messageId"], id.as_str());
    assert_eq!(results(&again).len(), 5);
    let tasks = aws
        .sqs
        .list_message_move_tasks()
        .source_arn(dlq_arn)
        .send()
        .await
        .unwrap();
    let task = &tasks.results()[0];
    assert_eq!(task.status(), Some("COMPLETED"));
    assert_eq!(task.approximate_number_of_messages_moved(), 1);
    // Moves to the dead-letter queue are no sends.
    eventually("the metrics", || async {
        aws.queue_metric(names::QUEUE, "NumberOfMessagesDeleted")
            .await
    })
    .await;
    assert_eq!(
        aws.queue_metric(names::DLQ, "NumberOfMessagesSent").await,
        None
    );
    let wrong = aws
        .sqs
        .start_message_move_task()
        .source_arn("arn:aws:sqs:us-east-1:000000000000:edactl-local-queue");
    assert!(wrong.send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_message_is_sent_and_never_received() {
    let aws = EmbeddedAws::with_faults("drop=1").await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    assert_eq!(answer.status, 200);
    aws.outcome(&answer.id("a"), "dropped").await;
    let sent = eventually("Sent", || {
        aws.queue_metric(names::QUEUE, "NumberOfMessagesSent")
    })
    .await;
    assert!((sent - 1.0).abs() < 0.1);
    assert_eq!(
        aws.queue_metric(names::QUEUE, "NumberOfMessagesReceived")
            .await,
        None
    );
    assert!(aws.lines(names::CONSUMER).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_message_is_received_twice() {
    let aws = EmbeddedAws::with_faults("duplicate=1").await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    let id = answer.id("a");
    let life = aws.outcome(&id, "deleted").await;
    assert_eq!(results(&life), ["takenTwice", "taken"]);
    assert_eq!(aws.consumed(&id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_message_is_deleted_unseen() {
    let aws = EmbeddedAws::with_faults("filtered=1").await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    aws.outcome(&answer.id("a"), "filtered").await;
    let deleted = eventually("Deleted", || {
        aws.queue_metric(names::QUEUE, "NumberOfMessagesDeleted")
    })
    .await;
    assert!((deleted - 1.0).abs() < 0.1);
    assert!(aws.lines(names::CONSUMER).await.is_empty());
    let of = ["FunctionName", names::CONSUMER];
    assert_eq!(
        aws.metric("AWS/Lambda", of, "Invocations", "Sum").await,
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erring_consumer_is_tried_again() {
    let aws = EmbeddedAws::with_faults("consumer-error=1").await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    let id = answer.id("a");
    eventually("an error", || async {
        aws.consumed("RuntimeError").await.pop()
    })
    .await;
    aws.apply(&Settings::default()).await;
    let life = aws.outcome(&id, "deleted").await;
    let results = results(&life);
    assert_eq!(
        (results[0], results[results.len() - 1]),
        ("refused", "taken")
    );
    assert!(aws.consumed("RuntimeError").await[0].contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_times_out_fails_the_batch() {
    let aws = EmbeddedAws::with_faults("consumer-timeout=1").await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    let logged = eventually("a timeout", || async {
        aws.consumed("Task timed out").await.pop()
    })
    .await;
    assert!(
        logged.ends_with(" Task timed out after 1.00 seconds\n\n"),
        "{logged}"
    );
    aws.apply(&Settings::default()).await;
    let life = aws.outcome(&answer.id("a"), "deleted").await;
    assert_eq!(results(&life)[0], "invocationFailed");
    let of = ["FunctionName", names::CONSUMER];
    let errors = eventually("Errors", || aws.metric("AWS/Lambda", of, "Errors", "Sum")).await;
    assert!(errors >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_raises_sends_nothing() {
    let aws = EmbeddedAws::with_faults("producer-error=1").await;
    let output = aws.invoke(names::PRODUCER, r#"{"a": 1}"#).await;
    assert_eq!(
        (output.status_code(), output.function_error()),
        (200, Some("Unhandled"))
    );
    let payload: Value = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(payload["errorType"], "InjectedError");
    aws.apply(&Settings::default()).await;
    let output = aws.invoke(names::PRODUCER, "[1]").await;
    assert_eq!(output.function_error(), Some("Unhandled"));
    let output = aws.invoke(names::CONSUMER, "{}").await;
    assert_eq!(output.function_error(), Some("Unhandled"));
    assert!(aws.accounts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_send_sends_the_others() {
    let aws = EmbeddedAws::with_faults("partial-send=1").await;
    let answer = aws.send(r#"{"a": 1, "b": 2, "c": 3}"#).await;
    assert_eq!((answer.status, &answer.body["Sent"]), (502, &json!(2)));
    aws.outcome(&answer.id("a"), "deleted").await;
    aws.outcome(&answer.id("b"), "deleted").await;
    assert_eq!(aws.accounts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_without_an_answer_has_run() {
    let aws = EmbeddedAws::with_faults("no-answer=1").await;
    let invoke = aws.lambda.invoke().function_name(names::PRODUCER);
    let answer = invoke.payload(Blob::new(r#"{"a": 1}"#)).send().await;
    assert!(answer.is_err() && answer.unwrap_err().raw_response().is_none());
    eventually("it ran", || async {
        aws.accounts()
            .await
            .pop()
            .filter(|life| life["outcome"] == "deleted")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_stops_nothing() {
    let aws = EmbeddedAws::with_faults("late-answer=1").await;
    let mut stream = TcpStream::connect(aws.address).await.unwrap();
    let path = format!("/2015-03-31/functions/{}/invocations", names::PRODUCER);
    let event = r#"{"a": {"edactl": "gone"}}"#;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{event}",
        event.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    drop(stream);
    eventually("it arrives", || async {
        let life = aws.accounts().await.pop()?;
        (life["marker"] == "gone" && life["outcome"] == "deleted").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_come_after_their_delay() {
    let delay = Duration::from_secs(1);
    let aws = EmbeddedAws::new(Settings {
        metric_delay: delay,
        ..Settings::default()
    })
    .await;
    let began = Instant::now();
    let answer = aws.send(r#"{"a": 1, "b": "two"}"#).await;
    for key in ["a", "b"] {
        aws.outcome(&answer.id(key), "deleted").await;
    }
    for name in [
        "NumberOfMessagesSent",
        "NumberOfMessagesReceived",
        "NumberOfMessagesDeleted",
    ] {
        let sum = eventually(name, || async {
            aws.queue_metric(names::QUEUE, name)
                .await
                .filter(|sum| *sum > 1.5)
        })
        .await;
        assert!((sum - 2.0).abs() < 0.1, "{name} {sum}");
        assert!(
            began.elapsed() >= delay,
            "{name} after {:?}",
            began.elapsed()
        );
    }
    let size = aws.queue_metric(names::QUEUE, "SentMessageSize").await;
    assert_eq!(size, Some(6.0));
    let of = ["FunctionName", names::PRODUCER];
    assert_eq!(
        aws.metric("AWS/Lambda", of, "Invocations", "Sum").await,
        Some(1.0)
    );
    assert_eq!(
        aws.metric("AWS/Lambda", of, "Errors", "Sum").await,
        Some(0.0)
    );
    assert_eq!(
        aws.metric("AWS/Lambda", of, "ConcurrentExecutions", "Maximum")
            .await,
        Some(1.0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_message_waits() {
    let aws = EmbeddedAws::new(Settings {
        queue_delay: Duration::from_millis(1_500),
        ..Settings::default()
    })
    .await;
    let began = Instant::now();
    let answer = aws.send(r#"{"a": 1}"#).await;
    assert_eq!(aws.counters(names::QUEUE).await, [0, 0, 1]);
    aws.outcome(&answer.id("a"), "deleted").await;
    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "whole seconds, rounded up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_fast_is_refused() {
    let aws = EmbeddedAws::new(Settings {
        throttle: Some(1),
        ..Settings::default()
    })
    .await;
    aws.send(r#"{"a": 1}"#).await;
    let list = aws.lambda.list_functions().send().await;
    assert_eq!(list.unwrap_err().code(), Some("TooManyRequestsException"));
    let list = || aws.cloudwatch.list_metrics().send();
    list().await.unwrap();
    assert_eq!(list().await.unwrap_err().code(), Some("Throttling"));
    let list = || aws.logs.describe_log_groups().send();
    list().await.unwrap();
    assert_eq!(
        list().await.unwrap_err().code(),
        Some("ThrottlingException")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn others_use_the_queue_too() {
    let aws = EmbeddedAws::new(Settings {
        traffic: 50.0,
        faults: "drop=1".parse().unwrap(),
        ..Settings::default()
    })
    .await;
    eventually("traffic", || async {
        let lives = aws.accounts().await;
        let arrived = lives
            .iter()
            .filter(|life| life["sender"] == "traffic" && life["outcome"] == "deleted");
        (arrived.count() >= 5).then_some(())
    })
    .await;
    let answer = aws.send(r#"{"a": 1}"#).await;
    aws.outcome(&answer.id("a"), "dropped").await;
}
