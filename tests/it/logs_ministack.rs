//! `edactl logs` on an AWS that others wrote (ministack), with functions in Python: the same lines
//! as boto3 reads.

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Ministack, Spec},
    sample,
};
use serde_json::{Value, json};

/// Stream, time and text of each event, sorted.
type Lines = Vec<(String, i64, String)>;

fn line(stream: &Value, at: i64, message: &Value) -> (String, i64, String) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (
        text(stream),
        at,
        text(message).trim_end_matches(['\n', '\r']).to_owned(),
    )
}

fn boto3(ministack: &Ministack, function: &str) -> Lines {
    let group = format!("/aws/lambda/{function}");
    let answer = ministack.call(
        "logs",
        "filter_log_events",
        &json!({ "logGroupName": group }),
    );
    let events = answer["events"].as_array().expect("events");
    let mut lines: Lines = events
        .iter()
        .map(|event| {
            let at = event["timestamp"].as_i64().expect("milliseconds");
            line(&event["logStreamName"], at, &event["message"])
        })
        .collect();
    lines.sort();
    lines
}

fn edactl(ministack: &Ministack, sandbox: &CliSandbox, function: &str, source: &str) -> Lines {
    let ran: Ran = ministack
        .edactl(sandbox)
        .args([
            "--producer",
            function,
            "logs",
            "--since",
            "1h",
            "-o",
            "json",
        ])
        .args(["--from", source])
        .output()
        .expect("edactl runs")
        .into();
    let mut lines: Lines = ran
        .expect(0)
        .stdout
        .lines()
        .map(|text| {
            let event: Value = serde_json::from_str(text).expect("JSON");
            let at: jiff::Timestamp = event["timestamp"].as_str().unwrap().parse().unwrap();
            line(&event["stream"], at.as_millisecond(), &event["message"])
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn the_same_lines_as_boto3_reads() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(&Spec::new("seed"));
    let sent: Ran = ministack
        .edactl(&sandbox)
        .args([
            "--producer",
            &deployed.producer,
            "verify",
            "--metrics-wait",
            "1s",
        ])
        .args(["--timeout", "100s", &sample("batch.json")])
        .output()
        .expect("edactl runs")
        .into();
    sent.expect(0);
    for (function, source) in [
        (&deployed.producer, "producer"),
        (&deployed.consumer, "consumer"),
    ] {
        let theirs = boto3(&ministack, function);
        assert!(theirs.len() >= 100 || source == "producer", "{theirs:?}");
        let ours = edactl(&ministack, &sandbox, &deployed.producer, source);
        assert!(!ours.is_empty());
        assert_eq!(ours, theirs, "{source}");
    }
    // Its Logs Insights overlooks `stats`: no number is better than a wrong one.
    let counted: Ran = ministack
        .edactl(&sandbox)
        .args(["--producer", &deployed.producer])
        .args(["logs", "--since", "1h", "--count-by", "level"])
        .output()
        .expect("edactl runs")
        .into();
    let counted = counted.expect(3);
    assert!(
        counted
            .stderr
            .contains("its Logs Insights knows no `stats`"),
        "{}",
        counted.stderr
    );
}
