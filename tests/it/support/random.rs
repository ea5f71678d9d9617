//! How many random cases a test tries, and which.

use std::{
    env,
    fmt::Display,
    hash::{BuildHasher, RandomState},
    str::FromStr,
};

/// The environment variable that chooses the cases: any number.
const SEED: &str = "EDACTL_SEED";
/// proptest's own environment variable for how many cases are tried.
const CASES: &str = "PROPTEST_CASES";

/// How many cases to try where nobody says otherwise in `PROPTEST_CASES`.
pub fn cases(default: u32) -> u32 {
    from_environment(CASES).unwrap_or(default)
}

/// The seed in `EDACTL_SEED`, or this one, or any; a test that fails shows it.
pub fn seed(default: Option<u64>) -> u64 {
    let seed = from_environment(SEED)
        .or(default)
        .unwrap_or_else(|| RandomState::new().hash_one(()));
    eprintln!("the same cases again: {SEED}={seed}");
    seed
}

fn from_environment<T: FromStr<Err: Display>>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    let value = text.parse();
    Some(value.unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}
