//! The pager of a long text on a terminal.

use std::process::{Child, ChildStdin, Command, Stdio};

/// Starts the user's pager (`EDACTL_PAGER`, `PAGER`, else `less`). `None`: there is none, or none
/// is wanted (`cat`, an empty name, a CI job).
#[must_use]
pub fn start() -> Option<(Child, ChildStdin)> {
    let named = |name| std::env::var(name).ok();
    if named("CI").is_some() {
        return None;
    }
    let pager = named("EDACTL_PAGER").or_else(|| named("PAGER"));
    let pager = pager.as_deref().unwrap_or("less");
    let mut words = pager.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if named("LESS").is_none() {
        // Ends by itself when all fits on the screen, and lets colours through.
        command.env("LESS", "FRX");
    }
    let mut child = command.spawn().ok()?;
    let stdin = child.stdin.take()?;
    Some((child, stdin))
}
