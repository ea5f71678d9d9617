//! From any one of producer, queue or consumer to the whole pipeline.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aws::{
    error::{AwsError, AwsErrorKind},
    functions::{FunctionFacts, Functions, default_log_group, function_name},
    queue::{QueueFacts, Queues, queue_name},
    session::Session,
};

/// A named set of producer, queue, consumer and dead-letter queue in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Its name in edactl.toml, `local`, or the name of what it was discovered from.
    pub name: String,
    /// The region.
    pub region: String,
    /// The embedded pipeline keeps everything in memory: another instance knows nothing of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// The function that sends.
    pub producer: Option<Function>,
    /// The queue between them.
    pub queue: Option<Queue>,
    /// The function that receives.
    pub consumer: Option<Function>,
    /// Where messages go that failed too often.
    pub dlq: Option<Queue>,
}

/// A function of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// As the user named it: name, ARN, with or without version or alias.
    pub reference: String,
    /// The bare name.
    pub name: String,
    /// The log group that it writes to.
    pub log_group: String,
}

/// A queue of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its URL.
    pub url: String,
}

impl Pipeline {
    /// A pipeline of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            region: String::new(),
            instance: None,
            producer: None,
            queue: None,
            consumer: None,
            dlq: None,
        }
    }
}

/// The resources that were named; discovery finds the others. Names, ARNs or URLs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    /// The producer function.
    pub producer: Option<String>,
    /// The queue.
    pub queue: Option<String>,
    /// The consumer function.
    pub consumer: Option<String>,
    /// The dead-letter queue.
    pub dlq: Option<String>,
}

impl Named {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is not named here, taken from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            producer: self.producer.or(other.producer),
            queue: self.queue.or(other.queue),
            consumer: self.consumer.or(other.consumer),
            dlq: self.dlq.or(other.dlq),
        }
    }
}

/// Why discovery found no single answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// AWS refused or could not be reached.
    #[error(transparent)]
    Aws(#[from] AwsError),
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
            Self::Several { option, .. } => format!("name the right one with {option}"),
        }
    }
}

/// What discovery found, and what it could not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The pipeline, with gaps where nothing was found.
    pub pipeline: Pipeline,
    /// The queue's settings, where the queue is known.
    pub queue: Option<QueueFacts>,
    /// What was assumed because the caller may not look.
    pub notes: Vec<String>,
}

/// Finds the rest of a pipeline: the queue from the producer's environment variables or the
/// consumer's trigger, the consumer from the queue's trigger, the dead-letter queue from the
/// redrive policy, the log groups from the functions' logging configuration.
///
/// # Errors
/// When AWS refuses what cannot be done without, or several resources fit.
pub async fn discover(
    session: &Session,
    name: &str,
    named: &Named,
) -> Result<Discovered, DiscoveryError> {
    let functions = Functions::new(session);
    let queues = Queues::new(session);
    let mut pipeline = Pipeline {
        region: session.region().to_owned(),
        ..Pipeline::named(name)
    };
    let (mut notes, mut queue) = (Vec::new(), None);
    let mut environment = BTreeSet::new();
    if let Some(reference) = &named.producer {
        let (producer, facts) = function(&functions, reference, &mut notes).await?;
        environment = facts
            .map(|facts| queue_candidates(&facts))
            .unwrap_or_default();
        pipeline.producer = Some(producer);
    }
    let reference = match (&named.queue, &named.consumer) {
        (Some(queue), _) => Some(queue.clone()),
        (None, Some(consumer)) if environment.len() != 1 => {
            queue_of_consumer(&functions, consumer).await?
        }
        _ => single(environment, "the producer's queue", "--queue")?,
    };
    if let Some(reference) = reference {
        let url = queues.url(&reference).await?;
        let facts = queues.facts(&url).await?;
        pipeline.queue = Some(Queue {
            name: queue_name(&url).to_owned(),
            url,
        });
        let redrive = facts
            .redrive
            .as_ref()
            .map(|redrive| redrive.target_arn.clone());
        let dlq = named.dlq.clone().or(redrive);
        if let Some(dlq) = dlq {
            pipeline.dlq = dead_letter_queue(&queues, &dlq, &mut notes).await?;
        }
        let consumer = match &named.consumer {
            Some(consumer) => Some(consumer.clone()),
            None => consumer_of_queue(&functions, &facts.arn).await?,
        };
        if let Some(consumer) = consumer {
            pipeline.consumer = Some(function(&functions, &consumer, &mut notes).await?.0);
        }
        queue = Some(facts);
    } else if let Some(consumer) = &named.consumer {
        pipeline.consumer = Some(function(&functions, consumer, &mut notes).await?.0);
    }
    Ok(Discovered {
        pipeline,
        queue,
        notes,
    })
}

async fn function(
    functions: &Functions,
    reference: &str,
    notes: &mut Vec<String>,
) -> Result<(Function, Option<FunctionFacts>), DiscoveryError> {
    match functions.facts(reference).await {
        Ok(facts) => Ok((
            Function {
                reference: reference.to_owned(),
                name: facts.name.clone(),
                log_group: facts.log_group.clone(),
            },
            Some(facts),
        )),
        Err(error) if error.kind == AwsErrorKind::AccessDenied => {
            let name = function_name(reference).to_owned();
            let log_group = default_log_group(&name);
            notes.push(format!(
                "may not read {name} ({}), assuming its log group {log_group}",
                error.action
            ));
            Ok((
                Function {
                    reference: reference.to_owned(),
                    name,
                    log_group,
                },
                None,
            ))
        }
        Err(error) => Err(error.into()),
    }
}

async fn dead_letter_queue(
    queues: &Queues,
    reference: &str,
    notes: &mut Vec<String>,
) -> Result<Option<Queue>, DiscoveryError> {
    match queues.url(reference).await {
        Ok(url) => Ok(Some(Queue {
            name: queue_name(&url).to_owned(),
            url,
        })),
        Err(error)
            if matches!(
                error.kind,
                AwsErrorKind::AccessDenied | AwsErrorKind::NotFound
            ) =>
        {
            notes.push(format!("cannot see the dead-letter queue: {error}"));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

async fn queue_of_consumer(
    functions: &Functions,
    consumer: &str,
) -> Result<Option<String>, DiscoveryError> {
    let triggers = functions.triggers(None, Some(consumer)).await?;
    let arns = triggers
        .into_iter()
        .map(|trigger| trigger.source_arn)
        .filter(|arn| arn.contains(":sqs:"))
        .collect();
    single(arns, &format!("the queue of {consumer}"), "--queue")
}

async fn consumer_of_queue(
    functions: &Functions,
    queue_arn: &str,
) -> Result<Option<String>, DiscoveryError> {
    let triggers = functions.triggers(Some(queue_arn), None).await?;
    let arns = triggers
        .into_iter()
        .map(|trigger| trigger.function_arn)
        .collect();
    single(
        arns,
        &format!("the consumer of {}", queue_name(queue_arn)),
        "--consumer",
    )
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

/// The queues that a function's environment variables name: by URL, by ARN, or by name in a
/// variable that says it is a queue's.
fn queue_candidates(facts: &FunctionFacts) -> BTreeSet<String> {
    let is_url = |value: &str| {
        (value.starts_with("https://") || value.starts_with("http://"))
            && value.split('/').count() == 5
            && value.split('/').nth(3).is_some_and(|account| {
                account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
            })
    };
    let by_reference: BTreeSet<String> = facts
        .environment
        .values()
        .filter(|value| is_url(value) || value.starts_with("arn:") && value.contains(":sqs:"))
        .cloned()
        .collect();
    if !by_reference.is_empty() {
        return by_reference;
    }
    facts
        .environment
        .iter()
        .filter(|(key, value)| {
            key.to_ascii_uppercase().contains("QUEUE")
                && !value.is_empty()
                && value.len() <= 80
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        })
        .map(|(_, value)| value.clone())
        .collect()
}

/// Whether an environment variable names this queue: alone, or at the end of a URL or an ARN.
pub(super) fn mentions_queue(environment: &BTreeMap<String, String>, queue: &str) -> bool {
    environment.values().any(|value| queue_name(value) == queue)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn candidates(environment: &[(&str, &str)]) -> Vec<String> {
        let environment: BTreeMap<_, _> = environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let facts = FunctionFacts {
            name: "producer".into(),
            log_group: "/aws/lambda/producer".into(),
            environment,
            timeout: Duration::from_secs(3),
        };
        queue_candidates(&facts).into_iter().collect()
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
    fn several_candidates_are_listed_and_never_guessed_between() {
        let two = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
        let error = single(two, "the producer's queue", "--queue").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the producer's queue could be any of: a, b"
        );
    }
}
