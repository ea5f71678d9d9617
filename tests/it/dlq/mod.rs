//! `dlq` on the embedded pipeline: why letters are dead, redriving and deleting them, and what a
//! killed redrive leaves ([`killed`]).

mod bad_input;
mod killed;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{CliSandbox, Ran, eventually, http, schema::hold_against_schema};

const POISON: &str = r#"{"bad": {"fail": true}}"#;
const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;

fn list(sandbox: &CliSandbox, options: &str) -> Value {
    let document = sandbox
        .run(&format!("-p local dlq list -o json {options}"))
        .expect(0)
        .json();
    hold_against_schema(&document);
    document
}

fn letters(document: &Value) -> &Vec<Value> {
    document["letters"].as_array().expect("letters")
}

fn ids(document: &Value) -> BTreeSet<String> {
    let ids = letters(document).iter().map(|letter| &letter["message_id"]);
    ids.map(|id| id.as_str().expect("an id").to_owned())
        .collect()
}

/// Every message by the embedded pipeline's own account.
fn lives(sandbox: &CliSandbox) -> Vec<Value> {
    let account = sandbox.account();
    let lines = account.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Calls the embedded SQS as any client may.
fn sqs(sandbox: &CliSandbox, operation: &str, input: &Value) -> Value {
    let endpoint = sandbox.endpoint();
    let target = format!("AmazonSQS.{operation}");
    let headers = [
        ("X-Amz-Target", target.as_str()),
        ("Content-Type", "application/x-amz-json-1.0"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=k/20261126/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=s",
        ),
    ];
    let (status, body) =
        http::request(&endpoint, "POST /", &headers, &input.to_string()).expect("an answer");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).expect("JSON")
}

fn put_letter(sandbox: &CliSandbox, body: &str) -> String {
    let url = format!("{}/000000000000/edactl-local-dlq", sandbox.endpoint());
    let sent = sqs(
        sandbox,
        "SendMessage",
        &json!({"QueueUrl": url, "MessageBody": body}),
    );
    sent["MessageId"].as_str().expect("an id").to_owned()
}

/// A pipeline with one letter that asks to fail, and two that failed on demand; the consumer is
/// mended since. Both runs.
fn two_reasons() -> (CliSandbox, String, String) {
    let sandbox = CliSandbox::with_pipeline("");
    sandbox.file("poison.json", POISON);
    sandbox.file("two.json", TWO);
    let run = |ran: Ran| {
        let document = ran.expect(1).json();
        document["run"].as_str().expect("a run").to_owned()
    };
    let poison = run(sandbox.run("-p local verify poison.json -o json"));
    sandbox
        .run("local start --fault consumer-error=1")
        .expect(0);
    let two = run(sandbox.run("-p local verify two.json -o json"));
    sandbox.run("local start").expect(0);
    (sandbox, poison, two)
}

#[test]
fn letters_of_one_reason_are_redriven_and_the_others_stay() {
    let (sandbox, poison, two) = two_reasons();
    let document = list(&sandbox, "");
    assert_eq!(document["held"]["visible"], 3);
    assert_eq!(document["looked_at"], 3);
    let reasons = document["reasons"].as_array().expect("reasons");
    let told: Vec<_> = reasons
        .iter()
        .map(|entry| (&entry["reason"], &entry["letters"], &entry["runs"][0]))
        .collect();
    assert_eq!(
        told,
        [
            (
                &json!("RuntimeError: message … fails on demand"),
                &json!(2),
                &json!(two)
            ),
            (
                &json!("Refused message …: the message asks to fail"),
                &json!(1),
                &json!(poison)
            ),
        ]
    );
    assert_eq!(reasons[0]["payloads"], json!(["a", "b"]));
    assert!(reasons[0]["request_id"].is_string(), "{document:#}");
    let table = sandbox.run("-p local dlq list").expect(0);
    assert!(
        table
            .stdout
            .contains("3 letters looked at; the queue says that it holds 3"),
        "{}",
        table.stdout
    );

    let dry = sandbox
        .run("-p local dlq redrive --reason runtimeerror --dry-run")
        .expect(0);
    assert!(
        dry.stdout
            .ends_with("2 letters of 3 looked at would be sent again; nothing was\n"),
        "{}",
        dry.stdout
    );
    assert_eq!(ids(&list(&sandbox, "")), ids(&document), "a dry run is dry");

    let ran = sandbox.run("-p local dlq redrive --reason runtimeerror --verify");
    let shown = ran.expect(0).stdout;
    assert!(
        shown.contains("2 letters sent again, 1 not chosen"),
        "{shown}"
    );
    assert!(shown.contains("proven: 2 of 2 messages taken"), "{shown}");
    let left = list(&sandbox, "");
    assert_eq!(left["held"]["visible"], 1);
    assert_eq!(letters(&left)[0]["run"], json!(poison));
    assert_eq!(left["possible_copies"], Value::Null);
    let consumed: BTreeSet<_> = lives(&sandbox)
        .into_iter()
        .filter(|life| life["outcome"] == "deleted")
        .filter_map(|life| Some(life["marker"].as_str()?.to_owned()))
        .collect();
    let expected = [1, 2].map(|seq| format!("edactl-{two}-{seq}"));
    assert_eq!(consumed, BTreeSet::from(expected));

    // Each letter's new message id is recorded.
    let shown = sandbox
        .run(&format!("runs show {two} -o json"))
        .expect(0)
        .json();
    hold_against_schema(&shown);
    let redriven = shown["redrives"][0]["letters"].as_array().expect("letters");
    assert_eq!(redriven.len(), 2);
    let known: BTreeSet<_> = lives(&sandbox)
        .into_iter()
        .map(|life| life["messageId"].to_string())
        .collect();
    for letter in redriven {
        assert_eq!(letter["state"], "redriven");
        assert_ne!(letter["new_id"], letter["message_id"]);
        assert!(known.contains(&letter["new_id"].to_string()));
    }
}

/// The consumer's lines name bodies and no message ids: what tells a redriven letter is its marker,
/// in a line that was written after it had left the dead-letter queue.
#[test]
fn letters_are_proven_also_where_the_log_names_no_message_ids() {
    let sandbox = CliSandbox::with_pipeline("--log-style batch --fault consumer-error=1");
    sandbox.file("two.json", TWO);
    sandbox.run("-p local verify two.json").expect(1);
    // Still broken: the lines of the attempts before prove nothing.
    let ran = sandbox.run("-p local dlq redrive --reason runtimeerror --verify");
    assert!(ran.stdout.contains("2 dead-lettered"), "{ran:?}");
    ran.expect(1);
    sandbox.run("local start --log-style batch").expect(0);
    let ran = sandbox.run("-p local dlq redrive --reason runtimeerror --verify");
    let shown = ran.expect(0).stdout;
    assert!(shown.contains("proven: 2 of 2 messages taken"), "{shown}");
    // The queue loses them: what was logged before is no proof.
    sandbox
        .run("local start --log-style batch --fault consumer-error=1")
        .expect(0);
    sandbox.run("-p local verify two.json").expect(1);
    sandbox
        .run("local start --log-style batch --fault drop=1")
        .expect(0);
    let ran = sandbox.run("-p local --timeout 10s dlq redrive --reason runtimeerror --verify");
    assert!(ran.stdout.contains("2 letters sent again"), "{ran:?}");
    assert!(!ran.stdout.contains("proven: 2"), "{ran:?}");
    assert_ne!(ran.code, Some(0), "{ran:?}");
}

/// A letter that was deleted leaves empty queues, and the lines of attempts that failed.
#[test]
fn a_run_whose_letters_were_deleted_is_not_proven() {
    let sandbox = CliSandbox::with_pipeline("");
    sandbox.file("poison.json", POISON);
    let document = sandbox.run("-p local verify poison.json -o json").expect(1);
    let run = document.json()["run"].as_str().expect("a run").to_owned();
    sandbox.run("-p local dlq delete --all --yes").expect(0);
    let again = sandbox.run(&format!("verify --run {run}")).expect(1);
    assert!(again.stdout.contains("1 dead-lettered"), "{}", again.stdout);

    // Somebody else empties the queue: nothing is known of the letter any more.
    let document = sandbox.run("-p local verify poison.json -o json").expect(1);
    let run = document.json()["run"].as_str().expect("a run").to_owned();
    let url = format!("{}/000000000000/edactl-local-dlq", sandbox.endpoint());
    sqs(&sandbox, "PurgeQueue", &json!({"QueueUrl": url}));
    let again = sandbox
        .run(&format!("verify --run {run} --timeout 3s"))
        .expect(4);
    assert!(!again.stdout.contains("proven: 1"), "{}", again.stdout);
}

#[test]
fn a_redriven_letter_that_dies_again_is_known_by_its_new_id() {
    let sandbox = CliSandbox::with_pipeline("--fault consumer-error=1");
    sandbox.file("two.json", TWO);
    let ran = sandbox
        .run("-p local verify two.json --no-marker -o json")
        .expect(1);
    let run = ran.json()["run"].clone();
    let before = list(&sandbox, "");
    assert!(letters(&before).iter().all(|letter| letter["run"] == run));
    sandbox
        .run("-p local dlq redrive --all --one-by-one")
        .expect(0);
    let after = eventually("both are dead again", || {
        let document = list(&sandbox, "");
        (letters(&document).len() == 2).then_some(document)
    });
    assert!(ids(&after).is_disjoint(&ids(&before)));
    assert!(
        letters(&after).iter().all(|letter| letter["run"] == run),
        "{after:#}"
    );
}

fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

#[test]
fn all_letters_are_moved_by_a_task_that_ctrl_c_stops() {
    let (sandbox, _, _) = two_reasons();
    let dry = sandbox
        .run("-p local dlq redrive --all --dry-run")
        .expect(0);
    assert_eq!(
        dry.stdout,
        "dry run: about 3 letters would be moved to where they came from; nothing was\n"
    );
    // One a second: it is stopped long before the last.
    let child = sandbox
        .edactl()
        .args(["-p", "local", "dlq", "redrive", "--all", "--rate", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let moves = json!({"SourceArn": "arn:aws:sqs:us-east-1:000000000000:edactl-local-dlq"});
    eventually("the task runs", || {
        let tasks = sqs(&sandbox, "ListMessageMoveTasks", &moves);
        (tasks["Results"][0]["Status"] == "RUNNING").then_some(())
    });
    let second = sandbox.run("-p local dlq redrive --all").expect(2);
    assert!(
        second
            .stderr
            .contains("a redrive of edactl-local-dlq is under way already"),
        "{}",
        second.stderr
    );
    assert!(
        second
            .stderr
            .contains("edactl -p local dlq redrive --cancel"),
        "{}",
        second.stderr
    );
    kill_process(Pid::from_child(&child), Signal::INT).expect("a signal");
    let ended: Ran = child.wait_with_output().expect("it ends").into();
    let ended = ended.expect(130);
    assert!(
        ended.stdout.contains("moved by SQS; broken off"),
        "{}",
        ended.stdout
    );
    eventually("the task has stopped", || {
        let tasks = sqs(&sandbox, "ListMessageMoveTasks", &moves);
        (tasks["Results"][0]["Status"] == "CANCELLED").then_some(())
    });
    let none = sandbox.run("-p local dlq redrive --cancel").expect(2);
    assert!(
        none.stderr
            .contains("no redrive of edactl-local-dlq is under way")
    );

    let whole = sandbox
        .run("-p local dlq redrive --all -o json")
        .expect(0)
        .json();
    hold_against_schema(&whole);
    assert_eq!(whole["how"], "move-task");
    eventually("the two sound ones arrive", || {
        (sandbox.consumed() == 2).then_some(())
    });
}

#[test]
fn a_body_is_hidden_until_asked_for_and_harmless_then() {
    let sandbox = CliSandbox::with_pipeline("");
    let hostile = "{\"k\": \"\u{9b}31m \u{202e}evil\u{7f}\"}";
    let id = put_letter(&sandbox, hostile);
    put_letter(&sandbox, r#"{"customer": {"id": 17}}"#);
    let peek = |options: &str| {
        let ran = sandbox
            .run(&format!("-p local dlq peek {options}"))
            .expect(0);
        let raw = |text: &str| {
            text.chars()
                .any(|c| "\u{9b}\u{202e}\u{7f}\u{1b}".contains(c))
        };
        assert!(!raw(&ran.stdout) && !raw(&ran.stderr), "{ran:?}");
        ran
    };
    let hidden = peek("");
    assert!(hidden.stdout.contains(&id) && !hidden.stdout.contains("evil"));
    assert!(
        hidden.stderr.contains("raised the receive count"),
        "{}",
        hidden.stderr
    );
    let shown = peek("--show-body");
    assert!(
        shown.stdout.contains("\\u{9b}31m \\u{202e}evil\\u{7f}"),
        "{}",
        shown.stdout
    );
    assert!(
        peek("1").stdout.contains("1 letter looked at") || peek("1").stdout.contains("1 shown")
    );
    let chosen = peek("--where customer.id=17 --show-body");
    assert!(chosen.stdout.contains("customer") && !chosen.stdout.contains("evil"));
    let document = sandbox
        .run("-p local dlq peek --where customer.id=17 -o json --show-body")
        .expect(0)
        .json();
    hold_against_schema(&document);
    assert_eq!(letters(&document)[0]["body"], r#"{"customer": {"id": 17}}"#);
    assert_eq!(letters(&list(&sandbox, "--older 1h")).len(), 0);
    assert_eq!(letters(&list(&sandbox, "--newer 1h")).len(), 2);
    assert_eq!(letters(&list(&sandbox, "--reason unknown")).len(), 2);

    sandbox.run("-p local dlq export letters.jsonl").expect(0);
    let path = sandbox.path().join("letters.jsonl");
    let mode = fs::metadata(&path).expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = sandbox.read("letters.jsonl");
    assert!(!text.contains('\u{202e}') && !text.contains('\u{9b}'));
    let exported: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    exported.iter().for_each(hold_against_schema);
    assert!(exported.iter().any(|letter| letter["body"] == hostile));
    let again = sandbox.run("-p local dlq export letters.jsonl").expect(2);
    assert!(again.stderr.contains("letters.jsonl is there already"));
    sandbox
        .run("-p local dlq export letters.jsonl --force")
        .expect(0);
    let piped = sandbox.run("-p local dlq export -").expect(0);
    assert_eq!(piped.stdout.lines().count(), 2);
}

#[test]
fn letters_are_deleted_only_by_who_means_it() {
    let sandbox = CliSandbox::with_pipeline("");
    let id = put_letter(&sandbox, r#"{"n": 1}"#);
    put_letter(&sandbox, r#"{"n": 2}"#);
    let refused = sandbox.run("-p local dlq delete --all").expect(2);
    insta::assert_snapshot!(refused.stderr, @r"
    error: nobody agreed to deleting letters of edactl-local-dlq for good
    next: look first with --dry-run, then repeat with --yes
    ");
    let dry = sandbox.run("-p local dlq delete --all --dry-run").expect(0);
    assert!(
        dry.stdout
            .contains("2 letters of 2 looked at would be deleted")
    );
    sandbox.run("-p local dlq delete").expect(2);
    let ran = sandbox
        .run(&format!(
            "-p local dlq delete --id {} --yes -o json",
            &id[..13]
        ))
        .expect(0)
        .json();
    hold_against_schema(&ran);
    assert_eq!(ran["counts"]["deleted"], 1);
    assert_eq!(ran["untouched"], 1);
    let left = list(&sandbox, "");
    assert_eq!(letters(&left).len(), 1);
    assert!(!ids(&left).contains(&id));
    let gone = sandbox
        .run(&format!("-p local dlq redrive --id {id}"))
        .expect(2);
    assert!(
        gone.stderr
            .contains(&format!("there is no dead letter `{id}`")),
        "{}",
        gone.stderr
    );
}

#[test]
fn what_cannot_be_done_is_one_sentence_and_changes_nothing() {
    let sandbox = CliSandbox::with_pipeline("");
    let id = put_letter(&sandbox, r#"{"n": 1}"#);
    for (arguments, code, says) in [
        (
            "--dlq nosuch -p local dlq list",
            3,
            "sqs:GetQueueUrl on nosuch failed",
        ),
        ("-p local dlq redrive", 2, "--all"),
        ("-p local dlq redrive --reason= ", 2, "--reason is empty"),
        (
            "-p local dlq redrive --all --where a..b",
            2,
            "does not go with",
        ),
        (
            "-p local dlq list --where a..b",
            2,
            "is no path into a JSON body",
        ),
        (
            "-p local dlq redrive --id zzzz",
            2,
            "there is no dead letter `zzzz`",
        ),
        ("-p local dlq list --run zzzz", 2, "no recorded run `zzzz`"),
        (
            "-p local dlq redrive --all --one-by-one --to edactl-local-dlq",
            2,
            "names edactl-local-dlq itself",
        ),
        ("-p local dlq redrive --all --verify", 2, "add --one-by-one"),
        (
            "-p local dlq redrive --all --one-by-one --verify --to edactl-local-dlq2",
            3,
            "sqs:GetQueueUrl on edactl-local-dlq2 failed",
        ),
        (
            "-p local dlq redrive --all --one-by-one --verify -o json",
            2,
            "two documents",
        ),
    ] {
        let ran = sandbox.run(arguments).expect(code);
        assert!(ran.stderr.contains(says), "{arguments}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments}");
    }
    assert_eq!(ids(&list(&sandbox, "")), BTreeSet::from([id]));
}

#[test]
fn a_production_pipeline_asks_first_and_a_dlq_alone_is_enough() {
    let sandbox = CliSandbox::with_pipeline("");
    let endpoint = sandbox.endpoint();
    sandbox.file(
        "edactl.toml",
        format!(
            "[pipelines.prod]\nproducer = \"edactl-local-producer\"\nregion = \"us-east-1\"\n\
             endpoint_url = \"{endpoint}\"\nproduction = true\n"
        ),
    );
    let keys = [
        ("AWS_ACCESS_KEY_ID", "k".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "s".to_owned()),
    ];
    put_letter(&sandbox, r#"{"n": 1}"#);
    for choice in [&["--all"][..], &["--all", "--one-by-one"]] {
        let mut arguments = vec!["-p", "prod", "dlq", "redrive"];
        arguments.extend(choice);
        let ran = sandbox.run_with(&keys, &arguments).expect(2);
        assert!(
            ran.stderr.contains("is a production pipeline"),
            "{}",
            ran.stderr
        );
    }
    let alone = [
        "--dlq",
        "edactl-local-dlq",
        "--region",
        "us-east-1",
        "--endpoint-url",
        &endpoint,
        "dlq",
        "redrive",
        "--all",
        "--one-by-one",
    ];
    let ran = sandbox.run_with(&keys, &alone).expect(0);
    assert!(ran.stdout.contains("1 letter sent again"), "{}", ran.stdout);
    eventually("it arrives", || (sandbox.consumed() == 1).then_some(()));
}

#[test]
fn only_with_dlq_the_policy_grants_sending_and_deleting() {
    let sandbox = CliSandbox::with_pipeline("");
    let policy = |options: &str| {
        sandbox
            .run(&format!("-p local doctor --policy {options}"))
            .expect(0)
            .stdout
    };
    let changing = [
        "sqs:SendMessage",
        "sqs:DeleteMessage",
        "sqs:StartMessageMoveTask",
    ];
    let (without, with) = (policy(""), policy("--with-dlq"));
    for action in changing {
        assert!(!without.contains(action), "{without}");
        assert!(with.contains(action), "{with}");
    }
    let policy: Value = serde_json::from_str(&with).expect("JSON");
    for statement in policy["Statement"].as_array().expect("statements") {
        let text = statement.to_string();
        if text.contains("sqs:DeleteMessage") || text.contains("sqs:ReceiveMessage") {
            assert!(!text.contains("edactl-local-queue"), "{text}");
        }
    }
    sandbox.run("-p local doctor --with-dlq").expect(2);
}
