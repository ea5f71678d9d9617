//! The embedded pipeline as AWS's own clients see it.

mod world;

use std::time::Duration;

use aws_sdk_lambda::{
    error::ProvideErrorMetadata,
    primitives::Blob,
    types::{InvocationType, State},
};
use aws_sdk_sqs::types::QueueAttributeName;
use base64::{Engine, prelude::BASE64_STANDARD};
use edactl_functions::log::LogFormat;
use edactl_local::{names, settings::Settings};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::Instant};

use self::world::{World, eventually, outcomes};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_travels_and_is_logged() {
    let world = World::new(Settings::default()).await;
    let event = r#"{"first": {"x": 1.0,  "edactl": "edactl-r-1"}, "second": "é"}"#;
    let began = Instant::now();
    let output = world.invoke(names::PRODUCER, event).await;
    let payload: Value = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(payload["isBase64Encoded"], false);
    assert_eq!(payload["statusCode"], 200);
    let body: Value = serde_json::from_str(payload["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["Status"], "Sent");
    assert_eq!(
        body["Message"],
        "Successfully sent 2 messages to edactl-local-queue."
    );
    assert_eq!(output.executed_version(), Some("$LATEST"));
    let tail = BASE64_STANDARD
        .decode(output.log_result().unwrap())
        .unwrap();
    let tail = String::from_utf8(tail).unwrap();
    let id = |key: &str| body["MessageIds"][key].as_str().unwrap().to_owned();
    assert!(tail.contains(&format!(
        "Sent entry \"first\" as message {}\n",
        id("first")
    )));
    let request_id = aws_sdk_lambda::operation::RequestId::request_id(&output).unwrap();
    assert!(tail.contains(&format!("START RequestId: {request_id} Version: $LATEST\n")));

    let life = world.fate(&id("first"), "deleted").await;
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(life["marker"], "edactl-r-1");
    assert_eq!(outcomes(&life), ["taken"]);
    world.fate(&id("second"), "deleted").await;
    let logged = &world.consumed(&id("first")).await[0];
    let text = format!(
        "Received message {}: {}\n",
        id("first"),
        r#"{"x": 1.0,  "edactl": "edactl-r-1"}"#
    );
    let request = life["attempts"][0]["requestId"].as_str().unwrap();
    assert!(
        logged.starts_with("[INFO]\t2") && logged.ends_with(&format!("Z\t{request}\t{text}")),
        "{logged}"
    );
    let second = &world.consumed(&id("second")).await[0];
    assert!(second.ends_with(": \"é\"\n"), "{second}");
    assert!(world.lines(names::CONSUMER).await[0].starts_with("INIT_START "));
    assert_eq!(world.counters(names::QUEUE).await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_may_have_a_mebibyte() {
    let world = World::new(Settings::default()).await;
    let entry = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    let most = 1024 * 1024;
    let event = format!(
        r#"{{"fits": {}, "not": {}, "small": 1}}"#,
        entry(most),
        entry(most + 1)
    );
    let answer = world.send(&event).await;
    assert_eq!((answer.status, &answer.body["Sent"]), (502, &json!(2)));
    let life = world.fate(&answer.id("fits"), "deleted").await;
    assert_eq!(life["bytes"], most);
    world.fate(&answer.id("small"), "deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_goes_to_the_dead_letter_queue_and_back() {
    let world = World::new(Settings::default()).await;
    let answer = world.send(r#"{"poison": {"fail": true}, "good": 1}"#).await;
    let id = answer.id("poison");
    let life = world.fate(&id, "deadLettered").await;
    assert_eq!(outcomes(&life), ["refused"; 5]);
    world.fate(&answer.id("good"), "deleted").await;
    let refused = world
        .consumed(&format!("Refused message {id}: the message asks to fail"))
        .await;
    assert_eq!(refused.len(), 5);
    assert!(refused[0].starts_with("[ERROR]\t"), "{}", refused[0]);
    assert_eq!(world.counters(names::DLQ).await, [1, 0, 0]);
    assert_eq!(world.counters(names::QUEUE).await, [0, 0, 0]);
    let dead = world
        .sqs
        .receive_message()
        .queue_url(world.url(names::DLQ))
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
    let start = world.sqs.start_message_move_task().source_arn(dlq_arn);
    assert!(start.send().await.unwrap().task_handle().is_some());
    world.fate(&id, "redriven").await;
    // It is poison still, under a new message id.
    let again = eventually("the redriven message is dead-lettered again", || async {
        let lives = world.accounts().await;
        lives
            .into_iter()
            .find(|life| life["sender"] == "moveTask" && life["fate"] == "deadLettered")
    })
    .await;
    assert_ne!(again["messageId"], id.as_str());
    assert_eq!(outcomes(&again).len(), 5);
    let tasks = world
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
        world
            .queue_metric(names::QUEUE, "NumberOfMessagesDeleted")
            .await
    })
    .await;
    assert_eq!(
        world.queue_metric(names::DLQ, "NumberOfMessagesSent").await,
        None
    );
    let wrong = world
        .sqs
        .start_message_move_task()
        .source_arn("arn:aws:sqs:us-east-1:000000000000:edactl-local-queue");
    assert!(wrong.send().await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_message_is_sent_and_never_received() {
    let world = World::with_faults("drop=1").await;
    let answer = world.send(r#"{"a": 1}"#).await;
    assert_eq!(answer.status, 200);
    world.fate(&answer.id("a"), "dropped").await;
    let sent = eventually("Sent", || {
        world.queue_metric(names::QUEUE, "NumberOfMessagesSent")
    })
    .await;
    assert!((sent - 1.0).abs() < 0.1);
    assert_eq!(
        world
            .queue_metric(names::QUEUE, "NumberOfMessagesReceived")
            .await,
        None
    );
    assert!(world.lines(names::CONSUMER).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_message_is_received_twice() {
    let world = World::with_faults("duplicate=1").await;
    let answer = world.send(r#"{"a": 1}"#).await;
    let id = answer.id("a");
    let life = world.fate(&id, "deleted").await;
    assert_eq!(outcomes(&life), ["takenTwice", "taken"]);
    assert_eq!(world.consumed(&id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filtered_message_is_deleted_unseen() {
    let world = World::with_faults("filtered=1").await;
    let answer = world.send(r#"{"a": 1}"#).await;
    world.fate(&answer.id("a"), "filtered").await;
    let deleted = eventually("Deleted", || {
        world.queue_metric(names::QUEUE, "NumberOfMessagesDeleted")
    })
    .await;
    assert!((deleted - 1.0).abs() < 0.1);
    assert!(world.lines(names::CONSUMER).await.is_empty());
    let of = ["FunctionName", names::CONSUMER];
    assert_eq!(
        world.metric("AWS/Lambda", of, "Invocations", "Sum").await,
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erring_consumer_is_tried_again() {
    let world = World::with_faults("consumer-error=1").await;
    let answer = world.send(r#"{"a": 1}"#).await;
    let id = answer.id("a");
    eventually("an error", || async {
        world.consumed("RuntimeError").await.pop()
    })
    .await;
    world.apply(&Settings::default()).await;
    let life = world.fate(&id, "deleted").await;
    let outcomes = outcomes(&life);
    assert_eq!(
        (outcomes[0], outcomes[outcomes.len() - 1]),
        ("refused", "taken")
    );
    assert!(world.consumed("RuntimeError").await[0].contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_times_out_fails_the_batch() {
    let world = World::with_faults("consumer-timeout=1").await;
    let answer = world.send(r#"{"a": 1}"#).await;
    let logged = eventually("a timeout", || async {
        world.consumed("Task timed out").await.pop()
    })
    .await;
    assert!(
        logged.ends_with(" Task timed out after 1.00 seconds\n\n"),
        "{logged}"
    );
    world.apply(&Settings::default()).await;
    let life = world.fate(&answer.id("a"), "deleted").await;
    assert_eq!(outcomes(&life)[0], "invocationFailed");
    let of = ["FunctionName", names::CONSUMER];
    let errors = eventually("Errors", || world.metric("AWS/Lambda", of, "Errors", "Sum")).await;
    assert!(errors >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_raises_sends_nothing() {
    let world = World::with_faults("producer-error=1").await;
    let output = world.invoke(names::PRODUCER, r#"{"a": 1}"#).await;
    assert_eq!(
        (output.status_code(), output.function_error()),
        (200, Some("Unhandled"))
    );
    let payload: Value = serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap();
    assert_eq!(payload["errorType"], "InjectedError");
    world.apply(&Settings::default()).await;
    let output = world.invoke(names::PRODUCER, "[1]").await;
    assert_eq!(output.function_error(), Some("Unhandled"));
    let output = world.invoke(names::CONSUMER, "{}").await;
    assert_eq!(output.function_error(), Some("Unhandled"));
    assert!(world.accounts().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partial_send_sends_the_others() {
    let world = World::with_faults("partial-send=1").await;
    let answer = world.send(r#"{"a": 1, "b": 2, "c": 3}"#).await;
    assert_eq!((answer.status, &answer.body["Sent"]), (502, &json!(2)));
    world.fate(&answer.id("a"), "deleted").await;
    world.fate(&answer.id("b"), "deleted").await;
    assert_eq!(world.accounts().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ran_without_an_answer_has_run() {
    let world = World::with_faults("no-answer=1").await;
    let invoke = world.lambda.invoke().function_name(names::PRODUCER);
    let answer = invoke.payload(Blob::new(r#"{"a": 1}"#)).send().await;
    assert!(answer.is_err() && answer.unwrap_err().raw_response().is_none());
    eventually("it ran", || async {
        world
            .accounts()
            .await
            .pop()
            .filter(|life| life["fate"] == "deleted")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_stops_nothing() {
    let world = World::with_faults("late-answer=1").await;
    let mut stream = TcpStream::connect(world.address).await.unwrap();
    let path = format!("/2015-03-31/functions/{}/invocations", names::PRODUCER);
    let event = r#"{"a": {"edactl": "gone"}}"#;
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{event}",
        event.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    drop(stream);
    eventually("it arrives", || async {
        let life = world.accounts().await.pop()?;
        (life["marker"] == "gone" && life["fate"] == "deleted").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_trigger_leaves_messages_visible() {
    let world = World::new(Settings::default()).await;
    let list = world
        .lambda
        .list_event_source_mappings()
        .function_name(names::CONSUMER);
    let mapping = list
        .send()
        .await
        .unwrap()
        .event_source_mappings
        .unwrap()
        .remove(0);
    let uuid = mapping.uuid().unwrap();
    let enable = |enabled: bool| {
        world
            .lambda
            .update_event_source_mapping()
            .uuid(uuid)
            .enabled(enabled)
            .send()
    };
    assert_eq!(enable(false).await.unwrap().state(), Some("Disabling"));
    let state = world
        .lambda
        .get_event_source_mapping()
        .uuid(uuid)
        .send()
        .await
        .unwrap();
    assert_eq!(state.state(), Some("Disabled"));
    let answer = world.send(r#"{"a": 1, "b": 2}"#).await;
    assert_eq!(world.counters(names::QUEUE).await, [2, 0, 0]);
    enable(true).await.unwrap();
    let life = world.fate(&answer.id("a"), "deleted").await;
    assert_eq!(outcomes(&life), ["taken"]);
    let none = world
        .lambda
        .list_event_source_mappings()
        .event_source_arn("arn:aws:sqs:us-east-1:000000000000:other");
    assert!(
        none.send()
            .await
            .unwrap()
            .event_source_mappings()
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn invocations_are_of_three_types_and_have_limits() {
    let world = World::new(Settings::default()).await;
    let invoke = |kind: InvocationType, payload: String| {
        let invoke = world.lambda.invoke().function_name(names::PRODUCER);
        invoke
            .invocation_type(kind)
            .payload(Blob::new(payload))
            .send()
    };
    let too_large = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes));
    for (kind, bytes) in [
        (InvocationType::RequestResponse, 6 * 1024 * 1024),
        (InvocationType::Event, 1024 * 1024),
    ] {
        let error = invoke(kind, too_large(bytes)).await.unwrap_err();
        assert_eq!(error.raw_response().unwrap().status().as_u16(), 413);
        assert_eq!(error.code(), Some("RequestEntityTooLargeException"));
    }
    let error = invoke(InvocationType::RequestResponse, "{".into())
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidRequestContentException"));
    let dry = invoke(InvocationType::DryRun, r#"{"a":1}"#.into())
        .await
        .unwrap();
    assert_eq!(dry.status_code(), 204);
    assert!(world.accounts().await.is_empty());
    // What fails asynchronously runs three times, under one request id.
    let event = invoke(InvocationType::Event, "[1]".into()).await.unwrap();
    assert_eq!(event.status_code(), 202);
    let id = aws_sdk_lambda::operation::RequestId::request_id(&event)
        .unwrap()
        .to_owned();
    eventually("three attempts", || async {
        let lines = world.lines(names::PRODUCER).await;
        let starts = lines
            .iter()
            .filter(|line| line.starts_with(&format!("START RequestId: {id}")));
        (starts.count() == 3).then_some(())
    })
    .await;
    let unknown = world
        .lambda
        .invoke()
        .function_name("other")
        .send()
        .await
        .unwrap_err();
    assert!(
        unknown
            .into_service_error()
            .is_resource_not_found_exception()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_and_queues_are_described() {
    let world = World::new(Settings::default()).await;
    for name in [
        names::PRODUCER.to_owned(),
        format!(
            "arn:aws:lambda:us-east-1:000000000000:function:{}",
            names::PRODUCER
        ),
        format!("000000000000:function:{}:$LATEST", names::PRODUCER),
    ] {
        let facts = world
            .lambda
            .get_function_configuration()
            .function_name(name)
            .send()
            .await
            .unwrap();
        assert_eq!(facts.function_name(), Some(names::PRODUCER));
        assert_eq!(facts.state(), Some(&State::Active));
        let variables = facts.environment().unwrap().variables().unwrap();
        assert_eq!(variables["QUEUE_URL"], world.url(names::QUEUE));
        assert_eq!(
            facts.logging_config().unwrap().log_group(),
            Some("/aws/lambda/edactl-local-producer")
        );
    }
    let pages = world
        .lambda
        .list_functions()
        .max_items(1)
        .into_paginator()
        .items()
        .send();
    let functions = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(functions.len(), 2);
    let url = world
        .sqs
        .get_queue_url()
        .queue_name(names::QUEUE)
        .send()
        .await
        .unwrap();
    assert_eq!(url.queue_url(), Some(world.url(names::QUEUE).as_str()));
    let facts = world
        .sqs
        .get_queue_attributes()
        .queue_url(url.queue_url().unwrap())
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .unwrap();
    let facts = facts.attributes().unwrap();
    assert_eq!(facts[&QueueAttributeName::MaximumMessageSize], "1048576");
    assert_eq!(facts[&QueueAttributeName::VisibilityTimeout], "30");
    let redrive: Value = serde_json::from_str(&facts[&QueueAttributeName::RedrivePolicy]).unwrap();
    assert_eq!(redrive["maxReceiveCount"], 5);
    let sources = world
        .sqs
        .list_dead_letter_source_queues()
        .queue_url(world.url(names::DLQ));
    assert_eq!(
        sources.send().await.unwrap().queue_urls(),
        [world.url(names::QUEUE)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_come_after_their_delay() {
    let delay = Duration::from_secs(1);
    let world = World::new(Settings {
        metric_delay: delay,
        ..Settings::default()
    })
    .await;
    let began = Instant::now();
    let answer = world.send(r#"{"a": 1, "b": "two"}"#).await;
    for key in ["a", "b"] {
        world.fate(&answer.id(key), "deleted").await;
    }
    for name in [
        "NumberOfMessagesSent",
        "NumberOfMessagesReceived",
        "NumberOfMessagesDeleted",
    ] {
        let sum = eventually(name, || async {
            world
                .queue_metric(names::QUEUE, name)
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
    let size = world.queue_metric(names::QUEUE, "SentMessageSize").await;
    assert_eq!(size, Some(6.0));
    let of = ["FunctionName", names::PRODUCER];
    assert_eq!(
        world.metric("AWS/Lambda", of, "Invocations", "Sum").await,
        Some(1.0)
    );
    assert_eq!(
        world.metric("AWS/Lambda", of, "Errors", "Sum").await,
        Some(0.0)
    );
    assert_eq!(
        world
            .metric("AWS/Lambda", of, "ConcurrentExecutions", "Maximum")
            .await,
        Some(1.0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delayed_message_waits() {
    let world = World::new(Settings {
        queue_delay: Duration::from_millis(1_500),
        ..Settings::default()
    })
    .await;
    let began = Instant::now();
    let answer = world.send(r#"{"a": 1}"#).await;
    assert_eq!(world.counters(names::QUEUE).await, [0, 0, 1]);
    world.fate(&answer.id("a"), "deleted").await;
    assert!(
        began.elapsed() >= Duration::from_secs(2),
        "whole seconds, rounded up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_fast_is_refused() {
    let world = World::new(Settings {
        throttle: Some(1),
        ..Settings::default()
    })
    .await;
    world.send(r#"{"a": 1}"#).await;
    let list = world.lambda.list_functions().send().await;
    assert_eq!(list.unwrap_err().code(), Some("TooManyRequestsException"));
    let list = || world.cloudwatch.list_metrics().send();
    list().await.unwrap();
    assert_eq!(list().await.unwrap_err().code(), Some("Throttling"));
    let list = || world.logs.describe_log_groups().send();
    list().await.unwrap();
    assert_eq!(
        list().await.unwrap_err().code(),
        Some("ThrottlingException")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_logs_are_one_object_a_line() {
    let world = World::new(Settings {
        log_format: LogFormat::Json,
        ..Settings::default()
    })
    .await;
    let answer = world.send(r#"{"a": {"edactl": "edactl-r-1"}}"#).await;
    world.fate(&answer.id("a"), "deleted").await;
    let lines = world.lines(names::CONSUMER).await;
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let kinds: Vec<_> = lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "platform.initStart",
            "platform.start",
            "platform.runtimeDone",
            "platform.report"
        ]
    );
    let line = lines.iter().find(|line| line["level"] == "INFO").unwrap();
    assert_eq!(line["marker"], "edactl-r-1");
    assert_eq!(line["messageId"], answer.id("a"));
    assert_eq!(line["requestId"], lines[1]["record"]["requestId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_use_the_queue_too() {
    let world = World::new(Settings {
        traffic: 50.0,
        faults: "drop=1".parse().unwrap(),
        ..Settings::default()
    })
    .await;
    eventually("traffic", || async {
        let lives = world.accounts().await;
        let arrived = lives
            .iter()
            .filter(|life| life["sender"] == "traffic" && life["fate"] == "deleted");
        (arrived.count() >= 5).then_some(())
    })
    .await;
    let answer = world.send(r#"{"a": 1}"#).await;
    world.fate(&answer.id("a"), "dropped").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_told_or_when_idle() {
    let ended = |world: &mut World| {
        let served = std::mem::replace(&mut world.served, tokio::spawn(async {}));
        tokio::time::timeout(Duration::from_secs(10), served)
    };
    let mut world = World::new(Settings::default()).await;
    let (status, body) = world.http("GET /_edactl/status", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["name"]), (200, &json!("edactl-local")));
    assert_eq!(body["queue_url"], world.url(names::QUEUE));
    assert_eq!(body["pid"], std::process::id());
    assert_eq!(world.http("POST /_edactl/stop", "").await.0, 200);
    ended(&mut world).await.unwrap().unwrap();
    assert!(TcpStream::connect(world.address).await.is_err());

    let mut world = World::new(Settings::default()).await;
    world
        .apply(&Settings {
            idle: Duration::from_millis(100),
            ..Settings::default()
        })
        .await;
    ended(&mut world).await.unwrap().unwrap();
    let bad = World::new(Settings::default()).await;
    assert_eq!(bad.http("PUT /_edactl/settings", "{}").await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_gets_nothing_and_a_form_tells_its_service() {
    let world = World::new(Settings::default()).await;
    let (status, _) = world
        .http("GET /_edactl/status HTTP/1.1\r\nOrigin: http://x\r\nX:", "")
        .await;
    assert_eq!(status, 403);
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let (status, body) = world.http("POST /", form).await;
    assert_eq!(status, 200);
    assert!(body.contains("<Account>000000000000</Account>"), "{body}");
    assert_eq!(world.http("POST /", "x").await.0, 403);
}
