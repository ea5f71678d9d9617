//! A window of a log group that only Logs Insights can read.

use std::sync::Arc;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::{
    error::{AwsError, AwsErrorKind},
    logs::{
        batch::{Batch, Millis},
        insights::{Question, Row, failed},
        window::{FULL_PAGE, ReadOutcome, Source, Window},
    },
};

/// A query has no second page, so the windows that a reader makes of several pages have to fit into
/// one answer.
const SMALL_PAGE: usize = FULL_PAGE / 5;

/// Reads a window. A query gives no more rows than a page holds events, and has no next page: what
/// it cuts off lies in a window after it. Events come without an id: AWS does not say that `@ptr`
/// stays the same from query to query.
pub(super) async fn read_by_query(
    source: &Source,
    window: &Window,
) -> Result<ReadOutcome, AwsError> {
    let (start, end) = (*window.start(), *window.end());
    let text = format!(
        "fields @timestamp, @ingestionTime, @logStream, @message\n\
         | filter toMillis(@timestamp) >= {start}\n\
         | filter toMillis(@timestamp) <= {end}\n\
         | sort @timestamp asc\n\
         | limit {FULL_PAGE}"
    );
    let time = |at: Millis| Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX);
    let question = Question {
        groups: &[source.group.to_string()],
        from: time(start),
        until: time(end),
        text: &text,
    };
    let answer = match source.client.query(question).await {
        Ok(answer) => answer,
        Err(error) if error.kind == AwsErrorKind::NotFound => return Ok(ReadOutcome::MissingGroup),
        Err(error) => return Err(error),
    };
    let mut batch = Batch::new(Arc::clone(&source.group));
    for row in &answer.rows {
        add(&mut batch, row).map_err(|reason| failed(&source.group, reason))?;
    }
    let cut_off = answer.rows.len() >= FULL_PAGE;
    batch.settle();
    let Some((first, last)) = batch.extent().filter(|_| cut_off) else {
        return Ok(ReadOutcome::Whole {
            batch,
            gap: false,
            looped: false,
            page: Some(SMALL_PAGE),
        });
    };
    // The last millisecond may go on beyond the rows.
    let gap = first == last;
    if !gap {
        batch.cut(last);
    }
    let until = if gap { last } else { last - 1 };
    Ok(ReadOutcome::Begun { batch, until, gap })
}

fn add(batch: &mut Batch, row: &Row) -> Result<(), String> {
    let field = |name: &str| row.get(name).map(String::as_str);
    let at = field("@timestamp").and_then(millis).ok_or_else(|| {
        let have = field("@timestamp").unwrap_or("none");
        format!("a row's @timestamp cannot be read: {have}")
    })?;
    let ingested = field("@ingestionTime").and_then(millis);
    let stream = field("@logStream").unwrap_or_default();
    batch.add(
        stream,
        (at, ingested),
        field("@message").unwrap_or_default(),
    )
}

/// Insights writes times in UTC, without saying so.
fn millis(text: &str) -> Option<Millis> {
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", text).ok()?;
    let at = TimeZone::UTC.to_timestamp(time).ok()?;
    Some(at.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_events_without_an_id() {
        let mut batch = Batch::new("g".into());
        let row = |time: &str| {
            [
                ("@timestamp", time),
                ("@logStream", "s"),
                ("@message", "m\n"),
                ("@ptr", "p"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
        };
        add(&mut batch, &row("2026-01-01 00:00:01.5")).unwrap();
        add(&mut batch, &row("2026-01-01 00:00:01.500")).unwrap();
        batch.settle();
        assert_eq!(batch.len(), 2, "equal lines of one moment are two lines");
        let event = batch.get(0).unwrap();
        assert_eq!(event.timestamp.as_millisecond(), 1_767_225_601_500);
        assert_eq!((event.id, event.ingested), (None, None));
        assert_eq!((&**event.stream, event.message), ("s", "m\n"));
        assert!(add(&mut batch, &row("yesterday")).is_err());
    }
}
