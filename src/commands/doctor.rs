//! `doctor`: is the pipeline wired, set up and permitted as it should be? It only reads.

mod caller;
mod gather;

use std::{fs::File, io::BufWriter};

use crate::{
    cli::{DoctorArgs, FailOn, GlobalArgs, OutputFormat},
    commands::{Context, Error, output},
    render::{
        doctor_report::{self, DoctorReport},
        print, print_json, table,
    },
};
use edactl_core::exit::ExitCode;
use edactl_lint::{Severity, check, permissions};

/// Checks a pipeline, or prints the policy that edactl needs for it.
///
/// # Errors
/// When the pipeline cannot be found, or the result cannot be written.
pub async fn run(global: &GlobalArgs, args: DoctorArgs) -> Result<ExitCode, Error> {
    let context = Context::open(global).await?;
    let mut gathered = gather::gather(&context, &args).await?;
    let targets = gather::targets(&context, &gathered);
    let mut needed = permissions::needed(&targets);
    if args.policy {
        if args.with_dlq {
            needed.extend(permissions::needed_for_dead_letters(&targets));
        }
        output(print_json(&permissions::policy(&needed)))?;
        return Ok(ExitCode::Success);
    }
    let mut findings = check(&gathered.facts);
    if !context.embedded {
        caller::check(&context, &mut gathered, &needed, &mut findings).await;
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    for finding in &mut findings {
        finding.fix = doctor_report::located(&finding.fix, &context.pipeline);
    }
    let fail_on = match args.fail_on {
        FailOn::Warning => Severity::Warning,
        FailOn::Error => Severity::Error,
    };
    let failed = findings.iter().any(|finding| finding.severity >= fail_on);
    let exit = if failed {
        ExitCode::Disproven
    } else {
        ExitCode::Success
    };
    let all = findings.len();
    findings.retain(|finding| args.notes || finding.severity > Severity::Note);
    let report = DoctorReport::new(
        &context.pipeline.name,
        gathered.caller.as_ref().map(|caller| caller.arn.as_str()),
        &findings,
        all - findings.len(),
        &gathered.unknown,
        exit as u8,
    );
    if let Some(path) = &args.junit {
        let failed = |source| Error::Io {
            what: format!("cannot write {}", path.display()),
            source,
        };
        let file = BufWriter::new(File::create(path).map_err(failed)?);
        report.write_junit(fail_on, file).map_err(failed)?;
    }
    output(match args.output {
        OutputFormat::Table => print(&report.text(table::terminal_width())),
        OutputFormat::Json => print_json(&report),
    })?;
    Ok(exit)
}
