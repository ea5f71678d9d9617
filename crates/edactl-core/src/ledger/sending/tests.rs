use super::*;

#[test]
fn of_two_triggers_whatever_one_allows_may_happen() {
    let plain = Trigger {
        batch_size: 1,
        ..Trigger::default()
    };
    let other = Trigger {
        batch_size: 10,
        partial_failures: true,
        filters: vec![r#"{"body": {"a": [1]}}"#.into()],
        ..Trigger::default()
    };
    let told = |triggers: &[&Trigger]| {
        let facts = Facts::default().with_triggers(triggers.iter().copied());
        (facts.item_failures, facts.batch_size, facts.has_filter)
    };
    assert_eq!(told(&[]), (None, None, false));
    assert_eq!(told(&[&plain]), (Some(false), Some(1), false));
    for both in [[&plain, &other], [&other, &plain]] {
        assert_eq!(told(&both), (Some(true), Some(10), true));
    }
}
