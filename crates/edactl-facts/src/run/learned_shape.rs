//! A run's evidence → the shape that was: which piece of the event each message held.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::{
    event::{
        canonical::ContentHash,
        marker::Markers,
        pointer::{Pointer, Token},
        shape::Shape,
        unmark::unmark,
    },
    run::{Plan, PlannedEvent},
};

/// How deep pieces are looked for: in objects, arrays and JSON in text.
const DEPTH: usize = 12;

/// A piece of an event, as a message or a line showed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// A piece that holds payloads, by its index in the event: the last is the whole event.
    Container(usize),
    /// A payload, by its index.
    Payload(usize),
    /// A piece of a payload, by its index in the event.
    Fragment(usize),
}

/// What is known of the messages that one event became.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// How many messages each invocation made, where the answers or the metrics tell it.
    pub messages: Option<u64>,
    /// The pieces that bodies of messages held, each the largest in its body: of letters in the
    /// dead-letter queue, and of the consumer's log.
    pub pieces: BTreeSet<Piece>,
}

/// What an event's messages tell of its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// This is the shape: the assumed one, or another.
    Shape(Shape),
    /// The assumed shape is refuted by the number of messages, and nothing shows another.
    Refuted {
        /// How many messages an invocation made.
        messages: u64,
    },
    /// Nothing tells.
    Open,
}

/// Identifies a piece of a run; equal pieces have one.
pub type PieceId = usize;

/// Finds pieces of a plan's events in what a message held or a line shows.
#[derive(Debug)]
pub struct Pieces {
    by_hash: HashMap<ContentHash, PieceId>,
    /// The hash of each piece, and where it stands: equal pieces may stand in many events.
    all: Vec<(ContentHash, Vec<(usize, Piece)>)>,
    markers: Markers,
    field: Option<String>,
}

impl Pieces {
    /// The pieces of a plan's events.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let mut pieces = Self {
            by_hash: HashMap::new(),
            all: Vec::new(),
            markers: plan.markers(),
            field: plan.marker_field.clone(),
        };
        for (index, event) in plan.events.iter().enumerate() {
            let containers = event.containers.iter().map(|one| one.hash).enumerate();
            let payloads = event
                .payloads
                .iter()
                .map(|one| one.content.hash)
                .enumerate();
            let fragments = event.fragments.iter().map(|one| one.hash).enumerate();
            // Of equal pieces the largest comes first, and the first stands for all.
            for (place, hash) in containers.rev() {
                pieces.add(hash, index, Piece::Container(place));
            }
            for (place, hash) in payloads {
                pieces.add(hash, index, Piece::Payload(place));
            }
            for (place, hash) in fragments {
                pieces.add(hash, index, Piece::Fragment(place));
            }
        }
        pieces
    }

    fn add(&mut self, hash: ContentHash, event: usize, piece: Piece) {
        let id = *self.by_hash.entry(hash).or_insert(self.all.len());
        if id == self.all.len() {
            self.all.push((hash, Vec::new()));
        }
        let known = &mut self.all[id].1;
        if known.last().is_none_or(|(known, _)| *known != event) {
            known.push((event, piece));
        }
    }

    /// The hashes of all pieces, in the order of their ids.
    pub fn hashes(&self) -> impl Iterator<Item = ContentHash> {
        self.all.iter().map(|(hash, _)| *hash)
    }

    /// The events in which a piece stands, and as what.
    #[must_use]
    pub fn places(&self, piece: PieceId) -> &[(usize, Piece)] {
        &self.all[piece].1
    }

    /// The pieces in a value, each the largest where it stands: of the value itself, of what is in
    /// it, and of JSON that it holds as text.
    #[must_use]
    pub fn within(&self, value: &Value) -> Vec<PieceId> {
        let mut value = value.clone();
        unmark(&mut value, &self.markers, self.field.as_deref());
        let mut found = Vec::new();
        let is_scalar = !value.is_object() && !value.is_array();
        match self.by_hash.get(&ContentHash::of(&value)) {
            Some(piece) if is_scalar => found.push(*piece),
            _ => self.look(&value, DEPTH, &mut found),
        }
        found
    }

    fn look(&self, value: &Value, depth: usize, found: &mut Vec<PieceId>) {
        // A number or a word within a message may be anything.
        if (value.is_object() || value.is_array())
            && let Some(piece) = self.by_hash.get(&ContentHash::of(value))
        {
            found.push(*piece);
            return;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::Object(fields) => {
                for value in fields.values() {
                    self.look(value, depth, found);
                }
            }
            Value::Array(items) => {
                for value in items {
                    self.look(value, depth, found);
                }
            }
            Value::String(text) if text.starts_with(['{', '[', '"']) => {
                if let Ok(inner) = serde_json::from_str(text) {
                    self.look(&inner, depth, found);
                }
            }
            _ => {}
        }
    }
}

/// What became of one event, by its messages.
#[must_use]
pub fn conclude(event: &PlannedEvent, observed: &Observed) -> Conclusion {
    let refuted = || match observed.messages {
        Some(messages) if event.shape.messages != Shape::Unknown => {
            if messages == event.payloads.len() as u64 {
                Conclusion::Open
            } else {
                Conclusion::Refuted { messages }
            }
        }
        _ => Conclusion::Open,
    };
    let mut shapes: Vec<Shape> = Vec::new();
    for piece in &observed.pieces {
        let shape = shape_of(event, *piece);
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    // A consumer may log parts of a message beside all of it.
    if let Some(messages) = observed.messages {
        shapes.retain(|shape| planned(event, shape) == messages);
    }
    match &shapes[..] {
        [shape] => Conclusion::Shape(shape.clone()),
        _ => refuted(),
    }
}

/// The shape of which this piece is a payload.
fn shape_of(event: &PlannedEvent, piece: Piece) -> Shape {
    let pointer = match piece {
        Piece::Container(index) => &event.containers[index].pointer,
        // The assumed shape.
        Piece::Payload(_) if event.shape.messages != Shape::Unknown => {
            return event.shape.messages.clone();
        }
        Piece::Payload(_) => return Shape::Event,
        Piece::Fragment(index) => &event.fragments[index].pointer,
    };
    if pointer.is_empty() {
        return Shape::Event;
    }
    generalised(pointer)
}

/// A pointer that fits its siblings in arrays, too.
fn generalised(pointer: &str) -> Shape {
    let parsed: Result<Pointer, _> = pointer.parse();
    let tokens = parsed.as_ref().map(Pointer::tokens).unwrap_or_default();
    let is_number = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let general = tokens.iter().map(|token| match token {
        Token::Key(key) if is_number(key) => Token::Any,
        other => other.clone(),
    });
    Shape::Pointer(general.collect())
}

/// How many messages an event of this shape becomes, by the pieces of it that are known.
fn planned(event: &PlannedEvent, shape: &Shape) -> u64 {
    if *shape == event.shape.messages {
        return event.payloads.len() as u64;
    }
    match shape {
        Shape::Event | Shape::Unknown => 1,
        Shape::Entries => event.payloads.len() as u64,
        Shape::Pointer(_) => {
            let containers = event.containers.iter().map(|one| &one.pointer);
            let fragments = event.fragments.iter().map(|one| &one.pointer);
            let is_one = |pointer: &&String| generalised(pointer) == *shape;
            containers.chain(fragments).filter(is_one).count() as u64
        }
    }
}

/// The shape of a whole run: the one that its events agree on.
#[must_use]
pub fn learn(plan: &Plan, observed: &[Observed]) -> Option<Shape> {
    let mut learned = None;
    for (event, observed) in plan.events.iter().zip(observed) {
        if let Conclusion::Shape(shape) = conclude(event, observed) {
            if learned.as_ref().is_some_and(|known| *known != shape) {
                return None;
            }
            learned = Some(shape);
        }
    }
    learned
}

#[cfg(test)]
mod tests;
