//! `dlq` on an AWS that nobody here wrote: queues without a pipeline, attributes, FIFO groups, and
//! no message move tasks.

use serde_json::{Value, json};

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Language, Ministack, Spec, node},
    schema::hold_against_schema,
};

struct Here {
    ministack: Ministack,
    sandbox: CliSandbox,
}

impl Here {
    fn queue(&self, name: &str, attributes: &Value) -> String {
        let made = self.ministack.call(
            "sqs",
            "create_queue",
            &json!({"QueueName": name, "Attributes": attributes}),
        );
        made["QueueUrl"].as_str().expect("a URL").to_owned()
    }

    fn edactl(&self, arguments: &[&str]) -> Ran {
        let mut command = self.ministack.edactl(&self.sandbox);
        command.args(arguments);
        command.output().expect("edactl runs").into()
    }

    fn received(&self, url: &str) -> Vec<Value> {
        let all = self.ministack.call(
            "sqs",
            "receive_message",
            &json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["All"],
                "MessageAttributeNames": ["All"]}),
        );
        all["Messages"].as_array().cloned().unwrap_or_default()
    }
}

#[test]
fn letters_keep_what_they_travel_with_and_a_missing_move_task_is_said() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let here = Here {
        ministack,
        sandbox: CliSandbox::new(),
    };
    let (dlq, main) = (
        here.queue("orders-dlq", &json!({})),
        here.queue("orders", &json!({})),
    );
    let attributes = json!({
        "kind": {"DataType": "String", "StringValue": "order"},
        "n": {"DataType": "Number", "StringValue": "17"},
    });
    here.ministack.call(
        "sqs",
        "send_message",
        &json!({"QueueUrl": dlq, "MessageBody": "{\"id\": 1}", "MessageAttributes": attributes}),
    );
    let all = [
        "--dlq",
        "orders-dlq",
        "dlq",
        "redrive",
        "--all",
        "--to",
        "orders",
    ];
    let refused = here.edactl(&all).expect(2);
    assert!(
        refused.stderr.contains("has no message move tasks")
            && refused.stderr.contains("dlq redrive --all --one-by-one"),
        "{}",
        refused.stderr
    );
    assert!(here.received(&main).is_empty());
    let one_by_one = [&all[..], &["--one-by-one"]].concat();
    let ran = here.edactl(&one_by_one).expect(0);
    assert!(ran.stdout.contains("1 letter sent again"), "{}", ran.stdout);
    let arrived = here.received(&main);
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0]["Body"], "{\"id\": 1}");
    for (name, value) in attributes.as_object().expect("attributes") {
        let its = &arrived[0]["MessageAttributes"][name];
        assert_eq!(its["DataType"], value["DataType"]);
        assert_eq!(its["StringValue"], value["StringValue"]);
    }
    assert!(
        here.received(&dlq).is_empty(),
        "it has left the dead-letter queue"
    );
}

#[test]
fn a_fifo_queue_keeps_groups_and_their_order() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let here = Here {
        ministack,
        sandbox: CliSandbox::new(),
    };
    let fifo = json!({"FifoQueue": "true"});
    let (dlq, main) = (
        here.queue("orders-dlq.fifo", &fifo),
        here.queue("orders.fifo", &fifo),
    );
    for n in 0..5 {
        here.ministack.call(
            "sqs",
            "send_message",
            &json!({"QueueUrl": dlq, "MessageBody": format!("{{\"n\": {n}}}"),
                "MessageGroupId": "g", "MessageDeduplicationId": format!("d{n}")}),
        );
    }
    let ran = here.edactl(&[
        "--dlq",
        "orders-dlq.fifo",
        "dlq",
        "redrive",
        "--all",
        "--one-by-one",
        "--to",
        "orders.fifo",
    ]);
    let ran = ran.expect(0);
    assert!(
        ran.stdout.contains("5 letters sent again"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("of a FIFO queue only the first"),
        "{}",
        ran.stderr
    );
    let arrived = here.received(&main);
    let bodies: Vec<_> = arrived.iter().map(|message| &message["Body"]).collect();
    let expected: Vec<_> = (0..5).map(|n| json!(format!("{{\"n\": {n}}}"))).collect();
    assert_eq!(bodies, expected.iter().collect::<Vec<_>>());
    assert!(
        arrived
            .iter()
            .all(|message| message["Attributes"]["MessageGroupId"] == "g")
    );
}

/// From a poisonous message to its proof, and another's letter stays. The Python consumer logs bodies
/// and no message ids, the one for Node logs both.
fn mended_and_proven(language: Language) {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let deployed = ministack.deploy(&Spec {
        language,
        max_receives: Some(2),
        visibility: 8,
        timeout: 7,
        batch: 1,
        ..Spec::new("mended")
    });
    let here = Here {
        ministack,
        sandbox: CliSandbox::new(),
    };
    let event = r#"{"good": {"n": 1}, "bad": {"n": 2, "fail": true},
        "worse": {"n": 3, "fail": "otherwise"}}"#;
    here.sandbox.file("event.json", event);
    let with = |arguments: &[&str]| {
        here.edactl(&[&["--producer", deployed.producer.as_str()], arguments].concat())
    };
    let verify = [
        "verify",
        "event.json",
        "--messages",
        "entries",
        "-o",
        "json",
    ];
    let report = with(&verify).expect(1).json();
    assert_eq!(report["counts"]["dead_lettered"], 2, "{report:#}");
    let list = || {
        let document = with(&["dlq", "list", "-o", "json"]).expect(0).json();
        hold_against_schema(&document);
        document
    };
    let before = list();
    let mut reasons: Vec<_> = before["reasons"]
        .as_array()
        .expect("reasons")
        .iter()
        .map(|entry| (entry["payloads"].clone(), entry["reason"].to_string()))
        .collect();
    reasons.sort_by_key(|(payloads, _)| payloads.to_string());
    assert_eq!(reasons.len(), 2, "{before:#}");
    assert_eq!(reasons[0].0, json!(["bad"]));
    assert!(reasons[0].1.contains("this message cannot be handled"));
    assert_eq!(reasons[1].0, json!(["worse"]));

    let variables = json!({"Variables": {"MENDED": "1"}});
    here.ministack.call(
        "lambda",
        "update_function_configuration",
        &json!({"FunctionName": deployed.consumer, "Environment": variables}),
    );
    let ran = with(&[
        "dlq",
        "redrive",
        "--reason",
        "cannot be handled",
        "--verify",
    ]);
    let ran = ran.expect(0);
    assert!(ran.stdout.contains("1 letter sent again"), "{}", ran.stdout);
    assert!(ran.stdout.contains("proven: 1 of 1"), "{}", ran.stdout);
    let after = list();
    let left = after["letters"].as_array().expect("letters");
    assert_eq!(left.len(), 1, "{after:#}");
    let untouched = before["letters"].as_array().expect("letters");
    let untouched = untouched.iter().find(|letter| letter["payload"] == "worse");
    assert_eq!(left[0]["message_id"], untouched.expect("it")["message_id"]);
}

#[test]
fn a_letter_of_a_consumer_that_logs_bodies_is_mended_and_proven() {
    mended_and_proven(Language::Python);
}

#[test]
fn a_letter_of_a_consumer_that_logs_message_ids_is_mended_and_proven() {
    if node() {
        mended_and_proven(Language::Node);
    }
}
