//! One run's record: lines appended, and all of them read again.

use std::{
    fs::File,
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
};

use crate::store::StoreError;
use edactl_core::{
    humanize::count,
    run::{FORMAT, Line, MAX_PAYLOADS, Plan, Run},
};

/// Appends to one run's record.
#[derive(Debug)]
pub struct Recorder {
    pub(super) file: File,
    path: PathBuf,
    /// Lines that are not written yet.
    waiting: Vec<u8>,
}

impl Recorder {
    pub(super) fn new(file: File, path: PathBuf) -> Self {
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

    /// Adds what is to stand on one line of JSON.
    pub(super) fn put(&mut self, value: &impl serde::Serialize) -> Result<(), StoreError> {
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

/// Reads the first line of a record, if it is of the format that this edactl knows.
pub(super) fn read_plan(path: &Path, lines: &mut impl BufRead) -> Result<Plan, StoreError> {
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

/// Reads a record to its end, or to a last line that was broken off.
pub(super) fn read(path: &Path, mut lines: impl BufRead) -> Result<Run, StoreError> {
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
