//! Why discovery found no single answer.

use std::collections::BTreeSet;

use edactl_aws::error::AwsError;

/// Why discovery found no single answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// AWS refused or could not be reached.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// A resource that was named is in another region than the one that is asked.
    #[error("{resource} is in {its}, but edactl looks in {ours}")]
    OtherRegion {
        /// The ARN or URL as named.
        resource: String,
        /// The region in it.
        its: String,
        /// The region in force.
        ours: String,
    },
    /// Several resources fit; edactl does not guess between them.
    #[error("{what} could be any of: {}", .candidates.join(", "))]
    Several {
        /// What was looked for, and where.
        what: String,
        /// What fits.
        candidates: Vec<String>,
        /// The option that settles it.
        option: &'static str,
    },
}

/// The only candidate, if there is one.
///
/// # Errors
/// When there are several: nobody but the user knows which is meant.
pub(super) fn single(
    candidates: BTreeSet<String>,
    what: &str,
    option: &'static str,
) -> Result<Option<String>, DiscoveryError> {
    if candidates.len() > 1 {
        let candidates = candidates.into_iter().collect();
        return Err(DiscoveryError::Several {
            what: what.to_owned(),
            candidates,
            option,
        });
    }
    Ok(candidates.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_candidates_are_listed_and_never_guessed_between() {
        let two = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        let error = single(two, "the producer's queue", "--queue").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the producer's queue could be any of: a, b"
        );
    }
}
