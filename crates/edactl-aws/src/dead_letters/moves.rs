//! Message move tasks: SQS moves the letters of a dead-letter queue by itself.

use jiff::Timestamp;

use crate::{dead_letters::DeadLetters, error::AwsError};

/// A message move task (SQS `ListMessageMoveTasks`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveTask {
    /// Cancels it; only a running task has one.
    pub handle: Option<String>,
    /// How it stands.
    pub status: MoveStatus,
    /// How many messages were moved so far, approximately.
    pub moved: u64,
    /// How many there were to move, where SQS says so.
    pub to_move: Option<u64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it began.
    pub began: Option<Timestamp>,
}

/// How a message move task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveStatus {
    /// It moves messages.
    Running,
    /// It is about to stop.
    Cancelling,
    /// It was stopped.
    Cancelled,
    /// It moved everything.
    Completed,
    /// It ended with an error.
    Failed,
}

impl MoveStatus {
    /// Whether it may still move messages.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Running | Self::Cancelling)
    }
}

impl DeadLetters {
    /// Starts moving everything to where it came from, or to `destination` (an ARN), with at most
    /// `rate` messages a second (`StartMessageMoveTask`). The queue is named by its ARN.
    ///
    /// # Errors
    /// When SQS refuses, or the endpoint has no such operation (see [`is_missing`]).
    pub async fn start_move(
        &self,
        arn: &str,
        destination: Option<&str>,
        rate: Option<u32>,
    ) -> Result<String, AwsError> {
        let answer = self
            .sender
            .start_message_move_task()
            .source_arn(arn)
            .set_destination_arn(destination.map(str::to_owned))
            .set_max_number_of_messages_per_second(rate.and_then(|rate| i32::try_from(rate).ok()))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sqs:StartMessageMoveTask", self.name(), &error))?;
        Ok(answer.task_handle().unwrap_or_default().to_owned())
    }

    /// The last message move tasks of this queue, newest first (`ListMessageMoveTasks`).
    ///
    /// # Errors
    /// As [`start_move`](Self::start_move).
    pub async fn moves(&self, arn: &str) -> Result<Vec<MoveTask>, AwsError> {
        let answer = self
            .client
            .list_message_move_tasks()
            .source_arn(arn)
            .max_results(10)
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("sqs:ListMessageMoveTasks", self.name(), &error))?;
        let task = |entry: &aws_sdk_sqs::types::ListMessageMoveTasksResultEntry| MoveTask {
            handle: entry.task_handle().map(str::to_owned),
            status: match entry.status().unwrap_or_default() {
                "RUNNING" => MoveStatus::Running,
                "CANCELLING" => MoveStatus::Cancelling,
                "CANCELLED" => MoveStatus::Cancelled,
                "FAILED" => MoveStatus::Failed,
                _ => MoveStatus::Completed,
            },
            moved: u64::try_from(entry.approximate_number_of_messages_moved()).unwrap_or_default(),
            to_move: entry
                .approximate_number_of_messages_to_move()
                .and_then(|number| u64::try_from(number).ok()),
            failure: entry.failure_reason().map(str::to_owned),
            began: Timestamp::from_millisecond(entry.started_timestamp()).ok(),
        };
        Ok(answer.results().iter().map(task).collect())
    }

    /// Stops a running task (`CancelMessageMoveTask`). What was moved stays moved.
    ///
    /// # Errors
    /// When SQS refuses, or the task has ended.
    pub async fn cancel_move(&self, handle: &str) -> Result<(), AwsError> {
        self.client
            .cancel_message_move_task()
            .task_handle(handle)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| AwsError::from_sdk("sqs:CancelMessageMoveTask", self.name(), &error))
    }
}

/// Whether an endpoint does not know the operation at all: emulators lack some.
#[must_use]
pub fn is_missing(error: &AwsError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    let words = error.reason.to_ascii_lowercase();
    ["InvalidAction", "UnknownOperation", "NotImplemented"]
        .iter()
        .any(|missing| code.contains(missing))
        || words.contains("not implemented")
        || words.contains("unknown action")
        || words.contains("unknown operation")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::AwsErrorKind;

    #[test]
    fn an_operation_that_an_emulator_lacks_is_told_from_a_refusal() {
        let lacks = |code: &str, reason: &str| {
            is_missing(&AwsError {
                action: "sqs:StartMessageMoveTask",
                resource: "orders".into(),
                kind: AwsErrorKind::Other,
                code: Some(code.to_owned()),
                reason: reason.to_owned(),
                never_sent: false,
            })
        };
        assert!(lacks("InvalidAction", "The action is not valid"));
        assert!(lacks("UnknownOperationException", ""));
        assert!(!lacks(
            "AWS.SimpleQueueService.UnsupportedOperation",
            "There is already a task running"
        ));
    }
}
