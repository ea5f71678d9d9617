//! Groups and streams: making, describing, deleting them, and writing to them.
#![allow(clippy::struct_field_names)] // The API's own names.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::logs::{
    LogStore,
    group::{Group, GroupClass, Stream},
    key::{Direction, Key},
    token::Cursor,
    wire::{ApiError, check_group_name, check_stream_name, group_arn, limit, moment, one_group},
};

/// The retention times that AWS offers, in days.
const RETENTIONS: [i32; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557,
    2_922, 3_288, 3_653, 36_500,
];
const MAX_DESCRIBED: usize = 50;
const MAX_BATCH_EVENTS: usize = 10_000;
const MAX_BATCH_BYTES: usize = 1_048_576;
/// What AWS counts for each event beside its text.
const EVENT_OVERHEAD_BYTES: usize = 26;
const MAX_BATCH_SPAN: Duration = Duration::from_hours(24);
const TOO_NEW: Duration = Duration::from_hours(2);
const TOO_OLD: Duration = Duration::from_hours(14 * 24);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupRequest {
    log_group_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateGroupRequest {
    log_group_name: String,
    #[serde(default)]
    log_group_class: GroupClass,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RetentionRequest {
    log_group_name: String,
    retention_in_days: i32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamRequest {
    log_group_name: String,
    log_stream_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutRequest {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<InputEvent>,
}

#[derive(Debug, Deserialize)]
struct InputEvent {
    timestamp: i64,
    message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutAnswer {
    next_sequence_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_log_events_info: Option<Rejected>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    too_new_log_event_start_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    too_old_log_event_end_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_log_event_end_index: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupsRequest {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamsRequest {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<OrderBy>,
    #[serde(default)]
    descending: bool,
    limit: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum OrderBy {
    LogStreamName,
    LastEventTime,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupsAnswer {
    log_groups: Vec<GroupInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GroupInfo {
    log_group_name: String,
    creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_in_days: Option<i32>,
    metric_filter_count: u32,
    arn: String,
    stored_bytes: usize,
    log_group_class: GroupClass,
    log_group_arn: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StreamsAnswer {
    log_streams: Vec<StreamInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StreamInfo {
    log_stream_name: String,
    creation_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event_timestamp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ingestion_time: Option<i64>,
    upload_sequence_token: &'static str,
    arn: String,
    stored_bytes: usize,
}

/// AWS ignores sequence tokens since 2023 but still gives one.
const SEQUENCE_TOKEN: &str = "49039859637178128183400000000000000000000000000000000000";

pub(super) fn create_group(store: &LogStore, asked: &CreateGroupRequest) -> Result<(), ApiError> {
    check_group_name(&asked.log_group_name)?;
    store.add_group(&asked.log_group_name, asked.log_group_class)
}

pub(super) fn delete_group(store: &LogStore, asked: &GroupRequest) -> Result<(), ApiError> {
    store.remove_group(&asked.log_group_name)
}

pub(super) fn put_retention(store: &LogStore, asked: &RetentionRequest) -> Result<(), ApiError> {
    let days = asked.retention_in_days;
    if !RETENTIONS.contains(&days) {
        return Err(ApiError::invalid(format!(
            "Value '{days}' at 'retentionInDays' is not one of {RETENTIONS:?}"
        )));
    }
    store.with_group(&asked.log_group_name, |group| {
        group.retention_days = Some(days);
    })
}

pub(super) fn create_stream(store: &LogStore, asked: &StreamRequest) -> Result<(), ApiError> {
    check_stream_name(&asked.log_stream_name)?;
    store.add_stream(&asked.log_group_name, &asked.log_stream_name)
}

pub(super) fn put_events(store: &LogStore, asked: PutRequest) -> Result<PutAnswer, ApiError> {
    check_batch(&asked.log_events)?;
    let now = store.now();
    let kept_since = store.with_group(&asked.log_group_name, |group| group.kept_since(now))?;
    let (accepted, rejected) = sort_out(asked.log_events, now, kept_since);
    store.put(&asked.log_group_name, &asked.log_stream_name, accepted)?;
    Ok(PutAnswer {
        next_sequence_token: SEQUENCE_TOKEN.to_owned(),
        rejected_log_events_info: Some(rejected).filter(|info| *info != Rejected::default()),
    })
}

fn check_batch(events: &[InputEvent]) -> Result<(), ApiError> {
    if !(1..=MAX_BATCH_EVENTS).contains(&events.len()) {
        return Err(ApiError::invalid(format!(
            "'logEvents' failed to satisfy constraint: 1 to {MAX_BATCH_EVENTS} events"
        )));
    }
    if events.iter().any(|event| event.message.is_empty()) {
        return Err(ApiError::invalid("Log event message must not be empty"));
    }
    let bytes: usize = events
        .iter()
        .map(|event| event.message.len() + EVENT_OVERHEAD_BYTES)
        .sum();
    if bytes > MAX_BATCH_BYTES {
        return Err(ApiError::invalid(format!(
            "Upload too large: {bytes} bytes exceeds limit of {MAX_BATCH_BYTES}"
        )));
    }
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(ApiError::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let span = |first: &InputEvent, last: &InputEvent| {
        moment(last.timestamp).duration_since(moment(first.timestamp))
    };
    match (events.first(), events.last()) {
        (Some(first), Some(last)) if span(first, last).unsigned_abs() > MAX_BATCH_SPAN => {
            Err(ApiError::invalid(
                "The batch of log events in a single PutLogEvents request cannot span more than \
                 24 hours.",
            ))
        }
        _ => Ok(()),
    }
}

/// Parts the events that AWS stores from those that it rejects for their time.
fn sort_out(
    events: Vec<InputEvent>,
    now: Timestamp,
    kept_since: Timestamp,
) -> (Vec<(Timestamp, String)>, Rejected) {
    let ago = |age: Duration| {
        SignedDuration::try_from(age)
            .ok()
            .and_then(|age| now.checked_sub(age).ok())
            .unwrap_or(Timestamp::MIN)
    };
    let oldest = ago(TOO_OLD);
    let newest = now + TOO_NEW;
    let before = |limit: Timestamp| {
        let count = events.partition_point(|event| moment(event.timestamp) < limit);
        (count > 0).then_some(count)
    };
    let too_new = events.partition_point(|event| moment(event.timestamp) <= newest);
    let rejected = Rejected {
        too_new_log_event_start_index: (too_new < events.len()).then_some(too_new),
        too_old_log_event_end_index: before(oldest),
        expired_log_event_end_index: before(kept_since),
    };
    let accepted = events
        .into_iter()
        .map(|event| (moment(event.timestamp), event.message))
        .filter(|(at, _)| *at >= oldest && *at >= kept_since && *at <= newest)
        .collect();
    (accepted, rejected)
}

pub(super) fn describe_groups(
    store: &LogStore,
    asked: &GroupsRequest,
) -> Result<GroupsAnswer, ApiError> {
    let (prefix, pattern) = (&asked.log_group_name_prefix, &asked.log_group_name_pattern);
    if prefix.is_some() && pattern.is_some() {
        return Err(ApiError::invalid(
            "LogGroupNamePrefix and LogGroupNamePattern are mutually exclusive",
        ));
    }
    let wanted = |name: &str| {
        prefix
            .as_ref()
            .is_none_or(|prefix| name.starts_with(prefix.as_str()))
            && pattern
                .as_ref()
                .is_none_or(|pattern| name.contains(pattern.as_str()))
    };
    let limit = limit(asked.limit, MAX_DESCRIBED)?;
    let question = format!("DescribeLogGroups {prefix:?} {pattern:?}");
    let skipped = skipped(store, &question, asked.next_token.as_deref())?;
    let mut log_groups: Vec<GroupInfo> = store.with_groups(|groups| {
        groups
            .filter(|group| wanted(&group.name))
            .skip(skipped)
            .take(limit + 1)
            .map(describe_group)
            .collect()
    });
    let more = log_groups.len() > limit;
    log_groups.truncate(limit);
    Ok(GroupsAnswer {
        log_groups,
        next_token: more.then(|| skipping(store, &question, skipped + limit)),
    })
}

fn describe_group(group: &Group) -> GroupInfo {
    let arn = group_arn(&group.name);
    GroupInfo {
        log_group_name: group.name.to_string(),
        creation_time: group.created.as_millisecond(),
        retention_in_days: group.retention_days,
        metric_filter_count: 0,
        arn: format!("{arn}:*"),
        stored_bytes: group.stored_bytes,
        log_group_class: group.class,
        log_group_arn: arn,
    }
}

pub(super) fn describe_streams(
    store: &LogStore,
    asked: &StreamsRequest,
) -> Result<StreamsAnswer, ApiError> {
    let name = one_group(
        asked.log_group_name.as_deref(),
        asked.log_group_identifier.as_deref(),
    )?;
    let by_time = asked.order_by == Some(OrderBy::LastEventTime);
    let prefix = asked.log_stream_name_prefix.as_deref();
    if by_time && prefix.is_some() {
        return Err(ApiError::invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let limit = limit(asked.limit, MAX_DESCRIBED)?;
    let question = format!(
        "DescribeLogStreams {name} {prefix:?} {by_time} {}",
        asked.descending
    );
    let skipped = skipped(store, &question, asked.next_token.as_deref())?;
    let (log_streams, more) = store.with_group(name, |group| {
        let mut streams: Vec<&Stream> = group
            .streams
            .values()
            .filter(|stream| prefix.is_none_or(|prefix| stream.name.starts_with(prefix)))
            .collect();
        if by_time {
            streams.sort_by_key(|stream| stream.keys.last().map(|key| key.at));
        }
        if asked.descending {
            streams.reverse();
        }
        let more = streams.len() > skipped.saturating_add(limit);
        let page = streams.into_iter().skip(skipped).take(limit);
        (
            page.map(|stream| describe_stream(&group.name, stream))
                .collect(),
            more,
        )
    })?;
    Ok(StreamsAnswer {
        log_streams,
        next_token: more.then(|| skipping(store, &question, skipped + limit)),
    })
}

fn describe_stream(group: &str, stream: &Stream) -> StreamInfo {
    let time = |key: Option<&Key>| key.map(|key| key.at.as_millisecond());
    StreamInfo {
        log_stream_name: stream.name.to_string(),
        creation_time: stream.created.as_millisecond(),
        first_event_timestamp: time(stream.keys.first()),
        last_event_timestamp: time(stream.keys.last()),
        last_ingestion_time: stream.last_ingested.map(Timestamp::as_millisecond),
        upload_sequence_token: SEQUENCE_TOKEN,
        arn: format!("{}:log-stream:{}", group_arn(group), stream.name),
        // AWS has answered 0 here for every stream since 2019.
        stored_bytes: 0,
    }
}

/// A token that skips this many items of a description.
fn skipping(store: &LogStore, question: &str, count: usize) -> String {
    let cursor = Cursor {
        after: Some(Key {
            at: Timestamp::UNIX_EPOCH,
            number: count as u64,
        }),
        direction: Direction::Forward,
    };
    store.seal.token(question, cursor, store.now())
}

/// How many items of a description the token skips.
fn skipped(store: &LogStore, question: &str, token: Option<&str>) -> Result<usize, ApiError> {
    let Some(token) = token else {
        return Ok(0);
    };
    store
        .seal
        .open(question, token, store.now())
        .and_then(|cursor| usize::try_from(cursor.after?.number).ok())
        .ok_or_else(ApiError::bad_token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(timestamp: i64) -> InputEvent {
        InputEvent {
            timestamp,
            message: "x".into(),
        }
    }

    #[test]
    fn events_outside_aws_s_time_limits_are_told_by_index_and_left_out() {
        let hour = 3_600_000;
        let day = 24 * hour;
        let now = 1_764_000_000_000;
        let times = [
            now - 15 * day,
            now - 13 * day,
            now - day,
            now,
            now + 3 * hour,
        ];
        let (accepted, rejected) =
            sort_out(times.map(event).into(), moment(now), moment(now - 7 * day));
        assert_eq!(
            accepted
                .iter()
                .map(|(at, _)| at.as_millisecond())
                .collect::<Vec<_>>(),
            [now - day, now]
        );
        assert_eq!(
            rejected,
            Rejected {
                too_new_log_event_start_index: Some(4),
                too_old_log_event_end_index: Some(1),
                expired_log_event_end_index: Some(2),
            }
        );
    }

    #[test]
    fn a_batch_has_to_be_in_order_within_a_day_and_not_too_large() {
        assert!(check_batch(&[event(1), event(1), event(2)]).is_ok());
        assert!(check_batch(&[]).is_err());
        assert!(check_batch(&[event(2), event(1)]).is_err());
        assert!(check_batch(&[event(0), event(86_400_001)]).is_err());
        let large = InputEvent {
            timestamp: 1,
            message: "x".repeat(MAX_BATCH_BYTES - EVENT_OVERHEAD_BYTES),
        };
        assert!(check_batch(std::slice::from_ref(&large)).is_ok());
        assert!(check_batch(&[large, event(1)]).is_err());
        let many: Vec<_> = (0..=10_000).map(event).collect();
        assert!(check_batch(&many).is_err());
    }
}
