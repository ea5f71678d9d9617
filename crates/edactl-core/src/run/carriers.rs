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
        for number in 0..run.plan.invocations() {
            let (event, _) = run.plan.invocation(number);
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
