//! `runs` on the command line: definitions only.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::OutputFormat;
use edactl_core::humanize::parse_duration;

/// Arguments of `runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// What to do with the recorded runs.
    #[command(subcommand)]
    pub action: RunsAction,
}

/// What to do with the recorded runs.
#[derive(Debug, Subcommand)]
pub enum RunsAction {
    /// List the recorded runs, newest first
    List(RunsListArgs),
    /// Show one run: what was sent, what its last verify found, what was redriven of it
    Show(RunsShowArgs),
    /// Show what differs between two runs of the same events
    Diff(RunsDiffArgs),
    /// Delete old records
    Prune(RunsPruneArgs),
}

/// Arguments of `runs list`.
#[derive(Debug, Args)]
pub struct RunsListArgs {
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `runs show`.
#[derive(Debug, Args)]
pub struct RunsShowArgs {
    /// The run: its id, a unique beginning of it, or `last`
    #[arg(value_name = "RUN", default_value = "last")]
    pub run: String,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `runs diff`.
#[derive(Debug, Args)]
#[command(after_help = "Both runs must have been verified. It ends with 0 whatever differs.")]
pub struct RunsDiffArgs {
    /// The run to compare with: its id, a unique beginning of it, or `last`
    #[arg(value_name = "A")]
    pub before: String,
    /// The run that may differ from it
    #[arg(value_name = "B", default_value = "last")]
    pub after: String,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `runs prune`.
#[derive(Debug, Args)]
#[command(after_help = "`keep_runs` in edactl.toml does the same with each new run.")]
pub struct RunsPruneArgs {
    /// Delete runs that began longer ago than this, such as 30d (default: `keep_runs` of
    /// edactl.toml)
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    pub older: Option<Duration>,
    /// Also runs that were never verified: what became of them cannot be told afterwards
    #[arg(long)]
    pub unverified: bool,
    /// Show what would be deleted; delete nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}
