//! What a role may do, and what a caller may do (IAM; reads only).

use crate::{
    error::AwsError,
    query::{Document, Query},
    session::Session,
};
use edactl_core::topology::role::{RolePolicy, role_name};

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
            let named = [("PolicyArn", arn.as_str())];
            let described = self.iam.call("iam:GetPolicy", &arn, &named).await?;
            let version = described.first("DefaultVersionId").unwrap_or("v1");
            let answer = self
                .iam
                .call(
                    "iam:GetPolicyVersion",
                    &arn,
                    &[("PolicyArn", &arn), ("VersionId", version)],
                )
                .await?;
            // The answer's field is `Document`, the only one of that name.
            policies.push(RolePolicy {
                document: decoded(answer.first("Document").unwrap_or_default()),
                name: arn,
            });
        }
        Ok(policies)
    }

    /// The actions of a list that a principal's policies do not allow on a resource
    /// (`SimulatePrincipalPolicy`, which does nothing).
    ///
    /// # Errors
    /// When IAM refuses.
    pub async fn denied(
        &self,
        principal_arn: &str,
        action: &str,
        resource: &str,
    ) -> Result<bool, AwsError> {
        let answer = self
            .iam
            .call(
                "iam:SimulatePrincipalPolicy",
                principal_arn,
                &[
                    ("PolicySourceArn", principal_arn),
                    ("ActionNames.member.1", action),
                    ("ResourceArns.member.1", resource),
                ],
            )
            .await?;
        Ok(answer.first("EvalDecision") != Some("allowed"))
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
