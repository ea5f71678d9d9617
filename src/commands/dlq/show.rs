//! `edactl dlq list`, `peek` and `export`: what the dead-letter queue holds, and why.

use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
};

use super::Desk;
use crate::{
    cli::{
        OutputFormat,
        dlq::{DlqExportArgs, DlqListArgs, DlqPeekArgs},
    },
    commands::{Error, output},
    render::{
        dlq_export::export_line,
        dlq_letters::LettersReport,
        hints::{hint, next_command},
        print, print_json,
        table::counted,
        terminal::raw_stdout,
    },
};
use edactl_core::exit::ExitCode;

/// Runs `dlq list`.
///
/// # Errors
/// When AWS refuses, or the result cannot be written.
pub async fn list(desk: &Desk<'_>, args: &DlqListArgs) -> Result<ExitCode, Error> {
    let mut letters = Vec::new();
    let looked = desk
        .look(args.limit, |mut seen| {
            // A deep queue's bodies need not be kept.
            seen.letter.body = String::new();
            letters.push(seen);
            Ok(true)
        })
        .await?;
    let redrives = desk.store.redrives();
    let here = redrives
        .iter()
        .filter(|redrive| redrive.head.dlq == desk.url);
    let report = LettersReport::new(desk.name(), desk.facts.counters, looked, letters, false)
        .with_redrives(here);
    output(match args.output {
        OutputFormat::Table => print(&report.by_reason()),
        OutputFormat::Json => print_json(&report),
    })?;
    if let Some(run) = report.unverified_run() {
        let verify = next_command(desk.global, &format!("verify --run {run}"));
        hint(
            desk.global,
            &format!("{verify} finds out why; that run was not verified yet"),
        );
    }
    Ok(looked.exit())
}

/// Runs `dlq peek`.
///
/// # Errors
/// As [`list`].
pub async fn peek(desk: &Desk<'_>, args: &DlqPeekArgs) -> Result<ExitCode, Error> {
    let mut letters = Vec::new();
    let looked = desk
        .look(args.limit, |seen| {
            letters.push(seen);
            Ok(letters.len() < args.count as usize)
        })
        .await?;
    let counters = desk.facts.counters;
    let report = LettersReport::new(desk.name(), counters, looked, letters, args.show_body);
    output(match args.output {
        OutputFormat::Table => print(&report.one_by_one()),
        OutputFormat::Json => print_json(&report),
    })?;
    Ok(looked.exit())
}

/// Runs `dlq export`.
///
/// # Errors
/// As [`list`], and when the file is there already.
pub async fn export(desk: &Desk<'_>, args: &DlqExportArgs) -> Result<ExitCode, Error> {
    let is_stdout = args.file.as_os_str() == "-";
    let shown = if is_stdout {
        "stdout".to_owned()
    } else {
        args.file.display().to_string()
    };
    let failed = |source: io::Error| Error::Io {
        what: format!("cannot write {shown}"),
        source,
    };
    let target: Box<dyn Write> = if is_stdout {
        Box::new(raw_stdout())
    } else {
        let mut options = OpenOptions::new();
        options.write(true).mode(0o600);
        if args.force {
            // A file that is there keeps its mode, so it must not be there.
            match std::fs::remove_file(&args.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
        let file = options.create_new(true).open(&args.file);
        Box::new(file.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Error::Usage {
                message: format!("{shown} is there already"),
                hint: "name another file, or write over it with --force".into(),
            },
            _ => failed(error),
        })?)
    };
    let mut lines = BufWriter::new(target);
    let mut written = 0_u64;
    let looked = desk
        .look(args.limit, |seen| {
            let line = export_line(&seen);
            match lines.write_all(&line) {
                Ok(()) => {
                    written += 1;
                    Ok(true)
                }
                // A reader that closed the pipe has seen enough.
                Err(error) if is_stdout && error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
                Err(error) => Err(failed(error)),
            }
        })
        .await?;
    match lines.flush() {
        Err(error) if is_stdout && error.kind() == io::ErrorKind::BrokenPipe => {}
        flushed => flushed.map_err(failed)?,
    }
    let who = if is_stdout {
        ""
    } else {
        ", readable by you only"
    };
    hint(
        desk.global,
        &format!(
            "{} with bodies, which are payloads and may be confidential, went to {shown}{who}",
            counted(written, "letter")
        ),
    );
    let held = desk.facts.counters.visible.unwrap_or_default();
    if !looked.to_the_end && held > looked.at {
        hint(
            desk.global,
            &format!(
                "only {} of about {held} were looked at (--limit)",
                looked.at
            ),
        );
    }
    Ok(looked.exit())
}
