//! How long the payloads took, and how that stands to the limits.

use std::time::Duration;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use super::{ClockDifference, Messages};
use crate::{
    clock::{self, ClockBounds},
    latency::{CheckedLimit, LatencyLimit, LimitOutcome, Quantiles, Stage, between},
    run::Run,
};

/// The quantiles of each stage that can be measured, and the limits that were set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Latencies {
    /// From the invocation to the producer's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_answered: Option<Quantiles>,
    /// From the invocation to the first receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_received: Option<Quantiles>,
    /// From the first receipt to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_to_done: Option<Quantiles>,
    /// From the invocation to the end of the invocation that succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_to_done: Option<Quantiles>,
    /// The limits, held against these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<CheckedLimit>,
}

/// The user's limits on latency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// On the time from the invocation to the first receipt.
    pub received: Vec<LatencyLimit>,
    /// On the time from the invocation to the producer's answer.
    pub answered: Vec<LatencyLimit>,
}

/// The latencies of a run with the clocks' difference taken out, and how they stand to the limits.
/// The bounds on that difference are narrowed by what the run itself shows: nothing is received
/// before it is sent.
#[must_use]
pub fn latencies(
    run: &Run,
    messages: &dyn Messages,
    mut bounds: ClockBounds,
    limits: &Limits,
) -> (Option<ClockDifference>, Latencies) {
    let seen = || {
        let places = run.plan.positions().zip(0..messages.count());
        places.filter_map(|(place, index)| {
            let (seen, done) = messages.seen_and_done(index);
            Some((run.invoked(place.invocation), seen?, done))
        })
    };
    for (invoked, seen, _) in seen() {
        if let Some(invoked) = invoked {
            bounds.effect(invoked, clock::logged(seen).1);
        }
    }
    let clock = ClockDifference::of(&bounds);
    let skew = clock.unwrap_or_default().skew();
    let mut answered: Vec<Duration> = run
        .invocations
        .iter()
        .filter_map(|it| Some(between(it.began?, it.ended?)))
        .collect();
    let mut checked: Vec<CheckedLimit> = limits
        .answered
        .iter()
        .map(|limit| limit.check(Stage::Answered, &mut answered, Duration::ZERO))
        .collect();
    let invoked_to_answered = Quantiles::of(&mut answered);
    // One after the other: of a million messages each holds megabytes.
    let mut spans: Vec<Duration> = Vec::with_capacity(messages.count());
    spans.extend(seen().filter_map(|(invoked, seen, _)| Some(between(invoked?, skew.ours(seen)))));
    checked.extend(limits.received.iter().map(|limit| {
        if clock.is_none() {
            // Without a word on AWS's clock nothing can be said.
            let mut unknown = limit.check(Stage::Received, &mut spans, Duration::ZERO);
            unknown.outcome = match unknown.outcome {
                LimitOutcome::Unmeasured => LimitOutcome::Unmeasured,
                _ => LimitOutcome::Uncertain,
            };
            return unknown;
        }
        limit.check(Stage::Received, &mut spans, skew.uncertainty)
    }));
    let invoked_to_received = Quantiles::of(&mut spans);
    spans.clear();
    spans.extend(seen().filter_map(|(_, seen, done)| Some(between(seen, done?))));
    let received_to_done = Quantiles::of(&mut spans);
    spans.clear();
    spans.extend(seen().filter_map(|(invoked, _, done)| Some(between(invoked?, skew.ours(done?)))));
    let invoked_to_done = Quantiles::of(&mut spans);
    let latencies = Latencies {
        invoked_to_answered,
        invoked_to_received,
        received_to_done,
        invoked_to_done,
        limits: checked,
    };
    (clock, latencies)
}
