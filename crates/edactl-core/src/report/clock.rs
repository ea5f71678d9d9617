//! AWS's clock against this machine's, as a report tells it.

use std::time::Duration;

use jiff::SignedDuration;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    clock::{ClockBounds, ClockSkew},
    humanize::millis,
    verdict::Finding,
};

/// AWS's clock against this machine's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct ClockDifference {
    /// How many milliseconds AWS's clock is ahead (negative: behind); that is taken out of the
    /// latencies.
    pub ahead_ms: i64,
    /// The lower bound that the exchanges with AWS set, in milliseconds.
    pub at_least_ms: i64,
    /// The upper bound, in milliseconds; below the lower where exchanges contradict each other.
    pub at_most_ms: i64,
}

impl ClockDifference {
    /// What the bounds tell; `None`: nothing, or only one side.
    #[must_use]
    pub fn of(bounds: &ClockBounds) -> Option<Self> {
        let (at_least, at_most) = bounds.both()?;
        let millis = |span: SignedDuration| i64::try_from(span.as_millis()).unwrap_or_default();
        Some(Self {
            ahead_ms: millis(bounds.skew()?.ahead),
            at_least_ms: millis(at_least),
            at_most_ms: millis(at_most),
        })
    }

    /// The same, for reckoning.
    #[must_use]
    pub fn skew(&self) -> ClockSkew {
        ClockSkew {
            ahead: SignedDuration::from_millis(self.ahead_ms),
            uncertainty: Duration::from_millis(self.at_least_ms.abs_diff(self.at_most_ms)),
        }
    }

    /// The bounds, to be narrowed further.
    #[must_use]
    pub fn bounds(&self) -> ClockBounds {
        ClockBounds::new(
            SignedDuration::from_millis(self.at_least_ms),
            SignedDuration::from_millis(self.at_most_ms),
        )
    }
}

/// A word about the clocks where they differ by more than people would overlook.
#[must_use]
pub fn skew_finding(clock: ClockDifference) -> Option<Finding> {
    let skew = clock.skew();
    skew.is_notable().then(|| Finding::ClockSkew {
        ahead_ms: clock.ahead_ms,
        uncertainty_ms: millis(skew.uncertainty),
    })
}
