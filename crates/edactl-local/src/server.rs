//! One loopback port for all services: takes each request to its service, and ends when idle.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Request, StatusCode,
    body::Incoming,
    header::{DATE, HeaderValue},
    service::{Service, service_fn},
};
use hyper_util::rt::TokioIo;
use jiff::{Timestamp, tz::TimeZone};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

use crate::{
    control, lambda,
    metrics::PUBLISH_EVERY,
    names,
    pipeline::Pipeline,
    reply::{Reply, json_error, whole},
    route::{self, ServiceName},
    settings::Settings,
    throttle, traffic,
};

/// The largest body that any service here takes, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How long the answer to the request that stops the pipeline has to be read.
const LAST_ANSWER: Duration = Duration::from_millis(50);

/// The embedded pipeline, listening.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    pipeline: Arc<Pipeline>,
}

impl Server {
    /// Listens on 127.0.0.1 and creates the pipeline; port 0 takes a free one. Only who
    /// knows `token` may ask the endpoints under `/_edactl/`.
    ///
    /// # Errors
    /// When the port cannot be had, or the settings are none that AWS would allow.
    pub async fn bind(port: u16, token: String, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let pipeline = Pipeline::create(address.port(), token, settings)
            .await
            .map_err(io::Error::other)?;
        Ok(Self {
            listener,
            address,
            pipeline,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until it is told to stop, or nobody has asked for anything for the idle time, or it
    /// is dropped.
    pub async fn run(self) {
        let pipeline = self.pipeline;
        // Dropped with this future, so that no connection outlives the pipeline.
        let mut connections = JoinSet::new();
        let serve = async {
            loop {
                tokio::select! {
                    accepted = self.listener.accept() => match accepted {
                        Ok((stream, _)) => {
                            connections.spawn(serve_connection(Arc::clone(&pipeline), stream));
                        }
                        // Out of file descriptors, mostly; one may be free soon.
                        Err(_) => tokio::time::sleep(PUBLISH_EVERY).await,
                    },
                    Some(_) = connections.join_next(), if !connections.is_empty() => {}
                }
            }
        };
        let told_to_stop = async {
            pipeline.stop.notified().await;
            tokio::time::sleep(LAST_ANSWER).await;
        };
        tokio::select! {
            () = serve => {}
            () = lambda::trigger::poll(Arc::clone(&pipeline.lambda)) => {}
            () = traffic::send(Arc::clone(&pipeline.queues), Arc::clone(&pipeline.live)) => {}
            () = pipeline.observe() => {}
            () = pipeline.queues.sample_counters() => {}
            () = told_to_stop => {}
        }
    }
}

async fn serve_connection(pipeline: Arc<Pipeline>, stream: TcpStream) {
    // Without it small answers wait; should it fail, they wait.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let pipeline = Arc::clone(&pipeline);
        async move { answer(&pipeline, request).await.ok_or(NoAnswer) }
    });
    // No timer: a server that closes an idle connection just when its client uses it again would
    // leave an invocation in doubt. And a client that goes away is no concern of anyone else: what
    // it has asked for is done, though nobody reads the answer.
    let _ = hyper::server::conn::http1::Builder::new()
        .half_close(true)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// Closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer, on demand")]
struct NoAnswer;

async fn answer(pipeline: &Pipeline, request: Request<Incoming>) -> Option<Reply> {
    let reply = answer_admitted(pipeline, request).await?;
    Some(dated(reply, pipeline.live.now()))
}

async fn answer_admitted(pipeline: &Pipeline, request: Request<Incoming>) -> Option<Reply> {
    let refusal = route::refuse_browsers(&request)
        .or_else(|| route::refuse_without_token(&request, &pipeline.token));
    if let Some(refusal) = refusal {
        return Some(refusal);
    }
    let active = pipeline.activity.begin();
    let reply = match route::service_of(&request) {
        Some(service) => answer_as(pipeline, service, request).await,
        None => answer_form(request).await,
    };
    reply.map(|reply| active.until_read(reply))
}

/// The answer with the `Date` of AWS's clock.
fn dated(mut reply: Reply, now: Timestamp) -> Reply {
    let date = now
        .to_zoned_datetime(TimeZone::UTC)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        reply.headers_mut().insert(DATE, date);
    }
    reply
}

async fn answer_as(
    pipeline: &Pipeline,
    service: ServiceName,
    request: Request<Incoming>,
) -> Option<Reply> {
    if let Some(refusal) = refuse_throttled(pipeline, service, &request) {
        return Some(refusal);
    }
    let operation = route::operation(&request).to_owned();
    match service {
        // The engines read the body themselves.
        ServiceName::Sqs => Some(boxed(into_ok(pipeline.sqs.call(request).await))),
        ServiceName::CloudWatch => Some(boxed(into_ok(pipeline.cloudwatch.call(request).await))),
        _ => {
            let (parts, body) = request.into_parts();
            let Some(body) = read(body).await else {
                return Some(too_large());
            };
            match service {
                ServiceName::Lambda => {
                    lambda::api::answer(&pipeline.lambda, &parts, parts.uri.path(), body).await
                }
                ServiceName::Logs => Some(pipeline.logs_endpoint.answer(&operation, &body)),
                ServiceName::Sts => Some(caller_identity()),
                _ => {
                    let path = parts.uri.path();
                    Some(control::answer(pipeline, &parts.method, path, &body).await)
                }
            }
        }
    }
}

/// A request that nothing but its body tells the service of: `Action=GetCallerIdentity`.
async fn answer_form(request: Request<Incoming>) -> Option<Reply> {
    let Some(body) = read(request.into_body()).await else {
        return Some(too_large());
    };
    let mut pairs = body.split(|byte| *byte == b'&');
    if pairs.any(|pair| pair == b"Action=GetCallerIdentity") {
        return Some(caller_identity());
    }
    Some(json_error(
        StatusCode::FORBIDDEN,
        "MissingAuthenticationToken",
        "The request names no service: it is not signed.",
    ))
}

fn refuse_throttled(
    pipeline: &Pipeline,
    service: ServiceName,
    request: &Request<Incoming>,
) -> Option<Reply> {
    let limit = pipeline.live.read(|settings| settings.throttle)?;
    if service == ServiceName::Control || pipeline.throttle.admits(service, limit, Instant::now()) {
        return None;
    }
    Some(match service {
        ServiceName::Lambda => lambda::api::throttled(&pipeline.lambda, request.uri().path()),
        ServiceName::CloudWatch | ServiceName::Sts => {
            throttle::query_refusal(request.headers().contains_key("smithy-protocol"))
        }
        _ => throttle::refusal(service),
    })
}

async fn read(body: Incoming) -> Option<Bytes> {
    let body = Limited::new(body, BODY_LIMIT).collect().await.ok()?;
    Some(body.to_bytes())
}

fn too_large() -> Reply {
    json_error(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLargeException",
        "The body is too large, or broke off.",
    )
}

fn into_ok<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// The engines' bodies are in memory and cannot fail.
fn boxed<B>(reply: hyper::Response<B>) -> Reply
where
    B: hyper::body::Body<Data = Bytes, Error = io::Error> + Send + Sync + 'static,
{
    reply.map(|body| {
        body.map_err(|error| -> Infallible { unreachable!("a body in memory failed: {error}") })
            .boxed()
    })
}

/// `GetCallerIdentity` is the one operation of STS here.
fn caller_identity() -> Reply {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>arn:aws:iam::{account}:root</Arn>\
         <UserId>{account}</UserId><Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>",
        account = names::ACCOUNT,
        id = uuid::Uuid::new_v4(),
    );
    whole(StatusCode::OK, "text/xml", body)
}
