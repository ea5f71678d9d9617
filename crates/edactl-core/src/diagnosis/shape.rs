//! What a run's messages tell of the pipeline's shape: what is to be written down of it, and what
//! the next run is to assume.

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId, shape::Messages},
        run::learned_shape::Piece,
        topology::Pipeline,
        verdict::Reason,
    };

    const OPEN: Outcome = Outcome::Undetermined(Reason::InDoubt);

    fn plan(messages: &Messages) -> Plan {
        let text = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;
        let event = Event::parse_as("e", text, &MarkerPolicy::Untouched, messages).unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        Plan::new(RunId::new(now, 0), now, Pipeline::named("p"), &[event], 1)
    }

    fn seen(messages: Option<u64>, piece: Option<Piece>) -> [Observed; 1] {
        [Observed {
            messages,
            pieces: piece.into_iter().collect::<BTreeSet<_>>(),
        }]
    }

    #[test]
    fn another_shape_is_told_and_kept() {
        let auto = plan(&Messages::default());
        let whole = seen(Some(1), Some(Piece::Container(0)));
        let told = Finding::ShapeSeen {
            messages: Shape::Event,
        };
        for outcome in [Outcome::Proven, OPEN] {
            let expected = (Lesson::Keep(Shape::Event), Some(told.clone()));
            assert_eq!(lesson(&auto, &whole, outcome), expected);
        }
        // The user's word stays, and is not taken for more than it is.
        let given = plan(&Messages::Given(Shape::Entries));
        assert_eq!(lesson(&given, &whole, OPEN), (Lesson::Nothing, Some(told)));
    }

    #[test]
    fn what_was_assumed_and_seen_is_kept_without_a_word_where_it_proves() {
        let auto = plan(&Messages::default());
        let entries = seen(Some(2), Some(Piece::Payload(0)));
        let keep = Lesson::Keep(Shape::Entries);
        assert_eq!(
            lesson(&auto, &entries, Outcome::Proven),
            (keep.clone(), None)
        );
        let told = Finding::ShapeConfirmed {
            messages: Shape::Entries,
        };
        assert_eq!(lesson(&auto, &entries, OPEN), (keep, Some(told)));
    }

    #[test]
    fn a_proven_word_of_the_user_is_kept() {
        let given = plan(&Messages::Given(Shape::Unknown));
        let nothing = seen(Some(1), None);
        assert_eq!(
            lesson(&given, &nothing, Outcome::Proven),
            (Lesson::Keep(Shape::Unknown), None)
        );
        assert_eq!(lesson(&given, &nothing, OPEN), (Lesson::Nothing, None));
    }

    #[test]
    fn a_refuted_assumption_is_told_and_forgotten() {
        let told = Finding::ShapeRefuted {
            sent: 1,
            planned: 2,
        };
        let one = seen(Some(1), None);
        let auto = plan(&Messages::default());
        assert_eq!(
            lesson(&auto, &one, OPEN),
            (Lesson::Nothing, Some(told.clone()))
        );
        let learned = plan(&Messages::Auto {
            learned: Some(Shape::Entries),
            by_http: false,
        });
        assert_eq!(lesson(&learned, &one, OPEN), (Lesson::Forget, Some(told)));
        let silent = seen(None, None);
        assert_eq!(lesson(&learned, &silent, OPEN), (Lesson::Nothing, None));
    }
}
