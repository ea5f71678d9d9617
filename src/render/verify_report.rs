//! The result of `verify`, and of `report`: a report as a table for people and as JSON.

use std::{fmt::Write, time::Duration};

use anstyle::Style;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    explain::{self, Commands, Explanation},
    table::{self, counted},
    theme,
    verify_words::{self, state_name},
};
use edactl_core::{
    diagnosis::Group,
    event::marker::RunId,
    humanize::{self, count, millis},
    latency::{LimitOutcome, Quantiles, between},
    ledger::{Means, State, Way},
    report::{Message, Messages, Summary},
    run::{MessagePosition, Outcome as Sent, Run},
    schema::UtcTime,
    verdict::{Finding, Outcome},
};

/// Why and verdict fit a terminal of 24 rows, the prompt below them.
const LAST_ROWS: usize = 23;
/// More reasons than this are summed up everywhere.
const REASONS: usize = 20;
/// A run of more messages than this is summed up; those with a problem are still listed.
const LISTED: usize = 20;
const SCHEMA: &str = "edactl.verify/2";

/// What a verify came to, to be shown.
#[derive(Clone, Copy)]
pub struct VerifyReport<'a> {
    /// The run as recorded.
    pub run: &'a Run,
    /// What the verify came to.
    pub head: &'a Summary,
    /// The messages.
    pub messages: &'a dyn Messages,
}

#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The run.
    #[schemars(with = "RunId")]
    run: &'a str,
    /// The pipeline's name.
    pipeline: &'a str,
    #[serde(flatten)]
    head: HeadDocument<'a>,
    /// Every payload of the run, in order.
    #[serde(serialize_with = "one_by_one")]
    #[schemars(with = "Vec<MessageDocument<'_>>")]
    messages: VerifyReport<'a>,
}

/// The summary, with each finding in a sentence, too.
#[derive(Serialize, JsonSchema)]
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

#[derive(Serialize, JsonSchema)]
struct MessageDocument<'a> {
    /// Its number in the run, from 1.
    #[schemars(range(min = 1))]
    seq: u64,
    /// Its marker.
    marker: String,
    /// The event's file as it was named, or `stdin`.
    event: &'a str,
    /// What people call it: the entry's key, its pointer, or `event`.
    key: &'a str,
    /// What became of it.
    state: State,
    /// In which way it is known to be taken; left out where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<Way>,
    /// How it was recognised, at best; left out where it was not seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    means: Option<Means>,
    /// In how many invocations the consumer's log shows it.
    received: u32,
    /// In how many of them it failed.
    failed_attempts: u32,
    /// When its invocation began, by this machine's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    invoked_at: Option<Timestamp>,
    /// When the consumer's log first shows it, by AWS's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    first_seen_at: Option<Timestamp>,
    /// When the invocation that took it ended, by AWS's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    done_at: Option<Timestamp>,
    /// From the invocation to the first receipt in milliseconds, the clocks' difference taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    /// The consumer's invocation of the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// The last error about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// How often a payload was received. What is not over yet may still show more.
fn times(received: u32, is_final: bool) -> String {
    let times = match received {
        0 => return "-".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    if is_final {
        times
    } else {
        format!("at least {times}")
    }
}

/// A message of the report, with its place in the run.
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
                notes: self
                    .head
                    .findings
                    .iter()
                    .map(verify_words::finding)
                    .collect(),
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
        groups
            .map(|group| explain::group(group, &commands))
            .collect()
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

    /// The report for people, as fits the terminal that stdout is.
    #[must_use]
    pub fn to_table(&self) -> String {
        self.to_text(table::terminal_width())
    }

    /// The report for people: the messages, the witnesses, the notes; at the end why payloads are
    /// not proven, and the verdict. On a terminal no line is wider than that.
    #[must_use]
    pub fn to_text(&self, width: Option<u16>) -> String {
        let columns = width.map_or(usize::MAX, usize::from);
        let mut text = self.message_table(width);
        let mut say = |name: &str, said: &str| {
            let line = table::wrap(&format!("{name:<9}{said}"), columns, "         ");
            text.push_str(&line);
            text.push('\n');
        };
        let witnesses = &self.head.witnesses;
        if let Some(logs) = &witnesses.logs {
            say(
                "logs",
                &verify_words::logs(logs, self.head.counts.attempted),
            );
        }
        if let Some(metrics) = &witnesses.metrics {
            say("metrics", &verify_words::metrics(metrics));
        }
        if let Some(queue) = &witnesses.queue {
            say("queue", &verify_words::queue(queue));
        }
        if let Some(latency) = &self.head.latency.invoked_to_received {
            say("latency", &latency_line(latency));
        }
        let (errors, notes): (Vec<&Finding>, Vec<&Finding>) = self
            .head
            .findings
            .iter()
            .partition(|it| verify_words::is_error(it));
        for note in notes {
            text.push_str(&finding_line(note, columns));
        }
        let last = table::wrap(&self.last_line(), columns, "  ");
        let mut end: String = errors
            .into_iter()
            .map(|it| finding_line(it, columns))
            .collect();
        end.push_str(&last);
        let rows = match width {
            Some(_) => LAST_ROWS.saturating_sub(end.lines().count()),
            None => usize::MAX,
        };
        text.push_str(&self.reasons(rows, columns));
        text.push_str(&end);
        text.push('\n');
        text
    }

    /// Why payloads are not proven, in at most so many rows: the largest groups, and how many more
    /// there are.
    fn reasons(&self, rows: usize, columns: usize) -> String {
        let mut text = String::new();
        let mut used = 0;
        let groups = self.head.diagnosis.iter().zip(self.explanations());
        for (told, (group, explanation)) in groups.enumerate() {
            let lines = group_lines(group, &explanation, columns);
            let needs = lines.lines().count();
            let left = self.head.diagnosis.len() - told;
            // One row is kept for the word that there are more.
            let keeps = usize::from(left > 1);
            if told > 0 && used + needs + keeps > rows || told == REASONS {
                let payloads = self.head.diagnosis[told..].iter();
                let payloads: usize = payloads.map(|group| group.messages.len()).sum();
                let _ = writeln!(
                    text,
                    "… and {} for {} (edactl report {} -o json)",
                    counted(left as u64, "more reason"),
                    counted(payloads as u64, "payload"),
                    self.run.plan.run
                );
                break;
            }
            used += needs;
            text.push_str(&lines);
        }
        text
    }

    fn message_table(self, width: Option<u16>) -> String {
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
        let mut header = vec![
            "#", "entry", "state", "received", "latency", "known by", "error",
        ];
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
                times(row.message.received, self.head.is_final),
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
        let shown = match width {
            Some(width) => table::render_within(&mut table, width),
            None => table::render(&mut table),
        };
        let mut text = paint_states(&shown, listed.iter().map(|row| row.message.state));
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

/// A finding in lines of its own.
fn finding_line(finding: &Finding, columns: usize) -> String {
    let (style, word) = if verify_words::is_error(finding) {
        (theme::BAD, "error:")
    } else {
        (theme::WARN, "note:")
    };
    let line = format!(
        "{} {}",
        theme::paint(style, word),
        verify_words::finding(finding)
    );
    table::wrap(&line, columns, "      ") + "\n"
}

/// A reason, how many payloads it stopped, and the next step, indented.
fn group_lines(group: &Group, explanation: &Explanation, columns: usize) -> String {
    const INDENT: &str = "           ";
    let why = format!(
        "{} {}: {}",
        theme::paint(theme::BAD, "why:"),
        counted(group.messages.len() as u64, "payload"),
        explanation.reason
    );
    let mut text = table::wrap(&why, columns, "     ") + "\n";
    let frame = group.error.as_ref().and_then(|error| error.frame.as_ref());
    if let Some(frame) = frame {
        text.push_str(&table::cut(
            &format!("     at    {}", inline(frame)),
            columns,
        ));
        text.push('\n');
    }
    if let Some(command) = &explanation.log {
        let command = format!("     log   {command}");
        text.push_str(&table::wrap(&command, columns, INDENT));
        text.push('\n');
    }
    let next = format!("     next  {}", explanation.next);
    text.push_str(&table::wrap(&next, columns, INDENT));
    text.push('\n');
    text
}

/// The colour of a state: as the verdict's.
fn style_of(state: State) -> Style {
    match state {
        State::Taken => theme::GOOD,
        State::Unattempted => theme::DIM,
        state if state.is_broken() => theme::BAD,
        _ => theme::WARN,
    }
}

/// The table with its states in colour; each row of it is one line.
fn paint_states(table: &str, states: impl Iterator<Item = State>) -> String {
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    let column = header
        .find("STATE")
        .map(|at| console::measure_text_width(&header[..at]));
    let mut text = format!("{header}\n");
    for (line, state) in lines.zip(states) {
        let name = state_name(state);
        let at = column.and_then(|column| at_column(line, column));
        match at.filter(|at| line[*at..].starts_with(name)) {
            Some(at) => {
                text.push_str(&line[..at]);
                text.push_str(&theme::paint(style_of(state), name));
                text.push_str(&line[at + name.len()..]);
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// Where a column begins in a line, which may hold wide characters before it.
fn at_column(line: &str, column: usize) -> Option<usize> {
    let ends = line.char_indices().map(|(at, _)| at);
    ends.into_iter()
        .find(|at| console::measure_text_width(&line[..*at]) == column)
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<Document<'_>>(SCHEMA, "`edactl verify -o json` or `edactl report -o json`")
}

#[cfg(test)]
mod tests;
