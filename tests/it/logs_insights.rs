//! Logs Insights as a user meets it, on the embedded pipeline: lines counted on the server, and log
//! groups of the class Infrequent Access.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::Stdio,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::{
    CliSandbox, Ran, eventually, http,
    proxy::{Proxy, Reply, Seen, Treatment},
    sample,
    schema::hold_against_schema,
};

const CONSUMER: &str = "/aws/lambda/edactl-local-consumer";

/// One call to a CloudWatch Logs; status and answer.
#[track_caller]
fn call(endpoint: &str, operation: &str, arguments: &Value) -> (u16, Value) {
    http::call(endpoint, &format!("Logs_20140328.{operation}"), arguments)
}

/// Makes a group of the class Infrequent Access with one stream.
#[track_caller]
fn infrequent(endpoint: &str, group: &str) {
    let made = json!({"logGroupName": group, "logGroupClass": "INFREQUENT_ACCESS"});
    assert_eq!(call(endpoint, "CreateLogGroup", &made).0, 200);
    let stream = json!({"logGroupName": group, "logStreamName": "s"});
    assert_eq!(call(endpoint, "CreateLogStream", &stream).0, 200);
}

#[track_caller]
pub fn put(endpoint: &str, group: &str, lines: &[(i64, String)]) {
    for lines in lines.chunks(5_000) {
        let events = lines
            .iter()
            .map(|(at, line)| json!({"timestamp": at, "message": line}));
        let (status, answer) = call(
            endpoint,
            "PutLogEvents",
            &json!({
                "logGroupName": group, "logStreamName": "s",
                "logEvents": events.collect::<Vec<_>>(),
            }),
        );
        assert_eq!(status, 200, "{answer}");
    }
}

/// A sandbox with a pipeline, its endpoint, and this group of the class Infrequent Access there.
#[track_caller]
pub fn with_infrequent(group: &str) -> (CliSandbox, String) {
    let sandbox = CliSandbox::with_pipeline("");
    let endpoint = sandbox.endpoint();
    infrequent(&endpoint, group);
    (sandbox, endpoint)
}

/// The same, and its consumer logs into that group.
fn infrequent_consumer() -> (CliSandbox, String) {
    let sandbox = CliSandbox::with_pipeline("");
    let endpoint = sandbox.endpoint();
    let name = json!({"logGroupName": CONSUMER});
    assert_eq!(call(&endpoint, "DeleteLogGroup", &name).0, 200);
    infrequent(&endpoint, CONSUMER);
    (sandbox, endpoint)
}

pub fn counts(document: &Value) -> BTreeMap<String, u64> {
    let rows = document["counts"].as_array().expect("counts").iter();
    rows.map(|row| {
        let value = row["value"].as_str().unwrap_or("(none)");
        (value.to_owned(), row["lines"].as_u64().expect("a number"))
    })
    .collect()
}

#[test]
fn counts_are_those_of_the_lines() {
    let sandbox = CliSandbox::new();
    sandbox
        .run(&format!("-p local send {}", sample("mixed.json")))
        .expect(0);
    sandbox
        .run("-p local verify --witness logs,queue --timeout 20s")
        .expect(0);
    let mut levels: BTreeMap<String, u64> = BTreeMap::new();
    let mut functions: BTreeMap<String, u64> = BTreeMap::new();
    for line in sandbox
        .run("-p local logs -o json")
        .expect(0)
        .stdout
        .lines()
    {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let level = line["level"].as_str().unwrap_or("(none)");
        let level = level.to_ascii_uppercase().replace("(NONE)", "(none)");
        *levels.entry(level).or_default() += 1;
        let group = line["group"].as_str().expect("a group");
        *functions.entry(group.to_owned()).or_default() += 1;
    }
    assert!(
        levels.len() > 1 && functions.len() == 2,
        "{levels:?} {functions:?}"
    );

    let by_level = sandbox
        .run("-p local logs --count-by level -o json")
        .expect(0);
    assert_eq!(counts(&by_level.json()), levels);
    hold_against_schema(&by_level.json());
    assert!(
        by_level.stderr.contains("Logs Insights scanned "),
        "{}",
        by_level.stderr
    );
    assert!(
        by_level.stderr.contains("on AWS less than 0.0001 $"),
        "{}",
        by_level.stderr
    );

    let by_function = sandbox
        .run("-p local logs --count-by function -o json")
        .expect(0);
    assert_eq!(counts(&by_function.json()), functions);
    hold_against_schema(&by_function.json());

    // Filters, and the table with the query.
    let filtered = "--from consumer --grep INFO --exclude Key/|never --since 5m";
    let lines = sandbox
        .run(&format!("-p local logs {filtered} -o raw"))
        .expect(0)
        .stdout
        .lines()
        .count();
    let table = sandbox
        .run(&format!(
            "-p local logs {filtered} --count-by function --explain"
        ))
        .expect(0);
    let rows: Vec<&str> = table.stdout.lines().collect();
    assert_eq!(rows[0], "FUNCTION  LINES");
    assert_eq!(rows[1], format!("consumer  {lines}"));
    assert!(
        table
            .stderr
            .contains("| filter @message not like /Key\\/|never/\n"),
        "{}",
        table.stderr
    );
    assert!(table.stderr.contains("| stats count(*) as lines by @log\n"));
}

#[test]
fn errors_are_counted_by_their_type() {
    let (sandbox, endpoint) = with_infrequent("app");
    let now = Timestamp::now().as_millisecond();
    let lines = [
        "[ERROR] KeyError: 'x'\nTraceback (most recent call last):",
        "[ERROR]\t2026-01-01T00:00:00.000Z\tid\tKeyError again",
        r#"{"level":"ERROR","errorType":"botocore.errorfactory.ValidationException"}"#,
        "2026-01-01T00:00:00.000Z 1 Task timed out after 3.00 seconds",
        "[ERROR]\t2026-01-01T00:00:00.000Z\tid\tsomething went wrong",
        "[INFO]\t2026-01-01T00:00:00.000Z\tid\tno KeyError at all",
    ];
    let lines: Vec<_> = lines.map(|line| (now, line.to_owned())).into();
    put(&endpoint, "app", &lines);
    let counted = sandbox.run("-p local logs --group app --count-by error -o json");
    let expected = [
        ("KeyError", 2),
        ("botocore.errorfactory.ValidationException", 1),
        ("Task timed out", 1),
        ("(none)", 1),
    ];
    assert_eq!(
        counts(&counted.expect(0).json()),
        expected
            .map(|(name, lines)| (name.to_owned(), lines))
            .into()
    );
    // To the millisecond: the query's own times are whole seconds.
    let until = Timestamp::from_millisecond(now - 1).unwrap();
    let before = sandbox.run(&format!(
        "-p local logs --group app --count-by error --until {until} -o json"
    ));
    assert_eq!(before.expect(0).json()["total"], 0);
}

/// The pages of a query's result, a row each.
fn result_page(seen: &Seen) -> &'static [u8] {
    let asked = String::from_utf8_lossy(&seen.body);
    if asked.contains("\"second\"") {
        br#"{"status":"Complete","nextToken":"third","results":[[
            {"field":"@timestamp","value":"2026-11-26 01:00:00.002"},
            {"field":"@logStream","value":"s"},{"field":"@message","value":"two"}]]}"#
    } else if asked.contains("\"third\"") {
        br#"{"status":"Complete","results":[[
            {"field":"@timestamp","value":"2026-11-26 01:00:00.003"},
            {"field":"@logStream","value":"s"},{"field":"@message","value":"three"}]]}"#
    } else {
        br#"{"status":"Complete","nextToken":"second","results":[[
            {"field":"@timestamp","value":"2026-11-26 01:00:00.001"},
            {"field":"@logStream","value":"s"},{"field":"@message","value":"one"}]]}"#
    }
}

#[test]
fn the_result_of_a_query_is_read_to_its_last_page() {
    let (sandbox, endpoint) = with_infrequent("rare");
    put(
        &endpoint,
        "rare",
        &[(Timestamp::now().as_millisecond(), "x".into())],
    );
    let json = &[("content-type", "application/x-amz-json-1.1")];
    let paged = Proxy::start(&endpoint, move |seen| {
        if is_asked(seen, "GetQueryResults") {
            return Treatment::Answer(Reply {
                status: 200,
                headers: json,
                body: result_page(seen),
            });
        }
        Treatment::Forward
    });
    let arguments = ["logs", "--group", "rare", "-o", "raw"];
    let span = [
        "--since",
        "2026-11-26T00:59:00Z",
        "--until",
        "2026-11-26T01:01:00Z",
    ];
    let read = |proxy: &Proxy| -> Ran {
        let mut command = sandbox.edactl_with_account();
        command.args(["--endpoint-url", &proxy.url()]);
        command.args(arguments).args(span);
        command.output().expect("edactl runs").into()
    };
    assert_eq!(read(&paged).expect(0).stdout, "one\ntwo\nthree\n");

    // A token that comes twice leads nowhere.
    let looping = Proxy::start(&endpoint, move |seen| {
        if is_asked(seen, "GetQueryResults") {
            return Treatment::Answer(Reply {
                status: 200,
                headers: json,
                body: br#"{"status":"Complete","nextToken":"again","results":[]}"#,
            });
        }
        Treatment::Forward
    });
    let ran = read(&looping).expect(3);
    assert!(ran.stderr.contains("its pages never end"), "{ran:?}");
}

#[test]
fn what_makes_no_sense_with_counts_is_refused() {
    let sandbox = CliSandbox::new();
    for arguments in [
        "--explain",
        "--count-by level --follow",
        "--count-by level --tail 3",
    ] {
        sandbox.run(&format!("-p local logs {arguments}")).expect(2);
    }
    let raw = sandbox
        .run("-p local logs --count-by level -o raw")
        .expect(2);
    assert!(raw.stderr.contains("leave out -o raw"), "{}", raw.stderr);
}

#[test]
fn an_infrequent_group_is_refused_to_readers_as_on_aws() {
    let (_sandbox, endpoint) = with_infrequent("rare");
    let group = json!({"logGroupName": "rare", "logStreamName": "s"});
    for operation in ["FilterLogEvents", "GetLogEvents"] {
        let (status, answer) = call(&endpoint, operation, &group);
        assert_eq!(status, 400);
        let text = answer.to_string();
        assert!(text.contains("InvalidOperationException"), "{text}");
    }
    let asked = json!({"logGroupName": "rare", "startTime": 0, "endTime": 4_000_000_000_u64,
        "queryString": "fields @message | dedup @message"});
    let (status, answer) = call(&endpoint, "StartQuery", &asked);
    assert_eq!(status, 400);
    assert!(
        answer.to_string().contains("MalformedQueryException"),
        "{answer}"
    );
}

#[test]
fn an_infrequent_group_is_read_whole_also_beyond_the_rows_of_one_query() {
    let (sandbox, endpoint) = with_infrequent("rare");
    let from = Timestamp::now().as_millisecond() - 120_000;
    // Several lines a millisecond, and equal ones.
    let lines: Vec<(i64, String)> = (0..12_000)
        .map(|number| (from + number / 3, format!("line {}", number / 2)))
        .collect();
    put(&endpoint, "rare", &lines);
    let read = sandbox.run("-p local logs --group rare -o raw").expect(0);
    let read_lines: Vec<&str> = read.stdout.lines().collect();
    let written: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(read_lines.len(), written.len());
    assert!(read_lines == written, "not as written");
    assert!(
        read.stderr.contains("Logs Insights scanned "),
        "{}",
        read.stderr
    );

    let last = sandbox
        .run("-p local logs --group rare --tail 2 -o raw")
        .expect(0);
    assert_eq!(last.stdout, "line 5999\nline 5999\n");
    // AWS refuses to look at a time before the group was made.
    let before = sandbox
        .run("-p local logs --group rare --since 48h --until 24h")
        .expect(0);
    assert_eq!(before.stdout, "");
}

#[test]
fn a_millisecond_with_more_lines_than_a_query_gives_is_told_of() {
    let (sandbox, endpoint) = with_infrequent("full");
    let at = Timestamp::now().as_millisecond() - 60_000;
    let mut lines = vec![(at, "x".to_owned()); 10_001];
    lines.push((at + 1, "after it".to_owned()));
    put(&endpoint, "full", &lines);
    let read = sandbox.run("-p local logs --group full -o raw").expect(4);
    assert_eq!(read.stdout.lines().count(), 10_001);
    assert!(read.stdout.ends_with("\nafter it\n"));
    assert!(
        read.stderr
            .contains("NOT complete: the endpoint gave only a part of 1 millisecond"),
        "{}",
        read.stderr
    );
}

#[test]
fn a_pipeline_with_an_infrequent_log_group_is_verified_and_followed() {
    let (sandbox, endpoint) = infrequent_consumer();
    sandbox
        .run(&format!("-p local send {}", sample("basic.json")))
        .expect(0);
    let verified = sandbox.run("-p local verify --witness logs,queue --timeout 20s");
    assert_eq!(verified.code, Some(0), "{verified:?}");

    let mut child = sandbox
        .edactl()
        .args([
            "-p", "local", "logs", "--follow", "--from", "consumer", "-o", "raw",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    put(
        &endpoint,
        CONSUMER,
        &[(Timestamp::now().as_millisecond(), "the last one".to_owned())],
    );
    assert!(lines.any(|line| line.expect("text") == "the last one"));
    let id = child.id().to_string();
    let ended = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(ended.expect("kill runs").success());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(130));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(
        said.matches("is polled by queries of Logs Insights")
            .count(),
        1,
        "{said}"
    );
}

/// A CloudWatch Logs that answers each operation with the same text, or with nothing.
fn canned(answers: &'static [(&'static str, &'static str)]) -> Proxy {
    Proxy::answering(|seen| Reply {
        status: 200,
        headers: &[("content-type", "application/x-amz-json-1.1")],
        body: answers
            .iter()
            .find(|(operation, _)| is_asked(seen, operation))
            .map_or(b"{}", |(_, answer)| answer.as_bytes()),
    })
}

fn is_asked(seen: &Seen, operation: &str) -> bool {
    seen.operation == format!("Logs_20140328.{operation}")
}

fn was_asked(endpoint: &Proxy, operation: &str) -> bool {
    endpoint.seen().iter().any(|seen| is_asked(seen, operation))
}

fn count_there(sandbox: &CliSandbox, endpoint: &Proxy, more: &[&str]) -> std::process::Command {
    let mut command = sandbox.edactl_with_account();
    command
        .args(["--endpoint-url", &endpoint.url()])
        .args(["logs", "--group", "g", "--count-by", "level"])
        .args(more);
    command
}

#[test]
fn an_endpoint_that_cannot_count_gives_no_wrong_number() {
    let sandbox = CliSandbox::new();
    // One that overlooks `stats`, as some emulators do, and one that gives nothing for it.
    for answers in [
        &[
            ("StartQuery", r#"{"queryId":"q"}"#),
            (
                "GetQueryResults",
                r#"{"status":"Complete","statistics":{"recordsMatched":1.0},
                "results":[[{"field":"@message","value":"x"}]]}"#,
            ),
        ],
        &[
            ("StartQuery", r#"{"queryId":"q"}"#),
            (
                "GetQueryResults",
                r#"{"status":"Complete","statistics":{"recordsMatched":1.0},"results":[]}"#,
            ),
        ],
    ] {
        let endpoint = canned(answers);
        let output = count_there(&sandbox, &endpoint, &[])
            .output()
            .expect("edactl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.contains("its Logs Insights knows no `stats`"),
            "{said}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_query_that_nobody_waits_for_any_more_is_stopped() {
    const ENDLESS: &[(&str, &str)] = &[
        ("StartQuery", r#"{"queryId":"q"}"#),
        ("GetQueryResults", r#"{"status":"Running","results":[]}"#),
        ("StopQuery", r#"{"success":true}"#),
    ];
    let sandbox = CliSandbox::new();
    let endpoint = canned(ENDLESS);
    let output = count_there(&sandbox, &endpoint, &["--timeout", "500ms"])
        .output()
        .expect("edactl runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(
        said.contains("did not end in time, and was stopped"),
        "{said}"
    );
    assert!(was_asked(&endpoint, "StopQuery"));

    let endpoint = canned(ENDLESS);
    let child = count_there(&sandbox, &endpoint, &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    eventually("a look at the results", || {
        was_asked(&endpoint, "GetQueryResults").then_some(())
    });
    let id = child.id().to_string();
    let ended = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(ended.expect("kill runs").success());
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(130));
    assert!(was_asked(&endpoint, "StopQuery"));
}
