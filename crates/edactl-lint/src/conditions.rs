//! Conditions of policy statements: whether they hold for a request of which something is known.

use std::net::IpAddr;

use jiff::civil::Date;
use serde_json::Value;

use crate::wildcard::matches;

/// All tests of a statement's `Condition`; without one, it holds always.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions(Vec<Test>);

/// One operator on one key.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    operator: String,
    /// In small letters: IAM does not tell keys apart by case.
    key: String,
    values: Vec<String>,
}

/// What is known of a key in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    /// The request has the key, with this value.
    Value(String),
    /// The request has the key, and who makes it chooses the value.
    Chosen,
    /// The request does not have the key.
    Absent,
    /// Nothing is known.
    Unknown,
}

/// A request, as far as conditions ask about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request(Vec<(&'static str, Seen)>);

/// An account, role and organization that no reader of this is part of.
const STRANGER: &str = "arn:aws:iam::999999999999:role/anybody";
const STRANGERS_ACCOUNT: &str = "999999999999";

impl Request {
    /// A call by a role, made by code and not by a service of AWS for somebody.
    #[must_use]
    pub fn of_role(role_arn: &str, today: Date) -> Self {
        let account = role_arn.split(':').nth(4).unwrap_or_default();
        Self(vec![
            ("aws:currenttime", Seen::Value(today.to_string())),
            ("aws:principalaccount", Seen::Value(account.to_owned())),
            ("aws:principalarn", Seen::Value(role_arn.to_owned())),
            ("aws:principalisawsservice", Seen::Value("false".into())),
            ("aws:principaltype", Seen::Value("AssumedRole".into())),
            ("aws:requestedregion", Seen::Chosen),
            ("aws:securetransport", Seen::Value("true".into())),
            ("aws:sourceaccount", Seen::Absent),
            ("aws:sourcearn", Seen::Absent),
            ("aws:sourceorgid", Seen::Absent),
        ])
    }

    /// The calls that anybody with an account of their own can make: over IPv4, over IPv6, through
    /// a VPC of theirs, and through a service of AWS that acts for a resource of theirs.
    #[must_use]
    pub fn of_strangers(today: Date) -> [Self; 4] {
        let value = |text: &str| Seen::Value(text.to_owned());
        let direct = |ip: Seen, vpc: Seen, endpoint: Seen| {
            vec![
                ("aws:currenttime", value(&today.to_string())),
                ("aws:multifactorauthpresent", Seen::Chosen),
                ("aws:principalaccount", value(STRANGERS_ACCOUNT)),
                ("aws:principalarn", value(STRANGER)),
                ("aws:principalisawsservice", value("false")),
                ("aws:principalorgid", value("o-anybody")),
                ("aws:principalorgpaths", value("o-anybody/r-any/")),
                ("aws:principaltag/", Seen::Chosen),
                ("aws:principaltype", Seen::Chosen),
                ("aws:requestedregion", Seen::Chosen),
                ("aws:resourceaccount", Seen::Chosen),
                ("aws:resourceorgid", Seen::Chosen),
                ("aws:securetransport", value("true")),
                ("aws:sourceaccount", Seen::Absent),
                ("aws:sourcearn", Seen::Absent),
                ("aws:sourceip", ip),
                ("aws:sourceorgid", Seen::Absent),
                ("aws:sourceorgpaths", Seen::Absent),
                ("aws:sourcevpc", vpc),
                ("aws:sourcevpce", endpoint),
                ("aws:userid", value("AROAANYBODY:anybody")),
                ("aws:username", Seen::Chosen),
                ("aws:viaawsservice", value("false")),
            ]
        };
        let by_service = vec![
            ("aws:currenttime", value(&today.to_string())),
            ("aws:principalaccount", Seen::Absent),
            ("aws:principalarn", Seen::Absent),
            ("aws:principalisawsservice", value("true")),
            ("aws:principalorgid", Seen::Absent),
            ("aws:requestedregion", Seen::Chosen),
            ("aws:resourceaccount", Seen::Chosen),
            ("aws:securetransport", value("true")),
            ("aws:sourceaccount", value(STRANGERS_ACCOUNT)),
            (
                "aws:sourcearn",
                value("arn:aws:sns:us-east-1:999999999999:anybody"),
            ),
            ("aws:sourceorgid", value("o-anybody")),
        ];
        [
            Self(direct(value("203.0.113.7"), Seen::Absent, Seen::Absent)),
            Self(direct(value("2001:db8::7"), Seen::Absent, Seen::Absent)),
            Self(direct(
                Seen::Absent,
                value("vpc-anybody"),
                value("vpce-anybody"),
            )),
            Self(by_service),
        ]
    }

    fn seen(&self, key: &str) -> &Seen {
        // `aws:PrincipalTag/team`: one entry for all tags.
        let is_it = |known: &str| known == key || known.ends_with('/') && key.starts_with(known);
        let found = self.0.iter().find(|(known, _)| is_it(known));
        found.map_or(&Seen::Unknown, |(_, seen)| seen)
    }
}

impl Conditions {
    /// Reads a statement's `Condition`.
    #[must_use]
    pub fn read(condition: Option<&Value>) -> Self {
        let mut tests = Vec::new();
        let Some(condition) = condition.filter(|condition| !condition.is_null()) else {
            return Self(tests);
        };
        let Some(operators) = condition.as_object() else {
            // Not a condition that IAM would take: nothing is known of it.
            return Self(vec![Test {
                operator: String::new(),
                key: String::new(),
                values: Vec::new(),
            }]);
        };
        for (operator, keys) in operators {
            for (key, values) in keys.as_object().into_iter().flatten() {
                tests.push(Test {
                    operator: operator.clone(),
                    key: key.to_ascii_lowercase(),
                    values: match values {
                        Value::Array(values) => values.iter().map(text_of).collect(),
                        one => vec![text_of(one)],
                    },
                });
            }
        }
        Self(tests)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all of them hold for a request; `None` where that hangs on what is not known.
    #[must_use]
    pub fn hold(&self, request: &Request) -> Option<bool> {
        let mut all = Some(true);
        for test in &self.0 {
            match test.holds(request.seen(&test.key)) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Test {
    fn holds(&self, seen: &Seen) -> Option<bool> {
        let (quantifier, operator) = match self.operator.split_once(':') {
            Some((quantifier, operator)) => (quantifier, operator),
            None => ("", self.operator.as_str()),
        };
        if operator == "Null" {
            let wants_absence = self.values.iter().any(|value| value == "true");
            return match seen {
                Seen::Unknown => None,
                Seen::Absent => Some(wants_absence),
                Seen::Value(_) | Seen::Chosen => Some(!wants_absence),
            };
        }
        let (operator, if_exists) = match operator.strip_suffix("IfExists") {
            Some(operator) => (operator, true),
            None => (operator, false),
        };
        let negated = operator.contains("Not");
        match seen {
            Seen::Unknown => None,
            Seen::Absent => Some(if_exists || negated || quantifier == "ForAllValues"),
            Seen::Chosen => Some(true),
            Seen::Value(value) => {
                let operator = operator.replace("Not", "");
                let mut any = Some(false);
                for pattern in &self.values {
                    match compare(&operator, value, pattern) {
                        Some(true) => return Some(!negated),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any.map(|any| any != negated)
            }
        }
    }
}

/// Whether a value is as a positive operator asks; `None` where that cannot be told.
fn compare(operator: &str, value: &str, pattern: &str) -> Option<bool> {
    // A variable of the policy, such as `${aws:username}`.
    if pattern.contains("${") {
        return None;
    }
    match operator {
        "StringEquals" => Some(value == pattern),
        "StringEqualsIgnoreCase" | "Bool" => Some(value.eq_ignore_ascii_case(pattern)),
        "StringLike" | "ArnLike" | "ArnEquals" => Some(matches(pattern, value)),
        "IpAddress" => within(value.parse().ok()?, pattern),
        "DateGreaterThan" | "DateGreaterThanEquals" | "DateLessThan" | "DateLessThanEquals" => {
            let (now, then): (Date, Date) = (value.parse().ok()?, pattern.get(..10)?.parse().ok()?);
            // The day is all that is known of the time, so on the day itself nothing is.
            (now != then).then_some((now > then) == operator.starts_with("DateGreater"))
        }
        _ => None,
    }
}

/// Whether an address lies in a block such as `10.0.0.0/8`.
fn within(address: IpAddr, block: &str) -> Option<bool> {
    let (network, length) = match block.split_once('/') {
        Some((network, length)) => (network, Some(length.parse::<u32>().ok()?)),
        None => (block, None),
    };
    let (address, network, bits) = match (address, network.parse().ok()?) {
        (IpAddr::V4(address), IpAddr::V4(network)) => (
            u128::from(address.to_bits()),
            u128::from(network.to_bits()),
            32,
        ),
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return Some(false),
    };
    let free = bits - length.unwrap_or(bits).min(bits);
    Some(address.checked_shr(free).unwrap_or(0) == network.checked_shr(free).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn conditions(condition: &Value) -> Conditions {
        Conditions::read(Some(condition))
    }

    fn anybody(condition: &Value) -> bool {
        let conditions = conditions(condition);
        let strangers = Request::of_strangers(date(2026, 11, 26));
        strangers
            .iter()
            .any(|request| conditions.hold(request) == Some(true))
    }

    #[test]
    fn what_anybody_meets_shuts_nobody_out() {
        for condition in [
            json!({}),
            json!({"Bool": {"aws:SecureTransport": "true"}}),
            json!({"Bool": {"AWS:securetransport": true}}),
            json!({"ArnLike": {"aws:SourceArn": "*"}}),
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}),
            json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}),
            json!({"StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}}),
            json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}),
            json!({"ForAllValues:StringEquals": {"aws:SourceVpc": "vpc-1"}}),
            json!({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}),
            json!({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}),
            json!({"IpAddress": {"aws:SourceIp": "::/0"}}),
            json!({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
            json!({"Null": {"aws:SourceArn": "true"}}),
            json!({"Null": {"aws:PrincipalArn": false}}),
            json!({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
            json!({"StringEquals": {"aws:PrincipalTag/team": "orders"}}),
            json!({"StringLike": {"aws:SourceVpc": "vpc-*"}}),
        ] {
            assert!(anybody(&condition), "{condition}");
        }
    }

    #[test]
    fn what_only_some_meet_shuts_the_others_out() {
        for condition in [
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-mine"}}),
            json!({"StringEquals": {"aws:SourceAccount": "123456789012"}}),
            json!({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:*:123456789012:orders"}}),
            json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:*"}}),
            json!({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}),
            json!({"IpAddress": {"aws:SourceIp": "2001:db9::/32"}}),
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}}),
            json!({"Bool": {"aws:SecureTransport": "false"}}),
            json!({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
            json!({"Bool": {"aws:SecureTransport": "true"},
                "StringEquals": {"aws:PrincipalAccount": "123456789012"}}),
            // What is not known is not believed to hold.
            json!({"StringEquals": {"aws:Referer": "secret"}}),
            json!({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}),
            json!({"NumericLessThan": {"aws:PrincipalAccount": "5"}}),
            json!("no condition"),
        ] {
            assert!(!anybody(&condition), "{condition}");
        }
    }

    #[test]
    fn of_a_role_less_is_known() {
        let role = "arn:aws:iam::123456789012:role/team/producer";
        let request = Request::of_role(role, date(2026, 11, 26));
        for (condition, expected) in [
            (json!({}), Some(true)),
            (
                json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}),
                Some(true),
            ),
            (json!({"ArnLike": {"aws:SourceArn": "*"}}), Some(false)),
            (
                json!({"Bool": {"aws:SecureTransport": "false"}}),
                Some(false),
            ),
            (json!({"StringEquals": {"aws:SourceVpc": "vpc-1"}}), None),
            (
                json!({"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:PrincipalAccount": "1"}}),
                Some(false),
            ),
        ] {
            assert_eq!(
                conditions(&condition).hold(&request),
                expected,
                "{condition}"
            );
        }
    }
}
