//! `edactl report`: what the last verify of a run found, once more, without AWS.

use crate::{
    cli::{GlobalArgs, ReportArgs},
    commands::{Error, rendering::render},
    render::verify_report::VerifyReport,
    store::{RunStore, StoreError, evidence_rows::EvidenceRows},
};
use edactl_core::{exit::ExitCode, run::Run};

/// Runs `report`.
///
/// # Errors
/// When the run is not known or was never verified, or an output cannot be written.
pub fn run(global: &GlobalArgs, args: &ReportArgs) -> Result<ExitCode, Error> {
    let store = RunStore::open()?;
    let run = find(&store, &args.run, global.pipeline.as_deref())?;
    let (head, kept) = EvidenceRows::read(&store, &run)?;
    let report = VerifyReport {
        run: &run,
        head: &head,
        messages: &kept,
    };
    render(&args.reporting, report)?;
    Ok(head.exit_code())
}

/// The recorded run that was asked for; `last` is the newest, of the pipeline where one is named.
///
/// # Errors
/// When there is none.
pub fn find(store: &RunStore, asked: &str, pipeline: Option<&str>) -> Result<Run, StoreError> {
    let run = match asked {
        "last" => store.newest(pipeline)?,
        _ => store.resolve(asked)?,
    };
    store.load(&run)
}
