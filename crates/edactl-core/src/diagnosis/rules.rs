//! The rules: from a payload's state and the topology to the cause why it stopped.

use std::{cmp::Reverse, collections::HashMap, mem::discriminant};

use crate::{
    diagnosis::{
        ATTEMPTS_TOLD, Case, Cause, ConsumerError, Diagnosis, Equals, Group,
        consumer::{self, UnseenErrors, consumer_error},
        findings::short_visibility,
        setup,
    },
    humanize::millis,
    ledger::{Awaited, GroupIndex, MessageCounts, MessageIndex, SendStatus, State},
    matcher::shape,
    run::{MessagePosition, Outcome},
};

/// What puts payloads into one group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct GroupKey {
    id: &'static str,
    state: State,
    /// The error with ids and numbers blurred.
    error: String,
    awaited: Option<std::mem::Discriminant<Awaited>>,
    /// The payload's equals, where only their content tells them.
    equals: Option<GroupIndex>,
}

/// What is the same for every payload, and asked once.
struct Shared {
    unseen: UnseenErrors,
    waiting: Cause,
    lost: Cause,
    untraced: Cause,
}

/// Diagnoses a run: every payload that is not taken is in one group.
#[must_use]
pub fn diagnose(case: &Case<'_>) -> Diagnosis {
    let shared = Shared::of(case);
    let mut groups: Vec<Group> = Vec::new();
    let mut by_key: HashMap<GroupKey, usize> = HashMap::new();
    let places = case.run.plan.positions();
    for (place, (message, counts)) in places.zip(case.judgement.message_counts()) {
        let Some(cause) = cause(case, &shared, place, message, counts) else {
            continue;
        };
        let error = error_of(case, &cause, message);
        let key = key(case, &cause, counts.state, error.as_ref(), message);
        let index = *by_key.entry(key).or_insert_with_key(|key| {
            groups.push(Group {
                equals: key.equals.map(|group| equals(case, group, place)),
                cause,
                error: error.clone(),
                attempts: Vec::new(),
                messages: Vec::new(),
            });
            groups.len() - 1
        });
        let group = &mut groups[index];
        group.messages.push(message);
        // The last one's: what it tells is the newest.
        group.error = error.or(group.error.take());
        if counts.received > 0 {
            let attempts = case.judgement.ledger().attempts(message);
            group.attempts.extend(attempts);
            group
                .attempts
                .sort_by_key(|attempt| (attempt.at, attempt.message));
            group.attempts.truncate(ATTEMPTS_TOLD);
        }
    }
    groups.sort_by_key(|group| (Reverse(group.messages.len()), group.messages[0]));
    Diagnosis { groups }
}

impl Shared {
    fn of(case: &Case<'_>) -> Self {
        let unseen = UnseenErrors::of(case);
        Self {
            waiting: waiting(case, &unseen),
            lost: gone(case, &unseen, State::Lost),
            untraced: gone(case, &unseen, State::Untraced),
            unseen,
        }
    }
}

fn cause(
    case: &Case<'_>,
    shared: &Shared,
    place: MessagePosition,
    message: MessageIndex,
    counts: MessageCounts,
) -> Option<Cause> {
    let state = counts.state;
    let has_error = || case.judgement.ledger().last_failure(message).is_some();
    Some(match state {
        State::Taken if case.exactly_once && counts.is_duplicate => Cause::ReceivedTwice {
            short_visibility_ms: short_visibility(case)
                .map(|(visibility, timeout)| (millis(visibility), millis(timeout))),
        },
        State::Taken => return None,
        State::Unattempted => Cause::NotAttempted,
        State::NotSent | State::InDoubt => sending(case, place, message, state),
        State::Filtered => Cause::Filtered {
            filter: setup::filter(case).unwrap_or_default().to_owned(),
            is_certain: true,
        },
        State::Failing => consumer::cause_of(case, message, state),
        State::Received | State::DeadLettered | State::Lost | State::SomeLost
            if counts.received > 0 && has_error() =>
        {
            consumer::cause_of(case, message, state)
        }
        State::Received => received(case, message),
        State::DeadLettered => {
            let unseen = shared.unseen.cause(state).filter(|_| counts.received == 0);
            unseen.unwrap_or(Cause::DeadLettered {
                received: counts.received,
                item_failures: case.judgement.ledger().facts().item_failures,
            })
        }
        State::Lost => shared.lost.clone(),
        State::SomeLost => match (&shared.lost, case.judgement.some_lost()) {
            (Cause::Vanished, Some(lost)) => Cause::SomeLost { lost },
            (other, _) => other.clone(),
        },
        State::Untraced => shared.untraced.clone(),
        State::Waiting => shared.waiting.clone(),
    })
}

/// What the record tells of the invocation that was to send a payload.
pub(super) fn outcome<'a>(case: &Case<'a>, place: MessagePosition) -> Option<&'a Outcome> {
    let index = usize::try_from(place.invocation).ok()?;
    case.run.invocations.get(index)?.outcome.as_ref()
}

fn sending(case: &Case<'_>, place: MessagePosition, message: MessageIndex, state: State) -> Cause {
    let event = &case.run.plan.events[place.event];
    let planned = event.payloads.len() as u64;
    let is_assumed = !event.shape.basis.is_believed();
    match outcome(case, place) {
        Some(Outcome::NotRun { reason }) => Cause::ProducerNotRun {
            said: reason.clone(),
        },
        Some(Outcome::Answered {
            error,
            message_ids,
            sent,
            ..
        }) => {
            let named = message_ids.iter().flatten().count() as u64;
            let sent = sent.unwrap_or(named);
            match error {
                // Whatever the messages hold: fewer came than the producer says.
                None if is_assumed && state == State::InDoubt => claimed(case)
                    .and_then(|claimed| counted_fewer_than(case, claimed))
                    .unwrap_or(Cause::ShapeAssumed {
                        sent: Some(sent).filter(|sent| *sent > 0),
                        planned,
                    }),
                _ if (1..planned).contains(&sent) => Cause::ProducerSentFewer {
                    sent,
                    planned,
                    said: error.clone(),
                },
                Some(error) => Cause::ProducerFailed {
                    said: error.clone(),
                    state,
                },
                None if state == State::InDoubt
                    && case.judgement.ledger().send_status(message) == SendStatus::Answered =>
                {
                    Cause::AnswerUnclear
                }
                None => counted_fewer(case).unwrap_or(Cause::ProducerSentFewer {
                    sent,
                    planned,
                    said: None,
                }),
            }
        }
        Some(Outcome::InDoubt { reason }) if state == State::NotSent => Cause::NeverRan {
            said: Some(reason.clone()),
        },
        Some(Outcome::InDoubt { reason }) => Cause::InDoubt {
            said: Some(reason.clone()),
        },
        None if state == State::NotSent => Cause::NeverRan { said: None },
        None => Cause::InDoubt { said: None },
    }
}

/// Settled metrics that count fewer sent than the producer says. Others' messages only add to
/// them.
fn counted_fewer(case: &Case<'_>) -> Option<Cause> {
    counted_fewer_than(case, case.judgement.messages())
}

/// How many messages the producer's answers say that it sent, where each of them says so.
fn claimed(case: &Case<'_>) -> Option<u64> {
    let answers = case.run.invocations.iter().map(|it| &it.outcome);
    answers
        .map(|outcome| match outcome {
            Some(Outcome::Answered { sent, .. }) => *sent,
            _ => None,
        })
        .sum()
}

fn counted_fewer_than(case: &Case<'_>, claimed: u64) -> Option<Cause> {
    let sums = case.judgement.sums().filter(|sums| sums.queue_full)?;
    let is_fewer = sums.sent < claimed && case.judgement.metrics_have_settled();
    is_fewer.then_some(Cause::SentCountedFewer {
        counted: sums.sent,
        claimed,
    })
}

fn received(case: &Case<'_>, message: MessageIndex) -> Cause {
    let ledger = case.judgement.ledger();
    let last = ledger.attempts(message).max_by_key(|attempt| attempt.at);
    if last.is_some_and(|attempt| attempt.ended.is_none()) {
        return Cause::Running;
    }
    let consumer = case.topology.consumer.as_ref();
    Cause::NotLetGo {
        awaited: case.judgement.awaited(message).unwrap_or(Awaited::Nothing),
        item_failures: ledger.facts().item_failures,
        tells_status: ledger.facts().promises_status
            || consumer.is_some_and(crate::topology::function::FunctionFacts::logs_each_status),
    }
}

/// Where the payloads are that were sent and not seen yet.
fn waiting(case: &Case<'_>, unseen: &UnseenErrors) -> Cause {
    if let Some(obstacle) = setup::obstacles(case).into_iter().next() {
        return obstacle;
    }
    if let Some(cause) = unseen.cause(State::Waiting) {
        return cause;
    }
    let not_seen = Cause::NotSeen {
        awaited: case.judgement.absent_await(),
    };
    let Some(counters) = case.judgement.ledger().queue() else {
        return not_seen;
    };
    match (counters.visible, counters.in_flight, counters.delayed) {
        (Some(0), Some(0), Some(0)) => counted_fewer(case)
            .or_else(|| setup::other_queue(case))
            .unwrap_or(not_seen),
        (Some(0), Some(0), Some(1..)) => {
            let delay = case.topology.queue.as_ref().map(|facts| facts.delay);
            Cause::Delayed {
                delay_ms: delay.filter(|delay| !delay.is_zero()).map(millis),
            }
        }
        (Some(0), Some(1..), _) => Cause::InFlight,
        (Some(visible @ 1..), _, _) => Cause::Queued { visible },
        _ => not_seen,
    }
}

/// Where the payloads went that left the queue without a trace.
fn gone(case: &Case<'_>, unseen: &UnseenErrors, state: State) -> Cause {
    let filter = setup::filter(case).filter(|_| state == State::Untraced);
    counted_fewer(case)
        .or_else(|| setup::other_queue(case))
        .or_else(|| unseen.cause(state))
        .or_else(|| {
            filter.map(|filter| Cause::Filtered {
                filter: filter.to_owned(),
                is_certain: false,
            })
        })
        .unwrap_or_else(|| match state {
            State::Untraced => Cause::Untraced {
                shown: case.counts.taken + case.counts.received + case.counts.failing,
                ran_without_payload: case.judgement.ledger().ran_without_payload(),
                counts_agree: case.judgement.counts_agree(),
            },
            _ => Cause::Vanished,
        })
}

fn error_of(case: &Case<'_>, cause: &Cause, message: MessageIndex) -> Option<ConsumerError> {
    let is_consumers = matches!(
        cause,
        Cause::ConsumerTimeout { .. }
            | Cause::ConsumerOutOfMemory { .. }
            | Cause::ConsumerCannotStart { .. }
            | Cause::MarkerRejected { .. }
            | Cause::ConsumerError { .. }
    );
    is_consumers.then(|| {
        let failure = case.judgement.ledger().last_failure(message);
        consumer_error(failure, case.judgement.get(message).last_request_id)
    })
}

fn key(
    case: &Case<'_>,
    cause: &Cause,
    state: State,
    error: Option<&ConsumerError>,
    message: MessageIndex,
) -> GroupKey {
    let said = match cause {
        Cause::ProducerNotRun { said } | Cause::ProducerFailed { said, .. } => shape(said),
        Cause::ProducerSentFewer { said, .. }
        | Cause::NeverRan { said }
        | Cause::InDoubt { said } => said.as_deref().map(shape).unwrap_or_default(),
        _ => error.map(|error| shape(&error.text())).unwrap_or_default(),
    };
    let awaited = match cause {
        Cause::NotLetGo { awaited, .. } => Some(discriminant(awaited)),
        _ => None,
    };
    let is_unseen = matches!(
        state,
        State::Lost | State::SomeLost | State::Waiting | State::Untraced
    );
    let ledger = case.judgement.ledger();
    let equals = is_unseen.then(|| ledger.group_of(message)).flatten();
    GroupKey {
        id: cause.id(),
        state,
        error: said,
        awaited,
        equals: equals.filter(|group| ledger.members(*group).len() > 1),
    }
}

fn equals(case: &Case<'_>, group: GroupIndex, place: MessagePosition) -> Equals {
    let members = case.judgement.ledger().members(group);
    let is_seen = |member: &&MessageIndex| case.judgement.message_count(**member).received > 0;
    Equals {
        key: case.run.plan.payload(place).key.clone(),
        count: members.len() as u64,
        seen: members.iter().filter(is_seen).count() as u64,
    }
}
