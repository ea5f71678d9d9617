//! The command line: clap definitions only. What the arguments mean is decided in `commands`.

pub mod dlq;
mod local;
pub mod runs;

use std::{path::PathBuf, time::Duration};

pub use self::local::{LambdaLogFormat, LocalAction, LocalArgs, LocalStartArgs, LocalStatusArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::tz::TimeZone;

use self::{dlq::DlqArgs, runs::RunsArgs};
use edactl_core::{
    event::shape::Messages,
    exit,
    humanize::parse_duration,
    moment::{Moment, parse_moment},
};

/// Send events through a serverless pipeline on AWS and prove that every message arrived.
///
/// The pipeline is a producer Lambda, an SQS queue and a consumer Lambda, watched through
/// CloudWatch. No account at hand? Add `-p local` to any command: the embedded pipeline starts
/// by itself.
#[derive(Debug, Parser)]
#[command(name = "edactl", version, after_help = exit::HELP, max_term_width = 100)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// The pipeline: a name from edactl.toml, or `local` for the embedded one
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        env = "EDACTL_PIPELINE"
    )]
    pub pipeline: Option<String>,
    /// The producer function: name or ARN
    #[arg(long, global = true, value_name = "FUNCTION", env = "EDACTL_PRODUCER")]
    pub producer: Option<String>,
    /// The queue: name, URL or ARN
    #[arg(long, global = true, value_name = "QUEUE", env = "EDACTL_QUEUE")]
    pub queue: Option<String>,
    /// The consumer function: name or ARN
    #[arg(long, global = true, value_name = "FUNCTION", env = "EDACTL_CONSUMER")]
    pub consumer: Option<String>,
    /// The dead-letter queue: name, URL or ARN
    #[arg(long, global = true, value_name = "QUEUE", env = "EDACTL_DLQ")]
    pub dlq: Option<String>,
    /// The AWS region
    #[arg(long, global = true, value_name = "REGION", env = "EDACTL_REGION")]
    pub region: Option<String>,
    /// The profile in the AWS configuration files
    #[arg(long, global = true, value_name = "PROFILE", env = "EDACTL_PROFILE")]
    pub profile: Option<String>,
    /// Send every AWS call to this address (an emulator, a proxy)
    #[arg(long, global = true, value_name = "URL", env = "EDACTL_ENDPOINT_URL")]
    pub endpoint_url: Option<String>,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: ColorChoice,
    /// Print results and errors only: no progress, no hints
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show each AWS call on stderr; twice: with request ids
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub verbose: u8,
    /// How long the command may take, such as 20s or 5m (verify: long enough for a loss to be told)
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// A table for people.
    #[default]
    Table,
    /// One versioned JSON document.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Invoke the producer with events and record what was sent
    Send(SendArgs),
    /// Prove that every message of a run arrived
    Verify(VerifyArgs),
    /// Show again what the last verify of a run found, without AWS
    Report(ReportArgs),
    /// Show one message's life with times, or how long a run's messages took
    Trace(TraceArgs),
    /// Show both functions' logs, merged in time order
    Logs(LogsArgs),
    /// Look into the dead-letter queue; send its letters again, or delete them
    Dlq(DlqArgs),
    /// List, show, compare and delete recorded runs
    Runs(RunsArgs),
    /// Check the pipeline's topology, settings and permissions; changes nothing
    Doctor(DoctorArgs),
    /// Write edactl.toml, or tell what is in force and where it comes from
    Config(ConfigArgs),
    /// Start, stop or inspect the embedded pipeline
    Local(LocalArgs),
    /// Print the shell completion script
    Completions(CompletionsArgs),
    /// Print a man page, or write all of them into a directory
    Man(ManArgs),
}

/// What `send` and `verify EVENT…` both need to send.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sending")]
pub struct SendingArgs {
    /// What of an event becomes a message: entries (each top-level entry), event (all of it), a
    /// JSON pointer such as /body or /orders/*, or unknown (default: auto, by the event's form)
    #[arg(long, value_name = "SHAPE", value_parser = parse_messages)]
    pub messages: Option<Messages>,
    /// Send by HTTP to this URL in front of the producer (API Gateway, function URL, ALB) instead
    /// of invoking it
    #[arg(long, value_name = "URL", env = "EDACTL_URL", hide_env_values = true)]
    pub url: Option<String>,
    /// The HTTP method (default: POST, or the event's own if it is an HTTP request)
    #[arg(long, value_name = "METHOD")]
    pub method: Option<String>,
    /// A header of the HTTP request, such as 'x-api-key: …' (repeated: each of them)
    #[arg(long, value_name = "HEADER", value_parser = parse_header)]
    pub header: Vec<(String, String)>,
    /// Sign the HTTP request with the caller's credentials (IAM authorization)
    #[arg(long)]
    pub iam: bool,
    /// Send each event this many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: u32,
    /// Invocations under way at once (default: 4; with --rate, what it needs up to 256)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub concurrency: Option<u16>,
    /// This many invocations per second, such as 5 or 0.5: each has its time, from which its
    /// latency counts; what comes too late is made up
    #[arg(long, value_name = "PER_SECOND", value_parser = parse_rate, allow_negative_numbers = true)]
    pub rate: Option<f64>,
    /// The field that carries the marker in payloads that are JSON objects
    #[arg(long, value_name = "FIELD", default_value = "edactl")]
    pub marker_field: String,
    /// Send the event untouched; its payloads are recognised by their content
    #[arg(long)]
    pub no_marker: bool,
    /// How long to wait for one invocation's answer before calling it in doubt
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse_duration)]
    pub invoke_timeout: Duration,
    /// Do not ask before sending to a pipeline marked as production
    #[arg(short, long)]
    pub yes: bool,
}

fn parse_messages(text: &str) -> Result<Messages, String> {
    text.parse()
}

fn parse_header(text: &str) -> Result<(String, String), String> {
    text.split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| "a header is written `Name: value`".to_owned())
}

fn parse_rate(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|rate| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| format!("`{text}` is not a rate; write 5 or 0.5 (invocations per second)"))
}

/// Arguments of `send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Event files (JSON, or JSON Lines with an event a line), globs, or - for stdin
    #[arg(required = true, value_name = "EVENT")]
    pub events: Vec<String>,
    /// How to send.
    #[command(flatten)]
    pub sending: SendingArgs,
    /// Show what would be sent, with markers; send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// A source of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WitnessName {
    /// The consumer's log: each message, how often, when.
    Logs,
    /// The queue's CloudWatch metrics.
    Metrics,
    /// The queue's own counters, and the dead-letter queue.
    Queue,
}

/// What is enough although it proves no message by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Acceptance {
    /// The queue is empty, and its metrics count each message sent, received and deleted once.
    Counts,
    /// What was sent before the send was broken off.
    PartialSend,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Event files to send and then verify (as for `send`); none: the last recorded run
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,
    /// Verify this recorded run: its id, a unique beginning of it, or `last`
    #[arg(long, value_name = "ID", conflicts_with = "events")]
    pub run: Option<String>,
    /// How to send.
    #[command(flatten)]
    pub sending: SendingArgs,
    /// The witnesses to hear
    #[arg(long, help_heading = "Proof", value_name = "LIST", value_enum, value_delimiter = ',', default_values_t = [WitnessName::Logs, WitnessName::Metrics, WitnessName::Queue])]
    pub witness: Vec<WitnessName>,
    /// Without the word of these witnesses the verdict is undetermined (exit 4)
    #[arg(
        long,
        help_heading = "Proof",
        value_name = "WITNESS",
        value_enum,
        value_delimiter = ','
    )]
    pub require: Vec<WitnessName>,
    /// Take these for enough, although they prove less
    #[arg(
        long,
        help_heading = "Proof",
        value_name = "WHAT",
        value_enum,
        value_delimiter = ','
    )]
    pub accept: Vec<Acceptance>,
    /// How far a counter of the queue may lag: its zeros count from two looks so far apart on
    /// (default: 30s, on emulators and the embedded pipeline 0s)
    #[arg(long, help_heading = "Proof", value_name = "DURATION", value_parser = parse_duration)]
    pub counter_lag: Option<Duration>,
    /// Wait longer for counters: at least 60s
    #[arg(long, help_heading = "Proof")]
    pub strict: bool,
    /// How long a log line may take to be readable before what it would show counts as lost
    /// (default: 10m, on the embedded pipeline a little over its log delay)
    #[arg(long, help_heading = "Proof", value_name = "DURATION", value_parser = parse_duration)]
    pub settle: Option<Duration>,
    /// A message taken twice is a failure (standard queues deliver at least once)
    #[arg(long, help_heading = "Proof")]
    pub exactly_once: bool,
    /// Limits on the time from the invocation to the receipt, such as p95=5s,max=30s; a broken one
    /// makes the run disproven
    #[arg(
        long,
        help_heading = "Proof",
        value_name = "LIST",
        value_delimiter = ','
    )]
    pub max_latency: Vec<String>,
    /// Limits on the time from the invocation to the producer's answer, such as p95=1s
    #[arg(
        long,
        help_heading = "Proof",
        value_name = "LIST",
        value_delimiter = ','
    )]
    pub max_answer: Vec<String>,
    /// Where the result goes.
    #[command(flatten)]
    pub reporting: ReportingArgs,
}

/// Where a verify's result goes.
#[derive(Debug, Clone, Args)]
pub struct ReportingArgs {
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
    /// Also write the result as JUnit XML: a message a test case
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Also write GitHub annotations (to stderr) and the step summary; on its own under GitHub
    /// Actions
    #[arg(long)]
    pub github: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(after_help = "It ends with the exit code of the recorded verdict: 0, 1 or 4.")]
pub struct ReportArgs {
    /// The run: its id, a unique beginning of it, or `last`
    #[arg(value_name = "RUN", default_value = "last")]
    pub run: String,
    /// Where the result goes.
    #[command(flatten)]
    pub reporting: ReportingArgs,
}

/// Arguments of `trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The run: its id, a unique beginning of it, or `last`; or a message's marker
    #[arg(value_name = "RUN", default_value = "last")]
    pub run: String,
    /// The message: its number in the run, or its marker (none: the whole run's latencies)
    #[arg(value_name = "SEQ|MARKER")]
    pub message: Option<String>,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

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
    #[arg(long, value_name = "N")]
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
    #[arg(long, value_name = "N", default_value_t = 3, requires = "only_errors")]
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

/// Arguments of `config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do with the configuration.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// Write a commented edactl.toml for a pipeline
    Init(ConfigInitArgs),
    /// Tell every setting in force, and where it comes from
    Show(ConfigShowArgs),
    /// Print the path of the configuration file in force
    Path,
    /// Print the JSON Schema of edactl.toml, for editors
    Schema,
}

/// Arguments of `config init`.
#[derive(Debug, Args)]
pub struct ConfigInitArgs {
    /// Take the pipeline from Terraform: its directory, or a file with what `terraform output
    /// -json` or `terraform show -json` printed
    #[arg(long, value_name = "PATH")]
    pub from_terraform: Option<PathBuf>,
    /// Take the pipeline from the CloudFormation (SAM, CDK, Serverless) stack of this name
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from_terraform", "offline"])]
    pub from_stack: Option<String>,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "edactl.toml")]
    pub file: PathBuf,
    /// Write over a file that is already there
    #[arg(long)]
    pub force: bool,
    /// Do not ask AWS whether the pipeline is there and what else belongs to it
    #[arg(long)]
    pub offline: bool,
}

/// Arguments of `config show`.
#[derive(Debug, Args)]
pub struct ConfigShowArgs {
    /// Do not ask AWS: leave out what discovery would find
    #[arg(long)]
    pub offline: bool,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// From which severity on a finding fails the command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Warnings and errors.
    Warning,
    /// Errors only.
    #[default]
    Error,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Event files that are to be sent: do they fit? (default: the pipeline's `smoke_events`)
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,
    /// Print the least-privilege policy that edactl needs for this pipeline, and check nothing
    #[arg(long, conflicts_with_all = ["events", "notes", "fail_on", "output", "junit"])]
    pub policy: bool,
    /// With --policy: also what `dlq redrive` and `dlq delete` need, which send and delete
    #[arg(long, requires = "policy")]
    pub with_dlq: bool,
    /// Also tell notes: settings worth knowing that nothing is wrong with
    #[arg(long)]
    pub notes: bool,
    /// End with exit code 1 from this severity on
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub fail_on: FailOn,
    /// Write the findings as JUnit XML into this file
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command whose page to print (none: edactl's own)
    #[arg(value_name = "COMMAND")]
    pub page: Option<String>,
    /// Write every page into this directory instead
    #[arg(long, value_name = "DIR", conflicts_with = "page")]
    pub dir: Option<PathBuf>,
}
