//! Which kind of policy refused a call, and what has to be changed then.

/// What refused a call, as far as AWS says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing allows it.
    NotAllowed,
    /// A statement of a policy denies it; the policy's name where it is known.
    Denied(Option<String>),
    /// The permissions boundary of the caller does not include it, or denies it.
    Boundary,
    /// A service control policy of the organization.
    ServiceControl,
    /// A resource control policy of the organization.
    ResourceControl,
    /// The policy that the caller's session was made with.
    Session,
    /// The policy of the VPC endpoint that the call went through.
    VpcEndpoint,
    /// The resource's own policy denies it.
    ResourcePolicy,
}

impl Refusal {
    /// Reads what AWS writes into an answer that denies access, such as "… with an explicit deny in
    /// a service control policy".
    #[must_use]
    pub fn of_message(message: &str) -> Self {
        let lower = message.to_ascii_lowercase();
        let kinds = [
            ("service control policy", Self::ServiceControl),
            ("resource control policy", Self::ResourceControl),
            ("permissions boundary", Self::Boundary),
            ("session policy", Self::Session),
            ("vpc endpoint policy", Self::VpcEndpoint),
        ];
        // Only what stands behind the resource is AWS's word on the reason: names may hold anything.
        let reason = [" because no ", " with an explicit deny"]
            .into_iter()
            .filter_map(|sign| lower.rfind(sign))
            .max()
            .map_or("", |at| &lower[at..]);
        if let Some((_, kind)) = kinds.into_iter().find(|(sign, _)| reason.contains(sign)) {
            return kind;
        }
        if !reason.starts_with(" with an explicit deny") {
            return Self::NotAllowed;
        }
        if reason.contains("resource-based policy") {
            Self::ResourcePolicy
        } else {
            Self::Denied(None)
        }
    }

    /// What has to be changed so that the caller may do `what`: an action on a resource, or several.
    #[must_use]
    pub fn fix(&self, what: &str) -> String {
        match self {
            Self::NotAllowed => format!("allow {what} for the caller"),
            Self::Denied(None) => {
                format!("take away the statement of the caller's policies that denies {what}")
            }
            Self::Denied(Some(policy)) => {
                format!("take away the statement of {policy} that denies {what}")
            }
            Self::Boundary => format!("allow {what} in the caller's permissions boundary, too"),
            Self::ServiceControl => format!(
                "ask who runs the organization to allow {what} in its service control policies (SCP)"
            ),
            Self::ResourceControl => format!(
                "ask who runs the organization to allow {what} in its resource control policies (RCP)"
            ),
            Self::Session => {
                format!("allow {what} in the policy that the caller's session is made with")
            }
            Self::VpcEndpoint => format!("allow {what} in the policy of the VPC endpoint"),
            Self::ResourcePolicy => {
                format!("take away the statement of the resource's own policy that denies {what}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awss_words_tell_what_refused() {
        let refused = |reason: &str| {
            Refusal::of_message(&format!(
                "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: \
                 sqs:SendMessage on resource: arn:aws:sqs:x:1:orders {reason}"
            ))
        };
        for (reason, expected) in [
            (
                "because no identity-based policy allows the sqs:SendMessage action",
                Refusal::NotAllowed,
            ),
            (
                "with an explicit deny in an identity-based policy",
                Refusal::Denied(None),
            ),
            (
                "with an explicit deny in a resource-based policy",
                Refusal::ResourcePolicy,
            ),
            (
                "with an explicit deny in a service control policy: arn:aws:organizations::1:policy/p",
                Refusal::ServiceControl,
            ),
            (
                "because no service control policy allows the sqs:SendMessage action",
                Refusal::ServiceControl,
            ),
            (
                "with an explicit deny in a resource control policy",
                Refusal::ResourceControl,
            ),
            (
                "because no permissions boundary allows the sqs:SendMessage action",
                Refusal::Boundary,
            ),
            (
                "because no session policy allows the sqs:SendMessage action",
                Refusal::Session,
            ),
            (
                "because no VPC endpoint policy allows the sqs:SendMessage action",
                Refusal::VpcEndpoint,
            ),
            ("", Refusal::NotAllowed),
        ] {
            assert_eq!(refused(reason), expected, "{reason}");
        }
        let named = "User x may not use service control policy orders";
        assert_eq!(Refusal::of_message(named), Refusal::NotAllowed);
        assert!(
            Refusal::ServiceControl
                .fix("sqs:SendMessage on q")
                .contains("(SCP)")
        );
    }
}
