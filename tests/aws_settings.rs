//! AWS settings as every AWS tool has them: endpoints for each service, profiles with a
//! credential process, a web identity, an assumed role. All against loopback endpoints.

mod support;

use std::{fs, process::Command};

use support::{
    Ran, World,
    proxy::{Proxy, Reply, Seen, Treatment},
};

/// The embedded pipeline's address, for edactl to take it for AWS.
fn pipeline(world: &World) -> String {
    world.run("local start").expect(0);
    let running = world.pipeline();
    running["endpoint"].as_str().expect("an address").to_owned()
}

/// `send` of one message through the embedded pipeline's functions, as on AWS.
fn send(world: &World) -> Command {
    world.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
    let mut command = world.edactl();
    command.env("AWS_REGION", "us-east-1").args([
        "--producer",
        "edactl-local-producer",
        "send",
        "event.json",
    ]);
    command
}

fn aws_config(world: &World, text: &str) {
    let aws = world.path().join(".aws");
    fs::create_dir_all(&aws).expect("a directory");
    fs::write(aws.join("config"), text).expect("a file");
}

#[track_caller]
fn succeed(command: &mut Command) {
    let ran: Ran = command.output().expect("edactl runs").into();
    ran.expect(0);
}

/// The access keys that signed what a proxy saw of Lambda and SQS.
fn keys(proxy: &Proxy) -> Vec<String> {
    let mut keys: Vec<_> = proxy
        .seen()
        .into_iter()
        .filter(|seen| seen.operation != "/")
        .map(|seen| seen.access_key)
        .collect();
    keys.dedup();
    keys
}

#[test]
fn each_service_may_have_its_own_endpoint() {
    let world = World::new();
    let endpoint = pipeline(&world);
    let [lambda, sqs] = [(), ()].map(|()| Proxy::start(&endpoint, |_| Treatment::Forward));
    succeed(
        send(&world)
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            // Nobody listens there: what has an endpoint of its own must not go to it.
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .env("AWS_ENDPOINT_URL_LAMBDA", lambda.url())
            .env("AWS_ENDPOINT_URL_SQS", sqs.url()),
    );
    let is_lambda = |seen: &Seen| seen.operation.starts_with("/2015-03-31/");
    let is_sqs = |seen: &Seen| seen.operation.starts_with("AmazonSQS.");
    assert!(lambda.seen().iter().all(is_lambda) && lambda.invocations() == 1);
    assert!(sqs.seen().iter().all(is_sqs) && !sqs.seen().is_empty());
}

#[test]
fn a_profile_names_an_endpoint_and_a_process_that_gives_credentials() {
    let world = World::new();
    let proxy = Proxy::start(&pipeline(&world), |_| Treatment::Forward);
    world.file(
        "credentials.json",
        r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secret"}"#,
    );
    let path = world.path().join("credentials.json");
    aws_config(
        &world,
        &format!(
            "[profile p]\nregion = us-east-1\nendpoint_url = {}\ncredential_process = cat {}\n",
            proxy.url(),
            path.display()
        ),
    );
    succeed(
        send(&world)
            .env_remove("AWS_REGION")
            .env("AWS_PROFILE", "p"),
    );
    assert_eq!(keys(&proxy), ["AKIDPROCESS"]);
}

const WEB_IDENTITY: Reply = Reply {
    status: 200,
    headers: &[("content-type", "text/xml")],
    body:
        b"<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAWEB</AccessKeyId>\
        <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>\
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
        </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>",
};

const ROLE: Reply = Reply {
    status: 200,
    headers: &[("content-type", "text/xml")],
    body: b"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
        <AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
        <SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>\
        <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
        </AssumeRoleResponse>",
};

/// A proxy that gives credentials for this action of STS.
fn with_sts(world: &World, action: &'static str, reply: Reply) -> Proxy {
    let action = format!("Action={action}&");
    Proxy::start(&pipeline(world), move |seen| {
        if seen.operation == "/" && String::from_utf8_lossy(&seen.body).contains(&action) {
            Treatment::Answer(reply)
        } else {
            Treatment::Forward
        }
    })
}

#[test]
fn a_web_identity_becomes_credentials() {
    let world = World::new();
    let proxy = with_sts(&world, "AssumeRoleWithWebIdentity", WEB_IDENTITY);
    let token = world.file("token", "a.web.token");
    succeed(
        send(&world)
            .env("AWS_ENDPOINT_URL", proxy.url())
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci"),
    );
    assert_eq!(keys(&proxy), ["ASIAWEB"]);
}

#[test]
fn a_role_is_assumed_from_the_profile_that_the_file_names() {
    let world = World::new();
    let proxy = with_sts(&world, "AssumeRole", ROLE);
    aws_config(
        &world,
        &format!(
            "[profile admin]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/a\n\
             source_profile = base\nendpoint_url = {0}\n\
             [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n",
            proxy.url()
        ),
    );
    world.file(
        "edactl.toml",
        "[pipelines.dev]\nproducer = \"edactl-local-producer\"\nprofile = \"admin\"\n",
    );
    world.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
    let mut command = world.edactl();
    succeed(
        command
            .env("AWS_ENDPOINT_URL_STS", proxy.url())
            .args(["send", "event.json"]),
    );
    assert_eq!(keys(&proxy), ["ASIAROLE"]);
    let asked: Vec<_> = proxy
        .seen()
        .into_iter()
        .filter(|seen| seen.operation == "/")
        .collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0].access_key, "AKIDBASE");
}
