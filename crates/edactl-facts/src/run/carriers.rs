//! Which message carries each payload, and how many messages a run put on the queue.

use std::collections::HashMap;

use crate::run::{Outcome, Run, message_id::MessageId};

/// The messages of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carriers {
    /// How many there are, as far as the record tells or plans it.
    pub messages: u64,
    /// The message of each payload; `None`: each has its own.
    pub of: Option<Vec<u32>>,
}

impl Carriers {
    /// The messages of a run: payloads whose message ids are equal travel in one.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let mut messages = 0;
        let mut of: Vec<u32> = Vec::new();
        let mut next = 0_u32;
        let mut is_shared = false;
        for (number, event, _) in run.plan.walk() {
            let entries = run.plan.events[event].payloads.len();
            let invocation = run.invocation(number);
            let outcome = invocation.and_then(|it| it.outcome.as_ref());
            let ids: &[Option<MessageId>] = match outcome {
                Some(Outcome::Answered { message_ids, .. }) => message_ids,
                _ => &[],
            };
            let mut known: HashMap<&MessageId, u32> = HashMap::new();
            for entry in 0..entries {
                let id = ids.get(entry).and_then(Option::as_ref);
                let carrier = id.map_or(next, |id| *known.entry(id).or_insert(next));
                is_shared |= carrier != next;
                next += u32::from(carrier == next);
                of.push(carrier);
            }
            let named = known.len() as u64;
            messages += match outcome {
                None if invocation.is_none_or(|it| it.began.is_none()) => 0,
                Some(Outcome::NotRun { .. }) => 0,
                Some(Outcome::Answered { sent, .. }) if named == 0 => {
                    sent.unwrap_or(entries as u64)
                }
                Some(Outcome::Answered { .. }) => named,
                None | Some(Outcome::InDoubt { .. }) => entries as u64,
            };
        }
        Self {
            messages,
            of: is_shared.then_some(of),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        event::{Event, MarkerPolicy, marker::RunId},
        run::{Line, Plan},
        topology::Pipeline,
    };

    /// Three entries, sent once for each outcome; `None`: never begun.
    fn carriers(outcomes: &[Option<Outcome>]) -> Carriers {
        let event = Event::parse("e", r#"{"a":1,"b":2,"c":3}"#, &MarkerPolicy::Untouched).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let repeat = u32::try_from(outcomes.len()).unwrap();
        let id = RunId::new(now, 0);
        let mut run = Run::new(Plan::new(id, now, Pipeline::named("p"), &[event], repeat));
        for (invocation, outcome) in (0..).zip(outcomes) {
            let Some(outcome) = outcome.clone() else {
                continue;
            };
            run.apply(Line::Invoking {
                invocation,
                at: now,
                scheduled: None,
            });
            run.apply(Line::Invoked {
                invocation,
                at: now,
                outcome,
            });
        }
        Carriers::of(&run)
    }

    fn answered(sent: Option<u64>, ids: &[Option<&str>]) -> Outcome {
        Outcome::Answered {
            request_id: None,
            status: None,
            sent,
            message_ids: ids.iter().map(|id| id.map(Into::into)).collect(),
            other_ids: Vec::new(),
            error: None,
        }
    }

    #[test]
    fn payloads_with_one_message_id_travel_in_one_message() {
        let one = Some(answered(Some(1), &[Some("x"), Some("x"), Some("x")]));
        let each = Some(answered(Some(3), &[Some("u"), Some("v"), Some("w")]));
        let of = vec![0, 0, 0, 1, 2, 3];
        let expected = Carriers {
            messages: 4,
            of: Some(of),
        };
        assert_eq!(carriers(&[one, each.clone()]), expected);
        let messages = 3;
        assert_eq!(carriers(&[each]), Carriers { messages, of: None });
    }

    #[test]
    fn what_nobody_named_counts_as_the_record_tells_or_plans_it() {
        let doubt = Some(Outcome::InDoubt {
            reason: "no answer".into(),
        });
        let refused = Some(Outcome::NotRun {
            reason: "denied".into(),
        });
        for (outcome, messages) in [
            (None, 0),
            (refused, 0),
            (doubt, 3),
            (Some(answered(None, &[])), 3),
            (Some(answered(Some(2), &[])), 2),
            (Some(answered(Some(2), &[None, Some("x")])), 1),
        ] {
            let found = carriers(std::slice::from_ref(&outcome));
            assert_eq!(found, Carriers { messages, of: None }, "{outcome:?}");
        }
    }

    #[test]
    fn what_was_begun_and_never_answered_may_have_been_sent() {
        let event = Event::parse("e", r#"{"a":1,"b":2,"c":3}"#, &MarkerPolicy::Untouched).unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let id = RunId::new(at, 0);
        let mut run = Run::new(Plan::new(id, at, Pipeline::named("p"), &[event], 2));
        assert_eq!(Carriers::of(&run).messages, 0);
        run.apply(Line::Invoking {
            invocation: 0,
            at,
            scheduled: None,
        });
        assert_eq!(Carriers::of(&run).messages, 3);
    }
}
