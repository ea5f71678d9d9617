//! What an event becomes, on the embedded pipeline: producers of every shape are proven, templates
//! and JSON Lines are sent as `--dry-run` shows them.

use serde_json::{Value, json};

use crate::support::{CliSandbox, Ran};

const ENTRIES: &str = r#"{"one": {"order": 1, "to": "Ada"}, "two": {"order": 2, "to": "Eve"}}"#;
const LIST: &str =
    r#"{"batch": "b-7", "orders": [{"order": 1, "to": "Ada"}, {"order": 2, "to": "Eve"}]}"#;
const REST: &str = r#"{"resource": "/orders", "path": "/orders", "httpMethod": "POST",
    "requestContext": {"stage": "prod"}, "body": "{\"order\": 1, \"to\": \"Ada\"}"}"#;
const BUS: &str =
    r#"{"detail-type": "OrderPlaced", "source": "shop", "detail": {"order": 1, "to": "Ada"}}"#;
const RECORDS: &str = r#"{"Records": [
    {"messageId": "m-1", "eventSource": "aws:sqs", "body": "{\"order\": 1, \"to\": \"Ada\"}"},
    {"messageId": "m-2", "eventSource": "aws:sqs", "body": "{\"order\": 2, \"to\": \"Eve\"}"}]}"#;

/// Each shape of the embedded producer, an event for it, what `--messages` has to say (nothing:
/// AWS defines it, or it is what is assumed), and how many payloads that makes.
const SHAPES: [(&str, &str, &str, u64); 10] = [
    ("entries", ENTRIES, "", 2),
    ("batch", ENTRIES, "", 2),
    ("event", ENTRIES, "event", 1),
    ("envelope", ENTRIES, "event", 1),
    ("fixed", ENTRIES, "unknown", 1),
    ("list", LIST, "/orders/*", 2),
    ("body", REST, "", 1),
    ("body-wrapped", REST, "", 1),
    ("detail", BUS, "", 1),
    ("records", RECORDS, "", 2),
];

fn edactl(sandbox: &CliSandbox, arguments: &[&str]) -> Ran {
    let mut edactl = sandbox.edactl();
    edactl.args(["-p", "local"]).args(arguments);
    edactl.output().expect("edactl runs").into()
}

#[test]
fn a_producer_of_each_shape_is_proven() {
    for (shape, event, messages, payloads) in SHAPES {
        for marking in [&[][..], &["--no-marker"]] {
            let sandbox = CliSandbox::with_pipeline(&format!("--producer-shape {shape}"));
            sandbox.file("event.json", event);
            let mut arguments = vec!["verify", "event.json", "-o", "json"];
            if !messages.is_empty() {
                arguments.extend(["--messages", messages]);
            }
            arguments.extend(marking);
            let report = edactl(&sandbox, &arguments).expect(0).json();
            assert_eq!(report["counts"]["taken"], payloads, "{shape}: {report}");
            assert_eq!(sandbox.consumed() as u64, payloads, "{shape}");
        }
    }
}

#[test]
fn a_dry_run_shows_the_payloads_and_where_their_markers_go() {
    let sandbox = CliSandbox::with_pipeline("--producer-shape body");
    sandbox.file("rest.json", REST);
    let dry = edactl(&sandbox, &["send", "--dry-run", "rest.json", "-o", "json"]).expect(0);
    let dry = dry.json();
    let invocation = &dry["invocations"][0];
    let payload = &invocation["payloads"][0];
    let marker = payload["marker"].as_str().expect("a marker");
    assert_eq!(payload["pointer"], "/body");
    let body = invocation["payload"]["body"].as_str().expect("text");
    let body: Value = serde_json::from_str(body).expect("JSON in the text");
    assert_eq!(body, json!({"order": 1, "to": "Ada", "edactl": marker}));
    // In places of the event's own, several times.
    let sandbox = CliSandbox::new();
    sandbox.file(
        "places.json",
        r#"{"one": {"id": "{{marker}}", "title": "order {{marker}}"}, "two": {"order": 2}}"#,
    );
    let dry = edactl(&sandbox, &["send", "--dry-run", "places.json"]).expect(0);
    let markers = regex::Regex::new("edactl-[0-9a-z-]+-([0-9]+)").expect("a pattern");
    let table = markers.replace_all(&dry.stdout, "edactl-RUN-$1");
    insta::assert_snapshot!(table, @"
    #  EVENT        PAYLOAD  BYTES  RECOGNISED BY  MARKER
    1  places.json  one      71     placeholder    edactl-RUN-1 (2 times)
    2  places.json  two      45     marker         edactl-RUN-2
    messages: entries: each top-level entry is a message (as --messages or edactl.toml says)
    dry run: 2 payloads in 1 invocation would be sent; nothing was
    ");
}

#[test]
fn templates_and_json_lines_are_sent_as_the_dry_run_shows_them() {
    let sandbox = CliSandbox::with_pipeline("--producer-shape event");
    let line = r#"{"id": "{{uuid}}", "at": "{{now}}", "n": {{seq}}, "who": "{{env.WHO}}", "text": "{{{{seq}}"}"#;
    sandbox.file("load.jsonl", format!("{line}\n\n{line}\n"));
    let mut dry = sandbox.edactl();
    dry.env("WHO", "a \"b\" {{seq}}").args([
        "-p",
        "local",
        "send",
        "load.jsonl",
        "--dry-run",
        "--messages",
        "event",
        "--no-marker",
        "--repeat",
        "2",
        "-o",
        "json",
    ]);
    let dry = Ran::from(dry.output().expect("edactl runs"))
        .expect(0)
        .json();
    let invocations = dry["invocations"].as_array().expect("invocations");
    let sent: Vec<&Value> = invocations.iter().map(|it| &it["payload"]).collect();
    let numbers: Vec<_> = sent.iter().map(|sent| sent["n"].as_u64()).collect();
    assert_eq!(numbers, [1, 2, 3, 4].map(Some));
    let mut ids: Vec<_> = sent.iter().map(|sent| sent["id"].as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4, "{sent:?}");
    let first = sent[0];
    assert_eq!(first["who"], "a \"b\" {{seq}}");
    assert_eq!(first["text"], "{{seq}}");
    let at = first["at"].as_str().expect("a time");
    assert!(at.parse::<jiff::Timestamp>().is_ok(), "{at}");
    let origins: Vec<_> = invocations.iter().map(|it| it["event"].as_str()).collect();
    assert_eq!(origins[..2], [Some("load.jsonl:1"), Some("load.jsonl:3")]);
    let mut verify = sandbox.edactl();
    verify.env("WHO", "Ada").args([
        "-p",
        "local",
        "verify",
        "load.jsonl",
        "--messages",
        "event",
        "--no-marker",
        "--repeat",
        "2",
        "-o",
        "json",
    ]);
    let report = Ran::from(verify.output().expect("edactl runs"))
        .expect(0)
        .json();
    assert_eq!(report["counts"]["taken"], 4, "{report}");
    assert_eq!(sandbox.consumed(), 4);
}
