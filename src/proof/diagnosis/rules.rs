//! The rules: from a message's state and the wiring to the reason why it stopped.

use std::collections::HashMap;

use super::{ATTEMPTS_TOLD, Case, ConsumerError, Diagnosis, Group};
use crate::{
    pipeline::run::{Outcome, Place},
    proof::{
        ledger::{MessageIndex, MessageStatus, State},
        matcher::shape,
    },
};

/// What puts messages into one group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Stop {
    id: &'static str,
    /// Tells groups of one id apart, such as the error with ids and numbers blurred.
    detail: String,
}

/// Goes through all messages once.
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_stop: HashMap<Stop, usize> = HashMap::new();
    for (place, status) in case.run.plan.places().zip(case.statuses) {
        if status.state == State::Done {
            continue;
        }
        let message = MessageIndex::try_from(place.seq - 1).unwrap_or(MessageIndex::MAX);
        let stop = stop(case, place, status);
        let index = *by_stop.entry(stop).or_insert_with_key(|stop| {
            groups.push(open(case, stop, place, status));
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.messages.push(message);
        if group.attempts.len() < ATTEMPTS_TOLD {
            group.attempts.extend(case.ledger.attempts(message));
        }
    }
    for group in &mut groups {
        group
            .attempts
            .sort_by_key(|attempt| (attempt.at, attempt.message));
        group.attempts.truncate(ATTEMPTS_TOLD);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.messages.len()));
    Diagnosis { groups }
}

fn outcome<'a>(case: &Case<'a>, place: Place) -> Option<&'a Outcome> {
    let index = usize::try_from(place.invocation).ok()?;
    case.run.invocations.get(index)?.outcome.as_ref()
}

fn stop(case: &Case<'_>, place: Place, status: &MessageStatus) -> Stop {
    let plain = |id| Stop {
        id,
        detail: String::new(),
    };
    match status.state {
        State::Unattempted => plain("not-attempted"),
        State::NotSent => match outcome(case, place) {
            Some(Outcome::NotRun { reason }) => Stop {
                id: "producer-not-run",
                detail: shape(reason),
            },
            Some(Outcome::Answered {
                error,
                message_ids,
                sent,
                ..
            }) => {
                let fewer =
                    sent.is_some_and(|sent| sent > 0) || message_ids.iter().any(Option::is_some);
                Stop {
                    id: if fewer {
                        "producer-sent-fewer"
                    } else {
                        "producer-failed"
                    },
                    detail: shape(error.as_deref().unwrap_or_default()),
                }
            }
            Some(Outcome::InDoubt { .. }) | None => plain("never-ran"),
        },
        State::InDoubt => plain("in-doubt"),
        State::Received => plain("running"),
        State::DeadLettered | State::Failing | State::Lost if status.received > 0 => {
            let error = status.error.as_deref().unwrap_or_default();
            let id = if is_timeout(error) {
                "consumer-timeout"
            } else {
                "consumer-error"
            };
            Stop {
                id,
                detail: shape(error),
            }
        }
        State::DeadLettered => plain("dead-lettered"),
        State::Lost => plain("vanished"),
        State::Waiting | State::Failing | State::Done => plain("not-seen"),
    }
}

fn is_timeout(error: &str) -> bool {
    error.starts_with("Task timed out") || error == "timeout"
}

fn open(case: &Case<'_>, stop: &Stop, place: Place, status: &MessageStatus) -> Group {
    let said = match outcome(case, place) {
        Some(Outcome::Answered { error, .. }) => error.clone(),
        Some(Outcome::NotRun { reason } | Outcome::InDoubt { reason }) => Some(reason.clone()),
        None => None,
    };
    let said = said.unwrap_or_else(|| "it did not say why".into());
    let error = status.error.clone().unwrap_or_default();
    let run = &case.run.plan.run;
    let again = "mend it, and send again".to_owned();
    let later = format!("look again later: edactl verify --run {run}");
    let (reason, next) = match stop.id {
        "not-attempted" => (
            "the send ended before this was sent".to_owned(),
            "send again; the rest of the run was sent as shown".to_owned(),
        ),
        "producer-not-run" => (format!("the producer did not run: {said}"), again),
        "producer-failed" => (format!("the producer failed: {said}"), again),
        "producer-sent-fewer" => (
            format!("the producer sent fewer messages than the event has entries: {said}"),
            again,
        ),
        "never-ran" => (
            "no answer came from the producer, and nothing shows that it ran".to_owned(),
            "send again".to_owned(),
        ),
        "in-doubt" => (
            "no answer came from the producer, so it may have run or not".to_owned(),
            later,
        ),
        "running" => (
            "the consumer took it and has not ended yet".to_owned(),
            later,
        ),
        "consumer-timeout" | "consumer-error" => (format!("the consumer failed: {error}"), again),
        "dead-lettered" => (
            "it is in the dead-letter queue, and the consumer's log shows no attempt".to_owned(),
            "look at it there; redrive it once the reason is known".to_owned(),
        ),
        "vanished" => (
            "it left the queue without a trace in the consumer's log".to_owned(),
            "look at what else reads from the queue".to_owned(),
        ),
        _ => ("nothing shows where it is yet".to_owned(), later),
    };
    let is_consumers = matches!(stop.id, "consumer-timeout" | "consumer-error");
    Group {
        id: stop.id,
        reason,
        next,
        error: is_consumers.then(|| consumer_error(error, status)),
        attempts: Vec::new(),
        messages: Vec::new(),
    }
}

fn consumer_error(text: String, status: &MessageStatus) -> ConsumerError {
    let command = status
        .last_request_id
        .as_ref()
        .map(|id| format!("edactl logs --from consumer --request-id {id}"));
    let is_type = |kind: &str| {
        !kind.is_empty()
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
    };
    let (kind, message) = match text.split_once(": ").filter(|(kind, _)| is_type(kind)) {
        Some((kind, message)) => (Some(kind.to_owned()), message.to_owned()),
        None => (None, text),
    };
    ConsumerError {
        kind,
        message,
        frame: None,
        request_id: status.last_request_id.clone(),
        command,
    }
}
