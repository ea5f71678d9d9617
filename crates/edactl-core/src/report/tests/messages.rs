//! What is known of one payload, by the ledger or by the evidence that a verify left.

use super::*;

fn attempt(message: MessageIndex, number: u64, millis: i64, error: Option<&str>) -> Attempt {
    Attempt {
        message,
        at: Some(aws(millis)),
        request_id: Some(id(number)),
        ended: Some(aws(millis + 200)),
        error: error.map(str::to_owned),
        is_failed: error.is_some(),
    }
}

fn message(state: State, attempts: Vec<Attempt>) -> Message {
    Message {
        state,
        way: None,
        means: Some(Means::Marker),
        received: u32::try_from(attempts.len()).unwrap(),
        failed: 0,
        is_duplicate: false,
        error: None,
        attempts,
    }
}

/// Evidence that was left: it works out when a payload was seen and done from its attempts.
struct Left(Vec<Message>);

impl Messages for Left {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn message(&self, index: usize) -> Message {
        self.0[index].clone()
    }
}

#[test]
fn a_payload_is_seen_first_and_done_when_its_success_ended() {
    let failed = attempt(0, 1, 1_000, Some("boom"));
    let first = attempt(0, 2, 4_000, None);
    let second = attempt(0, 3, 6_000, None);
    let unseen = Attempt {
        at: None,
        ..first.clone()
    };
    let again = attempt(0, 4, 7_000, Some("boom"));
    for (state, attempts, seen, done) in [
        (State::Waiting, vec![], None, None),
        (State::Taken, vec![first.clone()], Some(4_000), Some(4_200)),
        (State::Received, vec![first.clone()], Some(4_000), None),
        (
            State::Taken,
            vec![failed.clone(), first.clone(), second.clone()],
            Some(1_000),
            Some(4_200),
        ),
        // Taken, though each told an error: by the last.
        (
            State::Taken,
            vec![failed.clone(), again],
            Some(1_000),
            Some(7_200),
        ),
        (State::Taken, vec![unseen, second], Some(6_000), Some(4_200)),
        (State::Taken, vec![], None, None),
    ] {
        let message = message(state, attempts);
        assert_eq!(message.first_seen(), seen.map(aws), "{message:?}");
        assert_eq!(message.done_at(), done.map(aws), "{message:?}");
        let left = Left(vec![message]);
        assert_eq!(left.seen_and_done(0), (seen.map(aws), done.map(aws)));
    }
}

#[test]
fn a_payload_that_has_a_mark_has_its_own_attempts_in_the_order_of_time() {
    let mut ledger = ledger_of(3, Vec::new(), Environment::Embedded);
    let marked = Subject::Message(1);
    see(&mut ledger, marked, 2, 5_000, None);
    see(&mut ledger, marked, 1, 1_000, Some("boom"));
    let_go(&mut ledger);
    let judgement = ledger.judge(at(11_000));
    assert_eq!(Messages::count(&judgement), 3);
    let expected = Message {
        way: Some(Way::Queue),
        received: 2,
        failed: 1,
        error: Some("boom".into()),
        ..message(
            State::Taken,
            vec![
                attempt(1, 1, 1_000, Some("boom")),
                attempt(1, 2, 5_000, None),
            ],
        )
    };
    assert_eq!(judgement.message(1), expected);
    let times = (Some(aws(1_000)), Some(aws(5_200)));
    assert_eq!(Messages::seen_and_done(&judgement, 1), times);
    assert_eq!(judgement.message(0).attempts, []);
    assert_eq!(Messages::seen_and_done(&judgement, 0), (None, None));
}

/// A payload that only its content tells: its deliveries come to one, with what the last one tells.
#[test]
fn the_deliveries_of_equal_payloads_are_told_as_one() {
    let judged = |seen: &[(u64, i64, Option<&str>)]| {
        let mut ledger = ledger_of(1, vec![vec![0]], Environment::Embedded);
        for (number, millis, error) in seen {
            see(&mut ledger, Subject::Group(0), *number, *millis, *error);
        }
        let_go(&mut ledger);
        ledger.judge(at(11_000)).message(0)
    };
    let none = judged(&[]);
    assert_eq!((none.received, none.attempts), (0, vec![]));

    let failing = judged(&[(1, 1_000, Some("boom"))]);
    assert_eq!(failing.state, State::Failing);
    assert_eq!((failing.received, failing.failed), (1, 1));
    assert_eq!(failing.attempts, [attempt(0, 1, 1_000, Some("boom"))]);

    let taken = judged(&[(1, 1_000, None)]);
    assert_eq!((taken.state, taken.way), (State::Taken, Some(Way::Queue)));
    assert_eq!((taken.received, taken.failed), (1, 0));
    assert_eq!(taken.attempts, [attempt(0, 1, 1_000, None)]);

    // It failed first, and then it was taken: not all of its deliveries failed.
    let retried = judged(&[(1, 1_000, Some("boom")), (2, 6_000, None)]);
    assert_eq!(retried.state, State::Taken);
    assert_eq!((retried.received, retried.failed), (2, 1));
    let told = Attempt {
        at: Some(aws(1_000)),
        ..attempt(0, 2, 6_000, None)
    };
    assert_eq!(retried.attempts, [told]);
}
