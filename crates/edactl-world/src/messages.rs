//! Messages on the queue and letters in the dead-letter queue, with their bodies.

use super::{
    Ms, World,
    params::{Kind, Trap},
    payload::{Value, order, wrap},
    rng::Rng,
};

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// The run's producer; the index is that of the message in the run's plan.
    Ours(usize),
    /// Somebody else, with the content of the run's first payload.
    Twin,
    /// Somebody else.
    Other,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    NotSent,
    Visible,
    InFlight,
    Delayed,
    Dead,
    Gone,
}

/// A message, or a copy of one that the queue delivers beside it.
#[derive(Debug, Clone)]
pub struct Message {
    pub id: u128,
    /// The message that this is a copy of, or itself.
    pub original: usize,
    pub sender: Sender,
    pub sent: Ms,
    /// How each attempt at it ends; those beyond the list succeed.
    pub plan: Vec<Kind>,
    pub filtered: bool,
    pub place: Place,
    pub receives: u32,
    /// Changes with each move, so that timers of earlier places come to nothing.
    pub moves: u32,
}

impl Message {
    /// A message that nobody has sent yet.
    pub fn planned(sender: Sender) -> Self {
        Self {
            id: 0,
            original: 0,
            sender,
            sent: 0,
            plan: Vec::new(),
            filtered: false,
            place: Place::NotSent,
            receives: 0,
            moves: 0,
        }
    }
}

/// A message in the dead-letter queue.
#[derive(Debug, Clone)]
pub struct Letter {
    pub message: usize,
    pub arrived: Ms,
    pub gone: Ms,
    pub hidden_until: Ms,
    pub receives: u32,
}

impl World {
    /// What is inside the wrapping.
    pub fn content(&self, message: &Message) -> Value {
        match message.sender {
            Sender::Ours(group) if self.params.one_message => Value::Object(
                self.groups[group]
                    .iter()
                    .map(|&index| &self.payloads[index])
                    .map(|payload| (payload.key.clone(), payload.sent.clone()))
                    .collect(),
            ),
            Sender::Ours(group) => self.payloads[self.groups[group][0]].sent.clone(),
            Sender::Twin => self.payloads[0].original.clone(),
            Sender::Other => {
                let mut rng = Rng::new(self.seed ^ u64::try_from(message.original).unwrap_or(0));
                order(&mut rng, 99, "order", Trap::None)
            }
        }
    }

    /// The whole body.
    pub fn body(&self, message: &Message) -> Value {
        wrap(self.params.wrap, self.content(message))
    }
}
