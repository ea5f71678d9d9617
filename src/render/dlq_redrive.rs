//! What a redrive, or a deletion, of dead letters came to.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    render::{
        escape::inline,
        table::{self, counted},
        theme,
    },
    store::redrives::{How, LetterRecord, LetterState, Redrive},
};
use edactl_aws::dead_letters::MoveTask;
use edactl_core::{humanize::count, run::Ending};

const SCHEMA: &str = "edactl.dlq-redrive/1";
/// More letters than this are summed up; those that something is wrong with come first.
const LISTED: usize = 20;

/// What is not in the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary<'a> {
    /// How many letters were looked at.
    pub looked_at: u64,
    /// How many of them were not meant.
    pub untouched: u64,
    /// How many came from other queues than the pipeline's.
    pub other_sources: u64,
    /// How many an earlier redrive had sent already.
    pub finished: u64,
    /// Why it was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_up: Option<&'a str>,
}

/// The result of `dlq redrive` and `dlq delete`, as JSON.
#[derive(Debug, Serialize)]
pub struct RedriveReport<'a> {
    schema: &'static str,
    redrive: &'a str,
    dlq: &'a str,
    how: How,
    ended: Option<Ending>,
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<u64>,
    counts: Counts,
    #[serde(flatten)]
    summary: Summary<'a>,
    letters: Vec<Row<'a>>,
}

#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Counts {
    redriven: u64,
    deleted: u64,
    not_sent: u64,
    not_deleted: u64,
    in_doubt: u64,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    message_id: &'a str,
    #[serde(flatten)]
    state: &'a LetterState,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
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
            &format!("redrive {} of {}: {main}", self.redrive, self.dlq),
        );
        let Summary {
            untouched,
            other_sources,
            finished,
            ..
        } = self.summary;
        for (number, what) in [
            (
                finished,
                "of them an earlier redrive had sent, and were only deleted now",
            ),
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

/// How far a message move task is, in words.
#[must_use]
pub fn moved(task: &MoveTask) -> String {
    match task.to_move {
        Some(to_move) => format!("{} of about {} moved", count(task.moved), count(to_move)),
        None => format!("{} moved so far", count(task.moved)),
    }
}
