//! Counting lines where they lie: `stats count(*) by …`, on CloudWatch's own engine.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    error::AwsError,
    logs::{
        LogsClient,
        insights::{Question, failed},
    },
};

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
    /// The value as the lines write it; `None`: those that have none.
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
        parts.extend(self.by.parts().iter().map(|part| (*part).to_owned()));
        parts.push(format!("stats count(*) as {LINES} by {}", self.by.field()));
        parts.push(format!("sort {LINES} desc"));
        parts.push(format!("limit {MOST_VALUES}"));
        parts.join("\n| ")
    }
}

impl CountBy {
    fn field(self) -> &'static str {
        match self {
            Self::Level => "line_level",
            Self::Function => "@log",
            Self::Error => "line_error",
        }
    }

    /// What makes the field. The names differ from those that Insights finds in JSON lines.
    fn parts(self) -> &'static [&'static str] {
        match self {
            // Python's and others' `[INFO]`, Node's third column, a logger's JSON.
            Self::Level => &[concat!(
                r"parse @message /^(?:\[|[^\t]*\t[^\t]*\t|\{.*?",
                r#""(?:level|levelname|severity|log_level)":\s*")"#,
                r"(?<line_level>TRACE|DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL",
                r"|trace|debug|info|warning|warn|error|critical|fatal)\b/",
            )],
            Self::Function => &[],
            Self::Error => &[
                concat!(
                    r#"filter @message like /\bERROR\b|"level":\s*"error"|"errorType""#,
                    r"| Task timed out after /",
                ),
                concat!(
                    r"parse @message /(?<line_error>Task timed out|Runtime\.[A-Za-z]+",
                    r"|[A-Za-z_][A-Za-z0-9_.]*(?:Error|Exception))\b/",
                ),
            ],
        }
    }

    /// The value as it is counted.
    fn value(self, written: &str) -> String {
        match self {
            // An ACCOUNT:NAME.
            Self::Function => match written.split_once(':') {
                Some((_, group)) => group.to_owned(),
                None => written.to_owned(),
            },
            Self::Level => match written.to_ascii_uppercase().as_str() {
                "WARNING" => "WARN".into(),
                level => level.into(),
            },
            Self::Error => written.to_owned(),
        }
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
            let written = row.get(query.by.field()).filter(|value| !value.is_empty());
            let value = written.map(|written| query.by.value(written));
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
        assert_eq!(CountBy::Level.value("warning"), "WARN");
        assert_eq!(
            CountBy::Function.value("1234:/aws/lambda/f"),
            "/aws/lambda/f"
        );
    }
}
