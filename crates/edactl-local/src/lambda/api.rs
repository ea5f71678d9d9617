//! The embedded Lambda's endpoint: the operations of the REST API that edactl and others use.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use hyper::{Method, StatusCode, header::HeaderValue, http::request::Parts};
use serde_json::{Value, json};

use crate::{
    behaviour::platform::MEMORY_MB,
    faults::Fault,
    lambda::{
        Completed, Lambda, TIMEOUT, arn, log_group, new_request_id,
        trigger::{Mapping, UUID},
    },
    names,
    queues::arn as queue_arn,
    reply::{Reply, whole},
    settings::{LATE_ANSWER, Settings},
};
use edactl_functions::{consumer::SqsEvent, log::LogFormat, producer::QUEUE_VARIABLE};

/// The largest payload of a synchronous invocation, in bytes.
const SYNC_LIMIT: usize = 6 * 1024 * 1024;
/// The largest payload of an asynchronous invocation, in bytes.
const ASYNC_LIMIT: usize = 1024 * 1024;
/// How much of the log `LogType=Tail` answers with, in bytes.
const TAIL_BYTES: usize = 4 * 1024;
/// How often a failed asynchronous invocation is tried again.
const ASYNC_RETRIES: u32 = 2;
/// AWS waits one minute before the first of them; nobody should have to here.
const ASYNC_PAUSE: Duration = Duration::from_millis(500);

/// An answer, or none: the connection is to be closed.
pub type MaybeReply = Option<Reply>;

/// Answers one request. `path` has no query.
pub async fn answer(lambda: &Arc<Lambda>, parts: &Parts, path: &str, body: Bytes) -> MaybeReply {
    let segments: Vec<String> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(decode)
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    Some(match (&parts.method, &segments[..]) {
        (&Method::POST, ["2015-03-31", "functions", name, "invocations"]) => {
            return invoke(lambda, parts, name, body).await;
        }
        (&Method::GET, ["2015-03-31", "functions"]) => list_functions(lambda, parts),
        (&Method::GET, ["2015-03-31", "functions", name, "configuration"]) => {
            with_function(name, |function| ok(&configuration(lambda, function)))
        }
        (&Method::GET, ["2015-03-31", "functions", name]) => with_function(name, |function| {
            ok(&json!({
                "Configuration": configuration(lambda, function),
                "Code": { "RepositoryType": "edactl" },
                "Tags": {},
            }))
        }),
        // Nothing is reserved for either function.
        (&Method::GET, ["2019-09-30", "functions", name, "concurrency"]) => {
            with_function(name, |_| ok(&json!({})))
        }
        (&Method::GET, ["2015-03-31", "event-source-mappings"]) => list_mappings(lambda, parts),
        (&Method::GET, ["2015-03-31", "event-source-mappings", UUID]) => {
            ok(&mapping(lambda, &lambda.trigger.mapping()))
        }
        (&Method::PUT, ["2015-03-31", "event-source-mappings", UUID]) => {
            update_mapping(lambda, &body)
        }
        (_, ["2015-03-31", "event-source-mappings", _]) => error(
            StatusCode::NOT_FOUND,
            "ResourceNotFoundException",
            "The resource you requested does not exist.",
        ),
        _ => error(
            StatusCode::NOT_FOUND,
            "UnknownOperationException",
            "The embedded pipeline does not have this operation.",
        ),
    })
}

fn decode(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%')
            .then(|| segment.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A parameter of the query, decoded.
fn parameter(parts: &Parts, name: &str) -> Option<String> {
    parts.uri.query()?.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key == name).then(|| decode(&value.replace('+', " ")))
    })
}

fn ok(value: &Value) -> Reply {
    whole(StatusCode::OK, "application/json", value.to_string())
}

fn error(status: StatusCode, code: &'static str, message: &str) -> Reply {
    let body = json!({ "Type": "User", "Message": message, "message": message });
    let mut reply = whole(status, "application/json", body.to_string());
    reply
        .headers_mut()
        .insert("x-amzn-errortype", HeaderValue::from_static(code));
    reply
}

/// Refuses a request that came too fast.
#[must_use]
pub fn throttled(lambda: &Lambda, path: &str) -> Reply {
    if let Some(name) = path.strip_suffix("/invocations")
        && let Some(function) = find(&decode(name.rsplit('/').next().unwrap_or_default()))
    {
        lambda.throttled(function);
    }
    error(
        StatusCode::TOO_MANY_REQUESTS,
        "TooManyRequestsException",
        "Rate Exceeded.",
    )
}

/// Finds a function by its name, ARN or partial ARN, with `$LATEST` or nothing as its version.
fn find(reference: &str) -> Option<&'static str> {
    let rest = reference
        .rsplit_once(":function:")
        .map_or(reference, |(_, rest)| rest);
    let rest = rest.strip_prefix("function:").unwrap_or(rest);
    let (name, version) = rest.split_once(':').unwrap_or((rest, "$LATEST"));
    [names::PRODUCER, names::CONSUMER]
        .into_iter()
        .find(|known| *known == name && version == "$LATEST")
}

fn with_function(reference: &str, then: impl FnOnce(&'static str) -> Reply) -> Reply {
    find(reference).map_or_else(|| function_not_found(reference), then)
}

fn function_not_found(reference: &str) -> Reply {
    let name = reference
        .rsplit_once(":function:")
        .map_or(reference, |(_, name)| name);
    error(
        StatusCode::NOT_FOUND,
        "ResourceNotFoundException",
        &format!("Function not found: {}", arn(name)),
    )
}

async fn invoke(lambda: &Arc<Lambda>, parts: &Parts, name: &str, body: Bytes) -> MaybeReply {
    let Some(function) = find(name) else {
        return Some(function_not_found(name));
    };
    let header = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let kind = header("x-amz-invocation-type").unwrap_or("RequestResponse");
    let limit = if kind == "Event" {
        ASYNC_LIMIT
    } else {
        SYNC_LIMIT
    };
    if body.len() > limit {
        let message = format!(
            "{} byte payload is too large for the {kind} invocation type (limit {limit} bytes)",
            body.len()
        );
        return Some(error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLargeException",
            &message,
        ));
    }
    let payload = if body.is_empty() {
        Bytes::from_static(b"{}")
    } else {
        body
    };
    if let Err(problem) = serde_json::from_slice::<serde::de::IgnoredAny>(&payload) {
        let message = format!("Could not parse request body into json: {problem}");
        return Some(error(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            &message,
        ));
    }
    match kind {
        "DryRun" => Some(whole(StatusCode::NO_CONTENT, "application/json", "")),
        "Event" => {
            let request_id = new_request_id();
            let reply = with_request_id(
                whole(StatusCode::ACCEPTED, "application/json", ""),
                &request_id,
            );
            tokio::spawn(run_with_retries(
                Arc::clone(lambda),
                function,
                payload,
                request_id,
            ));
            Some(reply)
        }
        "RequestResponse" => {
            // A task of its own: an invocation runs to its end though the client goes away.
            let running = {
                let lambda = Arc::clone(lambda);
                tokio::spawn(async move {
                    let completed = run(&lambda, function, &payload, new_request_id()).await;
                    let is_producer = function == names::PRODUCER;
                    let silent = is_producer && lambda.live.happens(Fault::NoAnswer);
                    if is_producer && lambda.live.happens(Fault::LateAnswer) {
                        tokio::time::sleep(LATE_ANSWER).await;
                    }
                    (!silent).then_some(completed)
                })
            };
            let completed = running.await.ok().flatten()?;
            Some(completed_reply(
                &completed,
                header("x-amz-log-type") == Some("Tail"),
            ))
        }
        other => {
            let message = format!("Unknown invocation type {other}");
            Some(error(
                StatusCode::BAD_REQUEST,
                "InvalidParameterValueException",
                &message,
            ))
        }
    }
}

async fn run(
    lambda: &Lambda,
    function: &'static str,
    payload: &[u8],
    request_id: String,
) -> Completed {
    if function == names::PRODUCER {
        return lambda.produce(payload, request_id).await;
    }
    match serde_json::from_slice::<SqsEvent>(payload) {
        Ok(event) => lambda.consume(&event, request_id).await.0,
        Err(error) => lambda.consume_nonsense(&error, request_id),
    }
}

/// An asynchronous invocation: what fails is tried again, under the same request id.
async fn run_with_retries(
    lambda: Arc<Lambda>,
    function: &'static str,
    payload: Bytes,
    request_id: String,
) {
    for attempt in 0..=ASYNC_RETRIES {
        if attempt > 0 {
            tokio::time::sleep(ASYNC_PAUSE).await;
        }
        let completed = run(&lambda, function, &payload, request_id.clone()).await;
        if completed.function_error.is_none() {
            return;
        }
    }
}

fn with_request_id(mut reply: Reply, request_id: &str) -> Reply {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        reply.headers_mut().insert("x-amzn-requestid", id);
    }
    reply
}

fn completed_reply(completed: &Completed, tail: bool) -> Reply {
    let mut payload = completed.payload.to_string();
    let mut function_error = completed.function_error;
    if payload.len() > SYNC_LIMIT {
        function_error = Some("Unhandled");
        payload = json!({
            "errorType": "Function.ResponseSizeTooLarge",
            "errorMessage": format!(
                "Response payload size exceeded maximum allowed payload size ({SYNC_LIMIT} bytes)."
            ),
        })
        .to_string();
    }
    let reply = whole(StatusCode::OK, "application/json", payload);
    let mut reply = with_request_id(reply, &completed.request_id);
    let headers = reply.headers_mut();
    headers.insert(
        "x-amz-executed-version",
        HeaderValue::from_static("$LATEST"),
    );
    if let Some(kind) = function_error {
        headers.insert("x-amz-function-error", HeaderValue::from_static(kind));
    }
    if tail {
        let log = completed.log.as_bytes();
        let end = &log[log.len().saturating_sub(TAIL_BYTES)..];
        if let Ok(end) = HeaderValue::from_str(&BASE64_STANDARD.encode(end)) {
            headers.insert("x-amz-log-result", end);
        }
    }
    reply
}

fn configuration(lambda: &Lambda, function: &str) -> Value {
    let variables = if function == names::PRODUCER {
        json!({ QUEUE_VARIABLE: lambda.queues.urls()[0] })
    } else {
        json!({})
    };
    let logging = lambda
        .live
        .read(|settings| logging_config(settings, function));
    json!({
        "FunctionName": function,
        "FunctionArn": arn(function),
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Role": format!("arn:aws:iam::{}:role/{function}", names::ACCOUNT),
        "CodeSize": 0,
        "CodeSha256": "",
        "Description": "The reference function of the embedded pipeline",
        "Timeout": TIMEOUT.as_secs(),
        "MemorySize": MEMORY_MB,
        "Version": "$LATEST",
        "PackageType": "Zip",
        "Architectures": [std::env::consts::ARCH.replace("aarch64", "arm64")],
        "Environment": { "Variables": variables },
        "TracingConfig": { "Mode": "PassThrough" },
        "EphemeralStorage": { "Size": 512 },
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "LastModified": "2026-01-01T00:00:00.000+0000",
        "LoggingConfig": logging,
    })
}

/// `LoggingConfig`; it has levels in JSON format only.
fn logging_config(settings: &Settings, function: &str) -> Value {
    let group = log_group(function, settings.shared_log_group);
    match settings.log_format {
        LogFormat::Text => json!({ "LogFormat": "Text", "LogGroup": group }),
        LogFormat::Json => json!({
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": settings.system_log_level.name().to_uppercase(),
            "LogGroup": group,
        }),
    }
}

fn list_functions(lambda: &Lambda, parts: &Parts) -> Reply {
    let all = [names::CONSUMER, names::PRODUCER];
    let from = parameter(parts, "Marker")
        .and_then(|marker| marker.parse().ok())
        .unwrap_or(0);
    let most = parameter(parts, "MaxItems")
        .and_then(|most| most.parse().ok())
        .unwrap_or(50);
    let page: Vec<Value> = all
        .iter()
        .skip(from)
        .take(most)
        .map(|function| configuration(lambda, function))
        .collect();
    let next = from + page.len();
    let mut answer = json!({ "Functions": page });
    if next < all.len() {
        answer["NextMarker"] = json!(next.to_string());
    }
    ok(&answer)
}

fn list_mappings(lambda: &Lambda, parts: &Parts) -> Reply {
    let source = parameter(parts, "EventSourceArn");
    let function = parameter(parts, "FunctionName");
    if let Some(function) = function
        .as_deref()
        .filter(|function| find(function).is_none())
    {
        return function_not_found(function);
    }
    let fits = source.is_none_or(|source| source == queue_arn(names::QUEUE))
        && function.is_none_or(|function| find(&function) == Some(names::CONSUMER));
    let mappings: Vec<Value> = fits
        .then(|| mapping(lambda, &lambda.trigger.mapping()))
        .into_iter()
        .collect();
    ok(&json!({ "EventSourceMappings": mappings }))
}

fn mapping(lambda: &Lambda, mapping: &Mapping) -> Value {
    #[allow(clippy::cast_precision_loss)] // Seconds since 1970, to the millisecond.
    let modified = mapping.modified.as_millisecond() as f64 / 1_000.0;
    // The fault stands for a filter that some messages do not match.
    let filters = if lambda
        .live
        .read(|settings| settings.faults.includes(Fault::Filtered))
    {
        json!([{ "Pattern": r#"{"body":{"fault":["none"]}}"# }])
    } else {
        json!([])
    };
    let metrics: &[&str] = if lambda.live.read(|settings| settings.event_count_metrics) {
        &["EventCount"]
    } else {
        &[]
    };
    json!({
        "UUID": UUID,
        "MetricsConfig": { "Metrics": metrics },
        "FilterCriteria": { "Filters": filters },
        "EventSourceArn": queue_arn(names::QUEUE),
        "EventSourceMappingArn": format!(
            "arn:aws:lambda:{}:{}:event-source-mapping:{UUID}", names::REGION, names::ACCOUNT
        ),
        "FunctionArn": arn(names::CONSUMER),
        "State": if mapping.enabled { "Enabled" } else { "Disabled" },
        "StateTransitionReason": "USER_INITIATED",
        "BatchSize": mapping.batch_size,
        "MaximumBatchingWindowInSeconds": mapping.window.as_millis().div_ceil(1_000),
        "FunctionResponseTypes":
            if mapping.reports_failures { json!(["ReportBatchItemFailures"]) } else { json!([]) },
        "ScalingConfig": { "MaximumConcurrency": mapping.concurrency },
        "LastModified": modified,
    })
}

fn update_mapping(lambda: &Lambda, body: &[u8]) -> Reply {
    let Ok(asked) = serde_json::from_slice::<Value>(body) else {
        return error(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            "The body is not JSON.",
        );
    };
    let refuse = |message: &str| {
        error(
            StatusCode::BAD_REQUEST,
            "InvalidParameterValueException",
            message,
        )
    };
    let batch_size = match asked.get("BatchSize").filter(|size| !size.is_null()) {
        // A larger batch needs a batching window, which this mapping does not have.
        Some(size) => match size.as_i64().and_then(|size| i32::try_from(size).ok()) {
            Some(size @ 1..=10) => Some(size),
            _ => return refuse("BatchSize must be from 1 to 10 without a batching window."),
        },
        None => None,
    };
    let concurrency = match asked.pointer("/ScalingConfig/MaximumConcurrency") {
        Some(most) => match most.as_u64().and_then(|most| usize::try_from(most).ok()) {
            Some(most @ 2..=1000) => Some(most.min(super::trigger::CONCURRENCY)),
            _ => return refuse("MaximumConcurrency must be from 2 to 1000."),
        },
        None => None,
    };
    let reports = asked.get("FunctionResponseTypes").and_then(Value::as_array);
    let changed = lambda.trigger.change(|mapping| {
        if let Some(enabled) = asked.get("Enabled").and_then(Value::as_bool) {
            mapping.enabled = enabled;
        }
        if let Some(size) = batch_size {
            mapping.batch_size = size;
        }
        if let Some(concurrency) = concurrency {
            mapping.concurrency = concurrency;
        }
        if let Some(reports) = reports {
            mapping.reports_failures = reports.contains(&json!("ReportBatchItemFailures"));
        }
    });
    let mut answer = mapping(lambda, &changed);
    // As on AWS the answer tells the change, not yet its end.
    answer["State"] = json!(if changed.enabled {
        "Enabling"
    } else {
        "Disabling"
    });
    whole(StatusCode::ACCEPTED, "application/json", answer.to_string())
}
