//! The proof in virtual time: a simulated pipeline with everything that goes wrong in real ones,
//! whose truth is known, so that every verdict upon it can be judged.
//!
//! The world knows nothing of edactl. It tells what AWS would tell: log lines in each runtime's
//! words, counters that lag, metrics that come late, letters, an answer. Whoever observes it asks
//! at virtual times; `World::judge` holds the verdict against the truth. What is different from
//! AWS: one mapping polls one queue, and queue, functions and mapping never change in a run.

mod checks;
mod consumer;
mod counts;
mod driver;
mod log;
mod messages;
mod metrics;
mod observe;
mod params;
mod payload;
mod rng;
mod senders;
mod simulation;
mod truth;
mod words;

use std::collections::HashSet;

use counts::Counts;
use log::Log;
use messages::{Letter, Message, Sender};
use metrics::{Events, Publications};
use params::{Claim, Means, Params, Producer};
use payload::Payload;
use rng::Rng;
use senders::ANSWERED;
use simulation::Simulation;
use truth::Truth;

/// Milliseconds of virtual time since the send, by a clock that is right.
type Ms = i64;

/// Up to when the truth is known. Whoever observes has to have given up well before.
const HORIZON: Ms = 2_700_000;
/// 2026-11-26T01:00:00Z: the minute of AWS's clock in which each run is sent.
const SEND_MINUTE: i64 = 1_795_654_800_000;

/// Something that happened to a message of the run, or to its twin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Story {
    at: Ms,
    sender: Sender,
    what: String,
}

/// A pipeline, one run of it, and all that truly happened.
#[derive(Debug)]
struct World {
    params: Params,
    seed: u64,
    /// The run's id, in edactl's base 32.
    run: String,
    payloads: Vec<Payload>,
    /// The payloads that each planned message carries.
    groups: Vec<Vec<usize>>,
    messages: Vec<Message>,
    letters: Vec<Letter>,
    log: Log,
    counts: Counts,
    events: Events,
    published: Publications,
    /// Of each payload.
    truth: Vec<Truth>,
    story: Vec<Story>,
    /// The messages that the producer sent, as (index in the plan, message id).
    answered_ids: Vec<(usize, u128)>,
    /// Messages of which a copy was deleted.
    deleted: HashSet<usize>,
}

impl World {
    /// Runs the pipeline up to the horizon.
    fn run(params: Params, seed: u64) -> Self {
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
    fn aws_clock(&self, at: Ms) -> i64 {
        SEND_MINUTE + self.params.phase + at
    }

    /// The `Date` of an answer of AWS: whole seconds.
    fn aws_date(&self, at: Ms) -> i64 {
        self.aws_clock(at).div_euclid(1000) * 1000
    }

    /// The clock of the machine that edactl runs on.
    fn local_clock(&self, at: Ms) -> i64 {
        self.aws_clock(at) + self.params.skew
    }
}

/// Twelve characters: eight for the time, four at random.
fn run_id(rng: &mut Rng) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let random = std::iter::repeat_with(|| char::from(rng.pick(ALPHABET))).take(8);
    "0gz5".chars().chain(random).collect()
}
