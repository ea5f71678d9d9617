//! `edactl dlq redrive`: all letters by a message move task, or chosen ones letter by letter.

use std::collections::BTreeSet;

use clap::Parser;

use super::{
    Desk, move_task,
    one_by_one::{Done, Work},
    work_through::work_through,
};
use crate::{
    cli::{Cli, Command, OutputFormat, dlq::DlqRedriveArgs},
    commands::{Error, confirm_production, output, verify},
    render::{
        dlq_letters::LettersReport,
        hints::{hint, next_command},
        print, print_json,
    },
    store::redrives::Redrive,
};
use edactl_core::{event::marker::RunId, exit::ExitCode, topology::queue::queue_name};

/// Runs `dlq redrive`.
///
/// # Errors
/// When nobody agreed, an argument is wrong, or AWS refuses.
pub async fn run(desk: &Desk<'_>, args: &DlqRedriveArgs) -> Result<ExitCode, Error> {
    if args.cancel {
        return move_task::cancel(desk, args).await;
    }
    if args.verify && args.output == OutputFormat::Json {
        return Err(Error::Usage {
            message: "--verify and -o json would make two documents of one result".into(),
            hint: "redrive first, then: edactl verify --run ID -o json".into(),
        });
    }
    let to = match &args.to {
        Some(queue) => Some(desk.queues.url(queue).await?),
        None => None,
    };
    if to
        .as_deref()
        .is_some_and(|url| queue_name(url) == desk.name())
    {
        return Err(Error::Usage {
            message: format!(
                "--to names {} itself, so nothing would leave it",
                desk.name()
            ),
            hint: "leave --to away, or name the queue that the letters are for".into(),
        });
    }
    warn(desk, args);
    if args.all && !args.one_by_one {
        return move_task::run(desk, args, to.as_deref()).await;
    }
    desk.check_ids(args.limit).await?;
    if args.dry_run {
        return dry_run(desk, args).await;
    }
    confirm_production(&desk.context, args.yes)?;
    let work = Work::Resend {
        to: to.as_deref(),
        any_source: args.any_source,
        rate: args.rate,
    };
    let (worker, exit) = work_through(desk, work, args.limit, args.output).await?;
    let redrive = worker.recorder.redrive();
    after(desk, redrive, &worker.done);
    if args.verify && exit != ExitCode::Interrupted {
        return Ok(worst(exit, verify_runs(desk, redrive).await?));
    }
    Ok(exit)
}

/// What is known beforehand to be surprising.
fn warn(desk: &Desk<'_>, args: &DlqRedriveArgs) {
    if desk.facts.fifo {
        hint(
            desk.global,
            "of a FIFO queue only the first letters of each group can be received at a time; \
             redriven letters keep their groups and their order among themselves, but come after \
             what the queue has received since",
        );
    }
    if args.to.is_some() {
        hint(
            desk.global,
            "--to sends every chosen letter to that queue, wherever it came from",
        );
    }
}

async fn dry_run(desk: &Desk<'_>, args: &DlqRedriveArgs) -> Result<ExitCode, Error> {
    let mut letters = Vec::new();
    let ours = desk.context.queue.as_ref().map(|queue| queue.arn.clone());
    let mut others = 0;
    let looked = desk
        .look(args.limit, |seen| {
            let source = seen.letter.source_arn.as_ref();
            let is_other = source
                .zip(ours.as_ref())
                .is_some_and(|(its, ours)| its != ours);
            if is_other && !args.any_source && args.to.is_none() {
                others += 1;
            } else {
                letters.push(seen);
            }
            Ok(true)
        })
        .await?;
    let report = LettersReport::new(desk.name(), desk.facts.counters, looked, letters, false);
    output(match args.output {
        OutputFormat::Table => print(&report.dry_run("sent again", others)),
        OutputFormat::Json => print_json(&report),
    })?;
    Ok(ExitCode::Success)
}

fn worst(one: ExitCode, other: ExitCode) -> ExitCode {
    if one == ExitCode::Success { other } else { one }
}

/// What to know and to do after it.
fn after(desk: &Desk<'_>, redrive: &Redrive, done: &Done) {
    let global = desk.global;
    if done.other_sources > 0 {
        hint(
            global,
            "letters of other queues than the pipeline's were left alone; --any-source takes them, \
             too",
        );
    }
    if redrive
        .letters
        .values()
        .any(|letter| letter.state.may_be_twice())
    {
        let list = next_command(global, "dlq list");
        hint(
            global,
            &format!("{list} tells which letters may exist twice"),
        );
    }
    if let Some(run) = runs(redrive).first() {
        let verify = next_command(global, &format!("verify --run {run}"));
        hint(global, &format!("{verify} proves that they arrived"));
    }
}

/// The runs of the letters that were sent again.
fn runs(redrive: &Redrive) -> BTreeSet<RunId> {
    let sent = redrive
        .letters
        .values()
        .filter(|letter| letter.state.new_id().is_some());
    sent.filter_map(|letter| Some(letter.place.as_ref()?.run.clone()))
        .collect()
}

/// Some of the new message ids, as a regular expression that finds any of them.
fn new_ids(redrive: &Redrive) -> String {
    let ids = redrive.letters.values().filter_map(|it| it.state.new_id());
    ids.take(3).collect::<Vec<_>>().join("|")
}

/// Verifies each run that a letter belongs to, as `edactl verify --run` does.
async fn verify_runs(desk: &Desk<'_>, redrive: &Redrive) -> Result<ExitCode, Error> {
    let runs = runs(redrive);
    if runs.is_empty() && new_ids(redrive).is_empty() {
        return Err(Error::NotObservable {
            message: "no letter was sent again, so there is nothing to verify".into(),
            hint: format!(
                "{} shows what the dead-letter queue holds",
                next_command(desk.global, "dlq list")
            ),
        });
    }
    if runs.is_empty() {
        return Err(Error::NotObservable {
            message: "none of these letters belongs to a recorded run, so nothing tells which \
                      payload to look for"
                .into(),
            hint: format!(
                "look for their new message ids in the consumer's log: {}",
                next_command(
                    desk.global,
                    &format!("logs --from consumer --grep '{}'", new_ids(redrive))
                )
            ),
        });
    }
    let mut exit = ExitCode::Success;
    for run in runs {
        let line = ["edactl", "verify", "--run", run.as_str()];
        if let Ok(Cli {
            command: Command::Verify(args),
            ..
        }) = Cli::try_parse_from(line)
        {
            exit = worst(exit, Box::pin(verify::run(desk.global, args)).await?);
        }
    }
    Ok(exit)
}

impl Desk<'_> {
    /// Looks for letters that are chosen by a part of their id: it must fit one only. What changes
    /// nothing needs no such look.
    pub async fn check_ids(&self, limit: usize) -> Result<(), Error> {
        if !self.choice.has_ids() {
            return Ok(());
        }
        let mut letters = Vec::new();
        self.look(limit, |seen| {
            letters.push(seen.letter);
            Ok(true)
        })
        .await?;
        self.choice.check_ids(&letters)
    }
}
