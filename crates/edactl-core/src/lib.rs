//! The proof of edactl, without AWS, files, async code or a clock: time is an argument.
//!
//! | module | what lives there |
//! |---|---|
//! | [`matcher`] | which message a text shows |
//! | [`ledger`] | all evidence of a run, and the state of each message |
//! | [`verdict`] | what the ledger proves |
//! | [`diagnosis`] | why something is not proven |
//! | [`session`] | what to look at next, and when it is over |
//! | [`latency`], [`sent_times`] | how long messages took, whichever clocks told |
//! | [`report`] | all that a verify came to |
//! | [`exit`] | exit codes |
//! | [`waits`] | how long a proof waits for what |
//!
//! The facts that it weighs (events, runs, log lines, the pipeline) are those of `edactl-facts`, and
//! can be had from here as well.

pub use edactl_facts::{
    clock, event, humanize, line, moment, observation, print, run, schema, topology,
};

pub mod diagnosis;
pub mod exit;
pub mod latency;
pub mod ledger;
pub mod matcher;
pub mod report;
pub mod sent_times;
pub mod session;
pub mod verdict;
pub mod waits;
#[cfg(test)]
mod world;
