//! Lambda's runtime API around a function: raw events in, answers and errors out.

use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::log::Stdout;
use edactl_functions::{
    log::{Log, LogFormat, Record},
    producer::FunctionError,
};

/// Lambda's runtime API could not be reached.
pub type RuntimeError = lambda_runtime::Error;

/// Where Lambda tells a function its runtime API.
const API_VARIABLE: &str = "AWS_LAMBDA_RUNTIME_API";

/// Why this process cannot be a function: nothing told it a runtime API. `None`: it can.
#[must_use]
pub fn outside_lambda(program: &str) -> Option<String> {
    let told = std::env::var_os(API_VARIABLE).filter(|value| !value.is_empty());
    told.is_none().then(|| {
        format!(
            "{program} runs in AWS Lambda only ({API_VARIABLE} is not set): deploy it as `bootstrap` \
             of a function with the runtime provided.al2023"
        )
    })
}

/// Runs the function for one event after the other, for as long as Lambda keeps this process.
/// The function gets the event as it was sent, so that the order of its entries and the spelling of
/// its numbers survive.
///
/// # Errors
/// When Lambda's runtime API cannot be reached.
pub async fn serve<Answer: Serialize>(
    function: impl AsyncFn(&[u8], &Stdout) -> Result<Answer, FunctionError>,
) -> Result<(), RuntimeError> {
    let format = format(std::env::var("AWS_LAMBDA_LOG_FORMAT").ok().as_deref());
    let function = &function;
    let once = |event: LambdaEvent<Box<RawValue>>| async move {
        let log = Stdout::new(format, event.context.request_id);
        // Boxed: the SDK's futures within it are nested too deeply for the compiler otherwise.
        Box::pin(function(event.payload.get().as_bytes(), &log))
            .await
            .map_err(|error| raised(error, &log))
    };
    lambda_runtime::run(service_fn(once)).await
}

/// Lambda tells a function its log format. What is no Lambda and tells none gets JSON, which says
/// more.
fn format(told: Option<&str>) -> LogFormat {
    match told {
        Some(told) if told.eq_ignore_ascii_case("text") => LogFormat::Text,
        _ => LogFormat::Json,
    }
}

/// An error of the function: a line of its log, as AWS's own runtimes write it, and the answer.
fn raised(FunctionError { kind, message }: FunctionError, log: &impl Log) -> Diagnostic {
    log.record(
        Record::error(format!("{kind}: {message}"))
            .with("errorType", kind)
            .with("errorMessage", message.as_str()),
    );
    Diagnostic {
        error_type: kind.to_owned(),
        error_message: message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_unless_lambda_says_text() {
        assert_eq!(format(Some("Text")), LogFormat::Text);
        assert_eq!(format(Some("JSON")), LogFormat::Json);
        assert_eq!(format(None), LogFormat::Json);
    }
}
