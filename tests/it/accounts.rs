//! Accounts as they are: large and nested stacks, roles with paths, what refuses a caller, customer
//! keys, new states. All told by answers as AWS words them.

use serde_json::Value;

use crate::{
    config::told,
    support::{
        CliSandbox, Ran,
        proxy::{Proxy, Reply, Seen, Treatment},
    },
};

const PRODUCER: &str = "edactl-local-producer";

fn xml(body: String) -> Reply {
    Reply {
        status: 200,
        headers: &[("content-type", "text/xml")],
        body: body.leak().as_bytes(),
    }
}

fn json(body: String) -> Reply {
    Reply {
        status: 200,
        headers: &[("content-type", "application/json")],
        body: body.leak().as_bytes(),
    }
}

/// The parameters of a call in the query protocol.
fn form(seen: &Seen) -> String {
    String::from_utf8_lossy(&seen.body).into_owned()
}

/// A page of a stack's resources.
fn page(resources: &[(&str, &str, &str)], next: Option<&str>) -> Reply {
    let members: String = resources
        .iter()
        .map(|(kind, id, status)| {
            format!(
                "<member><ResourceType>{kind}</ResourceType><PhysicalResourceId>{id}\
                 </PhysicalResourceId><ResourceStatus>{status}</ResourceStatus></member>"
            )
        })
        .collect();
    let next = next.map_or_else(String::new, |next| format!("<NextToken>{next}</NextToken>"));
    xml(format!(
        "<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>{members}\
         </StackResourceSummaries>{next}</ListStackResourcesResult></ListStackResourcesResponse>"
    ))
}

const FUNCTION: &str = "AWS::Lambda::Function";
const MADE: &str = "CREATE_COMPLETE";
const NESTED: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/orders-inner/1";

/// CloudFormation of an account with one large stack, and another nested in it.
fn stacks(asked: &str) -> Reply {
    if asked.contains("Action=DescribeStacks") {
        return xml(
            "<R><Stacks><member><StackName>orders</StackName></member></Stacks></R>".into(),
        );
    }
    if asked.contains("StackName=endless") {
        return page(&[("AWS::IAM::Role", "r", MADE)], Some("again"));
    }
    if asked.contains("orders-inner") {
        let inner = [
            (FUNCTION, PRODUCER, MADE),
            // As deep as one likes, and never twice.
            ("AWS::CloudFormation::Stack", NESTED, MADE),
        ];
        return page(&inner, None);
    }
    if asked.contains("NextToken=p3") {
        return page(&[("AWS::CloudFormation::Stack", NESTED, MADE)], None);
    }
    let roles = [("AWS::IAM::Role", "r", MADE); 100];
    if asked.contains("NextToken=p2") {
        let mut second = roles.to_vec();
        second[7] = (FUNCTION, "edactl-local-consumer", MADE);
        second[8] = (FUNCTION, "orders-old", "DELETE_COMPLETE");
        return page(&second, Some("p3"));
    }
    page(&roles, Some("p2"))
}

#[test]
fn a_large_stack_is_read_to_its_end_with_the_stacks_nested_in_it() {
    let sandbox = CliSandbox::with_pipeline("");
    let account = Proxy::start(&sandbox.endpoint(), |seen| {
        let asked = form(seen);
        if asked.contains("Version=2010-05-15") {
            Treatment::Answer(stacks(&asked))
        } else {
            Treatment::Forward
        }
    });
    let init = |stack: &str| -> Ran {
        let mut command = sandbox.edactl_with_account();
        command.env("AWS_ENDPOINT_URL", account.url()).args([
            "config",
            "init",
            "--force",
            "--from-stack",
            stack,
        ]);
        command.output().expect("edactl runs").into()
    };
    init("orders").expect(0);
    let show = sandbox
        .run("config show --offline -o json")
        .expect(0)
        .json();
    assert_eq!(told(&show, "producer").0, PRODUCER);
    let ran = init("endless").expect(3);
    assert!(ran.stderr.contains("its pages never end"), "{ran:?}");
}

/// The embedded pipeline as it stands in a real account: its functions run as roles with a path,
/// the caller is somebody of IAM Identity Center, and IAM answers as `iam` says.
struct Account {
    sandbox: CliSandbox,
    proxy: Proxy,
}

const SSO_SESSION: &str =
    "arn:aws:sts::000000000000:assumed-role/AWSReservedSSO_Operator_0a1b/ada@example.com";
const SSO_ROLE: &str = "arn:aws:iam::000000000000:role/aws-reserved/sso.amazonaws.com/\
                        eu-central-1/AWSReservedSSO_Operator_0a1b";

fn identity() -> Reply {
    xml(format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{SSO_SESSION}</Arn>\
         <Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    ))
}

fn denied(action: &str) -> Reply {
    let body = format!(
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: \
         {action}</Message></Error></ErrorResponse>"
    );
    Reply {
        status: 403,
        ..xml(body)
    }
}

/// What IAM says of roles: no policies, and their ARNs with a path.
fn roles(asked: &str) -> Reply {
    if !asked.contains("Action=GetRole&") {
        return xml("<R><IsTruncated>false</IsTruncated></R>".into());
    }
    let arn = if asked.contains("AWSReservedSSO") {
        SSO_ROLE
    } else {
        "arn:aws:iam::000000000000:role/f"
    };
    xml(format!(
        "<R><GetRoleResult><Role><Arn>{arn}</Arn></Role></GetRoleResult></R>"
    ))
}

fn simulated(decision: &str, details: &str) -> Reply {
    xml(format!(
        "<R><EvaluationResults><member><EvalDecision>{decision}</EvalDecision>{details}</member>\
         </EvaluationResults></R>"
    ))
}

impl Account {
    fn new(iam: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(|_| None, iam)
    }

    fn with(
        other: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
        iam: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let sandbox = CliSandbox::with_pipeline("");
        let proxy = Proxy::start(&sandbox.endpoint(), move |seen| {
            let asked = form(seen);
            if let Some(reply) = other(seen) {
                return Treatment::Answer(reply);
            }
            match seen.operation.as_str() {
                "/" if asked.contains("Action=GetCallerIdentity") => Treatment::Answer(identity()),
                "/" if asked.contains("Version=2010-05-08") => Treatment::Answer(iam(&asked)),
                _ => Treatment::Forward,
            }
        });
        Self { sandbox, proxy }
    }

    fn doctor(&self, producer: &str, arguments: &[&str]) -> Ran {
        let mut command = self.sandbox.edactl_with_account();
        command
            .env("AWS_ENDPOINT_URL", self.proxy.url())
            .args(["--producer", producer, "doctor"])
            .args(arguments);
        command.output().expect("edactl runs").into()
    }

    /// What was found about the caller: evidence and what to do.
    fn about_caller(&self) -> Vec<(String, String)> {
        let ran = self.doctor(PRODUCER, &["-o", "json"]);
        let report = ran.json();
        let findings = report["findings"].as_array().expect("findings").iter();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        findings
            .filter(|finding| finding["id"] == "caller-lacks-right")
            .map(|finding| (text(&finding["evidence"]), text(&finding["fix"])))
            .collect()
    }

    /// The principals that IAM was asked about.
    fn principals(&self) -> Vec<String> {
        let mut asked: Vec<_> = self
            .proxy
            .seen()
            .iter()
            .map(form)
            .filter(|form| form.contains("Action=SimulatePrincipalPolicy"))
            .filter_map(|form| {
                let at = form.find("PolicySourceArn=")?;
                let value = form[at + 16..].split('&').next()?.to_owned();
                Some(value.replace("%3A", ":").replace("%2F", "/"))
            })
            .collect();
        asked.dedup();
        asked
    }
}

#[test]
fn a_callers_role_is_simulated_by_its_real_arn() {
    let account = Account::new(|asked| {
        if asked.contains("Action=SimulatePrincipalPolicy") {
            simulated("allowed", "")
        } else {
            roles(asked)
        }
    });
    assert_eq!(account.about_caller(), []);
    assert_eq!(account.principals(), [SSO_ROLE]);

    // Without GetRole the path of such a role cannot be known: nothing is claimed.
    let account = Account::new(|asked| {
        if asked.contains("Action=GetRole&") {
            denied("iam:GetRole")
        } else {
            roles(asked)
        }
    });
    let report = account.doctor(PRODUCER, &["-o", "json"]).json();
    assert_eq!(account.principals(), Vec::<String>::new());
    let unknown = report["unknown"].to_string();
    assert!(
        unknown.contains("the path of the caller's role is not known"),
        "{unknown}"
    );
    assert!(unknown.contains("iam:GetRole"), "{unknown}");
}

#[test]
fn what_refuses_a_caller_has_words_of_its_own() {
    let organization = "<OrganizationsDecisionDetail><AllowedByOrganizations>false\
                        </AllowedByOrganizations></OrganizationsDecisionDetail>";
    let boundary = "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false\
                    </AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>";
    let denial = "<MatchedStatements><member><SourcePolicyId>no-reading</SourcePolicyId></member>\
                  </MatchedStatements>";
    for (decision, details, evidence, fix) in [
        (
            "explicitDeny",
            organization,
            "the service control policies (SCP) of the organization keep",
            "ask who runs the organization",
        ),
        (
            "implicitDeny",
            boundary,
            "the permissions boundary of",
            "in the caller's permissions boundary, too",
        ),
        (
            "explicitDeny",
            denial,
            "a statement of no-reading denies",
            "take away the statement of no-reading",
        ),
        (
            "implicitDeny",
            "",
            "do not allow",
            "allow it by this policy: {",
        ),
    ] {
        let account = Account::new(move |asked| {
            if asked.contains("Action=SimulatePrincipalPolicy") {
                simulated(decision, details)
            } else {
                roles(asked)
            }
        });
        let about = account.about_caller();
        // Whatever it may not do: one policy refuses, and one has to change.
        let [(said, next)] = &about[..] else {
            panic!("{decision} {details}: {about:#?}");
        };
        assert!(said.contains(evidence) && said.contains(SSO_ROLE), "{said}");
        assert!(next.contains(fix), "{next}");
    }
}

#[test]
fn one_missing_policy_of_a_caller_is_one_finding_with_one_command() {
    const USER: &str = "arn:aws:iam::000000000000:user/team/ada";
    let account = Account::with(
        |seen| {
            form(seen).contains("Action=GetCallerIdentity").then(|| {
                xml(format!(
                    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{USER}</Arn>\
                     <Account>000000000000</Account></GetCallerIdentityResult>\
                     </GetCallerIdentityResponse>"
                ))
            })
        },
        |asked| {
            if asked.contains("Action=SimulatePrincipalPolicy") {
                simulated("implicitDeny", "")
            } else {
                roles(asked)
            }
        },
    );
    let about = account.about_caller();
    let [(evidence, fix)] = &about[..] else {
        panic!("several findings of one missing policy: {about:#?}");
    };
    // What can be tried is allowed; IAM is asked about the rest.
    let logs = "logs:StartLiveTail, logs:StartQuery on \
                arn:aws:logs:us-east-1:000000000000:log-group:";
    for part in [
        logs,
        "logs:GetQueryResults, logs:StopQuery on *",
        "sqs:ReceiveMessage on ",
    ] {
        assert!(evidence.contains(part), "{evidence}");
    }
    let begin = "with: aws iam put-user-policy --user-name ada --policy-name edactl-";
    assert!(fix.contains(begin), "{fix}");
    let policy: Value =
        serde_json::from_str(fix.split('\'').nth(1).expect("a policy")).expect("JSON");
    let allowed = policy["Statement"].to_string();
    for action in [
        "logs:StartLiveTail",
        "logs:StartQuery",
        "logs:GetQueryResults",
        "logs:StopQuery",
        "sqs:ReceiveMessage",
    ] {
        assert!(allowed.contains(action), "{action}: {allowed}");
    }
    // It gives what lacks, and no more.
    assert!(!allowed.contains("lambda:"), "{allowed}");
    // It goes where the pipeline is.
    let endpoint = format!("--endpoint-url {}", account.proxy.url());
    assert!(fix.contains(" --region us-east-1"), "{fix}");
    assert!(
        fix.contains(&endpoint) || !fix.contains("--endpoint-url"),
        "{fix}"
    );
}

/// A function's configuration as Lambda tells it.
fn configuration(more: &str) -> Reply {
    json(format!(
        r#"{{"FunctionName": "{PRODUCER}", "Runtime": "python3.14", "Timeout": 30, "Version": "7",
            "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:{PRODUCER}",
            "Role": "arn:aws:iam::000000000000:role/team/{PRODUCER}" {more}}}"#
    ))
}

fn is_producer(seen: &Seen) -> bool {
    seen.operation.contains(&format!("/functions/{PRODUCER}"))
        && seen.operation.ends_with("/configuration")
}

#[test]
fn what_lambda_cannot_decrypt_and_states_that_are_new_are_told() {
    let account = Account::with(
        |seen| {
            let error = r#", "State": "ActiveNonInvocable", "StateReason": "draining",
                "Environment": {"Error": {"ErrorCode": "KMSDisabledException",
                    "Message": "the key is disabled"}}"#;
            is_producer(seen).then(|| configuration(error))
        },
        roles,
    );
    let named = ["--queue", "edactl-local-queue"];
    let mut arguments = vec!["-o", "json"];
    // The queue is named in variables that nobody can read.
    let ran = account.doctor(PRODUCER, &arguments);
    assert!(
        ran.stderr.contains("name its queue with --queue"),
        "{ran:?}"
    );
    arguments.splice(0..0, named);
    let report = account.doctor(PRODUCER, &arguments).expect(1).json();
    let findings = report["findings"].as_array().expect("findings");
    for (id, evidence) in [
        (
            "function-environment-unreadable",
            "cannot be read (KMSDisabledException: the key is disabled)",
        ),
        (
            "function-not-invocable",
            "its state is ActiveNonInvocable (draining): Lambda does not run it",
        ),
    ] {
        let found = findings.iter().find(|finding| finding["id"] == id);
        let said = found.map(|finding| finding["evidence"].to_string());
        let said = said.unwrap_or_default();
        assert!(said.contains(evidence), "{id}: {said} in {report}");
    }
}

#[test]
fn the_policy_names_an_alias_by_its_own_arn_and_the_keys_that_are_used() {
    const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/0a1b";
    let account = Account::with(
        |seen| {
            let url = "http://localhost/000000000000/edactl-local-queue";
            let more = format!(
                r#", "State": "Active", "KMSKeyArn": "{KEY}",
                    "Environment": {{"Variables": {{"QUEUE_URL": "{url}"}}}}"#
            );
            is_producer(seen).then(|| configuration(&more))
        },
        roles,
    );
    let alias = format!("{PRODUCER}:live");
    let arguments = ["--queue", "edactl-local-queue", "--policy"];
    let policy = account.doctor(&alias, &arguments).expect(0).json();
    let resources = |action: &str| {
        let statements = policy["Statement"].as_array().expect("statements");
        let found = statements
            .iter()
            .find(|one| one["Action"].to_string().contains(action));
        found.map(|one| one["Resource"].to_string())
    };
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:edactl-local-producer";
    let invoke = resources("lambda:InvokeFunction");
    assert_eq!(invoke, Some(format!("[\"{arn}:live\"]")));
    assert_eq!(resources("kms:Decrypt"), Some(format!("[\"{KEY}\"]")));
}

#[test]
fn an_alias_chooses_the_lines_of_the_version_behind_it() {
    for (version, is_shown) in [("$LATEST", true), ("7", false)] {
        let sandbox = CliSandbox::with_pipeline("");
        let endpoint = sandbox.endpoint();
        sandbox.file("event.json", "{\"first\": {\"hello\": \"a\"}}");
        sandbox
            .run("-p local verify event.json --timeout 20s")
            .expect(0);
        let proxy = Proxy::start(&endpoint, move |seen| {
            let path = seen.operation.replace("%3A", ":");
            if path.contains(":live/configuration") {
                return Treatment::Answer(json(format!(r#"{{"Version": "{version}"}}"#)));
            }
            Treatment::Forward
        });
        let mut command = sandbox.edactl_with_account();
        command.env("AWS_ENDPOINT_URL", proxy.url()).args([
            "--producer",
            PRODUCER,
            "logs",
            "--since",
            "5m",
            "--qualifier",
            "live",
            "-o",
            "raw",
        ]);
        let ran: Ran = command.output().expect("edactl runs").into();
        let ran = ran.expect(0);
        assert_eq!(!ran.stdout.is_empty(), is_shown, "{version}: {ran:?}");
    }
}
