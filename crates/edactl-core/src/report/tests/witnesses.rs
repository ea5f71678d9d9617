//! What metrics, queue and clocks said.

use super::*;
use crate::clock::ClockBounds;

/// Metrics of the first minutes of the run: (sent, received, deleted, invocations, errors) in the
/// first, zero in the second; without those that are left out.
fn read(ledger: &mut Ledger, first: [u64; 5], left_out: &[(Metric, i64)]) {
    let metrics = [
        Metric::Sent,
        Metric::Received,
        Metric::Deleted,
        Metric::Invocations,
        Metric::Errors,
    ];
    let begin = sent().as_second().div_euclid(60);
    let mut data = Vec::new();
    for (metric, value) in metrics.into_iter().zip(first) {
        for (later, value) in [(0, value), (1, 0)] {
            if !left_out.contains(&(metric, later)) {
                data.push(Datum {
                    metric,
                    minute: begin + later,
                    value,
                    samples: 1,
                });
            }
        }
    }
    ledger.metrics_read(at(180_000), &data);
}

fn metrics(planned: usize, first: [u64; 5], left_out: &[(Metric, i64)]) -> MetricsWitness {
    let mut ledger = ledger_of(planned, Vec::new(), Environment::Aws);
    read(&mut ledger, first, left_out);
    MetricsWitness::of(&ledger.judge(at(180_000))).unwrap()
}

#[test]
fn metrics_that_were_never_read_are_no_witness() {
    let ledger = ledger_of(2, Vec::new(), Environment::Aws);
    assert_eq!(MetricsWitness::of(&ledger.judge(at(0))), None);
}

#[test]
fn metrics_agree_where_they_count_the_run_and_nothing_else() {
    let run = MetricsWitness {
        sent: Some(2),
        received: Some(2),
        deleted: Some(2),
        invocations: Some(5),
        errors: Some(6),
        agree: true,
        others: false,
    };
    assert_eq!(metrics(2, [2, 2, 2, 5, 6], &[]), run);
    for (counts, others) in [
        ([3, 2, 2, 5, 6], true),
        ([2, 3, 2, 5, 6], false),
        ([2, 2, 1, 5, 6], false),
        ([3, 3, 3, 5, 6], true),
    ] {
        let expected = MetricsWitness {
            sent: Some(counts[0]),
            received: Some(counts[1]),
            deleted: Some(counts[2]),
            agree: false,
            others,
            ..run
        };
        assert_eq!(metrics(2, counts, &[]), expected, "{counts:?}");
    }
}

#[test]
fn a_minute_that_is_not_published_leaves_the_sums_unknown() {
    let found = metrics(2, [2, 2, 2, 5, 6], &[(Metric::Deleted, 1)]);
    let expected = MetricsWitness {
        sent: None,
        received: None,
        deleted: None,
        invocations: Some(5),
        errors: Some(6),
        agree: false,
        others: false,
    };
    assert_eq!(found, expected, "the sums are the run's so far");
    let found = metrics(2, [2, 2, 2, 5, 6], &[(Metric::Errors, 1)]);
    let expected = MetricsWitness {
        sent: Some(2),
        received: Some(2),
        deleted: Some(2),
        invocations: None,
        errors: None,
        agree: true,
        others: false,
    };
    assert_eq!(found, expected);
}

#[test]
fn the_queue_is_a_witness_from_its_first_look_on() {
    let mut ledger = ledger_of(1, Vec::new(), Environment::Aws);
    ledger.letter_count(at(1_000), 7);
    let of = |ledger: &Ledger| QueueWitness::of(&ledger.judge(at(9_000)), at(9_000));
    assert_eq!(of(&ledger), None);
    let held = QueueCounters::known(4, 5, 6);
    ledger.queue_counters(at(2_000), held);
    let witness = QueueWitness {
        counters: held,
        dead_letters: Some(7),
        zero_for_ms: None,
    };
    assert_eq!(of(&ledger), Some(witness));
    let zero = QueueCounters::known(0, 0, 0);
    for millis in [3_500, 6_000] {
        ledger.queue_counters(at(millis), zero);
    }
    let witness = QueueWitness {
        counters: zero,
        zero_for_ms: Some(5_500),
        ..witness
    };
    assert_eq!(of(&ledger), Some(witness));
}

fn bounds(at_least: i64, at_most: i64) -> ClockBounds {
    ClockBounds::new(
        SignedDuration::from_millis(at_least),
        SignedDuration::from_millis(at_most),
    )
}

#[test]
fn the_difference_of_the_clocks_is_known_once_both_bounds_are() {
    let mut one_side = ClockBounds::default();
    one_side.effect(sent(), aws(300));
    for nothing in [ClockBounds::default(), one_side] {
        assert_eq!(ClockDifference::of(&nothing), None);
    }
    for (at_least_ms, at_most_ms, ahead_ms, width) in [
        (200, 500, 200, 300),
        (-500, -200, -200, 300),
        (-20, 70, 0, 90),
        // They contradict each other: the truth is taken to lie between.
        (500, 200, 200, 300),
    ] {
        let known = bounds(at_least_ms, at_most_ms);
        let found = ClockDifference::of(&known).unwrap();
        let expected = ClockDifference {
            ahead_ms,
            at_least_ms,
            at_most_ms,
        };
        assert_eq!(found, expected);
        assert_eq!(found.bounds(), known);
        let skew = ClockSkew {
            ahead: SignedDuration::from_millis(ahead_ms),
            uncertainty: at(width),
        };
        assert_eq!(found.skew(), skew);
        assert_eq!(known.skew(), Some(skew));
    }
}

#[test]
fn clocks_are_worth_a_word_where_they_are_far_apart() {
    let told = |at_least, at_most| skew_finding(ClockDifference::of(&bounds(at_least, at_most))?);
    assert_eq!(told(-100, 400), None);
    assert_eq!(told(100, 400), None);
    let ahead = Finding::ClockSkew {
        ahead_ms: 101,
        uncertainty_ms: 299,
    };
    assert_eq!(told(101, 400), Some(ahead));
    let behind = Finding::ClockSkew {
        ahead_ms: -2_000,
        uncertainty_ms: 1_000,
    };
    assert_eq!(told(-3_000, -2_000), Some(behind));
}

fn summary(outcome: Outcome, clock: Option<ClockDifference>) -> Summary {
    Summary {
        at: sent(),
        edactl: "0.0.0".into(),
        outcome,
        is_final: true,
        interrupted: false,
        exit: 0,
        elapsed_ms: 1,
        exactly_once: false,
        counts: Counts::default(),
        witnesses: Witnesses::default(),
        holds: Vec::new(),
        awaited: None,
        clock,
        latency: Latencies::default(),
        findings: Vec::new(),
        diagnosis: Vec::new(),
    }
}

#[test]
fn a_summary_tells_its_exit_code_and_its_clocks() {
    use crate::verdict::Reason;
    for (outcome, code) in [
        (Outcome::Proven, ExitCode::Success),
        (Outcome::Consistent, ExitCode::Success),
        (Outcome::Disproven, ExitCode::Disproven),
        (
            Outcome::Undetermined(Reason::InDoubt),
            ExitCode::Undetermined,
        ),
    ] {
        assert_eq!(summary(outcome, None).exit_code(), code);
    }
    let unknown = summary(Outcome::Proven, None);
    assert_eq!(unknown.skew(), ClockSkew::default());
    let clock = ClockDifference::of(&bounds(200, 500));
    let skew = ClockSkew {
        ahead: SignedDuration::from_millis(200),
        uncertainty: at(300),
    };
    assert_eq!(summary(Outcome::Proven, clock).skew(), skew);
}
