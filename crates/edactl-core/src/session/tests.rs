//! What is looked at when, and when a verify is over.

mod ends;
mod looks;

use jiff::Timestamp;

use super::*;
use crate::{
    clock::ClockBounds,
    event::{
        Event, MarkerPolicy,
        marker::{Markers, RunId},
    },
    ledger::Sending,
    run::{Line, Outcome as Sent, Plan, Run},
    topology::Pipeline,
    waits::Waits,
};

const DEADLINE: Duration = Duration::from_mins(5);

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A verify of one payload that was sent, at an emulator, whose dead-letter queue was empty.
fn session() -> Session {
    session_of(answered(), Environment::Emulator, false)
}

fn answered() -> Sent {
    Sent::Answered {
        request_id: None,
        status: Some(200),
        sent: Some(1),
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: None,
    }
}

/// The same, where the producer said this, on this environment, with or without metrics.
fn session_of(outcome: Sent, environment: Environment, metrics: bool) -> Session {
    let sources = Sources {
        logs: true,
        queue: true,
        dlq: true,
        metrics,
    };
    session_with(&run_of(outcome), environment, sources)
}

/// A run of one payload, of which the producer said this.
fn run_of(outcome: Sent) -> Run {
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse("e", r#"{"a": {"n": 1}}"#, &policy).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let id = RunId::new(now, 0);
    let mut run = Run::new(Plan::new(id, now, Pipeline::named("p"), &[event], 1));
    run.apply(Line::Invoked {
        invocation: 0,
        at: now,
        outcome,
    });
    run
}

fn session_with(run: &Run, environment: Environment, sources: Sources) -> Session {
    let now = Timestamp::UNIX_EPOCH;
    let (matcher, groups) = Matcher::new(run);
    let sending = Sending {
        letters_at_send: Some(0),
        ..Sending::of(run, groups, &ClockBounds::default(), now)
    };
    let waits = Waits::of(environment, Some(Duration::from_secs(2)));
    let ledger = Ledger::new(sending, Facts::default(), waits);
    Session::new(
        matcher,
        ledger,
        Rules::default(),
        environment,
        sources,
        DEADLINE,
    )
}

fn is_over(session: &Session, now: Duration) -> bool {
    let (judgement, verdict) = session.verdict(now, &[]);
    session.is_over(&judgement, &verdict, now)
}

#[test]
fn each_look_is_made_once_until_its_observation_comes() {
    let mut session = session();
    assert_eq!(session.due(Duration::ZERO), []);
    let first = [Look::Log, Look::Queue, Look::LetterCount];
    assert_eq!(session.due(FIRST_LOOK), first);
    assert_eq!(session.due(at(60_000)), []);
    session.take(at(100), Look::Log, &Observation::LogRead { to_end: true });
    assert_eq!(session.wake(), at(300));
    assert_eq!(session.due(at(299)), []);
    assert_eq!(session.due(at(300)), [Look::Log]);
    session.take(at(400), Look::Log, &Observation::Failed);
    assert_eq!(session.due(at(600)), [Look::Log], "a failure may pass");
}

#[test]
fn a_source_that_is_silent_is_not_asked_again() {
    let mut session = session();
    session.due(FIRST_LOOK);
    assert!(session.hears(Source::Queue));
    session.take(at(100), Look::Queue, &Observation::Silent);
    assert!(!session.hears(Source::Queue));
    assert!(!session.due(at(60_000)).contains(&Look::Queue));
}

#[test]
fn letters_are_looked_at_where_there_are_any() {
    let mut session = session();
    session.due(FIRST_LOOK);
    session.take(at(100), Look::LetterCount, &Observation::LetterCount(0));
    assert!(!session.due(at(60_000)).contains(&Look::Letters));
    session.take(at(60_000), Look::LetterCount, &Observation::LetterCount(1));
    assert!(session.due(at(60_000)).contains(&Look::Letters));
    session.take(at(60_100), Look::Letters, &Observation::Letters(&[]));
    let again = at(60_150);
    session.take(again, Look::LetterCount, &Observation::LetterCount(1));
    assert!(
        !session.due(again).contains(&Look::Letters),
        "not too often"
    );
    assert!(session.due(at(60_400)).contains(&Look::Letters));
}

#[test]
fn a_log_that_was_not_read_to_its_end_is_not_at_rest() {
    for to_end in [false, true] {
        let mut session = session();
        for millis in [100, 200] {
            session.due(at(millis));
            let zero = QueueCounters::known(0, 0, 0);
            session.take(at(millis), Look::Queue, &Observation::Queue(zero));
        }
        session.take(at(9_000), Look::Log, &Observation::LogRead { to_end });
        session.due(at(9_500));
        session.take(at(9_600), Look::Log, &Observation::LogRead { to_end });
        let (judgement, _) = session.verdict(at(9_600), &[]);
        assert_eq!(judgement.is_at_rest(), to_end);
    }
}

/// A verdict that stands from the beginning, for its payload was not sent, with metrics that were read
/// at one time and queues that were looked at (and read zero or not) at others.
fn is_told(environment: Environment, metrics_at: u64, looks: &[(u64, bool)], now: u64) -> bool {
    let reason = "refused".into();
    let mut session = session_of(Sent::NotRun { reason }, environment, true);
    for (millis, is_empty) in looks {
        session.due(at(*millis));
        let counters = QueueCounters::known(u64::from(!is_empty), 0, 0);
        session.take(at(*millis), Look::Queue, &Observation::Queue(counters));
    }
    // The look that was due above has not begun; this one begins and ends at its time.
    session.schedules[Look::Metrics as usize].under_way = None;
    session.take(at(metrics_at), Look::Metrics, &Observation::Metrics(&[]));
    is_over(&session, at(now))
}

#[test]
fn a_verdict_that_stands_waits_for_metrics_that_tell_all_where_they_cost_nothing() {
    let zeros = [(100, true), (200, true)];
    let told = |metrics_at| is_told(Environment::Embedded, metrics_at, &zeros, 300);
    assert!(!told(150), "what was deleted meanwhile may lack");
    assert!(told(200));
    let busy = [(100, false), (200, false)];
    let told = |metrics_at| is_told(Environment::Embedded, metrics_at, &busy, 2_000);
    assert!(!told(999));
    assert!(told(1_000), "others may keep the queue busy for ever");
    assert!(is_told(Environment::Aws, 150, &zeros, 300), "minutes there");
}

/// Metrics of which it is only known later that they change no more tell a retry from a second
/// delivery.
#[test]
fn a_payload_that_came_twice_is_not_told_before_the_metrics_have_settled() {
    let mut session = session_of(answered(), Environment::Embedded, true);
    let marker = Markers::new(&RunId::new(Timestamp::UNIX_EPOCH, 0), 1).marker(1);
    for number in [1, 2] {
        let id = format!("00000000-0000-4000-8000-00000000000{number}");
        for text in [
            format!("START RequestId: {id} Version: $LATEST"),
            format!("[INFO]\t1970-01-01T00:00:00.000Z\t{id}\t{marker}"),
            format!("END RequestId: {id}"),
            format!("REPORT RequestId: {id}\tDuration: 1 ms\t"),
        ] {
            let line = LogText {
                stream: &id,
                at: Timestamp::UNIX_EPOCH,
                id: None,
                nth: 0,
                text: &text,
            };
            session.read_line(at(100), line);
        }
    }
    let look = |session: &mut Session, millis| {
        let zero = QueueCounters::known(0, 0, 0);
        session.schedules[Look::Metrics as usize].under_way = None;
        session.take(at(millis), Look::Queue, &Observation::Queue(zero));
        session.take(at(millis), Look::LetterCount, &Observation::LetterCount(0));
        session.take(at(millis), Look::Metrics, &Observation::Metrics(&[]));
    };
    for millis in [200, 300] {
        look(&mut session, millis);
    }
    let (_, verdict) = session.verdict(at(300), &[]);
    assert_eq!((verdict.is_final, verdict.counts.repeated), (true, 1));
    assert!(!is_over(&session, at(300)));
    look(&mut session, 999);
    assert!(!is_over(&session, at(999)));
    look(&mut session, 1_000);
    assert!(is_over(&session, at(1_000)), "nothing changed for a second");
}

#[test]
fn the_time_is_up_at_the_deadline() {
    let mut session = session();
    session.due(FIRST_LOOK);
    session.take(at(100), Look::Log, &Observation::LogRead { to_end: true });
    assert!(!is_over(&session, at(299_999)));
    assert!(is_over(&session, DEADLINE));
    assert!(session.wake() <= DEADLINE);
}
