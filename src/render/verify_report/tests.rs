//! What a person sees of a verify, on terminals of different widths.

use edactl_core::{
    diagnosis::{Cause, ConsumerError},
    event::{Event, MarkerPolicy, marker::RunId},
    latency::{CheckedLimit, Stage},
    ledger::Attempt,
    report::{Latencies, LogWitness, Witnesses},
    run::Plan,
    topology::{Function, Pipeline, Queue},
    verdict::Counts,
};
use insta::assert_snapshot;

use super::*;

const ID: &str = "169f3f51-0320-4f83-9099-ac1a414e52d0";

/// Payloads of which those in the list failed.
struct Some40 {
    failed: Vec<usize>,
}

impl Messages for Some40 {
    fn count(&self) -> usize {
        40
    }

    fn message(&self, index: usize) -> Message {
        let at = Timestamp::from_millisecond(1_000 + i64::try_from(index).unwrap()).unwrap();
        let is_failed = self.failed.contains(&index);
        let error = is_failed.then(|| format!("ValueError: order {ID} of {ID} is odd"));
        Message {
            state: if is_failed {
                State::DeadLettered
            } else {
                State::Taken
            },
            way: (!is_failed).then_some(Way::Queue),
            means: Some(Means::Marker),
            received: if is_failed { 3 } else { 1 },
            failed: if is_failed { 3 } else { 0 },
            is_duplicate: false,
            error: error.clone(),
            attempts: vec![Attempt {
                message: u32::try_from(index).unwrap(),
                at: Some(at),
                request_id: Some(ID.into()),
                ended: None,
                error,
                is_failed,
            }],
        }
    }
}

fn run() -> Run {
    let entries: Vec<String> = (0..40)
        .map(|number| format!("\"order\\nno {number}\": {{\"n\": {number}}}"))
        .collect();
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse("e.json", &format!("{{{}}}", entries.join(",")), &policy).unwrap();
    let pipeline = Pipeline {
        region: "eu-central-1".into(),
        consumer: Some(Function {
            reference: "orders-consumer".into(),
            name: "orders-consumer".into(),
            log_group: "/aws/lambda/orders-consumer".into(),
        }),
        dlq: Some(Queue {
            name: "orders-dead-letters-of-the-second-stage".into(),
            url: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders-dead".into(),
        }),
        ..Pipeline::named("orders")
    };
    let began = Timestamp::from_second(0).unwrap();
    Run::new(Plan::new(
        RunId::new(began, 1),
        began,
        pipeline,
        &[event],
        1,
    ))
}

/// A verify in which each failed payload failed for a reason of its own.
fn summary(failed: &[usize], is_final: bool) -> Summary {
    let group = |index: &usize| Group {
        cause: Cause::ConsumerError {
            state: State::DeadLettered,
        },
        equals: None,
        error: Some(ConsumerError {
            kind: Some("ValueError".into()),
            message: format!("order {ID} of {ID} is odd"),
            frame: Some(format!(
                "File \"/var/task/app.py\", line {index}, in handler"
            )),
            request_id: Some(ID.into()),
        }),
        attempts: Vec::new(),
        messages: vec![u32::try_from(*index).unwrap()],
    };
    let outcome = if failed.is_empty() {
        Outcome::Proven
    } else {
        Outcome::Disproven
    };
    let taken = 40 - failed.len() as u64;
    let limit = CheckedLimit {
        stage: Stage::Received,
        quantile: "p95".parse().unwrap(),
        at_most_ms: 1,
        measured_ms: Some(2),
        outcome: LimitOutcome::Broken,
    };
    let broken = !failed.is_empty();
    let mut findings = vec![Finding::DlqMissing];
    findings.extend(broken.then_some(Finding::TooSlow { limit }));
    Summary {
        at: Timestamp::from_second(60).unwrap(),
        edactl: "0.1.0".into(),
        outcome,
        is_final,
        interrupted: false,
        exit: outcome.exit_code() as u8,
        elapsed_ms: 60_000,
        exactly_once: false,
        counts: Counts {
            planned: 40,
            attempted: 40,
            taken,
            dead_lettered: failed.len() as u64,
            ..Counts::default()
        },
        witnesses: Witnesses {
            logs: Some(LogWitness {
                group: "/aws/lambda/orders-consumer-of-the-second-stage-in-production".into(),
                exists: true,
                lines: 120,
                received: 40,
            }),
            ..Witnesses::default()
        },
        holds: Vec::new(),
        awaited: None,
        clock: None,
        latency: Latencies {
            limits: broken.then_some(limit).into_iter().collect(),
            ..Latencies::default()
        },
        findings,
        diagnosis: failed.iter().map(group).collect(),
    }
}

fn text(failed: Vec<usize>, is_final: bool, width: Option<u16>) -> String {
    let (run, summary) = (run(), summary(&failed, is_final));
    let messages = Some40 { failed };
    let report = VerifyReport {
        run: &run,
        head: &summary,
        messages: &messages,
    };
    report.to_text(width)
}

fn plain(text: &str) -> String {
    console::strip_ansi_codes(text).into_owned()
}

#[test]
fn no_line_is_wider_than_the_terminal_and_the_end_fits_24_rows() {
    for width in [80, 120] {
        for failed in [0, 1, 3, 40] {
            let text = plain(&text((0..failed).collect(), true, Some(width)));
            for line in text.lines() {
                let columns = console::measure_text_width(line);
                assert!(columns <= usize::from(width), "{columns}: {line}\n{text}");
            }
            let lines: Vec<&str> = text.lines().collect();
            let last = &lines[lines.len().saturating_sub(23)..];
            let verdict = if failed == 0 {
                "proven: 40"
            } else {
                "disproven: "
            };
            assert!(last.iter().any(|line| line.starts_with(verdict)), "{text}");
            let why = last.iter().any(|line| line.starts_with("why: 1 payload: "));
            assert_eq!(why, failed > 0, "{text}");
        }
    }
}

#[test]
fn forty_failures_are_summed_up_with_the_verdict_last() {
    assert_snapshot!(plain(&text((0..40).collect(), true, Some(80))));
}

#[test]
fn a_broken_limit_is_an_error_and_no_note() {
    let text = plain(&text(vec![1], true, None));
    assert!(
        text.contains("\nerror: the p95 from invoked to received is 2 ms"),
        "{text}"
    );
    assert!(
        text.contains("\nnote: the queue has no dead-letter queue"),
        "{text}"
    );
}

#[test]
fn states_have_the_verdicts_colours_at_any_width() {
    let bad = theme::paint(theme::BAD, "dead-lettered");
    for width in [None, Some(80), Some(120)] {
        let text = text(vec![1], true, width);
        assert_eq!(text.matches(&bad).count(), 1, "{text}");
    }
    let wide = paint_states(
        "#  ENTRY  STATE\n1  日本   taken\n",
        [State::Taken].into_iter(),
    );
    let good = theme::paint(theme::GOOD, "taken");
    assert_eq!(wide, format!("#  ENTRY  STATE\n1  日本   {good}\n"));
}

#[test]
fn keys_stay_in_their_line() {
    let text = plain(&text(vec![1], true, None));
    assert!(text.contains("order\\nno 1 "), "{text}");
    assert!(!text.contains("order\n"), "{text}");
}

#[test]
fn of_an_unfinished_log_receipts_are_counted_at_least() {
    let unfinished = plain(&text(vec![1], false, None));
    assert!(unfinished.contains("at least 3 times"), "{unfinished}");
    let finished = plain(&text(vec![1], true, None));
    assert!(
        finished.contains("  3 times") && !finished.contains("at least"),
        "{finished}"
    );
}
