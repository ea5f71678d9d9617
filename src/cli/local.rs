//! The command line of `local`: the embedded pipeline's life, and how it misbehaves.

use std::{str::FromStr, time::Duration};

use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use jiff::SignedDuration;

use super::{OutputFormat, number};
use edactl_core::humanize::parse_duration;
use edactl_local::{
    behaviour::{
        log_style::LogStyle, platform::SystemLogLevel, producer_answer::ProducerAnswer,
        producer_shape::ProducerShape, runtime_style::RuntimeStyle,
    },
    faults,
    settings::parse_skew,
};

/// Arguments of `local`.
#[derive(Debug, Args)]
pub struct LocalArgs {
    /// What to do with the embedded pipeline.
    #[command(subcommand)]
    pub action: LocalAction,
}

/// What to do with the embedded pipeline.
#[derive(Debug, Subcommand)]
pub enum LocalAction {
    /// Start it, or give the running one these settings
    Start(Box<LocalStartArgs>),
    /// Stop it
    Stop,
    /// Say whether it runs, where, and with which settings
    Status(LocalStatusArgs),
}

/// Arguments of `local start`.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools)] // Independent switches.
pub struct LocalStartArgs {
    /// Stay in the foreground and serve until interrupted
    #[arg(long)]
    pub foreground: bool,
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0, value_parser = number::whole(0..=u16::MAX, 4566), allow_negative_numbers = true)]
    pub port: u16,
    /// Print the variables that point other AWS clients here, as `export NAME=value` lines
    #[arg(long)]
    pub print_env: bool,
    /// Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05,consumer-error=0.1
    #[arg(long, value_name = "LIST", default_value = "", help = fault_help())]
    pub fault: String,
    /// Seed of the faults' random numbers, to see the same misbehaviour again
    #[arg(long, value_name = "N", value_parser = number::whole(0..=u64::MAX, 7), allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Log lines can be read only this long after they were written
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub log_delay: Duration,
    /// Metrics are published only this long after they were measured
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub metric_delay: Duration,
    /// Every other value of a metric is published this much later still
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub metric_stragglers: Duration,
    /// The trigger publishes its EventCount metrics (`MetricsConfig`)
    #[arg(long)]
    pub event_count_metrics: bool,
    /// The queue hands out a message only this long after it was sent (`DelaySeconds`)
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub queue_delay: Duration,
    /// The queues' counters lag by up to this, each by its own
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub counter_lag: Duration,
    /// The queues do not tell how many messages are delayed
    #[arg(long)]
    pub no_delayed_counter: bool,
    /// AWS's clock is ahead of this machine's by this; with a minus sign: behind
    #[arg(
        long, value_name = "DURATION", default_value = "0s", value_parser = parse_skew,
        allow_hyphen_values = true
    )]
    pub clock_skew: SignedDuration,
    /// Somebody else sends this many messages per second to the queue
    #[arg(long, value_name = "PER_SECOND", default_value_t = 0.0, value_parser = number::rate_or_none, allow_negative_numbers = true)]
    pub traffic: f64,
    /// This share of that traffic fails each time, and ends in the dead-letter queue
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, value_parser = number::share, allow_negative_numbers = true)]
    pub traffic_failures: f64,
    /// So many letters of yesterday lie in the dead-letter queue
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = number::whole(0..=u32::MAX, 12), allow_negative_numbers = true)]
    pub old_letters: u32,
    /// Refuse what goes beyond this many requests per second and service, as AWS throttles
    #[arg(long, value_name = "PER_SECOND", value_parser = number::whole(1..=u32::MAX, 50), allow_negative_numbers = true)]
    pub throttle: Option<u32>,
    /// The functions' log format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub log_format: LambdaLogFormat,
    /// Which lines Lambda itself writes; needs --log-format json
    #[arg(
        long, value_name = "LEVEL", default_value_t,
        value_parser = named(SystemLogLevel::ALL, SystemLogLevel::name, SystemLogLevel::about)
    )]
    pub system_log_level: SystemLogLevel,
    /// Both functions write to one log group
    #[arg(long)]
    pub shared_log_group: bool,
    /// REPORT can be read only this long after END, and a timeout shows in it alone
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub report_delay: Duration,
    /// How the consumer logs its messages
    #[arg(
        long, value_name = "STYLE", default_value_t,
        value_parser = named(LogStyle::ALL, LogStyle::name, LogStyle::about)
    )]
    pub log_style: LogStyle,
    /// The runtime in whose words the functions log, and fail when their handlers throw
    #[arg(
        long, value_name = "RUNTIME", default_value_t,
        value_parser = named(RuntimeStyle::ALL, RuntimeStyle::name, RuntimeStyle::about)
    )]
    pub error_style: RuntimeStyle,
    /// The consumer prints lines that look like the runtime's words for failures
    #[arg(long)]
    pub lookalike_lines: bool,
    /// The trigger does not ask for batch item failures: it takes every answer for success
    #[arg(long)]
    pub no_batch_item_failures: bool,
    /// The most messages that the trigger hands over at once
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = number::whole(1..=10_i32, 5), allow_negative_numbers = true)]
    pub batch_size: i32,
    /// The trigger lets a batch wait this long for more messages
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
    pub batch_window: Duration,
    /// What the producer makes of an event
    #[arg(
        long, value_name = "SHAPE", default_value_t,
        value_parser = named(ProducerShape::ALL, ProducerShape::name, ProducerShape::about)
    )]
    pub producer_shape: ProducerShape,
    /// How the producer tells what it sent
    #[arg(
        long, value_name = "ANSWER", default_value_t,
        value_parser = named(ProducerAnswer::ALL, ProducerAnswer::name, ProducerAnswer::about)
    )]
    pub producer_answer: ProducerAnswer,
    /// Keep so many MB of log, and forget the oldest beyond
    #[arg(long, value_name = "MB", default_value_t = 64, value_parser = number::whole(1..=u32::MAX, 64), allow_negative_numbers = true)]
    pub log_megabytes: u32,
    /// End after this long without a request
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = parse_duration)]
    pub idle: Duration,
}

fn fault_help() -> String {
    format!(
        "Misbehave: NAME=PROBABILITY, such as drop=0.01,duplicate=0.05; the names are {}",
        faults::names()
    )
}

/// A parser of values that have a name and a description.
fn named<T>(
    all: &'static [T],
    name: fn(T) -> &'static str,
    about: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T>
where
    T: Copy + FromStr<Err = String> + Send + Sync + 'static,
{
    PossibleValuesParser::new(
        all.iter()
            .map(|value| PossibleValue::new(name(*value)).help(about(*value))),
    )
    .try_map(|text| text.parse::<T>())
}

/// How the embedded functions log, as in a function's logging configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LambdaLogFormat {
    /// `START RequestId: …` and tab-separated lines.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Arguments of `local status`.
#[derive(Debug, Args)]
pub struct LocalStatusArgs {
    /// How to print the result
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub output: OutputFormat,
}
