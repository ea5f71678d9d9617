//! What a verify found, kept beside the record of its run: `report` and `trace` need no AWS then.
//!
//! One file a run, readable by its owner only, JSON line by line, so that a run of a million
//! messages streams: the first line is the head, each further one a row. The next verify replaces
//! it whole; one that is killed leaves the former. Like the record it holds hashes and markers,
//! no payloads.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::store::{RunStore, StoreError};
use edactl_core::event::marker::RunId;

/// The version of the file's format; a reader refuses what it does not know.
const FORMAT: u32 = 2;
const EXTENSION: &str = "evidence";
/// All files together; the oldest go first.
const KEPT_BYTES: u64 = 512 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Versioned<H> {
    format: u32,
    head: H,
}

/// The first line as far as every version has it.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// The evidence of one run, read row by row.
#[derive(Debug)]
pub struct EvidenceReader {
    path: PathBuf,
    lines: BufReader<File>,
    text: String,
}

impl RunStore {
    fn evidence_path(&self, run: &RunId) -> PathBuf {
        self.dir.join(run.as_str()).with_extension(EXTENSION)
    }

    /// Keeps what a verify found, in the place of what an earlier one did.
    ///
    /// # Errors
    /// When it cannot be written; the former stays then.
    pub fn keep_evidence<R: Serialize>(
        &self,
        run: &RunId,
        head: &impl Serialize,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), StoreError> {
        let path = self.evidence_path(run);
        let at = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        edactl_state::create_private(&self.dir).map_err(at)?;
        // Only its owner may read a temporary file, and a renamed file keeps its mode.
        let mut file = tempfile::NamedTempFile::new_in(&self.dir).map_err(at)?;
        let mut lines = BufWriter::new(file.as_file_mut());
        write_line(
            &mut lines,
            &Versioned {
                format: FORMAT,
                head,
            },
        )
        .map_err(at)?;
        for row in rows {
            write_line(&mut lines, &row).map_err(at)?;
        }
        lines.flush().map_err(at)?;
        drop(lines);
        file.persist(&path).map_err(|error| at(error.error))?;
        self.prune_evidence(run, KEPT_BYTES);
        Ok(())
    }

    /// Opens what the last verify of a run found: its head, and a reader of its rows.
    ///
    /// # Errors
    /// When the run was never verified, or the file cannot be read or is of another format.
    pub fn evidence<H: DeserializeOwned>(
        &self,
        run: &RunId,
    ) -> Result<(H, EvidenceReader), StoreError> {
        let path = self.evidence_path(run);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NotVerified { run: run.clone() });
            }
            Err(source) => return Err(StoreError::Io { path, source }),
            Ok(file) => file,
        };
        let mut reader = EvidenceReader {
            path,
            lines: BufReader::new(file),
            text: String::new(),
        };
        let first = reader.line()?.unwrap_or_default().to_owned();
        let Format { format } = reader.parse(&first)?;
        if format != FORMAT {
            return Err(reader.damaged(format!("its format is {format}, known is {FORMAT}")));
        }
        let Versioned { head, .. } = reader.parse(&first)?;
        Ok((head, reader))
    }

    /// Evidence of runs whose record is gone, and the oldest beyond a number of bytes, goes. Room
    /// for new evidence matters more than an old file that cannot be removed.
    fn prune_evidence(&self, newest: &RunId, kept_bytes: u64) {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .filter(|path| *path != self.evidence_path(newest))
            .collect();
        // Ids of runs sort by time.
        files.sort();
        let mut bytes = size(&self.evidence_path(newest));
        for path in files.iter().rev() {
            bytes += size(path);
            if bytes > kept_bytes || !path.with_extension("jsonl").exists() {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |meta| meta.len())
}

fn write_line(file: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *file, value)?;
    file.write_all(b"\n")
}

impl EvidenceReader {
    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read, or the row is not what is expected.
    pub fn row<R: DeserializeOwned>(&mut self) -> Result<Option<R>, StoreError> {
        if self.line()?.is_none() {
            return Ok(None);
        }
        self.parse(&self.text).map(Some)
    }

    fn line(&mut self) -> Result<Option<&str>, StoreError> {
        self.text.clear();
        let read = self.lines.read_line(&mut self.text);
        let read = read.map_err(|source| StoreError::Io {
            path: self.path.clone(),
            source,
        })?;
        Ok((read > 0).then_some(self.text.as_str()))
    }

    fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|error| self.damaged(error.to_string()))
    }

    /// The error that the file is not what it should be.
    #[must_use]
    pub fn damaged(&self, problem: String) -> StoreError {
        StoreError::Damaged {
            path: self.path.clone(),
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn run(random: u32) -> RunId {
        RunId::new(Timestamp::UNIX_EPOCH, random)
    }

    fn store() -> (tempfile::TempDir, RunStore) {
        let dir = tempfile::tempdir().unwrap();
        let store = RunStore::at(dir.path().join("runs"));
        (dir, store)
    }

    fn keep(store: &RunStore, run: &RunId, rows: usize) {
        store
            .keep_evidence(run, &json!({"exit": 1}), 0..rows)
            .unwrap();
        fs::write(store.dir.join(run.as_str()).with_extension("jsonl"), "").unwrap();
    }

    #[test]
    fn what_was_kept_is_read_again_row_by_row() {
        let (_dir, store) = store();
        keep(&store, &run(1), 3);
        keep(&store, &run(1), 2);
        let (head, mut rows): (Value, _) = store.evidence(&run(1)).unwrap();
        assert_eq!(head, json!({"exit": 1}));
        assert_eq!(rows.row::<u64>().unwrap(), Some(0));
        assert_eq!(rows.row::<u64>().unwrap(), Some(1));
        assert_eq!(
            rows.row::<u64>().unwrap(),
            None,
            "the next verify replaces it whole"
        );
        let mode = fs::metadata(store.evidence_path(&run(1)))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn nothing_another_format_and_damage_are_told_apart() {
        let (_dir, store) = store();
        let error = store.evidence::<Value>(&run(1)).unwrap_err();
        assert!(matches!(error, StoreError::NotVerified { .. }), "{error}");
        keep(&store, &run(1), 0);
        for (text, problem) in [
            (r#"{"format":7,"head":{}}"#, "its format is 7, known is 2"),
            ("{", "EOF while parsing"),
            ("", "EOF while parsing"),
        ] {
            fs::write(store.evidence_path(&run(1)), text).unwrap();
            let error = store.evidence::<Value>(&run(1)).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
        fs::write(
            store.evidence_path(&run(1)),
            "{\"format\":2,\"head\":{}}\n[1",
        )
        .unwrap();
        let (_, mut rows): (Value, _) = store.evidence(&run(1)).unwrap();
        assert!(rows.row::<Vec<u64>>().is_err());
    }

    #[test]
    fn the_oldest_beyond_the_room_and_orphans_go() {
        let (_dir, store) = store();
        for random in 1..=4 {
            keep(&store, &run(random), 10);
        }
        fs::remove_file(store.dir.join(run(3).as_str()).with_extension("jsonl")).unwrap();
        let one = size(&store.evidence_path(&run(4)));
        let kept = |random| store.evidence_path(&run(random)).exists();
        store.prune_evidence(&run(4), one * 3);
        assert_eq!([1, 2, 3, 4].map(kept), [false, true, false, true]);
        store.prune_evidence(&run(4), 1);
        assert_eq!(
            [2, 4].map(kept),
            [false, true],
            "the newest stays, however large"
        );
    }
}
