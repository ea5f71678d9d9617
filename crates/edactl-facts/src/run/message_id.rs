//! An SQS message id, kept small: a run may hold a million of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id that SQS gave a message (`SendMessage`'s `MessageId`). SQS's own are UUIDs, and take 16
/// bytes here; whatever else an emulator gives is kept as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct MessageId(Form);

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    Uuid(Uuid),
    Other(Box<str>),
}

impl MessageId {
    /// The id as a UUID, where it is one.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self.0 {
            Form::Uuid(uuid) => Some(uuid),
            Form::Other(_) => None,
        }
    }

    /// The UUID that a text is, where it is written as SQS writes one.
    #[must_use]
    pub fn uuid_as_written(text: &str) -> Option<Uuid> {
        let is_as_written = |uuid: &Uuid| *uuid.hyphenated().encode_lower(&mut [0; 36]) == *text;
        Uuid::try_parse(text).ok().filter(is_as_written)
    }
}

impl From<&str> for MessageId {
    fn from(text: &str) -> Self {
        Self(match Self::uuid_as_written(text) {
            Some(uuid) => Form::Uuid(uuid),
            None => Form::Other(text.into()),
        })
    }
}

impl From<String> for MessageId {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<MessageId> for String {
    fn from(id: MessageId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Uuid(uuid) => uuid.hyphenated().fmt(f),
            Form::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_id_of_sqs_takes_three_words() {
        assert!(size_of::<Option<MessageId>>() <= 24);
        let id = MessageId::from("5eda0c71-0000-4000-8000-000000000001");
        assert!(matches!(id.0, Form::Uuid(_)));
    }

    proptest! {
        #[test]
        fn the_text_stays_as_it_was(
            text in "[0-9a-fA-F]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32}|\\PC{0,40}"
        ) {
            let id = MessageId::from(text.as_str());
            prop_assert_eq!(id.to_string(), text.clone());
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(&json, &serde_json::to_string(&text).unwrap());
            prop_assert_eq!(serde_json::from_str::<MessageId>(&json).unwrap(), id);
        }
    }
}
