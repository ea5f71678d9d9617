//! What edactl itself may have to do, on which resource, for which command: the least-privilege
//! policy, and the list that a check-up goes through.

use serde_json::{Value, json};

/// The ARNs of a pipeline's resources, as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Targets {
    /// The producer.
    pub producer: Option<String>,
    /// The consumer.
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
}

/// Everything that edactl needs on these resources. Receiving from the main queue is not in it.
#[must_use]
pub fn needed(targets: &Targets) -> Vec<Permission> {
    use Purpose::{Discovery, Doctor, Logs, Send, Verify};
    let some = |arns: &[&Option<String>]| -> Vec<String> {
        arns.iter().copied().flatten().cloned().collect()
    };
    let both_functions = some(&[&targets.producer, &targets.consumer]);
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
    };
    let mut needed = vec![
        permission(
            Discovery,
            "lambda:GetFunctionConfiguration",
            both_functions.clone(),
        ),
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
        permission(Doctor, "lambda:GetFunctionConcurrency", both_functions),
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
    needed.push(permission(
        Doctor,
        "iam:SimulatePrincipalPolicy",
        principals,
    ));
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
    }
    needed.retain(|permission| !permission.resources.is_empty());
    needed
}

/// The policy that allows exactly this: one statement for each purpose and set of resources.
#[must_use]
pub fn policy(needed: &[Permission]) -> Value {
    let mut statements: Vec<(Purpose, &[String], Vec<&str>)> = Vec::new();
    for permission in needed {
        let same = statements.iter_mut().find(|(purpose, resources, _)| {
            *purpose == permission.purpose && *resources == permission.resources
        });
        match same {
            Some((_, _, actions)) => actions.push(permission.action),
            None => statements.push((
                permission.purpose,
                &permission.resources,
                vec![permission.action],
            )),
        }
    }
    let statements: Vec<_> = statements
        .iter()
        .enumerate()
        .map(|(index, (purpose, resources, actions))| {
            let before = statements[..index]
                .iter()
                .filter(|(other, _, _)| other == purpose)
                .count();
            // A statement's id is unique in its policy.
            let number = if before == 0 {
                String::new()
            } else {
                (before + 1).to_string()
            };
            json!({
                "Sid": format!("{}{number}", purpose.sid()),
                "Effect": "Allow",
                "Action": actions,
                "Resource": resources,
            })
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}
