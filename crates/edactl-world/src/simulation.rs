//! The pipeline in virtual time, one happening after the other up to the horizon: the queue, its
//! dead-letter queue, and the mapping that polls it.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

use super::{
    HORIZON, Ms, Story, World,
    counts::Counter,
    invocation::Invocation,
    log::{What, Writer},
    messages::{Letter, Message, Place, Sender},
    params::Kind,
    rng::Rng,
};

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Happening {
    Send(usize),
    Visible(usize, u32),
    Thief(usize, u32),
    Copy(usize),
    Expire(usize),
    Poll,
    Purge,
    Minute(i64),
    Ended(usize),
}

/// A world that is still going on.
pub struct Simulation {
    pub world: World,
    pub rng: Rng,
    due: BinaryHeap<Reverse<(Ms, u64, Happening)>>,
    order: u64,
    /// Messages that became visible, some of them gone since.
    queue: VecDeque<usize>,
    polling: bool,
    pub invocations: Vec<Invocation>,
    /// Copies of each message, by the message's index.
    copies: Vec<(usize, usize)>,
    /// Messages that were not yet gone at the last minute's end.
    active: Vec<usize>,
    pub throttled: (Ms, Ms),
}

impl Simulation {
    pub fn new(world: World, rng: Rng) -> Self {
        Self {
            world,
            rng,
            due: BinaryHeap::new(),
            order: 0,
            queue: VecDeque::new(),
            polling: false,
            invocations: Vec::new(),
            copies: Vec::new(),
            active: Vec::new(),
            throttled: (Ms::MAX, Ms::MAX),
        }
    }

    /// Lets everything happen up to the horizon.
    pub fn run(&mut self) {
        self.prepare();
        while let Some(Reverse((now, _, happening))) = self.due.pop() {
            if now > HORIZON {
                break;
            }
            match happening {
                Happening::Send(message) => self.send(now, message),
                Happening::Visible(message, moves) => self.visible(now, message, moves),
                Happening::Thief(message, moves) => self.thief(now, message, moves),
                Happening::Copy(message) => self.deliver_copy(now, message),
                Happening::Expire(message) => self.expire(now, message),
                Happening::Poll => self.poll(now),
                Happening::Purge => self.purge(now),
                Happening::Minute(minute) => self.minute(now, minute),
                Happening::Ended(invocation) => self.ended(now, invocation),
            }
        }
    }

    pub fn at(&mut self, time: Ms, happening: Happening) {
        self.order += 1;
        self.due.push(Reverse((time, self.order, happening)));
    }

    pub fn message(&mut self, sender: Sender, sent: Ms, fail: u32, filtered: bool) -> usize {
        let plan = self.plan(fail);
        let index = self.world.messages.len();
        let id = self.rng.uuid();
        let planned = Message::planned(sender);
        self.world.messages.push(Message {
            id,
            original: index,
            sent,
            plan,
            filtered,
            ..planned
        });
        index
    }

    pub fn plan(&mut self, fail: u32) -> Vec<Kind> {
        if !self.rng.chance(fail) {
            return Vec::new();
        }
        let (kinds, fails) = (self.world.params.kinds, self.world.params.fails.min(12));
        (0..fails).map(|_| self.rng.pick(kinds)).collect()
    }

    pub fn tell(&mut self, at: Ms, message: usize, what: &str) {
        let sender = self.world.messages[message].sender;
        if sender != Sender::Other {
            let what = what.to_owned();
            self.world.story.push(Story { at, sender, what });
        }
    }

    pub fn go(&mut self, now: Ms, message: usize, place: Place) {
        let world = &mut self.world;
        let message = &mut world.messages[message];
        if let Some(counter) = Counter::of(message.place) {
            world.counts.change(counter, now, -1);
        }
        if let Some(counter) = Counter::of(place) {
            world.counts.change(counter, now, 1);
        }
        message.place = place;
        message.moves += 1;
    }

    pub fn carried(&self, message: usize) -> Vec<usize> {
        match self.world.messages[message].sender {
            Sender::Ours(group) => self.world.groups[group].clone(),
            _ => Vec::new(),
        }
    }

    fn send(&mut self, now: Ms, message: usize) {
        self.world.events.sent.push(now);
        self.active.push(message);
        self.tell(now, message, "sent");
        let retention = self.world.params.retention;
        if retention < HORIZON {
            self.at(now + retention, Happening::Expire(message));
        }
        if self.world.params.delay > 0 {
            self.go(now, message, Place::Delayed);
            let moves = self.world.messages[message].moves;
            self.at(
                now + self.world.params.delay,
                Happening::Visible(message, moves),
            );
        } else {
            let moves = self.world.messages[message].moves;
            self.visible(now, message, moves);
        }
    }

    pub fn visible(&mut self, now: Ms, message: usize, moves: u32) {
        let state = &self.world.messages[message];
        if state.moves != moves || matches!(state.place, Place::Gone | Place::Dead) {
            return;
        }
        let deleted = self.world.deleted.contains(&state.original);
        if state.place == Place::InFlight && deleted && self.rng.chance(700) {
            return self.go(now, message, Place::Gone);
        }
        let ours = matches!(state.sender, Sender::Ours(_));
        self.go(now, message, Place::Visible);
        if ours && self.rng.chance(self.world.params.steal) {
            let moves = self.world.messages[message].moves;
            let at = now + self.rng.range(0, 500);
            self.at(at, Happening::Thief(message, moves));
        }
        self.queue.push_back(message);
        let window = self.world.params.window;
        let poll = now + self.rng.range(20, 1000) + self.rng.range(0, window);
        self.poll_at(poll);
    }

    fn poll_at(&mut self, at: Ms) {
        if !self.polling {
            self.polling = true;
            self.at(at, Happening::Poll);
        }
    }

    fn thief(&mut self, now: Ms, message: usize, moves: u32) {
        if self.world.messages[message].moves == moves {
            self.world.events.received.push(now);
            self.world.events.deleted.push(now + 100);
            self.lose(now, message, "another reader took it");
        }
    }

    fn lose(&mut self, now: Ms, message: usize, why: &str) {
        self.go(now, message, Place::Gone);
        self.tell(now, message, why);
        for payload in self.carried(message) {
            self.world.truth[payload].gone.get_or_insert(now);
        }
    }

    fn purge(&mut self, now: Ms) {
        for message in self.active.clone() {
            let place = self.world.messages[message].place;
            if matches!(place, Place::Visible | Place::InFlight | Place::Delayed) {
                self.lose(now, message, "purged");
            }
        }
    }

    fn expire(&mut self, now: Ms, message: usize) {
        match self.world.messages[message].place {
            Place::Visible | Place::InFlight | Place::Delayed => {
                self.lose(now, message, "expired");
            }
            Place::Dead => {
                self.go(now, message, Place::Gone);
                let letters = &mut self.world.letters;
                for letter in letters
                    .iter_mut()
                    .filter(|letter| letter.message == message)
                {
                    letter.gone = letter.gone.min(now);
                }
                self.tell(now, message, "expired in the dead-letter queue");
            }
            Place::NotSent | Place::Gone => {}
        }
    }

    fn deliver_copy(&mut self, now: Ms, copy: usize) {
        let original = self.world.messages[copy].original;
        self.copies.push((original, copy));
        self.active.push(copy);
        self.tell(now, copy, "a copy of it is delivered");
        let moves = self.world.messages[copy].moves;
        self.visible(now, copy, moves);
    }

    pub fn copy(&mut self, at: Ms, message: usize) {
        let mut copy = self.world.messages[message].clone();
        if self.rng.chance(500) {
            copy.plan = self.plan(500);
        }
        copy.place = Place::NotSent;
        copy.moves = 0;
        self.world.messages.push(copy);
        self.at(at, Happening::Copy(self.world.messages.len() - 1));
    }

    /// Takes up to a batch of visible messages, nearly in the order in which they came.
    fn take(&mut self) -> Vec<usize> {
        let mut taken = Vec::with_capacity(self.world.params.batch.min(self.queue.len()));
        while taken.len() < self.world.params.batch && !self.queue.is_empty() {
            let which = self.rng.below(self.queue.len().min(3));
            let Some(message) = self.queue.swap_remove_front(which) else {
                break;
            };
            if self.world.messages[message].place == Place::Visible {
                taken.push(message);
            }
        }
        taken
    }

    fn poll(&mut self, now: Ms) {
        self.polling = false;
        let throttled = (self.throttled.0..self.throttled.1).contains(&now);
        if throttled && self.rng.chance(500) {
            return self.poll_at(self.throttled.1 + 100);
        }
        let taken = self.take();
        if !self.queue.is_empty() {
            self.poll_at(now + if throttled { 2000 } else { 50 });
        }
        let batch: Vec<usize> = taken
            .into_iter()
            .filter(|&message| self.receive(now, message))
            .collect();
        if throttled {
            for message in batch {
                self.tell(now, message, "received by the mapping, which is throttled");
            }
        } else if !batch.is_empty() {
            self.invoke(now, batch);
        }
    }

    /// Whether the mapping has to hand this message on.
    fn receive(&mut self, now: Ms, message: usize) -> bool {
        let params = &self.world.params;
        let (dlq, max_receives) = (params.dlq, params.max_receives);
        let (visibility, duplicate) = (params.visibility, params.duplicate);
        if dlq && self.world.messages[message].receives >= max_receives {
            self.bury(now, message);
            return false;
        }
        self.world.messages[message].receives += 1;
        self.world.events.received.push(now);
        self.go(now, message, Place::InFlight);
        let moves = self.world.messages[message].moves;
        self.at(now + visibility, Happening::Visible(message, moves));
        if self.rng.chance(duplicate) {
            let at = now + self.rng.range(0, 3000);
            self.copy(at, message);
        }
        self.world.events.polled.push(now);
        if !self.world.messages[message].filtered {
            return true;
        }
        self.world.events.deleted.push(now);
        self.world.events.filtered_out.push(now);
        self.go(now, message, Place::Gone);
        self.tell(now, message, "filtered out");
        for payload in self.carried(message) {
            self.world.truth[payload].filtered.get_or_insert(now);
        }
        false
    }

    fn bury(&mut self, now: Ms, message: usize) {
        self.go(now, message, Place::Dead);
        self.tell(now, message, "moved to the dead-letter queue");
        for payload in self.carried(message) {
            self.world.truth[payload].dead.get_or_insert(now);
        }
        let params = self.world.params.clone();
        let mut gone = Ms::MAX;
        if params.dlq_handler {
            gone = now + self.rng.range(500, 4000);
            self.world.counts.change(Counter::Dlq, gone, -1);
            if params.shared_group {
                let request = self.rng.uuid();
                let (stream, _) =
                    self.world
                        .log
                        .stream(&params, &mut self.rng, Writer::DlqHandler, gone, gone);
                let shown = What::Shown(vec![message]);
                self.world
                    .log
                    .write(&params, &mut self.rng, gone, stream, request, shown);
            }
        }
        let receives = self.world.messages[message].receives;
        self.world.letters.push(Letter {
            message,
            arrived: now,
            gone,
            hidden_until: Ms::MIN,
            receives,
        });
    }

    pub fn delete(&mut self, now: Ms, message: usize, how: &str) {
        self.world.events.deleted.push(now);
        let original = self.world.messages[message].original;
        if self.world.params.ghost + self.world.params.duplicate > 0 {
            self.world.deleted.insert(original);
        }
        self.go(now, message, Place::Gone);
        self.tell(now, message, how);
        for payload in self.carried(message) {
            self.world.truth[payload].taken.get_or_insert(now);
        }
        for index in 0..self.copies.len() {
            let (of, copy) = self.copies[index];
            let waits = self.world.messages[copy].place == Place::Visible;
            if of == original && waits && self.rng.chance(700) {
                self.go(now, copy, Place::Gone);
            }
        }
        let state = &self.world.messages[original];
        if original != message && state.place == Place::Visible && self.rng.chance(700) {
            self.go(now, original, Place::Gone);
        }
    }

    fn minute(&mut self, now: Ms, minute: i64) {
        let messages = &self.world.messages;
        self.active
            .retain(|&index| !matches!(messages[index].place, Place::Gone | Place::Dead));
        let oldest = self
            .active
            .iter()
            .map(|&index| &messages[index])
            .filter(|message| matches!(message.place, Place::Visible | Place::InFlight))
            .filter(|message| message.receives < 3)
            .map(|message| now - message.sent)
            .max();
        self.world.events.ages.push((minute, oldest.unwrap_or(0)));
    }
}
