//! What discovery comes to.

use edactl_core::topology::{Pipeline, queue::QueueFacts};

/// What discovery found, and what it could not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// The pipeline, with gaps where nothing was found.
    pub pipeline: Pipeline,
    /// The producer's ARN, where Lambda told it.
    pub producer_arn: Option<String>,
    /// The queue's settings, where the queue is known.
    pub queue: Option<QueueFacts>,
    /// What was assumed because the caller may not look.
    pub notes: Vec<String>,
}
