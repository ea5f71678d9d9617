//! `dlq` on an AWS that nobody here wrote: queues without a pipeline, attributes, FIFO groups, and
//! no message move tasks.

use serde_json::{Value, json};

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Ministack},
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
