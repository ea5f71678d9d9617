//! Rights that somebody lacks: in words, and as the policy that would give them.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use edactl_facts::humanize::hex;

/// Actions on resources in words: each action once, those on the same resources together.
#[must_use]
pub fn words(rights: &[(&str, &str)]) -> String {
    let together: Vec<_> = together(rights)
        .into_iter()
        .map(|(actions, resources)| format!("{} on {}", actions.join(", "), resources.join(", ")))
        .collect();
    together.join("; ")
}

/// The policy that allows these actions on these resources.
#[must_use]
pub fn policy(rights: &[(&str, &str)]) -> Value {
    let statements: Vec<_> = together(rights)
        .into_iter()
        .map(|(actions, resources)| {
            json!({"Effect": "Allow", "Action": actions, "Resource": resources})
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Actions that are about the same resources, with these.
fn together<'a>(rights: &[(&'a str, &'a str)]) -> Vec<(Vec<&'a str>, Vec<&'a str>)> {
    let mut by_action: Vec<(&str, Vec<&str>)> = Vec::new();
    for (action, resource) in rights {
        match by_action.iter_mut().find(|(known, _)| known == action) {
            Some((_, resources)) => resources.push(resource),
            None => by_action.push((action, vec![resource])),
        }
    }
    let mut together: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (action, resources) in by_action {
        match together.iter_mut().find(|(_, same)| *same == resources) {
            Some((actions, _)) => actions.push(action),
            None => together.push((vec![action], resources)),
        }
    }
    together
}

/// How to give a role or user a policy: the call of the AWS CLI, or the policy itself where there is
/// none (roles of IAM Identity Center and of services are not changed by IAM).
#[must_use]
pub fn give(principal_arn: &str, policy: &Value) -> String {
    let document = policy.to_string();
    match command(principal_arn, &document) {
        Some(command) => format!("allow it where its policies are kept, or with: {command}"),
        None => format!("allow it by this policy: {document}"),
    }
}

fn command(principal_arn: &str, document: &str) -> Option<String> {
    // arn:aws:iam::ACCOUNT:role/PATH/NAME
    let resource = principal_arn.splitn(6, ':').nth(5)?;
    let (action, option) = match resource.split('/').next()? {
        "role" => ("put-role-policy", "--role-name"),
        "user" => ("put-user-policy", "--user-name"),
        _ => return None,
    };
    let kept_by_aws = ["role/aws-reserved/", "role/aws-service-role/"];
    let (_, name) = resource.rsplit_once('/')?;
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_+=,.@-".contains(char);
    if kept_by_aws.iter().any(|path| resource.starts_with(path))
        || name.starts_with("AWSReservedSSO_")
        || !name.chars().all(is_plain)
        || document.contains('\'')
    {
        return None;
    }
    // Another policy has another name: none takes the place of one that was given before.
    let digest = Sha256::digest(document.as_bytes());
    let policy = format!("edactl-{}", hex(&digest[..4]));
    Some(format!(
        "aws iam {action} {option} {name} --policy-name {policy} --policy-document '{document}'"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::123456789012:role/team/producer";

    #[test]
    fn rights_on_the_same_resources_are_told_together() {
        let rights = [
            ("logs:FilterLogEvents", "group-a"),
            ("logs:StartQuery", "group-a"),
            ("logs:FilterLogEvents", "group-b"),
            ("logs:StartQuery", "group-b"),
            ("sqs:SendMessage", "queue"),
        ];
        assert_eq!(
            words(&rights),
            "logs:FilterLogEvents, logs:StartQuery on group-a, group-b; sqs:SendMessage on queue"
        );
        assert_eq!(
            policy(&rights)["Statement"],
            json!([
                {
                    "Effect": "Allow",
                    "Action": ["logs:FilterLogEvents", "logs:StartQuery"],
                    "Resource": ["group-a", "group-b"],
                },
                {"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": ["queue"]},
            ])
        );
    }

    #[test]
    fn a_policy_is_given_by_a_command_where_iam_takes_one() {
        let send = policy(&[("sqs:SendMessage", "queue")]);
        let given = give(ROLE, &send);
        let (_, command) = given.split_once("or with: ").unwrap();
        let begin = "aws iam put-role-policy --role-name producer --policy-name edactl-";
        assert!(command.starts_with(begin), "{command}");
        let document = command.split('\'').nth(1).unwrap();
        assert_eq!(serde_json::from_str::<Value>(document).unwrap(), send);
        // Pasted at a terminal's width, it is broken at blanks: there are none within it.
        assert!(!document.contains(' '), "{document}");
        // Pasted later, another policy leaves this one in force.
        let other = give(ROLE, &policy(&[("sqs:SendMessage", "other")]));
        let name = |given: &str| {
            let (_, after) = given.split_once("--policy-name ").unwrap();
            after.split(' ').next().unwrap().to_owned()
        };
        assert_ne!(name(&given), name(&other));
        assert!(
            give("arn:aws:iam::1:user/a/ada", &send).contains("put-user-policy --user-name ada")
        );
        for kept in [
            "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operator_0a",
            "arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
            "arn:aws:sts::1:federated-user/ada",
            "arn:aws:iam::1:root",
            "arn:aws:iam::1:role/x;reboot",
            "",
        ] {
            assert_eq!(
                give(kept, &send),
                format!("allow it by this policy: {send}"),
                "{kept}"
            );
        }
        let hostile = policy(&[("sqs:SendMessage", "'; reboot")]);
        assert!(give(ROLE, &hostile).starts_with("allow it by this policy: "));
    }
}
