//! Latencies: quantiles of a run's stages, and limits that make them part of the verdict.

#[cfg(test)]
mod tests;

use std::{fmt, str::FromStr, time::Duration};

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::humanize;

/// Which part of all messages is at most this slow: `p50`, `p99.9`, `max`. In hundredths of a
/// percent, above 0 and at most 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "String", extend("pattern" = r"^(p\d{1,3}(\.\d\d?)?|max)$")))]
pub struct Quantile(u16);

impl Quantile {
    /// Half of the messages are faster.
    pub const P50: Self = Self(5_000);
    /// Nine of ten took this long or less, in milliseconds.
    pub const P90: Self = Self(9_000);
    /// 19 of twenty.
    pub const P95: Self = Self(9_500);
    /// 99 of a hundred took this long or less, in milliseconds.
    pub const P99: Self = Self(9_900);
    /// The slowest took this long, in milliseconds.
    pub const MAX: Self = Self(10_000);

    /// The value at this quantile: the smallest that is not below this part of all values (nearest
    /// rank, so it is one that was measured). `None` of no values. Reorders the values.
    #[must_use]
    pub fn of<T: Ord + Copy>(self, values: &mut [T]) -> Option<T> {
        let rank = (values.len() * usize::from(self.0)).div_ceil(usize::from(Self::MAX.0));
        let index = rank.checked_sub(1)?;
        Some(*values.select_nth_unstable(index).1)
    }
}

impl Serialize for Quantile {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "read")]
impl<'de> serde::Deserialize<'de> for Quantile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Quantile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (100, 0) => f.write_str("max"),
            (whole, 0) => write!(f, "p{whole}"),
            (whole, part) if part % 10 == 0 => write!(f, "p{whole}.{}", part / 10),
            (whole, part) => write!(f, "p{whole}.{part:02}"),
        }
    }
}

impl FromStr for Quantile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no quantile; write p50, p95, p99.9 or max");
        if text == "max" {
            return Ok(Self::MAX);
        }
        let digits = text.strip_prefix('p').ok_or_else(wrong)?;
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(part) || whole.len() > 3 || part.len() > 2 {
            return Err(wrong());
        }
        let hundredths: u16 = format!("{whole}{part:0<2}").parse().map_err(|_| wrong())?;
        if (1..=Self::MAX.0).contains(&hundredths) {
            Ok(Self(hundredths))
        } else {
            Err(wrong())
        }
    }
}

/// A limit on the time from a message's invocation to its receipt, such as `p95=5s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatencyLimit {
    /// Where it is measured.
    pub quantile: Quantile,
    /// What it may be at most.
    pub at_most: Duration,
}

impl fmt::Display for LatencyLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ≤ {}",
            self.quantile,
            humanize::duration(self.at_most)
        )
    }
}

impl FromStr for LatencyLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (quantile, at_most) = text
            .split_once('=')
            .ok_or_else(|| format!("`{text}` is no limit on latency; write p95=5s or max=30s"))?;
        Ok(Self {
            quantile: quantile.trim().parse()?,
            at_most: humanize::parse_duration(at_most.trim())?,
        })
    }
}

/// Which stage a limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// From the invocation to the first receipt (`--max-latency`): two clocks tell it.
    Received,
    /// From the invocation to the producer's answer (`--max-answer`): one clock tells it.
    Answered,
}

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LimitOutcome {
    /// It holds, whatever the clocks.
    Kept,
    /// It is broken, whatever the clocks.
    Broken,
    /// Whether it holds depends on what is not known of the clocks.
    Uncertain,
    /// Nothing was measured.
    Unmeasured,
}

/// A limit on latency, held against what was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct CheckedLimit {
    /// On which stage.
    pub stage: Stage,
    /// Where it is measured.
    pub quantile: Quantile,
    /// What it may be at most, in milliseconds.
    pub at_most_ms: u64,
    /// What it is, in milliseconds; left out when nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_ms: Option<u64>,
    /// How it stands.
    pub outcome: LimitOutcome,
}

impl LatencyLimit {
    /// Holds what was measured against the limit; the truth is within `uncertainty` of it.
    #[must_use]
    pub fn check(
        &self,
        stage: Stage,
        spans: &mut [Duration],
        uncertainty: Duration,
    ) -> CheckedLimit {
        let measured = self.quantile.of(spans);
        let outcome = match measured {
            None => LimitOutcome::Unmeasured,
            Some(measured) if measured + uncertainty <= self.at_most => LimitOutcome::Kept,
            Some(measured) if measured.saturating_sub(uncertainty) > self.at_most => {
                LimitOutcome::Broken
            }
            Some(_) => LimitOutcome::Uncertain,
        };
        CheckedLimit {
            stage,
            quantile: self.quantile,
            at_most_ms: humanize::millis(self.at_most),
            measured_ms: measured.map(humanize::millis),
            outcome,
        }
    }
}

/// The quantiles of one stage of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Quantiles {
    /// Of how many messages.
    pub count: u64,
    /// Half of them took this long or less, in milliseconds.
    #[serde(rename = "p50_ms", with = "in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "u64"))]
    pub p50: Duration,
    /// Nine of ten.
    #[serde(rename = "p90_ms", with = "in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "u64"))]
    pub p90: Duration,
    /// 99 of a hundred.
    #[serde(rename = "p99_ms", with = "in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "u64"))]
    pub p99: Duration,
    /// The slowest.
    #[serde(rename = "max_ms", with = "in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "u64"))]
    pub max: Duration,
}

/// A span as whole milliseconds in JSON.
mod in_millis {
    use std::time::Duration;

    use serde::{Serialize, Serializer};

    pub fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        crate::humanize::millis(*span).serialize(serializer)
    }

    #[cfg(feature = "read")]
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        <u64 as serde::Deserialize>::deserialize(from).map(Duration::from_millis)
    }
}

impl Quantiles {
    /// The quantiles of these spans; `None` of none.
    #[must_use]
    pub fn of(spans: &mut [Duration]) -> Option<Self> {
        Some(Self {
            count: spans.len() as u64,
            p50: Quantile::P50.of(spans)?,
            p90: Quantile::P90.of(spans)?,
            p99: Quantile::P99.of(spans)?,
            max: Quantile::MAX.of(spans)?,
        })
    }
}

/// From one moment to a later one. Clocks are never quite alike: what seems to come before its
/// cause came at once.
#[must_use]
pub fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
