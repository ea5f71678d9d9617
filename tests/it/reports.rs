//! The outputs of a verify: JSON against its schema, JUnit, and `report`, which shows them again
//! without AWS.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use insta::assert_snapshot;
use regex::Regex;
use serde_json::Value;

use crate::support::{
    CliSandbox, Ran, python, redact::redact, sample, schema::hold_against_schema,
};

/// Something of everything: arrives, arrives after a failure, is refused by the producer, ends in
/// the dead-letter queue.
pub const MIXED: &str = r#"{
    "good": {"order": 1},
    "bad <&>": {"fail": true, "secret": "hunter2"},
    "text": "a text without a field for a marker"
}"#;

/// A run with a message in the dead-letter queue, as JSON, and a JUnit file of it.
pub fn disproven(sandbox: &CliSandbox) -> Ran {
    sandbox.file("mixed.json", MIXED);
    sandbox
        .run("-p local verify mixed.json -o json --junit first.xml")
        .expect(1)
}

fn evidence_files(sandbox: &CliSandbox) -> Vec<PathBuf> {
    fs::read_dir(sandbox.state().join("runs"))
        .expect("runs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "evidence"))
        .collect()
}

#[test]
fn a_report_shows_offline_what_the_verify_showed() {
    let sandbox = CliSandbox::new();
    let verified = disproven(&sandbox);
    sandbox.run("local stop").expect(0);
    let again = sandbox.run("report -o json --junit second.xml").expect(1);
    assert_eq!(again.stdout, verified.stdout);
    assert_eq!(sandbox.read("second.xml"), sandbox.read("first.xml"));
    let table = sandbox.run("report last").expect(1);
    assert_eq!(table.stderr, "", "a report says nothing of its own");
    assert_snapshot!(redact(&table.stdout));
    assert_eq!(
        sandbox.pipeline(),
        Value::Null,
        "nothing was started for it"
    );
    let run = verified.json()["run"].as_str().expect("an id").to_owned();
    assert_eq!(
        sandbox.run(&format!("report {run}")).expect(1).stdout,
        table.stdout
    );
}

#[test]
fn without_a_verify_there_is_nothing_to_report() {
    let sandbox = CliSandbox::new();
    let none = sandbox.run("report").expect(2);
    assert!(
        none.stderr.contains("no run is recorded yet"),
        "{}",
        none.stderr
    );
    sandbox
        .run(&format!("-p local send {}", sample("basic.json")))
        .expect(0);
    let unverified = sandbox.run("report").expect(2);
    assert!(
        unverified.stderr.contains("was not verified yet"),
        "{}",
        unverified.stderr
    );
    assert!(
        unverified
            .stderr
            .contains("next: verify it: edactl verify --run 0g")
    );
    sandbox.run("-p local verify").expect(0);
    let report = sandbox.run("report").expect(0);
    assert!(
        report.stdout.contains("proven: 2 of 2 messages taken"),
        "{}",
        report.stdout
    );
}

#[test]
fn evidence_is_private_and_holds_no_payload() {
    let sandbox = CliSandbox::new();
    disproven(&sandbox);
    let [file] = &evidence_files(&sandbox)[..] else {
        panic!("one file a run")
    };
    let mode = fs::metadata(file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = fs::read_to_string(file).expect("a text");
    assert!(
        text.contains("dead-lettered") && !text.contains("hunter2"),
        "{text}"
    );
}

#[test]
fn damaged_evidence_is_refused_and_left_alone() {
    let sandbox = CliSandbox::new();
    disproven(&sandbox);
    let file = &evidence_files(&sandbox)[0];
    let text = fs::read_to_string(file).expect("a text");
    let cut = &text[..text.trim_end().rfind('\n').expect("lines")];
    fs::write(file, cut).expect("a file that can be written");
    let ran = sandbox.run("report").expect(2);
    assert!(
        ran.stderr.contains("it holds 2 messages of 3"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout, "");
    assert_eq!(fs::read_to_string(file).expect("a text"), cut);
}

#[test]
fn every_json_document_is_what_its_schema_says() {
    let sandbox = CliSandbox::new();
    let event = sample("mixed.json");
    for (arguments, code) in [
        (format!("send {event} --dry-run -o json"), 0),
        (format!("-p local send {event} -o json"), 0),
        (
            "-p local verify -o json --max-latency p95=1m,max=2m".into(),
            0,
        ),
        (
            "-p local verify -o json --witness logs,queue --max-latency p50=0s".into(),
            1,
        ),
        ("-p local verify -o json --witness queue".into(), 4),
        ("-p local trace -o json".into(), 0),
        ("-p local trace last 3 -o json".into(), 0),
    ] {
        let ran = sandbox.run(&arguments);
        hold_against_schema(&ran.expect(code).json());
    }
    hold_against_schema(&disproven(&sandbox).json());
    hold_against_schema(&sandbox.run("trace last 2 -o json").expect(0).json());
    for (fault, code) in [
        ("producer-error=1", 4),
        ("partial-send=1", 1),
        ("drop=1", 1),
        ("duplicate=1", 0),
        ("filtered=1", 4),
        ("consumer-error=0.5 --seed 4", 0),
    ] {
        // Of its own: the metrics of a minute count what another run sends in it, too.
        let sandbox = CliSandbox::with_pipeline(&format!("--fault {fault}"));
        let verified = sandbox.run(&format!("-p local verify -o json {event} "));
        hold_against_schema(&verified.json());
        assert_eq!(verified.code, Some(code), "{fault}: {verified:?}");
        let sent = sandbox.run(&format!("-p local send -o json {event}"));
        hold_against_schema(&sent.json());
    }
}

#[test]
fn counts_alone_are_told_as_such_in_every_output() {
    let event = sample("mixed.json");
    for (more, code, verdict) in [
        ("", 4, "undetermined"),
        ("--accept counts", 0, "consistent"),
    ] {
        // Of its own: the metrics of a minute count what another run sends in it, too.
        let sandbox = CliSandbox::with_pipeline("--log-style nothing");
        let arguments = format!("-p local verify -o json {event} {more} --timeout 20s");
        let ran = sandbox.run(&arguments).expect(code);
        hold_against_schema(&ran.json());
        assert_eq!(ran.json()["verdict"], verdict);
        assert_eq!(
            sandbox.run("report -o json").expect(code).stdout,
            ran.stdout
        );
        hold_against_schema(&sandbox.run("trace last 1 -o json").expect(0).json());
    }
}

#[test]
fn a_broken_limit_on_latency_disproves() {
    let sandbox = CliSandbox::with_pipeline("--queue-delay 1s");
    let event = sample("basic.json");
    let limits = "--max-latency p50=30s,max=900ms";
    let ran = sandbox
        .run(&format!("-p local verify {event} {limits} --junit j.xml"))
        .expect(1);
    assert!(
        ran.stdout
            .contains("disproven: 2 of 2 messages taken, max too slow"),
        "{}",
        ran.stdout
    );
    assert_eq!(sandbox.run("report").expect(1).stdout, ran.stdout);
    let junit = sandbox.read("j.xml");
    assert!(
        junit.contains(r#"name="latency max at most 900 ms""#),
        "{junit}"
    );
    assert_eq!(junit.matches("type=\"too-slow\"").count(), 1, "{junit}");
    let report = sandbox
        .run("-p local verify -o json --max-latency max=30s")
        .expect(0)
        .json();
    let limit = &report["latency"]["limits"][0];
    assert_eq!(
        (&limit["quantile"], &limit["outcome"]),
        (&"max".into(), &"kept".into())
    );
    let measured = limit["measured_ms"].as_u64().expect("measured");
    assert!((900..30_000).contains(&measured), "{measured}");
    let wrong = sandbox.run("-p local verify --max-latency p95").expect(2);
    assert!(
        wrong.stderr.contains("`p95` is no limit on latency"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn nothing_that_arrived_leaves_a_limit_unmeasured() {
    let sandbox = CliSandbox::with_pipeline("--fault drop=1");
    let event = sample("basic.json");
    let report = sandbox
        .run(&format!(
            "-p local verify -o json {event} --max-latency p95=5s"
        ))
        .expect(1)
        .json();
    hold_against_schema(&report);
    assert_eq!(report["latency"]["limits"][0].get("measured_ms"), None);
    assert_eq!(report["verdict"], "disproven");
}

/// Holds a JUnit file against the schema of Jenkins' flavour.
#[track_caller]
fn validate_junit(python: &Path, file: &Path) {
    let ran = Command::new(python)
        .arg(python::script("junit.py"))
        .arg(file)
        .output()
        .expect("python runs");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(
        ran.status.success(),
        "{said}\n{}",
        fs::read_to_string(file).unwrap_or_default()
    );
}

/// How many test cases of a JUnit file failed, erred or were skipped, by reason.
fn problems(junit: &str) -> String {
    let problem =
        Regex::new("<(failure|error|skipped)\\b(?:[^>]* type=\"([^\"]*)\")?").expect("a pattern");
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for found in problem.captures_iter(junit) {
        let reason = found.get(2).map_or("", |reason| reason.as_str());
        let kind = found.get(1).expect("a kind").as_str();
        *counts.entry((kind, reason)).or_default() += 1;
    }
    let lines = counts
        .iter()
        .map(|((kind, reason), count)| format!("{count} {kind} {reason}\n"));
    lines.collect()
}

#[test]
fn junit_is_accepted_by_a_validator() {
    let Some(python) = python::TOOLS.python() else {
        return;
    };
    let junit = |settings: &str, more: &str, code: i32| {
        let sandbox = CliSandbox::with_pipeline(settings);
        sandbox.file(
            "odd.json",
            "{\"bell\\u0007 \\u001b[31mred\\uffff\": 1, \"\": \"]]>\", \"\u{e4}\": {\"fail\": true}}",
        );
        sandbox.file("mixed.json", MIXED);
        sandbox
            .run(&format!(
                "-p local verify odd.json mixed.json odd.json {more} --junit j.xml"
            ))
            .expect(code);
        validate_junit(python, &sandbox.path().join("j.xml"));
        let junit = sandbox.read("j.xml");
        assert!(!junit.contains(['\u{7}', '\u{1b}', '\u{ffff}']), "{junit}");
        junit
    };
    let vanished = junit("--fault drop=1", "", 1);
    for name in [
        r"bell\u{7} red\u{ffff} #1",
        " #2",
        "\u{e4} #3",
        "bad &lt;&amp;&gt; #5",
        "\u{e4} #9",
    ] {
        assert!(
            vanished.contains(&format!("name=\"{name}\"")),
            "{name} in {vanished}"
        );
    }
    assert_snapshot!(problems(&vanished), @r"
    1 failure disproven
    9 failure vanished
    ");
    assert_snapshot!(problems(&junit("--fault partial-send=1", "", 1)), @r"
    1 failure consumer-error
    1 failure disproven
    3 failure producer-sent-fewer
    ");
    assert_snapshot!(problems(&junit("--fault duplicate=1", "--exactly-once", 1)), @r"
    3 failure consumer-error
    1 failure disproven
    ");
    assert_snapshot!(problems(&junit("--queue-delay 60s", "--timeout 5s", 4)), @r"
    9 error delayed
    1 error undetermined (not in time)
    ");
    assert_snapshot!(problems(&junit("", "--repeat 3 --max-latency p50=0s", 1)), @r"
    9 failure consumer-error
    1 failure disproven
    1 failure too-slow
    ");
}

#[test]
fn a_junit_file_tells_each_message() {
    let sandbox = CliSandbox::new();
    disproven(&sandbox);
    assert_snapshot!(redact(&sandbox.read("first.xml")));
}

#[test]
fn a_file_that_cannot_be_written_costs_no_result() {
    let sandbox = CliSandbox::new();
    let event = sample("basic.json");
    let ran = sandbox
        .run(&format!("-p local verify {event} --junit no/such/dir.xml"))
        .expect(2);
    assert!(
        ran.stdout.contains("proven: 2 of 2 messages taken"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stderr
            .contains("cannot write the JUnit file no/such/dir.xml"),
        "{}",
        ran.stderr
    );
}

/// Begins a verify that waits for a delayed queue, and tells its progress lines.
fn waiting(sandbox: &CliSandbox, more: &str) -> std::process::Child {
    let event = sample("basic.json");
    sandbox
        .edactl()
        .args([
            "-p", "local", "verify", &event, "-o", "json", "--junit", "j.xml",
        ])
        .args(more.split_whitespace())
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", sandbox.path().join("summary.md"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs")
}

#[track_caller]
fn every_report_is_written(sandbox: &CliSandbox, ran: &Ran, exit: i32) {
    assert_eq!(ran.code, Some(exit), "{ran:?}");
    let report = ran.json();
    hold_against_schema(&report);
    assert_eq!(report["exit"], exit);
    assert_eq!(report["verdict"], "undetermined");
    let junit = sandbox.read("j.xml");
    assert!(junit.contains("errors=\"3\""), "{junit}");
    assert!(
        sandbox
            .read("summary.md")
            .contains("undetermined (not in time)")
    );
    assert!(ran.annotations()[0].starts_with("::error title=edactl%3A undetermined"));
    // The recorded verdict, not how the verify ended, decides about a report's exit code.
    assert_eq!(sandbox.run("report -o json").expect(4).json(), report);
}

#[test]
fn a_terminated_verify_writes_every_report() {
    let sandbox = CliSandbox::with_pipeline("--queue-delay 1m");
    for signal in ["-TERM", "-INT"] {
        let mut child = waiting(&sandbox, "");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut said = String::new();
        while !said.contains("logs 0 of 2 received") {
            assert_ne!(stderr.read_line(&mut said).expect("text"), 0, "{said}");
        }
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .expect("kill runs")
                .success()
        );
        std::io::Read::read_to_string(&mut stderr, &mut said).expect("text");
        let output = child.wait_with_output().expect("it ends");
        let mut ran = Ran::from(output);
        ran.stderr = said;
        assert_eq!(ran.json()["interrupted"], true);
        every_report_is_written(&sandbox, &ran, 130);
        fs::remove_file(sandbox.path().join("j.xml")).expect("a file");
    }
}

#[test]
fn the_deadline_writes_every_report() {
    let sandbox = CliSandbox::with_pipeline("--queue-delay 1m");
    let ran = waiting(&sandbox, "--timeout 3s")
        .wait_with_output()
        .expect("it ends")
        .into();
    every_report_is_written(&sandbox, &ran, 4);
}

#[test]
fn a_pipe_gets_lines_and_no_spinner() {
    let sandbox = CliSandbox::with_pipeline("--queue-delay 1s");
    let ran = sandbox
        .run(&format!("-p local verify {}", sample("basic.json")))
        .expect(0);
    assert!(!ran.stderr.contains(['\r', '\u{1b}']), "{:?}", ran.stderr);
    let lines = ran
        .stderr
        .lines()
        .filter(|line| line.contains(" s  logs "))
        .count();
    assert!((1..=4).contains(&lines), "{}", ran.stderr);
}

#[test]
fn the_result_is_the_last_line() {
    let sandbox = CliSandbox::new();
    let ran = sandbox
        .run(&format!("-p local verify {}", sample("basic.json")))
        .expect(0);
    let last = ran.stdout.lines().last().expect("a line");
    assert!(
        last.starts_with("proven: 2 of 2 messages taken, in "),
        "{last}"
    );
}
