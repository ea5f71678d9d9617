//! The command line: clap definitions only. What the arguments mean is decided in `commands`.

mod config;
pub mod dlq;
mod local;
mod logs;
mod number;
pub mod runs;

use std::{path::PathBuf, time::Duration};

pub use self::config::{ConfigAction, ConfigArgs, ConfigInitArgs, ConfigShowArgs};
pub use self::local::{LambdaLogFormat, LocalAction, LocalArgs, LocalStartArgs, LocalStatusArgs};
pub use self::logs::{
    CountedBy, LogChoiceArgs, LogCountArgs, LogFollowArgs, LogFormat, LogLevel, LogSource,
    LogViewArgs, LogsArgs, ZoneArgs,
};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use self::{dlq::DlqArgs, runs::RunsArgs};
use edactl_core::{event::shape::Messages, exit, humanize::parse_duration};

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
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number::whole(1..=u32::MAX, 20), allow_negative_numbers = true)]
    pub repeat: u32,
    /// Invocations under way at once (default: 4; with --rate, what it needs up to 256)
    #[arg(long, value_name = "N", value_parser = number::whole(1..=1000_u16, 16), allow_negative_numbers = true)]
    pub concurrency: Option<u16>,
    /// This many invocations per second, such as 5 or 0.5: each has its time, from which its
    /// latency counts; what comes too late is made up
    #[arg(long, value_name = "PER_SECOND", value_parser = number::rate, allow_negative_numbers = true)]
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

/// Arguments of `send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Event files (JSON, or JSON Lines with an event a line), globs, or - for stdin
    #[arg(required = true, value_name = "EVENT", value_hint = ValueHint::FilePath)]
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
    #[arg(value_name = "EVENT", value_hint = ValueHint::FilePath)]
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
    /// (default: 10m, on emulators 15s, on the embedded pipeline a little over its log delay)
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
    /// The zone of times.
    #[command(flatten)]
    pub zone: ZoneArgs,
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
    #[arg(value_name = "EVENT", value_hint = ValueHint::FilePath)]
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
