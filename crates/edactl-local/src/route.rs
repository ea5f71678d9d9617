//! Which service a request is for, and whether it may be made at all.

use hyper::{
    Request, StatusCode,
    header::{HOST, HeaderValue, ORIGIN},
};

use sha2::{Digest, Sha256};

use crate::reply::{Reply, json_error};

/// Where the pipeline's own control endpoints are.
pub const CONTROL: &str = "/_edactl/";

/// The header with the token that they want.
pub const TOKEN: &str = "x-edactl-token";

/// The services of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServiceName {
    /// Lambda.
    Lambda,
    /// SQS.
    Sqs,
    /// CloudWatch metrics.
    CloudWatch,
    /// CloudWatch Logs.
    Logs,
    /// STS.
    Sts,
    /// The pipeline's own control endpoints.
    Control,
}

/// The service that a request is for: it is named in the request's signature; requests without
/// one are told by their form. `None`: only the body could tell.
#[must_use]
pub fn service_of<B>(request: &Request<B>) -> Option<ServiceName> {
    let path = request.uri().path();
    if path.starts_with(CONTROL) {
        return Some(ServiceName::Control);
    }
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    // Credential=<key>/<date>/<region>/<service>/aws4_request
    let signed = header("authorization")
        .and_then(|text| text.split_once("Credential="))
        .and_then(|(_, scope)| scope.split('/').nth(3));
    let target = header("x-amz-target").unwrap_or_default();
    Some(match signed {
        Some("lambda") => ServiceName::Lambda,
        Some("sqs") => ServiceName::Sqs,
        Some("monitoring") => ServiceName::CloudWatch,
        Some("logs") => ServiceName::Logs,
        Some("sts") => ServiceName::Sts,
        _ if path.starts_with("/2015-03-31/") => ServiceName::Lambda,
        _ if path.starts_with("/service/GraniteServiceVersion") => ServiceName::CloudWatch,
        _ if target.starts_with("AmazonSQS.") => ServiceName::Sqs,
        _ if target.starts_with("Logs_") => ServiceName::Logs,
        _ if target.starts_with("GraniteServiceVersion") => ServiceName::CloudWatch,
        _ => return None,
    })
}

/// The operation that `X-Amz-Target` names.
#[must_use]
pub fn operation<B>(request: &Request<B>) -> &str {
    request
        .headers()
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default()
}

/// A web page in the user's browser must not reach the pipeline: neither by a request from
/// another origin, nor by a name that was made to point here.
#[must_use]
pub fn refuse_browsers<B>(request: &Request<B>) -> Option<Reply> {
    let headers = request.headers();
    let host = headers.get(HOST).map(|host| host.to_str().unwrap_or("?"));
    let is_ours = host.is_none_or(is_loopback);
    (headers.contains_key(ORIGIN) || !is_ours).then(|| {
        json_error(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "Only AWS clients of this machine may ask.",
        )
    })
}

/// Only who knows the token of the user's registration file may ask the pipeline's own endpoints:
/// other users of the machine reach the port, too.
#[must_use]
pub fn refuse_without_token<B>(request: &Request<B>, token: &str) -> Option<Reply> {
    if !request.uri().path().starts_with(CONTROL) {
        return None;
    }
    let given = request.headers().get(TOKEN).map(HeaderValue::as_bytes);
    // Digests, so that the time this takes tells nothing of the token.
    let is_known = given.is_some_and(|given| Sha256::digest(given) == Sha256::digest(token));
    (!is_known).then(|| {
        json_error(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "These endpoints want the token of the pipeline's registration file.",
        )
    })
}

/// Whether a `Host` names this machine. `.localhost` never leaves it (RFC 6761), and SDKs put a
/// service's prefix before an address.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
        || name.ends_with(".localhost")
        || name.ends_with(".127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    #[test]
    fn the_signature_tells_the_service() {
        let signed = |service: &str| {
            let scope = format!(
                "AWS4-HMAC-SHA256 Credential=key/20261124/us-east-1/{service}/aws4_request, \
                 SignedHeaders=host, Signature=0"
            );
            service_of(&request("/", &[("authorization", &scope)]))
        };
        assert_eq!(signed("lambda"), Some(ServiceName::Lambda));
        assert_eq!(signed("monitoring"), Some(ServiceName::CloudWatch));
        assert_eq!(signed("sts"), Some(ServiceName::Sts));
        assert_eq!(signed("s3"), None);
    }

    #[test]
    fn unsigned_requests_are_told_by_their_form() {
        let service =
            |path: &str, target: &str| service_of(&request(path, &[("x-amz-target", target)]));
        assert_eq!(
            service("/2015-03-31/functions/", ""),
            Some(ServiceName::Lambda)
        );
        assert_eq!(
            service("/service/GraniteServiceVersion20100801/operation/X", ""),
            Some(ServiceName::CloudWatch)
        );
        assert_eq!(
            service("/", "AmazonSQS.SendMessage"),
            Some(ServiceName::Sqs)
        );
        assert_eq!(
            service("/", "Logs_20140328.GetLogEvents"),
            Some(ServiceName::Logs)
        );
        assert_eq!(service("/_edactl/status", ""), Some(ServiceName::Control));
        assert_eq!(service("/", ""), None);
        let named = request("/", &[("x-amz-target", "Logs_20140328.GetLogEvents")]);
        assert_eq!(operation(&named), "GetLogEvents");
    }

    #[test]
    fn only_who_knows_the_token_may_ask_the_pipelines_own_endpoints() {
        let refused = |path: &str, headers: &[(&str, &str)]| {
            refuse_without_token(&request(path, headers), "secret").is_some()
        };
        assert!(!refused("/_edactl/stop", &[(TOKEN, "secret")]));
        assert!(refused("/_edactl/stop", &[(TOKEN, "Secret")]));
        assert!(refused("/_edactl/stop", &[(TOKEN, "")]));
        assert!(refused("/_edactl/anything", &[]));
        assert!(!refused("/2015-03-31/functions", &[]));
    }

    #[test]
    fn web_pages_are_refused() {
        let refused = |headers: &[(&str, &str)]| refuse_browsers(&request("/", headers)).is_some();
        for host in [
            "127.0.0.1:4566",
            "localhost",
            "[::1]:80",
            "streaming-logs.localhost:9",
            "streaming-127.0.0.1.localhost:9",
        ] {
            assert!(!refused(&[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil",
            "",
        ] {
            assert!(refused(&[("host", host)]), "{host}");
        }
        assert!(refused(&[
            ("host", "127.0.0.1"),
            ("origin", "http://127.0.0.1")
        ]));
        assert!(!refused(&[]));
    }
}
