//! `StartLiveTail`: a session's events once a second, over the event-stream encoding.
#![allow(clippy::struct_field_names)] // The API's own names.

use std::{convert::Infallible, sync::Arc, time::Duration};

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::{
    Response,
    body::Frame,
    header::{CONTENT_TYPE, HeaderValue as HttpHeaderValue},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use uuid::Uuid;

use crate::{
    logs::{
        LogStore,
        group::{Event, Streams},
        key::Key,
        pattern::Pattern,
        store::Batch,
        wire::{ApiError, group_arn, group_name},
    },
    reply::Reply,
};

const UPDATE_EVERY: Duration = Duration::from_secs(1);
/// AWS samples what goes beyond this many events in a second.
const MAX_EVENTS_PER_UPDATE: usize = 500;
const SESSION_LIFE: Duration = Duration::from_hours(3);
const MAX_GROUPS: usize = 10;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TailRequest {
    log_group_identifiers: Vec<String>,
    #[serde(default)]
    log_stream_names: Vec<String>,
    #[serde(default)]
    log_stream_name_prefixes: Vec<String>,
    #[serde(default)]
    log_event_filter_pattern: String,
}

struct Session {
    asked: TailRequest,
    groups: Vec<String>,
    streams: Vec<Streams>,
    pattern: Pattern,
    feed: broadcast::Receiver<Arc<Batch>>,
    /// Written but not readable yet, because of the ingestion delay.
    waiting: Vec<(Arc<str>, Key, Event)>,
    ticks: Interval,
    ends: Instant,
    stage: Stage,
}

#[derive(Clone, Copy)]
enum Stage {
    Opening,
    Updating,
    Closed,
}

pub(super) fn start(store: &LogStore, asked: TailRequest) -> Result<Reply, ApiError> {
    let arns = &asked.log_group_identifiers;
    if !(1..=MAX_GROUPS).contains(&arns.len()) {
        return Err(ApiError::invalid(format!(
            "logGroupIdentifiers takes 1 to {MAX_GROUPS} log groups"
        )));
    }
    if arns
        .iter()
        .any(|identifier| !identifier.starts_with("arn:"))
    {
        return Err(ApiError::invalid(
            "logGroupIdentifiers takes ARNs, without :* at the end",
        ));
    }
    let (names, prefixes) = (&asked.log_stream_names, &asked.log_stream_name_prefixes);
    if !(names.is_empty() && prefixes.is_empty())
        && (arns.len() > 1 || !names.is_empty() && !prefixes.is_empty())
    {
        return Err(ApiError::invalid(
            "stream names or prefixes, not both, and only with a single log group",
        ));
    }
    let groups: Vec<String> = arns.iter().map(|arn| group_name(arn).to_owned()).collect();
    for group in &groups {
        store.refuse_infrequent(group, "StartLiveTail")?;
    }
    let streams = if !names.is_empty() {
        vec![Streams::Named(names.clone())]
    } else if prefixes.is_empty() {
        vec![Streams::All]
    } else {
        prefixes.iter().cloned().map(Streams::WithPrefix).collect()
    };
    let pattern = Pattern::parse(&asked.log_event_filter_pattern)?;
    let now = Instant::now();
    let mut ticks = interval_at(now + UPDATE_EVERY, UPDATE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let session = Session {
        groups,
        streams,
        pattern,
        feed: store.subscribe(),
        waiting: Vec::new(),
        ticks,
        ends: now + SESSION_LIFE,
        stage: Stage::Opening,
        asked,
    };
    let frames = stream::unfold(session, |mut session| async {
        let frame = session.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(frame)), session))
    });
    let mut reply = Response::new(StreamBody::new(frames).boxed());
    reply.headers_mut().insert(
        CONTENT_TYPE,
        HttpHeaderValue::from_static("application/vnd.amazon.eventstream"),
    );
    Ok(reply)
}

impl Session {
    /// The next bytes of the answer; it is asked for them only as fast as the client reads.
    async fn next(&mut self) -> Option<Bytes> {
        match self.stage {
            Stage::Opening => {
                self.stage = Stage::Updating;
                let mut bytes = event("initial-response", &json!({}));
                bytes.extend_from_slice(&event("sessionStart", &self.opening()));
                Some(bytes.freeze())
            }
            Stage::Updating => {
                let now = self.ticks.tick().await;
                if now >= self.ends {
                    self.stage = Stage::Closed;
                    return Some(exception("SessionTimeoutException").freeze());
                }
                Some(self.update(now).freeze())
            }
            Stage::Closed => None,
        }
    }

    fn opening(&self) -> Value {
        let mut start = serde_json::to_value(&self.asked).unwrap_or_default();
        start["requestId"] = Uuid::new_v4().to_string().into();
        start["sessionId"] = Uuid::new_v4().to_string().into();
        start
    }

    fn update(&mut self, now: Instant) -> BytesMut {
        self.collect();
        let (ready, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition::<Vec<_>, _>(|(_, _, event)| event.readable_at <= now);
        self.waiting = waiting;
        let (ready, sampled) = sample(ready);
        let results: Vec<Value> = ready
            .into_iter()
            .map(|(group, key, event)| {
                json!({
                    "logStreamName": &*event.stream,
                    "logGroupIdentifier": group_arn(&group),
                    "message": &*event.message,
                    "timestamp": key.at.as_millisecond(),
                    "ingestionTime": event.ingested.as_millisecond(),
                })
            })
            .collect();
        event(
            "sessionUpdate",
            &json!({ "sessionMetadata": { "sampled": sampled }, "sessionResults": results }),
        )
    }

    /// Takes what was written since the last update. A reader that fell far behind has lost the
    /// oldest, as AWS documents.
    fn collect(&mut self) {
        loop {
            match self.feed.try_recv() {
                Ok(batch) if self.groups.iter().any(|group| **group == *batch.group) => {
                    let wanted = batch.events.iter().filter(|(_, event)| {
                        self.streams
                            .iter()
                            .any(|streams| streams.includes(&event.stream))
                            && self.pattern.matches(&event.message)
                    });
                    self.waiting.extend(
                        wanted.map(|(key, event)| (Arc::clone(&batch.group), *key, event.clone())),
                    );
                }
                Ok(_) | Err(TryRecvError::Lagged(_)) => {}
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }
}

/// At most 500 of the events, spread evenly over them, and whether any was left out.
fn sample<T>(events: Vec<T>) -> (Vec<T>, bool) {
    let count = events.len();
    if count <= MAX_EVENTS_PER_UPDATE {
        return (events, false);
    }
    // Keeps an event where the running share of 500 in `count` reaches the next whole number.
    let share = |place: usize| place * MAX_EVENTS_PER_UPDATE / count;
    let kept = (0..)
        .zip(events)
        .filter(|(place, _)| share(place + 1) > share(*place))
        .map(|(_, event)| event)
        .collect();
    (kept, true)
}

fn event(kind: &'static str, payload: &Value) -> BytesMut {
    frame(
        [
            (":message-type", "event"),
            (":event-type", kind),
            (":content-type", CONTENT),
        ],
        payload,
    )
}

fn exception(kind: &'static str) -> BytesMut {
    frame(
        [
            (":message-type", "exception"),
            (":exception-type", kind),
            (":content-type", CONTENT),
        ],
        &json!({ "message": "The session ended after three hours." }),
    )
}

const CONTENT: &str = "application/json";

fn frame(headers: [(&'static str, &'static str); 3], payload: &Value) -> BytesMut {
    let headers = headers
        .into_iter()
        .map(|(name, value)| Header::new(name, HeaderValue::String(value.into())))
        .collect();
    let message = Message::new_from_parts(headers, payload.to_string());
    let mut bytes = BytesMut::new();
    // Only a frame beyond 16 MB fails, and an update holds at most 500 events; a lost update is
    // what a slow reader meets anyway.
    if write_message_to(&message, &mut bytes).is_err() {
        bytes.clear();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_five_hundred_events_spread_over_all() {
        assert_eq!(sample(vec![1, 2, 3]), (vec![1, 2, 3], false));
        let (kept, sampled) = sample((0..1_250).collect());
        assert!(sampled);
        assert_eq!(kept.len(), 500);
        assert!(kept.is_sorted());
        assert!(kept.windows(2).all(|pair| pair[1] - pair[0] <= 3));
        assert_eq!(kept.last(), Some(&1_249));
    }
}
