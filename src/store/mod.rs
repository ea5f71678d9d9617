//! Recorded runs: one file a run, appended line by line, readable by its owner only.
//!
//! The first line is the [`Plan`], each further one a [`Line`]. A line is written before an
//! invocation leaves and after its outcome is known, so that a killed sender leaves "in doubt"
//! and never a lie. The sender holds a lock on the file for as long as it lives.

pub mod dead_letters;
pub mod evidence;
pub mod evidence_rows;
pub mod redrives;
pub mod retention;

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use edactl_core::{
    event::marker::RunId,
    humanize::count,
    run::{FORMAT, Line, MAX_PAYLOADS, Plan, Run},
};

/// How many runs are kept; the oldest go first.
const KEPT_RUNS: usize = 500;
const EXTENSION: &str = "jsonl";

/// What is wrong with a recorded run, or with the asking for one.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store's directory or a record cannot be read or written.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// No run of this id.
    #[error("there is no recorded run `{asked}`")]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The newest runs, newest first.
        known: Vec<RunId>,
    },
    /// The beginning of an id fits several runs.
    #[error("`{asked}` is the beginning of several runs: {}", list(.found))]
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// The runs it fits.
        found: Vec<RunId>,
    },
    /// No run was recorded yet.
    #[error("no run is recorded yet{}", .pipeline.as_ref().map(|name| format!(" for the pipeline `{name}`")).unwrap_or_default())]
    Nothing {
        /// The pipeline that was asked about.
        pipeline: Option<String>,
    },
    /// The record is of another format, or damaged.
    #[error("the record {path} cannot be read: {problem}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// No verify of it has left its findings.
    #[error("run {run} was not verified yet, so there is nothing to report of it")]
    NotVerified {
        /// The run.
        run: RunId,
    },
    /// Another process is still sending it.
    #[error("run {run} is still being sent by another process")]
    Busy {
        /// The run.
        run: RunId,
    },
}

fn list(runs: &[RunId]) -> String {
    runs.iter()
        .map(RunId::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

impl StoreError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Io { .. } => {
                "check the directory's owner and space, or set EDACTL_STATE_DIR".into()
            }
            Self::Unknown { known, .. } if known.is_empty() => {
                "send first: edactl send samples/basic.json".into()
            }
            Self::Unknown { known, .. } => format!("the newest are: {}", list(known)),
            Self::Ambiguous { .. } => "give more of the id".into(),
            Self::Nothing { .. } => "send first: edactl send samples/basic.json".into(),
            Self::Damaged { .. } => "move the file away, or use the edactl that recorded it".into(),
            Self::NotVerified { run } => format!("verify it: edactl verify --run {run}"),
            Self::Busy { .. } => "wait for its end, or stop that process".into(),
        }
    }
}

/// The directory of recorded runs.
#[derive(Debug, Clone)]
pub struct RunStore {
    pub(super) dir: PathBuf,
}

impl RunStore {
    /// The user's store (see [`edactl_state::state_dir`]). Nothing is created yet.
    ///
    /// # Errors
    /// When no home directory is known.
    pub fn open() -> Result<Self, StoreError> {
        let state = edactl_state::state_dir().map_err(|source| StoreError::Io {
            path: PathBuf::from("~"),
            source,
        })?;
        Ok(Self::at(state.join("runs")))
    }

    /// The store in this directory.
    #[must_use]
    pub fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    fn path(&self, run: &RunId) -> PathBuf {
        self.dir.join(run.as_str()).with_extension(EXTENSION)
    }

    /// Begins the record of a run with its plan, and takes the lock on it.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn begin(&self, plan: &Plan) -> Result<Recorder, StoreError> {
        let path = self.path(&plan.run);
        let at = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        edactl_state::create_private(&self.dir).map_err(at)?;
        self.prune();
        let file = edactl_state::private_file()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(at)?;
        file.lock().map_err(at)?;
        let mut recorder = Recorder::new(file, path);
        recorder.put(plan)?;
        recorder.flush()?;
        Ok(recorder)
    }

    /// Opens a record to add what a verify found; no lock, a line is one write.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn append(&self, run: &RunId) -> Result<Recorder, StoreError> {
        let path = self.path(run);
        let file = fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(|source| StoreError::Io {
                path: path.clone(),
                source,
            })?;
        Ok(Recorder::new(file, path))
    }

    /// Reads a run's record.
    ///
    /// # Errors
    /// When it is still being sent, cannot be read, or is of another format.
    pub fn load(&self, run: &RunId) -> Result<Run, StoreError> {
        let path = self.path(run);
        let at = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        let file = File::open(&path).map_err(at)?;
        if matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)) {
            return Err(StoreError::Busy { run: run.clone() });
        }
        read(&path, BufReader::new(file))
    }

    /// Reads a run's plan only, also while it is being sent.
    ///
    /// # Errors
    /// When it cannot be read, or is of another format.
    pub fn plan(&self, run: &RunId) -> Result<Plan, StoreError> {
        let path = self.path(run);
        let file = File::open(&path).map_err(|source| StoreError::Io {
            path: path.clone(),
            source,
        })?;
        read_plan(&path, &mut BufReader::new(file))
    }

    /// The ids of all recorded runs, oldest first.
    ///
    /// # Errors
    /// When the directory cannot be read; a missing one holds no runs.
    pub fn ids(&self) -> Result<Vec<RunId>, StoreError> {
        let at = |source| StoreError::Io {
            path: self.dir.clone(),
            source,
        };
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let path = entry.map_err(at)?.path();
            let id = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .and_then(|id| id.parse().ok());
            if let Some(id) =
                id.filter(|_| path.extension().is_some_and(|found| found == EXTENSION))
            {
                ids.push(id);
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// The run that `asked` names: an id or a unique beginning of one.
    ///
    /// # Errors
    /// When none or several fit.
    pub fn resolve(&self, asked: &str) -> Result<RunId, StoreError> {
        let ids = self.ids()?;
        let text = asked.to_ascii_lowercase();
        let found: Vec<RunId> = ids
            .iter()
            .filter(|id| id.as_str().starts_with(&text))
            .cloned()
            .collect();
        match &found[..] {
            [] => Err(StoreError::Unknown {
                asked: asked.to_owned(),
                known: ids.into_iter().rev().take(5).collect(),
            }),
            [one] => Ok(one.clone()),
            _ => Err(StoreError::Ambiguous {
                asked: asked.to_owned(),
                found,
            }),
        }
    }

    /// The newest run that was sent to this pipeline.
    ///
    /// # Errors
    /// When there is none, or its record cannot be read.
    pub fn last(&self, pipeline: &str) -> Result<Run, StoreError> {
        let ids = self.ids()?;
        for moment in ids.chunk_by(RunId::is_of_same_moment).rev() {
            let mut newest: Option<Plan> = None;
            for id in moment {
                let plan = self.plan(id)?;
                let is_newer = newest
                    .as_ref()
                    .is_none_or(|newest| plan.began >= newest.began);
                if plan.pipeline.name == pipeline && is_newer {
                    newest = Some(plan);
                }
            }
            if let Some(plan) = newest {
                return self.load(&plan.run);
            }
        }
        Err(StoreError::Nothing {
            pipeline: Some(pipeline.to_owned()),
        })
    }

    /// The runs that began at `moment` or later, as far as they can be read.
    #[must_use]
    pub fn since(&self, moment: Timestamp) -> Vec<Run> {
        let first = RunId::new(moment, 0);
        let ids = self.ids().unwrap_or_default();
        ids.iter()
            .filter(|id| **id >= first)
            .filter_map(|id| self.load(id).ok())
            .collect()
    }

    /// Room for new runs matters more than an old record that cannot be removed.
    fn prune(&self) {
        let ids = self.ids().unwrap_or_default();
        for old in ids.iter().take(ids.len().saturating_sub(KEPT_RUNS - 1)) {
            let _ = fs::remove_file(self.path(old));
        }
    }
}

/// Appends to one run's record.
#[derive(Debug)]
pub struct Recorder {
    file: File,
    path: PathBuf,
    /// Lines that are not written yet.
    waiting: Vec<u8>,
}

impl Recorder {
    fn new(file: File, path: PathBuf) -> Self {
        Self {
            file,
            path,
            waiting: Vec::new(),
        }
    }

    /// Appends a line. It is in the system's hands when this returns: a killed process loses none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&mut self, line: &Line) -> Result<(), StoreError> {
        self.put(line)?;
        self.flush()
    }

    /// Adds a line, which [`flush`](Self::flush) appends with others in one write.
    ///
    /// # Errors
    /// When it cannot be told as JSON.
    pub fn add(&mut self, line: &Line) -> Result<(), StoreError> {
        self.put(line)
    }

    /// Appends the lines that were added. They are in the system's hands when this returns: a
    /// killed process loses none of them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let written = self.file.write_all(&self.waiting);
        self.waiting.clear();
        written.map_err(|source| self.error(source))
    }

    fn put(&mut self, value: &impl serde::Serialize) -> Result<(), StoreError> {
        serde_json::to_writer(&mut self.waiting, value)
            .map_err(|error| self.error(io::Error::other(error)))?;
        self.waiting.push(b'\n');
        Ok(())
    }

    fn error(&self, source: io::Error) -> StoreError {
        StoreError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

fn read_plan(path: &Path, lines: &mut impl BufRead) -> Result<Plan, StoreError> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        format: u32,
    }
    let damaged = |problem: String| StoreError::Damaged {
        path: path.to_owned(),
        problem,
    };
    let mut text = String::new();
    lines
        .read_line(&mut text)
        .map_err(|source| StoreError::Io {
            path: path.to_owned(),
            source,
        })?;
    let Versioned { format } =
        serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if format != FORMAT {
        return Err(damaged(format!(
            "it has format {format}, this edactl knows {FORMAT}"
        )));
    }
    let plan: Plan = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    let all = plan.payloads().max(plan.invocations());
    if all > MAX_PAYLOADS {
        return Err(damaged(format!(
            "it plans {} messages, and a run has at most {}",
            count(all),
            count(MAX_PAYLOADS)
        )));
    }
    Ok(plan)
}

fn read(path: &Path, mut lines: impl BufRead) -> Result<Run, StoreError> {
    let plan = read_plan(path, &mut lines)?;
    let mut text = String::new();
    let mut run = Run::new(plan);
    loop {
        text.clear();
        let read = lines
            .read_line(&mut text)
            .map_err(|source| StoreError::Io {
                path: path.to_owned(),
                source,
            })?;
        if read == 0 {
            return Ok(run);
        }
        match serde_json::from_str(&text) {
            Ok(line) => run.apply(line),
            // The sender died while writing its last line: what it would have said is in doubt.
            Err(_) if !text.ends_with('\n') => return Ok(run),
            Err(error) => {
                let problem = error.to_string();
                return Err(StoreError::Damaged {
                    path: path.to_owned(),
                    problem,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use edactl_core::{
        event::{Event, MarkerPolicy},
        run::{Ending, Outcome},
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
        assert_eq!(store.last("demo").unwrap().plan.run, RunId::new(began, 1));
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
}
