//! What producers make of an event: which messages, and how they send them.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    behaviour::producer_answer::{ProducerAnswer, Sent},
    named::named,
};
use edactl_functions::{
    log::{Log, Record},
    producer::{BatchAnswer, Outgoing, SendBatch},
};

named! {
    /// What the embedded producer makes of an event.
    pub enum ProducerShape: "producer shape" {
        #[default]
        Entries = "entries", "one message for each top-level entry";
        Event = "event", "the whole event as one message";
        Body = "body", "the body of an API Gateway event, as it is";
        BodyWrapped = "body-wrapped", "the body of an API Gateway event, in an object of the producer's";
        Detail = "detail", "the detail of an EventBridge event";
        List = "list", "one message for each item of the event's list";
        Fixed = "fixed", "a fixed text, whatever the event";
        Batch = "batch", "the entries in one SendMessageBatch, partial failures ignored";
        Envelope = "envelope", "the whole event in an envelope of the producer's";
        Records = "records", "the bodies of SQS, SNS or Kinesis records";
    }
}

/// What [`ProducerShape::Fixed`] sends.
const FIXED: &str = "Hello from the producer!";

/// The producer raised an error: its type as Python names it, and its message.
pub type Raised = (&'static str, String);

/// How the embedded producer behaves in one invocation.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// What it makes of the event.
    pub shape: ProducerShape,
    /// How it answers.
    pub answer: ProducerAnswer,
    /// Whether it raises an error after half of the messages.
    pub breaks_midway: bool,
}

/// The messages of an event, each with what the producer calls it.
fn messages(event: &[u8], shape: ProducerShape) -> Result<Vec<(String, String)>, Raised> {
    let value: Value =
        serde_json::from_slice(event).map_err(|error| ("ValueError", error.to_string()))?;
    let missing = |key: &str| ("KeyError", format!("'{key}'"));
    let one = |key: &str, body: String| vec![(key.to_owned(), body)];
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let field = |name: &str| value.get(name).ok_or_else(|| missing(name));
    Ok(match shape {
        ProducerShape::Entries | ProducerShape::Batch => {
            let entries = value
                .as_object()
                .ok_or_else(|| ("AttributeError", "no attribute 'items'".to_owned()))?;
            entries
                .iter()
                .map(|(key, value)| (key.clone(), value.to_string()))
                .collect()
        }
        ProducerShape::Event => one("", String::from_utf8_lossy(event).into_owned()),
        ProducerShape::Body => one("/body", text(field("body")?)),
        ProducerShape::BodyWrapped => {
            let body = field("body")?;
            one(
                "/body",
                json!({ "source": "api", "body": body }).to_string(),
            )
        }
        ProducerShape::Detail => one("/detail", field("detail")?.to_string()),
        ProducerShape::List => {
            let found = match &value {
                Value::Array(items) => Some((String::new(), items)),
                Value::Object(fields) => fields
                    .iter()
                    .find_map(|(key, value)| Some((format!("/{key}"), value.as_array()?))),
                _ => None,
            };
            let (place, items) = found.ok_or_else(|| missing("items"))?;
            items
                .iter()
                .enumerate()
                .map(|(index, item)| (format!("{place}/{index}"), text(item)))
                .collect()
        }
        ProducerShape::Fixed => one("", FIXED.to_owned()),
        ProducerShape::Envelope => {
            let id = uuid::Uuid::new_v4().to_string();
            let envelope = json!({ "id": id, "version": "1", "payload": value });
            one("", envelope.to_string())
        }
        ProducerShape::Records => {
            let records = field("Records")?.as_array();
            let records = records.ok_or_else(|| missing("Records"))?;
            records
                .iter()
                .enumerate()
                .map(|(index, record)| {
                    let (place, body) = record_body(record).ok_or_else(|| missing("body"))?;
                    Ok((format!("/Records/{index}{place}"), body))
                })
                .collect::<Result<_, Raised>>()?
        }
    })
}

/// Where an SQS, SNS or Kinesis record has its body, and the body.
fn record_body(record: &Value) -> Option<(&'static str, String)> {
    let text = |pointer: &str| record.pointer(pointer).and_then(Value::as_str);
    if let Some(body) = text("/body") {
        return Some(("/body", body.to_owned()));
    }
    if let Some(message) = text("/Sns/Message") {
        return Some(("/Sns/Message", message.to_owned()));
    }
    let data = BASE64_STANDARD.decode(text("/kinesis/data")?).ok()?;
    Some(("/kinesis/data", String::from_utf8(data).ok()?))
}

/// Runs a producer that behaves so. Tells what it sent, also when it raised an error.
pub(crate) async fn run(
    event: &[u8],
    behaviour: Behaviour,
    queue_url: &str,
    sender: &impl SendBatch,
    log: &impl Log,
) -> (Vec<Sent>, Result<Value, Raised>) {
    let Behaviour {
        shape,
        answer,
        breaks_midway,
    } = behaviour;
    let messages = match messages(event, shape) {
        Ok(messages) => messages,
        Err(raised) => return (Vec::new(), Err(raised)),
    };
    let until = if breaks_midway {
        messages.len().div_ceil(2)
    } else {
        messages.len()
    };
    let outgoing: Vec<Outgoing> = messages[..until]
        .iter()
        .enumerate()
        .map(|(index, (_, body))| Outgoing {
            index,
            body: body.clone(),
        })
        .collect();
    // Most producers send one message a call; what a batch refuses, its producer does not look at.
    let is_batch = shape == ProducerShape::Batch;
    let calls = if is_batch { outgoing.len().max(1) } else { 1 };
    let mut sent = Vec::new();
    for call in outgoing.chunks(calls) {
        let answers = match sender.send_batch(queue_url, call).await {
            Ok(answers) => answers,
            Err(reason) => return (sent, Err(("ClientError", reason))),
        };
        for (index, answer) in answers {
            let key = messages[index].0.clone();
            match answer {
                BatchAnswer::Sent(id) => {
                    log.record(Record::info(format!("Sent message {id}")));
                    sent.push(Sent {
                        key,
                        result: Ok(id),
                    });
                }
                BatchAnswer::Refused { reason, .. } if is_batch => sent.push(Sent {
                    key,
                    result: Err(reason),
                }),
                BatchAnswer::Refused { reason, .. } => {
                    return (sent, Err(("ClientError", reason)));
                }
            }
        }
    }
    if breaks_midway {
        let message = "the producer fails midway on demand".to_owned();
        return (sent, Err(("RuntimeError", message)));
    }
    let answer = answer.tell(&sent);
    (sent, Ok(answer))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Queue(Mutex<Vec<usize>>);

    impl SendBatch for Queue {
        async fn send_batch(
            &self,
            _: &str,
            batch: &[Outgoing],
        ) -> Result<Vec<(usize, BatchAnswer)>, String> {
            self.0.lock().unwrap().push(batch.len());
            let answer = |message: &Outgoing| {
                let answer = if message.body.contains("refuse") {
                    BatchAnswer::Refused {
                        reason: "no".into(),
                        retry: false,
                    }
                } else {
                    BatchAnswer::Sent(format!("id of {}", message.body))
                };
                (message.index, answer)
            };
            Ok(batch.iter().map(answer).collect())
        }
    }

    struct NoLog;

    impl Log for NoLog {
        fn record(&self, _: Record) {}
    }

    fn bodies(event: &Value, shape: ProducerShape) -> Vec<(String, String)> {
        messages(event.to_string().as_bytes(), shape).unwrap()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        let pair = |(key, body): &(&str, &str)| ((*key).to_owned(), (*body).to_owned());
        expected.iter().map(pair).collect()
    }

    #[test]
    fn each_shape_makes_its_messages() {
        let api = json!({ "httpMethod": "POST", "body": "{\"a\": 1}" });
        assert_eq!(
            bodies(&api, ProducerShape::Body),
            pairs(&[("/body", "{\"a\": 1}")])
        );
        assert_eq!(
            bodies(&api, ProducerShape::BodyWrapped),
            pairs(&[("/body", r#"{"source":"api","body":"{\"a\": 1}"}"#)])
        );
        let bus = json!({ "detail-type": "x", "detail": { "a": 1 } });
        assert_eq!(
            bodies(&bus, ProducerShape::Detail),
            pairs(&[("/detail", r#"{"a":1}"#)])
        );
        let list = json!({ "kind": "x", "orders": [{ "a": 1 }, "two"] });
        assert_eq!(
            bodies(&list, ProducerShape::List),
            pairs(&[("/orders/0", r#"{"a":1}"#), ("/orders/1", "two")])
        );
        assert_eq!(
            bodies(&json!([7]), ProducerShape::List),
            pairs(&[("/0", "7")])
        );
        assert_eq!(bodies(&api, ProducerShape::Event)[0].1, api.to_string());
        assert_eq!(bodies(&api, ProducerShape::Fixed), pairs(&[("", FIXED)]));
        let wrapped: Value =
            serde_json::from_str(&bodies(&api, ProducerShape::Envelope)[0].1).unwrap();
        assert_eq!(wrapped["payload"], api);
        let records = json!({ "Records": [
            { "body": "one" }, { "Sns": { "Message": "two" } },
            { "kinesis": { "data": BASE64_STANDARD.encode("three") } },
        ] });
        assert_eq!(
            bodies(&records, ProducerShape::Records),
            pairs(&[
                ("/Records/0/body", "one"),
                ("/Records/1/Sns/Message", "two"),
                ("/Records/2/kinesis/data", "three"),
            ])
        );
    }

    #[test]
    fn an_event_of_another_shape_raises() {
        let raised = |shape| messages(b"{\"a\": 1}", shape).unwrap_err();
        assert_eq!(
            raised(ProducerShape::Body),
            ("KeyError", "'body'".to_owned())
        );
        assert_eq!(raised(ProducerShape::Records).0, "KeyError");
        assert_eq!(
            messages(b"{", ProducerShape::Event).unwrap_err().0,
            "ValueError"
        );
    }

    #[tokio::test]
    async fn a_batch_ignores_refusals_and_others_raise() {
        let event = br#"{"a": "ok", "b": "refuse", "c": "ok too"}"#;
        let behaviour = |shape, breaks_midway| Behaviour {
            shape,
            answer: ProducerAnswer::MessageIds,
            breaks_midway,
        };
        let queue = Queue::default();
        let (sent, answer) = run(
            event,
            behaviour(ProducerShape::Batch, false),
            "",
            &queue,
            &NoLog,
        )
        .await;
        assert_eq!(sent.iter().filter(|sent| sent.result.is_ok()).count(), 2);
        assert!(answer.is_ok());
        assert_eq!(*queue.0.lock().unwrap(), [3]);
        let queue = Queue::default();
        let (sent, answer) = run(
            event,
            behaviour(ProducerShape::Entries, false),
            "",
            &queue,
            &NoLog,
        )
        .await;
        assert_eq!((sent.len(), answer.unwrap_err().0), (1, "ClientError"));
        let queue = Queue::default();
        let event = br#"{"a": "ok", "b": "ok", "c": "refuse"}"#;
        let (sent, answer) = run(
            event,
            behaviour(ProducerShape::Entries, true),
            "",
            &queue,
            &NoLog,
        )
        .await;
        assert_eq!((sent.len(), answer.unwrap_err().0), (2, "RuntimeError"));
    }
}
