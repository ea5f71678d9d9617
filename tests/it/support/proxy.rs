//! A loopback HTTP proxy in front of an endpoint: it keeps what it saw, and misbehaves on demand.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response, StatusCode, Uri,
    body::{Frame, Incoming},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::loopback::{Failure, Loopback};

/// A request as the proxy saw it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `X-Amz-Target`'s operation, or the path where there is none.
    pub operation: String,
    pub body: Bytes,
    /// The access key that signed it; empty where nobody did.
    pub access_key: String,
}

impl Seen {
    pub fn is_invocation(&self) -> bool {
        self.operation.ends_with("/invocations")
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub enum Treatment {
    Forward,
    /// It is forwarded; the answer comes this much later.
    AnswerLate(Duration),
    /// It is forwarded; the connection is closed instead of an answer.
    DropAnswer,
    /// It is neither forwarded nor answered.
    Hold,
    /// It is not forwarded; this is the answer.
    Refuse(StatusCode),
    /// It is not forwarded; the answer's body comes a byte at a time, without end.
    Drip,
    /// It is not forwarded; the answer's body has no end.
    Endless,
    /// It is not forwarded; the answer's body is cut off.
    Cut,
    /// It is not forwarded; this is the answer, word for word.
    Answer(Reply),
}

/// An answer, as the real service words it.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    pub status: u16,
    pub headers: &'static [(&'static str, &'static str)],
    pub body: &'static [u8],
}

type Treat = dyn Fn(&Seen) -> Treatment + Send + Sync;

pub struct Proxy {
    server: Loopback,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Proxy {
    /// A proxy in front of `upstream`, such as `http://127.0.0.1:1234`.
    pub fn start(
        upstream: &str,
        treat: impl Fn(&Seen) -> Treatment + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let forwarder = Arc::new(Forwarder {
            upstream: upstream.to_owned(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            seen: Arc::clone(&seen),
            treat: Box::new(treat),
        });
        let server = Loopback::serve(move |request| Arc::clone(&forwarder).answer(request));
        Self { server, seen }
    }

    /// A proxy in front of an endpoint that does not exist: it answers everything by itself.
    pub fn answering(treat: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start("http://127.0.0.1:9", move |seen| {
            Treatment::Answer(treat(seen))
        })
    }

    /// Its address without a scheme, such as `127.0.0.1:1234`.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Everything so far, in the order of arrival.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic under the lock").clone()
    }

    pub fn invocations(&self) -> usize {
        self.seen()
            .iter()
            .filter(|seen| seen.is_invocation())
            .count()
    }
}

struct Forwarder {
    upstream: String,
    client: Client<HttpConnector, Full<Bytes>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    treat: Box<Treat>,
}

type Answer = Response<BoxBody<Bytes, Failure>>;

/// A body that drips, has no end, or breaks off.
fn misshapen(
    treatment: Treatment,
) -> impl Stream<Item = Result<Frame<Bytes>, Failure>> + Send + Sync {
    stream::unfold(0_u32, move |pieces| async move {
        let piece = match treatment {
            Treatment::Endless => Bytes::from(vec![b' '; 65_536]),
            Treatment::Cut if pieces > 0 => return Some((Err("cut off".into()), pieces)),
            _ => Bytes::from_static(b" "),
        };
        if matches!(treatment, Treatment::Drip) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Some((Ok(Frame::data(piece)), pieces + 1))
    })
}

impl Forwarder {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Answer, Failure> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let seen = Seen {
            operation: parts
                .headers
                .get("x-amz-target")
                .and_then(|target| target.to_str().ok())
                .map_or_else(|| parts.uri.path().to_owned(), str::to_owned),
            body: body.clone(),
            access_key: parts
                .headers
                .get("authorization")
                .and_then(|header| header.to_str().ok()?.split("Credential=").nth(1))
                .and_then(|credential| credential.split('/').next())
                .unwrap_or_default()
                .to_owned(),
        };
        let treatment = (self.treat)(&seen);
        self.seen
            .lock()
            .expect("no panic under the lock")
            .push(seen);
        if let Treatment::Hold = treatment {
            std::future::pending::<()>().await;
        }
        if let Treatment::Refuse(status) = treatment {
            let empty = Full::new(Bytes::new()).map_err(|never| match never {});
            let mut answer = Response::new(empty.boxed());
            *answer.status_mut() = status;
            return Ok(answer);
        }
        if let Treatment::Answer(reply) = treatment {
            let body = Full::new(Bytes::from_static(reply.body)).map_err(|never| match never {});
            let mut answer = Response::builder().status(reply.status);
            for (name, value) in reply.headers {
                answer = answer.header(*name, *value);
            }
            return Ok(answer.body(body.boxed())?);
        }
        if let Treatment::Drip | Treatment::Endless | Treatment::Cut = treatment {
            return Ok(Response::new(BoxBody::new(StreamBody::new(misshapen(
                treatment,
            )))));
        }
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = format!("{}{path}", self.upstream).parse::<Uri>()?;
        let request = Request::from_parts(parts, Full::new(body));
        let answer = self.client.request(request).await?;
        match treatment {
            Treatment::AnswerLate(delay) => tokio::time::sleep(delay).await,
            Treatment::DropAnswer => return Err("the answer is dropped on demand".into()),
            _ => {}
        }
        Ok(answer.map(|body| body.map_err(Into::into).boxed()))
    }
}
