//! Reading the groups: a history, the last lines of one, or what comes; and how complete it was.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::time::{Instant, sleep_until, timeout};

use crate::{
    cli::{GlobalArgs, LogsArgs},
    commands::{
        Error,
        logs::view::{LineCounts, LogView},
    },
    context::Context,
    render::{count_report::cost_text, log_line::Source, table::counted, terminal, theme, zone},
};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    logs::{LogsClient, Pass, Reach, Tail},
};
use edactl_core::humanize::{self, count};

/// `--tail` looks back this far first, and then so many times as far again and again, as long as
/// one page holds what it looks at.
const FIRST_LOOK_BACK: SignedDuration = SignedDuration::from_secs(5);
const FURTHER: i32 = 16;
/// After so many looks for a span that fits, all of it is read.
const LOOKS: u32 = 8;
/// Clocks of writers may run ahead of this machine's.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// The last look after Ctrl-C has to fit into a second.
const LAST_SWEEP: Duration = Duration::from_millis(500);

/// How the reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everything was read.
    Whole,
    /// `--for` or `--until-run` ended it.
    AsAsked,
    /// `--for` ended it before `--until-run` was satisfied.
    RunNotSeen,
    /// `--timeout` ended it.
    TimeUp,
    /// Ctrl-C.
    Interrupted,
}

/// What is read, and how far it got.
pub struct Reading<'a> {
    pub global: &'a GlobalArgs,
    pub context: &'a Context,
    pub client: LogsClient,
    pub groups: Vec<String>,
    /// For the server.
    pub pattern: Option<String>,
    pub since: Timestamp,
    until: Option<Timestamp>,
    pub deadline: Option<Instant>,
    /// While following.
    pub tail: Option<Tail>,
    /// When the last look over the whole settling window began.
    pub read_at: Option<Timestamp>,
    /// Milliseconds of which the endpoint did not give everything.
    pub gaps: u64,
    /// Windows of time that could not be read to their end.
    pub unfinished: u64,
    began: Timestamp,
    /// Of the times that are told.
    pub zone: TimeZone,
}

impl<'a> Reading<'a> {
    pub fn new(
        global: &'a GlobalArgs,
        context: &'a Context,
        groups: &[(String, Source)],
        (since, until, now): (Timestamp, Option<Timestamp>, Timestamp),
    ) -> Self {
        Self {
            global,
            context,
            client: LogsClient::new(&context.session),
            groups: groups.iter().map(|(group, _)| group.clone()).collect(),
            pattern: None,
            since,
            until,
            deadline: None,
            tail: None,
            read_at: None,
            gaps: 0,
            unfinished: 0,
            began: now,
            zone: TimeZone::system(),
        }
    }

    /// Reads what was asked for into the view.
    ///
    /// # Errors
    /// When AWS refuses, or stays out of reach.
    pub async fn read(&mut self, args: &LogsArgs, view: &mut LogView<'_>) -> Result<Ended, Error> {
        let deadline = self.deadline;
        let reading = async {
            if let Some(lines) = args.tail {
                let pass = self.look_back(lines, view).await?;
                if !args.follow {
                    self.note(&pass, args)?;
                    return Ok(Ended::Whole);
                }
                view.restart();
                view.keep_last(lines);
            }
            if args.follow {
                return self.follow(&args.following, view).await;
            }
            let pass = self.history(self.since, view).await?;
            self.note(&pass, args)?;
            Ok(Ended::Whole)
        };
        let Some(deadline) = deadline else {
            return reading.await;
        };
        tokio::select! {
            ended = reading => ended,
            () = sleep_until(deadline) => Ok(Ended::TimeUp),
        }
    }

    async fn history(&self, since: Timestamp, view: &mut LogView<'_>) -> Result<Pass, AwsError> {
        let until = self.until.unwrap_or_else(|| ahead(self.began));
        let pattern = self.pattern.as_deref();
        self.client
            .history(&self.groups, (since, until), pattern, view)
            .await
    }

    /// Finds the last lines without reading what lies before them. They are kept in the view, and
    /// `since` is set to where they begin.
    async fn look_back(&mut self, lines: usize, view: &mut LogView<'_>) -> Result<Pass, AwsError> {
        let until = self.until.unwrap_or(self.began);
        let pattern = self.pattern.as_deref();
        let (mut too_short, mut too_long) = (SignedDuration::ZERO, None);
        let longest = until.duration_since(self.since);
        let mut span = FIRST_LOOK_BACK.min(longest);
        for look in 1.. {
            let since = until.checked_sub(span).unwrap_or(Timestamp::MIN);
            let since = since.max(self.since);
            view.restart();
            view.keep_last(lines);
            // What lies a little ahead of this machine's clock is young, and belongs to it.
            let end = self.until.unwrap_or_else(|| ahead(self.began));
            let pass = if look <= LOOKS {
                self.client
                    .history_of_a_page(&self.groups, (since, end), pattern, view)
                    .await?
            } else {
                self.history(since, view).await?
            };
            if pass.is_too_long {
                too_long = Some(span);
                span = between(too_short, span);
                continue;
            }
            if view.held() >= lines || since == self.since {
                self.since = since;
                return Ok(pass);
            }
            too_short = span;
            let mut guess = None;
            if look == 1 {
                let span = (self.since, end);
                let from = self.client.latest_from(&self.groups, span, pattern).await?;
                guess = from.map(|from| until.duration_since(from));
            }
            span = match too_long {
                _ if let Some(guess) = guess.filter(|guess| *guess > span) => guess,
                Some(too_long) if look < LOOKS => between(span, too_long),
                // No page holds enough: what is too long for one is read in many.
                Some(too_long) => too_long,
                None => span.checked_mul(FURTHER).unwrap_or(longest),
            }
            .min(longest);
        }
        Ok(Pass::default())
    }

    /// What a finished history says besides its lines.
    fn note(&mut self, pass: &Pass, args: &LogsArgs) -> Result<(), Error> {
        self.gaps = pass.gaps;
        self.unfinished = pass.unfinished;
        for group in &pass.missing_groups {
            if args.group.contains(group) {
                return Err(Error::Aws(AwsError {
                    action: "logs:FilterLogEvents",
                    resource: group.clone(),
                    kind: AwsErrorKind::NotFound,
                    code: None,
                    reason: "the log group does not exist".into(),
                    never_sent: false,
                }));
            }
            self.say(&format!(
                "the log group {group} does not exist yet: its function has not run"
            ));
        }
        Ok(())
    }

    /// While following, what became readable until just now.
    pub async fn last_sweep(&mut self, view: &mut LogView<'_>) {
        let now = Timestamp::now();
        if let Some(tail) = &mut self.tail
            && let Ok(Ok(pass)) = timeout(LAST_SWEEP, tail.pass(now, Reach::Window, view)).await
        {
            self.take_note(&pass);
        }
    }

    /// What a pass over the whole settling window, or a sweep of it, says of how complete it is.
    pub fn take_note(&mut self, pass: &Pass) {
        self.gaps += pass.gaps;
        // The next one reads the same again: only the last word counts.
        self.unfinished = pass.unfinished;
        self.read_at = pass.whole_at.or(self.read_at);
    }

    /// Says something that is not a line, unless `--quiet`.
    pub fn say(&self, text: &str) {
        if !self.global.quiet {
            let line = format!("{} {text}", theme::paint(theme::DIM, "logs:"));
            crate::say!("{}", terminal::folded(&line, "      "));
        }
    }

    /// The line at the end: how many, from when to when, and up to when nothing can be missing.
    pub fn say_how_complete(&self, ended: Option<&Ended>, tally: &LineCounts) {
        let mut parts = Vec::new();
        let events = counted(tally.events, "event");
        parts.push(if tally.shown == tally.events {
            events
        } else {
            format!("{} of {events} shown", count(tally.shown))
        });
        // As the lines have it.
        let until = self.until.unwrap_or(self.began);
        let has_offset = zone::changes(&self.zone, (self.since, until));
        let time = |at: Timestamp| {
            let zoned = at.to_zoned_datetime(self.zone.clone());
            let today = zoned.date() == self.began.to_zoned_datetime(self.zone.clone()).date();
            let day = if today { "" } else { "%Y-%m-%d " };
            let offset = if has_offset { "%:z" } else { "" };
            zoned
                .strftime(&format!("{day}%H:%M:%S{offset}"))
                .to_string()
        };
        if let Some((first, last)) = tally.extent {
            parts[0].push_str(&format!(" from {} to {}", time(first), time(last)));
        }
        if tally.without_level > 0 {
            let lines = counted(tally.without_level, "line");
            parts.push(format!("{lines} had no level"));
        }
        if self.gaps > 0 {
            parts.push(format!(
                "NOT complete: the endpoint gave only a part of {}",
                counted(self.gaps, "millisecond")
            ));
        }
        if self.unfinished > 0 {
            parts.push(
                "NOT complete: the endpoint's pages led in a circle, so the log was not read to \
                 its end"
                    .to_owned(),
            );
        }
        if let Some(cost) = self.client.cost() {
            parts.push(cost_text(cost));
        }
        let read_at = match ended {
            Some(Ended::Whole) => Some(self.began),
            _ => self.read_at,
        };
        let settle = self.context.settle;
        parts.push(match (read_at, tally.extent) {
            (Some(at), _) => {
                let settled =
                    at.checked_sub(SignedDuration::try_from(settle).unwrap_or(SignedDuration::MAX));
                let settled = settled.unwrap_or(Timestamp::MIN);
                match self.until {
                    _ if self.unfinished > 0 => "more may stand there".to_owned(),
                    _ if self.gaps > 0 => "what came besides is complete".to_owned(),
                    Some(until) if until <= settled => "complete".to_owned(),
                    _ => format!(
                        "complete up to {} (a line can take {} to become readable)",
                        time(settled.max(self.since)),
                        humanize::duration(settle)
                    ),
                }
            }
            (None, Some((_, last))) => format!("broken off: complete up to {}", time(last)),
            (None, None) => "broken off before the first line".to_owned(),
        });
        parts.push(format!("times in {}", zone::name(&self.zone, self.began)));
        self.say(&parts.join("; "));
    }
}

/// A span between two others, by its order of magnitude.
fn between(short: SignedDuration, long: SignedDuration) -> SignedDuration {
    if short.is_zero() {
        return (long / FURTHER).max(SignedDuration::from_millis(1));
    }
    let ratio = (long.as_secs_f64() / short.as_secs_f64()).sqrt();
    SignedDuration::try_from_secs_f64(short.as_secs_f64() * ratio).unwrap_or(long)
}

/// As late as a line may claim to be written by now.
fn ahead(now: Timestamp) -> Timestamp {
    now.saturating_add(AHEAD).unwrap_or(now)
}
