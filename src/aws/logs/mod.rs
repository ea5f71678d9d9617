//! CloudWatch Logs: pages → one complete, ordered stream of events.
//!
//! `FilterLogEvents` gives no such stream by itself: a page may be empty and still carry a token,
//! a full page may lack one, pages interleave streams, and an event can be read only seconds (at
//! worst minutes) after the time it carries. So [`Tail`] reads the settling window again at each
//! sweep and remembers what it has given out of it.

mod limiter;
mod tail;

pub use tail::{Sweep, Tail, TailRequest};

use std::{sync::Arc, time::Duration};

use aws_config::retry::RetryConfig;
use jiff::Timestamp;

use self::limiter::Limiter;
use super::{
    error::{AwsError, AwsErrorKind},
    session::Session,
};

/// The most events of one page (CloudWatch Logs `FilterLogEvents`).
pub(super) const FULL_PAGE: usize = 10_000;
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

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

/// Reads log groups. Clones share one rate limit.
#[derive(Debug, Clone)]
pub struct LogsClient {
    client: aws_sdk_cloudwatchlogs::Client,
    limiter: Arc<Limiter>,
}

/// A span of time in one group, and where in it to go on reading.
#[derive(Debug, Clone)]
struct PageRequest<'a> {
    group: &'a str,
    from: Timestamp,
    until: Timestamp,
    pattern: Option<&'a str>,
    token: Option<String>,
}

struct Page {
    events: Vec<LogEvent>,
    token: Option<String>,
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
        let quota = sdk
            .endpoint_url()
            .is_none()
            .then(|| limiter::quota(session.region()));
        Self {
            client: aws_sdk_cloudwatchlogs::Client::from_conf(config.build()),
            limiter: Arc::new(Limiter::new(quota)),
        }
    }

    /// A stream of everything that the request's groups hold from its begin on.
    #[must_use]
    pub fn tail(&self, request: TailRequest) -> Tail {
        Tail::new(self.clone(), request)
    }

    /// One page, however often it has to be asked for. `None`: the group does not exist.
    async fn page(&self, request: &PageRequest<'_>) -> Result<Option<Page>, AwsError> {
        let mut pause = FIRST_PAUSE;
        let mut patience = 5;
        loop {
            self.limiter.wait().await;
            let answer = self
                .client
                .filter_log_events()
                .log_group_name(request.group)
                .start_time(request.from.as_millisecond())
                .end_time(request.until.as_millisecond())
                .set_filter_pattern(request.pattern.map(str::to_owned))
                .set_next_token(request.token.clone())
                .send()
                .await;
            let error = match answer {
                Ok(output) => return Ok(Some(page(request.group, output))),
                Err(error) => AwsError::from_sdk("logs:FilterLogEvents", request.group, &error),
            };
            match error.kind {
                AwsErrorKind::NotFound => return Ok(None),
                // Throttling passes; there is no number of tries after which a page may be lost.
                AwsErrorKind::Throttled => {}
                AwsErrorKind::NoAnswer | AwsErrorKind::ServiceFault | AwsErrorKind::Unreachable
                    if patience > 0 =>
                {
                    patience -= 1;
                }
                _ => return Err(error),
            }
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn page(
    group: &str,
    output: aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsOutput,
) -> Page {
    let group: Arc<str> = group.into();
    let time = |millis: Option<i64>| millis.and_then(|at| Timestamp::from_millisecond(at).ok());
    let token = output.next_token;
    let events = output
        .events
        .unwrap_or_default()
        .into_iter()
        .map(|event| LogEvent {
            group: Arc::clone(&group),
            stream: event.log_stream_name.unwrap_or_default().into(),
            timestamp: time(event.timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
            ingested: time(event.ingestion_time),
            id: event.event_id.map(Into::into),
            message: event.message.unwrap_or_default().into(),
        });
    Page {
        events: events.collect(),
        token,
    }
}
