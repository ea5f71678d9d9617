//! How the consumer failed: what its errors are, and which of them show no payload.

use std::{cmp::Reverse, collections::HashMap};

use crate::{
    diagnosis::{Case, Cause, ConsumerError, ERRORS_TOLD, FailureKind, UnseenError},
    humanize::millis,
    ledger::{Failure, MessageIndex, State, UnseenFailure},
    line::rejection,
    matcher::shape,
};

/// Errors by which a runtime says that it cannot load the function.
const CANNOT_START: [&str; 8] = [
    "Runtime.ImportModuleError",
    "Runtime.HandlerNotFound",
    "Runtime.UserCodeSyntaxError",
    "Runtime.MalformedHandlerName",
    "Runtime.InvalidEntrypoint",
    "Runtime.InvalidWorkingDir",
    "Runtime.InvalidTaskConfig",
    "Runtime.NoSuchHandler",
];

/// What kind of failure an error tells of. `marker_field`: the field that the payloads carry, and the
/// event did not have.
pub(super) fn kind_of(error: &str, marker_field: Option<&str>) -> FailureKind {
    let begins = |begin: &&str| error.starts_with(begin);
    if CANNOT_START.iter().any(begins)
        // Extensions, Java and Ruby have words of their own.
        || ["Extension.", "Class not found: ", "Init<"].iter().any(begins)
    {
        return FailureKind::CannotStart;
    }
    if ["Task timed out", "Sandbox.Timedout"].iter().any(begins) || error == "timeout" {
        return FailureKind::Timeout;
    }
    if [
        "Runtime.OutOfMemory",
        "MemoryError",
        "java.lang.OutOfMemoryError",
    ]
    .iter()
    .any(begins)
        || error.contains("signal: killed")
        || error.contains("heap out of memory")
    {
        return FailureKind::OutOfMemory;
    }
    let is_of = |field| rejection::find(error).is_some_and(|found| found.may_be_of(field));
    if marker_field.is_some_and(is_of) {
        return FailureKind::MarkerRejected;
    }
    FailureKind::Error
}

/// An error with its type apart.
pub(super) fn consumer_error(
    failure: Option<&Failure>,
    request_id: Option<String>,
) -> ConsumerError {
    let text = failure.map_or("", |failure| &*failure.text);
    let is_type = |kind: &str| {
        !kind.is_empty()
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
    };
    let (kind, message) = match text.split_once(": ").filter(|(kind, _)| is_type(kind)) {
        Some((kind, message)) => (Some(kind.to_owned()), message),
        None => (None, text),
    };
    ConsumerError {
        kind,
        message: message.to_owned(),
        frame: failure.and_then(|failure| failure.frame.as_deref().map(str::to_owned)),
        request_id,
    }
}

/// The cause of a payload whose last attempt tells an error.
pub(super) fn cause_of(case: &Case<'_>, message: MessageIndex, state: State) -> Cause {
    let failure = case.judgement.ledger().last_failure(message);
    let text = failure.map_or("", |failure| &*failure.text);
    match kind_of(text, case.run.plan.marker_field.as_deref()) {
        FailureKind::CannotStart => Cause::ConsumerCannotStart { state },
        FailureKind::MarkerRejected => Cause::MarkerRejected { state },
        FailureKind::Timeout => Cause::ConsumerTimeout {
            state,
            timeout_ms: case.topology.consumer.as_ref().map(|it| millis(it.timeout)),
        },
        FailureKind::OutOfMemory => Cause::ConsumerOutOfMemory { state },
        FailureKind::Error => Cause::ConsumerError { state },
    }
}

/// The errors of invocations since the run began that show no payload of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UnseenErrors {
    /// The most frequent first.
    pub errors: Vec<UnseenError>,
    /// How many invocations failed with others.
    pub others: u64,
}

impl UnseenErrors {
    pub fn of(case: &Case<'_>) -> Self {
        let marker_field = case.run.plan.marker_field.as_deref();
        let mut by_shape: HashMap<String, Vec<UnseenFailure<'_>>> = HashMap::new();
        for failure in case.judgement.ledger().unseen_failures() {
            by_shape
                .entry(shape(&failure.error.text))
                .or_default()
                .push(failure);
        }
        let told = by_shape.into_values().map(|mut same| {
            // What failed before its invocation began has no id, and is told again with one.
            if same.iter().any(|failure| failure.request_id.is_some()) {
                same.retain(|failure| failure.request_id.is_some());
            }
            let last = same
                .iter()
                .max_by_key(|failure| (failure.at, failure.request_id));
            let request_id = last.and_then(|last| last.request_id.map(|id| id.to_string()));
            let failure = last.map(|last| last.error);
            UnseenError {
                failure: kind_of(failure.map_or("", |it| &*it.text), marker_field),
                error: consumer_error(failure, request_id),
                count: same.len() as u64,
            }
        });
        let mut errors: Vec<UnseenError> = told.collect();
        errors.sort_by_key(|it| (Reverse(it.count), it.error.text()));
        let rest = errors.split_off(errors.len().min(ERRORS_TOLD));
        Self {
            errors,
            others: rest.iter().map(|it| it.count).sum(),
        }
    }

    /// The cause of a payload that nothing shows, where there are such errors.
    pub fn cause(&self, state: State) -> Option<Cause> {
        (!self.errors.is_empty()).then(|| Cause::ConsumerFailsUnseen {
            state,
            errors: self.errors.clone(),
            others: self.others,
        })
    }
}
