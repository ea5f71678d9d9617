//! `completions`: the script that has a shell ask edactl what fits at the cursor. The answers come
//! from `complete`.

use clap_complete::env::Shells;

use crate::{
    cli::CompletionsArgs,
    commands::{Error, complete, output},
    render::terminal,
};
use edactl_core::exit::ExitCode;

/// Prints the completion script of one shell to stdout.
///
/// # Errors
/// When stdout fails.
pub fn run(args: &CompletionsArgs) -> Result<ExitCode, Error> {
    let name = args.shell.to_string();
    let shells = Shells(complete::SHELLS);
    let mut script = Vec::new();
    if let Some(shell) = shells.completer(&name) {
        shell
            .write_registration(
                complete::VARIABLE,
                "edactl",
                "edactl",
                "edactl",
                &mut script,
            )
            .map_err(|source| Error::Io {
                what: format!("cannot make the completion script of {name}"),
                source,
            })?;
    }
    output(terminal::print_bytes(&script))?;
    Ok(ExitCode::Success)
}
