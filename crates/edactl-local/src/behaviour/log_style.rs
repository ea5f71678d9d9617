//! How consumers log their messages: they differ, and a proof has to live with it.

use serde_json::{Value, json};

use crate::{
    behaviour::prints::{Print, message},
    named::named,
};
use edactl_functions::consumer::SqsRecord;

named! {
    /// How the embedded consumer logs its messages.
    pub enum LogStyle: "log style" {
        #[default]
        Body = "body", "the message id and the body as it came";
        Id = "id", "the message id only";
        Uuid = "uuid", "an id of the consumer's own";
        Word = "word", "the word `body`, and nothing of the message";
        Nothing = "nothing", "no line";
        Batch = "batch", "all bodies of a batch in one line";
        First = "first", "only the first message of each batch, its id and body";
        Sampled = "sampled", "about one batch in three, ids and bodies";
        Cut = "cut", "the body's first sixty characters";
        Event = "event", "the whole event as JSON: message ids, and bodies as text in it";
        Nested = "nested", "the body as JSON text within JSON text";
        Derived = "derived", "text that the consumer made of the first value";
        Python = "python", "a Python dict";
        Dataclass = "dataclass", "a Python dataclass, which drops unknown fields as all types here";
        Pydantic = "pydantic", "a pydantic model";
        Node = "node", "a Node class instance, cut where nested deeply";
        Go = "go", "a Go struct with %+v";
        GoValues = "go-values", "a Go struct with %v: values only";
        Ruby = "ruby", "a Ruby Struct";
        RubyHash = "ruby-hash", "a Ruby Hash, which keeps every field";
        Java = "java", "Lombok's toString";
        Dotnet = "dotnet", "a .NET record";
        Rust = "rust", "Rust's {:?}";
    }
}

/// Longer bodies are cut off by [`LogStyle::Cut`], in characters.
const CUT: usize = 60;

impl LogStyle {
    /// Whether this invocation is logged at all.
    pub(crate) fn logs(self, request_id: &str) -> bool {
        // A request id is random: six of its sixteen first digits are about one in three.
        self != Self::Sampled || request_id.starts_with(['0', '1', '2', '3', '4', '5'])
    }

    /// The line of one message, `place` in its batch. `None`: the style has a line for the whole
    /// batch, or none.
    pub(crate) fn of_one(self, record: &SqsRecord, place: usize) -> Option<String> {
        let SqsRecord { message_id, body } = record;
        let typed = |print| format!("Processing {}", message(print, body));
        Some(match self {
            Self::Body | Self::Sampled => format!("Received message {message_id}: {body}"),
            Self::First if place == 0 => format!("Received message {message_id}: {body}"),
            Self::Id => format!("Received message {message_id}"),
            Self::Uuid => format!("Handling job {}", uuid::Uuid::new_v4()),
            Self::Word => format!("Handling a message with a body of {} bytes", body.len()),
            Self::Cut => format!("Received {}", body.chars().take(CUT).collect::<String>()),
            Self::Nested => {
                let inner = json!({ "detail": body }).to_string();
                format!("Received {}", json!({ "payload": inner }))
            }
            Self::Derived => match first_value(body) {
                Some(value) => format!("Shipped ORD-{value}"),
                None => "Shipped an order".to_owned(),
            },
            Self::Python => typed(Print::PythonDict),
            Self::Dataclass => typed(Print::Dataclass),
            Self::Pydantic => typed(Print::Pydantic),
            Self::Node => typed(Print::Node),
            Self::Go => typed(Print::GoFields),
            Self::GoValues => typed(Print::GoValues),
            Self::Ruby => typed(Print::RubyStruct),
            Self::RubyHash => typed(Print::RubyHash),
            Self::Java => typed(Print::Java),
            Self::Dotnet => typed(Print::Dotnet),
            Self::Rust => typed(Print::Rust),
            Self::First | Self::Batch | Self::Event | Self::Nothing => return None,
        })
    }

    /// The line of the whole batch.
    pub(crate) fn of_all(self, records: &[SqsRecord]) -> Option<String> {
        match self {
            Self::Batch => {
                let bodies: Vec<_> = records.iter().map(|record| record.body.as_str()).collect();
                Some(format!("Received a batch: {}", Value::from(bodies)))
            }
            Self::Event => Some(json!({ "Records": records }).to_string()),
            _ => None,
        }
    }
}

/// The first text or number of a body that the consumer's type knows.
fn first_value(body: &str) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::from_str(body) else {
        return None;
    };
    fields
        .iter()
        .filter(|(key, _)| *key != "edactl")
        .find_map(|(_, value)| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, body: &str) -> SqsRecord {
        SqsRecord {
            message_id: id.into(),
            body: body.into(),
        }
    }

    #[test]
    fn styles_differ() {
        let first = record("m-1", r#"{"edactl":"mark","hello":"a","n":1}"#);
        let line = |style: LogStyle, place| style.of_one(&first, place).unwrap_or_default();
        for (style, expected) in [
            (
                LogStyle::Body,
                r#"Received message m-1: {"edactl":"mark","hello":"a","n":1}"#,
            ),
            (LogStyle::Id, "Received message m-1"),
            (LogStyle::Word, "Handling a message with a body of 35 bytes"),
            (
                LogStyle::Nested,
                r#"Received {"payload":"{\"detail\":\"{\\\"edactl\\\":\\\"mark\\\",\\\"hello\\\":\\\"a\\\",\\\"n\\\":1}\"}"}"#,
            ),
            (LogStyle::Derived, "Shipped ORD-a"),
            (
                LogStyle::Python,
                "Processing {'edactl': 'mark', 'hello': 'a', 'n': 1}",
            ),
            (LogStyle::Java, "Processing Order(hello=a, n=1)"),
            (LogStyle::Nothing, ""),
            (LogStyle::Batch, ""),
        ] {
            assert_eq!(line(style, 0), expected);
        }
        assert!(line(LogStyle::First, 0).contains("mark") && line(LogStyle::First, 1).is_empty());
        assert!(!line(LogStyle::Uuid, 0).contains("m-1"));
        let batch = [first.clone(), record("m-2", "2")];
        assert_eq!(
            LogStyle::Batch.of_all(&batch).unwrap(),
            r#"Received a batch: ["{\"edactl\":\"mark\",\"hello\":\"a\",\"n\":1}","2"]"#
        );
        let event = LogStyle::Event.of_all(&batch).unwrap();
        assert!(event.starts_with(r#"{"Records":[{"messageId":"m-1","body":"{\"edactl"#));
    }

    #[test]
    fn one_batch_in_three_is_sampled() {
        assert!(LogStyle::Sampled.logs("0c") && !LogStyle::Sampled.logs("f0"));
        assert!(LogStyle::Body.logs("f0"));
    }

    #[test]
    fn names_are_read_back() {
        for style in LogStyle::ALL {
            assert_eq!(style.name().parse(), Ok(*style));
        }
        assert_eq!("x".parse::<LogStyle>().unwrap_err(), "`x` is no log style");
    }
}
