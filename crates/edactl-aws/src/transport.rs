//! What every call's transport has to keep to: an answer that falls silent, has no end, or is none
//! of AWS's ends the call with a reason, and is not asked for again.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tokio::time::timeout;

/// How long a call may go on without a byte, where it says nothing else.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// The largest page of log events. AWS stops at 1 MB of text; emulators at 10,000 events.
const LOG_PAGE: usize = 32 * 1024 * 1024;
/// The largest other answer. The payload of an invocation has at most 6 MB.
const ANSWER: usize = 16 * 1024 * 1024;

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TransportError {
    /// Nothing came for so long.
    #[error("no byte came for {} s", .0.as_secs())]
    Silent(Duration),
    /// More came than any answer has.
    #[error("the answer is larger than {} MB, so it was cut off", .0 / 1024 / 1024)]
    TooLarge(usize),
    /// The endpoint sends callers elsewhere, which no AWS service does.
    #[error("the endpoint redirects to {to} (HTTP {status}), which AWS never does")]
    Redirect {
        /// The HTTP status.
        status: u16,
        /// Its `Location`.
        to: String,
    },
    /// A page for people.
    #[error("the endpoint answered with a web page (HTTP {0}), not as AWS does")]
    WebPage(u16),
}

/// An HTTP client that keeps to the rules of this module.
#[derive(Debug)]
pub(super) struct GuardedClient(SharedHttpClient);

impl GuardedClient {
    pub(super) fn shared(client: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Self(client))
    }
}

impl HttpClient for GuardedClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(GuardedConnector {
            inner: self.0.http_connector(settings, components),
            // Whoever waits for a function says how long.
            silence: settings.read_timeout().unwrap_or(SILENCE),
        })
    }
}

#[derive(Debug)]
struct GuardedConnector {
    inner: SharedHttpConnector,
    silence: Duration,
}

impl HttpConnector for GuardedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let most = if target.ends_with(".FilterLogEvents") {
            LOG_PAGE
        } else {
            ANSWER
        };
        let (answer, silence) = (self.inner.call(request), self.silence);
        HttpConnectorFuture::new(async move {
            let mut response = timeout(silence, answer)
                .await
                .map_err(|_| refused(TransportError::Silent(silence)))??;
            if let Some(error) = foreign(&response) {
                return Err(refused(error));
            }
            let is_stream = response
                .headers()
                .get("content-type")
                .is_some_and(|kind| kind.contains("eventstream"));
            if !is_stream {
                let body = std::mem::replace(response.body_mut(), SdkBody::taken());
                let whole = read(body, silence, most).await?;
                *response.body_mut() = SdkBody::from(whole);
            }
            Ok(response)
        })
    }
}

/// The SDK repeats what broke and what was too slow, but not this.
fn refused(error: TransportError) -> ConnectorError {
    ConnectorError::other(error.into(), None)
}

/// What cannot have come from an AWS service.
fn foreign(response: &HttpResponse) -> Option<TransportError> {
    let status = response.status().as_u16();
    if matches!(status, 301 | 302 | 303 | 307 | 308) {
        let to = response.headers().get("location").unwrap_or("elsewhere");
        let to = to.to_owned();
        return Some(TransportError::Redirect { status, to });
    }
    // A gateway between here and AWS may say with a page that it is overloaded: that may pass.
    let is_page = response
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"));
    (is_page && status < 500).then_some(TransportError::WebPage(status))
}

async fn read(mut body: SdkBody, silence: Duration, most: usize) -> Result<Bytes, ConnectorError> {
    if let Some(whole) = body.bytes() {
        return Ok(Bytes::copy_from_slice(whole));
    }
    let (mut first, mut whole) = (Bytes::new(), BytesMut::new());
    let told = body
        .content_length()
        .and_then(|told| usize::try_from(told).ok());
    loop {
        let frame = timeout(silence, body.frame())
            .await
            .map_err(|_| refused(TransportError::Silent(silence)))?;
        let Some(frame) = frame else {
            break;
        };
        let Ok(data) = frame.map_err(ConnectorError::io)?.into_data() else {
            continue;
        };
        if first.len() + whole.len() + data.len() > most {
            return Err(refused(TransportError::TooLarge(most)));
        }
        // Short answers come in one piece, and need no copy.
        if first.is_empty() && whole.is_empty() {
            first = data;
            continue;
        }
        if whole.is_empty() {
            whole.reserve(told.unwrap_or_default().min(most));
            whole.extend_from_slice(&std::mem::take(&mut first));
        }
        whole.extend_from_slice(&data);
    }
    Ok(if whole.is_empty() {
        first
    } else {
        whole.freeze()
    })
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, error::Error as _};

    use aws_smithy_runtime_api::http::StatusCode;
    use futures_util::{StreamExt, stream};
    use http_body_util::StreamBody;
    use hyper::body::Frame;

    use super::*;

    fn body(pieces: &[usize], then_silent: bool) -> SdkBody {
        let pieces: Vec<_> = pieces.iter().map(|size| vec![b'x'; *size]).collect();
        let frames = stream::unfold(pieces.into_iter(), move |mut pieces| async move {
            match pieces.next() {
                Some(piece) => Some((Ok::<_, Infallible>(Frame::data(Bytes::from(piece))), pieces)),
                None if then_silent => std::future::pending().await,
                None => None,
            }
        });
        let frames = Box::pin(frames.fuse());
        SdkBody::from_body_1_x(BodyExt::boxed(StreamBody::new(frames)))
    }

    fn why(error: &ConnectorError) -> TransportError {
        let source = error.source().and_then(|source| source.downcast_ref());
        Clone::clone(source.expect("an error of this module"))
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_when_it_falls_silent_or_grows_too_large() {
        let whole = read(body(&[3, 4, 5], false), SILENCE, 12).await.unwrap();
        assert_eq!(whole.len(), 12);
        let silent = read(body(&[3], true), SILENCE, 12).await.unwrap_err();
        assert_eq!(why(&silent), TransportError::Silent(SILENCE));
        assert!(silent.as_other().is_none() && silent.is_other());
        let endless = read(body(&[6, 6, 1], true), SILENCE, 12).await.unwrap_err();
        assert_eq!(why(&endless), TransportError::TooLarge(12));
    }

    #[test]
    fn redirects_and_pages_are_not_aws() {
        let answer = |status: u16, header: &'static str, value: &'static str| {
            let status = StatusCode::try_from(status).unwrap();
            let mut response = HttpResponse::new(status, SdkBody::empty());
            response.headers_mut().insert(header, value);
            foreign(&response)
        };
        let redirect = answer(302, "location", "http://login").unwrap();
        assert!(redirect.to_string().contains("http://login (HTTP 302)"));
        let page = answer(200, "content-type", "text/html; charset=utf-8");
        assert_eq!(page, Some(TransportError::WebPage(200)));
        assert_eq!(answer(503, "content-type", "text/html"), None);
        assert_eq!(answer(200, "content-type", "application/json"), None);
    }
}
