//! Completion in a real bash in a terminal: what is on this machine's disk is offered.

use std::{path::Path, process::Command};

use crate::support::{CliSandbox, screen::Terminal};

/// A bash that has read edactl's script, as `~/.bashrc` would.
fn bash(sandbox: &CliSandbox) -> Terminal {
    let binary = Path::new(env!("CARGO_BIN_EXE_edactl"));
    let directory = binary.parent().expect("a directory");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command
        .args(["--norc", "--noprofile", "-i"])
        .current_dir(sandbox.path())
        .env("PATH", format!("{}:{path}", directory.display()))
        .env("HOME", sandbox.path())
        .env("EDACTL_STATE_DIR", sandbox.state())
        .env("AWS_REGION", "eu-north-1")
        .env("PS1", "> ")
        .env("HISTFILE", "/dev/null");
    let terminal = Terminal::start(&command, (100, 30));
    terminal.enter(
        "source <(edactl completions bash); bind 'set bell-style none'; clear; echo rea''dy\n",
    );
    terminal.wait_for("bash", |screen| screen.contains("ready"));
    terminal
}

/// What stands in the last line once it is not as it was typed any more.
#[track_caller]
fn completed(terminal: &Terminal, typed: &str, expected: &str) {
    terminal.enter("\u{15}"); // Ctrl-U: an empty line.
    terminal.enter(&format!("{typed}\t"));
    let line = format!("> {expected}");
    terminal.wait_for(expected, |screen| {
        let last = screen.lines().last().unwrap_or_default();
        last.trim_end() == line.trim_end()
    });
}

#[test]
fn bash_completes_what_is_on_disk() {
    let sandbox = CliSandbox::with_pipeline("");
    let event = sandbox.file("event.json", r#"{"a": {"x": 1}}"#);
    let event = event.to_str().expect("a path");
    sandbox.run(&format!("-p local verify {event}")).expect(0);
    let runs = sandbox.run("runs list -o json").expect(0).json();
    let run = runs["runs"][0]["run"].as_str().expect("a run");
    sandbox.file(
        "edactl.toml",
        "[pipelines.staging]\nproducer = \"orders\"\nregion = \"ap-south-2\"\n",
    );
    let aws = sandbox.path().join(".aws");
    std::fs::create_dir(&aws).expect("a directory");
    std::fs::write(
        aws.join("config"),
        "[profile wizard]\nregion = eu-central-1\n",
    )
    .expect("a file");
    let terminal = bash(&sandbox);
    let beginning = &run[..4];
    for (typed, expected) in [
        // Commands and options.
        ("edactl ver", "edactl verify"),
        ("edactl dlq redr", "edactl dlq redrive"),
        ("edactl logs --foll", "edactl logs --follow"),
        // Pipelines.
        ("edactl -p sta", "edactl -p staging"),
        ("edactl --pipeline=loc", "edactl --pipeline=local"),
        // Runs.
        (
            &*format!("edactl verify --run {beginning}"),
            &*format!("edactl verify --run {run}"),
        ),
        (
            &*format!("edactl logs --run={beginning}"),
            &*format!("edactl logs --run={run}"),
        ),
        (
            &*format!("edactl report {beginning}"),
            &*format!("edactl report {run}"),
        ),
        ("edactl trace la", "edactl trace last"),
        // Faults: a list of names with probabilities.
        (
            "edactl local start --fault dro",
            "edactl local start --fault drop=",
        ),
        (
            "edactl local start --fault drop=0.1,dupl",
            "edactl local start --fault drop=0.1,duplicate=",
        ),
        // Profiles, and regions of profiles, pipelines and the environment.
        ("edactl --profile wiz", "edactl --profile wizard"),
        ("edactl --region eu-c", "edactl --region eu-central-1"),
        ("edactl --region ap", "edactl --region ap-south-2"),
        ("edactl --region eu-n", "edactl --region eu-north-1"),
        // Values that the command line knows, and files.
        ("edactl logs --level err", "edactl logs --level error"),
        (
            "edactl verify --witness logs,met",
            "edactl verify --witness logs,metrics",
        ),
        ("edactl send eve", "edactl send event.json"),
    ] {
        completed(&terminal, typed, expected);
    }
    terminal.enter("\u{15}exit\n");
    assert_eq!(terminal.finish().code, Some(0));
}

#[test]
fn completion_asks_nobody_and_is_quiet_where_nothing_fits() {
    let sandbox = CliSandbox::new();
    let ask = |words: &[&str]| {
        let mut edactl = sandbox.edactl();
        edactl
            .env("EDACTL_COMPLETE", "bash")
            .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
            .arg("--")
            .args(words);
        let output = edactl.output().expect("edactl runs");
        assert!(output.stderr.is_empty(), "{output:?}");
        String::from_utf8(output.stdout).expect("a text")
    };
    assert_eq!(ask(&["edactl", "--run", "nothing"]), "");
    assert_eq!(ask(&["edactl", "verify", "--run", "0"]), "");
    assert_eq!(ask(&["edactl", "verify", "--run", ""]), "last");
    assert!(!sandbox.state().exists(), "it left something behind");
}
