//! One page of `FilterLogEvents`, however often it has to be asked for.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::BeforeDeserializationInterceptorContextMut},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};
use bytes::Bytes;
use http_body_util::BodyExt;

use crate::{
    error::{AwsError, AwsErrorKind},
    limiter::Lane,
    logs::{LogsClient, batch::Millis},
};

const ACTION: &str = "logs:FilterLogEvents";
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How often a page is asked for again when no answer, or only a part of one, comes.
const PATIENCE: u32 = 5;

/// A span of time in one group, and where in it to go on reading.
#[derive(Debug, Clone)]
pub(super) struct PageRequest {
    pub group: Arc<str>,
    /// The first millisecond, and what is asked for as the end.
    pub start: Millis,
    pub end: Millis,
    pub pattern: Option<Arc<str>>,
    pub token: Option<String>,
    pub lane: Lane,
    /// The latest events first, and only so many (`startFromHead`, `limit`).
    pub latest: Option<i32>,
}

/// Takes the body out of a good answer before the SDK reads it. The SDK makes four strings of
/// each event, which is most of what a long history would cost.
#[derive(Debug, Clone, Default)]
struct TakeBody(Arc<Mutex<Option<SdkBody>>>);

impl TakeBody {
    fn taken(&self) -> Option<SdkBody> {
        self.0.lock().ok()?.take()
    }
}

impl Intercept for TakeBody {
    fn name(&self) -> &'static str {
        "edactl::TakeBody"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if response.status().is_success()
            && let Ok(mut taken) = self.0.lock()
        {
            *taken = Some(std::mem::replace(response.body_mut(), SdkBody::from("{}")));
        }
        Ok(())
    }
}

impl LogsClient {
    /// The page's JSON. `None`: the group does not exist.
    pub(super) async fn page(&self, request: &PageRequest) -> Result<Option<Bytes>, AwsError> {
        let mut pause = FIRST_PAUSE;
        let mut patience = PATIENCE;
        loop {
            self.limiter.wait(request.lane).await;
            let error = match self.try_page(request).await {
                Ok(json) => {
                    self.limiter.answered();
                    return Ok(Some(json));
                }
                Err(error) => error,
            };
            let jittered = pause.mul_f64(rand::random_range(0.5..1.0));
            match error.kind {
                AwsErrorKind::NotFound => return Ok(None),
                // Throttling passes; there is no number of tries after which a page may be lost.
                // Everybody else in the account is being throttled too, so all readers pause.
                AwsErrorKind::Throttled => self.limiter.back_off(jittered).await,
                AwsErrorKind::NoAnswer | AwsErrorKind::ServiceFault | AwsErrorKind::Unreachable
                    if patience > 0 =>
                {
                    patience -= 1;
                    tokio::time::sleep(jittered).await;
                }
                _ => return Err(error),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_page(&self, request: &PageRequest) -> Result<Bytes, AwsError> {
        let body = TakeBody::default();
        self.client
            .filter_log_events()
            .log_group_name(&*request.group)
            .start_time(request.start)
            .end_time(request.end)
            .set_filter_pattern(request.pattern.as_deref().map(str::to_owned))
            .set_next_token(request.token.clone())
            .set_start_from_head(request.latest.map(|_| false))
            .set_limit(request.latest)
            .customize()
            .interceptor(body.clone())
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(ACTION, &*request.group, &error))?;
        let broken = |reason: String| AwsError {
            action: ACTION,
            resource: request.group.to_string(),
            kind: AwsErrorKind::NoAnswer,
            code: None,
            reason,
            never_sent: false,
        };
        let body = body
            .taken()
            .ok_or_else(|| broken("the answer has no body".into()))?;
        let collected = body.collect().await.map_err(|error| {
            let cause = std::iter::successors(Some(&*error as &dyn std::error::Error), |cause| {
                cause.source()
            });
            broken(cause.last().map(ToString::to_string).unwrap_or_default())
        })?;
        Ok(collected.to_bytes())
    }
}

/// What a page that cannot be read means for its reader.
pub(super) fn unreadable(group: &str, error: &serde_json::Error) -> AwsError {
    AwsError {
        action: ACTION,
        resource: group.to_owned(),
        kind: AwsErrorKind::Other,
        code: None,
        reason: format!("the answer cannot be read: {error}"),
        never_sent: false,
    }
}

/// A token lives for a day, and `FilterLogEvents` has no error of its own for one that died.
pub(super) fn is_dead_token(error: &AwsError) -> bool {
    error.kind == AwsErrorKind::Other
        && error
            .code
            .as_deref()
            .is_some_and(|code| code.contains("InvalidParameter"))
}
