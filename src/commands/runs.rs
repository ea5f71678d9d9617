//! `edactl runs`: the recorded runs, listed, shown, compared and deleted. It needs no AWS.

use std::env;

use jiff::Timestamp;

use crate::{
    cli::{
        GlobalArgs, OutputFormat,
        runs::{RunsAction, RunsArgs, RunsDiffArgs, RunsListArgs, RunsPruneArgs, RunsShowArgs},
    },
    commands::{Error, output, report::find},
    config::Config,
    render::{
        hints::hint,
        print, print_json,
        runs_diff::DiffReport,
        runs_report::{PruneReport, RunEntry, RunsReport, ShowReport},
        table::counted,
        verify_report::VerifyReport,
    },
    store::{RunStore, evidence_rows::EvidenceRows, retention::moment_before},
};
use edactl_core::{exit::ExitCode, report::Summary};

/// Runs `runs`.
///
/// # Errors
/// When a run is not known or was not verified, or the records cannot be read or deleted.
pub fn run(global: &GlobalArgs, args: RunsArgs) -> Result<ExitCode, Error> {
    let store = RunStore::open()?;
    match args.action {
        RunsAction::List(args) => list(global, &store, &args),
        RunsAction::Show(args) => show(global, &store, &args),
        RunsAction::Diff(args) => diff(global, &store, &args),
        RunsAction::Prune(args) => prune(global, &store, &args),
    }?;
    Ok(ExitCode::Success)
}

/// A run that cannot be read is one line, not the end of the list.
fn list(global: &GlobalArgs, store: &RunStore, args: &RunsListArgs) -> Result<(), Error> {
    let mut entries = Vec::new();
    for id in store.ids()?.into_iter().rev() {
        match store.load(&id) {
            Ok(run) => {
                let asked = global.pipeline.as_ref();
                if asked.is_some_and(|asked| *asked != run.plan.pipeline.name) {
                    continue;
                }
                let found = EvidenceRows::read(store, &run).ok();
                entries.push(RunEntry::new(&run, found.as_ref()));
            }
            Err(error) => entries.push(RunEntry::unreadable(&id, &error.to_string())),
        }
    }
    let report = RunsReport::new(entries);
    output(match args.output {
        OutputFormat::Table => print(&report.to_table(Timestamp::now())),
        OutputFormat::Json => print_json(&report),
    })
}

fn show(global: &GlobalArgs, store: &RunStore, args: &RunsShowArgs) -> Result<(), Error> {
    let run = find(store, &args.run, global.pipeline.as_deref())?;
    let found = EvidenceRows::read(store, &run).ok();
    let redrives = store.redrives();
    let report = ShowReport::new(&run, found.as_ref(), &redrives);
    output(match args.output {
        OutputFormat::Table => print(&report.text(Timestamp::now())),
        OutputFormat::Json => print_json(&report),
    })
}

fn diff(global: &GlobalArgs, store: &RunStore, args: &RunsDiffArgs) -> Result<(), Error> {
    let both = [&args.before, &args.after].map(|asked| {
        let run = find(store, asked, global.pipeline.as_deref())?;
        let found: (Summary, EvidenceRows) = EvidenceRows::read(store, &run)?;
        Ok::<_, Error>((run, found))
    });
    let [before, after] = both;
    let ((before, (before_head, before_rows)), (after, (after_head, after_rows))) =
        (before?, after?);
    let report = DiffReport::new(
        VerifyReport {
            run: &before,
            head: &before_head,
            messages: &before_rows,
        },
        VerifyReport {
            run: &after,
            head: &after_head,
            messages: &after_rows,
        },
    );
    output(match args.output {
        OutputFormat::Table => print(&report.to_table()),
        OutputFormat::Json => print_json(&report),
    })
}

fn prune(global: &GlobalArgs, store: &RunStore, args: &RunsPruneArgs) -> Result<(), Error> {
    let keep_runs = || {
        let here = env::current_dir().unwrap_or_default();
        Config::find(&here).map(|config| config.keep_runs)
    };
    let older = match args.older {
        Some(older) => Some(older),
        None => keep_runs()?,
    };
    let Some(older) = older else {
        return Err(Error::Usage {
            message: "nothing says how old a run has to be".into(),
            hint: "edactl runs prune --older 30d, or keep_runs = \"30d\" in edactl.toml".into(),
        });
    };
    let old = store.old(moment_before(Timestamp::now(), older), args.unverified)?;
    if !args.dry_run {
        for run in &old.expendable {
            store.remove(run)?;
        }
    }
    let report = PruneReport::new(&old, args.dry_run);
    output(match args.output {
        OutputFormat::Table => print(&report.text()),
        OutputFormat::Json => print_json(&report),
    })?;
    if !old.unverified.is_empty() {
        let kept = counted(old.unverified.len() as u64, "run");
        hint(
            global,
            &format!("{kept} as old were never verified and stay; --unverified takes them, too"),
        );
    }
    Ok(())
}
