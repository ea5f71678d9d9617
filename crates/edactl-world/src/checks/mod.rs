//! Tests of the world itself: that it is the same for the same seed, and keeps its own laws.

mod faults;
mod lines;
mod rules;
mod sources;

use super::{
    ANSWERED, HORIZON, Ms, World,
    counts::Counter,
    messages::Place,
    params::{Params, Producer},
    random::{cases, params_of, random_params, worlds},
    rng::Rng,
};

fn text_of(world: &World) -> String {
    let lines = world.lines_readable(Ms::MIN, Ms::MAX);
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let mut different = 0;
    let seeds = cases().min(60);
    for seed in 0..seeds {
        let build = |seed| World::run(params_of(seed), seed);
        let (mut one, mut two, mut other) = (build(seed), build(seed), build(seed + 1000));
        assert_eq!(
            one.lines_readable(-1000, HORIZON),
            two.lines_readable(-1000, HORIZON)
        );
        for at in [0, 5000, 61_000, 400_000] {
            assert_eq!(one.counters(at), two.counters(at));
            assert_eq!(one.metrics(at), two.metrics(at));
            assert_eq!(one.peek(at, 10), two.peek(at, 10));
        }
        assert_eq!((one.answer(), &one.truth), (two.answer(), &two.truth));
        assert_eq!(one.story, two.story);
        different += u64::from(other.peek(0, 10) != two.peek(0, 10) || other.run != two.run);
    }
    assert_eq!(different, seeds);
}

#[test]
fn looking_at_other_times_changes_nothing() {
    let mut params = Params::healthy();
    params.lag = 30_000;
    params.sticky = true;
    let world = World::run(params, 3);
    let before = world.counters(8000);
    for at in 0..100 {
        let _ = (world.counters(at * 100), world.metrics(at * 1000));
    }
    assert_eq!(before, world.counters(8000));
}

#[test]
fn every_random_world_keeps_the_laws() {
    for (params, seed) in random_params((cases() * 4).min(200)) {
        let mut world = World::run(params, seed);
        let said = format!("seed {}: {:?}", world.seed, world.params);
        for payload in &world.truth {
            let sent = payload.sent.unwrap_or(Ms::MAX);
            let later = [payload.taken, payload.dead, payload.gone, payload.filtered];
            assert!(later.iter().flatten().all(|&at| at >= sent), "{said}");
            assert!(payload.shown.is_none_or(|at| at > sent), "{said}");
            assert!(payload.dead.is_none() || world.params.dlq, "{said}");
        }
        for (place, counter) in [
            (Place::Visible, Counter::Visible),
            (Place::InFlight, Counter::InFlight),
            (Place::Delayed, Counter::Delayed),
        ] {
            let there = world
                .messages
                .iter()
                .filter(|message| message.place == place)
                .count();
            let counted = world.counts.truth(counter, HORIZON);
            assert_eq!(usize::try_from(counted), Ok(there), "{counter:?} {said}");
        }
        let lines = world.lines_readable(Ms::MIN, HORIZON);
        assert!(lines.is_sorted_by_key(|line| line.readable), "{said}");
        assert!(lines.iter().all(|line| !line.text.is_empty()), "{said}");
        let early = world
            .log
            .lines
            .iter()
            .filter(|line| line.readable < line.at)
            .count();
        assert_eq!(early, 0, "{said}");
        let params = world.params.clone().hold_assumptions();
        assert!(params.assumptions_hold());
        world = World::run(params, world.seed);
        let all = world.params.producer == Producer::Ok;
        for payload in &world.truth {
            assert!(payload.gone.is_none(), "{said}");
            assert!(payload.sent.is_some() || !all, "{said}");
            assert!(
                payload.taken.is_none() || payload.filtered.is_none(),
                "{said}"
            );
        }
    }
}

#[test]
fn the_assumptions_hold_in_some_random_worlds() {
    let held = random_params(2000)
        .filter(|(params, _)| params.assumptions_hold())
        .count();
    assert!(held > 50, "assumptions hold in {held} of 2000 worlds");
}

type Property = fn(&Params) -> bool;

#[test]
fn random_worlds_differ_in_everything() {
    let mut rng = Rng::new(1);
    let many: Vec<Params> = (0..3000).map(|_| Params::random(&mut rng)).collect();
    let share = |has: Property| many.iter().filter(|params| has(params)).count();
    let rare: &[(&str, Property)] = &[
        ("purge", |params| params.purge_at.is_some()),
        ("thief", |params| params.steal > 0),
        ("twin", |params| params.twin),
        ("ghost", |params| params.ghost > 0),
        ("self-deleting", |params| params.self_delete > 0),
        ("short retention", |params| params.retention < 1_000_000),
        ("handler of dead letters", |params| params.dlq_handler),
        ("metrics that agree late", |params| {
            params.metrics_agree_late
        }),
        ("reader throttled", |params| params.unreadable.is_some()),
        ("shared group", |params| params.shared_group),
        ("stray stream", |params| params.stray_stream),
        ("nothing denied", |params| {
            !params.queue_denied && !params.metrics_denied
        }),
        ("queue denied", |params| params.queue_denied),
        ("assumptions hold", |params| params.assumptions_hold()),
        ("all but the assumptions", |params| {
            !params.assumptions_hold()
        }),
    ];
    for (what, has) in rare {
        let found = share(*has);
        assert!((20..3000).contains(&found), "{what}: {found} of 3000");
    }
}

#[test]
fn a_healthy_world_takes_everything() {
    for mut world in worlds(100, |params| {
        params.payloads = 4;
        params.batch = 10;
    }) {
        assert!(world.params.assumptions_hold());
        for payload in &world.truth {
            assert!(
                payload.taken.is_some_and(|taken| taken < 10_000),
                "{payload:?}"
            );
            assert!(payload.shown.is_some());
            assert_eq!(
                (payload.dead, payload.gone, payload.filtered),
                (None, None, None)
            );
        }
        let look = world.counters(20_000).expect("allowed");
        assert_eq!(look.total(), Some(0));
        assert_eq!(world.dlq_count(20_000), Some(0));
        assert_eq!(world.peek(20_000, 10), Some(Vec::new()));
        assert_eq!(world.sent_messages().len(), 4);
        let text = text_of(&world);
        for payload in &world.payloads {
            let marker = payload.marker.as_ref().expect("all are marked");
            assert!(text.contains(marker.as_str()), "{marker} in {text}");
        }
        assert!(!text.contains("ERROR"));
    }
}

#[test]
fn one_message_carries_all_payloads() {
    for world in worlds(20, |params| {
        params.payloads = 3;
        params.one_message = true;
    }) {
        let sent = world.sent_messages();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].2, world.event());
        assert!(world.event().contains("edactl-") && !world.original_event().contains("edactl-"));
        assert!(
            world
                .truth
                .iter()
                .all(|truth| truth.taken == world.truth[0].taken)
        );
        assert!(world.truth[0].taken.is_some());
    }
}

#[test]
fn clocks_differ_by_the_skew_and_dates_are_whole_seconds() {
    let world = &worlds(1, |params| {
        params.skew = -280_000;
        params.phase = 41_234;
    })[0];
    assert_eq!(world.aws_clock(0) - world.local_clock(0), 280_000);
    assert_eq!(world.aws_date(500), world.aws_clock(0) - 234);
    for line in world.lines_readable(0, HORIZON) {
        let at = line.timestamp - world.aws_clock(0);
        assert!((0..line.readable).contains(&at), "{line:?}");
    }
    assert!(
        world.truth[0]
            .taken
            .is_some_and(|taken| taken < ANSWERED + 5000)
    );
}
