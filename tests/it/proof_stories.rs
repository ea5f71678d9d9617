//! Stories of verdicts that once were wrong: what a consumer logs is not what became of a message.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    faults::side_by_side,
    support::{CliSandbox, sample},
};

/// One pipeline, what is asked of it, and what has to be said.
struct Story {
    pipeline: &'static str,
    verify: &'static str,
    exit: i32,
    /// How many payloads are in which state.
    states: &'static [(&'static str, usize)],
}

const fn story(
    pipeline: &'static str,
    verify: &'static str,
    exit: i32,
    states: &'static [(&'static str, usize)],
) -> Story {
    Story {
        pipeline,
        verify,
        exit,
        states,
    }
}

const TWO_DEAD: &[(&str, usize)] = &[("dead-lettered", 2)];
const TWO_TAKEN: &[(&str, usize)] = &[("taken", 2)];

fn check(stories: &[Story]) {
    let wrong = side_by_side(stories, |story| {
        let sandbox = CliSandbox::with_pipeline(story.pipeline);
        let ten: Map<_, _> = (0..10)
            .map(|index| (format!("order-{index}"), json!({"order": 1000 + index})))
            .collect();
        sandbox.file("ten.json", Value::Object(ten).to_string());
        for name in ["basic.json", "mixed.json"] {
            std::fs::copy(sample(name), sandbox.path().join(name)).expect("a copy");
        }
        let ran = sandbox.run(&format!("-p local verify -o json {}", story.verify));
        let report = ran.json();
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for message in report["messages"].as_array().expect("messages") {
            *states
                .entry(message["state"].as_str().expect("a state"))
                .or_default() += 1;
        }
        let wanted: BTreeMap<_, _> = story.states.iter().copied().collect();
        let is_right = ran.code == Some(story.exit) && states == wanted;
        (!is_right).then(|| {
            format!(
                "{} | {}: exit {:?} not {}, {states:?} not {wanted:?}\n",
                story.pipeline, story.verify, ran.code, story.exit
            )
        })
    });
    let wrong: String = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong}");
}

/// The consumer logs each message, names it in `batchItemFailures` without a word, and succeeds.
#[test]
fn messages_that_fail_quietly_are_dead() {
    check(&[
        story("--fault quiet-failure=1", "basic.json", 1, TWO_DEAD),
        story(
            "--fault quiet-failure=1 --log-format json",
            "basic.json --no-marker",
            1,
            TWO_DEAD,
        ),
    ]);
}

#[test]
fn a_handler_that_throws_is_no_success_in_any_runtime() {
    let stories: Vec<Story> = [
        "--error-style python",
        "--error-style python-custom",
        "--error-style node",
        "--error-style node24",
        "--error-style java",
        "--error-style dotnet",
        "--error-style go",
        "--error-style ruby",
        "--error-style rust",
    ]
    .iter()
    .map(|style| {
        let pipeline = format!("--fault consumer-throw=1 {style}");
        story(pipeline.leak(), "basic.json", 1, TWO_DEAD)
    })
    .chain([story(
        "--fault consumer-throw-silent=1",
        "basic.json",
        1,
        TWO_DEAD,
    )])
    .collect();
    check(&stories);
}

/// Nobody hears that it was sent; the consumer logs it, fails, and it dies.
#[test]
fn dead_letters_overrule_what_the_log_shows() {
    check(&[story(
        "--fault consumer-error=1,no-answer=1 --log-style python",
        "basic.json",
        1,
        TWO_DEAD,
    )]);
}

/// The producer logs the payload, too, in the same group.
#[test]
fn the_producers_lines_prove_no_arrival() {
    check(&[
        story(
            "--shared-log-group --fault drop=1",
            "basic.json",
            1,
            &[("lost", 2)],
        ),
        story("--shared-log-group", "basic.json", 0, TWO_TAKEN),
    ]);
}

#[test]
fn a_timeout_that_only_a_late_report_tells_is_no_success() {
    check(&[story(
        "--fault consumer-timeout=1 --report-delay 2s",
        "basic.json",
        1,
        TWO_DEAD,
    )]);
}

#[test]
fn a_healthy_consumer_that_shows_little_has_lost_nothing() {
    check(&[
        story("--log-style id", "basic.json", 0, TWO_TAKEN),
        story("--log-style uuid", "basic.json", 4, &[("untraced", 2)]),
        story("--log-style word", "basic.json", 4, &[("untraced", 2)]),
        story("--log-style python", "mixed.json", 0, &[("taken", 9)]),
        story(
            "--log-style batch --queue-delay 1s",
            "mixed.json",
            0,
            &[("taken", 9)],
        ),
        story("--lookalike-lines", "mixed.json", 0, &[("taken", 9)]),
        story(
            "--lookalike-lines --log-format json",
            "mixed.json",
            0,
            &[("taken", 9)],
        ),
    ]);
}

#[test]
fn a_clock_that_is_minutes_off_loses_nothing() {
    check(&[
        story("--clock-skew 12s", "basic.json", 0, TWO_TAKEN),
        story("--clock-skew 280s", "basic.json", 0, TWO_TAKEN),
        story("--clock-skew=-280s", "basic.json", 0, TWO_TAKEN),
    ]);
}

#[test]
fn a_counter_that_is_absent_is_not_zero() {
    check(&[story(
        "--no-delayed-counter --log-delay 200ms",
        "basic.json --timeout 8s",
        4,
        &[("received", 2)],
    )]);
}

/// Only the metrics know that it was sent, and that the queue let it go.
#[test]
fn what_was_sent_without_an_answer_is_not_called_unsent() {
    check(&[story(
        "--fault no-answer=1 --log-style id",
        "basic.json",
        4,
        &[("untraced", 2)],
    )]);
}

#[test]
fn a_consumer_that_logs_the_first_of_ten_leaves_nine_untraced() {
    check(&[story(
        "--log-style first --batch-window 3s",
        "ten.json",
        4,
        &[("taken", 1), ("untraced", 9)],
    )]);
}

#[test]
fn the_time_to_the_producers_answer_has_a_limit_of_its_own() {
    check(&[
        story("", "basic.json --max-answer p95=20s", 0, TWO_TAKEN),
        story("", "basic.json --max-answer p50=1us", 1, TWO_TAKEN),
    ]);
}
