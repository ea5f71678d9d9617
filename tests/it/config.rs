//! `edactl config`: what is in force and why, and the schema of the file.

use std::{fs, path::Path};

use crate::support::{CliSandbox, Ran, sample, schema::hold_against_schema};
use serde_json::{Value, json};

impl CliSandbox {
    /// A table whose columns do not depend on the length of a path.
    fn narrow(&self, table: &str) -> String {
        let narrow = |line: &str| {
            let cells = line.split("  ").map(str::trim);
            cells
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join("  ")
        };
        let lines: Vec<_> = table.lines().map(narrow).collect();
        self.tidy(&lines.join("\n"))
    }

    /// An embedded pipeline that edactl takes for a deployed one: the variables that point there.
    pub fn deployed(&self) -> Vec<(&'static str, String)> {
        self.run("local start").expect(0);
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ]
    }
}

/// Each setting's value and source from a report.
pub fn told<'a>(report: &'a Value, name: &str) -> (&'a Value, &'a Value) {
    let settings = report["settings"].as_array().expect("settings");
    let setting = settings
        .iter()
        .find(|setting| setting["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {report}"));
    (&setting["value"], &setting["from"])
}

#[test]
fn every_setting_tells_where_it_comes_from() {
    let sandbox = CliSandbox::new();
    sandbox.file(
        "edactl.toml",
        "default = \"b\"\n[pipelines.a]\n[pipelines.b]\nproducer = \"p\"\nqueue = \"q\"\n\
         consumer = \"c\"\nprofile = \"x\"\nregion = \"eu-central-1\"\n\n\
         smoke_events = [\"smoke.json\"]\nsettle = \"90s\"\n",
    );
    let ran = sandbox
        .run_with(
            &[
                ("EDACTL_PIPELINE", "b".into()),
                ("EDACTL_QUEUE", "orders".into()),
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:9".into()),
            ],
            &["config", "show", "--offline", "--region", "us-west-2"],
        )
        .expect(0);
    insta::assert_snapshot!(sandbox.narrow(&ran.stdout), @r"
    SETTING  VALUE  FROM
    pipeline  b  $EDACTL_PIPELINE
    producer  p  [sandbox]/edactl.toml:4
    queue  orders  $EDACTL_QUEUE
    consumer  c  [sandbox]/edactl.toml:6
    dlq  -  -
    producer log group  -  -
    consumer log group  -  -
    messages  auto  default
    url  -  -
    region  us-west-2  --region
    profile  x  [sandbox]/edactl.toml:7
    endpoint_url  http://127.0.0.1:9  $AWS_ENDPOINT_URL
    production  false  default
    smoke_events  [sandbox]/smoke.json  [sandbox]/edactl.toml:10
    settle  1 min 30 s  [sandbox]/edactl.toml:11
    keep_runs  -  -
    state directory  [sandbox]/state  $EDACTL_STATE_DIR
    ");
    assert_eq!(ran.stderr, "");
    let chosen = |arguments: &str| {
        let arguments = format!("config show --offline -o json {arguments}");
        told(&sandbox.run(&arguments).expect(0).json(), "pipeline")
            .1
            .clone()
    };
    assert_eq!(chosen("")["line"], 1);
    assert_eq!(chosen("-p a")["option"], "--pipeline");
    assert_eq!(chosen("--dlq d")["option"], "--dlq");
}

#[test]
fn discovery_is_told_as_discovery() {
    let sandbox = CliSandbox::new();
    let variables = sandbox.deployed();
    let arguments = [
        "--producer",
        "edactl-local-producer",
        "config",
        "show",
        "-o",
        "json",
    ];
    let report = sandbox.run_with(&variables, &arguments).expect(0).json();
    hold_against_schema(&report);
    assert_eq!(report["file"], Value::Null);
    let (producer, from) = told(&report, "producer");
    assert_eq!(producer, "edactl-local-producer");
    assert_eq!(*from, json!({ "kind": "flag", "option": "--producer" }));
    let (consumer, from) = told(&report, "consumer");
    assert_eq!(consumer, "edactl-local-consumer");
    assert_eq!(*from, json!({ "kind": "discovery" }));
    let (queue, _) = told(&report, "queue");
    assert!(
        queue
            .as_str()
            .expect("a URL")
            .ends_with("/edactl-local-queue")
    );
    let (group, _) = told(&report, "consumer log group");
    assert_eq!(group, "/aws/lambda/edactl-local-consumer");
    let (_, from) = told(&report, "region");
    assert_eq!(
        *from,
        json!({ "kind": "environment", "variable": "AWS_REGION" })
    );
    let embedded = sandbox.run("-p local config show").expect(0);
    assert!(
        embedded.stdout.contains("the embedded pipeline"),
        "{embedded:?}"
    );
}

#[test]
fn what_is_configured_is_shown_where_aws_refuses() {
    let sandbox = CliSandbox::new();
    sandbox.file(
        "edactl.toml",
        "[pipelines.dev]\nproducer = \"orders\"\nregion = \"eu-central-1\"\n",
    );
    let ran = sandbox.run("config show").expect(3);
    let shown = sandbox.tidy(&ran.stdout);
    assert!(shown.contains("[sandbox]/edactl.toml:2"), "{shown}");
    assert!(
        ran.stderr.contains("no AWS credentials were found"),
        "{ran:?}"
    );
}

#[test]
fn an_unknown_key_is_shown_in_its_place() {
    let sandbox = CliSandbox::new();
    sandbox.file(
        "edactl.toml",
        "# ours\n[pipelines.dev]\nproducer = \"orders\"\nregoin = \"eu\"\n",
    );
    fs::create_dir(sandbox.path().join("below")).expect("a directory");
    let mut command = sandbox.edactl();
    command
        .current_dir(sandbox.path().join("below"))
        .args(["config", "show"]);
    let ran: Ran = command.output().expect("edactl runs").into();
    let ran = ran.expect(2);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(sandbox.tidy(&ran.stderr), @r#"
    error: [sandbox]/edactl.toml:4: there is no key `regoin` in [pipelines.dev]; did you mean `region`?
      4 | regoin = "eu"
        | ^^^^^^
    next: known are: producer, queue, consumer, dlq, messages, url, region, profile, endpoint_url, production, smoke_events, settle
    "#);
}

#[test]
fn the_file_in_force_is_the_nearest() {
    let sandbox = CliSandbox::new();
    insta::assert_snapshot!(sandbox.tidy(&sandbox.run("config path").expect(2).stderr), @r"
    error: there is no edactl.toml in [sandbox] or above it, and no [sandbox]/.config/edactl/edactl.toml
    next: write one with: edactl config init --producer NAME
    ");
    let user = sandbox.path().join(".config/edactl");
    fs::create_dir_all(&user).expect("a directory");
    fs::write(user.join("edactl.toml"), "").expect("a file");
    let path = |ran: Ran| sandbox.tidy(&ran.expect(0).stdout);
    assert_eq!(
        path(sandbox.run("config path")),
        "[sandbox]/.config/edactl/edactl.toml\n"
    );
    sandbox.file("edactl.toml", "");
    assert_eq!(path(sandbox.run("config path")), "[sandbox]/edactl.toml\n");
}

fn schema_path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/edactl.schema.json")
}

/// Whether edactl takes this file.
fn accepts(sandbox: &CliSandbox, text: &str) -> bool {
    sandbox.file("edactl.toml", text);
    match sandbox.run("-p dev config show --offline").code {
        Some(0) => true,
        Some(2) => false,
        other => panic!("{text}: exit code {other:?}"),
    }
}

#[test]
fn the_schema_and_the_parser_agree() {
    let sandbox = CliSandbox::new();
    let schema = fs::read_to_string(schema_path()).expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let keys = &schema["properties"]["pipelines"]["additionalProperties"]["properties"];
    let values = [
        json!("5m"),
        json!("1h 30m"),
        json!("soon"),
        json!(""),
        json!(true),
        json!(7),
        json!(["a", "b"]),
        json!([]),
        json!([1]),
    ];
    for (key, property) in keys.as_object().expect("properties") {
        let examples = property["examples"].as_array().expect("examples");
        for value in values.iter().chain(examples) {
            let text = format!("[pipelines.dev]\n{key} = {value}\n");
            let allowed = validator.is_valid(&json!({ "pipelines": { "dev": { key: value } } }));
            assert_eq!(accepts(&sandbox, &text), allowed, "{text}");
            assert!(allowed || !examples.contains(value), "{text}");
        }
    }
    for (text, document) in [
        (
            "[pipelines.dev]\nextra = 1\n",
            json!({ "pipelines": { "dev": { "extra": 1 } } }),
        ),
        (
            "extra = 1\n[pipelines.dev]\n",
            json!({ "extra": 1, "pipelines": { "dev": {} } }),
        ),
        (
            "default = 1\n[pipelines.dev]\n",
            json!({ "default": 1, "pipelines": { "dev": {} } }),
        ),
    ] {
        assert!(
            !accepts(&sandbox, text) && !validator.is_valid(&document),
            "{text}"
        );
    }
    let document = json!({ "default": "dev", "pipelines": { "dev": {} } });
    assert!(
        accepts(&sandbox, "default = \"dev\"\n[pipelines.dev]\n") && validator.is_valid(&document)
    );
}

#[test]
fn the_sample_configuration_is_one() {
    let sandbox = CliSandbox::new();
    sandbox.file(
        "edactl.toml",
        fs::read(sample("edactl.toml")).expect("the sample"),
    );
    let show = sandbox
        .run("config show --offline -o json")
        .expect(0)
        .json();
    assert_eq!(told(&show, "pipeline").0, "staging");
    let show = sandbox
        .run("-p production config show --offline -o json")
        .expect(0)
        .json();
    assert_eq!(told(&show, "production").0, "true");
    sandbox.run("-p emulator config show --offline").expect(0);
}

#[test]
fn the_settling_time_in_the_file_counts_on_an_emulator_too() {
    let sandbox = CliSandbox::with_pipeline("--fault drop=1");
    sandbox.file("event.json", r#"{"one": {"order": 1}}"#);
    let pipeline = format!(
        "[pipelines.dev]\nproducer = \"{}\"\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n",
        edactl_local::names::PRODUCER,
        sandbox.endpoint()
    );
    let run = |arguments: &str| -> Ran {
        let mut edactl = sandbox.edactl_with_account();
        edactl
            .args(["-p", "dev"])
            .args(arguments.split_whitespace());
        edactl.output().expect("edactl runs").into()
    };
    sandbox.file("edactl.toml", &pipeline);
    let shown = run("config show -o json").expect(0).stdout;
    assert!(shown.contains("\"2 s\""), "{shown}");
    sandbox.file("edactl.toml", format!("{pipeline}settle = \"90s\"\n"));
    let shown = run("config show -o json").expect(0).stdout;
    assert!(shown.contains("\"1 min 30 s\""), "{shown}");
    let report = run("verify event.json --messages entries --timeout 3s -o json");
    let report = report.expect(4).json();
    let due = report["awaited"]["due_ms"].as_u64();
    assert!(due.is_some_and(|due| due >= 90_000), "{report}");
}
