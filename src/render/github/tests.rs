//! Annotations and step summaries, also of hostile texts.

use jiff::Timestamp;

use crate::render::github::*;
use edactl_core::{
    diagnosis::{Cause, ConsumerError},
    event::{Event, MarkerPolicy, marker::RunId},
    latency::Stage,
    ledger::State,
    report::{Latencies, LogWitness, Message, Messages, Summary, Witnesses},
    run::{Plan, Run},
    topology::Pipeline,
    verdict::{Counts, Source},
};

struct Lost(usize);

impl Messages for Lost {
    fn count(&self) -> usize {
        self.0
    }

    fn message(&self, _index: usize) -> Message {
        Message {
            state: State::Lost,
            way: None,
            means: None,
            received: 0,
            failed: 0,
            is_duplicate: false,
            error: None,
            attempts: Vec::new(),
        }
    }
}

/// A run of two files, two messages each, sent often, of which each message is lost for a
/// reason of its own.
fn all_lost(repeat: u32) -> (Run, Summary) {
    let event = |origin| {
        let policy = MarkerPolicy::Field("edactl".into());
        Event::parse(origin, r#"{"a": {}, "b": {}}"#, &policy).unwrap()
    };
    let events = [event("smoke/a.json"), event("/elsewhere/b.json")];
    let began = Timestamp::UNIX_EPOCH;
    let plan = Plan::new(
        RunId::new(began, 0),
        began,
        Pipeline::named("local"),
        &events,
        repeat,
    );
    let group = |seq: u64| Group {
        cause: Cause::ProducerNotRun {
            said: format!("reason {seq}"),
        },
        equals: None,
        error: None,
        attempts: Vec::new(),
        messages: vec![u32::try_from(seq - 1).unwrap()],
    };
    let finding = |number| Finding::SourceSilent {
        source: Source::Metrics,
        error: format!("note {number}"),
        hint: "look".into(),
    };
    let limit = CheckedLimit {
        stage: Stage::Received,
        quantile: "p95".parse().unwrap(),
        at_most_ms: 5_000,
        measured_ms: Some(6_000),
        outcome: LimitOutcome::Broken,
    };
    let head = Summary {
        at: began,
        edactl: "0.1.0".into(),
        outcome: Outcome::Disproven,
        is_final: true,
        interrupted: false,
        exit: 1,
        elapsed_ms: 1_000,
        exactly_once: false,
        counts: Counts::default(),
        witnesses: Witnesses::default(),
        holds: Vec::new(),
        awaited: None,
        clock: None,
        latency: Latencies {
            limits: vec![limit],
            ..Latencies::default()
        },
        findings: (0..30).map(finding).collect(),
        diagnosis: (1..=plan.payloads()).map(group).collect(),
    };
    (Run::new(plan), head)
}

fn lines(repeat: u32, kind: &str) -> Vec<String> {
    let (run, head) = all_lost(repeat);
    let messages = Lost(usize::try_from(run.plan.payloads()).unwrap());
    let report = VerifyReport {
        run: &run,
        head: &head,
        messages: &messages,
    };
    let all = annotations(report);
    let of_kind = all.lines().filter(|line| line.starts_with(kind));
    of_kind.map(str::to_owned).collect()
}

#[test]
fn no_kind_has_more_annotations_than_github_shows() {
    assert_eq!(lines(1, "::error").len(), 6);
    assert_eq!(lines(2, "::error").len(), 10);
    let many = lines(100, "::error");
    assert_eq!(many.len(), 10);
    assert_eq!(
        many[9],
        "::error title=edactl::393 more reasons; the step summary has them all"
    );
    assert_eq!(lines(100, "::warning").len(), 10);
}

#[test]
fn a_file_of_the_checkout_is_named() {
    let said = lines(2, "::error");
    let files: Vec<_> = said[2..6]
        .iter()
        .map(|line| line.contains("file=smoke/a.json,"))
        .collect();
    assert_eq!(files, [true, true, false, false]);
    assert!(
        lines(3, "::error")[6].contains("file=smoke/a.json,"),
        "the second round"
    );
}

#[test]
fn what_ends_a_command_or_its_properties_is_escaped() {
    assert_eq!(
        command(
            "error",
            "a:b,c%",
            Some("x,y.json"),
            "50%: first\r\nsecond, last"
        ),
        "::error file=x%2Cy.json,title=a%3Ab%2Cc%25::50%25: first%0Asecond, last\n"
    );
}

#[test]
fn what_means_something_in_markdown_is_escaped() {
    assert_eq!(
        markdown("a|b <c> `d`\ne_f"),
        "a\\|b &lt;c&gt; \\`d\\`\\\\ne\\_f"
    );
    assert_eq!(code("a|b`<"), "<code>a\\|b\\`&lt;</code>");
    assert_eq!(
        markdown("![x](http://a.example) WWW.b me@c.example #7 :x: a: b"),
        "!\\[x\\](http&#58;//a.example) WWW&#46;b me<span>@</span>c.example \
         <span>#</span>7 <span>:</span>x: a: b"
    );
}

#[test]
fn a_summary_without_room_ends_after_a_line() {
    let summary = || "ä\nö\nü\n".to_owned();
    for (room, text) in [
        (0, ""),
        (2, ""),
        (3, "ä\n"),
        (7, "ä\nö\n"),
        (9, "ä\nö\nü\n"),
    ] {
        assert_eq!(fit(summary(), room), text, "{room}");
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let long = "ä".repeat(LONGEST + 1);
    assert_eq!(cut(&long).chars().count(), LONGEST);
    assert_eq!(cut("short"), "short");
}

/// What is said of a run is text from outside in every place: reasons, errors, notes, next steps.
#[test]
fn hostile_texts_stay_texts_in_every_output() {
    let (run, mut head) = all_lost(1);
    for text in [
        "\u{1b}[2Jspoofed\u{1b}]52;c;ZXZpbA==\u{7}",
        "\u{1b}[31mred\0\u{8}\u{7f}\u{9b}1m",
        "bidi \u{202e}gnp.exe zero\u{200b}width\u{feff}",
        "two\r\nerror: lines\n::error::forged\r::add-mask::x",
        "##[error]x ![img](http://x.example) <img src=x> www.x.example me@x.example :shipit:",
    ] {
        let tell = |head: &mut Summary, text: &str| {
            for group in &mut head.diagnosis {
                group.cause = Cause::ConsumerError { state: State::Lost };
                group.error = Some(ConsumerError {
                    kind: None,
                    message: text.into(),
                    frame: Some(text.into()),
                    request_id: Some(text.into()),
                });
            }
            for finding in &mut head.findings {
                *finding = Finding::SourceSilent {
                    source: Source::Metrics,
                    error: text.into(),
                    hint: text.into(),
                };
            }
            head.witnesses.logs = Some(LogWitness {
                group: text.into(),
                exists: true,
                lines: 0,
                received: 0,
            });
        };
        tell(&mut head, text);
        let messages = Lost(2);
        let report = VerifyReport {
            run: &run,
            head: &head,
            messages: &messages,
        };
        let table = report.to_table();
        assert_eq!(escape::stream(&table, true), table, "{text:?}");
        let lines = table.lines().count();
        let mut xml = Vec::new();
        crate::render::junit::write(report, &mut xml).unwrap();
        let annotations = annotations(report);
        let summary = summary(report).replace("\\]", "");
        for output in [&annotations, &summary, &String::from_utf8(xml).unwrap()] {
            assert_eq!(escape::stream(output, false), *output, "{text:?}");
        }
        assert!(
            annotations
                .lines()
                .all(|line| { line.starts_with("::error ") || line.starts_with("::warning ") })
        );
        for link in ["](", "http://", "www.", "<img", "@x", ":shipit:"] {
            assert!(!summary.contains(link), "{link} in {summary}");
        }
        tell(&mut head, "short");
        let short = VerifyReport {
            run: &run,
            head: &head,
            messages: &messages,
        };
        assert_eq!(
            short.to_table().lines().count(),
            lines,
            "no further lines: {text:?}"
        );
    }
}
