//! The result of `verify`: the verdict, the messages, and what the witnesses said.

use std::{fmt::Write, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use super::{
    table::{self, count, counted},
    theme,
};
use crate::{
    pipeline::run::{Outcome as Sent, Place, Run},
    proof::{
        diagnosis::{Attempt, Diagnosis, Group},
        ledger::{MessageStatus, QueueView, State},
        verdict::{Counts, Finding, MetricsView, MetricsWord, Outcome, Verdict, is_duplicate},
    },
    span,
};

/// A run of more messages than this is summed up; those with a problem are still listed.
const LISTED: usize = 20;
const SCHEMA: &str = "edactl.verify/1";

/// What a verify came to.
#[derive(Debug)]
pub struct VerifyReport<'a> {
    /// The run.
    pub run: &'a Run,
    /// What is proven.
    pub verdict: &'a Verdict,
    /// Each message's status, in order.
    pub statuses: &'a [MessageStatus],
    /// What the logs' witness says of itself; `None`: it was not asked.
    pub logs: Option<String>,
    /// What the metrics say; `None`: they were not asked.
    pub metrics: Option<MetricsView>,
    /// What the queue says; `None`: it was not asked or cannot be read.
    pub queue: Option<QueueView>,
    /// How many messages the dead-letter queue held at the last look.
    pub dead_letters: Option<u64>,
    /// What a person should know beside the verdict.
    pub findings: &'a [Finding],
    /// Why messages are not proven.
    pub diagnosis: &'a Diagnosis,
    /// How long the verify took, the sending included where it sent.
    pub elapsed: Duration,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// The exit code.
    pub exit: u8,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: &'a str,
    pipeline: &'a str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(rename = "final")]
    is_final: bool,
    interrupted: bool,
    exit: u8,
    elapsed_ms: u128,
    counts: CountsDocument,
    witnesses: Witnesses<'a>,
    findings: Vec<FindingDocument<'a>>,
    diagnosis: Vec<GroupDocument<'a>>,
    messages: Vec<MessageDocument<'a>>,
}

#[derive(Serialize)]
struct CountsDocument {
    planned: u64,
    attempted: u64,
    done: u64,
    duplicated: u64,
    lost: u64,
    dead_lettered: u64,
    not_sent: u64,
    failing: u64,
    received: u64,
    waiting: u64,
    in_doubt: u64,
    unattempted: u64,
    sent: u64,
    receives: u64,
}

#[derive(Serialize)]
struct Witnesses<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    logs: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<MetricsDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<QueueDocument>,
}

#[derive(Serialize)]
struct MetricsDocument {
    sent: Option<u64>,
    received: Option<u64>,
    deleted: Option<u64>,
    agree: bool,
}

#[derive(Serialize)]
struct QueueDocument {
    visible: u64,
    in_flight: u64,
    delayed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dead_letters: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    empty_since: Option<Timestamp>,
}

#[derive(Serialize)]
struct FindingDocument<'a> {
    id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct GroupDocument<'a> {
    id: &'a str,
    reason: &'a str,
    next: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorDocument<'a>>,
    attempts: Vec<AttemptDocument<'a>>,
    /// Their numbers in the run, from 1.
    messages: Vec<u64>,
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
}

#[derive(Serialize)]
struct AttemptDocument<'a> {
    seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

impl<'a> From<&'a Attempt> for AttemptDocument<'a> {
    fn from(attempt: &'a Attempt) -> Self {
        Self {
            seq: u64::from(attempt.message) + 1,
            at: attempt.at,
            request_id: attempt.request_id.as_deref(),
            error: attempt.error.as_deref(),
        }
    }
}

impl<'a> From<&'a Group> for GroupDocument<'a> {
    fn from(group: &'a Group) -> Self {
        let error = group.error.as_ref().map(|error| ErrorDocument {
            kind: error.kind.as_deref(),
            message: &error.message,
            frame: error.frame.as_deref(),
            request_id: error.request_id.as_deref(),
            command: error.command.as_deref(),
        });
        Self {
            id: group.id,
            reason: &group.reason,
            next: &group.next,
            error,
            attempts: group.attempts.iter().map(Into::into).collect(),
            messages: group
                .messages
                .iter()
                .map(|index| u64::from(*index) + 1)
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct MessageDocument<'a> {
    seq: u64,
    marker: String,
    event: &'a str,
    key: &'a str,
    state: &'static str,
    received: u32,
    failed_attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoked_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<i128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// A state's name, in the table and in JSON.
#[must_use]
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Done => "done",
        State::Unattempted => "not attempted",
        State::NotSent => "not sent",
        State::DeadLettered => "dead-lettered",
        State::Lost => "lost",
        State::Failing => "failing",
        State::Received => "received",
        State::Waiting => "waiting",
        State::InDoubt => "in doubt",
    }
}

fn times(received: u32) -> String {
    match received {
        0 => "-".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

impl VerifyReport<'_> {
    /// The whole report as one document for machines.
    #[must_use]
    pub fn to_json(&self) -> impl Serialize {
        let Counts {
            planned,
            attempted,
            done,
            duplicated,
            lost,
            dead_lettered,
            not_sent,
            failing,
            received,
            waiting,
            in_doubt,
            unattempted,
            sent,
            receives,
        } = self.verdict.counts;
        let (verdict, reason) = match self.verdict.outcome {
            Outcome::Proven => ("proven", None),
            Outcome::Disproven => ("disproven", None),
            Outcome::Undetermined(reason) => ("undetermined", Some(reason_name(reason))),
        };
        Document {
            schema: SCHEMA,
            run: self.run.plan.run.as_str(),
            pipeline: &self.run.plan.pipeline.name,
            verdict,
            reason,
            is_final: self.verdict.is_final,
            interrupted: self.interrupted,
            exit: self.exit,
            elapsed_ms: self.elapsed.as_millis(),
            counts: CountsDocument {
                planned,
                attempted,
                done,
                duplicated,
                lost,
                dead_lettered,
                not_sent,
                failing,
                received,
                waiting,
                in_doubt,
                unattempted,
                sent,
                receives,
            },
            witnesses: self.witnesses(),
            findings: self
                .findings
                .iter()
                .map(|finding| FindingDocument {
                    id: finding.id,
                    text: &finding.text,
                })
                .collect(),
            diagnosis: self.diagnosis.groups.iter().map(Into::into).collect(),
            messages: self.messages(),
        }
    }

    fn witnesses(&self) -> Witnesses<'_> {
        Witnesses {
            logs: self.logs.as_deref(),
            metrics: self.metrics.map(|metrics| MetricsDocument {
                sent: metrics.sent,
                received: metrics.received,
                deleted: metrics.deleted,
                agree: matches!(self.metrics_word(&metrics), MetricsWord::Agree { .. }),
            }),
            queue: self.queue.and_then(|queue| {
                let (visible, in_flight, delayed) = queue.last?;
                Some(QueueDocument {
                    visible,
                    in_flight,
                    delayed,
                    dead_letters: self.dead_letters,
                    empty_since: queue.empty_since,
                })
            }),
        }
    }

    fn metrics_word(&self, metrics: &MetricsView) -> MetricsWord {
        metrics.word(&self.verdict.counts)
    }

    fn messages(&self) -> Vec<MessageDocument<'_>> {
        let markers = self.run.plan.markers();
        self.run
            .plan
            .places()
            .zip(self.statuses)
            .map(|(place, status)| MessageDocument {
                seq: place.seq,
                marker: markers.marker(place.seq),
                event: &self.run.plan.events[place.event].origin,
                key: &self.run.plan.entry(place).key,
                state: state_name(status.state),
                received: status.received,
                failed_attempts: status.failed,
                invoked_at: self.invoked(place.invocation),
                first_seen_at: status.first_seen,
                latency_ms: self
                    .invoked(place.invocation)
                    .zip(status.first_seen)
                    .map(|(sent, seen)| seen.duration_since(sent).as_millis()),
                request_id: status.last_request_id.as_deref(),
                error: status
                    .error
                    .as_deref()
                    .or_else(|| self.send_problem(place, status)),
            })
            .collect()
    }

    /// Why a message did not reach the queue, as the record of the sending tells it.
    fn send_problem(&self, place: Place, status: &MessageStatus) -> Option<&str> {
        if !matches!(status.state, State::NotSent | State::InDoubt) {
            return None;
        }
        let invocation = self
            .run
            .invocations
            .get(usize::try_from(place.invocation).ok()?)?;
        match invocation.outcome.as_ref()? {
            Sent::Answered { error, .. } => error.as_deref(),
            Sent::NotRun { reason } | Sent::InDoubt { reason } => Some(reason),
        }
    }

    fn invoked(&self, invocation: u64) -> Option<Timestamp> {
        self.run
            .invocations
            .get(usize::try_from(invocation).ok()?)?
            .began
    }

    /// The report for people: the messages, the witnesses, the findings, and one line last.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut text = self.message_table();
        if let Some(logs) = &self.logs {
            let _ = writeln!(text, "logs     {logs}");
        }
        if let Some(metrics) = &self.metrics {
            let _ = writeln!(text, "metrics  {}", self.metrics_line(metrics));
        }
        if let Some((visible, in_flight, delayed)) = self.queue.and_then(|queue| queue.last) {
            let dead = self
                .dead_letters
                .map(|dead| format!("; {} in the dead-letter queue", count(dead)))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "queue    {} visible, {} in flight, {} delayed{dead}",
                count(visible),
                count(in_flight),
                count(delayed)
            );
        }
        for finding in self.findings {
            let _ = writeln!(
                text,
                "{} {}",
                theme::paint(theme::WARN, "note:"),
                finding.text
            );
        }
        for group in &self.diagnosis.groups {
            text.push_str(&group_lines(group));
        }
        text.push_str(&self.last_line());
        text.push('\n');
        text
    }

    fn message_table(&self) -> String {
        let all = self.statuses.len() <= LISTED;
        let several = self.run.plan.events.len() > 1;
        let rows = self.messages();
        let errors = rows.iter().any(|row| row.error.is_some());
        let mut header = vec!["#", "entry", "state", "received", "latency", "error"];
        if !errors {
            header.pop();
        }
        if several {
            header.insert(1, "event");
        }
        let mut table = table::with_header(&header);
        let (mut listed, mut left) = (0, 0);
        for (row, status) in rows.iter().zip(self.statuses) {
            let is_good = status.state == State::Done && !is_duplicate(status);
            // What was never attempted is one finding, not a line for each.
            if !all && (is_good || status.state == State::Unattempted) {
                continue;
            }
            if listed == LISTED {
                left += 1;
                continue;
            }
            listed += 1;
            let latency = row.latency_ms.map_or_else(
                || "-".to_owned(),
                |millis| {
                    // A consumer's clock may run behind this machine's.
                    span::show(Duration::from_millis(
                        u64::try_from(millis).unwrap_or_default(),
                    ))
                },
            );
            let mut cells = vec![
                row.seq.to_string(),
                row.key.to_owned(),
                row.state.to_owned(),
                times(row.received),
                latency,
            ];
            if errors {
                cells.push(row.error.unwrap_or_default().to_owned());
            }
            if several {
                cells.insert(1, row.event.to_owned());
            }
            table.add_row(cells);
        }
        if listed == 0 {
            return String::new();
        }
        let mut text = table::render(&mut table);
        if left > 0 {
            let _ = writeln!(text, "… and {} more (-o json has them all)", count(left));
        }
        text.push('\n');
        text
    }

    fn metrics_line(&self, metrics: &MetricsView) -> String {
        let number = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), count);
        if metrics.sent.is_none() && metrics.received.is_none() {
            return "not published".to_owned();
        }
        let word = match self.metrics_word(metrics) {
            // Without the logs there is nothing else to hold them against.
            _ if self.logs.is_none() && metrics.sent == metrics.received => {
                ": agree with each other".to_owned()
            }
            MetricsWord::Agree { others: 0 } => ": agree".to_owned(),
            MetricsWord::Agree { others } => {
                format!(": agree, {} of them not of this run", count(others))
            }
            MetricsWord::Differ { .. } => ": more received than the logs show".to_owned(),
            MetricsWord::Incomplete => ": not complete".to_owned(),
        };
        format!(
            "{} sent, {} received, {} deleted{word}",
            number(metrics.sent),
            number(metrics.received),
            number(metrics.deleted)
        )
    }

    /// One line that says it all.
    #[must_use]
    pub fn last_line(&self) -> String {
        let counts = &self.verdict.counts;
        let style = match self.verdict.outcome {
            Outcome::Proven => theme::GOOD,
            Outcome::Disproven => theme::BAD,
            Outcome::Undetermined(_) => theme::WARN,
        };
        let mut text = theme::paint(style, &self.verdict.outcome.to_string());
        let _ = write!(
            text,
            ": {} of {} arrived",
            count(counts.done),
            counted(counts.attempted, "message")
        );
        for (number, what) in [
            (counts.lost, "lost"),
            (counts.dead_lettered, "dead-lettered"),
            (counts.not_sent, "not sent"),
            (counts.failing, "failing"),
            (counts.received, "received and not finished"),
            (counts.waiting, "not seen yet"),
            (counts.in_doubt, "in doubt"),
            (counts.duplicated, "received more than once"),
        ] {
            if number > 0 {
                let _ = write!(text, ", {} {what}", count(number));
            }
        }
        let _ = write!(text, ", in {}", span::show(self.elapsed));
        if self.interrupted {
            text.push_str(" (interrupted)");
        }
        text
    }
}

/// A reason, how many messages it stopped, and the next step, indented.
fn group_lines(group: &Group) -> String {
    let mut text = format!(
        "{} {}: {}\n",
        theme::paint(theme::BAD, "why:"),
        counted(group.messages.len() as u64, "message"),
        group.reason
    );
    if let Some(error) = &group.error {
        if let Some(frame) = &error.frame {
            let _ = writeln!(text, "     at    {frame}");
        }
        if let Some(command) = &error.command {
            let _ = writeln!(text, "     log   {command}");
        }
    }
    let _ = writeln!(text, "     next  {}", group.next);
    text
}

fn reason_name(reason: crate::proof::verdict::Reason) -> &'static str {
    match reason {
        crate::proof::verdict::Reason::NotInTime => "not-in-time",
        crate::proof::verdict::Reason::NotObservable => "not-observable",
    }
}
