//! The result of `verify`, and of `report`: a dossier as a table for people and as JSON.

use std::{fmt::Write, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::render::{
    escape::inline,
    explain::{self, Commands, Explanation},
    table::{self, counted},
    theme,
    verify_words::{self, state_name},
};
use edactl_core::{
    humanize::{self, count},
    diagnosis::Group,
    latency::{LimitOutcome, Quantiles, between},
    ledger::{Means, State, Way},
    report::{Message, Messages, Summary, millis},
    run::{MessagePosition, Outcome as Sent, Run},
    verdict::Outcome,
};

/// A run of more messages than this is summed up; those with a problem are still listed.
const LISTED: usize = 20;
const SCHEMA: &str = "edactl.verify/2";

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
    head: HeadDocument<'a>,
    #[serde(serialize_with = "one_by_one")]
    messages: VerifyReport<'a>,
}

/// The summary, with each finding in a sentence, too.
#[derive(Serialize)]
struct HeadDocument<'a> {
    #[serde(flatten)]
    head: &'a Summary,
    /// The findings again, as sentences in the same order.
    notes: Vec<String>,
    /// The diagnosis again, as sentences in the same order.
    explanations: Vec<Explanation>,
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
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
    #[serde(skip_serializing_if = "Option::is_none")]
    means: Option<Means>,
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
        self.message.state == State::Taken && !self.message.is_duplicate
    }

    fn document(&self) -> MessageDocument<'a> {
        let last = self.message.attempts.last();
        MessageDocument {
            seq: self.place.seq,
            marker: self.marker.clone(),
            event: self.event,
            key: self.key,
            state: self.message.state,
            way: self.message.way,
            means: self.message.means,
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
            head: HeadDocument {
                head: self.head,
                notes: self.head.findings.iter().map(verify_words::finding).collect(),
                explanations: self.explanations(),
            },
            messages: *self,
        }
    }

    /// Why the payloads of each group are not proven, and what to do next.
    #[must_use]
    pub fn explanations(&self) -> Vec<Explanation> {
        let commands = Commands::of(self.run);
        let groups = self.head.diagnosis.iter();
        groups.map(|group| explain::group(group, &commands)).collect()
    }

    /// Why the payloads of one group are not proven, and what to do next.
    #[must_use]
    pub fn explain(&self, group: &Group) -> Explanation {
        explain::group(group, &Commands::of(self.run))
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
        let attempted = self.head.counts.attempted;
        if let Some(logs) = &witnesses.logs {
            let _ = writeln!(text, "logs     {}", verify_words::logs(logs, attempted));
        }
        if let Some(metrics) = &witnesses.metrics {
            let _ = writeln!(text, "metrics  {}", verify_words::metrics(metrics));
        }
        if let Some(queue) = &witnesses.queue {
            let _ = writeln!(text, "queue    {}", verify_words::queue(queue));
        }
        if let Some(latency) = &self.head.latency.invoked_to_received {
            let _ = writeln!(text, "latency  {}", latency_line(latency));
        }
        for (group, explanation) in self.head.diagnosis.iter().zip(self.explanations()) {
            text.push_str(&group_lines(group, &explanation));
        }
        for finding in &self.head.findings {
            let _ = writeln!(
                text,
                "{} {}",
                theme::paint(theme::WARN, "note:"),
                verify_words::finding(finding)
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
        let mut header = vec!["#", "entry", "state", "received", "latency", "known by", "error"];
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
                verify_words::proof_words(row.message.means, row.message.way)
                    .unwrap_or_else(|| "-".to_owned()),
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
        let style = match self.head.outcome {
            Outcome::Proven | Outcome::Consistent => theme::GOOD,
            Outcome::Disproven => theme::BAD,
            Outcome::Undetermined(_) => theme::WARN,
        };
        let title = theme::paint(style, &verify_words::title(self.head.outcome));
        format!("{title}: {}", self.sentence())
    }

    /// What the verdict rests on, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let counts = &self.head.counts;
        let mut text = format!(
            "{} of {} taken",
            count(counts.taken),
            counted(counts.attempted, "message")
        );
        for (number, what) in [
            (counts.lost, "lost"),
            (counts.some_lost, "of which some are lost"),
            (counts.filtered, "filtered out"),
            (counts.untraced, "untraced"),
            (counts.dead_lettered, "dead-lettered"),
            (counts.not_sent, "not sent"),
            (counts.failing, "failing"),
            (counts.received, "received and not known to be taken"),
            (counts.waiting, "not seen yet"),
            (counts.in_doubt, "in doubt"),
            (counts.duplicated, "taken more than once"),
        ] {
            if number > 0 {
                let _ = write!(text, ", {} {what}", count(number));
            }
        }
        let limits = self.head.latency.limits.iter();
        for limit in limits.filter(|limit| limit.outcome == LimitOutcome::Broken) {
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
fn latency_line(latency: &Quantiles) -> String {
    let show = humanize::duration;
    format!(
        "p50 {}, p90 {}, p99 {}, max {} from invoked to received",
        show(latency.p50),
        show(latency.p90),
        show(latency.p99),
        show(latency.max)
    )
}

/// A reason, how many messages it stopped, and the next step, indented.
fn group_lines(group: &Group, explanation: &Explanation) -> String {
    let mut text = format!(
        "{} {}: {}\n",
        theme::paint(theme::BAD, "why:"),
        counted(group.messages.len() as u64, "message"),
        explanation.reason
    );
    let frame = group.error.as_ref().and_then(|error| error.frame.as_ref());
    if let Some(frame) = frame {
        let _ = writeln!(text, "     at    {}", inline(frame));
    }
    if let Some(command) = &explanation.log {
        let _ = writeln!(text, "     log   {command}");
    }
    let _ = writeln!(text, "     next  {}", explanation.next);
    text
}
