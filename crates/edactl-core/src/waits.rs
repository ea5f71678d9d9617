//! How long a proof waits for what: counters that lag, lines and metrics that come late.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::Serialize;

/// Where the pipeline runs, as far as it decides how late things come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// AWS itself.
    Aws,
    /// Something on a loopback address, or account 000000000000: counters are right at once.
    Emulator,
    /// The pipeline that edactl brings along.
    Embedded,
}

/// How long a proof waits for what. Each runs on edactl's monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
pub struct Waits {
    /// How far a counter of the queue may lag behind the truth.
    pub counter_lag: Duration,
    /// How long after two visibility timeouts a message may still come back to the log.
    pub settle_time: Duration,
    /// How long a log line may take to be readable before what it would show is called lost.
    pub settle_loss: Duration,
    /// From the end of a minute until its metrics are published.
    pub metrics_settle: Duration,
    /// Between two reads of one value that have to be equal.
    pub metrics_repeat: Duration,
    /// How long Sent and Deleted have to stay unchanged.
    pub metrics_unchanged: Duration,
    /// How often a dead-letter queue that holds anything is looked through, at most.
    pub peek_pause: Duration,
}

/// AWS asks for a minute after sending has stopped; the simulated worlds were never wrong at half
/// of it.
const COUNTER_LAG: Duration = Duration::from_secs(30);
/// `--strict`.
const STRICT_COUNTER_LAG: Duration = Duration::from_mins(1);

impl Waits {
    /// The defaults of an environment. On an emulator and the embedded pipeline `settle` is a
    /// little over their log's delay.
    #[must_use]
    pub fn of(environment: Environment, settle: Option<Duration>) -> Self {
        match environment {
            Environment::Aws => Self {
                counter_lag: COUNTER_LAG,
                settle_time: settle.unwrap_or(Duration::from_mins(5)),
                settle_loss: settle.unwrap_or(Duration::from_mins(10)),
                metrics_settle: Duration::from_mins(5),
                metrics_repeat: Duration::from_mins(1),
                metrics_unchanged: Duration::from_mins(3),
                peek_pause: Duration::from_secs(30),
            },
            Environment::Emulator | Environment::Embedded => {
                // On a busy machine an emulator's lines were late by seconds: who calls a message
                // lost has to wait for them.
                let settle_loss = settle.unwrap_or(Duration::from_secs(15));
                let settle = settle.unwrap_or(Duration::from_secs(2));
                Self {
                    counter_lag: Duration::ZERO,
                    settle_time: settle,
                    settle_loss,
                    metrics_settle: Duration::ZERO,
                    metrics_repeat: Duration::ZERO,
                    metrics_unchanged: Duration::from_secs(1),
                    peek_pause: Duration::from_millis(300),
                }
            }
        }
    }

    /// With twice the time for counters (`--strict`).
    #[must_use]
    pub fn strict(self) -> Self {
        Self {
            counter_lag: STRICT_COUNTER_LAG.max(self.counter_lag),
            ..self
        }
    }
}

/// The settings that decide how long a run may take at worst.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SlowestPath {
    /// The queue's delay.
    pub delay: Duration,
    /// The mapping's batch window.
    pub batch_window: Duration,
    /// The queue's visibility timeout.
    pub visibility_timeout: Duration,
    /// How often a message is received before it is a dead letter; `None`: without end.
    pub max_receives: Option<u32>,
}

impl Waits {
    /// The default timeout: long enough that lost, not sent and exactly-once can end.
    #[must_use]
    pub fn timeout(&self, environment: Environment, path: &SlowestPath) -> Duration {
        if environment != Environment::Aws {
            return Duration::from_mins(5);
        }
        let attempts = path.visibility_timeout * path.max_receives.unwrap_or(0);
        path.delay
            + path.batch_window
            + attempts.max(Duration::from_mins(20))
            + self.settle_loss
            + Duration::from_mins(2)
    }
}
