//! One test for each ground of a loss, and for what keeps a payload from being lost.

use super::*;

/// Nothing seen, the queue at zero, the log read, and these metrics twice.
pub(super) fn settled(
    statuses: Vec<SendStatus>,
    seen: usize,
    facts: Facts,
    counts: [u64; 5],
) -> Ledger {
    let mut ledger = ledger_of(statuses, facts);
    for message in 0..seen {
        let index = MessageIndex::try_from(message).unwrap();
        see(&mut ledger, index, message / 2, 5 * SECOND);
    }
    zero(&mut ledger, 40 * SECOND);
    zero(&mut ledger, 80 * SECOND);
    ledger.letter_count(at(80 * SECOND), 0);
    ledger.log_read(at(20 * MINUTE));
    if counts != [0; 5] {
        metrics(&mut ledger, 10 * MINUTE, 4, counts);
        metrics(&mut ledger, 20 * MINUTE, 4, counts);
    }
    ledger
}

#[test]
fn who_was_not_deleted_is_lost() {
    let ledger = settled(named(2), 0, facts(), [2, 2, 0, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Lost; 2]);
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Disproven
    );
}

#[test]
fn of_more_than_are_short_only_some_are_lost() {
    let ledger = settled(named(3), 0, facts(), [3, 3, 2, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::SomeLost; 3]);
    assert_eq!(ledger.judge(at(20 * MINUTE)).some_lost(), Some(1));
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Disproven
    );
}

#[test]
fn deleted_without_a_trace_is_untraced() {
    let ledger = settled(named(2), 0, facts(), [2, 2, 2, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Untraced; 2]);
    let only_counts = Outcome::Undetermined(Reason::OnlyCounts);
    assert_eq!(verdict(&ledger, 20 * MINUTE, Rules::default()), only_counts);
    let accepted = Rules {
        accept_counts: true,
        ..Rules::default()
    };
    assert_eq!(verdict(&ledger, 20 * MINUTE, accepted), Outcome::Consistent);
}

#[test]
fn a_count_of_sent_makes_nothing_lost_that_the_producer_did_not_claim() {
    let ledger = settled(vec![SendStatus::Answered; 2], 0, facts(), [2, 2, 1, 0, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Untraced; 2]);
}

#[test]
fn nothing_is_lost_before_all_settled() {
    let ledger = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    assert_eq!(states(&ledger, 10 * MINUTE), [State::Waiting], "--settle");
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Lost]);
    let mut busy = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    busy.queue_counters(at(19 * MINUTE), QueueCounters::known(0, 1, 0));
    assert_eq!(states(&busy, 20 * MINUTE), [State::Waiting]);
    let unread = Facts {
        has_dlq: true,
        ..facts()
    };
    let mut unread = settled(named(1), 0, unread, [1, 1, 0, 0, 0]);
    unread.dead_letters.baseline = None;
    assert_eq!(states(&unread, 20 * MINUTE), [State::Waiting], "letters?");
}

#[test]
fn an_unread_log_end_holds_a_loss_back() {
    let mut ledger = settled(named(1), 0, facts(), [1, 1, 0, 0, 0]);
    ledger.log_read = Some(5 * MINUTE);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Waiting]);
    assert_eq!(
        ledger.judge(at(20 * MINUTE)).absent_await(),
        Awaited::LogEnd
    );
}

#[test]
fn sent_counts_that_leave_no_room_tell_what_was_not_sent() {
    let mut statuses = vec![SendStatus::Named];
    statuses.push(SendStatus::InDoubt);
    let ledger = settled(statuses.clone(), 1, facts(), [1, 1, 1, 1, 0]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Taken, State::NotSent]);
    let ledger = settled(statuses, 1, facts(), [0; 5]);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Taken, State::InDoubt]);
    assert_eq!(
        verdict(&ledger, 20 * MINUTE, Rules::default()),
        Outcome::Undetermined(Reason::InDoubt)
    );
}

#[test]
fn eight_that_were_all_logged_make_a_habit() {
    let last = |count: usize| {
        let ledger = settled(named(count), count - 1, facts(), [0; 5]);
        *states(&ledger, 20 * MINUTE).last().unwrap()
    };
    assert_eq!(last(9), State::Lost);
    assert_eq!(last(8), State::Untraced, "seven are no habit");
}

#[test]
fn what_the_filter_took_is_told_by_event_counts() {
    let with_filter = Facts {
        has_filter: true,
        ..facts()
    };
    let mut ledger = settled(named(1), 0, with_filter, [1, 1, 1, 0, 0]);
    let minute = sent().as_second().div_euclid(60);
    let datum = |metric| Datum {
        metric,
        minute,
        value: 1,
        samples: 1,
    };
    let counted = [
        datum(Metric::PolledEvents),
        datum(Metric::FilteredOutEvents),
    ];
    ledger.metrics_read(at(20 * MINUTE), &counted);
    assert_eq!(states(&ledger, 20 * MINUTE), [State::Filtered]);
}
