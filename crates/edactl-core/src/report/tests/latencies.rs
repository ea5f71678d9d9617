//! How long the payloads took, with the difference of the clocks taken out.

use super::*;
use crate::{
    clock::ClockBounds,
    event::{Event, MarkerPolicy, marker::RunId},
    latency::{LimitOutcome, Quantile, Quantiles, Stage},
    run::{Line, Outcome as Sent, Plan, Run},
    topology::Pipeline,
};

/// Evidence of when payloads were seen and done, in milliseconds by AWS's clock.
struct Times(Vec<(Option<i64>, Option<i64>)>);

impl Messages for Times {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn message(&self, _: usize) -> Message {
        unreachable!("latencies ask for no more than the times")
    }

    fn seen_and_done(&self, index: usize) -> (Option<Timestamp>, Option<Timestamp>) {
        let (seen, done) = self.0[index];
        (seen.map(aws), done.map(aws))
    }
}

/// A run of one payload an invocation, begun and answered at these times, in milliseconds by this
/// machine's clock.
fn run(invocations: &[(Option<i64>, Option<i64>)]) -> Run {
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse("e", r#"{"a": {"n": 1}}"#, &policy).unwrap();
    let id = RunId::new(sent(), 0);
    let repeat = u32::try_from(invocations.len()).unwrap();
    let plan = Plan::new(id, sent(), Pipeline::named("p"), &[event], repeat);
    let mut run = Run::new(plan);
    for (invocation, (began, ended)) in (0..).zip(invocations) {
        if let Some(began) = began {
            run.apply(Line::Invoking {
                invocation,
                at: aws(*began),
                scheduled: None,
            });
        }
        if let Some(ended) = ended {
            let reason = "no answer".into();
            run.apply(Line::Invoked {
                invocation,
                at: aws(*ended),
                outcome: Sent::InDoubt { reason },
            });
        }
    }
    run
}

fn bounds(at_least: i64, at_most: i64) -> ClockBounds {
    ClockBounds::new(
        SignedDuration::from_millis(at_least),
        SignedDuration::from_millis(at_most),
    )
}

fn limits(received: &[&str], answered: &[&str]) -> Limits {
    let parse = |all: &[&str]| all.iter().map(|limit| limit.parse().unwrap()).collect();
    Limits {
        received: parse(received),
        answered: parse(answered),
    }
}

/// All alike but for the slowest.
fn quantiles(count: u64, most: u64, slowest: u64) -> Quantiles {
    Quantiles {
        count,
        p50: at(most),
        p90: at(slowest),
        p99: at(slowest),
        max: at(slowest),
    }
}

fn outcomes(latencies: &Latencies) -> Vec<(Stage, LimitOutcome, Option<u64>)> {
    let limits = latencies.limits.iter();
    limits
        .map(|limit| (limit.stage, limit.outcome, limit.measured_ms))
        .collect()
}

#[test]
fn each_stage_is_measured_by_the_clocks_that_tell_it() {
    let run = run(&[
        (Some(0), Some(100)),
        (Some(1_000), Some(1_120)),
        // Begun and never answered; never begun, and seen all the same.
        (Some(2_000), None),
        (None, None),
    ]);
    let times = Times(vec![
        (Some(800), Some(1_300)),
        (Some(1_900), Some(2_500)),
        (None, None),
        (Some(4_000), None),
    ]);
    // AWS's clock is 300 ms ahead or more; at most as much as the first receipt allows.
    let (clock, found) = latencies(&run, &times, bounds(300, 2_000), &limits(&[], &[]));
    let difference = ClockDifference {
        ahead_ms: 300,
        at_least_ms: 300,
        at_most_ms: 801,
    };
    assert_eq!(clock, Some(difference));
    let expected = Latencies {
        invoked_to_answered: Some(quantiles(2, 100, 120)),
        invoked_to_received: Some(quantiles(2, 500, 600)),
        received_to_done: Some(quantiles(2, 500, 600)),
        invoked_to_done: Some(quantiles(2, 1_000, 1_200)),
        limits: vec![],
    };
    assert_eq!(found, expected);
}

#[test]
fn nothing_measured_is_no_latency() {
    let nothing = Times(vec![(None, None)]);
    let limits = limits(&["max=1s"], &["max=1s"]);
    for bounds in [ClockBounds::default(), bounds(0, 10)] {
        let run = run(&[(None, None)]);
        let (clock, found) = latencies(&run, &nothing, bounds, &limits);
        assert_eq!(clock, ClockDifference::of(&bounds));
        let unmeasured = |stage| (stage, LimitOutcome::Unmeasured, None);
        let expected = [Stage::Answered, Stage::Received].map(unmeasured);
        assert_eq!(outcomes(&found), expected);
        let without_limits = Latencies {
            limits: vec![],
            ..found
        };
        assert_eq!(without_limits, Latencies::default());
    }
}

#[test]
fn a_limit_on_answers_needs_one_clock_and_one_on_receipts_two() {
    use LimitOutcome::{Broken, Kept, Uncertain};
    let run = run(&[(Some(0), Some(100))]);
    let times = Times(vec![(Some(500), None)]);
    let limits = limits(
        &["max=499ms", "max=500ms", "max=700ms", "p50=399ms"],
        &["max=99ms", "max=100ms"],
    );
    let (answered, received) = (Stage::Answered, Stage::Received);
    let of_answers = [
        (answered, LimitOutcome::Broken, Some(100)),
        (answered, LimitOutcome::Kept, Some(100)),
    ];
    let check = |bounds: ClockBounds, expected: [(LimitOutcome, u64); 4]| {
        let (_, found) = latencies(&run, &times, bounds, &limits);
        let of_receipts = expected.map(|(outcome, millis)| (received, outcome, Some(millis)));
        let all: Vec<_> = of_answers.into_iter().chain(of_receipts).collect();
        assert_eq!(outcomes(&found), all);
        assert_eq!(found.limits[5].quantile, Quantile::P50);
        assert_eq!(found.limits[5].at_most_ms, 399);
    };
    check(ClockBounds::default(), [(Uncertain, 500); 4]);
    check(
        bounds(0, 0),
        [(Broken, 500), (Kept, 500), (Kept, 500), (Broken, 500)],
    );
    // Give or take 100 ms.
    check(
        bounds(0, 100),
        [
            (Uncertain, 500),
            (Uncertain, 500),
            (Kept, 500),
            (Broken, 500),
        ],
    );
    check(
        bounds(100, 100),
        [(Kept, 400), (Kept, 400), (Kept, 400), (Broken, 400)],
    );
}
