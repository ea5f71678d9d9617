//! Where a report goes: stdout, a JUnit file, GitHub. `verify` and `report` share it.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::Path,
};

use crate::{
    cli::{OutputFormat, ReportingArgs},
    commands::{Error, output},
    render::{github, junit, print, print_json, terminal, verify_report::VerifyReport},
};

/// Shows a report in every way that was asked for. The result on stdout comes last, and comes also
/// when a file cannot be written.
///
/// # Errors
/// When a file or stdout cannot be written.
pub fn render(args: &ReportingArgs, report: VerifyReport<'_>) -> Result<(), Error> {
    let junit = args.junit.as_deref().map(|path| write_junit(path, report));
    let github = (args.github || is_github()).then(|| tell_github(report));
    output(match args.output {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report.to_json()),
    })?;
    junit.into_iter().chain(github).collect()
}

fn is_github() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

fn write_junit(path: &Path, report: VerifyReport<'_>) -> Result<(), Error> {
    let write = || -> io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        junit::write(report, &mut file)?;
        file.flush()
    };
    write().map_err(|source| Error::Io {
        what: format!("cannot write the JUnit file {}", path.display()),
        source,
    })
}

fn tell_github(report: VerifyReport<'_>) -> Result<(), Error> {
    terminal::command_github(&github::annotations(report));
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let path = Path::new(&path);
    let append = || -> io::Result<()> {
        let used = fs::metadata(path).map_or(0, |file| file.len());
        let room =
            github::SUMMARY_BYTES.saturating_sub(usize::try_from(used).unwrap_or(usize::MAX));
        let text = github::fit(github::summary(report), room);
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(text.as_bytes())
    };
    append().map_err(|source| Error::Io {
        what: format!("cannot write the step summary {}", path.display()),
        source,
    })
}
