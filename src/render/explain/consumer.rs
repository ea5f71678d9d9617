//! The words for what failed at the consumer.

use std::time::Duration;

use edactl_core::{
    diagnosis::{ConsumerError, FailureKind, UnseenError},
    humanize::{self, count},
    ledger::State,
};

use crate::render::{
    explain::{Commands, Explanation, causes::plain, outside},
    table::counted,
};

/// What fails like this, seen in the log of payloads.
fn why(kind: FailureKind, said: &str) -> String {
    match kind {
        FailureKind::CannotStart => format!("the consumer cannot start: {said}"),
        FailureKind::MarkerRejected => {
            format!("the consumer's schema does not know the marker's field: {said}")
        }
        FailureKind::Timeout => "the consumer ran into its timeout".to_owned(),
        FailureKind::OutOfMemory => format!("the consumer ran out of memory: {said}"),
        FailureKind::Error => format!("the consumer failed: {said}"),
    }
}

fn mend(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::CannotStart => "mend the consumer's package or its handler's name",
        FailureKind::MarkerRejected => {
            "send without the marker's field (--no-marker), or put {{marker}} into a field that \
             the schema knows"
        }
        FailureKind::Timeout => "give the consumer more time, or smaller batches",
        FailureKind::OutOfMemory => "give the consumer more memory, or smaller batches",
        FailureKind::Error => "mend the consumer",
    }
}

/// A consumer that ran into its timeout.
pub(super) fn timed_out(
    (state, timeout_ms): (State, Option<u64>),
    error: Option<&ConsumerError>,
    commands: &Commands<'_>,
) -> Explanation {
    let mut explanation = failed(FailureKind::Timeout, state, error, commands);
    if let Some(limit) = timeout_ms {
        let limit = humanize::duration(Duration::from_millis(limit));
        let with_limit = format!("into its timeout of {limit}");
        explanation.reason = explanation
            .reason
            .replacen("into its timeout", &with_limit, 1);
    }
    explanation
}

/// A consumer that failed with an error in its log.
pub(super) fn failed(
    kind: FailureKind,
    state: State,
    error: Option<&ConsumerError>,
    commands: &Commands<'_>,
) -> Explanation {
    let said = error
        .map(ConsumerError::text)
        .filter(|text| !text.is_empty());
    let said = said.map_or_else(|| "it does not say why".to_owned(), |text| outside(&text));
    let request_id = error.and_then(|error| error.request_id.as_deref());
    let dlq = commands.dead_letter_queue();
    let (fate, then) = match state {
        State::DeadLettered => (
            format!("; now in {dlq}"),
            format!(", then {}", commands.redrive()),
        ),
        State::Failing => (
            "; the queue delivers it again".to_owned(),
            "; it arrives with a later attempt".to_owned(),
        ),
        State::Received => (
            "; nothing tells yet whether the queue let it go".to_owned(),
            format!("; then {}", commands.again()),
        ),
        _ => (
            "; then it left the queue".to_owned(),
            ", and send again".to_owned(),
        ),
    };
    // Sending without a marker is sending again.
    let then = if kind == FailureKind::MarkerRejected {
        ""
    } else {
        &then
    };
    Explanation {
        log: Some(commands.logs("consumer", request_id)),
        ..plain(
            format!("{}{fate}", why(kind, &said)),
            format!("{}{then}", mend(kind)),
        )
    }
}

/// Invocations that fail and show no payload.
pub(super) fn unseen(
    state: State,
    errors: &[UnseenError],
    others: u64,
    commands: &Commands<'_>,
) -> Explanation {
    let first = errors.first();
    let all = others + errors.iter().map(|error| error.count).sum::<u64>();
    let told = match errors {
        [one] if others == 0 => outside(&one.error.text()),
        several => {
            let mut told: Vec<String> = several
                .iter()
                .map(|it| format!("{} × {}", count(it.count), outside(&it.error.text())))
                .collect();
            if others > 0 {
                told.push(format!("{} with other errors", count(others)));
            }
            told.join("; ")
        }
    };
    let kind = first.map_or(FailureKind::Error, |error| error.failure);
    let what = match kind {
        FailureKind::CannotStart => "the consumer cannot start",
        FailureKind::MarkerRejected => "the consumer's schema does not know the marker's field",
        FailureKind::Timeout => "the consumer runs into its timeout before it logs a message",
        FailureKind::OutOfMemory => "the consumer runs out of memory before it logs a message",
        FailureKind::Error => "the consumer fails before it logs a message",
    };
    let mend = mend(kind);
    let dlq = commands.dead_letter_queue();
    let fate = match state {
        State::DeadLettered => format!("in {dlq}: "),
        State::Waiting => String::new(),
        _ => "gone from the queue: ".to_owned(),
    };
    let request_id = first.and_then(|error| error.error.request_id.as_deref());
    Explanation {
        log: Some(commands.logs("consumer", request_id)),
        ..plain(
            format!(
                "{fate}{what} ({} failed since the run began, showing none of its payloads): {told}",
                counted(all, "invocation")
            ),
            match state {
                // A letter that carries the marker would be refused again.
                State::DeadLettered if kind != FailureKind::MarkerRejected => {
                    format!("{mend}, then {}", commands.redrive())
                }
                _ => mend.to_owned(),
            },
        )
    }
}

/// A dead letter of which the log tells no error.
pub(super) fn dead(
    received: u32,
    item_failures: Option<bool>,
    commands: &Commands<'_>,
) -> Explanation {
    let dlq = commands.dead_letter_queue();
    let log = Some(commands.logs("consumer", None));
    if received == 0 {
        return Explanation {
            log,
            ..plain(
                format!("in {dlq}, and the consumer's log shows no attempt"),
                format!(
                    "see why the consumer did not get that far, then {}",
                    commands.redrive()
                ),
            )
        };
    }
    let times = match received {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    };
    let how = match item_failures {
        Some(true) => "; it may name them in batchItemFailures without a word",
        _ => "",
    };
    Explanation {
        log,
        ..plain(
            format!(
                "in {dlq}, though the consumer received them ({times}) and logged no error{how}"
            ),
            format!(
                "let the consumer log why it gives a message back; then {}",
                commands.redrive()
            ),
        )
    }
}

/// Taken twice where that is forbidden.
pub(super) fn twice(short_visibility_ms: Option<(u64, u64)>) -> Explanation {
    let reason = match short_visibility_ms {
        Some((visibility, timeout)) => format!(
            "taken more than once: the queue's visibility timeout ({}) is shorter than the \
             consumer may run ({})",
            humanize::duration(Duration::from_millis(visibility)),
            humanize::duration(Duration::from_millis(timeout))
        ),
        None => "taken more than once, as a standard queue may deliver".to_owned(),
    };
    plain(
        reason,
        "make the consumer idempotent, or leave --exactly-once away",
    )
}
