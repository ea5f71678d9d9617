//! The words of a verify: verdicts, states, findings and what is waited for, as people read them.

use std::time::Duration;

use edactl_core::{
    event::shape::Shape,
    humanize::{self, count},
    latency::{CheckedLimit, Stage},
    ledger::{Awaited, Hold, Means, State, Way},
    report::{LogWitness, MetricsWitness, QueueWitness},
    verdict::{Finding, Outcome, Reason, Source},
};

use crate::render::{
    escape,
    explain::{self, quoted},
    table::counted,
};

/// The verdict: `proven`, `undetermined (not in time)`.
#[must_use]
pub fn title(outcome: Outcome) -> String {
    match outcome {
        Outcome::Proven => "proven".into(),
        Outcome::Consistent => "consistent (by counts, as accepted)".into(),
        Outcome::Disproven => "disproven".into(),
        Outcome::Undetermined(reason) => format!("undetermined ({})", reason_words(reason)),
    }
}

fn reason_words(reason: Reason) -> &'static str {
    match reason {
        Reason::NotInTime => "not in time",
        Reason::NotObservable => "not observable",
        Reason::OnlyCounts => "only counts",
        Reason::HeldBack => "held back by a contradiction",
        Reason::SendIncomplete => "the send was broken off",
        Reason::InDoubt => "in doubt whether sent",
        Reason::LimitUncertain => "a limit on latency cannot be judged",
        Reason::PerhapsTwice => "perhaps taken twice",
    }
}

/// A state's name, in the table, in JSON and everywhere else.
#[must_use]
pub fn state_name(state: State) -> &'static str {
    match state {
        State::Taken => "taken",
        State::Unattempted => "unattempted",
        State::NotSent => "not-sent",
        State::DeadLettered => "dead-lettered",
        State::Lost => "lost",
        State::SomeLost => "some-lost",
        State::Filtered => "filtered",
        State::Failing => "failing",
        State::Received => "received",
        State::Waiting => "waiting",
        State::InDoubt => "in-doubt",
        State::Untraced => "untraced",
    }
}

/// How a payload is known, and in which way it was taken: `marker, queue`.
#[must_use]
pub fn proof_words(means: Option<Means>, way: Option<Way>) -> Option<String> {
    let means = means.map(|means| match means {
        Means::Marker => "marker",
        Means::MessageId => "message id",
        Means::Content => "content",
        Means::Values => "values",
    });
    let way = way.map(|way| match way {
        Way::Status => "status",
        Way::Queue => "queue",
        Way::Errors => "errors",
        Way::Counts => "counts",
        Way::Time => "time",
    });
    let both: Vec<&str> = means.into_iter().chain(way).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// `2 visible, 0 in flight, ? delayed`.
#[must_use]
pub fn counters(visible: Option<u64>, in_flight: Option<u64>, delayed: Option<u64>) -> String {
    let number = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), count);
    format!(
        "{} visible, {} in flight, {} delayed",
        number(visible),
        number(in_flight),
        number(delayed)
    )
}

/// What a proof waits for; with the time of the session, also for how long.
#[must_use]
pub fn awaited(awaited: Awaited, now: Option<Duration>) -> String {
    let within = |due_ms: u64| {
        let left = now.map(|now| Duration::from_millis(due_ms).saturating_sub(now));
        left.filter(|left| !left.is_zero())
            .map(|left| {
                let seconds = Duration::from_secs(left.as_secs() + 1);
                format!(" ({} more)", humanize::duration(seconds))
            })
            .unwrap_or_default()
    };
    match awaited {
        Awaited::Receipt => "a line of the consumer that shows it".into(),
        Awaited::Status => {
            "the consumer's invocation to end well, as its JSON log promises to tell".into()
        }
        Awaited::QueueCounters => "the queue's counters, which have not been read".into(),
        Awaited::Zero => "the queue to become empty".into(),
        Awaited::SecondLook { due_ms } => {
            format!("the queue to stay empty (--counter-lag){}", within(due_ms))
        }
        Awaited::DeadLetters => "looks that account for all of the dead-letter queue".into(),
        Awaited::Settling { due_ms } => {
            format!("log lines that may still come (--settle){}", within(due_ms))
        }
        Awaited::LogEnd => "the log to be readable to its end".into(),
        Awaited::Metrics => "settled metrics of the queue".into(),
        Awaited::Certainty => {
            "certainty that it was sent: it was recognised by its content alone".into()
        }
        Awaited::Explanation => {
            "an explanation of errors of the consumer that its log does not show".into()
        }
        Awaited::Nothing => "nothing".into(),
    }
}

/// A contradiction, in one sentence.
#[must_use]
pub fn hold(hold: Hold) -> &'static str {
    match hold {
        Hold::DeadLettersGrew => {
            "the dead-letter queue holds more than could be looked at, and one of these may be the \
             run's"
        }
        Hold::DeletedFewer => "the metrics count fewer messages deleted than sent",
        Hold::UnexplainedErrors => "the consumer's metrics count more errors than its log shows",
        Hold::QueueHolds => "the queue still holds messages, and nobody else is known to send any",
    }
}

/// A stage of latency.
#[must_use]
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Received => "from invoked to received",
        Stage::Answered => "from invoked to answered",
    }
}

fn limit_words(limit: &CheckedLimit) -> (String, String, &'static str) {
    let show = |millis| humanize::duration(Duration::from_millis(millis));
    let measured = limit.measured_ms.map_or_else(|| "unknown".into(), show);
    let option = match limit.stage {
        Stage::Received => "--max-latency",
        Stage::Answered => "--max-answer",
    };
    (measured, show(limit.at_most_ms), option)
}

/// A finding's name for machines.
#[must_use]
pub fn finding_id(finding: &Finding) -> &'static str {
    match finding {
        Finding::ReceivedTwice { .. } => "received-twice",
        Finding::Retried { .. } => "retried",
        Finding::ErrorLogged { .. } => "error-logged",
        Finding::SendIncomplete { .. } => "send-incomplete",
        Finding::DoubtSettled { .. } => "doubt-settled",
        Finding::ConsumerSilent { .. } => "consumer-silent",
        Finding::Awaits { .. } => "awaits",
        Finding::HeldBack { .. } => "held-back",
        Finding::TooSlow { .. } => "too-slow",
        Finding::LatencyUncertain { .. } => "latency-uncertain",
        Finding::ClockSkew { .. } => "clock-skew",
        Finding::LogsNotHeard => "logs-not-heard",
        Finding::LogsUnread => "logs-unread",
        Finding::SourceSilent { source, .. } => match source {
            Source::Logs => "logs-silent",
            Source::Metrics => "metrics-silent",
            Source::Queue => "queue-silent",
            Source::Dlq => "dlq-silent",
        },
        Finding::VisibilityTooShort { .. } => "visibility-too-short",
        Finding::DlqMissing => "dlq-missing",
        Finding::ShapeSeen { .. } => "shape-seen",
        Finding::ShapeConfirmed { .. } => "shape-confirmed",
        Finding::ShapeRefuted { .. } => "shape-refuted",
    }
}

/// Whether a finding makes the run fail; else it is a note.
#[must_use]
pub fn is_error(finding: &Finding) -> bool {
    matches!(finding, Finding::TooSlow { .. })
}

/// A finding, in one sentence without a full stop.
#[must_use]
pub fn finding(finding: &Finding) -> String {
    let were = |number: u64| {
        if number == 1 {
            "1 message was".to_owned()
        } else {
            format!("{} messages were", count(number))
        }
    };
    let show = |millis| humanize::duration(Duration::from_millis(millis));
    match finding {
        Finding::ReceivedTwice { count } => format!(
            "{} taken more than once, which a standard queue may do; --exactly-once makes it a \
             failure",
            were(*count)
        ),
        Finding::Retried { count } => format!(
            "{} received more than once: retried after a failure, or delivered twice",
            were(*count)
        ),
        Finding::ErrorLogged { count } => format!(
            "{} taken by the consumer with an error in its log",
            were(*count)
        ),
        Finding::SendIncomplete { count } => {
            format!("{} never sent: the send ended early", were(*count))
        }
        Finding::DoubtSettled { count } => {
            format!(
                "{} in doubt after sending, found at the consumer",
                were(*count)
            )
        }
        Finding::ConsumerSilent { count } => format!(
            "{} let go by the queue without a trace in the consumer's log, so only counts can \
             speak for them (--accept counts takes these for enough)",
            were(*count)
        ),
        Finding::Awaits { awaited: what } => {
            format!("still to come at the end: {}", awaited(*what, None))
        }
        Finding::HeldBack { hold: what } => {
            format!("held back: {}; {}", hold(*what), explain::resolve(*what))
        }
        Finding::TooSlow { limit } => {
            let (measured, most, option) = limit_words(limit);
            format!(
                "the {} {} is {measured}, above the limit of {most} ({option})",
                limit.quantile,
                stage(limit.stage)
            )
        }
        Finding::LatencyUncertain { limit } => {
            let (measured, most, option) = limit_words(limit);
            format!(
                "the {} {} is {measured} as measured, and what is not known of the clocks decides \
                 whether that keeps the limit of {most} ({option})",
                limit.quantile,
                stage(limit.stage)
            )
        }
        Finding::ClockSkew {
            ahead_ms,
            uncertainty_ms,
        } => {
            let way = if *ahead_ms > 0 { "ahead of" } else { "behind" };
            format!(
                "AWS's clock is {} {way} this machine's (known to {}); that is taken out of the \
                 times",
                show(ahead_ms.unsigned_abs()),
                show(*uncertainty_ms)
            )
        }
        Finding::LogsNotHeard => {
            "without the logs nothing is proven of any one message (--witness)".into()
        }
        Finding::LogsUnread => {
            "the consumer's log could not be read to its end, so what it does not show may still \
             be in it"
                .into()
        }
        Finding::SourceSilent { error, hint, .. } => {
            format!("{}; {}", escape::inline(error), escape::inline(hint))
        }
        Finding::VisibilityTooShort {
            visibility_ms,
            timeout_ms,
        } => format!(
            "the queue's visibility timeout ({}) is shorter than the consumer may run ({}), so a \
             message is delivered again while it is worked on",
            show(*visibility_ms),
            show(*timeout_ms)
        ),
        Finding::DlqMissing => "the queue has no dead-letter queue: what fails is tried again and \
                                again until it expires"
            .into(),
        Finding::ShapeSeen { messages } => shape_seen(messages),
        Finding::ShapeConfirmed { messages } => shape_confirmed(messages),
        Finding::ShapeRefuted { sent, planned } => shape_refuted(*sent, *planned),
    }
}

fn shape_seen(messages: &Shape) -> String {
    format!(
        "each message held {}: write `{}` into edactl.toml, or give {}",
        shape(messages),
        escape::inline(&format!("messages = {:?}", messages.to_string())),
        messages_option(messages)
    )
}

fn shape_confirmed(messages: &Shape) -> String {
    format!(
        "each message held {}, as was assumed; with {} (or `messages` in edactl.toml) what does not \
         come can be called lost",
        shape(messages),
        messages_option(messages)
    )
}

fn shape_refuted(sent: u64, planned: u64) -> String {
    format!(
        "the producer says that it sent {}, and the event was taken to have {}: say with --messages \
         (or `messages` in edactl.toml) what becomes a message: event is all of it, a JSON pointer \
         such as /orders/* is what it leads to, unknown is a message of the producer's own",
        counted(sent, "message"),
        counted(planned, "payload")
    )
}

/// What a shape makes a message of.
fn shape(messages: &Shape) -> String {
    match messages {
        Shape::Entries => "one top-level entry of the event".into(),
        Shape::Event => "the whole event".into(),
        Shape::Pointer(pointer) => {
            format!("what {} leads to", escape::inline(&pointer.to_string()))
        }
        Shape::Unknown => "something of the producer's own".into(),
    }
}

/// The option that says a shape, as it is pasted.
fn messages_option(messages: &Shape) -> String {
    let word = messages.to_string();
    format!("--messages {}", escape::inline(&quoted(&word)))
}

/// What the log says, in one line.
#[must_use]
pub fn logs(logs: &LogWitness, attempted: u64) -> String {
    if !logs.exists {
        return format!(
            "the log group {} does not exist (yet)",
            escape::inline(&logs.group)
        );
    }
    format!(
        "{} of {} received, in {} of {}",
        count(logs.received),
        counted(attempted, "message"),
        counted(logs.lines, "line"),
        escape::inline(&logs.group)
    )
}

/// What the metrics say, in one line.
#[must_use]
pub fn metrics(metrics: &MetricsWitness) -> String {
    let number = |value: Option<u64>| value.map_or_else(|| "?".to_owned(), count);
    if metrics.sent.is_none() && metrics.received.is_none() {
        return "not published".into();
    }
    let word = if metrics.agree {
        ": agree"
    } else if metrics.others {
        ", others' among them"
    } else {
        ""
    };
    format!(
        "{} sent, {} received, {} deleted{word}",
        number(metrics.sent),
        number(metrics.received),
        number(metrics.deleted)
    )
}

/// What the queue says, in one line.
#[must_use]
pub fn queue(queue: &QueueWitness) -> String {
    let dead = queue
        .dead_letters
        .map(|dead| format!("; {} in the dead-letter queue", count(dead)))
        .unwrap_or_default();
    let counters = counters(
        queue.counters.visible,
        queue.counters.in_flight,
        queue.counters.delayed,
    );
    format!("{counters}{dead}")
}
