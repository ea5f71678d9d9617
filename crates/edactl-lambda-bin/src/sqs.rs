//! How the producer reaches the queue on AWS: SQS `SendMessageBatch`.

use std::error::Error;

use aws_config::{BehaviorVersion, environment::EnvironmentVariableCredentialsProvider};
use aws_sdk_sqs::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_message_batch::SendMessageBatchError,
    types::{BatchResultErrorEntry, SendMessageBatchRequestEntry},
};
use aws_smithy_http_client::{
    Builder as HttpClientBuilder,
    tls::{Provider, rustls_provider::CryptoMode},
};

use edactl_functions::producer::{BatchAnswer, Outgoing, SendBatch};

/// SQS, as seen by a function.
#[derive(Debug, Clone)]
pub struct Sqs {
    client: aws_sdk_sqs::Client,
}

impl Sqs {
    /// With the region and the role's credentials that Lambda puts into the environment.
    pub async fn from_environment() -> Self {
        let http_client = HttpClientBuilder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client)
            .credentials_provider(EnvironmentVariableCredentialsProvider::new())
            .load()
            .await;
        Self {
            client: aws_sdk_sqs::Client::new(&sdk),
        }
    }
}

impl SendBatch for Sqs {
    async fn send_batch(
        &self,
        queue_url: &str,
        batch: &[Outgoing],
    ) -> Result<Vec<(usize, BatchAnswer)>, String> {
        let entries = batch
            .iter()
            .map(|message| {
                SendMessageBatchRequestEntry::builder()
                    .id(message.index.to_string())
                    .message_body(&message.body)
                    .build()
            })
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?;
        let output = self
            .client
            .send_message_batch()
            .queue_url(queue_url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| format!("{queue_url} took nothing: {}", reason(&error)))?;
        let sent = output.successful.into_iter().map(|entry| {
            let answer = BatchAnswer::Sent(entry.message_id);
            (number(&entry.id), answer)
        });
        let refused = output.failed.into_iter().map(refused);
        Ok(sent.chain(refused).collect())
    }
}

fn refused(entry: BatchResultErrorEntry) -> (usize, BatchAnswer) {
    let answer = BatchAnswer::Refused {
        retry: !entry.sender_fault,
        reason: entry.message.unwrap_or(entry.code),
    };
    (number(&entry.id), answer)
}

/// Why SQS took nothing: its own words, or where the way to it ended.
fn reason(error: &SdkError<SendMessageBatchError>) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => {
            let causes = std::iter::successors(Some(error as &dyn Error), |&error| error.source());
            let causes: Vec<_> = causes.map(ToString::to_string).collect();
            causes.join(": ")
        }
    }
}

/// The number that was sent as the entry's id.
fn number(id: &str) -> usize {
    id.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sender_did_wrong_is_not_sent_again() {
        let entry = |fault| {
            let entry = BatchResultErrorEntry::builder()
                .id("7")
                .sender_fault(fault)
                .code("InvalidMessageContents");
            entry.build().unwrap()
        };
        let answer = |retry| BatchAnswer::Refused {
            reason: "InvalidMessageContents".into(),
            retry,
        };
        assert_eq!(refused(entry(true)), (7, answer(false)));
        assert_eq!(refused(entry(false)), (7, answer(true)));
    }
}
