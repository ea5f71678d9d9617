//! One loopback port for all services: routes each request to its service, throttles, serves the
//! pipeline's own control endpoints, and ends when idle.

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, StatusCode,
    body::Incoming,
    http::request::Parts,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::Instant,
};

use super::{
    faults::Dice,
    lambda::{self, Lambda},
    logs::{self, LogStore},
    metrics::{Endpoint, Metrics, PUBLISH_EVERY, of_queue},
    names,
    queues::{Queues, QueuesHandler, SharedSettings},
    reply::{Reply, json, json_error, whole},
    settings::Settings,
};

/// What the status endpoint calls this program.
pub const PROGRAM: &str = "edactl-local";
/// Where the control endpoints are.
pub const CONTROL: &str = "/_edactl/";
/// The largest body that any service here takes, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How often gauges are measured and metrics published.
const TICK: Duration = PUBLISH_EVERY;

/// The embedded pipeline, listening.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    pipeline: Arc<Pipeline>,
}

/// Everything behind the port.
struct Pipeline {
    id: String,
    started: Timestamp,
    settings: SharedSettings,
    logs: Arc<LogStore>,
    queues: Arc<Queues>,
    sqs: SqsHttpService<QueuesHandler>,
    metrics: Arc<Metrics>,
    cloudwatch: Endpoint,
    lambda: Arc<Lambda>,
    /// Requests per service in the second that began then.
    rates: Mutex<HashMap<ServiceName, (Instant, u32)>>,
    last_request: Mutex<Instant>,
    stop: Notify,
}

/// The services of the port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum ServiceName {
    Lambda,
    Sqs,
    CloudWatch,
    Logs,
    Sts,
    Control,
}

impl Server {
    /// Listens on 127.0.0.1 and creates the pipeline; port 0 takes a free one. `id` tells this
    /// instance from others.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn bind(port: u16, id: String, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let dice = Arc::new(Dice::new(settings.seed));
        let settings: SharedSettings = Arc::new(RwLock::new((settings, dice)));
        let logs = Arc::new(LogStore::new());
        let metrics = Arc::new(Metrics::default());
        let queues = Queues::create(address.port(), Arc::clone(&metrics), Arc::clone(&settings))
            .await
            .map_err(|error| io::Error::other(error.message))?;
        let lambda = Lambda::new(
            Arc::clone(&logs),
            Arc::clone(&queues),
            Arc::clone(&metrics),
            Arc::clone(&settings),
        );
        let handler = Arc::new(QueuesHandler(Arc::clone(&queues)));
        let pipeline = Arc::new(Pipeline {
            id,
            started: Timestamp::now(),
            settings,
            logs,
            sqs: SqsHttpService::new(handler, SqsHttpConfig::default()),
            queues,
            cloudwatch: metrics.endpoint(),
            metrics,
            lambda,
            rates: Mutex::default(),
            last_request: Mutex::new(Instant::now()),
            stop: Notify::new(),
        });
        pipeline.apply_delays().await?;
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

    /// Serves until it is told to stop, or nobody has asked for anything for the idle time.
    pub async fn run(self) {
        let pipeline = self.pipeline;
        let serve = async {
            loop {
                // A connection that could not be accepted is the client's to try again.
                if let Ok((stream, _)) = self.listener.accept().await {
                    tokio::spawn(serve_connection(Arc::clone(&pipeline), stream));
                } else {
                    tokio::time::sleep(TICK).await;
                }
            }
        };
        tokio::select! {
            () = serve => {}
            () = lambda::trigger::poll(Arc::clone(&pipeline.lambda)) => {}
            () = pipeline.tick() => {}
            () = pipeline.stop.notified() => {
                // The answer to the request that stopped it is still to be written.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve_connection(pipeline: Arc<Pipeline>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let pipeline = Arc::clone(&pipeline);
        async move { pipeline.answer(request).await.ok_or(NoAnswer) }
    });
    // A client that goes away in the middle is no concern of anyone else.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

/// Closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("no answer, on demand")]
struct NoAnswer;

impl Pipeline {
    fn settings(&self) -> Settings {
        self.settings
            .read()
            .expect("nothing panics while it holds the lock")
            .0
            .clone()
    }

    /// The delays that live in the queue and in the log store.
    async fn apply_delays(&self) -> io::Result<()> {
        let settings = self.settings();
        self.logs.set_ingestion_delay(settings.log_delay);
        let seconds = settings.queue_delay.as_secs().to_string();
        self.queues
            .set_attribute("DelaySeconds", seconds)
            .await
            .map_err(|error| io::Error::other(error.message))
    }

    /// Measures the queues and publishes metrics, until the pipeline has been idle long enough.
    async fn tick(&self) {
        let mut ticks = tokio::time::interval(TICK);
        let mut last = [[0; 3]; 2];
        loop {
            ticks.tick().await;
            let settings = self.settings();
            self.metrics.publish(settings.metric_delay);
            let idle = {
                let last = self
                    .last_request
                    .lock()
                    .expect("nothing panics while it holds the lock");
                last.elapsed()
            };
            if idle >= settings.idle {
                return;
            }
            for (queue, last) in [names::QUEUE, names::DLQ].into_iter().zip(&mut last) {
                let counters = self.queues.counters(queue).await;
                // An unused queue has no metrics, and a gauge that stays at zero tells nothing.
                if counters != *last || counters != [0; 3] {
                    self.gauge(queue, counters);
                    *last = counters;
                }
            }
        }
    }

    fn gauge(&self, queue: &'static str, counters: [u64; 3]) {
        let names = [
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ];
        for (name, value) in names.into_iter().zip(counters) {
            #[allow(clippy::cast_precision_loss)] // A count of messages in memory.
            let value = value as f64;
            self.metrics
                .measure(of_queue(queue, name), Timestamp::now(), value);
        }
    }

    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Option<Reply> {
        if let Some(refusal) = refuse_browsers(&request) {
            return Some(refusal);
        }
        *self
            .last_request
            .lock()
            .expect("nothing panics while it holds the lock") = Instant::now();
        let service = service_of(&request);
        if service != ServiceName::Control && !self.admits(service) {
            return Some(throttled(service));
        }
        match service {
            ServiceName::Sqs => return Some(boxed(into_ok(self.sqs.call(request).await))),
            ServiceName::CloudWatch => {
                return Some(boxed(into_ok(self.cloudwatch.call(request).await)));
            }
            _ => {}
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, BODY_LIMIT).collect().await else {
            return Some(json_error(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLargeException",
                "The body is too large.",
            ));
        };
        let body = body.to_bytes();
        match service {
            ServiceName::Lambda => {
                lambda::api::answer(&self.lambda, &parts, parts.uri.path(), body).await
            }
            ServiceName::Logs => {
                Some(logs::answer(&self.logs, target(&parts).unwrap_or_default(), body).await)
            }
            ServiceName::Sts => Some(caller_identity()),
            _ => Some(self.control(&parts, body).await),
        }
    }

    /// Whether a request is within the rate that the settings allow.
    fn admits(&self, service: ServiceName) -> bool {
        let Some(limit) = self.settings().throttle else {
            return true;
        };
        let now = Instant::now();
        let mut rates = self
            .rates
            .lock()
            .expect("nothing panics while it holds the lock");
        let (began, count) = rates.entry(service).or_insert((now, 0));
        if now - *began >= Duration::from_secs(1) {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        *count <= limit
    }

    async fn control(&self, parts: &Parts, body: Bytes) -> Reply {
        match (&parts.method, parts.uri.path().strip_prefix(CONTROL)) {
            (&Method::GET, Some("status")) => json(StatusCode::OK, &self.status()),
            (&Method::PUT, Some("settings")) => {
                let settings: Settings = match serde_json::from_slice(&body) {
                    Ok(settings) => settings,
                    Err(error) => {
                        return json_error(
                            StatusCode::BAD_REQUEST,
                            "BadSettings",
                            &error.to_string(),
                        );
                    }
                };
                let dice = Arc::new(Dice::new(settings.seed));
                *self
                    .settings
                    .write()
                    .expect("nothing panics while it holds the lock") = (settings, dice);
                match self.apply_delays().await {
                    Ok(()) => json(StatusCode::OK, &self.status()),
                    Err(error) => {
                        json_error(StatusCode::BAD_REQUEST, "BadSettings", &error.to_string())
                    }
                }
            }
            (&Method::POST, Some("stop")) => {
                self.stop.notify_one();
                json(StatusCode::OK, &json!({ "stopping": true }))
            }
            _ => json_error(
                StatusCode::NOT_FOUND,
                "NotFound",
                "edactl's embedded pipeline",
            ),
        }
    }

    fn status(&self) -> serde_json::Value {
        json!({
            "name": PROGRAM,
            "id": self.id,
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "started": self.started,
            "settings": self.settings(),
            "region": names::REGION,
            "producer": names::PRODUCER,
            "queue_url": self.queues.url(names::QUEUE),
            "consumer": names::CONSUMER,
            "dlq_url": self.queues.url(names::DLQ),
        })
    }
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

/// A web page in the user's browser must not reach the pipeline: neither by a request from
/// another origin, nor by a name that was made to point here.
fn refuse_browsers(request: &Request<Incoming>) -> Option<Reply> {
    let headers = request.headers();
    let host = headers
        .get(hyper::header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback = ["127.0.0.1", "localhost", "[::1]", ""].contains(&name)
        || name.ends_with(".localhost")
        || name.ends_with(".127.0.0.1");
    (headers.contains_key(hyper::header::ORIGIN) || !is_loopback).then(|| {
        json_error(
            StatusCode::FORBIDDEN,
            "AccessDenied",
            "Only AWS clients of this machine may ask.",
        )
    })
}

fn target(parts: &Parts) -> Option<&str> {
    let target = parts.headers.get("x-amz-target")?.to_str().ok()?;
    Some(
        target
            .rsplit_once('.')
            .map_or(target, |(_, operation)| operation),
    )
}

/// The service is named in the request's signature; requests without one are told by their form.
fn service_of(request: &Request<Incoming>) -> ServiceName {
    let path = request.uri().path();
    if path.starts_with(CONTROL) {
        return ServiceName::Control;
    }
    let header = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    // Credential=<key>/<date>/<region>/<service>/aws4_request
    let signed = header("authorization")
        .and_then(|text| text.split_once("Credential="))
        .and_then(|(_, scope)| scope.split('/').nth(3));
    let target = header("x-amz-target").unwrap_or_default();
    match signed {
        Some("lambda") => ServiceName::Lambda,
        Some("sqs") => ServiceName::Sqs,
        Some("monitoring") => ServiceName::CloudWatch,
        Some("logs") => ServiceName::Logs,
        Some("sts") => ServiceName::Sts,
        _ if path.starts_with("/2015-03-31/") => ServiceName::Lambda,
        _ if path.starts_with("/service/GraniteServiceVersion") => ServiceName::CloudWatch,
        _ if target.starts_with("AmazonSQS.") => ServiceName::Sqs,
        _ if target.starts_with("Logs_") => ServiceName::Logs,
        _ => ServiceName::Control,
    }
}

fn throttled(service: ServiceName) -> Reply {
    match service {
        ServiceName::Lambda => lambda::api::throttled(),
        ServiceName::Sqs => json_error(
            StatusCode::BAD_REQUEST,
            "RequestThrottled",
            "Request is throttled.",
        ),
        _ => json_error(
            StatusCode::BAD_REQUEST,
            "ThrottlingException",
            "Rate exceeded",
        ),
    }
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
