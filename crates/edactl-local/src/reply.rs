//! HTTP answers of the embedded endpoints.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};

/// The body of an answer; Live Tail streams it, everything else sends it whole.
pub type Body = BoxBody<Bytes, Infallible>;

/// An answer.
pub type Reply = Response<Body>;

/// An answer with a body that is known whole.
pub fn whole(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()).boxed());
    *reply.status_mut() = status;
    reply
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// An `application/x-amz-json-1.1` answer, as CloudWatch Logs gives it.
#[must_use]
pub fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
    whole(status, "application/x-amz-json-1.1", value.to_string())
}

/// An error in the JSON protocols' form: `__type` and `message`.
#[must_use]
pub fn json_error(status: StatusCode, code: &str, message: &str) -> Reply {
    json(
        status,
        &serde_json::json!({ "__type": code, "message": message }),
    )
}
