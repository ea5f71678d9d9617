//! Reading logs from an endpoint that honours windows of time: how many calls it takes, what a
//! circle of tokens means, and that what is read again and again is given once.

mod page_server;

use std::{ops::ControlFlow, time::Duration};

use edactl_aws::logs::{EventRef, EventSink, LogsClient, Pass, Reach, Tail, TailRequest};
use jiff::{SignedDuration, Timestamp};
use page_server::{Behaviour, Event, PageServer};

const GROUP: &str = "/aws/lambda/consumer";
/// 2026-11-24T12:00:00Z.
const NOON: i64 = 1_795_521_600_000;
const HOUR: i64 = 3_600_000;

/// Keeps the texts.
#[derive(Default)]
struct Texts(Vec<String>);

impl EventSink for Texts {
    fn take(&mut self, event: EventRef<'_>) {
        self.0.push(event.message.to_owned());
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("a time of this century")
}

/// So many events, evenly over an hour.
fn events(count: i64) -> Vec<Event> {
    (0..count)
        .map(|index| (NOON + index * HOUR / count, format!("{index:07}")))
        .collect()
}

async fn history(server: &PageServer, quota: Option<u32>) -> (Pass, Vec<String>) {
    let client = LogsClient::new(&server.session(quota).await);
    let mut texts = Texts::default();
    let span = (at(NOON), at(NOON + HOUR));
    let pass = client
        .history(&[GROUP.to_owned()], span, None, &mut texts)
        .await
        .expect("a history");
    (pass, texts.0)
}

#[tokio::test]
async fn a_history_takes_little_more_than_a_call_a_page() {
    let server = PageServer::start(Behaviour::default()).await;
    server.write(events(100_000));
    let (pass, texts) = history(&server, None).await;
    assert_eq!(texts.len(), 100_000);
    assert!(texts.is_sorted());
    assert_eq!((pass.gaps, pass.unfinished), (0, 0));
    let calls = server.state().calls;
    assert!(calls <= 14, "{calls} calls for ten pages");
}

#[tokio::test]
async fn a_few_pages_are_read_on_from_the_first() {
    let server = PageServer::start(Behaviour::default()).await;
    server.write(events(35_000));
    assert_eq!(history(&server, None).await.1.len(), 35_000);
    assert_eq!(server.state().calls, 4);
}

#[tokio::test]
async fn a_burst_in_a_window_is_kept_and_read_on() {
    let server = PageServer::start(Behaviour {
        page: 1_000,
        ..Behaviour::default()
    })
    .await;
    server.write(events(8_000));
    // A minute of five thousand in the middle.
    server
        .write((0..5_000).map(|index| (NOON + HOUR / 2 + index * 12, format!("burst {index:05}"))));
    assert_eq!(history(&server, None).await.1.len(), 13_000);
    let calls = server.state().calls;
    assert!(calls <= 20, "{calls} calls for thirteen pages");
}

#[tokio::test]
async fn an_endpoint_of_ones_own_has_no_quota_but_what_is_said() {
    let server = PageServer::start(Behaviour::default()).await;
    assert_eq!(server.session(None).await.log_reads_per_second(), None);
    assert_eq!(
        server.session(Some(5)).await.log_reads_per_second(),
        Some(5)
    );
}

#[tokio::test]
async fn what_is_refused_for_the_rate_is_asked_for_again() {
    let server = PageServer::start(Behaviour {
        page: 1_000,
        refuse_every: 3,
        ..Behaviour::default()
    })
    .await;
    server.write(events(8_000));
    assert_eq!(history(&server, None).await.1.len(), 8_000);
    assert!(server.state().refused > 0);
}

#[tokio::test]
async fn tokens_in_a_circle_are_no_end_of_the_log() {
    let circles = [
        // The same token again.
        Behaviour {
            page: 1_000,
            loop_after: Some(1),
            ..Behaviour::default()
        },
        // Two in turn, on empty pages.
        Behaviour {
            page: 1_000,
            empty_circle: true,
            ..Behaviour::default()
        },
    ];
    for behaviour in circles {
        let server = PageServer::start(behaviour.clone()).await;
        server.write(events(3_500));
        let (pass, texts) = history(&server, None).await;
        assert!(pass.unfinished > 0, "{behaviour:?}");
        assert!(!texts.is_empty() && texts.len() < 3_500, "{behaviour:?}");
    }
}

#[tokio::test]
async fn a_circle_holds_back_that_the_past_is_over() {
    let server = PageServer::start(Behaviour {
        page: 1_000,
        empty_circle: true,
        ..Behaviour::default()
    })
    .await;
    server.write(events(3_000));
    let mut tail = tail(&server, Duration::from_secs(1)).await;
    let mut texts = Texts::default();
    let now = at(NOON + 2 * HOUR);
    let pass = tail
        .pass(now, Reach::Window, &mut texts)
        .await
        .expect("a pass");
    assert!(pass.unfinished > 0);
    assert_eq!(pass.whole_at, None);
    let given = texts.0.len();
    assert!(given < 3_000);
    // Once the endpoint has mended its ways, what it kept back is given, and nothing twice.
    server.state().is_mended = true;
    let pass = tail
        .pass(now, Reach::Window, &mut texts)
        .await
        .expect("a pass");
    assert_eq!(pass.whole_at, Some(now));
    texts.0.sort();
    texts.0.dedup();
    assert_eq!(texts.0.len(), 3_000);
}

async fn tail(server: &PageServer, settle: Duration) -> Tail {
    let client = LogsClient::new(&server.session(None).await);
    client.tail(TailRequest {
        groups: vec![GROUP.to_owned()],
        since: at(NOON),
        pattern: None,
        settle,
        sweep_every: Duration::ZERO,
        leaves_half: false,
    })
}

#[tokio::test]
async fn a_moment_between_two_milliseconds_gives_nothing_twice() {
    let server = PageServer::start(Behaviour::default()).await;
    server.write(events(3_600));
    let mut tail = tail(&server, Duration::from_secs(1)).await;
    let mut texts = Texts::default();
    // Settled up to a fraction of the millisecond that an event carries.
    let mut now = at(NOON + 60_000 + 1_000) + SignedDuration::from_nanos(456_789);
    for _ in 0..5 {
        tail.pass(now, Reach::Window, &mut texts)
            .await
            .expect("a pass");
        now += SignedDuration::from_millis(1_000);
    }
    let given = texts.0.len();
    texts.0.sort();
    texts.0.dedup();
    assert_eq!(texts.0.len(), given);
}

/// Goes on with the sweeps until one is at its end.
async fn sweep(tail: &mut Tail, texts: &mut Texts) -> Pass {
    loop {
        let swept = tail.next_swept().await;
        if let Some(pass) = tail.take_swept(swept, texts).expect("a sweep") {
            return pass;
        }
    }
}

#[tokio::test]
async fn what_comes_late_is_found_by_a_sweep_and_given_once() {
    let server = PageServer::start(Behaviour::default()).await;
    server.write(events(1_000));
    let mut tail = tail(&server, Duration::from_hours(2)).await;
    let mut texts = Texts::default();
    let now = at(NOON + HOUR);
    let pass = tail
        .pass(now, Reach::Window, &mut texts)
        .await
        .expect("a pass");
    assert_eq!((texts.0.len(), pass.whole_at), (1_000, Some(now)));
    server.write([
        (NOON + 5, "late".to_owned()),
        (NOON + HOUR - 1, "new".to_owned()),
    ]);
    // A look at the recent events sees only what is near.
    let pass = tail
        .pass(now, Reach::Recent, &mut texts)
        .await
        .expect("a look");
    assert_eq!(texts.0.last().map(String::as_str), Some("new"));
    assert_eq!((texts.0.len(), pass.whole_at), (1_001, None));
    let pass = sweep(&mut tail, &mut texts).await;
    assert_eq!(texts.0.last().map(String::as_str), Some("late"));
    assert_eq!((texts.0.len(), pass.whole_at), (1_002, Some(now)));
    sweep(&mut tail, &mut texts).await;
    assert_eq!(texts.0.len(), 1_002);
}

#[tokio::test]
async fn looks_at_a_busy_group_take_a_call_each() {
    let server = PageServer::start(Behaviour::default()).await;
    // 2,000 a second.
    let write = |from: i64, until: i64| {
        server.write((from * 2..until * 2).map(|index| (NOON + index / 2, format!("{index:07}"))));
    };
    write(0, 100_000);
    let mut tail = tail(&server, Duration::from_secs(30)).await;
    let mut texts = Texts::default();
    let now = |millis| at(NOON + millis);
    tail.pass(now(100_000), Reach::Window, &mut texts)
        .await
        .expect("a pass");
    // The first look goes as far back as ever, and tells how much there is.
    tail.pass(now(100_000), Reach::Recent, &mut texts)
        .await
        .expect("a look");
    let before = server.state().calls;
    for look in 1..=8 {
        let millis = 100_000 + look * 700;
        write(millis - 700, millis);
        tail.pass(now(millis), Reach::Recent, &mut texts)
            .await
            .expect("a look");
    }
    assert_eq!(server.state().calls - before, 8);
    assert_eq!(texts.0.len(), 2 * 105_600);
    let given = texts.0.len();
    texts.0.sort();
    texts.0.dedup();
    assert_eq!(texts.0.len(), given);
}

#[tokio::test]
async fn the_last_lines_are_found_in_a_guess_and_a_page() {
    for knows_direction in [true, false] {
        let server = PageServer::start(Behaviour {
            knows_direction,
            ..Behaviour::default()
        })
        .await;
        server.write(events(127_000));
        let client = LogsClient::new(&server.session(None).await);
        let groups = [GROUP.to_owned()];
        let end = at(NOON + 24 * HOUR);
        let guess = client
            .latest_from(&groups, (at(NOON), end), None)
            .await
            .expect("an answer")
            .expect("a guess");
        let mut texts = Texts::default();
        let pass = client
            .history_of_a_page(&groups, (guess, end), None, &mut texts)
            .await
            .expect("an answer");
        // Without the direction the guess is wrong, and the reading says so.
        assert_eq!(pass.is_too_long, !knows_direction);
        if knows_direction {
            assert!(texts.0.len() > 1_000);
            assert_eq!(texts.0.last().map(String::as_str), Some("0126999"));
            assert_eq!(server.state().calls, 2);
        }
    }
}
