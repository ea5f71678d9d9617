//! Recorded runs: a list, one run, and what was pruned.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    render::{
        document_schema::{CauseId, DocumentSchema, VerdictName},
        escape::{block, inline},
        explain::Explanation,
        send_report::SendCounts,
        table::{self, counted},
        theme,
        verify_report::VerifyReport,
        verify_words,
    },
    store::{
        evidence_rows::EvidenceRows,
        redrives::{LetterState, Redrive},
        retention::Old,
    },
};
use edactl_core::{
    event::marker::RunId,
    humanize::{self, count},
    latency::{Quantile, between},
    report::Summary,
    run::{Ending, Run},
    schema::UtcTime,
    verdict::Counts,
};

const LIST_SCHEMA: &str = "edactl.runs/1";
const SHOW_SCHEMA: &str = "edactl.run/1";
const PRUNE_SCHEMA: &str = "edactl.pruned-runs/1";
/// What stands where nothing is known.
const NOTHING: &str = "-";

/// One run of the list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunEntry {
    /// The run.
    #[schemars(with = "RunId")]
    run: String,
    /// When it began, by this machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    began: Option<Timestamp>,
    /// The pipeline's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pipeline: Option<String>,
    /// How many payloads were planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    planned: Option<u64>,
    /// How the send ended; left out when it was killed.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ending>,
    /// The last verify's verdict; left out when it was never verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<VerdictName>")]
    verdict: Option<Value>,
    /// When it was last verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    verified: Option<Timestamp>,
    /// The payloads by state, as in the result of verify.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    /// From the invocation to the first receipt, of 19 of 20 messages, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    p95_ms: Option<u64>,
    /// Why its record cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

impl RunEntry {
    /// A run, and what its last verify found.
    #[must_use]
    pub fn new(run: &Run, found: Option<&(Summary, EvidenceRows)>) -> Self {
        let report = found.map(|(head, rows)| VerifyReport {
            run,
            head,
            messages: rows,
        });
        let head = found.map(|(head, _)| head);
        Self {
            run: run.plan.run.to_string(),
            began: Some(run.plan.began),
            pipeline: Some(run.plan.pipeline.name.clone()),
            planned: Some(run.plan.payloads()),
            ended: run.ended,
            verdict: head.map(verdict),
            verified: head.map(|head| head.at),
            counts: head.map(|head| head.counts),
            p95_ms: report.and_then(|report| latency(report, Quantile::P95)),
            problem: None,
        }
    }

    /// A run whose record cannot be read.
    #[must_use]
    pub fn unreadable(run: &RunId, problem: &str) -> Self {
        Self {
            run: run.to_string(),
            began: None,
            pipeline: None,
            planned: None,
            ended: None,
            verdict: None,
            verified: None,
            counts: None,
            p95_ms: None,
            problem: Some(problem.to_owned()),
        }
    }

    fn verdict_text(&self) -> &str {
        if self.problem.is_some() {
            return "unreadable";
        }
        let verdict = self.verdict.as_ref().and_then(Value::as_str);
        verdict.unwrap_or("not verified")
    }

    /// What became of the messages, in words.
    fn counts_text(&self) -> String {
        let planned = counted(self.planned.unwrap_or_default(), "message");
        let Some(counts) = &self.counts else {
            return planned;
        };
        if counts.taken == counts.planned {
            return format!("{planned} taken");
        }
        let mut text = format!("{} of {planned} taken", count(counts.taken));
        for (number, what) in [
            (counts.dead_lettered, "dead-lettered"),
            (counts.lost, "lost"),
        ] {
            if number > 0 {
                let _ = write!(text, ", {} {what}", count(number));
            }
        }
        text
    }
}

/// The verdict's name, as it is written everywhere.
pub(super) fn verdict(head: &Summary) -> Value {
    let mut outcome = serde_json::to_value(head.outcome).unwrap_or_default();
    outcome["verdict"].take()
}

/// The time from the invocation to the receipt at this quantile, in milliseconds.
pub(super) fn latency(report: VerifyReport<'_>, quantile: Quantile) -> Option<u64> {
    let mut spans: Vec<_> = report.rows().filter_map(|row| row.latency).collect();
    let span = quantile.of(&mut spans)?;
    u64::try_from(span.as_millis()).ok()
}

/// Milliseconds as people say them.
pub(super) fn millis(millis: Option<u64>) -> String {
    millis.map_or_else(
        || NOTHING.to_owned(),
        |millis| humanize::duration(Duration::from_millis(millis)),
    )
}

/// The list, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunsReport {
    /// The name and version of this document.
    schema: &'static str,
    /// Newest first.
    runs: Vec<RunEntry>,
}

impl RunsReport {
    /// These runs.
    #[must_use]
    pub fn new(runs: Vec<RunEntry>) -> Self {
        Self {
            schema: LIST_SCHEMA,
            runs,
        }
    }

    /// The list for people.
    #[must_use]
    pub fn to_table(&self, now: Timestamp) -> String {
        if self.runs.is_empty() {
            return "no run is recorded\n".to_owned();
        }
        let mut shown =
            table::with_header(&["run", "age", "pipeline", "verdict", "messages", "p95"]);
        for entry in &self.runs {
            let messages = match &entry.problem {
                Some(problem) => inline(problem).into_owned(),
                None => entry.counts_text(),
            };
            shown.add_row([
                entry.run.clone(),
                entry
                    .began
                    .map_or_else(|| NOTHING.to_owned(), |began| age(began, now)),
                entry
                    .pipeline
                    .as_deref()
                    .map_or_else(|| NOTHING.to_owned(), |name| inline(name).into_owned()),
                entry.verdict_text().to_owned(),
                messages,
                millis(entry.p95_ms),
            ]);
        }
        table::render(&mut shown)
    }
}

fn age(began: Timestamp, now: Timestamp) -> String {
    humanize::duration(between(began, now))
}

/// One run, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShowReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    #[serde(flatten)]
    entry: RunEntry,
    /// The edactl version that recorded it.
    edactl: &'a str,
    /// The AWS region.
    region: &'a str,
    /// What was sent.
    events: Vec<EventEntry<'a>>,
    /// How often each event was sent.
    repeat: u32,
    /// Invocations and messages by what became of them.
    invocations: SendCounts,
    /// What a person should know beside the verdict, in sentences.
    findings: Vec<String>,
    /// Why messages are not proven.
    problems: Vec<Problem>,
    /// What was redriven of it.
    redrives: Vec<RedriveEntry<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EventEntry<'a> {
    /// The file as it was named, or `stdin`.
    origin: &'a str,
    /// Of the event's text, in hexadecimal digits.
    sha256: &'a str,
    /// How many payloads it has.
    payloads: usize,
}

/// Why messages are not proven.
#[derive(Debug, Serialize, JsonSchema)]
struct Problem {
    /// Names the reason for machines.
    #[schemars(with = "CauseId")]
    id: Value,
    #[serde(flatten)]
    explanation: Explanation,
    /// How many messages.
    messages: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RedriveEntry<'a> {
    /// The redrive's id.
    #[schemars(with = "RunId")]
    redrive: &'a str,
    /// When it began.
    #[serde(serialize_with = "edactl_core::schema::in_millis")]
    #[schemars(with = "UtcTime")]
    began: Timestamp,
    /// The letters of this run.
    letters: Vec<LetterEntry<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LetterEntry<'a> {
    /// The message's number in the run, from 1.
    #[schemars(range(min = 1))]
    seq: u64,
    /// The letter's message id in the dead-letter queue.
    message_id: &'a str,
    #[serde(flatten)]
    state: &'a LetterState,
}

impl<'a> ShowReport<'a> {
    /// A run, what its last verify found, and what was redriven of it.
    #[must_use]
    pub fn new(
        run: &'a Run,
        found: Option<&'a (Summary, EvidenceRows)>,
        redrives: &'a [Redrive],
    ) -> Self {
        let plan = &run.plan;
        let head = found.map(|(head, _)| head);
        let of_run = |redrive: &'a Redrive| {
            let letters: Vec<_> = redrive
                .letters
                .iter()
                .filter_map(|(id, letter)| {
                    let place = letter
                        .place
                        .as_ref()
                        .filter(|place| place.run == plan.run)?;
                    Some(LetterEntry {
                        seq: place.seq,
                        message_id: id,
                        state: &letter.state,
                    })
                })
                .collect();
            (!letters.is_empty()).then(|| RedriveEntry {
                redrive: redrive.head.redrive.as_str(),
                began: redrive.head.began,
                letters,
            })
        };
        Self {
            schema: SHOW_SCHEMA,
            entry: RunEntry::new(run, found),
            edactl: &plan.edactl,
            region: &plan.pipeline.region,
            events: plan
                .events
                .iter()
                .map(|event| EventEntry {
                    origin: &event.origin,
                    sha256: &event.digest,
                    payloads: event.payloads.len(),
                })
                .collect(),
            repeat: plan.repeat,
            invocations: SendCounts::of(run),
            findings: head
                .map(|head| &head.findings)
                .into_iter()
                .flatten()
                .map(verify_words::finding)
                .collect(),
            problems: found
                .map(|(head, rows)| problems(run, head, rows))
                .unwrap_or_default(),
            redrives: redrives.iter().filter_map(of_run).collect(),
        }
    }

    /// The run for people.
    #[must_use]
    pub fn text(&self, now: Timestamp) -> String {
        let entry = &self.entry;
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<12}{value}");
        };
        line("run", &entry.run);
        if let Some(began) = entry.began {
            line("began", &format!("{began} ({} ago)", age(began, now)));
        }
        line(
            "pipeline",
            &format!(
                "{} in {}",
                inline(entry.pipeline.as_deref().unwrap_or(NOTHING)),
                inline(self.region)
            ),
        );
        for event in &self.events {
            let payloads = counted(event.payloads as u64, "payload");
            line("event", &format!("{} ({payloads})", inline(event.origin)));
        }
        if self.repeat > 1 {
            line("repeated", &format!("{} times", self.repeat));
        }
        let SendCounts {
            planned, succeeded, ..
        } = self.invocations;
        let how = match entry.ended {
            Some(Ending::Complete) => "",
            Some(Ending::Interrupted) => ", interrupted",
            None => ", broken off",
        };
        line(
            "sent",
            &format!(
                "{} of {}{how}",
                count(succeeded),
                counted(planned, "invocation")
            ),
        );
        line("verdict", entry.verdict_text());
        line("messages", &entry.counts_text());
        line("p95", &millis(entry.p95_ms));
        for problem in &self.problems {
            let _ = writeln!(
                text,
                "{}: {}\n    next: {}",
                theme::paint(theme::BAD, &counted(problem.messages as u64, "message")),
                block(&problem.explanation.reason),
                block(&problem.explanation.next)
            );
        }
        for finding in &self.findings {
            let _ = writeln!(text, "{}", block(finding));
        }
        for redrive in &self.redrives {
            let _ = writeln!(
                text,
                "redrive {}, {} ago:",
                redrive.redrive,
                age(redrive.began, now)
            );
            for letter in &redrive.letters {
                let to = letter
                    .state
                    .new_id()
                    .map_or_else(String::new, |id| format!(" → {}", inline(id)));
                let twice = if letter.state.may_be_twice() {
                    " (may exist twice)"
                } else {
                    ""
                };
                let _ = writeln!(
                    text,
                    "    message {}: {}{to}{twice}",
                    letter.seq,
                    inline(letter.message_id)
                );
            }
        }
        text
    }
}

fn problems(run: &Run, head: &Summary, rows: &EvidenceRows) -> Vec<Problem> {
    let report = VerifyReport {
        run,
        head,
        messages: rows,
    };
    let groups = head.diagnosis.iter();
    groups
        .map(|group| {
            let mut cause = serde_json::to_value(&group.cause).unwrap_or_default();
            Problem {
                id: cause["id"].take(),
                explanation: report.explain(group),
                messages: group.messages.len(),
            }
        })
        .collect()
}

/// What `runs prune` deleted, or would delete, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PruneReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// Whether nothing was deleted.
    dry_run: bool,
    /// What was deleted, or would be.
    deleted: &'a [RunId],
    /// As old, and kept because they were never verified.
    unverified: &'a [RunId],
    /// As old, and kept because they are being sent or cannot be read.
    unreadable: &'a [RunId],
}

impl<'a> PruneReport<'a> {
    /// The old runs by what becomes of them.
    #[must_use]
    pub fn new(old: &'a Old, dry_run: bool) -> Self {
        Self {
            schema: PRUNE_SCHEMA,
            dry_run,
            deleted: &old.expendable,
            unverified: &old.unverified,
            unreadable: &old.unreadable,
        }
    }

    /// The same for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for run in self.deleted {
            let _ = writeln!(text, "{run}");
        }
        let deleted = counted(self.deleted.len() as u64, "run");
        let _ = if self.dry_run {
            writeln!(text, "dry run: {deleted} would be deleted; none was")
        } else {
            writeln!(text, "{deleted} deleted")
        };
        for run in self.unreadable {
            let _ = writeln!(text, "{run} is being sent or cannot be read, and stays");
        }
        text
    }
}

/// The schema of that document.
#[must_use]
pub fn list_json_schema() -> DocumentSchema {
    DocumentSchema::of::<RunsReport>(LIST_SCHEMA, "`edactl runs list -o json`")
}

/// The schema of that document.
#[must_use]
pub fn show_json_schema() -> DocumentSchema {
    DocumentSchema::of::<ShowReport<'_>>(SHOW_SCHEMA, "`edactl runs show -o json`")
}

/// The schema of that document.
#[must_use]
pub fn prune_json_schema() -> DocumentSchema {
    DocumentSchema::of::<PruneReport<'_>>(PRUNE_SCHEMA, "`edactl runs prune -o json`")
}
