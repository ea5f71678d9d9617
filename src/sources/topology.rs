//! How the pipeline is set up, for the diagnosis: asked only when something is not proven.

use std::time::Duration;

use tokio::time::timeout;

use crate::context::Context;
use edactl_aws::{functions::Functions, queue::Queues};
use edactl_core::diagnosis::Topology;

/// A diagnosis is worth this wait, and no more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at queue, trigger and functions side by side. What AWS does not tell stays unknown: the
/// verdict stands without it.
pub async fn look(context: &Context) -> Topology {
    let functions = Functions::new(&context.session);
    let queues = Queues::new(&context.session);
    let pipeline = &context.pipeline;
    let queue = async {
        let facts = queues.facts(&pipeline.queue.as_ref()?.url).await.ok()?;
        let triggers = functions.triggers(Some(&facts.arn), None).await.ok();
        Some((facts, triggers))
    };
    let producer = async {
        functions
            .facts(&pipeline.producer.as_ref()?.name)
            .await
            .ok()
    };
    let consumer = async {
        let name = &pipeline.consumer.as_ref()?.name;
        let facts = functions.facts(name).await.ok()?;
        let reserved = functions.reserved_concurrency(name).await.ok().flatten();
        Some((facts, reserved))
    };
    let (queue, producer, consumer) = tokio::join!(
        timeout(PATIENCE, queue),
        timeout(PATIENCE, producer),
        timeout(PATIENCE, consumer)
    );
    let (queue, triggers) = queue.ok().flatten().unzip();
    let (consumer, reserved) = consumer.ok().flatten().unzip();
    Topology {
        queue,
        triggers: triggers.flatten(),
        producer: producer.ok().flatten(),
        consumer,
        reserved_concurrency: reserved.flatten(),
    }
}
