//! edactl: parse, run, print the error, exit code. Nothing else.

use edactl::{commands, environment};
use edactl_core::exit::ExitCode;

fn main() -> ExitCode {
    environment::drop_empty_aws_settings();
    if commands::complete_for_a_shell() {
        return ExitCode::Success;
    }
    let cli = match commands::parse() {
        Ok(cli) => cli,
        Err(told) => return told,
    };
    commands::run(cli).unwrap_or_else(|error| commands::report_error(&error))
}
