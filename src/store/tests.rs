//! Tests of the recorded runs.

use std::{io::Write, os::unix::fs::PermissionsExt};

use super::*;
use edactl_core::{
    event::{Event, MarkerPolicy},
    run::{Ending, Line, Outcome},
    topology::Pipeline,
};

fn plan(random: u32) -> Plan {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    let policy = MarkerPolicy::Field("edactl".into());
    let event = Event::parse(
        "event.json",
        r#"{"a": {"secret": "s3cr3t"}, "b": "plaintext"}"#,
        &policy,
    )
    .unwrap();
    Plan::new(
        RunId::new(now, random),
        now,
        Pipeline::named("demo"),
        &[event],
        3,
    )
}

fn store() -> (tempfile::TempDir, RunStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = RunStore::at(dir.path().join("runs"));
    (dir, store)
}

#[test]
fn a_record_is_private_and_holds_no_payload() {
    let (_dir, store) = store();
    let plan = plan(1);
    store.begin(&plan).unwrap();
    let path = store.path(&plan.run);
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(&store.dir).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let text = fs::read_to_string(path).unwrap();
    assert!(
        !text.contains("s3cr3t") && !text.contains("plaintext"),
        "{text}"
    );
}

#[test]
fn a_sender_killed_in_the_middle_of_a_line_leaves_doubt() {
    let (_dir, store) = store();
    let plan = plan(1);
    let at = plan.began;
    let mut recorder = store.begin(&plan).unwrap();
    recorder
        .record(&Line::Invoking {
            invocation: 0,
            at,
            scheduled: None,
        })
        .unwrap();
    let outcome = Outcome::NotRun {
        reason: "refused".into(),
    };
    recorder
        .record(&Line::Invoked {
            invocation: 0,
            at,
            outcome: outcome.clone(),
        })
        .unwrap();
    recorder
        .record(&Line::Invoking {
            invocation: 1,
            at,
            scheduled: None,
        })
        .unwrap();
    recorder
        .file
        .write_all(b"{\"line\":\"invoked\",\"invoc")
        .unwrap();
    drop(recorder);
    let run = store.load(&plan.run).unwrap();
    assert_eq!(run.invocations[0].outcome, Some(outcome));
    assert_eq!(
        (run.invocations[1].began, &run.invocations[1].outcome),
        (Some(at), &None)
    );
    assert_eq!(run.invocations[2].began, None);
    assert_eq!(run.ended, None);
}

#[test]
fn a_run_that_is_being_sent_is_busy() {
    let (_dir, store) = store();
    let plan = plan(1);
    let mut recorder = store.begin(&plan).unwrap();
    assert!(matches!(
        store.load(&plan.run),
        Err(StoreError::Busy { .. })
    ));
    recorder
        .record(&Line::Sent {
            at: plan.began,
            how: Ending::Complete,
        })
        .unwrap();
    drop(recorder);
    assert_eq!(store.load(&plan.run).unwrap().ended, Some(Ending::Complete));
}

#[test]
fn a_unique_beginning_names_a_run() {
    let (_dir, store) = store();
    for random in [1, 2, 40] {
        store.begin(&plan(random)).unwrap();
    }
    let ids = store.ids().unwrap();
    assert_eq!(store.resolve(ids[2].as_str()).unwrap(), ids[2]);
    let short = &ids[2].as_str()[..11];
    assert_eq!(store.resolve(short).unwrap(), ids[2]);
    assert!(matches!(
        store.resolve(&short[..8]),
        Err(StoreError::Ambiguous { .. })
    ));
    assert!(
        matches!(store.resolve("zzz"), Err(StoreError::Unknown { known, .. }) if known.len() == 3)
    );
    assert!(matches!(
        store.last("other"),
        Err(StoreError::Nothing { .. })
    ));
    assert_eq!(store.last("demo").unwrap().plan.run, ids[2]);
}

#[test]
fn of_two_runs_of_one_moment_the_later_is_the_last() {
    let (_dir, store) = store();
    let began: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    for (millis, random) in [(10, 40), (30, 1), (20, 20)] {
        let began = began + jiff::SignedDuration::from_millis(millis);
        let plan = Plan {
            began,
            run: RunId::new(began, random),
            ..plan(random)
        };
        store.begin(&plan).unwrap();
    }
    let last = RunId::new(began, 1);
    assert_eq!(store.last("demo").unwrap().plan.run, last);
    assert_eq!(store.newest(None).unwrap(), last);
}

#[test]
fn a_damaged_line_in_the_middle_is_told_and_not_skipped() {
    let (_dir, store) = store();
    let plan = plan(1);
    let mut recorder = store.begin(&plan).unwrap();
    recorder
        .file
        .write_all(b"{\"line\":\"invoked\",\"invoc\n")
        .unwrap();
    recorder
        .record(&Line::Invoking {
            invocation: 0,
            at: plan.began,
            scheduled: None,
        })
        .unwrap();
    drop(recorder);
    let error = store.load(&plan.run).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn an_absurd_number_is_damage_not_memory() {
    let (_dir, store) = store();
    let plan = plan(1);
    store.begin(&plan).unwrap();
    let path = store.path(&plan.run);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"repeat\":3", "\"repeat\":4294967295")).unwrap();
    let error = store.load(&plan.run).unwrap_err().to_string();
    assert!(error.contains("it plans 8,589,934,590 messages"), "{error}");
}

#[test]
fn places_number_the_messages_through_all_rounds() {
    let plan = plan(1);
    let places: Vec<_> = plan
        .positions()
        .map(|place| (place.seq, place.invocation, place.payload))
        .collect();
    assert_eq!(
        places,
        [
            (1, 0, 0),
            (2, 0, 1),
            (3, 1, 0),
            (4, 1, 1),
            (5, 2, 0),
            (6, 2, 1)
        ]
    );
    assert_eq!(plan.payloads(), 6);
}

#[test]
fn another_format_is_refused() {
    let (_dir, store) = store();
    let plan = plan(1);
    drop(store.begin(&plan).unwrap());
    let path = store.path(&plan.run);
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("\"format\":2", "\"format\":1");
    fs::write(&path, text).unwrap();
    let error = store.load(&plan.run).unwrap_err();
    assert!(error.to_string().contains("format 1"), "{error}");
}
