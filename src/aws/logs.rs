//! CloudWatch Logs: pages → one complete, ordered stream of events.

use std::sync::Arc;

use jiff::Timestamp;

/// One event of a log stream, as `FilterLogEvents` returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// The log group.
    pub group: Arc<str>,
    /// The log stream; for Lambda one per execution environment.
    pub stream: Arc<str>,
    /// When the line was written, by the writer's clock.
    pub timestamp: Timestamp,
    /// When CloudWatch took the line in; some emulators leave it out.
    pub ingested: Option<Timestamp>,
    /// CloudWatch's id of the event; some emulators leave it out.
    pub id: Option<Arc<str>>,
    /// The line (or lines), as written.
    pub message: Arc<str>,
}
