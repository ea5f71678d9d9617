//! `edactl logs` as a user runs it, on the embedded pipeline.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use crate::support::{CliSandbox, Ran, eventually, sample};
use serde_json::Value;

/// A sandbox in which this sample was sent and has arrived.
fn sent(name: &str) -> CliSandbox {
    let sandbox = CliSandbox::new();
    sandbox
        .run(&format!("-p local send {}", sample(name)))
        .expect(0);
    sandbox
        .run("-p local verify --witness logs,queue --timeout 20s")
        .expect(0);
    sandbox
}

fn follow(sandbox: &CliSandbox, more: &str) -> Child {
    sandbox
        .edactl()
        .args(["-p", "local", "logs", "--follow"])
        .args(more.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs")
}

fn interrupt(child: &Child) {
    let id = child.id().to_string();
    let ended = Command::new("kill").args(["-INT", &id]).status();
    assert!(ended.expect("kill runs").success());
}

#[test]
fn the_lines_of_every_message_are_there() {
    let sandbox = sent("mixed.json");
    let ran = sandbox.run("-p local logs --since 5m").expect(0);
    for text in [
        "a plain text",
        "42.5",
        "你好",
        "every message that was sent has to arrive",
    ] {
        assert!(
            ran.stdout.contains(text),
            "{text}:\n{}",
            &ran.stdout[..2_000]
        );
    }
    let of = |source: &str| {
        let from = sandbox.run(&format!("-p local logs --since 5m --from {source}"));
        from.expect(0).stdout.lines().count()
    };
    let (producer, consumer) = (of("producer"), of("consumer"));
    assert!(producer >= 9 && consumer >= 9, "{producer} {consumer}");
    assert_eq!(producer + consumer, ran.stdout.lines().count());
    assert!(ran.stderr.contains("; complete up to "), "{}", ran.stderr);
    // The platform's lines are folded: one summary for each invocation.
    assert!(!ran.stdout.contains("START RequestId"));
    assert!(ran.stdout.contains("done in "));
}

#[test]
fn lines_come_in_time_order_and_once() {
    let sandbox = sent("batch.json");
    let ran = sandbox.run("-p local logs --since 5m -o json").expect(0);
    let events: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let key = |event: &Value| {
        ["timestamp", "ingested", "id"]
            .map(|name| event[name].as_str().unwrap_or_default().to_owned())
    };
    let times: Vec<jiff::Timestamp> = events
        .iter()
        .map(|event| event["timestamp"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(times.is_sorted());
    let mut keys: Vec<_> = events.iter().map(key).collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), all, "an event came twice");
    let consumed = events
        .iter()
        .filter(|event| event["source"] == "consumer" && event["kind"] == "application");
    assert_eq!(consumed.count(), 100);
    assert!(events.iter().all(|event| event["schema"] == "edactl.log/1"));
}

#[test]
fn raw_lines_are_what_the_function_wrote() {
    let sandbox = sent("basic.json");
    let raw = sandbox
        .run("-p local logs --from consumer -o raw")
        .expect(0)
        .stdout;
    assert!(raw.starts_with("INIT_START"), "{raw}");
    assert_eq!(
        raw.lines()
            .filter(|line| line.starts_with("[INFO]\t"))
            .count(),
        2
    );
    let own = sandbox
        .run("-p local logs --from consumer -o raw --no-platform")
        .expect(0)
        .stdout;
    assert_eq!(own.matches("[INFO]\t").count(), 2, "{own}");
    assert!(!own.contains("RequestId: "), "{own}");
    let last = sandbox
        .run("-p local logs --from consumer -o raw --tail 2")
        .expect(0)
        .stdout;
    assert!(raw.ends_with(&last));
    assert_eq!(last.lines().count(), 2);
    assert!(last.starts_with("END "), "{last}");
    let told = sandbox.run("-p local logs --from consumer -o raw --tail 2");
    assert!(told.stderr.contains("logs: 2 of "), "{}", told.stderr);
}

#[test]
fn lines_are_chosen_by_run_invocation_level_and_text() {
    let sandbox = sent("basic.json");
    let first: String = sandbox
        .run("-p local logs -o json --from producer --tail 1")
        .expect(0)
        .json()["request_id"]
        .as_str()
        .unwrap()
        .into();
    sandbox
        .run(&format!("-p local send {}", sample("poison.json")))
        .expect(0);
    sandbox.run("-p local verify ").expect(1);
    let lines = |arguments: &str| {
        let ran = sandbox.run(&format!("-p local logs --since 5m -o json {arguments}"));
        let stdout = ran.expect(0).stdout;
        let read = stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        read.collect::<Vec<Value>>()
    };
    let all = lines("").len();
    let of_last = lines("--run last");
    assert!(!of_last.is_empty() && of_last.len() < all);
    assert!(
        of_last.iter().any(|line| line["source"] == "producer"),
        "{of_last:#?}"
    );
    assert!(
        of_last
            .iter()
            .all(|line| line["request_id"] != first.as_str())
    );
    let invocation = lines(&format!("--request-id {}", &first[..8]));
    assert!(invocation.len() >= 4, "START, two messages, END, REPORT");
    assert!(
        invocation
            .iter()
            .all(|line| line["request_id"] == first.as_str())
    );
    let errors = lines("--level error");
    assert!(!errors.is_empty() && errors.len() < all);
    let around = lines("--only-errors --context 1");
    assert!(around.len() > errors.len() && around.len() < all);
    assert_eq!(
        lines("--grep REPORT --grep Duration").len(),
        lines("--grep ^REPORT").len()
    );
    assert!(lines("--grep REPORT --exclude RequestId").is_empty());
    assert_eq!(lines("--grep nowhere-to-be-found").len(), 0);
}

#[test]
fn a_template_makes_the_line() {
    let sandbox = sent("basic.json");
    let ran = sandbox
        .edactl()
        .args(["-p", "local", "logs", "--from", "consumer", "--no-platform"])
        .args(["--template", "{source}|{level}|{message}"])
        .output()
        .expect("edactl runs");
    let stdout = String::from_utf8(ran.stdout).unwrap();
    assert!(stdout.starts_with("consumer|INFO|Received "), "{stdout}");
    assert_eq!(stdout.matches("consumer|INFO|").count(), 2, "{stdout}");
    let unknown = sandbox.run("-p local logs --template {colour}").expect(2);
    assert!(
        unknown.stderr.contains("a template has no `{colour}`"),
        "{}",
        unknown.stderr
    );
}

/// The lines of a followed log, as they come.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let stdout = child.stdout.take().expect("a pipe");
    let (line, lines) = channel();
    thread::spawn(move || {
        for read in BufReader::new(stdout).lines() {
            let _ = line.send(read.expect("text"));
        }
    });
    lines
}

/// Follows with these options, sends, and waits for the lines.
fn shows_what_is_sent_later(more: &str) {
    let sandbox = CliSandbox::with_pipeline("");
    let mut child = follow(&sandbox, &format!("-o raw --from consumer {more}"));
    let lines = lines_of(&mut child);
    // A line of an earlier send shows that the following has begun.
    let send = || {
        sandbox
            .run(&format!("-p local send {}", sample("basic.json")))
            .expect(0);
        let mut seen = 0;
        while seen < 2 {
            let line = lines.recv_timeout(Duration::from_secs(20)).expect("a line");
            seen += usize::from(line.starts_with("[INFO]\t"));
        }
    };
    send();
    send();
    interrupt(&child);
    eventually("it ends", || child.try_wait().expect("a child"));
    let ended = child.wait_with_output().expect("it has ended");
    assert_eq!(ended.status.code(), Some(130));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("complete up to"), "{said}");
    assert!(
        lines.iter().all(|line| !line.starts_with("[INFO]")),
        "a line came twice"
    );
}

#[test]
fn following_shows_what_is_sent_later() {
    shows_what_is_sent_later("");
}

#[test]
fn lines_are_pushed_without_being_looked_for() {
    shows_what_is_sent_later("--live --poll 1h");
}

#[test]
fn whether_lines_were_pushed_or_read_their_ids_tell_the_same() {
    let sandbox = CliSandbox::with_pipeline("--traffic 20");
    for (options, has_ids) in [("", true), ("--live", false)] {
        let ran = sandbox
            .run(&format!(
                "-p local logs --follow {options} --for 2s -o json"
            ))
            .expect(0);
        let lines = ran.stdout.lines();
        let ids: Vec<_> = lines
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].is_string())
            .collect();
        assert!(!ids.is_empty(), "{ran:?}");
        // Those that the last look reads are no others.
        assert!(ids.iter().all(|has| *has == has_ids), "{options}: {ids:?}");
    }
}

#[test]
fn following_ends_when_a_run_was_seen_or_the_time_is_up() {
    let sandbox = sent("basic.json");
    let seen = sandbox
        .run("-p local logs --follow --until-run last --for 20s -o raw")
        .expect(0);
    assert!(seen.stdout.contains("[INFO]\t"));
    sandbox.run("local start --fault drop=1").expect(0);
    sandbox
        .run(&format!("-p local send {}", sample("basic.json")))
        .expect(0);
    sandbox
        .run("-p local logs --follow --until-run last --for 300ms")
        .expect(4);
    sandbox.run("-p local logs --follow --for 100ms").expect(0);
}

#[test]
fn lines_that_are_pushed_are_as_complete_as_lines_that_are_read() {
    let sandbox = CliSandbox::with_pipeline("");
    let mut child = follow(&sandbox, "--live -o raw");
    let lines = lines_of(&mut child);
    // More than Live Tail shows of a second.
    let event = sample("batch.json");
    sandbox
        .run(&format!("-p local send {event} --repeat 8 --concurrency 8"))
        .expect(0);
    let verified = sandbox.run("-p local verify --witness logs,queue --timeout 20s");
    verified.expect(0);
    // Then the last invocation's last lines are written too.
    eventually("all messages are taken", || {
        (sandbox.consumed() == 800).then_some(())
    });
    let mut followed = Vec::new();
    let read = eventually("as many lines as are read", || {
        followed.extend(lines.try_iter());
        let read = sandbox.run("-p local logs -o raw").expect(0).stdout;
        let read: Vec<String> = read.lines().map(str::to_owned).collect();
        (followed.len() >= read.len()).then_some(read)
    });
    interrupt(&child);
    let ended: Ran = child.wait_with_output().expect("it ends").into();
    let ended = ended.expect(130);
    followed.extend(lines);
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    let (followed, read) = (sorted(followed), sorted(read));
    assert!(read.len() > 800, "{}", read.len());
    assert!(
        followed == read,
        "{} of {}: {}",
        followed.len(),
        read.len(),
        ended.stderr
    );
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let sandbox = sent("batch.json");
    let mut child = sandbox
        .edactl()
        .args(["-p", "local", "logs", "--since", "5m"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let mut first = [0; 10];
    child
        .stdout
        .take()
        .expect("a pipe")
        .read_exact(&mut first)
        .expect("text");
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(0));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(!said.contains("error"), "{said}");
}

#[test]
fn a_reader_that_does_not_read_does_not_hold_up_ctrl_c() {
    let sandbox = sent("batch.json");
    // More than a pipe holds.
    for _ in 0..8 {
        sandbox
            .run(&format!("-p local send {}", sample("mixed.json")))
            .expect(0);
    }
    let mut child = follow(&sandbox, "-o raw");
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut [0; 10]).expect("text");
    interrupt(&child);
    let code = eventually("it ends", || child.try_wait().expect("a child"));
    assert_eq!(code.code(), Some(130));
}

#[test]
fn what_cannot_be_is_told_with_the_next_step() {
    let sandbox = CliSandbox::new();
    sandbox.run("local start").expect(0);
    for (arguments, code, sentence) in [
        ("--grep (", 2, "--grep `(` is not a regular expression"),
        ("--run last", 2, "no run is recorded yet"),
        ("--since 5m --until 10m", 2, "is before --since"),
        (
            "--group /aws/lambda/nobody",
            3,
            "the log group does not exist",
        ),
        (
            "--tail 5 --group /aws/lambda/nobody",
            3,
            "the log group does not exist",
        ),
        ("--until 5m --follow", 2, "does not go with"),
        ("--tail many", 2, "`many`"),
    ] {
        let ran = sandbox
            .run(&format!("-p local logs {arguments}"))
            .expect(code);
        assert!(ran.stderr.contains(sentence), "{arguments}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{arguments}");
    }
    let mut waiting = follow(&sandbox, "--group /aws/lambda/nobody");
    let mut said = String::new();
    let stderr = waiting.stderr.take().expect("a pipe");
    BufReader::new(stderr).read_line(&mut said).expect("text");
    assert!(
        said.contains("the log group /aws/lambda/nobody does not exist yet; waiting for it"),
        "{said}"
    );
    interrupt(&waiting);
    assert_eq!(waiting.wait().expect("it ends").code(), Some(130));
}
