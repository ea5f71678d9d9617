//! How late a followed line is, from queryable to printed through a pipe; and what idling costs.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::mpsc::channel,
    time::{Duration, Instant},
};

use aws_sdk_cloudwatchlogs::types::InputLogEvent;

use crate::{measure, paginator};

const GROUP: &str = "/bench/follow";
const LINES: usize = 1_000;
const IDLE: Duration = Duration::from_secs(30);

/// Measures on an embedded pipeline of its own, in a state directory of its own.
pub fn measure(edactl: &str) {
    let state = tempfile::tempdir().expect("a directory");
    let command = |arguments: &[&str]| {
        let mut command = Command::new(edactl);
        command
            .env("EDACTL_STATE_DIR", state.path())
            .args(arguments);
        command
    };
    let started = command(&["local", "start"]).output().expect("edactl runs");
    let started = String::from_utf8_lossy(&started.stdout).into_owned();
    let first = started.lines().next().unwrap_or_default();
    let url = first.rsplit(' ').next().expect("an address").to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let logs = runtime.block_on(async {
        let logs = aws_sdk_cloudwatchlogs::Client::new(&paginator::sdk(&url).await);
        logs.create_log_group()
            .log_group_name(GROUP)
            .send()
            .await
            .expect("a group");
        let stream = logs
            .create_log_stream()
            .log_group_name(GROUP)
            .log_stream_name("s");
        stream.send().await.expect("a stream");
        logs
    });
    let mut follower = command(&[
        "-p", "local", "-q", "logs", "--follow", "-o", "raw", "--group", GROUP,
    ])
    .stdout(Stdio::piped())
    .spawn()
    .expect("edactl runs");
    let stdout = follower.stdout.take().expect("a pipe");
    let (line, lines) = channel();
    std::thread::spawn(move || {
        for read in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = line.send((read, Instant::now()));
        }
    });
    // Following has settled down when the first line has come and nothing has for a while.
    let put = |text: String| {
        runtime.block_on(async {
            let event = InputLogEvent::builder()
                .timestamp(jiff::Timestamp::now().as_millisecond())
                .message(text)
                .build();
            logs.put_log_events()
                .log_group_name(GROUP)
                .log_stream_name("s")
                .log_events(event.expect("an event"))
                .send()
                .await
                .expect("a write");
        });
        Instant::now()
    };
    put("first".into());
    lines
        .recv_timeout(Duration::from_secs(20))
        .expect("the first line");
    std::thread::sleep(Duration::from_secs(3));
    let before = measure::cpu(follower.id());
    std::thread::sleep(IDLE);
    let idle = measure::cpu(follower.id()).saturating_sub(before);
    let mut written = HashMap::new();
    for index in 0..LINES {
        let text = format!("line {index}");
        written.insert(text.clone(), put(text));
        // From a line every 10 ms to one in a second, most of them close together.
        let place = u64::try_from(index * 7_919 % 100).unwrap_or_default();
        let pause = if place == 0 { 1_000 } else { 10 + place / 2 };
        std::thread::sleep(Duration::from_millis(pause));
    }
    let mut late: Vec<Duration> = (0..LINES)
        .map(|_| {
            let (line, at) = lines.recv_timeout(Duration::from_secs(20)).expect("a line");
            at.saturating_duration_since(written.remove(&line).expect("a line that was written"))
        })
        .collect();
    late.sort_unstable();
    let _ = follower.kill();
    let _ = follower.wait();
    let _ = command(&["local", "stop"]).output();
    println!(
        "follow: {LINES} lines through a pipe, queryable to printed: p50 {} ms, p99 {} ms, worst \
         {} ms; idle {} ms of CPU a minute",
        late[LINES / 2].as_millis(),
        late[LINES * 99 / 100].as_millis(),
        late[LINES - 1].as_millis(),
        idle.as_millis() * 60_000 / IDLE.as_millis(),
    );
}
