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

/// How a consumer logs its messages. Consumers differ, and a proof has to live with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStyle {
    /// The message id and the body as it came.
    #[default]
    Body,
    /// The body as Python prints a dict.
    Python,
    /// All bodies of the batch in one line.
    Batch,
    /// The body's first sixty characters.
    Cut,
    /// The message id only.
    Id,
    /// Nothing.
    Nothing,
}

/// Longer bodies are cut off by [`LogStyle::Cut`], in characters.
const CUT: usize = 60;

impl LogStyle {
    fn of_one(self, SqsRecord { message_id, body }: &SqsRecord) -> Option<String> {
        match self {
            Self::Body => Some(format!("Received message {message_id}: {body}")),
            Self::Python => {
                let value: Value =
                    serde_json::from_str(body).unwrap_or_else(|_| body.as_str().into());
                Some(format!("Processing {}", python(&value)))
            }
            Self::Cut => Some(format!(
                "Received {}",
                body.chars().take(CUT).collect::<String>()
            )),
            Self::Id => Some(format!("Received message {message_id}")),
            Self::Batch | Self::Nothing => None,
        }
    }

    fn of_all(self, records: &[SqsRecord]) -> Option<String> {
        (self == Self::Batch).then(|| {
            let bodies: Vec<_> = records.iter().map(|record| record.body.as_str()).collect();
            format!("Received a batch: {}", Value::from(bodies))
        })
    }
}

/// A value as Python prints it.
fn python(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.contains('\'') && !text.contains('"') => format!("\"{text}\""),
        Value::String(text) => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            format!("'{}'", text.replace('\n', "\\n"))
        }
        Value::Array(items) => format!("[{}]", list(items.iter().map(python).collect())),
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(key, value)| format!("'{key}': {}", python(value)));
            format!("{{{}}}", list(fields.collect()))
        }
    }
}

/// Logs each message in a line of its own; refuses one whose body is an object with
/// `"fail": true`.
pub fn handle(event: &SqsEvent, log: &impl Log) -> BatchResponse {
    handle_in_style(event, LogStyle::Body, log)
}

/// The same, logging in another style.
pub fn handle_in_style(event: &SqsEvent, style: LogStyle, log: &impl Log) -> BatchResponse {
    let mut response = BatchResponse::default();
    if let Some(batch) = style.of_all(&event.records) {
        log.record(Record::info(batch));
    }
    for record in &event.records {
        let SqsRecord { message_id, body } = record;
        let wishes = Wishes::read(body);
        let line = |line: Record| {
            if style != LogStyle::Body {
                return line;
            }
            let line = line.with("messageId", message_id.as_str());
            match wishes.marker() {
                Some(marker) => line.with("marker", marker),
                None => line,
            }
        };
        if let Some(received) = style.of_one(record) {
            log.record(line(Record::info(received)));
        }
        if wishes.fail == Some(Value::Bool(true)) {
            let refused = format!("Refused message {message_id}: the message asks to fail");
            log.record(line(Record::error(refused)));
            response.batch_item_failures.push(ItemFailure {
                item_identifier: message_id.clone(),
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
    fn styles_differ() {
        let record = |id: &str, body: &str| SqsRecord {
            message_id: id.into(),
            body: body.into(),
        };
        let records = vec![
            record("m-1", r#"{"a":null,"b":[true,"it's"],"c":"x'\"y\\"}"#),
            record("m-2", "2"),
        ];
        let event = SqsEvent { records };
        for (style, expected) in [
            (
                LogStyle::Python,
                vec![
                    r#"Processing {'a': None, 'b': [True, "it's"], 'c': 'x\'"y\\'}"#,
                    "Processing 2",
                ],
            ),
            (
                LogStyle::Batch,
                vec![
                    r#"Received a batch: ["{\"a\":null,\"b\":[true,\"it's\"],\"c\":\"x'\\\"y\\\\\"}","2"]"#,
                ],
            ),
            (
                LogStyle::Id,
                vec!["Received message m-1", "Received message m-2"],
            ),
            (LogStyle::Nothing, vec![]),
        ] {
            let lines = Lines::default();
            handle_in_style(&event, style, &lines);
            let lines = lines.0.into_inner().unwrap();
            let messages: Vec<_> = lines.iter().map(|line| line.message.as_str()).collect();
            assert_eq!(messages, expected);
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
