//! The ground truth: what really happened to every message. Tests compare a verdict with it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use edactl_facts::humanize;
use edactl_functions::consumer;

/// Beyond this many messages the oldest is forgotten.
const MOST_MESSAGES: usize = 10_000;

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Sender {
    /// The producer, or whoever called SQS.
    Client,
    /// The pipeline's own made-up traffic.
    Traffic,
    /// A message move task: redriven from the dead-letter queue.
    MoveTask,
}

/// Where a message ended, or where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// In its queue, on its way to the consumer.
    Queued,
    /// SQS took it and lost it.
    Dropped,
    /// The trigger's filter deleted it, and the consumer never saw it.
    Filtered,
    /// It was received and then deleted.
    Deleted,
    /// It was received too often and is in the dead-letter queue.
    DeadLettered,
    /// It left the dead-letter queue again, as a new message.
    Redriven,
}

/// How one delivery to the consumer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AttemptResult {
    /// The consumer took it.
    Taken,
    /// The consumer took it, and the delete got lost: it is delivered again.
    TakenTwice,
    /// The consumer refused it.
    Refused,
    /// The invocation failed as a whole.
    InvocationFailed,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    at: Timestamp,
    request_id: Box<str>,
    result: AttemptResult,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageRecord {
    /// What the producer calls it: an entry's key, or where it was found in the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Box<str>>,
    /// The marker in the field `edactl`, where the body has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<Box<str>>,
    /// Every marker anywhere in the body, where there are others than that one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    markers: Vec<String>,
    /// The SHA-256 of the body, in hexadecimal digits.
    sha256: String,
    bytes: usize,
    sender: Option<Sender>,
    /// `None` for as long as the sender does not know the message id: a consumer may be faster.
    sent: Option<Timestamp>,
    outcome: Option<Outcome>,
    attempts: Vec<Attempt>,
    /// Copies that the queue delivered though the message had been deleted.
    #[serde(skip_serializing_if = "is_zero")]
    copies: u32,
    /// When somebody deleted its letter from the dead-letter queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    letter_deleted: Option<Timestamp>,
}

/// A message as one line of the account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    message_id: &'a str,
    #[serde(flatten)]
    record: &'a MessageRecord,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde calls it so.
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What happened to all messages.
#[derive(Debug, Default)]
pub struct GroundTruth(Mutex<Records>);

#[derive(Debug, Default)]
struct Records {
    by_id: HashMap<Arc<str>, MessageRecord>,
    /// Message ids, oldest first.
    order: VecDeque<Arc<str>>,
    forgotten: u64,
}

impl GroundTruth {
    fn records(&self) -> MutexGuard<'_, Records> {
        self.0
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// A message was sent; `outcome` is [`Outcome::Dropped`] or [`Outcome::Queued`].
    pub fn sent(&self, id: &str, body: &str, sender: Sender, at: Timestamp, outcome: Outcome) {
        let marker = consumer::marker(body);
        let markers = markers(body);
        let sha256 = sha256(body);
        self.change(id, |record| {
            if markers.iter().any(|found| marker.as_ref() != Some(found)) {
                record.markers = markers;
            }
            record.marker = marker.map(Into::into);
            record.sha256 = sha256;
            record.bytes = body.len();
            record.sender = Some(sender);
            record.sent = Some(at);
            record.outcome.get_or_insert(outcome);
        });
    }

    /// The producer calls the message so.
    pub fn named(&self, id: &str, key: &str) {
        self.change(id, |record| record.key = Some(key.into()));
    }

    /// A delivery to the consumer ended so.
    pub fn attempt(&self, id: &str, request_id: &str, at: Timestamp, result: AttemptResult) {
        let request_id = request_id.into();
        self.change(id, |record| {
            // Most messages have one attempt, and there are thousands of them.
            record.attempts.reserve_exact(1);
            record.attempts.push(Attempt {
                at,
                request_id,
                result,
            });
        });
    }

    /// The message ended so.
    pub fn ended(&self, id: &str, outcome: Outcome) {
        self.change(id, |record| record.outcome = Some(outcome));
    }

    /// The queue delivers a copy of the deleted message.
    pub fn copied(&self, id: &str) {
        self.change(id, |record| {
            record.copies += 1;
            record.outcome = Some(Outcome::Queued);
        });
    }

    /// Somebody deleted the message's letter from the dead-letter queue.
    pub fn letter_deleted(&self, id: &str, at: Timestamp) {
        if let Some(record) = self.records().by_id.get_mut(id) {
            record.letter_deleted = Some(at);
        }
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut MessageRecord)) {
        let mut records = self.records();
        if let Some(record) = records.by_id.get_mut(id) {
            return change(record);
        }
        let mut record = MessageRecord::default();
        change(&mut record);
        let id: Arc<str> = id.into();
        records.by_id.insert(id.clone(), record);
        records.order.push_back(id);
        if records.order.len() > MOST_MESSAGES
            && let Some(oldest) = records.order.pop_front()
        {
            records.by_id.remove(&oldest);
            records.forgotten += 1;
        }
    }

    /// How many messages are known, and how many were forgotten.
    #[must_use]
    pub fn counts(&self) -> (usize, u64) {
        let records = self.records();
        (records.order.len(), records.forgotten)
    }

    /// All messages, oldest first, one JSON object a line. What was forgotten is told first, in a
    /// line of its own.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let records = self.records();
        let mut text = String::new();
        if records.forgotten > 0 {
            text += &json!({ "forgottenMessages": records.forgotten }).to_string();
            text.push('\n');
        }
        let known = records
            .order
            .iter()
            .filter_map(|message_id| {
                let record = records.by_id.get(message_id)?;
                Some(Line { message_id, record })
            })
            .filter(|line| line.record.sent.is_some());
        for line in known {
            // Only strings, numbers and lists: these always serialize.
            text += &serde_json::to_string(&line).unwrap_or_default();
            text.push('\n');
        }
        text
    }
}

/// Every text of the form `edactl-<run>-<number>` in a body, in order, each once.
fn markers(body: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in body.match_indices("edactl-") {
        let rest = &body[at..];
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .unwrap_or(rest.len());
        let marker = &rest[..length];
        let is_numbered = marker.rsplit_once('-').is_some_and(|(run, number)| {
            run.len() > "edactl-".len() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_numbered && !found.iter().any(|known| known == marker) {
            found.push(marker.to_owned());
        }
    }
    found
}

fn sha256(body: &str) -> String {
    humanize::hex(Sha256::digest(body.as_bytes()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn told(truth: &GroundTruth) -> Vec<Value> {
        truth
            .json_lines()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_life_is_told_whole() {
        let truth = GroundTruth::default();
        let at = "2026-11-24T12:00:00Z".parse().unwrap();
        truth.sent(
            "m-1",
            r#"{"edactl":"mark"}"#,
            Sender::Client,
            at,
            Outcome::Queued,
        );
        truth.sent("m-2", "abc", Sender::Traffic, at, Outcome::Dropped);
        truth.named("m-1", "first");
        truth.attempt("m-1", "r-1", at, AttemptResult::Refused);
        truth.attempt("m-1", "r-2", at, AttemptResult::Taken);
        truth.ended("m-1", Outcome::Deleted);
        truth.ended("forgotten", Outcome::Deleted);
        let [first, second] = &told(&truth)[..] else {
            panic!("two messages")
        };
        assert_eq!(
            *first,
            json!({
                "messageId": "m-1", "key": "first", "marker": "mark", "bytes": 17,
                "sha256": sha256(r#"{"edactl":"mark"}"#), "sender": "client",
                "sent": "2026-11-24T12:00:00Z", "outcome": "deleted",
                "attempts": [
                    { "at": "2026-11-24T12:00:00Z", "requestId": "r-1", "result": "refused" },
                    { "at": "2026-11-24T12:00:00Z", "requestId": "r-2", "result": "taken" },
                ],
            })
        );
        assert_eq!(second["outcome"], "dropped");
        assert_eq!(
            second["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_consumer_may_be_faster_than_the_sender() {
        let truth = GroundTruth::default();
        let at = Timestamp::UNIX_EPOCH;
        truth.attempt("m-1", "r-1", at, AttemptResult::Taken);
        truth.ended("m-1", Outcome::Deleted);
        assert!(told(&truth).is_empty());
        truth.sent("m-1", "{}", Sender::Client, at, Outcome::Queued);
        let message = &told(&truth)[0];
        assert_eq!(
            (&message["outcome"], &message["attempts"][0]["result"]),
            (&json!("deleted"), &json!("taken"))
        );
    }

    #[test]
    fn markers_are_found_anywhere_in_a_body() {
        let body = r#"{"id":"o-edactl-0abc-12","in":"{\"edactl\":\"edactl-0abc-02\"}","x":"edactl-0abc-12 edactl-y"}"#;
        assert_eq!(markers(body), ["edactl-0abc-12", "edactl-0abc-02"]);
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let truth = GroundTruth::default();
        let at = Timestamp::UNIX_EPOCH;
        for number in 0..=MOST_MESSAGES {
            truth.sent(
                &number.to_string(),
                "{}",
                Sender::Client,
                at,
                Outcome::Queued,
            );
        }
        let records = truth.records();
        assert_eq!(
            (records.order.len(), records.by_id.len()),
            (MOST_MESSAGES, MOST_MESSAGES)
        );
        assert!(!records.by_id.contains_key("0") && records.by_id.contains_key("1"));
        drop(records);
        assert!(
            truth
                .json_lines()
                .starts_with("{\"forgottenMessages\":1}\n")
        );
    }
}
