//! How results look. Results go to stdout; progress, hints and warnings to stderr.

pub mod background_writer;
pub mod config_report;
pub mod count_report;
pub mod doctor_report;
pub mod dry_run;
pub mod github;
pub mod hints;
mod json_line;
pub mod junit;
pub mod log_line;
pub mod pager;
pub mod progress;
mod report_line;
pub mod send_report;
pub mod table;
pub mod template;
pub mod theme;
pub mod timeline;
pub mod trace_report;
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

/// Writes a result to stdout as one JSON document, piece by piece: it may be large.
///
/// # Errors
/// As [`print`].
pub fn print_json(document: &impl Serialize) -> io::Result<()> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut stdout, document)
        .map_err(io::Error::from)
        .and_then(|()| stdout.write_all(b"\n"))
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still in the buffer has no reader either.
            let _ = stdout.into_parts();
            Ok(())
        }
        other => other,
    }
}
