//! Log lines and dead letters → evidence: which message does this text show?
//!
//! A message is known, in this order, by its marker, by its SQS message id (where the producer
//! told it, or a line showed it beside a marker), or by its content: see [`content`].

pub mod lenient_value;
mod message_ids;

mod content;

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::LazyLock,
};

use jiff::{SignedDuration, Timestamp};
use memchr::memmem::Finder;

use self::content::Contents;
pub use self::content::shape;
use crate::{
    event::{Recognition, marker::Markers},
    ledger::{
        Evidence, Failure, InvocationIndex, Ledger, LineId, MessageIndex, SendStatus, Subject,
    },
    line::{self, Kind, Level, Line, stack_trace},
    matcher::message_ids::{MessageIds, uuids},
    run::{Outcome, Run, message_id::MessageId},
    sent_times::message_id,
};

/// What the markers of every run begin with.
const ANY_MARKER: &str = "edactl-";

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
    ids: MessageIds,
    contents: Contents,
    /// Equal contents that were logged before this are of somebody else.
    contents_since: Timestamp,
    /// Weak content seen behind words that are not (yet) known: counted once they are.
    undecided: Vec<(String, Evidence)>,
    /// The invocation under way in each stream.
    active_invocation: HashMap<String, InvocationIndex>,
}

/// What the record says of each message's sending.
#[must_use]
pub fn send_statuses(run: &Run) -> Vec<SendStatus> {
    run.plan
        .positions()
        .map(|place| {
            let invocation = slot(run, place.invocation);
            match &invocation.outcome {
                None if invocation.began.is_none() => SendStatus::Unattempted,
                None | Some(Outcome::InDoubt { .. }) => SendStatus::InDoubt,
                Some(Outcome::NotRun { .. }) => SendStatus::NotSent,
                Some(
                    outcome @ Outcome::Answered {
                        message_ids, sent, ..
                    },
                ) => {
                    let event = &run.plan.events[place.event];
                    let has_id = matches!(message_ids.get(place.payload), Some(Some(_)));
                    if has_id || outcome.covers_all(event) {
                        SendStatus::Accepted
                    } else if event.believed_messages().is_some()
                        && (*sent == Some(0) || sent.is_some() && !message_ids.is_empty())
                    {
                        // It told what it sent, and this one is not among it.
                        SendStatus::NotSent
                    } else {
                        SendStatus::InDoubt
                    }
                }
            }
        })
        .collect()
}

fn slot(run: &Run, invocation: u64) -> &crate::run::Invocation {
    &run.invocations[usize::try_from(invocation).unwrap_or(usize::MAX)]
}

impl Matcher {
    /// A matcher for a run, and the groups of messages that only their content tells.
    #[must_use]
    pub fn new(run: &Run) -> (Self, Vec<Vec<MessageIndex>>) {
        let markers = run.plan.markers();
        let mut groups = Vec::new();
        let mut matcher = Self {
            prefix: Finder::new(markers.prefix()).into_owned(),
            messages: run.plan.payloads(),
            markers,
            ids: MessageIds::default(),
            contents: Contents::default(),
            contents_since: run.plan.began,
            undecided: Vec::new(),
            active_invocation: HashMap::new(),
        };
        for place in run.plan.positions() {
            let index = MessageIndex::try_from(place.seq - 1).unwrap_or(MessageIndex::MAX);
            if let Some(id) = message_id(run, place) {
                matcher.ids.learn(index, id);
            }
            let payload = run.plan.payload(place);
            if payload.recognition == Recognition::Content {
                matcher.contents.add(index, &payload.content, &mut groups);
            }
        }
        (matcher, groups)
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
    /// stream's order, which lines without a request id need.
    pub fn read(&mut self, log: LogText<'_>, ledger: &mut Ledger) {
        let line = line::read(log.text);
        if line.kind == Kind::Platform {
            return;
        }
        let invocation = self.invocation_of(&line, log.stream, ledger);
        match &line.kind {
            Kind::End | Kind::Report(None) => {
                let at = log.at;
                ledger.add(Evidence::Ended { invocation, at });
            }
            Kind::Report(Some(error)) => ledger.add(Evidence::Failed {
                invocation,
                error: Failure {
                    is_summary: true,
                    ..Failure::new(error)
                },
            }),
            Kind::Failure(error) => ledger.add(Evidence::Failed {
                invocation,
                error: failure(error, log.text),
            }),
            Kind::Start | Kind::Platform | Kind::Application => {}
        }
        if matches!(line.kind, Kind::Application | Kind::Failure(_)) {
            self.read_application(&line, &log, invocation, ledger);
        }
    }

    fn read_application(
        &mut self,
        line: &Line<'_>,
        log: &LogText<'_>,
        invocation: InvocationIndex,
        ledger: &mut Ledger,
    ) {
        let found = self.messages_in(line, log.text);
        if !found.is_empty() {
            self.contents.learn_words(&line.message);
            self.decide(ledger);
        }
        // An error line about one message tells its failure; it is not a second arrival.
        let error =
            (line.level == Some(Level::Error)).then(|| failure(&one_line(&line.message), log.text));
        for message in &found {
            let subject = Subject::Message(*message);
            ledger.add(evidence(subject, invocation, log.at, 0, 0, error.as_ref()));
        }
        if !found.is_empty() {
            return;
        }
        // A log line's time is cut to the millisecond.
        let is_early = log.at.as_millisecond() < self.contents_since.as_millisecond();
        let content_matches = if self.contents.is_empty() || is_early {
            Vec::new()
        } else {
            self.contents.in_line(log.text, &line.message)
        };
        if content_matches.is_empty() && !ledger.has_traces() && speaks(line, log.text) {
            ledger.add(Evidence::Speaks { invocation });
        }
        for (nth, content_match) in content_matches.into_iter().enumerate() {
            let subject = Subject::Group(content_match.group);
            let line = hash(&(line_id(log), nth));
            let shape = content_match.shape;
            let evidence = evidence(subject, invocation, log.at, line, shape, error.as_ref());
            match content_match.behind {
                Some(words) if !self.contents.knows_words(&words) => {
                    self.undecided.push((words, evidence));
                }
                _ => ledger.add(evidence),
            }
        }
    }

    /// Counts what was seen behind words that are known now.
    fn decide(&mut self, ledger: &mut Ledger) {
        let contents = &self.contents;
        let decided = self
            .undecided
            .extract_if(.., |(words, _)| contents.knows_words(words));
        for (_, evidence) in decided {
            ledger.add(evidence);
        }
    }

    /// Reads a message of the dead-letter queue into the ledger.
    pub fn read_dead_letter(&mut self, message_id: &str, body: &str, ledger: &mut Ledger) {
        let known = self
            .ids
            .message(message_id)
            .or_else(|| self.markers_in(body).next());
        let subject = known
            .map(Subject::Message)
            .or_else(|| self.contents.of_body(body).map(Subject::Group));
        if let Some(subject) = subject {
            let letter = message_id.into();
            ledger.add(Evidence::DeadLettered { subject, letter });
        }
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

    /// The messages that a line shows by their marker or their id.
    fn messages_in(&mut self, line: &Line<'_>, text: &str) -> Vec<MessageIndex> {
        let mut found: Vec<MessageIndex> = self.markers_in(text).collect();
        found.dedup();
        if let [message] = found[..]
            && !self.ids.knows(message)
            && let Some(id) = lone_uuid(line, text)
        {
            // From now on the message is known by its id too: error lines often hold only that.
            self.ids.learn(message, &MessageId::from(id));
        }
        if found.is_empty() && !self.ids.is_empty() {
            found.extend(uuids(text).filter_map(|id| self.ids.message(id)));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn markers_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = MessageIndex> + 'a {
        let bytes = text.as_bytes();
        self.prefix
            .find_iter(bytes)
            .filter_map(|at| self.markers.seq_at(&bytes[at..]))
            .filter(|seq| (1..=self.messages).contains(seq))
            .filter_map(|seq| MessageIndex::try_from(seq - 1).ok())
    }
}

/// Whether the line shows a message of others: their marker, or an id that is not the
/// invocation's.
fn speaks(line: &Line<'_>, text: &str) -> bool {
    static ANY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(ANY_MARKER));
    ANY.find(text.as_bytes()).is_some()
        || uuids(text).any(|id| Some(id) != line.request_id)
        || text.contains("\"body\"")
        || text.contains("'body'")
}

fn evidence(
    subject: Subject,
    invocation: InvocationIndex,
    at: Timestamp,
    line: LineId,
    shape: u64,
    error: Option<&Failure>,
) -> Evidence {
    match error {
        Some(error) => Evidence::Refused {
            subject,
            invocation,
            at,
            error: error.clone(),
            line,
        },
        None => Evidence::Seen {
            subject,
            invocation,
            at,
            line,
            shape,
        },
    }
}

fn failure(error: &str, text: &str) -> Failure {
    Failure {
        frame: stack_trace::application_frame(text).map(Into::into),
        ..Failure::new(error)
    }
}

/// The one id in the line that is not the request id.
fn lone_uuid<'a>(line: &Line<'_>, text: &'a str) -> Option<&'a str> {
    let mut others = uuids(text).filter(|id| Some(*id) != line.request_id);
    let first = others.next()?;
    others.all(|other| other == first).then_some(first)
}

fn line_id(log: &LogText<'_>) -> LineId {
    match log.id {
        Some(id) => hash(&(log.stream, id)),
        None => hash(&(log.stream, log.at, log.text, log.nth)),
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.lines().next().unwrap_or_default().trim();
    line.chars().take(LONGEST).collect()
}
