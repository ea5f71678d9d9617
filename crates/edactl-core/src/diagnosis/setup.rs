//! What the pipeline's settings say against any message that arrives.

use crate::{
    diagnosis::{Case, Cause},
    topology::{function::Trigger, queue::queue_name},
};

/// States of a function in which Lambda does not run it.
const UNUSABLE: [&str; 5] = [
    "Failed",
    "Deactivated",
    "Deactivating",
    "ActiveNonInvocable",
    "Deleting",
];

/// What keeps the queue's messages from the consumer, the surest first.
pub(super) fn obstacles(case: &Case<'_>) -> Vec<Cause> {
    let topology = case.topology;
    let mut causes = Vec::new();
    if let Some(triggers) = &topology.triggers {
        if triggers.is_empty() {
            causes.push(Cause::TriggerMissing);
        } else if let Some(trigger) = triggers.first()
            && !triggers.iter().any(Trigger::is_enabled)
        {
            causes.push(Cause::TriggerDisabled {
                uuid: trigger.uuid.clone(),
                state: trigger.state.clone(),
                said: trigger.state_reason.clone().filter(|said| !said.is_empty()),
            });
        }
        let enabled = || triggers.iter().filter(|trigger| trigger.is_enabled());
        for trigger in enabled() {
            if let Some(said) = &trigger.filter_error {
                causes.push(Cause::FilterUnreadable {
                    uuid: trigger.uuid.clone(),
                    said: said.clone(),
                });
            }
        }
        causes.extend(enabled().filter_map(failing));
    }
    if let Some(consumer) = &topology.consumer {
        let is_unusable = UNUSABLE.contains(&consumer.state.as_str());
        if is_unusable || consumer.environment_error.is_some() {
            causes.push(Cause::ConsumerUnusable {
                state: consumer.state.clone(),
                said: consumer
                    .environment_error
                    .clone()
                    .or(consumer.state_reason.clone()),
            });
        }
    }
    if topology.reserved_concurrency == Some(0) {
        causes.push(Cause::ConsumerThrottled);
    }
    causes
}

fn failing(trigger: &Trigger) -> Option<Cause> {
    let said = trigger.last_result.as_deref()?;
    let is_problem = said
        .get(..7)
        .is_some_and(|begin| begin.eq_ignore_ascii_case("PROBLEM"));
    let lower = said.to_ascii_lowercase();
    is_problem.then(|| Cause::TriggerFailing {
        uuid: trigger.uuid.clone(),
        said: said.to_owned(),
        is_permission: [
            "permission",
            "not authorized",
            "accessdenied",
            "access denied",
        ]
        .iter()
        .any(|word| lower.contains(word)),
    })
}

/// A filter that a message may fail to match.
pub(super) fn filter<'a>(case: &Case<'a>) -> Option<&'a str> {
    let triggers = case.topology.triggers.as_deref()?;
    let filters = triggers.iter().flat_map(|trigger| &trigger.filters);
    filters.map(String::as_str).next()
}

/// The variable of the producer that names a queue, and that queue, where none of its variables
/// names the pipeline's.
pub(super) fn other_queue(case: &Case<'_>) -> Option<Cause> {
    let ours = case.run.plan.pipeline.queue.as_ref()?;
    let variables = &case.topology.producer.as_ref()?.environment;
    let is_queue = |value: &str| {
        value.starts_with("arn:") && value.contains(":sqs:")
            || value.starts_with("http") && value.contains("sqs") && value.split('/').count() == 5
    };
    if variables
        .values()
        .any(|value| *value == ours.name || *value == ours.url || queue_name(value) == ours.name)
    {
        return None;
    }
    let (variable, queue) = variables.iter().find(|(_, value)| is_queue(value))?;
    Some(Cause::WrongQueue {
        variable: variable.clone(),
        queue: queue_name(queue).to_owned(),
    })
}
