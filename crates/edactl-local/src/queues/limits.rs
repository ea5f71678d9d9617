//! What SQS takes as a message: its size and its characters.

use rustack_sqs_model::{
    error::{SqsError, SqsErrorCode},
    input::SendMessageInput,
    types::SendMessageBatchRequestEntry,
};

/// The largest message, and the largest batch, in bytes.
pub const MESSAGE_LIMIT: usize = 1024 * 1024;
/// The most entries of a batch.
const BATCH_ENTRIES: usize = 10;

/// Refuses a message that SQS would not take. Attributes count towards the size.
pub fn check(input: &SendMessageInput, limit: usize) -> Result<(), SqsError> {
    let attributes: usize = input
        .message_attributes
        .iter()
        .map(|(name, value)| {
            name.len()
                + value.data_type.len()
                + value.string_value.as_ref().map_or(0, String::len)
                + value.binary_value.as_ref().map_or(0, Vec::len)
        })
        .sum();
    if input.message_body.is_empty() {
        return Err(SqsError::missing_parameter(
            "The request must contain the parameter MessageBody.",
        ));
    }
    if input.message_body.len() + attributes > limit {
        return Err(SqsError::invalid_parameter_value(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {limit} \
             bytes."
        )));
    }
    match input.message_body.chars().find(|char| !is_allowed(*char)) {
        None => Ok(()),
        Some(char) => Err(SqsError::invalid_parameter_value(format!(
            "Invalid binary character '#x{:X}' was found in the message body, the set of allowed \
             characters is #x9 | #xA | #xD | [#x20 to #xD7FF] | [#xE000 to #xFFFD] | \
             [#x10000 to #x10FFFF]",
            u32::from(char)
        ))),
    }
}

/// The characters of XML 1.0.
fn is_allowed(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Refuses a batch as a whole, as SQS does before it looks at the entries.
pub fn check_batch(entries: &[SendMessageBatchRequestEntry]) -> Result<(), SqsError> {
    let mut ids: Vec<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let bytes: usize = entries.iter().map(|entry| entry.message_body.len()).sum();
    if entries.is_empty() {
        Err(SqsError::empty_batch_request())
    } else if entries.len() > BATCH_ENTRIES {
        Err(SqsError::too_many_entries_in_batch())
    } else if ids.len() < entries.len() {
        Err(SqsError::batch_entry_ids_not_distinct())
    } else if bytes > MESSAGE_LIMIT {
        Err(SqsError::new(
            SqsErrorCode::BatchRequestTooLong,
            format!(
                "Batch requests cannot be longer than {MESSAGE_LIMIT} bytes. You have sent \
                 {bytes} bytes."
            ),
        ))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rustack_sqs_model::types::MessageAttributeValue;

    use super::*;

    fn message(body: &str) -> SendMessageInput {
        SendMessageInput {
            message_body: body.to_owned(),
            ..SendMessageInput::default()
        }
    }

    #[test]
    fn a_message_may_have_a_mebibyte_attributes_included() {
        let mut input = message(&"x".repeat(MESSAGE_LIMIT));
        assert!(check(&input, MESSAGE_LIMIT).is_ok());
        input.message_attributes.insert(
            "a".into(),
            MessageAttributeValue {
                data_type: "String".into(),
                string_value: Some("b".into()),
                binary_value: None,
            },
        );
        assert!(check(&input, MESSAGE_LIMIT).is_err());
        assert!(check(&message(""), MESSAGE_LIMIT).is_err());
    }

    #[test]
    fn characters_that_xml_lacks_are_refused() {
        for body in ["\u{0}", "a\u{b}", "\u{fffe}", "\u{ffff}"] {
            let error = check(&message(body), MESSAGE_LIMIT).unwrap_err();
            assert!(
                error.message.starts_with("Invalid binary character"),
                "{error}"
            );
        }
        assert!(check(&message("\t\r\n é \u{7f} \u{fffd} 𝄞"), MESSAGE_LIMIT).is_ok());
    }

    #[test]
    fn batches_are_refused_as_a_whole() {
        let entry = |id: &str, bytes: usize| SendMessageBatchRequestEntry {
            id: id.into(),
            message_body: "x".repeat(bytes),
            ..SendMessageBatchRequestEntry::default()
        };
        let code = |entries: &[SendMessageBatchRequestEntry]| {
            check_batch(entries).map_err(|error| error.code).err()
        };
        let eleven: Vec<_> = (0..11).map(|id: u32| entry(&id.to_string(), 1)).collect();
        assert_eq!(code(&eleven[..10]), None);
        assert_eq!(
            code(&eleven),
            Some(SqsErrorCode::TooManyEntriesInBatchRequest)
        );
        assert_eq!(code(&[]), Some(SqsErrorCode::EmptyBatchRequest));
        assert_eq!(
            code(&[entry("a", 1), entry("a", 1)]),
            Some(SqsErrorCode::BatchEntryIdsNotDistinct)
        );
        let half = MESSAGE_LIMIT / 2;
        assert_eq!(code(&[entry("a", half), entry("b", half)]), None);
        assert_eq!(
            code(&[entry("a", half), entry("b", half + 1)]),
            Some(SqsErrorCode::BatchRequestTooLong)
        );
    }
}
