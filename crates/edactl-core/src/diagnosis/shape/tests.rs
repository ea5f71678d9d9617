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
