//! `runs`: the recorded runs, listed, shown, compared and pruned.

use serde_json::{Value, json};

use crate::support::{CliSandbox, schema::hold_against_schema};

const GOOD: &str = r#"{"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}}"#;
const BAD: &str = r#"{"a": {"n": 1}, "b": {"n": 2, "fail": true}, "c": {"n": 3}}"#;

fn verify(sandbox: &CliSandbox, event: &str, code: i32) -> String {
    sandbox.file("event.json", event);
    let ran = sandbox
        .run("-p local verify event.json -o json")
        .expect(code);
    ran.json()["run"].as_str().expect("a run").to_owned()
}

fn document(sandbox: &CliSandbox, arguments: &str) -> Value {
    let document = sandbox
        .run(&format!("{arguments} -o json"))
        .expect(0)
        .json();
    hold_against_schema(&document);
    document
}

#[test]
fn a_good_and_a_bad_run_differ_in_what_changed_and_nothing_else() {
    let sandbox = CliSandbox::with_pipeline("");
    let good = verify(&sandbox, GOOD, 0);
    let same = verify(&sandbox, GOOD, 0);
    let bad = verify(&sandbox, BAD, 1);
    let none = document(&sandbox, &format!("runs diff {good} {same}"));
    assert_eq!(none["changed"], json!([]));
    assert_eq!(none["unchanged"], 3);
    assert_eq!(none["events_that_differ"], json!([]));

    let diff = document(&sandbox, &format!("runs diff {good} {bad}"));
    assert_eq!(diff["before"]["verdict"], "proven");
    assert_eq!(diff["after"]["verdict"], "disproven");
    assert_eq!(diff["unchanged"], 2);
    assert_eq!(diff["events_that_differ"], json!(["event.json"]));
    let changed = diff["changed"].as_array().expect("changes");
    assert_eq!(changed.len(), 1, "{diff:#}");
    assert_eq!(changed[0]["payload"], "b");
    assert_eq!(changed[0]["before"]["state"], "taken");
    assert_eq!(changed[0]["after"]["state"], "dead-lettered");
    let error = changed[0]["after"]["error"].as_str().expect("an error");
    assert!(error.contains("asks to fail"), "{error}");
    assert!(diff["latencies"][0]["before_ms"].is_u64(), "{diff:#}");

    let table = sandbox
        .run(&format!("runs diff {good} {bad}"))
        .expect(0)
        .stdout;
    assert!(
        table.contains("event.json is not the same in both runs"),
        "{table}"
    );
    assert!(table.contains("1 message changed, 2 the same"), "{table}");
}

#[test]
fn what_another_run_sent_in_the_same_minute_is_no_alarm() {
    let sandbox = CliSandbox::with_pipeline("");
    sandbox.file("event.json", GOOD);
    for _ in 0..3 {
        let report = document(&sandbox, "-p local verify event.json");
        assert_eq!(report["findings"], json!([]), "{report:#}");
        let metrics = &report["witnesses"]["metrics"];
        let sent = metrics["sent"].as_u64().expect("a count");
        assert_eq!(metrics["others"], sent > 3, "{report:#}");
        assert_eq!(metrics["agree"], sent == 3, "{report:#}");
    }
}

#[test]
fn runs_are_listed_and_shown_and_a_beginning_of_an_id_is_enough() {
    let sandbox = CliSandbox::with_pipeline("");
    let nothing = sandbox.run("runs list").expect(0);
    assert_eq!(nothing.stdout, "no run is recorded\n");
    let good = verify(&sandbox, GOOD, 0);
    sandbox.run("-p local send event.json").expect(0);
    let list = document(&sandbox, "runs list");
    let runs = list["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 2);
    assert_eq!(runs[0]["verdict"], Value::Null, "newest first: {list:#}");
    assert_eq!(runs[1]["run"], json!(good));
    assert_eq!(runs[1]["verdict"], "proven");
    assert_eq!(runs[1]["counts"]["taken"], 3);
    assert!(runs[1]["p95_ms"].is_u64(), "{list:#}");
    assert_eq!(document(&sandbox, "-p other runs list")["runs"], json!([]));
    let table = sandbox.run("runs list").expect(0).stdout;
    assert!(table.contains("not verified"), "{table}");
    assert!(table.contains("3 messages taken"), "{table}");

    // All but the last character: the two ids differ before it.
    let beginning = &good[..good.len() - 1];
    let show = document(&sandbox, &format!("runs show {beginning}"));
    assert_eq!(show["run"], json!(good));
    assert_eq!(show["events"][0]["origin"], "event.json");
    let text = sandbox
        .run(&format!("runs show {beginning}"))
        .expect(0)
        .stdout;
    assert!(text.contains("verdict     proven"), "{text}");
    let ambiguous = sandbox.run(&format!("runs show {}", &good[..2])).expect(2);
    assert!(
        ambiguous
            .stderr
            .contains("is the beginning of several runs")
    );
    let unverified = sandbox.run("runs diff last last").expect(2);
    assert!(
        unverified.stderr.contains("was not verified yet"),
        "{}",
        unverified.stderr
    );
}

#[test]
fn old_runs_go_and_unverified_ones_only_when_told() {
    let sandbox = CliSandbox::with_pipeline("");
    let good = verify(&sandbox, GOOD, 0);
    sandbox.run("-p local send event.json").expect(0);
    let count = || {
        document(&sandbox, "runs list")["runs"]
            .as_array()
            .map(Vec::len)
    };
    let refused = sandbox.run("runs prune").expect(2);
    assert!(
        refused.stderr.contains("nothing says how old"),
        "{}",
        refused.stderr
    );
    let young = document(&sandbox, "runs prune --older 30d");
    assert_eq!((young["deleted"].clone(), count()), (json!([]), Some(2)));
    let dry = document(&sandbox, "runs prune --older 0 --dry-run");
    assert_eq!((dry["deleted"].clone(), count()), (json!([good]), Some(2)));

    let ran = sandbox.run("runs prune --older 0").expect(0);
    assert_eq!(ran.stdout, format!("{good}\n1 run deleted\n"));
    assert!(ran.stderr.contains("--unverified"), "{}", ran.stderr);
    assert_eq!(count(), Some(1));
    sandbox.run("runs prune --older 0 --unverified").expect(0);
    assert_eq!(count(), Some(0));
}

#[test]
fn a_retention_in_the_configuration_is_kept_by_each_send() {
    let sandbox = CliSandbox::with_pipeline("");
    let good = verify(&sandbox, GOOD, 0);
    sandbox.file("edactl.toml", "keep_runs = \"0s\"\n");
    let next = verify(&sandbox, GOOD, 0);
    let list = document(&sandbox, "runs list");
    let runs = list["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 1, "{list:#}");
    assert_eq!(runs[0]["run"], json!(next));
    assert_ne!(good, next);
    let shown = sandbox
        .run("config show -p local --offline")
        .expect(0)
        .stdout;
    let line = shown.lines().find(|line| line.starts_with("keep_runs"));
    assert!(
        line.is_some_and(|line| line.contains("edactl.toml")),
        "{shown}"
    );
    sandbox.file("edactl.toml", "keep_runs = \"soon\"\n");
    let wrong = sandbox.run("-p local runs prune").expect(2);
    assert!(
        wrong.stderr.contains("`soon` is not a duration"),
        "{}",
        wrong.stderr
    );
}
