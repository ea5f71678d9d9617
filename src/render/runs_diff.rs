//! What differs between two verified runs: verdict, messages, latencies.

use std::{collections::HashMap, fmt::Write as _};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::render::{
    document_schema::{DocumentSchema, VerdictName},
    escape::inline,
    runs_report::{latency, millis, verdict},
    table::{self, counted},
    theme,
    verify_report::{ReportRow, VerifyReport},
    verify_words::state_name,
};
use edactl_core::{event::marker::RunId, humanize::count, latency::Quantile, ledger::State};

const SCHEMA: &str = "edactl.runs-diff/1";
/// How many messages the table names; JSON has all.
const LISTED: usize = 20;

/// The difference, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiffReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The first run.
    before: Side<'a>,
    /// The second run.
    after: Side<'a>,
    /// Events of the same name whose content differs.
    events_that_differ: Vec<&'a str>,
    /// Payloads whose state, receives or failed attempts differ.
    changed: Vec<Change<'a>>,
    /// How many payloads are the same.
    unchanged: u64,
    /// Payloads of the first run only.
    only_before: Vec<Named<'a>>,
    /// Payloads of the second run only.
    only_after: Vec<Named<'a>>,
    /// From the invocation to the first receipt.
    latencies: Vec<LatencyChange>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Side<'a> {
    /// The run.
    #[schemars(with = "RunId")]
    run: &'a str,
    /// The pipeline's name.
    pipeline: &'a str,
    /// The last verify's verdict.
    #[schemars(with = "VerdictName")]
    verdict: Value,
}

/// A payload, by its event and key; `round` counts the repetitions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
struct Named<'a> {
    /// The event's file as it was named, or `stdin`.
    event: &'a str,
    /// The payload's key in the event.
    payload: &'a str,
    /// Which repetition, from 1.
    #[schemars(range(min = 1))]
    round: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Change<'a> {
    #[serde(flatten)]
    named: Named<'a>,
    /// What became of it in the first run.
    before: Fate,
    /// What became of it in the second run.
    after: Fate,
}

/// What became of a message in one of the runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
struct Fate {
    /// Its number in the run, from 1.
    #[schemars(range(min = 1))]
    seq: u64,
    /// What became of it.
    state: State,
    /// In how many invocations the consumer's log shows it.
    received: u32,
    /// In how many of them it failed.
    failed_attempts: u32,
    /// The last error about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Fate {
    fn of(row: &ReportRow<'_>) -> Self {
        Self {
            seq: row.place.seq,
            state: row.message.state,
            received: row.message.received,
            failed_attempts: row.message.failed,
            error: row.error().map(str::to_owned),
        }
    }

    /// Whether nothing became of it that was different. Errors hold ids, so they are not compared.
    fn is_like(&self, other: &Self) -> bool {
        (self.state, self.received, self.failed_attempts)
            == (other.state, other.received, other.failed_attempts)
    }

    fn text(&self) -> String {
        let mut text = state_name(self.state).to_owned();
        if self.received > 1 {
            let _ = write!(text, ", received {} times", self.received);
        }
        if self.failed_attempts > 0 {
            let _ = write!(
                text,
                ", {} failed",
                counted(self.failed_attempts.into(), "attempt")
            );
        }
        text
    }
}

#[derive(Debug, Serialize, JsonSchema)]
struct LatencyChange {
    /// Such as `p95`.
    #[schemars(with = "Quantile")]
    quantile: String,
    /// In the first run, in milliseconds; left out where nothing was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    before_ms: Option<u64>,
    /// In the second run, in milliseconds; left out where nothing was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    after_ms: Option<u64>,
}

fn side(report: VerifyReport<'_>) -> Side<'_> {
    Side {
        run: report.run.plan.run.as_str(),
        pipeline: &report.run.plan.pipeline.name,
        verdict: verdict(report.head),
    }
}

/// The messages of a run in order, each with its name.
fn named(report: VerifyReport<'_>) -> Vec<(Named<'_>, Fate)> {
    let mut rounds: HashMap<(&str, &str), u64> = HashMap::new();
    report
        .rows()
        .map(|row| {
            let round = rounds.entry((row.event, row.key)).or_default();
            *round += 1;
            let named = Named {
                event: row.event,
                payload: row.key,
                round: *round,
            };
            (named, Fate::of(&row))
        })
        .collect()
}

impl<'a> DiffReport<'a> {
    /// What is different in the second run.
    #[must_use]
    pub fn new(before: VerifyReport<'a>, after: VerifyReport<'a>) -> Self {
        let first = named(before);
        let mut second: HashMap<_, _> = named(after).into_iter().collect();
        let (mut changed, mut unchanged, mut only_before) = (Vec::new(), 0, Vec::new());
        for (named, before) in first {
            match second.remove(&named) {
                Some(after) if after.is_like(&before) => unchanged += 1,
                Some(after) => changed.push(Change {
                    named,
                    before,
                    after,
                }),
                None => only_before.push(named),
            }
        }
        let mut only_after: Vec<_> = second.into_iter().collect();
        only_after.sort_by_key(|(_, fate)| fate.seq);
        let quantiles = [Quantile::P50, Quantile::P95, Quantile::P99, Quantile::MAX];
        Self {
            schema: SCHEMA,
            before: side(before),
            after: side(after),
            events_that_differ: events_that_differ(before, after),
            changed,
            unchanged,
            only_before,
            only_after: only_after.into_iter().map(|(named, _)| named).collect(),
            latencies: quantiles
                .map(|quantile| LatencyChange {
                    quantile: quantile.to_string(),
                    before_ms: latency(before, quantile),
                    after_ms: latency(after, quantile),
                })
                .into(),
        }
    }

    /// The difference for people.
    #[must_use]
    pub fn to_table(&self) -> String {
        let mut text = String::new();
        for side in [&self.before, &self.after] {
            let verdict = side.verdict.as_str().unwrap_or_default();
            let _ = writeln!(
                text,
                "run {} on {}: {verdict}",
                side.run,
                inline(side.pipeline)
            );
        }
        for event in &self.events_that_differ {
            let line = format!("{} is not the same in both runs", inline(event));
            let _ = writeln!(text, "{}", theme::paint(theme::WARN, &line));
        }
        if !self.changed.is_empty() {
            let mut shown = table::with_header(&["message", "payload", "before", "after", "error"]);
            for change in self.changed.iter().take(LISTED) {
                let error = change.after.error.as_ref().or(change.before.error.as_ref());
                let first = error.and_then(|error| error.lines().next());
                shown.add_row([
                    format!("{} → {}", change.before.seq, change.after.seq),
                    name(&change.named),
                    change.before.text(),
                    change.after.text(),
                    first.map_or_else(|| "-".to_owned(), |line| inline(line).into_owned()),
                ]);
            }
            text.push_str(&table::render(&mut shown));
            let more = self.changed.len().saturating_sub(LISTED);
            if more > 0 {
                let _ = writeln!(text, "and {} more (-o json)", count(more as u64));
            }
        }
        for (names, what) in [
            (&self.only_before, "only in the first run"),
            (&self.only_after, "only in the second run"),
        ] {
            for named in names.iter().take(LISTED) {
                let _ = writeln!(text, "{} is {what}", name(named));
            }
            let more = names.len().saturating_sub(LISTED);
            if more > 0 {
                let _ = writeln!(text, "and {} more {what}", count(more as u64));
            }
        }
        let _ = writeln!(
            text,
            "{} changed, {} the same",
            counted(self.changed.len() as u64, "message"),
            count(self.unchanged)
        );
        let mut shown = table::with_header(&["latency", "before", "after"]);
        for latency in &self.latencies {
            shown.add_row([
                latency.quantile.clone(),
                millis(latency.before_ms),
                millis(latency.after_ms),
            ]);
        }
        text.push_str(&table::render(&mut shown));
        text
    }
}

fn name(named: &Named<'_>) -> String {
    let mut text = format!("{} of {}", inline(named.payload), inline(named.event));
    if named.round > 1 {
        let _ = write!(text, ", round {}", named.round);
    }
    text
}

fn events_that_differ<'a>(before: VerifyReport<'a>, after: VerifyReport<'a>) -> Vec<&'a str> {
    let events = &after.run.plan.events;
    before
        .run
        .plan
        .events
        .iter()
        .filter(|event| {
            let same_name = |other: &&_| {
                let other: &edactl_core::run::PlannedEvent = other;
                other.origin == event.origin
            };
            let mut others = events.iter().filter(same_name).peekable();
            others.peek().is_some() && others.all(|other| other.digest != event.digest)
        })
        .map(|event| event.origin.as_str())
        .collect()
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<DiffReport<'_>>(SCHEMA, "`edactl runs diff -o json`")
}
