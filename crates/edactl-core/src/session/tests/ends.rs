//! When waiting longer could not tell more: by what is heard, and by the verdict.

use super::*;

const LOGS: Sources = Sources {
    logs: true,
    queue: false,
    dlq: false,
    metrics: false,
};
const QUEUE: Sources = Sources {
    queue: true,
    ..NONE
};
const METRICS: Sources = Sources {
    metrics: true,
    ..NONE
};
const NONE: Sources = Sources {
    logs: false,
    ..LOGS
};

/// What was looked at: the queue, the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    Nowhere,
    Queue,
    Metrics,
    Both,
}

/// A verdict of which nothing is known yet.
fn open() -> Verdict {
    Verdict {
        outcome: Outcome::Undetermined(Reason::NotInTime),
        is_final: false,
        counts: Counts::default(),
        holds: Vec::new(),
        awaited: Awaited::Nothing,
    }
}

/// Whether it is over after three seconds, where the producer said this of the only payload.
fn ends(sources: Sources, looked: Looked, sent: Sent, verdict: &Verdict) -> bool {
    let mut session = session_with(&run_of(sent), Environment::Emulator, sources);
    if matches!(looked, Looked::Queue | Looked::Both) {
        let counters = QueueCounters::known(1, 0, 0);
        session.take(at(2_000), Look::Queue, &Observation::Queue(counters));
    }
    if matches!(looked, Looked::Metrics | Looked::Both) {
        session.take(at(2_000), Look::Metrics, &Observation::Metrics(&[]));
    }
    let (judgement, _) = session.verdict(at(3_000), &[]);
    session.is_over(&judgement, verdict, at(3_000))
}

fn refused() -> Sent {
    Sent::NotRun {
        reason: "refused".into(),
    }
}

#[test]
fn where_nothing_is_heard_nothing_is_waited_for() {
    let open = open();
    assert!(ends(NONE, Looked::Nowhere, answered(), &open));
    assert!(!ends(LOGS, Looked::Nowhere, answered(), &open));
}

#[test]
fn without_the_log_each_other_source_is_heard_once() {
    let letters = Sources { dlq: true, ..NONE };
    let both = Sources {
        metrics: true,
        ..QUEUE
    };
    for (sources, looked, over) in [
        (letters, Looked::Nowhere, true),
        (QUEUE, Looked::Nowhere, false),
        (QUEUE, Looked::Queue, true),
        (METRICS, Looked::Nowhere, false),
        (METRICS, Looked::Metrics, true),
        (both, Looked::Nowhere, false),
        (both, Looked::Queue, false),
        (both, Looked::Metrics, false),
        (both, Looked::Both, true),
    ] {
        let found = ends(sources, looked, answered(), &open());
        assert_eq!(found, over, "{sources:?} {looked:?}");
    }
}

#[test]
fn a_final_verdict_waits_for_metrics_only() {
    let verdict = Verdict {
        is_final: true,
        ..open()
    };
    let with_metrics = Sources {
        metrics: true,
        ..LOGS
    };
    for (sources, looked, over) in [
        (LOGS, Looked::Nowhere, true),
        (with_metrics, Looked::Nowhere, false),
        (with_metrics, Looked::Metrics, true),
    ] {
        let found = ends(sources, looked, answered(), &verdict);
        assert_eq!(found, over, "{sources:?} {looked:?}");
    }
}

#[test]
fn a_log_alone_tells_no_more_once_all_are_received() {
    let with = |waiting, awaited| Verdict {
        counts: Counts {
            received: 1,
            waiting,
            ..Counts::default()
        },
        awaited,
        ..open()
    };
    let received = with(0, Awaited::QueueCounters);
    let with_queue = Sources {
        queue: true,
        ..LOGS
    };
    let with_metrics = Sources {
        metrics: true,
        ..LOGS
    };
    let waiting = with(1, Awaited::QueueCounters);
    for (sources, verdict, over) in [
        (LOGS, &received, true),
        (LOGS, &waiting, false),
        (LOGS, &with(0, Awaited::Certainty), false),
        (with_queue, &received, false),
        (with_metrics, &received, false),
    ] {
        let found = ends(sources, Looked::Nowhere, answered(), verdict);
        assert_eq!(found, over, "{sources:?} {verdict:?}");
    }
}

#[test]
fn what_only_metrics_could_settle_waits_as_long_as_they_may_change() {
    let with_queue = Sources {
        queue: true,
        ..LOGS
    };
    let all = Sources {
        metrics: true,
        ..with_queue
    };
    let counts = Outcome::Undetermined(Reason::OnlyCounts);
    let doubt = Outcome::Undetermined(Reason::InDoubt);
    let late = Outcome::Undetermined(Reason::NotInTime);
    for (sources, looked, sent, outcome, over) in [
        (with_queue, Looked::Nowhere, refused(), counts, true),
        (with_queue, Looked::Nowhere, refused(), doubt, true),
        (with_queue, Looked::Nowhere, refused(), late, false),
        (with_queue, Looked::Nowhere, answered(), counts, false),
        (all, Looked::Nowhere, refused(), counts, false),
        (all, Looked::Metrics, refused(), counts, true),
        (all, Looked::Metrics, refused(), late, false),
        (all, Looked::Metrics, answered(), counts, false),
    ] {
        let verdict = Verdict { outcome, ..open() };
        let found = ends(sources, looked, sent.clone(), &verdict);
        assert_eq!(found, over, "{sources:?} {looked:?} {sent:?} {outcome:?}");
    }
}

#[test]
fn on_the_last_moment_it_is_over() {
    let session = session_with(&run_of(answered()), Environment::Emulator, LOGS);
    let (judgement, _) = session.verdict(DEADLINE, &[]);
    let before = DEADLINE.saturating_sub(Duration::from_nanos(1));
    assert!(!session.is_over(&judgement, &open(), before));
    assert!(session.is_over(&judgement, &open(), DEADLINE));
}
