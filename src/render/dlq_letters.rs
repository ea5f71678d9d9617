//! Dead letters: by reason, and one by one.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    render::{
        document_schema::DocumentSchema,
        escape::{block, inline},
        table::{self, counted},
        theme,
    },
    store::{
        dead_letters::{Origin, Seen},
        redrives::{LetterState, Redrive},
    },
};
use edactl_core::{
    event::marker::RunId,
    exit::ExitCode,
    humanize::{self, count},
    latency::between,
    schema::UtcTime,
    topology::queue::{QueueCounters, queue_name},
};

const SCHEMA: &str = "edactl.dead-letters/1";
/// How many payloads a reason names in the table.
const NAMED: usize = 3;
/// How many rows a dry run, and how many lines the list of possible copies, shows.
const LISTED: usize = 20;
/// What stands where nothing is known.
const NOTHING: &str = "-";

/// What a look into the queue came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// How many letters were looked at.
    pub at: u64,
    /// How many of them were meant.
    pub matched: u64,
    /// Whether it ended because no more letters came, not because of a limit.
    pub to_the_end: bool,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// Whether the time was up, or the queue fell silent, before its end.
    pub broken_off: bool,
}

impl Looked {
    /// What a command that only looks ends in.
    #[must_use]
    pub fn exit(self) -> ExitCode {
        if self.interrupted {
            ExitCode::Interrupted
        } else if self.broken_off {
            ExitCode::Undetermined
        } else {
            ExitCode::Success
        }
    }
}

/// Dead letters, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LettersReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The dead-letter queue's name.
    dlq: &'a str,
    /// How many letters the queue says it holds (approximate).
    held: Held,
    /// How many letters were looked at.
    looked_at: u64,
    /// Whether the look ended because no more letters came, not because of a limit.
    to_the_end: bool,
    /// How many of them were asked for.
    matched: u64,
    /// The letters by reason, the most frequent first.
    reasons: Vec<ReasonEntry>,
    /// The letters one by one.
    letters: Vec<LetterEntry>,
    /// Letters that may be on their queue as well, by the records of redrives that could not
    /// finish.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible_copies: Vec<CopyEntry>,
}

/// How many letters the queue says it holds (approximate); left out where it does not say.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
struct Held {
    /// Waiting to be received.
    #[serde(skip_serializing_if = "Option::is_none")]
    visible: Option<u64>,
    /// Received and not deleted; hidden for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_flight: Option<u64>,
    /// Not yet to be received.
    #[serde(skip_serializing_if = "Option::is_none")]
    delayed: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReasonEntry {
    /// The consumer's last error, without what differs from message to message; null: no recorded
    /// run tells.
    reason: Option<String>,
    /// How many letters.
    letters: usize,
    /// The runs that they come from.
    #[schemars(with = "Vec<RunId>")]
    runs: Vec<String>,
    /// The first of their payloads, by key.
    payloads: Vec<String>,
    /// When the oldest was sent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    oldest: Option<Timestamp>,
    /// The most receives of any of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    receives: Option<u32>,
    /// The error of the youngest.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    /// The consumer's invocation of the youngest.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LetterEntry {
    /// The SQS message id.
    message_id: String,
    /// When it was sent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    sent: Option<Timestamp>,
    /// How long ago that is, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_ms: Option<u64>,
    /// How often it was received, this look included.
    #[serde(skip_serializing_if = "Option::is_none")]
    receives: Option<u32>,
    /// The queue that it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Its message group (FIFO).
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(flatten)]
    origin: OriginEntry,
    /// Its body; only with --show-body.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

/// Where a letter comes from; empty where no recorded run knows it.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct OriginEntry {
    /// The run that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<RunId>")]
    run: Option<String>,
    /// The message's number in the run, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    seq: Option<u64>,
    /// The event's file as it was named, or `stdin`.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<String>,
    /// The payload's key in the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    /// The consumer's last error, without what differs from message to message.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The consumer's last error.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// The consumer's invocation in which it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip)]
    is_unverified: bool,
}

impl From<Origin> for OriginEntry {
    fn from(origin: Origin) -> Self {
        Self {
            run: Some(origin.place.run.into()),
            seq: Some(origin.place.seq),
            event: Some(origin.event),
            payload: Some(origin.key),
            reason: origin.reason,
            error: origin.error,
            request_id: origin.request_id,
            is_unverified: !origin.verified,
        }
    }
}

/// A letter that may be on its queue as well, by the record of a redrive.
#[derive(Debug, Serialize, JsonSchema)]
struct CopyEntry {
    /// The redrive whose record tells.
    #[schemars(with = "RunId")]
    redrive: String,
    /// The letter's message id in the dead-letter queue.
    message_id: String,
    #[serde(flatten)]
    state: LetterState,
    /// Whether it was seen in the dead-letter queue now; left out where that is not certain.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_here: Option<bool>,
}

impl<'a> LettersReport<'a> {
    /// These letters of a queue, with their bodies or without.
    #[must_use]
    pub fn new(
        dlq: &'a str,
        counters: QueueCounters,
        looked: Looked,
        letters: Vec<Seen>,
        show_body: bool,
    ) -> Self {
        let now = Timestamp::now();
        let letters: Vec<_> = letters
            .into_iter()
            .map(|seen| entry(seen, now, show_body))
            .collect();
        Self {
            schema: SCHEMA,
            dlq,
            held: Held {
                visible: counters.visible,
                in_flight: counters.in_flight,
                delayed: counters.delayed,
            },
            looked_at: looked.at,
            to_the_end: looked.to_the_end,
            matched: looked.matched,
            reasons: reasons(&letters),
            letters,
            possible_copies: Vec::new(),
        }
    }

    /// With what the records of redrives tell of letters that may exist twice.
    #[must_use]
    pub fn with_redrives<'r>(mut self, redrives: impl Iterator<Item = &'r Redrive>) -> Self {
        let all_seen = self.to_the_end && self.matched == self.looked_at;
        // A later redrive may have settled what an earlier one left open.
        let mut states: BTreeMap<&str, (&Redrive, &LetterState)> = BTreeMap::new();
        for redrive in redrives {
            for (id, letter) in &redrive.letters {
                states.insert(id, (redrive, &letter.state));
            }
        }
        for (id, (redrive, state)) in states {
            if !state.may_be_twice() {
                continue;
            }
            let is_seen = self.letters.iter().any(|letter| letter.message_id == id);
            self.possible_copies.push(CopyEntry {
                redrive: redrive.head.redrive.to_string(),
                message_id: id.to_owned(),
                state: state.clone(),
                is_here: (is_seen || all_seen).then_some(is_seen),
            });
        }
        self
    }

    /// A run that a letter belongs to and that was never verified.
    #[must_use]
    pub fn unverified_run(&self) -> Option<&str> {
        let mut letters = self.letters.iter();
        letters.find_map(|letter| {
            let run = letter.origin.run.as_deref();
            run.filter(|_| letter.origin.is_unverified)
        })
    }

    /// The letters by reason.
    #[must_use]
    pub fn by_reason(&self) -> String {
        let mut shown = table::with_header(&[
            "reason",
            "letters",
            "payloads",
            "run",
            "oldest",
            "received",
            "request id",
        ]);
        for entry in &self.reasons {
            let mut payloads: Vec<_> = entry
                .payloads
                .iter()
                .take(NAMED)
                .map(|key| inline(key))
                .collect();
            let more = entry.payloads.len().saturating_sub(NAMED);
            if more > 0 {
                payloads.push(format!("and {more} more").into());
            }
            let runs = match &entry.runs[..] {
                [] => NOTHING.to_owned(),
                [run] => run.clone(),
                [run, rest @ ..] => format!("{run} and {} more", rest.len()),
            };
            shown.add_row([
                entry.reason.as_deref().map_or_else(
                    || "unknown: no recorded run tells".to_owned(),
                    |reason| inline(reason).into_owned(),
                ),
                count(entry.letters as u64),
                or_nothing(payloads.join(", ")),
                runs,
                entry.oldest.map_or_else(|| NOTHING.to_owned(), age),
                times(entry.receives),
                or_nothing(entry.request_id.clone().unwrap_or_default()),
            ]);
        }
        let mut text = String::new();
        if !self.reasons.is_empty() {
            text.push_str(&table::render(&mut shown));
        }
        text.push_str(&self.summary());
        self.tell_of_copies(&mut text);
        text
    }

    /// The letters one by one, with their bodies where they are to be shown.
    #[must_use]
    pub fn one_by_one(&self) -> String {
        let mut text = String::new();
        for letter in &self.letters {
            let origin = &letter.origin;
            let from = match (&origin.run, origin.seq, &origin.payload) {
                (Some(run), Some(seq), Some(key)) => {
                    format!("message {seq} of run {run} ({})", inline(key))
                }
                _ => "of no recorded run".to_owned(),
            };
            let id = theme::paint(theme::BOLD, &inline(&letter.message_id));
            let _ = writeln!(text, "{id}  {from}");
            let mut facts = Vec::new();
            if let Some(sent) = letter.sent {
                facts.push(format!("sent {} ago ({sent})", age(sent)));
            }
            if letter.receives.is_some() {
                facts.push(format!("received {}", times(letter.receives)));
            }
            if let Some(source) = &letter.source {
                facts.push(format!("from {}", inline(source)));
            }
            if let Some(group) = &letter.group {
                facts.push(format!("group {}", inline(group)));
            }
            let _ = writeln!(text, "    {}", facts.join(", "));
            if let Some(error) = &origin.error {
                let request = origin
                    .request_id
                    .as_ref()
                    .map(|id| format!("  (request id {})", inline(id)));
                let error = theme::paint(theme::BAD, &block(error));
                let _ = writeln!(text, "    {error}{}", request.unwrap_or_default());
            }
            if let Some(body) = &letter.body {
                let _ = writeln!(text, "    {}", inline(body));
            }
        }
        text.push_str(&self.summary());
        text
    }

    /// What would be done, such as `sent again`, to these letters. `others` came from other queues.
    #[must_use]
    pub fn dry_run(&self, what: &str, others: u64) -> String {
        let mut shown = table::with_header(&["letter", "run", "payload", "reason", "from"]);
        for letter in self.letters.iter().take(LISTED) {
            let origin = &letter.origin;
            let cell = |text: &Option<String>| {
                text.as_deref()
                    .map_or_else(|| NOTHING.to_owned(), |text| inline(text).into_owned())
            };
            shown.add_row([
                inline(&letter.message_id).into_owned(),
                cell(&origin.run),
                cell(&origin.payload),
                cell(&origin.reason),
                cell(&letter.source),
            ]);
        }
        let mut text = String::new();
        if !self.letters.is_empty() {
            text.push_str(&table::render(&mut shown));
        }
        if self.letters.len() > LISTED {
            let _ = writeln!(text, "and {} more", self.letters.len() - LISTED);
        }
        if others > 0 {
            let _ = writeln!(
                text,
                "{} of other queues than the pipeline's would be left alone",
                counted(others, "letter")
            );
        }
        let _ = writeln!(
            text,
            "dry run: {} of {} looked at would be {what}; nothing was",
            counted(self.letters.len() as u64, "letter"),
            count(self.looked_at)
        );
        text
    }

    fn summary(&self) -> String {
        let Held {
            visible,
            in_flight,
            delayed,
        } = self.held;
        let mut text = format!(
            "{}: {} looked at",
            self.dlq,
            counted(self.looked_at, "letter")
        );
        if self.matched < self.looked_at {
            let _ = write!(text, ", {} shown", count(self.matched));
        }
        let _ = match visible {
            Some(visible) => write!(text, "; the queue says that it holds {}", count(visible)),
            None => write!(text, "; the queue does not say how many it holds"),
        };
        for (number, what) in [(in_flight, "in flight"), (delayed, "delayed")] {
            if let Some(number) = number.filter(|number| *number > 0) {
                let _ = write!(text, " and {} {what}", count(number));
            }
        }
        if Some(self.looked_at) < visible && !self.to_the_end {
            text.push_str(" (--limit looks at more)");
        }
        text.push('\n');
        text
    }

    fn tell_of_copies(&self, text: &mut String) {
        for copy in self.possible_copies.iter().take(LISTED) {
            let what = match copy.state.new_id() {
                Some(new_id) => format!("was sent again as {new_id}"),
                None => "may have been sent again".to_owned(),
            };
            let here = match copy.is_here {
                Some(true) => ", and is still here",
                Some(false) => ", and is not here any more",
                None => "",
            };
            let line = format!(
                "{} {what} by redrive {}, which could not finish{here}",
                inline(&copy.message_id),
                copy.redrive
            );
            let _ = writeln!(text, "{}", theme::paint(theme::WARN, &line));
        }
        let more = self.possible_copies.len().saturating_sub(LISTED);
        if more > 0 {
            let _ = writeln!(text, "and {more} more that may exist twice");
        }
    }
}

fn entry(seen: Seen, now: Timestamp, show_body: bool) -> LetterEntry {
    let Seen { letter, origin } = seen;
    let age = letter.sent.map(|sent| between(sent, now).as_millis());
    LetterEntry {
        sent: letter.sent,
        age_ms: age.map(|age| u64::try_from(age).unwrap_or(u64::MAX)),
        receives: letter.receives,
        source: letter.source_arn.map(|arn| queue_name(&arn).to_owned()),
        group: letter.group,
        message_id: letter.message_id,
        body: show_body.then_some(letter.body),
        origin: origin.map(Into::into).unwrap_or_default(),
    }
}

/// The reasons, the most frequent first.
fn reasons(letters: &[LetterEntry]) -> Vec<ReasonEntry> {
    let mut groups: BTreeMap<Option<&str>, Vec<&LetterEntry>> = BTreeMap::new();
    for letter in letters {
        let reason = letter.origin.reason.as_deref();
        groups.entry(reason).or_default().push(letter);
    }
    let mut entries: Vec<_> = groups
        .into_iter()
        .map(|(reason, letters)| {
            let distinct = |of: fn(&OriginEntry) -> &Option<String>| {
                let mut all: Vec<String> = Vec::new();
                for text in letters
                    .iter()
                    .filter_map(|letter| of(&letter.origin).as_ref())
                {
                    if !all.contains(text) {
                        all.push(text.clone());
                    }
                }
                // SQS hands letters out in any order.
                all.sort();
                all
            };
            let last = letters.iter().max_by_key(|letter| letter.sent);
            let last = last.map(|letter| letter.origin.clone()).unwrap_or_default();
            ReasonEntry {
                reason: reason.map(str::to_owned),
                runs: distinct(|origin| &origin.run),
                payloads: distinct(|origin| &origin.payload),
                oldest: letters.iter().filter_map(|letter| letter.sent).min(),
                receives: letters.iter().filter_map(|letter| letter.receives).max(),
                letters: letters.len(),
                last_error: last.error,
                request_id: last.request_id,
            }
        })
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.letters));
    entries
}

fn age(sent: Timestamp) -> String {
    humanize::duration(between(sent, Timestamp::now()))
}

fn times(receives: Option<u32>) -> String {
    match receives {
        None => NOTHING.to_owned(),
        Some(1) => "once".to_owned(),
        Some(number) => format!("{number} times"),
    }
}

fn or_nothing(text: String) -> String {
    if text.is_empty() {
        NOTHING.to_owned()
    } else {
        text
    }
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<LettersReport<'_>>(
        SCHEMA,
        "`edactl dlq list -o json` or `edactl dlq peek -o json`",
    )
}
