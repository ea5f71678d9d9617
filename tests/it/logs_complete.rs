//! `edactl logs` against an endpoint that misbehaves: nothing missing, nothing twice, in order.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use proptest::{
    prelude::*,
    test_runner::{Config, FileFailurePersistence, RngSeed},
};

use crate::support::{
    CliSandbox, Ran,
    log_server::{Event, LogServer, Misbehaviour},
    random,
};

const GROUP: &str = "/aws/lambda/consumer";
const OTHER: &str = "/aws/lambda/producer";
/// 2026-11-24T12:00:00Z.
const NOON: i64 = 1_795_521_600_000;

fn logs(sandbox: &CliSandbox, server: &LogServer, arguments: &str) -> Command {
    let mut command = sandbox.edactl_with_account();
    command
        .args(["logs", "-o", "raw", "--group", GROUP, "--endpoint-url"])
        .arg(server.url())
        .args(arguments.split_whitespace());
    command
}

fn run(mut command: Command) -> Ran {
    command.output().expect("edactl runs").into()
}

/// The lines of a history of everything.
#[track_caller]
fn history(server: &LogServer, arguments: &str) -> Vec<String> {
    let sandbox = CliSandbox::new();
    let span = format!("--since {} --until {}", time(NOON), time(NOON + 86_400_000));
    let ran = run(logs(&sandbox, server, &format!("{span} {arguments}"))).expect(0);
    assert!(ran.stderr.contains("events"), "{}", ran.stderr);
    ran.stdout.lines().map(str::to_owned).collect()
}

fn time(at: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at);
    at.expect("a time of this century").to_string()
}

/// So many events over an hour in several streams; some share their millisecond, some their text.
fn events(count: usize) -> Vec<Event> {
    let mut events: Vec<Event> = (0..count)
        .map(|index| {
            let number = i64::try_from(index).expect("a small number");
            let at = NOON + number * 3_600_000 / i64::try_from(count).expect("a small number");
            let at = at - at % 3;
            Event {
                at,
                ingested: at + (number * 7) % 5,
                stream: format!("stream-{}", index % 20),
                text: format!("line {index}\n"),
                readable: None,
            }
        })
        .collect();
    // Not written in the order of time.
    events.sort_by_key(|event| event.text.len() * 31 % 17);
    events
}

/// The lines of these events, written in this order, as they are to be printed.
fn expected(events: &[Event]) -> Vec<String> {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|index| (events[*index].at, events[*index].ingested, *index));
    order
        .iter()
        .map(|index| events[*index].text.trim_end().to_owned())
        .collect()
}

#[track_caller]
fn reads_all(events: Vec<Event>, misbehaviour: &Misbehaviour) {
    let expected = expected(&events);
    let server = LogServer::start(misbehaviour.clone());
    server.write(GROUP, events);
    let mut printed = history(&server, "");
    if misbehaviour.no_ingestion || misbehaviour.no_ids {
        // Without these nothing tells the order within a millisecond.
        let mut wanted = expected;
        printed.sort();
        wanted.sort();
        assert!(printed == wanted, "{} of {}", printed.len(), wanted.len());
    } else {
        assert!(
            printed == expected,
            "{} of {}, first difference: {:?}",
            printed.len(),
            expected.len(),
            printed
                .iter()
                .zip(&expected)
                .find(|(one, other)| one != other)
        );
    }
}

fn kind() -> Misbehaviour {
    Misbehaviour {
        page: 500,
        ..Misbehaviour::default()
    }
}

#[test]
fn pages_with_tokens() {
    reads_all(events(20_000), &kind());
}

#[test]
fn empty_pages_with_tokens() {
    reads_all(
        events(3_000),
        &Misbehaviour {
            empty_every: 2,
            ..kind()
        },
    );
}

#[test]
fn full_pages_without_a_token() {
    reads_all(
        events(45_000),
        &Misbehaviour {
            no_token: true,
            ..kind()
        },
    );
}

#[test]
fn full_pages_without_a_token_or_an_order() {
    let misbehaviour = Misbehaviour {
        no_token: true,
        shuffled: true,
        ..kind()
    };
    reads_all(events(25_000), &misbehaviour);
}

#[test]
fn events_without_ids_some_of_them_equal() {
    let mut events = events(2_000);
    for event in &mut events {
        event.text = format!("equal {}", event.at % 11);
    }
    reads_all(
        events,
        &Misbehaviour {
            no_ids: true,
            ..kind()
        },
    );
}

#[test]
fn pages_and_events_in_any_order() {
    reads_all(
        events(20_000),
        &Misbehaviour {
            shuffled: true,
            page: 2_000,
            ..kind()
        },
    );
}

#[test]
fn pages_that_overlap() {
    reads_all(
        events(3_000),
        &Misbehaviour {
            overlap: 100,
            ..kind()
        },
    );
}

#[test]
fn throttling_and_broken_answers() {
    let misbehaviour = Misbehaviour {
        throttle_every: 5,
        break_every: 4,
        page: 1_000,
        ..kind()
    };
    reads_all(events(5_000), &misbehaviour);
}

#[test]
fn tokens_that_expire() {
    reads_all(
        events(4_000),
        &Misbehaviour {
            expire_every: 7,
            ..kind()
        },
    );
}

#[test]
fn an_end_that_is_taken_as_exclusive() {
    // One in each millisecond, so that wherever a window ends there is one to lose.
    let mut events = events(25_000);
    for (at, event) in (NOON..).zip(&mut events) {
        event.at = at;
    }
    reads_all(
        events,
        &Misbehaviour {
            exclusive_end: true,
            page: 10_000,
            ..kind()
        },
    );
}

#[test]
fn many_events_in_one_millisecond() {
    let mut events = events(30_000);
    for event in &mut events[..18_000] {
        event.at = NOON + 1_800_000;
    }
    reads_all(
        events,
        &Misbehaviour {
            page: 10_000,
            ..kind()
        },
    );
}

#[test]
fn what_the_endpoint_keeps_back_is_told() {
    let mut events = events(12_000);
    for event in &mut events {
        event.at = NOON;
    }
    let server = LogServer::start(Misbehaviour {
        no_token: true,
        ..kind()
    });
    server.write(GROUP, events);
    let sandbox = CliSandbox::new();
    let span = format!(
        "--since {} --until {}",
        time(NOON - 5_000),
        time(NOON + 5_000)
    );
    let ran = run(logs(&sandbox, &server, &span)).expect(4);
    assert!(
        ran.stderr
            .contains("NOT complete: the endpoint gave only a part of 1 millisecond"),
        "{}",
        ran.stderr
    );
}

#[test]
fn two_groups_are_one_sequence() {
    let all = events(6_000);
    let server = LogServer::start(kind());
    let (one, other): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|event| event.at % 2 == 0);
    server.write(GROUP, one);
    server.write(OTHER, other);
    let mut times: Vec<i64> = all.iter().map(|event| event.at).collect();
    times.sort_unstable();
    let at = |line: &String| {
        all.iter()
            .find(|event| event.text.trim_end() == line)
            .map(|event| event.at)
            .expect("a line that was written")
    };
    let printed: Vec<i64> = history(&server, &format!("--group {OTHER}"))
        .iter()
        .map(at)
        .collect();
    assert_eq!(printed, times);
}

#[test]
fn the_last_lines_are_found_without_reading_all() {
    let all = events(40_000);
    let expected = expected(&all);
    let server = LogServer::start(Misbehaviour {
        page: 10_000,
        ..kind()
    });
    server.write(GROUP, all);
    let sandbox = CliSandbox::new();
    let until = time(NOON + 3_600_000);
    let ran = logs(
        &sandbox,
        &server,
        &format!("--tail 25 --until {until} --since {}", time(NOON)),
    );
    let printed: Vec<String> = run(ran)
        .expect(0)
        .stdout
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(printed, expected[expected.len() - 25..]);
    assert!(server.requests() <= 2, "{} requests", server.requests());
}

/// A followed group, line by line.
struct Following {
    child: Child,
    lines: Receiver<String>,
}

impl Following {
    fn start(sandbox: &CliSandbox, server: &LogServer) -> Self {
        let mut child = logs(sandbox, server, "--follow --since 1h --poll 20ms")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("edactl runs");
        let stdout = child.stdout.take().expect("a pipe");
        let (line, lines) = channel();
        std::thread::spawn(move || {
            for read in BufReader::new(stdout).lines() {
                let _ = line.send(read.expect("text"));
            }
        });
        Self { child, lines }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// The next so many lines, and none besides until it is interrupted.
    #[track_caller]
    fn ends_with(mut self, count: usize) -> Vec<String> {
        let next = || self.lines.recv_timeout(Duration::from_secs(30));
        let lines: Vec<String> = (0..count).map_while(|_| next().ok()).collect();
        assert_eq!(lines.len(), count, "a line is missing");
        self.signal("-INT");
        assert_eq!(self.child.wait().expect("it ends").code(), Some(130));
        let more: Vec<String> = self.lines.iter().collect();
        assert!(more.is_empty(), "twice: {more:?}");
        lines
    }
}

/// Events of now, each in a stream of its own, that become readable one after the other.
fn late_events(count: usize, apart: Duration) -> Vec<Event> {
    let now = jiff::Timestamp::now().as_millisecond();
    (0..count)
        .map(|index| {
            let number = u32::try_from(index).expect("a small number");
            Event {
                // The later ones carry the earlier times.
                at: now - i64::from(number) * 40,
                ingested: now,
                stream: format!("stream-{index}"),
                text: format!("late {index:03}"),
                readable: Some(Instant::now() + apart * number),
            }
        })
        .collect()
}

#[test]
fn following_finds_late_events_of_new_streams_also_after_a_stop() {
    for misbehaviour in [
        kind(),
        Misbehaviour {
            no_ids: true,
            page: 3,
            throttle_every: 9,
            ..kind()
        },
        Misbehaviour {
            shuffled: true,
            empty_every: 3,
            page: 5,
            ..kind()
        },
    ] {
        let server = LogServer::start(misbehaviour);
        let sandbox = CliSandbox::new();
        let following = Following::start(&sandbox, &server);
        // The group appears while it is being followed.
        let events = late_events(100, Duration::from_millis(15));
        let expected: Vec<String> = events.iter().map(|event| event.text.clone()).collect();
        server.write(GROUP, events);
        let first = following.lines.recv_timeout(Duration::from_secs(30));
        let mut printed = vec![first.expect("a line")];
        following.signal("-STOP");
        // Stopped for as long as thirty events take.
        std::thread::sleep(Duration::from_millis(450));
        following.signal("-CONT");
        printed.extend(following.ends_with(99));
        printed.sort();
        assert_eq!(printed, expected);
    }
}

prop_compose! {
    fn misbehaviour()(
        page in 40..400_usize,
        no_ids: bool,
        empty_every in 0..5_usize,
        throttle_every in 0..12_usize,
        break_every in 0..12_usize,
        expire_every in 0..12_usize,
        shuffled: bool,
        overlap in 0..30_usize,
        exclusive_end: bool,
        no_ingestion: bool,
    ) -> Misbehaviour {
        // One of two, or of one, never gets anywhere.
        let at_least = |every: usize| if every < 4 { 0 } else { every };
        Misbehaviour {
            page,
            no_token: false,
            no_ids,
            empty_every: if empty_every == 1 { 0 } else { empty_every },
            throttle_every: at_least(throttle_every),
            break_every: at_least(break_every),
            expire_every: at_least(expire_every),
            shuffled,
            overlap,
            exclusive_end,
            no_ingestion,
        }
    }
}

proptest! {
    #![proptest_config(Config {
        cases: random::cases(12),
        rng_seed: RngSeed::Fixed(random::seed(None)),
        max_shrink_iters: 60,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..Config::default()
    })]

    #[test]
    fn all_misbehaviours_together(misbehaviour in misbehaviour(), count in 0..1_500_usize) {
        reads_all(events(count), &misbehaviour);
    }
}
