//! The proof's speed, next to `memchr::memmem` on the same bytes, which nothing that looks for
//! markers can outrun.

use std::{fs, hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use edactl_core::{
    clock::ClockBounds,
    event::{Event, MarkerPolicy, marker::RunId},
    ledger::{Facts, Ledger, Sending},
    matcher::{LogText, Matcher},
    run::{Line, Outcome, Plan, Run},
    topology::Pipeline,
    verdict::Counts,
    waits::{Environment, Waits},
};
use jiff::Timestamp;
use memchr::memmem::Finder;

/// Messages of the runs here, in invocations of ten.
const MESSAGES: usize = 100_000;
const BATCH: usize = 10;
const SETTLE: Duration = Duration::from_secs(10);

/// A run of ten entries, sent as often as it takes, and answered well.
fn run(marked: bool) -> Run {
    let policy = if marked {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    let entries: Vec<String> = (0..BATCH)
        .map(|index| format!(r#""e{index}":{{"order":{index},"name":"a name of some length"}}"#))
        .collect();
    let event = format!("{{{}}}", entries.join(","));
    let event = Event::parse("event.json", &event, &policy).expect("an event");
    let began = Timestamp::UNIX_EPOCH;
    let repeat = u32::try_from(MESSAGES / BATCH).expect("a number");
    let plan = Plan::new(
        RunId::new(began, 1),
        began,
        Pipeline::named("bench"),
        &[event],
        repeat,
    );
    let mut run = Run::new(plan);
    for invocation in 0..u64::from(repeat) {
        let (at, outcome) = (
            began,
            Outcome::Answered {
                request_id: None,
                status: Some(200),
                sent: Some(BATCH as u64),
                message_ids: Vec::new(),
                other_ids: Vec::new(),
                error: None,
            },
        );
        run.apply(Line::Invoking {
            invocation,
            at,
            scheduled: None,
        });
        run.apply(Line::Invoked {
            invocation,
            at,
            outcome,
        });
    }
    run
}

/// What the consumer logs of the run: a line for each message between START, END and REPORT.
fn log(body: impl Fn(usize) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    for batch in 0..MESSAGES / BATCH {
        let id = format!("169f3f51-0320-4f83-9099-{batch:012x}");
        lines.push(format!("START RequestId: {id} Version: $LATEST\n"));
        for index in batch * BATCH..(batch + 1) * BATCH {
            let body = body(index);
            lines.push(format!(
                "[INFO]\t2026-11-24T13:04:12.305Z\t{id}\tReceived message: {body}\n"
            ));
        }
        lines.push(format!("END RequestId: {id}\n"));
        lines.push(format!(
            "REPORT RequestId: {id}\tDuration: 2 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\n"
        ));
    }
    lines
}

fn ledger(run: &Run, groups: Vec<Vec<u32>>) -> Ledger {
    let sending = Sending::of(run, groups, &ClockBounds::default(), run.plan.began);
    let waits = Waits::of(Environment::Embedded, Some(SETTLE));
    Ledger::new(sending, Facts::default(), waits)
}

fn read(run: &Run, lines: &[String]) -> Ledger {
    let (mut matcher, groups) = Matcher::new(run);
    let mut ledger = ledger(run, groups);
    for (nth, text) in (0..).zip(lines) {
        let log = LogText {
            stream: "stream",
            at: Timestamp::UNIX_EPOCH,
            id: None,
            nth,
            text,
        };
        matcher.read(log, &mut ledger);
    }
    ledger
}

fn bytes(lines: &[String]) -> u64 {
    lines.iter().map(|line| line.len() as u64).sum()
}

fn scanning(criterion: &mut Criterion) {
    let run = run(true);
    let markers = run.plan.markers();
    let text = r#"{"order":1,"name":"a name of some length","customer":"some more of it"}"#;
    let with = log(|index| {
        format!(
            r#"{{"edactl":"{}",{}"#,
            markers.marker(index as u64 + 1),
            &text[1..]
        )
    });
    let without = log(|_| text.to_owned());
    let mut group = criterion.benchmark_group("scanning");
    for (name, lines) in [("with markers", &with), ("without markers", &without)] {
        group.throughput(Throughput::Bytes(bytes(lines)));
        group.bench_function(format!("memmem, lines {name}"), |bencher| {
            let finder = Finder::new(markers.prefix());
            bencher.iter(|| {
                let found = lines
                    .iter()
                    .filter(|line| finder.find(line.as_bytes()).is_some());
                black_box(found.count())
            });
        });
        group.bench_function(format!("matcher, lines {name}"), |bencher| {
            bencher.iter_batched(|| (), |()| read(&run, lines), BatchSize::PerIteration);
        });
    }
    group.finish();
}

fn contents(criterion: &mut Criterion) {
    let run = run(false);
    let json = log(|index| {
        format!(
            r#"{{"order":{},"name":"a name of some length"}}"#,
            index % BATCH
        )
    });
    let python = log(|index| {
        format!(
            "{{'order': {}, 'name': 'a name of some length'}}",
            index % BATCH
        )
    });
    let mut group = criterion.benchmark_group("contents");
    for (name, lines) in [("JSON", &json), ("Python", &python)] {
        group.throughput(Throughput::Elements(lines.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| read(&run, lines)));
    }
    group.finish();
}

fn judging(criterion: &mut Criterion) {
    let run = run(true);
    let markers = run.plan.markers();
    let lines = log(|index| markers.marker(index as u64 + 1));
    let before = resident();
    let ledger = read(&run, &lines);
    if let (Some(before), Some(after)) = (before, resident()) {
        let each = after.saturating_sub(before) / MESSAGES as u64;
        println!("ledger: {each} bytes per message, resident");
    }
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(MESSAGES as u64));
    group.bench_function("judge", |bencher| {
        bencher.iter(|| Counts::of(&ledger.judge(SETTLE)));
    });
    group.finish();
}

/// This process's resident memory in bytes, where the system tells it.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes * 1024)
}

criterion_group! {
    name = proof;
    config = Criterion::default().sample_size(10);
    targets = judging, scanning, contents
}
criterion_main!(proof);
