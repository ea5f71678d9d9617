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

    /// The role whose session this is. The ARN of a session leaves out the role's path.
    #[must_use]
    pub fn role(&self) -> Option<&str> {
        let resource = self.arn.splitn(6, ':').nth(5)?;
        resource.strip_prefix("assumed-role/")?.split('/').next()
    }

    /// The ARN that a role of this account has if it has no path.
    #[must_use]
    pub fn pathless(&self, role: &str) -> String {
        let partition = self.arn.split(':').nth(1).unwrap_or("aws");
        format!("arn:{partition}:iam::{}:role/{role}", self.account)
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
    fn a_session_is_a_role_s() {
        let identity = |arn: &str| Identity {
            account: "123456789012".into(),
            arn: arn.into(),
        };
        let session =
            identity("arn:aws-cn:sts::123456789012:assumed-role/Operator/ada@example.com");
        assert_eq!(session.role(), Some("Operator"));
        assert_eq!(
            session.pathless("Operator"),
            "arn:aws-cn:iam::123456789012:role/Operator"
        );
        let user = identity("arn:aws:iam::123456789012:user/team/ada");
        assert_eq!(user.role(), None);
        assert!(identity("arn:aws:iam::123456789012:root").is_root());
    }
}
