//! One test for each rule of the dead-letter queue.

use super::*;

#[test]
fn an_unread_dead_letter_queue_holds_the_queue_back() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    let mut ledger = ledger_of(named(1), with_dlq);
    see(&mut ledger, 0, 1, 5 * SECOND);
    zero(&mut ledger, 6 * SECOND);
    zero(&mut ledger, 36 * SECOND);
    ledger.letter_count(at(35 * SECOND), 0);
    assert_eq!(
        states(&ledger, 40 * SECOND),
        [State::Received],
        "a lag after the first zero look it may have come"
    );
    ledger.letter_count(at(36 * SECOND), 0);
    assert_eq!(states(&ledger, 40 * SECOND), [State::Taken]);
}

#[test]
fn a_letter_that_may_be_the_runs_holds_the_queue_back() {
    let with_dlq = Facts {
        has_dlq: true,
        ..facts()
    };
    for (sent_at, state) in [(aws(500), State::Received), (aws(MINUTE), State::Taken)] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted], with_dlq);
        see(&mut ledger, 0, 1, 5 * SECOND);
        zero(&mut ledger, 6 * SECOND);
        zero(&mut ledger, 36 * SECOND);
        for time in [36, 70] {
            ledger.letter_count(at(time * SECOND), 1);
            ledger.letters_peeked(at(time * SECOND));
            ledger.letter_seen(at(time * SECOND), "unknown", Some(sent_at));
        }
        assert_eq!(states(&ledger, 70 * SECOND), [state]);
    }
}

#[test]
fn a_dead_letter_overrules_every_success_before_it() {
    let mut ledger = ledger_of(named(1), facts());
    let invocation = see(&mut ledger, 0, 1, 5 * SECOND);
    status(&mut ledger, invocation, InvocationStatus::Success);
    let letter = Evidence::DeadLettered {
        subject: Subject::Message(0),
        letter: "letter".into(),
        means: Means::MessageId,
    };
    ledger.letter_seen(at(60 * SECOND), "letter", Some(aws(0)));
    ledger.add(letter);
    assert_eq!(states(&ledger, 60 * SECOND), [State::DeadLettered]);
    assert_eq!(
        verdict(&ledger, 60 * SECOND, Rules::default()),
        Outcome::Disproven
    );
    // A redrive, and an attempt that began after it.
    let again = see(&mut ledger, 0, 2, 120 * SECOND);
    assert_eq!(states(&ledger, 120 * SECOND), [State::DeadLettered]);
    status(&mut ledger, again, InvocationStatus::Success);
    assert_eq!(states(&ledger, 120 * SECOND), [State::Taken]);
}

#[test]
fn with_batch_item_failures_a_redrive_is_no_success() {
    let items = Facts {
        item_failures: Some(true),
        ..facts()
    };
    let mut ledger = ledger_of(named(1), items);
    ledger.letter_seen(at(60 * SECOND), "letter", Some(aws(0)));
    ledger.add(Evidence::DeadLettered {
        subject: Subject::Message(0),
        letter: "letter".into(),
        means: Means::MessageId,
    });
    let again = see(&mut ledger, 0, 2, 120 * SECOND);
    status(&mut ledger, again, InvocationStatus::Success);
    assert_eq!(states(&ledger, 120 * SECOND), [State::DeadLettered]);
}

#[test]
fn a_letter_of_equals_is_one_that_the_run_sent_and_nobody_named() {
    let dead = |status: SendStatus, sent_at: Timestamp| {
        let mut ledger = ledger_of(vec![status; 2], facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        ledger.letter_seen(at(SECOND), "letter", Some(sent_at));
        ledger.add(Evidence::DeadLettered {
            subject: Subject::Group(0),
            letter: "letter".into(),
            means: Means::Content,
        });
        let dead = |state: &&State| **state == State::DeadLettered;
        states(&ledger, SECOND).iter().filter(dead).count()
    };
    assert_eq!(dead(SendStatus::Accepted, aws(0)), 1);
    let older = sent() - SignedDuration::from_secs(60);
    assert_eq!(dead(SendStatus::Accepted, older), 0);
    assert_eq!(dead(SendStatus::Named, aws(0)), 0, "their ids are known");
}

#[test]
fn a_letter_told_by_content_has_to_be_sent_while_the_run_was() {
    for (sent_at, state) in [
        (Some(aws(0)), State::DeadLettered),
        (Some(sent() - SignedDuration::from_secs(60)), State::Waiting),
        (None, State::Waiting),
    ] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted], facts());
        ledger.letter_seen(at(SECOND), "letter", sent_at);
        ledger.add(Evidence::DeadLettered {
            subject: Subject::Message(0),
            letter: "letter".into(),
            means: Means::Content,
        });
        assert_eq!(states(&ledger, SECOND), [state]);
    }
}

#[test]
fn what_was_dead_before_is_taken_by_a_later_attempt_only() {
    let judged = |death: Death, read: u64| {
        let mut ledger = ledger_of(named(1), facts()).with_deaths([(0, death)].into());
        see(&mut ledger, 0, 1, read);
        zero(&mut ledger, read + SECOND);
        zero(&mut ledger, read + 40 * SECOND);
        states(&ledger, read + 50 * SECOND)
    };
    // A line is half a second older than it is read.
    let seen = Death::Seen(aws(10 * SECOND));
    assert_eq!(judged(seen, 10 * SECOND), [State::Failing]);
    assert_eq!(judged(seen, 11 * SECOND), [State::Taken]);
    // Its marker, or its new message id, is of no earlier attempt.
    assert_eq!(
        judged(Death::Redriven(aws(10 * SECOND)), 5 * SECOND),
        [State::Taken]
    );
    assert_eq!(judged(Death::Deleted, 11 * SECOND), [State::DeadLettered]);
}
