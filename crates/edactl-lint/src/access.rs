//! Whether a function's role may do something on a resource: its policies, its permissions boundary
//! and the resource's own policy together, as IAM weighs them.

use jiff::civil::Date;

use crate::{
    conditions::Request,
    iam::{self, Cover, Statement},
};

/// Who acts, and what bounds it.
#[derive(Debug)]
pub(super) struct Actor<'a> {
    role_arn: &'a str,
    session_arn: String,
    request: Request,
    /// The statements of the role's own policies.
    pub statements: Vec<Statement>,
    /// Those of its permissions boundary, where it has one.
    boundary: Option<Vec<Statement>>,
}

/// Where a statement stands that denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// In the role's policies.
    Role,
    /// In its permissions boundary.
    Boundary,
    /// In the resource's policy.
    Resource,
}

/// What IAM would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    /// Nothing allows it.
    NotAllowed,
    /// A statement denies it, whatever allows it.
    Denied(Side),
    /// The permissions boundary does not include it.
    OutOfBounds,
}

impl<'a> Actor<'a> {
    /// The function `name`, which runs as this role.
    pub fn new(
        role_arn: &'a str,
        name: &str,
        statements: Vec<Statement>,
        boundary: Option<Vec<Statement>>,
        today: Date,
    ) -> Self {
        // arn:aws:iam::ACCOUNT:role/PATH/NAME; a session's ARN leaves out the path.
        let parts: Vec<_> = role_arn.split(':').collect();
        let part = |index: usize| parts.get(index).copied().unwrap_or_default();
        let role = role_arn.rsplit('/').next().unwrap_or_default();
        Self {
            role_arn,
            session_arn: format!(
                "arn:{}:sts::{}:assumed-role/{role}/{name}",
                part(1),
                part(4)
            ),
            request: Request::of_role(role_arn, today),
            statements,
            boundary,
        }
    }

    /// Weighs an action on a resource that has these statements in a policy of its own.
    pub fn may(&self, action: &str, resource: &str, resource_policy: &[Statement]) -> Verdict {
        let deciding = |statements: &[Statement], allows: bool| {
            statements.iter().any(|statement| {
                statement.allows == allows && statement.decides(action, resource, &self.request)
            })
        };
        // Whom the resource's policy allows, or denies, by a statement about this.
        let covered = |allows: bool| {
            let about = resource_policy.iter().filter(move |statement| {
                statement.allows == allows && statement.decides(action, resource, &self.request)
            });
            about.filter_map(|statement| {
                statement.principals.cover(self.role_arn, &self.session_arn)
            })
        };
        if deciding(&self.statements, false) {
            return Verdict::Denied(Side::Role);
        }
        if covered(false).next().is_some() {
            return Verdict::Denied(Side::Resource);
        }
        let boundary = self.boundary.as_deref();
        if boundary.is_some_and(|boundary| deciding(boundary, false)) {
            return Verdict::Denied(Side::Boundary);
        }
        let role_allows = deciding(&self.statements, true);
        let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
        let allowed = if account(self.role_arn) == account(resource) {
            // A policy that names the account only lets the role's own policies decide.
            role_allows || covered(true).any(|cover| cover == Cover::Role)
        } else {
            role_allows && covered(true).next().is_some()
        };
        if !allowed {
            return Verdict::NotAllowed;
        }
        if boundary.is_some_and(|boundary| !deciding(boundary, true)) {
            return Verdict::OutOfBounds;
        }
        Verdict::Allowed
    }
}

/// What a resource's own policy says of a caller, a user or a role and its session: `true` where it
/// allows by itself, `false` where it denies; `None` where it leaves it to the caller's policies.
#[must_use]
pub fn own_word(
    policy: &str,
    (principal_arn, session_arn): (&str, &str),
    (action, resource): (&str, &str),
    today: Date,
) -> Option<bool> {
    let request = Request::of_role(principal_arn, today);
    let statements = iam::statements(policy);
    let covered = |allows: bool| {
        let about = statements
            .iter()
            .filter(move |statement| statement.allows == allows);
        let about = about.filter(|statement| statement.decides(action, resource, &request));
        about
            .filter_map(|statement| statement.principals.cover(principal_arn, session_arn))
            .collect::<Vec<_>>()
    };
    if !covered(false).is_empty() {
        return Some(false);
    }
    let account = |arn: &str| arn.split(':').nth(4).map(str::to_owned);
    let is_own = account(principal_arn) == account(resource);
    (is_own && covered(true).contains(&Cover::Role)).then_some(true)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::iam::statements;

    const ROLE: &str = "arn:aws:iam::123456789012:role/team/producer";
    const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:orders";

    fn statement(effect: &str, principal: &str) -> Vec<Statement> {
        statements(&format!(
            r#"{{"Statement": {{"Effect": "{effect}", {principal} "Action": "sqs:Send*", "Resource": "*"}}}}"#
        ))
    }

    fn may(own: &[Statement], boundary: Option<Vec<Statement>>, queue: &[Statement]) -> Verdict {
        let actor = Actor::new(ROLE, "f", own.to_vec(), boundary, date(2026, 11, 26));
        actor.may("sqs:SendMessage", QUEUE, queue)
    }

    #[test]
    fn an_allowance_on_either_side_is_enough_and_a_denial_on_any_wins() {
        let allow = statement("Allow", "");
        let deny = statement("Deny", "");
        let role = format!(r#""Principal": {{"AWS": "{ROLE}"}},"#);
        let account = r#""Principal": {"AWS": "123456789012"},"#;
        let queue = |effect: &str, principal: &str| statement(effect, principal);
        for (own, boundary, policy, expected) in [
            (&allow, None, vec![], Verdict::Allowed),
            (&vec![], None, vec![], Verdict::NotAllowed),
            (&vec![], None, queue("Allow", &role), Verdict::Allowed),
            (&vec![], None, queue("Allow", account), Verdict::NotAllowed),
            (
                &allow,
                None,
                queue("Deny", &role),
                Verdict::Denied(Side::Resource),
            ),
            (
                &allow,
                None,
                queue("Deny", account),
                Verdict::Denied(Side::Resource),
            ),
            (
                &deny,
                None,
                queue("Allow", &role),
                Verdict::Denied(Side::Role),
            ),
            (&allow, Some(vec![]), vec![], Verdict::OutOfBounds),
            (&allow, Some(allow.clone()), vec![], Verdict::Allowed),
            (
                &allow,
                Some(deny.clone()),
                vec![],
                Verdict::Denied(Side::Boundary),
            ),
        ] {
            assert_eq!(
                may(own, boundary.clone(), &policy),
                expected,
                "{own:?} {boundary:?} {policy:?}"
            );
        }
    }

    #[test]
    fn across_accounts_both_sides_have_to_allow() {
        let actor = |own: Vec<Statement>| {
            Actor::new(
                "arn:aws:iam::999999999999:role/r",
                "f",
                own,
                None,
                date(2026, 11, 26),
            )
        };
        let allow = statement("Allow", "");
        let queue = statement("Allow", r#""Principal": {"AWS": "999999999999"},"#);
        let ask = |own: Vec<Statement>, queue: &[Statement]| {
            actor(own).may("sqs:SendMessage", QUEUE, queue)
        };
        assert_eq!(ask(allow.clone(), &queue), Verdict::Allowed);
        assert_eq!(ask(allow, &[]), Verdict::NotAllowed);
        assert_eq!(ask(vec![], &queue), Verdict::NotAllowed);
    }

    #[test]
    fn a_resource_speaks_for_itself() {
        let word = |effect: &str, principal: &str| {
            let policy = format!(
                r#"{{"Statement": {{"Effect": "{effect}", "Principal": {{"AWS": "{principal}"}},
                    "Action": "sqs:Receive*", "Resource": "*"}}}}"#
            );
            let session = "arn:aws:sts::123456789012:assumed-role/producer/s";
            let asked = ("sqs:ReceiveMessage", QUEUE);
            own_word(&policy, (ROLE, session), asked, date(2026, 11, 26))
        };
        assert_eq!(word("Allow", ROLE), Some(true));
        assert_eq!(word("Deny", ROLE), Some(false));
        assert_eq!(word("Allow", "123456789012"), None);
        assert_eq!(word("Allow", "arn:aws:iam::123456789012:user/other"), None);
    }
}
