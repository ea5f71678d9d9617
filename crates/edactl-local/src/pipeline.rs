//! Everything behind the port of the embedded pipeline, from start to end: settings, measuring,
//! publishing, and its end when nobody has used it for a while.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rustack_sqs_http::service::{SqsHttpConfig, SqsHttpService};
use tokio::{sync::Notify, time::Instant};

use crate::{
    activity::Activity,
    ground_truth::GroundTruth,
    lambda::Lambda,
    live::Live,
    logs::{LogStore, LogsEndpoint},
    metrics::{Endpoint, Metrics, PUBLISH_EVERY},
    queues::{Queues, QueuesHandler},
    settings::Settings,
    throttle::Throttle,
};

/// How often the gauges of the queues are measured when nothing happens: AWS does it once a
/// minute, and once a second is not too much for queues that hold something.
const GAUGES_EVERY: [Duration; 2] = [Duration::from_mins(1), Duration::from_secs(1)];

/// Everything behind the port.
pub struct Pipeline {
    /// Who knows it may ask the pipeline's own endpoints.
    pub(super) token: String,
    pub(super) started: Timestamp,
    pub(super) live: Arc<Live>,
    pub(super) truth: Arc<GroundTruth>,
    pub(super) queues: Arc<Queues>,
    /// Rings when the pipeline is to end.
    pub(super) stop: Notify,
    pub(super) logs: Arc<LogStore>,
    pub(super) logs_endpoint: LogsEndpoint,
    pub(super) sqs: SqsHttpService<QueuesHandler>,
    metrics: Arc<Metrics>,
    pub(super) cloudwatch: Endpoint,
    pub(super) lambda: Arc<Lambda>,
    pub(super) throttle: Throttle,
    pub(super) activity: Arc<Activity>,
}

impl Pipeline {
    /// The pipeline, to be reached on this port, and its own endpoints with this token.
    ///
    /// # Errors
    /// A sentence, when the settings are none that AWS would allow.
    pub async fn create(port: u16, token: String, settings: Settings) -> Result<Arc<Self>, String> {
        let live = Live::new(Settings::default());
        let logs = Arc::new(LogStore::new(live.clock().clone()));
        let metrics = Arc::new(Metrics::default());
        let truth = Arc::new(GroundTruth::default());
        let queues = Queues::create(
            port,
            Arc::clone(&metrics),
            Arc::clone(&truth),
            Arc::clone(&live),
        );
        let lambda = Lambda::new(
            Arc::clone(&logs),
            Arc::clone(&queues),
            Arc::clone(&metrics),
            Arc::clone(&truth),
            Arc::clone(&live),
        );
        let handler = Arc::new(QueuesHandler(Arc::clone(&queues)));
        let pipeline = Arc::new(Self {
            token,
            started: Timestamp::now(),
            live,
            truth,
            queues,
            stop: Notify::new(),
            logs_endpoint: LogsEndpoint::new(Arc::clone(&logs)),
            logs,
            sqs: SqsHttpService::new(handler, SqsHttpConfig::default()),
            cloudwatch: metrics.endpoint(),
            metrics,
            lambda,
            throttle: Throttle::default(),
            activity: Activity::new(),
        });
        pipeline.apply(settings).await?;
        Ok(pipeline)
    }

    /// Puts settings in force.
    ///
    /// # Errors
    /// A sentence, when they are none that AWS would allow; the old ones stay in force then.
    pub(super) async fn apply(&self, settings: Settings) -> Result<(), String> {
        settings.check()?;
        self.queues
            .set_delay(settings.queue_delay)
            .await
            .map_err(|error| error.message)?;
        self.logs.set_ingestion_delay(settings.log_delay);
        self.logs
            .set_limit(usize::try_from(settings.log_megabytes).unwrap_or(usize::MAX) * 1_000_000);
        self.metrics.set_stragglers(settings.metric_stragglers);
        self.lambda.apply(&settings);
        let old_letters = settings.old_letters;
        self.live.replace(settings);
        self.queues.put_old_letters(old_letters).await;
        Ok(())
    }

    /// Measures the queues and publishes metrics, until nobody has used the pipeline for long
    /// enough. It sleeps while nothing happens.
    pub(super) async fn observe(&self) {
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
}
