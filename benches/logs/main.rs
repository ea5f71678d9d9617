//! `cargo bench --bench logs`: what `edactl logs` costs, beside the SDK's own paginator that prints
//! the same lines; and how late a followed line is. Linux only. Figures are worth comparing within
//! one run, not between machines.
//!
//! `cargo bench --bench logs -- history` or `-- follow` runs a part of it.

mod follow;
mod measure;
mod paginator;
mod server;

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use measure::Cost;
use server::{SPAN, START};

const EDACTL: &str = env!("CARGO_BIN_EXE_edactl");
const EVENTS: usize = 1_000_000;
const GROUP: &str = "/bench/history";
/// Each figure is the median of so many runs, taken in turns.
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // This binary plays the other parts, too: each in a process of its own.
        ["serve", delay] => serve(delay.parse().expect("milliseconds")),
        ["paginate", url] => runtime()
            .block_on(paginator::print(url, GROUP))
            .expect("the same lines"),
        _ => {
            let wanted =
                |name| !words.iter().any(|word| !word.starts_with('-')) || words.contains(&name);
            if wanted("history") {
                history(Duration::ZERO);
                history(Duration::from_millis(40));
            }
            if wanted("follow") {
                follow::measure(EDACTL);
            }
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn serve(delay_ms: u64) {
    runtime().block_on(server::serve(
        EVENTS,
        Duration::from_millis(delay_ms),
        |address| println!("http://{address}"),
    ));
}

/// A server in a process of its own, killed when it is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(delay: Duration) -> Self {
        let mut child = this(&["serve", &delay.as_millis().to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
        let stdout = child.stdout.as_mut().expect("a pipe");
        let mut url = String::new();
        BufReader::new(stdout)
            .read_line(&mut url)
            .expect("an address");
        url.truncate(url.trim_end().len());
        Self { child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn this(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.args(arguments);
    command
}

fn edactl(url: &str, home: &Path) -> Command {
    let time = |at| {
        jiff::Timestamp::from_millisecond(at)
            .expect("a time")
            .to_string()
    };
    let mut command = Command::new(EDACTL);
    command
        .env_clear()
        .env("HOME", home)
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .current_dir(home)
        .args([
            "-q",
            "--endpoint-url",
            url,
            "logs",
            "--group",
            GROUP,
            "-o",
            "raw",
        ])
        .args(["--since", &time(START), "--until", &time(START + SPAN)]);
    command
}

fn history(delay: Duration) {
    let server = Server::start(delay);
    let home = tempfile::tempdir().expect("a directory");
    same_lines(&server, home.path());
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(measure::run(
            edactl(&server.url, home.path()).stdout(Stdio::null()),
        ));
        theirs.push(measure::run(
            this(&["paginate", &server.url]).stdout(Stdio::null()),
        ));
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    println!(
        "history: {EVENTS} events over 20 streams, {} ms added to a page",
        delay.as_millis()
    );
    for (name, cost) in [("edactl logs -o raw", ours), ("SDK paginator", theirs)] {
        println!(
            "  {name:18}  CPU {:.2} s  wall {:.2} s  peak {:.1} MB",
            cost.cpu.as_secs_f64(),
            cost.wall.as_secs_f64(),
            f64::from(u32::try_from(cost.peak_kib).unwrap_or(u32::MAX)) / 1_024.0,
        );
    }
    println!(
        "  ratios              CPU {:.2}  wall {:.2}, {:.1} times as fast",
        ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64(),
        ours.wall.as_secs_f64() / theirs.wall.as_secs_f64(),
        theirs.wall.as_secs_f64() / ours.wall.as_secs_f64(),
    );
}

/// Both print the same lines, or comparing their costs says nothing.
fn same_lines(server: &Server, home: &Path) {
    let (one, other) = (home.join("edactl.txt"), home.join("paginator.txt"));
    let file = |path: &Path| File::create(path).expect("a file");
    measure::run(edactl(&server.url, home).stdout(file(&one)));
    measure::run(this(&["paginate", &server.url]).stdout(file(&other)));
    let read = |path: &Path| std::fs::read(path).expect("a file");
    let (ours, theirs) = (read(&one), read(&other));
    let lines = ours.split(|byte| *byte == b'\n').count() - 1;
    assert_eq!(lines, EVENTS, "lines of edactl");
    assert!(ours == theirs, "the lines differ");
}

fn median(costs: &[Cost]) -> Cost {
    fn middle<T: Ord + Copy>(values: impl Iterator<Item = T>) -> T {
        let mut values: Vec<T> = values.collect();
        values.sort_unstable();
        values[values.len() / 2]
    }
    Cost {
        cpu: middle(costs.iter().map(|cost| cost.cpu)),
        wall: middle(costs.iter().map(|cost| cost.wall)),
        peak_kib: middle(costs.iter().map(|cost| cost.peak_kib)),
    }
}
