//! What a producer answered to one invocation, read from its payload.

mod ids;

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use regex::Regex;
use serde_json::Value;

use crate::run::message_id::MessageId;

/// What a producer's answer says, as far as it can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProducerAnswer {
    /// `statusCode` of the payload.
    pub status: Option<u16>,
    /// How many messages the producer says it sent.
    pub sent: Option<u64>,
    /// The SQS message id of each entry, in the event's order, where the answer gives it.
    pub message_ids: Vec<Option<MessageId>>,
    /// The SQS message ids of which the answer does not say whose they are.
    pub other_ids: Vec<MessageId>,
    /// The error that the payload tells of.
    pub error: Option<String>,
}

/// Reads the answer of a producer that was given the entries `keys`; `is_shape_known`: each of them
/// is known to become a message, not assumed to.
///
/// `function_error` is Lambda's `X-Amz-Function-Error`: then the payload is the error itself.
#[must_use]
pub fn read(
    payload: &[u8],
    function_error: Option<&str>,
    keys: &[&str],
    is_shape_known: bool,
) -> ProducerAnswer {
    let answer: Value = serde_json::from_slice(payload).unwrap_or(Value::Null);
    if let Some(kind) = function_error {
        return ProducerAnswer {
            error: Some(function_failure(&answer, kind)),
            ..ProducerAnswer::default()
        };
    }
    let status = answer.get("statusCode").and_then(status_code);
    let body = body(answer);
    let ids = ids::find(&body, keys, is_shape_known);
    let said = ["error", "Error", "errorMessage", "ErrorMessage"];
    let error = said
        .iter()
        .find_map(|field| body.get(field))
        .filter(|error| !error.is_null() && **error != Value::Bool(false))
        .map(plain)
        .or_else(|| status.filter(|status| *status >= 400).map(|_| plain(&body)))
        .or(ids.refused);
    ProducerAnswer {
        status,
        sent: count(&body).or(ids.successful),
        message_ids: ids.by_entry,
        other_ids: ids.others,
        error,
    }
}

/// A proxy-style answer carries its body as JSON text, perhaps in base64; others answer with the
/// object itself.
fn body(answer: Value) -> Value {
    let is_base64 = answer.get("isBase64Encoded") == Some(&Value::Bool(true));
    match answer.get("body") {
        Some(Value::String(text)) => {
            let decoded = is_base64
                .then(|| BASE64_STANDARD.decode(text).ok())
                .flatten()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            let text = decoded.as_deref().unwrap_or(text);
            serde_json::from_str(text).unwrap_or(Value::from(text))
        }
        Some(body) => body.clone(),
        None => answer,
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

/// Names of fields that hold the number sent: letters only, in lower case.
const COUNTS: [&str; 14] = [
    "sent",
    "messagessent",
    "sentmessages",
    "count",
    "sentcount",
    "messagecount",
    "messagescount",
    "numberofmessages",
    "numbersent",
    "numsent",
    "published",
    "enqueued",
    "queued",
    "successcount",
];

/// The number sent: a field that says so, else the number before the word "message" in a sentence.
fn count(body: &Value) -> Option<u64> {
    static SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(\d+)(?:\s*(?:of|/|out of)\s*\d+)?\s+messages?\b")
            .expect("a valid pattern")
    });
    let numbers = body.as_object().into_iter().flatten();
    let mut numbers = numbers.filter_map(|(name, value)| {
        let is_count = COUNTS.contains(&ids::plain_name(name).as_str());
        value.as_u64().filter(|_| is_count)
    });
    if let Some(number) = numbers.next() {
        return Some(number);
    }
    let sentence = ["Message", "message", "msg", "result"]
        .iter()
        .find_map(|field| body.get(field).and_then(Value::as_str))
        .or_else(|| body.as_str())?;
    SENTENCE.captures(sentence)?[1].parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{read as read_answer, *};

    fn read(payload: &[u8], function_error: Option<&str>, keys: &[&str]) -> ProducerAnswer {
        read_answer(payload, function_error, keys, true)
    }

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
            ("Sent 12 of 14 messages", Some(12)),
            ("2 message(s) sent", Some(2)),
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
        let answer = read(&payload, None, &["a", "b", "c"]);
        assert_eq!(
            answer.message_ids,
            [Some("id-a".into()), Some("id-b".into()), None]
        );
    }

    #[test]
    fn failures_are_told() {
        let answer = read(
            &proxy(502, &json!({"error": "queue is gone", "Sent": 1})),
            None,
            &[],
        );
        assert_eq!((answer.status, answer.sent), (Some(502), Some(1)));
        assert_eq!(answer.error.as_deref(), Some("queue is gone"));
        let raised = json!({"errorType": "KeyError", "errorMessage": "'x'"}).to_string();
        let answer = read(raised.as_bytes(), Some("Unhandled"), &["a"]);
        assert_eq!(answer.error.as_deref(), Some("KeyError: 'x'"));
        assert_eq!(
            read(b"not json", Some("Handled"), &[]).error.unwrap(),
            "the function failed (Handled)"
        );
    }

    #[test]
    fn counts_are_read_from_fields_of_several_names() {
        for body in [
            json!({"sent": 2}),
            json!({"MessagesSent": 2}),
            json!({"messages_sent": 2, "message": "all 3 messages"}),
            json!("Successfully sent 2 messages"),
        ] {
            assert_eq!(read(&proxy(200, &body), None, &[]).sent, Some(2), "{body}");
            assert_eq!(read(body.to_string().as_bytes(), None, &[]).sent, Some(2));
        }
    }

    #[test]
    fn a_body_in_base64_is_read() {
        let body = json!({"messageIds": ["id-a"], "sent": 1}).to_string();
        let payload = json!({
            "isBase64Encoded": true,
            "statusCode": 200,
            "body": BASE64_STANDARD.encode(body),
        });
        let answer = read(payload.to_string().as_bytes(), None, &["a"]);
        assert_eq!((answer.sent, answer.error), (Some(1), None));
        assert_eq!(answer.message_ids, [Some("id-a".into())]);
    }

    #[test]
    fn a_batch_that_sqs_took_in_part_is_told() {
        let body = json!({
            "Successful": [{"Id": "a", "MessageId": "id-a"}],
            "Failed": [{"Id": "b", "Code": "InternalError", "Message": "no"}],
        });
        let answer = read(&proxy(200, &body), None, &["a", "b"]);
        assert_eq!(answer.message_ids, [Some("id-a".into()), None]);
        assert_eq!(answer.sent, Some(1));
        assert_eq!(answer.error.as_deref(), Some("InternalError: no (entry b)"));
        let fine = json!({"error": null, "sent": 1});
        assert_eq!(read(&proxy(200, &fine), None, &["a"]).error, None);
    }

    #[test]
    fn an_answer_that_says_nothing_claims_nothing() {
        assert_eq!(read(b"null", None, &["a"]), ProducerAnswer::default());
        assert_eq!(read(b"", None, &["a"]), ProducerAnswer::default());
    }
}
