//! How results look. Results go to stdout; progress, hints and warnings to stderr.

pub mod config_report;
mod json_line;
pub mod log_line;
pub mod outlet;
pub mod pager;
pub mod progress;
mod report_line;
pub mod send_report;
pub mod table;
pub mod template;
pub mod theme;
pub mod verify_report;

use std::io::{self, Write};

use serde::Serialize;

/// Writes a result to stdout. A reader that closed the pipe has seen enough: that is no error.
///
/// # Errors
/// When stdout cannot be written for another reason.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Writes a result to stdout as one JSON document.
///
/// # Errors
/// As [`print`].
pub fn print_json(document: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    print(&text)
}
