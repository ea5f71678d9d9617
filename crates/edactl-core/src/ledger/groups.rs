//! Messages that only their content tells: equal ones are a multiset.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use crate::ledger::{
    Ledger, MessageStatus, State,
    evidence::{Failure, GroupIndex, InvocationIndex, LineId, MessageIndex, SendStatus},
    status::Grounds,
};

/// How often a group was seen in one invocation.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The invocation.
    pub invocation: InvocationIndex,
    /// When the log first shows one of it there, in milliseconds.
    pub first: i64,
    /// How many content_matches there were in each of the words around them.
    shapes: Vec<(u64, u32)>,
    /// Lines that tell an error about one of it.
    errors: u32,
    /// The error, the earliest.
    error: Option<(i64, Failure)>,
}

impl Sighting {
    /// How many messages that were: a consumer may log each several times, in different words.
    fn messages(&self) -> u32 {
        let most = self.shapes.iter().map(|(_, count)| *count).max();
        most.unwrap_or_default().max(self.errors)
    }

    /// The error told there.
    pub fn error(&self) -> Option<&Failure> {
        self.error.as_ref().map(|(_, error)| error)
    }
}

#[derive(Debug, Clone)]
struct Group {
    members: Vec<MessageIndex>,
    sightings: Vec<Sighting>,
}

/// All groups of a run.
#[derive(Debug, Clone)]
pub struct Groups {
    all: Vec<Group>,
    place: HashMap<(GroupIndex, InvocationIndex), u32>,
    /// The content_matches heard so far; only here each of them counts, so only here they are kept.
    heard: HashSet<u64>,
}

impl Groups {
    /// Groups of these members.
    pub fn new(groups: Vec<Vec<MessageIndex>>) -> Self {
        let group = |members| Group {
            members,
            sightings: Vec::new(),
        };
        Self {
            all: groups.into_iter().map(group).collect(),
            place: HashMap::new(),
            heard: HashSet::new(),
        }
    }

    fn is_news(&mut self, group: GroupIndex, line: LineId, is_error: bool) -> bool {
        let mut hasher = DefaultHasher::new();
        (group, line, is_error).hash(&mut hasher);
        self.heard.insert(hasher.finish())
    }

    fn sighting(
        &mut self,
        group: GroupIndex,
        invocation: InvocationIndex,
        at: i64,
    ) -> &mut Sighting {
        let sightings = &mut self.all[group as usize].sightings;
        let next = u32::try_from(sightings.len()).unwrap_or(u32::MAX);
        let place = *self.place.entry((group, invocation)).or_insert(next);
        if place == next {
            sightings.push(Sighting {
                invocation,
                first: at,
                shapes: Vec::new(),
                errors: 0,
                error: None,
            });
        }
        let sighting = &mut sightings[place as usize];
        sighting.first = sighting.first.min(at);
        sighting
    }

    /// A line shows one of the group.
    pub fn see(
        &mut self,
        group: GroupIndex,
        invocation: InvocationIndex,
        at: i64,
        line: LineId,
        shape: u64,
    ) {
        if !self.is_news(group, line, false) {
            return;
        }
        let shapes = &mut self.sighting(group, invocation, at).shapes;
        match shapes.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, count)) => *count += 1,
            None => shapes.push((shape, 1)),
        }
    }

    /// A line tells an error about one of the group.
    pub fn refuse(
        &mut self,
        group: GroupIndex,
        invocation: InvocationIndex,
        at: i64,
        line: LineId,
        error: Failure,
    ) {
        if !self.is_news(group, line, true) {
            return;
        }
        let sighting = self.sighting(group, invocation, at);
        sighting.errors += 1;
        let told = (at, error);
        if sighting.error.as_ref().is_none_or(|known| told < *known) {
            sighting.error = Some(told);
        }
    }

    /// The group of a message.
    pub fn of(&self, message: MessageIndex) -> Option<GroupIndex> {
        let position = self
            .all
            .iter()
            .position(|group| group.members.binary_search(&message).is_ok())?;
        GroupIndex::try_from(position).ok()
    }

    /// The messages of a group.
    pub fn members(&self, group: GroupIndex) -> &[MessageIndex] {
        &self.all[group as usize].members
    }

    /// The invocations that show one of the group.
    pub fn sightings(&self, group: GroupIndex) -> &[Sighting] {
        &self.all[group as usize].sightings
    }

    /// Whether any line shows one of any group.
    pub fn were_seen(&self) -> bool {
        !self.place.is_empty()
    }
}

/// The statuses of the members of all groups that anything shows, in the order of the messages.
pub fn share_out(ledger: &Ledger, grounds: Grounds) -> Vec<(MessageIndex, MessageStatus)> {
    let mut shares = Vec::new();
    for (index, group) in (0..).zip(&ledger.groups.all) {
        let letters = ledger.letters(super::Subject::Group(index)).len();
        if group.sightings.is_empty() && letters == 0 {
            continue;
        }
        let mut sharing = Sharing::new(ledger, group, grounds);
        sharing.take_sightings(group);
        sharing.take_letters(letters);
        shares.append(&mut sharing.end());
    }
    shares.sort_unstable_by_key(|(message, _)| *message);
    shares
}

/// Which members take the evidence makes no difference: as many are done as were seen to be. What
/// was certainly sent takes it first.
struct Sharing<'a> {
    ledger: &'a Ledger,
    settled: bool,
    members: Vec<(MessageIndex, MessageStatus)>,
    free: VecDeque<usize>,
    failing: VecDeque<usize>,
    open: VecDeque<usize>,
    done: VecDeque<usize>,
    /// How many members each invocation shows by their ids: their contents tell nothing new.
    by_id: HashMap<InvocationIndex, u32>,
}

impl<'a> Sharing<'a> {
    fn new(ledger: &'a Ledger, group: &Group, grounds: Grounds) -> Self {
        let mut by_id = HashMap::new();
        for member in &group.members {
            for sighting in ledger.messages.sightings(*member) {
                *by_id.entry(sighting.invocation).or_default() += 1;
            }
        }
        let mut members: Vec<_> = group
            .members
            .iter()
            .map(|member| (*member, ledger.status_alone(*member, grounds)))
            .filter(|(_, status)| status.received == 0 && status.state != State::DeadLettered)
            .collect();
        members.sort_by_key(|(member, _)| match ledger.send_status(*member) {
            SendStatus::Accepted => 0,
            SendStatus::InDoubt => 1,
            SendStatus::NotSent | SendStatus::Unattempted => 2,
        });
        Self {
            ledger,
            settled: grounds.settled,
            free: (0..members.len()).collect(),
            members,
            failing: VecDeque::new(),
            open: VecDeque::new(),
            done: VecDeque::new(),
            by_id,
        }
    }

    fn take_sightings(&mut self, group: &Group) {
        let invocations = &self.ledger.invocations;
        let mut sightings: Vec<&Sighting> = group.sightings.iter().collect();
        sightings.sort_by_key(|sighting| {
            let failed = invocations.has_failed(sighting.invocation) || sighting.errors > 0;
            (
                sighting.first,
                !failed,
                invocations.id(sighting.invocation),
                sighting.messages(),
            )
        });
        for sighting in sightings {
            self.take(sighting);
        }
    }

    /// One invocation shows each message once, so its content_matches go to as many members. A later
    /// attempt at an equal message that failed before is taken to be that message again.
    fn take(&mut self, sighting: &Sighting) {
        let invocations = &self.ledger.invocations;
        let whole = invocations.has_failed(sighting.invocation);
        let ended = invocations.has_ended(sighting.invocation) || self.settled;
        let by_id = self.by_id.get(&sighting.invocation).copied();
        let by_id = by_id.unwrap_or_default();
        let count = sighting.messages().saturating_sub(by_id);
        let failed = if whole {
            count
        } else {
            sighting.errors.min(count)
        };
        let mut holders = Vec::new();
        for _ in 0..count {
            let holder = self.failing.pop_front().or_else(|| self.free.pop_front());
            // What is still open may be what this tells the end of; else it is a duplicate.
            let holder = holder
                .or_else(|| self.open.pop_front())
                .or_else(|| self.done.pop_front());
            let Some(holder) = holder else { break };
            holders.push(holder);
        }
        for (nth, holder) in (0..).zip(holders) {
            let is_failed = nth < failed;
            let status = &mut self.members[holder].1;
            status.received += 1;
            status.failed += u32::from(is_failed);
            let first = super::time(sighting.first);
            status.first_seen = status.first_seen.or(first);
            let id = invocations.id(sighting.invocation);
            status.last_request_id = id.map(|id| id.to_string());
            if is_failed {
                let own = sighting.error().filter(|_| nth < sighting.errors);
                let error = own.or_else(|| invocations.failure(sighting.invocation));
                status.error = error.map(|error| error.text.to_string());
                status.logged_error = !whole;
            }
            let state = match (status.state, is_failed, ended) {
                (State::Done, ..) | (_, false, true) => State::Done,
                (State::Received, true, _) | (_, false, false) => State::Received,
                (_, true, _) => State::Failing,
            };
            status.state = state;
            match state {
                State::Done => self.done.push_back(holder),
                State::Received => self.open.push_back(holder),
                _ => self.failing.push_back(holder),
            }
        }
    }

    /// Dead letters are of what failed, then of what nothing shows.
    fn take_letters(&mut self, letters: usize) {
        for _ in 0..letters {
            let Some(holder) = self.failing.pop_front().or_else(|| self.free.pop_front()) else {
                return;
            };
            let status = &mut self.members[holder].1;
            status.state = State::DeadLettered;
            status.logged_error = false;
        }
    }

    fn end(mut self) -> Vec<(MessageIndex, MessageStatus)> {
        for holder in 0..self.members.len() {
            let status = &mut self.members[holder].1;
            match status.state {
                // As for a message of its own: with the queue empty, what was only told of in an
                // error was taken; an invocation that failed took nothing.
                State::Failing if self.settled && status.logged_error => status.state = State::Done,
                State::Failing if self.settled => status.state = State::Lost,
                State::Done | State::Failing => {}
                _ => continue,
            }
            if status.state != State::Done || status.received > status.failed {
                status.logged_error = false;
            }
        }
        self.members
    }
}
