//! The front door: the event by HTTP to what stands in front of the producer (API Gateway, a
//! function URL, a load balancer), at most once for each call.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use aws_smithy_types::{
    body::SdkBody,
    byte_stream::{ByteStream, error::Error as ByteStreamError},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::Uri;
use percent_encoding::percent_decode_str;

use crate::{
    error::{AwsError, AwsErrorKind, kind_of_transport, never_connected, root_cause},
    session::{CONNECT_TIMEOUT, Session, trusted},
};
use edactl_facts::humanize;

/// More of an answer's body is not read: a receipt is short.
const LONGEST_BODY: usize = 1024 * 1024;

/// How to send through the front door.
#[derive(Clone, PartialEq, Eq)]
pub struct FrontDoorOptions {
    /// Where to; a user and password in it go into the `Authorization` header.
    pub url: String,
    /// Headers beside `Content-Type`, which they may set, too.
    pub headers: Vec<(String, String)>,
    /// Whether to sign with the caller's credentials (IAM authorization, SigV4).
    pub iam: bool,
    /// An answer that takes longer leaves it in doubt.
    pub timeout: Duration,
}

/// Sends to one URL.
#[derive(Clone)]
pub struct FrontDoor {
    session: Session,
    connector: SharedHttpConnector,
    options: FrontDoorOptions,
    place: String,
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// An answer came.
    Answered(HttpAnswer),
    /// The function provably did not run.
    NotRun(AwsError),
    /// The function may have run.
    InDoubt(AwsError),
}

/// An answer by HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status.
    pub status: u16,
    /// The body, as far as it is a receipt's length.
    pub body: Vec<u8>,
    /// What it says where it turned the request away: every further request would meet the same.
    pub refusal: Option<AwsError>,
}

impl FrontDoor {
    /// Prepares requests; none is made.
    ///
    /// # Errors
    /// When the URL, the method or a header is none.
    pub fn new(session: &Session, options: FrontDoorOptions) -> Result<Self, AwsError> {
        let place = place(&options.url)?;
        let (sdk, _) = session.parts();
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .build();
        let mut builder = Connector::builder().connector_settings(settings);
        builder.set_sleep_impl(sdk.sleep_impl());
        let connector = if options.url.starts_with("http://") {
            SharedHttpConnector::new(builder.build_http())
        } else {
            let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
            let secure = builder.tls_provider(provider).tls_context(trusted()?);
            SharedHttpConnector::new(secure.build())
        };
        let door = Self {
            session: session.clone(),
            connector,
            options,
            place,
        };
        door.check_method("GET")?;
        Ok(door)
    }

    /// Whether a request with this method can be made.
    ///
    /// # Errors
    /// When the method is none, or the URL or a header is not.
    pub fn check_method(&self, method: &str) -> Result<(), AwsError> {
        self.request(method, "").map(drop)
    }

    /// Sends `body` and waits for the answer. It is sent once: no redirect is
    /// followed and nothing is repeated.
    pub async fn send(&self, method: &str, body: String) -> Requested {
        let request = match self.signed(method, body).await {
            Ok(request) => request,
            Err(error) => return Requested::NotRun(error),
        };
        let exchange = async {
            let response = self.connector.call(request).await;
            let response = response.map_err(|error| self.transport_error(&error))?;
            let status = response.status().as_u16();
            let header = |name| response.headers().get(name).map(str::to_owned);
            let (error_type, location) = (header("x-amzn-errortype"), header("location"));
            let body = beginning(ByteStream::new(response.into_body())).await;
            Ok::<_, AwsError>((status, error_type, location, body))
        };
        let Ok(answer) = tokio::time::timeout(self.options.timeout, exchange).await else {
            let waited = humanize::duration(self.options.timeout);
            let reason = format!("no answer within {waited}");
            return Requested::InDoubt(self.error(AwsErrorKind::NoAnswer, reason));
        };
        match answer {
            Err(error) if error.never_sent => Requested::NotRun(error),
            Err(error) => Requested::InDoubt(error),
            Ok((_, _, _, Err(error))) => {
                let reason = format!("the answer broke off: {}", root_cause(&error));
                Requested::InDoubt(self.error(AwsErrorKind::NoAnswer, reason))
            }
            Ok((status, error_type, location, Ok(body))) => {
                self.judge(status, error_type.as_deref(), location.as_deref(), body)
            }
        }
    }

    /// What an answer says of the function behind.
    fn judge(
        &self,
        status: u16,
        error_type: Option<&str>,
        location: Option<&str>,
        body: Vec<u8>,
    ) -> Requested {
        let told = short(&body);
        match status {
            301 | 302 | 307 | 308 => {
                let to = location.and_then(|to| place(to).ok());
                let to = to.unwrap_or_else(|| "another path".to_owned());
                let reason = format!("it redirects to {to} (HTTP {status}), which is not followed");
                Requested::NotRun(self.never_sent(AwsErrorKind::Redirected, reason))
            }
            // The gateway stopped waiting (API Gateway: after 29 s); the function runs on.
            504 => {
                let reason = "the gateway stopped waiting for the function (HTTP 504)".to_owned();
                Requested::InDoubt(self.error(AwsErrorKind::NoAnswer, reason))
            }
            401 | 403 | 404 | 405 | 429 => {
                let kind = match status {
                    429 => AwsErrorKind::Throttled,
                    404 | 405 => AwsErrorKind::NotFound,
                    _ => AwsErrorKind::AccessDenied,
                };
                let reason = match error_type.and_then(|text| text.split(':').next()) {
                    Some(name) => format!("it refuses (HTTP {status}, {name}): {told}"),
                    None => format!("it refuses (HTTP {status}): {told}"),
                };
                if error_type.is_some() || is_of_gateway(&body) {
                    return Requested::NotRun(self.never_sent(kind, reason));
                }
                // The function itself may have said so, after it sent something.
                Requested::Answered(HttpAnswer {
                    status,
                    body,
                    refusal: (status != 429).then(|| self.error(kind, reason)),
                })
            }
            _ => Requested::Answered(HttpAnswer {
                status,
                body,
                refusal: None,
            }),
        }
    }

    fn request(&self, method: &str, body: &str) -> Result<HttpRequest, AwsError> {
        let wrong = |what: String| self.never_sent(AwsErrorKind::BadEndpoint, what);
        let (url, authorization) = without_user(&self.options.url);
        let mut request = HttpRequest::new(SdkBody::from(body));
        request
            .set_uri(url)
            .map_err(|_| wrong("it is not a URL".into()))?;
        request
            .set_method(method)
            .map_err(|_| wrong(format!("`{method}` is not an HTTP method")))?;
        let given = |name: &str| {
            let is_it = |(given, _): &(String, String)| given.eq_ignore_ascii_case(name);
            self.options.headers.iter().any(is_it)
        };
        let mut headers = self.options.headers.clone();
        if !given("content-type") {
            headers.push(("content-type".into(), "application/json".into()));
        }
        if let Some(authorization) = authorization.filter(|_| !given("authorization")) {
            headers.push(("authorization".into(), authorization));
        }
        for (name, value) in headers {
            let shown = name.clone();
            request
                .headers_mut()
                .try_append(name.to_ascii_lowercase(), value)
                .map_err(|_| wrong(format!("the header `{shown}` cannot be sent")))?;
        }
        Ok(request)
    }

    async fn signed(&self, method: &str, body: String) -> Result<HttpRequest, AwsError> {
        let mut request = self.request(method, &body)?;
        if !self.options.iam {
            return Ok(request);
        }
        let failed = |reason: String| self.never_sent(AwsErrorKind::NoCredentials, reason);
        let (sdk, _) = self.session.parts();
        let provider = sdk
            .credentials_provider()
            .ok_or_else(|| failed("no provider of credentials".into()))?;
        let credentials = provider
            .provide_credentials()
            .await
            .map_err(|error| failed(root_cause(&error)))?;
        let identity = credentials.into();
        let host = request.uri().parse::<Uri>().ok();
        let host = host.as_ref().and_then(Uri::host).unwrap_or_default();
        let region = region_of(host).unwrap_or_else(|| self.session.region());
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service_of(host))
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| failed(error.to_string()))?
            .into();
        let headers = request.headers().iter();
        let signable = SignableRequest::new(
            request.method(),
            request.uri(),
            headers,
            SignableBody::Bytes(body.as_bytes()),
        );
        let (instructions, _) = signable
            .and_then(|signable| sign(signable, &params))
            .map_err(|error| failed(error.to_string()))?
            .into_parts();
        let (headers, _) = instructions.into_parts();
        for header in headers {
            let value = header.value().to_owned();
            request.headers_mut().insert(header.name(), value);
        }
        Ok(request)
    }

    fn transport_error(&self, error: &(dyn std::error::Error + 'static)) -> AwsError {
        let never_sent = never_connected(error);
        let kind = kind_of_transport(error);
        let reason = match kind {
            AwsErrorKind::UnknownHost => "its host name cannot be resolved".into(),
            _ => root_cause(error),
        };
        AwsError {
            never_sent,
            ..self.error(kind, reason)
        }
    }

    fn error(&self, kind: AwsErrorKind, reason: String) -> AwsError {
        AwsError {
            action: AwsError::FRONT_DOOR,
            resource: self.place.clone(),
            kind,
            code: None,
            reason,
            never_sent: false,
        }
    }

    fn never_sent(&self, kind: AwsErrorKind, reason: String) -> AwsError {
        AwsError {
            never_sent: true,
            ..self.error(kind, reason)
        }
    }
}

/// As much of a body as is a receipt's length; the rest is not waited for.
async fn beginning(mut stream: ByteStream) -> Result<Vec<u8>, ByteStreamError> {
    let mut body = Vec::new();
    while body.len() < LONGEST_BODY {
        let Some(piece) = stream.next().await else {
            break;
        };
        body.extend_from_slice(&piece?);
    }
    body.truncate(LONGEST_BODY);
    Ok(body)
}

/// What may be shown and recorded of a URL: where it leads, without path, query or user, any of
/// which may be a secret.
///
/// # Errors
/// When it is not an `http` or `https` URL.
pub fn place(url: &str) -> Result<String, AwsError> {
    let wrong = || AwsError {
        action: AwsError::FRONT_DOOR,
        resource: "the URL".into(),
        kind: AwsErrorKind::BadEndpoint,
        code: None,
        reason: "it is not an http or https URL".into(),
        never_sent: true,
    };
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let (Some(scheme @ ("http" | "https")), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(wrong());
    };
    let port = uri.port().map(|port| format!(":{port}"));
    Ok(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

/// The URL without its user and password, and these as a header's value.
fn without_user(url: &str) -> (String, Option<String>) {
    let Some((scheme, rest)) = url.split_once("://") else {
        return (url.to_owned(), None);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, after) = rest.split_at(end);
    let Some((user, host)) = authority.rsplit_once('@') else {
        return (url.to_owned(), None);
    };
    let user = percent_decode_str(user).decode_utf8_lossy();
    let header = format!("Basic {}", BASE64_STANDARD.encode(user.as_bytes()));
    (format!("{scheme}://{host}{after}"), Some(header))
}

/// The service that a signature is for.
fn service_of(host: &str) -> &'static str {
    if host.contains(".lambda-url.") {
        "lambda"
    } else {
        "execute-api"
    }
}

/// The region in the host name of a function URL or an API's default domain.
fn region_of(host: &str) -> Option<&str> {
    let (_, rest) = host
        .split_once(".lambda-url.")
        .or_else(|| host.split_once(".execute-api."))?;
    rest.split('.').next().filter(|region| !region.is_empty())
}

/// Whether the body is one of those with which AWS turns a request away before any function runs.
fn is_of_gateway(body: &[u8]) -> bool {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let message = value.get("message").or_else(|| value.get("Message"));
    let words = [
        "Forbidden",
        "Unauthorized",
        "Not Found",
        "Missing Authentication Token",
        "Too Many Requests",
        "Limit Exceeded",
    ];
    value.as_object().is_some_and(|fields| fields.len() == 1)
        && message.is_some_and(|message| words.iter().any(|word| message == word))
}

/// The beginning of a body, for one line.
fn short(body: &[u8]) -> String {
    const LONGEST: usize = 200;
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * LONGEST)]);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "it says nothing".into();
    }
    line.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_of_a_url_are_not_shown() {
        let url =
            "https://user:p%40ss@abc.execute-api.eu-central-1.amazonaws.com:8443/T0K3N?key=s3";
        let shown = place(url).unwrap();
        assert_eq!(
            shown,
            "https://abc.execute-api.eu-central-1.amazonaws.com:8443"
        );
        let (bare, header) = without_user(url);
        assert!(
            !bare.contains("user") && bare.ends_with("/T0K3N?key=s3"),
            "{bare}"
        );
        assert_eq!(header.unwrap(), "Basic dXNlcjpwQHNz");
        for wrong in ["ftp://x/", "x", "/path", "http://"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_signature_is_for_the_service_and_region_of_the_host() {
        let url = "abc123.lambda-url.us-east-1.on.aws";
        let api = "abc.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(
            (service_of(url), region_of(url)),
            ("lambda", Some("us-east-1"))
        );
        assert_eq!(
            (service_of(api), region_of(api)),
            ("execute-api", Some("eu-west-1"))
        );
        assert_eq!(region_of("orders.example.com"), None);
    }
}
