//! `edactl config`: what is in force and why, the file to begin with, and its schema.

mod support;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::{Value, json};
use support::{Ran, World, schema::hold_against_schema};

/// Set this to write the schema instead of comparing it.
const RENEW: &str = "EDACTL_RENEW";

impl World {
    /// Words without what differs each time.
    fn tidy(&self, text: &str) -> String {
        text.replace(&self.path().to_string_lossy().into_owned(), "[world]")
    }

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
    fn deployed(&self) -> Vec<(&'static str, String)> {
        self.run("local start").expect(0);
        let endpoint = self.pipeline()["endpoint"]
            .as_str()
            .expect("an address")
            .to_owned();
        vec![
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ]
    }

    fn run_with(&self, variables: &[(&str, String)], arguments: &[&str]) -> Ran {
        let mut command = self.edactl();
        command
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .args(arguments);
        command.output().expect("edactl runs").into()
    }
}

/// Each setting's value and source from a report.
fn told<'a>(report: &'a Value, name: &str) -> (&'a Value, &'a Value) {
    let settings = report["settings"].as_array().expect("settings");
    let setting = settings
        .iter()
        .find(|setting| setting["name"] == name)
        .unwrap_or_else(|| panic!("no {name} in {report}"));
    (&setting["value"], &setting["from"])
}

#[test]
fn every_setting_tells_where_it_comes_from() {
    let world = World::new();
    world.file(
        "edactl.toml",
        "default = \"b\"\n[pipelines.a]\n[pipelines.b]\nproducer = \"p\"\nqueue = \"q\"\n\
         consumer = \"c\"\nprofile = \"x\"\nregion = \"eu-central-1\"\n\n\
         smoke_events = [\"smoke.json\"]\nsettle = \"90s\"\n",
    );
    let ran = world
        .run_with(
            &[
                ("EDACTL_PIPELINE", "b".into()),
                ("EDACTL_QUEUE", "orders".into()),
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:9".into()),
            ],
            &["config", "show", "--offline", "--region", "us-west-2"],
        )
        .expect(0);
    insta::assert_snapshot!(world.narrow(&ran.stdout), @r"
    SETTING  VALUE  FROM
    pipeline  b  $EDACTL_PIPELINE
    producer  p  [world]/edactl.toml:4
    queue  orders  $EDACTL_QUEUE
    consumer  c  [world]/edactl.toml:6
    dlq  -  -
    producer log group  -  -
    consumer log group  -  -
    messages  auto  default
    url  -  -
    region  us-west-2  --region
    profile  x  [world]/edactl.toml:7
    endpoint_url  http://127.0.0.1:9  $AWS_ENDPOINT_URL
    production  false  default
    smoke_events  [world]/smoke.json  [world]/edactl.toml:10
    settle  1 min 30 s  [world]/edactl.toml:11
    state directory  [world]/state  $EDACTL_STATE_DIR
    ");
    assert_eq!(ran.stderr, "");
    let chosen = |arguments: &str| {
        let arguments = format!("config show --offline -o json {arguments}");
        told(&world.run(&arguments).expect(0).json(), "pipeline")
            .1
            .clone()
    };
    assert_eq!(chosen("")["line"], 1);
    assert_eq!(chosen("-p a")["option"], "--pipeline");
    assert_eq!(chosen("--dlq d")["option"], "--dlq");
}

#[test]
fn discovery_is_told_as_discovery() {
    let world = World::new();
    let variables = world.deployed();
    let arguments = [
        "--producer",
        "edactl-local-producer",
        "config",
        "show",
        "-o",
        "json",
    ];
    let report = world.run_with(&variables, &arguments).expect(0).json();
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
    let embedded = world.run("-p local config show").expect(0);
    assert!(
        embedded.stdout.contains("the embedded pipeline"),
        "{embedded:?}"
    );
}

#[test]
fn what_is_configured_is_shown_where_aws_refuses() {
    let world = World::new();
    world.file(
        "edactl.toml",
        "[pipelines.dev]\nproducer = \"orders\"\nregion = \"eu-central-1\"\n",
    );
    let ran = world.run("config show").expect(3);
    let shown = world.tidy(&ran.stdout);
    assert!(shown.contains("[world]/edactl.toml:2"), "{shown}");
    assert!(
        ran.stderr.contains("no AWS credentials were found"),
        "{ran:?}"
    );
}

#[test]
fn an_unknown_key_is_shown_in_its_place() {
    let world = World::new();
    world.file(
        "edactl.toml",
        "# ours\n[pipelines.dev]\nproducer = \"orders\"\nregoin = \"eu\"\n",
    );
    fs::create_dir(world.path().join("below")).expect("a directory");
    let mut command = world.edactl();
    command
        .current_dir(world.path().join("below"))
        .args(["config", "show"]);
    let ran: Ran = command.output().expect("edactl runs").into();
    let ran = ran.expect(2);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(world.tidy(&ran.stderr), @r#"
    error: [world]/edactl.toml:4: there is no key `regoin` in [pipelines.dev]; did you mean `region`?
      4 | regoin = "eu"
        | ^^^^^^
    next: known are: producer, queue, consumer, dlq, messages, url, region, profile, endpoint_url, production, smoke_events, settle
    "#);
}

#[test]
fn the_file_in_force_is_the_nearest() {
    let world = World::new();
    insta::assert_snapshot!(world.tidy(&world.run("config path").expect(2).stderr), @r"
    error: there is no edactl.toml in [world] or above it, and no [world]/.config/edactl/edactl.toml
    next: write one with: edactl config init --producer NAME
    ");
    let user = world.path().join(".config/edactl");
    fs::create_dir_all(&user).expect("a directory");
    fs::write(user.join("edactl.toml"), "").expect("a file");
    let path = |ran: Ran| world.tidy(&ran.expect(0).stdout);
    assert_eq!(
        path(world.run("config path")),
        "[world]/.config/edactl/edactl.toml\n"
    );
    world.file("edactl.toml", "");
    assert_eq!(path(world.run("config path")), "[world]/edactl.toml\n");
}

#[test]
fn a_file_from_discovery_is_in_force_at_once() {
    let world = World::new();
    let variables = world.deployed();
    let init = [
        "--producer",
        "edactl-local-producer",
        "-p",
        "staging",
        "config",
        "init",
    ];
    let ran = world.run_with(&variables, &init).expect(0);
    assert_eq!(ran.stdout, "wrote edactl.toml: pipeline `staging`\n");
    let text = fs::read_to_string(world.path().join("edactl.toml")).expect("the file");
    assert!(
        text.contains("\nproducer = \"edactl-local-producer\"\n"),
        "{text}"
    );
    assert!(
        text.contains("\n# consumer = \"edactl-local-consumer\"\n"),
        "{text}"
    );
    assert!(text.contains("\nregion = \"us-east-1\"\n"), "{text}");
    let show = world
        .run_with(&variables, &["config", "show", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(told(&show, "pipeline").0, "staging");
    assert_eq!(told(&show, "producer").1["line"], 9);
    assert_eq!(told(&show, "consumer").0, "edactl-local-consumer");
}

#[test]
fn a_file_that_is_there_is_kept() {
    let world = World::new();
    world.file("edactl.toml", "# mine\n");
    let init = "--producer p --region eu-central-1 config init --offline";
    let ran = world.run(init).expect(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: edactl.toml is there already
    next: write over it with --force, or name another file with --file
    ");
    assert_eq!(
        fs::read_to_string(world.path().join("edactl.toml")).expect("the file"),
        "# mine\n"
    );
    world.run(&format!("{init} --force")).expect(0);
    let written = fs::read_to_string(world.path().join("edactl.toml")).expect("the file");
    assert!(written.contains("\n[pipelines.dev]\n"), "{written}");
}

#[test]
fn without_a_name_and_without_a_terminal_nothing_is_written() {
    let world = World::new();
    insta::assert_snapshot!(world.run("config init").expect(2).stderr, @r"
    error: no pipeline is named to write down
    next: name its producer with --producer, or take it from Terraform with --from-terraform DIR
    ");
    insta::assert_snapshot!(world.run("-p local config init --producer p").expect(2).stderr, @r"
    error: `local` is the embedded pipeline, which needs no configuration
    next: give yours another name with -p
    ");
    assert!(!world.path().join("edactl.toml").exists());
    // A pipeline that is not there is not written down either.
    let variables = world.deployed();
    let init = ["--producer", "nobody", "config", "init"];
    let ran = world.run_with(&variables, &init).expect(3);
    assert!(
        ran.stderr
            .contains("lambda:GetFunctionConfiguration on nobody"),
        "{ran:?}"
    );
    assert!(!world.path().join("edactl.toml").exists());
}

const OUTPUTS: &str = r#"{
    "producer_function_name": { "sensitive": false, "type": "string", "value": "orders-producer" },
    "queue_url": { "value": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders" },
    "consumer_function_name": { "value": "orders-consumer" },
    "dlq_url": { "value": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders-dlq" },
    "region": { "value": "eu-central-1" }
}"#;

const STATE: &str = r#"{ "format_version": "1.0", "values": { "root_module": { "resources": [
    { "type": "aws_lambda_function", "values": { "function_name": "front", "environment": [
        { "variables": { "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/bills" } } ] } },
    { "type": "aws_lambda_function", "values": { "function_name": "back", "environment": [] } },
    { "type": "aws_sqs_queue", "values": { "name": "bills", "arn": "arn:aws:sqs:eu-west-1:123456789012:bills" } },
    { "type": "aws_lambda_event_source_mapping", "values": {
        "event_source_arn": "arn:aws:sqs:eu-west-1:123456789012:bills", "function_name": "back" } }
]}}}"#;

/// Puts a `terraform` first on the path that answers with these, and returns that path.
fn fake_terraform(world: &World, output: &str, show: &str) -> String {
    let bin = world.path().join("bin");
    fs::create_dir_all(&bin).expect("a directory");
    world.file("output.json", output);
    world.file("show.json", show);
    let script = bin.join("terraform");
    let at = world.path().display();
    fs::write(
        &script,
        format!("#!/bin/sh\ncat \"{at}/$1.json\" && test -f main.tf\n"),
    )
    .expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a program");
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", bin.display())
}

/// The settings in force after `config init` from Terraform.
fn after_init(world: &World, from: &str, path: Option<String>) -> Value {
    let path: Vec<_> = path.map(|path| ("PATH", path)).into_iter().collect();
    let init = [
        "config",
        "init",
        "--offline",
        "--force",
        "--from-terraform",
        from,
    ];
    world.run_with(&path, &init).expect(0);
    world.run("config show --offline -o json").expect(0).json()
}

#[test]
fn terraform_is_asked_for_outputs_and_then_for_resources() {
    let world = World::new();
    fs::create_dir(world.path().join("infra")).expect("a directory");
    world.file("infra/main.tf", "");
    let path = fake_terraform(&world, OUTPUTS, "not asked for");
    let show = after_init(&world, "infra", Some(path));
    assert_eq!(told(&show, "producer").0, "orders-producer");
    assert_eq!(told(&show, "consumer").0, "orders-consumer");
    assert_eq!(told(&show, "region").0, "eu-central-1");
    let dlq = told(&show, "dlq").0.as_str().expect("a URL");
    assert!(dlq.ends_with("/orders-dlq"), "{dlq}");
    let path = fake_terraform(&world, "{}", STATE);
    let show = after_init(&world, "infra", Some(path));
    assert_eq!(told(&show, "producer").0, "front");
    assert_eq!(told(&show, "consumer").0, "back");
    assert_eq!(
        told(&show, "queue").0,
        "arn:aws:sqs:eu-west-1:123456789012:bills"
    );
    assert_eq!(told(&show, "region").0, "eu-west-1");
}

#[test]
fn what_terraform_printed_before_is_read_from_a_file() {
    let world = World::new();
    let outputs = world.file("outputs.json", OUTPUTS);
    let show = after_init(&world, &outputs.to_string_lossy(), None);
    assert_eq!(told(&show, "producer").0, "orders-producer");
    let state = world.file("state.json", STATE);
    let show = after_init(&world, &state.to_string_lossy(), None);
    assert_eq!(told(&show, "producer").0, "front");
}

#[test]
fn a_terraform_that_says_nothing_useful_is_told_so() {
    let world = World::new();
    let refused = |from: &str, path: &str| {
        let init = ["config", "init", "--offline", "--from-terraform", from];
        let ran = world
            .run_with(&[("PATH", path.to_owned())], &init)
            .expect(2);
        assert!(!world.path().join("edactl.toml").exists());
        world.tidy(&ran.stderr)
    };
    fs::create_dir(world.path().join("empty")).expect("a directory");
    world.file("empty/main.tf", "");
    let path = fake_terraform(&world, "{}", "{\"format_version\": \"1.0\"}");
    insta::assert_snapshot!(refused("empty", &path), @r"
    error: Terraform knows no pipeline in empty
    next: apply it first, or name the producer with --producer
    ");
    // Here the program fails.
    fs::create_dir(world.path().join("bare")).expect("a directory");
    insta::assert_snapshot!(refused("bare", &path), @r"
    error: `terraform output -json` in bare failed: it says nothing
    next: run `terraform init` and `terraform apply` there first
    ");
    insta::assert_snapshot!(refused("bare", "/nowhere"), @r"
    error: cannot run `terraform output -json` in bare: No such file or directory (os error 2)
    next: give a file with what it printed elsewhere instead
    ");
    world.file("broken.json", "Outputs:");
    insta::assert_snapshot!(refused("broken.json", &path), @r"
    error: broken.json is not JSON: expected value at line 1 column 1
    next: give a directory, or what `terraform output -json` printed
    ");
    insta::assert_snapshot!(refused("missing.json", &path), @r"
    error: cannot read missing.json: No such file or directory (os error 2)
    next: give a directory, or what `terraform output -json` printed
    ");
}

fn schema_path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/edactl.schema.json")
}

#[test]
fn the_schema_is_fresh() {
    let made = World::new().run("config schema").expect(0).stdout;
    if std::env::var_os(RENEW).is_some() {
        fs::write(schema_path(), &made).expect("a file that can be written");
    }
    let kept = fs::read_to_string(schema_path()).unwrap_or_default();
    assert!(
        kept == made,
        "schema/edactl.schema.json is stale\nrenew it with: {RENEW}=1 cargo test --locked --test config"
    );
}

/// Whether edactl takes this file.
fn accepts(world: &World, text: &str) -> bool {
    world.file("edactl.toml", text);
    match world.run("-p dev config show --offline").code {
        Some(0) => true,
        Some(2) => false,
        other => panic!("{text}: exit code {other:?}"),
    }
}

#[test]
fn the_schema_and_the_parser_agree() {
    let world = World::new();
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
            assert_eq!(accepts(&world, &text), allowed, "{text}");
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
            !accepts(&world, text) && !validator.is_valid(&document),
            "{text}"
        );
    }
    let document = json!({ "default": "dev", "pipelines": { "dev": {} } });
    assert!(
        accepts(&world, "default = \"dev\"\n[pipelines.dev]\n") && validator.is_valid(&document)
    );
}

#[test]
fn the_sample_configuration_is_one() {
    let world = World::new();
    world.file(
        "edactl.toml",
        fs::read(support::sample("edactl.toml")).expect("the sample"),
    );
    let show = world.run("config show --offline -o json").expect(0).json();
    assert_eq!(told(&show, "pipeline").0, "staging");
    let show = world
        .run("-p production config show --offline -o json")
        .expect(0)
        .json();
    assert_eq!(told(&show, "production").0, "true");
    world.run("-p emulator config show --offline").expect(0);
}
