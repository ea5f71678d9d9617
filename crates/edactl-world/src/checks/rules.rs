//! Rules of proof that are too simple are caught by these worlds, and a sound one gets through.

use std::ops::Range;

use crate::{
    HORIZON, Ms, World,
    counts::Look,
    metrics::Metric,
    params::{Kind, Means, Params},
    random::{cases, held_world, held_worlds, worlds},
    truth::{State, Verdict},
};

type Change = fn(&mut Params);
/// When a rule would say "proven"; never later than half an hour after the send.
type Rule = fn(&World) -> Option<Ms>;

fn moments() -> impl Iterator<Item = Ms> {
    (1..600).map(|look| look * 3000)
}

fn all_shown(world: &World) -> Option<Ms> {
    let shown: Option<Vec<Ms>> = world.truth.iter().map(|truth| truth.shown).collect();
    shown?.into_iter().max()
}

/// All seen, an end seen, and no word of an error.
fn log_alone(world: &World) -> Option<Ms> {
    let shown = all_shown(world)?;
    let lines = world.lines_readable(Ms::MIN, shown + 5000);
    let failed = |text: &str| {
        ["ERROR", "rror\"", "Status:", "failure"]
            .iter()
            .any(|it| text.contains(it))
    };
    let ended = lines.iter().any(|line| line.text.contains("END "));
    (ended && !lines.iter().any(|line| failed(&line.text))).then_some(shown + 5000)
}

/// The first look after the last receipt that reads zero.
fn one_look(world: &World) -> Option<Ms> {
    let shown = all_shown(world)?;
    moments().find(|&at| at > shown && world.counters(at).and_then(Look::total) == Some(0))
}

/// As many deleted as sent, whoever sent them.
fn deleted_as_many(world: &World) -> Option<Ms> {
    let shown = all_shown(world)?;
    moments().find(|&at| {
        let sum = |metric| -> u64 {
            let data = world.metrics(at).unwrap_or_default();
            data.iter()
                .filter(|it| it.metric == metric)
                .map(|it| it.value)
                .sum()
        };
        at > shown && sum(Metric::Sent) > 0 && sum(Metric::Deleted) >= sum(Metric::Sent)
    })
}

/// Seen in any line of the log group.
fn any_line(world: &World) -> Option<Ms> {
    let markers: Option<Vec<_>> = world.payloads.iter().map(|it| it.marker.as_ref()).collect();
    let lines = world.lines_readable(Ms::MIN, 60_000);
    let seen = |marker: &&String| lines.iter().any(|line| line.text.contains(marker.as_str()));
    markers?.iter().all(seen).then_some(60_000)
}

/// Zero at every look for 30 s, all after the last receipt, and no dead letter 30 s after that.
fn two_looks_and_letters(world: &World) -> Option<Ms> {
    let shown = all_shown(world)?;
    let mut since = None;
    for at in moments().filter(|&at| at > shown) {
        let zero = world.counters(at).and_then(Look::total) == Some(0);
        let first = *since.get_or_insert(at);
        if !zero {
            since = None;
        } else if at >= first + 30_000
            && (!world.params.dlq || world.dlq_count(at) == Some(0))
            && world
                .truth
                .iter()
                .all(|it| it.shown.is_some_and(|shown| shown < first))
        {
            return Some(at);
        }
    }
    None
}

/// How often a rule says "proven", and how often it is wrong.
fn held_against(rule: Rule, worlds: &[World]) -> (usize, usize) {
    let mut said = 0;
    let mut wrong = 0;
    for world in worlds {
        let Some(at) = rule(world) else { continue };
        assert!(at < HORIZON);
        let states = vec![State::Taken; world.truth.len()];
        let errors = world.judge(Verdict::Proven, &states, at);
        said += 1;
        wrong += usize::from(errors.iter().any(|error| error.fault.is_wrong()));
    }
    (said, wrong)
}

/// The worlds of these seeds show the fault of each simple rule.
const TELLING: Range<u64> = 900..960;

#[test]
fn simple_rules_are_caught_and_a_sound_one_is_not() {
    // Few worlds at random may show no fault of a rule; these do.
    let worlds: Vec<World> = if cases() < 400 {
        TELLING.map(held_world).collect()
    } else {
        held_worlds(400).collect()
    };
    let rules: [(&str, Rule); 4] = [
        ("log alone", log_alone),
        ("one look", one_look),
        ("deleted as many as sent", deleted_as_many),
        ("any line", any_line),
    ];
    for (name, rule) in rules {
        let (said, wrong) = held_against(rule, &worlds);
        println!("{name}: {wrong} of {said} wrong");
        assert!(wrong > 0, "{name}: none of {said} wrong");
    }
    let (said, wrong) = held_against(two_looks_and_letters, &worlds);
    println!("two looks and letters: {wrong} of {said} wrong");
    assert_eq!(wrong, 0);
    assert!(
        said * 13 > worlds.len(),
        "{said} of {} proven",
        worlds.len()
    );
}

#[test]
fn the_sound_rule_falls_where_the_assumptions_do() {
    let breaks: [(&str, Change); 3] = [
        ("counters lag longer", |params| {
            params.lag = 120_000;
            params.sticky = true;
            params.dlq = false;
        }),
        ("letters are taken away", |params| {
            params.dlq_handler = true;
            params.fails = 99;
            params.max_receives = 1;
        }),
        ("messages expire", |params| {
            params.retention = 60_000;
            params.dlq = false;
            params.fails = 99;
        }),
    ];
    for (name, change) in breaks {
        let worlds = worlds(200, |params| {
            params.means = Means::Marker;
            params.fail = 1000;
            params.kinds = &[Kind::ThrowSilent];
            change(params);
        });
        let (said, wrong) = held_against(two_looks_and_letters, &worlds);
        assert!(wrong > 0, "{name}: none of {said} wrong");
    }
}
