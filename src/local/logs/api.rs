//! The API's operations on the wire.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;

use super::LogStore;
use crate::local::reply::{Reply, json_error};

/// Answers one `Logs_20140328` operation.
#[allow(clippy::unused_async)]
pub async fn answer(_store: &Arc<LogStore>, operation: &str, _body: Bytes) -> Reply {
    json_error(
        StatusCode::BAD_REQUEST,
        "UnknownOperationException",
        operation,
    )
}
