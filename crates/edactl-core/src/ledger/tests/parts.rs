//! The tables of receipts, equal payloads, invocations, letters and metrics, each by itself.

use super::{dead_letters::DeadLetters, *};
use crate::ledger::{
    groups::{Share, share_out},
    invocations::RunStatus,
    looks::way_to_zero,
};

fn receipt(invocation: u32, at: i64) -> Receipt {
    Receipt {
        invocation: InvocationIndex(invocation),
        at,
        read: 50,
        means: Means::Content,
        refused: false,
        guessed: true,
    }
}

#[test]
fn lines_of_one_invocation_come_to_one_receipt_that_has_the_best_of_each() {
    let plain = receipt(2, 20);
    let first = receipt(1, 5);
    let join = |other: Receipt| {
        // In any order, in the first invocation heard of or in a further one.
        let [one, turned] = [[plain, other], [other, plain]].map(|lines| {
            [false, true].map(|is_further| {
                let mut receipts = Receipts::new(&[SendStatus::Accepted]);
                for line in is_further.then_some(first).into_iter().chain(lines) {
                    receipts.add(0, line);
                }
                assert_eq!(receipts.repeated(), u64::from(is_further));
                let mut of: Vec<_> = receipts.of(0).collect();
                let joined = of.pop().unwrap();
                assert_eq!(of, Vec::from_iter(is_further.then_some(first)));
                joined
            })
        });
        assert_eq!(one, turned);
        assert_eq!(one[0], one[1]);
        one[0]
    };
    let earlier = Receipt {
        at: 10,
        read: 40,
        ..plain
    };
    assert_eq!(join(earlier), earlier);
    let surer = Receipt {
        means: Means::Marker,
        guessed: false,
        ..plain
    };
    assert_eq!(join(surer), surer);
    let refused = Receipt {
        refused: true,
        ..plain
    };
    assert_eq!(join(refused), refused);
    let weaker = Receipt {
        at: 30,
        read: 60,
        means: Means::Values,
        ..plain
    };
    assert_eq!(join(weaker), plain);
}

#[test]
fn all_are_named_where_each_that_may_have_been_sent_has_an_id() {
    use SendStatus::{Accepted, Answered, Counted, InDoubt, Named, NotSent, Unattempted};
    let are_named = |statuses: &[SendStatus]| Receipts::new(statuses).are_all_named();
    assert!(are_named(&[]));
    assert!(are_named(&[Named, NotSent, Unattempted]));
    for one in [Accepted, Answered, Counted, InDoubt] {
        assert!(!are_named(&[Named, one]), "{one:?}");
    }
}

#[test]
fn equal_payloads_are_seen_only_once_a_line_shows_one() {
    let mut groups = Groups::new(vec![vec![0, 2], vec![1]]);
    let of: Vec<_> = (0..4).map(|message| groups.of(message)).collect();
    assert_eq!(of, [Some(0), Some(1), Some(0), None]);
    assert!(!groups.were_seen());
    groups.see(0, &receipt(1, 10), 1, 0);
    assert!(groups.were_seen());
    assert_eq!(groups.sightings(0).len(), 1);
    assert!(groups.sightings(1).is_empty());
}

#[test]
fn receipts_beyond_one_a_member_are_repeats() {
    let mut groups = Groups::new(vec![vec![0, 1], vec![2, 3, 4]]);
    // The same line again counts once; another in the same words is another message.
    for (group, invocation, line, repeated) in [
        (0, 1, 1, 0),
        (0, 1, 2, 0),
        (0, 1, 2, 0),
        (0, 2, 3, 1),
        (1, 1, 4, 1),
        (0, 1, 5, 2),
    ] {
        groups.see(group, &receipt(invocation, 10), line, 7);
        assert_eq!(groups.repeated(), repeated, "{line}");
    }
}

#[test]
fn a_sighting_is_guessed_until_a_line_names_its_invocation() {
    for (named, guessed) in [
        ([false, false], true),
        ([false, true], false),
        ([true, false], false),
        ([true, true], false),
    ] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        let invocation = ledger.invocation(&id(1));
        for (line, is_named) in (0..).zip(named) {
            let line_of = Receipt {
                guessed: !is_named,
                ..receipt(invocation.0, 10)
            };
            ledger.groups.see(0, &line_of, line, line);
        }
        let shares = share_out(&ledger);
        let receipts: Vec<_> = shares.iter().flat_map(|it| &it.receipts).collect();
        assert_eq!(receipts.len(), 1);
        assert_eq!(receipts[0].guessed, guessed, "{named:?}");
    }
}

#[test]
fn of_the_errors_of_equal_payloads_the_earliest_is_kept_in_any_order() {
    for times in [[10, 20], [20, 10]] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        let invocation = ledger.invocation(&id(1));
        for (line, time) in (0..).zip(times) {
            ledger.add(Evidence::Refused {
                subject: Subject::Group(0),
                invocation,
                at: aws(time),
                error: Failure::new(if time == 10 { "z first" } else { "a second" }),
                line,
                means: Means::Content,
            });
        }
        for message in [0, 1] {
            let attempts: Vec<_> = ledger.attempts(message).collect();
            assert_eq!(attempts.len(), 1, "one delivery of both");
            assert_eq!(attempts[0].error.as_deref(), Some("z first"));
            assert_eq!(attempts[0].at, Some(aws(10)));
            assert_eq!(attempts[0].request_id, Some(id(1)));
        }
    }
}

/// At the same moment one attempt failed and another succeeded: the other is taken to be the
/// payload that failed, once more.
#[test]
fn of_attempts_at_one_moment_the_one_that_failed_comes_first() {
    for failed in [1, 2] {
        let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], facts());
        ledger.groups = Groups::new(vec![vec![0, 1]]);
        for number in [1, 2] {
            let invocation = ledger.invocation(&id(number));
            ledger.add(Evidence::Seen {
                subject: Subject::Group(0),
                invocation,
                at: aws(SECOND),
                line: number as u64,
                shape: 0,
                means: Means::Content,
            });
            let how = if number == failed {
                InvocationStatus::Failure
            } else {
                InvocationStatus::Success
            };
            status(&mut ledger, invocation, how);
        }
        let receipts = |share: &Share| share.receipts.len();
        let shares: Vec<_> = share_out(&ledger).iter().map(receipts).collect();
        assert_eq!(shares, [2, 0], "{failed}");
    }
}

#[test]
fn a_member_whose_own_letter_is_known_takes_no_evidence_of_its_equals() {
    let mut ledger = ledger_of(vec![SendStatus::Accepted; 2], facts());
    ledger.groups = Groups::new(vec![vec![0, 1]]);
    let invocation = ledger.invocation(&id(1));
    ledger.add(Evidence::Seen {
        subject: Subject::Group(0),
        invocation,
        at: aws(SECOND),
        line: 0,
        shape: 0,
        means: Means::Content,
    });
    ledger.letter_seen(at(SECOND), "letter", Some(aws(0)));
    ledger.add(Evidence::DeadLettered {
        subject: Subject::Message(0),
        letter: "letter".into(),
        means: Means::Marker,
    });
    assert_eq!(
        states(&ledger, SECOND),
        [State::DeadLettered, State::Received]
    );
}

#[test]
fn an_invocation_is_under_way_from_its_begin_to_its_end_where_both_are_told() {
    let under_way = |began: Option<i64>, ended: Option<i64>| {
        let mut invocations = Invocations::default();
        let index = invocations.of_stream("s");
        invocations.start(index, 5, false);
        if let Some(began) = began {
            invocations.start(index, began, true);
        }
        if let Some(ended) = ended {
            invocations.end(index, ended);
        }
        [9, 10, 15, 20, 21].map(|at| invocations.was_under_way(index, at))
    };
    assert_eq!(
        under_way(Some(10), Some(20)),
        [false, true, true, true, false]
    );
    assert_eq!(under_way(Some(10), None), [false; 5], "its end is unknown");
    assert_eq!(under_way(None, Some(20)), [false; 5], "began when?");
}

#[test]
fn what_failed_or_told_an_error_is_counted_once() {
    let mut invocations = Invocations::default();
    assert_eq!(invocations.failures(), 0);
    for (number, (told, failed, count)) in [
        (false, false, 0),
        (true, false, 1),
        (false, true, 2),
        (true, true, 3),
    ]
    .into_iter()
    .enumerate()
    {
        let index = invocations.of_stream(&number.to_string());
        if told {
            invocations.suspect(index, Failure::new("boom"));
        }
        if failed {
            invocations.say(index, InvocationStatus::Failure, None);
            assert_eq!(invocations.status(index), RunStatus::Failed);
        }
        assert_eq!(invocations.is_suspect(index), told);
        assert_eq!(invocations.failures(), count, "{told} {failed}");
    }
}

#[test]
fn the_way_to_zero_begins_at_a_look_as_old_as_the_receipt_and_spans_a_lag() {
    let zeros = [10, 40, 45];
    for (since, lag, way) in [
        (10, 35, Some(10)),
        (10, 36, None),
        (11, 5, Some(40)),
        (40, 5, Some(40)),
        (40, 6, None),
        (41, 0, None),
        (46, 0, None),
    ] {
        assert_eq!(way_to_zero(&zeros, since, lag), way, "{since} {lag}");
    }
}

#[test]
fn looks_through_the_dead_letter_queue_may_come_in_any_order_and_again() {
    let accounted = |peeks: &[u64]| {
        let mut letters = DeadLetters::new(None);
        letters.count(30, 0);
        for peek in peeks {
            letters.peek(*peek);
        }
        assert_eq!(letters.last_peek(), peeks.iter().copied().max());
        letters.is_accounted_for(0, 10)
    };
    assert!(!accounted(&[]));
    assert!(!accounted(&[20]));
    assert!(!accounted(&[20, 20]), "one look, told twice");
    assert!(accounted(&[20, 25]));
    assert!(accounted(&[25, 20]), "the later one first");
    assert!(accounted(&[10, 25]), "a lag after the look");
    assert!(!accounted(&[9, 25]), "too early");
}

#[test]
fn a_letter_carries_each_payload_by_the_best_means_that_showed_it() {
    let letter = "letter".into();
    for order in [
        [Means::Content, Means::Marker],
        [Means::Marker, Means::Content],
    ] {
        let mut letters = DeadLetters::new(None);
        letters.know(&letter, Subject::Message(1), Means::Values);
        for means in order {
            letters.know(&letter, Subject::Message(0), means);
        }
        let (_, known) = letters.letters().next().unwrap();
        assert_eq!(known.subjects.len(), 2);
        assert_eq!(known.carries(Subject::Message(0)), Some(Means::Marker));
        assert_eq!(known.carries(Subject::Message(1)), Some(Means::Values));
        assert_eq!(known.carries(Subject::Group(0)), None);
    }
}

fn datum(metric: Metric, minute: Minute, value: u64, samples: u64) -> Datum {
    Datum {
        metric,
        minute,
        value,
        samples,
    }
}

#[test]
fn what_is_published_of_some_minutes_is_added_up() {
    let mut table = MetricTable::default();
    table.read(
        100,
        &[
            datum(Metric::Sent, 1, 2, 1),
            datum(Metric::Sent, 3, 3, 1),
            datum(Metric::Sent, 5, 40, 1),
            datum(Metric::Deleted, 2, 50, 1),
        ],
    );
    assert_eq!(table.published(Metric::Sent, 1..=4, 100), Some(5));
    assert_eq!(table.published(Metric::Sent, 4..=4, 100), None);
    assert_eq!(table.published(Metric::Sent, 1..=4, 99), None, "not yet");
}

#[test]
fn the_consumers_sums_are_whole_where_each_minute_in_which_it_ran_is_counted() {
    let sums = |invocations: Option<u64>, errors: Option<(u64, u64)>, shown: u64| {
        let mut table = MetricTable::default();
        let mut data = Vec::new();
        data.extend(invocations.map(|all| datum(Metric::Invocations, 1, all, 1)));
        data.extend(errors.map(|(sum, samples)| datum(Metric::Errors, 1, sum, samples)));
        table.read(100, &data);
        let ran = [(1, shown)].into_iter().filter(|(_, shown)| *shown > 0);
        let sums = table.sums(1..=1, 100, &ran.collect());
        assert!(!sums.queue_full && !sums.is_full());
        assert_eq!(sums.invocations, invocations.unwrap_or(0));
        assert_eq!(sums.errors, errors.map_or(0, |(sum, _)| sum));
        (sums.function_full, sums.is_partial)
    };
    assert_eq!(sums(None, None, 0), (true, false), "nothing ran");
    assert_eq!(sums(None, None, 1), (false, false), "it ran");
    assert_eq!(sums(Some(2), None, 0), (false, false));
    assert_eq!(sums(None, Some((0, 2)), 0), (false, false));
    assert_eq!(sums(Some(2), Some((1, 2)), 2), (true, false));
    assert_eq!(sums(Some(2), Some((1, 2)), 1), (true, false), "others' too");
    assert_eq!(sums(Some(2), Some((1, 2)), 3), (true, true), "one more ran");
    assert_eq!(
        sums(Some(2), Some((0, 1)), 2),
        (true, true),
        "a sample less"
    );
    assert_eq!(sums(Some(2), Some((0, 3)), 2), (true, false));
}
