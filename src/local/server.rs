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
    service::{Service, service_fn},
};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
    time::Instant,
};

use super::{
    account::Account,
    activity::Activity,
    control,
    lambda::{self, Lambda},
    live::Live,
    logs::{self, LogStore},
    metrics::{Endpoint, Metrics, PUBLISH_EVERY},
    names,
    queues::{Queues, QueuesHandler},
    reply::{Reply, json_error, whole},
    route::{self, ServiceName},
    settings::Settings,
    throttle::{self, Throttle},
    traffic,
};

pub use super::{control::PROGRAM, route::CONTROL};

/// The largest body that any service here takes, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How often the gauges of the queues are measured when nothing happens: AWS does it once a
/// minute, and once a second is not too much for queues that hold something.
const GAUGES_EVERY: [Duration; 2] = [Duration::from_mins(1), Duration::from_secs(1)];
/// How long the answer to the request that stops the pipeline has to be read.
const LAST_ANSWER: Duration = Duration::from_millis(50);

/// The embedded pipeline, listening.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    pipeline: Arc<Pipeline>,
}

/// Everything behind the port.
pub struct Pipeline {
    /// Tells this instance from others.
    pub(super) id: String,
    pub(super) started: Timestamp,
    pub(super) live: Arc<Live>,
    pub(super) account: Arc<Account>,
    pub(super) queues: Arc<Queues>,
    /// Rings when the pipeline is to end.
    pub(super) stop: Notify,
    logs: Arc<LogStore>,
    sqs: SqsHttpService<QueuesHandler>,
    metrics: Arc<Metrics>,
    cloudwatch: Endpoint,
    lambda: Arc<Lambda>,
    throttle: Throttle,
    activity: Arc<Activity>,
}

impl Server {
    /// Listens on 127.0.0.1 and creates the pipeline; port 0 takes a free one. `id` tells this
    /// instance from others.
    ///
    /// # Errors
    /// When the port cannot be had, or the settings are none that AWS would allow.
    pub async fn bind(port: u16, id: String, settings: Settings) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let live = Live::new(Settings::default());
        let logs = Arc::new(LogStore::new());
        let metrics = Arc::new(Metrics::default());
        let account = Arc::new(Account::default());
        let queues = Queues::create(
            address.port(),
            Arc::clone(&metrics),
            Arc::clone(&account),
            Arc::clone(&live),
        );
        let lambda = Lambda::new(
            Arc::clone(&logs),
            Arc::clone(&queues),
            Arc::clone(&metrics),
            Arc::clone(&account),
            Arc::clone(&live),
        );
        let handler = Arc::new(QueuesHandler(Arc::clone(&queues)));
        let pipeline = Arc::new(Pipeline {
            id,
            started: Timestamp::now(),
            live,
            account,
            queues,
            stop: Notify::new(),
            logs,
            sqs: SqsHttpService::new(handler, SqsHttpConfig::default()),
            cloudwatch: metrics.endpoint(),
            metrics,
            lambda,
            throttle: Throttle::default(),
            activity: Activity::new(),
        });
        pipeline.apply(settings).await.map_err(io::Error::other)?;
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
            () = told_to_stop => {}
        }
    }
}

async fn serve_connection(pipeline: Arc<Pipeline>, stream: TcpStream) {
    // Without it small answers wait; should it fail, they wait.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let pipeline = Arc::clone(&pipeline);
        async move { pipeline.answer(request).await.ok_or(NoAnswer) }
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

impl Pipeline {
    /// Puts settings in force.
    ///
    /// # Errors
    /// A sentence, when they are none that AWS would allow; the old ones stay in force then.
    pub(super) async fn apply(&self, settings: Settings) -> Result<(), String> {
        self.queues
            .set_delay(settings.queue_delay)
            .await
            .map_err(|error| error.message)?;
        self.logs.set_ingestion_delay(settings.log_delay);
        self.live.replace(settings);
        Ok(())
    }

    /// Measures the queues and publishes metrics, until nobody has used the pipeline for long
    /// enough. It sleeps while nothing happens.
    async fn observe(&self) {
        let mut changes = self.live.changes();
        let mut measure_at = Instant::now();
        let mut wake_at = measure_at;
        loop {
            let has_happened = tokio::select! {
                () = self.metrics.happening() => true,
                () = changes.next() => false,
                () = tokio::time::sleep_until(wake_at) => false,
            };
            if has_happened {
                // More will happen at once; it can be published together.
                tokio::time::sleep(PUBLISH_EVERY).await;
            }
            let now = Instant::now();
            if has_happened || now >= measure_at {
                let holds = self.queues.measure().await;
                measure_at = now + GAUGES_EVERY[usize::from(holds)];
            }
            let (metric_delay, idle) = self
                .live
                .read(|settings| (settings.metric_delay, settings.idle));
            let publish_at = self.metrics.publish(metric_delay);
            let left = idle.saturating_sub(self.activity.idle(now));
            let end_at = if left > Duration::ZERO {
                now + left
            } else if self.has_work().await {
                now + PUBLISH_EVERY
            } else {
                return;
            };
            wake_at = measure_at.min(end_at).min(publish_at.unwrap_or(end_at));
        }
    }

    /// Whether messages are still on their way. Those that a disabled trigger keeps waiting, and
    /// those that the pipeline sends itself, do not count.
    async fn has_work(&self) -> bool {
        self.lambda.trigger.mapping().enabled
            && self.live.read(|settings| settings.traffic <= 0.0)
            && self.queues.is_busy().await
    }

    async fn answer(&self, request: Request<Incoming>) -> Option<Reply> {
        if let Some(refusal) = route::refuse_browsers(&request) {
            return Some(refusal);
        }
        let under_way = self.activity.begin();
        let reply = match route::service_of(&request) {
            Some(service) => self.answer_as(service, request).await,
            None => self.answer_form(request).await,
        };
        reply.map(|reply| under_way.until_read(reply))
    }

    async fn answer_as(&self, service: ServiceName, request: Request<Incoming>) -> Option<Reply> {
        if let Some(refusal) = self.throttle(service, &request) {
            return Some(refusal);
        }
        let operation = route::operation(&request).to_owned();
        match service {
            // The engines read the body themselves.
            ServiceName::Sqs => Some(boxed(into_ok(self.sqs.call(request).await))),
            ServiceName::CloudWatch => Some(boxed(into_ok(self.cloudwatch.call(request).await))),
            _ => {
                let (parts, body) = request.into_parts();
                let Some(body) = read(body).await else {
                    return Some(too_large());
                };
                match service {
                    ServiceName::Lambda => {
                        lambda::api::answer(&self.lambda, &parts, parts.uri.path(), body).await
                    }
                    ServiceName::Logs => Some(logs::answer(&self.logs, &operation, body).await),
                    ServiceName::Sts => Some(caller_identity()),
                    _ => {
                        let path = parts.uri.path();
                        Some(control::answer(self, &parts.method, path, &body).await)
                    }
                }
            }
        }
    }

    /// A request that nothing but its body tells the service of: `Action=GetCallerIdentity`.
    async fn answer_form(&self, request: Request<Incoming>) -> Option<Reply> {
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

    fn throttle(&self, service: ServiceName, request: &Request<Incoming>) -> Option<Reply> {
        let limit = self.live.read(|settings| settings.throttle)?;
        if service == ServiceName::Control || self.throttle.admits(service, limit, Instant::now()) {
            return None;
        }
        Some(match service {
            ServiceName::Lambda => lambda::api::throttled(&self.lambda, request.uri().path()),
            ServiceName::CloudWatch | ServiceName::Sts => {
                throttle::query_refusal(request.headers().contains_key("smithy-protocol"))
            }
            _ => throttle::refusal(service),
        })
    }
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
