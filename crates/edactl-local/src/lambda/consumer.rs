//! The embedded consumer: the reference consumer, with every way of logging and of failing that
//! the settings ask for.

use crate::{
    behaviour::{log_style::LogStyle, platform::Failure},
    faults::Fault,
    lambda::{TIMEOUT, environment::Invocation},
    live::Live,
};
use edactl_functions::{
    consumer::{BatchResponse, ItemFailure, SqsEvent, asks_to_fail, received, refused},
    log::{Log, Record},
};

/// Lines that an application may well print and that look like the runtime's words for a failure.
const LOOKALIKES: [&str; 4] = [
    "Task timed out after 3.00 seconds: the price service; trying again",
    "[ERROR] ValueError: no price, using 0",
    r#"{"errorType":"PriceMissing","errorMessage":"no price, using 0","stackTrace":[]}"#,
    r#"{"type":"platform.report","record":{"requestId":"none","status":"error"}}"#,
];

/// Handles a batch: which messages failed, or how the whole invocation did.
pub fn handle(
    event: &SqsEvent,
    live: &Live,
    invocation: &Invocation<'_>,
) -> Result<BatchResponse, Failure> {
    let records = &event.records;
    let any = |fault| {
        // Each message asks for a random number, so that the size of a batch shifts nothing.
        records.iter().filter(|_| live.happens(fault)).count() > 0
    };
    let (style, lookalikes, runtime) = live.read(|settings| {
        (
            settings.log_style,
            settings.lookalike_lines,
            settings.error_style,
        )
    });
    let thrown = |is_written| {
        Err(Failure::Raised {
            kind: runtime.error_kind().to_owned(),
            message: "the consumer fails on demand".to_owned(),
            is_written,
        })
    };
    if any(Fault::ConsumerThrowEarly) {
        return thrown(true);
    }
    let logs = style.logs(invocation.request_id());
    if let Some(batch) = style.of_all(records) {
        invocation.record(Record::info(batch));
    }
    let mut response = BatchResponse::default();
    for (place, message) in records.iter().enumerate() {
        if style == LogStyle::Body {
            invocation.record(received(message));
        } else if let Some(line) = style.of_one(message, place).filter(|_| logs) {
            invocation.record(Record::info(line));
        }
        if lookalikes {
            invocation.print(LOOKALIKES[place % LOOKALIKES.len()]);
        }
        let mut fails = live.happens(Fault::QuietFailure);
        if asks_to_fail(&message.body) {
            let refusal = refused(message);
            invocation.record(if style == LogStyle::Body {
                refusal
            } else {
                Record::error(refusal.message)
            });
            fails = true;
        } else if live.happens(Fault::ConsumerError) {
            let id = &message.message_id;
            let error = format!("RuntimeError: message {id} fails on demand");
            invocation.record(Record::error(error).with("messageId", id.as_str()));
            fails = true;
        }
        if fails {
            response.batch_item_failures.push(ItemFailure {
                item_identifier: message.message_id.clone(),
            });
        }
    }
    if any(Fault::ConsumerThrow) {
        return thrown(true);
    }
    if any(Fault::ConsumerThrowSilent) {
        return thrown(false);
    }
    if any(Fault::ConsumerTimeout) {
        return Err(Failure::TimedOut(TIMEOUT));
    }
    Ok(response)
}
