//! The words for findings: what a person should know beside the verdict.

use std::time::Duration;

use edactl_core::{
    humanize,
    latency::{CheckedLimit, Stage},
    verdict::Finding,
};

use crate::render::{
    explain::{outside, waiting},
    table::counted,
};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It makes the run fail.
    Error,
    /// Good to know.
    Note,
}

/// What a finding says, in a sentence without a full stop.
#[must_use]
pub fn finding(finding: &Finding) -> (Weight, String) {
    let note = |text: String| (Weight::Note, text);
    let were = |number: u64| {
        let verb = if number == 1 { "was" } else { "were" };
        format!("{} {verb}", counted(number, "payload"))
    };
    match finding {
        Finding::ReceivedTwice { count } => note(format!(
            "{} taken more than once, which a standard queue may do; --exactly-once makes it a \
             failure",
            were(*count)
        )),
        Finding::Retried { count } => note(format!(
            "{} received more than once: retried after a failure, or delivered twice",
            were(*count)
        )),
        Finding::ErrorLogged { count } => note(format!(
            "{} taken with an error in the consumer's log",
            were(*count)
        )),
        Finding::SendIncomplete { count } => {
            note(format!("{} never sent: the send ended early", were(*count)))
        }
        Finding::DoubtSettled { count } => note(format!(
            "{} in doubt after sending, and found at the consumer",
            were(*count)
        )),
        Finding::ConsumerSilent { count } => note(format!(
            "{} not shown by the consumer's log, though gone from the queue: only counts can speak \
             for them (--accept counts takes these for enough)",
            were(*count)
        )),
        Finding::Awaits { awaited } => {
            note(format!("at the end it waited for {}", waiting::awaited(*awaited)))
        }
        Finding::HeldBack { hold } => {
            let (what, settles) = waiting::hold(*hold);
            note(format!("held back: {what}; {settles}"))
        }
        Finding::MetricsMissing => note(
            "the queue's metrics are not published yet; the verdict does without them".to_owned(),
        ),
        Finding::TooSlow { limit } => (Weight::Error, too_slow(limit)),
        Finding::LatencyUncertain { limit } => note(format!(
            "{}, and what is known of the clocks does not tell which side of the limit of {} that \
             is",
            measured(limit),
            millis(limit.at_most_ms)
        )),
        Finding::ClockSkew {
            ahead_ms,
            uncertainty_ms,
        } => note(skew(*ahead_ms, *uncertainty_ms)),
        Finding::LogsNotHeard => note(
            "without the logs nothing is proven of any one payload (--witness)".to_owned(),
        ),
        Finding::LogsUnread => {
            note("the consumer's log could not be read to its end".to_owned())
        }
        Finding::SourceSilent { error, hint, .. } => {
            note(format!("{}; {}", outside(error), outside(hint)))
        }
        Finding::VisibilityTooShort {
            visibility_ms,
            timeout_ms,
        } => note(format!(
            "the queue's visibility timeout ({}) is shorter than the consumer may run ({}): \
             messages come again while they are still worked on",
            millis(*visibility_ms),
            millis(*timeout_ms)
        )),
        Finding::DlqMissing => note(
            "the queue has no dead-letter queue, so what fails is delivered until it expires"
                .to_owned(),
        ),
    }
}

fn millis(millis: u64) -> String {
    humanize::duration(Duration::from_millis(millis))
}

fn measured(limit: &CheckedLimit) -> String {
    let stage = match limit.stage {
        Stage::Received => "from invoked to received",
        Stage::Answered => "from invoked to answered",
    };
    let measured = limit.measured_ms.map_or_else(|| "not known".to_owned(), millis);
    format!("the {} {stage} is {measured}", limit.quantile)
}

fn too_slow(limit: &CheckedLimit) -> String {
    let option = match limit.stage {
        Stage::Received => "--max-latency",
        Stage::Answered => "--max-answer",
    };
    format!(
        "{}, above the limit of {} ({option})",
        measured(limit),
        millis(limit.at_most_ms)
    )
}

/// How the clocks differ.
#[must_use]
pub fn skew(ahead_ms: i64, uncertainty_ms: u64) -> String {
    let way = if ahead_ms > 0 { "ahead of" } else { "behind" };
    format!(
        "AWS's clock is {} {way} this machine's (known to {}); that is taken out of the times",
        millis(ahead_ms.unsigned_abs()),
        millis(uncertainty_ms)
    )
}
