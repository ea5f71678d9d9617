//! Every AWS call, observed: shown with `-v`, counted for the usage line.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeDeserializationInterceptorContextRef,
                BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
                FinalizerInterceptorContextRef,
            },
        },
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{
    DateTime,
    config_bag::{ConfigBag, Storable, StoreReplace},
    date_time::Format,
};
use jiff::Timestamp;

/// One finished AWS call, retries included.
#[derive(Debug, Clone)]
pub struct Call {
    /// The service, such as `Lambda`.
    pub service: String,
    /// The API operation, such as `Invoke`.
    pub operation: String,
    /// The HTTP status of the last attempt; `None` when no answer came.
    pub status: Option<u16>,
    /// The service's request id, where it gave one.
    pub request_id: Option<String>,
    /// From the first attempt to the last answer.
    pub took: Duration,
    /// What the answer says of the time, where it says so.
    pub clock: Option<ClockReading>,
}

/// AWS's clock as an answer tells it (the `Date` header), beside this machine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// When the last attempt's request left, by this machine's clock.
    pub asked: Timestamp,
    /// When its answer came.
    pub answered: Timestamp,
    /// The time by AWS's clock, cut to whole seconds.
    pub theirs: Timestamp,
}

/// Who wants to hear of every call.
#[derive(Clone)]
pub struct CallListener(Arc<dyn Fn(&Call) + Send + Sync>);

impl CallListener {
    /// A listener that calls `hear` after each call, on the task that made the call.
    pub fn new(hear: impl Fn(&Call) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }
}

impl fmt::Debug for CallListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallListener")
    }
}

#[derive(Debug)]
struct Began(Instant);

/// When the last attempt's request left.
#[derive(Debug)]
struct Asked(Timestamp);

impl Storable for Asked {
    type Storer = StoreReplace<Self>;
}

/// The last answer's word about the time.
#[derive(Debug)]
struct Read(ClockReading);

impl Storable for Read {
    type Storer = StoreReplace<Self>;
}

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl Intercept for CallListener {
    fn name(&self) -> &'static str {
        "edactl::CallListener"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        cfg.interceptor_state().store_put(Asked(Timestamp::now()));
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let theirs = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(theirs) = theirs.and_then(|at| Timestamp::from_second(at.secs()).ok())
            && let Some(Asked(asked)) = cfg.load::<Asked>()
        {
            let reading = ClockReading {
                asked: *asked,
                answered: Timestamp::now(),
                theirs,
            };
            cfg.interceptor_state().store_put(Read(reading));
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        cfg: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(metadata) = cfg.load::<Metadata>() else {
            return Ok(());
        };
        let response = context.response();
        let header = |name| response.and_then(|response| response.headers().get(name));
        (self.0)(&Call {
            service: metadata.service().to_owned(),
            operation: metadata.name().to_owned(),
            status: response.map(|response| response.status().as_u16()),
            request_id: header("x-amzn-requestid")
                .or_else(|| header("x-amz-request-id"))
                .map(str::to_owned),
            took: cfg
                .load::<Began>()
                .map_or(Duration::ZERO, |began| began.0.elapsed()),
            clock: cfg.load::<Read>().map(|read| read.0),
        });
        Ok(())
    }
}
