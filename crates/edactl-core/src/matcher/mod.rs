//! Log lines and dead letters → evidence: which message does this text show?
//!
//! A message may be known by its marker, by its SQS message id (where the producer told it, or a
//! line showed it beside a marker), by its content (see [`content`]) or by its values (see
//! [`values`]). One line may show some messages in one way and some in another: each counts.

mod content;
mod letters;
pub(crate) mod message_ids;
mod named;
mod pieces;
mod setup;
mod shape_evidence;
#[cfg(test)]
mod shape_tests;
mod sighting;
mod streams;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::{collections::HashMap, ops::Range};

use jiff::{SignedDuration, Timestamp};
use memchr::memmem::Finder;

use self::{
    content::{ContentId, ContentMatch, Contents},
    message_ids::MessageIds,
    shape_evidence::ShapeEvidence,
    sighting::{Sighting, evidence, failure, hash, line_id, one_line, summary},
    streams::Streams,
};
pub use self::{streams::ConsumerStreams, words::shape};
use crate::{
    event::marker::Markers,
    ledger::{Evidence, InvocationIndex, Ledger, Means, MessageIndex, Subject},
    line::{self, ErrorOrigin, Kind, Level, Line},
    run::{Run, learned_shape::Observed, message_id::MessageId},
};

/// A log event of the consumer, as the matcher needs it.
#[derive(Debug, Clone, Copy)]
pub struct LogText<'a> {
    /// The log stream: lines without a request id belong to the invocation under way in it.
    pub stream: &'a str,
    /// The event's time.
    pub at: Timestamp,
    /// The event's id, where it has one.
    pub id: Option<&'a str>,
    /// Without an id: how many equal events (stream, time and text) came before this one.
    pub nth: u32,
    /// The text.
    pub text: &'a str,
}

/// Reads texts for one run.
#[derive(Debug)]
pub struct Matcher {
    markers: Markers,
    prefix: Finder<'static>,
    messages: u64,
    /// Whether every payload carries a marker.
    all_marked: bool,
    ids: MessageIds,
    contents: Contents,
    /// What is evidence about a payload's content.
    subjects: Vec<Subject>,
    /// The contents of the payloads in a larger piece, by that piece's content: the contents of
    /// payloads come first, so by what is left.
    inside: Vec<Vec<ContentId>>,
    /// Ids of messages that are all that an event of several payloads became.
    lone_ids: HashMap<MessageId, Range<MessageIndex>>,
    /// What the bodies of letters hold: each look tells the same letters again.
    letters: HashMap<MessageId, Option<ContentId>>,
    /// What the messages are seen to hold.
    shapes: ShapeEvidence,
    /// Equal contents that were logged before this are of somebody else.
    contents_since: Timestamp,
    /// Weak content seen behind words that are not (yet) known: counted once they are.
    undecided: Vec<(Vec<String>, Evidence)>,
    /// The invocation under way in each stream.
    active_invocation: HashMap<String, InvocationIndex>,
    streams: Streams,
}

impl Matcher {
    /// Reads only the streams that are the consumer's.
    #[must_use]
    pub fn with_streams(mut self, streams: ConsumerStreams) -> Self {
        self.streams.know(streams);
        self
    }

    /// Where AWS's clock may be behind this machine's by `lead`, a content that was logged so long
    /// before the run began may be the run's.
    #[must_use]
    pub fn with_clock_behind(mut self, lead: SignedDuration) -> Self {
        let since = self.contents_since.saturating_sub(lead);
        self.contents_since = since.unwrap_or(self.contents_since);
        self
    }

    /// Reads one event of the consumer's log into the ledger. Events of one stream come in the
    /// stream's order, which lines without a request id need. Says whether it is the consumer's own.
    pub fn read(&mut self, log: LogText<'_>, ledger: &mut Ledger) -> bool {
        let line = line::read_outer(log.text);
        if !self.streams.is_consumers(&line, log.stream) {
            return false;
        }
        let invocation = self.invocation_of(&line, log.stream, ledger);
        Self::read_platform(&line, log, invocation, ledger);
        if matches!(line.kind, Kind::Application | Kind::Failure(_)) {
            self.read_application(line, log, invocation, ledger);
        }
        true
    }

    /// What the platform and the runtime say about the invocation.
    fn read_platform(
        line: &Line<'_>,
        log: LogText<'_>,
        invocation: InvocationIndex,
        ledger: &mut Ledger,
    ) {
        let at = log.at;
        ledger.hear(invocation, at, line.request_id.is_some());
        match &line.kind {
            Kind::Start => ledger.add(Evidence::Started {
                invocation,
                at,
                format: line.format,
            }),
            Kind::End => ledger.add(Evidence::CodeEnded { invocation, at }),
            Kind::Report(_) => ledger.add(Evidence::Ended { invocation, at }),
            Kind::Failure(error) => ledger.add(Evidence::Suspected {
                invocation,
                error: failure(error, line.origin, log.text),
            }),
            // The environment could not start.
            Kind::Platform if line.level == Some(Level::Error) => {
                ledger.add(Evidence::Suspected {
                    invocation,
                    error: summary(&line::report_failure(log.text).unwrap_or_default()),
                });
            }
            Kind::Platform | Kind::Application => {}
        }
        if let Some(status) = line.status {
            let error = match &line.kind {
                Kind::Report(error) => error.as_deref(),
                _ => None,
            };
            ledger.add(Evidence::Status {
                invocation,
                status,
                error: error.map(summary),
            });
        }
    }

    fn read_application(
        &mut self,
        line: Line<'_>,
        log: LogText<'_>,
        invocation: InvocationIndex,
        ledger: &mut Ledger,
    ) {
        let found = self.messages_in(&line, log.text);
        if !found.is_empty() || self.contents.may_be_in(log.text) {
            self.shapes.line(line.json, &line.message);
        }
        // A log line's time is cut to the millisecond.
        let is_early = log.at.as_millisecond() < self.contents_since.as_millisecond();
        // A consumer that shows some markers of a batch shows all that there are.
        let is_told = self.all_marked && found.iter().any(|(_, means)| *means == Means::Marker);
        let may_hold_more = !is_early && !is_told && self.contents.may_be_in(log.text);
        if found.is_empty() && !may_hold_more {
            return;
        }
        let is_application = line.kind == Kind::Application;
        let origin = line.origin;
        let line = line.with_inner_layer();
        let error = (line.level == Some(Level::Error)).then(|| {
            let origin = if is_application {
                ErrorOrigin::Application
            } else {
                origin
            };
            failure(&one_line(&line.message), origin, log.text)
        });
        for (message, means) in &found {
            let seen = Sighting {
                subject: Subject::Message(*message),
                means: *means,
                line: 0,
                shape: 0,
            };
            ledger.add(evidence(seen, invocation, log.at, error.as_ref()));
        }
        let mut is_new = !found.is_empty() && self.contents.learn_words(&line.message);
        if may_hold_more {
            let matches = self.contents.in_line(line.json, &line.message);
            let matches = self.opened(matches);
            let is_structure = |found: &ContentMatch| {
                found.behind.is_empty() && found.means == Means::Content && found.shape != 0
            };
            is_new |= line.json.is_none()
                && matches.iter().any(is_structure)
                && self.contents.learn_words(&line.message);
            for (nth, content_match) in matches.into_iter().enumerate() {
                let seen = Sighting {
                    subject: self.subjects[content_match.content as usize],
                    means: content_match.means,
                    line: hash(&(line_id(&log), nth)),
                    shape: content_match.shape,
                };
                let evidence = evidence(seen, invocation, log.at, error.as_ref());
                let behind = content_match.behind;
                if behind.is_empty() || self.contents.knows_words(&behind) {
                    ledger.add(evidence);
                } else {
                    self.undecided.push((behind, evidence));
                }
            }
        }
        if is_new {
            self.decide(ledger);
        }
    }

    /// Counts what was seen behind words that are known now.
    fn decide(&mut self, ledger: &mut Ledger) {
        let contents = &self.contents;
        let decided = self
            .undecided
            .extract_if(.., |(words, _)| contents.knows_words(words));
        ledger.recall();
        for (_, evidence) in decided {
            ledger.add(evidence);
        }
    }

    /// What is known of the messages that each event of the run became.
    #[must_use]
    pub fn observed(&self, run: &Run) -> Vec<Observed> {
        self.shapes.observed(run)
    }

    fn invocation_of(
        &mut self,
        line: &Line<'_>,
        stream: &str,
        ledger: &mut Ledger,
    ) -> InvocationIndex {
        let known = self.active_invocation.get_mut(stream);
        match (line.request_id, known) {
            (Some(request_id), Some(active_invocation)) => {
                *active_invocation = ledger.invocation(request_id);
                *active_invocation
            }
            (Some(request_id), None) => {
                let invocation = ledger.invocation(request_id);
                self.active_invocation.insert(stream.to_owned(), invocation);
                invocation
            }
            (None, Some(active_invocation)) => *active_invocation,
            (None, None) => ledger.anonymous_invocation(stream),
        }
    }
}
