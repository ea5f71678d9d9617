//! `cargo bench --bench logs`: what `edactl logs` costs, beside the SDK's own paginator that prints
//! the same lines; how many calls it makes of those that the quota of a region allows; and how late
//! a followed line is. Linux only. Times are worth comparing within one run, not between machines.
//!
//! `cargo bench --bench logs -- history` runs a part of it; so do `dump`, `tail`, `busy` and
//! `follow`.

mod busy;
mod calls;
mod events;
mod floor;
mod follow;
#[path = "../support/measure.rs"]
mod measure;
mod paginator;
#[path = "../support/quota.rs"]
mod quota;
mod server;

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use events::{Busy, History, SPAN, START};
use measure::Cost;
use server::{Behaviour, Calls};

const EVENTS: usize = 1_000_000;
const GROUP: &str = "/bench/history";
/// Each figure is the median of so many runs, taken in turns.
const RUNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // This binary plays the other parts, too: each in a process of its own.
        ["serve", count, behaviour] => {
            let count = count.parse().expect("a number");
            serve(History::new(count), behaviour);
        }
        ["serve-busy", start, behaviour] => {
            serve(Busy::new(start.parse().expect("a time")), behaviour);
        }
        ["floor", url] => floor::read(url),
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
            if wanted("dump") {
                calls::dump();
            }
            if wanted("tail") {
                calls::tail();
            }
            if wanted("busy") {
                busy::measure();
            }
            if wanted("follow") {
                follow::measure(&program());
            }
        }
    }
}

/// The program that is measured: another where `EDACTL` names one, to compare two of them.
fn program() -> String {
    std::env::var("EDACTL").unwrap_or_else(|_| env!("CARGO_BIN_EXE_edactl").to_owned())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

fn serve(events: impl events::Events, behaviour: &str) {
    let behaviour: Behaviour = serde_json::from_str(behaviour).expect("a behaviour");
    runtime().block_on(server::serve(events, behaviour, |address| {
        println!("http://{address}");
    }));
}

/// A server in a process of its own, killed when it is dropped.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// One that holds a history of so many events.
    fn history(count: usize, behaviour: Behaviour) -> Self {
        Self::start("serve", &count.to_string(), behaviour)
    }

    /// One that is written to since this time, in milliseconds.
    fn busy(start: i64, behaviour: Behaviour) -> Self {
        Self::start("serve-busy", &start.to_string(), behaviour)
    }

    fn start(part: &str, events: &str, behaviour: Behaviour) -> Self {
        let behaviour = serde_json::to_string(&behaviour).expect("JSON");
        let mut child = this(&[part, events, &behaviour])
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

    /// What was asked of it so far.
    fn calls(&self) -> Calls {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")
            .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
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

/// `edactl logs` of the group.
fn edactl_logs(url: &str, home: &Path) -> Command {
    let mut command = Command::new(program());
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
        ]);
    command
}

/// The same, of a whole history.
fn edactl(url: &str, home: &Path) -> Command {
    let time = |at| {
        jiff::Timestamp::from_millisecond(at)
            .expect("a time")
            .to_string()
    };
    let mut command = edactl_logs(url, home);
    command.args(["--since", &time(START), "--until", &time(START + SPAN)]);
    command
}

fn history(delay: Duration) {
    let server = Server::history(EVENTS, Behaviour { delay, quota: None });
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
