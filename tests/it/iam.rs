//! What edactl may do, enforced (ministack with IAM switched on): the policy that
//! `doctor --policy` prints is enough, and none of its actions can be left out unnoticed.

use crate::support::{
    CliSandbox, Ran,
    ministack::{Auth, Credentials, Deployed, Ministack, Spec},
    sample,
};
use serde_json::{Value, json};

struct Account {
    ministack: Ministack,
    deployed: Deployed,
    policy: Value,
}

impl Account {
    fn with_pipeline() -> Option<Self> {
        let ministack = Ministack::start(Auth::On)?;
        let deployed = ministack.deploy(&Spec::new("guarded"));
        // A policy that stands by itself, for the rights to read such ones.
        let tracing = json!({
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"},
        });
        let made = ministack.call(
            "iam",
            "create_policy",
            &json!({"PolicyName": "tracing", "PolicyDocument": tracing.to_string()}),
        );
        ministack.call(
            "iam",
            "attach_role_policy",
            &json!({"RoleName": "guarded-consumer-role", "PolicyArn": made["Policy"]["Arn"]}),
        );
        let sandbox = CliSandbox::new();
        let policy = ministack
            .edactl(&sandbox)
            .args(["--producer", &deployed.producer, "doctor", "--policy"])
            .output()
            .map(Ran::from)
            .expect("edactl runs")
            .expect(0)
            .json();
        Some(Self {
            ministack,
            deployed,
            policy,
        })
    }

    /// Users with these policies: name → keys.
    fn users(&self, policies: &Value) -> Value {
        self.ministack
            .script("users.py", &[&policies.to_string()])
            .expect(0)
            .json()
    }

    fn run(&self, keys: &Value, arguments: &[&str]) -> Ran {
        let sandbox = CliSandbox::new();
        let text = |field: &str| keys[field].as_str().expect("a key");
        sandbox
            .edactl()
            .envs(self.ministack.environment_of(Credentials {
                key: text("key"),
                secret: text("secret"),
            }))
            .args(["--producer", &self.deployed.producer])
            .args(arguments)
            .output()
            .expect("edactl runs")
            .into()
    }

    fn verify(&self, keys: &Value) -> Ran {
        let event = sample("basic.json");
        self.run(
            keys,
            &["verify", "--metrics-wait", "1s", "--timeout", "20s", &event],
        )
    }
}

/// The actions of a policy, each once.
fn actions(policy: &Value) -> Vec<String> {
    let statements = policy["Statement"].as_array().expect("statements");
    let mut actions: Vec<_> = statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().expect("actions"))
        .map(|action| action.as_str().expect("an action").to_owned())
        .collect();
    actions.sort();
    actions.dedup();
    actions
}

/// The policy without one action.
fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    let statements = policy["Statement"].as_array_mut().expect("statements");
    for statement in statements.iter_mut() {
        let actions = statement["Action"].as_array_mut().expect("actions");
        actions.retain(|other| other != action);
    }
    statements.retain(|statement| statement["Action"] != json!([]));
    policy
}

/// Where ministack's enforcement asks for something else than AWS does, the policy is stretched.
fn for_ministack(mut policy: Value) -> Value {
    for statement in policy["Statement"].as_array_mut().expect("statements") {
        let actions = statement["Action"].as_array_mut().expect("actions");
        // It takes reading the reserved concurrency for writing it.
        if actions.contains(&json!("lambda:GetFunctionConcurrency")) {
            actions.push(json!("lambda:PutFunctionConcurrency"));
        }
        // It does not see that this action has a resource.
        if actions.contains(&json!("iam:SimulatePrincipalPolicy")) {
            statement["Resource"] = json!("*");
        }
    }
    policy
}

/// Everything that `doctor` has to say above a note: findings, and what it could not look at.
fn complaints(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings");
    let unknown = report["unknown"].as_array().expect("a list");
    findings
        .iter()
        .filter(|finding| finding["severity"] != "note")
        .chain(unknown)
        .map(ToString::to_string)
        .collect()
}

/// Without these, `verify` cannot do its work at all; with which code it ends then.
const INDISPENSABLE: [(&str, i32); 5] = [
    // What may not be read has to be named: nothing leads from the producer to the consumer.
    ("lambda:GetFunctionConfiguration", 2),
    ("lambda:InvokeFunction", 3),
    ("lambda:ListEventSourceMappings", 3),
    ("logs:FilterLogEvents", 3),
    ("sqs:GetQueueAttributes", 3),
];

/// With which code `doctor` ends without one action.
fn doctor_code(action: &str) -> i32 {
    match action {
        // Discovery does not get that far.
        "lambda:ListEventSourceMappings" | "sqs:GetQueueAttributes" => 3,
        // What only doctor asks for leaves something that was not looked at, which is no finding.
        "lambda:GetFunctionConcurrency" | "logs:DescribeLogGroups" => 0,
        action if action.starts_with("iam:") => 0,
        // The caller lacks a right that other commands need.
        _ => 1,
    }
}

/// ministack sees no actions in CloudWatch's binary protocol, so it lets all of them pass.
const NOT_ENFORCED: &str = "cloudwatch:GetMetricData";

#[test]
fn the_printed_policy_is_enough_and_all_of_it_is_needed() {
    let Some(account) = Account::with_pipeline() else {
        return;
    };
    let main_queue = &account.deployed.queue_arn;
    let policy = for_ministack(account.policy.clone());
    let actions = actions(&account.policy);
    let mut policies = json!({"operator": policy});
    let user = |action: &str| format!("without-{}", action.replace(':', "-"));
    for action in &actions {
        let mut less = without(&policy, action);
        if action == "lambda:GetFunctionConcurrency" {
            less = without(&less, "lambda:PutFunctionConcurrency");
        }
        policies[user(action)] = less;
    }
    let users = account.users(&policies);

    account.verify(&users["operator"]).expect(0);
    let arguments = ["doctor", "--fail-on", "warning", "-o", "json"];
    let report = account.run(&users["operator"], &arguments).expect(0).json();
    assert_eq!(complaints(&report), Vec::<String>::new());

    assert!(actions.iter().any(|action| action == NOT_ENFORCED));
    for action in actions.iter().filter(|action| *action != NOT_ENFORCED) {
        let keys = &users[user(action)];
        let expected = INDISPENSABLE.iter().find(|(name, _)| name == action);
        if let Some((_, code)) = expected {
            let ran = account.verify(keys).expect(*code);
            assert!(ran.stderr.contains(action), "{action}: {ran:?}");
        }
        let code = doctor_code(action);
        let ran = account.run(keys, &arguments).expect(code);
        let told = if code == 3 {
            vec![ran.stderr]
        } else {
            complaints(&ran.json())
        };
        assert!(
            told.iter().any(|complaint| complaint.contains(action)),
            "{action}: {told:#?}"
        );
    }

    let receives = account.policy["Statement"]
        .as_array()
        .expect("statements")
        .iter()
        .filter(|statement| {
            statement["Action"]
                .to_string()
                .contains("sqs:ReceiveMessage")
        });
    for statement in receives {
        let resources = statement["Resource"].to_string();
        assert!(!resources.contains(main_queue.as_str()), "{statement}");
        assert!(!resources.contains('*'), "{statement}");
    }
}
