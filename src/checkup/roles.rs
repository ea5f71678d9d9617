//! The two roles: separate, with what each needs, and not more.

use super::{Facts, Finding, Function, Severity, iam};
use crate::aws::roles::role_name;

const EXECUTION_ROLE: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html";
const LEAST: &str = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html";

/// What a role needs, on which resource.
struct Need {
    action: &'static str,
    resource: String,
}

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    if let (Some(producer), Some(consumer)) = (&facts.producer, &facts.consumer)
        && !producer.settings.role_arn.is_empty()
        && producer.settings.role_arn == consumer.settings.role_arn
    {
        findings.push(Finding {
            id: "role-shared",
            severity: Severity::Warning,
            resource: format!("role {}", role_name(&producer.settings.role_arn)),
            evidence: "both functions run as it, so each may do what only the other needs".into(),
            fix: "give each function a role of its own".into(),
            link: EXECUTION_ROLE,
        });
    }
    let Some(queue) = &facts.queue else { return };
    let arn = &queue.facts.arn;
    if let Some(producer) = &facts.producer {
        role(
            producer,
            &needs(producer, arn, &["sqs:SendMessage"]),
            arn,
            findings,
        );
    }
    if let Some(consumer) = &facts.consumer {
        let actions = [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        ];
        role(consumer, &needs(consumer, arn, &actions), arn, findings);
    }
}

fn needs(function: &Function, queue_arn: &str, on_queue: &[&'static str]) -> Vec<Need> {
    let mut needs: Vec<_> = on_queue
        .iter()
        .map(|action| Need {
            action,
            resource: queue_arn.to_owned(),
        })
        .collect();
    let stream = log_stream(function);
    needs.extend(
        ["logs:CreateLogStream", "logs:PutLogEvents"].map(|action| Need {
            action,
            resource: stream.clone(),
        }),
    );
    needs
}

/// A stream of the function's log group, as IAM sees it.
fn log_stream(function: &Function) -> String {
    // arn:aws:lambda:region:account:function:name
    let parts: Vec<_> = function.settings.arn.split(':').collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or("*");
    format!(
        "arn:{}:logs:{}:{}:log-group:{}:log-stream:any",
        part(1),
        part(3),
        part(4),
        function.settings.log_group
    )
}

fn role(function: &Function, needs: &[Need], queue_arn: &str, findings: &mut Vec<Finding>) {
    let Some(policies) = &function.policies else {
        return;
    };
    let resource = format!(
        "role {} of {}",
        role_name(&function.settings.role_arn),
        function.settings.name
    );
    let mut add = |id, severity, evidence: String, fix: String, link| {
        findings.push(Finding {
            id,
            severity,
            resource: resource.clone(),
            evidence,
            fix,
            link,
        });
    };
    let all: Vec<_> = policies
        .iter()
        .flat_map(|policy| iam::statements(&policy.document))
        .collect();
    for Need { action, resource } in needs {
        if !iam::allowed(&all, action, resource) {
            let loses_messages = action.starts_with("sqs:");
            add(
                "role-lacks-right",
                if loses_messages {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                format!("it may not {action} on {resource}"),
                format!("allow {action} on it"),
                EXECUTION_ROLE,
            );
        }
    }
    for statement in all.iter().filter(|statement| statement.allows) {
        if statement.not_actions || statement.not_resources {
            add(
                "role-allows-all-but",
                Severity::Warning,
                "a statement allows everything but what it names (NotAction or NotResource)".into(),
                "name what is needed instead".into(),
                LEAST,
            );
            continue;
        }
        let known = |action: &String| {
            needs
                .iter()
                .map(|need| need.action)
                .chain(HARMLESS)
                .any(|needed| needed.eq_ignore_ascii_case(action))
        };
        let wild: Vec<_> = statement
            .actions
            .iter()
            .filter(|action| action.contains(['*', '?']))
            .map(String::as_str)
            .collect();
        let more: Vec<_> = statement
            .actions
            .iter()
            .filter(|action| !action.contains(['*', '?']) && !known(action))
            .map(String::as_str)
            .collect();
        let on = statement.resources.join(", ");
        if !wild.is_empty() {
            add(
                "role-wildcard-action",
                Severity::Warning,
                format!("it may {} on {on}", wild.join(", ")),
                format!("name the actions that it needs: {}", names(needs, &wild)),
                LEAST,
            );
        }
        if !more.is_empty() {
            let of_pipeline = more.iter().any(|action| {
                ["sqs:", "lambda:", "logs:", "iam:", "sts:"]
                    .iter()
                    .any(|service| action.to_ascii_lowercase().starts_with(service))
            });
            add(
                "role-unneeded-right",
                // What its code does with other services, only its author knows.
                if of_pipeline {
                    Severity::Warning
                } else {
                    Severity::Note
                },
                format!(
                    "it may {} on {on}, which the pipeline does not need",
                    more.join(", ")
                ),
                "take it away unless the function's code needs it".into(),
                LEAST,
            );
        }
        let wide: Vec<_> = statement
            .resources
            .iter()
            .filter(|pattern| is_wide(pattern, queue_arn))
            .map(String::as_str)
            .collect();
        let only_wide = statement
            .actions
            .iter()
            .all(|action| takes_no_resource(action));
        if !wide.is_empty() && !only_wide && wild.is_empty() && more.is_empty() {
            add(
                "role-wildcard-resource",
                Severity::Warning,
                format!(
                    "it may {} on {}",
                    statement.actions.join(", "),
                    wide.join(", ")
                ),
                "name the one queue or log group".into(),
                LEAST,
            );
        }
    }
}

/// The needed actions that these wildcards stand for.
fn names(needs: &[Need], wild: &[&str]) -> String {
    let meant: Vec<_> = needs
        .iter()
        .map(|need| need.action)
        .filter(|action| {
            let action = action.to_ascii_lowercase();
            wild.iter()
                .any(|pattern| iam::matches(&pattern.to_ascii_lowercase(), &action))
        })
        .collect();
    if meant.is_empty() {
        "none of these".to_owned()
    } else {
        meant.join(", ")
    }
}

/// Rights that widen nothing on the pipeline's own queue and log group.
const HARMLESS: [&str; 8] = [
    "logs:CreateLogGroup",
    "sqs:GetQueueUrl",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "kms:Decrypt",
    "kms:GenerateDataKey",
];

/// Actions that AWS allows on `*` only.
fn takes_no_resource(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    action.starts_with("xray:put") || action == "cloudwatch:putmetricdata"
}

/// Whether a pattern covers more than one queue, function or log group.
fn is_wide(pattern: &str, queue_arn: &str) -> bool {
    let mut parts = pattern.splitn(6, ':').skip(2);
    let (service, name) = (parts.next().unwrap_or("*"), parts.nth(2).unwrap_or("*"));
    match service {
        // log-group:NAME:… : the stream may be any.
        "logs" => name
            .split(':')
            .nth(1)
            .is_none_or(|group| group.contains(['*', '?'])),
        "sqs" => name.contains(['*', '?']) && iam::matches(pattern, queue_arn),
        _ => name.contains(['*', '?']),
    }
}
