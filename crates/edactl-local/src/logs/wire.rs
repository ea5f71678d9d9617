//! What all operations share on the wire: refusals, names, ARNs, times.

use bytes::Bytes;
use hyper::StatusCode;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::reply::{Reply, json_error};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "000000000000";

/// Why an operation was refused, as AWS words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    code: &'static str,
    message: String,
}

impl ApiError {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            code: "InvalidParameterException",
            message: message.into(),
        }
    }

    pub fn no_group() -> Self {
        Self {
            code: "ResourceNotFoundException",
            message: "The specified log group does not exist.".into(),
        }
    }

    pub fn no_stream() -> Self {
        Self {
            code: "ResourceNotFoundException",
            message: "The specified log stream does not exist.".into(),
        }
    }

    pub fn no_query() -> Self {
        Self {
            code: "ResourceNotFoundException",
            message: "The specified query does not exist.".into(),
        }
    }

    /// A query that AWS, or the embedded pipeline, does not understand.
    pub fn malformed_query(message: String) -> Self {
        Self {
            code: "MalformedQueryException",
            message,
        }
    }

    /// A log group whose class lacks an operation.
    pub fn not_for_class(group: &str, class: &str, operation: &str) -> Self {
        Self {
            code: "InvalidOperationException",
            message: format!(
                "The log group {group} is of log-group-class {class}, which has no {operation}."
            ),
        }
    }

    pub fn exists(what: &str) -> Self {
        Self {
            code: "ResourceAlreadyExistsException",
            message: format!("The specified {what} already exists"),
        }
    }

    pub fn unknown_operation(operation: &str) -> Self {
        Self {
            code: "UnknownOperationException",
            message: format!("the embedded pipeline has no logs operation {operation}"),
        }
    }

    pub fn bad_token() -> Self {
        Self::invalid("The specified nextToken is invalid.")
    }

    pub fn fault(error: &dyn std::error::Error) -> Self {
        Self {
            code: "ServiceUnavailableException",
            message: error.to_string(),
        }
    }

    pub fn reply(&self) -> Reply {
        json_error(StatusCode::BAD_REQUEST, self.code, &self.message)
    }
}

/// Reads a request.
pub(super) fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError {
        code: "SerializationException",
        message: error.to_string(),
    })
}

/// A group's ARN, as `logGroupArn` gives it; `arn` ends in `:*` too.
pub(super) fn group_arn(group: &str) -> String {
    format!("arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}")
}

/// The name in a log group identifier, which is a name or an ARN.
pub(super) fn group_name(identifier: &str) -> &str {
    let name = match identifier.split_once(":log-group:") {
        Some((start, name)) if start.starts_with("arn:") => name,
        _ => identifier,
    };
    name.strip_suffix(":*").unwrap_or(name)
}

/// `logGroupName` or `logGroupIdentifier`, of which exactly one has to be there.
pub(super) fn one_group<'a>(
    name: Option<&'a str>,
    identifier: Option<&'a str>,
) -> Result<&'a str, ApiError> {
    match (name, identifier) {
        (Some(name), None) => Ok(name),
        (None, Some(identifier)) => Ok(group_name(identifier)),
        (Some(_), Some(_)) => Err(ApiError::invalid(
            "LogGroupName and LogGroupIdentifier are mutually exclusive",
        )),
        (None, None) => Err(ApiError::invalid(
            "Either LogGroupName or LogGroupIdentifier must be specified",
        )),
    }
}

/// A moment in epoch milliseconds, as requests give it.
pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// A page size between 1 and `most`, `most` where none was asked for.
pub(super) fn limit(asked: Option<i64>, most: usize) -> Result<usize, ApiError> {
    match asked {
        None => Ok(most),
        Some(asked) => usize::try_from(asked)
            .ok()
            .filter(|asked| (1..=most).contains(asked))
            .ok_or_else(|| {
                ApiError::invalid(format!(
                    "Value '{asked}' at 'limit' failed to satisfy constraint: Member must be \
                     between 1 and {most}"
                ))
            }),
    }
}

/// Refuses a group name that AWS would refuse.
pub(super) fn check_group_name(name: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._/#-".contains(c);
    check_name("logGroupName", name, allowed)
}

/// Refuses a stream name that AWS would refuse.
pub(super) fn check_stream_name(name: &str) -> Result<(), ApiError> {
    check_name("logStreamName", name, |c| c != ':' && c != '*')
}

fn check_name(field: &str, name: &str, allowed: impl Fn(char) -> bool) -> Result<(), ApiError> {
    if (1..=512).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(ApiError::invalid(format!(
        "Value '{name}' at '{field}' failed to satisfy constraint: 1 to 512 allowed characters"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_by_name_or_arn() {
        for identifier in [
            "/aws/lambda/f",
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f",
            "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/f:*",
        ] {
            assert_eq!(group_name(identifier), "/aws/lambda/f");
        }
        assert!(one_group(Some("a"), Some("b")).is_err());
        assert!(one_group(None, None).is_err());
    }
}
