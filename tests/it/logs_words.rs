//! Levels and errors in every runtime's and logger's words: what reading a log calls them is what
//! counting on the server calls them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use crate::logs_insights::{counts, put, with_infrequent};

/// Lines as runtimes and loggers write them, and the type of error that each tells of.
fn spoken() -> Vec<(String, Option<&'static str>)> {
    let id = "169f3f51-0320-4f83-9099-ac1a414e52d0";
    let column =
        |level: &str, text: &str| format!("2026-11-26T01:00:00.477Z\t{id}\t{level}\t{text}");
    let none = |text: &str| (text.to_owned(), None);
    let some = |text: &str, error: &'static str| (text.to_owned(), Some(error));
    let other = "(none)";
    vec![
        none("no level at all"),
        none("error handling is on"),
        none(&format!("START RequestId: {id} Version: $LATEST")),
        none(&format!("[INFO]\t2026-11-26T01:00:00.477Z\t{id}\tfine")),
        none(&column("INFO", r#"{"level":30,"msg":"pino"}"#)),
        none(&column(
            "ERROR",
            r#"{"level":"warn","message":"a warning"}"#,
        )),
        none(r#"{"level":"Information","message":"fine"}"#),
        none("Warning: low stock"),
        some(
            &column("INFO", r#"{"level":"ERROR","message":"no"}"#),
            other,
        ),
        some(&column("INFO", r#"{"level":50,"msg":"pino"}"#), other),
        some(
            &column(
                "fail",
                "System.ApplicationException: boom\n   at App.Handle()",
            ),
            "System.ApplicationException",
        ),
        some(
            &column(
                "ERROR",
                r#"Invoke Error 	{"errorType":"OutOfStock","errorMessage":"no"}"#,
            ),
            "OutOfStock",
        ),
        some(
            r#"{"@timestamp":"2026-11-26T01:00:00Z","log.level":"ERROR","message":"ecs"}"#,
            other,
        ),
        some(r#"{"level":"SEVERE","message":"java"}"#, other),
        some("SEVERE: java.util.logging", other),
        some(
            "time=\"2026-11-26T01:00:00Z\" level=error msg=\"logrus\"",
            other,
        ),
        some(
            "[ERROR] OutOfStock: chair\nTraceback (most recent call last):\n  File",
            "OutOfStock",
        ),
        some(
            "boom: java.lang.RuntimeException\njava.lang.RuntimeException: boom\n\tat com.acme.App.f(App.java:12)\n",
            "java.lang.RuntimeException",
        ),
        some(
            "2026/11/26 01:02:03 {\"errorMessage\":\"boom\",\"errorType\":\"errorString\"}",
            "errorString",
        ),
        some(
            "Error raised from handler method\n{\n  \"errorMessage\": \"boom\",\n  \"errorType\": \"Function<RuntimeError>\",\n  \"stackTrace\": []\n}",
            "RuntimeError",
        ),
        some(
            &format!(
                "2026-11-26T01:00:00Z ERROR Lambda runtime invoke{{requestId=\"{id}\"}}: lambda_runtime::layers::panic: \"boom\""
            ),
            other,
        ),
        some(
            &format!("\u{1b}[2m2026-11-26T01:00:00Z\u{1b}[0m \u{1b}[31mERROR\u{1b}[0m f: {id}"),
            other,
        ),
        some(
            &format!("2026-11-26T01:00:00.1Z {id} Task timed out after 3.00 seconds"),
            "Task timed out",
        ),
    ]
}

#[test]
fn counts_of_levels_and_errors_are_those_of_reading_in_every_runtimes_words() {
    let (sandbox, endpoint) = with_infrequent("app");
    let now = Timestamp::now().as_millisecond();
    let spoken = spoken();
    let lines: Vec<_> = spoken.iter().map(|(line, _)| (now, line.clone())).collect();
    put(&endpoint, "app", &lines);
    let read = sandbox.run("-p local logs --group app -o json").expect(0);
    let mut levels: BTreeMap<String, u64> = BTreeMap::new();
    for line in read.stdout.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        let level = line["level"].as_str().map(str::to_ascii_uppercase);
        let level = level.unwrap_or_else(|| "(none)".into());
        *levels.entry(level).or_default() += 1;
    }
    assert_eq!(levels.values().sum::<u64>(), spoken.len() as u64);
    let by_level = sandbox
        .run("-p local logs --group app --count-by level -o json")
        .expect(0);
    assert_eq!(counts(&by_level.json()), levels);

    let errors = spoken.iter().filter_map(|(_, error)| *error);
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for error in errors.clone() {
        *types.entry(error.to_owned()).or_default() += 1;
    }
    let by_error = sandbox
        .run("-p local logs --group app --count-by error --exclude warn -o json")
        .expect(0);
    assert_eq!(counts(&by_error.json()), types);
    // What reading calls an error is what counting calls one.
    assert_eq!(levels["ERROR"], errors.count() as u64);
    let shown = sandbox
        .run("-p local logs --group app --only-errors --context 0 -o json")
        .expect(0);
    assert_eq!(shown.stdout.lines().count() as u64, levels["ERROR"]);
    let shown = sandbox
        .run("-p local logs --group app --level error -o json")
        .expect(0);
    assert_eq!(shown.stdout.lines().count() as u64, levels["ERROR"]);
}
