//! What a redrive, or a deletion, of dead letters came to.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    render::{
        document_schema::DocumentSchema,
        escape::inline,
        table::{self, counted},
        theme,
    },
    store::redrives::{How, LetterRecord, LetterState, Redrive},
};
use edactl_aws::dead_letters::moves::MoveTask;
use edactl_core::{
    event::marker::RunId, exit::ExitCode, humanize::count, run::Ending, topology::queue::queue_name,
};

const SCHEMA: &str = "edactl.dlq-redrive/1";
const DRY_RUN_SCHEMA: &str = "edactl.dlq-move-dry-run/1";
const CANCEL_SCHEMA: &str = "edactl.dlq-cancel/1";
/// More letters than this are summed up; those that something is wrong with come first.
const LISTED: usize = 20;

/// What is not in the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary<'a> {
    /// How many letters were looked at.
    pub looked_at: u64,
    /// How many of them were not meant.
    pub untouched: u64,
    /// How many came from other queues than the pipeline's.
    pub other_sources: u64,
    /// How many an earlier redrive had sent already.
    pub finished: u64,
    /// How many of those that this redrive sent are dead again already, and stay.
    pub dead_again: u64,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up: Option<&'a str>,
}

/// The result of `dlq redrive` and `dlq delete`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RedriveReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The redrive's id, made as those of runs are.
    #[schemars(with = "RunId")]
    redrive: &'a str,
    /// The dead-letter queue's name.
    dlq: &'a str,
    /// What is done with the letters.
    how: How,
    /// How it ended; null: it failed before its end.
    ended: Option<Ending>,
    /// The exit code.
    #[schemars(with = "ExitCode")]
    exit: u8,
    /// How many a message move task moved (approximate).
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<u64>,
    /// The letters by what became of them.
    counts: Counts,
    #[serde(flatten)]
    summary: Summary<'a>,
    /// The letters one by one.
    letters: Vec<Row<'a>>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
struct Counts {
    /// Sent again, and deleted from the dead-letter queue.
    redriven: u64,
    /// Deleted for good.
    deleted: u64,
    /// Refused, and still in the dead-letter queue.
    not_sent: u64,
    /// Still in the dead-letter queue, because deleting failed.
    not_deleted: u64,
    /// They may be on their queue and in the dead-letter queue both.
    in_doubt: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row<'a> {
    /// The letter's message id in the dead-letter queue.
    message_id: &'a str,
    #[serde(flatten)]
    state: &'a LetterState,
    /// The run that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<RunId>")]
    run: Option<&'a str>,
    /// The message's number in the run, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    seq: Option<u64>,
}

impl<'a> RedriveReport<'a> {
    /// The report of a redrive that ends with this exit code.
    #[must_use]
    pub fn new(dlq: &'a str, redrive: &'a Redrive, summary: &Summary<'a>, exit: u8) -> Self {
        let mut counts = Counts::default();
        for letter in redrive.letters.values() {
            let slot = match &letter.state {
                LetterState::Redriven { .. } => &mut counts.redriven,
                LetterState::Deleted => &mut counts.deleted,
                LetterState::NotSent { .. } => &mut counts.not_sent,
                LetterState::NotDeleted { .. } => &mut counts.not_deleted,
                LetterState::Sending | LetterState::InDoubt { .. } | LetterState::Sent { .. } => {
                    &mut counts.in_doubt
                }
            };
            *slot += 1;
        }
        let row = |(id, letter): (&'a String, &'a LetterRecord)| Row {
            message_id: id,
            state: &letter.state,
            run: letter.place.as_ref().map(|place| place.run.as_str()),
            seq: letter.place.as_ref().map(|place| place.seq),
        };
        Self {
            schema: SCHEMA,
            redrive: redrive.head.redrive.as_str(),
            dlq,
            how: redrive.head.how,
            ended: redrive.ended,
            exit,
            moved: redrive.moved,
            counts,
            summary: *summary,
            letters: redrive.letters.iter().map(row).collect(),
        }
    }

    /// The letters as a table, and what they come to.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        let is_fine = |state: &LetterState| {
            matches!(state, LetterState::Redriven { .. } | LetterState::Deleted)
        };
        let mut rows: Vec<_> = self.letters.iter().collect();
        rows.sort_by_key(|row| is_fine(row.state));
        if !rows.is_empty() {
            let mut shown = table::with_header(&["letter", "new message id", "message", "result"]);
            for row in rows.iter().take(LISTED) {
                shown.add_row([
                    inline(row.message_id).into_owned(),
                    row.state
                        .new_id()
                        .map_or_else(|| "-".to_owned(), |id| inline(id).into_owned()),
                    row.run
                        .zip(row.seq)
                        .map_or_else(|| "-".to_owned(), |(run, seq)| format!("{run} {seq}")),
                    result(row.state),
                ]);
            }
            text.push_str(&table::render(&mut shown));
            if rows.len() > LISTED {
                let _ = writeln!(text, "and {} more (-o json)", rows.len() - LISTED);
            }
        }
        text.push_str(&self.last_line());
        text
    }

    fn last_line(&self) -> String {
        let Counts {
            redriven,
            deleted,
            not_sent,
            not_deleted,
            in_doubt,
        } = self.counts;
        let main = match self.how {
            How::MoveTask => format!(
                "about {} moved by SQS",
                counted(self.moved.unwrap_or_default(), "letter")
            ),
            How::OneByOne => format!("{} sent again", counted(redriven, "letter")),
            How::Delete => format!("{} deleted", counted(deleted, "letter")),
        };
        let is_good = self.exit == 0;
        let mut text = theme::paint(
            if is_good { theme::GOOD } else { theme::BAD },
            &format!("redrive {} of {}: {main}", self.redrive, inline(self.dlq)),
        );
        let Summary {
            untouched,
            other_sources,
            finished,
            dead_again,
            ..
        } = self.summary;
        for (number, what) in [
            (
                finished,
                "of them an earlier redrive had sent, and were only deleted now",
            ),
            (dead_again, "of them are dead again already, and stay"),
            (not_sent, "not sent, and still in the dead-letter queue"),
            (in_doubt, "in doubt: they may be on the queue and here both"),
            (not_deleted, "could not be deleted"),
            (other_sources, "of other queues left alone"),
            (untouched, "not chosen, and untouched"),
        ] {
            if number > 0 {
                let _ = write!(text, ", {} {what}", count(number));
            }
        }
        if let Some(reason) = self.summary.given_up {
            let _ = write!(text, "; given up: {}", inline(reason));
        }
        if self.ended != Some(Ending::Complete) {
            text.push_str("; broken off, what is left stays in the dead-letter queue");
        }
        text.push('\n');
        text
    }
}

fn result(state: &LetterState) -> String {
    match state {
        LetterState::Redriven { .. } => "sent again".to_owned(),
        LetterState::Deleted => "deleted".to_owned(),
        LetterState::Sending | LetterState::Sent { .. } => "in doubt: broken off".to_owned(),
        LetterState::InDoubt { reason } => format!("in doubt: {}", inline(reason)),
        LetterState::NotSent { reason } => format!("not sent: {}", inline(reason)),
        LetterState::NotDeleted { reason, .. } => format!("not deleted: {}", inline(reason)),
    }
}

/// What a message move task would move, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MoveDryRun<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The dead-letter queue's name.
    dlq: &'a str,
    /// How many letters the queue says it holds (approximate).
    held: u64,
    /// The URL of the queue in --to; null: where they came from.
    to: Option<&'a str>,
}

impl<'a> MoveDryRun<'a> {
    /// So many letters would be moved to the queue of this URL; `None`: to where they came from.
    #[must_use]
    pub fn new(dlq: &'a str, held: u64, to: Option<&'a str>) -> Self {
        Self {
            schema: DRY_RUN_SCHEMA,
            dlq,
            held,
            to,
        }
    }

    /// The same for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "dry run: about {} would be moved {}; nothing was\n",
            counted(self.held, "letter"),
            self.to.map_or_else(
                || "to where they came from".to_owned(),
                |url| format!("to {}", inline(queue_name(url)))
            )
        )
    }
}

/// A message move task that was told to stop, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MoveCancelled<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The dead-letter queue's name.
    dlq: &'a str,
    /// How many letters were moved so far (approximate).
    moved: u64,
    #[serde(skip)]
    task: &'a MoveTask,
}

impl<'a> MoveCancelled<'a> {
    /// This task of a queue was stopped.
    #[must_use]
    pub fn new(dlq: &'a str, task: &'a MoveTask) -> Self {
        Self {
            schema: CANCEL_SCHEMA,
            dlq,
            moved: task.moved,
            task,
        }
    }

    /// The same for people.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!(
            "stopping the redrive of {} ({}); what was moved stays moved\n",
            inline(self.dlq),
            moved(self.task)
        )
    }
}

/// How far a message move task is, in words.
#[must_use]
pub fn moved(task: &MoveTask) -> String {
    match task.to_move {
        Some(to_move) => format!("{} of about {} moved", count(task.moved), count(to_move)),
        None => format!("{} moved so far", count(task.moved)),
    }
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<RedriveReport<'_>>(
        SCHEMA,
        "`edactl dlq redrive -o json` or `edactl dlq delete -o json`",
    )
}

/// The schema of that document.
#[must_use]
pub fn dry_run_json_schema() -> DocumentSchema {
    DocumentSchema::of::<MoveDryRun<'_>>(
        DRY_RUN_SCHEMA,
        "`edactl dlq redrive --all --dry-run -o json`",
    )
}

/// The schema of that document.
#[must_use]
pub fn cancel_json_schema() -> DocumentSchema {
    DocumentSchema::of::<MoveCancelled<'_>>(CANCEL_SCHEMA, "`edactl dlq redrive --cancel -o json`")
}
