//! Receipts: what the producer answered to one invocation, read from its payload.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::run::message_id::MessageId;

/// What a producer's answer says, as far as it can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// `statusCode` of the payload.
    pub status: Option<u16>,
    /// How many messages the producer says it sent.
    pub sent: Option<u64>,
    /// The SQS message id of each entry, in the event's order, where the answer gives it.
    pub message_ids: Vec<Option<MessageId>>,
    /// The error that the payload tells of.
    pub error: Option<String>,
}

/// Reads the answer of a producer that was given the entries `keys`.
///
/// `function_error` is Lambda's `X-Amz-Function-Error`: then the payload is the error itself.
#[must_use]
pub fn read(payload: &[u8], function_error: Option<&str>, keys: &[&str]) -> Receipt {
    let answer: Value = serde_json::from_slice(payload).unwrap_or(Value::Null);
    if let Some(kind) = function_error {
        return Receipt {
            error: Some(function_failure(&answer, kind)),
            ..Receipt::default()
        };
    }
    let status = answer.get("statusCode").and_then(status_code);
    // A proxy-style answer carries its body as JSON text; others answer with the object itself.
    let body = match answer.get("body") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::from(&**text)),
        Some(body) => body.clone(),
        None => answer,
    };
    let error = body
        .get("error")
        .or_else(|| body.get("Error"))
        .or_else(|| body.get("errorMessage"))
        .map(plain)
        .or_else(|| status.filter(|status| *status >= 400).map(|_| plain(&body)));
    Receipt {
        status,
        sent: count(&body),
        message_ids: ids(&body, keys),
        error,
    }
}

fn status_code(value: &Value) -> Option<u16> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|status| u16::try_from(status).ok()),
    }
}

fn function_failure(answer: &Value, kind: &str) -> String {
    let field = |name: &str| answer.get(name).and_then(Value::as_str);
    match (field("errorType"), field("errorMessage")) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (None, Some(message)) => message.to_owned(),
        (Some(kind), None) => kind.to_owned(),
        (None, None) => format!("the function failed ({kind})"),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The number sent: a field that says so, else the number before the word "message" in a sentence.
fn count(body: &Value) -> Option<u64> {
    static SENTENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\b(\d+)\s+messages?\b").expect("a valid pattern"));
    let fields = [
        "Sent",
        "sent",
        "MessagesSent",
        "messagesSent",
        "count",
        "Count",
    ];
    if let Some(number) = fields
        .iter()
        .find_map(|field| body.get(field).and_then(Value::as_u64))
    {
        return Some(number);
    }
    let sentence = ["Message", "message"]
        .iter()
        .find_map(|field| body.get(field).and_then(Value::as_str))
        .or_else(|| body.as_str())?;
    SENTENCE.captures(sentence)?[1].parse().ok()
}

/// Message ids: an object from entry key to id, or a list in the order of the entries.
fn ids(body: &Value, keys: &[&str]) -> Vec<Option<MessageId>> {
    let id = |value: &Value| value.as_str().map(MessageId::from);
    let fields = ["MessageIds", "messageIds", "MessageIDs", "message_ids"];
    match fields.iter().find_map(|field| body.get(field)) {
        Some(Value::Object(by_key)) => keys
            .iter()
            .map(|key| by_key.get(*key).and_then(id))
            .collect(),
        Some(Value::Array(list)) if list.len() == keys.len() => list.iter().map(id).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn proxy(status: u16, body: &Value) -> Vec<u8> {
        json!({"isBase64Encoded": false, "statusCode": status, "body": body.to_string()})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn the_number_sent_is_read_from_the_sentence() {
        for (sentence, sent) in [
            ("Successfully sent 2 messages, all well.", Some(2)),
            ("Successfully sent 1 message", Some(1)),
            ("Sent 12 of 14 messages", Some(14)),
            ("done", None),
        ] {
            let payload = proxy(200, &json!({"Status": "Sent", "Message": sentence}));
            assert_eq!(read(&payload, None, &[]).sent, sent, "{sentence}");
        }
    }

    #[test]
    fn message_ids_go_to_their_entries() {
        let payload = proxy(
            200,
            &json!({"Message": "Successfully sent 2 messages", "MessageIds": {"b": "id-b", "a": "id-a"}}),
        );
        let receipt = read(&payload, None, &["a", "b", "c"]);
        assert_eq!(
            receipt.message_ids,
            [Some("id-a".into()), Some("id-b".into()), None]
        );
    }

    #[test]
    fn failures_are_told() {
        let receipt = read(
            &proxy(502, &json!({"error": "queue is gone", "Sent": 1})),
            None,
            &[],
        );
        assert_eq!((receipt.status, receipt.sent), (Some(502), Some(1)));
        assert_eq!(receipt.error.as_deref(), Some("queue is gone"));
        let raised = json!({"errorType": "KeyError", "errorMessage": "'x'"}).to_string();
        let receipt = read(raised.as_bytes(), Some("Unhandled"), &["a"]);
        assert_eq!(receipt.error.as_deref(), Some("KeyError: 'x'"));
        assert_eq!(
            read(b"not json", Some("Handled"), &[]).error.unwrap(),
            "the function failed (Handled)"
        );
    }

    #[test]
    fn an_answer_that_says_nothing_claims_nothing() {
        assert_eq!(read(b"null", None, &["a"]), Receipt::default());
        assert_eq!(read(b"", None, &["a"]), Receipt::default());
    }
}
