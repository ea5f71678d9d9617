//! What is known at once while a verify still waits: what no waiting mends.

use crate::{
    diagnosis::{
        Case, Cause, Group,
        consumer::{self, UnseenErrors, consumer_error},
        rules::outcome,
        setup,
    },
    ledger::{SendStatus, State},
    run::Outcome,
};

/// What stops payloads of the run and can be said at once, long before the deadline: a producer that
/// failed, a trigger that is disabled or fails, a filter or an environment that cannot be read, a
/// consumer that cannot start or fails. The groups name no payloads.
#[must_use]
pub fn at_once(case: &Case<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = producer_failure(case).into_iter().map(plain).collect();
    if case.counts.taken < case.counts.planned {
        groups.extend(setup::obstacles(case).into_iter().map(plain));
    }
    groups.extend(UnseenErrors::of(case).cause(State::Waiting).map(plain));
    groups.extend(first_failure(case));
    groups
}

fn plain(cause: Cause) -> Group {
    Group {
        cause,
        equals: None,
        error: None,
        attempts: Vec::new(),
        messages: Vec::new(),
    }
}

/// The first invocation of the producer that failed.
fn producer_failure(case: &Case<'_>) -> Option<Cause> {
    let failed = case
        .run
        .plan
        .positions()
        .find_map(|place| match outcome(case, place) {
            Some(Outcome::Answered {
                error: Some(error), ..
            }) => Some((place, error)),
            _ => None,
        });
    let (place, error) = failed?;
    let message = u32::try_from(place.seq - 1).ok()?;
    let state = match case.judgement.ledger().send_status(message) {
        SendStatus::NotSent => State::NotSent,
        _ => State::InDoubt,
    };
    Some(Cause::ProducerFailed {
        said: error.clone(),
        state,
    })
}

/// The first payload that failed, with its error.
fn first_failure(case: &Case<'_>) -> Option<Group> {
    if case.counts.failing + case.counts.received == 0 {
        return None;
    }
    let ledger = case.judgement.ledger();
    let (message, counts) = case.judgement.message_counts().find(|(message, counts)| {
        matches!(counts.state, State::Failing | State::Received)
            && ledger.last_failure(*message).is_some()
    })?;
    let failure = ledger.last_failure(message);
    Some(Group {
        error: Some(consumer_error(
            failure,
            case.judgement.get(message).last_request_id,
        )),
        ..plain(consumer::cause_of(case, message, counts.state))
    })
}
