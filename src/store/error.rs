//! Why recorded runs cannot be used, for people.

use std::{io, path::PathBuf};

use edactl_core::event::marker::RunId;

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
