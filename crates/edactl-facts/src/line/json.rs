//! Lines in JSON: Lambda's JSON format, structured loggers, and the platform's own events.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::line::{
    ErrorOrigin, InvocationStatus, Kind, Level, Line, PlatformFormat, error_text, is_uuid, string,
    text::java_error,
};

/// The fields that matter of a line, unread: a line is parsed once, and only what is needed of it
/// is unescaped.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow, rename = "AWSRequestId")]
    request_id_in_python: Option<&'a RawValue>,
    #[serde(borrow, rename = "request_id")]
    request_id_in_snakes: Option<&'a RawValue>,
    #[serde(borrow, rename = "awsRequestId")]
    request_id_of_aws: Option<&'a RawValue>,
    #[serde(borrow, rename = "function_request_id")]
    request_id_of_powertools: Option<&'a RawValue>,
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    level: Option<&'a RawValue>,
    #[serde(borrow)]
    levelname: Option<&'a RawValue>,
    #[serde(borrow)]
    severity: Option<&'a RawValue>,
    #[serde(borrow)]
    log_level: Option<&'a RawValue>,
    #[serde(borrow, rename = "log.level")]
    level_of_ecs: Option<&'a RawValue>,
    #[serde(borrow)]
    log: Option<&'a RawValue>,
    #[serde(borrow)]
    lvl: Option<&'a RawValue>,
    #[serde(borrow)]
    severity_text: Option<&'a RawValue>,
    #[serde(borrow, rename = "@l")]
    level_of_serilog: Option<&'a RawValue>,
    #[serde(borrow, rename = "LogLevel")]
    level_of_dotnet: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow, alias = "Message", alias = "@m", alias = "@mt")]
    msg: Option<&'a RawValue>,
    #[serde(borrow, rename = "fields")]
    tracing: Option<&'a RawValue>,
    #[serde(borrow)]
    target: Option<&'a RawValue>,
    #[serde(borrow)]
    span: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorType")]
    error_type: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorMessage")]
    error_message: Option<&'a RawValue>,
    #[serde(borrow, rename = "stackTrace")]
    stack_trace: Option<&'a RawValue>,
}

/// A platform event: these three fields and no other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformEvent<'a> {
    #[serde(borrow)]
    time: &'a RawValue,
    #[serde(rename = "type", borrow)]
    kind: &'a RawValue,
    #[serde(borrow)]
    record: Record<'a>,
}

/// The record of a platform event.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, rename = "requestId")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow)]
    status: Option<&'a RawValue>,
    #[serde(borrow, rename = "errorType")]
    error_type: Option<&'a RawValue>,
}

/// An exception as a runtime tells it.
#[derive(Deserialize)]
struct Exception<'a> {
    #[serde(borrow, rename = "errorType")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "errorMessage")]
    message: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "stackTrace")]
    stack_trace: Option<&'a RawValue>,
}

/// What tracing-subscriber nests.
#[derive(Deserialize)]
struct Tracing<'a> {
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow, rename = "requestId", alias = "request_id")]
    request_id: Option<&'a RawValue>,
    #[serde(borrow)]
    level: Option<&'a RawValue>,
}

fn uuid(raw: Option<&RawValue>) -> Option<&str> {
    match string(raw)? {
        Cow::Borrowed(id) => Some(id).filter(|id| is_uuid(id)),
        Cow::Owned(_) => None,
    }
}

fn nested(raw: Option<&RawValue>) -> Option<Tracing<'_>> {
    let json = raw?.get();
    json.starts_with('{')
        .then(|| serde_json::from_str(json).ok())
        .flatten()
}

/// Reads a line that is a JSON object.
pub(super) fn read(text: &str) -> Option<Line<'_>> {
    // The platform writes its three fields in this order.
    if text.starts_with("{\"time\":")
        && text.contains("\"platform.")
        && let Some(line) = read_platform(text)
    {
        return Some(line);
    }
    read_logger(text)
}

fn read_platform(text: &str) -> Option<Line<'_>> {
    let event: PlatformEvent<'_> = serde_json::from_str(text).ok()?;
    let time = string(Some(event.time))?;
    time.parse::<jiff::Timestamp>().ok()?;
    let kind = string(Some(event.kind))?;
    let kind = kind.strip_prefix("platform.")?;
    let record = event.record;
    let request_id = uuid(record.request_id);
    let status = string(record.status);
    let status = status.as_deref().and_then(InvocationStatus::parse);
    let failed = status.is_some_and(|status| status != InvocationStatus::Success);
    let failure = failed
        .then(|| string(record.error_type).or_else(|| string(record.status)))
        .flatten()
        .map(Cow::into_owned);
    let is_of_invocation = matches!(kind, "start" | "runtimeDone" | "report");
    if is_of_invocation && request_id.is_none() {
        return None;
    }
    Some(Line {
        request_id,
        level: (failed && !is_of_invocation).then_some(Level::Error),
        kind: match kind {
            "start" => Kind::Start,
            "runtimeDone" => Kind::End,
            "report" => Kind::Report(failure),
            _ => Kind::Platform,
        },
        format: PlatformFormat::Json,
        status: status.filter(|_| is_of_invocation),
        origin: ErrorOrigin::Runtime,
        ..Line::plain(text)
    })
}

/// Reads what a structured logger, or a runtime in JSON format, wrote.
pub(super) fn read_logger(text: &str) -> Option<Line<'_>> {
    let fields: Fields<'_> = serde_json::from_str(text).ok()?;
    let ids = [
        fields.request_id,
        fields.request_id_in_python,
        fields.request_id_in_snakes,
        fields.request_id_of_aws,
        fields.request_id_of_powertools,
    ];
    let tracing = nested(fields.tracing);
    let span = nested(fields.span);
    let request_id = ids
        .into_iter()
        .find_map(uuid)
        .or_else(|| uuid(span.as_ref()?.request_id));
    let levels = [
        fields.level,
        fields.levelname,
        fields.severity,
        fields.log_level,
        fields.level_of_ecs,
        fields.lvl,
        fields.severity_text,
        fields.level_of_serilog,
        fields.level_of_dotnet,
    ];
    let level = levels
        .into_iter()
        .flatten()
        .find_map(Level::of_json)
        .or_else(|| nested(fields.log)?.level.and_then(Level::of_json));
    let message = string(fields.message)
        .or_else(|| string(fields.msg))
        .or_else(|| string(tracing?.message));
    let failure = failure(&fields, request_id, level, message.as_deref());
    let (kind, origin) = match failure {
        Some((error, origin)) => (Kind::Failure(error), origin),
        None => (Kind::Application, ErrorOrigin::Application),
    };
    let level = match kind {
        Kind::Failure(_) => Some(Level::Error),
        _ => level,
    };
    Some(Line {
        request_id,
        level,
        kind,
        format: PlatformFormat::Json,
        origin,
        message: message.unwrap_or(Cow::Borrowed(text)),
        json: Some(text),
        ..Line::plain(text)
    })
}

/// The runtimes' JSON forms of an exception that nobody caught. All carry the runtime's own time
/// stamp, level and request id: a payload that looks like an exception has none of these.
fn failure(
    fields: &Fields<'_>,
    request_id: Option<&str>,
    level: Option<Level>,
    message: Option<&str>,
) -> Option<(String, ErrorOrigin)> {
    if level != Some(Level::Error) || fields.timestamp.is_none() {
        return None;
    }
    request_id?;
    // Rust's runtime client.
    if string(fields.target).is_some_and(|target| target.starts_with("lambda_runtime")) {
        return Some((message?.to_owned(), ErrorOrigin::Runtime));
    }
    // Node: the exception stands under `message`.
    if let Some(raw) = fields.message.filter(|raw| raw.get().starts_with('{')) {
        let exception: Exception<'_> = serde_json::from_str(raw.get()).ok()?;
        exception.stack_trace?;
        let text = error_text(Some(&*exception.kind?), exception.message.as_deref());
        return text.map(|text| (text, ErrorOrigin::Runtime));
    }
    // Java: one text.
    if let Some(error) = message.and_then(java_error) {
        return Some((error.to_owned(), ErrorOrigin::Runtime));
    }
    let kind = string(fields.error_type)?;
    fields.stack_trace?;
    let error = string(fields.error_message);
    // Only Python's runtime calls the level so; loggers of .NET and Node give errors that the
    // application caught the same form as those that nobody caught.
    let origin = if fields.log_level.is_some() {
        ErrorOrigin::Runtime
    } else {
        ErrorOrigin::Application
    };
    let text = error_text(Some(&*kind), error.as_deref().or(message))?;
    Some((text, origin))
}

#[cfg(test)]
mod tests;
