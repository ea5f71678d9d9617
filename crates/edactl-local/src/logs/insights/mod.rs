//! Logs Insights: `StartQuery`, `GetQueryResults`, `StopQuery`.
//!
//! A query is run when it is started, and its first look tells that it runs still, so that a
//! reader has to ask again, as on AWS.

mod query;

use std::{collections::VecDeque, sync::Mutex};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::query::{Found, Query, Row};
use crate::{
    logs::{
        LogStore,
        group::{self, Event, Streams},
        key::{Direction, Key},
        pattern::Pattern,
        wire::{ApiError, group_arn, group_name},
    },
    names::ACCOUNT,
};

/// How many queries are remembered; AWS keeps them for days.
const MOST_QUERIES: usize = 100;
/// How many rows they may have together, before the newest.
const MOST_ROWS: usize = 50_000;
const MAX_GROUPS: usize = 50;
/// How many events are taken out of the store at once.
const PAGE: usize = 10_000;

/// The queries that were started lately.
#[derive(Debug, Default)]
pub(super) struct Queries(Mutex<VecDeque<Started>>);

#[derive(Debug)]
struct Started {
    id: String,
    found: Found,
    status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Status {
    Running,
    Complete,
    Cancelled,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartRequest {
    log_group_name: Option<String>,
    #[serde(default)]
    log_group_names: Vec<String>,
    #[serde(default)]
    log_group_identifiers: Vec<String>,
    /// Whole seconds, both included.
    start_time: i64,
    end_time: i64,
    query_string: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryRequest {
    query_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartAnswer {
    query_id: String,
}

#[derive(Debug, Serialize)]
pub(super) struct StopAnswer {
    success: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct ResultsAnswer {
    results: Vec<Vec<Field>>,
    statistics: Statistics,
    status: Status,
}

#[derive(Debug, Serialize)]
struct Field {
    field: String,
    value: String,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(clippy::struct_field_names)] // The API's own names.
struct Statistics {
    records_matched: f64,
    records_scanned: f64,
    bytes_scanned: f64,
}

pub(super) fn start(
    store: &LogStore,
    queries: &Queries,
    asked: &StartRequest,
) -> Result<StartAnswer, ApiError> {
    let groups: Vec<&str> = (asked.log_group_name.iter())
        .chain(&asked.log_group_names)
        .chain(&asked.log_group_identifiers)
        .map(|name| group_name(name))
        .collect();
    if !(1..=MAX_GROUPS).contains(&groups.len()) {
        return Err(ApiError::invalid(format!(
            "a query takes 1 to {MAX_GROUPS} log groups"
        )));
    }
    if asked.start_time > asked.end_time || asked.start_time < 0 {
        return Err(ApiError::invalid(
            "startTime must not be negative nor after endTime",
        ));
    }
    let query = Query::parse(&asked.query_string).map_err(ApiError::malformed_query)?;
    let second = |at: i64| Timestamp::from_second(at).unwrap_or(Timestamp::MAX);
    let (from, until) = (second(asked.start_time), second(asked.end_time));
    let mut all_are_younger = true;
    for group in &groups {
        all_are_younger &= store.with_group(group, |group| group.created > until)?;
    }
    if all_are_younger {
        return Err(ApiError::malformed_query(
            "end date and time is before the log groups creation time".into(),
        ));
    }
    let mut found = Found::default();
    for group in groups {
        scan(store, group, (from, until), &query, &mut found)?;
    }
    query.finish(&mut found);
    let id = Uuid::new_v4().to_string();
    let mut queries = queries.0.lock().expect("no panic while held");
    let rows = |queries: &VecDeque<Started>| -> usize {
        queries.iter().map(|started| started.found.rows.len()).sum()
    };
    while queries.len() == MOST_QUERIES || rows(&queries) > MOST_ROWS {
        queries.pop_front();
    }
    queries.push_back(Started {
        id: id.clone(),
        found,
        status: Status::Running,
    });
    Ok(StartAnswer { query_id: id })
}

/// Looks at a group's readable events of a span of time.
fn scan(
    store: &LogStore,
    group: &str,
    (from, until): (Timestamp, Timestamp),
    query: &Query,
    found: &mut Found,
) -> Result<(), ApiError> {
    let mut asked = group::Query {
        streams: Streams::All,
        from,
        until,
        pattern: Pattern::default(),
        direction: Direction::Forward,
        after: None,
        limit: PAGE,
    };
    loop {
        let page = store.page(group, &asked)?;
        for (key, event) in &page.events {
            found.records_scanned += 1;
            found.bytes_scanned += event.message.len();
            query.take(row(group, *key, event), found);
        }
        asked.after = page.stopped_at;
        if asked.after.is_none() {
            return Ok(());
        }
    }
}

fn row(group: &str, key: Key, event: &Event) -> Row {
    let time = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    [
        ("@timestamp", time(key.at)),
        ("@ingestionTime", time(event.ingested)),
        ("@logStream", event.stream.to_string()),
        ("@log", format!("{ACCOUNT}:{group}")),
        ("@message", event.message.to_string()),
        ("@ptr", format!("{}:{}", group_arn(group), key.event_id())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub(super) fn results(queries: &Queries, asked: &QueryRequest) -> Result<ResultsAnswer, ApiError> {
    queries.with(&asked.query_id, |started| {
        let status = started.status;
        if status != Status::Complete {
            if status == Status::Running {
                started.status = Status::Complete;
            }
            return ResultsAnswer {
                results: Vec::new(),
                statistics: Statistics::default(),
                status,
            };
        }
        let found = &started.found;
        let fields = |row: &Row| {
            let fields = row.iter().map(|(field, value)| Field {
                field: field.clone(),
                value: value.clone(),
            });
            fields.collect()
        };
        #[allow(clippy::cast_precision_loss)] // The API counts so.
        let number = |count: usize| count as f64;
        ResultsAnswer {
            results: found.rows.iter().map(fields).collect(),
            statistics: Statistics {
                records_matched: number(found.records_matched),
                records_scanned: number(found.records_scanned),
                bytes_scanned: number(found.bytes_scanned),
            },
            status,
        }
    })
}

pub(super) fn stop(queries: &Queries, asked: &QueryRequest) -> Result<StopAnswer, ApiError> {
    let stopped = queries.with(&asked.query_id, |started| {
        let runs = started.status == Status::Running;
        if runs {
            started.status = Status::Cancelled;
        }
        runs
    })?;
    if stopped {
        Ok(StopAnswer { success: true })
    } else {
        Err(ApiError::invalid("the query has ended already"))
    }
}

impl Queries {
    fn with<T>(&self, id: &str, look: impl FnOnce(&mut Started) -> T) -> Result<T, ApiError> {
        let mut queries = self.0.lock().expect("no panic while held");
        let started = queries.iter_mut().find(|started| started.id == id);
        started.map(look).ok_or_else(ApiError::no_query)
    }
}
