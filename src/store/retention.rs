//! Which recorded runs are old enough to go.

use std::{fs, io, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::store::{RunStore, StoreError, evidence::EXTENSION as EVIDENCE};
use edactl_core::event::marker::RunId;

/// Runs that are old enough, by what may become of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Old {
    /// They may go.
    pub expendable: Vec<RunId>,
    /// They were never verified: what became of them could not be told any more.
    pub unverified: Vec<RunId>,
    /// They are still being sent, or cannot be read.
    pub unreadable: Vec<RunId>,
}

impl RunStore {
    /// The runs that began before a moment, oldest first.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn old(&self, before: Timestamp, unverified_too: bool) -> Result<Old, StoreError> {
        // Nothing began before 1970, and the ids count from there.
        let end = RunId::new(before.max(Timestamp::UNIX_EPOCH), 0);
        let mut old = Old::default();
        for id in self.ids()?.into_iter().take_while(|id| *id < end) {
            match self.load(&id) {
                Ok(run) if run.verified.is_some() || unverified_too => old.expendable.push(id),
                Ok(_) => old.unverified.push(id),
                Err(_) => old.unreadable.push(id),
            }
        }
        Ok(old)
    }

    /// Deletes a run's record, and what a verify of it found.
    ///
    /// # Errors
    /// When the record cannot be deleted.
    pub fn remove(&self, run: &RunId) -> Result<(), StoreError> {
        let record = self.path(run);
        // The record last: evidence without a record goes by itself, the other way round it lies.
        for path in [record.with_extension(EVIDENCE), record] {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::Io { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Deletes the verified runs that began longer ago than this. Room for a new run matters more
    /// than an old record that cannot be removed.
    pub fn keep_for(&self, keep: Duration, now: Timestamp) {
        let before = moment_before(now, keep);
        for run in self.old(before, false).unwrap_or_default().expendable {
            let _ = self.remove(&run);
        }
    }
}

/// The moment so long before `now`.
#[must_use]
pub fn moment_before(now: Timestamp, span: Duration) -> Timestamp {
    SignedDuration::try_from(span)
        .ok()
        .and_then(|span| now.checked_sub(span).ok())
        .unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edactl_core::{
        event::{Event, MarkerPolicy},
        run::{Line, Plan},
        topology::Pipeline,
    };

    const DAY: Duration = Duration::from_hours(24);

    fn now() -> Timestamp {
        "2026-11-26T12:00:00Z".parse().unwrap()
    }

    fn record(store: &RunStore, days_ago: u32, verified: bool) -> RunId {
        let began = moment_before(now(), DAY * days_ago);
        let event = Event::parse("e.json", r#"{"a": 1}"#, &MarkerPolicy::Untouched).unwrap();
        let id = RunId::new(began, days_ago);
        let pipeline = Pipeline::named("demo");
        let plan = Plan::new(id.clone(), began, pipeline, &[event], 1);
        drop(store.begin(&plan).unwrap());
        if verified {
            let line = Line::Verified { at: began, exit: 0 };
            store.append(&id).unwrap().record(&line).unwrap();
            store.keep_evidence(&id, &1, [1]).unwrap();
        }
        id
    }

    #[test]
    fn only_old_runs_go_and_unverified_ones_only_when_told() {
        let dir = tempfile::tempdir().unwrap();
        let store = RunStore::at(dir.path().join("runs"));
        let [young, old, unverified] =
            [(29, true), (31, true), (40, false)].map(|(days, done)| record(&store, days, done));
        let before = moment_before(now(), DAY * 30);
        let found = store.old(before, false).unwrap();
        assert_eq!(found.expendable, std::slice::from_ref(&old));
        assert_eq!(found.unverified, std::slice::from_ref(&unverified));
        let all = store.old(before, true).unwrap();
        assert_eq!(all.expendable, [unverified.clone(), old.clone()]);

        store.keep_for(DAY * 30, now());
        assert_eq!(store.ids().unwrap(), [unverified, young]);
        assert!(!store.path(&old).with_extension(EVIDENCE).exists());
        store.keep_for(Duration::MAX, now());
        assert_eq!(
            store.ids().unwrap().len(),
            2,
            "for ever is no reason to delete"
        );
    }

    #[test]
    fn a_run_that_is_still_being_sent_stays() {
        let dir = tempfile::tempdir().unwrap();
        let store = RunStore::at(dir.path().join("runs"));
        let id = record(&store, 31, true);
        let sender = fs::File::open(store.path(&id)).unwrap();
        sender.lock().unwrap();
        let found = store.old(now(), true).unwrap();
        assert_eq!((found.expendable, found.unreadable), (vec![], vec![id]));
    }
}
