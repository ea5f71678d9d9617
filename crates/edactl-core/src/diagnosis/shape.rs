//! What a run's messages tell of the pipeline's shape: what is to be written down of it, and what
//! the next run is to assume.

#[cfg(test)]
mod tests;

use crate::{
    event::shape::{Shape, ShapeBasis},
    run::{
        Plan,
        learned_shape::{Conclusion, Observed, conclude, learn},
    },
    verdict::{Finding, Outcome},
};

/// What a run taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lesson {
    /// The next run of the pipeline is to assume this.
    Keep(Shape),
    /// What was assumed because of an earlier run is refuted.
    Forget,
    /// Nothing.
    Nothing,
}

/// What the messages of a run teach, and what a person should know of it.
#[must_use]
pub fn lesson(plan: &Plan, observed: &[Observed], outcome: Outcome) -> (Lesson, Option<Finding>) {
    let has = |basis| plan.events.iter().any(|event| event.shape.basis == basis);
    let shown = learn(plan, observed);
    let refuted = plan.events.iter().zip(observed).find_map(|(event, seen)| {
        let Conclusion::Refuted { messages } = conclude(event, seen) else {
            return None;
        };
        Some((messages, event.payloads.len() as u64))
    });
    let finding = match (&shown, refuted) {
        (Some(messages), _) if is_other(plan, messages) => Some(Finding::ShapeSeen {
            messages: messages.clone(),
        }),
        (Some(messages), _) if outcome != Outcome::Proven && !has(ShapeBasis::Given) => {
            Some(Finding::ShapeConfirmed {
                messages: messages.clone(),
            })
        }
        (None, Some((sent, planned))) => Some(Finding::ShapeRefuted { sent, planned }),
        _ => None,
    };
    let given = plan.events.first().map(|event| &event.shape);
    let given = given.filter(|shape| shape.basis == ShapeBasis::Given);
    let lesson = match (given, shown) {
        // The user's word, where the run bears it out.
        (Some(given), _) if outcome == Outcome::Proven => Lesson::Keep(given.messages.clone()),
        (None, Some(shown)) => Lesson::Keep(shown),
        (None, None) if refuted.is_some() && has(ShapeBasis::Learned) => Lesson::Forget,
        _ => Lesson::Nothing,
    };
    (lesson, finding)
}

fn is_other(plan: &Plan, shown: &Shape) -> bool {
    plan.events
        .iter()
        .any(|event| event.shape.messages != *shown && event.shape.messages != Shape::Unknown)
}
