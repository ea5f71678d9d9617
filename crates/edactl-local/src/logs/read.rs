//! Reading events: `FilterLogEvents` over a group, `GetLogEvents` over one stream.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use crate::logs::{
    LogStore,
    group::{Event, Query, Streams},
    key::{Direction, Key},
    pattern::Pattern,
    token::Cursor,
    wire::{ApiError, limit, moment, one_group},
};

const MAX_EVENTS: usize = 10_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilterRequest {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<String>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<i64>,
    end_time: Option<i64>,
    filter_pattern: Option<String>,
    next_token: Option<String>,
    limit: Option<i64>,
    start_from_head: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilterAnswer {
    events: Vec<FilteredEvent>,
    /// Empty since June 2019, by AWS's documentation.
    searched_log_streams: [(); 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FilteredEvent {
    #[serde(serialize_with = "text")]
    log_stream_name: Arc<str>,
    timestamp: i64,
    #[serde(serialize_with = "text")]
    message: Arc<str>,
    ingestion_time: i64,
    event_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetRequest {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    start_from_head: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetAnswer {
    events: Vec<OutputEvent>,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputEvent {
    timestamp: i64,
    #[serde(serialize_with = "text")]
    message: Arc<str>,
    ingestion_time: i64,
}

fn text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

pub(super) fn filter_events(
    store: &LogStore,
    asked: &FilterRequest,
) -> Result<FilterAnswer, ApiError> {
    let group = one_group(
        asked.log_group_name.as_deref(),
        asked.log_group_identifier.as_deref(),
    )?;
    store.refuse_infrequent(group, "FilterLogEvents")?;
    let streams = match (&asked.log_stream_names, &asked.log_stream_name_prefix) {
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "logStreamNames and logStreamNamePrefix are mutually exclusive",
            ));
        }
        (Some(names), None) if !(1..=100).contains(&names.len()) => {
            return Err(ApiError::invalid("logStreamNames takes 1 to 100 names"));
        }
        (Some(names), None) => Streams::Named(names.clone()),
        (None, Some(prefix)) => Streams::WithPrefix(prefix.clone()),
        (None, None) => Streams::All,
    };
    if let (Some(start), Some(end)) = (asked.start_time, asked.end_time)
        && start > end
    {
        return Err(ApiError::invalid(
            "startTime must be before or equal to endTime",
        ));
    }
    if asked.start_time.is_some_and(|start| start < 0) || asked.end_time.is_some_and(|end| end < 0)
    {
        return Err(ApiError::invalid(
            "startTime and endTime must not be negative",
        ));
    }
    let pattern = Pattern::parse(asked.filter_pattern.as_deref().unwrap_or_default())?;
    let question = format!(
        "FilterLogEvents {group} {streams:?} {:?} {:?} {:?}",
        asked.start_time, asked.end_time, asked.filter_pattern
    );
    let now = store.now();
    let cursor = match &asked.next_token {
        Some(token) => store
            .seal
            .open(&question, token, now)
            .ok_or_else(ApiError::bad_token)?,
        None => Cursor {
            after: None,
            direction: first_direction(asked)?,
        },
    };
    let query = Query {
        streams,
        from: asked.start_time.map_or(Timestamp::UNIX_EPOCH, moment),
        until: asked.end_time.map_or(Timestamp::MAX, moment),
        pattern,
        direction: cursor.direction,
        after: cursor.after,
        limit: limit(asked.limit, MAX_EVENTS)?,
    };
    let token = |after| {
        let cursor = Cursor {
            after,
            direction: cursor.direction,
        };
        store.seal.token(&question, cursor, now)
    };
    // AWS searches a long empty past first when no start is given, and answers with an empty page
    // and a token meanwhile. Readers have to bear that, so they meet it here too.
    if asked.start_time.is_none() && asked.next_token.is_none() {
        let empty = store.with_group(group, |group| group.is_empty())?;
        return Ok(FilterAnswer {
            events: Vec::new(),
            searched_log_streams: [],
            next_token: (!empty).then(|| token(None)),
        });
    }
    let page = store.page(group, &query)?;
    Ok(FilterAnswer {
        events: page.events.into_iter().map(filtered).collect(),
        searched_log_streams: [],
        next_token: page.stopped_at.map(|key| token(Some(key))),
    })
}

/// Latest first only from 2024 on, as AWS documents.
fn first_direction(asked: &FilterRequest) -> Result<Direction, ApiError> {
    const YEAR_2024: i64 = 1_704_067_200_000;
    match (asked.start_from_head, asked.start_time) {
        (Some(false), Some(start)) if start >= YEAR_2024 => Ok(Direction::Backward),
        (Some(false), _) => Err(ApiError::invalid(
            "startFromHead false needs a startTime on or after January 1, 2024",
        )),
        _ => Ok(Direction::Forward),
    }
}

fn filtered((key, event): (Key, Event)) -> FilteredEvent {
    FilteredEvent {
        log_stream_name: event.stream,
        timestamp: key.at.as_millisecond(),
        message: event.message,
        ingestion_time: event.ingested.as_millisecond(),
        event_id: key.event_id(),
    }
}

pub(super) fn get_events(store: &LogStore, asked: &GetRequest) -> Result<GetAnswer, ApiError> {
    let group = one_group(
        asked.log_group_name.as_deref(),
        asked.log_group_identifier.as_deref(),
    )?;
    store.refuse_infrequent(group, "GetLogEvents")?;
    let question = format!(
        "GetLogEvents {group} {} {:?} {:?}",
        asked.log_stream_name, asked.start_time, asked.end_time
    );
    let now = store.now();
    let cursor = match &asked.next_token {
        Some(token) => token
            .get(2..)
            .and_then(|sealed| store.seal.open(&question, sealed, now))
            .ok_or_else(ApiError::bad_token)?,
        None => Cursor {
            after: None,
            direction: if asked.start_from_head {
                Direction::Forward
            } else {
                Direction::Backward
            },
        },
    };
    let limit = limit(asked.limit, MAX_EVENTS)?;
    let from = asked.start_time.map_or(Timestamp::UNIX_EPOCH, moment);
    // Here the end is exclusive, unlike FilterLogEvents.
    let until = asked
        .end_time
        .map_or(Timestamp::MAX, |end| moment(end.saturating_sub(1)));
    let mut events = store
        .with_group(group, |group| {
            let Cursor { after, direction } = cursor;
            group.stream_page(
                &asked.log_stream_name,
                from,
                until,
                direction,
                after,
                limit,
                now,
            )
        })??
        .events;
    if cursor.direction == Direction::Backward {
        events.reverse();
    }
    let token = |prefix: &str, direction, key: Option<Key>| {
        let after = key.or(cursor.after);
        // Nothing beyond: the token that came is the answer, so that the reader sees the end.
        match &asked.next_token {
            Some(same) if key.is_none() && direction == cursor.direction => same.clone(),
            _ => format!(
                "{prefix}/{}",
                store
                    .seal
                    .token(&question, Cursor { after, direction }, now)
            ),
        }
    };
    Ok(GetAnswer {
        next_forward_token: token("f", Direction::Forward, events.last().map(|(key, _)| *key)),
        next_backward_token: token(
            "b",
            Direction::Backward,
            events.first().map(|(key, _)| *key),
        ),
        events: events
            .into_iter()
            .map(|(key, event)| OutputEvent {
                timestamp: key.at.as_millisecond(),
                message: event.message,
                ingestion_time: event.ingested.as_millisecond(),
            })
            .collect(),
    })
}
