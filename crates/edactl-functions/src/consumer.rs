//! The reference consumer: logs each message, refuses those that ask for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::log::{Log, Record};

/// A batch of messages, as an event source mapping hands it over (the parts that are used).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqsEvent {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<SqsRecord>,
}

/// One message of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SqsRecord {
    /// The SQS message id.
    pub message_id: String,
    /// The body as sent.
    pub body: String,
}

/// What the consumer answers: the messages that are to be delivered again
/// (`ReportBatchItemFailures`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    /// The messages that failed.
    pub batch_item_failures: Vec<ItemFailure>,
}

/// One message that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    /// Its SQS message id.
    pub item_identifier: String,
}

/// The marker in a body: its field `edactl`, where the body is an object and that a string.
#[must_use]
pub fn marker(body: &str) -> Option<String> {
    Wishes::read(body).marker().map(str::to_owned)
}

/// What a body says to the consumer; the rest of it is not looked at.
#[derive(Default, Deserialize)]
struct Wishes {
    /// Where edactl puts its marker by default.
    edactl: Option<Value>,
    fail: Option<Value>,
}

impl Wishes {
    fn read(body: &str) -> Self {
        // An array would be read as a structure, too, field by field.
        if body.trim_start().starts_with('{') {
            serde_json::from_str(body).unwrap_or_default()
        } else {
            Self::default()
        }
    }

    fn marker(&self) -> Option<&str> {
        self.edactl.as_ref().and_then(Value::as_str)
    }
}

/// Whether a body asks the consumer to fail: an object with `"fail": true`.
#[must_use]
pub fn asks_to_fail(body: &str) -> bool {
    Wishes::read(body).fail == Some(Value::Bool(true))
}

/// The line of a message that came.
#[must_use]
pub fn received(SqsRecord { message_id, body }: &SqsRecord) -> Record {
    let line = Record::info(format!("Received message {message_id}: {body}"));
    told(line, message_id, body)
}

/// The line of a message that asks to fail.
#[must_use]
pub fn refused(SqsRecord { message_id, body }: &SqsRecord) -> Record {
    let text = format!("Refused message {message_id}: the message asks to fail");
    told(Record::error(text), message_id, body)
}

fn told(line: Record, message_id: &str, body: &str) -> Record {
    let line = line.with("messageId", message_id);
    match marker(body) {
        Some(marker) => line.with("marker", marker),
        None => line,
    }
}

/// Logs each message in a line of its own; refuses one whose body is an object with
/// `"fail": true`.
pub fn handle(event: &SqsEvent, log: &impl Log) -> BatchResponse {
    let mut response = BatchResponse::default();
    for record in &event.records {
        log.record(received(record));
        if asks_to_fail(&record.body) {
            log.record(refused(record));
            response.batch_item_failures.push(ItemFailure {
                item_identifier: record.message_id.clone(),
            });
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::log::LogFormat;

    #[derive(Default)]
    struct Lines(Mutex<Vec<Record>>);

    impl Log for Lines {
        fn record(&self, record: Record) {
            self.0.lock().unwrap().push(record);
        }
    }

    #[test]
    fn each_message_is_a_line_and_poison_is_reported() {
        let lines = Lines::default();
        let record = |id: &str, body: &str| SqsRecord {
            message_id: id.into(),
            body: body.into(),
        };
        let event = SqsEvent {
            records: vec![
                record("m-1", r#"{"edactl":"mark","a":1}"#),
                record("m-2", r#"{"fail":true}"#),
                record("m-3", "not json"),
            ],
        };
        let response = handle(&event, &lines);
        assert_eq!(response.batch_item_failures.len(), 1);
        assert_eq!(response.batch_item_failures[0].item_identifier, "m-2");
        let lines = lines.0.into_inner().unwrap();
        let messages: Vec<_> = lines.iter().map(|line| line.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                r#"Received message m-1: {"edactl":"mark","a":1}"#,
                r#"Received message m-2: {"fail":true}"#,
                "Refused message m-2: the message asks to fail",
                "Received message m-3: not json",
            ]
        );
        let at = "2026-11-24T12:00:00.5Z".parse().unwrap();
        assert_eq!(
            lines[0].render(LogFormat::Text, at, "r-1"),
            "[INFO]\t2026-11-24T12:00:00.500Z\tr-1\tReceived message m-1: {\"edactl\":\"mark\",\"a\":1}"
        );
        let json: Value =
            serde_json::from_str(&lines[0].render(LogFormat::Json, at, "r-1")).unwrap();
        assert_eq!(
            (&json["marker"], &json["messageId"], &json["requestId"]),
            (&"mark".into(), &"m-1".into(), &"r-1".into())
        );
    }
}
