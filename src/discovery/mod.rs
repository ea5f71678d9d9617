//! From any one of producer, queue or consumer to the whole pipeline.

pub mod cache;
pub mod environment;
pub mod infrastructure;
pub mod learned;
pub mod search;

use std::collections::BTreeSet;

use crate::discovery::{
    cache::{DiscoveryCache, recheck},
    search::Search,
};
use edactl_aws::{error::AwsError, session::Session};
use edactl_core::topology::{Named, Pipeline, queue::QueueFacts};

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

impl DiscoveryError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Aws(error) => error.hint(),
            Self::OtherRegion { its, .. } => format!("look there with --region {its}"),
            Self::Several { option, .. } => format!("name the right one with {option}"),
        }
    }
}

/// What discovery found, and what it could not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The pipeline, with gaps where nothing was found.
    pub pipeline: Pipeline,
    /// The producer's ARN, where Lambda told it.
    pub producer_arn: Option<String>,
    /// The queue's settings, where the queue is known.
    pub queue: Option<QueueFacts>,
    /// What was assumed because the caller may not look.
    pub notes: Vec<String>,
}

/// Finds the rest of a pipeline from what is named. What was found before saves the search, not
/// the asking: a `cache` is held against the account first.
///
/// # Errors
/// When AWS refuses what cannot be done without, or several resources fit.
pub async fn discover(
    session: &Session,
    name: &str,
    named: &Named,
    cache: Option<&DiscoveryCache>,
) -> Result<Discovered, DiscoveryError> {
    same_region(session.region(), named)?;
    if let Some(cache) = cache
        && let Some(known) = cache.read()
    {
        match Box::pin(recheck(session, named, &known)).await {
            Some(found) => return Ok(found),
            None => cache.forget(),
        }
    }
    let pipeline = Pipeline {
        region: session.region().to_owned(),
        ..Pipeline::named(name)
    };
    let found = Search::new(session).run(pipeline, named).await?;
    if let Some(cache) = cache {
        cache.write(named, &found);
    }
    Ok(found)
}

/// Whether everything that is named with a region is in this one.
fn same_region(ours: &str, named: &Named) -> Result<(), DiscoveryError> {
    let all = [&named.producer, &named.queue, &named.consumer, &named.dlq];
    for resource in all.into_iter().flatten() {
        if let Some(its) = region_of(resource)
            && its != ours
        {
            return Err(DiscoveryError::OtherRegion {
                resource: resource.clone(),
                its: its.to_owned(),
                ours: ours.to_owned(),
            });
        }
    }
    Ok(())
}

/// The region in an ARN, or in the URL of a queue on AWS.
fn region_of(reference: &str) -> Option<&str> {
    let region = if reference.starts_with("arn:") {
        reference.split(':').nth(3)
    } else {
        let host = reference.strip_prefix("https://sqs.")?;
        let (region, rest) = host.split_once('.')?;
        rest.starts_with("amazonaws.com").then_some(region)
    };
    region.filter(|region| !region.is_empty())
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
    fn a_resource_of_another_region_is_refused_before_it_is_asked_for() {
        let named = |resource: &str| Named {
            queue: Some(resource.to_owned()),
            ..Named::default()
        };
        for near in [
            "orders",
            "arn:aws:sqs:eu-central-1:123456789012:orders",
            "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
            "http://127.0.0.1:4566/000000000000/orders",
        ] {
            assert_eq!(same_region("eu-central-1", &named(near)), Ok(()), "{near}");
        }
        let far = named("https://sqs.us-east-1.amazonaws.com/123456789012/orders");
        let error = same_region("eu-central-1", &far).unwrap_err();
        assert_eq!(error.hint(), "look there with --region us-east-1");
        assert!(
            error
                .to_string()
                .ends_with("is in us-east-1, but edactl looks in eu-central-1")
        );
    }

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
