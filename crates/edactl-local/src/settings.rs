//! How the embedded pipeline behaves.

use std::{borrow::Cow, time::Duration};

use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::{
    behaviour::{
        log_style::LogStyle, platform::SystemLogLevel, producer_answer::ProducerAnswer,
        producer_shape::ProducerShape, runtime_style::RuntimeStyle,
    },
    faults::Faults,
};
use edactl_functions::log::LogFormat;

/// How much later than its neighbours the fault `late-line` lets a line be read.
pub const LATE_LINE: Duration = Duration::from_secs(3);
/// How long the fault `late-answer` holds an answer back.
pub const LATE_ANSWER: Duration = Duration::from_secs(5);

/// Settings of the embedded pipeline; a running one can be given new ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // Independent switches, each an option of `local start`.
pub struct Settings {
    /// What goes wrong, and how often.
    #[schemars(with = "String")]
    pub faults: Faults,
    /// Seed of the random numbers that decide about faults.
    pub seed: Option<u64>,
    /// Log lines can be read only this long after they were written.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub log_delay: Duration,
    /// Metrics are published only this long after they were measured.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub metric_delay: Duration,
    /// The queue's `DelaySeconds`.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub queue_delay: Duration,
    /// How soon a failed message is visible again. On AWS that is the queue's visibility timeout;
    /// here nobody should have to wait for it.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub retry_delay: Duration,
    /// Messages per second that somebody else sends to the queue; 0: none.
    pub traffic: f64,
    /// Which share of that traffic fails each time, and ends in the dead-letter queue.
    pub traffic_failures: f64,
    /// So many letters of earlier days lie in the dead-letter queue.
    pub old_letters: u32,
    /// Requests per second and service beyond which it throttles.
    pub throttle: Option<u32>,
    /// The functions' log format.
    #[schemars(with = "String", extend("enum" = [LogFormat::Text, LogFormat::Json]))]
    pub log_format: LogFormat,
    /// How the consumer logs its messages.
    pub log_style: LogStyle,
    /// Whose words the functions write in, lines and thrown errors.
    pub error_style: RuntimeStyle,
    /// Which lines Lambda itself writes; other than INFO in JSON format only.
    pub system_log_level: SystemLogLevel,
    /// Whether both functions write to one log group.
    pub shared_log_group: bool,
    /// How long after `END` the `REPORT` line can be read; a timeout shows in it alone then.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub report_delay: Duration,
    /// Whether the consumer prints lines that look like the runtime's words for failures.
    pub lookalike_lines: bool,
    /// How far the queues' counters may lag, each by its own.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub counter_lag: Duration,
    /// Whether `ApproximateNumberOfMessagesDelayed` is left out of the queues' attributes.
    pub no_delayed_counter: bool,
    /// How far AWS's clock is ahead of the machine's; negative: behind.
    #[serde(with = "readable_skew")]
    #[schemars(with = "Span")]
    pub clock_skew: SignedDuration,
    /// How much later every other value of a metric is published.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub metric_stragglers: Duration,
    /// Whether the mapping publishes its event counts (`MetricsConfig`).
    pub event_count_metrics: bool,
    /// Whether the mapping asks for batch item failures (`FunctionResponseTypes`).
    pub batch_item_failures: bool,
    /// The mapping's batch size, 1 to 10.
    pub batch_size: i32,
    /// How long a batch may wait for more messages; told in whole seconds, as Lambda has it.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub batch_window: Duration,
    /// What the producer makes of an event.
    pub producer_shape: ProducerShape,
    /// How the producer tells what it sent.
    pub producer_answer: ProducerAnswer,
    /// The log store keeps so many MB, and forgets the oldest beyond.
    pub log_megabytes: u32,
    /// The pipeline ends after this long without a request.
    #[serde(with = "readable")]
    #[schemars(with = "Span")]
    pub idle: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            faults: Faults::default(),
            seed: None,
            log_delay: Duration::ZERO,
            metric_delay: Duration::ZERO,
            queue_delay: Duration::ZERO,
            retry_delay: Duration::from_millis(200),
            traffic: 0.0,
            traffic_failures: 0.0,
            old_letters: 0,
            throttle: None,
            log_format: LogFormat::Text,
            log_style: LogStyle::default(),
            error_style: RuntimeStyle::default(),
            system_log_level: SystemLogLevel::default(),
            shared_log_group: false,
            report_delay: Duration::ZERO,
            lookalike_lines: false,
            counter_lag: Duration::ZERO,
            no_delayed_counter: false,
            clock_skew: SignedDuration::ZERO,
            metric_stragglers: Duration::ZERO,
            event_count_metrics: false,
            batch_item_failures: true,
            batch_size: 10,
            batch_window: Duration::ZERO,
            producer_shape: ProducerShape::default(),
            producer_answer: ProducerAnswer::default(),
            log_megabytes: 64,
            idle: Duration::from_mins(10),
        }
    }
}

impl Settings {
    /// Whether the producer sends a message for each top-level entry of an event.
    #[must_use]
    pub fn sends_entries(&self) -> bool {
        let shape = self.producer_shape;
        matches!(shape, ProducerShape::Entries | ProducerShape::Batch)
    }

    /// Refuses what Lambda would not allow.
    ///
    /// # Errors
    /// A sentence that says what is not allowed.
    pub fn check(&self) -> Result<(), String> {
        if self.system_log_level != SystemLogLevel::Info && self.log_format == LogFormat::Text {
            return Err("Lambda has a system log level in JSON log format only".into());
        }
        if !(1..=10).contains(&self.batch_size) {
            return Err("the batch size must be from 1 to 10 without a batching window".into());
        }
        if self.clock_skew.abs() > LARGEST_SKEW {
            return Err("the clocks may differ by a day at most".into());
        }
        if !(0.0..=1.0).contains(&self.traffic_failures) {
            return Err("the share of failing traffic is a number from 0 to 1".into());
        }
        if self.log_megabytes == 0 {
            return Err("the log store needs at least 1 MB".into());
        }
        Ok(())
    }
}

/// A clock that differs by more is no clock.
const LARGEST_SKEW: SignedDuration = SignedDuration::from_hours(24);

/// Spans with a sign, as people write them: `-280s`.
mod readable_skew {
    use jiff::SignedDuration;
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(
        span: &SignedDuration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}ms", span.as_millis()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SignedDuration, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse_skew(&text).map_err(D::Error::custom)
    }
}

/// Reads a duration with a sign: `280s`, `-2m`.
///
/// # Errors
/// When it is none.
pub fn parse_skew(text: &str) -> Result<SignedDuration, String> {
    let (is_behind, span) = match text.strip_prefix('-') {
        Some(span) => (true, span),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let span = edactl_facts::humanize::parse_duration(span)?;
    let span = SignedDuration::try_from(span).map_err(|error| error.to_string())?;
    Ok(if is_behind { -span } else { span })
}

/// The schema of a span: whole milliseconds with their unit, such as `1500ms`, negative ones with a
/// sign.
struct Span;

impl JsonSchema for Span {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^-?\\d+ms$" })
    }
}

/// Durations as people write them.
mod readable {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use edactl_facts::humanize::parse_duration;

    pub fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}ms", span.as_millis()))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_duration(&text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_their_json() {
        let settings = Settings {
            faults: "drop=0.5".parse().unwrap(),
            log_delay: Duration::from_millis(1_500),
            clock_skew: SignedDuration::from_secs(-280),
            error_style: RuntimeStyle::Node24,
            ..Settings::default()
        };
        let json = serde_json::to_string(&settings).unwrap();
        assert!(json.contains(r#""log_delay":"1500ms""#), "{json}");
        assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
        assert!(serde_json::from_str::<Settings>(r#"{"error_style":"cobol"}"#).is_err());
    }

    #[test]
    fn a_skew_has_a_sign() {
        assert_eq!(parse_skew("-2m"), Ok(SignedDuration::from_secs(-120)));
        assert_eq!(parse_skew("+280s"), parse_skew("280s"));
        assert!(parse_skew("--1s").is_err());
    }

    #[test]
    fn what_lambda_does_not_allow_is_refused() {
        let refused = |settings: Settings| settings.check().unwrap_err();
        assert!(Settings::default().check().is_ok());
        let warn = Settings {
            system_log_level: SystemLogLevel::Warn,
            ..Settings::default()
        };
        assert!(refused(warn.clone()).contains("JSON"));
        assert!(
            Settings {
                log_format: LogFormat::Json,
                ..warn
            }
            .check()
            .is_ok()
        );
        assert!(
            refused(Settings {
                batch_size: 11,
                ..Settings::default()
            })
            .contains("batch size")
        );
        let skew = SignedDuration::from_hours(25);
        assert!(
            refused(Settings {
                clock_skew: skew,
                ..Settings::default()
            })
            .contains("a day")
        );
    }
}
