//! What is to be deployed, as checkers see it that need no account.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::support::python;
use serde_json::Value;

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")
}

/// Runs a checker on the files of `deploy/`.
fn check(command: &mut Command) -> Output {
    command
        .current_dir(deploy())
        .stdin(Stdio::null())
        .output()
        .expect("the checker runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Terraform comes from no package registry: the one test that is only run where it is.
#[test]
fn the_configuration_is_formatted_as_terraform_does_it() {
    let there = Command::new("terraform")
        .arg("version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("skipped: there is no terraform");
        return;
    }
    let files = check(Command::new("terraform").args(["fmt", "-check", "-diff", "terraform"]));
    assert!(files.status.success(), "{}", text(&files.stdout));
}

#[test]
fn cfn_lint_has_nothing_to_say_about_the_template() {
    let Some(python) = python::CFN_LINT.python() else {
        return;
    };
    let template = fs::read_to_string(deploy().join("cloudformation.yaml")).expect("the template");
    assert!(!template.contains("cfn-lint"), "a rule is switched off");
    let cfn_lint = python.with_file_name("cfn-lint");
    let found = check(Command::new(cfn_lint).arg("cloudformation.yaml"));
    let said = text(&found.stdout) + &text(&found.stderr);
    assert!(found.status.success(), "{said}");
}

#[test]
fn every_check_of_checkov_passes_or_says_why_not() {
    let Some(python) = python::CHECKOV.python() else {
        return;
    };
    let checkov = python.with_file_name("checkov");
    let ran = check(Command::new(checkov).args([
        "--directory",
        ".",
        "--framework",
        "terraform",
        "cloudformation",
        "--skip-download",
        "--output",
        "json",
    ]));
    let reports: Value = serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", text(&ran.stdout), text(&ran.stderr)));
    let reports = reports.as_array().expect("one report for each framework");
    assert_eq!(reports.len(), 2, "{reports:?}");
    for report in reports {
        let summary = &report["summary"];
        assert_eq!(summary["parsing_errors"], 0, "{summary}");
        assert!(summary["passed"].as_u64() > Some(20), "{summary}");
        let failed = report["results"]["failed_checks"].as_array().expect("all");
        let failed: Vec<_> = failed
            .iter()
            .map(|check| format!("{} {}", check["check_id"], check["resource"]))
            .collect();
        assert!(failed.is_empty(), "{failed:#?}");
        for check in report["results"]["skipped_checks"].as_array().expect("all") {
            let why = &check["check_result"]["suppress_comment"];
            let why = why.as_str().unwrap_or_default();
            assert!(why.split(' ').count() > 4, "not explained: {check}");
        }
    }
}

#[test]
fn terraform_and_cloudformation_make_the_same() {
    let Some(python) = python::CHECKOV.python() else {
        return;
    };
    let ran = check(
        Command::new(python)
            .arg(python::script("same.py"))
            .arg(deploy()),
    );
    let (said, error) = (text(&ran.stdout), text(&ran.stderr));
    let made: Vec<Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let [terraform, cloudformation] = &made[..] else {
        panic!("{said}{error}");
    };
    assert_eq!(terraform, cloudformation);
}
