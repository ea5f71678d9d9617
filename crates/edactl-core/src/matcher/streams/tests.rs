use jiff::Timestamp;

use super::*;
use crate::{
    event::{Event, MarkerPolicy, marker::RunId},
    line,
    run::{self, Plan},
    topology::Function,
};

const UNNAMED: &str = "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef";
const CONSUMER: &str = "2026/11/24/orders[7]0123456789abcdef";
const PRODUCER: &str = "5eda0c71-0000-4000-8000-000000000001";

/// The streams of a run whose producer answered with this request id.
fn streams(request_id: Option<&str>, is_shared: bool) -> Streams {
    let event = Event::parse("e", r#"{"a": {}}"#, &MarkerPolicy::Untouched).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let plan = Plan::new(RunId::new(now, 0), now, Pipeline::named("p"), &[event], 1);
    let mut run = Run::new(plan);
    let outcome = Outcome::Answered {
        request_id: request_id.map(str::to_owned),
        status: None,
        sent: None,
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: None,
    };
    run.apply(run::Line::Invoked {
        invocation: 0,
        at: now,
        outcome,
    });
    let mut streams = Streams::of(&run);
    streams.know(ConsumerStreams {
        function: Some("orders".to_owned()),
        is_shared,
        has_foreign_ids: false,
    });
    streams
}

fn reads(streams: &mut Streams, stream: &str, text: &str) -> bool {
    streams.is_consumers(&line::read_outer(text), stream)
}

#[test]
fn only_the_consumers_own_streams_count() {
    let mut streams = streams(Some(PRODUCER), true);
    for (stream, is_own) in [
        (UNNAMED, true),
        (CONSUMER, true),
        ("2026/11/24/orders-producer[$LATEST]0123456789abcdef", false),
        ("collector/2026-11-26", false),
        ("2026/11/24/[$LATEST]", false),
        ("i-0123456789", false),
    ] {
        assert_eq!(reads(&mut streams, stream, "hello"), is_own, "{stream}");
    }
}

#[test]
fn a_stream_in_which_the_producer_ran_is_not_the_consumers() {
    for is_shared in [false, true] {
        for text in [
            format!("START RequestId: {PRODUCER} Version: $LATEST"),
            format!(
                r#"{{"time":"2026-11-24T12:00:00Z","type":"platform.start","record":{{"requestId":"{PRODUCER}","version":"$LATEST"}}}}"#
            ),
        ] {
            let mut streams = streams(Some(PRODUCER), is_shared);
            assert!(reads(&mut streams, UNNAMED, "hello"));
            assert!(!reads(&mut streams, UNNAMED, &text));
            assert!(!reads(&mut streams, UNNAMED, "hello"));
        }
    }
}

#[test]
fn a_shared_stream_without_a_name_needs_every_invocation_of_the_producer_to_be_known() {
    assert!(reads(&mut streams(Some(PRODUCER), true), UNNAMED, "hello"));
    assert!(!reads(&mut streams(None, true), UNNAMED, "hello"));
    assert!(reads(&mut streams(None, true), CONSUMER, "hello"));
    assert!(reads(&mut streams(None, false), UNNAMED, "hello"));
    // The producer's own lines where the platform's are not written: at the level WARN.
    let said = format!(r#"{{"requestId":"{PRODUCER}","message":"sending"}}"#);
    let mut shared = streams(Some(PRODUCER), true);
    assert!(!reads(&mut shared, UNNAMED, &said));
    assert!(!reads(&mut shared, UNNAMED, "hello"));
}

#[test]
fn request_ids_that_an_emulator_makes_up_tell_no_stream() {
    for (environment, is_shared, is_own) in [
        (Environment::Emulator, true, false),
        (Environment::Emulator, false, true),
        (Environment::Aws, true, true),
        (Environment::Embedded, true, true),
    ] {
        let mut streams = streams(Some(PRODUCER), is_shared);
        streams.know(streams.of.clone().on(environment));
        assert_eq!(reads(&mut streams, UNNAMED, "hello"), is_own);
        assert!(reads(&mut streams, CONSUMER, "hello"));
    }
}

#[test]
fn a_consumer_may_log_the_request_id_of_who_sent() {
    let said = format!(r#"{{"requestId":"{PRODUCER}","message":"received"}}"#);
    assert!(reads(&mut streams(Some(PRODUCER), true), CONSUMER, &said));
    let mut alone = streams(Some(PRODUCER), false);
    assert!(reads(&mut alone, UNNAMED, &said));
    assert!(reads(&mut alone, UNNAMED, "hello"));
}

#[test]
fn a_pipeline_tells_the_consumers_name_and_whether_the_group_is_shared() {
    let function = |name: &str, log_group: &str| Function {
        reference: name.to_owned(),
        name: name.to_owned(),
        log_group: log_group.to_owned(),
    };
    let mut pipeline = Pipeline::named("p");
    assert_eq!(ConsumerStreams::of(&pipeline), ConsumerStreams::default());
    pipeline.consumer = Some(function("orders", "one"));
    for (producer, is_shared) in [(None, false), (Some("two"), false), (Some("one"), true)] {
        pipeline.producer = producer.map(|group| function("producer", group));
        let streams = ConsumerStreams {
            function: Some("orders".to_owned()),
            is_shared,
            has_foreign_ids: false,
        };
        assert_eq!(ConsumerStreams::of(&pipeline), streams, "{producer:?}");
    }
}

#[test]
fn only_an_invocation_that_may_have_run_is_of_an_unknown_request_id() {
    let event = Event::parse("e", r#"{"a": {}}"#, &MarkerPolicy::Untouched).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let plan = Plan::new(RunId::new(now, 0), now, Pipeline::named("p"), &[event], 1);
    let invoking = run::Line::Invoking {
        invocation: 0,
        at: now,
        scheduled: None,
    };
    let invoked = |outcome| run::Line::Invoked {
        invocation: 0,
        at: now,
        outcome,
    };
    let reason = || "why".to_owned();
    for (lines, is_own) in [
        (vec![], true),
        (vec![invoking.clone()], false),
        (
            vec![
                invoking.clone(),
                invoked(Outcome::NotRun { reason: reason() }),
            ],
            true,
        ),
        (
            vec![invoking, invoked(Outcome::InDoubt { reason: reason() })],
            false,
        ),
    ] {
        let mut run = Run::new(plan.clone());
        for line in lines.clone() {
            run.apply(line);
        }
        let mut streams = Streams::of(&run);
        streams.know(ConsumerStreams {
            function: Some("orders".to_owned()),
            is_shared: true,
            has_foreign_ids: false,
        });
        assert_eq!(reads(&mut streams, UNNAMED, "hello"), is_own, "{lines:?}");
    }
}
