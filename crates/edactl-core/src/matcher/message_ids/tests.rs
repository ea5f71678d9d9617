use proptest::prelude::*;

use super::*;

#[test]
fn uuids_are_found_whole_or_not_at_all() {
    let id = "5eda0c71-0000-4000-8000-000000000001";
    for (text, found) in [
        (id.to_owned(), 1),
        (format!("2026-11-24 é{id}, '{id}'"), 2),
        (format!("{id}0 a{id} {id}-x -{id}"), 0),
        (id[..35].to_owned(), 0),
    ] {
        assert_eq!(uuids(&text).count(), found, "{text}");
    }
}

#[test]
fn an_id_beside_two_markers_is_neither_messages() {
    let id = "5eda0c71-0000-4000-8000-000000000001";
    let mut ids = MessageIds::default();
    ids.learn_from_log(3, &id.into());
    assert_eq!(ids.message(id), Some(3));
    ids.learn_from_log(4, &id.into());
    ids.learn_from_log(3, &id.into());
    assert_eq!(ids.message(id), None);
    let mut ids = MessageIds::default();
    ids.learn(3, &id.into());
    ids.learn_from_log(4, &id.into());
    assert_eq!(ids.message(id), Some(3));
}

#[test]
fn an_id_told_again_beside_the_same_marker_stays_the_messages() {
    let id = "5eda0c71-0000-4000-8000-000000000001";
    let mut ids = MessageIds::default();
    assert!(ids.is_empty());
    for _ in 0..3 {
        ids.learn_from_log(3, &id.into());
        assert_eq!(ids.message(id), Some(3));
    }
    assert!(!ids.is_empty() && ids.knows(3) && !ids.knows(2));
    let mut others = MessageIds::default();
    others.learn(2, &"no uuid".into());
    assert!(!others.is_empty());
    assert_eq!(others.message("no uuid"), Some(2));
    assert_eq!(others.message("another"), None);
}

#[test]
fn there_is_room_for_as_many_ids_as_were_announced() {
    let mut ids = MessageIds::default();
    ids.reserve(1_000);
    assert!(ids.by_message.capacity() >= 1_000);
    assert!(ids.table.capacity() >= 1_000);
}

#[test]
fn ids_that_differ_in_one_half_have_different_hashes() {
    for half in [0, 7, u64::MAX] {
        let of_low = |low| hash(Uuid::from_u64_pair(half, low));
        let of_high = |high| hash(Uuid::from_u64_pair(high, half));
        assert_ne!(of_low(1), of_low(2), "{half}");
        assert_ne!(of_high(1), of_high(2), "{half}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn the_first_id_of_a_message_stays_and_finds_it(
        told in prop::collection::vec((0..40_u32, 0..40_u128), 0..80)
    ) {
        let mut ids = MessageIds::default();
        let (mut by_message, mut by_id) = (HashMap::new(), HashMap::new());
        for (message, number) in told {
            let id = Uuid::from_u128(number + 1).to_string();
            ids.learn(message, &id.as_str().into());
            if !by_message.contains_key(&message) && !by_id.contains_key(&id) {
                by_message.insert(message, id.clone());
                by_id.insert(id, message);
            }
        }
        for number in 0..41 {
            let id = Uuid::from_u128(number + 1).to_string();
            prop_assert_eq!(ids.message(&id), by_id.get(&id).copied());
        }
    }
}
