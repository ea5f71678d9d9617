//! Sending: whether a rate is kept on a busy machine, and what an invocation costs.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde::Deserialize;

use crate::{Bench, edactl, measure};

/// Processes that take up the machine.
const SPINNERS: usize = 8;
const RATE: u32 = 200;
const SECONDS: u32 = 15;

/// Keeps a processor busy until it is dropped.
struct Spinner(Child);

impl Spinner {
    fn start() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        Self(command.arg("spin").spawn().expect("a process"))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether `--rate` is kept, idle and under load.
pub fn rate() {
    println!("send --rate {RATE} for {SECONDS} s (goal: within 1 %)");
    let bench = Bench::start(&[]);
    let event = bench.event(2);
    let event = event.to_str().expect("a path");
    for spinners in [0, SPINNERS] {
        let busy: Vec<Spinner> = (0..spinners).map(|_| Spinner::start()).collect();
        let (rate, repeat) = (RATE.to_string(), (RATE * SECONDS).to_string());
        // Whether edactl says that it could not keep the rate stands on stderr.
        let mut command = edactl(bench.home.path());
        command
            .args(["-p", "local", "send", event, "--rate", &rate])
            .args(["--repeat", &repeat])
            .stdout(Stdio::null());
        let output = command.output().expect("edactl runs");
        drop(busy);
        let made = made(bench.home.path());
        println!(
            "  beside {spinners} busy processes: {made:.2} a second, {:.2} % of what was asked for",
            made / f64::from(RATE) * 100.0
        );
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        for line in told.lines().filter(|line| line.contains("a second")) {
            println!("    it says: {line}");
        }
    }
}

/// How many invocations a second the newest record tells of, from the first to the last.
fn made(home: &Path) -> f64 {
    #[derive(Deserialize)]
    struct Line {
        line: Option<String>,
        at: Option<jiff::Timestamp>,
    }
    let runs = std::fs::read_dir(home.join("runs")).expect("records");
    let records = runs.filter_map(|entry| Some(entry.ok()?.path()));
    let mut records: Vec<PathBuf> = records
        .filter(|path| path.extension().is_some_and(|found| found == "jsonl"))
        .collect();
    records.sort();
    let newest = records.last().expect("a record");
    let text = std::fs::read_to_string(newest).expect("a record");
    let lines = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let times: Vec<jiff::Timestamp> = lines
        .filter(|line: &Line| line.line.as_deref() == Some("invoking"))
        .filter_map(|line| line.at)
        .collect();
    let (first, last) = (times.iter().min(), times.iter().max());
    let span = first
        .zip(last)
        .map(|(first, last)| last.duration_since(*first));
    let intervals = u32::try_from(times.len().saturating_sub(1)).unwrap_or(u32::MAX);
    f64::from(intervals) / span.expect("invocations").as_secs_f64()
}

/// What an invocation costs the sender.
pub fn cpu() {
    let invocations = 10_000;
    let bench = Bench::start(&[]);
    let event = bench.event(1);
    let event = event.to_str().expect("a path");
    let repeat = invocations.to_string();
    println!("send of {invocations} invocations (goal: 0.03 s of CPU per 1,000)");
    for _ in 0..3 {
        let cost = measure::run(&mut bench.local(&["send", event, "--repeat", &repeat]));
        println!(
            "  CPU {:.3} s per 1,000 invocations, {:.2} s of wall time",
            cost.cpu.as_secs_f64() / f64::from(invocations) * 1_000.0,
            cost.wall.as_secs_f64() / f64::from(invocations) * 1_000.0,
        );
    }
}
