use super::*;

#[test]
fn none_at_the_send_and_none_a_lag_later_accounts_for_it() {
    let mut dlq = DeadLetters::default();
    dlq.count(100, 0);
    assert!(!dlq.is_accounted_for(100, 30), "no count a lag later");
    dlq.count(130, 0);
    assert!(
        !dlq.is_accounted_for(100, 30),
        "nobody knows what was there at the send"
    );
    dlq.baseline = Some(0);
    assert!(dlq.is_accounted_for(100, 30));
    dlq.count(110, 1);
    assert!(!dlq.is_accounted_for(100, 30), "a count in between");
}

#[test]
fn a_letter_that_is_read_twice_is_one_letter() {
    let mut queue = DeadLetters::new(Some(0));
    for at in [10, 20] {
        queue.count(at, 2);
        queue.peek(at);
        queue.letter(at, "one", None);
    }
    assert_eq!(queue.letters().count(), 1);
    // Two are there, and the other was never seen.
    assert!(queue.has_grown());
    assert!(!queue.is_accounted_for(0, 10));
    queue.letter(20, "other", None);
    queue.letter(10, "other", None);
    assert!(!queue.has_grown());
    assert!(queue.is_accounted_for(0, 10));
}

#[test]
fn two_peeks_that_show_the_highest_count_account_for_it() {
    let mut dlq = DeadLetters::default();
    dlq.count(140, 2);
    dlq.letter(120, "early", None);
    dlq.letter(130, "a", None);
    dlq.letter(150, "b", None);
    assert!(dlq.is_accounted_for(100, 30));
    dlq.count(160, 3);
    assert!(
        !dlq.is_accounted_for(100, 30),
        "one is deeper than the peeks"
    );
    assert!(!dlq.has_grown());
    dlq.count(170, 4);
    assert!(dlq.has_grown());
}
