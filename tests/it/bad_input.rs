//! Bad input: each kind ends in one clear sentence, a next step and its exit code. Nothing is sent
//! and no run is recorded.

use std::process::Command;

use serde_json::json;

use crate::support::{
    CliSandbox, Ran, http,
    loopback::ReservedPort,
    proxy::{Proxy, Treatment},
};

/// A sandbox with an embedded pipeline behind a proxy that keeps what it sees.
struct Watched {
    sandbox: CliSandbox,
    endpoint: String,
    proxy: Proxy,
}

impl Watched {
    fn new() -> Self {
        let sandbox = CliSandbox::with_pipeline("");
        let endpoint = sandbox.endpoint();
        let proxy = Proxy::start(&endpoint, |_| Treatment::Forward);
        Self {
            sandbox,
            endpoint,
            proxy,
        }
    }

    /// edactl as somebody with an account, who has never heard of the embedded pipeline.
    fn edactl(&self) -> Command {
        let mut command = with_credentials(&self.sandbox);
        command
            .env("EDACTL_ENDPOINT_URL", self.proxy.url())
            .env("EDACTL_PRODUCER", "edactl-local-producer");
        command
    }

    /// What `send` says to this event, which it has to refuse before anything leaves.
    #[track_caller]
    fn refused(&self, event: impl AsRef<[u8]>) -> String {
        self.sandbox.file("event.json", event);
        let said = refused(&self.sandbox, self.edactl().args(["send", "event.json"]), 2);
        assert_eq!(self.proxy.invocations(), 0);
        // The same before a proof.
        let verify = refused(
            &self.sandbox,
            self.edactl().args(["verify", "event.json"]),
            2,
        );
        assert_eq!(verify, said);
        assert_eq!(self.proxy.invocations(), 0);
        said
    }

    /// Sets the largest message that the queue takes (SQS `SetQueueAttributes`).
    fn limit_messages(&self, bytes: usize) {
        let attributes = json!({
            "QueueUrl": format!("{}/000000000000/edactl-local-queue", self.endpoint),
            "Attributes": { "MaximumMessageSize": bytes.to_string() },
        });
        let (status, answer) =
            http::call(&self.endpoint, "AmazonSQS.SetQueueAttributes", &attributes);
        assert_eq!(status, 200, "{answer}");
    }
}

fn with_credentials(sandbox: &CliSandbox) -> Command {
    let mut command = sandbox.edactl_with_account();
    // Nobody wants to see where in edactl an error was made.
    command.env("RUST_BACKTRACE", "1");
    command
}

/// Runs a command that has to refuse, and returns its words without what differs each time.
#[track_caller]
fn refused(sandbox: &CliSandbox, command: &mut Command, code: i32) -> String {
    let ran: Ran = command.output().expect("edactl runs").into();
    let ran = ran.expect(code);
    assert_eq!(ran.stdout, "");
    let runs = sandbox.state().join("runs");
    let recorded = runs.read_dir().map_or(0, Iterator::count);
    assert_eq!(recorded, 0, "a run is recorded: {}", ran.stderr);
    sandbox.tidy(&ran.stderr)
}

#[test]
fn a_file_that_is_missing_or_unreadable() {
    let watched = Watched::new();
    let said = |name: &str| refused(&watched.sandbox, watched.edactl().args(["send", name]), 2);
    insta::assert_snapshot!(said("nowhere.json"), @r"
    error: cannot read nowhere.json: No such file or directory (os error 2)
    next: check the path; `-` reads the event from stdin
    ");
    insta::assert_snapshot!(said("."), @r"
    error: cannot read .: Is a directory (os error 21)
    next: check the path; `-` reads the event from stdin
    ");
    watched
        .sandbox
        .file("latin-1.json", b"{\"a\": \"caf\xe9\"}");
    insta::assert_snapshot!(said("latin-1.json"), @r"
    error: latin-1.json is not written in UTF-8, as JSON has to be: line 1 has the byte 0xE9, in Latin-1 (ISO-8859-1) the letter `é`
    next: convert it: iconv --from-code ISO-8859-1 --to-code UTF-8 latin-1.json > utf-8.json
    ");
    insta::assert_snapshot!(said("/dev/zero"), @r"
    error: /dev/zero has more than 12.00 MiB, and Lambda takes events of at most 6.00 MiB
    next: name the file of an event, or split it into smaller events
    ");
    insta::assert_snapshot!(said("events/*.json"), @r"
    error: no file fits `events/*.json`
    next: check the pattern, and the directory it begins in
    ");
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn a_file_without_an_end_ends_by_the_timeout() {
    let watched = Watched::new();
    let pipe = watched.sandbox.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    for (command, file) in [
        ("send", "pipe"),
        ("verify", "pipe"),
        ("send", "/dev/zero"),
        ("verify", "/dev/zero"),
    ] {
        let mut edactl = watched.edactl();
        edactl.args(["--timeout", "100ms", command, file]);
        let said = refused(&watched.sandbox, &mut edactl, 2);
        // A device that never ends is read up to what an event may have.
        let is_told = [
            "what was named was still being read",
            "/dev/zero has more than",
        ];
        assert!(is_told.iter().any(|told| said.contains(told)), "{said}");
    }
}

#[test]
fn more_messages_than_a_run_can_have() {
    let watched = Watched::new();
    watched.sandbox.file("event.json", r#"{"a": {}, "b": {}}"#);
    let mut edactl = watched.edactl();
    edactl.args(["send", "--dry-run", "--repeat", "4294967295", "event.json"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut edactl, 2), @r"
    error: this would be a run of 8,589,934,590 messages, and one run has at most 10,000,000
    next: lower --repeat, or send several runs
    ");
}

#[test]
fn json_that_is_not_json() {
    let watched = Watched::new();
    insta::assert_snapshot!(
        watched.refused("{\n  \"first\": {\"hello\": \"a\"},\n  \"second\": {\"hello\": b}\n}\n"),
        @r#"
    error: event.json is not valid JSON: expected value at line 3, column 23
      3 |   "second": {"hello": b}
        |                       ^
    next: mend the JSON at the caret
    "#
    );
    insta::assert_snapshot!(watched.refused("{\"first\": {\"grüße\": \"ä\",}}"), @r#"
    error: event.json is not valid JSON: trailing comma at line 1, column 25
      1 | {"first": {"grüße": "ä",}}
        |                         ^
    next: mend the JSON at the caret
    "#);
    insta::assert_snapshot!(watched.refused("{\"first\": 1"), @r#"
    error: event.json is not valid JSON: the text ends inside an object at line 1, column 11
      1 | {"first": 1
        |           ^
    next: mend the JSON at the caret
    "#);
    insta::assert_snapshot!(watched.refused(""), @r#"
    error: event.json has no entries, so nothing would be sent
    next: write an object such as {"first": {"hello": "a"}}; without --messages, each top-level entry is taken for a message
    "#);
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn json_that_is_no_event() {
    let watched = Watched::new();
    insta::assert_snapshot!(watched.refused("[{\"hello\": \"a\"}]"), @r#"
    error: event.json holds an array, but the producer expects a JSON object
    next: say what of it becomes a message: --messages event (all of it) or --messages '/*' (each item)
    "#);
    insta::assert_snapshot!(watched.refused("\"hello\""), @r#"
    error: event.json holds a string, but the producer expects a JSON object
    next: say what of it becomes a message: --messages event (all of it) or --messages '/*' (each item)
    "#);
    insta::assert_snapshot!(watched.refused("{}"), @r#"
    error: event.json has no entries, so nothing would be sent
    next: write an object such as {"first": {"hello": "a"}}; without --messages, each top-level entry is taken for a message
    "#);
    insta::assert_snapshot!(watched.refused("{\"a\": 1, \"a\": 2}"), @r#"
    error: event.json has the key "a" twice; the producer would see only one of them
    next: give each entry a key of its own
    "#);
    insta::assert_snapshot!(watched.refused("{\"a\": {\"edactl\": 1}}"), @r#"
    error: event.json: entry "a" already has a field "edactl"
    next: choose another field with --marker-field, or send it untouched with --no-marker
    "#);
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn one_bad_event_among_good_ones() {
    let watched = Watched::new();
    watched.sandbox.file("good.json", "{\"a\": 1}");
    watched.sandbox.file("bad.json", "{\"a\": }");
    let mut send = watched.edactl();
    send.args(["send", "good.json", "bad.json"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut send, 2), @r#"
    error: bad.json is not valid JSON: expected value at line 1, column 7
      1 | {"a": }
        |       ^
    next: mend the JSON at the caret
    "#);
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn an_entry_larger_than_the_queue_takes() {
    let watched = Watched::new();
    let event = |bytes: usize| format!("{{\"small\": 1, \"big\": \"{}\"}}", "x".repeat(bytes));
    insta::assert_snapshot!(watched.refused(event(1024 * 1024)), @r#"
    error: event.json: entry "big" takes 1048578 bytes as a message, but the queue takes at most 1048576
    next: make it smaller, or spread it over several events
    "#);
    watched.limit_messages(2048);
    insta::assert_snapshot!(watched.refused(event(2048)), @r#"
    error: event.json: entry "big" takes 2050 bytes as a message, but the queue takes at most 2048
    next: make it smaller, or spread it over several events
    "#);
    // The marker counts: without it, the entry is just small enough.
    let object = |bytes: usize| format!("{{\"big\": {{\"x\":\"{}\"}}}}", "x".repeat(bytes - 8));
    insta::assert_snapshot!(watched.refused(object(2048)), @r#"
    error: event.json: entry "big" takes 2081 bytes as a message, but the queue takes at most 2048
    next: make it smaller, or spread it over several events
    "#);
}

#[test]
fn an_event_larger_than_lambda_takes() {
    let watched = Watched::new();
    let entries: Vec<_> = (0..7)
        .map(|number| format!("\"{number}\": \"{}\"", "x".repeat(1_000_000)))
        .collect();
    insta::assert_snapshot!(watched.refused(format!("{{{}}}", entries.join(","))), @r"
    error: event.json takes 7000050 bytes as an event, but Lambda takes at most 6291456
    next: make it smaller, or spread it over several events
    ");
}

#[test]
fn a_pipeline_that_nobody_knows() {
    let watched = Watched::new();
    watched.sandbox.file("event.json", "{\"a\": 1}");
    let send = |pipeline: &str| {
        let mut command = with_credentials(&watched.sandbox);
        command.args(["-p", pipeline, "send", "event.json"]);
        refused(&watched.sandbox, &mut command, 2)
    };
    insta::assert_snapshot!(send("staging"), @r"
    error: there is no pipeline `staging`
    next: known are: local (`local` is the embedded one)
    ");
    watched.sandbox.file(
        "edactl.toml",
        format!(
            "[pipelines.staging]\nproducer = \"orders\"\nendpoint_url = \"{0}\"\n\
             [pipelines.prod]\nproducer = \"orders\"\nendpoint_url = \"{0}\"\n",
            watched.proxy.url()
        ),
    );
    insta::assert_snapshot!(send("stagin"), @r"
    error: there is no pipeline `stagin`; did you mean `staging`?
    next: known are: prod, staging, local (`local` is the embedded one)
    ");
    insta::assert_snapshot!(send("qa"), @r"
    error: there is no pipeline `qa`
    next: known are: prod, staging, local (`local` is the embedded one)
    ");
    let mut nameless = with_credentials(&watched.sandbox);
    nameless.args(["send", "event.json"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut nameless, 2), @r"
    error: no pipeline is named
    next: name one with -p (prod, staging, local), or its producer with --producer; `-p local` is the embedded one and needs no account
    ");
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn a_duration_that_is_none() {
    let watched = Watched::new();
    watched.sandbox.file("event.json", "{\"a\": 1}");
    let mut send = watched.edactl();
    send.args(["--timeout", "soon", "send", "event.json"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut send, 2), @r"
    error: `--timeout <DURATION>`: `soon` is not a duration
    next: write 20s, 5m, 1h30m or 2d
    ");
    let mut verify = watched.edactl();
    verify.args(["verify", "event.json", "--settle", "5 parsecs"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut verify, 2), @r"
    error: `--settle <DURATION>`: `5 parsecs` is not a duration
    next: write 20s, 5m, 1h30m or 2d
    ");
    let mut rate = watched.edactl();
    rate.args(["send", "event.json", "--rate", "-1"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut rate, 2), @r"
    error: `--rate <PER_SECOND>`: `-1` is not a rate
    next: write 5 or 0.5 (per second)
    ");
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn no_credentials() {
    let watched = Watched::new();
    watched.sandbox.file("event.json", "{\"a\": 1}");
    for command in ["send", "verify"] {
        let mut nobody = watched.edactl();
        nobody
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .args([command, "event.json"]);
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused(&watched.sandbox, &mut nobody, 3), @r"
            error: no AWS credentials were found for lambda:GetFunctionConfiguration on edactl-local-producer (none in the environment or a profile, from a web identity, a container or an instance)
            next: log in (`aws sso login`, `aws configure`), name a profile with --profile, or try the embedded pipeline with `-p local`
            ");
        }
    }
    assert!(
        watched.proxy.seen().is_empty(),
        "{:?}",
        watched.proxy.seen()
    );
}

#[test]
fn an_endpoint_that_refuses() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    let nobody = ReservedPort::new();
    let address = nobody.address.to_string();
    for command in ["send", "verify"] {
        let mut refusing = with_credentials(&sandbox);
        refusing
            .args(["--producer", "orders", "--endpoint-url"])
            .arg(format!("http://{address}"))
            .args([command, "event.json"]);
        let said = refused(&sandbox, &mut refusing, 3).replace(&address, "[address]");
        insta::allow_duplicates! {
            insta::assert_snapshot!(said, @r"
            error: no connection could be made for lambda:GetFunctionConfiguration on orders: Connection refused (os error 111)
            next: check the network and the endpoint (--endpoint-url, AWS_ENDPOINT_URL)
            ");
        }
    }
}

#[test]
fn a_shape_that_is_not_the_event_s() {
    let watched = Watched::new();
    watched
        .sandbox
        .file("event.json", r#"{"orders": {"a": 1}, "to": "x"}"#);
    let mut send = watched.edactl();
    send.args(["send", "event.json", "--messages", "/order/*"]);
    insta::assert_snapshot!(refused(&watched.sandbox, &mut send, 2), @"
    error: event.json has nothing at /order/*; it has /orders, /to, /orders/a
    next: point to one of these with --messages, or say `event` for all of it
    ");
    let mut send = watched.edactl();
    send.args(["send", "event.json", "--messages", "order"]);
    let said = refused(&watched.sandbox, &mut send, 2);
    assert!(said.contains("`order` is not a shape"), "{said}");
    let said = watched.refused(r#"{"a": {"id": "{{uid}}"}}"#);
    assert!(
        said.contains("{{uid}}") && said.contains("{{uuid}}"),
        "{said}"
    );
    assert!(watched.proxy.seen().is_empty());
}

#[test]
fn a_shape_that_the_answer_contradicts() {
    let sandbox = CliSandbox::with_pipeline("");
    sandbox.file(
        "event.json",
        r#"{"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 3}}"#,
    );
    for command in ["send", "verify"] {
        let options = "event.json --messages event --no-marker";
        let ran = sandbox.run(&format!("-p local {command} {options}"));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let is_told = |line: &&str| line.starts_with("error: ") || line.starts_with("next: ");
        let told: Vec<_> = ran.stderr.lines().filter(is_told).collect();
        assert_eq!(
            told,
            [
                "error: the producer says that it sent 3 messages, and `messages = \"event\"` \
                 makes 1 of event.json",
                "next: give another shape with --messages, or auto, which learns it from what \
                 arrives; the run is recorded, and what was sent is on its way",
            ]
        );
    }
}
