//! The exit codes, in one place: `--help`, the README and the JSON reports quote these.

use std::process::Termination;

#[cfg(feature = "schema")]
use schemars::JsonSchema_repr;

/// How a command ended, as the shell and a CI job see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(JsonSchema_repr))]
#[repr(u8)]
pub enum ExitCode {
    /// The command did its work; for `verify`: every message is proven.
    Success = 0,
    /// A message was lost, failed, dead-lettered, or duplicated where `--exactly-once` asks; for
    /// `doctor`: a finding is as severe as `--fail-on`.
    Disproven = 1,
    /// Wrong usage or configuration; nothing was sent.
    Usage = 2,
    /// AWS refused, or could not be reached.
    Aws = 3,
    /// Not proven in time, or not observable.
    Undetermined = 4,
    /// Ctrl-C or SIGTERM.
    Interrupted = 130,
}

/// The list as `--help` shows it.
pub const HELP: &str = "\
Exit codes:
  0    proven (or simply done)
  1    disproven: a message was lost, failed, dead-lettered, or duplicated under --exactly-once;
       doctor: something is wrong
  2    wrong usage or configuration; nothing was sent
  3    AWS refused or could not be reached
  4    undetermined: not proven in time, or not observable
  130  interrupted";

impl Termination for ExitCode {
    fn report(self) -> std::process::ExitCode {
        std::process::ExitCode::from(self as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_ends_with_the_code_that_the_help_tells() {
        for (code, number) in [
            (ExitCode::Success, 0),
            (ExitCode::Disproven, 1),
            (ExitCode::Usage, 2),
            (ExitCode::Aws, 3),
            (ExitCode::Undetermined, 4),
            (ExitCode::Interrupted, 130),
        ] {
            assert_eq!(code.report(), std::process::ExitCode::from(number));
            assert!(HELP.contains(&format!("\n  {number} ")), "{number}");
        }
    }
}
