//! All that the last verify of a run came to. Every output shows it, the evidence file keeps it,
//! and `report` reads it again.

mod clock;
mod latencies;
mod messages;
mod witnesses;

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;

pub use self::{
    clock::{ClockDifference, skew_finding},
    latencies::{Latencies, Limits, latencies},
    messages::{Message, Messages},
    witnesses::{LogWitness, MetricsWitness, QueueWitness, Witnesses},
};
use crate::{
    clock::ClockSkew,
    diagnosis::Group,
    exit::ExitCode,
    ledger::{Awaited, Hold},
    verdict::{Counts, Finding, Outcome},
};

/// What a verify came to, but for the payloads one by one: the head of the evidence file, and the
/// most of the JSON document. Each field's name is the one in JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Summary {
    /// When the verify ended, by this machine's clock.
    #[serde(serialize_with = "crate::schema::in_millis")]
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::UtcTime"))]
    pub at: Timestamp,
    /// The edactl version that verified.
    pub edactl: String,
    /// What is proven (`verdict`), and why nothing is (`reason`).
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Whether waiting longer could not change it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Whether Ctrl-C or SIGTERM ended the verify.
    pub interrupted: bool,
    /// Its exit code.
    #[cfg_attr(feature = "schema", schemars(with = "ExitCode"))]
    pub exit: u8,
    /// How long it took in milliseconds, the sending included where it sent.
    pub elapsed_ms: u64,
    /// Whether a payload taken twice is a failure.
    pub exactly_once: bool,
    /// The payloads by state, and the taken ones by the way in which that is known.
    pub counts: Counts,
    /// What the witnesses said.
    pub witnesses: Witnesses,
    /// The contradictions that hold the verdict back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<Hold>,
    /// What would settle the verdict; left out where nothing more is to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Awaited>,
    /// AWS's clock against this machine's; left out when nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockDifference>,
    /// How long the payloads took.
    pub latency: Latencies,
    /// What a person should know beside the verdict.
    pub findings: Vec<Finding>,
    /// Why payloads are not proven.
    pub diagnosis: Vec<Group>,
}

impl Summary {
    /// The exit code of the verdict, however the verify ended.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.outcome.exit_code()
    }

    /// How far AWS's clock is ahead of this machine's, as far as it is known.
    #[must_use]
    pub fn skew(&self) -> ClockSkew {
        self.clock.unwrap_or_default().skew()
    }
}

#[cfg(test)]
mod tests;
