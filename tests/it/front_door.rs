//! Sending by HTTP to what stands in front of the producer: each request leaves at most once, what
//! became of it is told as it is, and no secret stays anywhere.

use std::{fs, path::Path, time::Duration};

use edactl_local::names;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{
    CliSandbox, Ran,
    gateway::{Gateway, Manner, REQUEST_ID, SeenRequest},
    loopback::ReservedPort,
};

const ORDER: &str = r#"{"order": 7, "customer": "Ada", "items": [{"sku": "x-1"}]}"#;

/// The embedded pipeline with a producer that passes a request's body on, and a gateway before it.
struct Before {
    sandbox: CliSandbox,
    gateway: Gateway,
}

impl Before {
    fn with(manner: Manner) -> Self {
        let sandbox = CliSandbox::with_pipeline("--producer-shape body");
        sandbox.file("order.json", ORDER);
        let gateway = Gateway::start(&sandbox.endpoint(), manner);
        Self { sandbox, gateway }
    }

    fn run(&self, command: &str, more: &[&str]) -> Ran {
        self.run_to(&self.gateway.url(), command, more)
    }

    fn run_to(&self, url: &str, command: &str, more: &[&str]) -> Ran {
        let mut edactl = self.sandbox.edactl();
        edactl.args([
            "-p",
            "local",
            command,
            "order.json",
            "-o",
            "json",
            "--url",
            url,
        ]);
        edactl.args(more).output().expect("edactl runs").into()
    }
}

/// The names in a report's findings.
fn findings(report: &Value) -> Vec<&str> {
    let all = report["findings"].as_array().expect("findings");
    all.iter().filter_map(|it| it["id"].as_str()).collect()
}

#[test]
fn a_request_that_is_answered_is_proven() {
    for manner in [Manner::Pass, Manner::Late(Duration::from_millis(700))] {
        let before = Before::with(manner);
        let report = before.run("verify", &[]).expect(0).json();
        assert_eq!(report["verdict"], "proven", "{report}");
        assert_eq!(report["counts"]["taken"], 1);
        let seen = before.gateway.seen();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].method, "POST");
        assert_eq!(seen[0].header("content-type"), "application/json");
        assert_eq!(before.sandbox.consumed(), 1);
    }
}

#[test]
fn the_request_id_of_a_gateway_is_not_the_function_s() {
    let before = Before::with(Manner::Pass);
    let sent = before.run("send", &[]).expect(0);
    assert!(!sent.stdout.contains(REQUEST_ID), "{}", sent.stdout);
    let sent = sent.json();
    assert_eq!(sent["invocations"][0]["request_id"], Value::Null);
    assert_eq!(sent["invocations"][0]["status"], 200);
    let state = contents(&before.sandbox.state());
    assert!(!state.contains(REQUEST_ID), "it was recorded");
}

#[test]
fn an_answer_that_breaks_off_leaves_it_in_doubt_and_nothing_is_repeated() {
    let late = Manner::Instead(504, r#"{"message": "Endpoint request timed out"}"#);
    for manner in [Manner::CutOff, late] {
        let before = Before::with(manner);
        let sent = before.run("send", &[]).expect(4).json();
        assert_eq!(sent["counts"]["in_doubt"], 1, "{sent}");
        assert_eq!(before.gateway.seen().len(), 1);
        // It did run, and the log shows it.
        let verified = before.sandbox.run("-p local verify -o json").expect(0);
        let report = verified.json();
        assert_eq!(report["verdict"], "proven");
        assert!(findings(&report).contains(&"doubt-settled"), "{report}");
        assert_eq!(before.gateway.seen().len(), 1);
    }
}

#[test]
fn an_answer_that_takes_too_long_leaves_it_in_doubt() {
    let before = Before::with(Manner::Late(Duration::from_secs(30)));
    let sent = before.run("send", &["--invoke-timeout", "1s"]).expect(4);
    assert_eq!(sent.json()["counts"]["in_doubt"], 1, "{sent:?}");
    assert_eq!(before.gateway.seen().len(), 1);
}

#[test]
fn an_error_of_the_function_is_told_and_never_called_lost() {
    let failed = Manner::Refuse(500, r#"{"message": "Internal Server Error"}"#);
    let before = Before::with(failed);
    let sent = before.run("send", &[]).expect(1).json();
    assert_eq!(sent["counts"]["failed"], 1, "{sent}");
    assert_eq!(sent["invocations"][0]["status"], 500);
    let verified = before.sandbox.run("-p local verify -o json").expect(4);
    let report = verified.json();
    assert_eq!(report["counts"]["in_doubt"], 1, "{report}");
    assert_eq!(report["counts"]["lost"], 0);
    // The same words after the producer ran: what happened counts.
    let before = Before::with(Manner::Instead(
        502,
        r#"{"message": "Internal server error"}"#,
    ));
    before.run("send", &[]).expect(1);
    let verified = before.sandbox.run("-p local verify -o json").expect(0);
    assert_eq!(verified.json()["verdict"], "proven");
    assert_eq!(before.gateway.seen().len(), 1);
}

#[test]
fn a_url_that_redirects_is_bad_input() {
    let before = Before::with(Manner::Redirect("https://orders.example.com/T0K3N/v2"));
    for command in ["send", "verify"] {
        let refused = before.run(command, &[]).expect(2);
        let error = refused
            .stderr
            .lines()
            .find(|line| line.starts_with("error: "));
        let error = error.unwrap_or_default();
        assert!(
            error.contains("redirects to https://orders.example.com (HTTP 302)"),
            "{error}"
        );
        assert!(refused.stderr.contains("--url"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("T0K3N"), "{}", refused.stderr);
    }
    assert_eq!(before.gateway.seen().len(), 2);
    assert_eq!(before.sandbox.consumed(), 0);
}

#[test]
fn a_url_that_refuses_sends_nothing() {
    let before = Before::with(Manner::Refuse(403, r#"{"message":"Forbidden"}"#));
    let refused = before.run("verify", &[]).expect(3);
    assert!(refused.stderr.contains("HTTP 403"), "{}", refused.stderr);
    assert!(refused.stderr.contains("next: "), "{}", refused.stderr);
    assert_eq!(before.sandbox.consumed(), 0);
    // Nobody is there.
    let port = ReservedPort::new();
    let url = format!("http://{}/orders", port.address);
    let refused = before.run_to(&url, "verify", &[]).expect(3);
    assert!(refused.stderr.contains("next: "), "{}", refused.stderr);
    // It is no URL, or an option needs one.
    let wrong = before.run_to("orders.example.com", "verify", &[]).expect(2);
    assert!(
        wrong.stderr.contains("not an http or https URL"),
        "{}",
        wrong.stderr
    );
    let wrong = before
        .sandbox
        .run("-p local verify order.json --iam")
        .expect(2);
    assert!(
        wrong.stderr.contains("--iam is for sending by HTTP"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn secrets_of_url_and_headers_are_sent_and_stay_nowhere() {
    const SECRETS: [&str; 5] = ["p4ss", "T0K3N", "s3cr3t", "h1dden", "dTpwNHNz"];
    let before = Before::with(Manner::Pass);
    let url = format!(
        "http://u:p4ss@{}/T0K3N?key=s3cr3t",
        before.gateway.authority()
    );
    let more = ["--header", "x-api-key: h1dden", "-vv"];
    let verified = before.run_to(&url, "verify", &more).expect(0);
    // The sandbox's gateway is gone: errors name it, too.
    let Before { sandbox, gateway } = before;
    let seen = gateway.seen();
    drop(gateway);
    let edactl = ["-p", "local", "send", "order.json", "--url", &url, "-vv"];
    let failed: Ran = sandbox
        .edactl()
        .args(edactl)
        .output()
        .expect("edactl runs")
        .into();
    assert_eq!(failed.code, Some(3), "{failed:?}");
    let shown = [
        &verified.stdout,
        &verified.stderr,
        &failed.stdout,
        &failed.stderr,
    ];
    let state = contents(&sandbox.state());
    for secret in SECRETS {
        assert!(
            shown.iter().all(|text| !text.contains(secret)),
            "{secret}: {shown:#?}"
        );
        assert!(!state.contains(secret), "{secret} was recorded");
    }
    assert_eq!(seen[0].path, "/T0K3N?key=s3cr3t");
    assert_eq!(seen[0].header("x-api-key"), "h1dden");
    assert_eq!(seen[0].header("authorization"), "Basic dTpwNHNz");
}

/// All that stands in the files of a directory.
fn contents(directory: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all += &contents(&path);
        } else if let Ok(bytes) = fs::read(&path) {
            all += &String::from_utf8_lossy(&bytes);
        }
    }
    all
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// HMAC-SHA-256 (RFC 2104) with a key of up to 64 bytes.
fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        block
            .iter_mut()
            .zip(key)
            .for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::digest([&padded(0x36)[..], text.as_bytes()].concat());
    Sha256::digest([&padded(0x5c)[..], &inner[..]].concat()).to_vec()
}

/// The value of one part of an Authorization header.
fn part<'a>(header: &'a str, name: &str) -> &'a str {
    let begin = header.find(name).map(|at| at + name.len() + 1);
    let rest = &header[begin.unwrap_or_else(|| panic!("no {name} in {header}"))..];
    rest.split(',').next().unwrap_or_default().trim()
}

/// The signature that AWS would compute of a request (Signature Version 4).
fn signature(request: &SeenRequest, secret: &str) -> String {
    let header = request.header("authorization");
    let scope = part(header, "Credential")
        .split_once('/')
        .expect("a scope")
        .1;
    let signed = part(header, "SignedHeaders");
    let headers: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", request.header(name)))
        .collect();
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let canonical = format!(
        "{}\n{path}\n{query}\n{headers}\n{signed}\n{}",
        request.method,
        sha256(&request.body)
    );
    let text = format!(
        "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
        request.header("x-amz-date"),
        sha256(canonical.as_bytes())
    );
    let key = scope
        .split('/')
        .fold(format!("AWS4{secret}").into_bytes(), |key, step| {
            hmac(&key, step)
        });
    hex(&hmac(&key, &text))
}

#[test]
fn iam_signs_the_request() {
    let before = Before::with(Manner::Pass);
    let url = format!("{}?stage=test", before.gateway.url());
    let mut edactl = before.sandbox.edactl_with_account();
    edactl
        .env("EDACTL_ENDPOINT_URL", before.sandbox.endpoint())
        .env("AWS_SESSION_TOKEN", "t0ken")
        .args([
            "--producer",
            names::PRODUCER,
            "send",
            "order.json",
            "--url",
            &url,
            "--iam",
        ]);
    let sent: Ran = edactl.output().expect("edactl runs").into();
    sent.expect(0);
    let seen = before.gateway.seen();
    let header = seen[0].header("authorization");
    assert!(
        header.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        "{header}"
    );
    assert!(
        header.contains("/us-east-1/execute-api/aws4_request"),
        "{header}"
    );
    assert_eq!(seen[0].header("x-amz-security-token"), "t0ken");
    assert_eq!(part(header, "Signature"), signature(&seen[0], "secret"));
    assert_ne!(part(header, "Signature"), signature(&seen[0], "another"));
}
