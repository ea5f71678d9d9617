//! The account: what truly happened to every message. Tests compare a verdict with it.

use std::{
    collections::{HashMap, VecDeque},
    fmt::Write as _,
    sync::{Mutex, MutexGuard},
};

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use edactl_functions::consumer;

/// The account forgets the oldest message beyond this many.
const KEPT: usize = 200_000;

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
pub enum Fate {
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
pub enum Outcome {
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
    request_id: String,
    outcome: Outcome,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Life {
    message_id: String,
    /// The marker, where the body has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    marker: Option<String>,
    /// Else the SHA-256 of the body, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    bytes: usize,
    sender: Option<Sender>,
    /// `None` for as long as the sender does not know the message id: a consumer may be faster.
    sent: Option<Timestamp>,
    fate: Option<Fate>,
    attempts: Vec<Attempt>,
}

/// The account of all messages.
#[derive(Debug, Default)]
pub struct Account(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    lives: HashMap<String, Life>,
    /// Message ids, oldest first.
    order: VecDeque<String>,
}

impl Account {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// A message was sent; `fate` is [`Fate::Dropped`] or [`Fate::Queued`].
    pub fn sent(&self, id: &str, body: &str, sender: Sender, at: Timestamp, fate: Fate) {
        let marker = consumer::marker(body);
        let sha256 = marker.is_none().then(|| hexadecimal(body));
        self.change(id, |life| {
            life.marker = marker;
            life.sha256 = sha256;
            life.bytes = body.len();
            life.sender = Some(sender);
            life.sent = Some(at);
            life.fate.get_or_insert(fate);
        });
    }

    /// A delivery to the consumer ended so.
    pub fn attempt(&self, id: &str, request_id: &str, at: Timestamp, outcome: Outcome) {
        let request_id = request_id.to_owned();
        self.change(id, |life| {
            life.attempts.push(Attempt {
                at,
                request_id,
                outcome,
            });
        });
    }

    /// The message ended so.
    pub fn ended(&self, id: &str, fate: Fate) {
        self.change(id, |life| life.fate = Some(fate));
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Life)) {
        let mut book = self.book();
        if let Some(life) = book.lives.get_mut(id) {
            return change(life);
        }
        let mut life = Life {
            message_id: id.to_owned(),
            ..Life::default()
        };
        change(&mut life);
        book.lives.insert(id.to_owned(), life);
        book.order.push_back(id.to_owned());
        if book.order.len() > KEPT
            && let Some(oldest) = book.order.pop_front()
        {
            book.lives.remove(&oldest);
        }
    }

    /// All lives, oldest first, one JSON object a line.
    ///
    /// # Panics
    /// Never: nothing panics while it holds the lock.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let book = self.book();
        let mut text = String::new();
        let lives = book.order.iter().filter_map(|id| book.lives.get(id));
        for life in lives.filter(|life| life.sent.is_some()) {
            // Only strings, numbers and lists: these always serialize.
            text += &serde_json::to_string(life).unwrap_or_default();
            text.push('\n');
        }
        text
    }
}

fn hexadecimal(body: &str) -> String {
    Sha256::digest(body.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn lives(account: &Account) -> Vec<Value> {
        account
            .json_lines()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn a_life_is_told_whole() {
        let account = Account::default();
        let at = "2026-11-24T12:00:00Z".parse().unwrap();
        account.sent(
            "m-1",
            r#"{"edactl":"mark"}"#,
            Sender::Client,
            at,
            Fate::Queued,
        );
        account.sent("m-2", "abc", Sender::Traffic, at, Fate::Dropped);
        account.attempt("m-1", "r-1", at, Outcome::Refused);
        account.attempt("m-1", "r-2", at, Outcome::Taken);
        account.ended("m-1", Fate::Deleted);
        account.ended("forgotten", Fate::Deleted);
        let [first, second] = &lives(&account)[..] else {
            panic!("two lives")
        };
        assert_eq!(
            *first,
            json!({
                "messageId": "m-1", "marker": "mark", "bytes": 17, "sender": "client",
                "sent": "2026-11-24T12:00:00Z", "fate": "deleted",
                "attempts": [
                    { "at": "2026-11-24T12:00:00Z", "requestId": "r-1", "outcome": "refused" },
                    { "at": "2026-11-24T12:00:00Z", "requestId": "r-2", "outcome": "taken" },
                ],
            })
        );
        assert_eq!(second["fate"], "dropped");
        assert_eq!(
            second["sha256"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_consumer_may_be_faster_than_the_sender() {
        let account = Account::default();
        let at = Timestamp::UNIX_EPOCH;
        account.attempt("m-1", "r-1", at, Outcome::Taken);
        account.ended("m-1", Fate::Deleted);
        assert!(lives(&account).is_empty());
        account.sent("m-1", "{}", Sender::Client, at, Fate::Queued);
        let life = &lives(&account)[0];
        assert_eq!(
            (&life["fate"], &life["attempts"][0]["outcome"]),
            (&json!("deleted"), &json!("taken"))
        );
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let account = Account::default();
        let at = Timestamp::UNIX_EPOCH;
        for number in 0..=KEPT {
            account.sent(&number.to_string(), "{}", Sender::Client, at, Fate::Queued);
        }
        let book = account.book();
        assert_eq!((book.order.len(), book.lives.len()), (KEPT, KEPT));
        assert!(!book.lives.contains_key("0") && book.lives.contains_key("1"));
    }
}
