//! The words of the diagnosis: a sentence for why, one for what next.

use std::time::Duration;

use crate::{
    diagnosis::{
        Case, ConsumerError, Group,
        rules::{Stop, filter, is_timeout, other_queue, outcome},
    },
    humanize,
    ledger::{MessageIndex, State},
    run::{MessagePosition, Outcome},
    verdict::Finding,
};

/// A filter pattern longer than this is cut off, in characters.
const LONGEST_FILTER: usize = 120;

/// A group without messages yet, in the words that fit its first.
pub(super) fn group(
    case: &Case<'_>,
    stop: &Stop,
    place: MessagePosition,
    message: MessageIndex,
) -> Group {
    let (mut reason, next) = match stop.id {
        "not-attempted"
        | "producer-not-run"
        | "producer-failed"
        | "producer-sent-fewer"
        | "never-ran"
        | "in-doubt" => of_sending(case, stop.id, place),
        "consumer-timeout" | "consumer-error" | "received-twice" | "dead-lettered" | "running" => {
            of_consumer(case, stop, message)
        }
        "filtered" | "acknowledged-without-trace" | "vanished" | "untraced" => {
            of_gone(case, stop.id)
        }
        _ => of_queue(case, stop.id),
    };
    if let Some(equals) = stop.equals {
        let members = case.judgement.ledger().members(equals);
        let seen = members
            .iter()
            .filter(|member| case.judgement.message_count(**member).received > 0)
            .count();
        reason.push_str(&format!(
            "; of {} equal messages (entry \"{}\") {seen} were seen",
            members.len(),
            case.run.plan.entry(place).key
        ));
    }
    let is_consumers = matches!(stop.id, "consumer-timeout" | "consumer-error");
    Group {
        id: stop.id.into(),
        reason,
        next,
        error: is_consumers.then(|| consumer_error(case, message)),
        attempts: Vec::new(),
        messages: Vec::new(),
    }
}

fn again(case: &Case<'_>) -> String {
    format!(
        "look again later: edactl verify --run {}",
        case.run.plan.run
    )
}

fn of_sending(case: &Case<'_>, id: &str, place: MessagePosition) -> (String, String) {
    let outcome = outcome(case, place);
    let said = match outcome {
        Some(Outcome::Answered { error, .. }) => error.as_deref(),
        Some(Outcome::NotRun { reason } | Outcome::InDoubt { reason }) => Some(reason.as_str()),
        None => None,
    };
    let said = said.unwrap_or("it does not say why");
    let producer = case.run.plan.pipeline.producer.as_ref();
    let log = match producer {
        Some(_) => "edactl logs --from producer tells more; mend it, and send again".to_owned(),
        None => "mend it, and send again".to_owned(),
    };
    match id {
        "not-attempted" => (
            "the send ended before these were sent".into(),
            "send again".into(),
        ),
        "producer-not-run" => (
            format!("Lambda did not run the producer: {said}"),
            "mend that, and send again".into(),
        ),
        "producer-failed" => (format!("the producer failed: {said}"), log),
        "producer-sent-fewer" => {
            let entries = case.run.plan.events[place.event].entries.len();
            let sent = match outcome {
                Some(Outcome::Answered {
                    message_ids, sent, ..
                }) => sent.unwrap_or(message_ids.iter().flatten().count() as u64),
                _ => 0,
            };
            (
                format!("the producer sent {sent} of the event's {entries} entries: {said}"),
                log,
            )
        }
        "never-ran" => (
            format!("no answer came from the producer ({said}), and nothing shows that it ran"),
            "send again".into(),
        ),
        _ => (
            format!("no answer came from the producer ({said}), so it may have run or not"),
            again(case),
        ),
    }
}

fn dead_letter_queue(case: &Case<'_>) -> String {
    let dlq = case.run.plan.pipeline.dlq.as_ref();
    dlq.map_or_else(
        || "the dead-letter queue".to_owned(),
        |dlq| format!("the dead-letter queue {}", dlq.name),
    )
}

fn of_consumer(case: &Case<'_>, stop: &Stop, message: MessageIndex) -> (String, String) {
    let dlq = dead_letter_queue(case);
    match stop.id {
        "running" => (
            "the consumer has them, in an invocation that has not ended".into(),
            again(case),
        ),
        "dead-lettered" => (
            format!("in {dlq}, and the consumer's log shows no attempt"),
            format!("see why the consumer did not get that far, then redrive {dlq}"),
        ),
        "received-twice" => (
            match short_visibility(case) {
                Some((visibility, timeout)) => format!(
                    "taken more than once: the queue's visibility timeout ({}) is shorter than the \
                     consumer may run ({})",
                    humanize::duration(visibility),
                    humanize::duration(timeout)
                ),
                None => "taken more than once, as a standard queue may deliver".into(),
            },
            "make the consumer idempotent, or leave --exactly-once away".into(),
        ),
        _ => {
            let error = case.judgement.ledger().last_failure(message);
            let error = error.map_or("it does not say why", |error| &*error.text);
            let why = if is_timeout(error) {
                let limit = case.topology.consumer.as_ref();
                let limit = limit.map(|facts| format!(" of {}", humanize::duration(facts.timeout)));
                format!(
                    "the consumer ran into its timeout{} in each attempt",
                    limit.unwrap_or_default()
                )
            } else {
                format!("the consumer failed in each attempt: {error}")
            };
            let mend = if is_timeout(error) {
                "give the consumer more time, or smaller batches"
            } else {
                "mend the consumer"
            };
            match stop.state {
                State::DeadLettered => (
                    format!("{why}; now in {dlq}"),
                    format!("{mend}, then redrive {dlq}"),
                ),
                State::Failing => (
                    format!("{why}; the queue delivers it again"),
                    format!("{mend}; it arrives with a later attempt"),
                ),
                _ => (
                    format!("{why}; then it left the queue"),
                    format!("{mend}, and send again"),
                ),
            }
        }
    }
}

fn of_gone(case: &Case<'_>, id: &str) -> (String, String) {
    match id {
        "filtered" => {
            let filter: String = filter(case)
                .unwrap_or_default()
                .chars()
                .take(LONGEST_FILTER)
                .collect();
            (
                format!(
                    "gone without a trace, and the trigger deletes what does not match its filter \
                     criteria {filter}"
                ),
                "send what matches the filter, or change the filter".into(),
            )
        }
        "acknowledged-without-trace" => (
            "acknowledged without a trace: the metrics count them as deleted, and no line of the \
             consumer's log shows them"
                .into(),
            "see whether the consumer returns early, or logs these at a level that is off".into(),
        ),
        "untraced" => (
            "the consumer ran, and its log tells of no message at all".into(),
            "log the message or its id in the consumer, or let counts be enough: --accept counts"
                .into(),
        ),
        _ => (
            "gone from the queue without a trace at the consumer".into(),
            "see whether somebody else reads from the queue, purged it, or lets messages expire"
                .into(),
        ),
    }
}

fn of_queue(case: &Case<'_>, id: &str) -> (String, String) {
    let queue = case.run.plan.pipeline.queue.as_ref();
    let queue = queue.map_or("the queue", |queue| queue.name.as_str());
    let trigger = case.topology.triggers.as_deref().and_then(<[_]>::first);
    match id {
        "trigger-missing" => (
            format!("no trigger reads from {queue}"),
            "create an event source mapping from the queue to the consumer".into(),
        ),
        "trigger-disabled" => {
            let (state, id) = trigger.map_or(("Disabled", ""), |trigger| {
                (trigger.state.as_str(), trigger.uuid.as_str())
            });
            (
                format!("the trigger between {queue} and the consumer is {state}"),
                format!("enable it: aws lambda update-event-source-mapping --uuid {id} --enabled"),
            )
        }
        "consumer-throttled" => (
            "the consumer's reserved concurrency is 0, so Lambda throttles every invocation".into(),
            "raise it: aws lambda put-function-concurrency".into(),
        ),
        "wrong-queue" => {
            let (variable, other) = other_queue(case).unwrap_or_default();
            (
                format!("the producer sends to {other} (its variable {variable}), not to {queue}"),
                format!("set {variable} to the URL of {queue}, or verify with --queue {other}"),
            )
        }
        "delayed" => {
            let delay = case.topology.queue.as_ref().map(|facts| facts.delay);
            let delay = delay.filter(|delay| !delay.is_zero());
            let by = delay.map(|delay| format!(" by {}", humanize::duration(delay)));
            (
                format!("{queue} delays them{}", by.unwrap_or_default()),
                again(case),
            )
        }
        "in-flight" => (
            "received by the trigger, and the consumer's log shows nothing of them yet".into(),
            again(case),
        ),
        "queued" => (
            format!("{queue} still holds messages that nobody has received"),
            format!(
                "see whether the consumer is throttled or too slow; {}",
                again(case)
            ),
        ),
        _ => ("nothing shows where they are yet".into(), again(case)),
    }
}

fn consumer_error(case: &Case<'_>, message: MessageIndex) -> ConsumerError {
    let failure = case.judgement.ledger().last_failure(message);
    let text = failure.map_or("", |failure| &*failure.text);
    let request_id = case.judgement.get(message).last_request_id;
    let is_type = |kind: &str| {
        !kind.is_empty()
            && kind
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
    };
    let (kind, message) = match text.split_once(": ").filter(|(kind, _)| is_type(kind)) {
        Some((kind, message)) => (Some(kind.to_owned()), message),
        None => (None, text),
    };
    ConsumerError {
        kind,
        message: message.to_owned(),
        frame: failure.and_then(|failure| failure.frame.as_deref().map(str::to_owned)),
        command: request_id.as_ref().map(|id| {
            let pipeline = &case.run.plan.pipeline.name;
            format!("edactl -p {pipeline} logs --from consumer --request-id {id}")
        }),
        request_id,
    }
}

fn short_visibility(case: &Case<'_>) -> Option<(Duration, Duration)> {
    let visibility = case.topology.queue.as_ref()?.visibility_timeout;
    let timeout = case.topology.consumer.as_ref()?.timeout;
    (visibility < timeout).then_some((visibility, timeout))
}

/// What the topology shows that explains trouble of this run, beside the reasons themselves.
pub(super) fn findings(case: &Case<'_>) -> Vec<Finding> {
    let counts = case.counts;
    let mut findings = Vec::new();
    let troubled = counts.duplicated + counts.repeated + counts.failing + counts.lost;
    if troubled + counts.dead_lettered > 0 {
        findings.extend(short_visibility(case).map(|(visibility, timeout)| {
            let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
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
