//! What a user's options come to with the waits and the timeout that edactl has by default on AWS.

use edactl_world::{
    World,
    params::{Claim, Params, Producer},
    random::{cases, worlds},
};

use super::driver::{Proof, prove_by_default};
use crate::{
    ledger::State,
    verdict::{Outcome, Rules},
};

/// So many worlds show each case, and more cost too much of the time of who works on the core.
const MOST: u64 = 40;
const EXACTLY_ONCE: Rules = Rules {
    exactly_once: true,
    require_metrics: false,
    require_queue: false,
    accept_counts: false,
    accept_partial_send: false,
};

/// Four payloads with a line each that may be readable two minutes late.
fn four(params: &mut Params) {
    params.payloads = 4;
    params.late = 200;
    params.late_max = 120_000;
    params.lag = 20_000;
}

fn proofs(change: impl Fn(&mut Params), rules: Rules) -> Vec<(World, Proof)> {
    let prove = |mut world: World| {
        let proof = prove_by_default(&mut world, rules);
        let wrong = proof.errors(&world);
        let wrong: Vec<_> = wrong.iter().filter(|it| it.fault.is_wrong()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        (world, proof)
    };
    worlds(cases().min(MOST), change)
        .into_iter()
        .map(prove)
        .collect()
}

fn told(world: &World) -> String {
    let payloads = 0..world.truth.len();
    payloads.map(|payload| world.told(payload)).collect()
}

#[track_caller]
fn each_is_proven(rules: Rules) {
    for (world, proof) in proofs(four, rules) {
        assert_eq!(
            proof.outcome,
            Outcome::Proven,
            "{}\n{proof:?}",
            told(&world)
        );
    }
}

#[test]
fn a_healthy_pipeline_is_proven() {
    each_is_proven(Rules::default());
}

/// Where a producer says nothing of what it sent, four sent and four not deleted may be another's.
#[test]
fn what_is_lost_on_the_queue_ends_disproven() {
    for claim in [Claim::Ids, Claim::Count] {
        let purged = |params: &mut Params| {
            four(params);
            params.claim = claim;
            params.delay = 60_000;
            params.purge_at = Some(30_000);
        };
        for (world, proof) in proofs(purged, Rules::default()) {
            let said = format!("{claim:?} {}\n{proof:?}", told(&world));
            assert_eq!(proof.outcome, Outcome::Disproven, "{said}");
            assert_eq!(proof.states, vec![State::Lost; 4], "{said}");
        }
    }
}

#[test]
fn what_the_producer_does_not_send_ends_disproven() {
    let fewer = |params: &mut Params| {
        four(params);
        params.producer = Producer::Fewer;
        params.claim = Claim::Count;
    };
    let mut told_fewer = 0;
    for (world, proof) in proofs(fewer, Rules::default()) {
        if world.sent_messages().len() < 4 {
            told_fewer += 1;
            let said = format!("{}\n{proof:?}", told(&world));
            assert_eq!(proof.outcome, Outcome::Disproven, "{said}");
        }
    }
    assert!(told_fewer > 3, "{told_fewer}");
}

#[test]
fn exactly_once_ends_proven_where_nothing_came_twice() {
    each_is_proven(EXACTLY_ONCE);
}

/// The second delivery comes seconds after the first, its line up to two minutes later.
#[test]
fn exactly_once_ends_disproven_with_a_late_duplicate() {
    let doubled = |params: &mut Params| {
        four(params);
        // Alone: nothing else keeps the proof waiting.
        params.payloads = 1;
        params.late = 500;
        params.duplicate = 400;
    };
    let (mut once, mut twice) = (0, 0);
    for (world, proof) in proofs(doubled, EXACTLY_ONCE) {
        let said = format!("{}\n{proof:?}", told(&world));
        let comes = said.matches("received by").count();
        let (outcome, count) = if comes > 1 {
            (Outcome::Disproven, &mut twice)
        } else {
            (Outcome::Proven, &mut once)
        };
        assert_eq!(proof.outcome, outcome, "{said}");
        *count += 1;
    }
    assert!(once > 0 && twice > 1, "{once} once, {twice} twice");
}
