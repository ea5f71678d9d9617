//! What a run's record says of its invocations, and how payloads are numbered.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::{
    event::{Event, MarkerPolicy, marker::RunId},
    topology::Pipeline,
};

fn answered(sent: Option<u64>) -> Outcome {
    Outcome::Answered {
        request_id: None,
        status: None,
        sent,
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: None,
    }
}

#[test]
fn only_an_answer_says_how_many_were_sent() {
    for sent in [None, Some(0), Some(1), Some(7)] {
        assert_eq!(answered(sent).sent(), sent);
    }
    let reason = "denied".to_owned();
    let refused = Outcome::NotRun { reason };
    assert_eq!(refused.sent(), None);
    let reason = "no answer".to_owned();
    assert_eq!(Outcome::InDoubt { reason }.sent(), None);
}

#[test]
fn a_latency_counts_from_the_scheduled_time_else_from_when_the_request_left() {
    let event = Event::parse("e", r#"{"a": {"x": 1}}"#, &MarkerPolicy::Untouched).unwrap();
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(100);
    let id = RunId::new(now, 0);
    let mut run = Run::new(Plan::new(id, now, Pipeline::named("p"), &[event], 3));
    let later = |seconds: i64| now + SignedDuration::from_secs(seconds);
    let due = Some(later(1));
    for (invocation, scheduled) in [(0, None), (1, due), (9, None)] {
        run.apply(Line::Invoking {
            invocation,
            at: later(2),
            scheduled,
        });
    }
    let invoked: Vec<_> = (0..4).map(|number| run.invoked(number)).collect();
    assert_eq!(invoked, [Some(later(2)), due, None, None]);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Numbered {
    #[serde(with = "from_one")]
    one: u32,
    #[serde(with = "from_one::list")]
    all: Vec<u32>,
}

#[test]
fn numbers_of_payloads_begin_with_one_in_json() {
    for (one, all, text) in [
        (0, vec![], json!({"one": 1, "all": []})),
        (7, vec![0, 1, 6], json!({"one": 8, "all": [1, 2, 7]})),
    ] {
        let numbered = Numbered { one, all };
        assert_eq!(serde_json::to_value(&numbered).unwrap(), text);
        let read: Numbered = serde_json::from_value(text).unwrap();
        assert_eq!(read, numbered);
    }
    let last = Numbered {
        one: u32::MAX,
        all: vec![u32::MAX],
    };
    let text = json!({"one": 4_294_967_296_u64, "all": [4_294_967_296_u64]});
    assert_eq!(serde_json::to_value(&last).unwrap(), text);
    for zero in [
        json!({"one": 0, "all": []}),
        json!({"one": 1, "all": [2, 0]}),
    ] {
        let refused = serde_json::from_value::<Numbered>(zero).unwrap_err();
        assert!(refused.to_string().contains("numbers begin with 1"));
    }
}
