//! Working through the letters one by one: does it, shows what came of it, and tells the exit code.

use super::{
    Desk,
    one_by_one::{Done, Work, Worker},
};
use crate::{
    cli::OutputFormat,
    commands::{Error, output},
    render::{dlq_redrive::RedriveReport, print, print_json, progress::Progress},
    store::redrives::{LetterState, Redrive},
};
use edactl_core::exit::ExitCode;

/// Works through at most `limit` letters, and shows what became of each, also where it was broken
/// off.
///
/// # Errors
/// When it could not begin or go on, or the result could not be written.
pub async fn work_through<'d, 'a>(
    desk: &'d Desk<'a>,
    work: Work<'d>,
    limit: usize,
    format: OutputFormat,
) -> Result<(Worker<'d, 'a>, ExitCode), Error> {
    let mut worker = Worker::begin(desk, work).await?;
    let worked = worker
        .run(limit, &mut Progress::new(desk.global.quiet))
        .await;
    let redrive = worker.recorder.redrive();
    let exit = exit_code(redrive, &worker.done);
    let report = RedriveReport::new(desk.name(), redrive, &worker.done.summary(), exit as u8);
    output(match format {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report),
    })?;
    worked?;
    Ok((worker, exit))
}

/// The exit code: what is certain and bad comes before what is in doubt.
fn exit_code(redrive: &Redrive, done: &Done) -> ExitCode {
    let any = |wanted: fn(&LetterState) -> bool| {
        redrive.letters.values().any(|letter| wanted(&letter.state))
    };
    let refused = |state: &LetterState| {
        matches!(
            state,
            LetterState::NotSent { .. } | LetterState::NotDeleted { .. }
        )
    };
    if done.interrupted {
        ExitCode::Interrupted
    } else if any(refused) {
        ExitCode::Aws
    } else if done.time_up || any(LetterState::may_be_twice) {
        ExitCode::Undetermined
    } else {
        ExitCode::Success
    }
}
