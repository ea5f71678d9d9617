//! Each thing that goes wrong leads to the truth that its name says, and a wrong verdict is told.

use super::text_of;
use crate::{
    HORIZON, Ms, World,
    metrics::Metric,
    observe::Answer,
    params::{Claim, Format, Kind, Means, Params, Producer, Runtime, Wrap},
    random::worlds,
    truth::{Fault, State, Truth, Verdict},
};

/// The sum of a metric over the minutes of the run, when all is published.
fn sum(world: &World, metric: Metric) -> u64 {
    let data = world.metrics(HORIZON).expect("allowed");
    data.iter()
        .filter(|datum| datum.metric == metric)
        .map(|datum| datum.value)
        .sum()
}

fn failing(kinds: &'static [Kind]) -> impl Fn(&mut Params) {
    move |params| {
        params.fail = 1000;
        params.fails = 99;
        params.kinds = kinds;
        params.make_possible();
    }
}

fn all_died(worlds: &[World]) {
    for world in worlds {
        let truth = world.truth[0];
        assert!(truth.dead.is_some() && truth.taken.is_none(), "{truth:?}");
        let mistake = world.judge(Verdict::Proven, &[State::Taken], HORIZON);
        assert_eq!(mistake[0].fault, Fault::FalseProven);
        assert!(
            mistake[0]
                .explanation
                .contains("moved to the dead-letter queue")
        );
        assert!(mistake[0].fault.is_wrong());
        assert_eq!(world.judge(Verdict::Disproven, &[State::Dead], HORIZON), []);
        let early = world.judge(Verdict::Disproven, &[State::Dead], 1000);
        assert_eq!(early[0].fault, Fault::FalseDead);
        let modest = world.judge(Verdict::Undetermined, &[State::Open], HORIZON);
        assert_eq!(modest[0].fault, Fault::UndeterminedThoughFailed);
    }
}

#[test]
fn a_silent_throw_leaves_no_word_and_a_dead_letter() {
    let worlds = worlds(30, failing(&[Kind::ThrowSilent]));
    all_died(&worlds);
    for world in &worlds {
        let text = text_of(world);
        assert!(
            !text.contains("ERROR") && !text.contains("Status"),
            "{text}"
        );
        assert_eq!(text.matches("END RequestId").count(), 3);
        assert!(world.truth[0].shown.is_some());
        assert_eq!(sum(world, Metric::Errors), 3);
        assert_eq!(
            (sum(world, Metric::Sent), sum(world, Metric::Deleted)),
            (1, 0)
        );
    }
}

#[test]
fn a_throw_before_logging_shows_nothing() {
    let worlds = worlds(30, failing(&[Kind::ThrowEarly]));
    all_died(&worlds);
    assert!(worlds.iter().all(|world| world.truth[0].shown.is_none()));
}

#[test]
fn a_throw_with_text_has_the_words_of_its_runtime() {
    for (runtime, words, json) in [
        (
            Runtime::Python,
            "[ERROR] NoPrice: boom\nTraceback",
            "\"log_level\":\"ERROR\"",
        ),
        (
            Runtime::Node,
            "\tERROR\tInvoke Error \t{\"errorType\"",
            "\"level\":\"ERROR\"",
        ),
        (
            Runtime::Node24,
            "\t-\tERROR\tInvoke Error",
            "\"stackTrace\"",
        ),
        (
            Runtime::Java,
            "boom: java.lang.RuntimeException\n",
            "\"AWSRequestId\"",
        ),
        (
            Runtime::Dotnet,
            "\tfail\tSystem.ApplicationException",
            "\"level\":\"Error\"",
        ),
        (
            Runtime::Go,
            "{\"errorMessage\":\"boom\"",
            "\"errorType\":\"errorString\"",
        ),
        (
            Runtime::Ruby,
            "Error raised from handler method\n{",
            "Function<RuntimeError>",
        ),
        (
            Runtime::Rust,
            "lambda_runtime::layers::panic: \"boom\"",
            "\"fields\":{\"message\"",
        ),
        (Runtime::Custom, "END RequestId", "\"status\":\"error\""),
    ] {
        for (format, words) in [(Format::Text, words), (Format::Json, json)] {
            let worlds = worlds(5, |params| {
                failing(&[Kind::ThrowText])(params);
                params.runtime = runtime;
                params.format = format;
            });
            all_died(&worlds);
            let text = text_of(&worlds[0]);
            assert!(
                text.contains(words),
                "{runtime:?} {format:?}: {words} in {text}"
            );
        }
    }
}

#[test]
fn a_quiet_batch_item_failure_is_no_error_of_the_function() {
    for format in [Format::Text, Format::Json, Format::JsonWarn] {
        let worlds = worlds(20, |params| {
            failing(&[Kind::Quiet])(params);
            params.format = format;
            params.event_counts = true;
        });
        all_died(&worlds);
        for world in &worlds {
            assert!(world.settings().item_failures);
            assert_eq!(sum(world, Metric::Errors), 0);
            assert_eq!(sum(world, Metric::Invocations), 3);
            assert_eq!(sum(world, Metric::FailedInvokeEvents), 3);
            assert_eq!(sum(world, Metric::DeletedEvents), 0);
            let promised = text_of(world).matches("\"status\":\"success\"").count();
            assert_eq!(promised, if format == Format::Json { 3 } else { 0 });
        }
    }
}

#[test]
fn a_timeout_stands_in_the_report_which_comes_after_end() {
    let worlds = worlds(40, failing(&[Kind::Timeout]));
    all_died(&worlds);
    let mut late = 0;
    let mut alone = 0;
    for world in &worlds {
        let lines = world.lines_readable(Ms::MIN, HORIZON);
        let first = |words: &str| lines.iter().find(|line| line.text.contains(words));
        let end = first("END RequestId").expect("ended");
        let report = first("Status: timeout").expect("reported");
        late += usize::from(report.readable > end.readable + 2000);
        alone += usize::from(first("Task timed out").is_none());
    }
    assert!(late > 10 && alone > 0, "{late} reports late, {alone} alone");
}

#[test]
fn a_consumer_that_changes_the_visibility_is_early_or_late() {
    let at_once = worlds(20, failing(&[Kind::VisibleAtOnce]));
    all_died(&at_once);
    for world in &at_once {
        assert!(world.settings().may_change_visibility);
        assert!(
            world.truth[0]
                .dead
                .is_some_and(|dead| dead < world.params.visibility)
        );
    }
    let late = worlds(20, failing(&[Kind::VisibleLate]));
    all_died(&late);
    assert!(
        late.iter()
            .all(|world| world.truth[0].dead.is_some_and(|dead| dead > 1_200_000))
    );
}

#[test]
fn an_error_that_is_swallowed_takes_the_message() {
    for world in worlds(20, failing(&[Kind::Swallow])) {
        assert!(world.truth[0].taken.is_some() && world.truth[0].dead.is_none());
        assert!(text_of(&world).contains("[ERROR]"));
        assert_eq!(sum(&world, Metric::Errors), 0);
    }
}

#[test]
fn a_consumer_that_deletes_by_itself_has_taken_though_it_fails() {
    for world in worlds(20, |params| {
        failing(&[Kind::ThrowText])(params);
        params.self_delete = 1000;
    }) {
        assert!(world.truth[0].taken.is_some() && world.truth[0].dead.is_none());
        assert_eq!(sum(&world, Metric::Errors), 1);
    }
}

#[test]
fn without_a_dead_letter_queue_a_message_is_tried_until_it_succeeds() {
    for world in worlds(10, |params| {
        failing(&[Kind::ThrowSilent])(params);
        params.dlq = false;
    }) {
        assert!(
            world.truth[0]
                .taken
                .is_some_and(|taken| taken > 11 * world.params.visibility)
        );
        assert_eq!(world.dlq_count(0), None);
    }
}

type Cause = fn(&mut Params);

#[test]
fn thieves_purges_and_expiry_leave_nothing_behind() {
    let causes: [(&str, Cause); 3] = [
        ("another reader took it", |params| params.steal = 1000),
        ("purged", |params| {
            params.delay = 90_000;
            params.purge_at = Some(40_000);
        }),
        ("expired", |params| {
            failing(&[Kind::ThrowSilent])(params);
            params.dlq = false;
            params.retention = 90_000;
        }),
    ];
    for (why, cause) in causes {
        let worlds = worlds(30, cause);
        let gone = worlds
            .iter()
            .filter(|world| world.truth[0].gone.is_some())
            .count();
        assert!(gone > 10, "{why}: {gone} of 30");
        for world in worlds.iter().filter(|world| world.truth[0].gone.is_some()) {
            assert!(!world.params.assumptions_hold());
            assert!(world.told(0).contains(why), "{}", world.told(0));
            assert_eq!(world.judge(Verdict::Disproven, &[State::Lost], HORIZON), []);
            assert_eq!(world.judge_some_lost(1, &[0], HORIZON), None);
        }
    }
}

#[test]
fn a_filter_deletes_in_silence_and_a_wrapped_body_passes() {
    let mut dropped = 0;
    for world in worlds(40, |params| params.filter = true) {
        let audit = world.payloads[0]
            .sent
            .as_json()
            .contains("\"kind\":\"audit\"");
        assert!(
            world
                .settings()
                .filter
                .is_some_and(|pattern| pattern.contains("order"))
        );
        assert_eq!(world.truth[0].filtered.is_some(), audit);
        let state = if audit { State::Filtered } else { State::Lost };
        let errors = world.judge(Verdict::Disproven, &[state], HORIZON);
        assert_eq!(errors.is_empty(), audit);
        if audit {
            dropped += 1;
            assert_eq!(sum(&world, Metric::Deleted), 1);
            assert_eq!(text_of(&world), "");
        }
    }
    assert!((5..35).contains(&dropped));
    for world in worlds(40, |params| {
        params.filter = true;
        params.wrap = Wrap::Text;
    }) {
        assert!(world.truth[0].taken.is_some());
        let false_filtered = world.judge(Verdict::Disproven, &[State::Filtered], HORIZON);
        assert_eq!(false_filtered[0].fault, Fault::FalseFiltered);
    }
}

#[test]
fn a_copy_may_die_after_its_message_was_taken() {
    let worlds = worlds(60, |params| {
        params.ghost = 1000;
        params.fail = 0;
        params.max_receives = 1;
    });
    let died = worlds.iter().filter(|world| world.truth[0].dead.is_some());
    let died: Vec<_> = died.collect();
    assert!(died.len() > 10, "{} of 60", died.len());
    for world in died {
        let errors = world.judge(Verdict::Proven, &[State::Taken], HORIZON);
        assert_eq!(errors[0].fault, Fault::CopyDiedLater);
        assert!(!errors[0].fault.is_wrong());
    }
}

#[test]
fn duplicates_are_received_more_often_than_sent() {
    for world in worlds(20, |params| params.duplicate = 400) {
        assert_eq!(sum(&world, Metric::Sent), 1);
        let copies = world.told(0).matches("a copy of it").count();
        let received = sum(&world, Metric::Received);
        assert!(copies == 0 || received >= 1);
        assert!(world.truth[0].taken.is_some());
    }
}

#[test]
fn producers_send_fewer_fail_midway_or_are_not_heard() {
    for (producer, claim) in [
        (Producer::Fewer, Claim::Ids),
        (Producer::Midway, Claim::Ids),
        (Producer::LostAnswer, Claim::Nothing),
    ] {
        let mut missing = 0;
        for world in worlds(40, |params| {
            params.payloads = 3;
            params.producer = producer;
            params.claim = claim;
        }) {
            let sent = world.sent_messages();
            let unsent = world
                .truth
                .iter()
                .filter(|truth| truth.sent.is_none())
                .count();
            assert_eq!(sent.len() + unsent, 3);
            missing += usize::from(unsent > 0);
            match (producer, world.answer()) {
                (Producer::Fewer, Answer::Returned(text)) => {
                    assert!(sent.iter().all(|(_, id, _)| text.contains(id)), "{text}");
                }
                (Producer::Midway, Answer::FunctionError(text)) => {
                    assert!(text.contains("errorType"));
                }
                (Producer::LostAnswer, Answer::Lost) => {}
                (producer, answer) => panic!("{producer:?} {answer:?}"),
            }
            let states: Vec<State> = vec![State::Lost; 3];
            let errors = world.judge(Verdict::Disproven, &states, HORIZON);
            let never = errors
                .iter()
                .filter(|it| it.fault == Fault::LostButNeverSent)
                .count();
            assert_eq!((errors.len(), never), (3, unsent));
            let errors = world.judge(Verdict::Disproven, &[State::NotSent; 3], HORIZON);
            assert_eq!(errors.len(), sent.len());
            assert!(
                errors
                    .iter()
                    .all(|error| error.fault == Fault::FalseNotSent)
            );
        }
        assert!(missing > 5, "{producer:?}: {missing} of 40");
    }
}

#[test]
fn a_producer_may_claim_more_than_it_sent() {
    for world in worlds(10, |params| {
        params.payloads = 4;
        params.producer = Producer::Fewer;
        params.claim = Claim::Count;
        params.lies = true;
    }) {
        let Answer::Returned(text) = world.answer() else {
            panic!("answered")
        };
        assert!(text.contains("Successfully sent 4 messages"), "{text}");
        assert!(world.sent_messages().len() < 4);
    }
}

#[test]
fn a_twin_shows_the_content_of_the_first_payload_and_no_marker() {
    for world in worlds(20, |params| {
        params.twin = true;
        params.means = Means::Content;
        params.producer = Producer::LostAnswer;
    }) {
        let order = world.payloads[0]
            .original
            .field("order")
            .expect("an order")
            .as_json();
        let seen = text_of(&world).matches(order.trim_matches('"')).count();
        let unsent = usize::from(world.truth[0].sent.is_none());
        assert_eq!(seen, 2 - unsent);
        assert!(!text_of(&world).contains("edactl-"));
        assert!(!world.params.assumptions_hold());
    }
}

#[test]
fn two_verdicts_of_a_healthy_world_are_wrong() {
    let world = &worlds(1, |_| ())[0];
    assert_eq!(world.judge(Verdict::Proven, &[State::Taken], HORIZON), []);
    let early = world.judge(Verdict::Proven, &[State::Taken], 100);
    assert_eq!(early[0].fault, Fault::FalseProven);
    let lost = world.judge(Verdict::Disproven, &[State::Lost], HORIZON);
    assert_eq!(lost[0].fault, Fault::FalseLost);
    assert!(lost[0].to_string().contains("taken: deleted after success"));
    assert!(world.judge_some_lost(1, &[0], HORIZON).is_some());
    let modest = world.judge(Verdict::Undetermined, &[State::Open], HORIZON);
    assert_eq!(modest[0].fault, Fault::UndeterminedThoughTaken);
    assert!(!modest[0].fault.is_wrong());
}

#[test]
fn lost_is_wrong_of_what_arrived_or_may_still() {
    let mut world = worlds(1, |_| ()).remove(0);
    let sent = Truth {
        sent: Some(1),
        ..Truth::default()
    };
    for (truth, wrong) in [
        (sent, true),
        (
            Truth {
                taken: Some(9),
                gone: Some(5),
                ..sent
            },
            true,
        ),
        (
            Truth {
                dead: Some(9),
                gone: Some(5),
                ..sent
            },
            true,
        ),
        (
            Truth {
                gone: Some(5),
                ..sent
            },
            false,
        ),
        (
            Truth {
                filtered: Some(5),
                ..sent
            },
            false,
        ),
    ] {
        world.truth[0] = truth;
        let errors = world.judge(Verdict::Disproven, &[State::Lost], HORIZON);
        assert_eq!(!errors.is_empty(), wrong, "{truth:?}");
        assert_eq!(
            world.judge_some_lost(1, &[0], HORIZON).is_some(),
            wrong,
            "{truth:?}"
        );
    }
}
