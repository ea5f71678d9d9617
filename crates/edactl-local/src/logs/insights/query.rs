//! The query language, as far as edactl speaks it: `fields`, `filter … like`, `parse`,
//! `stats count(*) by`, `sort`, `limit`. Everything else is refused, not guessed at.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use jiff::{civil::DateTime, tz::TimeZone};
use regex::Regex;

/// The fields of one record or result; one that has no value is not there.
pub(super) type Row = BTreeMap<String, String>;

/// AWS's own limit, and what it takes where none is given.
const MAX_ROWS: usize = 10_000;

/// A parsed query. Its parts are worked off in this order.
#[derive(Debug)]
pub(super) struct Query {
    fields: Vec<String>,
    steps: Vec<Step>,
    count: Option<Count>,
    sort: Option<Sort>,
    limit: usize,
}

/// What is done to each record.
#[derive(Debug)]
enum Step {
    Like {
        field: String,
        pattern: Regex,
        wanted: bool,
    },
    /// `toMillis(FIELD) >= N`, or `<=`.
    Millis {
        field: String,
        order: Ordering,
        bound: i64,
    },
    Parse {
        field: String,
        pattern: Regex,
    },
}

#[derive(Debug)]
struct Count {
    name: String,
    by: Vec<String>,
}

#[derive(Debug)]
struct Sort {
    field: String,
    descending: bool,
}

/// What a query found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub rows: Vec<Row>,
    counts: HashMap<Vec<Option<String>>, u64>,
    pub records_scanned: usize,
    pub records_matched: usize,
    pub bytes_scanned: usize,
}

/// A form of one part of a query.
struct Form(LazyLock<Regex>);

impl Form {
    fn read<'t, const N: usize>(&self, text: &'t str) -> Option<[&'t str; N]> {
        let captures = self.0.captures(text)?;
        Some(std::array::from_fn(|index| {
            captures.get(index + 1).map_or("", |part| part.as_str())
        }))
    }
}

macro_rules! form {
    ($text:literal) => {
        Form(LazyLock::new(|| {
            Regex::new(concat!(r"(?s)^\s*", $text, r"\s*$")).expect("it is one")
        }))
    };
}

static FIELDS: Form = form!(r"fields\s+(@?\w+(?:\s*,\s*@?\w+)*)");
static LIKE: Form =
    form!(r#"filter\s+(@?\w+)(\s+not)?\s+like\s+(?:/((?:[^/\\]|\\.)+)/|"([^"\\]+)")"#);
static MILLIS: Form = form!(r"filter\s+toMillis\((@?\w+)\)\s*(>=|<=)\s*(\d+)");
static PARSE: Form = form!(r"parse\s+(@?\w+)\s+/((?:[^/\\]|\\.)+)/");
static STATS: Form = form!(r"stats\s+count\(\*\)\s+as\s+(\w+)\s+by\s+(@?\w+(?:\s*,\s*@?\w+)*)");
static SORT: Form = form!(r"sort\s+(@?\w+)(?:\s+(asc|desc))?");
static LIMIT: Form = form!(r"limit\s+(\d+)");

impl Query {
    /// Reads a query, or says what about it is not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut query = Self {
            fields: vec!["@timestamp".into(), "@message".into()],
            steps: Vec::new(),
            count: None,
            sort: None,
            limit: MAX_ROWS,
        };
        // What comes later in a query has a place later here, too.
        let mut place = 0;
        for part in split(text) {
            let at = query.read_part(part)?;
            if at < place {
                return Err(format!("the embedded pipeline has no `{part}` so late"));
            }
            place = at;
        }
        Ok(query)
    }

    /// Takes one part; its place among the others.
    fn read_part(&mut self, part: &str) -> Result<u8, String> {
        let regex = |pattern: &str| Regex::new(pattern).map_err(|error| error.to_string());
        if let Some([names]) = FIELDS.read(part) {
            self.fields = listed(names);
            Ok(0)
        } else if let Some([field, not, pattern, plain]) = LIKE.read(part) {
            let pattern = if plain.is_empty() {
                regex(pattern)?
            } else {
                regex(&regex::escape(plain))?
            };
            self.steps.push(Step::Like {
                field: field.into(),
                pattern,
                wanted: not.is_empty(),
            });
            Ok(1)
        } else if let Some([field, order, bound]) = MILLIS.read(part) {
            let order = match order {
                ">=" => Ordering::Greater,
                _ => Ordering::Less,
            };
            self.steps.push(Step::Millis {
                field: field.into(),
                order,
                bound: bound.parse().map_err(|_| format!("{bound} is too large"))?,
            });
            Ok(1)
        } else if let Some([field, pattern]) = PARSE.read(part) {
            self.steps.push(Step::Parse {
                field: field.into(),
                pattern: regex(pattern)?,
            });
            Ok(1)
        } else if let (Some([name, by]), None) = (STATS.read(part), &self.count) {
            self.count = Some(Count {
                name: name.into(),
                by: listed(by),
            });
            Ok(2)
        } else if let (Some([field, order]), None) = (SORT.read(part), &self.sort) {
            self.sort = Some(Sort {
                field: field.into(),
                descending: order != "asc",
            });
            Ok(3)
        } else if let Some([limit]) = LIMIT.read(part) {
            self.limit = limit
                .parse()
                .ok()
                .filter(|limit| (1..=MAX_ROWS).contains(limit))
                .ok_or_else(|| format!("the limit is 1 to {MAX_ROWS}, not {limit}"))?;
            Ok(4)
        } else {
            Err(format!(
                "the embedded pipeline does not understand `{part}`"
            ))
        }
    }

    /// Takes one record.
    pub fn take(&self, mut row: Row, found: &mut Found) {
        if !self.steps.iter().all(|step| step.apply(&mut row)) {
            return;
        }
        found.records_matched += 1;
        match &self.count {
            Some(count) => {
                let values = count.by.iter().map(|field| row.remove(field)).collect();
                *found.counts.entry(values).or_default() += 1;
            }
            None => found.rows.push(row),
        }
    }

    /// Counts, sorts and cuts what was found.
    pub fn finish(&self, found: &mut Found) {
        if let Some(count) = &self.count {
            let row = |(values, lines): (Vec<Option<String>>, u64)| {
                let named = count.by.iter().zip(values);
                let values = named.filter_map(|(field, value)| Some((field.clone(), value?)));
                values
                    .chain([(count.name.clone(), lines.to_string())])
                    .collect()
            };
            found.rows = found.counts.drain().map(row).collect();
        }
        if let Some(sort) = &self.sort {
            found.rows.sort_by(|a, b| {
                let order = compare(a.get(&sort.field), b.get(&sort.field));
                if sort.descending {
                    order.reverse()
                } else {
                    order
                }
            });
        }
        found.rows.truncate(self.limit);
        if self.count.is_none() {
            for row in &mut found.rows {
                row.retain(|name, _| name == "@ptr" || self.fields.contains(name));
            }
        }
    }
}

impl Step {
    /// Whether the record stays.
    fn apply(&self, row: &mut Row) -> bool {
        match self {
            Self::Like {
                field,
                pattern,
                wanted,
            } => row.get(field).is_some_and(|text| pattern.is_match(text)) == *wanted,
            Self::Millis {
                field,
                order,
                bound,
            } => row
                .get(field)
                .and_then(|time| millis(time))
                .is_some_and(|at| at == *bound || at.cmp(bound) == *order),
            Self::Parse { field, pattern } => {
                let text = row.get(field).cloned().unwrap_or_default();
                if let Some(captures) = pattern.captures(&text) {
                    let named = pattern.capture_names().flatten();
                    row.extend(named.filter_map(|name| {
                        Some((name.to_owned(), captures.name(name)?.as_str().to_owned()))
                    }));
                }
                true
            }
        }
    }
}

fn listed(names: &str) -> Vec<String> {
    names.split(',').map(|name| name.trim().into()).collect()
}

fn millis(time: &str) -> Option<i64> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", time).ok()?;
    let at = TimeZone::UTC.to_timestamp(time).ok()?;
    Some(at.as_millisecond())
}

/// Numbers by size, everything else as text.
fn compare(a: Option<&String>, b: Option<&String>) -> Ordering {
    let number = |text: Option<&String>| text.and_then(|text| text.parse::<f64>().ok());
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.cmp(&b),
    }
}

/// The parts between `|`, but for those within `/…/` and `"…"`.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut within, mut escaped) = (0, None, false);
    for (at, c) in text.char_indices() {
        match within {
            _ if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(end) if c == end => within = None,
            None if c == '/' || c == '"' => within = Some(c),
            None if c == '|' => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[(&str, &str)]) -> Row {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        fields.iter().map(own).collect()
    }

    fn run(text: &str, messages: &[&str]) -> Vec<Row> {
        let query = Query::parse(text).unwrap();
        let mut found = Found::default();
        for (second, message) in messages.iter().enumerate() {
            let time = format!("2026-01-01 00:00:0{second}.500");
            query.take(
                row(&[("@timestamp", &time), ("@message", message), ("@ptr", "p")]),
                &mut found,
            );
        }
        query.finish(&mut found);
        found.rows
    }

    #[test]
    fn records_are_chosen_sorted_and_cut() {
        let text = r#"fields @message | filter @message like /a|\/b/ | filter @message not like "ax"
            | sort @timestamp desc | limit 2"#;
        let rows = run(text, &["a1", "c", "ax", "/b", "a2"]);
        assert_eq!(
            rows,
            ["a2", "/b"].map(|text| row(&[("@message", text), ("@ptr", "p")]))
        );
        // 00:00:01.500 of that day.
        let text = "filter toMillis(@timestamp) >= 1767225601500 | sort @timestamp asc | limit 1";
        assert_eq!(run(text, &["a", "b", "c"])[0]["@message"], "b");
    }

    #[test]
    fn counts_are_by_value_and_no_value_is_one_too() {
        let text = r"parse @message /^(?<word>[a-z]+)=/ | stats count(*) as lines by word
            | sort lines desc";
        let rows = run(text, &["a=1", "b=1", "none", "b=2", "b=3", "none"]);
        assert_eq!(
            rows,
            [
                row(&[("word", "b"), ("lines", "3")]),
                row(&[("lines", "2")]),
                row(&[("word", "a"), ("lines", "1")]),
            ]
        );
    }

    #[test]
    fn counts_may_be_by_several_values() {
        let text = r"parse @message /^(?<word>[a-z]+)/ | parse @message /(?<number>[0-9]+)$/
            | stats count(*) as lines by word, number | sort lines desc";
        let rows = run(text, &["a1", "b", "a1", "a1", "b"]);
        assert_eq!(
            rows,
            [
                row(&[("word", "a"), ("number", "1"), ("lines", "3")]),
                row(&[("word", "b"), ("lines", "2")]),
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "stats avg(x) by y",
            "stats count(*) as a by b | stats count(*) as c by d",
            "limit 3 | sort @timestamp asc",
            "filter a = 'b'",
            "filter a like /b/ and c like /d/",
            "filter @message like /(/",
            "limit 10001",
            "fields @message | dedup @message",
        ] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
    }
}
