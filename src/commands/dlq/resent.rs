//! The letters that a redrive sent again, as a run of their own: verify then proves exactly these
//! messages, by their new message ids.

use std::collections::HashMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::store::{
    dead_letters::Seen,
    redrives::{LetterRecord, Redrive},
};
use edactl_core::{
    event::{
        Event, MarkerPolicy,
        shape::{EventShape, Messages, Shape},
    },
    humanize::hex,
    run::{Ending, Line, Outcome, Plan, PlannedEvent, PlannedPayload, Redriven},
    topology::{Pipeline, queue::queue_name},
};

/// What was sent again so far, by the letters' message ids in the dead-letter queue.
#[derive(Debug, Default)]
pub struct Resent {
    payloads: HashMap<String, Payload>,
}

/// A letter's body, as hashes, and what an earlier redrive recorded of it.
#[derive(Debug)]
struct Payload {
    planned: PlannedPayload,
    digest: String,
    earlier: Option<LetterRecord>,
    /// It was received from the dead-letter queue not later than this, by AWS's clock.
    dead_until: Timestamp,
    /// Whether it has the marker of a run.
    is_marked: bool,
}

impl Resent {
    /// A letter that was received not later than this, by AWS's clock, and is sent again; or was, by
    /// an earlier redrive that recorded this of it.
    pub fn add(&mut self, seen: &Seen, dead_until: Timestamp, earlier: Option<&LetterRecord>) {
        let id = &seen.letter.message_id;
        let body = &seen.letter.body;
        let origin = seen.origin.as_ref();
        let key = origin.map_or(id, |origin| &origin.key);
        if let Some((planned, digest)) = payload(key, body) {
            let payload = Payload {
                planned,
                digest,
                earlier: earlier.cloned(),
                dead_until,
                is_marked: origin
                    .is_some_and(|origin| body.contains(&origin.place.run.marker_prefix())),
            };
            self.payloads.insert(id.clone(), payload);
        }
    }

    /// The run of the letters that are on the pipeline's queue now, by the record of the redrive;
    /// `None`: there is no such letter. And how many letters went elsewhere.
    #[must_use]
    pub fn run(&self, redrive: &Redrive, pipeline: &Pipeline) -> (Option<(Plan, Vec<Line>)>, u64) {
        let mut elsewhere = 0;
        let mut sent: Vec<Sent<'_>> = Vec::new();
        for (id, letter) in &redrive.letters {
            let Some(new_id) = letter.state.new_id() else {
                continue;
            };
            let payload = self.payloads.get(id);
            let earlier = payload.and_then(|payload| payload.earlier.as_ref());
            let queued = letter.queued.as_ref();
            let queued = queued.or_else(|| earlier?.queued.as_ref());
            match (payload, queued) {
                (Some(payload), Some(queued)) if is_queue_of(pipeline, &queued.to) => {
                    sent.push(Sent {
                        at: queued.at,
                        answered: queued.answered.unwrap_or(queued.at),
                        new_id,
                        payload,
                    });
                }
                _ => elsewhere += 1,
            }
        }
        // What went out in one call has one time.
        sent.sort_by_key(|sent| sent.at);
        let Some(first) = sent.first() else {
            return (None, elsewhere);
        };
        let run = redrive.head.redrive.clone();
        let mut plan = Plan::new(run, first.at, pipeline.clone(), &[], 1);
        let all_marked = sent.iter().all(|sent| sent.payload.is_marked);
        plan.redriven = Some(if all_marked {
            Redriven::Marked
        } else {
            Redriven::Unmarked
        });
        let (mut lines, mut seq) = (Vec::new(), 0);
        let calls = sent.chunk_by(|one, other| one.at == other.at);
        for (invocation, call) in (0..).zip(calls) {
            plan.events.push(event(&redrive.head.dlq, call));
            for sent in call {
                seq += 1;
                lines.push(Line::Dead {
                    until: sent.payload.dead_until,
                    payloads: vec![seq],
                });
            }
            let answered = call.iter().map(|sent| sent.answered).max();
            lines.push(Line::Invoking {
                invocation,
                at: call[0].at,
                scheduled: None,
            });
            lines.push(Line::Invoked {
                invocation,
                at: answered.unwrap_or(call[0].at),
                outcome: Outcome::Answered {
                    request_id: None,
                    status: None,
                    sent: Some(call.len() as u64),
                    message_ids: call.iter().map(|sent| Some(sent.new_id.into())).collect(),
                    other_ids: Vec::new(),
                    error: None,
                },
            });
        }
        lines.push(Line::Sent {
            at: sent
                .iter()
                .map(|sent| sent.answered)
                .max()
                .unwrap_or(sent[0].at),
            how: Ending::Complete,
        });
        (Some((plan, lines)), elsewhere)
    }
}

/// A letter that is on the pipeline's queue.
struct Sent<'a> {
    at: Timestamp,
    answered: Timestamp,
    new_id: &'a str,
    payload: &'a Payload,
}

/// The letters of one call, as an event whose payloads they are.
fn event(dlq: &str, call: &[Sent<'_>]) -> PlannedEvent {
    let mut digest = Sha256::new();
    for sent in call {
        digest.update(&sent.payload.digest);
    }
    PlannedEvent {
        origin: queue_name(dlq).to_owned(),
        digest: hex(digest.finalize()),
        shape: EventShape::given(Shape::Entries),
        payloads: call
            .iter()
            .map(|sent| sent.payload.planned.clone())
            .collect(),
        containers: Vec::new(),
        fragments: Vec::new(),
    }
}

/// A body as a payload of this name, with the digest of its text.
fn payload(key: &str, body: &str) -> Option<(PlannedPayload, String)> {
    let whole = |text: &str| {
        let shape = Messages::Given(Shape::Event);
        Event::parse_as(key, text, &MarkerPolicy::Untouched, &shape)
    };
    // What is not JSON is a text.
    let event = whole(body).or_else(|_| whole(&serde_json::Value::from(body).to_string()));
    let event = event.ok()?;
    let digest = event.digest.clone();
    let planned = PlannedEvent::of(&event).payloads.into_iter().next()?;
    let key = key.to_owned();
    Some((PlannedPayload { key, ..planned }, digest))
}

/// Whether this URL is the queue of the pipeline: a host has many names.
fn is_queue_of(pipeline: &Pipeline, url: &str) -> bool {
    let path = |url: &str| {
        let mut parts = url.rsplit('/').map(str::to_owned);
        (parts.next(), parts.next())
    };
    pipeline
        .queue
        .as_ref()
        .is_some_and(|queue| path(&queue.url) == path(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_of_any_kind_is_a_payload() {
        for body in [
            "{\"a\": 1}",
            "17",
            "plain text",
            "{\"broken\"",
            "\"text\"",
            "[1, {}]",
            " ",
        ] {
            let (planned, digest) = payload("k", body).expect(body);
            assert_eq!(planned.key, "k");
            assert_eq!(digest.len(), 64);
        }
    }

    #[test]
    fn a_queue_has_many_hosts() {
        let mut pipeline = Pipeline::named("p");
        let here = "http://127.0.0.1:4566/000000000000/orders";
        assert!(!is_queue_of(&pipeline, here));
        pipeline.queue = Some(edactl_core::topology::Queue {
            name: "orders".into(),
            url: "http://localhost:4566/000000000000/orders".into(),
        });
        assert!(is_queue_of(&pipeline, here));
        assert!(!is_queue_of(
            &pipeline,
            "http://localhost:4566/000000000001/orders"
        ));
        assert!(!is_queue_of(
            &pipeline,
            "http://localhost:4566/000000000000/orders2"
        ));
    }
}
