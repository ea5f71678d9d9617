//! `doctor` on pipelines that others deployed (on ministack): a sound one, and one with the
//! weaknesses that such stacks have.

mod support;

use serde_json::json;
use support::{
    Ran, World,
    ministack::{ACCOUNT, Auth, Deployed, Ministack, REGION, Spec},
};

fn doctor(ministack: &Ministack, world: &World, deployed: &Deployed, arguments: &[&str]) -> Ran {
    ministack
        .edactl(world)
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

#[test]
fn a_sound_pipeline_has_no_finding_but_notes() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let world = World::new();
    let deployed = ministack.deploy(&Spec::new("sound"));
    let ran = doctor(&ministack, &world, &deployed, &["--fail-on", "warning"]);
    println!("{}{}", ran.stdout, ran.stderr);
    ran.expect(0);
}

#[test]
fn each_weakness_of_a_neglected_pipeline_is_found() {
    let Some(ministack) = Ministack::start(Auth::Off) else {
        return;
    };
    let world = World::new();
    let deployed = ministack.deploy(&neglected());
    let ran = doctor(&ministack, &world, &deployed, &[]);
    println!("{}{}", ran.stdout, ran.stderr);
    ran.expect(0);
}
