//! Recorded runs: one file a run, appended line by line, readable by its owner only.
//!
//! The first line is the [`Plan`], each further one a [`Line`]. A line is written before an
//! invocation leaves and after its outcome is known, so that a killed sender leaves "in doubt"
//! and never a lie. The sender holds a lock on the file for as long as it lives.

pub mod dead_letters;
mod error;
pub mod evidence;
pub mod evidence_rows;
mod record;
pub mod redrives;
pub mod retention;
mod row_table;

use std::{
    fs::{self, File},
    io::{self, BufReader},
    path::PathBuf,
};

use jiff::Timestamp;

use self::record::{read, read_plan};
pub use self::{error::StoreError, record::Recorder};
use edactl_core::{
    event::marker::RunId,
    run::{Plan, Run},
};

/// How many runs are kept; the oldest go first.
const KEPT_RUNS: usize = 500;
const EXTENSION: &str = "jsonl";

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
        self.load(&self.newest(Some(pipeline))?)
    }

    /// The newest run, of the pipeline where one is named. Ids of one moment sort by chance, so their
    /// plans tell which began last.
    ///
    /// # Errors
    /// When there is none, or a record cannot be read.
    pub fn newest(&self, pipeline: Option<&str>) -> Result<RunId, StoreError> {
        let ids = self.ids()?;
        for moment in ids.chunk_by(RunId::is_of_same_moment).rev() {
            let mut newest: Option<Plan> = None;
            for id in moment {
                let plan = self.plan(id)?;
                let is_newer = newest
                    .as_ref()
                    .is_none_or(|newest| plan.began >= newest.began);
                if is_newer && pipeline.is_none_or(|name| plan.pipeline.name == name) {
                    newest = Some(plan);
                }
            }
            if let Some(plan) = newest {
                return Ok(plan.run);
            }
        }
        Err(StoreError::Nothing {
            pipeline: pipeline.map(str::to_owned),
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

#[cfg(test)]
mod tests;
