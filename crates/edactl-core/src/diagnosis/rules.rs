//! The rules: from a message's state and the topology to the reason why it stopped.

use std::{cmp::Reverse, collections::HashMap};

use crate::{
    diagnosis::{ATTEMPTS_TOLD, Case, Diagnosis, Group, explain},
    ledger::{GroupIndex, MessageCounts, MessageIndex, State},
    matcher::shape,
    run::{MessagePosition, Outcome},
    topology::{function::Trigger, queue::queue_name},
};

/// What puts messages into one group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Stop {
    /// The group's id.
    pub id: &'static str,
    /// The state, where the group's words depend on it.
    pub state: State,
    /// Tells groups of one id apart, such as the error with ids and numbers blurred.
    pub detail: String,
    /// The message's equals, where only their content tells them.
    pub equals: Option<GroupIndex>,
}

/// Goes through all messages once.
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_stop: HashMap<Stop, usize> = HashMap::new();
    // The same for every message, and asked once.
    let (waiting, gone) = (waiting(case), gone(case));
    for (place, (message, message_count)) in
        case.run.plan.places().zip(case.judgement.message_counts())
    {
        let plain = |id| stop(id, message_count.state, String::new());
        let stop = match message_count.state {
            State::Taken if case.exactly_once && message_count.is_duplicate => {
                plain("received-twice")
            }
            State::Taken => continue,
            State::Unattempted => plain("not-attempted"),
            State::NotSent => not_sent(case, place),
            State::InDoubt => plain("in-doubt"),
            State::Received => plain("running"),
            State::Untraced => plain("untraced"),
            State::Filtered => plain("filtered"),
            State::DeadLettered | State::Failing | State::Lost if message_count.received > 0 => {
                failed(case, message, message_count)
            }
            State::DeadLettered => plain("dead-lettered"),
            State::Lost | State::SomeLost => of_equals(case, message, plain(gone)),
            State::Waiting | State::Failing => of_equals(case, message, plain(waiting)),
        };
        let index = *by_stop.entry(stop).or_insert_with_key(|stop| {
            groups.push(explain::group(case, stop, place, message));
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.messages.push(message);
        if message_count.received > 0 && group.attempts.len() < ATTEMPTS_TOLD {
            group.attempts.extend(case.judgement.ledger().attempts(message));
        }
    }
    for group in &mut groups {
        group
            .attempts
            .sort_by_key(|attempt| (attempt.at, attempt.message));
        group.attempts.truncate(ATTEMPTS_TOLD);
    }
    groups.sort_by_key(|group| (Reverse(group.messages.len()), group.messages[0]));
    Diagnosis { groups }
}

fn stop(id: &'static str, state: State, detail: String) -> Stop {
    Stop {
        id,
        state,
        detail,
        equals: None,
    }
}

fn of_equals(case: &Case<'_>, message: MessageIndex, stop: Stop) -> Stop {
    let equals = case
        .judgement.ledger()
        .group_of(message)
        .filter(|group| case.judgement.ledger().members(*group).len() > 1);
    Stop { equals, ..stop }
}

/// What the record tells of the invocation that was to send a message.
pub(super) fn outcome<'a>(case: &Case<'a>, place: MessagePosition) -> Option<&'a Outcome> {
    let index = usize::try_from(place.invocation).ok()?;
    case.run.invocations.get(index)?.outcome.as_ref()
}

fn not_sent(case: &Case<'_>, place: MessagePosition) -> Stop {
    let (id, said) = match outcome(case, place) {
        Some(Outcome::NotRun { reason }) => ("producer-not-run", reason.as_str()),
        Some(Outcome::Answered {
            error,
            message_ids,
            sent,
            ..
        }) => {
            let some = sent.is_some_and(|sent| sent > 0) || message_ids.iter().any(Option::is_some);
            let id = if some {
                "producer-sent-fewer"
            } else {
                "producer-failed"
            };
            (id, error.as_deref().unwrap_or_default())
        }
        Some(Outcome::InDoubt { .. }) | None => ("never-ran", ""),
    };
    stop(id, State::NotSent, shape(said))
}

fn failed(case: &Case<'_>, message: MessageIndex, message_count: MessageCounts) -> Stop {
    let error = case.judgement.ledger().last_failure(message);
    let error = error.map_or("", |error| &*error.text);
    let id = if is_timeout(error) {
        "consumer-timeout"
    } else {
        "consumer-error"
    };
    stop(id, message_count.state, shape(error))
}

pub(super) fn is_timeout(error: &str) -> bool {
    error.starts_with("Task timed out") || error == "timeout" || error == "Sandbox.Timedout"
}

/// Where the messages are that were accepted and not seen yet.
fn waiting(case: &Case<'_>) -> &'static str {
    let triggers = case.topology.triggers.as_deref();
    if triggers.is_some_and(<[_]>::is_empty) {
        return "trigger-missing";
    }
    if triggers.is_some_and(|triggers| !triggers.iter().any(Trigger::is_enabled)) {
        return "trigger-disabled";
    }
    if case.topology.reserved_concurrency == Some(0) {
        return "consumer-throttled";
    }
    let Some(counters) = case.judgement.ledger().queue() else {
        return "not-seen";
    };
    match (counters.visible, counters.in_flight, counters.delayed) {
        (Some(0), Some(0), Some(0)) if other_queue(case).is_some() => "wrong-queue",
        (Some(0), Some(0), Some(1..)) => "delayed",
        (Some(0), Some(1..), _) => "in-flight",
        (Some(1..), _, _) => "queued",
        _ => "not-seen",
    }
}

/// Where the messages went that left the queue without a trace.
fn gone(case: &Case<'_>) -> &'static str {
    if other_queue(case).is_some() {
        return "wrong-queue";
    }
    if filter(case).is_some() {
        return "filtered";
    }
    "vanished"
}

/// A filter that a message may fail to match.
pub(super) fn filter<'a>(case: &Case<'a>) -> Option<&'a str> {
    let triggers = case.topology.triggers.as_deref()?;
    let filters = triggers.iter().flat_map(|trigger| &trigger.filters);
    filters.map(String::as_str).next()
}

/// The variable of the producer that names a queue, and that queue, where none of its variables
/// names the pipeline's.
pub(super) fn other_queue<'a>(case: &Case<'a>) -> Option<(&'a str, &'a str)> {
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
    variables
        .iter()
        .find(|(_, value)| is_queue(value))
        .map(|(name, value)| (name.as_str(), queue_name(value)))
}
