//! What edactl suggests works when pasted. Every suggestion of the whole suite is read as a command
//! line (`support::Ran`); here, those of many situations are really run.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::support::{
    CliSandbox, Ran,
    proxy::{Proxy, Reply, Treatment},
    suggested,
};

/// Runs every command that was suggested, each once, and what these suggest in turn.
#[track_caller]
fn all_work(sandbox: &CliSandbox, said: &[Ran]) -> BTreeSet<String> {
    let mut waiting: Vec<String> = said.iter().flat_map(suggestions).collect();
    let mut ran = BTreeSet::new();
    while let Some(command) = waiting.pop() {
        if !ran.insert(command.clone()) || ran.len() > 60 {
            continue;
        }
        let mut edactl = sandbox.edactl();
        edactl
            .args(&suggested::words(&command)[1..])
            // What is still to come does not come within it: that it is waited for is enough.
            .args(["--timeout", "3s"]);
        let output: Ran = edactl.output().expect("edactl runs").into();
        assert_ne!(output.code, Some(2), "{command}: {output:?}");
        waiting.extend(suggestions(&output));
    }
    ran
}

fn suggestions(ran: &Ran) -> Vec<String> {
    let mut all = suggested::commands(&ran.stdout);
    all.extend(suggested::commands(&ran.stderr));
    all
}

#[track_caller]
fn has(ran: &BTreeSet<String>, part: &str) {
    assert!(
        ran.iter().any(|command| command.contains(part)),
        "no {part} in {ran:#?}"
    );
}

const EVENT: &str = r#"{"first": {"hello": "a"}, "second": {"hello": "b"}}"#;

#[test]
fn what_is_suggested_after_failures_works() {
    let sandbox = CliSandbox::with_pipeline("--fault consumer-error=1");
    sandbox.file("event.json", EVENT);
    let said = [
        sandbox.run("-p local send event.json").expect(0),
        sandbox.run("-p local verify event.json").expect(1),
        sandbox.run("report").expect(1),
        sandbox.run("-p local dlq list").expect(0),
        sandbox.run("-p local dlq peek").expect(0),
        sandbox.run("-p local doctor --notes").expect(0),
    ];
    let ran = all_work(&sandbox, &said);
    for part in [
        "logs --from consumer",
        "--request-id ",
        "dlq redrive --run ",
        "verify",
    ] {
        has(&ran, part);
    }
}

#[test]
fn what_is_suggested_while_something_is_undetermined_works() {
    for fault in [
        "--log-delay 10m",
        "--fault drop=1 --log-delay 2s",
        "--fault no-answer=1 --log-delay 10m",
        "--fault producer-error=1",
    ] {
        let sandbox = CliSandbox::with_pipeline(fault);
        sandbox.file("event.json", EVENT);
        let ran = sandbox.run("-p local verify event.json --timeout 1s");
        let said = [ran, sandbox.run("report"), sandbox.run("runs show")];
        let ran = all_work(&sandbox, &said);
        has(&ran, "verify --run ");
    }
}

#[test]
fn a_run_id_alone_finds_a_pipeline_that_only_options_named() {
    let sandbox = CliSandbox::with_pipeline("");
    let endpoint = sandbox.endpoint();
    let event = sandbox.file("event.json", EVENT);
    // A directory without a configuration, and nothing in the environment but credentials.
    let with_account = |arguments: &[&str]| -> Ran {
        let mut edactl = sandbox.edactl();
        edactl
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .args(arguments);
        edactl.output().expect("edactl runs").into()
    };
    let event = event.to_str().expect("a path");
    let named = [
        "--producer",
        "edactl-local-producer",
        "--endpoint-url",
        &endpoint,
        "--region",
        "us-east-1",
        "send",
        event,
        "-o",
        "json",
    ];
    let sent = with_account(&named).expect(0).json();
    let run = sent["run"].as_str().expect("a run");
    let proven = with_account(&["verify", "--run", run]).expect(0);
    assert!(proven.stdout.contains("proven: 2 of 2"), "{proven:?}");
    // So do the last run, and the other commands that take a run.
    with_account(&["verify", "--run", "last"]).expect(0);
    let lines = with_account(&["logs", "--run", run]).expect(0).stdout;
    assert!(lines.contains("Received message"), "{lines}");
    with_account(&["dlq", "list", "--run", run]).expect(0);
    let told = with_account(&["trace", run, "1"]).expect(0);
    assert!(!told.stderr.contains("inferred"), "{told:?}");
    // An endpoint with a secret in it is not recorded.
    let secret = endpoint.replace("http://", "http://u:s3cr3t@");
    let _ = with_account(&[
        "--producer",
        "edactl-local-producer",
        "--endpoint-url",
        &secret,
        "--region",
        "us-east-1",
        "send",
        event,
    ]);
    for entry in std::fs::read_dir(sandbox.state().join("runs")).expect("runs") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).unwrap_or_default();
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}

#[test]
fn a_run_of_an_embedded_pipeline_that_ended_is_sent_anew_by_the_suggestion() {
    let sandbox = CliSandbox::with_pipeline("");
    sandbox.file("my event.json", EVENT);
    let mut send = sandbox.edactl();
    send.args(["-p", "local", "send", "my event.json"]);
    let sent: Ran = send.output().expect("edactl runs").into();
    sent.expect(0);
    sandbox.run("local stop").expect(0);
    let refused = sandbox.run("-p local verify").expect(4);
    let ran = all_work(&sandbox, &[refused]);
    has(&ran, "verify 'my event.json'");
}

const EXPIRED: Reply = Reply {
    status: 403,
    headers: &[("x-amzn-errortype", "ExpiredTokenException")],
    body: b"{\"__type\":\"ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}",
};

#[test]
fn who_has_sent_something_is_never_told_to_repeat() {
    for (command, code) in [
        ("send event.json --repeat 3 --concurrency 1", 3),
        ("verify event.json", 3),
    ] {
        let sandbox = CliSandbox::with_pipeline("");
        sandbox.file("event.json", EVENT);
        // The credentials expire as soon as one invocation is through.
        let is_sent = AtomicBool::new(false);
        let proxy = Proxy::start(&sandbox.endpoint(), move |seen| {
            if is_sent.load(Ordering::SeqCst) {
                return Treatment::Answer(EXPIRED);
            }
            is_sent.store(seen.is_invocation(), Ordering::SeqCst);
            Treatment::Forward
        });
        let mut edactl = sandbox.edactl_with_account();
        edactl
            .env("EDACTL_ENDPOINT_URL", proxy.url())
            .args(["--producer", "edactl-local-producer"])
            .args(command.split(' '));
        let ran: Ran = edactl.output().expect("edactl runs").into();
        let ran = ran.expect(code);
        let next = ran.stderr.lines().find(|line| line.starts_with("next: "));
        let next = next.unwrap_or_else(|| panic!("{command}: {}", ran.stderr));
        assert!(
            next.contains("which sends nothing: edactl ") && next.contains(" verify --run "),
            "{next}"
        );
        assert!(!next.contains("repeat"), "{next}");
        assert_eq!(sandbox.consumed(), 2, "more than one event arrived");
    }
}
