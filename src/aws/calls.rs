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
            context::{BeforeSerializationInterceptorContextRef, FinalizerInterceptorContextRef},
        },
        orchestrator::Metadata,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

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
        });
        Ok(())
    }
}
