//! What an invocation came to, by its answer: which payload's message each id there names. Where
//! nobody said what becomes a message, the order of a list of ids tells nothing.

use crate::run::{Outcome, PlannedEvent, answer};

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
    let is_shape_known = event.believed_messages().is_some();
    let answer = answer::read(payload, function_error, &keys, is_shape_known);
    let named = answer.message_ids.iter().flatten().count() + answer.other_ids.len();
    Outcome::Answered {
        request_id,
        status: answer.status,
        sent: answer.sent.or((named > 0).then_some(named as u64)),
        message_ids: answer.message_ids,
        other_ids: answer.other_ids,
        error: answer.error,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId, shape::Messages},
        run::{Plan, message_id::MessageId},
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

    #[test]
    fn an_http_status_of_an_error_makes_its_body_the_error() {
        let event = Event::parse("e", r#"{"a": {"x": 1}}"#, &MarkerPolicy::Untouched).unwrap();
        let event = PlannedEvent::of(&event);
        let told = |http_status: u16, body: &str| {
            let outcome = http_outcome(&event, http_status, body.as_bytes());
            let Outcome::Answered { status, error, .. } = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(status, Some(http_status));
            error
        };
        assert_eq!(told(200, "fine"), None);
        assert_eq!(told(399, "elsewhere"), None);
        assert_eq!(told(400, "bad request").as_deref(), Some("bad request"));
        assert_eq!(told(502, "bad gateway").as_deref(), Some("bad gateway"));
        let gone = r#"{"error": "the queue is gone"}"#;
        for status in [200, 500] {
            assert_eq!(told(status, gone).as_deref(), Some("the queue is gone"));
        }
        assert_eq!(told(500, &"x".repeat(301)), Some("x".repeat(300)));
    }
}
