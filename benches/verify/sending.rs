//! Sending: whether a rate is kept on a busy machine, and what an invocation costs.

use std::process::{Child, Command, Stdio};

use crate::{Bench, measure};

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
        let mut command = bench.local(&["send", event, "--rate", &rate, "--repeat", &repeat]);
        command.args(["-o", "json"]).stdout(Stdio::piped());
        let output = command.output().expect("edactl runs");
        drop(busy);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        println!("  beside {spinners} busy processes: {}", report["pace"]);
    }
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
