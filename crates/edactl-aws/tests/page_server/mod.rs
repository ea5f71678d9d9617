//! A `FilterLogEvents` endpoint that honours windows of time, counts its calls, and refuses what
//! goes over a quota.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use bytes::Bytes;
use edactl_aws::session::{Session, SessionOptions};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One event: its time in milliseconds, and its text, which is its id, too.
pub type Event = (i64, String);

/// How the endpoint behaves.
#[derive(Debug, Clone, Default)]
pub struct Behaviour {
    /// Events of a page; 10,000 where it is 0.
    pub page: usize,
    /// Calls of a second; all where it is 0.
    pub quota: usize,
    /// The token after this one leads back to the first page: 1 for the same page again.
    pub loop_after: Option<usize>,
    /// Pages after the first are empty, and their tokens lead from one to the other and back.
    pub empty_circle: bool,
    /// Knows `startFromHead`.
    pub knows_direction: bool,
}

#[derive(Debug, Default)]
pub struct State {
    pub events: Vec<Event>,
    pub calls: Vec<Instant>,
    pub refused: usize,
}

#[derive(Debug, Clone)]
pub struct PageServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl PageServer {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let (shared, behaviour) = (Arc::clone(&state), Arc::new(behaviour));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, behaviour) = (Arc::clone(&shared), Arc::clone(&behaviour));
                let answer = service_fn(move |request| {
                    answer(Arc::clone(&state), Arc::clone(&behaviour), request)
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), answer),
                );
            }
        });
        Self { address, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic under the lock")
    }

    /// Adds events, which are kept in the order of time.
    pub fn write(&self, events: impl IntoIterator<Item = Event>) {
        let mut state = self.state();
        state.events.extend(events);
        state.events.sort();
    }

    pub async fn session(&self, log_reads_per_second: Option<u32>) -> Session {
        Session::open(SessionOptions {
            region: Some("eu-central-1".into()),
            endpoint_url: Some(format!("http://{}", self.address)),
            embedded: true,
            log_reads_per_second,
            ..SessionOptions::default()
        })
        .await
        .expect("a session")
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

async fn answer(
    state: Arc<Mutex<State>>,
    behaviour: Arc<Behaviour>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Failure> {
    let body = request.into_body().collect().await?.to_bytes();
    let asked: Value = serde_json::from_slice(&body)?;
    let mut state = state.lock().map_err(|error| error.to_string())?;
    let now = Instant::now();
    let recent = state.calls.iter().rev();
    let recent = recent.take_while(|at| now - **at < Duration::from_secs(1));
    if behaviour.quota > 0 && recent.count() >= behaviour.quota {
        state.refused += 1;
        let refusal = json!({ "__type": "ThrottlingException", "message": "Rate exceeded" });
        let mut response = Response::new(Full::new(refusal.to_string().into()));
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return Ok(response);
    }
    state.calls.push(now);
    let page = page(&state, &behaviour, &asked);
    Ok(Response::new(Full::new(page.to_string().into())))
}

fn page(state: &State, behaviour: &Behaviour, asked: &Value) -> Value {
    let time = |name: &str, default| asked[name].as_i64().unwrap_or(default);
    let window = time("startTime", i64::MIN)..=time("endTime", i64::MAX);
    let mut found: Vec<&Event> = state
        .events
        .iter()
        .filter(|(at, _)| window.contains(at))
        .collect();
    if behaviour.knows_direction && asked["startFromHead"] == false {
        found.reverse();
    }
    let token = asked["nextToken"]
        .as_str()
        .and_then(|token| token.parse::<usize>().ok());
    let place = token.unwrap_or_default();
    let size = if behaviour.page == 0 {
        10_000
    } else {
        behaviour.page
    };
    let size = asked["limit"].as_u64().map_or(size, |limit| {
        size.min(usize::try_from(limit).unwrap_or(size))
    });
    if behaviour.empty_circle && token.is_some() {
        let next = if place == size { size + 1 } else { size };
        return json!({ "events": [], "nextToken": next.to_string() });
    }
    let told: Vec<Value> = found
        .iter()
        .skip(place)
        .take(size)
        .map(|(at, text)| {
            json!({
                "logStreamName": "s", "timestamp": at, "ingestionTime": at,
                "message": text, "eventId": text,
            })
        })
        .collect();
    let mut answer = json!({ "events": told });
    if place + size < found.len() {
        let number = place / size + 1;
        let next = match behaviour.loop_after {
            Some(after) if number > after => size,
            _ => place + size,
        };
        answer["nextToken"] = next.to_string().into();
    }
    answer
}
