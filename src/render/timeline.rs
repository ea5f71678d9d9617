//! One message's life: what happened when, each time marked as observed or inferred. All times are
//! this machine's; AWS's are brought to it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::verify_words::state_name;
use edactl_core::{
    ledger::{Attempt, State},
    report::{Message, Summary},
    run::{Invocation, Outcome},
    schema::UtcTime,
};

/// One step of a message's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// When, by this machine's clock; left out where nothing tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    pub at: Option<Timestamp>,
    /// What happened: invoked, sent, received, failed, done, or the message's state.
    pub what: &'static str,
    /// Whether the time was seen, or follows from others.
    pub source: Source,
    /// The Lambda invocation that it happened in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What there is to say about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Where a time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Somebody's clock showed it then.
    Observed,
    /// It follows from other times: at the latest, or at the earliest.
    Inferred,
}

impl Source {
    /// As people read it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Inferred => "inferred",
        }
    }
}

/// All that is known of one message.
#[derive(Debug, Clone, Copy)]
pub struct Life<'a> {
    /// What became of its invocation.
    pub invocation: &'a Invocation,
    /// When the producer's log shows its id, by AWS's clock.
    pub sent: Option<Timestamp>,
    /// The id that SQS gave it, where the producer told.
    pub message_id: Option<&'a str>,
    /// What the verify found.
    pub message: &'a Message,
    /// What the verify came to.
    pub head: &'a Summary,
}

/// When a message was sent, as the producer's log shows it, if that came before the first receipt.
/// A producer may log a message late, when the consumer already has it: that line tells nothing.
#[must_use]
pub fn sent_before(sent: Option<Timestamp>, first_seen: Option<Timestamp>) -> Option<Timestamp> {
    sent.filter(|sent| first_seen.is_none_or(|first| *sent <= first))
}

/// The steps of a message's life, in order.
#[must_use]
pub fn steps(life: &Life<'_>) -> Vec<Step> {
    let skew = life.head.skew();
    let ours = |at: Option<Timestamp>| at.map(|at| skew.ours(at));
    let mut steps = sending(life);
    for attempt in &life.message.attempts {
        steps.extend(delivery(attempt, life.message.state, &ours));
    }
    steps.extend(last(
        life,
        ours(life.message.attempts.last().and_then(|last| last.ended)),
    ));
    steps
}

fn sending(life: &Life<'_>) -> Vec<Step> {
    let invocation = life.invocation;
    let Some(began) = invocation.began else {
        return Vec::new();
    };
    let (request_id, problem) = match &invocation.outcome {
        Some(Outcome::Answered {
            request_id, error, ..
        }) => (request_id.clone(), error.clone()),
        Some(Outcome::NotRun { reason } | Outcome::InDoubt { reason }) => {
            (None, Some(reason.clone()))
        }
        None => (
            None,
            Some("the sender was killed before the answer came".to_owned()),
        ),
    };
    let mut steps = vec![Step {
        at: Some(began),
        what: "invoked",
        source: Source::Observed,
        request_id,
        detail: problem,
    }];
    let seen = life
        .message
        .first_seen()
        .map(|seen| life.head.skew().ours(seen));
    let detail = life.message_id.map(|id| format!("message id {id}"));
    let reached_the_queue = life.message_id.is_some() || !is_unsent(life.message.state);
    if let Some(sent) = sent_before(life.sent, life.message.first_seen()) {
        steps.push(Step {
            at: Some(life.head.skew().ours(sent)),
            what: "sent",
            source: Source::Observed,
            request_id: None,
            detail,
        });
    } else if reached_the_queue {
        // It was sent before the producer answered, and before anybody received it.
        let latest = [invocation.ended, seen].into_iter().flatten().min();
        steps.push(Step {
            at: latest,
            what: "sent",
            source: Source::Inferred,
            request_id: None,
            detail: latest.map(|_| "at the latest".to_owned()).or(detail),
        });
    }
    steps
}

fn is_unsent(state: State) -> bool {
    matches!(state, State::Unattempted | State::NotSent | State::InDoubt)
}

fn delivery(
    attempt: &Attempt,
    state: State,
    ours: &impl Fn(Option<Timestamp>) -> Option<Timestamp>,
) -> Vec<Step> {
    let step = |what, at: Option<Timestamp>, detail: Option<String>| Step {
        at: ours(at),
        what,
        source: if at.is_some() {
            Source::Observed
        } else {
            Source::Inferred
        },
        request_id: attempt.request_id.clone(),
        detail,
    };
    let mut steps = vec![step("received", attempt.at, None)];
    if let Some(error) = &attempt.error {
        steps.push(step("failed", attempt.ended, Some(error.clone())));
    } else if attempt.ended.is_some() || state == State::Taken {
        steps.push(step("done", attempt.ended, None));
    }
    steps
}

/// Where it is, unless it is done.
fn last(life: &Life<'_>, last_end: Option<Timestamp>) -> Option<Step> {
    let state = life.message.state;
    let (at, detail) = match state {
        State::Taken => return None,
        State::DeadLettered => (last_end, last_end.map(|_| "at the earliest".to_owned())),
        State::Lost | State::NotSent | State::Unattempted => (None, None),
        _ => (Some(life.head.at), Some("as of the verify".to_owned())),
    };
    Some(Step {
        at,
        what: state_name(state),
        source: Source::Inferred,
        request_id: None,
        detail,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    fn received(millis: i64) -> Message {
        let attempt = Attempt {
            message: 0,
            at: Some(at(millis)),
            request_id: None,
            ended: None,
            error: None,
            is_failed: false,
        };
        Message {
            state: State::Received,
            way: None,
            means: None,
            received: 1,
            failed: 0,
            is_duplicate: false,
            error: None,
            attempts: vec![attempt],
        }
    }

    #[test]
    fn a_line_after_the_receipt_does_not_tell_when_it_was_sent() {
        let message = received(20);
        assert_eq!(
            sent_before(Some(at(20)), message.first_seen()),
            Some(at(20))
        );
        assert_eq!(sent_before(Some(at(21)), message.first_seen()), None);
        assert_eq!(sent_before(None, message.first_seen()), None);
        let unseen = Message {
            attempts: Vec::new(),
            ..message
        };
        assert_eq!(sent_before(Some(at(21)), unseen.first_seen()), Some(at(21)));
    }

    fn sent_step(sent: Option<i64>, answered: Option<i64>, received_at: i64) -> Step {
        let invocation = Invocation {
            scheduled: None,
            began: Some(at(0)),
            ended: answered.map(at),
            outcome: Some(Outcome::InDoubt {
                reason: "no answer".into(),
            }),
        };
        let message = received(received_at);
        let head: Summary = serde_json::from_value(serde_json::json!({
            "at": "2026-11-24T12:00:00Z", "edactl": "0.1.0", "verdict": "undetermined",
            "reason": "not-in-time", "final": false, "interrupted": false, "exit": 4,
            "elapsed_ms": 1, "exactly_once": false, "witnesses": {}, "latency": {},
            "counts": edactl_core::verdict::Counts::default(),
            "clock": {"ahead_ms": 5, "at_least_ms": 5, "at_most_ms": 6},
            "findings": [], "diagnosis": [],
        }))
        .unwrap();
        let life = Life {
            invocation: &invocation,
            sent: sent.map(at),
            message_id: None,
            message: &message,
            head: &head,
        };
        let found = steps(&life).into_iter().find(|step| step.what == "sent");
        found.unwrap()
    }

    #[test]
    fn what_nobody_saw_is_inferred_from_what_came_after() {
        // AWS's clock is five milliseconds ahead.
        let seen = sent_step(Some(15), Some(30), 25);
        assert_eq!((seen.at, seen.source), (Some(at(10)), Source::Observed));
        for (answered, received_at, latest) in
            [(Some(30), 25, 20), (Some(12), 25, 12), (None, 25, 20)]
        {
            let inferred = sent_step(None, answered, received_at);
            assert_eq!(
                (inferred.at, inferred.source),
                (Some(at(latest)), Source::Inferred),
                "{answered:?}"
            );
            assert_eq!(inferred.detail.as_deref(), Some("at the latest"));
        }
    }
}
