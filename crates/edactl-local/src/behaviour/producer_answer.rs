//! How producers tell their caller what they sent.

use serde_json::{Value, json};

use crate::named::named;
use edactl_functions::producer::answer;

named! {
    /// How the embedded producer answers.
    pub enum ProducerAnswer: "producer answer" {
        #[default]
        Own = "own", "as the reference producer: MessageIds by key";
        MessageIds = "message-ids", "a list `messageIds`";
        MessageId = "message-id", "SQS's own answer, with `MessageId`";
        Successful = "successful", "SQS's own answer to a batch, with `Successful` and `Failed`";
        Count = "count", "a sentence with the number of messages";
        Nothing = "nothing", "null";
        Unrelated = "unrelated", "status 200 and a body that says nothing of messages";
    }
}

/// What became of one message that the producer sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What the producer calls it: an entry's key, or where it was found in the event.
    pub key: String,
    /// Its message id, or why SQS refused it.
    pub result: Result<String, String>,
}

impl ProducerAnswer {
    /// The answer after these messages.
    pub(crate) fn tell(self, sent: &[Sent]) -> Value {
        let ids: Vec<&str> = sent
            .iter()
            .filter_map(|sent| sent.result.as_deref().ok())
            .collect();
        let noun = if ids.len() == 1 {
            "message"
        } else {
            "messages"
        };
        let sentence = format!("Successfully sent {} {noun}.", ids.len());
        match self {
            Self::Own => {
                let by_key: serde_json::Map<String, Value> = sent
                    .iter()
                    .filter_map(|sent| {
                        Some((sent.key.clone(), sent.result.as_deref().ok()?.into()))
                    })
                    .collect();
                answer(
                    200,
                    &json!({ "Status": "Sent", "Message": sentence, "MessageIds": by_key }),
                )
            }
            Self::MessageIds => answer(200, &json!({ "messageIds": ids })),
            Self::MessageId => {
                let one = |id: &&str| json!({ "MessageId": id, "MD5OfMessageBody": "" });
                match &ids[..] {
                    [id] => one(id),
                    ids => ids.iter().map(one).collect(),
                }
            }
            Self::Successful => {
                let (mut successful, mut failed) = (Vec::new(), Vec::new());
                for (index, Sent { result, .. }) in sent.iter().enumerate() {
                    let id = index.to_string();
                    match result {
                        Ok(message) => successful.push(json!({ "Id": id, "MessageId": message })),
                        Err(reason) => failed.push(json!({
                            "Id": id, "SenderFault": true, "Code": "InvalidParameterValue",
                            "Message": reason,
                        })),
                    }
                }
                json!({ "Successful": successful, "Failed": failed })
            }
            Self::Count => answer(200, &json!({ "message": sentence })),
            Self::Nothing => Value::Null,
            Self::Unrelated => answer(200, &json!({ "ok": true })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_tells_the_same() {
        let sent = |key: &str, result: Result<&str, &str>| Sent {
            key: key.into(),
            result: result.map(Into::into).map_err(Into::into),
        };
        let two = [sent("a", Ok("m-1")), sent("b", Err("no"))];
        let tell = |answer: ProducerAnswer| answer.tell(&two).to_string();
        assert!(tell(ProducerAnswer::Own).contains(r#"\"MessageIds\":{\"a\":\"m-1\"}"#));
        assert!(tell(ProducerAnswer::MessageIds).contains(r#"{\"messageIds\":[\"m-1\"]}"#));
        assert_eq!(ProducerAnswer::MessageId.tell(&two)["MessageId"], "m-1");
        let batch = ProducerAnswer::Successful.tell(&two);
        assert_eq!(batch["Successful"][0]["MessageId"], "m-1");
        assert_eq!(batch["Failed"][0]["Id"], "1");
        assert!(tell(ProducerAnswer::Count).contains("Successfully sent 1 message."));
        assert_eq!(ProducerAnswer::Nothing.tell(&two), Value::Null);
        assert!(!tell(ProducerAnswer::Unrelated).contains("m-1"));
    }
}
