//! Message move tasks (`StartMessageMoveTask`): redrive from a dead-letter queue, which the engine
//! lacks. As on AWS a moved message is a new one, with a message id of its own.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use rustack_sqs_model::{
    error::{SqsError, SqsErrorCode},
    input::{
        CancelMessageMoveTaskInput, ListMessageMoveTasksInput, ReceiveMessageInput,
        SendMessageInput, StartMessageMoveTaskInput,
    },
    output::{CancelMessageMoveTaskOutput, ListMessageMoveTasksOutput, StartMessageMoveTaskOutput},
    types::ListMessageMoveTasksResultEntry,
};

use crate::{
    ground_truth::{Outcome, Sender},
    names,
    queues::{Queues, arn},
};

/// How many tasks are remembered.
const MOST_TASKS: usize = 10;

/// The tasks so far, newest last.
#[derive(Debug, Default)]
pub struct MoveTasks(Mutex<Vec<Arc<MoveTask>>>);

#[derive(Debug)]
struct MoveTask {
    handle: String,
    begun: Timestamp,
    to_move: i64,
    per_second: Option<i32>,
    moved: AtomicI64,
    ended: AtomicBool,
    cancelled: AtomicBool,
}

impl MoveTask {
    fn status(&self) -> &'static str {
        match (
            self.cancelled.load(Ordering::Relaxed),
            self.ended.load(Ordering::Relaxed),
        ) {
            (true, true) => "CANCELLED",
            (true, false) => "CANCELLING",
            (false, true) => "COMPLETED",
            (false, false) => "RUNNING",
        }
    }
}

impl MoveTasks {
    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<Arc<MoveTask>>> {
        self.0
            .lock()
            .expect("nothing panics while it holds the lock")
    }

    /// Begins to move what the dead-letter queue holds to where it came from.
    ///
    /// # Errors
    /// When the source is no dead-letter queue, or a task is running.
    pub async fn start(
        &self,
        queues: &Arc<Queues>,
        input: StartMessageMoveTaskInput,
    ) -> Result<StartMessageMoveTaskOutput, SqsError> {
        check_source(&input.source_arn)?;
        if input
            .max_number_of_messages_per_second
            .is_some_and(|rate| !(1..=500).contains(&rate))
        {
            return Err(SqsError::invalid_parameter_value(
                "Value for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: must be \
                 between 1 and 500.",
            ));
        }
        // Messages go where they came from, and there is nowhere else to go.
        if input
            .destination_arn
            .is_some_and(|destination| destination != arn(names::QUEUE))
        {
            return Err(SqsError::new(
                SqsErrorCode::ResourceNotFoundException,
                "The resource that you specified for the DestinationArn parameter doesn't exist.",
            ));
        }
        let [visible, ..] = queues.counters(&queues.dead).await;
        let to_move = i64::try_from(visible).unwrap_or(i64::MAX);
        let task = Arc::new(MoveTask {
            handle: uuid::Uuid::new_v4().to_string(),
            begun: queues.live.now(),
            to_move,
            per_second: input.max_number_of_messages_per_second,
            moved: AtomicI64::new(0),
            ended: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
        });
        {
            let mut tasks = self.tasks();
            if tasks.iter().any(|task| !task.ended.load(Ordering::Relaxed)) {
                return Err(SqsError::new(
                    SqsErrorCode::UnsupportedOperation,
                    "There is already a task running. Only one active task is allowed for a \
                     source queue at a given time.",
                ));
            }
            tasks.push(Arc::clone(&task));
            let surplus = tasks.len().saturating_sub(MOST_TASKS);
            tasks.drain(..surplus);
        }
        let handle = task.handle.clone();
        tokio::spawn(carry_out(Arc::clone(queues), task));
        Ok(StartMessageMoveTaskOutput {
            task_handle: Some(handle),
        })
    }

    /// The tasks of a dead-letter queue, newest first.
    ///
    /// # Errors
    /// When the source is no dead-letter queue.
    pub fn list(
        &self,
        input: &ListMessageMoveTasksInput,
    ) -> Result<ListMessageMoveTasksOutput, SqsError> {
        check_source(&input.source_arn)?;
        let most = input
            .max_results
            .and_then(|most| usize::try_from(most).ok())
            .unwrap_or(1);
        let entry = |task: &Arc<MoveTask>| ListMessageMoveTasksResultEntry {
            // Only a running task can be cancelled, so only it has a handle.
            task_handle: (task.status() == "RUNNING").then(|| task.handle.clone()),
            source_arn: Some(input.source_arn.clone()),
            destination_arn: Some(arn(names::QUEUE)),
            max_number_of_messages_per_second: task.per_second,
            approximate_number_of_messages_moved: Some(task.moved.load(Ordering::Relaxed)),
            approximate_number_of_messages_to_move: Some(task.to_move),
            failure_reason: None,
            status: Some(task.status().to_owned()),
            started_timestamp: Some(task.begun.as_millisecond()),
        };
        let results = self
            .tasks()
            .iter()
            .rev()
            .take(most.clamp(1, 10))
            .map(entry)
            .collect();
        Ok(ListMessageMoveTasksOutput { results })
    }

    /// Stops a running task.
    ///
    /// # Errors
    /// When there is no such task, or it has ended.
    pub fn cancel(
        &self,
        input: &CancelMessageMoveTaskInput,
    ) -> Result<CancelMessageMoveTaskOutput, SqsError> {
        let tasks = self.tasks();
        let task = tasks
            .iter()
            .find(|task| task.handle == input.task_handle && task.status() == "RUNNING")
            .ok_or_else(|| {
                SqsError::new(
                    SqsErrorCode::ResourceNotFoundException,
                    "Task does not exist, or it is not running.",
                )
            })?;
        task.cancelled.store(true, Ordering::Relaxed);
        let moved = Some(task.moved.load(Ordering::Relaxed));
        Ok(CancelMessageMoveTaskOutput {
            approximate_number_of_messages_moved: moved,
        })
    }
}

fn check_source(source: &str) -> Result<(), SqsError> {
    if source == arn(names::DLQ) {
        return Ok(());
    }
    let (code, message) = if source == arn(names::QUEUE) {
        (
            SqsErrorCode::InvalidParameterValue,
            "Source queue must be configured as a Dead Letter Queue.",
        )
    } else {
        (
            SqsErrorCode::ResourceNotFoundException,
            "The resource that you specified for the SourceArn parameter doesn't exist.",
        )
    };
    Err(SqsError::new(code, message))
}

async fn carry_out(queues: Arc<Queues>, task: Arc<MoveTask>) {
    let pause = task
        .per_second
        .and_then(|rate| u32::try_from(rate).ok())
        .filter(|rate| *rate > 0)
        .map(|rate| Duration::from_secs(1) / rate);
    while !task.cancelled.load(Ordering::Relaxed) && move_one(&queues).await.is_some() {
        task.moved.fetch_add(1, Ordering::Relaxed);
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
    }
    task.ended.store(true, Ordering::Relaxed);
}

/// Moves one message. `None`: there is none left, or a queue has ended.
async fn move_one(queues: &Queues) -> Option<()> {
    let input = ReceiveMessageInput {
        queue_url: queues.dead.url().to_owned(),
        message_attribute_names: vec!["All".to_owned()],
        ..ReceiveMessageInput::default()
    };
    let received = queues.dead.engine.receive_message(input).await.ok()?;
    let message = received.messages.into_iter().next()?;
    let input = SendMessageInput {
        queue_url: queues.main.url().to_owned(),
        message_body: message.body?,
        message_attributes: message.message_attributes,
        ..SendMessageInput::default()
    };
    queues
        .send(&queues.main, input, Sender::MoveTask)
        .await
        .ok()?;
    queues
        .delete(&queues.dead, message.receipt_handle?, Outcome::Redriven)
        .await
        .ok()
}
