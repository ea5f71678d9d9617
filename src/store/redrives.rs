//! Recorded redrives: one file each, appended line by line, readable by its owner only.
//!
//! The first line is the [`RedriveHead`], each further one a [`RedriveLine`]. A line is on disk
//! before a letter is sent and after its outcome is known, so that after a kill the record says
//! which letters may exist twice. It holds message ids and places in runs, no payloads.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    path::PathBuf,
};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::store::{RunStore, StoreError};
use edactl_core::{event::marker::RunId, run::Ending};

/// The version of the file's format; a reader refuses what it does not know.
const FORMAT: u32 = 1;
const EXTENSION: &str = "redrive";
/// How many are kept; the oldest go first.
const KEPT: usize = 500;

/// What a redrive set out to do: the first line of its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedriveHead {
    format: u32,
    /// Its id, made as those of runs are.
    pub redrive: RunId,
    /// When it began, by this machine's clock.
    pub began: Timestamp,
    /// The edactl version that recorded it.
    pub edactl: String,
    /// The pipeline's name.
    pub pipeline: String,
    /// The dead-letter queue's URL.
    pub dlq: String,
    /// What is done with the letters.
    pub how: How,
}

/// What is done with the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// SQS moves all of them (`StartMessageMoveTask`).
    MoveTask,
    /// Each is sent again and then deleted.
    OneByOne,
    /// Each is deleted.
    Delete,
}

impl RedriveHead {
    /// The head of a redrive that begins now.
    #[must_use]
    pub fn new(redrive: RunId, began: Timestamp, pipeline: &str, dlq: &str, how: How) -> Self {
        Self {
            format: FORMAT,
            redrive,
            began,
            edactl: env!("CARGO_PKG_VERSION").to_owned(),
            pipeline: pipeline.to_owned(),
            dlq: dlq.to_owned(),
            how,
        }
    }
}

/// The place of a letter's message in a recorded run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The run.
    pub run: RunId,
    /// The message's number in it, from 1.
    pub seq: u64,
}

/// One line of a record, after the head. `letter` is the message id in the dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum RedriveLine {
    /// SQS has begun to move everything.
    Moving {
        /// The task, to cancel it.
        handle: String,
        /// When.
        at: Timestamp,
    },
    /// A letter is about to be sent.
    Sending {
        /// The letter.
        letter: String,
        /// Where it stands in a recorded run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        /// The queue's URL.
        to: String,
        /// When.
        at: Timestamp,
    },
    /// What became of sending a letter.
    Outcome {
        /// The letter.
        letter: String,
        /// Where it stands in a recorded run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        /// When.
        at: Timestamp,
        /// What became of it.
        #[serde(flatten)]
        state: LetterState,
    },
    /// It ended in order.
    Ended {
        /// When.
        at: Timestamp,
        /// How.
        how: Ending,
        /// How many a message move task moved, approximately.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        moved: Option<u64>,
    },
}

/// What became of a letter, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum LetterState {
    /// The process died before the outcome was known: it may be on its queue as well.
    Sending,
    /// No answer came: it may be on its queue as well, and stays in the dead-letter queue.
    InDoubt {
        /// Why.
        reason: String,
    },
    /// It was refused, and stays in the dead-letter queue.
    NotSent {
        /// Why.
        reason: String,
    },
    /// It is on its queue; whether it was deleted from the dead-letter queue is not known.
    Sent {
        /// Its message id there.
        new_id: String,
    },
    /// It is on its queue, and in the dead-letter queue as well: deleting it failed.
    NotDeleted {
        /// Its message id on its queue; none: it was only to be deleted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        new_id: Option<String>,
        /// Why.
        reason: String,
    },
    /// It is on its queue only.
    Redriven {
        /// Its message id there.
        new_id: String,
    },
    /// It was deleted for good.
    Deleted,
}

impl LetterState {
    /// The message id that it was sent again under, where that is known.
    #[must_use]
    pub fn new_id(&self) -> Option<&str> {
        match self {
            Self::Sent { new_id } | Self::Redriven { new_id } => Some(new_id),
            Self::NotDeleted { new_id, .. } => new_id.as_deref(),
            _ => None,
        }
    }

    /// Whether the letter may be on its queue and in the dead-letter queue both.
    #[must_use]
    pub fn may_be_twice(&self) -> bool {
        match self {
            Self::Sending | Self::InDoubt { .. } | Self::Sent { .. } => true,
            Self::NotDeleted { new_id, .. } => new_id.is_some(),
            _ => false,
        }
    }
}

/// A letter, as a record tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRecord {
    /// Where it stands in a recorded run.
    pub place: Option<Place>,
    /// Its way to a queue; `None`: it was not to be sent, or an earlier redrive had sent it.
    pub queued: Option<Queued>,
    /// What became of it.
    pub state: LetterState,
}

/// A letter's way to its queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The queue's URL.
    pub to: String,
    /// When it was sent. What went out in one call has one time.
    pub at: Timestamp,
    /// When SQS had answered.
    pub answered: Option<Timestamp>,
}

/// A redrive as its record tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redrive {
    /// What it set out to do.
    pub head: RedriveHead,
    /// The letters by message id.
    pub letters: BTreeMap<String, LetterRecord>,
    /// The message move task's handle.
    pub task: Option<String>,
    /// How it ended; `None`: it was killed, or is under way.
    pub ended: Option<Ending>,
    /// How many a message move task moved, approximately.
    pub moved: Option<u64>,
}

impl Redrive {
    fn new(head: RedriveHead) -> Self {
        Self {
            head,
            letters: BTreeMap::new(),
            task: None,
            ended: None,
            moved: None,
        }
    }

    /// Takes in one more line of the record.
    pub fn apply(&mut self, line: RedriveLine) {
        match line {
            RedriveLine::Moving { handle, .. } => self.task = Some(handle),
            RedriveLine::Sending {
                letter,
                place,
                to,
                at,
            } => {
                let record = LetterRecord {
                    place,
                    queued: Some(Queued {
                        to,
                        at,
                        answered: None,
                    }),
                    state: LetterState::Sending,
                };
                self.letters.insert(letter, record);
            }
            RedriveLine::Outcome {
                letter,
                place,
                at,
                state,
            } => {
                let known = self.letters.entry(letter).or_insert(LetterRecord {
                    place: None,
                    queued: None,
                    state: LetterState::Sending,
                });
                if let Some(queued) = &mut known.queued {
                    queued.answered.get_or_insert(at);
                }
                known.place = known.place.take().or(place);
                known.state = state;
            }
            RedriveLine::Ended { how, moved, .. } => {
                self.ended = Some(how);
                self.moved = moved;
            }
        }
    }
}

impl RunStore {
    fn redrive_dir(&self) -> PathBuf {
        self.dir.with_file_name("redrives")
    }

    /// Begins the record of a redrive with its head.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn begin_redrive(&self, head: RedriveHead) -> Result<RedriveRecorder, StoreError> {
        let dir = self.redrive_dir();
        let path = dir.join(head.redrive.as_str()).with_extension(EXTENSION);
        let at = |source| StoreError::Io {
            path: path.clone(),
            source,
        };
        edactl_state::create_private(&dir).map_err(at)?;
        let paths = self.redrive_paths();
        for old in paths.iter().take(paths.len().saturating_sub(KEPT - 1)) {
            // Room for a new record matters more than an old one that cannot be removed.
            let _ = fs::remove_file(old);
        }
        let file = edactl_state::private_file()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(at)?;
        let mut recorder = RedriveRecorder {
            file,
            path,
            redrive: Redrive::new(head),
        };
        let head = serde_json::to_value(&recorder.redrive.head);
        recorder.write(&[head.map_err(|error| recorder.failed(error.into()))?])?;
        Ok(recorder)
    }

    /// The recorded redrives, oldest first, as far as they can be read.
    #[must_use]
    pub fn redrives(&self) -> Vec<Redrive> {
        let paths = self.redrive_paths();
        paths.iter().filter_map(|path| read(path).ok()).collect()
    }

    /// The payloads of a run whose letters were deleted for good, by their numbers from 1. A letter
    /// that had been sent again was only a copy.
    #[must_use]
    pub fn deleted_of(&self, run: &RunId) -> Vec<u64> {
        let mut deleted = BTreeMap::new();
        for (id, letter) in self.redrives().into_iter().flat_map(|it| it.letters) {
            let place = letter.place.filter(|place| place.run == *run);
            if let (LetterState::Deleted, Some(place)) = (&letter.state, place) {
                deleted.entry(id).or_insert(Some(place.seq));
            } else if letter.state.new_id().is_some() {
                deleted.insert(id, None);
            }
        }
        deleted.into_values().flatten().collect()
    }

    /// Their files; ids sort by time.
    fn redrive_paths(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = fs::read_dir(self.redrive_dir())
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .collect();
        paths.sort();
        paths
    }
}

fn read(path: &PathBuf) -> io::Result<Redrive> {
    let mut lines = BufReader::new(File::open(path)?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let head: RedriveHead = serde_json::from_str(&first)?;
    if head.format != FORMAT {
        return Err(io::Error::other("another format"));
    }
    let mut redrive = Redrive::new(head);
    for line in lines {
        // A process that died while it wrote its last line had done nothing yet that it tells of.
        match serde_json::from_str(&line?) {
            Ok(line) => redrive.apply(line),
            Err(_) => break,
        }
    }
    Ok(redrive)
}

/// Appends to one redrive's record.
#[derive(Debug)]
pub struct RedriveRecorder {
    file: File,
    path: PathBuf,
    redrive: Redrive,
}

impl RedriveRecorder {
    /// Appends lines, and returns when they are on disk: neither a killed process nor a machine
    /// that loses its power loses them.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn record(&mut self, lines: Vec<RedriveLine>) -> Result<(), StoreError> {
        self.write(&lines)?;
        for line in lines {
            self.redrive.apply(line);
        }
        Ok(())
    }

    fn write(&mut self, lines: &[impl Serialize]) -> Result<(), StoreError> {
        let mut text = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut text, line).map_err(|error| self.failed(error.into()))?;
            text.push(b'\n');
        }
        let written = self
            .file
            .write_all(&text)
            .and_then(|()| self.file.sync_data());
        written.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Io {
            path: self.path.clone(),
            source,
        }
    }

    /// The redrive so far.
    #[must_use]
    pub fn redrive(&self) -> &Redrive {
        &self.redrive
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-26T12:00:00Z".parse().unwrap()
    }

    fn begin(store: &RunStore, random: u32) -> RedriveRecorder {
        let id = RunId::new(now(), random);
        let head = RedriveHead::new(id, now(), "demo", "http://q/dlq", How::OneByOne);
        store.begin_redrive(head).unwrap()
    }

    fn sending(letter: &str) -> RedriveLine {
        RedriveLine::Sending {
            letter: letter.into(),
            place: Some(Place {
                run: RunId::new(now(), 7),
                seq: 3,
            }),
            to: "http://q/main".into(),
            at: now(),
        }
    }

    fn outcome(letter: &str, state: LetterState) -> RedriveLine {
        RedriveLine::Outcome {
            letter: letter.into(),
            place: None,
            at: now(),
            state,
        }
    }

    #[test]
    fn what_was_recorded_is_read_again_and_says_which_may_be_twice() {
        let dir = tempfile::tempdir().unwrap();
        let store = RunStore::at(dir.path().join("runs"));
        let mut recorder = begin(&store, 1);
        let id = || "new".to_owned();
        let reason = || "why".to_owned();
        let cases = [
            ("a", None, true),
            ("b", Some(LetterState::Sent { new_id: id() }), true),
            ("c", Some(LetterState::Redriven { new_id: id() }), false),
            ("d", Some(LetterState::NotSent { reason: reason() }), false),
            ("e", Some(LetterState::InDoubt { reason: reason() }), true),
            ("f", Some(LetterState::Deleted), false),
            (
                "g",
                Some(LetterState::NotDeleted {
                    new_id: Some(id()),
                    reason: reason(),
                }),
                true,
            ),
            (
                "h",
                Some(LetterState::NotDeleted {
                    new_id: None,
                    reason: reason(),
                }),
                false,
            ),
        ];
        for (letter, state, _) in &cases {
            recorder.record(vec![sending(letter)]).unwrap();
            if let Some(state) = state {
                recorder
                    .record(vec![outcome(letter, state.clone())])
                    .unwrap();
            }
        }
        let found = store.redrives();
        assert_eq!(found, [recorder.redrive().clone()]);
        for (letter, _, twice) in &cases {
            let record = &found[0].letters[*letter];
            assert_eq!(record.state.may_be_twice(), *twice, "{letter}");
            assert_eq!(record.place.as_ref().unwrap().seq, 3);
        }
        assert_eq!(found[0].ended, None, "it was killed");
        let mode = fs::metadata(&recorder.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_line_that_was_cut_off_tells_of_nothing_that_happened() {
        let dir = tempfile::tempdir().unwrap();
        let store = RunStore::at(dir.path().join("runs"));
        let mut recorder = begin(&store, 1);
        recorder.record(vec![sending("a")]).unwrap();
        let whole = fs::read_to_string(&recorder.path).unwrap();
        let (head, line) = whole.split_once('\n').unwrap();
        for cut in 0..line.len() {
            fs::write(&recorder.path, format!("{head}\n{}", &line[..cut])).unwrap();
            let found = store.redrives();
            // Only the line's end may be missing of a whole one.
            let is_whole = cut + 1 == line.len();
            assert_eq!(found[0].letters.len(), usize::from(is_whole), "{cut}");
        }
    }
}
