//! `edactl dlq delete`: deletes dead letters for good, once somebody has typed the queue's name.

use super::{Desk, one_by_one::Work, work_through::work_through};
use crate::{
    cli::{OutputFormat, dlq::DlqDeleteArgs},
    commands::{Error, ask, output},
    render::{dlq_letters::LettersReport, print, print_json},
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
        return Ok(looked.exit());
    }
    confirm(desk, args.yes)?;
    let (_, exit) = work_through(desk, Work::Delete, args.limit, args.output).await?;
    Ok(exit)
}

/// What is deleted is gone: whoever means it can name the queue.
fn confirm(desk: &Desk<'_>, yes: bool) -> Result<(), Error> {
    if yes {
        return Ok(());
    }
    let name = desk.name();
    let question =
        format!("The letters are deleted for good. Type the queue's name ({name}) to go on: ");
    match ask(&question)? {
        Some(typed) if typed == name => Ok(()),
        Some(typed) => Err(Error::Usage {
            message: format!("`{typed}` is not the name of the queue, so nothing was deleted"),
            hint: format!("repeat and type {name}"),
        }),
        None => Err(Error::Usage {
            message: format!("nobody agreed to deleting letters of {name} for good"),
            hint: "look first with --dry-run, then repeat with --yes".into(),
        }),
    }
}
