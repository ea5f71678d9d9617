//! What a matcher knows of a run before it reads a line.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::{
    Matcher,
    content::{ContentId, Contents},
    message_ids::MessageIds,
    shape_evidence::{ShapeEvidence, lone_ids},
    streams::Streams,
};
use crate::{
    event::Recognition,
    ledger::{GroupIndex, MessageIndex, Subject},
    run::{Invocation, Outcome, PlannedPayload, Run, certainty::message_id},
};

impl Matcher {
    /// A matcher for a run, and the groups of messages that only their content tells, or that
    /// have the same content as others.
    #[must_use]
    pub fn new(run: &Run) -> (Self, Vec<Vec<MessageIndex>>) {
        let markers = run.plan.markers();
        let mut matcher = Self {
            prefix: Finder::new(markers.prefix()).into_owned(),
            messages: run.plan.payloads(),
            all_marked: true,
            contents: Contents::new(&run.plan),
            markers,
            ids: MessageIds::default(),
            subjects: Vec::new(),
            inside: Vec::new(),
            lone_ids: lone_ids(run),
            letters: HashMap::new(),
            shapes: ShapeEvidence::new(&run.plan),
            contents_since: run.plan.began,
            undecided: Vec::new(),
            active_invocation: HashMap::new(),
            streams: Streams::of(run),
        };
        let groups = matcher.add_contents(run);
        if run.invocations.iter().any(names_messages) {
            matcher.ids.reserve(run.plan.payloads());
        }
        for place in run.plan.positions() {
            if let Some(id) = message_id(run, place) {
                matcher.ids.learn(message_index(place.seq), id);
            }
        }
        (matcher, groups)
    }

    fn add_contents(&mut self, run: &Run) -> Vec<Vec<MessageIndex>> {
        let planned: Vec<Vec<(ContentId, bool)>> = run
            .plan
            .events
            .iter()
            .map(|event| {
                let add = |payload: &PlannedPayload| {
                    let is_marked = payload.recognition != Recognition::Content;
                    (self.contents.add(&payload.content), is_marked)
                };
                event.payloads.iter().map(add).collect()
            })
            .collect();
        for (event, payloads) in run.plan.events.iter().zip(&planned) {
            for container in &event.containers {
                let inside = &payloads[container.payloads.clone()];
                if self.contents.add_container(container).is_some() {
                    let contents = inside.iter().map(|(content, _)| *content);
                    self.inside.push(contents.collect());
                }
            }
        }
        // Each content's messages, and whether all of them carry a marker.
        let mut members: Vec<(Vec<MessageIndex>, bool)> = Vec::new();
        for place in run.plan.positions() {
            let (content, is_marked) = planned[place.event][place.payload];
            self.all_marked &= is_marked;
            let index = content as usize;
            if members.len() <= index {
                members.resize(index + 1, (Vec::new(), true));
            }
            members[index].0.push(message_index(place.seq));
            members[index].1 &= is_marked;
        }
        let mut groups = Vec::new();
        for (messages, are_marked) in members {
            self.subjects.push(match messages[..] {
                [message] if are_marked => Subject::Message(message),
                _ => {
                    groups.push(messages);
                    let group = GroupIndex::try_from(groups.len() - 1);
                    Subject::Group(group.unwrap_or(GroupIndex::MAX))
                }
            });
        }
        groups
    }
}

/// Whether an invocation's answer names messages.
pub(super) fn names_messages(invocation: &Invocation) -> bool {
    matches!(&invocation.outcome, Some(Outcome::Answered { message_ids, .. }) if !message_ids.is_empty())
}

pub(super) fn message_index(seq: u64) -> MessageIndex {
    MessageIndex::try_from(seq - 1).unwrap_or(MessageIndex::MAX)
}
