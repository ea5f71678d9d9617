//! The reference producer: one message for each top-level entry of the event.

use std::{collections::BTreeMap, fmt, future::Future, time::Duration};

use serde::{
    Deserialize,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, json, value::RawValue};

use crate::log::{Log, Record};

/// The environment variable that names the queue's URL.
pub const QUEUE_VARIABLE: &str = "QUEUE_URL";
/// The most entries of one `SendMessageBatch`.
const BATCH_ENTRIES: usize = 10;
/// The most bytes of one `SendMessageBatch`.
const BATCH_BYTES: usize = 1024 * 1024;
/// How often an entry is sent that SQS refuses for a reason of its own.
const ATTEMPTS: u32 = 3;
/// How long to wait before an entry is sent again; longer each time.
const PAUSE: Duration = Duration::from_millis(100);

/// One message on its way to the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number in the event; tells the answers of a batch apart.
    pub index: usize,
    /// Its body.
    pub body: String,
}

/// What SQS said to one message of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchAnswer {
    /// It has this message id now.
    Sent(String),
    /// It was refused. With `retry`, SQS is to blame, and another try may help.
    Refused {
        /// Why.
        reason: String,
        /// Whether another try may help.
        retry: bool,
    },
}

/// Sends messages (SQS `SendMessageBatch`).
pub trait SendBatch: Sync {
    /// Sends up to ten messages. An answer for each, by its number; an error for all of them.
    fn send_batch(
        &self,
        queue_url: &str,
        batch: &[Outgoing],
    ) -> impl Future<Output = Result<Vec<(usize, BatchAnswer)>, String>> + Send;
}

/// The event was not one that the producer understands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FunctionError {
    /// The error's type, as Lambda tells it (`errorType`).
    pub kind: &'static str,
    /// What is wrong (`errorMessage`).
    pub message: String,
}

/// Sends one message for each top-level entry of `event`, and answers in the form of an API
/// Gateway proxy: 200 when all were sent, 502 with what was sent when not. An entry that is refused
/// keeps no other from being sent; a queue that does not answer ends it.
///
/// # Errors
/// When the event is not a JSON object.
pub async fn handle(
    event: &[u8],
    queue_url: Option<&str>,
    sender: &impl SendBatch,
    log: &impl Log,
) -> Result<Value, FunctionError> {
    let entries: Entries = serde_json::from_slice(event).map_err(|error| FunctionError {
        kind: "InvalidEvent",
        message: format!("the event must be a JSON object, one entry for each message: {error}"),
    })?;
    let Some(queue_url) = queue_url.filter(|url| !url.is_empty()) else {
        let error = format!("the environment variable {QUEUE_VARIABLE} names no queue");
        log.record(Record::error(error.clone()));
        return Ok(answer(502, &json!({ "error": error, "Sent": 0 })));
    };
    let queue = queue_url.rsplit('/').next().unwrap_or(queue_url);
    let mut sending = Sending {
        entries: &entries.0,
        ids: BTreeMap::new(),
        refused: None,
        is_over: false,
    };
    sending.send_all(queue_url, sender, log).await;
    let mut ids = Map::new();
    for (index, id) in &sending.ids {
        ids.insert(entries.0[*index].0.clone(), id.as_str().into());
    }
    let sent = sending.ids.len();
    Ok(match sending.refused {
        None => {
            let noun = if sent == 1 { "message" } else { "messages" };
            let sentence = format!("Successfully sent {sent} {noun} to {queue}.");
            answer(
                200,
                &json!({ "Status": "Sent", "Message": sentence, "MessageIds": ids }),
            )
        }
        Some(error) => answer(
            502,
            &json!({ "error": error, "Sent": sent, "MessageIds": ids }),
        ),
    })
}

/// The keys of the entries that [`handle`] would send, in order; `None` where it sends nothing.
#[must_use]
pub fn entry_keys(event: &[u8]) -> Option<Vec<String>> {
    let entries: Entries = serde_json::from_slice(event).ok()?;
    Some(entries.0.into_iter().map(|(key, _)| key).collect())
}

/// An answer in the form of an API Gateway proxy.
#[must_use]
pub fn answer(status: u16, body: &Value) -> Value {
    json!({ "isBase64Encoded": false, "statusCode": status, "body": body.to_string() })
}

struct Sending<'a> {
    entries: &'a [(String, Box<RawValue>)],
    /// The message ids of what was sent, by entry.
    ids: BTreeMap<usize, String>,
    /// The first failure.
    refused: Option<String>,
    /// Whether the queue could not be reached, so that nothing more is sent.
    is_over: bool,
}

impl Sending<'_> {
    async fn send_all(&mut self, queue_url: &str, sender: &impl SendBatch, log: &impl Log) {
        let mut next = 0;
        while !self.is_over && next < self.entries.len() {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            while let Some((_, value)) = self.entries.get(next) {
                let body = value.get();
                if body.len() > BATCH_BYTES {
                    // In a batch it would take the others down with it.
                    self.refuse(next, &format!("it has {} bytes", body.len()), log);
                    next += 1;
                    continue;
                }
                let full = batch.len() == BATCH_ENTRIES || bytes + body.len() > BATCH_BYTES;
                if full && !batch.is_empty() {
                    break;
                }
                bytes += body.len();
                batch.push(Outgoing {
                    index: next,
                    body: body.to_owned(),
                });
                next += 1;
            }
            if !batch.is_empty() {
                self.send_batch(queue_url, batch, sender, log).await;
            }
        }
    }

    fn refuse(&mut self, index: usize, reason: &str, log: &impl Log) {
        let key = &self.entries[index].0;
        let error = format!("Entry \"{key}\" was refused: {reason}");
        log.record(Record::error(error.clone()).with("entry", key.as_str()));
        self.refused.get_or_insert(error);
    }

    async fn send_batch(
        &mut self,
        queue_url: &str,
        mut batch: Vec<Outgoing>,
        sender: &impl SendBatch,
        log: &impl Log,
    ) {
        for attempt in 1.. {
            let answers = match sender.send_batch(queue_url, &batch).await {
                Ok(answers) => answers,
                Err(error) => {
                    log.record(Record::error(format!("Sending failed: {error}")));
                    self.refused.get_or_insert(error);
                    self.is_over = true;
                    return;
                }
            };
            let mut again = Vec::new();
            for (index, answer) in answers {
                let key = &self.entries[index].0;
                match answer {
                    BatchAnswer::Sent(id) => {
                        log.record(
                            Record::info(format!("Sent entry \"{key}\" as message {id}"))
                                .with("entry", key.as_str())
                                .with("messageId", id.as_str()),
                        );
                        self.ids.insert(index, id);
                    }
                    BatchAnswer::Refused { retry: true, .. } if attempt < ATTEMPTS => {
                        again.push(index);
                    }
                    BatchAnswer::Refused { reason, .. } => {
                        self.refuse(index, &reason, log);
                    }
                }
            }
            if again.is_empty() {
                return;
            }
            batch.retain(|message| again.contains(&message.index));
            tokio::time::sleep(PAUSE * attempt).await;
        }
    }
}

/// Top-level entries in the order of the event, values as written.
struct Entries(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Queue {
        batches: Mutex<Vec<Vec<String>>>,
        /// Bodies that are refused, and how often.
        refuse: Mutex<Vec<(String, u32, bool)>>,
    }

    impl SendBatch for Queue {
        async fn send_batch(
            &self,
            _queue_url: &str,
            batch: &[Outgoing],
        ) -> Result<Vec<(usize, BatchAnswer)>, String> {
            let bodies = batch.iter().map(|message| message.body.clone()).collect();
            self.batches.lock().unwrap().push(bodies);
            let mut refuse = self.refuse.lock().unwrap();
            let mut answer = |message: &Outgoing| match refuse
                .iter_mut()
                .find(|(body, left, _)| *body == message.body && *left > 0)
            {
                Some((_, left, retry)) => {
                    *left -= 1;
                    BatchAnswer::Refused {
                        reason: "no".into(),
                        retry: *retry,
                    }
                }
                None => BatchAnswer::Sent(format!("id-{}", message.index)),
            };
            Ok(batch
                .iter()
                .map(|message| (message.index, answer(message)))
                .collect())
        }
    }

    #[derive(Default)]
    struct Lines(Mutex<Vec<String>>);

    impl Log for Lines {
        fn record(&self, record: Record) {
            self.0.lock().unwrap().push(record.message);
        }
    }

    async fn run(event: &str, queue: &Queue) -> (u64, Value, Vec<String>) {
        let lines = Lines::default();
        let url = Some("http://127.0.0.1/000000000000/orders");
        let answer = handle(event.as_bytes(), url, queue, &lines).await.unwrap();
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (
            answer["statusCode"].as_u64().unwrap(),
            body,
            lines.0.into_inner().unwrap(),
        )
    }

    #[tokio::test]
    async fn one_message_for_each_entry_as_written() {
        let queue = Queue::default();
        let (status, body, lines) = run(r#"{"b": {"x": 1.0}, "a": [1, 2]}"#, &queue).await;
        assert_eq!(status, 200);
        assert_eq!(body["Message"], "Successfully sent 2 messages to orders.");
        assert_eq!(body["MessageIds"], json!({"b": "id-0", "a": "id-1"}));
        assert_eq!(
            *queue.batches.lock().unwrap(),
            [[r#"{"x": 1.0}"#, "[1, 2]"]]
        );
        assert_eq!(lines[0], "Sent entry \"b\" as message id-0");
    }

    #[tokio::test]
    async fn batches_hold_ten_entries_and_a_mebibyte() {
        let queue = Queue::default();
        let event: Map<String, Value> = (0..12)
            .map(|index| (index.to_string(), Value::from(index)))
            .collect();
        run(&Value::from(event).to_string(), &queue).await;
        let sizes: Vec<_> = queue.batches.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 2]);
        let queue = Queue::default();
        let large = "x".repeat(700_000);
        run(&json!({"a": large, "b": large, "c": 1}).to_string(), &queue).await;
        let sizes: Vec<_> = queue.batches.lock().unwrap().iter().map(Vec::len).collect();
        assert_eq!(sizes, [1, 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn only_refused_entries_are_sent_again() {
        let queue = Queue {
            refuse: Mutex::new(vec![("2".into(), 2, true)]),
            ..Queue::default()
        };
        let (status, body, _) = run(r#"{"a": 1, "b": 2, "c": 3}"#, &queue).await;
        assert_eq!(
            (status, &body["Message"]),
            (200, &json!("Successfully sent 3 messages to orders."))
        );
        let batches = queue.batches.lock().unwrap();
        assert_eq!(*batches, [vec!["1", "2", "3"], vec!["2"], vec!["2"]]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_entry_keeps_no_other_from_being_sent() {
        let refuse = |retry| Queue {
            refuse: Mutex::new(vec![("2".into(), 9, retry)]),
            ..Queue::default()
        };
        let event: Map<String, Value> = (0..12)
            .map(|index| (format!("key-{index}"), Value::from(index)))
            .collect();
        let event = Value::from(event).to_string();
        let queue = refuse(true);
        let (status, body, _) = run(&event, &queue).await;
        assert_eq!((status, &body["Sent"]), (502, &json!(11)));
        assert_eq!(body["error"], "Entry \"key-2\" was refused: no");
        assert_eq!(body["MessageIds"]["key-11"], "id-11");
        assert_eq!(body["MessageIds"].get("key-2"), None);
        // The batch of ten, its refused entry twice more, and the last two.
        assert_eq!(queue.batches.lock().unwrap().len(), 4);
        let queue = refuse(false);
        run(&event, &queue).await;
        assert_eq!(queue.batches.lock().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_queue_that_does_not_answer_ends_it() {
        struct Gone(Queue);

        impl SendBatch for Gone {
            async fn send_batch(
                &self,
                queue_url: &str,
                batch: &[Outgoing],
            ) -> Result<Vec<(usize, BatchAnswer)>, String> {
                if self.0.batches.lock().unwrap().is_empty() {
                    return self.0.send_batch(queue_url, batch).await;
                }
                Err("gone".into())
            }
        }

        let event: Map<String, Value> = (0..30)
            .map(|index| (index.to_string(), Value::from(index)))
            .collect();
        let gone = Gone(Queue::default());
        let event = Value::from(event).to_string();
        let answer = handle(event.as_bytes(), Some("u"), &gone, &Lines::default())
            .await
            .unwrap();
        let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&body["Sent"], &body["error"]),
            (&json!(10), &json!("gone"))
        );
    }

    #[tokio::test]
    async fn without_a_queue_nothing_is_sent() {
        let queue = Queue::default();
        let answer = handle(b"{\"a\": 1}", None, &queue, &Lines::default())
            .await
            .unwrap();
        assert_eq!(answer["statusCode"], 502);
        assert!(queue.batches.lock().unwrap().is_empty());
        let error = handle(b"[1]", Some("u"), &queue, &Lines::default())
            .await
            .unwrap_err();
        assert!(
            error.message.starts_with("the event must be a JSON object"),
            "{error}"
        );
    }
}
