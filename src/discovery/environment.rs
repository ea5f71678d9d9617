//! What a function's environment variables say of the queue that it sends to.

use std::collections::{BTreeMap, BTreeSet};

use edactl_core::topology::queue::queue_name;

/// The queues that a function's environment variables name: by URL, by ARN, or by name in a
/// variable that says it is a queue's. A variable that speaks of a dead-letter queue is not where
/// the function sends, unless it is the only one.
pub(super) fn queue_candidates(environment: &BTreeMap<String, String>) -> BTreeSet<String> {
    let is_reference = |value: &str| is_url(value) || is_arn(value);
    let mut variables: Vec<_> = environment
        .iter()
        .filter(|(_, value)| is_reference(value))
        .collect();
    if variables.is_empty() {
        variables = environment
            .iter()
            .filter(|(key, value)| key.to_ascii_uppercase().contains("QUEUE") && is_name(value))
            .collect();
    }
    let speaks_of_dead_letters = |key: &str| {
        let key = key.to_ascii_uppercase();
        key.contains("DLQ") || key.contains("DEAD")
    };
    if variables
        .iter()
        .any(|(key, _)| !speaks_of_dead_letters(key))
    {
        variables.retain(|(key, _)| !speaks_of_dead_letters(key));
    }
    // A function may know one queue by its URL and by its ARN.
    let queues: BTreeMap<_, _> = variables
        .into_iter()
        .map(|(_, value)| ((account(value), queue_name(value)), value.clone()))
        .collect();
    queues.into_values().collect()
}

fn is_url(value: &str) -> bool {
    (value.starts_with("https://") || value.starts_with("http://"))
        && value.split('/').count() == 5
        && account(value).is_some_and(|account| {
            account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn is_arn(value: &str) -> bool {
    value.starts_with("arn:") && value.contains(":sqs:")
}

fn is_name(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 80
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// The account in a queue's URL or ARN.
fn account(reference: &str) -> Option<&str> {
    if is_arn(reference) {
        reference.split(':').nth(4)
    } else {
        reference.split('/').nth(3)
    }
}

/// Whether an environment variable names this queue: alone, or at the end of a URL or an ARN.
pub(super) fn mentions_queue(environment: &BTreeMap<String, String>, queue: &str) -> bool {
    environment.values().any(|value| queue_name(value) == queue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(environment: &[(&str, &str)]) -> Vec<String> {
        let environment: BTreeMap<_, _> = environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        queue_candidates(&environment).into_iter().collect()
    }

    #[test]
    fn the_queue_is_found_in_the_environment() {
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
        assert_eq!(
            candidates(&[("TARGET", url), ("API", "https://example.com/a/b")]),
            [url]
        );
        assert_eq!(
            candidates(&[("QUEUE_NAME", "orders"), ("STAGE", "dev")]),
            ["orders"]
        );
        assert_eq!(
            candidates(&[("QUEUE_NAME", "orders"), ("QUEUE_URL", url)]),
            [url]
        );
        assert!(candidates(&[("STAGE", "dev")]).is_empty());
    }

    #[test]
    fn one_queue_is_one_candidate_and_a_dead_letter_queue_is_none() {
        let url = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
        let arn = "arn:aws:sqs:eu-central-1:123456789012:orders";
        let dlq = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders-dead";
        assert_eq!(
            candidates(&[("URL", url), ("ARN", arn), ("DLQ_URL", dlq)]),
            [url]
        );
        assert_eq!(candidates(&[("DLQ_URL", dlq)]), [dlq]);
        let elsewhere = "arn:aws:sqs:eu-central-1:210987654321:orders";
        assert_eq!(candidates(&[("A", url), ("B", elsewhere)]).len(), 2);
    }
}
