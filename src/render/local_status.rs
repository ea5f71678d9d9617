//! What `local status` tells of the embedded pipeline.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{document_schema::DocumentSchema, local_settings};
use edactl_core::{
    humanize::{self, count},
    latency::between,
    schema::UtcTime,
};
use edactl_local::{
    client::{Instance, LogHoldings},
    settings::Settings,
};

const SCHEMA: &str = "edactl.local/1";

/// The result of `local status`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LocalStatus<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The pipeline that runs; null: none.
    running: Option<Running<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Running<'a> {
    /// Its URL.
    endpoint: String,
    /// Its process id.
    pid: u32,
    /// The edactl version that it is of.
    version: &'a str,
    /// Since when it runs.
    #[serde(serialize_with = "edactl_core::schema::in_millis")]
    #[schemars(with = "UtcTime")]
    started: Timestamp,
    /// How it behaves.
    settings: &'a Settings,
    /// What its log store holds.
    log_store: &'a LogHoldings,
}

impl<'a> LocalStatus<'a> {
    /// The status of this pipeline; `None`: none runs.
    #[must_use]
    pub fn new(instance: Option<&'a Instance>) -> Self {
        Self {
            schema: SCHEMA,
            running: instance.map(|instance| Running {
                endpoint: format!("http://{}", instance.address),
                pid: instance.pid,
                version: &instance.version,
                started: instance.started,
                settings: &instance.settings,
                log_store: &instance.log_store,
            }),
        }
    }

    /// The status for people.
    #[must_use]
    pub fn to_text(&self, now: Timestamp) -> String {
        match &self.running {
            Some(running) => format!(
                "running: {}, process {}, version {}, for {}\n{}{}",
                running.endpoint,
                running.pid,
                running.version,
                humanize::duration(Duration::from_secs(between(running.started, now).as_secs())),
                local_settings::to_lines(running.settings),
                evicted(running.log_store),
            ),
            None => "not running\n".to_owned(),
        }
    }
}

/// What the log store had to forget, in a line; nothing where it forgot nothing.
fn evicted(log_store: &LogHoldings) -> String {
    let Some(since) = log_store.complete_since else {
        return String::new();
    };
    format!(
        "  {:<13} {} events ({}) forgotten; complete since {}\n",
        "log",
        count(log_store.evicted_events),
        indicatif::HumanBytes(log_store.evicted_bytes),
        since.strftime("%Y-%m-%d %H:%M:%S UTC"),
    )
}

/// The schema of the document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<LocalStatus<'_>>(SCHEMA, "`edactl local status -o json`")
}
