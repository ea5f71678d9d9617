//! Counting lines where they lie: `stats count(*) by …`, on CloudWatch's own engine.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    error::AwsError,
    logs::{
        LogsClient,
        insights::{Question, Row, failed},
    },
};
use edactl_facts::line::Level;

/// The most rows that a query gives.
const MOST_VALUES: usize = 10_000;
/// The count's name in the rows.
const LINES: &str = "lines";

/// What lines are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountBy {
    /// The level that a line names.
    Level,
    /// The log group, which is the function's.
    Function,
    /// The type of error that a line tells of. Other lines are not counted.
    Error,
}

/// Which lines are counted, and by what.
#[derive(Debug, Clone)]
pub struct CountQuery<'a> {
    /// The log groups.
    pub groups: &'a [String],
    /// The first moment.
    pub from: Timestamp,
    /// The last.
    pub until: Timestamp,
    /// By what.
    pub by: CountBy,
    /// Regular expressions that have to match, each.
    pub greps: &'a [String],
    /// Regular expressions of which none may.
    pub excludes: &'a [String],
}

/// How many lines have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The value; `None`: the lines that have none.
    pub value: Option<String>,
    /// How many.
    pub lines: u64,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// By value.
    pub counts: Vec<Count>,
    /// There are more values than a query gives; the rarest are missing.
    pub is_cut_off: bool,
    /// How many bytes the query scanned.
    pub bytes_scanned: u64,
}

impl CountQuery<'_> {
    /// The query as Logs Insights reads it.
    #[must_use]
    pub fn text(&self) -> String {
        let mut parts = vec![
            "fields @message".to_owned(),
            format!(
                "filter toMillis(@timestamp) >= {}",
                self.from.as_millisecond()
            ),
            format!(
                "filter toMillis(@timestamp) <= {}",
                self.until.as_millisecond()
            ),
        ];
        for pattern in self.greps {
            parts.push(format!("filter @message like /{}/", escape(pattern)));
        }
        for pattern in self.excludes {
            parts.push(format!("filter @message not like /{}/", escape(pattern)));
        }
        parts.extend(self.by.parts());
        let by = self.by.fields().join(", ");
        parts.push(format!("stats count(*) as {LINES} by {by}"));
        parts.push(format!("sort {LINES} desc"));
        parts.push(format!("limit {MOST_VALUES}"));
        parts.join("\n| ")
    }
}

/// Colours before a level's name, as a terminal reads them and as JSON writes them.
macro_rules! colors {
    () => {
        r"(?:(?:\x1b|\\u001b)\[[0-9;]*m)*"
    };
}

/// The names of levels, the longer ones before their beginnings.
macro_rules! names {
    () => {
        concat!(
            "TRACE|TRCE|VERBOSE|DEBUG|DBUG|DBG|INFORMATION|INFO|INF|NOTICE|WARNING|WARN|WRN",
            "|ERROR|ERRO|ERR|SEVERE|FAIL|CRITICAL|CRIT|FATAL|ALERT|EMERGENCY|PANIC",
        )
    };
}

/// Where a line may tell its level, the application's own word first. Each part of the query finds
/// one; only names of levels are found, so that there are few values.
const LEVELS: [(&str, &str); 4] = [
    // In a logger's JSON, alone or behind a prefix, or as `level=…`.
    (
        "own_level",
        concat!(
            r#"(?i)(?:(?:^|[\s:])\{(?:.|\n)*?"(?:level|levelname|levelstr|log_level|severity"#,
            r#"|log\.level|lvl|loglevel|severity_text|@l)":\s*"?"#,
            r#"|^[^\s=]+=(?:.* )?(?:level|lvl|severity)="?|^(?:level|lvl|severity)="?)"#,
            colors!(),
            "(?<own_level>(?:",
            names!(),
            r"|[1-6]0)\b)",
        ),
    ),
    // In a column of its own, or set off by brackets.
    (
        "column_level",
        concat!(
            r"(?i)^(?:[^\t\n]*\t[^\t\n]*\t|(?:\[[^\]\n]*[0-9][^\]\n]*\] )?\[)",
            colors!(),
            "(?<column_level>(?:",
            names!(),
            r")\b)",
        ),
    ),
    // In capitals behind time stamps and ids, or as `error: …`.
    (
        "word_level",
        concat!(
            "^",
            colors!(),
            r"(?:[^\s]*[0-9][^\s]*\s+",
            colors!(),
            r"){0,6}(?<word_level>(?:",
            names!(),
            r")\b|(?i:",
            names!(),
            ")",
            colors!(),
            ":)",
        ),
    ),
    // Not at all: a runtime's words for an exception or an end.
    (
        "failure",
        concat!(
            r#"(?<failure>Task timed out after |Runtime exited with error|"errorType"\s*:"#,
            r"|^Traceback |^panic: |^fatal error: |\n\s+at )",
        ),
    ),
];

/// What tells of an error, in the words of runtimes and loggers.
const IS_ERROR: &str = concat!(
    // A colour before it ends in a letter.
    r#"(?:\b|\x1b\[[0-9;]*m)(?:ERROR|FATAL|CRITICAL|SEVERE)\b|\t(?:fail|crit|error)\t|"errorType""#,
    r#"|"(?:level|levelname|severity|log_level|log\.level|lvl|LogLevel)":"#,
    r#"\s*(?:"(?i:error|fatal|critical|severe)|[56]0\b)|level="?error\b"#,
    r"|Task timed out after |Runtime exited with error|\n\s+at |^Traceback |^panic: ",
);

/// Where a line may name an error's type, the runtime's own word first.
const ERROR_TYPES: [(&str, &str); 2] = [
    (
        "error_type",
        concat!(
            r#"(?:"errorType"\s*:\s*"(?:Function<)?|^\[ERROR\] )"#,
            r#"(?<error_type>[A-Za-z_][A-Za-z0-9_.$]*)(?:>?"|: )"#,
        ),
    ),
    (
        "line_error",
        concat!(
            r"(?<line_error>Task timed out|Runtime\.[A-Za-z]+",
            r"|[A-Za-z_][A-Za-z0-9_.]*(?:Error|Exception))\b",
        ),
    ),
];

impl CountBy {
    /// The fields that are counted by. The names differ from those that Insights finds in JSON
    /// lines.
    fn fields(self) -> Vec<&'static str> {
        match self {
            Self::Level => LEVELS.map(|(field, _)| field).into(),
            Self::Function => vec!["@log"],
            Self::Error => ERROR_TYPES.map(|(field, _)| field).into(),
        }
    }

    /// What makes the fields.
    fn parts(self) -> Vec<String> {
        let parse = |(_, regex): &(&str, &str)| format!("parse @message /{regex}/");
        match self {
            Self::Level => LEVELS.iter().map(parse).collect(),
            Self::Function => Vec::new(),
            Self::Error => [format!("filter @message like /{IS_ERROR}/")]
                .into_iter()
                .chain(ERROR_TYPES.iter().map(parse))
                .collect(),
        }
    }

    /// What a row counts: the first of its fields that says something.
    fn value(self, row: &Row) -> Option<String> {
        let said = |field: &str| row.get(field).filter(|value| !value.is_empty());
        let (field, written) = self
            .fields()
            .into_iter()
            .find_map(|field| Some((field, said(field)?)))?;
        Some(match self {
            // An ACCOUNT:NAME.
            Self::Function => match written.split_once(':') {
                Some((_, group)) => group.to_owned(),
                None => written.clone(),
            },
            Self::Level if field == "failure" => "ERROR".to_owned(),
            Self::Level => level_name(written),
            Self::Error => written.clone(),
        })
    }
}

/// One name for the many of a level.
fn level_name(written: &str) -> String {
    let end = written.find(|c: char| !c.is_ascii_alphanumeric());
    let word = &written[..end.unwrap_or(written.len())];
    let number = word.parse().ok().and_then(Level::of_number);
    match number.or_else(|| Level::parse(word)) {
        Some(Level::Trace) => "TRACE".into(),
        Some(Level::Debug) => "DEBUG".into(),
        Some(Level::Info) => "INFO".into(),
        Some(Level::Warn) => "WARN".into(),
        Some(Level::Error) => "ERROR".into(),
        None => word.to_ascii_uppercase(),
    }
}

/// A regular expression between slashes.
fn escape(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut escaped = false;
    for c in pattern.chars() {
        if c == '/' && !escaped {
            text.push('\\');
        }
        escaped = c == '\\' && !escaped;
        text.push(c);
    }
    text
}

impl LogsClient {
    /// Counts lines.
    ///
    /// # Errors
    /// When AWS refuses, or the endpoint knows no `stats`.
    pub async fn count(&self, query: &CountQuery<'_>) -> Result<Counted, AwsError> {
        let text = query.text();
        let question = Question {
            groups: query.groups,
            from: query.from,
            until: query.until,
            text: &text,
        };
        let answer = self.query(question).await?;
        let no_counts = || {
            failed(
                &query.groups.join(", "),
                "the endpoint answered without counts: its Logs Insights knows no `stats`".into(),
            )
        };
        if answer.rows.is_empty() && answer.records_matched > 0 {
            return Err(no_counts());
        }
        let mut counts: BTreeMap<Option<String>, u64> = BTreeMap::new();
        for row in &answer.rows {
            let lines = row.get(LINES).and_then(|lines| lines.parse::<u64>().ok());
            let value = query.by.value(row);
            *counts.entry(value).or_default() += lines.ok_or_else(no_counts)?;
        }
        let counts = counts.into_iter();
        let mut counts: Vec<Count> = counts
            .map(|(value, lines)| Count { value, lines })
            .collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.lines));
        Ok(Counted {
            counts,
            is_cut_off: answer.rows.len() >= MOST_VALUES,
            bytes_scanned: answer.bytes_scanned,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_ends_no_expression() {
        assert_eq!(escape(r"a/b\/c\\/d"), r"a\/b\/c\\\/d");
    }

    #[test]
    fn values_are_counted_by_what_they_mean() {
        let row = |fields: &[(&str, &str)]| -> Row {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            fields.iter().map(own).collect()
        };
        for (by, fields, expected) in [
            (
                CountBy::Level,
                &[("own_level", "50"), ("column_level", "INFO")][..],
                Some("ERROR"),
            ),
            (
                CountBy::Level,
                &[("column_level", "fail")][..],
                Some("ERROR"),
            ),
            (
                CountBy::Level,
                &[("own_level", ""), ("word_level", "warning\u{1b}[39m:")][..],
                Some("WARN"),
            ),
            (CountBy::Level, &[("failure", "\n\tat ")][..], Some("ERROR")),
            (CountBy::Level, &[][..], None),
            (
                CountBy::Function,
                &[("@log", "1234:/aws/lambda/f")][..],
                Some("/aws/lambda/f"),
            ),
            (
                CountBy::Error,
                &[("error_type", "OutOfStock"), ("line_error", "KeyError")][..],
                Some("OutOfStock"),
            ),
        ] {
            assert_eq!(by.value(&row(fields)).as_deref(), expected, "{fields:?}");
        }
    }
}
