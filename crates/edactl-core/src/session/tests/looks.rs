//! What a session learns, and how often it looks.

use super::*;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;

#[test]
fn a_session_tells_what_it_was_given() {
    let run = run_of(answered());
    let mut session = session_with(&run, Environment::Aws, Sources::default());
    assert_eq!(session.deadline(), DEADLINE);
    let told = Observed {
        messages: Some(1),
        ..Observed::default()
    };
    assert_eq!(session.observed(&run), [told], "the producer said how many");
    assert!(!session.ledger().facts().has_dlq);
    session.learn(Facts {
        has_dlq: true,
        ..Facts::default()
    });
    assert!(session.ledger().facts().has_dlq, "the settings were read");
}

#[test]
fn each_line_of_the_consumer_is_counted() {
    let mut session = session();
    assert_eq!(session.log_lines(), 0);
    for (count, text) in [
        (
            1,
            "START RequestId: 00000000-0000-4000-8000-000000000001 Version: $LATEST",
        ),
        (2, "END RequestId: 00000000-0000-4000-8000-000000000001"),
        (3, "a line of the handler"),
    ] {
        let line = LogText {
            stream: "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
            at: Timestamp::UNIX_EPOCH,
            id: None,
            nth: 0,
            text,
        };
        session.read_line(at(100), line);
        assert_eq!(session.log_lines(), count, "{text}");
    }
}

#[test]
fn a_planned_peek_is_not_put_off_by_another_count() {
    let mut session = session();
    session.due(FIRST_LOOK);
    session.take(at(100), Look::LetterCount, &Observation::LetterCount(1));
    assert_eq!(session.wake(), at(100));
    session.take(at(150), Look::LetterCount, &Observation::LetterCount(2));
    assert_eq!(session.wake(), at(100));
    // Nor made twice at once.
    assert_eq!(session.due(at(150)), [Look::Letters]);
    session.take(at(160), Look::LetterCount, &Observation::LetterCount(2));
    assert!(!session.due(at(170)).contains(&Look::Letters));
}

#[test]
fn a_queue_that_was_not_known_to_be_without_letters_is_looked_through_at_once() {
    for (before, peeked) in [(Some(0), false), (Some(1), true), (None, true)] {
        let run = run_of(answered());
        let sources = Sources {
            dlq: true,
            ..Sources::default()
        };
        let (matcher, groups) = Matcher::new(&run);
        let now = Timestamp::UNIX_EPOCH;
        let sending = Sending {
            letters_at_send: before,
            ..Sending::of(&run, groups, &ClockBounds::default(), now)
        };
        let waits = Waits::of(Environment::Emulator, None);
        let ledger = Ledger::new(sending, Facts::default(), waits);
        let rules = Rules::default();
        let mut session = Session::new(
            matcher,
            ledger,
            rules,
            Environment::Emulator,
            sources,
            DEADLINE,
        );
        session.due(FIRST_LOOK);
        session.take(at(100), Look::LetterCount, &Observation::LetterCount(0));
        let due = session.due(at(100));
        assert_eq!(due.contains(&Look::Letters), peeked, "{before:?}");
    }
}

/// The pauses grow with the time that has passed, between bounds.
#[test]
fn the_first_second_is_looked_at_most_closely() {
    use Environment::{Aws, Embedded, Emulator};
    for (environment, look, pauses) in [
        // After nothing, after a second, after 20 seconds, after ten minutes.
        (Embedded, Look::Log, [20, 100, 250, 250]),
        (Embedded, Look::Queue, [20, 100, 250, 250]),
        (Embedded, Look::LetterCount, [20, 100, 250, 250]),
        (Embedded, Look::Letters, [20, 200, 250, 250]),
        (Embedded, Look::Metrics, [20, 200, 250, 250]),
        (Emulator, Look::Log, [200, 250, 5_000, 5_000]),
        (Emulator, Look::Metrics, [500, 500, 5_000, 5_000]),
        (Emulator, Look::Queue, [100, 250, 2_000, 2_000]),
        (Emulator, Look::LetterCount, [100, 250, 2_000, 2_000]),
        (Aws, Look::Log, [200, 250, 5_000, 5_000]),
        (Aws, Look::Metrics, [10_000, 10_000, 10_000, 30_000]),
        (Aws, Look::Queue, [1_000, 1_000, 2_000, 10_000]),
        (Aws, Look::LetterCount, [1_000, 1_000, 2_000, 10_000]),
    ] {
        let session = session_of(answered(), environment, true);
        let found = [0, SECOND, 20 * SECOND, 10 * MINUTE]
            .map(|now| session.pause(look, at(now)).as_millis());
        assert_eq!(found, pauses, "{environment:?} {look:?}");
    }
}

#[test]
fn each_look_reads_its_source() {
    for (look, source) in [
        (Look::Log, Source::Logs),
        (Look::Queue, Source::Queue),
        (Look::LetterCount, Source::Dlq),
        (Look::Letters, Source::Dlq),
        (Look::Metrics, Source::Metrics),
    ] {
        assert_eq!(look.source(), source);
        let sources = Sources {
            logs: source == Source::Logs,
            queue: source == Source::Queue,
            dlq: source == Source::Dlq,
            metrics: source == Source::Metrics,
        };
        let run = run_of(answered());
        let session = session_with(&run, Environment::Aws, sources);
        let heard = [Source::Logs, Source::Queue, Source::Dlq, Source::Metrics]
            .map(|other| session.hears(other));
        assert_eq!(
            heard,
            [sources.logs, sources.queue, sources.dlq, sources.metrics]
        );
        let grounds = session.grounds(&[]);
        assert_eq!(
            [
                grounds.log_is_read,
                grounds.queue_is_read,
                grounds.metrics_are_read
            ],
            [sources.logs, sources.queue, sources.metrics]
        );
    }
}
