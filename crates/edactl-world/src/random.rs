//! Worlds at random, each from a seed, and worlds that differ from a healthy one by a given change.

use crate::{World, params::Params, rng::Rng};

/// How many worlds: few, for who works on the core; `EDACTL_CASES` asks for more, as `.ci/run` does.
pub fn cases() -> u64 {
    let given = std::env::var("EDACTL_CASES").ok();
    given.map_or(10, |cases| cases.parse().expect("EDACTL_CASES is a number"))
}

/// Pipelines with every feature, each with the seed of its world. The first seed is printed, and
/// taken from `EDACTL_WORLD_SEED`.
pub fn random_params(count: u64) -> impl Iterator<Item = (Params, u64)> {
    let given = std::env::var("EDACTL_WORLD_SEED").ok();
    let seed: u64 = given.map_or_else(
        || {
            u64::from(
                std::time::UNIX_EPOCH
                    .elapsed()
                    .expect("past 1970")
                    .subsec_nanos(),
            )
        },
        |seed| seed.parse().expect("EDACTL_WORLD_SEED is a number"),
    );
    println!("EDACTL_WORLD_SEED={seed}");
    (seed..seed + count).map(|seed| (params_of(seed), seed))
}

pub fn params_of(seed: u64) -> Params {
    Params::random(&mut Rng::for_purpose(seed, "params", 0))
}

/// Worlds with every feature.
pub fn random_worlds(count: u64) -> impl Iterator<Item = World> {
    random_params(count).map(|(params, seed)| World::run(params, seed))
}

/// Worlds in which the assumptions of a proof hold.
pub fn held_worlds(count: u64) -> impl Iterator<Item = World> {
    random_params(count).map(|(_, seed)| held_world(seed))
}

/// The world of this seed, in which they hold.
pub fn held_world(seed: u64) -> World {
    World::run(params_of(seed).hold_assumptions(), seed)
}

/// Worlds that differ from a healthy one by `change`.
pub fn worlds(count: u64, change: impl Fn(&mut Params)) -> Vec<World> {
    (0..count)
        .map(|seed| {
            let mut params = Params::healthy();
            change(&mut params);
            World::run(params, seed)
        })
        .collect()
}
