//! What a dead-letter queue may hold, or an endpoint may answer, that nobody asked for: a sentence, the
//! next step, and nothing lost.

use super::{ids, list, put_letter};
use crate::support::{
    CliSandbox, Ran,
    proxy::{Proxy, Reply, Seen, Treatment},
};

/// A pipeline behind a proxy that answers so to one operation.
fn behind(operation: &'static str, reply: Reply) -> (CliSandbox, Proxy) {
    let sandbox = CliSandbox::with_pipeline("");
    let proxy = Proxy::start(&sandbox.endpoint(), move |seen: &Seen| {
        if seen.operation.contains(operation) {
            Treatment::Answer(reply)
        } else {
            Treatment::Forward
        }
    });
    (sandbox, proxy)
}

fn dlq(sandbox: &CliSandbox, proxy: &Proxy, arguments: &str) -> Ran {
    let mut command = sandbox.edactl_with_account();
    command
        .env("AWS_ENDPOINT_URL", proxy.url())
        .args(["--producer", "edactl-local-producer", "dlq"])
        .args(arguments.split_whitespace());
    command.output().expect("edactl runs").into()
}

const DENIED: Reply = Reply {
    status: 403,
    headers: &[("content-type", "application/x-amz-json-1.0")],
    body: br#"{"__type": "AccessDeniedException", "message": "not authorized"}"#,
};
/// A letter of a queue that shares the dead-letter queue.
const OTHERS: Reply = Reply {
    status: 200,
    headers: &[("content-type", "application/x-amz-json-1.0")],
    body: br#"{"Messages": [{"MessageId": "5eda0c71-0000-4000-8000-000000000001",
        "ReceiptHandle": "h", "Body": "{}", "Attributes": {"DeadLetterQueueSourceArn":
        "arn:aws:sqs:us-east-1:000000000000:invoices", "SentTimestamp": "1795521600000",
        "ApproximateReceiveCount": "4"}}]}"#,
};

#[test]
fn access_that_is_denied_is_named_and_nothing_is_lost() {
    for (operation, arguments, says) in [
        (
            "ReceiveMessage",
            "list",
            "sqs:ReceiveMessage on edactl-local-dlq",
        ),
        (
            "ReceiveMessage",
            "redrive --all --one-by-one",
            "sqs:ReceiveMessage",
        ),
        (
            "SendMessageBatch",
            "redrive --all --one-by-one",
            "not authorized",
        ),
        (
            "StartMessageMoveTask",
            "redrive --all",
            "sqs:StartMessageMoveTask",
        ),
        ("DeleteMessageBatch", "delete --all --yes", "not authorized"),
    ] {
        let (sandbox, proxy) = behind(operation, DENIED);
        let id = put_letter(&sandbox, r#"{"n": 1}"#);
        let ran = dlq(&sandbox, &proxy, arguments).expect(3);
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains(says), "{arguments}: {said}");
        let held = crate::support::eventually("it is visible again", || {
            let held = list(&sandbox, "");
            (held["held"]["visible"] == 1).then_some(held)
        });
        assert!(ids(&held).contains(&id), "{arguments}");
    }
}

#[test]
fn letters_of_other_queues_are_left_alone_and_that_is_said() {
    let (sandbox, proxy) = behind("ReceiveMessage", OTHERS);
    let ran = dlq(&sandbox, &proxy, "redrive --all --one-by-one").expect(0);
    assert!(
        ran.stdout.contains("1 of other queues left alone"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("--any-source"), "{}", ran.stderr);
    let seen = proxy.seen();
    let changes = |seen: &Seen| {
        ["SendMessage", "DeleteMessage"]
            .iter()
            .any(|it| seen.operation.contains(it))
    };
    assert!(!seen.iter().any(changes));
}

#[test]
fn a_queue_that_is_deeper_than_was_looked_at_says_so() {
    let sandbox = CliSandbox::with_pipeline("");
    for n in 0..25 {
        put_letter(&sandbox, &format!("{{\"n\": {n}}}"));
    }
    let ran = sandbox.run("-p local dlq list --limit 10").expect(0);
    assert!(
        ran.stdout
            .contains("10 letters looked at; the queue says that it holds 25"),
        "{}",
        ran.stdout
    );
    let ran = sandbox.run("-p local dlq export - --limit 10").expect(0);
    assert!(
        ran.stderr
            .contains("only 10 of about 25 were looked at (--limit)"),
        "{}",
        ran.stderr
    );
}
