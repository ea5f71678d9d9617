//! What discovery found before. It saves the search, not the asking: everything in it is asked
//! for again, all at once instead of one after another, and believed only where the account still
//! says the same.

use edactl_core::topology::Named;
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::discovery::{environment::queue_candidates, found::Discovered, state_file::state_file};
use edactl_aws::{error::AwsError, functions::Functions, queue::Queues, session::Session};
use edactl_core::topology::{
    Function, Pipeline, Queue,
    function::{FunctionFacts, in_force},
    queue::QueueFacts,
};

/// Where one pipeline's findings are kept.
#[derive(Debug, Clone)]
pub struct DiscoveryCache {
    path: PathBuf,
}

/// A pipeline as it was found, and the ARNs that it was recognised by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pipeline: Pipeline,
    producer_arn: String,
    queue_arn: String,
    dlq_arn: Option<String>,
}

impl DiscoveryCache {
    /// The place in `state` for what is found from these settings. `account` is whatever tells
    /// one account from another: profile, endpoint.
    #[must_use]
    pub fn new(state: &Path, name: &str, named: &Named, region: &str, account: &[&str]) -> Self {
        let named = [&named.producer, &named.queue, &named.consumer, &named.dlq]
            .map(|resource| resource.as_deref().unwrap_or_default());
        let parts = [name, region].into_iter().chain(named);
        let parts = parts.chain(account.iter().copied());
        Self {
            path: state_file(state, parts, ".json"),
        }
    }

    /// What was found before. A file that cannot be read is none.
    pub(super) fn read(&self) -> Option<Known> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }

    /// Forgets what was found.
    pub(super) fn forget(&self) {
        // Where it cannot be removed, it is held against the account again the next time.
        let _ = fs::remove_file(&self.path);
    }

    /// Keeps what was found from a producer, if it can be kept: nothing depends on it. Without a
    /// named producer a search looks at every function of the account, which no check stands for.
    pub(super) fn write(&self, named: &Named, found: &Discovered) {
        let (Some(queue), Some(producer_arn)) = (&found.queue, &found.producer_arn) else {
            return;
        };
        if named.producer.is_none() || found.pipeline.consumer.is_none() || !found.notes.is_empty()
        {
            return;
        }
        let known = Known {
            pipeline: found.pipeline.clone(),
            producer_arn: producer_arn.clone(),
            queue_arn: queue.arn.clone(),
            dlq_arn: dead_letters(queue),
        };
        let _ = self.put(&known);
    }

    fn put(&self, known: &Known) -> io::Result<()> {
        let dir = self.path.parent().unwrap_or(Path::new("."));
        edactl_state::create_private(dir)?;
        // Written aside and moved into place, so that nobody reads a half; such files are private.
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        file.write_all(&serde_json::to_vec(known)?)?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// Asks for everything at once, and returns it where a search would find the same.
pub(super) async fn recheck(session: &Session, named: &Named, known: &Known) -> Option<Discovered> {
    let (functions, queues) = (Functions::new(session), Queues::new(session));
    let pipeline = &known.pipeline;
    let (producer, queue, consumer) = (
        pipeline.producer.as_ref()?,
        pipeline.queue.as_ref()?,
        pipeline.consumer.as_ref()?,
    );
    let (sends, facts, receives, triggers, dlq) = tokio::try_join!(
        functions.facts(&producer.reference),
        queues.facts(&queue.url),
        functions.facts(&consumer.reference),
        functions.triggers(Some(&known.queue_arn), None),
        dead_letter_url(&queues, named, known),
    )
    .ok()?;
    let invoked: BTreeSet<_> = in_force(triggers)
        .map(|trigger| trigger.function_arn)
        .collect();
    let same = facts.arn == known.queue_arn
        && sends.arn == known.producer_arn
        && is_same(producer, &sends)
        && is_same(consumer, &receives)
        && (named.queue.is_some() || leads_to(&sends, queue, &facts))
        && (named.consumer.is_some() || invoked == BTreeSet::from([consumer.reference.clone()]))
        && dead_letters(&facts) == known.dlq_arn
        && dlq.as_ref() == pipeline.dlq.as_ref().map(|dlq| &dlq.url);
    same.then(|| Discovered {
        pipeline: pipeline.clone(),
        producer_arn: Some(sends.arn),
        queue: Some(facts),
        notes: Vec::new(),
    })
}

async fn dead_letter_url(
    queues: &Queues,
    named: &Named,
    known: &Known,
) -> Result<Option<String>, AwsError> {
    match named.dlq.as_ref().or(known.dlq_arn.as_ref()) {
        Some(dlq) => queues.url(dlq).await.map(Some),
        None => Ok(None),
    }
}

fn is_same(function: &Function, facts: &FunctionFacts) -> bool {
    function.name == facts.name && function.log_group == facts.log_group
}

/// Whether the producer's environment names this queue and no other.
fn leads_to(producer: &FunctionFacts, queue: &Queue, facts: &QueueFacts) -> bool {
    let candidates = queue_candidates(&producer.environment);
    let is_it = |reference: &String| {
        *reference == queue.url || *reference == facts.arn || *reference == queue.name
    };
    candidates.len() == 1 && candidates.iter().all(is_it)
}

fn dead_letters(queue: &QueueFacts) -> Option<String> {
    queue
        .redrive
        .as_ref()
        .map(|redrive| redrive.target_arn.clone())
}
