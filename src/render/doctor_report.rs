//! The result of `doctor`: what is wrong, what to do, and what could not be looked at.

use std::io;

use anstyle::Style;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use schemars::JsonSchema;
use serde::Serialize;

use crate::render::{
    document_schema::DocumentSchema,
    escape::inline,
    explain, junit,
    table::{self, counted},
    theme::{self, paint},
};
use edactl_core::{exit::ExitCode, topology::Pipeline};
use edactl_lint::{Finding, Severity};

const SCHEMA: &str = "edactl.doctor/1";

/// Something that could not be looked at, so that nothing is said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unknown {
    /// What would have been looked at.
    pub what: String,
    /// Why it could not be.
    pub why: String,
}

/// How many findings of each severity there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Messages are lost, stuck or refused.
    pub error: u64,
    /// Not as AWS advises, or wider open than needed.
    pub warning: u64,
    /// Worth knowing.
    pub note: u64,
}

/// The result of `doctor`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DoctorReport<'a> {
    /// The name and version of this document.
    schema: &'static str,
    /// The pipeline's name.
    pub pipeline: &'a str,
    /// The caller's ARN; null where it is not known.
    pub caller: Option<&'a str>,
    /// The exit code.
    #[schemars(with = "ExitCode")]
    pub exit: u8,
    /// How many findings of each severity there are.
    counts: Counts,
    /// What is not as it should be; without the notes, unless they were asked for.
    findings: &'a [Finding],
    #[serde(skip)]
    untold_notes: usize,
    /// What could not be looked at.
    unknown: &'a [Unknown],
}

impl<'a> DoctorReport<'a> {
    /// The report of a check-up; `untold_notes` were found beside the findings.
    #[must_use]
    pub fn new(
        pipeline: &'a str,
        caller: Option<&'a str>,
        findings: &'a [Finding],
        untold_notes: usize,
        unknown: &'a [Unknown],
        exit: u8,
    ) -> Self {
        let number = |severity| {
            let same = findings
                .iter()
                .filter(|finding| finding.severity == severity);
            same.count() as u64
        };
        Self {
            schema: SCHEMA,
            pipeline,
            caller,
            exit,
            counts: Counts {
                error: number(Severity::Error),
                warning: number(Severity::Warning),
                note: number(Severity::Note) + untold_notes as u64,
            },
            findings,
            untold_notes,
            unknown,
        }
    }

    /// For people: a table of all findings, then each with its evidence and fix. On a terminal
    /// (of this width) the worst comes last, where one looks.
    #[must_use]
    pub fn text(&self, width: Option<u16>) -> String {
        let columns = width.map_or(usize::MAX, usize::from);
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        if width.is_some() {
            findings.reverse();
        }
        let mut text = overview(&findings, width);
        let mut say = |said: &str| {
            text.push_str(&table::wrap(&format!("  {said}"), columns, "    "));
            text.push('\n');
        };
        for finding in findings {
            let severity = paint(style(finding.severity), &finding.severity.to_string());
            let id = paint(theme::BOLD, finding.id);
            say(&format!("{severity} {id}: {}", inline(&finding.resource)));
            say(&inline(&finding.evidence));
            say(&format!("fix: {}", inline(&finding.fix)));
            say(&format!("{}\n", paint(theme::DIM, finding.link)));
        }
        for unknown in self.unknown {
            let unlooked = paint(theme::DIM, "unknown");
            say(&format!(
                "{unlooked} {}: {}",
                inline(&unknown.what),
                inline(&unknown.why)
            ));
        }
        if !self.unknown.is_empty() {
            text.push('\n');
        }
        text.push_str(&table::wrap(&self.summary(), columns, "  "));
        text.push('\n');
        text
    }

    fn summary(&self) -> String {
        let Counts {
            error,
            warning,
            note,
        } = self.counts;
        let looked = if self.unknown.is_empty() {
            "everything was looked at".to_owned()
        } else {
            let number = self.unknown.len() as u64;
            format!("{} could not be looked at", counted(number, "thing"))
        };
        let untold = match self.untold_notes {
            0 => "",
            _ => " (--notes tells them)",
        };
        format!(
            "{}: {}, {}, {}{untold}; {looked}",
            self.pipeline,
            counted(error, "error"),
            counted(warning, "warning"),
            counted(note, "note"),
        )
    }

    /// Writes the findings as JUnit XML: each from `fail_on` up is a failure, each other a test
    /// that passed, what could not be looked at is skipped.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_junit(&self, fail_on: Severity, to: impl io::Write) -> io::Result<()> {
        let mut suite = TestSuite::new(format!("edactl doctor on {}", self.pipeline));
        for finding in self.findings {
            let told = format!(
                "{}\nfix: {}\n{}",
                finding.evidence, finding.fix, finding.link
            );
            let mut status = TestCaseStatus::success();
            if finding.severity >= fail_on {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status
                    .set_message(finding.evidence.clone())
                    .set_type(finding.severity.to_string())
                    .set_description(told.clone());
            }
            let mut case = TestCase::new(format!("{}: {}", finding.resource, finding.id), status);
            case.set_classname("edactl.doctor");
            if finding.severity < fail_on {
                case.set_system_out(told);
            }
            suite.add_test_case(case);
        }
        for unknown in self.unknown {
            let mut status = TestCaseStatus::skipped();
            status.set_message(unknown.why.clone());
            let mut case = TestCase::new(unknown.what.clone(), status);
            case.set_classname("edactl.doctor");
            suite.add_test_case(case);
        }
        // A file without a test case reads as "nothing ran".
        if self.findings.is_empty() && self.unknown.is_empty() {
            let mut case = TestCase::new("no finding", TestCaseStatus::success());
            case.set_classname("edactl.doctor");
            suite.add_test_case(case);
        }
        let mut report = Report::new("edactl");
        report.add_test_suite(suite);
        junit::serialize(&report, to)
    }
}

/// What to do, with the command of the AWS CLI that ends it aimed where the pipeline is.
#[must_use]
pub fn located(fix: &str, pipeline: &Pipeline) -> String {
    match fix.split_once(": aws ") {
        Some((what, command)) => format!("{what}: {}", explain::aws(pipeline, command)),
        None => fix.to_owned(),
    }
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => theme::BAD,
        Severity::Warning => theme::WARN,
        Severity::Note => theme::DIM,
    }
}

/// A line a finding; nothing where a list of one would say it twice.
fn overview(findings: &[&Finding], width: Option<u16>) -> String {
    if findings.len() < 2 {
        return String::new();
    }
    let mut shown = table::with_header(&["severity", "finding", "resource"]);
    for finding in findings {
        shown.add_row([
            &finding.severity.to_string(),
            finding.id,
            &*inline(&finding.resource),
        ]);
    }
    let text = match width {
        Some(width) => table::render_within(&mut shown, width),
        None => table::render(&mut shown),
    };
    format!("{text}\n")
}

/// The schema of that document.
#[must_use]
pub fn json_schema() -> DocumentSchema {
    DocumentSchema::of::<DoctorReport<'_>>(SCHEMA, "`edactl doctor -o json`")
}
