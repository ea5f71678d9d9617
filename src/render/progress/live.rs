//! What a live view shows of a verify: a row a source, what is waited for, and what is known at
//! once.

use std::time::Duration;

use edactl_core::{
    diagnosis::Group,
    humanize::{self, count},
    ledger::{Awaited, Judgement},
    report::MetricsWitness,
    run::Run,
    verdict::{Source, Verdict},
};

use crate::render::{
    explain::{self, Commands},
    verify_words,
};

/// How wide a bar is.
const BAR: usize = 10;
/// What has said the same for less than this needs no age.
const SHORT: Duration = Duration::from_secs(5);
/// So many causes are said at once.
const URGENT: usize = 5;

/// Where a verify stands.
#[derive(Debug, Clone, Copy)]
pub struct LiveState<'a> {
    /// The run.
    pub run: &'a Run,
    /// Since the command began.
    pub elapsed: Duration,
    /// Since the session began: the clock of what is due.
    pub now: Duration,
    /// When the time is up, since the session began.
    pub deadline: Duration,
    /// The evidence, judged.
    pub judgement: &'a Judgement<'a>,
    /// What that comes to.
    pub verdict: &'a Verdict,
    /// How many lines of the consumer were read.
    pub log_lines: u64,
    /// The sources that are read.
    pub heard: &'a [Source],
    /// Whether the pipeline is on AWS itself, where log lines and metrics take their time.
    pub is_on_aws: bool,
    /// What is known at once ([`edactl_core::diagnosis::at_once`]).
    pub urgent: &'a [Group],
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    name: &'static str,
    /// How much of how much.
    share: Option<(u64, u64)>,
    /// What it says.
    pub text: String,
    /// What there is to know where it says nothing.
    usually: &'static str,
}

impl Row {
    /// The row on a terminal; `age`: for how long it has said the same.
    pub fn line(&self, age: Duration) -> String {
        let bar = match self.share {
            Some((done, all)) if all > 0 => {
                let done = done.min(all);
                let filled = usize::try_from(done * BAR as u64 / all).unwrap_or(BAR);
                format!("{}{}", "█".repeat(filled), "░".repeat(BAR - filled))
            }
            _ => " ".repeat(BAR),
        };
        let age = if age < SHORT {
            String::new()
        } else {
            format!(
                ", for {}",
                humanize::duration(Duration::from_secs(age.as_secs()))
            )
        };
        format!("{:<8}{bar}  {}{age}{}", self.name, self.text, self.usually)
    }

    /// The row as a part of a line.
    pub fn plain(&self) -> String {
        format!("{} {}", self.name, self.text)
    }
}

/// A row a source that is read.
pub(super) fn rows(state: &LiveState<'_>) -> Vec<Row> {
    state
        .heard
        .iter()
        .filter_map(|source| row(state, *source))
        .collect()
}

fn row(state: &LiveState<'_>, source: Source) -> Option<Row> {
    let ledger = state.judgement.ledger();
    let counts = &state.verdict.counts;
    let usually = |words: &'static str| if state.is_on_aws { words } else { "" };
    Some(match source {
        Source::Logs => {
            let seen = state.judgement.message_counts();
            let received = seen.filter(|(_, it)| it.received > 0).count() as u64;
            let mut text = format!(
                "{} of {} received, {} taken",
                count(received),
                count(counts.attempted),
                count(counts.taken)
            );
            if counts.failing > 0 {
                text.push_str(&format!(", {} failing", count(counts.failing)));
            }
            Row {
                name: "logs",
                share: Some((counts.taken, counts.attempted)),
                text,
                usually: if state.log_lines == 0 {
                    usually(" (usually readable in seconds)")
                } else {
                    ""
                },
            }
        }
        Source::Queue => {
            let held = ledger.queue()?;
            let text = verify_words::counters(held.visible, held.in_flight, held.delayed);
            let holds = [held.visible, held.in_flight, held.delayed];
            let holds: u64 = holds.into_iter().flatten().sum();
            Row {
                name: "queue",
                share: Some((counts.attempted.saturating_sub(holds), counts.attempted)),
                text,
                usually: "",
            }
        }
        Source::Dlq => Row {
            name: "dlq",
            share: None,
            text: match ledger.dead_letter_count()? {
                0 => "empty".to_owned(),
                letters => format!(
                    "{} ({} of the run's payloads)",
                    crate::render::table::counted(letters, "letter"),
                    count(counts.dead_lettered)
                ),
            },
            usually: "",
        },
        Source::Metrics => {
            let witness = MetricsWitness::of(state.judgement);
            let deleted = witness.as_ref().and_then(|witness| witness.deleted);
            let text = witness.as_ref().map(verify_words::metrics);
            Row {
                name: "metrics",
                share: Some((deleted.unwrap_or(0), counts.attempted)),
                text: text.unwrap_or_else(|| "not read yet".to_owned()),
                usually: if deleted.is_none() {
                    usually(" (usually after 2 to 15 min)")
                } else {
                    ""
                },
            }
        }
    })
}

/// What is waited for, and how long at most.
pub(super) fn status_line(state: &LiveState<'_>) -> String {
    let left = state.deadline.saturating_sub(state.now);
    let left = humanize::duration(Duration::from_secs(left.as_secs()));
    match state.verdict.awaited {
        Awaited::Nothing => format!("{left} left"),
        awaited => format!(
            "{left} left · waiting for {}",
            verify_words::awaited(awaited, Some(state.now))
        ),
    }
}

/// What no waiting mends: a line each, the first few.
pub(super) fn urgent_lines(state: &LiveState<'_>) -> Vec<String> {
    if state.urgent.is_empty() {
        return Vec::new();
    }
    let commands = Commands::of(state.run);
    let told = state.urgent.iter().take(URGENT);
    told.map(|group| explain::group(group, &commands).reason)
        .collect()
}
