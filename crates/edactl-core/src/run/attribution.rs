//! Which payload's message each id in a producer's answer names. Where nobody said what becomes
//! a message, the order of a list of ids tells nothing.

use serde_json::Value;

use crate::run::{Outcome, PlannedEvent, answer, message_id::MessageId};

/// How deep ids are looked for in an answer.
const DEPTH: usize = 6;
/// No more of an error is kept, in characters.
const LONGEST_ERROR: usize = 300;

/// What an invocation with this event came to, by the payload of its answer.
///
/// `function_error` is Lambda's `X-Amz-Function-Error`.
#[must_use]
pub fn outcome(
    event: &PlannedEvent,
    payload: &[u8],
    function_error: Option<&str>,
    request_id: Option<String>,
) -> Outcome {
    let keys: Vec<&str> = event.payloads.iter().map(|one| one.key.as_str()).collect();
    let receipt = answer::read(payload, function_error, &keys);
    let is_read = event.believed_messages().is_some() && !receipt.message_ids.is_empty();
    let ids = if is_read {
        Ids {
            message_ids: receipt.message_ids,
            others: Vec::new(),
        }
    } else if function_error.is_some() {
        Ids::default()
    } else {
        let answer = serde_json::from_slice(payload).unwrap_or(Value::Null);
        let mut named = NamedIds::default();
        named.look(&answer, DEPTH);
        named.attribute(event)
    };
    let told = ids.message_ids.iter().flatten().count() + ids.others.len();
    Outcome::Answered {
        request_id,
        status: receipt.status,
        sent: receipt.sent.or((told > 0).then_some(told as u64)),
        message_ids: ids.message_ids,
        other_ids: ids.others,
        error: receipt.error,
    }
}

/// What a request by HTTP with this event came to: the answer's status, and its body as the
/// producer's payload. The request id that a gateway gives is not the function's.
#[must_use]
pub fn http_outcome(event: &PlannedEvent, http_status: u16, body: &[u8]) -> Outcome {
    let mut outcome = outcome(event, body, None, None);
    if let Outcome::Answered { status, error, .. } = &mut outcome {
        *status = Some(http_status);
        if http_status >= 400 && error.is_none() {
            let text = String::from_utf8_lossy(body);
            *error = Some(text.chars().take(LONGEST_ERROR).collect());
        }
    }
    outcome
}

#[derive(Debug, Default)]
struct Ids {
    message_ids: Vec<Option<MessageId>>,
    others: Vec<MessageId>,
}

/// The message ids of an answer, in its order.
#[derive(Debug, Default)]
struct NamedIds {
    by_key: Vec<(String, MessageId)>,
    listed: Vec<MessageId>,
}

impl NamedIds {
    fn look(&mut self, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    if is_id_field(name) {
                        self.take(value, depth);
                    } else {
                        self.look(value, depth);
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.look(item, depth)),
            Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
                if let Ok(inner) = serde_json::from_str::<Value>(text) {
                    self.look(&inner, depth);
                }
            }
            _ => {}
        }
    }

    /// An id, a list of ids, or an object from keys to ids.
    fn take(&mut self, value: &Value, depth: usize) {
        match value {
            Value::String(id) => self.listed.push(id.as_str().into()),
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::String(id) => self.listed.push(id.as_str().into()),
                        other => self.look(other, depth),
                    }
                }
            }
            Value::Object(fields) => {
                for (key, id) in fields {
                    if let Value::String(id) = id {
                        self.by_key.push((key.clone(), id.as_str().into()));
                    }
                }
            }
            _ => {}
        }
    }

    fn attribute(mut self, event: &PlannedEvent) -> Ids {
        let payloads = &event.payloads;
        let mut message_ids = Vec::new();
        if self
            .by_key
            .iter()
            .any(|(key, _)| payloads.iter().any(|one| one.key == *key))
        {
            for payload in payloads {
                let place = self.by_key.iter().position(|(key, _)| *key == payload.key);
                message_ids.push(place.map(|place| self.by_key.remove(place).1));
            }
        }
        let others = self.by_key.into_iter().map(|(_, id)| id);
        let mut others: Vec<MessageId> = others.chain(self.listed).collect();
        others.sort();
        others.dedup();
        Ids {
            message_ids,
            others,
        }
    }
}

/// `MessageId`, `messageIds`, `message_id` and their like.
fn is_id_field(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    letters == "messageid" || letters == "messageids" || letters == "sqsmessageid"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId, shape::Messages},
        run::Plan,
        topology::Pipeline,
    };

    fn ids(
        messages: &str,
        answer: &Value,
    ) -> (Vec<Option<MessageId>>, Vec<MessageId>, Option<u64>) {
        let messages: Messages = messages.parse().unwrap();
        let text = r#"{"a": {"x": 1}, "b": {"x": 2}}"#;
        let event = Event::parse_as("e", text, &MarkerPolicy::Untouched, &messages).unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let plan = Plan::new(RunId::new(now, 0), now, Pipeline::named("p"), &[event], 1);
        let answer = answer.to_string();
        match outcome(&plan.events[0], answer.as_bytes(), None, None) {
            Outcome::Answered {
                message_ids,
                other_ids,
                sent,
                ..
            } => (message_ids, other_ids, sent),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_of_ids_tells_of_no_payload_where_the_shape_is_a_guess() {
        let list =
            json!({"statusCode": 200, "body": json!({"messageIds": ["x", "y"]}).to_string()});
        assert_eq!(
            ids("auto", &list),
            (vec![], vec!["x".into(), "y".into()], Some(2))
        );
        let given = ids("entries", &list);
        assert_eq!(
            given,
            (vec![Some("x".into()), Some("y".into())], vec![], Some(2))
        );
        let batch = json!({"Successful": [{"Id": "0", "MessageId": "x"}], "Failed": []});
        assert_eq!(ids("auto", &batch), (vec![], vec!["x".into()], Some(1)));
    }

    #[test]
    fn an_id_with_its_payload_s_key_is_that_payload_s() {
        let keyed = json!({"MessageIds": {"b": "y", "a": "x"}});
        let both = vec![Some("x".into()), Some("y".into())];
        assert_eq!(ids("auto", &keyed), (both, vec![], Some(2)));
        let other = json!({"MessageIds": {"c": "z"}});
        assert_eq!(ids("auto", &other), (vec![], vec!["z".into()], Some(1)));
    }

    #[test]
    fn a_lone_id_is_the_lone_payloads_where_the_shape_is_known() {
        let one = json!({"MessageId": "x"});
        for shape in ["event", "/a"] {
            assert_eq!(ids(shape, &one), (vec![Some("x".into())], vec![], Some(1)));
        }
        assert_eq!(ids("unknown", &one), (vec![], vec!["x".into()], Some(1)));
    }
}
