//! edactl sends events through a serverless pipeline on AWS (producer Lambda → SQS queue →
//! consumer Lambda) and proves, message by message, that they arrived.
//!
//! The house has floors; a file imports only from floors below its own:
//!
//! | floor | module | what lives there |
//! |---|---|---|
//! | 6 | [`commands`] | one file a subcommand: gather, do, show |
//! | 5 | [`output`] | how results look: tables, JSON, log lines, progress |
//! | 4 | [`checkup`] | pure: a pipeline's settings → what is wrong with them |
//! | 4 | [`proof`] | pure: evidence in any order → the state of each message → the verdict |
//! | 3 | [`pipeline`] | what the pipeline is: configuration, discovery, events, recorded runs |
//! | 2 | [`aws`] | the only place that names an AWS SDK type |
//! | 1 | [`cli`] | the command line's definition, no logic |
//! | 0 | [`exit`], [`span`], [`dirs`] | exit codes, durations as people write them, directories |
//!
//! Apart from the floors stand [`local`], the embedded pipeline, which the rest reaches over
//! loopback HTTP just as it reaches AWS, and [`functions`], the reference producer and consumer.
//! The feature `lambda` adds `deployed`, those two as Lambda binaries; like [`local`], it is no part
//! of the house, and has a client of SQS of its own. The feature `tool`, on by default, is the house.

#[cfg(feature = "tool")]
pub mod aws;
#[cfg(feature = "tool")]
pub mod checkup;
#[cfg(feature = "tool")]
pub mod cli;
#[cfg(feature = "tool")]
pub mod commands;
#[cfg(feature = "lambda")]
pub mod deployed;
pub mod dirs;
pub mod exit;
pub mod functions;
#[cfg(feature = "tool")]
pub mod local;
#[cfg(feature = "tool")]
pub mod output;
#[cfg(feature = "tool")]
pub mod pipeline;
#[cfg(feature = "tool")]
pub mod proof;
pub mod span;
