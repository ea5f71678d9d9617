//! IAM policy documents, as far as a check-up needs them: which actions on which resources.

use serde::Deserialize;
use serde_json::Value;
use wildmatch::WildMatch;

/// One statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whether it allows or denies.
    pub allows: bool,
    /// The actions that it is about.
    pub actions: Patterns,
    /// The resources that it is about.
    pub resources: Patterns,
    /// Whether it is for everybody (`"Principal": "*"`).
    pub everybody: bool,
    /// Whether it holds only under conditions.
    pub conditional: bool,
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
            everybody: raw
                .principal
                .is_some_and(|principal| is_everybody(&principal)),
            conditional: raw
                .condition
                .is_some_and(|condition| condition.as_object().is_none_or(|all| !all.is_empty())),
        })
        .collect()
}

fn is_everybody(principal: &Value) -> bool {
    match principal {
        Value::String(text) => text == "*",
        Value::Array(all) => all.iter().any(is_everybody),
        Value::Object(kinds) => kinds.get("AWS").is_some_and(is_everybody),
        _ => false,
    }
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

/// Whether these statements together allow an action on a resource, conditions aside: where one
/// hangs on a condition, it is believed to hold.
#[must_use]
pub fn allowed(statements: &[Statement], action: &str, resource: &str) -> bool {
    let concerned = statements.iter().filter(|statement| {
        statement.concerns_action(action) && statement.concerns_resource(resource)
    });
    let (mut allows, mut denies) = (false, false);
    for statement in concerned {
        allows |= statement.allows;
        denies |= !statement.allows && !statement.conditional;
    }
    allows && !denies
}

/// Whether a text matches a pattern of `*` (anything) and `?` (any one character).
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    WildMatch::new(pattern).matches(text)
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
    fn a_denial_wins_and_exceptions_are_understood() {
        let all = statements(
            r#"{"Statement": [
                {"Effect": "Allow", "Action": "SQS:Send*", "Resource": "*"},
                {"Effect": "Deny", "Action": ["sqs:SendMessage"], "Resource": ["arn:locked"]},
                {"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:secret"}]}"#,
        );
        assert!(allowed(&all, "sqs:SendMessage", "arn:open"));
        assert!(!allowed(&all, "sqs:SendMessage", "arn:locked"));
        assert!(allowed(&all, "logs:PutLogEvents", "arn:any"));
        assert!(!allowed(&all, "logs:PutLogEvents", "arn:secret"));
        assert!(!allowed(&all, "iam:GetRole", "arn:any"));
        assert!(!allowed(&[], "sqs:SendMessage", "arn:open"));
        assert_eq!(statements("no JSON"), []);
    }

    #[test]
    fn everybody_has_several_spellings() {
        for principal in [r#""*""#, r#"{"AWS": "*"}"#, r#"{"AWS": ["arn:x", "*"]}"#] {
            let document = format!(
                r#"{{"Statement": {{"Effect": "Allow", "Principal": {principal}, "Action": "sqs:*", "Resource": "*"}}}}"#
            );
            assert!(statements(&document)[0].everybody, "{principal}");
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
