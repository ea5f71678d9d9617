//! A pipeline in virtual time with everything that goes wrong in real ones, whose truth is known, so
//! that every verdict upon it can be judged. Only tests use it.
//!
//! The world knows nothing of edactl. It tells what AWS would tell: log lines in each runtime's
//! words, counters that lag, metrics that come late, letters, an answer. Whoever observes it asks
//! at virtual times; `World::judge` holds the verdict against the truth. What is different from
//! AWS: one mapping polls one queue, and queue, functions and mapping never change in a run.

// Tests alone use it, and the names of its fields and kinds tell what they are.
#![allow(missing_docs)]
#![allow(clippy::must_use_candidate, clippy::return_self_not_must_use)]
#![allow(clippy::missing_panics_doc)]

#[cfg(test)]
mod checks;
mod consumer;
pub mod counts;
mod invocation;
pub mod log;
pub mod messages;
pub mod metrics;
pub mod observe;
pub mod params;
pub mod payload;
pub mod random;
pub mod rng;
mod senders;
mod simulation;
pub mod strangers;
pub mod truth;
pub mod words;

use std::collections::HashSet;

use counts::Counts;
use log::Log;
use messages::{Letter, Message, Sender};
use metrics::{Events, Publications};
use params::{Claim, Means, Params, Producer};
use payload::Payload;
use rng::Rng;
pub use senders::ANSWERED;
use simulation::Simulation;
use truth::Truth;

/// Milliseconds of virtual time since the send, by a clock that is right.
pub type Ms = i64;

/// Up to when the truth is known. Whoever observes has to have given up well before.
pub const HORIZON: Ms = 2_700_000;
/// 2026-11-26T01:00:00Z: the minute of AWS's clock in which each run is sent.
const SEND_MINUTE: i64 = 1_795_654_800_000;

/// Something that happened to a message of the run, or to its twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub at: Ms,
    pub sender: Sender,
    pub what: String,
}

/// A pipeline, one run of it, and all that truly happened.
#[derive(Debug)]
pub struct World {
    pub params: Params,
    pub seed: u64,
    /// The run's id, in edactl's base 32.
    pub run: String,
    pub payloads: Vec<Payload>,
    /// The payloads that each planned message carries.
    pub groups: Vec<Vec<usize>>,
    pub messages: Vec<Message>,
    pub letters: Vec<Letter>,
    pub log: Log,
    pub counts: Counts,
    pub events: Events,
    pub published: Publications,
    /// Of each payload.
    pub truth: Vec<Truth>,
    pub story: Vec<Story>,
    /// The messages that the producer sent, as (index in the plan, message id).
    pub answered_ids: Vec<(usize, u128)>,
    /// Messages of which a copy was deleted.
    pub deleted: HashSet<usize>,
}

impl World {
    /// Runs the pipeline up to the horizon.
    pub fn run(params: Params, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let run = run_id(&mut rng);
        let payloads = payload::payloads(&params, &run, &mut rng);
        let all = 0..payloads.len();
        let groups = if params.one_message {
            vec![all.collect()]
        } else {
            all.map(|index| vec![index]).collect()
        };
        let world = Self {
            truth: vec![Truth::default(); payloads.len()],
            params,
            seed,
            run,
            payloads,
            groups,
            messages: Vec::new(),
            letters: Vec::new(),
            log: Log::default(),
            counts: Counts::default(),
            events: Events::default(),
            published: Publications::default(),
            story: Vec::new(),
            answered_ids: Vec::new(),
            deleted: HashSet::new(),
        };
        let mut simulation = Simulation::new(world, rng.clone());
        simulation.run();
        let mut world = simulation.world;
        world.counts.sum_up();
        world.log.lines.sort_by_key(|line| line.readable);
        world.publish(&mut Rng::for_purpose(seed, "metrics", 0));
        let ids_known = world.params.claim == Claim::Ids
            && matches!(world.params.producer, Producer::Ok | Producer::Fewer);
        if world.params.means == Means::Id && !ids_known {
            for truth in &mut world.truth {
                truth.shown = None;
            }
        }
        world
    }

    /// AWS's clock, in milliseconds since 1970.
    pub fn aws_clock(&self, at: Ms) -> i64 {
        SEND_MINUTE + self.params.phase + at
    }

    /// The `Date` of an answer of AWS: whole seconds.
    pub fn aws_date(&self, at: Ms) -> i64 {
        self.aws_clock(at).div_euclid(1000) * 1000
    }

    /// The clock of the machine that edactl runs on.
    pub fn local_clock(&self, at: Ms) -> i64 {
        self.aws_clock(at) + self.params.skew
    }
}

/// Twelve characters: eight for the time, four at random.
fn run_id(rng: &mut Rng) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let random = std::iter::repeat_with(|| char::from(rng.pick(ALPHABET))).take(8);
    "0gz5".chars().chain(random).collect()
}
