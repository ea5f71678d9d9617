//! The command line of `logs`: which lines, how they look, and counting them.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::tz::TimeZone;

use super::number;
use edactl_core::{
    humanize::parse_duration,
    moment::{Moment, parse_moment},
};

/// Which function's logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogSource {
    /// The producer's.
    Producer,
    /// The consumer's.
    Consumer,
    /// Both, merged.
    #[default]
    Both,
}

/// How log lines are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Time, source, line; coloured on a terminal.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// The line as the function wrote it, nothing else.
    Raw,
}

/// How serious a line has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Everything that names a level.
    Trace,
    /// Debug and above.
    Debug,
    /// Info and above.
    Info,
    /// Warnings and errors.
    Warn,
    /// Errors.
    Error,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// Keep printing new lines until interrupted
    #[arg(short, long)]
    pub follow: bool,
    /// Whose logs
    #[arg(
        long,
        value_enum,
        value_name = "WHO",
        default_value_t,
        conflicts_with = "group"
    )]
    pub from: LogSource,
    /// Read these log groups instead of the functions' own; * and ? stand for any text and any
    /// letter
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// From when: 5m, 1d12h, 20:00, yesterday, 2026-11-24T13:00, … (default: 10m; with --run: the
    /// run's start; with --tail: 1d)
    #[arg(long, value_name = "WHEN", value_parser = parse_moment)]
    pub since: Option<Moment>,
    /// Until when, in the same forms (default: now)
    #[arg(long, value_name = "WHEN", value_parser = parse_moment, conflicts_with = "follow")]
    pub until: Option<Moment>,
    /// Only the last N lines (with --follow: N lines, then what comes)
    #[arg(long, value_name = "N", value_parser = number::how_many(0, 100), allow_negative_numbers = true)]
    pub tail: Option<usize>,
    /// How to print the lines
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: LogFormat,
    /// Which lines.
    #[command(flatten)]
    pub choice: LogChoiceArgs,
    /// How they look.
    #[command(flatten)]
    pub view: LogViewArgs,
    /// How to follow.
    #[command(flatten)]
    pub following: LogFollowArgs,
    /// Counting instead of reading.
    #[command(flatten)]
    pub counting: LogCountArgs,
}

/// How `logs` counts lines instead of reading them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Counting")]
pub struct LogCountArgs {
    /// Count the lines on AWS's own engine (Logs Insights, about 0.005 $ for each GB scanned)
    /// instead of reading them; --grep and --exclude choose which
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        conflicts_with_all = [
            "follow", "tail", "level", "only_errors", "run", "request_id", "platform",
            "no_platform", "highlight", "relative", "template", "no_pager", "conditions",
            "filter_pattern", "stream", "qualifier",
        ]
    )]
    pub count_by: Option<CountedBy>,
    /// Show the query on stderr, before it runs
    #[arg(long, requires = "count_by")]
    pub explain: bool,
}

/// What `logs --count-by` counts lines by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CountedBy {
    /// The level that they name.
    Level,
    /// The function that wrote them (its log group).
    Function,
    /// The type of error that they tell of; other lines are not counted.
    Error,
}

impl CountedBy {
    /// The name, as on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Function => "function",
            Self::Error => "error",
        }
    }
}

/// Which lines `logs` shows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which lines")]
pub struct LogChoiceArgs {
    /// Only lines that this regular expression matches (repeated: each of them)
    #[arg(long, value_name = "REGEX")]
    pub grep: Vec<String>,
    /// No line that this regular expression matches
    #[arg(long, value_name = "REGEX")]
    pub exclude: Vec<String>,
    /// Only lines whose JSON meets this condition, such as 'order.total >= 100' or
    /// 'items[0].sku = A1'; = != < <= > >= ~ contains (repeated: each of them)
    #[arg(long = "where", value_name = "CONDITION")]
    pub conditions: Vec<String>,
    /// Only lines that CloudWatch finds by this pattern of its own, such as '{ $.level = "ERROR" }'
    #[arg(long, value_name = "PATTERN")]
    pub filter_pattern: Option<String>,
    /// Only log streams whose name begins so; * and ? as in --group (repeated: any of them)
    #[arg(long, value_name = "NAME")]
    pub stream: Vec<String>,
    /// Only lines of this version of the function: a number, $LATEST, or an alias
    #[arg(long, value_name = "VERSION")]
    pub qualifier: Option<String>,
    /// Only lines of this level or a more serious one
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub level: Option<LogLevel>,
    /// Only errors and failed invocations, with the lines around them in the same log stream
    #[arg(long)]
    pub only_errors: bool,
    /// How many lines around an error
    #[arg(long, value_name = "N", default_value_t = 3, requires = "only_errors", value_parser = number::how_many(0, 10), allow_negative_numbers = true)]
    pub context: usize,
    /// Only lines that show a message of this run (its marker, its SQS message id, or the request
    /// id of an invocation of the producer): its id, a unique beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub run: Option<String>,
    /// Only lines of this invocation (its request id, or the beginning of it)
    #[arg(long, value_name = "ID")]
    pub request_id: Option<String>,
    /// Show the platform's lines (START, END, REPORT, INIT_START) as they are, not folded into one
    /// summary for each invocation; -o raw and -o json always do
    #[arg(long)]
    pub platform: bool,
    /// Leave out the platform's lines
    #[arg(long, conflicts_with = "platform")]
    pub no_platform: bool,
}

/// The zone of every time that is shown or given.
#[derive(Debug, Clone, Default, Args)]
pub struct ZoneArgs {
    /// Times in UTC instead of local time
    #[arg(long)]
    pub utc: bool,
    /// Times in this zone, such as Europe/Berlin
    #[arg(long, value_name = "ZONE", value_parser = parse_zone, conflicts_with = "utc")]
    pub tz: Option<TimeZone>,
}

impl ZoneArgs {
    /// The zone that was chosen, else this machine's.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        if self.utc {
            return TimeZone::UTC;
        }
        self.tz.clone().unwrap_or_else(TimeZone::system)
    }
}

/// Reads the name of a zone.
fn parse_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| format!("`{name}` is no time zone; write one such as Europe/Berlin or UTC"))
}

/// How the lines of `logs` look.
#[derive(Debug, Args)]
#[command(next_help_heading = "Look")]
pub struct LogViewArgs {
    /// Make what this regular expression matches stand out
    #[arg(long, value_name = "REGEX")]
    pub highlight: Vec<String>,
    /// The zone of times.
    #[command(flatten)]
    pub zone: ZoneArgs,
    /// Times as how long ago
    #[arg(long, conflicts_with_all = ["utc", "tz"])]
    pub relative: bool,
    /// Print each line by this template, such as '{time} {short_id} {message}'
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "output")]
    pub template: Option<String>,
    /// No pager for a history on a terminal
    #[arg(long)]
    pub no_pager: bool,
}

/// How `logs --follow` follows.
#[derive(Debug, Args)]
#[command(next_help_heading = "Following")]
pub struct LogFollowArgs {
    /// Look for new lines this often (default: often while lines come, less so in quiet times)
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, requires = "follow")]
    pub poll: Option<Duration>,
    /// Have CloudWatch push the lines (Live Tail, about 0.01 $ a minute after 1,800 free ones a
    /// month); what it samples or drops is read besides, so that nothing is missing
    #[arg(long, requires = "follow")]
    pub live: bool,
    /// End after this long
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration, requires = "follow")]
    pub duration: Option<Duration>,
    /// End once every message of this run has been seen in the consumer's log: its id, a unique
    /// beginning of it, or `last`
    #[arg(long, value_name = "ID", requires = "follow")]
    pub until_run: Option<String>,
}
