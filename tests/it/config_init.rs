//! `edactl config init`: the file to begin with, from discovery and from Terraform.

use std::{fs, os::unix::fs::symlink};

use serde_json::Value;

use crate::{config::told, support::CliSandbox};

#[test]
fn a_file_from_discovery_is_in_force_at_once() {
    let sandbox = CliSandbox::new();
    let variables = sandbox.deployed();
    let init = [
        "--producer",
        "edactl-local-producer",
        "-p",
        "staging",
        "config",
        "init",
    ];
    let ran = sandbox.run_with(&variables, &init).expect(0);
    assert_eq!(ran.stdout, "wrote edactl.toml: pipeline `staging`\n");
    let text = fs::read_to_string(sandbox.path().join("edactl.toml")).expect("the file");
    assert!(
        text.contains("\nproducer = \"edactl-local-producer\"\n"),
        "{text}"
    );
    assert!(
        text.contains("\n# consumer = \"edactl-local-consumer\"\n"),
        "{text}"
    );
    assert!(text.contains("\nregion = \"us-east-1\"\n"), "{text}");
    let show = sandbox
        .run_with(&variables, &["config", "show", "-o", "json"])
        .expect(0)
        .json();
    assert_eq!(told(&show, "pipeline").0, "staging");
    assert_eq!(told(&show, "producer").1["line"], 9);
    assert_eq!(told(&show, "consumer").0, "edactl-local-consumer");
}

#[test]
fn a_file_that_is_there_is_kept() {
    let sandbox = CliSandbox::new();
    sandbox.file("edactl.toml", "# mine\n");
    let init = "--producer p --region eu-central-1 config init --offline";
    let ran = sandbox.run(init).expect(2);
    insta::assert_snapshot!(ran.stderr, @r"
    error: edactl.toml is there already
    next: write over it with --force, or name another file with --file
    ");
    assert_eq!(
        fs::read_to_string(sandbox.path().join("edactl.toml")).expect("the file"),
        "# mine\n"
    );
    sandbox.run(&format!("{init} --force")).expect(0);
    let written = fs::read_to_string(sandbox.path().join("edactl.toml")).expect("the file");
    assert!(written.contains("\n[pipelines.dev]\n"), "{written}");
}

#[test]
fn without_a_name_and_without_a_terminal_nothing_is_written() {
    let sandbox = CliSandbox::new();
    insta::assert_snapshot!(sandbox.run("config init").expect(2).stderr, @r"
    error: no pipeline is named to write down
    next: name its producer with --producer, or take it from Terraform with --from-terraform DIR
    ");
    insta::assert_snapshot!(sandbox.run("-p local config init --producer p").expect(2).stderr, @r"
    error: `local` is the embedded pipeline, which needs no configuration
    next: give yours another name with -p
    ");
    assert!(!sandbox.path().join("edactl.toml").exists());
    // A pipeline that is not there is not written down either.
    let variables = sandbox.deployed();
    let init = ["--producer", "nobody", "config", "init"];
    let ran = sandbox.run_with(&variables, &init).expect(3);
    assert!(
        ran.stderr
            .contains("lambda:GetFunctionConfiguration on nobody"),
        "{ran:?}"
    );
    assert!(!sandbox.path().join("edactl.toml").exists());
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
fn fake_terraform(sandbox: &CliSandbox, output: &str, show: &str) -> String {
    let bin = sandbox.path().join("bin");
    fs::create_dir_all(&bin).expect("a directory");
    sandbox.file("output.json", output);
    sandbox.file("show.json", show);
    // A program that was just written may be busy: another thread may be starting a process, which
    // has the file open until it runs.
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/terraform.sh");
    let terraform = bin.join("terraform");
    if !terraform.exists() {
        symlink(script, terraform).expect("a link");
    }
    let path = std::env::var("PATH").unwrap_or_default();
    format!("{}:{path}", bin.display())
}

/// The settings in force after `config init` from Terraform.
fn after_init(sandbox: &CliSandbox, from: &str, path: Option<String>) -> Value {
    let path: Vec<_> = path.map(|path| ("PATH", path)).into_iter().collect();
    let init = [
        "config",
        "init",
        "--offline",
        "--force",
        "--from-terraform",
        from,
    ];
    sandbox.run_with(&path, &init).expect(0);
    sandbox
        .run("config show --offline -o json")
        .expect(0)
        .json()
}

#[test]
fn terraform_is_asked_for_outputs_and_then_for_resources() {
    let sandbox = CliSandbox::new();
    fs::create_dir(sandbox.path().join("infra")).expect("a directory");
    sandbox.file("infra/main.tf", "");
    let path = fake_terraform(&sandbox, OUTPUTS, "not asked for");
    let show = after_init(&sandbox, "infra", Some(path));
    assert_eq!(told(&show, "producer").0, "orders-producer");
    assert_eq!(told(&show, "consumer").0, "orders-consumer");
    assert_eq!(told(&show, "region").0, "eu-central-1");
    let dlq = told(&show, "dlq").0.as_str().expect("a URL");
    assert!(dlq.ends_with("/orders-dlq"), "{dlq}");
    let path = fake_terraform(&sandbox, "{}", STATE);
    let show = after_init(&sandbox, "infra", Some(path));
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
    let sandbox = CliSandbox::new();
    let outputs = sandbox.file("outputs.json", OUTPUTS);
    let show = after_init(&sandbox, &outputs.to_string_lossy(), None);
    assert_eq!(told(&show, "producer").0, "orders-producer");
    let state = sandbox.file("state.json", STATE);
    let show = after_init(&sandbox, &state.to_string_lossy(), None);
    assert_eq!(told(&show, "producer").0, "front");
}

#[test]
fn a_terraform_that_says_nothing_useful_is_told_so() {
    let sandbox = CliSandbox::new();
    let refused = |from: &str, path: &str| {
        let init = ["config", "init", "--offline", "--from-terraform", from];
        let ran = sandbox
            .run_with(&[("PATH", path.to_owned())], &init)
            .expect(2);
        assert!(!sandbox.path().join("edactl.toml").exists());
        sandbox.tidy(&ran.stderr)
    };
    fs::create_dir(sandbox.path().join("empty")).expect("a directory");
    sandbox.file("empty/main.tf", "");
    let path = fake_terraform(&sandbox, "{}", "{\"format_version\": \"1.0\"}");
    insta::assert_snapshot!(refused("empty", &path), @r"
    error: Terraform knows no pipeline in empty
    next: apply it first, or name the producer with --producer
    ");
    // Here the program fails.
    fs::create_dir(sandbox.path().join("bare")).expect("a directory");
    insta::assert_snapshot!(refused("bare", &path), @r"
    error: `terraform output -json` in bare failed: it says nothing
    next: run `terraform init` and `terraform apply` there first
    ");
    insta::assert_snapshot!(refused("bare", "/nowhere"), @r"
    error: cannot run `terraform output -json` in bare: No such file or directory (os error 2)
    next: give a file with what it printed elsewhere instead
    ");
    sandbox.file("broken.json", "Outputs:");
    insta::assert_snapshot!(refused("broken.json", &path), @r"
    error: broken.json is not JSON: expected value at line 1 column 1
    next: give a directory, or what `terraform output -json` printed
    ");
    insta::assert_snapshot!(refused("missing.json", &path), @r"
    error: cannot read missing.json: No such file or directory (os error 2)
    next: give a directory, or what `terraform output -json` printed
    ");
}
