//! What IAM says of a role.

/// A policy of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RolePolicy {
    /// Its name, or its ARN where it stands by itself.
    pub name: String,
    /// The document, JSON.
    pub document: String,
}

/// The bare name of a role in its ARN.
#[must_use]
pub fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_has_a_bare_name() {
        for arn in [
            "arn:aws:iam::123456789012:role/orders",
            "arn:aws:iam::123456789012:role/service-role/orders",
            "orders",
        ] {
            assert_eq!(role_name(arn), "orders");
        }
    }
}
