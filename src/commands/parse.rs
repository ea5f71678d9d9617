//! The command line of this process: read, or told what is wrong with it in edactl's own words.

use std::env;

use clap::{FromArgMatches, error::ErrorKind};

use crate::{
    cli::Cli,
    commands::{Error, report_error},
    render::{help, usage_error},
    say,
};
use edactl_core::exit::ExitCode;

/// Reads the arguments of this process.
///
/// # Errors
/// The exit code, when there is nothing to run: help was asked for and shown, or the error is told.
pub fn parse() -> Result<Cli, ExitCode> {
    let mut command = help::command();
    let arguments: Vec<_> = env::args_os().collect();
    let read = command
        .try_get_matches_from_mut(&arguments)
        .and_then(|mut matches| Cli::from_arg_matches_mut(&mut matches));
    let error = match read {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that closed the pipe has seen enough.
            let _ = error.print();
            Err(ExitCode::Success)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if arguments.len() < 2 => {
            say!("{}", help::WHERE_TO_START);
            Err(ExitCode::Usage)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Err(ExitCode::Usage)
        }
        _ => {
            let (message, hint) = usage_error::words(&error, &command, &arguments);
            Err(report_error(&Error::Usage { message, hint }))
        }
    }
}
