//! The result of `verify`, and of `report`: a dossier as a table for people and as JSON.

use std::{fmt::Write, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::render::{
    escape::inline,
    table::{self, counted},
    theme,
};
use edactl_core::{
    humanize::{self, count},
    latency::between,
    ledger::State,
    report::{GroupEntry, Message, Messages, QuantilesEntry, Summary, VerdictName, millis},
    run::{MessagePosition, Outcome as Sent, Run},
};

/// A run of more messages than this is summed up; those with a problem are still listed.
const LISTED: usize = 20;
const SCHEMA: &str = "edactl.verify/1";

/// A dossier, to be shown.
#[derive(Clone, Copy)]
pub struct VerifyReport<'a> {
    /// The run as recorded.
    pub run: &'a Run,
    /// What the verify came to.
    pub head: &'a Summary,
    /// The messages.
    pub messages: &'a dyn Messages,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    run: &'a str,
    pipeline: &'a str,
    #[serde(flatten)]
    head: &'a Summary,
    #[serde(serialize_with = "one_by_one")]
    messages: VerifyReport<'a>,
}

/// A million messages are never in memory at once.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for a reference.
fn one_by_one<S: Serializer>(report: &VerifyReport<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(report.rows().map(|row| row.document()))
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
    done_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
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
        State::Untraced => "untraced",
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

/// A message of the dossier, with its place in the run.
pub struct ReportRow<'a> {
    /// Where it stands in the run.
    pub place: MessagePosition,
    /// What is known of it.
    pub message: Message,
    /// The event's file as the user named it, or `stdin`.
    pub event: &'a str,
    /// The entry's key.
    pub key: &'a str,
    /// When its invocation began, by this machine's clock.
    pub invoked: Option<Timestamp>,
    /// From then to its first receipt, with the clocks' difference taken out.
    pub latency: Option<Duration>,
    /// Its marker.
    pub marker: String,
    /// Why it did not reach the queue, as the record of the sending tells it.
    send_problem: Option<&'a str>,
}

impl<'a> ReportRow<'a> {
    /// The last error about it.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.message.error.as_deref().or(self.send_problem)
    }

    /// Whether nothing about it deserves a line.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.message.state == State::Done && !self.message.is_duplicate()
    }

    fn document(&self) -> MessageDocument<'a> {
        let last = self.message.attempts.last();
        MessageDocument {
            seq: self.place.seq,
            marker: self.marker.clone(),
            event: self.event,
            key: self.key,
            state: state_name(self.message.state),
            received: self.message.received,
            failed_attempts: self.message.failed,
            invoked_at: self.invoked,
            first_seen_at: self.message.first_seen(),
            done_at: self.message.done_at(),
            latency_ms: self.latency.map(millis),
            request_id: last.and_then(|attempt| attempt.request_id.clone()),
            error: self.error().map(str::to_owned),
        }
    }
}

impl<'a> VerifyReport<'a> {
    /// The whole report as one document for machines.
    #[must_use]
    pub fn to_json(&self) -> impl Serialize + 'a {
        Document {
            schema: SCHEMA,
            run: self.run.plan.run.as_str(),
            pipeline: &self.run.plan.pipeline.name,
            head: self.head,
            messages: *self,
        }
    }

    /// The messages, one after the other.
    pub fn rows(self) -> impl Iterator<Item = ReportRow<'a>> {
        let skew = self.head.skew();
        let markers = self.run.plan.markers();
        let places = self.run.plan.positions().zip(0..self.messages.count());
        places.map(move |(place, index)| {
            let message = self.messages.message(index);
            let invoked = self.run.invoked(place.invocation);
            let seen = message.first_seen().map(|seen| skew.ours(seen));
            ReportRow {
                place,
                event: &self.run.plan.events[place.event].origin,
                key: &self.run.plan.payload(place).key,
                invoked,
                latency: invoked.zip(seen).map(|(from, to)| between(from, to)),
                marker: markers.marker(place.seq),
                send_problem: self.send_problem(place, message.state),
                message,
            }
        })
    }

    fn send_problem(self, place: MessagePosition, state: State) -> Option<&'a str> {
        if !matches!(state, State::NotSent | State::InDoubt) {
            return None;
        }
        match self.run.invocation(place.invocation)?.outcome.as_ref()? {
            Sent::Answered { error, .. } => error.as_deref(),
            Sent::NotRun { reason } | Sent::InDoubt { reason } => Some(reason),
        }
    }

    /// The report for people: the messages, the witnesses, the findings, and one line last.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut text = self.message_table();
        let witnesses = &self.head.witnesses;
        if let Some(logs) = &witnesses.logs {
            let _ = writeln!(text, "logs     {}", inline(logs));
        }
        if let Some(metrics) = &witnesses.metrics {
            let _ = writeln!(text, "metrics  {}", inline(&metrics.text));
        }
        if let Some(queue) = &witnesses.queue {
            let dead = queue
                .dead_letters
                .map(|dead| format!("; {} in the dead-letter queue", count(dead)))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "queue    {} visible, {} in flight, {} delayed{dead}",
                count(queue.visible),
                count(queue.in_flight),
                count(queue.delayed)
            );
        }
        if let Some(latency) = &self.head.latency.invoked_to_received {
            let _ = writeln!(text, "latency  {}", latency_line(latency));
        }
        for group in &self.head.diagnosis {
            text.push_str(&group_lines(group));
        }
        for finding in &self.head.findings {
            let _ = writeln!(
                text,
                "{} {}",
                theme::paint(theme::WARN, "note:"),
                inline(&finding.text)
            );
        }
        text.push_str(&self.last_line());
        text.push('\n');
        text
    }

    fn message_table(self) -> String {
        let all = self.messages.count() <= LISTED;
        // What was never attempted is one finding, not a line for each.
        let deserves_a_line =
            |row: &ReportRow<'_>| !row.is_good() && row.message.state != State::Unattempted;
        let mut rows = self.rows().filter(|row| all || deserves_a_line(row));
        let listed: Vec<_> = rows.by_ref().take(LISTED).collect();
        let left = rows.count() as u64;
        if listed.is_empty() {
            return String::new();
        }
        let several = self.run.plan.events.len() > 1;
        let errors = listed.iter().any(|row| row.error().is_some());
        let mut header = vec!["#", "entry", "state", "received", "latency", "error"];
        if !errors {
            header.pop();
        }
        if several {
            header.insert(1, "event");
        }
        let mut table = table::with_header(&header);
        for row in &listed {
            let mut cells = vec![
                row.place.seq.to_string(),
                inline(row.key).into_owned(),
                state_name(row.message.state).to_owned(),
                times(row.message.received),
                row.latency
                    .map_or_else(|| "-".to_owned(), humanize::duration),
            ];
            if errors {
                cells.push(inline(row.error().unwrap_or_default()).into_owned());
            }
            if several {
                cells.insert(1, inline(row.event).into_owned());
            }
            table.add_row(cells);
        }
        let mut text = table::render(&mut table);
        if left > 0 {
            let _ = writeln!(text, "… and {} more (-o json has them all)", count(left));
        }
        text.push('\n');
        text
    }

    /// One line that says it all, in colour.
    #[must_use]
    pub fn last_line(&self) -> String {
        let style = match self.head.verdict {
            VerdictName::Proven | VerdictName::Consistent => theme::GOOD,
            VerdictName::Disproven => theme::BAD,
            VerdictName::Undetermined => theme::WARN,
        };
        let title = theme::paint(style, &self.head.title());
        format!("{title}: {}", self.sentence())
    }

    /// What the verdict rests on, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let counts = &self.head.counts;
        let mut text = format!(
            "{} of {} arrived",
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
        for limit in self.head.latency.limits.iter().filter(|limit| !limit.met) {
            let _ = write!(text, ", {} too slow", limit.quantile);
        }
        let elapsed = Duration::from_millis(self.head.elapsed_ms);
        let _ = write!(text, ", in {}", humanize::duration(elapsed));
        if self.head.interrupted {
            text.push_str(" (interrupted)");
        }
        text
    }
}

/// `p50 3 ms, p90 5 ms, p99 8 ms, max 9 ms (from the invocation to the receipt)`.
fn latency_line(latency: &QuantilesEntry) -> String {
    let show = |millis| humanize::duration(Duration::from_millis(millis));
    format!(
        "p50 {}, p90 {}, p99 {}, max {} from invoked to received",
        show(latency.p50_ms),
        show(latency.p90_ms),
        show(latency.p99_ms),
        show(latency.max_ms)
    )
}

/// A reason, how many messages it stopped, and the next step, indented.
fn group_lines(group: &GroupEntry) -> String {
    let mut text = format!(
        "{} {}: {}\n",
        theme::paint(theme::BAD, "why:"),
        counted(group.messages.len() as u64, "message"),
        inline(&group.reason)
    );
    if let Some(error) = &group.error {
        if let Some(frame) = &error.frame {
            let _ = writeln!(text, "     at    {}", inline(frame));
        }
        if let Some(command) = &error.command {
            let _ = writeln!(text, "     log   {}", inline(command));
        }
    }
    let _ = writeln!(text, "     next  {}", inline(&group.next));
    text
}
