//! The result of `send`: what became of each invocation.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    table::{self, counted},
    theme,
};
use edactl_core::{
    event::marker::RunId,
    exit::ExitCode,
    humanize::{self, count},
    run::{Ending, Outcome, Run, pace::Pace},
};

/// More invocations than this are summed up; those that did not succeed are still listed.
const LISTED: usize = 20;
const SCHEMA: &str = "edactl.send/2";

/// The result of `send`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SendReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The run.
    #[schemars(with = "RunId")]
    run: &'a str,
    /// The pipeline's name.
    pipeline: &'a str,
    /// How the send ended; null: it was broken off.
    ended: Option<Ending>,
    /// The exit code.
    #[schemars(with = "ExitCode")]
    exit: u8,
    /// Invocations and messages by what became of them.
    counts: SendCounts,
    /// Each invocation, in order.
    invocations: Vec<InvocationReport<'a>>,
}

/// Invocations and messages by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SendCounts {
    /// Invocations planned.
    pub planned: u64,
    /// The producer answered that it sent every entry.
    pub succeeded: u64,
    /// The producer answered with an error, or that it sent fewer.
    pub failed: u64,
    /// Provably did not run.
    pub not_run: u64,
    /// May have run.
    pub in_doubt: u64,
    /// Never begun.
    pub unattempted: u64,
    /// Payloads of the invocations that succeeded.
    pub payloads_sent: u64,
    /// How many messages the producer says it sent, all together; a payload each where it does
    /// not say, and somebody said that a payload is a message.
    pub messages_sent: u64,
    /// Invocations that succeeded and do not tell how many messages they sent.
    pub untold: u64,
}

impl SendCounts {
    /// Counts a run's invocations.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let mut counts = Self {
            planned: run.plan.invocations(),
            ..Self::default()
        };
        for (number, invocation) in run.invocations.iter().enumerate() {
            let event = &run.plan.events[run.plan.event_of(number as u64)];
            let slot = match &invocation.outcome {
                Some(outcome) if outcome.is_success(event) => {
                    counts.payloads_sent += event.payloads.len() as u64;
                    match outcome.sent().or(event.believed_messages()) {
                        Some(messages) => counts.messages_sent += messages,
                        None => counts.untold += 1,
                    }
                    &mut counts.succeeded
                }
                Some(Outcome::Answered { sent, .. }) => {
                    counts.messages_sent += sent.unwrap_or(0);
                    &mut counts.failed
                }
                Some(Outcome::NotRun { .. }) => &mut counts.not_run,
                Some(Outcome::InDoubt { .. }) => &mut counts.in_doubt,
                None if invocation.began.is_some() => &mut counts.in_doubt,
                None => &mut counts.unattempted,
            };
            *slot += 1;
        }
        counts
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct InvocationReport<'a> {
    /// Its number, from 1.
    #[schemars(range(min = 1))]
    invocation: usize,
    /// The event's file as it was named, or `stdin`.
    event: &'a str,
    /// How many pieces of its event have to arrive.
    payloads: usize,
    /// The same as `payloads`, as it was called in version 1.
    entries: usize,
    /// The number in the run of its first payload, from 1.
    #[schemars(range(min = 1))]
    first_message: u64,
    /// What became of it.
    result: InvocationResult,
    /// How many messages the producer says it sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<u64>,
    /// `statusCode` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// The Lambda invocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// From when it was to leave until the answer, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ms: Option<u128>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What became of an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum InvocationResult {
    /// The producer answered without an error, and with as many messages as its event is known to
    /// become, as far as it says.
    Sent,
    /// The producer answered with an error, or that it sent fewer.
    Failed,
    /// It provably did not run.
    NotSent,
    /// It may have run.
    InDoubt,
    /// It was never begun.
    Unattempted,
}

impl InvocationResult {
    /// As it is written everywhere.
    fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::NotSent => "not-sent",
            Self::InDoubt => "in-doubt",
            Self::Unattempted => "unattempted",
        }
    }
}

fn report(run: &Run, number: usize) -> InvocationReport<'_> {
    let invocation = &run.invocations[number];
    let (event, before) = run.plan.invocation(number as u64);
    let event = &run.plan.events[event];
    let took = invocation
        .scheduled
        .or(invocation.began)
        .zip(invocation.ended)
        .map(|(began, ended)| {
            Duration::try_from(ended.duration_since(began))
                .unwrap_or_default()
                .as_millis()
        });
    let mut row = InvocationReport {
        invocation: number + 1,
        event: &event.origin,
        payloads: event.payloads.len(),
        entries: event.payloads.len(),
        first_message: before + 1,
        result: InvocationResult::Unattempted,
        sent: None,
        status: None,
        request_id: None,
        took_ms: took,
        problem: None,
    };
    match &invocation.outcome {
        Some(
            outcome @ Outcome::Answered {
                request_id,
                status,
                sent,
                error,
                ..
            },
        ) => {
            row.sent = *sent;
            row.status = *status;
            row.request_id = request_id.as_deref();
            if outcome.is_success(event) {
                row.result = InvocationResult::Sent;
            } else {
                row.result = InvocationResult::Failed;
                let short = sent.map(|sent| {
                    format!(
                        "the producer says it sent {sent} of {}",
                        counted(row.payloads as u64, "message")
                    )
                });
                row.problem = error.clone().or(short);
            }
        }
        Some(Outcome::NotRun { reason }) => {
            row.result = InvocationResult::NotSent;
            row.problem = Some(reason.clone());
        }
        Some(Outcome::InDoubt { reason }) => {
            row.result = InvocationResult::InDoubt;
            row.problem = Some(reason.clone());
        }
        None if invocation.began.is_some() => row.result = InvocationResult::InDoubt,
        None => {}
    }
    row
}

impl<'a> SendReport<'a> {
    /// The report of a run that ends with this exit code.
    #[must_use]
    pub fn new(run: &'a Run, exit: u8) -> Self {
        Self {
            schema: SCHEMA,
            run: run.plan.run.as_str(),
            pipeline: &run.plan.pipeline.name,
            ended: run.ended,
            exit,
            counts: SendCounts::of(run),
            invocations: (0..run.invocations.len())
                .map(|number| report(run, number))
                .collect(),
        }
    }

    /// The receipts as a table, and what they come to.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut shown =
            table::with_header(&["#", "event", "payloads", "sent", "status", "took", "result"]);
        let all = self.invocations.len() <= LISTED;
        let mut listed = 0;
        for row in self
            .invocations
            .iter()
            .filter(|row| all || row.result != InvocationResult::Sent)
            .take(LISTED)
        {
            listed += 1;
            let sent = row
                .sent
                .map_or_else(|| "-".to_owned(), |sent| sent.to_string());
            let result = match &row.problem {
                Some(problem) => format!("{}: {}", row.result.name(), inline(first_line(problem))),
                None => row.result.name().to_owned(),
            };
            shown.add_row([
                row.invocation.to_string(),
                inline(row.event).into_owned(),
                row.payloads.to_string(),
                sent,
                row.status
                    .map_or_else(|| "-".to_owned(), |status| status.to_string()),
                row.took_ms.map_or_else(|| "-".to_owned(), took),
                result,
            ]);
        }
        let mut text = if listed > 0 {
            table::render(&mut shown)
        } else {
            String::new()
        };
        text.push_str(&self.summary());
        text
    }

    fn summary(&self) -> String {
        let SendCounts {
            planned,
            succeeded,
            failed,
            not_run,
            in_doubt,
            unattempted,
            payloads_sent,
            messages_sent,
            untold,
        } = self.counts;
        let messages = match untold {
            0 => format!(" as {}", counted(messages_sent, "message")),
            _ => String::new(),
        };
        let mut text = theme::paint(
            if succeeded == planned {
                theme::GOOD
            } else {
                theme::BAD
            },
            &format!(
                "run {}: {} sent{messages} in {} of {}",
                self.run,
                counted(payloads_sent, "payload"),
                count(succeeded),
                counted(planned, "invocation")
            ),
        );
        for (number, what) in [
            (failed, "failed"),
            (not_run, "not sent"),
            (in_doubt, "in doubt (edactl verify settles it)"),
            (unattempted, "not attempted"),
        ] {
            if number > 0 {
                text.push_str(&format!(", {} {what}", count(number)));
            }
        }
        if untold > 0 && succeeded > 0 {
            text.push_str("; the answers do not tell how many messages that made");
        }
        text.push('\n');
        text
    }
}

/// What became of a rate that could not be kept.
#[must_use]
pub fn pace_line(pace: &Pace, concurrency: Option<u16>) -> String {
    let advice = match concurrency {
        Some(given) => format!("more may be under way at once than {given} with --concurrency"),
        None => "a lower --rate can be kept".to_owned(),
    };
    format!(
        "{:.1} invocations per second were begun instead of {:.1}, the latest {} after its time; \
         {advice}",
        pace.made,
        pace.asked,
        humanize::duration(pace.latest)
    )
}

fn took(millis: u128) -> String {
    humanize::duration(Duration::from_millis(
        u64::try_from(millis).unwrap_or(u64::MAX),
    ))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<SendReport<'_>>(SCHEMA, "`edactl send -o json`")
}
