//! The embedded pipeline made to look like one on AWS: its queue stands in an account of its own,
//! and `FilterLogEvents` has the quota of a region. Counts the calls.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, StatusCode, Uri, body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpListener;

use crate::quota::Quota;

/// The account that the embedded pipeline and every emulator make up, and one that none does.
const EMULATED: &str = "000000000000";
const ACCOUNT: &str = "111122223333";
const QUEUES: &str = "https://sqs.us-east-1.amazonaws.com/";
const READ_LOG: &str = "FilterLogEvents";
const REFUSED: &str = "FilterLogEvents, refused";

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The calls so far, by operation.
pub type Calls = BTreeMap<String, u64>;

/// An endpoint in front of the embedded pipeline.
pub struct Account {
    pub url: String,
    calls: Arc<Mutex<Calls>>,
}

struct Forwarder {
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    quota: Quota,
    calls: Arc<Mutex<Calls>>,
}

impl Account {
    /// In front of `upstream`, with so many `FilterLogEvents` a second; runs until the program ends.
    pub fn open(upstream: &str, quota: u32) -> Self {
        let calls: Arc<Mutex<Calls>> = Arc::default();
        let (tell, address) = mpsc::channel::<SocketAddr>();
        let (upstream, counted) = (upstream.to_owned(), Arc::clone(&calls));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let forwarder = Arc::new(Forwarder {
                    upstream,
                    client: Client::builder(TokioExecutor::new()).build_http(),
                    quota: Quota::new(quota),
                    calls: counted,
                });
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
                let _ = tell.send(listener.local_addr().expect("an address"));
                while let Ok((stream, _)) = listener.accept().await {
                    let _ = stream.set_nodelay(true);
                    let forwarder = Arc::clone(&forwarder);
                    let answer = service_fn(move |request| {
                        let forwarder = Arc::clone(&forwarder);
                        async move { forwarder.answer(request).await }
                    });
                    tokio::spawn(
                        hyper::server::conn::http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), answer),
                    );
                }
            });
        });
        Self {
            url: format!("http://{}", address.recv().expect("an address")),
            calls,
        }
    }

    /// The calls since this was asked last.
    pub fn calls(&self) -> Calls {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The count of log reads that were answered, and of those that were refused.
pub fn log_reads(calls: &Calls) -> (u64, u64) {
    let of = |name| calls.get(name).copied().unwrap_or_default();
    (of(READ_LOG), of(REFUSED))
}

impl Forwarder {
    fn note(&self, operation: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(operation.to_owned()).or_default() += 1;
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Failure> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let target = parts.headers.get("x-amz-target");
        let operation = target
            .and_then(|target| target.to_str().ok()?.rsplit('.').next())
            .unwrap_or_else(|| parts.uri.path())
            .to_owned();
        if operation == READ_LOG && !self.quota.admits() {
            self.note(REFUSED);
            let refusal = br#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
            let mut answer = Response::new(Full::new(Bytes::from_static(refusal)));
            *answer.status_mut() = StatusCode::BAD_REQUEST;
            return Ok(answer);
        }
        self.note(&operation);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let path = path.replace(ACCOUNT, EMULATED);
        parts.uri = format!("{}{path}", self.upstream).parse::<Uri>()?;
        parts.headers.remove("content-length");
        // An event and its answer name no account.
        let is_invocation = operation.ends_with("/invocations");
        let body = if is_invocation {
            body
        } else {
            renamed(&body, |text| {
                text.replace(QUEUES, &format!("{}/", self.upstream))
                    .replace(ACCOUNT, EMULATED)
            })
        };
        let answer = self
            .client
            .request(Request::from_parts(parts, Full::new(body)))
            .await?;
        let (mut parts, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        parts.headers.remove("content-length");
        parts.headers.remove("x-amz-crc32");
        let names_queues = !is_invocation && operation != READ_LOG;
        let body = if names_queues {
            renamed(&body, |text| {
                text.replace(&format!("{}/", self.upstream), QUEUES)
                    .replace(EMULATED, ACCOUNT)
            })
        } else {
            body
        };
        Ok(Response::from_parts(parts, Full::new(body)))
    }
}

fn renamed(body: &Bytes, rename: impl FnOnce(&str) -> String) -> Bytes {
    match std::str::from_utf8(body) {
        Ok(text) => rename(text).into(),
        Err(_) => body.clone(),
    }
}
