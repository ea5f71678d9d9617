//! From any one of producer, queue or consumer to the whole pipeline.

pub mod cache;
pub mod environment;
mod error;
mod found;
pub mod infrastructure;
pub mod learned;
pub mod search;
mod state_file;

pub use self::{error::DiscoveryError, found::Discovered};

use crate::discovery::{
    cache::{DiscoveryCache, recheck},
    search::Search,
};
use edactl_aws::session::Session;
use edactl_core::topology::{Named, Pipeline};

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

/// The region in an ARN, or in the URL of a queue on AWS, whose domain differs from partition to
/// partition.
fn region_of(reference: &str) -> Option<&str> {
    let region = if reference.starts_with("arn:") {
        reference.split(':').nth(3)
    } else {
        let host = ["https://sqs.", "https://sqs-fips."]
            .iter()
            .find_map(|start| reference.strip_prefix(start))?;
        let (region, _) = host.split_once('.')?;
        // Such as eu-central-1.
        let is_region =
            region.split('-').count() >= 3 && region.ends_with(|last: char| last.is_ascii_digit());
        is_region.then_some(region)
    };
    region.filter(|region| !region.is_empty())
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
        for far in [
            "https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/orders",
            "https://sqs.us-east-1.api.aws/123456789012/orders",
            "https://sqs-fips.us-east-1.amazonaws.com/123456789012/orders",
        ] {
            assert!(same_region("eu-central-1", &named(far)).is_err(), "{far}");
        }
        let far = named("https://sqs.us-east-1.amazonaws.com/123456789012/orders");
        let error = same_region("eu-central-1", &far).unwrap_err();
        assert!(matches!(&error, DiscoveryError::OtherRegion { its, .. } if its == "us-east-1"));
        assert!(
            error
                .to_string()
                .ends_with("is in us-east-1, but edactl looks in eu-central-1")
        );
    }
}
