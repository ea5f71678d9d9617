//! A structured logger's line, JSON as it is written, as a message with fields behind it.

use serde_json::{Map, Value};

/// How many places of a line may begin its JSON.
const PREFIX_BRACES: usize = 3;
/// Fields that the view shows elsewhere on the line, or that every line repeats.
const SHOWN_ELSEWHERE: [&str; 16] = [
    "timestamp",
    "time",
    "level",
    "levelname",
    "severity",
    "log_level",
    "requestId",
    "AWSRequestId",
    "awsRequestId",
    "request_id",
    "function_request_id",
    "message",
    "msg",
    "errorType",
    "errorMessage",
    "stackTrace",
];

/// A line in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonLine {
    /// The message; an exception's type and message where it is one.
    pub message: String,
    /// `name=value`, separated by blanks.
    pub fields: String,
    /// The lines of an exception's stack.
    pub stack: Vec<String>,
}

/// The object that a line is, or that stands behind its prefix; `None` when there is none.
#[must_use]
pub fn object(text: &str) -> Option<Value> {
    let text = text.trim_end();
    if !text.ends_with('}') {
        return None;
    }
    // A prefix may hold a brace of its own.
    let braces = text.match_indices('{').map(|(at, _)| at);
    braces
        .filter(|at| *at == 0 || text[..*at].ends_with(|c: char| c.is_whitespace() || c == ':'))
        .take(PREFIX_BRACES)
        .find_map(|at| serde_json::from_str(&text[at..]).ok())
}

/// Takes a line apart; `None` when it is no JSON object.
pub(super) fn read(text: &str) -> Option<JsonLine> {
    let object: Map<String, Value> = serde_json::from_str(text.trim_end()).ok()?;
    let string = |name: &str| object.get(name).and_then(Value::as_str);
    let message = ["message", "msg"].into_iter().find_map(string);
    let error = string("errorMessage").map(|error| match string("errorType") {
        Some(kind) => format!("{kind}: {error}"),
        None => error.to_owned(),
    });
    let message = match (message, error) {
        (Some(message), Some(error)) if !message.contains(&error) => format!("{message}: {error}"),
        (Some(message), _) => message.to_owned(),
        (None, Some(error)) => error,
        // A message that is an object itself stays with the fields.
        (None, None) => String::new(),
    };
    let shown = |name: &str, value: &Value| {
        let in_message = matches!(name, "message" | "msg") && !value.is_string();
        in_message || !SHOWN_ELSEWHERE.contains(&name)
    };
    let fields: Vec<String> = object
        .iter()
        .filter(|(name, value)| shown(name, value))
        .map(|(name, value)| format!("{name}={}", short(value)))
        .collect();
    let stack = object
        .get("stackTrace")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(|line| line.trim_end().lines())
        .map(str::to_owned)
        .collect();
    Some(JsonLine {
        message,
        fields: fields.join(" "),
        stack,
    })
}

/// A plain word needs no quotes.
fn short(value: &Value) -> String {
    match value {
        Value::String(text)
            if !text.is_empty()
                && text
                    .chars()
                    .all(|c| !c.is_whitespace() && !c.is_control() && !"\"=".contains(c)) =>
        {
            text.clone()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logger_s_line_is_its_message_with_fields() {
        let line = read(
            r#"{"timestamp":"t","level":"INFO","requestId":"r","message":"order taken","order":7,"who":"Ada L","at":"London","tags":["a"]}"#,
        )
        .unwrap();
        assert_eq!(line.message, "order taken");
        assert_eq!(line.fields, r#"order=7 who="Ada L" at=London tags=["a"]"#);
        assert!(line.stack.is_empty());
    }

    #[test]
    fn an_exception_is_its_type_message_and_stack() {
        let line = read(
            r#"{"level":"ERROR","errorType":"KeyError","errorMessage":"'x'","stackTrace":["  File a\n    b\n","  File c"]}"#,
        )
        .unwrap();
        assert_eq!(line.message, "KeyError: 'x'");
        assert_eq!(line.stack, ["  File a", "    b", "  File c"]);
        assert_eq!(line.fields, "");
    }

    #[test]
    fn a_message_that_is_an_object_is_a_field() {
        let line = read(r#"{"message":{"a":1}}"#).unwrap();
        assert_eq!(
            (line.message.as_str(), line.fields.as_str()),
            ("", r#"message={"a":1}"#)
        );
        assert_eq!(read("[1]"), None);
        assert_eq!(read("{not json"), None);
    }
}
