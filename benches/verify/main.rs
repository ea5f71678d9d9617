//! `cargo bench --bench verify`: what a send and a proof cost, as whole processes against the
//! embedded pipeline. Linux only. Times are worth comparing within one run, not between machines.
//!
//! `cargo bench --bench verify -- first` runs a part of it; so do `calls`, `rate`, `send` and
//! `million`. A number besides is that of the messages of the last.

mod account;
#[path = "../support/measure.rs"]
mod measure;
#[path = "../support/quota.rs"]
mod quota;
mod sending;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use account::{Account, log_reads};
use measure::Cost;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if words[..] == ["spin"] {
        loop {
            std::hint::spin_loop();
        }
    }
    let number = words.iter().find_map(|word| word.parse().ok());
    let is_part = |word: &&str| !word.starts_with('-') && word.parse::<u64>().is_err();
    let wanted = |name| !words.iter().any(is_part) || words.contains(&name);
    if wanted("first") {
        first();
    }
    if wanted("calls") {
        calls();
    }
    if wanted("rate") {
        sending::rate();
    }
    if wanted("send") {
        sending::cpu();
    }
    if wanted("million") {
        million(number.unwrap_or(1_000_000));
    }
}

/// The program that is measured: another where `EDACTL` names one, to compare two of them.
fn program() -> String {
    std::env::var("EDACTL").unwrap_or_else(|_| env!("CARGO_BIN_EXE_edactl").to_owned())
}

/// An embedded pipeline of its own, in a directory of its own.
struct Bench {
    home: tempfile::TempDir,
    url: String,
}

impl Bench {
    fn start(settings: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a directory");
        let mut command = edactl(home.path());
        command.args(["local", "start"]).args(settings);
        let started = command.output().expect("edactl runs");
        let started = String::from_utf8_lossy(&started.stdout).into_owned();
        let first = started.lines().next().unwrap_or_default();
        let url = first.rsplit(' ').next().expect("an address").to_owned();
        Self { home, url }
    }

    /// An event of so many entries.
    fn event(&self, entries: usize) -> PathBuf {
        let entries: Vec<String> = (0..entries)
            .map(|index| {
                format!(r#""e{index}":{{"order":{index},"name":"a name of some length"}}"#)
            })
            .collect();
        let path = self.home.path().join("event.json");
        std::fs::write(&path, format!("{{{}}}", entries.join(","))).expect("a file");
        path
    }

    /// `edactl -p local`, quiet.
    fn local(&self, arguments: &[&str]) -> Command {
        let mut command = edactl(self.home.path());
        command
            .args(["-p", "local", "-q"])
            .args(arguments)
            .stdout(Stdio::null());
        command
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = edactl(self.home.path()).args(["local", "stop"]).output();
    }
}

fn edactl(home: &Path) -> Command {
    let mut command = Command::new(program());
    command
        .env_clear()
        .env("HOME", home)
        .env("EDACTL_STATE_DIR", home)
        .current_dir(home);
    command
}

fn show(name: &str, cost: Cost) {
    println!(
        "  {name:24} CPU {:.2} s  wall {:.2} s  peak {:.1} MB",
        cost.cpu.as_secs_f64(),
        cost.wall.as_secs_f64(),
        f64::from(u32::try_from(cost.peak_kib).unwrap_or(u32::MAX)) / 1_024.0,
    );
}

/// From the invocation to the proof.
fn first() {
    println!("two messages, from the start of the process to proven (goal: 0.25 s; limit: 0.1)");
    let bench = Bench::start(&[]);
    let event = bench.event(2);
    let event = event.to_str().expect("a path");
    for _ in 0..3 {
        show("verify", measure::run(&mut bench.local(&["verify", event])));
    }
}

/// Reads of the log by a verify on AWS, whose lines come over a minute.
fn calls() {
    let entries = 10;
    let invocations = 3_000;
    println!(
        "verify of {} messages over 60 s at the pace for AWS (goal: 120 calls; limit: 65)",
        entries * invocations
    );
    for quota in [5, 25] {
        // Messages are sent over a minute, and their lines can be read a minute later: all the
        // while verify watches.
        let bench = Bench::start(&["--log-delay", "60s"]);
        let event = bench.event(entries);
        let account = Account::open(&bench.url, quota);
        let mut command = edactl(bench.home.path());
        command
            .env("AWS_ACCESS_KEY_ID", "key")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("EDACTL_LOG_READS_PER_SECOND", quota.to_string())
            .args(["--endpoint-url", &account.url, "--region", "us-east-1"])
            .args(["--producer", "edactl-local-producer", "-q", "verify"])
            .arg(event)
            .args(["--repeat", &invocations.to_string(), "--rate", "50"])
            .stdout(Stdio::null());
        let cost = measure::run(&mut command);
        let calls = account.calls();
        let (reads, refused) = log_reads(&calls);
        // The first minute is the sending's.
        let watched = (cost.wall.saturating_sub(Duration::from_mins(1))).as_secs_f64();
        #[allow(clippy::cast_precision_loss)] // A handful.
        let rate = reads as f64 / watched;
        println!(
            "  {quota:2} calls/s: {reads} calls ({refused} refused) over {watched:.0} s of watching, \
             {rate:.2} a second; CPU {:.2} s",
            cost.cpu.as_secs_f64()
        );
        let others = calls
            .iter()
            .filter(|(name, _)| !name.ends_with("/invocations"));
        for (name, count) in others {
            println!("      {count:6} {name}");
        }
    }
}

/// A big run: sent, verified, reported.
fn million(messages: usize) {
    let entries = 100;
    let invocations = messages.div_ceil(entries);
    println!(
        "{} messages (goals: verify 3 s of CPU, and a peak of 90 MB of each; limit: 0.5 s)",
        entries * invocations
    );
    let bench = Bench::start(&["--log-megabytes", "4000", "--idle", "1h"]);
    let event = bench.event(entries);
    let event = event.to_str().expect("a path");
    let repeat = invocations.to_string();
    let sent = measure::run(&mut bench.local(&["send", event, "--repeat", &repeat]));
    show("send", sent);
    let verify = || {
        let mut command = bench.local(&["verify", "--run", "last"]);
        command.args(["--timeout", "20m"]);
        measure::run(&mut command)
    };
    show("verify, while it arrives", verify());
    show("verify, once it has", verify());
    for part in ["report", "trace"] {
        show(part, measure::run(&mut bench.local(&[part, "last"])));
    }
    let mut json = bench.local(&["report", "last", "-o", "json"]);
    show("report -o json", measure::run(&mut json));
}
