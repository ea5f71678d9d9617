//! One file a subcommand: reads its arguments, calls the floors below, hands results to `output`.

mod completions;
mod error;

pub use error::{Error, report};

use crate::{
    cli::{Cli, Command},
    exit::ExitCode,
};

/// Runs the command that was asked for.
///
/// # Errors
/// Whatever the command could not do; [`report`] prints it.
pub fn run(cli: Cli) -> Result<ExitCode, Error> {
    let Cli { global: _, command } = cli;
    match command {
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => completions::man(&args),
        Command::Send(_) | Command::Verify(_) | Command::Logs(_) | Command::Local(_) => {
            Err(Error::Usage {
                message: "not yet".into(),
                hint: "later".into(),
            })
        }
    }
}
