//! The ledger: all evidence of a run, and the state that it puts each message in.
//!
//! # States, and what moves a message into them
//!
//! | state | grounds |
//! |---|---|
//! | unattempted | the record: its invocation was never begun |
//! | not sent | the record: its invocation provably did not run; or it was in doubt, and nothing anywhere shows it after everything settled |
//! | in doubt | the record: its invocation may have run; nothing seen of it yet |
//! | waiting | accepted by the producer; nothing seen of it at the consumer yet |
//! | received | the consumer's log shows it, in an invocation that has not ended yet |
//! | failing | each attempt that the log shows failed; the queue may deliver it again |
//! | done | the log shows it in an invocation that ended without an error for it |
//! | dead-lettered | it was seen in the dead-letter queue, and no attempt at it succeeded |
//! | lost | accepted, and nothing shows it after everything settled |
//!
//! *Settled* are positive grounds: the queue was empty (nothing visible, in flight or delayed)
//! from some moment on, and the logs were read again a settling time after that moment, so that
//! what the consumer wrote can be read. Without a word from the queue nothing ever settles.
//!
//! Evidence may come in any order, twice, or late: the ledger keeps facts, and states are
//! derived from all of them when asked. *Done*, once reached by an ended invocation, stays: more
//! true evidence can add attempts (duplicates), never undo one. *Lost* and *not sent* are taken
//! back only by evidence that arrives after the settling time, which the settling time is there
//! to rule out.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use jiff::Timestamp;

/// What the record of the run says about a message's sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispatch {
    /// Its invocation was never begun.
    Unattempted,
    /// Its invocation provably did not run, or the producer said that it was not sent.
    NotSent,
    /// Its invocation may have run.
    InDoubt,
    /// The producer said that it was sent.
    Accepted,
}

/// Identifies a message within its run: its number less one.
pub type MessageIndex = u32;

/// Identifies a group of messages of the run that have equal contents and no other mark.
pub type GroupIndex = u32;

/// Tells one log line, or one dead letter, from all others: a hash of its identity.
pub type LineId = u64;

/// What a piece of evidence is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// One message, known by its marker or its message id.
    Message(MessageIndex),
    /// Any one of a group of equal messages.
    Group(GroupIndex),
}

/// Identifies an invocation of the consumer within the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InvocationIndex(u32);

/// An invocation of the consumer, as far as the log tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Its request id; `None` when the log never says it.
    pub request_id: Option<String>,
    /// Whether the log shows its end.
    pub ended: bool,
    /// When, by AWS's clock: the first line that tells of the end.
    pub ended_at: Option<Timestamp>,
    /// The error that failed it as a whole.
    pub error: Option<String>,
}

/// One fact about the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A line of the consumer's log shows the message.
    Seen {
        /// Which message.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The line's time, by AWS's clock.
        at: Timestamp,
        /// Tells this line from all others, so that hearing of it twice counts once.
        line: LineId,
    },
    /// A line of the consumer's log tells an error about the message.
    Refused {
        /// Which message.
        subject: Subject,
        /// In which invocation.
        invocation: InvocationIndex,
        /// The error as logged.
        error: String,
        /// Tells this line from all others.
        line: LineId,
    },
    /// The invocation ended (`END`, `REPORT`).
    Ended {
        /// Which invocation.
        invocation: InvocationIndex,
    },
    /// The invocation failed as a whole.
    Failed {
        /// Which invocation.
        invocation: InvocationIndex,
        /// The error as logged.
        error: String,
    },
    /// The message is in the dead-letter queue.
    DeadLettered {
        /// Which message.
        subject: Subject,
        /// Tells this dead letter from all others.
        letter: LineId,
    },
}

/// How often a subject was seen in one invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sighting {
    invocation: InvocationIndex,
    first: Timestamp,
    /// Lines that show it; only for groups is each line a message of its own.
    lines: u32,
    /// Lines that tell an error about it.
    errors: u32,
}

/// All that is known of one subject.
#[derive(Debug, Clone, Default)]
struct Record {
    sightings: Vec<Sighting>,
    dead_letters: u32,
    error: Option<String>,
    /// The lines and dead letters heard so far; only groups count lines, so only they keep this.
    heard: HashSet<LineId>,
}

/// The state of a message. See the module's documentation for the grounds of each.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Received, and the invocation ended without an error for it.
    Done,
    /// Its invocation was never begun.
    Unattempted,
    /// It never reached the queue.
    NotSent,
    /// In the dead-letter queue.
    DeadLettered,
    /// Gone without a trace.
    Lost,
    /// Every attempt so far failed.
    Failing,
    /// In an invocation that has not ended.
    Received,
    /// Not seen yet.
    Waiting,
    /// Perhaps never sent, and not seen yet.
    InDoubt,
}

impl State {
    /// Whether nothing more is to come that would change it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Failing | Self::Received | Self::Waiting | Self::InDoubt
        )
    }
}

/// What the ledger knows of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// Its state.
    pub state: State,
    /// In how many invocations the consumer's log shows it.
    pub received: u32,
    /// In how many of them it failed.
    pub failed: u32,
    /// When the log first shows it, by AWS's clock.
    pub first_seen: Option<Timestamp>,
    /// The invocation of the last attempt.
    pub last_request_id: Option<String>,
    /// The last error about it.
    pub error: Option<String>,
    /// Whether an error was logged about it although the queue let it go: a warning.
    pub logged_error: bool,
}

/// One delivery of a message to the consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The message.
    pub message: MessageIndex,
    /// When the log first shows the message in it, by AWS's clock; `None`: only an error shows it.
    pub at: Option<Timestamp>,
    /// The invocation.
    pub request_id: Option<String>,
    /// When the invocation ended, by AWS's clock.
    pub ended: Option<Timestamp>,
    /// How it failed; `None`: it did not, or has not ended.
    pub error: Option<String>,
}

/// The queue's counters over time, as far as they matter: since when it holds nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueView {
    /// The last counters: visible, in flight, delayed.
    pub last: Option<(u64, u64, u64)>,
    /// Since when the queue has been empty at every look.
    pub empty_since: Option<Timestamp>,
}

/// All evidence of a run.
#[derive(Debug, Clone)]
pub struct Ledger {
    dispatch: Vec<Dispatch>,
    messages: Vec<Record>,
    groups: Vec<(Vec<MessageIndex>, Record)>,
    group_of: HashMap<MessageIndex, GroupIndex>,
    invocations: Vec<Invocation>,
    by_request: HashMap<String, InvocationIndex>,
    anonymous: HashMap<String, InvocationIndex>,
    queue: QueueView,
    /// The last moment at which the consumer's log was read to its end.
    logs_read: Option<Timestamp>,
    settle: Duration,
}

impl Ledger {
    /// A ledger for messages that were dispatched like this. `groups` are the messages that can be
    /// told from others by content only, together with those of equal content; `settle` is how
    /// long a log line may take to be readable.
    #[must_use]
    pub fn new(dispatch: Vec<Dispatch>, groups: Vec<Vec<MessageIndex>>, settle: Duration) -> Self {
        let messages = vec![Record::default(); dispatch.len()];
        let mut group_of = HashMap::new();
        for (index, members) in groups.iter().enumerate() {
            let index = GroupIndex::try_from(index).unwrap_or(GroupIndex::MAX);
            group_of.extend(members.iter().map(|member| (*member, index)));
        }
        Self {
            dispatch,
            messages,
            groups: groups
                .into_iter()
                .map(|members| (members, Record::default()))
                .collect(),
            group_of,
            invocations: Vec::new(),
            by_request: HashMap::new(),
            anonymous: HashMap::new(),
            queue: QueueView::default(),
            logs_read: None,
            settle,
        }
    }

    /// How many messages the run planned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.dispatch.len()
    }

    /// Whether the run planned no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.dispatch.is_empty()
    }

    /// What the record says of a message's sending.
    #[must_use]
    pub fn dispatch(&self, message: MessageIndex) -> Dispatch {
        self.dispatch[message as usize]
    }

    /// How many messages reached the queue for certain: the producer said so, or they were seen.
    #[must_use]
    pub fn sent(&self, statuses: &[MessageStatus]) -> u64 {
        let seen =
            |status: &MessageStatus| status.received > 0 || status.state == State::DeadLettered;
        self.dispatch
            .iter()
            .zip(statuses)
            .filter(|(dispatch, status)| **dispatch == Dispatch::Accepted || seen(status))
            .count() as u64
    }

    /// The invocation with this request id.
    pub fn invocation(&mut self, request_id: &str) -> InvocationIndex {
        if let Some(known) = self.by_request.get(request_id) {
            return *known;
        }
        let index = self.new_invocation(Some(request_id.to_owned()));
        self.by_request.insert(request_id.to_owned(), index);
        index
    }

    /// The invocation of lines that nothing tells apart but their stream.
    pub fn anonymous_invocation(&mut self, stream: &str) -> InvocationIndex {
        if let Some(known) = self.anonymous.get(stream) {
            return *known;
        }
        let index = self.new_invocation(None);
        self.anonymous.insert(stream.to_owned(), index);
        index
    }

    fn new_invocation(&mut self, request_id: Option<String>) -> InvocationIndex {
        let index = InvocationIndex(u32::try_from(self.invocations.len()).unwrap_or(u32::MAX));
        self.invocations.push(Invocation {
            request_id,
            ..Invocation::default()
        });
        index
    }

    /// Takes in one fact.
    pub fn add(&mut self, evidence: Evidence) {
        match evidence {
            Evidence::Seen {
                subject,
                invocation,
                at,
                line,
            } => {
                if !self.is_news(subject, line) {
                    return;
                }
                let sighting = self.sighting(subject, invocation, at);
                sighting.lines += 1;
                sighting.first = sighting.first.min(at);
            }
            Evidence::Refused {
                subject,
                invocation,
                error,
                line,
            } => {
                // The line may also be the one that shows the message, so it has two identities.
                if !self.is_news(subject, !line) {
                    return;
                }
                self.sighting(subject, invocation, Timestamp::MAX).errors += 1;
                self.record(subject).error = Some(error);
            }
            Evidence::Ended { invocation } => self.invocations[invocation.0 as usize].ended = true,
            Evidence::Failed { invocation, error } => {
                // The first telling is the runtime's own; a report after it says only "error".
                self.invocations[invocation.0 as usize]
                    .error
                    .get_or_insert(error);
            }
            Evidence::DeadLettered { subject, letter } => {
                if self.is_news(subject, letter) {
                    self.record(subject).dead_letters += 1;
                }
            }
        }
    }

    /// Takes in when an invocation ended: no evidence of its own, states do not depend on it.
    pub fn ended_at(&mut self, invocation: InvocationIndex, at: Timestamp) {
        let known = &mut self.invocations[invocation.0 as usize].ended_at;
        *known = Some(known.map_or(at, |known| known.min(at)));
    }

    fn is_news(&mut self, subject: Subject, line: LineId) -> bool {
        matches!(subject, Subject::Message(_)) || self.record(subject).heard.insert(line)
    }

    /// Takes in the queue's counters as read at `at`.
    pub fn queue_counters(&mut self, at: Timestamp, visible: u64, in_flight: u64, delayed: u64) {
        self.queue.last = Some((visible, in_flight, delayed));
        if (visible, in_flight, delayed) == (0, 0, 0) {
            self.queue.empty_since.get_or_insert(at);
        } else {
            self.queue.empty_since = None;
        }
    }

    /// The consumer's log was read to its end; the reading began at `at`.
    pub fn logs_read(&mut self, at: Timestamp) {
        self.logs_read = self.logs_read.max(Some(at));
    }

    /// The queue's counters.
    #[must_use]
    pub fn queue(&self) -> QueueView {
        self.queue
    }

    /// Whether everything settled: see the module's documentation.
    #[must_use]
    pub fn settled(&self) -> bool {
        match (self.queue.empty_since, self.logs_read) {
            (Some(empty), Some(read)) => {
                read >= empty
                    .saturating_add(self.settle_span())
                    .unwrap_or(Timestamp::MAX)
            }
            _ => false,
        }
    }

    /// Whether the queue was empty at a look that came before the last reading of the logs.
    #[must_use]
    pub fn drained(&self) -> bool {
        matches!((self.queue.empty_since, self.logs_read), (Some(empty), Some(read)) if read >= empty)
    }

    fn settle_span(&self) -> jiff::SignedDuration {
        jiff::SignedDuration::try_from(self.settle).unwrap_or(jiff::SignedDuration::MAX)
    }

    fn record(&mut self, subject: Subject) -> &mut Record {
        match subject {
            Subject::Message(message) => &mut self.messages[message as usize],
            Subject::Group(group) => &mut self.groups[group as usize].1,
        }
    }

    fn sighting(
        &mut self,
        subject: Subject,
        invocation: InvocationIndex,
        at: Timestamp,
    ) -> &mut Sighting {
        let sightings = &mut self.record(subject).sightings;
        let known = sightings
            .iter()
            .position(|sighting| sighting.invocation == invocation);
        let index = known.unwrap_or_else(|| {
            sightings.push(Sighting {
                invocation,
                first: at,
                lines: 0,
                errors: 0,
            });
            sightings.len() - 1
        });
        &mut sightings[index]
    }

    /// The attempts at a message that the consumer's log shows, in no order. Of equal messages
    /// that only their content tells, all attempts at any of them.
    pub fn attempts(&self, message: MessageIndex) -> impl Iterator<Item = Attempt> + '_ {
        let shared = self
            .group_of(message)
            .map(|group| &self.groups[group as usize].1);
        let records = std::iter::once(&self.messages[message as usize]).chain(shared);
        records.flat_map(move |record| {
            record.sightings.iter().map(move |sighting| {
                let invocation = &self.invocations[sighting.invocation.0 as usize];
                let own = record.error.clone().filter(|_| sighting.errors > 0);
                Attempt {
                    message,
                    at: (sighting.first < Timestamp::MAX).then_some(sighting.first),
                    request_id: invocation.request_id.clone(),
                    ended: invocation.ended_at,
                    error: own.or_else(|| invocation.error.clone()),
                }
            })
        })
    }

    /// The status of every message, in order.
    #[must_use]
    pub fn statuses(&self) -> Vec<MessageStatus> {
        let settled = self.settled();
        let mut statuses: Vec<_> = (0..self.dispatch.len())
            .map(|index| self.status_alone(index, settled))
            .collect();
        for (members, record) in &self.groups {
            self.share_out(members, record, settled, &mut statuses);
        }
        statuses
    }

    /// The status of a message by the evidence about itself.
    fn status_alone(&self, index: usize, settled: bool) -> MessageStatus {
        let record = &self.messages[index];
        let mut status = MessageStatus {
            state: State::Waiting,
            received: 0,
            failed: 0,
            first_seen: None,
            last_request_id: None,
            error: record.error.clone(),
            logged_error: false,
        };
        let (mut succeeded, mut open) = (false, false);
        let mut last: Option<&Sighting> = None;
        for sighting in &record.sightings {
            let invocation = &self.invocations[sighting.invocation.0 as usize];
            status.received += 1;
            if sighting.first < Timestamp::MAX {
                status.first_seen = Some(
                    status
                        .first_seen
                        .map_or(sighting.first, |first| first.min(sighting.first)),
                );
            }
            if last.is_none_or(|last| last.first <= sighting.first) {
                last = Some(sighting);
            }
            if invocation.error.is_some() || sighting.errors > 0 {
                status.failed += 1;
                if status.error.is_none() {
                    status.error.clone_from(&invocation.error);
                }
            } else if invocation.ended || settled {
                succeeded = true;
            } else {
                open = true;
            }
        }
        status.last_request_id = last.and_then(|last| {
            self.invocations[last.invocation.0 as usize]
                .request_id
                .clone()
        });
        status.state = if succeeded {
            State::Done
        } else if record.dead_letters > 0 {
            State::DeadLettered
        } else if open {
            State::Received
        } else if status.received > 0 && !settled {
            State::Failing
        } else if status.received > 0 {
            self.state_after_failures(index, &mut status)
        } else {
            self.state_unseen(index, settled)
        };
        status
    }

    /// Every attempt that the log shows failed or told an error, and yet the queue holds nothing
    /// and the message is in no dead-letter queue.
    fn state_after_failures(&self, index: usize, status: &mut MessageStatus) -> State {
        let only_logged = self.messages[index].sightings.iter().any(|sighting| {
            sighting.errors > 0
                && self.invocations[sighting.invocation.0 as usize]
                    .error
                    .is_none()
        });
        if only_logged {
            // The consumer logged an error and took the message all the same.
            status.logged_error = true;
            State::Done
        } else {
            State::Lost
        }
    }

    fn state_unseen(&self, index: usize, settled: bool) -> State {
        match (self.dispatch[index], settled) {
            (Dispatch::Unattempted, _) => State::Unattempted,
            (Dispatch::NotSent, _) | (Dispatch::InDoubt, true) => State::NotSent,
            (Dispatch::InDoubt, false) => State::InDoubt,
            (Dispatch::Accepted, true) => State::Lost,
            (Dispatch::Accepted, false) => State::Waiting,
        }
    }

    /// Equal messages are a multiset: as many of a group are done as were seen to be, and which
    /// ones makes no difference. What was certainly sent takes the evidence first.
    fn share_out(
        &self,
        members: &[MessageIndex],
        record: &Record,
        settled: bool,
        statuses: &mut [MessageStatus],
    ) {
        let mut order: Vec<usize> = members
            .iter()
            .map(|member| *member as usize)
            .filter(|member| statuses[*member].received == 0)
            .collect();
        order.sort_by_key(|member| match self.dispatch[*member] {
            Dispatch::Accepted => 0,
            Dispatch::InDoubt => 1,
            Dispatch::NotSent | Dispatch::Unattempted => 2,
        });
        let mut free = order.into_iter();
        let mut holders: Vec<usize> = Vec::new();
        let mut sightings: Vec<_> = record.sightings.iter().collect();
        sightings.sort_by_key(|sighting| sighting.first);
        for sighting in sightings {
            let invocation = &self.invocations[sighting.invocation.0 as usize];
            for line in 0..sighting.lines {
                let failed = invocation.error.is_some() || line < sighting.errors;
                let state = match (failed, invocation.ended || settled) {
                    (true, _) => State::Failing,
                    (false, true) => State::Done,
                    (false, false) => State::Received,
                };
                // A later attempt at an equal message that failed before is that message again.
                let retried = holders
                    .iter()
                    .copied()
                    .find(|holder| statuses[*holder].state == State::Failing);
                let Some(holder) = retried.or_else(|| free.next()).or(holders.last().copied())
                else {
                    return;
                };
                if !holders.contains(&holder) {
                    holders.push(holder);
                }
                let status = &mut statuses[holder];
                status.received += 1;
                status.failed += u32::from(failed);
                status.first_seen = status.first_seen.or(Some(sighting.first));
                status.last_request_id.clone_from(&invocation.request_id);
                if status.state != State::Done {
                    status.state = state;
                }
                if failed {
                    status.error = record.error.clone().or_else(|| invocation.error.clone());
                }
            }
        }
        let unfinished: HashSet<usize> = holders
            .iter()
            .copied()
            .filter(|holder| statuses[*holder].state == State::Failing)
            .collect();
        let mut dead = unfinished
            .into_iter()
            .chain(free)
            .take(record.dead_letters as usize);
        for member in &mut dead {
            statuses[member].state = State::DeadLettered;
        }
        if settled {
            for holder in holders {
                if statuses[holder].state == State::Failing {
                    statuses[holder].state = State::Lost;
                }
            }
        }
    }

    /// When the invocation with this request id ended, by AWS's clock.
    #[must_use]
    pub fn end_of(&self, request_id: &str) -> Option<Timestamp> {
        let index = self.by_request.get(request_id)?;
        self.invocations[index.0 as usize].ended_at
    }

    /// The group of a message that only its content tells.
    #[must_use]
    pub fn group_of(&self, message: MessageIndex) -> Option<GroupIndex> {
        self.group_of.get(&message).copied()
    }
}
