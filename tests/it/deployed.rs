//! The reference functions as Lambda binaries, deployed by `deploy/cloudformation.yaml` on an AWS
//! that others wrote (ministack).

use std::{path::Path, process::Command};

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Ministack},
    python, sample,
};
use regex::Regex;
use serde_json::{Value, json};

const STACK: &str = "edactl-dev";
const PRODUCER: &str = "edactl-dev-producer";
const CONSUMER: &str = "edactl-dev-consumer";

fn stack(ministack: &Ministack, arguments: &[&str]) -> Value {
    ministack.script("stack.py", arguments).expect(0).json()
}

/// The path of a Lambda binary, which is built beside `edactl`.
#[track_caller]
fn binary(name: &str) -> String {
    let path = Path::new(env!("CARGO_BIN_EXE_edactl")).with_file_name(name);
    assert!(
        path.is_file(),
        "{} is not built; `cargo test --workspace` builds it",
        path.display()
    );
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn create(ministack: &Ministack) -> Value {
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/cloudformation.yaml");
    let (producer, consumer) = (binary("edactl-producer"), binary("edactl-consumer"));
    stack(
        ministack,
        &["create", STACK, template, &producer, &consumer],
    )
}

/// Runs `edactl verify EVENT` on the stack, which it knows by its producer alone.
fn verify(ministack: &Ministack, sandbox: &CliSandbox, event: &str) -> Ran {
    ministack
        .edactl(sandbox)
        .args([
            "--producer",
            PRODUCER,
            "verify",
            "-o",
            "json",
            "--messages",
            "entries",
        ])
        // ministack publishes no metrics of queues: there is nothing to wait for.
        .args(["--timeout", "100s"])
        .arg(sample(event))
        .output()
        .expect("edactl runs")
        .into()
}

/// What `edactl doctor` finds on the stack.
fn doctor(ministack: &Ministack, sandbox: &CliSandbox, more: &[&str]) -> Value {
    let ran: Ran = ministack
        .edactl(sandbox)
        .args(["--producer", PRODUCER, "doctor", "-o", "json"])
        .args(["--fail-on", "warning"])
        .args(more)
        .output()
        .expect("edactl runs")
        .into();
    ran.expect(0).json()
}

#[test]
fn the_stack_is_proven_and_leaves_nothing_behind() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let before = stack(&ministack, &["inventory"]);
    let outputs = create(&ministack);
    assert_eq!(outputs["ProducerFunctionName"], PRODUCER);
    assert_eq!(outputs["ConsumerFunctionName"], CONSUMER);
    for (output, queue) in [
        ("QueueUrl", "edactl-dev-queue"),
        ("DlqUrl", "edactl-dev-dlq"),
    ] {
        let url = outputs[output].as_str().expect("a URL");
        assert!(url.ends_with(&format!("/{queue}")), "{url}");
    }
    let report = verify(&ministack, &sandbox, "batch.json").expect(0).json();
    assert_eq!(report["verdict"], "proven", "{report}");
    let report = doctor(&ministack, &sandbox, &[]);
    assert_eq!(report["findings"], json!([]), "{report:#}");
    // What it notes is meant so: the trigger's limit, and no traces.
    let report = doctor(&ministack, &sandbox, &["--notes"]);
    let findings = report["findings"].as_array().expect("findings");
    let notes: Vec<_> = findings.iter().map(|finding| &finding["id"]).collect();
    let (limit, traces) = ("trigger-concurrency", "function-no-tracing");
    assert_eq!(notes, [limit, traces, traces], "{report:#}");
    assert_eq!(report["unknown"], json!([]), "{report:#}");
    assert_ne!(stack(&ministack, &["inventory"]), before);
    stack(&ministack, &["delete", STACK]);
    assert_eq!(stack(&ministack, &["inventory"]), before);
}

#[test]
fn the_roles_allow_what_is_needed_and_nothing_else() {
    let Some(ministack) = Ministack::start(Auth::On) else {
        return;
    };
    let sandbox = CliSandbox::new();
    create(&ministack);
    verify(&ministack, &sandbox, "basic.json").expect(0);
    // As it is, elsewhere twice, and without each of its actions.
    let tried = ministack.script("roles.py", &[STACK]).expect(0).json();
    assert_eq!(
        tried,
        json!({ "ProducerRole": 3 + 3, "ConsumerRole": 3 + 5 })
    );
}

/// The embedded pipeline or ministack, for the same boto3 calls.
struct Endpoint<'a> {
    environment: &'a [(&'a str, String)],
    producer: &'a str,
    consumer: &'a str,
}

impl Endpoint<'_> {
    /// Runs `function.py`.
    fn ask(&self, arguments: &[&str]) -> Option<Value> {
        let python = python::MINISTACK.python()?;
        let ran: Ran = Command::new(python)
            .arg(python::script("function.py"))
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("python runs")
            .into();
        Some(ran.expect(0).json())
    }

    /// What the function answers, without what is of this endpoint.
    fn answer(&self, function: &str, event: &Value) -> Option<Value> {
        let answer = self.ask(&["invoke", function, &event.to_string()])?;
        let answer = self.without_ids(&answer.to_string());
        Some(serde_json::from_str(&answer).expect("JSON"))
    }

    /// What the consumer logged, without the platform's lines and without what is of this endpoint.
    fn log(&self) -> Option<Vec<String>> {
        let lines = self.ask(&["lines", self.consumer])?;
        let lines = lines.as_array().expect("lines").iter();
        let mut lines: Vec<_> = lines
            .map(|line| line.as_str().expect("text"))
            .filter(|line| line.starts_with('{') && line.contains("\"level\":"))
            .map(|line| self.without_ids(&without_spelling(line)))
            .collect();
        lines.sort();
        Some(lines)
    }

    fn without_ids(&self, text: &str) -> String {
        let uuid = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").expect("a pattern");
        let run = Regex::new("edactl-[0-9a-z]{12}-").expect("a pattern");
        let time = Regex::new(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}\.[0-9]{3}Z").expect("a pattern");
        let text = uuid.replace_all(text, "UUID");
        let text = run.replace_all(&text, "edactl-RUN-");
        let text = time.replace_all(&text, "TIME");
        let queue = self.producer.replace("producer", "queue");
        text.replace(&queue, "QUEUE")
    }
}

#[test]
fn embedded_and_deployed_the_same_happens() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::with_pipeline("--log-format json");
    create(&ministack);
    let endpoint = sandbox.endpoint();
    let mut embedded = ministack.environment();
    for (name, value) in &mut embedded {
        match *name {
            "AWS_ENDPOINT_URL" => value.clone_from(&endpoint),
            "AWS_REGION" | "AWS_DEFAULT_REGION" => "us-east-1".clone_into(value),
            _ => {}
        }
    }
    let embedded = Endpoint {
        environment: &embedded,
        producer: "edactl-local-producer",
        consumer: "edactl-local-consumer",
    };
    let deployed = Endpoint {
        environment: &ministack.environment(),
        producer: PRODUCER,
        consumer: CONSUMER,
    };

    for event in ["batch.json", "mixed.json"] {
        let arguments = format!("-p local verify -o json {}", sample(event));
        let here = sandbox.run(&arguments).expect(0).json();
        let there = verify(&ministack, &sandbox, event).expect(0).json();
        assert_eq!(here["verdict"], there["verdict"]);
        assert_eq!(states(&here), states(&there));
    }

    let messages = json!({ "Records": [
        { "messageId": "m-1", "body": "{\"edactl\": \"a-marker\", \"fail\": true}" },
        { "messageId": "m-2", "body": "not JSON" },
    ] });
    same_answer(&embedded, &deployed, "consumer", &messages);
    // A line for each message, and one for the refusal.
    assert_eq!(same_log(&embedded, &deployed), 100 + 9 + 2 + 1);
    for nonsense in [json!([1]), json!({}), json!("x")] {
        same_answer(&embedded, &deployed, "producer", &nonsense);
        same_answer(&embedded, &deployed, "consumer", &nonsense);
    }
}

/// Fails unless both answer the same.
#[track_caller]
fn same_answer(one: &Endpoint, other: &Endpoint, part: &str, event: &Value) {
    let answer = |endpoint: &Endpoint| {
        let function = endpoint.producer.replace("producer", part);
        endpoint.answer(&function, event)
    };
    assert_eq!(answer(one), answer(other), "{part} {event}");
}

/// Fails unless both logged the same; how many lines.
#[track_caller]
fn same_log(one: &Endpoint, other: &Endpoint) -> usize {
    let (one, other) = (one.log(), other.log());
    let (one, other) = (one.expect("a log"), other.expect("a log"));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        // A line can be long, and then its end says nothing.
        assert!(one == other, "\n{one:.500}\n{other:.500}");
    }
    one.len()
}

/// A record of the log whose body is spelled in one way: ministack hands an event on as Python
/// writes it, with other spaces and other escapes than it came.
fn without_spelling(line: &str) -> String {
    let mut record: Value = serde_json::from_str(line).expect("a record");
    let message = record["message"].as_str().expect("a message");
    if let Some((before, body)) = message.split_once(": ")
        && let Ok(body) = serde_json::from_str::<Value>(body)
    {
        record["message"] = format!("{before}: {body}").into();
    }
    record.to_string()
}

fn states(report: &Value) -> Vec<&Value> {
    let messages = report["messages"].as_array().expect("messages");
    messages.iter().map(|message| &message["state"]).collect()
}
