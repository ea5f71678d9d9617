//! The errors that a user meets first, tried by the real binary: each is one sentence about what
//! failed on which resource, and one about the next step.
//!
//! The answers are worded as the services word them.

use std::process::Command;

use crate::support::{
    CliSandbox, Ran,
    loopback::ReservedPort,
    proxy::{Proxy, Reply, Seen, Treatment},
};

/// edactl with an account, in front of this endpoint.
fn edactl(sandbox: &CliSandbox, endpoint: &str) -> Command {
    let mut command = sandbox.edactl_with_account();
    command.env("AWS_ENDPOINT_URL", endpoint);
    command
}

/// What a command says that ends with this code and without a result.
#[track_caller]
fn said(sandbox: &CliSandbox, command: &mut Command, code: i32) -> String {
    let ran: Ran = command.output().expect("edactl runs").into();
    let ran = ran.expect(code);
    assert_eq!(ran.stdout, "");
    let said = sandbox.tidy(&ran.stderr);
    assert_eq!(said.matches("error: ").count(), 1, "{said}");
    assert_eq!(
        said.lines().count(),
        2,
        "more than a sentence and a next step: {said}"
    );
    assert!(said.contains("\nnext: "), "{said}");
    said
}

/// A pipeline behind a proxy that answers like this to one operation.
struct Refusing {
    sandbox: CliSandbox,
    proxy: Proxy,
}

impl Refusing {
    fn new(operation: &'static str, reply: Reply) -> Self {
        Self::treating(operation, Treatment::Answer(reply))
    }

    fn treating(operation: &'static str, treatment: Treatment) -> Self {
        let sandbox = CliSandbox::with_pipeline("");
        let proxy = Proxy::start(&sandbox.endpoint(), move |seen: &Seen| {
            if seen.operation.contains(operation) {
                treatment
            } else {
                Treatment::Forward
            }
        });
        sandbox.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
        Self { sandbox, proxy }
    }

    #[track_caller]
    fn said(&self, arguments: &str, code: i32) -> String {
        let mut command = edactl(&self.sandbox, &self.proxy.url());
        command.args(arguments.split_whitespace());
        said(&self.sandbox, &mut command, code)
    }

    /// What discovery from the producer's name meets.
    #[track_caller]
    fn found(&self) -> String {
        self.said("--producer edactl-local-producer send event.json", 3)
    }
}

/// An answer of Lambda, which names the error in a header.
const fn lambda(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: &'static [u8],
) -> Reply {
    Reply {
        status,
        headers,
        body,
    }
}

/// An answer of SQS or Logs, which name the error in the body.
const fn json(status: u16, body: &'static [u8]) -> Reply {
    Reply {
        status,
        headers: &[("content-type", "application/x-amz-json-1.0")],
        body,
    }
}

const FUNCTIONS: &str = "/functions/";
const MAPPINGS: &str = "/event-source-mappings";

#[test]
fn no_region() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    let mut command = edactl(&sandbox, "http://127.0.0.1:9");
    command
        .env_remove("AWS_REGION")
        .args(["--producer", "orders", "send", "event.json"]);
    insta::assert_snapshot!(said(&sandbox, &mut command, 2), @r"
    error: no AWS region is configured
    next: name a region: --region eu-central-1, or AWS_REGION, or `region` in edactl.toml
    ");
}

/// What is said with these AWS configuration files and no other credentials.
#[track_caller]
fn with_files(config: &str, variables: &[(&str, &str)], arguments: &str, code: i32) -> String {
    let sandbox = CliSandbox::new();
    let aws = sandbox.path().join(".aws");
    std::fs::create_dir(&aws).expect("a directory");
    std::fs::write(aws.join("config"), config).expect("a file");
    sandbox.file("event.json", "{\"a\": 1}");
    let mut command = edactl(&sandbox, "http://127.0.0.1:9");
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .envs(variables.iter().copied())
        .args(arguments.split_whitespace())
        .args(["--producer", "orders", "send", "event.json"]);
    said(&sandbox, &mut command, code)
}

#[test]
fn no_credentials() {
    insta::assert_snapshot!(with_files("", &[], "", 3), @r"
    error: no AWS credentials were found for lambda:GetFunctionConfiguration on orders (none in the environment or a profile, from a web identity, a container or an instance)
    next: log in (`aws sso login`, `aws configure`), name a profile with --profile, or try the embedded pipeline with `-p local`
    ");
}

#[test]
fn a_profile_that_cannot_be_used() {
    insta::assert_snapshot!(with_files("", &[], "--profile staging", 2), @r"
    error: the AWS configuration cannot be used: there is no profile `staging` (there are none)
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
    let role = "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n";
    insta::assert_snapshot!(with_files(role, &[], "--profile a", 2), @r"
    error: the AWS configuration cannot be used: profile `b` was not defined: could not find source profile b referenced from a
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
    let circle = "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n\
                  [profile b]\nrole_arn = arn:aws:iam::123456789012:role/b\nsource_profile = a\n";
    insta::assert_snapshot!(with_files(circle, &[], "--profile a", 2), @r#"
    error: the AWS configuration cannot be used: profile formed an infinite loop. first we loaded ["a", "b"], then attempted to reload a
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    "#);
    let login = "[profile a]\nlogin_session = arn:aws:iam::123456789012:user/ann\n";
    insta::assert_snapshot!(with_files(login, &[], "--profile a", 2), @r"
    error: the AWS configuration cannot be used: the profile uses `aws login`, which edactl does not read
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
}

#[test]
fn a_profile_that_asks_for_a_code() {
    let mfa = "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = b\n\
               mfa_serial = arn:aws:iam::123456789012:mfa/ann\n[profile b]\n";
    insta::assert_snapshot!(with_files(mfa, &[], "--profile a", 2), @r#"
    error: the AWS configuration cannot be used: the profile `a` asks for an MFA code, which edactl does not read
    next: let the AWS CLI ask for it: eval "$(aws configure export-credentials --format env --profile NAME)", then repeat without the profile
    "#);
    insta::assert_snapshot!(with_files("", &[("AWS_PROFILE", "a")], "", 2), @r"
    error: the AWS configuration cannot be used: there is no profile `a` (there are none)
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
}

#[test]
fn a_login_that_has_ended() {
    let sso = "[profile a]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = dev\n\
               [sso-session s]\nsso_region = us-east-1\n\
               sso_start_url = https://example.awsapps.com/start\n";
    insta::assert_snapshot!(with_files(sso, &[], "--profile a", 3), @r"
    error: lambda:GetFunctionConfiguration on orders failed: the SSO login has expired, or was never made
    next: log in again (`aws sso login`), or renew the AWS_* variables that hold the credentials, then repeat
    ");
}

#[test]
fn a_credential_process_that_fails() {
    let process = "[profile a]\ncredential_process = sh -c 'echo vault is sealed >&2; exit 3'\n";
    insta::assert_snapshot!(with_files(process, &[], "--profile a", 3), @r"
    error: no AWS credentials were found for lambda:GetFunctionConfiguration on orders (an error occurred while loading credentials: Error retrieving credentials: external process exited with code exit status: 3. Stderr: vault is sealed)
    next: log in (`aws sso login`, `aws configure`), name a profile with --profile, or try the embedded pipeline with `-p local`
    ");
}

#[test]
fn a_web_identity_without_its_token() {
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci"),
    ];
    insta::assert_snapshot!(with_files("", &variables, "", 2), @r"
    error: the AWS configuration cannot be used: the web identity token file cannot be read: No such file or directory (os error 2)
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
}

#[test]
fn credentials_that_aws_does_not_take() {
    let expired = lambda(
        403,
        &[("x-amzn-errortype", "ExpiredTokenException")],
        b"{\"message\":\"The security token included in the request is expired\"}",
    );
    insta::assert_snapshot!(Refusing::new(FUNCTIONS, expired).found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: ExpiredTokenException: The security token included in the request is expired
    next: log in again (`aws sso login`), or renew the AWS_* variables that hold the credentials, then repeat
    ");
    let unknown = lambda(
        403,
        &[("x-amzn-errortype", "UnrecognizedClientException")],
        b"{\"message\":\"The security token included in the request is invalid.\"}",
    );
    insta::assert_snapshot!(Refusing::new(FUNCTIONS, unknown).found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: UnrecognizedClientException: The security token included in the request is invalid.
    next: log in again (`aws sso login`), or renew the AWS_* variables that hold the credentials, then repeat
    ");
    let expired = json(
        403,
        b"{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"The security token included in the request is expired\"}",
    );
    insta::assert_snapshot!(Refusing::new("GetQueueAttributes", expired).found(), @r"
    error: sqs:GetQueueAttributes on edactl-local-queue failed: ExpiredTokenException: The security token included in the request is expired
    next: log in again (`aws sso login`), or renew the AWS_* variables that hold the credentials, then repeat
    ");
}

#[test]
fn a_clock_that_is_wrong() {
    let skewed = lambda(
        403,
        &[("x-amzn-errortype", "InvalidSignatureException")],
        b"{\"message\":\"Signature expired: 20261124T120000Z is now earlier than 20261124T130500Z (20261124T131000Z - 5 min.)\"}",
    );
    insta::assert_snapshot!(Refusing::new(FUNCTIONS, skewed).found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: InvalidSignatureException: Signature expired: 20261124T120000Z is now earlier than 20261124T130500Z (20261124T131000Z - 5 min.)
    next: set this machine's clock, then repeat
    ");
}

#[test]
fn what_is_not_there() {
    let function = lambda(
        404,
        &[("x-amzn-errortype", "ResourceNotFoundException")],
        b"{\"Message\":\"Function not found: arn:aws:lambda:us-east-1:123456789012:function:edactl-local-producer\",\"Type\":\"User\"}",
    );
    insta::assert_snapshot!(Refusing::new(FUNCTIONS, function).found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:edactl-local-producer
    next: check the name, the region (--region) and the account (--profile)
    ");
    let queue = Reply {
        status: 400,
        headers: &[
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"),
        ],
        body: b"{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"The specified queue does not exist.\"}",
    };
    let refusing = Refusing::new("GetQueueUrl", queue);
    insta::assert_snapshot!(
        refusing.said("--producer edactl-local-producer --queue orders send event.json", 3),
        @r"
    error: sqs:GetQueueUrl on orders failed: AWS.SimpleQueueService.NonExistentQueue: The specified queue does not exist.
    next: check the name, the region (--region) and the account (--profile)
    "
    );
}

#[test]
fn access_denied() {
    let invoke = lambda(
        403,
        &[("x-amzn-errortype", "AccessDeniedException")],
        b"{\"Message\":\"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:edactl-local-producer because no identity-based policy allows the lambda:InvokeFunction action\"}",
    );
    let refusing = Refusing::new("/invocations", invoke);
    let mut send = edactl(&refusing.sandbox, &refusing.proxy.url());
    send.args(["--producer", "edactl-local-producer", "send", "event.json"]);
    let ran: Ran = send.output().expect("edactl runs").into();
    insta::assert_snapshot!(ran.expect(3).stderr, @r"
    error: lambda:InvokeFunction on edactl-local-producer failed: AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:edactl-local-producer because no identity-based policy allows the lambda:InvokeFunction action
    next: allow lambda:InvokeFunction on edactl-local-producer for the caller
    ");
    let mappings = lambda(
        403,
        &[("x-amzn-errortype", "AccessDeniedException")],
        b"{\"Message\":\"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:ListEventSourceMappings on resource: * because no identity-based policy allows the lambda:ListEventSourceMappings action\"}",
    );
    insta::assert_snapshot!(Refusing::new(MAPPINGS, mappings).found(), @r"
    error: lambda:ListEventSourceMappings on arn:aws:sqs:us-east-1:000000000000:edactl-local-queue failed: AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:ListEventSourceMappings on resource: * because no identity-based policy allows the lambda:ListEventSourceMappings action
    next: allow lambda:ListEventSourceMappings on arn:aws:sqs:us-east-1:000000000000:edactl-local-queue for the caller
    ");
    let queue = json(
        403,
        b"{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sqs:getqueueattributes on resource: arn:aws:sqs:us-east-1:123456789012:orders\"}",
    );
    insta::assert_snapshot!(Refusing::new("GetQueueAttributes", queue).found(), @r"
    error: sqs:GetQueueAttributes on edactl-local-queue failed: AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sqs:getqueueattributes on resource: arn:aws:sqs:us-east-1:123456789012:orders
    next: allow sqs:GetQueueAttributes on edactl-local-queue for the caller
    ");
}

#[test]
fn throttled() {
    let lambda = lambda(
        429,
        &[("x-amzn-errortype", "TooManyRequestsException")],
        b"{\"Reason\":\"CallerRateLimitExceeded\",\"Type\":\"User\",\"message\":\"Rate exceeded\"}",
    );
    insta::assert_snapshot!(Refusing::new(FUNCTIONS, lambda).found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: TooManyRequestsException: Rate exceeded
    next: wait a little, or send slower with --rate
    ");
    let queue = json(
        403,
        b"{\"__type\":\"com.amazonaws.sqs#RequestThrottled\",\"message\":\"Request is throttled.\"}",
    );
    insta::assert_snapshot!(Refusing::new("GetQueueAttributes", queue).found(), @r"
    error: sqs:GetQueueAttributes on edactl-local-queue failed: RequestThrottled: Request is throttled.
    next: wait a little, or send slower with --rate
    ");
}

#[test]
fn a_service_with_a_fault() {
    let refusing = Refusing::treating(
        FUNCTIONS,
        Treatment::Refuse(hyper::StatusCode::SERVICE_UNAVAILABLE),
    );
    insta::assert_snapshot!(refusing.found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: the endpoint answered HTTP 503
    next: repeat in a minute; AWS or the endpoint had a fault
    ");
}

#[test]
fn no_answer() {
    let refusing = Refusing::treating(FUNCTIONS, Treatment::DropAnswer);
    insta::assert_snapshot!(refusing.found(), @r"
    error: lambda:GetFunctionConfiguration on edactl-local-producer failed: connection closed before message completed
    next: repeat; if it stays, check the network and the endpoint
    ");
}

#[test]
fn a_name_that_nobody_knows() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    // This top-level domain is reserved for names that do not exist.
    let mut command = edactl(&sandbox, "http://lambda.eu-nowhere-1.invalid");
    command.args(["--producer", "orders", "send", "event.json"]);
    insta::assert_snapshot!(said(&sandbox, &mut command, 3), @r"
    error: no connection could be made for lambda:GetFunctionConfiguration on orders: its host name cannot be resolved
    next: check the region (--region), the endpoint (--endpoint-url, AWS_ENDPOINT_URL) and the network
    ");
}

#[test]
fn tls_with_somebody_who_does_not_speak_it() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    let proxy = Proxy::start("http://127.0.0.1:9", |_| Treatment::Forward);
    let mut command = edactl(&sandbox, &format!("https://{}", proxy.address()));
    command.args(["--producer", "orders", "send", "event.json"]);
    insta::assert_snapshot!(said(&sandbox, &mut command, 3), @r"
    error: lambda:GetFunctionConfiguration on orders failed: received corrupt message of type InvalidContentType
    next: check the proxy and its certificate (AWS_CA_BUNDLE), or the endpoint's scheme
    ");
}

#[test]
fn a_bundle_of_certificates_that_is_none() {
    let bundle = [("AWS_CA_BUNDLE", "/nowhere/ca.pem")];
    let variables = [bundle.as_slice(), &[("AWS_ACCESS_KEY_ID", "a")]].concat();
    insta::assert_snapshot!(with_files("", &variables, "", 2), @r"
    error: the AWS configuration cannot be used: AWS_CA_BUNDLE (/nowhere/ca.pem) cannot be read: No such file or directory (os error 2)
    next: mend it (~/.aws/config, AWS_CONFIG_FILE, the AWS_* variables), or name another profile with --profile
    ");
}

/// The profile that is named to edactl goes before the credentials in the environment, and
/// the one in `AWS_PROFILE` after them, as in the AWS CLI.
#[test]
fn the_profile_that_is_named_is_the_one_that_is_used() {
    let sandbox = CliSandbox::new();
    let aws = sandbox.path().join(".aws");
    std::fs::create_dir(&aws).expect("a directory");
    let config = "[profile p]\ncredential_process = sh -c 'echo from the profile >&2; exit 3'\n";
    std::fs::write(aws.join("config"), config).expect("a file");
    sandbox.file("event.json", "{\"a\": 1}");
    let refused = json(403, b"{}");
    let proxy = Proxy::answering(move |_| refused);
    let send = |named: &[&str], variable: &str| {
        let mut command = edactl(&sandbox, &proxy.url());
        command.env("AWS_PROFILE", variable).args(named);
        command.args(["--producer", "orders", "send", "event.json"]);
        let ran: Ran = command.output().expect("edactl runs").into();
        ran.expect(3).stderr
    };
    assert!(send(&["--profile", "p"], "").contains("from the profile"));
    assert!(proxy.seen().is_empty());
    assert!(!send(&[], "p").contains("from the profile"));
    assert!(!proxy.seen().is_empty());
}

#[test]
fn an_endpoint_that_refuses() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    let nobody = ReservedPort::new();
    let mut command = edactl(&sandbox, &format!("http://{}", nobody.address));
    command.args(["--producer", "orders", "send", "event.json"]);
    insta::assert_snapshot!(said(&sandbox, &mut command, 3), @r"
    error: no connection could be made for lambda:GetFunctionConfiguration on orders: Connection refused (os error 111)
    next: check the network and the endpoint (--endpoint-url, AWS_ENDPOINT_URL)
    ");
}

#[test]
fn an_endpoint_that_is_no_address() {
    let sandbox = CliSandbox::new();
    sandbox.file("event.json", "{\"a\": 1}");
    let mut command = edactl(&sandbox, "localhost:4566");
    command.args(["--producer", "orders", "send", "event.json"]);
    insta::assert_snapshot!(said(&sandbox, &mut command, 2), @r"
    error: the endpoint is not an address: endpoint must contain scheme
    next: write it with its scheme, such as http://127.0.0.1:4566
    ");
}

/// The line in which verify, which ends with this code, tells of a witness that AWS refuses.
#[track_caller]
fn witness(operation: &'static str, name: &str, reply: Reply, code: i32) -> String {
    let refusing = Refusing::new(operation, reply);
    let mut verify = edactl(&refusing.sandbox, &refusing.proxy.url());
    verify
        .args(["--producer", "edactl-local-producer", "--timeout", "20s"])
        .args([
            "verify",
            "event.json",
            "--settle",
            "1s",
            "--metrics-wait",
            "1s",
        ])
        .args(["--witness", name, "--require", name]);
    let ran: Ran = verify.output().expect("edactl runs").into();
    let ran = ran.expect(code);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    let line = said.lines().find(|line| line.contains(operation));
    line.unwrap_or_else(|| panic!("nothing about {operation}: {ran:?}"))
        .to_owned()
}

#[test]
fn a_witness_that_aws_refuses() {
    let denied = json(
        400,
        b"{\"__type\":\"AccessDeniedException\",\"Message\":\"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: logs:FilterLogEvents on resource: arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:log-stream:\"}",
    );
    insta::assert_snapshot!(witness("FilterLogEvents", "logs", denied, 3), @"error: logs:FilterLogEvents on /aws/lambda/edactl-local-consumer failed: AccessDeniedException: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: logs:FilterLogEvents on resource: arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:log-stream:");
    // A map of two texts, as rpc-v2-cbor writes it.
    let denied = Reply {
        status: 403,
        headers: &[("content-type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")],
        body: b"\xa2\x66__type\x78\x25com.amazonaws.cloudwatch#AccessDenied\x67message\x78\x32not authorized to perform cloudwatch:GetMetricData",
    };
    insta::assert_snapshot!(witness("GetMetricData", "metrics", denied, 4), @"note: cloudwatch:GetMetricData on edactl-local-queue failed: AccessDenied: not authorized to perform cloudwatch:GetMetricData; allow cloudwatch:GetMetricData on edactl-local-queue for the caller");
}
