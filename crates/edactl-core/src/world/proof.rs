//! edactl's own proof, held against thousands of worlds.

use std::{collections::BTreeMap, num::NonZero, sync::Mutex, thread};

use edactl_world::{
    World,
    random::{cases, held_worlds, random_worlds},
    truth::{Fault, Verdict},
};

use super::driver::{Proof, prove};
use crate::waits::{Environment, Waits};

/// What many proofs came to.
#[derive(Debug, Default)]
struct Tally {
    verdicts: BTreeMap<String, usize>,
    faults: BTreeMap<Fault, usize>,
    stories: BTreeMap<Fault, Vec<String>>,
    waits: Vec<i64>,
    /// In which ways payloads were taken.
    ways: BTreeMap<String, usize>,
    /// What kept worlds undetermined in which all was taken and shown.
    modest: BTreeMap<String, usize>,
}

impl Tally {
    /// Proves each of them. One with much traffic takes as long as a hundred others: whichever
    /// core is free takes the next.
    fn of(worlds: impl Iterator<Item = World> + Send) -> Self {
        let worlds = Mutex::new(worlds);
        let next = || worlds.lock().expect("no thread has failed").next();
        let prove_all = || {
            let waits = Waits::of(Environment::Aws, None);
            let mut tally = Self::default();
            while let Some(mut world) = next() {
                let proof = prove(&mut world, waits);
                tally.add(&world, &proof);
            }
            tally
        };
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let mut tally = thread::scope(|scope| {
            let threads: Vec<_> = (0..cores).map(|_| scope.spawn(prove_all)).collect();
            let tallies = threads
                .into_iter()
                .map(|it| it.join().expect("a proof does not panic"));
            tallies.fold(Self::default(), Self::and)
        });
        tally.waits.sort_unstable();
        tally
    }

    fn and(mut self, other: Self) -> Self {
        fn sum<K: Ord>(to: &mut BTreeMap<K, usize>, from: BTreeMap<K, usize>) {
            for (key, count) in from {
                *to.entry(key).or_default() += count;
            }
        }
        sum(&mut self.verdicts, other.verdicts);
        sum(&mut self.faults, other.faults);
        sum(&mut self.ways, other.ways);
        sum(&mut self.modest, other.modest);
        for (fault, stories) in other.stories {
            self.stories.entry(fault).or_default().extend(stories);
        }
        self.waits.extend(other.waits);
        self
    }

    fn add(&mut self, world: &World, proof: &Proof) {
        let verdict = format!("{:?}", proof.verdict());
        *self.verdicts.entry(verdict).or_default() += 1;
        for way in proof.ways.iter().flatten() {
            *self.ways.entry(format!("{way:?}")).or_default() += 1;
        }
        if proof.verdict() == Verdict::Proven {
            self.waits.push(proof.at / 1000);
        }
        if proof.verdict() == Verdict::Undetermined
            && world
                .truth
                .iter()
                .all(|it| it.taken.is_some() && it.shown.is_some() && it.dead.is_none())
        {
            let mut states = proof.states.clone();
            states.sort_unstable();
            states.dedup();
            let why = format!(
                "{:?} {states:?} {:?} {:?}",
                proof.outcome, proof.holds, proof.awaited
            );
            if std::env::var("EDACTL_WHY").is_ok_and(|it| why.contains(&it)) {
                println!("{why} {:?} {}", world.params, world.seed);
            }
            *self.modest.entry(why).or_default() += 1;
        }
        let mut seen = Vec::new();
        for error in proof.errors(world) {
            if seen.contains(&error.fault) {
                continue;
            }
            seen.push(error.fault);
            *self.faults.entry(error.fault).or_default() += 1;
            let stories = self.stories.entry(error.fault).or_default();
            if stories.len() < 3 {
                stories.push(format!("{error}\n{proof:?}"));
            }
        }
    }

    fn count(&self, fault: Fault) -> usize {
        self.faults.get(&fault).copied().unwrap_or(0)
    }

    fn part(&self, part: usize) -> i64 {
        let index = self.waits.len() * part / 100;
        self.waits.get(index).copied().unwrap_or(0)
    }

    fn show(&self, name: &str) {
        println!(
            "{name}: {:?}; {:?}; {:?}; proven after p50 {} s, p90 {} s",
            self.verdicts,
            self.faults,
            self.ways,
            self.part(50),
            self.part(90)
        );
        let mut modest: Vec<_> = self.modest.iter().collect();
        modest.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (why, count) in modest.iter().take(12) {
            println!("   undetermined though shown and taken: {count} {why}");
        }
        if let Ok(wanted) = std::env::var("EDACTL_STORIES") {
            for (fault, stories) in &self.stories {
                if format!("{fault:?}").contains(&wanted) {
                    for story in stories {
                        println!("-- {story}");
                    }
                }
            }
        }
    }
}

#[test]
fn where_the_assumptions_hold_no_verdict_is_wrong() {
    let tally = Tally::of(held_worlds(cases()));
    tally.show("assumptions hold");
    let wrong = tally.faults.keys().find(|fault| fault.is_wrong());
    let stories = wrong.map(|fault| (fault, tally.stories[fault].join("\n")));
    assert!(stories.is_none(), "{stories:?}");
}

#[test]
fn where_they_do_not_hold_few_verdicts_are_wrong() {
    let cases = cases();
    let tally = Tally::of(random_worlds(cases));
    tally.show("any world");
    for (fault, most_in_thousand) in [
        (Fault::FalseProven, 15),
        (Fault::FalseLost, 5),
        (Fault::FalseFiltered, 0),
        (Fault::FalseDead, 5),
        (Fault::FalseNotSent, 0),
    ] {
        let found = tally.count(fault) as u64;
        // A few more where a few are a large share.
        let luck = if most_in_thousand > 0 { 3 } else { 0 };
        let most = most_in_thousand * cases / 1000 + luck;
        assert!(found <= most, "{fault:?}: {found} of {cases}");
    }
}
