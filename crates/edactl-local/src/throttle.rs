//! Refusing requests that come too fast, as AWS does: a bucket of tokens for each service.

use std::{collections::HashMap, sync::Mutex};

use bytes::Bytes;
use hyper::{StatusCode, header::HeaderValue};
use tokio::time::Instant;

use crate::{
    reply::{Reply, json_error, whole},
    route::ServiceName,
};

/// A bucket of tokens for each service: a request takes one; `limit` come back per second.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<ServiceName, Bucket>>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Throttle {
    /// Whether a request may pass at `now`, with so many allowed per second.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    pub fn admits(&self, service: ServiceName, limit: u32, now: Instant) -> bool {
        let limit = f64::from(limit);
        let mut buckets = self
            .0
            .lock()
            .expect("nothing panics while it holds the lock");
        let bucket = buckets.entry(service).or_insert(Bucket {
            tokens: limit,
            filled: now,
        });
        let since = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + since * limit).min(limit);
        bucket.filled = now;
        let admits = bucket.tokens >= 1.0;
        if admits {
            bucket.tokens -= 1.0;
        }
        admits
    }
}

/// The refusal of a service whose clients read JSON errors.
#[must_use]
pub fn refusal(service: ServiceName) -> Reply {
    let (code, message) = match service {
        ServiceName::Sqs => ("RequestThrottled", "Request is throttled."),
        _ => ("ThrottlingException", "Rate exceeded"),
    };
    let mut reply = json_error(StatusCode::BAD_REQUEST, code, message);
    if service == ServiceName::Sqs {
        let header = HeaderValue::from_static("RequestThrottled;Sender");
        reply.headers_mut().insert("x-amzn-query-error", header);
    }
    reply
}

/// The refusal of the services that speak the query protocol, and CBOR on demand.
#[must_use]
pub fn query_refusal(speaks_cbor: bool) -> Reply {
    if speaks_cbor {
        let mut reply = whole(
            StatusCode::BAD_REQUEST,
            "application/cbor",
            cbor_map(&[("__type", "Throttling"), ("message", "Rate exceeded")]),
        );
        let protocol = HeaderValue::from_static("rpc-v2-cbor");
        reply.headers_mut().insert("smithy-protocol", protocol);
        return reply;
    }
    whole(
        StatusCode::BAD_REQUEST,
        "text/xml",
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
         <Message>Rate exceeded</Message></Error></ErrorResponse>",
    )
}

/// A CBOR map of short texts (RFC 8949): fewer than 24 entries of fewer than 24 bytes.
fn cbor_map(entries: &[(&str, &str)]) -> Bytes {
    let head = |kind: u8, length: usize| kind | u8::try_from(length).unwrap_or_default();
    let mut bytes = vec![head(0xa0, entries.len())];
    for text in entries.iter().flat_map(|(key, value)| [key, value]) {
        bytes.push(head(0x60, text.len()));
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn tokens_come_back_with_time_and_each_service_has_its_own() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let pass = |service, at| throttle.admits(service, 2, at);
        let passed: Vec<_> = (0..3).map(|_| pass(ServiceName::Logs, now)).collect();
        assert_eq!(passed, [true, true, false]);
        assert!(pass(ServiceName::Lambda, now));
        let later = now + Duration::from_millis(500);
        assert!(pass(ServiceName::Logs, later));
        assert!(!pass(ServiceName::Logs, later));
        let long = later + Duration::from_mins(1);
        let passed: Vec<_> = (0..3).map(|_| pass(ServiceName::Logs, long)).collect();
        assert_eq!(passed, [true, true, false]);
    }

    #[test]
    fn cbor_is_written_as_the_standard_says() {
        assert_eq!(cbor_map(&[("a", "b")])[..], [0xa1, 0x61, b'a', 0x61, b'b']);
    }
}
