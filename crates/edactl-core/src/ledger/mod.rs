//! The ledger: all evidence of a run, and the state that it puts each message in.
//!
//! # States, and what moves a message into them
//!
//! | state | grounds | final |
//! |---|---|---|
//! | unattempted | the record: its invocation was never begun | yes |
//! | not sent | the record: the producer refused it, or provably did not run; or it was in doubt, and nothing anywhere shows it after everything settled | yes |
//! | in doubt | the record: its invocation may have run; nothing seen of it yet | no |
//! | waiting | accepted by the producer, nothing seen of it at the consumer yet: delayed, visible or in flight. Which of these, the queue tells only of all its messages together; the diagnosis says it where all are in one place | no |
//! | received | the consumer's log shows it, in an invocation that has not ended yet | no |
//! | failing | each attempt that the log shows failed; the queue may deliver it again | no |
//! | done | the log shows it in an invocation that ended without an error for it; or everything settled, so that no failure of that invocation can come any more | yes |
//! | dead-lettered | it was seen in the dead-letter queue, and no attempt at it succeeded | yes |
//! | lost | accepted, and after everything settled nothing shows it, or only attempts that failed as a whole. The diagnosis tells the ways apart: filtered out by the trigger, acknowledged without a trace, vanished | yes |
//! | untraced | accepted, everything settled, and the consumer ran but its log tells of no message at all: only counts can speak for it | no |
//!
//! With each state go how often the message was received, how many of these attempts failed, and
//! their errors. A message that was received and told of in an error line, and then neither
//! returned nor dead-lettered, was taken: it is done, with a warning.
//!
//! # Settled
//!
//! *Settled* are positive grounds for what is missing: from some moment on the queue held nothing
//! (visible, in flight or delayed) at every look, and a settling time after that moment the
//! consumer's log was read to its end and, where the queue has one, the dead-letter queue looked
//! through. Without any one of these nothing ever settles, and what was not seen stays open.
//! What was settled once stays so: what the queue holds later came later.
//!
//! # Order
//!
//! Evidence may come in any order, twice, or late: the ledger keeps facts, and states are derived
//! from all of them when asked. One order is relied upon: an invocation's failure is heard of no
//! later than its end, as the two stand in one log stream. So *done* stays: more true evidence can
//! add attempts (duplicates), never undo one. *Lost* and *not sent* could be taken back only by
//! evidence that takes longer than the settling time, which that time is there to rule out, or by
//! somebody who sends the message anew, such as by a redrive.

mod evidence;
mod groups;
mod invocations;
mod message_table;
mod settling;
mod status;

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use uuid::Uuid;

pub use self::{
    evidence::{
        ErrorOrigin, Evidence, Failure, GroupIndex, InvocationIndex, InvocationStatus, LineId,
        Means, MessageIndex, PlatformFormat, SendStatus, Subject,
    },
    settling::QueueView,
    status::{Attempt, MessageCounts, MessageStatus, State, Statuses},
};
use self::{
    groups::Groups, invocations::Invocations, message_table::MessageTable, settling::Settling,
};

/// All evidence of a run.
#[derive(Debug, Clone)]
pub struct Ledger {
    began: Timestamp,
    messages: MessageTable,
    groups: Groups,
    invocations: Invocations,
    /// The SQS message ids of dead letters.
    letters: HashMap<Subject, Vec<Arc<str>>>,
    settling: Settling,
    /// Whether the consumer's log shows any message of the run.
    has_traces: bool,
}

/// A time in milliseconds; `None`: unknown.
fn time(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis)
        .ok()
        .filter(|_| millis < i64::MAX)
}

impl Ledger {
    /// A ledger for messages of a run that began at `began`, dispatched like this. `groups` are
    /// the messages that can be told from others by content only, in order, together with those of
    /// equal content; `settle` is how long a log line may take to be readable.
    #[must_use]
    pub fn new(
        began: Timestamp,
        send_status: &[SendStatus],
        groups: Vec<Vec<MessageIndex>>,
        settle: Duration,
    ) -> Self {
        Self {
            began,
            messages: MessageTable::new(send_status),
            groups: Groups::new(groups),
            invocations: Invocations::default(),
            letters: HashMap::new(),
            settling: Settling::new(settle),
            has_traces: false,
        }
    }

    /// How many messages the run planned.
    #[must_use]
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether the run planned no message.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the record says of a message's sending.
    #[must_use]
    pub fn send_status(&self, message: MessageIndex) -> SendStatus {
        self.messages.send_status(message)
    }

    /// The invocation with this request id.
    pub fn invocation(&mut self, request_id: &str) -> InvocationIndex {
        match Uuid::try_parse(request_id) {
            Ok(id) if !id.is_nil() => self.invocations.with_id(id),
            _ => self.anonymous_invocation(request_id),
        }
    }

    /// The invocation of lines that nothing tells apart but their stream.
    pub fn anonymous_invocation(&mut self, stream: &str) -> InvocationIndex {
        self.invocations.of_stream(stream)
    }

    /// Takes in one fact.
    pub fn add(&mut self, evidence: Evidence) {
        match evidence {
            Evidence::Seen {
                subject,
                invocation,
                at,
                line,
                shape,
                means: _,
            } => {
                self.has_traces = true;
                let at = at.as_millisecond();
                match subject {
                    Subject::Message(message) => self.messages.see(message, invocation, at),
                    Subject::Group(group) => self.groups.see(group, invocation, at, line, shape),
                }
            }
            Evidence::Refused {
                subject,
                invocation,
                at,
                error,
                line,
                means: _,
            } => {
                self.has_traces = true;
                let at = at.as_millisecond();
                match subject {
                    Subject::Message(message) => {
                        self.messages.refuse(message, invocation, at, error);
                    }
                    Subject::Group(group) => self.groups.refuse(group, invocation, at, line, error),
                }
            }
            Evidence::CodeEnded { invocation, at } | Evidence::Ended { invocation, at } => {
                self.invocations.end(invocation, at.as_millisecond());
            }
            Evidence::Status {
                invocation,
                error: Some(error),
                ..
            }
            | Evidence::Suspected { invocation, error } => self.invocations.fail(invocation, error),
            Evidence::Started { .. } | Evidence::Status { error: None, .. } => {}
            Evidence::DeadLettered {
                subject, letter, ..
            } => {
                let letters = self.letters.entry(subject).or_default();
                if !letters.contains(&letter) {
                    letters.push(letter);
                }
            }
        }
    }

    /// Whether the consumer's log shows any message of the run.
    #[must_use]
    pub fn has_traces(&self) -> bool {
        self.has_traces
    }

    /// Whether the consumer ran since the run began, and its log shows no message of the run: it
    /// may log nothing about messages at all.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !self.has_traces && self.invocations.any_ended_well(self.began.as_millisecond())
    }

    /// The SQS message ids of the dead letters that are this subject's.
    #[must_use]
    pub fn letters(&self, subject: Subject) -> &[Arc<str>] {
        self.letters.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// Where the queue has a dead-letter queue, nothing settles before that was looked through.
    pub fn expect_dead_letters(&mut self) {
        self.settling.expect_dead_letters();
    }

    /// Takes in the queue's counters as read at `at`.
    pub fn queue_counters(&mut self, at: Timestamp, visible: u64, in_flight: u64, delayed: u64) {
        self.settling.counters(at, (visible, in_flight, delayed));
    }

    /// The consumer's log was read to its end; the reading began at `at`.
    pub fn logs_read(&mut self, at: Timestamp) {
        self.settling.logs_read(at);
    }

    /// The dead-letter queue was looked through; the look began at `at`.
    pub fn dead_letters_read(&mut self, at: Timestamp) {
        self.settling.dead_letters_read(at);
    }

    /// The queue's counters.
    #[must_use]
    pub fn queue(&self) -> QueueView {
        self.settling.queue()
    }

    /// Whether everything settled: see the module's documentation.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.settling.is_settled()
    }

    /// Why nothing settled yet; `None`: it did.
    #[must_use]
    pub fn unsettled(&self) -> Option<&'static str> {
        self.settling.missing()
    }

    /// Whether the queue was empty at a look that came before the last reading of the logs.
    #[must_use]
    pub fn drained(&self) -> bool {
        self.settling.is_drained()
    }

    /// The messages of a group, in order.
    #[must_use]
    pub fn members(&self, group: GroupIndex) -> &[MessageIndex] {
        self.groups.members(group)
    }

    /// When the invocation with this request id ended, by AWS's clock.
    #[must_use]
    pub fn end_of(&self, request_id: &str) -> Option<Timestamp> {
        let known = self.invocations.known(Uuid::try_parse(request_id).ok()?)?;
        time(self.invocations.end_of(known))
    }

    /// The group of a message that only its content tells.
    #[must_use]
    pub fn group_of(&self, message: MessageIndex) -> Option<GroupIndex> {
        self.groups.of(message)
    }
}
