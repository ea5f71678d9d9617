//! What the log shows: each runtime's words and prints, late, out of order and twice.

use std::collections::HashSet;

use super::text_of;
use crate::{
    HORIZON, Ms, World,
    params::{Format, Marked, Means, Runtime, Trap, When},
    random::worlds,
};

const RUNTIMES: [Runtime; 9] = [
    Runtime::Python,
    Runtime::Node,
    Runtime::Node24,
    Runtime::Java,
    Runtime::Dotnet,
    Runtime::Go,
    Runtime::Ruby,
    Runtime::Rust,
    Runtime::Custom,
];

fn order_number(world: &World, payload: usize) -> String {
    let order = world.payloads[payload]
        .original
        .field("order")
        .expect("an order");
    order.as_json().trim_matches('"').to_owned()
}

#[test]
fn every_runtime_and_format_shows_payloads_as_it_says() {
    for (index, runtime) in RUNTIMES.iter().enumerate() {
        for format in [Format::Text, Format::Json, Format::JsonWarn] {
            for (means, json_print) in [
                (Means::Marker, false),
                (Means::Id, false),
                (Means::Content, true),
                (Means::Content, false),
            ] {
                let world = &worlds(1, |params| {
                    params.payloads = 2;
                    params.marked = [Marked::All, Marked::Mixed][index % 2];
                    params.runtime = *runtime;
                    params.format = format;
                    params.means = means;
                    params.json_print = json_print;
                    params.one_line = index % 3 == 0;
                    params.batch = 10;
                })[0];
                let text = text_of(world);
                let said = format!("{runtime:?} {format:?} {means:?}: {text}");
                let marker = world.payloads[0].marker.as_ref().expect("marked");
                let id = &world.sent_messages()[0].1;
                assert_eq!(
                    text.contains(marker.as_str()),
                    means == Means::Marker,
                    "{said}"
                );
                assert_eq!(text.contains(id.as_str()), means == Means::Id, "{said}");
                let shown = text.contains(&order_number(world, 0));
                assert_eq!(shown, means != Means::Id, "{said}");
                assert_eq!(
                    text.contains("START RequestId"),
                    format == Format::Text,
                    "{said}"
                );
                assert!(
                    world.truth.iter().all(|truth| truth.shown.is_some()),
                    "{said}"
                );
            }
        }
    }
}

#[test]
fn native_prints_are_those_of_the_runtimes() {
    for (runtime, print) in [
        (
            Runtime::Python,
            "'kind': 'order', 'tags': ['new', 'order']}",
        ),
        (Runtime::Node, "kind: 'order',\n  tags: ['new', 'order']\n}"),
        (Runtime::Java, "kind=order, tags=[new, order])"),
        (
            Runtime::Dotnet,
            "Kind = order, Tags = System.Collections.Generic.List`1",
        ),
        (Runtime::Go, "Kind:order Tags:[new order]}"),
        (
            Runtime::Ruby,
            "\"kind\"=>\"order\", \"tags\"=>[\"new\", \"order\"]}",
        ),
        (
            Runtime::Rust,
            "kind: \"order\", tags: [\"new\", \"order\"] }",
        ),
        (
            Runtime::Custom,
            "\"kind\":\"order\",\"tags\":[\"new\", \"order\"]}",
        ),
    ] {
        let world = &worlds(1, |params| params.runtime = runtime)[0];
        assert!(
            text_of(world).contains(print),
            "{print} in {}",
            text_of(world)
        );
    }
}

#[test]
fn orders_hold_what_looks_like_a_failure() {
    for (trap, words) in [
        (Trap::TimeoutWords, "Task timed out after 3.00 seconds"),
        (Trap::ErrorKeys, "\"stackTrace\":"),
        (Trap::PlatformType, "\"type\":\"platform.report\""),
    ] {
        let world = &worlds(1, |params| {
            params.trap = trap;
            params.json_print = true;
        })[0];
        assert!(text_of(world).contains(words));
        assert!(world.truth[0].taken.is_some());
    }
}

#[test]
fn consumers_log_the_first_some_or_only_what_succeeded() {
    let shown = |when| {
        let all = worlds(40, |params| {
            params.payloads = 4;
            params.batch = 10;
            params.window = 20_000;
            params.when = when;
            params.fail = if when == When::After { 500 } else { 0 };
        });
        let truths = all.iter().flat_map(|world| world.truth.iter());
        truths.filter(|truth| truth.shown.is_some()).count()
    };
    assert_eq!(shown(When::Before), 160);
    assert!((40..150).contains(&shown(When::First)));
    assert!((40..120).contains(&shown(When::Sampled)));
    assert_eq!(
        shown(When::After),
        160,
        "shown when the second attempt succeeds"
    );
}

#[test]
fn lines_come_out_of_order_late_and_twice() {
    let mut out_of_order = 0;
    let mut longest = 0;
    for world in worlds(30, |params| {
        params.payloads = 4;
        params.late = 200;
        params.late_max = 600_000;
        params.repeated = 300;
    }) {
        let lines = world.lines_readable(Ms::MIN, HORIZON);
        let mut parts = world.lines_readable(Ms::MIN, 3000);
        parts.extend(world.lines_readable(3000, 40_000));
        parts.extend(world.lines_readable(40_000, HORIZON));
        assert_eq!(lines, parts);
        let ids: HashSet<_> = lines
            .iter()
            .filter_map(|line| line.event_id.clone())
            .collect();
        assert!(ids.len() < lines.len());
        for id in ids {
            let mut same = lines
                .iter()
                .filter(|line| line.event_id.as_ref() == Some(&id));
            let first = same.next().expect("there");
            assert!(same.all(|again| again.text == first.text));
        }
        let waits = lines
            .iter()
            .map(|line| line.readable + world.aws_clock(0) - line.timestamp);
        longest = longest.max(waits.max().unwrap_or(0));
        out_of_order += u32::from(!lines.is_sorted_by_key(|line| line.timestamp));
    }
    assert_eq!(out_of_order, 30);
    assert!((300_000..700_000).contains(&longest), "{longest} ms late");
    let nameless = &worlds(1, |params| params.event_ids = false)[0];
    assert!(
        nameless
            .lines_readable(0, HORIZON)
            .iter()
            .all(|line| line.event_id.is_none())
    );
}

#[test]
fn a_throttled_reader_misses_most_lines_until_later() {
    let mut missed = 0;
    for world in worlds(30, |params| params.unreadable = Some((0, 100_000))) {
        assert!(!world.log_readable_to_end(50_000) && world.log_readable_to_end(100_000));
        missed += u32::from(world.truth[0].shown.is_some_and(|at| at >= 100_000));
    }
    assert!((10..30).contains(&missed), "{missed} of 30");
}

#[test]
fn a_shared_group_has_the_lines_of_others() {
    let shows = |world: &World, stream: &str| {
        let marker = world.payloads[0].marker.as_ref().expect("marked");
        let lines = world.lines_readable(Ms::MIN, HORIZON);
        let mut theirs = lines.iter().filter(|line| line.stream.contains(stream));
        theirs.any(|line| line.text.contains(marker.as_str()))
    };
    let shared = &worlds(1, |params| params.shared_group = true)[0];
    for function in ["orders", "orders-producer", "orders-audit"] {
        assert!(
            shows(shared, &format!("/{function}[$LATEST]")),
            "{function}"
        );
    }
    assert!(!shows(shared, "collector/"));
    let stray = &worlds(1, |params| params.stray_stream = true)[0];
    assert!(shows(stray, "collector/"));
    let alone = &worlds(1, |_| ())[0];
    let lines = alone.lines_readable(Ms::MIN, HORIZON);
    assert!(
        lines
            .iter()
            .all(|line| line.stream.starts_with("2026/11/26/[$LATEST]"))
    );
}

#[test]
fn healthy_consumers_say_uuids_body_and_words_of_errors() {
    let silent = &worlds(1, |params| params.means = Means::Nothing)[0];
    assert!(text_of(silent).contains(" 1 body read"));
    assert_eq!(silent.truth[0].shown, None);
    let odd: String = worlds(200, |params| params.lookalikes = 1000)
        .iter()
        .map(text_of)
        .collect();
    for words in crate::words::LOOKALIKES {
        assert!(odd.contains(words), "{words}");
    }
}
