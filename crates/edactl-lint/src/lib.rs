//! The check-up: pure, from a pipeline's settings to what is wrong with them. What could not be
//! looked at is no finding; the command says so beside them.

pub mod access;
pub mod conditions;
mod filter;
mod functions;
pub mod iam;
mod logs;
pub mod missing;
pub mod permissions;
mod queue;
pub mod refusal;
mod roles;
pub mod runtimes;
mod trigger;
mod wildcard;

use std::fmt;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use edactl_facts::topology::{
    function::{FunctionFacts, FunctionHealth, Trigger},
    log_group::LogGroupSettings,
    queue::QueueSettings,
    role::RolePolicy,
};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing has to change.
    Note,
    /// Works, but not as AWS advises, or wider open than needed.
    Warning,
    /// Messages are lost, stuck or refused.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Its stable name, such as `queue-no-dlq`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The resource.
    pub resource: String,
    /// What was seen.
    pub evidence: String,
    /// What to do.
    pub fix: String,
    /// Where AWS writes about it.
    pub link: &'static str,
}

/// A function with all that was seen around it. `None`: not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its settings.
    pub settings: FunctionFacts,
    /// Its reserved concurrency, where it could be read; inside: where some is reserved.
    pub reserved: Option<Option<u32>>,
    /// Its metrics of the last day.
    pub health: Option<FunctionHealth>,
    /// Its log group, where it could be read; inside: where there is one.
    pub log_group: Option<Option<LogGroupSettings>>,
    /// Its role's policies.
    pub policies: Option<Vec<RolePolicy>>,
    /// Its role's permissions boundary, where it has one.
    pub boundary: Option<RolePolicy>,
}

/// One message that is to be sent: is it fit for this pipeline?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The event and the entry in it.
    pub name: String,
    /// The body, as the reference producer would send it.
    pub body: String,
}

/// A pipeline's settings, as far as they could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The day of the check-up: runtimes end on a date.
    pub today: Date,
    /// The function that sends.
    pub producer: Option<Function>,
    /// The queue.
    pub queue: Option<QueueSettings>,
    /// The triggers that read from the queue, where they could be read.
    pub triggers: Option<Vec<Trigger>>,
    /// The function that receives.
    pub consumer: Option<Function>,
    /// The dead-letter queue.
    pub dlq: Option<QueueSettings>,
    /// Messages that are to be sent.
    pub samples: Vec<Sample>,
}

/// Everything that is wrong, the worst first.
#[must_use]
pub fn check(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    trigger::check(facts, &mut findings);
    queue::check(facts, &mut findings);
    functions::check(facts, &mut findings);
    roles::check(facts, &mut findings);
    logs::check(facts, &mut findings);
    // Stable: what belongs together stays together.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

#[cfg(test)]
mod tests;
