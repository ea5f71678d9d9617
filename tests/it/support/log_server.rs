//! A CloudWatch Logs endpoint that holds known events and misbehaves in every known way.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, body::Incoming};
use serde_json::{Value, json};

use super::loopback::{Failure, Loopback};

/// How the endpoint misbehaves.
#[derive(Debug, Clone, Default)]
#[allow(clippy::struct_excessive_bools)] // Each is a way of its own.
pub struct Misbehaviour {
    /// The most events of a page.
    pub page: usize,
    /// A full page carries no token. (The page is full at 10,000 then, as clients expect.)
    pub no_token: bool,
    /// Events carry no id.
    pub no_ids: bool,
    /// Every so many pages one comes empty, with a token.
    pub empty_every: usize,
    /// Every so many requests one is throttled.
    pub throttle_every: usize,
    /// Every so many requests one is answered by half an answer.
    pub break_every: usize,
    /// Every so many requests with a token the token has expired.
    pub expire_every: usize,
    /// Events of a page come in any order, and pages too.
    pub shuffled: bool,
    /// Each page begins with the last events of the one before.
    pub overlap: usize,
    /// The end of the span is taken as exclusive.
    pub exclusive_end: bool,
    /// No answer tells when an event was taken in.
    pub no_ingestion: bool,
}

/// One written event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub at: i64,
    pub ingested: i64,
    pub stream: String,
    pub text: String,
    /// When it can be read; from the beginning where there is none.
    pub readable: Option<Instant>,
}

#[derive(Default)]
struct State {
    /// By group.
    groups: BTreeMap<String, Vec<Event>>,
    /// What the tokens stand for: the events still to come.
    tokens: HashMap<String, Vec<usize>>,
    requests: usize,
    pages: usize,
}

pub struct LogServer {
    server: Loopback,
    state: Arc<Mutex<State>>,
}

impl LogServer {
    pub fn start(misbehaviour: Misbehaviour) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, misbehaviour) = (Arc::clone(&state), Arc::new(misbehaviour));
        let server = Loopback::serve(move |request| {
            answer(Arc::clone(&shared), Arc::clone(&misbehaviour), request)
        });
        Self { server, state }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Writes events to a group, which exists from then on.
    pub fn write(&self, group: &str, events: impl IntoIterator<Item = Event>) {
        let mut state = self.state.lock().expect("no panic under the lock");
        state
            .groups
            .entry(group.to_owned())
            .or_default()
            .extend(events);
    }

    /// How many requests were answered, or refused.
    pub fn requests(&self) -> usize {
        self.state.lock().expect("no panic under the lock").requests
    }
}

async fn answer(
    state: Arc<Mutex<State>>,
    misbehaviour: Arc<Misbehaviour>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let target = request.headers().get("x-amz-target");
    let target = target.map_or_else(String::new, |target| {
        target.to_str().unwrap_or_default().to_owned()
    });
    let body = request.into_body().collect().await?.to_bytes();
    if !target.ends_with("FilterLogEvents") {
        return Ok(refusal("UnknownOperationException", &target));
    }
    let asked: Value = serde_json::from_slice(&body)?;
    let mut state = state.lock().map_err(|error| error.to_string())?;
    state.requests += 1;
    let number = state.requests;
    let every = |every: usize| every > 0 && number.is_multiple_of(every);
    if every(misbehaviour.throttle_every) {
        return Ok(refusal("ThrottlingException", "Rate exceeded"));
    }
    let page = page(&mut state, &misbehaviour, &asked);
    let Some(page) = page else {
        return Ok(refusal("ResourceNotFoundException", "no such log group"));
    };
    if page == Value::Null {
        return Ok(refusal(
            "InvalidParameterException",
            "The specified nextToken is invalid.",
        ));
    }
    if every(misbehaviour.break_every) {
        return Err("the connection breaks on demand".into());
    }
    Ok(Response::new(Full::new(page.to_string().into())))
}

fn refusal(code: &str, message: &str) -> Response<Full<Bytes>> {
    let body = json!({ "__type": code, "message": message }).to_string();
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// A page; `None` without the group, null for a token that died.
fn page(state: &mut State, misbehaviour: &Misbehaviour, asked: &Value) -> Option<Value> {
    let group = asked["logGroupName"].as_str().unwrap_or_default();
    let events = state.groups.get(group)?;
    let now = Instant::now();
    let mut waiting = if let Some(token) = asked["nextToken"].as_str() {
        let expires = misbehaviour.expire_every > 0
            && state.requests.is_multiple_of(misbehaviour.expire_every);
        match state.tokens.get(token).filter(|_| !expires) {
            Some(waiting) => waiting.clone(),
            None => return Some(Value::Null),
        }
    } else {
        let (start, end) = (&asked["startTime"], &asked["endTime"]);
        let start = start.as_i64().unwrap_or(i64::MIN);
        let end = end.as_i64().unwrap_or(i64::MAX) - i64::from(misbehaviour.exclusive_end);
        let mut found: Vec<usize> = (0..events.len())
            .filter(|index| {
                let event = &events[*index];
                (start..=end).contains(&event.at)
                    && event.readable.is_none_or(|readable| readable <= now)
            })
            .collect();
        found.sort_by_key(|index| (events[*index].at, events[*index].ingested, *index));
        if misbehaviour.shuffled {
            // Any order will do, as long as it is not that of time.
            found.sort_by_key(|index| index.wrapping_mul(0x9E37_79B9) % 1_009);
        }
        found
    };
    state.pages += 1;
    let is_empty = misbehaviour.empty_every > 0
        && state.pages.is_multiple_of(misbehaviour.empty_every)
        && !waiting.is_empty();
    let limit = if misbehaviour.no_token {
        10_000
    } else {
        misbehaviour.page
    };
    let count = if is_empty {
        0
    } else {
        limit.min(waiting.len())
    };
    let rest = waiting.split_off(count);
    let told: Vec<Value> = waiting
        .iter()
        .map(|index| told(&events[*index], *index, misbehaviour))
        .collect();
    let mut answer = json!({ "events": told, "searchedLogStreams": [] });
    if !rest.is_empty() && !misbehaviour.no_token {
        let token = format!("token-{}", state.tokens.len());
        let again = waiting.len().saturating_sub(misbehaviour.overlap);
        let mut next = waiting.split_off(again);
        if misbehaviour.no_ids || next.len() >= limit {
            // Repetitions can only be told by their ids, and a page has to get on.
            next.clear();
        }
        next.extend(rest);
        answer["nextToken"] = token.as_str().into();
        state.tokens.insert(token, next);
    }
    Some(answer)
}

fn told(event: &Event, index: usize, misbehaviour: &Misbehaviour) -> Value {
    let mut told = json!({
        "logStreamName": event.stream,
        "timestamp": event.at,
        "message": event.text,
    });
    if !misbehaviour.no_ingestion {
        told["ingestionTime"] = event.ingested.into();
    }
    if !misbehaviour.no_ids {
        told["eventId"] = format!("{index:056}").into();
    }
    told
}
