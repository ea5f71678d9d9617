//! What a role may do, and what a caller may do (IAM; reads only).

use crate::{
    error::AwsError,
    query::{Document, Query},
    session::Session,
};
use edactl_facts::topology::role::{RolePolicy, role_name};
use edactl_lint::refusal::Refusal;

/// Reads roles and asks IAM what a principal may do.
#[derive(Debug, Clone)]
pub struct Roles {
    iam: Query,
}

impl Roles {
    /// A reader for this session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        Self {
            iam: Query::iam(session),
        }
    }

    /// All policies of a role: those inside it and those attached to it.
    ///
    /// # Errors
    /// When IAM refuses one of the calls.
    pub async fn policies(&self, role_arn: &str) -> Result<Vec<RolePolicy>, AwsError> {
        let role = role_name(role_arn);
        let mut policies = Vec::new();
        for name in self
            .all(
                "iam:ListRolePolicies",
                role,
                &[("RoleName", role)],
                "member",
            )
            .await?
        {
            let answer = self
                .iam
                .call(
                    "iam:GetRolePolicy",
                    role,
                    &[("RoleName", role), ("PolicyName", &name)],
                )
                .await?;
            policies.push(policy(&answer, name));
        }
        for arn in self
            .all(
                "iam:ListAttachedRolePolicies",
                role,
                &[("RoleName", role)],
                "PolicyArn",
            )
            .await?
        {
            policies.push(self.managed(arn).await?);
        }
        Ok(policies)
    }

    /// A policy that stands by itself, in its version in force.
    async fn managed(&self, arn: String) -> Result<RolePolicy, AwsError> {
        let named = [("PolicyArn", arn.as_str())];
        let described = self.iam.call("iam:GetPolicy", &arn, &named).await?;
        let version = described.first("DefaultVersionId").unwrap_or("v1");
        let versioned = [("PolicyArn", arn.as_str()), ("VersionId", version)];
        let answer = self
            .iam
            .call("iam:GetPolicyVersion", &arn, &versioned)
            .await?;
        // The answer's field is `Document`, the only one of that name.
        Ok(RolePolicy {
            document: decoded(answer.first("Document").unwrap_or_default()),
            name: arn,
        })
    }

    /// A role's permissions boundary, where it has one.
    ///
    /// # Errors
    /// When IAM refuses one of the calls.
    pub async fn boundary(&self, role_arn: &str) -> Result<Option<RolePolicy>, AwsError> {
        let answer = self.role(role_name(role_arn)).await?;
        match answer.first("PermissionsBoundaryArn") {
            Some(arn) => Ok(Some(self.managed(arn.to_owned()).await?)),
            None => Ok(None),
        }
    }

    /// The ARN of a role, with the path that the ARN of a session does not show.
    ///
    /// # Errors
    /// When IAM refuses.
    pub async fn arn(&self, role: &str) -> Result<String, AwsError> {
        let answer = self.role(role).await?;
        Ok(answer.first("Arn").unwrap_or_default().to_owned())
    }

    async fn role(&self, role: &str) -> Result<Document, AwsError> {
        let named = [("RoleName", role)];
        self.iam.call("iam:GetRole", role, &named).await
    }

    /// What would refuse a principal an action on a resource (`SimulatePrincipalPolicy`, which does
    /// nothing); `None`: it is allowed. `key_alias` is the alias of the key that the resource is.
    ///
    /// # Errors
    /// When IAM refuses.
    pub async fn refusal(
        &self,
        principal_arn: &str,
        (action, resource): (&str, &str),
        key_alias: Option<&str>,
    ) -> Result<Option<Refusal>, AwsError> {
        let mut parameters = vec![
            ("PolicySourceArn", principal_arn),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        if let Some(alias) = key_alias {
            parameters.extend([
                (
                    "ContextEntries.member.1.ContextKeyName",
                    "kms:ResourceAliases",
                ),
                ("ContextEntries.member.1.ContextKeyType", "stringList"),
                ("ContextEntries.member.1.ContextKeyValues.member.1", alias),
            ]);
        }
        let answer = self
            .iam
            .call("iam:SimulatePrincipalPolicy", principal_arn, &parameters)
            .await?;
        Ok(refusal(&answer))
    }

    /// Every text of an element, over all pages.
    async fn all(
        &self,
        action: &'static str,
        role: &str,
        parameters: &[(&str, &str)],
        element: &str,
    ) -> Result<Vec<String>, AwsError> {
        let (mut found, mut marker) = (Vec::new(), None::<String>);
        loop {
            let mut page = parameters.to_vec();
            if let Some(marker) = &marker {
                page.push(("Marker", marker));
            }
            let answer = self.iam.call(action, role, &page).await?;
            found.extend(answer.all(element).map(str::to_owned));
            marker = answer.first("Marker").map(str::to_owned);
            if answer.first("IsTruncated") != Some("true") || marker.is_none() {
                return Ok(found);
            }
        }
    }
}

/// The organization and the boundary are told beside the decision, which they bring about.
fn refusal(answer: &Document) -> Option<Refusal> {
    let decision = answer.first("EvalDecision").unwrap_or_default();
    let is_out = |field: &str| answer.first(field) == Some("false");
    if is_out("AllowedByOrganizations") {
        Some(Refusal::ServiceControl)
    } else if is_out("AllowedByPermissionsBoundary") {
        Some(Refusal::Boundary)
    } else if decision == "allowed" {
        None
    } else if decision == "explicitDeny" {
        let policy = answer.first("SourcePolicyId");
        Some(Refusal::Denied(policy.map(str::to_owned)))
    } else {
        Some(Refusal::NotAllowed)
    }
}

fn policy(answer: &Document, name: String) -> RolePolicy {
    RolePolicy {
        name,
        document: decoded(answer.first("PolicyDocument").unwrap_or_default()),
    }
}

/// IAM gives documents percent-encoded; a `+` in them is a plus.
fn decoded(document: &str) -> String {
    percent_encoding::percent_decode_str(document)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulation_tells_what_refuses() {
        let result = |decision: &str, more: &str| {
            let xml = format!(
                "<R><EvaluationResults><member><EvalActionName>sqs:SendMessage</EvalActionName>\
                 <EvalDecision>{decision}</EvalDecision>{more}</member></EvaluationResults></R>"
            );
            refusal(&Document::read(xml.as_bytes()))
        };
        let organization = |allowed: bool| {
            format!(
                "<OrganizationsDecisionDetail><AllowedByOrganizations>{allowed}\
                 </AllowedByOrganizations></OrganizationsDecisionDetail>"
            )
        };
        let boundary = |allowed: bool| {
            format!(
                "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>{allowed}\
                 </AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>"
            )
        };
        let matched = "<MatchedStatements><member><SourcePolicyId>no-sending</SourcePolicyId>\
                       </member></MatchedStatements>";
        for (decision, more, expected) in [
            ("allowed", String::new(), None),
            ("allowed", organization(true) + &boundary(true), None),
            ("implicitDeny", String::new(), Some(Refusal::NotAllowed)),
            (
                "implicitDeny",
                organization(true),
                Some(Refusal::NotAllowed),
            ),
            (
                "explicitDeny",
                matched.to_owned(),
                Some(Refusal::Denied(Some("no-sending".into()))),
            ),
            (
                "explicitDeny",
                organization(false),
                Some(Refusal::ServiceControl),
            ),
            ("implicitDeny", boundary(false), Some(Refusal::Boundary)),
        ] {
            assert_eq!(result(decision, &more), expected, "{decision} {more}");
        }
    }
}
