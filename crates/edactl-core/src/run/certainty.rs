//! Which payloads were sent for certain: the ground that "lost" needs.

use crate::run::{MessagePosition, Outcome, Run, message_id::MessageId};

/// The ids of the messages that carry a payload, by its invocation's answer: it has arrived when
/// all of them have. Without any, ids tell nothing of it.
///
/// Ids that the answer gives to nobody are the payload's where the event has no other: whatever
/// the messages hold, they are all that the event became.
#[must_use]
pub fn message_ids(run: &Run, position: MessagePosition) -> Vec<&MessageId> {
    let outcome = run.invocation(position.invocation);
    let outcome = outcome.and_then(|invocation| invocation.outcome.as_ref());
    let Some(Outcome::Answered {
        message_ids,
        other_ids,
        ..
    }) = outcome
    else {
        return Vec::new();
    };
    match message_ids.get(position.payload) {
        Some(Some(id)) => vec![id],
        _ if run.plan.events[position.event].payloads.len() == 1 => other_ids.iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether a payload was sent for certain: the producer named its message, or its answer, or the
/// queue's `NumberOfMessagesSent` of the run's time (where nothing else was sent then) covers all
/// that was planned. A shape that was only assumed is covered by no number.
#[must_use]
pub fn is_sent(run: &Run, position: MessagePosition, metrics_sent: Option<u64>) -> bool {
    let outcome = run.invocation(position.invocation);
    let outcome = outcome.and_then(|invocation| invocation.outcome.as_ref());
    let Some(outcome) = outcome else {
        return false;
    };
    if let Outcome::Answered { message_ids, .. } = outcome
        && matches!(message_ids.get(position.payload), Some(Some(_)))
    {
        return true;
    }
    let counted = outcome.sent().is_some() && outcome.covers_all(&run.plan.events[position.event]);
    counted || metrics_sent.is_some() && metrics_sent == run.plan.believed_messages()
}

#[cfg(test)]
mod tests;
