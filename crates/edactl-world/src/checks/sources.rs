//! What an observer is told: late, torn, doubled and in each runtime's words, yet true in the end.

use std::collections::HashSet;

use crate::{
    HORIZON, World,
    counts::Counter,
    metrics::{Datum, Metric},
    params::{Absent, Kind, Params, Runtime, Wrap},
    random::{cases, random_params, worlds},
};

#[test]
fn counters_are_exact_without_a_lag_and_torn_with_one() {
    for world in worlds(10, |params| params.payloads = 3) {
        for at in (0..20_000).step_by(500) {
            let look = world.counters(at).expect("allowed");
            assert_eq!(look.visible, Some(world.counts.truth(Counter::Visible, at)));
            assert_eq!(
                look.in_flight,
                Some(world.counts.truth(Counter::InFlight, at))
            );
        }
    }
    // Each lags by itself: a message that went from one to the other stands in none.
    let mut torn = 0;
    let mut behind = 0;
    for world in worlds(50, |params| {
        params.lag = 15_000;
        params.fail = 1000;
        params.kinds = &[Kind::ThrowSilent];
    }) {
        for at in (20_000..60_000).step_by(1000) {
            let look = world.counters(at).expect("allowed").total();
            torn += u32::from(look == Some(0));
        }
        let taken = world.truth[0].taken.expect("taken at the second attempt");
        let after = world.counters(taken + 1000).expect("allowed").total();
        behind += u32::from(after != Some(0));
        let settled = world.counters(taken + 15_001).expect("allowed");
        assert_eq!(settled.total(), Some(0));
    }
    assert_eq!(
        torn, 0,
        "a message that stays in flight longer than the lag is counted"
    );
    assert!(behind > 10, "{behind} of 50 looks behind");
}

#[test]
fn a_look_soon_after_a_move_can_read_zero() {
    let zeros = worlds(200, |params| params.lag = 15_000)
        .iter()
        .filter(|world| {
            let sent = world.truth[0].sent.expect("sent");
            let taken = world.truth[0].taken.expect("taken");
            (sent..taken)
                .step_by(100)
                .any(|at| world.counters(at).expect("allowed").total() == Some(0))
        })
        .count();
    assert!(zeros > 50, "{zeros} of 200");
}

#[test]
fn sticky_counters_lag_alike_for_a_minute() {
    // In flight for nearly the whole minute: looks agree only where they lag alike.
    let agreeing = |sticky| {
        let worlds = worlds(60, |params| {
            params.lag = 60_000;
            params.sticky = sticky;
            params.fail = 1000;
        });
        let agree = worlds.iter().filter(|world| {
            let look = |at| world.counters(at).expect("allowed").in_flight;
            (5000..58_000)
                .step_by(2000)
                .all(|at| look(at) == look(3000))
        });
        agree.count()
    };
    assert!(agreeing(true) > 20 && agreeing(false) == 0);
}

#[test]
fn an_absent_counter_and_a_denied_queue_are_unknown() {
    for absent in [Absent::Sometimes, Absent::Always] {
        let world = &worlds(1, |params| params.absent_delayed = absent)[0];
        let looks: Vec<_> = (0..100)
            .filter_map(|at| world.counters(at * 1000))
            .collect();
        let unknown = looks.iter().filter(|look| look.total().is_none()).count();
        assert_eq!(unknown == 100, absent == Absent::Always);
        assert!(unknown > 10);
        assert!(looks.iter().all(|look| look.visible.is_some()));
    }
    let mut denied = worlds(1, |params| {
        params.queue_denied = true;
        params.dlq_denied = true;
        params.metrics_denied = true;
    })
    .remove(0);
    assert_eq!(
        (denied.counters(0), denied.dlq_count(0), denied.metrics(0)),
        (None, None, None)
    );
    assert_eq!(denied.peek(0, 10), None);
}

#[test]
fn a_peek_shows_a_part_and_hides_it_for_five_seconds() {
    let mut world = worlds(1, |params| params.old_letters = 30).remove(0);
    let first = world.peek(0, 10).expect("allowed");
    let second = world.peek(1000, 30).expect("allowed");
    let ids = |letters: &[crate::observe::DeadLetter]| -> HashSet<String> {
        letters
            .iter()
            .map(|letter| letter.message_id.clone())
            .collect()
    };
    assert_eq!((first.len(), second.len()), (10, 20));
    assert!(ids(&first).is_disjoint(&ids(&second)));
    assert_eq!(world.peek(2000, 30).expect("allowed").len(), 0);
    assert_eq!(world.dlq_count(2000), Some(30));
    let again = world.peek(5500, 30).expect("allowed");
    assert_eq!(again.len(), 10);
    assert!(again.iter().all(|letter| letter.receive_count == 5));
    let sent = again[0].sent_timestamp;
    assert!(sent < world.aws_clock(-9_000_000), "{sent}");
    let mut part = worlds(1, |params| {
        params.old_letters = 30;
        params.peek = 500;
    })
    .remove(0);
    let seen = part.peek(0, 30).expect("allowed").len();
    assert!((5..25).contains(&seen), "{seen} of 30");
}

#[test]
fn old_letters_expire_and_foreign_letters_come() {
    for world in worlds(20, |params| {
        params.old_letters = 3;
        params.old_expires = true;
        params.foreign_letters = 2;
    }) {
        assert!(world.dlq_count(-70_000).is_some_and(|count| count == 3));
        assert_eq!(world.dlq_count(1_000_000), Some(4));
        assert!(world.truth[0].taken.is_some());
    }
}

#[test]
fn a_dead_letter_of_the_run_keeps_its_body_and_its_time() {
    for runtime in [Runtime::Go, Runtime::Python] {
        let mut world = worlds(1, |params| {
            params.runtime = runtime;
            params.fail = 1000;
            params.fails = 99;
            params.wrap = Wrap::Text;
        })
        .remove(0);
        let dead = world.truth[0].dead.expect("dead");
        assert_eq!(world.peek(dead - 1, 10), Some(Vec::new()));
        let letters = world.peek(dead, 10).expect("allowed");
        let sent = world.sent_messages();
        assert_eq!(
            (&letters[0].message_id, &letters[0].body),
            (&sent[0].1, &sent[0].2)
        );
        let at = world.truth[0].sent.expect("sent");
        assert_eq!(letters[0].sent_timestamp, world.aws_clock(at));
    }
}

#[test]
fn a_handler_of_dead_letters_empties_the_queue() {
    for world in worlds(20, |params| {
        params.dlq_handler = true;
        params.shared_group = true;
        params.fail = 1000;
        params.fails = 99;
    }) {
        let dead = world.truth[0].dead.expect("dead");
        assert_eq!(world.dlq_count(dead + 5000), Some(0));
        let lines = world.lines_readable(dead, HORIZON);
        let handler = lines
            .iter()
            .find(|line| line.stream.contains("/orders-dlq[$LATEST]"));
        let marker = world.payloads[0].marker.as_ref().expect("marked");
        assert!(handler.is_some_and(|line| line.text.contains(marker.as_str())));
    }
}

fn of(data: &[Datum], metric: Metric) -> u64 {
    data.iter()
        .filter(|datum| datum.metric == metric)
        .map(|datum| datum.value)
        .sum()
}

#[test]
fn metrics_come_late_by_the_minute_and_tell_the_truth_in_the_end() {
    for world in worlds(20, |params| {
        params.payloads = 4;
        params.phase = 50_000;
        params.event_counts = true;
        params.metrics_half = 1000;
        params.fail = 500;
    }) {
        let minute_end = world.end_of(0);
        assert_eq!(minute_end, 10_000);
        let at = |at| world.metrics(at).expect("allowed");
        assert!(at(minute_end + 19_000).iter().all(|datum| datum.minute < 0));
        let end = at(HORIZON);
        assert_eq!((of(&end, Metric::Sent), of(&end, Metric::Deleted)), (4, 4));
        assert_eq!(of(&end, Metric::DeletedEvents), 4);
        let attempts = of(&end, Metric::Received);
        assert_eq!(of(&end, Metric::InvokedEvents), attempts);
        assert_eq!(of(&end, Metric::PolledEvents), attempts);
        assert_eq!(of(&end, Metric::FailedInvokeEvents), attempts - 4);
        assert_eq!(of(&end, Metric::Errors), attempts - 4);
        for datum in &end {
            assert_eq!(
                (datum.start - world.aws_clock(0)).rem_euclid(60_000),
                10_000
            );
            let unique = end
                .iter()
                .filter(|other| (other.metric, other.minute) == (datum.metric, datum.minute));
            assert_eq!(unique.count(), 1);
        }
    }
}

#[test]
fn half_published_errors_are_told_by_their_sample_count() {
    let mut halves = 0;
    for (params, seed) in random_params((cases() * 4).min(100)) {
        let params = Params {
            metrics_denied: false,
            metrics_half: 500,
            ..params
        };
        let world = World::run(params.hold_assumptions(), seed);
        let last = world.metrics(HORIZON).expect("allowed");
        let value = |data: &[Datum], metric, minute| {
            data.iter()
                .copied()
                .find(|it| (it.metric, it.minute) == (metric, minute))
        };
        for at in (0..1_200_000).step_by(20_000) {
            let now = world.metrics(at).expect("allowed");
            for errors in now.iter().filter(|datum| datum.metric == Metric::Errors) {
                if at < world.end_of(errors.minute) + 300_000 {
                    continue;
                }
                let whole = value(&last, Metric::Errors, errors.minute);
                let runs = value(&now, Metric::Invocations, errors.minute);
                let agree = runs.is_some_and(|runs| runs.value == errors.samples);
                halves += u32::from(whole != Some(*errors));
                assert!(
                    !agree || whole == Some(*errors),
                    "seed {} at {at}",
                    world.seed
                );
            }
        }
    }
    assert!(halves > 0, "no world published Errors by halves");
}

#[test]
fn a_queue_that_wakes_up_reports_late_and_some_minutes_are_missing() {
    let world = &worlds(1, |params| params.wake = 600_000)[0];
    assert_eq!(world.metrics(599_999), Some(Vec::new()));
    assert!(
        world
            .metrics(600_000)
            .is_some_and(|data| of(&data, Metric::Sent) == 1)
    );
    let missing = worlds(50, |params| params.metrics_missing = 500)
        .iter()
        .filter(|world| of(&world.metrics(HORIZON).expect("allowed"), Metric::Sent) == 0)
        .count();
    assert!((10..40).contains(&missing), "{missing} of 50");
}

#[test]
fn the_oldest_age_leaves_out_what_was_received_three_times() {
    let world = &worlds(1, |params| {
        params.fail = 1000;
        params.fails = 99;
        params.max_receives = 5;
        params.metrics_late = 21_000;
    })[0];
    let data = world.metrics(HORIZON).expect("allowed");
    let age = |minute| {
        let found = data
            .iter()
            .find(|it| (it.metric, it.minute) == (Metric::OldestAge, minute));
        found.map(|datum| datum.value)
    };
    assert!(age(0).is_some_and(|age| age > 50) && age(1).is_some_and(|age| age > 110));
    assert_eq!(age(3), Some(0));
    assert!(world.truth[0].dead.is_some_and(|dead| dead > 240_000));
}

#[test]
fn other_traffic_fills_queue_and_metrics() {
    for world in worlds(5, |params| {
        params.traffic = 300;
        params.others_fail = 300;
        params.fails = 99;
        params.backlog = 20;
    }) {
        let sent = of(&world.metrics(HORIZON).expect("allowed"), Metric::Sent);
        assert!(sent > 400, "{sent} sent");
        assert!(world.dlq_count(1_000_000).is_some_and(|count| count > 20));
        assert!(world.truth[0].taken.is_some());
    }
}
