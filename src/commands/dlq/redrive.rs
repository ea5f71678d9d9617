//! `edactl dlq redrive`: all letters by a message move task, or chosen ones letter by letter.

use clap::Parser;

use super::{
    Desk, move_task,
    one_by_one::{Done, Work},
    work_through::work_through,
};
use crate::{
    cli::{Cli, Command, OutputFormat, dlq::DlqRedriveArgs},
    commands::{Error, confirm_production, output, verify},
    render::table::counted,
    render::{
        dlq_letters::LettersReport,
        hints::{hint, next_command},
        print, print_json,
    },
    store::redrives::Redrive,
};
use edactl_core::{exit::ExitCode, topology::queue::queue_name};

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
            hint: "redrive first, then: edactl verify --run ID -o json, with the id in `redrive`"
                .into(),
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
    if args.verify {
        check_provable(desk, to.as_deref())?;
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
        apart: args.verify,
    };
    let (worker, exit) = work_through(desk, work, args.limit, args.output).await?;
    let redrive = worker.recorder.redrive();
    after(desk, redrive, &worker.done, args.verify);
    if args.verify && exit != ExitCode::Interrupted {
        return Ok(worst(exit, verify_resent(desk, &worker.done).await?));
    }
    Ok(exit)
}

/// Whether anything could tell that redriven letters arrived.
fn check_provable(desk: &Desk<'_>, to: Option<&str>) -> Result<(), Error> {
    desk.context.consumer()?;
    let Some(queue) = &desk.context.pipeline.queue else {
        return Err(Error::Usage {
            message: "--verify needs the queue that the consumer reads, which is not known".into(),
            hint: "name it with --queue, or leave --verify away".into(),
        });
    };
    if to.is_some_and(|to| queue_name(to) != queue.name) {
        return Err(Error::Usage {
            message: format!(
                "--verify reads the log of the consumer of {}, which --to sends past",
                queue.name
            ),
            hint: "leave --to or --verify away".into(),
        });
    }
    Ok(())
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
    Ok(looked.exit())
}

/// What is certain and bad comes first, then what the redrive came to.
fn worst(redrive: ExitCode, verify: ExitCode) -> ExitCode {
    match (redrive, verify) {
        (_, ExitCode::Disproven) | (ExitCode::Success, _) => verify,
        _ => redrive,
    }
}

/// What to know and to do after it.
fn after(desk: &Desk<'_>, redrive: &Redrive, done: &Done, is_verified: bool) {
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
            &format!("this tells which letters may exist twice: {list}"),
        );
    }
    if let Some(run) = done.run.as_ref().filter(|_| !is_verified) {
        let verify = next_command(global, &format!("verify --run {run}"));
        hint(global, &format!("this proves that they arrived: {verify}"));
    }
}

/// Verifies what was sent again, as `edactl verify --run` does: these messages and no others.
async fn verify_resent(desk: &Desk<'_>, done: &Done) -> Result<ExitCode, Error> {
    let mut exit = ExitCode::Success;
    if done.elsewhere > 0 {
        hint(
            desk.global,
            &format!(
                "{} went to other queues than the pipeline's, so nothing here can prove them",
                counted(done.elsewhere, "letter")
            ),
        );
        exit = ExitCode::Undetermined;
    }
    let Some(run) = &done.run else {
        return Ok(exit);
    };
    let line = ["edactl", "verify", "--run", run.as_str()];
    if let Ok(Cli {
        command: Command::Verify(args),
        ..
    }) = Cli::try_parse_from(line)
    {
        exit = worst(exit, Box::pin(verify::run(desk.global, args)).await?);
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
