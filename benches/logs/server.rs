//! A `FilterLogEvents` endpoint that honours windows of time, refuses what goes over a quota, and
//! counts its calls.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response, StatusCode, body::Frame, body::Incoming, header::CONTENT_LENGTH,
    http::Method, service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::{events::Events, quota::Quota};

/// How the endpoint behaves.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Behaviour {
    /// Added to each page.
    pub delay: Duration,
    /// Calls a second; one second's worth may come at once.
    pub quota: Option<u32>,
}

/// What was asked so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    pub answered: u64,
    pub refused: u64,
    pub events: u64,
}

struct Endpoint<E> {
    events: E,
    delay: Duration,
    quota: Option<Quota>,
    calls: Mutex<Calls>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
    limit: Option<usize>,
    start_from_head: Option<bool>,
}

type Answer = Response<BoxBody<Bytes, Infallible>>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Serves these events until the process is killed. Says where.
pub async fn serve(events: impl Events, behaviour: Behaviour, listening: impl FnOnce(SocketAddr)) {
    let endpoint = Arc::new(Endpoint {
        events,
        delay: behaviour.delay,
        quota: behaviour.quota.map(Quota::new),
        calls: Mutex::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listening(listener.local_addr().expect("an address"));
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let endpoint = Arc::clone(&endpoint);
        let answer = service_fn(move |request| {
            let endpoint = Arc::clone(&endpoint);
            async move { endpoint.answer(request).await }
        });
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer),
        );
    }
}

impl<E: Events> Endpoint<E> {
    async fn answer(&self, request: Request<Incoming>) -> Result<Answer, Failure> {
        if request.method() == Method::GET {
            let calls = *self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(whole(StatusCode::OK, serde_json::to_vec(&calls)?));
        }
        let body = request.into_body().collect().await?.to_bytes();
        let asked: Asked = serde_json::from_slice(&body)?;
        if self.quota.as_ref().is_some_and(|quota| !quota.admits()) {
            self.note(|calls| calls.refused += 1);
            let refusal = br#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
            return Ok(whole(StatusCode::BAD_REQUEST, refusal.to_vec()));
        }
        let span = asked.start_time.unwrap_or_default()..=asked.end_time.unwrap_or(i64::MAX);
        let page = self.events.page(
            span,
            asked.next_token.as_deref().map(str::parse).transpose()?,
            asked.limit,
            asked.start_from_head == Some(false),
        );
        self.note(|calls| {
            calls.answered += 1;
            calls.events += page.events;
        });
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let foot = match page.next {
            Some(next) => format!("],\"searchedLogStreams\":[],\"nextToken\":\"{next}\"}}"),
            None => "],\"searchedLogStreams\":[]}".to_owned(),
        };
        let frames = [Bytes::from_static(b"{\"events\":["), page.json, foot.into()];
        let length: usize = frames.iter().map(Bytes::len).sum();
        let frames = frames.map(|bytes| Ok(Frame::data(bytes)));
        let body = StreamBody::new(stream::iter(frames)).boxed();
        let answer = Response::builder().header(CONTENT_LENGTH, length);
        Ok(answer.body(body)?)
    }

    fn note(&self, change: impl FnOnce(&mut Calls)) {
        change(&mut self.calls.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn whole(status: StatusCode, body: Vec<u8>) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(body)).boxed());
    *answer.status_mut() = status;
    answer
}
