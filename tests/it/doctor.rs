//! `doctor` on pipelines that others deployed (on ministack): a sound one, and one with the
//! weaknesses that such stacks have.

use crate::support::{
    CliSandbox, Ran,
    ministack::{ACCOUNT, Auth, Deployed, Ministack, REGION, Spec},
};
use serde_json::json;

fn doctor(
    ministack: &Ministack,
    sandbox: &CliSandbox,
    deployed: &Deployed,
    arguments: &[&str],
) -> Ran {
    ministack
        .edactl(sandbox)
        .args(["--producer", &deployed.producer, "doctor"])
        .args(arguments)
        .output()
        .expect("edactl runs")
        .into()
}

/// The seed of many a pipeline, as it is found in the wild.
fn neglected() -> Spec {
    let elsewhere = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:some-other-queue");
    let open = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": elsewhere}],
    });
    let logs = json!({
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:*:*:*",
    });
    let queue = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:neglected-queue");
    let every_function = format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:*");
    let all_functions = json!({
        "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": every_function,
    });
    let producer = json!({"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": queue});
    let consumer = json!({"Effect": "Allow", "Action": "sqs:*", "Resource": queue});
    Spec {
        runtime: Some("python3.7"),
        delay: 90,
        visibility: 30,
        max_receives: None,
        log_retention: None,
        attributes: json!({"Policy": open.to_string()}),
        rights: json!({
            "producer": [producer, logs, all_functions],
            "consumer": [consumer, logs, all_functions],
        }),
        ..Spec::new("neglected")
    }
}

/// The report without what differs from run to run: the trigger's id.
fn stable(text: &str, deployed: &Deployed) -> String {
    text.replace(&deployed.trigger, "TRIGGER")
}

#[test]
fn a_sound_pipeline_has_no_finding_but_notes() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(&Spec {
        partial: true,
        ..Spec::new("sound")
    });
    let strict = ["--fail-on", "warning", "--notes"];
    let found = doctor(&ministack, &sandbox, &deployed, &strict[..2]).expect(0);
    assert_eq!(
        found.stdout,
        "sound-producer: 0 errors, 0 warnings, 2 notes (--notes tells them); everything was \
         looked at\n"
    );
    let ran = doctor(&ministack, &sandbox, &deployed, &strict).expect(0);
    assert_eq!(ran.stderr, "");
    insta::assert_snapshot!(stable(&ran.stdout, &deployed));
}

#[test]
fn each_weakness_of_a_neglected_pipeline_is_found() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(&neglected());
    // Each is a weakness only: nothing is lost by it today.
    let ran = doctor(&ministack, &sandbox, &deployed, &["--notes"]).expect(0);
    insta::assert_snapshot!(stable(&ran.stdout, &deployed));

    let junit = sandbox.path().join("doctor.xml");
    let path = junit.to_str().expect("a path");
    let arguments = ["--fail-on", "warning", "-o", "json", "--junit", path];
    let report = doctor(&ministack, &sandbox, &deployed, &arguments)
        .expect(1)
        .json();
    assert_eq!(report["exit"], 1);
    let xml = std::fs::read_to_string(&junit).expect("the JUnit file");
    let warnings = report["counts"]["warning"].as_u64().expect("a number");
    let failures = format!("failures=\"{warnings}\"");
    assert!(xml.contains(&failures), "{xml}");
}

#[test]
fn what_stops_messages_is_an_error() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let sandbox = CliSandbox::new();
    let deployed = ministack.deploy(&Spec::new("stopped"));
    let update = json!({"UUID": deployed.trigger, "Enabled": false});
    ministack.call("lambda", "update_event_source_mapping", &update);
    let reserve = json!({"FunctionName": deployed.consumer, "ReservedConcurrentExecutions": 0});
    ministack.call("lambda", "put_function_concurrency", &reserve);
    let rights = json!({"RoleName": "stopped-producer-role", "PolicyName": "inline"});
    ministack.call("iam", "delete_role_policy", &rights);
    let attributes = json!({
        "QueueUrl": deployed.queue_url, "Attributes": {"MaximumMessageSize": "1024"},
    });
    ministack.call("sqs", "set_queue_attributes", &attributes);
    let event = sandbox.file("large.json", json!({"large": "x".repeat(2000)}).to_string());
    let event = event.to_str().expect("a path");
    let report = doctor(&ministack, &sandbox, &deployed, &["-o", "json", event])
        .expect(1)
        .json();
    let errors: Vec<_> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| finding["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(
        errors,
        [
            "trigger-disabled",
            "queue-too-small-for-sample",
            "function-concurrency-zero",
            "role-lacks-right",
        ]
    );
}

#[test]
fn the_embedded_pipeline_has_no_finding_but_notes() {
    let sandbox = CliSandbox::new();
    let ran = sandbox
        .run("-p local doctor --fail-on warning --notes")
        .expect(0);
    insta::assert_snapshot!(ran.stdout);
    let policy = sandbox.run("-p local doctor --policy").expect(0).json();
    assert!(policy.to_string().contains("lambda:InvokeFunction"));
    let junit = sandbox.path().join("missing").join("doctor.xml");
    let ran = sandbox.run(&format!("-p local doctor --junit {}", junit.display()));
    let ran = ran.expect(2);
    assert!(ran.stderr.contains("cannot write"), "{ran:?}");
}
