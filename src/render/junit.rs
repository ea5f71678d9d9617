//! What a verify came to, as JUnit XML in Jenkins' flavour: a message a test case, an event a test suite, and
//! the verdict itself in a suite of its own, so that a file without failures means exit code 0.

use std::{io, time::Duration};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::render::{
    escape,
    explain::Explanation,
    table::counted,
    verify_report::{ReportRow, VerifyReport},
    verify_words::{self, state_name},
};
use edactl_core::{
    diagnosis::Group,
    humanize::{self, count},
    latency::LimitOutcome,
    ledger::{Attempt, State},
    verdict::Outcome,
};

/// In a larger run messages that arrived are one test case for each event: viewers of test reports
/// choke on a million.
const EACH_MESSAGE: usize = 10_000;
/// In a larger run this many messages of an event with a problem are told one by one.
const EACH_PROBLEM: u64 = 1_000;

/// Writes the report, as [`serialize`] does.
///
/// # Errors
/// When it cannot be written.
pub fn write(report: VerifyReport<'_>, to: impl io::Write) -> io::Result<()> {
    let mut xml = Report::new("edactl");
    xml.set_time(Duration::from_millis(report.head.elapsed_ms));
    xml.add_test_suite(verdict(report));
    xml.add_test_suites(events(report));
    serialize(&xml, to)
}

/// Writes any report. What XML forbids and what hides from a reader is shown escaped.
///
/// # Errors
/// When it cannot be written.
pub(super) fn serialize(xml: &Report, mut to: impl io::Write) -> io::Result<()> {
    let text = xml.to_string().map_err(io::Error::other)?;
    to.write_all(escape::stream(&text, false).as_bytes())
}

/// What one message's test case cannot say: the verdict, and the limits on latency.
fn verdict(report: VerifyReport<'_>) -> TestSuite {
    let head = report.head;
    let run = &report.run.plan.run;
    let pipeline = &report.run.plan.pipeline.name;
    let mut suite = TestSuite::new(format!("edactl verify on {pipeline}"));
    suite.add_property(("run", run.as_str()));
    suite.add_property(("pipeline", pipeline.as_str()));
    let class = format!("{}.verdict", one_name(pipeline));
    let kind = match head.outcome {
        Outcome::Proven | Outcome::Consistent if head.interrupted => Some(NonSuccessKind::Error),
        Outcome::Proven | Outcome::Consistent => None,
        Outcome::Disproven => Some(NonSuccessKind::Failure),
        Outcome::Undetermined(_) => Some(NonSuccessKind::Error),
    };
    let mut notes = String::new();
    for finding in &head.findings {
        notes.push_str(&format!("{}\n", verify_words::finding(finding)));
    }
    let status = kind.map_or_else(TestCaseStatus::success, |kind| {
        problem(
            kind,
            &verify_words::title(head.outcome),
            &format!(
                "{}: {}",
                verify_words::title(head.outcome),
                report.sentence()
            ),
            &notes,
        )
    });
    let mut case = TestCase::new("the run is proven", status);
    case.set_classname(class.as_str());
    case.set_time(Duration::from_millis(head.elapsed_ms));
    if kind.is_none() && !notes.is_empty() {
        case.set_system_out(notes);
    }
    suite.add_test_case(case);
    for limit in &head.latency.limits {
        let most = humanize::duration(Duration::from_millis(limit.at_most_ms));
        let kind = match limit.outcome {
            LimitOutcome::Kept => None,
            LimitOutcome::Broken => Some(NonSuccessKind::Failure),
            LimitOutcome::Uncertain | LimitOutcome::Unmeasured => Some(NonSuccessKind::Error),
        };
        let status = if let Some(kind) = kind {
            let is = limit.measured_ms.map_or_else(
                || "no message arrived".to_owned(),
                |millis| {
                    format!(
                        "it is {}",
                        humanize::duration(Duration::from_millis(millis))
                    )
                },
            );
            problem(kind, "too-slow", &is, "")
        } else {
            TestCaseStatus::success()
        };
        let mut case = TestCase::new(format!("latency {} at most {most}", limit.quantile), status);
        case.set_classname(class.as_str());
        case.set_time(Duration::from_millis(limit.measured_ms.unwrap_or_default()));
        suite.add_test_case(case);
    }
    suite
}

/// What an event's suite sums up.
#[derive(Clone, Copy, Default)]
struct Untold {
    arrived: u64,
    problems: u64,
    told: u64,
}

fn events(report: VerifyReport<'_>) -> Vec<TestSuite> {
    let all = report.messages.count() <= EACH_MESSAGE;
    let plan = &report.run.plan;
    let mut suites: Vec<_> = plan
        .events
        .iter()
        .map(|event| TestSuite::new(event.origin.as_str()))
        .collect();
    let mut untold = vec![Untold::default(); suites.len()];
    for row in report.rows() {
        let event = row.place.event;
        let counts = &mut untold[event];
        let case = test_case(report, &row);
        let is_problem = !matches!(case.status, TestCaseStatus::Success { .. });
        if all || is_problem && counts.told < EACH_PROBLEM {
            counts.told += 1;
            suites[event].add_test_case(case);
        } else if is_problem {
            counts.problems += 1;
        } else {
            counts.arrived += 1;
        }
    }
    for ((suite, untold), event) in suites.iter_mut().zip(untold).zip(&plan.events) {
        let class = class_name(report, &event.origin);
        if untold.arrived > 0 {
            let name = format!("{} arrived", counted(untold.arrived, "message"));
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_classname(class.as_str());
            suite.add_test_case(case);
        }
        if untold.problems > 0 {
            let text = format!(
                "{} more did not arrive (edactl report -o json names them)",
                count(untold.problems)
            );
            let status = problem(NonSuccessKind::Failure, "more", &text, "");
            let mut case = TestCase::new(format!("and {} more", count(untold.problems)), status);
            case.set_classname(class.as_str());
            suite.add_test_case(case);
        }
    }
    suites
}

fn test_case(report: VerifyReport<'_>, row: &ReportRow<'_>) -> TestCase {
    let name = format!("{} #{}", escape::inline(row.key), row.place.seq);
    let mut case = TestCase::new(name, status(report, row));
    case.set_classname(class_name(report, row.event));
    case.set_time(row.latency.unwrap_or_default());
    case
}

fn status(report: VerifyReport<'_>, row: &ReportRow<'_>) -> TestCaseStatus {
    let kind = match row.message.state {
        State::Taken if report.head.exactly_once && row.message.is_duplicate => {
            let text = format!("received {} times", row.message.received);
            return problem(
                NonSuccessKind::Failure,
                "duplicated",
                &text,
                &story(row, None),
            );
        }
        State::Taken => return TestCaseStatus::success(),
        State::Unattempted => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message("the send ended before it was sent");
            return skipped;
        }
        State::NotSent | State::DeadLettered | State::Lost | State::SomeLost | State::Filtered => {
            NonSuccessKind::Failure
        }
        State::Failing | State::Received | State::Waiting | State::InDoubt | State::Untraced => {
            NonSuccessKind::Error
        }
    };
    let group = group_of(report, row.place.seq);
    let name = state_name(row.message.state);
    let text = group.map_or_else(
        || name.to_owned(),
        |group| format!("{name}: {}", report.explain(group).reason),
    );
    problem(
        kind,
        group.map_or(name, |group| group.cause.id()),
        &text,
        &story(row, group.map(|group| report.explain(group)).as_ref()),
    )
}

/// Why a message is not proven.
fn group_of(report: VerifyReport<'_>, seq: u64) -> Option<&Group> {
    let holds = |group: &&Group| {
        let index = u32::try_from(seq - 1).unwrap_or(u32::MAX);
        group.messages.binary_search(&index).is_ok()
    };
    report.head.diagnosis.iter().find(holds)
}

/// What is known of a message, and the next step.
fn story(row: &ReportRow<'_>, explanation: Option<&Explanation>) -> String {
    let mut text = format!("marker: {}\n", row.marker);
    if let Some(error) = row.error() {
        text.push_str(&format!("error: {error}\n"));
    }
    for attempt in &row.message.attempts {
        text.push_str(&attempt_line(attempt));
    }
    if let Some(explanation) = explanation {
        if let Some(command) = &explanation.log {
            text.push_str(&format!("log: {command}\n"));
        }
        text.push_str(&format!("next: {}\n", explanation.next));
    }
    text
}

fn attempt_line(attempt: &Attempt) -> String {
    let mut text = "attempt:".to_owned();
    if let Some(at) = attempt.at {
        text.push_str(&format!(" {at}"));
    }
    if let Some(id) = &attempt.request_id {
        text.push_str(&format!(" request id {id}"));
    }
    let end = attempt.error.as_deref().unwrap_or("no error");
    text.push_str(&format!(": {end}\n"));
    text
}

fn problem(kind: NonSuccessKind, id: &str, message: &str, description: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(id).set_message(message);
    if !description.is_empty() {
        status.set_description(description);
    }
    status
}

/// Viewers take what is before the last full stop for a package.
fn class_name(report: VerifyReport<'_>, origin: &str) -> String {
    let stem = origin.strip_suffix(".json").unwrap_or(origin);
    format!(
        "{}.{}",
        one_name(&report.run.plan.pipeline.name),
        one_name(stem)
    )
}

fn one_name(text: &str) -> String {
    text.replace('.', "_")
}
