//! CloudWatch Logs: pages → one complete, ordered stream of events.
//!
//! `FilterLogEvents` gives no such stream by itself: a page may be empty and still carry a token,
//! a full page may lack one, pages interleave streams, and an event can be read only seconds (at
//! worst minutes) after the time it carries. So [`Tail`] reads the settling window again and again
//! and remembers what it has given out of it, and a long history is read in windows of time.
//!
//! A group of the class Infrequent Access has no `FilterLogEvents`: its windows are read by queries
//! of Logs Insights, which also counts lines ([`CountQuery`]) without reading them.

mod batch;
mod counting;
mod dedup;
mod fetch;
mod insights;
mod insights_window;
mod latest;
mod live;
mod merge;
mod reader;
mod sweep;
mod tail;
mod window;

pub use batch::EventRef;
pub use counting::{Count, CountBy, CountQuery, Counted};
pub use insights::Cost;
pub use live::{LiveSession, LiveUpdate, MOST_GROUPS};
pub use merge::EventSink;
pub use sweep::Swept;
pub use tail::{Pass, Reach, Tail, TailRequest};

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use aws_config::retry::RetryConfig;
use jiff::Timestamp;

use self::insights::Insights;
use crate::{limiter::Limiter, session::Session};

/// One event of a log stream, for those who keep it; see [`EventRef`].
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

impl LogEvent {
    /// The event, borrowed.
    #[must_use]
    pub fn borrowed(&self) -> EventRef<'_> {
        EventRef {
            group: &self.group,
            stream: &self.stream,
            timestamp: self.timestamp,
            ingested: self.ingested,
            id: self.id.as_deref(),
            message: &self.message,
        }
    }
}

impl From<EventRef<'_>> for LogEvent {
    fn from(event: EventRef<'_>) -> Self {
        Self {
            group: Arc::clone(event.group),
            stream: Arc::clone(event.stream),
            timestamp: event.timestamp,
            ingested: event.ingested,
            id: event.id.map(Into::into),
            message: event.message.into(),
        }
    }
}

/// Reads log groups. All clients of a session share one rate limit.
#[derive(Debug, Clone)]
pub struct LogsClient {
    client: aws_sdk_cloudwatchlogs::Client,
    limiter: Arc<Limiter>,
    insights: Arc<Insights>,
    /// The user named an endpoint: an emulator, a proxy.
    has_own_endpoint: bool,
    /// A page was read, or a query begun.
    is_answered: Arc<AtomicBool>,
}

impl LogsClient {
    /// A reader for this session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        let (sdk, listener) = session.parts();
        // Throttling is met here, where the limiter hears of it.
        let mut config = aws_sdk_cloudwatchlogs::config::Builder::from(sdk)
            .retry_config(RetryConfig::disabled());
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        let has_own_endpoint = sdk.endpoint_url().is_some();
        Self {
            client: aws_sdk_cloudwatchlogs::Client::from_conf(config.build()),
            limiter: Arc::clone(session.log_reads()),
            insights: Arc::default(),
            has_own_endpoint,
            is_answered: Arc::default(),
        }
    }

    /// Whether any page of a log was read, an empty one counts, or a query begun.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.is_answered.load(Ordering::Relaxed)
    }

    fn note_answer(&self) {
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// A stream of everything that the request's groups hold from its begin on.
    #[must_use]
    pub fn tail(&self, request: TailRequest) -> Tail {
        Tail::new(self.clone(), request)
    }
}
