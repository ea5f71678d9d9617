//! The proof of edactl, without AWS, files, async code or a clock: time is an argument.
//!
//! | module | what lives there |
//! |---|---|
//! | [`event`] | events: shapes, entries, markers, canonical form |
//! | [`run`] | what was planned and sent, as it is recorded |
//! | [`line`] | what a log line says |
//! | [`matcher`] | which message a text shows |
//! | [`ledger`] | all evidence of a run, and the state of each message |
//! | [`verdict`] | what the ledger proves |
//! | [`diagnosis`] | why something is not proven |
//! | [`latency`], [`clock`], [`sent_times`] | how long messages took, whichever clocks told |
//! | [`topology`] | what the pipeline consists of, as facts |
//! | [`observation`] | what a source said at one look, as facts |
//! | [`report`] | all that a verify came to |
//! | [`exit`], [`humanize`] | exit codes; durations as people write them |
//! | [`schema`] | JSON Schemas of what is written in one form and held in another |

pub mod clock;
pub mod diagnosis;
pub mod event;
pub mod exit;
pub mod humanize;
pub mod latency;
pub mod ledger;
pub mod line;
pub mod matcher;
pub mod moment;
pub mod observation;
pub mod report;
pub mod run;
pub mod schema;
pub mod sent_times;
pub mod session;
pub mod topology;
pub mod verdict;
pub mod waits;
#[cfg(test)]
mod world;
