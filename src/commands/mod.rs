//! One file a subcommand: reads its arguments, calls the floors below, hands results to `output`.

mod complete;
mod completions;
mod config;
mod config_init;
mod config_show;
mod dlq;
mod doctor;
mod local;
mod logs;
mod man;
mod parse;
mod rendering;
mod report;
mod run_pipeline;
mod runs;
mod send;
mod trace;
mod verify;

use std::io::{self, IsTerminal};

pub use self::{complete::complete_for_a_shell, parse::parse};
pub use crate::error::{Error, report as report_error};

use crate::{context::Context, interrupt, render::terminal};

use crate::cli::{Cli, ColorChoice, Command};

use edactl_core::exit::ExitCode;
use edactl_state::Access;

/// Runs the command that was asked for.
///
/// # Errors
/// Whatever the command could not do; [`report_error`] prints it.
pub fn run(cli: Cli) -> Result<ExitCode, Error> {
    let Cli { global, command } = cli;
    set_colors(global.color);
    // A pipeline that is served has no limit; all else has.
    let serves = matches!(command, Command::Local(_));
    interrupt::watch(global.timeout.filter(|_| !serves));
    if !matches!(command, Command::Completions(_) | Command::Man(_)) {
        secure_state_dir()?;
    }
    match command {
        Command::Send(args) => block_on(send::run(&global, args)),
        Command::Verify(args) => block_on(verify::run(&global, args)),
        Command::Doctor(args) => block_on(doctor::run(&global, args)),
        Command::Config(args) => config::run(&global, args),
        Command::Report(args) => report::run(&global, &args),
        Command::Trace(args) => block_on(trace::run(&global, &args)),
        Command::Local(args) => local::run(&global, args),
        Command::Logs(args) => block_on(logs::run(&global, args)),
        Command::Dlq(args) => block_on(dlq::run(&global, args)),
        Command::Runs(args) => runs::run(&global, args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    }
}

/// A state directory that others may write would let them plant runs and a pipeline's address.
fn secure_state_dir() -> Result<(), Error> {
    // Where no home is known, the commands that need the directory say so.
    let Ok(dir) = edactl_state::state_dir() else {
        return Ok(());
    };
    match edactl_state::mend(&dir) {
        Ok(Access::Private) => Ok(()),
        Ok(mended) => {
            terminal::say(&format!("warning: {mended}"));
            Ok(())
        }
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Error::Usage {
            message: format!("cannot use the state directory {}: {source}", dir.display()),
            hint: "set EDACTL_STATE_DIR to a directory of your own".into(),
        }),
    }
}

/// One thread is enough for a client, and starts faster than many.
fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Io {
            what: "cannot start".into(),
            source,
        })?;
    let result = runtime.block_on(work);
    // A request that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    result
}

fn set_colors(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// A result that could not be written is an error of the command.
fn output(written: io::Result<()>) -> Result<(), Error> {
    written.map_err(|source| Error::Io {
        what: "cannot write to stdout".into(),
        source,
    })
}

/// Sending to a pipeline that is marked as production needs a word from the user.
fn confirm_production(context: &Context, yes: bool) -> Result<(), Error> {
    if !context.production || yes {
        return Ok(());
    }
    let name = &context.pipeline.name;
    let refused = || Error::Usage {
        message: format!("`{name}` is a production pipeline, and nobody agreed to sending"),
        hint: "repeat with --yes".into(),
    };
    let question = format!("`{name}` is a production pipeline. Send to it? [y/N] ");
    match ask(&question)?.as_deref() {
        Some("y" | "Y" | "yes") => Ok(()),
        _ => Err(refused()),
    }
}

/// Asks on stderr and reads one line of stdin; `None`: stdin is no terminal, so nobody can answer.
fn ask(question: &str) -> Result<Option<String>, Error> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    terminal::ask(question);
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .map_err(|source| Error::Io {
            what: "cannot read the answer".into(),
            source,
        })?;
    Ok(Some(answer.trim().to_owned()))
}
