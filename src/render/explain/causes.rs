//! A sentence for each cause, and one for what to do next.

use std::time::Duration;

use edactl_core::{
    diagnosis::{Cause, FailureKind, Group},
    humanize::{self, count},
    ledger::State,
};

use crate::render::{
    explain::{Commands, Explanation, consumer, outside, quoted, settle},
    table::counted,
};

/// A sentence without a command for a log.
pub(super) fn plain(reason: impl Into<String>, next: impl Into<String>) -> Explanation {
    Explanation {
        reason: reason.into(),
        next: next.into(),
        log: None,
    }
}

/// The words of each cause, which none may lack.
#[allow(clippy::too_many_lines)] // One arm a cause.
pub(super) fn explain(group: &Group, commands: &Commands<'_>) -> Explanation {
    let queue = commands.queue();
    let function = quoted(commands.consumer());
    let again = commands.again();
    let error = group.error.as_ref();
    let with_log = |explanation: Explanation| Explanation {
        log: Some(commands.logs("producer", None)),
        ..explanation
    };
    match &group.cause {
        Cause::NotAttempted => plain(
            "the send ended before these were sent",
            "send them again; what arrived already would come twice",
        ),
        Cause::ProducerNotRun { said } => plain(
            format!("Lambda did not run the producer: {}", outside(said)),
            "mend that and send again: nothing of these invocations was sent",
        ),
        Cause::ProducerFailed { said, state } if *state == State::NotSent => with_log(plain(
            format!(
                "the producer failed, and sent none of them: {}",
                outside(said)
            ),
            "mend the producer, and send again",
        )),
        Cause::ProducerFailed { said, .. } => with_log(plain(
            format!(
                "the producer failed: {}; some may have been sent before it failed",
                outside(said)
            ),
            format!(
                "mend the producer; before sending again, {}",
                commands.again()
            ),
        )),
        Cause::ProducerSentFewer {
            sent,
            planned,
            said,
        } => with_log(plain(
            format!(
                "the producer says that it sent {} of the event's {}{}",
                count(*sent),
                counted(*planned, "payload"),
                because(said.as_deref())
            ),
            "mend the producer, and send what is missing",
        )),
        Cause::SentCountedFewer { counted, claimed } => with_log(plain(
            format!(
                "the producer says that it sent {}, and the queue's metrics count {}",
                count(*claimed),
                count(*counted)
            ),
            "look at the producer: a partial failure of SendMessageBatch names what the queue \
             refused under Failed, within an HTTP 200",
        )),
        Cause::NeverRan { said } => plain(
            format!(
                "no answer came from the producer{}, and the queue's metrics count nothing of it",
                in_brackets(said.as_deref())
            ),
            "send again",
        ),
        Cause::InDoubt { said } => plain(
            format!(
                "no answer came from the producer{}, so it may have run or not",
                in_brackets(said.as_deref().or(Some("the sender was ended first")))
            ),
            commands.again(),
        ),
        Cause::AnswerUnclear => with_log(plain(
            "the producer answered, and says neither which messages it sent nor how many; nothing \
             shows these",
            "see what it did; an answer with its message ids or their number would settle it",
        )),
        Cause::ShapeAssumed { sent, planned } => with_log(plain(
            format!(
                "nobody said what of the event becomes a message: {} assumed{}, and nothing shows \
                 these",
                if *planned == 1 {
                    "1 payload was".to_owned()
                } else {
                    format!("{} payloads were", count(*planned))
                },
                sent.map(|sent| format!(
                    ", the producer says that it sent {}",
                    counted(sent, "message")
                ))
                .unwrap_or_default(),
            ),
            "say it with --messages (or `messages` in edactl.toml): event is all of it, a JSON \
             pointer such as /orders/* is what it leads to, unknown is a message of the producer's \
             own",
        )),
        Cause::TriggerMissing => plain(
            format!("no trigger reads from {queue}"),
            format!(
                "create an event source mapping from {queue} to the consumer; {} says what it needs",
                commands.edactl("doctor")
            ),
        ),
        Cause::TriggerDisabled { uuid, state, said } => plain(
            format!(
                "the trigger between {queue} and the consumer is {}{}",
                outside(state),
                in_brackets(said.as_deref())
            ),
            format!(
                "enable it: {}",
                commands.aws(&format!(
                    "lambda update-event-source-mapping --uuid {} --enabled",
                    quoted(uuid)
                ))
            ),
        ),
        Cause::TriggerFailing {
            said,
            is_permission: true,
            ..
        } => plain(
            format!("the trigger lacks a permission: {}", outside(said)),
            format!(
                "the consumer's role needs sqs:ReceiveMessage, sqs:DeleteMessage and \
                 sqs:GetQueueAttributes on {queue}, and kms:Decrypt where a key encrypts it; {} \
                 says what is missing",
                commands.edactl("doctor")
            ),
        ),
        Cause::TriggerFailing { said, .. } => Explanation {
            log: Some(commands.logs("consumer", None)),
            ..plain(
                format!("the trigger's last poll failed: {}", outside(said)),
                format!(
                    "see the consumer's errors; then look further: {}",
                    commands.edactl("doctor")
                ),
            )
        },
        Cause::FilterUnreadable { said, .. } => plain(
            format!("the trigger cannot read its filter: {}", outside(said)),
            "enable the key that encrypts the filter and let Lambda use it (kms:Decrypt), or set \
             the filter anew",
        ),
        Cause::ConsumerThrottled => plain(
            "the consumer's reserved concurrency is 0, so Lambda throttles every invocation",
            format!(
                "take it off: {}",
                commands.aws(&format!(
                    "lambda delete-function-concurrency --function-name {function}"
                ))
            ),
        ),
        Cause::ConsumerUnusable { state, said } => plain(
            match state.as_str() {
                "" | "Active" => {
                    format!("the consumer cannot be started{}", because(said.as_deref()))
                }
                state => format!(
                    "the consumer cannot be started: it is {}{}",
                    outside(state),
                    in_brackets(said.as_deref())
                ),
            },
            format!(
                "see what Lambda says of it: {}",
                commands.aws(&format!(
                    "lambda get-function-configuration --function-name {function}"
                ))
            ),
        ),
        Cause::WrongQueue {
            variable,
            queue: other,
        } => plain(
            format!(
                "the producer sends to {} (its variable {}), not to {queue}",
                outside(other),
                outside(variable)
            ),
            format!(
                "set {} to the URL of {queue}, or verify with --queue {}",
                outside(variable),
                quoted(other)
            ),
        ),
        Cause::Delayed { delay_ms } => {
            let by = delay_ms
                .map(|delay| format!(" by {}", humanize::duration(Duration::from_millis(delay))));
            plain(
                format!("{queue} delays them{}", by.unwrap_or_default()),
                again,
            )
        }
        Cause::InFlight => plain(
            "received by the trigger, and the consumer's log shows nothing of them yet",
            again,
        ),
        Cause::Queued { visible } => plain(
            format!(
                "{queue} still holds {} that nobody has received",
                counted(*visible, "message")
            ),
            format!(
                "see whether the consumer is throttled or too slow: {}; then {again}",
                commands.edactl("doctor")
            ),
        ),
        Cause::NotSeen { awaited } => plain(
            format!(
                "nothing shows where they are yet{}",
                settle::waits_for(*awaited)
            ),
            again,
        ),
        Cause::NotLetGo {
            awaited,
            item_failures,
            tells_status,
        } => Explanation {
            log: Some(commands.logs("consumer", None)),
            ..plain(
                format!(
                    "the consumer received them, and nothing tells yet that the queue let them \
                     go{}",
                    settle::waits_for(*awaited)
                ),
                format!(
                    "{again}; {}",
                    settle::settle(*awaited, *item_failures, *tells_status)
                ),
            )
        },
        Cause::Running => plain(
            "the consumer has them, in an invocation that has not ended",
            again,
        ),
        Cause::Filtered { filter, is_certain } => plain(
            if *is_certain {
                format!(
                    "taken off the queue by the trigger's filter, as its own counts say: {}",
                    outside(filter)
                )
            } else {
                format!(
                    "gone without a trace, and the trigger deletes what does not match its filter \
                     criteria {}",
                    outside(filter)
                )
            },
            "send what matches the filter, or change the filter",
        ),
        Cause::SomeLost { lost } => plain(
            format!(
                "{} of these {} lost, and nothing tells which",
                count(*lost),
                if *lost == 1 { "is" } else { "are" }
            ),
            "see whether somebody else reads from the queue or purged it; message ids in the \
             producer's answer and in the consumer's log would tell which",
        ),
        Cause::Untraced {
            shown,
            ran_without_payload,
            counts_agree,
        } => untraced((*shown, *ran_without_payload, *counts_agree), commands),
        Cause::Vanished => plain(
            "gone from the queue: the consumer did not delete them, and they are no dead letters",
            "see whether somebody else reads from the queue, purged it, or lets messages expire",
        ),
        Cause::ConsumerTimeout { state, timeout_ms } => {
            consumer::timed_out((*state, *timeout_ms), error, commands)
        }
        Cause::ConsumerOutOfMemory { state } => {
            consumer::failed(FailureKind::OutOfMemory, *state, error, commands)
        }
        Cause::ConsumerCannotStart { state } => {
            consumer::failed(FailureKind::CannotStart, *state, error, commands)
        }
        Cause::MarkerRejected { state } => {
            consumer::failed(FailureKind::MarkerRejected, *state, error, commands)
        }
        Cause::ConsumerError { state } => {
            consumer::failed(FailureKind::Error, *state, error, commands)
        }
        Cause::ConsumerFailsUnseen {
            state,
            errors,
            others,
        } => consumer::unseen(*state, errors, *others, commands),
        Cause::DeadLettered {
            received,
            item_failures,
        } => consumer::dead(*received, *item_failures, commands),
        Cause::ReceivedTwice {
            short_visibility_ms,
        } => consumer::twice(*short_visibility_ms),
    }
}

fn because(said: Option<&str>) -> String {
    said.map(|said| format!(": {}", outside(said)))
        .unwrap_or_default()
}

fn in_brackets(said: Option<&str>) -> String {
    said.map(|said| format!(" ({})", outside(said)))
        .unwrap_or_default()
}

fn untraced(
    (shown, ran_without_payload, counts_agree): (u64, bool, bool),
    commands: &Commands<'_>,
) -> Explanation {
    let though = if ran_without_payload && shown == 0 {
        ", though it ran: its log shows none of the run's payloads"
    } else {
        ""
    };
    let counts = if counts_agree {
        "; the metrics count as many deleted as were sent"
    } else {
        ""
    };
    let log_it = if shown > 0 {
        "see whether the consumer returns early, or logs only the first message of a batch"
    } else {
        "log the message or its SQS message id in the consumer; where it logs an id of the \
         event's, put {{marker}} into that id and send again"
    };
    let settles = if counts_agree {
        format!(
            "; or let the counts be enough: {} --accept counts",
            commands.verify()
        )
    } else {
        "; message ids in the producer's answer, or EventCount metrics of the trigger, would \
         settle it"
            .to_owned()
    };
    Explanation {
        log: Some(commands.edactl(&format!(
            "logs --from consumer --run {}",
            commands.run.plan.run
        )))
        .filter(|_| shown > 0),
        ..plain(
            format!(
                "gone from the queue, and the consumer's log does not show them{though}{counts}"
            ),
            format!("{log_it}{settles}"),
        )
    }
}
