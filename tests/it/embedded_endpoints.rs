//! The embedded pipeline as AWS's own clients see it.

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
use tokio::net::TcpStream;

use crate::support::embedded_aws::{EmbeddedAws, eventually, results};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_travels_and_is_logged() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    let event = r#"{"first": {"x": 1.0,  "edactl": "edactl-r-1"}, "second": "é"}"#;
    let output = aws.invoke(names::PRODUCER, event).await;
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

    let life = aws.outcome(&id("first"), "deleted").await;
    assert_eq!(life["marker"], "edactl-r-1");
    assert_eq!(results(&life), ["taken"]);
    aws.outcome(&id("second"), "deleted").await;
    let logged = &aws.consumed(&id("first")).await[0];
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
    let second = &aws.consumed(&id("second")).await[0];
    assert!(second.ends_with(": \"é\"\n"), "{second}");
    assert!(aws.lines(names::CONSUMER).await[0].starts_with("INIT_START "));
    assert_eq!(aws.counters(names::QUEUE).await, [0, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_may_have_a_mebibyte() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    let entry = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
    let most = 1024 * 1024;
    let event = format!(
        r#"{{"fits": {}, "not": {}, "small": 1}}"#,
        entry(most),
        entry(most + 1)
    );
    let answer = aws.send(&event).await;
    assert_eq!((answer.status, &answer.body["Sent"]), (502, &json!(2)));
    let life = aws.outcome(&answer.id("fits"), "deleted").await;
    assert_eq!(life["bytes"], most);
    aws.outcome(&answer.id("small"), "deleted").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_trigger_leaves_messages_visible() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    let list = aws
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
        aws.lambda
            .update_event_source_mapping()
            .uuid(uuid)
            .enabled(enabled)
            .send()
    };
    assert_eq!(enable(false).await.unwrap().state(), Some("Disabling"));
    let state = aws
        .lambda
        .get_event_source_mapping()
        .uuid(uuid)
        .send()
        .await
        .unwrap();
    assert_eq!(state.state(), Some("Disabled"));
    let answer = aws.send(r#"{"a": 1, "b": 2}"#).await;
    assert_eq!(aws.counters(names::QUEUE).await, [2, 0, 0]);
    enable(true).await.unwrap();
    let life = aws.outcome(&answer.id("a"), "deleted").await;
    assert_eq!(results(&life), ["taken"]);
    let none = aws
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
    let aws = EmbeddedAws::new(Settings::default()).await;
    let invoke = |kind: InvocationType, payload: String| {
        let invoke = aws.lambda.invoke().function_name(names::PRODUCER);
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
    assert!(aws.accounts().await.is_empty());
    // What fails asynchronously runs three times, under one request id.
    let event = invoke(InvocationType::Event, "[1]".into()).await.unwrap();
    assert_eq!(event.status_code(), 202);
    let id = aws_sdk_lambda::operation::RequestId::request_id(&event)
        .unwrap()
        .to_owned();
    eventually("three attempts", || async {
        let lines = aws.lines(names::PRODUCER).await;
        let starts = lines
            .iter()
            .filter(|line| line.starts_with(&format!("START RequestId: {id}")));
        (starts.count() == 3).then_some(())
    })
    .await;
    let unknown = aws
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
    let aws = EmbeddedAws::new(Settings::default()).await;
    for name in [
        names::PRODUCER.to_owned(),
        format!(
            "arn:aws:lambda:us-east-1:000000000000:function:{}",
            names::PRODUCER
        ),
        format!("000000000000:function:{}:$LATEST", names::PRODUCER),
    ] {
        let facts = aws
            .lambda
            .get_function_configuration()
            .function_name(name)
            .send()
            .await
            .unwrap();
        assert_eq!(facts.function_name(), Some(names::PRODUCER));
        assert_eq!(facts.state(), Some(&State::Active));
        let variables = facts.environment().unwrap().variables().unwrap();
        assert_eq!(variables["QUEUE_URL"], aws.url(names::QUEUE));
        assert_eq!(
            facts.logging_config().unwrap().log_group(),
            Some("/aws/lambda/edactl-local-producer")
        );
    }
    let pages = aws
        .lambda
        .list_functions()
        .max_items(1)
        .into_paginator()
        .items()
        .send();
    let functions = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(functions.len(), 2);
    let url = aws
        .sqs
        .get_queue_url()
        .queue_name(names::QUEUE)
        .send()
        .await
        .unwrap();
    assert_eq!(url.queue_url(), Some(aws.url(names::QUEUE).as_str()));
    let facts = aws
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
    let sources = aws
        .sqs
        .list_dead_letter_source_queues()
        .queue_url(aws.url(names::DLQ));
    assert_eq!(
        sources.send().await.unwrap().queue_urls(),
        [aws.url(names::QUEUE)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_logs_are_one_object_a_line() {
    let aws = EmbeddedAws::new(Settings {
        log_format: LogFormat::Json,
        ..Settings::default()
    })
    .await;
    let answer = aws.send(r#"{"a": {"edactl": "edactl-r-1"}}"#).await;
    aws.outcome(&answer.id("a"), "deleted").await;
    let lines = aws.lines(names::CONSUMER).await;
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
        ["platform.initStart", "platform.start", "platform.report"]
    );
    let line = lines.iter().find(|line| line["level"] == "INFO").unwrap();
    assert_eq!(line["marker"], "edactl-r-1");
    assert_eq!(line["messageId"], answer.id("a"));
    assert_eq!(line["requestId"], lines[1]["record"]["requestId"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_told_or_when_idle() {
    let ended = |aws: &mut EmbeddedAws| {
        let served = std::mem::replace(&mut aws.served, tokio::spawn(async {}));
        tokio::time::timeout(Duration::from_secs(10), served)
    };
    let mut aws = EmbeddedAws::new(Settings::default()).await;
    let (status, body) = aws.http("GET /_edactl/status", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["name"]), (200, &json!("edactl-local")));
    assert_eq!(body["queue_url"], aws.url(names::QUEUE));
    assert_eq!(body["pid"], std::process::id());
    assert_eq!(aws.http("POST /_edactl/stop", "").await.0, 200);
    ended(&mut aws).await.unwrap().unwrap();
    assert!(TcpStream::connect(aws.address).await.is_err());

    let mut aws = EmbeddedAws::new(Settings::default()).await;
    aws.apply(&Settings {
        idle: Duration::from_millis(100),
        ..Settings::default()
    })
    .await;
    ended(&mut aws).await.unwrap().unwrap();
    let bad = EmbeddedAws::new(Settings::default()).await;
    assert_eq!(
        bad.http("PUT /_edactl/settings", r#"{"weather":"rain"}"#)
            .await
            .0,
        400
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_of_the_machine_get_nothing_of_its_own_endpoints() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    for head in [
        "GET /_edactl/status",
        "GET /_edactl/account",
        "PUT /_edactl/settings",
        "POST /_edactl/stop",
        "GET /_edactl/anything",
    ] {
        for token in ["", "other"] {
            let (status, body) = aws.http_with(head, token, "{}").await;
            assert_eq!(status, 403, "{head} {token}: {body}");
            assert!(!body.contains("test"), "{body}");
        }
    }
    let (status, body) = aws.http("GET /_edactl/status", "").await;
    assert_eq!(status, 200);
    assert!(!body.contains(r#""test""#), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_gets_nothing_and_a_form_tells_its_service() {
    let aws = EmbeddedAws::new(Settings::default()).await;
    let (status, _) = aws
        .http("GET /_edactl/status HTTP/1.1\r\nOrigin: http://x\r\nX:", "")
        .await;
    assert_eq!(status, 403);
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let (status, body) = aws.http("POST /", form).await;
    assert_eq!(status, 200);
    assert!(body.contains("<Account>000000000000</Account>"), "{body}");
    assert_eq!(aws.http("POST /", "x").await.0, 403);
}
