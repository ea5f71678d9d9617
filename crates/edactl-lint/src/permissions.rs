//! What edactl itself may have to do, on which resource, for which command: the least-privilege
//! policy, and the list that a check-up goes through.

use serde_json::{Value, json};

use edactl_facts::topology::function::unqualified_arn;

/// The ARNs of a pipeline's resources, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// The producer, with the version or alias that it is called by.
    pub producer: Option<String>,
    /// The consumer, with the version or alias that the trigger names.
    pub consumer: Option<String>,
    /// The queue.
    pub queue: Option<String>,
    /// The dead-letter queue.
    pub dlq: Option<String>,
    /// The log groups.
    pub log_groups: Vec<String>,
    /// The roles of both functions.
    pub roles: Vec<String>,
    /// Everybody in the account whose rights IAM may be asked about.
    pub principals: Option<String>,
    /// The customer's key of the queue.
    pub queue_key: Option<Key>,
    /// The customer's key of the dead-letter queue.
    pub dlq_key: Option<Key>,
    /// The customer's keys of the functions' environment variables and of the filter criteria.
    pub setting_keys: Vec<Key>,
}

/// A customer's KMS key, as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its ARN; that of all keys where only an alias is known.
    pub arn: String,
    /// Its alias, such as `alias/orders`: IAM knows no alias as a resource.
    pub alias: Option<String>,
}

impl Key {
    /// The key that a setting of a resource names: by id, ARN, alias or the alias's ARN. `None` for
    /// AWS's own key (`alias/aws/…`), which everybody may use whom the service lets in.
    #[must_use]
    pub fn named(key: &str, resource_arn: &str) -> Option<Self> {
        let parts: Vec<_> = if key.starts_with("arn:") {
            key
        } else {
            resource_arn
        }
        .split(':')
        .collect();
        let (partition, region, account) = (parts.get(1)?, parts.get(3)?, parts.get(4)?);
        let of = |id: &str| format!("arn:{partition}:kms:{region}:{account}:key/{id}");
        let Some(at) = key.find("alias/") else {
            let arn = if key.starts_with("arn:") {
                key.to_owned()
            } else {
                of(key)
            };
            return Some(Self { arn, alias: None });
        };
        let alias = &key[at..];
        (!alias.starts_with("alias/aws/")).then(|| Self {
            arn: of("*"),
            alias: Some(alias.to_owned()),
        })
    }
}

/// What a permission is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Finding the pipeline's parts from one of them: every command.
    Discovery,
    /// `send`, and `verify` with events.
    Send,
    /// `verify`.
    Verify,
    /// `logs`, and `verify`'s best witness.
    Logs,
    /// `doctor`.
    Doctor,
    /// `dlq redrive` and `dlq delete`, which change something.
    DeadLetters,
}

impl Purpose {
    /// The name of the policy's statement.
    #[must_use]
    pub fn sid(self) -> &'static str {
        match self {
            Self::Discovery => "EdactlDiscovery",
            Self::Send => "EdactlSend",
            Self::Verify => "EdactlVerify",
            Self::Logs => "EdactlLogs",
            Self::Doctor => "EdactlDoctor",
            Self::DeadLetters => "EdactlDeadLetters",
        }
    }

    /// The commands that need it.
    #[must_use]
    pub fn commands(self) -> &'static str {
        match self {
            Self::Discovery => "every command",
            Self::Send => "send and verify",
            Self::Verify => "verify",
            Self::Logs => "logs and verify",
            Self::Doctor => "doctor",
            Self::DeadLetters => "dlq redrive and dlq delete",
        }
    }
}

/// One action on some resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// What it is for.
    pub purpose: Purpose,
    /// The IAM action.
    pub action: &'static str,
    /// The ARNs; `*` where AWS knows no resource for the action.
    pub resources: Vec<String>,
    /// Only the key with this alias.
    pub key_alias: Option<String>,
}

/// Using a customer's key.
fn on_key(purpose: Purpose, action: &'static str, key: &Key) -> Permission {
    Permission {
        purpose,
        action,
        resources: vec![key.arn.clone()],
        key_alias: key.alias.clone(),
    }
}

/// Everything that edactl needs on these resources. Receiving from the main queue is not in it.
#[must_use]
pub fn needed(targets: &Targets) -> Vec<Permission> {
    use Purpose::{Discovery, Doctor, Logs, Send, Verify};
    let some = |arns: &[&Option<String>]| -> Vec<String> {
        arns.iter().copied().flatten().cloned().collect()
    };
    // A call that names an alias is allowed by the alias's ARN alone, one that does not by the
    // function's.
    let mut both_functions = some(&[&targets.producer, &targets.consumer]);
    let mut bare_functions: Vec<_> = both_functions
        .iter()
        .map(|arn| unqualified_arn(arn).to_owned())
        .collect();
    bare_functions.dedup();
    both_functions.extend(bare_functions.clone());
    let mut seen = Vec::new();
    both_functions.retain(|arn| {
        let is_new = !seen.contains(arn);
        seen.push(arn.clone());
        is_new
    });
    let both_queues = some(&[&targets.queue, &targets.dlq]);
    // AWS's reference names the group itself, its examples the group with `:*` behind it.
    let groups: Vec<_> = targets
        .log_groups
        .iter()
        .flat_map(|arn| [arn.clone(), format!("{arn}:*")])
        .collect();
    let any = || vec!["*".to_owned()];
    let permission = |purpose, action, resources| Permission {
        purpose,
        action,
        resources,
        key_alias: None,
    };
    let mut needed = vec![
        permission(Discovery, "lambda:GetFunctionConfiguration", both_functions),
        permission(Discovery, "sqs:GetQueueUrl", both_queues.clone()),
        permission(Discovery, "sqs:GetQueueAttributes", both_queues),
        permission(Discovery, "lambda:ListEventSourceMappings", any()),
        permission(Send, "lambda:InvokeFunction", some(&[&targets.producer])),
        permission(Verify, "sqs:ReceiveMessage", some(&[&targets.dlq])),
        permission(Verify, "cloudwatch:GetMetricData", any()),
        permission(Logs, "logs:FilterLogEvents", groups.clone()),
        permission(Logs, "logs:StartLiveTail", groups.clone()),
        // To count lines, and to read groups of the class Infrequent Access.
        permission(Logs, "logs:StartQuery", groups.clone()),
        permission(Logs, "logs:GetQueryResults", any()),
        permission(Logs, "logs:StopQuery", any()),
        permission(Doctor, "lambda:GetFunctionConcurrency", bare_functions),
        permission(Doctor, "logs:DescribeLogGroups", any()),
    ];
    for action in [
        "iam:ListRolePolicies",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
    ] {
        needed.push(permission(Doctor, action, targets.roles.clone()));
    }
    for action in ["iam:GetPolicy", "iam:GetPolicyVersion"] {
        let policies = if targets.roles.is_empty() {
            Vec::new()
        } else {
            any()
        };
        needed.push(permission(Doctor, action, policies));
    }
    let principals = some(&[&targets.principals]);
    for action in ["iam:GetRole", "iam:SimulatePrincipalPolicy"] {
        needed.push(permission(Doctor, action, principals.clone()));
    }
    let mut keys: Vec<(Purpose, &Key)> = Vec::new();
    keys.extend(targets.setting_keys.iter().map(|key| (Discovery, key)));
    keys.extend(targets.dlq_key.iter().map(|key| (Verify, key)));
    for (purpose, key) in keys {
        let permission = on_key(purpose, "kms:Decrypt", key);
        if !needed.contains(&permission) {
            needed.push(permission);
        }
    }
    needed.retain(|permission| !permission.resources.is_empty());
    needed
}

/// What `dlq redrive` and `dlq delete` need beside it. Only they send to the queue and delete.
#[must_use]
pub fn needed_for_dead_letters(targets: &Targets) -> Vec<Permission> {
    let permission = |action, target: &Option<String>| Permission {
        purpose: Purpose::DeadLetters,
        action,
        resources: target.iter().cloned().collect(),
        key_alias: None,
    };
    let mut needed = vec![
        permission("sqs:DeleteMessage", &targets.dlq),
        permission("sqs:ChangeMessageVisibility", &targets.dlq),
        permission("sqs:ListDeadLetterSourceQueues", &targets.dlq),
        permission("sqs:StartMessageMoveTask", &targets.dlq),
        permission("sqs:ListMessageMoveTasks", &targets.dlq),
        permission("sqs:CancelMessageMoveTask", &targets.dlq),
    ];
    if targets.dlq.is_some() {
        needed.push(permission("sqs:SendMessage", &targets.queue));
        // Sending takes a key of the data, and checks it.
        for action in ["kms:GenerateDataKey", "kms:Decrypt"] {
            let key = targets.queue_key.iter();
            needed.extend(key.map(|key| on_key(Purpose::DeadLetters, action, key)));
        }
    }
    needed.retain(|permission| !permission.resources.is_empty());
    needed
}

/// The policy that allows exactly this: one statement for each purpose and set of resources.
#[must_use]
pub fn policy(needed: &[Permission]) -> Value {
    let mut statements: Vec<(&Permission, Vec<&str>)> = Vec::new();
    for permission in needed {
        let same = statements.iter_mut().find(|(first, _)| {
            first.purpose == permission.purpose
                && first.resources == permission.resources
                && first.key_alias == permission.key_alias
        });
        match same {
            Some((_, actions)) => actions.push(permission.action),
            None => statements.push((permission, vec![permission.action])),
        }
    }
    let statements: Vec<_> = statements
        .iter()
        .enumerate()
        .map(|(index, (permission, actions))| {
            let before = statements[..index]
                .iter()
                .filter(|(other, _)| other.purpose == permission.purpose)
                .count();
            // A statement's id is unique in its policy.
            let number = if before == 0 {
                String::new()
            } else {
                (before + 1).to_string()
            };
            let mut statement = json!({
                "Sid": format!("{}{number}", permission.purpose.sid()),
                "Effect": "Allow",
                "Action": actions,
                "Resource": permission.resources,
            });
            if let Some(alias) = &permission.key_alias {
                statement["Condition"] =
                    json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}});
            }
            statement
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:orders";
    const KEYS: &str = "arn:aws:kms:eu-central-1:123456789012:key";
    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456789012:function";

    /// The statements that name an action: their resources and conditions.
    fn of(policy: &Value, action: &str) -> Vec<(Value, Value)> {
        let statements = policy["Statement"].as_array().unwrap().iter();
        let naming = statements.filter(|one| {
            let actions = one["Action"].as_array().unwrap();
            actions.contains(&json!(action))
        });
        naming
            .map(|one| (one["Resource"].clone(), one["Condition"].clone()))
            .collect()
    }

    #[test]
    fn a_key_is_named_in_four_ways() {
        let key = |key: &str| Key::named(key, QUEUE);
        let known = |id: &str| {
            Some(Key {
                arn: format!("{KEYS}/{id}"),
                alias: None,
            })
        };
        assert_eq!(key("0a1b"), known("0a1b"));
        assert_eq!(key(&format!("{KEYS}/0a1b")), known("0a1b"));
        let alias = Some(Key {
            arn: format!("{KEYS}/*"),
            alias: Some("alias/orders".into()),
        });
        assert_eq!(key("alias/orders"), alias);
        assert_eq!(
            key("arn:aws:kms:eu-central-1:123456789012:alias/orders"),
            alias
        );
        assert_eq!(key("alias/aws/sqs"), None);
    }

    #[test]
    fn keys_are_in_the_policy_where_they_are_used() {
        let targets = Targets {
            queue: Some(QUEUE.into()),
            dlq: Some(format!("{QUEUE}-dlq")),
            queue_key: Key::named("0a1b", QUEUE),
            dlq_key: Key::named("alias/orders", QUEUE),
            setting_keys: vec![Key::named("2c3d", QUEUE).unwrap(); 2],
            ..Targets::default()
        };
        let mut all = needed(&targets);
        let reading = policy(&all);
        assert_eq!(
            of(&reading, "kms:Decrypt"),
            [
                (json!([format!("{KEYS}/2c3d")]), Value::Null),
                (
                    json!([format!("{KEYS}/*")]),
                    json!({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/orders"}})
                ),
            ]
        );
        // Only a redrive sends to the queue.
        assert_eq!(of(&reading, "kms:GenerateDataKey"), []);
        all.extend(needed_for_dead_letters(&targets));
        let queue_key = (json!([format!("{KEYS}/0a1b")]), Value::Null);
        assert_eq!(
            of(&policy(&all), "kms:GenerateDataKey"),
            std::slice::from_ref(&queue_key)
        );
        assert!(of(&policy(&all), "kms:Decrypt").contains(&queue_key));
        assert_eq!(of(&policy(&needed(&Targets::default())), "kms:Decrypt"), []);
    }

    #[test]
    fn an_alias_is_invoked_by_its_own_arn() {
        let targets = Targets {
            producer: Some(format!("{FUNCTION}:front:live")),
            consumer: Some(format!("{FUNCTION}:back")),
            ..Targets::default()
        };
        let policy = policy(&needed(&targets));
        let resources = |action: &str| of(&policy, action).remove(0).0;
        let (alias, front, back) = (
            format!("{FUNCTION}:front:live"),
            format!("{FUNCTION}:front"),
            format!("{FUNCTION}:back"),
        );
        assert_eq!(resources("lambda:InvokeFunction"), json!([alias]));
        assert_eq!(
            resources("lambda:GetFunctionConfiguration"),
            json!([alias, back, front])
        );
        // Concurrency is reserved for a function, whatever its version.
        assert_eq!(
            resources("lambda:GetFunctionConcurrency"),
            json!([front, back])
        );
    }
}
