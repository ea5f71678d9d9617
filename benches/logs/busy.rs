//! Following a group that is written to all the time, from some time back, under the smallest quota
//! that a region has: how late each line is, and how much of the quota that takes.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    process::Stdio,
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use crate::{Server, edactl_logs, events::Busy, measure, server::Behaviour};

const QUOTA: u32 = 5;
/// How far back following begins.
const BACK: Duration = Duration::from_mins(10);
/// Following is behind at first; it is watched for so long after it has caught up.
const STEADY: Duration = Duration::from_mins(3);
/// Behind by less than this, it has caught up.
const CAUGHT_UP: i64 = 3_000;
/// It is given up when it has not caught up by then.
const PATIENCE: Duration = Duration::from_mins(5);
/// A page takes about so long on AWS.
const PAGE: Duration = Duration::from_millis(150);

/// When a line was printed.
struct Printed {
    index: usize,
    at: i64,
}

/// Follows, and says how late the lines were.
pub fn measure() {
    let began = now();
    let back = i64::try_from(BACK.as_millis()).expect("a number");
    let start = began - back;
    let busy = Busy::new(start);
    let behaviour = Behaviour {
        delay: PAGE,
        quota: Some(QUOTA),
    };
    let server = Server::busy(start, behaviour);
    let home = tempfile::tempdir().expect("a directory");
    let mut command = edactl_logs(&server.url, home.path());
    let minutes = format!("{}m", BACK.as_secs() / 60);
    let mut follower = command
        .env("EDACTL_LOG_READS_PER_SECOND", QUOTA.to_string())
        .args(["--follow", "--since", &minutes])
        .stdout(Stdio::piped())
        .spawn()
        .expect("edactl runs");
    let stdout = follower.stdout.take().expect("a pipe");
    let (line, lines) = channel();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut text = String::new();
        while reader.read_line(&mut text).is_ok_and(|read| read > 0) {
            let index = text.split("event ").nth(1).and_then(|rest| rest.get(..7));
            // The last line may be broken off.
            let Some(index) = index.and_then(|index| index.parse().ok()) else {
                return;
            };
            if line.send(Printed { index, at: now() }).is_err() {
                return;
            }
            text.clear();
        }
    });
    let begun = Instant::now();
    let mut caught_up: Option<(i64, Instant, Duration)> = None;
    let mut before = server.calls();
    let mut printed = HashSet::new();
    let mut late = Vec::new();
    while caught_up.is_none_or(|(_, at, _)| at.elapsed() < STEADY)
        && begun.elapsed() < PATIENCE + STEADY
    {
        let Ok(Printed { index, at }) = lines.recv_timeout(Duration::from_secs(30)) else {
            break;
        };
        assert!(printed.insert(index), "line {index} came twice");
        let readable = busy.readable(index);
        match caught_up {
            None if at - busy.written(index) < CAUGHT_UP => {
                caught_up = Some((at, Instant::now(), measure::cpu(follower.id())));
                before = server.calls();
            }
            // What could be read before it had caught up is not late by what it does now.
            Some((since, _, _)) if readable >= since => late.push(at - readable),
            _ => {}
        }
    }
    let (after, ended) = (server.calls(), now());
    let cpu = measure::cpu(follower.id());
    let _ = follower.kill();
    let _ = follower.wait();
    let Some((since, at, before_cpu)) = caught_up else {
        println!("busy: never caught up");
        return;
    };
    let seconds = at.elapsed().as_secs_f64();
    let due = ended - 5_000;
    let missing = (0..busy.index(due))
        .filter(|index| busy.readable(*index) < due && !printed.contains(index))
        .count();
    late.sort_unstable();
    let quantile = |share: usize| late[late.len() * share / 1_000].max(0);
    println!(
        "busy: {} lines/s followed from {} min back at {QUOTA} calls/s (goal: p99 2,000 ms and {} \
         calls/s once it has caught up; limit: 200 ms)",
        Busy::PER_MILLISECOND * 1_000,
        BACK.as_secs() / 60,
        f64::from(QUOTA) / 2.0,
    );
    println!(
        "  caught up after {:.0} s; then, over {seconds:.0} s: late by p50 {} ms, p99 {} ms, p99.9 \
         {} ms, worst {} ms; {:.2} calls/s ({} refused in all); CPU {:.1} %; {} lines not yet \
         printed that could be read 5 s ago",
        f64::from(u32::try_from(since - began).unwrap_or(u32::MAX)) / 1_000.0,
        quantile(500),
        quantile(990),
        quantile(999),
        late[late.len() - 1],
        f64::from(u32::try_from(after.answered - before.answered).unwrap_or(u32::MAX)) / seconds,
        after.refused,
        cpu.saturating_sub(before_cpu).as_secs_f64() / seconds * 100.0,
        missing,
    );
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
