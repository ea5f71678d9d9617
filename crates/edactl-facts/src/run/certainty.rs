//! What the record says of each payload's sending, and which were sent for certain: the ground that
//! "lost" needs.

use crate::run::{MessagePosition, Outcome, Run, message_id::MessageId};

/// What the record of the run says about a payload's sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStatus {
    /// Its invocation was never begun.
    Unattempted,
    /// Its invocation provably did not run, or the producer said that it was not sent.
    NotSent,
    /// Its invocation may have run.
    InDoubt,
    /// The producer answered without an error, and says neither which nor how many messages it sent.
    Answered,
    /// The producer answered without an error and said how many messages it sent, and nobody said
    /// what becomes one.
    Counted,
    /// The producer said that it sent as many as planned.
    Accepted,
    /// The producer named the SQS message id that carries it.
    Named,
}

impl SendStatus {
    /// What the record says of each payload of a run, in order.
    #[must_use]
    pub fn of(run: &Run) -> Vec<Self> {
        let positions = run.plan.positions();
        positions.map(|position| Self::at(run, position)).collect()
    }

    /// A shape that was only assumed is covered by no number.
    fn at(run: &Run, position: MessagePosition) -> Self {
        let Some(invocation) = run.invocation(position.invocation) else {
            return Self::Unattempted;
        };
        let (outcome, message_ids, sent) = match &invocation.outcome {
            None if invocation.began.is_none() => return Self::Unattempted,
            None | Some(Outcome::InDoubt { .. }) => return Self::InDoubt,
            Some(Outcome::NotRun { .. }) => return Self::NotSent,
            Some(
                outcome @ Outcome::Answered {
                    message_ids, sent, ..
                },
            ) => (outcome, message_ids, *sent),
        };
        let event = &run.plan.events[position.event];
        let is_believed = event.believed_messages().is_some();
        if matches!(message_ids.get(position.payload), Some(Some(_))) {
            Self::Named
        } else if outcome.covers_all(event) && sent.is_some() {
            Self::Accepted
        } else if outcome.is_success(event) && message_ids.is_empty() {
            if sent.is_some_and(|sent| sent > 0) {
                Self::Counted
            } else {
                Self::Answered
            }
        } else if is_believed && (sent == Some(0) || sent.is_some() && !message_ids.is_empty()) {
            // It told what it sent, and this one is not among it.
            Self::NotSent
        } else {
            Self::InDoubt
        }
    }

    /// Whether the producer says that it sent something: what the consumer then shows is the
    /// run's. What it does not show may have been anything.
    #[must_use]
    pub fn is_told(self) -> bool {
        matches!(self, Self::Counted) || self.is_certain()
    }

    /// Whether the producer says for certain that it was sent.
    #[must_use]
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Accepted | Self::Named)
    }
}

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

/// The id that the producer's answer gives the one message of a payload.
#[must_use]
pub fn message_id(run: &Run, position: MessagePosition) -> Option<&MessageId> {
    match message_ids(run, position)[..] {
        [id] => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
