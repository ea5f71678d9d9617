//! The queue attributes that the engine cannot hold: messages of up to a mebibyte, and the redrive
//! policy, which is carried out here so that the account and the metrics see it.

use std::collections::HashMap;

use rustack_sqs_model::{error::SqsError, types::RedrivePolicy};
use serde_json::json;

use crate::{
    names,
    queues::{arn, limits::MESSAGE_LIMIT},
};

/// The smallest `MaximumMessageSize` that SQS allows, in bytes.
const LEAST_LIMIT: usize = 1024;

/// Attributes beside the engine's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixed {
    /// `MaximumMessageSize`, in bytes.
    pub message_limit: usize,
    /// `maxReceiveCount` of the `RedrivePolicy`; `None`: there is no policy.
    pub max_receives: Option<u32>,
}

impl Fixed {
    /// The attributes of a new queue.
    pub fn new(max_receives: Option<u32>) -> Self {
        Self {
            message_limit: MESSAGE_LIMIT,
            max_receives,
        }
    }

    /// Takes its own attributes out of a `SetQueueAttributes` request.
    ///
    /// # Errors
    /// When a value is none that SQS allows.
    pub fn take(mut self, attributes: &mut HashMap<String, String>) -> Result<Self, SqsError> {
        let invalid = |name: &str| {
            SqsError::invalid_parameter_value(format!("Invalid value for the parameter {name}."))
        };
        if let Some(text) = attributes.remove("MaximumMessageSize") {
            self.message_limit = text
                .parse()
                .ok()
                .filter(|limit| (LEAST_LIMIT..=MESSAGE_LIMIT).contains(limit))
                .ok_or_else(|| invalid("MaximumMessageSize"))?;
        }
        if let Some(text) = attributes.remove("RedrivePolicy") {
            self.max_receives = if text.is_empty() {
                None
            } else {
                let receives = serde_json::from_str::<RedrivePolicy>(&text)
                    .ok()
                    .filter(|policy| policy.dead_letter_target_arn == arn(names::DLQ))
                    .and_then(|policy| u32::try_from(policy.max_receive_count).ok())
                    .filter(|receives| (1..=1000).contains(receives))
                    .ok_or_else(|| invalid("RedrivePolicy"))?;
                Some(receives)
            };
        }
        Ok(self)
    }

    /// Adds its own attributes to what the engine answers to `GetQueueAttributes`.
    pub fn add(self, requested: &[String], attributes: &mut HashMap<String, String>) {
        let wants = |name: &str| {
            requested
                .iter()
                .any(|wanted| wanted == name || wanted == "All")
        };
        if wants("MaximumMessageSize") {
            attributes.insert("MaximumMessageSize".into(), self.message_limit.to_string());
        }
        if let Some(receives) = self.max_receives.filter(|_| wants("RedrivePolicy")) {
            let policy = json!({
                "deadLetterTargetArn": arn(names::DLQ), "maxReceiveCount": receives,
            });
            attributes.insert("RedrivePolicy".into(), policy.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_is_told() {
        let redrive = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:edactl-local-dlq","maxReceiveCount":2}"#;
        let mut asked: HashMap<String, String> = [
            ("MaximumMessageSize", "262144"),
            ("RedrivePolicy", redrive),
            ("DelaySeconds", "3"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let fixed = Fixed::new(None).take(&mut asked).unwrap();
        assert_eq!(asked.keys().collect::<Vec<_>>(), ["DelaySeconds"]);
        assert_eq!(fixed.max_receives, Some(2));
        let mut answer = HashMap::new();
        fixed.add(&["All".into()], &mut answer);
        assert_eq!(answer["MaximumMessageSize"], "262144");
        assert_eq!(answer["RedrivePolicy"], redrive);
        let mut nothing = HashMap::new();
        fixed.add(&["QueueArn".into()], &mut nothing);
        assert!(nothing.is_empty());
    }

    #[test]
    fn what_sqs_does_not_allow_is_refused() {
        for (name, value) in [
            ("MaximumMessageSize", "1023"),
            ("MaximumMessageSize", "1048577"),
            ("RedrivePolicy", "{}"),
            (
                "RedrivePolicy",
                r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:other","maxReceiveCount":2}"#,
            ),
        ] {
            let mut asked = HashMap::from([(name.to_owned(), value.to_owned())]);
            assert!(Fixed::new(None).take(&mut asked).is_err(), "{name} {value}");
        }
    }
}
