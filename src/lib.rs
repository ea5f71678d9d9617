//! edactl sends events through a serverless pipeline on AWS (producer Lambda → SQS queue →
//! consumer Lambda) and proves, message by message, that they arrived.
//!
//! A module imports only from those below it:
//!
//! | floor | module | what lives there |
//! |---|---|---|
//! | 9 | [`commands`] | a file a subcommand: gather, do, show |
//! | 8 | [`sender`] | async: send the events |
//! | 7 | [`sources`] | async: read logs, queue, metrics and dead letters |
//! | 6 | [`context`] | the pipeline that a command works on, and a session with AWS |
//! | 5 | [`interrupt`] | Ctrl-C, SIGTERM and `--timeout` |
//! | 4 | [`error`] | what went wrong, for people: it prints what the floors below could not do |
//! | 3 | [`render`] | how results look: tables, JSON, log lines, progress |
//! | 2 | [`store`], [`discovery`] | recorded runs and evidence on disk; from one name to the whole pipeline |
//! | 1 | [`config`] | edactl.toml |
//! | 0 | [`cli`], [`environment`] | the command line's definition, no logic; the variables of the process |
//!
//! Below all of these are the crates `edactl-aws` (the only place that names an AWS SDK type) and
//! `edactl-core` (the proof). `edactl-local` is the embedded pipeline, reached over loopback HTTP as
//! AWS itself.

#![warn(clippy::disallowed_macros, clippy::disallowed_methods)]

pub mod cli;
pub mod commands;
pub mod config;
pub mod context;
pub mod discovery;
pub mod environment;
pub mod error;
pub mod interrupt;
pub mod render;
pub mod sender;
pub mod sources;
pub mod store;
