//! Redriving everything by a message move task of SQS (`StartMessageMoveTask`), with progress;
//! Ctrl-C stops it.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Desk, one_by_one::Done};
use crate::{
    cli::{OutputFormat, dlq::DlqRedriveArgs},
    commands::{Error, confirm_production, output},
    interrupt::Interrupt,
    render::{
        dlq_redrive::{self, MoveCancelled, MoveDryRun, RedriveReport},
        hints::{hint, next_command},
        print, print_json,
        progress::Progress,
    },
    store::redrives::{How, RedriveHead, RedriveLine},
};
use edactl_aws::{
    dead_letters::moves::{MoveStatus, MoveTask, is_missing},
    error::AwsError,
};
use edactl_core::{
    event::marker::RunId, exit::ExitCode, humanize::count, run::Ending, topology::queue::queue_name,
};

/// How often the task is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// The embedded queue costs nothing to ask.
const EMBEDDED_LOOK: Duration = Duration::from_millis(50);

/// Moves everything.
///
/// # Errors
/// When nobody agreed, a task is under way, or SQS refuses.
pub async fn run(
    desk: &Desk<'_>,
    args: &DlqRedriveArgs,
    to: Option<&str>,
) -> Result<ExitCode, Error> {
    if args.verify {
        return Err(Error::Usage {
            message: "SQS does not tell what became of each letter that it moves, so there is \
                      nothing to verify by"
                .into(),
            hint: "add --one-by-one, or verify the run afterwards: edactl verify --run ID".into(),
        });
    }
    if let Some(task) = under_way(desk)
        .await
        .map_err(|error| missing(desk, error))?
    {
        return Err(Error::Usage {
            message: format!(
                "a redrive of {} is under way already ({})",
                desk.name(),
                dlq_redrive::moved(&task)
            ),
            hint: format!(
                "wait for its end, or stop it: {}",
                next_command(desk.global, "dlq redrive --cancel")
            ),
        });
    }
    check_sources(desk, args).await?;
    if args.dry_run {
        return dry_run(desk, args, to);
    }
    confirm_production(&desk.context, args.yes)?;
    let destination = match to {
        Some(url) => Some(desk.queues.facts(url).await?.arn),
        None => None,
    };
    let now = Timestamp::now();
    let id = RunId::new(now, rand::random());
    let name = &desk.context.pipeline.name;
    let head = RedriveHead::new(id, now, name, &desk.url, How::MoveTask);
    let mut recorder = desk.store.begin_redrive(head)?;
    let mut interrupt = desk.interrupt.clone();
    let handle = desk
        .letters
        .start_move(&desk.facts.arn, destination.as_deref(), args.rate)
        .await
        .map_err(|error| missing(desk, error))?;
    recorder.record(vec![RedriveLine::Moving {
        handle: handle.clone(),
        at: Timestamp::now(),
    }])?;
    let mut progress = Progress::new(desk.global.quiet);
    let followed = follow(desk, &handle, &mut progress, &mut interrupt).await;
    progress.clear();
    let (task, broken_off) = followed?;
    recorder.record(vec![RedriveLine::Ended {
        at: Timestamp::now(),
        how: if broken_off.is_some() {
            Ending::Interrupted
        } else {
            Ending::Complete
        },
        moved: task.as_ref().map(|task| task.moved),
    }])?;
    let exit = match &task {
        _ if let Some(exit) = broken_off => exit,
        Some(task) if task.status == MoveStatus::Completed => ExitCode::Success,
        Some(task) if task.status == MoveStatus::Failed => ExitCode::Aws,
        _ => ExitCode::Undetermined,
    };
    let done = Done {
        interrupted: broken_off == Some(ExitCode::Interrupted),
        given_up: task.as_ref().and_then(|task| task.failure.clone()),
        ..Done::default()
    };
    let redrive = recorder.redrive();
    let report = RedriveReport::new(desk.name(), redrive, &done.summary(), exit as u8);
    output(match args.output {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report),
    })?;
    if let Some(reason) = task.and_then(|task| task.failure) {
        hint(
            desk.global,
            &format!(
                "SQS gave up: {reason}; {} sends the rest letter by letter",
                next_command(desk.global, "dlq redrive --all --one-by-one")
            ),
        );
    }
    Ok(exit)
}

fn dry_run(desk: &Desk<'_>, args: &DlqRedriveArgs, to: Option<&str>) -> Result<ExitCode, Error> {
    let held = desk.facts.counters.visible.unwrap_or_default();
    let report = MoveDryRun::new(desk.name(), held, to);
    output(match args.output {
        OutputFormat::Table => print(&report.to_text()),
        OutputFormat::Json => print_json(&report),
    })?;
    Ok(ExitCode::Success)
}

/// Stops the task that is under way.
///
/// # Errors
/// When there is none, or SQS refuses.
pub async fn cancel(desk: &Desk<'_>, args: &DlqRedriveArgs) -> Result<ExitCode, Error> {
    let task = under_way(desk)
        .await
        .map_err(|error| missing(desk, error))?;
    let Some((task, handle)) = task.and_then(|task| Some((task.clone(), task.handle?))) else {
        return Err(Error::Usage {
            message: format!(
                "no redrive of {} is under way that could be stopped",
                desk.name()
            ),
            hint: format!(
                "{} shows what the queue holds",
                next_command(desk.global, "dlq list")
            ),
        });
    };
    desk.letters.cancel_move(&handle).await?;
    let report = MoveCancelled::new(desk.name(), &task);
    output(match args.output {
        OutputFormat::Table => print(&report.to_text()),
        OutputFormat::Json => print_json(&report),
    })?;
    Ok(ExitCode::Success)
}

async fn under_way(desk: &Desk<'_>) -> Result<Option<MoveTask>, AwsError> {
    let tasks = desk.letters.moves(&desk.facts.arn).await?;
    Ok(tasks.into_iter().find(|task| task.status.is_under_way()))
}

/// Where the operation is missing, the other way is offered.
fn missing(desk: &Desk<'_>, error: AwsError) -> Error {
    if is_missing(&error) {
        Error::Usage {
            message: "this endpoint has no message move tasks (StartMessageMoveTask); emulators \
                      lack them"
                .into(),
            hint: format!(
                "have edactl send each letter: {}",
                next_command(desk.global, "dlq redrive --all --one-by-one")
            ),
        }
    } else {
        Error::Aws(error)
    }
}

/// A task moves the letters of all queues that share this one.
async fn check_sources(desk: &Desk<'_>, args: &DlqRedriveArgs) -> Result<(), Error> {
    let Some(ours) = &desk.context.pipeline.queue else {
        return Ok(());
    };
    if args.any_source || args.to.is_some() {
        return Ok(());
    }
    let sources = desk.sources().await?.unwrap_or_default();
    let others: Vec<_> = sources
        .iter()
        .map(|url| queue_name(url))
        .filter(|name| *name != ours.name)
        .collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(Error::Usage {
        message: format!(
            "{} also takes the failed messages of {}, and SQS would move theirs, too",
            desk.name(),
            others.join(", ")
        ),
        hint: format!(
            "redrive those of {} only: {}; or all of them with --any-source",
            ours.name,
            next_command(desk.global, "dlq redrive --all --one-by-one")
        ),
    })
}

/// Watches the task to its end, and stops it on Ctrl-C and when the time is up: what the command ends
/// in then. No task: SQS does not list it any more.
async fn follow(
    desk: &Desk<'_>,
    handle: &str,
    progress: &mut Progress,
    interrupt: &mut Interrupt,
) -> Result<(Option<MoveTask>, Option<ExitCode>), Error> {
    let began = Instant::now();
    let pause = if desk.context.embedded {
        EMBEDDED_LOOK
    } else {
        LOOK
    };
    let deadline = desk.deadline();
    let mut seen = None;
    let broken_off = loop {
        let looked = tokio::select! {
            looked = desk.letters.moves(&desk.facts.arn) => looked?,
            () = interrupt.wait() => break Some(ExitCode::Interrupted),
            () = sleep_until(deadline) => break Some(ExitCode::Undetermined),
        };
        // Only a running task has its handle; this one is the newest.
        let task = looked.into_iter().next();
        if let Some(task) = &task {
            let rest = desk.facts.counters.visible.unwrap_or_default();
            let of = task.to_move.unwrap_or(rest);
            let state = format!("{} of about {} moved", count(task.moved), count(of));
            progress.show(began.elapsed(), &state);
        }
        let is_over = task.as_ref().is_none_or(|task| !task.status.is_under_way());
        seen = task;
        if is_over {
            break None;
        }
        tokio::select! {
            () = sleep(pause) => {}
            () = interrupt.wait() => break Some(ExitCode::Interrupted),
            () = sleep_until(deadline) => break Some(ExitCode::Undetermined),
        }
    };
    if broken_off.is_some() {
        let stopped =
            tokio::time::timeout(Duration::from_millis(800), desk.letters.cancel_move(handle));
        let stopped = stopped.await;
        if !matches!(stopped, Ok(Ok(()))) {
            hint(
                desk.global,
                &format!(
                    "the redrive could not be stopped and goes on: {}",
                    next_command(desk.global, "dlq redrive --cancel")
                ),
            );
        }
    }
    Ok((seen, broken_off))
}
