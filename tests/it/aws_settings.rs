//! AWS settings as every AWS tool has them: endpoints for each service, profiles with a
//! credential process, a web identity, an assumed role. All against loopback endpoints.

use std::{fs, process::Command};

use crate::support::{
    CliSandbox, Ran,
    proxy::{Proxy, Reply, Seen, Treatment},
};

/// `send` of one message through the embedded pipeline's functions, as on AWS.
fn send(sandbox: &CliSandbox) -> Command {
    sandbox.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
    let mut command = sandbox.edactl();
    command.env("AWS_REGION", "us-east-1").args([
        "--producer",
        "edactl-local-producer",
        "send",
        "event.json",
    ]);
    command
}

fn aws_config(sandbox: &CliSandbox, text: &str) {
    let aws = sandbox.path().join(".aws");
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
    let sandbox = CliSandbox::with_pipeline("");
    let endpoint = sandbox.endpoint();
    let [lambda, sqs] = [(), ()].map(|()| Proxy::start(&endpoint, |_| Treatment::Forward));
    succeed(
        send(&sandbox)
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
    let sandbox = CliSandbox::with_pipeline("");
    let proxy = Proxy::start(&sandbox.endpoint(), |_| Treatment::Forward);
    sandbox.file(
        "credentials.json",
        r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "secret"}"#,
    );
    let path = sandbox.path().join("credentials.json");
    aws_config(
        &sandbox,
        &format!(
            "[profile p]\nregion = us-east-1\nendpoint_url = {}\ncredential_process = cat {}\n",
            proxy.url(),
            path.display()
        ),
    );
    succeed(
        send(&sandbox)
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
fn with_sts(sandbox: &CliSandbox, action: &'static str, reply: Reply) -> Proxy {
    let action = format!("Action={action}&");
    Proxy::start(&sandbox.endpoint(), move |seen| {
        if seen.operation == "/" && String::from_utf8_lossy(&seen.body).contains(&action) {
            Treatment::Answer(reply)
        } else {
            Treatment::Forward
        }
    })
}

#[test]
fn a_web_identity_becomes_credentials() {
    let sandbox = CliSandbox::with_pipeline("");
    let proxy = with_sts(&sandbox, "AssumeRoleWithWebIdentity", WEB_IDENTITY);
    let token = sandbox.file("token", "a.web.token");
    succeed(
        send(&sandbox)
            .env("AWS_ENDPOINT_URL", proxy.url())
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", token)
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci"),
    );
    assert_eq!(keys(&proxy), ["ASIAWEB"]);
}

#[test]
fn a_role_is_assumed_from_the_profile_that_the_file_names() {
    let sandbox = CliSandbox::with_pipeline("");
    let proxy = with_sts(&sandbox, "AssumeRole", ROLE);
    aws_config(
        &sandbox,
        &format!(
            "[profile admin]\nregion = us-east-1\nrole_arn = arn:aws:iam::123456789012:role/a\n\
             source_profile = base\nendpoint_url = {0}\n\
             [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = secret\n",
            proxy.url()
        ),
    );
    sandbox.file(
        "edactl.toml",
        "[pipelines.dev]\nproducer = \"edactl-local-producer\"\nprofile = \"admin\"\n",
    );
    sandbox.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
    let mut command = sandbox.edactl();
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
