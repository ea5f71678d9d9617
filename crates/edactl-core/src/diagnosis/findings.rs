//! What the topology shows that explains trouble of a run, beside the causes themselves.

use std::time::Duration;

use crate::{diagnosis::Case, humanize::millis, verdict::Finding};

/// Visibility timeout and the consumer's timeout, where the first is the shorter: then messages
/// come again while they are still worked on.
pub(super) fn short_visibility(case: &Case<'_>) -> Option<(Duration, Duration)> {
    let visibility = case.topology.queue.as_ref()?.visibility_timeout;
    let timeout = case.topology.consumer.as_ref()?.timeout;
    (visibility < timeout).then_some((visibility, timeout))
}

/// What the topology shows that explains trouble of this run, beside the causes themselves.
#[must_use]
pub fn findings(case: &Case<'_>) -> Vec<Finding> {
    let counts = case.counts;
    let mut findings = Vec::new();
    let troubled = counts.duplicated + counts.repeated + counts.failing + counts.lost;
    if troubled + counts.dead_lettered > 0 {
        findings.extend(short_visibility(case).map(|(visibility, timeout)| {
            Finding::VisibilityTooShort {
                visibility_ms: millis(visibility),
                timeout_ms: millis(timeout),
            }
        }));
    }
    let queue = case.topology.queue.as_ref();
    if counts.failing + counts.received > 0 && queue.is_some_and(|facts| facts.redrive.is_none()) {
        findings.push(Finding::DlqMissing);
    }
    findings
}
