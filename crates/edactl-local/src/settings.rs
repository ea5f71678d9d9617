//! How the embedded pipeline behaves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::faults::Faults;
use edactl_functions::{consumer::LogStyle, log::LogFormat};

/// How long the fault `late-answer` holds an answer back.
pub const LATE_ANSWER: Duration = Duration::from_secs(5);

/// Settings of the embedded pipeline; a running one can be given new ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What goes wrong, and how often.
    pub faults: Faults,
    /// Seed of the faults' dice.
    pub seed: Option<u64>,
    /// Log lines can be read only this long after they were written.
    #[serde(with = "readable")]
    pub log_delay: Duration,
    /// Metrics are published only this long after they were measured.
    #[serde(with = "readable")]
    pub metric_delay: Duration,
    /// The queue's `DelaySeconds`.
    #[serde(with = "readable")]
    pub queue_delay: Duration,
    /// How soon a failed message is visible again. On AWS that is the queue's visibility timeout;
    /// here nobody should have to wait for it.
    #[serde(with = "readable")]
    pub retry_delay: Duration,
    /// Messages per second that somebody else sends to the queue; 0: none.
    #[serde(default)]
    pub traffic: f64,
    /// Requests per second and service beyond which it throttles.
    pub throttle: Option<u32>,
    /// The functions' log format.
    pub log_format: LogFormat,
    /// How the consumer logs its messages.
    #[serde(default)]
    pub log_style: LogStyle,
    /// The pipeline ends after this long without a request.
    #[serde(with = "readable")]
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
            throttle: None,
            log_format: LogFormat::Text,
            log_style: LogStyle::Body,
            idle: Duration::from_mins(10),
        }
    }
}

/// Durations as people write them.
mod readable {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    use edactl_core::humanize::parse_duration;

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
            ..Settings::default()
        };
        let json = serde_json::to_string(&settings).unwrap();
        assert!(json.contains(r#""log_delay":"1500ms""#), "{json}");
        assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    }
}
