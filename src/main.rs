//! edactl: parse, run, print the error, exit code. Nothing else.

use clap::Parser;
use edactl::{cli::Cli, commands, environment};
use edactl_core::exit::ExitCode;

fn main() -> ExitCode {
    environment::drop_empty_aws_settings();
    let cli = Cli::parse();
    commands::run(cli).unwrap_or_else(|error| commands::report_error(&error))
}
