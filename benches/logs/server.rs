//! A `FilterLogEvents` endpoint that costs next to nothing: its events are rendered beforehand,
//! and a page is a slice of them.

use std::{convert::Infallible, io::Write, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{Request, Response, body::Frame, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;

/// 2026-11-24T12:00:00Z, in milliseconds.
pub const START: i64 = 1_795_521_600_000;
/// The events are spread over this long, in milliseconds.
pub const SPAN: i64 = 3_600_000;
const PAGE: usize = 10_000;
const STREAMS: usize = 20;

/// Events as they stand in an answer, separated by commas.
struct Rendered {
    json: Bytes,
    /// Where each event begins, and one more.
    places: Vec<usize>,
    times: Vec<i64>,
}

impl Rendered {
    fn new(count: usize) -> Self {
        let mut json = Vec::with_capacity(count * 360);
        let (mut places, mut times) = (Vec::with_capacity(count + 1), Vec::with_capacity(count));
        for index in 0..count {
            let number = i64::try_from(index).unwrap_or_default();
            let at = START + number * SPAN / i64::try_from(count).unwrap_or(1);
            let stream = index * 7 % STREAMS;
            places.push(json.len());
            times.push(at);
            // Writing to a Vec cannot fail.
            let _ = write!(
                json,
                r#"{{"logStreamName":"2026/11/24/[$LATEST]{stream:032x}","timestamp":{at},"message":"[INFO]\t2026-11-24T12:00:00.000Z\t169f3f51-0320-4f83-9099-ac1a414e52d0\tevent {index:07} of the benchmark\n","ingestionTime":{},"eventId":"{index:056}"}},"#,
                at + 1_000
            );
        }
        places.push(json.len());
        Self {
            json: json.into(),
            places,
            times,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    start_time: Option<i64>,
    end_time: Option<i64>,
    next_token: Option<String>,
}

/// Serves so many events until it is killed; `delay` is added to each page. Says where.
pub async fn serve(count: usize, delay: Duration, listening: impl FnOnce(SocketAddr)) {
    let events = Arc::new(Rendered::new(count));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listening(listener.local_addr().expect("an address"));
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let events = Arc::clone(&events);
        let answer = service_fn(move |request| {
            let events = Arc::clone(&events);
            async move { page(&events, delay, request).await }
        });
        tokio::spawn(
            hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer),
        );
    }
}

async fn page(
    events: &Rendered,
    delay: Duration,
    request: Request<Incoming>,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Box<dyn std::error::Error + Send + Sync>> {
    let body = request.into_body().collect().await?.to_bytes();
    let asked: Asked = serde_json::from_slice(&body)?;
    let first = match &asked.next_token {
        Some(token) => token.parse()?,
        None => events
            .times
            .partition_point(|at| *at < asked.start_time.unwrap_or_default()),
    };
    let end = events
        .times
        .partition_point(|at| *at <= asked.end_time.unwrap_or(i64::MAX));
    let last = end.min(first + PAGE).max(first);
    let from = events.places[first];
    // Without the comma after the last one.
    let to = if last > first {
        events.places[last] - 1
    } else {
        from
    };
    let foot = if last < end {
        format!("],\"searchedLogStreams\":[],\"nextToken\":\"{last}\"}}")
    } else {
        "],\"searchedLogStreams\":[]}".to_owned()
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let frames = [
        Bytes::from_static(b"{\"events\":["),
        events.json.slice(from..to),
        foot.into(),
    ];
    let frames = frames.map(|bytes| Ok(Frame::data(bytes)));
    Ok(Response::new(StreamBody::new(stream::iter(frames)).boxed()))
}
