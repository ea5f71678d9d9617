//! What is looked at when, and when a verify is over.

use jiff::Timestamp;

use super::*;
use crate::{
    clock::ClockBounds,
    event::{Event, MarkerPolicy, marker::RunId},
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
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse("e", r#"{"a": {"n": 1}}"#, &policy).unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let id = RunId::new(now, 0);
    let mut run = Run::new(Plan::new(id, now, Pipeline::named("p"), &[event], 1));
    run.apply(Line::Invoked {
        invocation: 0,
        at: now,
        outcome: Sent::Answered {
            request_id: None,
            status: Some(200),
            sent: Some(1),
            message_ids: Vec::new(),
            other_ids: Vec::new(),
            error: None,
        },
    });
    let (matcher, groups) = Matcher::new(&run);
    let sending = Sending {
        letters_at_send: Some(0),
        ..Sending::of(&run, groups, &ClockBounds::default(), now)
    };
    let waits = Waits::of(Environment::Emulator, Some(Duration::from_secs(2)));
    let ledger = Ledger::new(sending, Facts::default(), waits);
    let sources = Sources {
        logs: true,
        queue: true,
        dlq: true,
        metrics: false,
    };
    let environment = Environment::Emulator;
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

#[test]
fn the_time_is_up_at_the_deadline() {
    let mut session = session();
    session.due(FIRST_LOOK);
    session.take(at(100), Look::Log, &Observation::LogRead { to_end: true });
    assert!(!is_over(&session, at(299_999)));
    assert!(is_over(&session, DEADLINE));
    assert!(session.wake() <= DEADLINE);
}
