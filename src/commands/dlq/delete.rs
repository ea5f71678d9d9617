//! `edactl dlq delete`: deletes dead letters for good, once somebody has typed the queue's name.

use std::io::{self, IsTerminal};

use super::{
    Desk,
    one_by_one::{Work, Worker},
    redrive::exit_code,
};
use crate::{
    cli::{OutputFormat, dlq::DlqDeleteArgs},
    commands::{Error, ask, output},
    render::{
        dlq_letters::LettersReport, dlq_redrive::RedriveReport, print, print_json,
        progress::Progress,
    },
};
use edactl_core::exit::ExitCode;

/// Runs `dlq delete`.
///
/// # Errors
/// When nobody agreed, an argument is wrong, or AWS refuses.
pub async fn run(desk: &Desk<'_>, args: &DlqDeleteArgs) -> Result<ExitCode, Error> {
    desk.check_ids(args.limit).await?;
    if args.dry_run {
        let mut letters = Vec::new();
        let looked = desk
            .look(args.limit, |seen| {
                letters.push(seen);
                Ok(true)
            })
            .await?;
        let report = LettersReport::new(desk.name(), desk.facts.counters, looked, letters, false);
        output(match args.output {
            OutputFormat::Table => print(&report.dry_run("deleted", 0)),
            OutputFormat::Json => print_json(&report),
        })?;
        return Ok(ExitCode::Success);
    }
    confirm(desk, args.yes)?;
    let mut worker = Worker::begin(desk, Work::Delete).await?;
    let worked = worker
        .run(args.limit, &mut Progress::new(desk.global.quiet))
        .await;
    let redrive = worker.recorder.redrive();
    let exit = exit_code(redrive, &worker.done);
    let report = RedriveReport::new(desk.name(), redrive, &worker.done.summary(), exit as u8);
    output(match args.output {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report),
    })?;
    worked?;
    Ok(exit)
}

/// What is deleted is gone: whoever means it can name the queue.
fn confirm(desk: &Desk<'_>, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let name = desk.name();
    if !io::stdin().is_terminal() {
        return Err(Error::Usage {
            message: format!("nobody agreed to deleting letters of {name} for good"),
            hint: "look first with --dry-run, then repeat with --yes".into(),
        });
    }
    let typed = ask(&format!(
        "The letters are deleted for good. Type the queue's name ({name}) to go on: "
    ))?;
    if typed == name {
        return Ok(());
    }
    Err(Error::Usage {
        message: format!("`{typed}` is not the name of the queue, so nothing was deleted"),
        hint: format!("repeat and type {name}"),
    })
}
