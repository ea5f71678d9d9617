//! The result of `logs --count-by`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    log_line::Source,
    table::{self, size},
};
use edactl_aws::logs::{Cost, Count, CountQuery, Counted};
use edactl_core::{humanize::count, schema::UtcTime};

const SCHEMA: &str = "edactl.log-counts/1";
/// What the table shows for lines that have no such value.
const NO_VALUE: &str = "(none)";
/// Less is not worth its digits.
const SMALL: f64 = 0.0001;

/// The result of `logs --count-by`, as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CountReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// What the lines are counted by.
    #[schemars(extend("enum" = ["level", "function", "error"]))]
    by: &'static str,
    /// The log groups whose lines were counted.
    groups: &'a [String],
    /// The lines from then on.
    #[serde(serialize_with = "edactl_core::schema::in_millis")]
    #[schemars(with = "UtcTime")]
    since: Timestamp,
    /// The lines before then.
    #[serde(serialize_with = "edactl_core::schema::in_millis")]
    #[schemars(with = "UtcTime")]
    until: Timestamp,
    /// The query as CloudWatch Logs Insights ran it.
    query: String,
    /// The most frequent first.
    counts: Vec<Row<'a>>,
    /// How many lines all values have together.
    pub total: u64,
    /// Whether there are more values than a query gives: the rarest are missing then.
    pub is_cut_off: bool,
    /// How much Logs Insights scanned, in bytes.
    bytes_scanned: u64,
    /// What that costs on AWS, in dollars, about.
    cost_usd: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Row<'a> {
    /// The level, the log group, or the type of the error; null: lines without one.
    value: Option<&'a str>,
    /// How many lines.
    lines: u64,
    #[serde(skip)]
    shown: &'a str,
}

impl<'a> CountReport<'a> {
    /// What was found. A log group among the values is shown by its source.
    #[must_use]
    pub fn new(
        query: &CountQuery<'a>,
        by: &'static str,
        groups: &'a [(String, Source)],
        found: &'a Counted,
    ) -> Self {
        let cost = Cost {
            bytes_scanned: found.bytes_scanned,
        };
        let row = |Count { value, lines }: &'a Count| {
            let value = value.as_deref();
            let source = groups
                .iter()
                .find(|(group, _)| value == Some(group.as_str()))
                .map(|(_, source)| source.label.as_str());
            Row {
                value,
                lines: *lines,
                shown: source.or(value).unwrap_or(NO_VALUE),
            }
        };
        Self {
            schema: SCHEMA,
            by,
            groups: query.groups,
            since: query.from,
            until: query.until,
            query: query.text(),
            counts: found.counts.iter().map(row).collect(),
            total: found.counts.iter().map(|count| count.lines).sum(),
            is_cut_off: found.is_cut_off,
            bytes_scanned: cost.bytes_scanned,
            cost_usd: cost.dollars(),
        }
    }

    /// The counts as a table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = table::with_header(&[self.by, "lines"]);
        for row in &self.counts {
            table.add_row([inline(row.shown).into_owned(), count(row.lines)]);
        }
        table::render(&mut table)
    }
}

/// What Logs Insights scanned, and what that costs.
#[must_use]
pub fn cost_text(cost: Cost) -> String {
    let dollars = cost.dollars();
    let price = if dollars < SMALL {
        format!("less than {SMALL} $")
    } else {
        format!("about {dollars:.4} $")
    };
    format!(
        "Logs Insights scanned {}, on AWS {price} ({} $ per GB, price of {})",
        size(cost.bytes_scanned),
        Cost::DOLLARS_PER_GB,
        Cost::PRICE_OF
    )
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<CountReport<'_>>(SCHEMA, "`edactl logs --count-by … -o json`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_that_of_the_bytes() {
        let text = |bytes_scanned| cost_text(Cost { bytes_scanned });
        assert!(text(3_221_225_472).contains("scanned 3.00 GiB, on AWS about 0.0150 $"));
        assert!(text(1_500).contains("scanned 1.46 KiB, on AWS less than 0.0001 $"));
    }
}
