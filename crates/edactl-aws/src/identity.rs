//! Who calls (STS `GetCallerIdentity`, which needs no permission).

use crate::{error::AwsError, session::Session};

/// The caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's number.
    pub account: String,
    /// The ARN of the user, or of the session of a role.
    pub arn: String,
}

impl Identity {
    /// Asks who the credentials of this session belong to.
    ///
    /// # Errors
    /// When there are no credentials, or STS does not take them.
    pub async fn of(session: &Session) -> Result<Self, AwsError> {
        let (sdk, listener) = session.parts();
        let mut config = aws_sdk_sts::config::Builder::from(sdk);
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        let answer = aws_sdk_sts::Client::from_conf(config.build())
            .get_caller_identity()
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sts:GetCallerIdentity", "the caller", &error))?;
        Ok(Self {
            account: answer.account().unwrap_or_default().to_owned(),
            arn: answer.arn().unwrap_or_default().to_owned(),
        })
    }

    /// The ARN whose policies count: of a role's session, the role itself.
    #[must_use]
    pub fn principal(&self) -> String {
        let parts: Vec<_> = self.arn.splitn(6, ':').collect();
        let role = parts
            .get(5)
            .and_then(|resource| resource.strip_prefix("assumed-role/"))
            .and_then(|session| session.split('/').next());
        match (role, parts.get(1)) {
            (Some(role), Some(partition)) => {
                format!("arn:{partition}:iam::{}:role/{role}", self.account)
            }
            _ => self.arn.clone(),
        }
    }

    /// Whether this is the account's root, which may do everything.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.arn.ends_with(":root")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_of_a_session_are_its_role_s() {
        let identity = |arn: &str| Identity {
            account: "123456789012".into(),
            arn: arn.into(),
        };
        for (arn, principal) in [
            (
                "arn:aws:sts::123456789012:assumed-role/Operator/ada@example.com",
                "arn:aws:iam::123456789012:role/Operator",
            ),
            (
                "arn:aws:iam::123456789012:user/team/ada",
                "arn:aws:iam::123456789012:user/team/ada",
            ),
        ] {
            assert_eq!(identity(arn).principal(), principal);
        }
        assert!(identity("arn:aws:iam::123456789012:root").is_root());
    }
}
