//! A batch of messages as Lambda hands it over, for the reference consumer.

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};

use edactl_functions::{
    consumer::{self, SqsRecord},
    log::Log,
    producer::FunctionError,
};

/// Runs the consumer with a batch, and answers which of its messages failed.
///
/// # Errors
/// When the event is no batch of messages.
pub fn consume(event: &[u8], log: &impl Log) -> Result<SqsBatchResponse, FunctionError> {
    let event: SqsEvent = serde_json::from_slice(event).map_err(|error| FunctionError {
        kind: "InvalidEvent",
        message: format!("the event must be a batch of SQS messages: {error}"),
    })?;
    let records = event.records.into_iter().map(|message| SqsRecord {
        message_id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
    });
    let batch = consumer::SqsEvent {
        records: records.collect(),
    };
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = consumer::handle(&batch, log)
        .batch_item_failures
        .into_iter()
        .map(|failure| {
            let mut item = BatchItemFailure::default();
            item.item_identifier = failure.item_identifier;
            item
        })
        .collect();
    Ok(response)
}
