//! Messages that only their content tells: equal ones are a multiset.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use crate::ledger::{
    Ledger, Subject,
    evidence::{Failure, GroupIndex, InvocationIndex, LineId, Means, MessageIndex, SendStatus},
    invocations::RunStatus,
    receipts::Receipt,
};

/// How often a group was seen in one invocation.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The invocation.
    pub invocation: InvocationIndex,
    /// When the log first shows one of it there, in milliseconds.
    pub first: i64,
    /// When that was first read, in milliseconds since the session began.
    read: u32,
    /// How it was recognised, at best.
    means: Means,
    /// Whether no line that shows it names the invocation.
    guessed: bool,
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

/// No group.
const NO_GROUP: GroupIndex = GroupIndex::MAX;

/// All groups of a run.
#[derive(Debug, Clone)]
pub struct Groups {
    all: Vec<Group>,
    /// The group of each message up to the last that is in one: asked for of every message again
    /// and again.
    of_message: Vec<GroupIndex>,
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
        let last = groups.iter().flatten().max();
        let mut of_message = vec![NO_GROUP; last.map_or(0, |last| *last as usize + 1)];
        for (index, members) in (0..).zip(&groups) {
            for member in members {
                of_message[*member as usize] = index;
            }
        }
        Self {
            all: groups.into_iter().map(group).collect(),
            of_message,
            place: HashMap::new(),
            heard: HashSet::new(),
        }
    }

    fn is_news(&mut self, group: GroupIndex, line: LineId, is_error: bool) -> bool {
        let mut hasher = DefaultHasher::new();
        (group, line, is_error).hash(&mut hasher);
        self.heard.insert(hasher.finish())
    }

    fn sighting(&mut self, group: GroupIndex, receipt: &Receipt) -> &mut Sighting {
        let sightings = &mut self.all[group as usize].sightings;
        let next = u32::try_from(sightings.len()).unwrap_or(u32::MAX);
        let place = self.place.entry((group, receipt.invocation));
        let place = *place.or_insert(next);
        if place == next {
            sightings.push(Sighting {
                invocation: receipt.invocation,
                first: receipt.at,
                read: receipt.read,
                means: receipt.means,
                guessed: receipt.guessed,
                shapes: Vec::new(),
                errors: 0,
                error: None,
            });
        }
        let sighting = &mut sightings[place as usize];
        sighting.first = sighting.first.min(receipt.at);
        sighting.read = sighting.read.min(receipt.read);
        sighting.means = sighting.means.min(receipt.means);
        sighting.guessed &= receipt.guessed;
        sighting
    }

    /// A line shows one of the group.
    pub fn see(&mut self, group: GroupIndex, receipt: &Receipt, line: LineId, shape: u64) {
        if !self.is_news(group, line, false) {
            return;
        }
        let shapes = &mut self.sighting(group, receipt).shapes;
        match shapes.iter_mut().find(|(known, _)| *known == shape) {
            Some((_, count)) => *count += 1,
            None => shapes.push((shape, 1)),
        }
    }

    /// A line tells an error about one of the group.
    pub fn refuse(&mut self, group: GroupIndex, receipt: &Receipt, line: LineId, error: Failure) {
        if !self.is_news(group, line, true) {
            return;
        }
        let sighting = self.sighting(group, receipt);
        sighting.errors += 1;
        let told = (receipt.at, error);
        if sighting.error.as_ref().is_none_or(|known| told < *known) {
            sighting.error = Some(told);
        }
    }

    /// The group of a message.
    pub fn of(&self, message: MessageIndex) -> Option<GroupIndex> {
        let group = *self.of_message.get(message as usize)?;
        Some(group).filter(|group| *group != NO_GROUP)
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

    /// How many receipts go beyond one a member.
    pub fn repeated(&self) -> u64 {
        let beyond = |group: &Group| {
            let seen: u64 = group
                .sightings
                .iter()
                .map(|it| u64::from(it.messages()))
                .sum();
            seen.saturating_sub(group.members.len() as u64)
        };
        self.all.iter().map(beyond).sum()
    }
}

/// What one member of a group comes to.
#[derive(Debug, Clone)]
pub struct Share {
    /// The payload.
    pub message: MessageIndex,
    /// The receipts that were taken to be its own.
    pub receipts: Vec<Receipt>,
    /// Whether one of the group's letters was taken to be its own.
    pub letter: bool,
    /// Whether others of the group could have had this evidence.
    pub is_shared: bool,
    /// The last error told where one of these receipts is.
    pub error: Option<Failure>,
}

/// The evidence about all groups that anything shows, shared out to their members, in the order of
/// the payloads.
pub fn share_out(ledger: &Ledger) -> Vec<Share> {
    let mut shares = Vec::new();
    for (index, group) in (0..).zip(&ledger.groups.all) {
        let letters = ledger.letters_of_group(index);
        if group.sightings.is_empty() && letters == 0 {
            continue;
        }
        let mut sharing = Sharing::new(ledger, group);
        sharing.take_sightings(group);
        sharing.take_letters(letters);
        shares.append(&mut sharing.members);
    }
    shares.sort_unstable_by_key(|share| share.message);
    shares
}

/// Which members take the evidence makes no difference: as many are received as were seen to be.
/// What was certainly sent takes it first, and what its own marker or id shows takes none.
struct Sharing<'a> {
    ledger: &'a Ledger,
    members: Vec<Share>,
    free: VecDeque<usize>,
    failing: VecDeque<usize>,
    open: VecDeque<usize>,
    done: VecDeque<usize>,
    /// How many members each invocation shows by their ids: their contents tell nothing new.
    by_id: HashMap<InvocationIndex, u32>,
}

impl<'a> Sharing<'a> {
    fn new(ledger: &'a Ledger, group: &Group) -> Self {
        let mut by_id = HashMap::new();
        for member in &group.members {
            for receipt in ledger.receipts.of(*member) {
                *by_id.entry(receipt.invocation).or_default() += 1;
            }
        }
        let is_alone = |message: &MessageIndex| {
            !ledger.receipts.is_seen(*message) && !ledger.has_letter(Subject::Message(*message))
        };
        let mut members: Vec<MessageIndex> =
            group.members.iter().copied().filter(is_alone).collect();
        members.sort_by_key(|member| match ledger.send_status(*member) {
            SendStatus::Named | SendStatus::Accepted => 0,
            SendStatus::Answered | SendStatus::Counted => 1,
            SendStatus::InDoubt => 2,
            SendStatus::NotSent | SendStatus::Unattempted => 3,
        });
        Self {
            ledger,
            free: (0..members.len()).collect(),
            members: members
                .into_iter()
                .map(|message| Share {
                    message,
                    receipts: Vec::new(),
                    letter: false,
                    is_shared: group.members.len() > 1,
                    error: None,
                })
                .collect(),
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
            let failed = invocations.status(sighting.invocation) == RunStatus::Failed;
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

    /// One invocation shows each message once, so its matches go to as many members. A later
    /// attempt at an equal payload that failed before is taken to be that payload again.
    fn take(&mut self, sighting: &Sighting) {
        let invocations = &self.ledger.invocations;
        let status = invocations.status(sighting.invocation);
        let by_id = self.by_id.get(&sighting.invocation).copied();
        let count = sighting
            .messages()
            .saturating_sub(by_id.unwrap_or_default());
        let mut holders = Vec::new();
        for _ in 0..count {
            let holder = self.failing.pop_front().or_else(|| self.free.pop_front());
            // What is still open may have failed in silence; else it is a duplicate.
            let holder = holder
                .or_else(|| self.open.pop_front())
                .or_else(|| self.done.pop_front());
            let Some(holder) = holder else { break };
            holders.push(holder);
        }
        for (nth, holder) in (0..).zip(holders) {
            let refused = nth < sighting.errors;
            let member = &mut self.members[holder];
            member.receipts.push(Receipt {
                invocation: sighting.invocation,
                at: sighting.first,
                read: sighting.read,
                means: sighting.means,
                refused,
                guessed: sighting.guessed,
            });
            let own = sighting.error().filter(|_| refused);
            let error = own.or_else(|| invocations.failure(sighting.invocation));
            if let Some(error) = error {
                member.error = Some(error.clone());
            }
            match status {
                RunStatus::Succeeded => self.done.push_back(holder),
                RunStatus::Unsaid => self.open.push_back(holder),
                RunStatus::Failed => self.failing.push_back(holder),
            }
        }
    }

    /// Dead letters are of what failed, then of what nothing shows, then of what was seen: of
    /// those whose message id is known, only letters with that id.
    fn take_letters(&mut self, letters: usize) {
        let order: Vec<usize> = [&self.failing, &self.free, &self.open, &self.done]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let unnamed = order.into_iter().filter(|holder| {
            let message = self.members[*holder].message;
            self.ledger.send_status(message) != SendStatus::Named
        });
        for holder in unnamed.take(letters).collect::<Vec<_>>() {
            self.members[holder].letter = true;
        }
    }
}
