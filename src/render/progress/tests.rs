//! Which states become lines, and what the rows of the live view say.

use super::*;

#[test]
fn a_log_gets_a_line_when_something_changes_and_never_many() {
    let mut plain = Plain::default();
    let mut said = Vec::new();
    for tenth in 0..=1_000 {
        // Changes in each of the first five seconds, then rests.
        let state = (tenth / 10).min(5).to_string();
        if plain.is_worth_a_line(Duration::from_millis(tenth * 100), &state) {
            said.push((tenth / 10, state));
        }
    }
    let said: Vec<_> = said
        .iter()
        .map(|(at, state)| (*at, state.as_str()))
        .collect();
    assert_eq!(said, [(0, "0"), (2, "2"), (4, "4"), (6, "5"), (66, "5")]);
}

#[test]
fn a_long_wait_gets_fewer_lines() {
    let mut plain = Plain::default();
    let lines = (0..3_600)
        .filter(|second| plain.is_worth_a_line(Duration::from_secs(*second), &second.to_string()))
        .count();
    assert!((100..200).contains(&lines), "{lines}");
}

#[test]
fn an_age_begins_with_a_change() {
    let second = Duration::from_secs;
    let mut ages = Ages::default();
    assert_eq!(ages.of(1, "a", second(1)), second(0));
    assert_eq!(ages.of(1, "a", second(9)), second(8));
    assert_eq!(ages.of(1, "b", second(10)), second(0));
    assert_eq!(
        ages.of(0, "", second(11)),
        second(10),
        "a row that said nothing"
    );
}
