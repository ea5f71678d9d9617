//! Dead letters as lines of an export.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    render::{
        dlq_letters::OriginEntry, document_schema::DocumentSchema, terminal::write_json_line,
    },
    store::dead_letters::Seen,
};
use edactl_aws::dead_letters::Letter;
use edactl_core::schema::UtcTime;

const SCHEMA: &str = "edactl.dead-letter/1";

/// A message attribute.
#[derive(Serialize, JsonSchema)]
struct Attribute<'a> {
    /// Its type, such as `String` or `Number.int`.
    data_type: &'a str,
    /// The value of a text or a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    /// The value of a binary attribute, in base 64.
    #[serde(skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// One letter with everything.
#[derive(Serialize, JsonSchema)]
struct Exported<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The SQS message id.
    message_id: &'a str,
    /// When it was sent first.
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    sent: Option<Timestamp>,
    /// When it was received first.
    #[serde(serialize_with = "edactl_core::schema::in_millis_if_any")]
    #[schemars(with = "Option<UtcTime>")]
    first_received: Option<Timestamp>,
    /// How often it was received.
    receives: Option<u32>,
    /// The ARN of the queue that it came from.
    source_arn: Option<&'a str>,
    /// Its message group (FIFO).
    group: Option<&'a str>,
    /// The system attribute `AWSTraceHeader`.
    trace_header: Option<&'a str>,
    /// Its message attributes by name.
    attributes: BTreeMap<&'a str, Attribute<'a>>,
    #[serde(flatten)]
    origin: OriginEntry,
    /// Its body.
    body: &'a str,
}

/// One letter with everything, body included, as a line of JSON. Characters that could move a
/// terminal's cursor are escaped, as JSON allows.
#[must_use]
pub fn export_line(seen: &Seen) -> Vec<u8> {
    let letter: &Letter = &seen.letter;
    let attributes = letter.attributes.iter().map(|(name, value)| {
        let shown = Attribute {
            data_type: &value.data_type,
            value: value.text.as_deref(),
            base64: value
                .bytes
                .as_ref()
                .map(|bytes| BASE64_STANDARD.encode(bytes)),
        };
        (name.as_str(), shown)
    });
    let exported = Exported {
        schema: SCHEMA,
        message_id: &letter.message_id,
        sent: letter.sent,
        first_received: letter.first_received,
        receives: letter.receives,
        source_arn: letter.source_arn.as_deref(),
        group: letter.group.as_deref(),
        trace_header: letter.trace_header.as_deref(),
        attributes: attributes.collect(),
        origin: seen.origin.clone().map(Into::into).unwrap_or_default(),
        body: &letter.body,
    };
    let mut line = Vec::new();
    write_json_line(&exported, &mut line);
    line
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<Exported<'_>>(SCHEMA, "`edactl dlq export`, a document a line,")
}
