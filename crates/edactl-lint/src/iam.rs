//! IAM policy documents, as far as a check-up needs them: which actions on which resources, for
//! whom, and when.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    conditions::{Conditions, Request},
    wildcard::matches,
};

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whether it allows or denies.
    pub allows: bool,
    /// The actions that it is about.
    pub actions: Patterns,
    /// The resources that it is about.
    pub resources: Patterns,
    /// Whom it is about, in a resource's policy.
    pub principals: Principals,
    /// When it holds.
    pub conditions: Conditions,
}

/// Whom a statement of a resource's policy is about. Services are left out: nobody else is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principals {
    /// As it stands there: ARNs, account numbers, `*`.
    pub listed: Vec<String>,
    /// Whether everybody but those is meant (`NotPrincipal`).
    pub all_but: bool,
}

/// How a statement's principals cover a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// The role itself, or everybody.
    Role,
    /// The role's account: it may then allow the role, and has not yet.
    Account,
}

impl Principals {
    fn read(principal: Option<&Value>, but: Option<&Value>) -> Self {
        let mut listed = Vec::new();
        collect(principal.or(but), &mut listed);
        Self {
            listed,
            all_but: principal.is_none() && but.is_some(),
        }
    }

    /// Whether everybody is meant, or everybody but a few.
    #[must_use]
    pub fn everybody(&self) -> bool {
        self.listed.iter().any(|listed| listed == "*") != self.all_but
    }

    /// Whether a role is meant, of which the ARN and the ARN of its session are known.
    #[must_use]
    pub fn cover(&self, role_arn: &str, session_arn: &str) -> Option<Cover> {
        let account = role_arn.split(':').nth(4).unwrap_or_default();
        let is_role =
            |listed: &String| listed == "*" || listed == role_arn || listed == session_arn;
        if self.all_but {
            return (!self.listed.iter().any(is_role)).then_some(Cover::Role);
        }
        if self.listed.iter().any(is_role) {
            return Some(Cover::Role);
        }
        let root = format!(":iam::{account}:root");
        let is_account = |listed: &String| {
            listed == account || listed.starts_with("arn:") && listed.ends_with(&root)
        };
        self.listed.iter().any(is_account).then_some(Cover::Account)
    }
}

fn collect(principal: Option<&Value>, listed: &mut Vec<String>) {
    match principal {
        Some(Value::String(text)) => listed.push(text.clone()),
        Some(Value::Array(all)) => all.iter().for_each(|one| collect(Some(one), listed)),
        Some(Value::Object(kinds)) => collect(kinds.get("AWS"), listed),
        _ => {}
    }
}

/// What a statement lists, with wildcards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    /// As it stands there.
    pub listed: Vec<String>,
    /// Whether everything but those is meant (`NotAction`, `NotResource`).
    pub all_but: bool,
}

impl Patterns {
    fn of(listed: Option<OneOrMany<String>>, all_but: Option<OneOrMany<String>>) -> Self {
        Self {
            all_but: all_but.is_some(),
            listed: listed
                .or(all_but)
                .map(OneOrMany::into_vec)
                .unwrap_or_default(),
        }
    }

    fn cover(&self, covers: impl Fn(&str) -> bool) -> bool {
        self.listed.iter().any(|pattern| covers(pattern)) != self.all_but
    }
}

#[derive(Deserialize)]
struct RawDocument {
    #[serde(rename = "Statement")]
    statement: OneOrMany<RawStatement>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(many) => many,
            Self::One(one) => vec![one],
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawStatement {
    effect: String,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    principal: Option<Value>,
    not_principal: Option<Value>,
    condition: Option<Value>,
}

/// Reads a policy document. What cannot be read is no statement.
#[must_use]
pub fn statements(document: &str) -> Vec<Statement> {
    let Ok(document) = serde_json::from_str::<RawDocument>(document) else {
        return Vec::new();
    };
    document
        .statement
        .into_vec()
        .into_iter()
        .map(|raw| Statement {
            allows: raw.effect == "Allow",
            actions: Patterns::of(raw.action, raw.not_action),
            resources: Patterns::of(raw.resource, raw.not_resource),
            principals: Principals::read(raw.principal.as_ref(), raw.not_principal.as_ref()),
            conditions: Conditions::read(raw.condition.as_ref()),
        })
        .collect()
}

impl Statement {
    /// Whether it is about this action.
    #[must_use]
    pub fn concerns_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.actions
            .cover(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
    }

    /// Whether it is about this resource.
    #[must_use]
    pub fn concerns_resource(&self, resource: &str) -> bool {
        self.resources.cover(|pattern| matches(pattern, resource))
    }
}

impl Statement {
    /// Whether it allows, or denies, this action on this resource to a request. A condition of
    /// which nothing is known is believed to hold where it allows, and not where it denies.
    #[must_use]
    pub fn decides(&self, action: &str, resource: &str, request: &Request) -> bool {
        let believed = self.conditions.hold(request).unwrap_or(self.allows);
        believed && self.concerns_action(action) && self.concerns_resource(resource)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("sqs:*", "sqs:sendmessage", true),
            ("arn:*:queue-?", "arn:aws:sqs:queue-1", true),
            ("arn:*:queue-?", "arn:aws:sqs:queue-10", false),
            ("a*b*c", "aXbYbc", true),
            ("a*b*c", "aXbY", false),
            ("exact", "exact", true),
            ("exact", "exactly", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn exceptions_are_understood() {
        let all = statements(
            r#"{"Statement": [
                {"Effect": "Allow", "Action": "SQS:Send*", "Resource": "*"},
                {"Effect": "Deny", "Action": ["sqs:SendMessage"], "Resource": ["arn:locked"]},
                {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:secret"}]}"#,
        );
        let request = Request::of_role("arn:aws:iam::1:role/r", jiff::civil::date(2026, 1, 1));
        let decide = |action: &str, resource: &str| -> Vec<bool> {
            let deciding = all
                .iter()
                .map(|one| one.decides(action, resource, &request));
            deciding.collect()
        };
        assert_eq!(decide("sqs:SendMessage", "arn:open"), [true, false, true]);
        assert_eq!(decide("sqs:SendMessage", "arn:locked"), [true, true, true]);
        assert_eq!(decide("logs:PutLogEvents", "arn:secret"), [false; 3]);
        assert_eq!(decide("iam:GetRole", "arn:any"), [false; 3]);
        assert_eq!(statements("no JSON"), []);
    }

    #[test]
    fn everybody_has_several_spellings() {
        let principals = |principal: &str| {
            let document = format!(
                r#"{{"Statement": {{"Effect": "Allow", {principal}, "Action": "sqs:*", "Resource": "*"}}}}"#
            );
            statements(&document).remove(0).principals
        };
        for everybody in [
            r#""Principal": "*""#,
            r#""Principal": {"AWS": "*"}"#,
            r#""Principal": {"AWS": ["arn:x", "*"]}"#,
            r#""NotPrincipal": {"AWS": "arn:aws:iam::123456789012:root"}"#,
            r#""NotPrincipal": {"Service": "sns.amazonaws.com"}"#,
        ] {
            assert!(principals(everybody).everybody(), "{everybody}");
        }
        for some in [
            r#""Principal": {"Service": "sns.amazonaws.com"}"#,
            r#""Principal": {"AWS": "123456789012"}"#,
            r#""NotPrincipal": "*""#,
        ] {
            assert!(!principals(some).everybody(), "{some}");
        }
    }

    #[test]
    fn a_role_is_covered_by_itself_its_session_or_its_account() {
        let role = "arn:aws:iam::123456789012:role/team/r";
        let session = "arn:aws:sts::123456789012:assumed-role/r/f";
        let cover = |principals: Value, all_but: bool| {
            let (principal, but) = if all_but {
                (None, Some(&principals))
            } else {
                (Some(&principals), None)
            };
            Principals::read(principal, but).cover(role, session)
        };
        for (listed, expected) in [
            (role, Some(Cover::Role)),
            (session, Some(Cover::Role)),
            ("*", Some(Cover::Role)),
            ("123456789012", Some(Cover::Account)),
            ("arn:aws:iam::123456789012:root", Some(Cover::Account)),
            ("arn:aws:iam::123456789012:role/r", None),
            ("arn:aws:iam::999999999999:root", None),
        ] {
            assert_eq!(cover(listed.into(), false), expected, "{listed}");
            let but = (expected != Some(Cover::Role)).then_some(Cover::Role);
            assert_eq!(cover(listed.into(), true), but, "all but {listed}");
        }
    }

    proptest! {
        #[test]
        fn a_text_with_parts_starred_out_matches(
            parts in prop::collection::vec("[a-c]{0,3}", 1..5),
            between in prop::collection::vec("[a-c]{0,3}", 4),
        ) {
            let text: String = parts
                .iter()
                .zip(between.iter().map(String::as_str).chain([""]))
                .enumerate()
                .map(|(index, (part, more))| {
                    if index + 1 < parts.len() { format!("{part}{more}") } else { part.clone() }
                })
                .collect();
            prop_assert!(matches(&parts.join("*"), &text));
        }
    }
}
