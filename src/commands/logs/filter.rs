//! Which lines are shown.

use std::collections::HashSet;

use memchr::memmem::Finder;
use regex::Regex;

use crate::{
    cli::{LogChoiceArgs, LogLevel},
    commands::{Error, logs::condition::Condition},
};
use edactl_core::{
    line::{Kind, Level, Line, is_uuid},
    run::{Outcome, Run, message_id::MessageId},
};

/// Which lines are shown.
#[derive(Debug)]
pub struct Filter {
    pub greps: Vec<Regex>,
    excludes: Vec<Regex>,
    conditions: Vec<Condition>,
    level: Option<Level>,
    request_id: Option<String>,
    run: Option<RunFilter>,
}

/// What shows that a line belongs to a run.
#[derive(Debug)]
struct RunFilter {
    marker: Finder<'static>,
    messages: HashSet<MessageId>,
    invocations: HashSet<String>,
}

impl Filter {
    /// The filter that was asked for; `run` is the run of `--run`.
    ///
    /// # Errors
    /// When a regular expression is none.
    pub fn new(args: &LogChoiceArgs, run: Option<&Run>) -> Result<Self, Error> {
        Ok(Self {
            greps: regexes("--grep", &args.grep)?,
            excludes: regexes("--exclude", &args.exclude)?,
            conditions: args
                .conditions
                .iter()
                .map(|text| Condition::parse(text))
                .collect::<Result<_, _>>()?,
            level: args.level.map(level),
            request_id: args.request_id.as_ref().map(|id| id.to_ascii_lowercase()),
            run: run.map(RunFilter::new),
        })
    }

    /// Whether a line has to be read to be judged.
    pub fn reads_lines(&self) -> bool {
        self.level.is_some()
            || self.request_id.is_some()
            || self.run.is_some()
            || !self.conditions.is_empty()
    }

    /// Whether lines are chosen by their level.
    pub fn asks_level(&self) -> bool {
        self.level.is_some()
    }

    /// Whether a line is as serious as was asked for.
    pub fn wants_level(&self, line: &Line<'_>) -> bool {
        self.level.is_none_or(|least| severity(line) >= Some(least))
    }

    /// Whether an event's text may be shown, as far as that can be told without reading it.
    pub fn wants_text(&self, text: &str) -> bool {
        self.greps.iter().all(|regex| regex.is_match(text))
            && !self.excludes.iter().any(|regex| regex.is_match(text))
    }

    /// Whether a line is shown that belongs to the invocation `request_id`, but for its level.
    pub fn wants(&self, text: &str, request_id: Option<&str>) -> bool {
        let invocation = self
            .request_id
            .as_deref()
            .is_none_or(|wanted| request_id.is_some_and(|id| starts_with(id, wanted)));
        invocation
            && self.wants_text(text)
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(text))
            && self
                .run
                .as_ref()
                .is_none_or(|run| run.wants(text, request_id))
    }

    /// A pattern that lets the server leave out lines, where it can do so without hiding what the
    /// others are read by.
    pub fn server_pattern(&self, only_errors: bool) -> Option<String> {
        let [grep] = &self.greps[..] else { return None };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_ ".contains(c);
        let text = grep.as_str();
        let is_plain = text.len() >= 3 && text.chars().all(plain) && text.trim() == text;
        (is_plain && !self.reads_lines() && !only_errors).then(|| format!("\"{text}\""))
    }
}

fn starts_with(id: &str, wanted: &str) -> bool {
    id.get(..wanted.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(wanted))
}

/// The level that a line tells, or shows by what it is.
pub fn severity(line: &Line<'_>) -> Option<Level> {
    if is_error(line) {
        Some(Level::Error)
    } else {
        line.level
    }
}

/// Whether the line tells of an error or a failed invocation.
pub fn is_error(line: &Line<'_>) -> bool {
    line.level == Some(Level::Error)
        || matches!(line.kind, Kind::Failure(_) | Kind::Report(Some(_)))
}

fn level(level: LogLevel) -> Level {
    match level {
        LogLevel::Trace => Level::Trace,
        LogLevel::Debug => Level::Debug,
        LogLevel::Info => Level::Info,
        LogLevel::Warn => Level::Warn,
        LogLevel::Error => Level::Error,
    }
}

/// Reads regular expressions of an option.
///
/// # Errors
/// When one is none, with the place in it.
pub fn regexes(option: &str, patterns: &[String]) -> Result<Vec<Regex>, Error> {
    patterns
        .iter()
        .map(|pattern| {
            Regex::new(pattern).map_err(|error| Error::Usage {
                message: format!("{option} `{pattern}` is not a regular expression:\n{error}"),
                hint: "put a backslash before a character that is meant as itself".into(),
            })
        })
        .collect()
}

impl RunFilter {
    fn new(run: &Run) -> Self {
        let mut messages = HashSet::new();
        let mut invocations = HashSet::new();
        for invocation in &run.invocations {
            if let Some(Outcome::Answered {
                request_id,
                message_ids,
                ..
            }) = &invocation.outcome
            {
                messages.extend(message_ids.iter().flatten().cloned());
                invocations.extend(request_id.clone());
            }
        }
        Self {
            marker: Finder::new(run.plan.markers().prefix()).into_owned(),
            messages,
            invocations,
        }
    }

    fn wants(&self, text: &str, request_id: Option<&str>) -> bool {
        request_id.is_some_and(|id| self.invocations.contains(id))
            || self.marker.find(text.as_bytes()).is_some()
            || text
                .split(|c: char| !c.is_ascii_hexdigit() && c != '-')
                .any(|word| is_uuid(word) && self.messages.contains(&MessageId::from(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edactl_core::line;

    fn args() -> LogChoiceArgs {
        LogChoiceArgs {
            grep: Vec::new(),
            exclude: Vec::new(),
            conditions: Vec::new(),
            filter_pattern: None,
            stream: Vec::new(),
            qualifier: None,
            level: None,
            only_errors: false,
            context: 3,
            run: None,
            request_id: None,
            platform: false,
            no_platform: false,
        }
    }

    fn filter(change: impl FnOnce(&mut LogChoiceArgs)) -> Filter {
        let mut args = args();
        change(&mut args);
        Filter::new(&args, None).unwrap()
    }

    fn wants(filter: &Filter, text: &str) -> bool {
        let line = line::read(text);
        filter.wants(text, line.request_id) && filter.wants_level(&line)
    }

    #[test]
    fn every_expression_has_to_agree() {
        let filter = filter(|args| {
            args.grep = vec!["order".into(), r"\d+".into()];
            args.exclude = vec!["test".into()];
        });
        assert!(wants(&filter, "order 7"));
        assert!(!wants(&filter, "order seven"));
        assert!(!wants(&filter, "order 7 of a test"));
        assert!(
            Filter::new(
                &LogChoiceArgs {
                    grep: vec!["(".into()],
                    ..args()
                },
                None
            )
            .is_err()
        );
    }

    #[test]
    fn levels_are_ranked_and_a_failure_is_an_error() {
        let filter = filter(|args| args.level = Some(LogLevel::Warn));
        assert!(!wants(&filter, r#"{"level":"INFO","message":"a"}"#));
        assert!(wants(&filter, r#"{"level":"WARNING","message":"a"}"#));
        assert!(wants(&filter, "[ERROR] KeyError: 'x'"));
        assert!(!wants(&filter, "no level at all"));
    }

    #[test]
    fn a_request_id_may_be_cut_short() {
        let id = "169f3f51-0320-4f83-9099-ac1a414e52d0";
        let text = format!("END RequestId: {id}");
        assert!(wants(
            &filter(|args| args.request_id = Some("169F3F51".into())),
            &text
        ));
        assert!(wants(
            &filter(|args| args.request_id = Some(id.into())),
            &text
        ));
        assert!(!wants(
            &filter(|args| args.request_id = Some("169f3f52".into())),
            &text
        ));
    }

    #[test]
    fn the_server_helps_only_where_it_cannot_hide_anything() {
        let pattern = |grep: &str, only_errors| {
            filter(|args| args.grep = vec![grep.into()]).server_pattern(only_errors)
        };
        assert_eq!(pattern("order-7", false).as_deref(), Some("\"order-7\""));
        assert_eq!(pattern("order.*7", false), None);
        assert_eq!(pattern("order-7", true), None);
        let with_id = filter(|args| {
            args.grep = vec!["order-7".into()];
            args.request_id = Some("1".into());
        });
        assert_eq!(with_id.server_pattern(false), None);
    }
}
