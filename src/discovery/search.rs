//! The way through the account from what is named to the rest of the pipeline.

use std::collections::BTreeSet;

use crate::discovery::{
    environment::{mentions_queue, queue_candidates},
    error::{DiscoveryError, single},
    found::Discovered,
};
use edactl_aws::{error::AwsErrorKind, functions::Functions, queue::Queues, session::Session};
use edactl_core::topology::{
    Function, Named, Pipeline, Queue,
    function::{FunctionFacts, default_log_group, function_name, in_force},
    queue::{QueueFacts, queue_name},
};

/// One search: what it asks, and what it had to assume.
pub(super) struct Search {
    functions: Functions,
    queues: Queues,
    notes: Vec<String>,
}

impl Search {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            functions: Functions::new(session),
            queues: Queues::new(session),
            notes: Vec::new(),
        }
    }

    /// Finds the rest: the queue from the producer's environment variables or the consumer's
    /// trigger, the consumer from the queue's trigger, the producer from the functions that know
    /// the queue, the dead-letter queue from the redrive policy, the log groups from the
    /// functions' logging configuration.
    pub(super) async fn run(
        mut self,
        mut pipeline: Pipeline,
        named: &Named,
    ) -> Result<Discovered, DiscoveryError> {
        let (mut environment, mut producer_arn) = (BTreeSet::new(), None);
        if let Some(reference) = &named.producer {
            let (producer, facts) = self.function(reference).await?;
            pipeline.producer = Some(producer);
            if let Some(facts) = facts {
                if let Some(error) = &facts.environment_error {
                    self.notes.push(format!(
                        "the environment variables of {} cannot be read ({error}); name its queue \
                         with --queue",
                        facts.name
                    ));
                }
                environment = queue_candidates(&facts.environment);
                producer_arn = Some(facts.arn);
            }
        }
        let reference = match (&named.queue, &named.consumer) {
            (Some(queue), _) => Some(queue.clone()),
            (None, Some(consumer)) if environment.len() != 1 => {
                self.queue_of_consumer(consumer).await?
            }
            _ => single(environment, "the producer's queue", "--queue")?,
        };
        let mut queue = None;
        if let Some(reference) = reference {
            queue = Some(self.around_queue(&mut pipeline, named, &reference).await?);
        } else if let Some(consumer) = &named.consumer {
            pipeline.consumer = Some(self.function(consumer).await?.0);
        }
        if queue.is_none()
            && let Some(dlq) = &named.dlq
        {
            // Named alone, it is all that there is: whoever names it wants to know what is wrong.
            let url = self.queues.url(dlq).await?;
            let name = queue_name(&url).to_owned();
            pipeline.dlq = Some(Queue { name, url });
        }
        Ok(Discovered {
            pipeline,
            producer_arn,
            queue,
            notes: self.notes,
        })
    }

    /// The queue, and what hangs on it.
    async fn around_queue(
        &mut self,
        pipeline: &mut Pipeline,
        named: &Named,
        reference: &str,
    ) -> Result<QueueFacts, DiscoveryError> {
        let url = self.queues.url(reference).await?;
        let facts = self.queues.facts(&url).await?;
        let name = queue_name(&url).to_owned();
        let redrive = facts.redrive.as_ref();
        let dlq = named
            .dlq
            .clone()
            .or_else(|| Some(redrive?.target_arn.clone()));
        if let Some(dlq) = dlq {
            pipeline.dlq = self.dead_letter_queue(&dlq).await?;
        }
        let consumer = match &named.consumer {
            Some(consumer) => Some(consumer.clone()),
            None => self.consumer_of_queue(&facts.arn).await?,
        };
        if let Some(consumer) = consumer {
            pipeline.consumer = Some(self.function(&consumer).await?.0);
        }
        if pipeline.producer.is_none() {
            let consumer = pipeline.consumer.as_ref().map(|found| found.name.as_str());
            pipeline.producer = self.producer_of_queue(&name, consumer).await?;
        }
        pipeline.queue = Some(Queue { name, url });
        Ok(facts)
    }

    async fn function(
        &mut self,
        reference: &str,
    ) -> Result<(Function, Option<FunctionFacts>), DiscoveryError> {
        match self.functions.facts(reference).await {
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
                self.notes.push(format!(
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
        &mut self,
        reference: &str,
    ) -> Result<Option<Queue>, DiscoveryError> {
        match self.queues.url(reference).await {
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
                self.notes
                    .push(format!("cannot see the dead-letter queue: {error}"));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn queue_of_consumer(&self, consumer: &str) -> Result<Option<String>, DiscoveryError> {
        let mut triggers = self.functions.triggers(None, Some(consumer)).await?;
        if triggers.is_empty() {
            // Asked for a bare name, Lambda leaves out the triggers of its versions and aliases.
            triggers = self.functions.triggers(None, None).await?;
            triggers.retain(|trigger| trigger.function_name() == function_name(consumer));
        }
        triggers.retain(|trigger| trigger.source_arn.contains(":sqs:"));
        let arns = in_force(triggers)
            .map(|trigger| trigger.source_arn)
            .collect();
        single(arns, &format!("the queue of {consumer}"), "--queue")
    }

    async fn consumer_of_queue(&self, queue_arn: &str) -> Result<Option<String>, DiscoveryError> {
        let triggers = self.functions.triggers(Some(queue_arn), None).await?;
        let arns = in_force(triggers)
            .map(|trigger| trigger.function_arn)
            .collect();
        single(
            arns,
            &format!("the consumer of {}", queue_name(queue_arn)),
            "--consumer",
        )
    }

    /// The function that knows the queue and is not its consumer. What only reads a pipeline
    /// needs no producer, so doubt about it is a note.
    async fn producer_of_queue(
        &mut self,
        queue: &str,
        consumer: Option<&str>,
    ) -> Result<Option<Function>, DiscoveryError> {
        let all = match self.functions.all().await {
            Ok(all) => all,
            Err(error) if error.kind == AwsErrorKind::AccessDenied => {
                let action = error.action;
                self.notes.push(format!(
                    "may not look for the producer of {queue} ({action}); name it with --producer"
                ));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut knowing: Vec<_> = all
            .into_iter()
            .filter(|facts| Some(facts.name.as_str()) != consumer)
            .filter(|facts| mentions_queue(&facts.environment, queue))
            .collect();
        if knowing.len() > 1 {
            let names: Vec<_> = knowing.into_iter().map(|facts| facts.name).collect();
            self.notes.push(format!(
                "the producer of {queue} could be any of: {}; name the right one with --producer",
                names.join(", ")
            ));
            return Ok(None);
        }
        Ok(knowing.pop().map(|facts| Function {
            reference: facts.name.clone(),
            name: facts.name,
            log_group: facts.log_group,
        }))
    }
}
