//! Live Tail: lines as they are taken in, pushed by AWS. It samples what goes beyond 500 lines a
//! second, drops what a slow reader leaves, and knows nothing of before or between sessions: good
//! to be early, never to be complete.

use std::{sync::Arc, time::Duration};

use aws_sdk_cloudwatchlogs::types::{LiveTailSessionUpdate, StartLiveTailResponseStream};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeTransmitInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    error::{AwsError, AwsErrorKind},
    logs::{LogEvent, LogsClient},
};

const ACTION: &str = "logs:StartLiveTail";
/// The most groups of a session.
pub const MOST_GROUPS: usize = 10;
/// Updates that may wait to be taken; AWS drops what is not read.
const WAITING: usize = 64;
/// How long the endpoint may take to open a session.
const OPENING: Duration = Duration::from_secs(5);

/// What a session tells at once: a second's lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveUpdate {
    /// The lines, in time order.
    pub events: Vec<LogEvent>,
    /// Whether there were more than AWS sends.
    pub sampled: bool,
}

/// An open session. It ends when it is dropped.
#[derive(Debug)]
pub struct LiveSession {
    updates: mpsc::Receiver<LiveUpdate>,
    _task: JoinSet<()>,
}

impl LiveSession {
    /// The next update; `None` when the session is over (after three hours at the latest). Nothing
    /// is lost when this future is dropped.
    pub async fn next(&mut self) -> Option<LiveUpdate> {
        self.updates.recv().await
    }
}

/// The SDK puts `stream-` before the endpoint's host. That makes no name of an address, and of
/// nobody's proxy.
#[derive(Debug)]
struct WithoutHostPrefix;

impl Intercept for WithoutHostPrefix {
    fn name(&self) -> &'static str {
        "edactl::WithoutHostPrefix"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        for prefix in ["://stream-", "://streaming-"] {
            if request.uri().contains(prefix) {
                let uri = request.uri().replacen(prefix, "://", 1);
                request.set_uri(uri)?;
            }
        }
        Ok(())
    }
}

impl LogsClient {
    /// Opens a Live Tail session over these groups.
    ///
    /// # Errors
    /// When a group does not exist yet, AWS refuses, or the region or endpoint has no Live Tail.
    pub async fn live(
        &self,
        groups: &[String],
        pattern: Option<&str>,
    ) -> Result<LiveSession, AwsError> {
        let mut arns = Vec::new();
        for group in groups {
            arns.push(self.group_arn(group).await?);
        }
        let mut request = self
            .client
            .start_live_tail()
            .set_log_group_identifiers(Some(arns))
            .set_log_event_filter_pattern(pattern.map(str::to_owned))
            .customize();
        if self.has_own_endpoint {
            request = request.interceptor(WithoutHostPrefix);
        }
        let output = tokio::time::timeout(OPENING, request.send())
            .await
            .map_err(|_| failure(groups, AwsErrorKind::NoAnswer, "no answer came in time"))?
            .map_err(|error| AwsError::from_sdk(ACTION, groups.join(", "), &error))?;
        let mut stream = output.response_stream;
        let names: Vec<Arc<str>> = groups.iter().map(|group| group.as_str().into()).collect();
        let (tell, updates) = mpsc::channel(WAITING);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Ok(Some(told)) = stream.recv().await {
                if let StartLiveTailResponseStream::SessionUpdate(told) = told
                    && tell.send(update(&names, told)).await.is_err()
                {
                    return;
                }
            }
        });
        Ok(LiveSession {
            updates,
            _task: task,
        })
    }

    /// The ARN of a group, as `StartLiveTail` wants it: without `:*`.
    async fn group_arn(&self, group: &str) -> Result<String, AwsError> {
        let output = self
            .client
            .describe_log_groups()
            .log_group_name_prefix(group)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("logs:DescribeLogGroups", group, &error))?;
        output
            .log_groups
            .unwrap_or_default()
            .into_iter()
            .find(|found| found.log_group_name() == Some(group))
            .and_then(|found| found.log_group_arn.or(found.arn))
            .map(|arn| arn.trim_end_matches(":*").to_owned())
            .ok_or_else(|| {
                let groups = [group.to_owned()];
                failure(
                    &groups,
                    AwsErrorKind::NotFound,
                    "the log group does not exist yet",
                )
            })
    }
}

fn failure(groups: &[String], kind: AwsErrorKind, reason: &str) -> AwsError {
    AwsError {
        action: ACTION,
        resource: groups.join(", "),
        kind,
        code: None,
        reason: reason.to_owned(),
        never_sent: false,
    }
}

fn update(groups: &[Arc<str>], told: LiveTailSessionUpdate) -> LiveUpdate {
    let sampled = told
        .session_metadata
        .is_some_and(|metadata| metadata.sampled);
    let time = |millis: Option<i64>| millis.and_then(|at| Timestamp::from_millisecond(at).ok());
    let mut events: Vec<LogEvent> = told
        .session_results
        .unwrap_or_default()
        .into_iter()
        .filter_map(|event| {
            let identifier = event.log_group_identifier.unwrap_or_default();
            Some(LogEvent {
                group: Arc::clone(groups.iter().find(|group| names(&identifier, group))?),
                stream: event.log_stream_name.unwrap_or_default().into(),
                timestamp: time(event.timestamp)?,
                ingested: time(event.ingestion_time),
                id: None,
                message: event.message.unwrap_or_default().into(),
            })
        })
        .collect();
    events.sort_by_key(|event| (event.timestamp, event.ingested));
    LiveUpdate { events, sampled }
}

/// Whether an identifier (an ARN, `account:name`, or a name) is this group's.
fn names(identifier: &str, group: &str) -> bool {
    let identifier = identifier.strip_suffix(":*").unwrap_or(identifier);
    identifier
        .strip_suffix(group)
        .is_some_and(|before| before.is_empty() || before.ends_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_known_by_any_of_its_identifiers() {
        let group = "/aws/lambda/f";
        for identifier in [
            "/aws/lambda/f",
            "000000000000:/aws/lambda/f",
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f",
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f:*",
        ] {
            assert!(names(identifier, group), "{identifier}");
        }
        assert!(!names("000000000000:/my/aws/lambda/f", group));
        assert!(!names("000000000000:/aws/lambda/ff", group));
    }
}
