//! Invoking the producer (Lambda `Invoke`), at most once for each call.

use std::time::Duration;

use aws_config::{
    retry::RetryConfig, stalled_stream_protection::StalledStreamProtectionConfig,
    timeout::TimeoutConfig,
};
use aws_sdk_lambda::{
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::LogType,
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    error::{AwsError, AwsErrorKind},
    session::Session,
};
use edactl_facts::humanize;

/// How often a throttled invocation is tried.
const THROTTLED_ATTEMPTS: u32 = 8;
/// How often a connection is tried that could not be made.
const CONNECT_ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Invokes one function.
#[derive(Debug, Clone)]
pub struct Producer {
    client: aws_sdk_lambda::Client,
    function: String,
    timeout: Duration,
}

/// What became of one invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invoked {
    /// The function ran and answered.
    Answered(Answer),
    /// The function provably did not run.
    NotRun(AwsError),
    /// The function may have run; nobody knows without looking further.
    InDoubt(AwsError),
}

/// The answer of one invocation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Lambda's request id.
    pub request_id: Option<String>,
    /// `X-Amz-Function-Error`: the function failed, and the payload is its error.
    pub function_error: Option<String>,
    /// What the function returned.
    pub payload: Vec<u8>,
    /// The last 4 KB of the invocation's log.
    pub log_tail: Option<String>,
}

impl Producer {
    /// A producer of this session. An answer that takes longer than `timeout` leaves the
    /// invocation in doubt.
    #[must_use]
    pub fn new(session: &Session, function: &str, timeout: Duration) -> Self {
        let (sdk, listener) = session.parts();
        let timeouts = sdk
            .timeout_config()
            .cloned()
            .unwrap_or_else(|| TimeoutConfig::builder().build())
            .to_builder()
            .operation_timeout(timeout)
            // A function may be silent all the time.
            .read_timeout(timeout + Duration::from_secs(1))
            .build();
        let mut config = aws_sdk_lambda::config::Builder::from(sdk)
            // The SDK would repeat an invocation after a read timeout or a broken connection,
            // when the function may have run. What may be repeated is decided below.
            .retry_config(RetryConfig::disabled())
            // Waiting for a function is not a stalled stream.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(timeouts);
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        Self {
            client: aws_sdk_lambda::Client::from_conf(config.build()),
            function: function.to_owned(),
            timeout,
        }
    }

    /// Invokes the function with `payload` and waits for its answer. It is invoked again only
    /// where it provably did not run: throttled, or no connection was made.
    pub async fn invoke(&self, payload: Vec<u8>) -> Invoked {
        let payload = Blob::new(payload);
        let mut log_type = Some(LogType::Tail);
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let sent = self
                .client
                .invoke()
                .function_name(&self.function)
                .payload(payload.clone())
                .set_log_type(log_type.clone())
                .send()
                .await;
            let error = match sent {
                Ok(output) => return Invoked::Answered(answer(output)),
                // Functions on capacity providers refuse the log's tail before they run.
                Err(error) if log_type.is_some() && refuses_tail(&error) => {
                    log_type = None;
                    continue;
                }
                Err(error @ SdkError::TimeoutError(_)) => {
                    let mut told =
                        AwsError::from_sdk("lambda:InvokeFunction", &self.function, &error);
                    told.reason = format!("no answer within {}", humanize::duration(self.timeout));
                    told
                }
                Err(error) => AwsError::from_sdk("lambda:InvokeFunction", &self.function, &error),
            };
            let attempts = match error.kind {
                AwsErrorKind::Throttled => THROTTLED_ATTEMPTS,
                AwsErrorKind::Unreachable if error.never_sent => CONNECT_ATTEMPTS,
                _ => 1,
            };
            if attempt >= attempts {
                return settle(error);
            }
            attempt += 1;
            // Half fixed, half random, so that parallel senders do not come back together.
            tokio::time::sleep(pause.mul_f64(rand::random_range(0.5..1.0))).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// Whether a failed invocation may have run.
fn settle(error: AwsError) -> Invoked {
    let refused = match error.kind {
        // The service answered that it did not run the function.
        AwsErrorKind::Throttled
        | AwsErrorKind::AccessDenied
        | AwsErrorKind::NotFound
        | AwsErrorKind::BadCredentials
        | AwsErrorKind::ClockSkew
        | AwsErrorKind::NoCredentials
        | AwsErrorKind::AwsConfiguration
        | AwsErrorKind::BadEndpoint
        | AwsErrorKind::Redirected
        | AwsErrorKind::MfaNeeded
        | AwsErrorKind::NoRegion => true,
        // A 4xx with a code of its own is an answer; without one it is a proxy's or nobody's.
        AwsErrorKind::Other => error.code.is_some(),
        AwsErrorKind::ServiceFault
        | AwsErrorKind::NoAnswer
        | AwsErrorKind::Silent
        | AwsErrorKind::ForeignAnswer => false,
        AwsErrorKind::Unreachable | AwsErrorKind::UnknownHost | AwsErrorKind::Tls => {
            error.never_sent
        }
    };
    if refused || error.never_sent {
        Invoked::NotRun(error)
    } else {
        Invoked::InDoubt(error)
    }
}

fn refuses_tail(error: &impl ProvideErrorMetadata) -> bool {
    error
        .code()
        .is_some_and(|code| code.contains("InvalidParameterValue"))
        && error
            .message()
            .map(str::to_ascii_lowercase)
            .is_some_and(|message| message.contains("logtype") || message.contains("log type"))
}

fn answer(output: aws_sdk_lambda::operation::invoke::InvokeOutput) -> Answer {
    use aws_sdk_lambda::operation::RequestId;
    Answer {
        request_id: output.request_id().map(str::to_owned),
        function_error: output.function_error().map(str::to_owned),
        log_tail: output
            .log_result()
            .and_then(|tail| BASE64_STANDARD.decode(tail).ok())
            .map(|tail| String::from_utf8_lossy(&tail).into_owned()),
        payload: output.payload.map(Blob::into_inner).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: AwsErrorKind, code: Option<&str>, never_sent: bool) -> AwsError {
        AwsError {
            action: "lambda:InvokeFunction",
            resource: "producer".into(),
            kind,
            code: code.map(str::to_owned),
            reason: String::new(),
            never_sent,
        }
    }

    #[test]
    fn only_what_provably_did_not_run_is_not_in_doubt() {
        use AwsErrorKind::{NoAnswer, Other, ServiceFault, Throttled, Tls, Unreachable};
        for (kind, code, never_sent, not_run) in [
            (Throttled, Some("TooManyRequestsException"), false, true),
            (Unreachable, None, true, true),
            (Tls, None, true, true),
            (Other, Some("InvalidRequestContentException"), false, true),
            (Other, None, false, false),
            (ServiceFault, Some("ServiceException"), false, false),
            (NoAnswer, None, false, false),
        ] {
            let settled = settle(error(kind, code, never_sent));
            assert_eq!(matches!(settled, Invoked::NotRun(_)), not_run, "{kind:?}");
        }
    }
}
