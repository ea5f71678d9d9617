//! `dlq` on the command line: definitions only.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Args, Subcommand};

use super::{OutputFormat, number};
use edactl_core::humanize::parse_duration;

/// Arguments of `dlq`.
#[derive(Debug, Args)]
pub struct DlqArgs {
    /// What to do with the dead letters.
    #[command(subcommand)]
    pub action: DlqAction,
}

/// What to do with the dead letters.
#[derive(Debug, Subcommand)]
pub enum DlqAction {
    /// Show the dead letters by reason, with the runs that they belong to
    List(DlqListArgs),
    /// Look at single dead letters
    Peek(DlqPeekArgs),
    /// Send dead letters to their queue again
    Redrive(DlqRedriveArgs),
    /// Write dead letters with their bodies to a file, one JSON object a line
    Export(DlqExportArgs),
    /// Delete dead letters for good
    Delete(DlqDeleteArgs),
}

/// Which dead letters.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which letters")]
pub struct LetterChoiceArgs {
    /// Only letters of this run: its id, a unique beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Only letters whose reason contains this text (`unknown`: no recorded run tells why)
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Only the letter with this message id, or a unique beginning of it (repeated: each of them)
    #[arg(long, value_name = "MESSAGE_ID")]
    pub id: Vec<String>,
    /// Only letters that were first sent longer ago than this, such as 1h
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    pub older: Option<Duration>,
    /// Only letters that were first sent less long ago than this
    #[arg(long, value_name = "AGE", value_parser = parse_duration)]
    pub newer: Option<Duration>,
    /// Only letters whose JSON body has this value at this path, such as customer.id=17 or
    /// /items/0/sku=a; without a value: has the path (repeated: all of them)
    #[arg(long = "where", value_name = "PATH[=VALUE]")]
    pub fields: Vec<String>,
}

impl LetterChoiceArgs {
    /// Whether nothing is chosen: every letter is meant.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.run.is_none()
            && self.reason.is_none()
            && self.id.is_empty()
            && self.older.is_none()
            && self.newer.is_none()
            && self.fields.is_empty()
    }
}

/// How many letters are looked at.
const LOOKED_AT: usize = 1_000;

/// Arguments of `dlq list`.
#[derive(Debug, Args)]
pub struct DlqListArgs {
    /// Which letters.
    #[command(flatten)]
    pub choice: LetterChoiceArgs,
    /// Look at this many letters at most
    #[arg(long, value_name = "N", default_value_t = LOOKED_AT, value_parser = number::how_many(1, 5_000), allow_negative_numbers = true)]
    pub limit: usize,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `dlq peek`.
#[derive(Debug, Args)]
pub struct DlqPeekArgs {
    /// How many letters to show
    #[arg(value_name = "N", default_value_t = 10, value_parser = number::whole(1..=u32::MAX, 10), allow_negative_numbers = true)]
    pub count: u32,
    /// Which letters.
    #[command(flatten)]
    pub choice: LetterChoiceArgs,
    /// Show the bodies, too: they are payloads, which may be confidential
    #[arg(long)]
    pub show_body: bool,
    /// Look at this many letters at most
    #[arg(long, value_name = "N", default_value_t = LOOKED_AT, value_parser = number::how_many(1, 5_000), allow_negative_numbers = true)]
    pub limit: usize,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `dlq export`.
#[derive(Debug, Args)]
pub struct DlqExportArgs {
    /// The file to write, readable by you only, or - for stdout
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Which letters.
    #[command(flatten)]
    pub choice: LetterChoiceArgs,
    /// Write over a file that is already there
    #[arg(long)]
    pub force: bool,
    /// Look at this many letters at most
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = number::how_many(1, 5_000), allow_negative_numbers = true)]
    pub limit: usize,
}

/// Arguments of `dlq redrive`.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("which").multiple(true).required(true)
        .args(["all", "cancel", "run", "reason", "id", "older", "newer", "fields"]),
    after_help = "A letter is deleted from the dead-letter queue only after SQS took it on its \
                  queue: a redrive that is broken off leaves copies, never losses, and `edactl dlq \
                  list` tells which. A letter that is sent again has a new message id. FIFO queues \
                  keep groups and their order among the letters, but not against what the queue \
                  has received since."
)]
#[allow(clippy::struct_excessive_bools)] // Independent switches.
pub struct DlqRedriveArgs {
    /// Every letter, by a message move task of SQS (StartMessageMoveTask)
    #[arg(long, conflicts_with_all = ["cancel", "run", "reason", "id", "older", "newer", "fields"])]
    pub all: bool,
    /// Stop the message move task that is under way
    #[arg(long, conflicts_with_all = ["run", "reason", "id", "older", "newer", "fields", "one_by_one", "rate", "to", "dry_run", "verify"])]
    pub cancel: bool,
    /// Which letters.
    #[command(flatten)]
    pub choice: LetterChoiceArgs,
    /// With --all: have edactl send each letter and delete it then, instead of a message move task;
    /// old and new message ids are recorded
    #[arg(long, requires = "all")]
    pub one_by_one: bool,
    /// At most this many letters per second (a message move task takes up to 500)
    #[arg(long, value_name = "PER_SECOND", value_parser = number::whole(1..=500_u32, 20), allow_negative_numbers = true)]
    pub rate: Option<u32>,
    /// Send them to this queue (name, URL or ARN) instead of where they came from
    #[arg(long, value_name = "QUEUE")]
    pub to: Option<String>,
    /// Also letters that came from other queues than the pipeline's
    #[arg(long, conflicts_with = "cancel")]
    pub any_source: bool,
    /// Then prove that exactly these letters arrived, by their new message ids
    #[arg(long)]
    pub verify: bool,
    /// Show what would be sent again; send and delete nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask before sending to a pipeline marked as production
    #[arg(short, long)]
    pub yes: bool,
    /// Look at this many letters at most
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = number::how_many(1, 5_000), allow_negative_numbers = true)]
    pub limit: usize,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `dlq delete`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").multiple(true).required(true)
    .args(["all", "run", "reason", "id", "older", "newer", "fields"]))]
pub struct DlqDeleteArgs {
    /// Every letter that can be looked at
    #[arg(long, conflicts_with_all = ["run", "reason", "id", "older", "newer", "fields"])]
    pub all: bool,
    /// Which letters.
    #[command(flatten)]
    pub choice: LetterChoiceArgs,
    /// Show what would be deleted; delete nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask for the queue's name
    #[arg(short, long)]
    pub yes: bool,
    /// Look at this many letters at most
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = number::how_many(1, 5_000), allow_negative_numbers = true)]
    pub limit: usize,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}
