//! A verify on GitHub Actions: annotations and the step summary.

use insta::assert_snapshot;

use crate::{
    reports::{MIXED, disproven},
    support::{CliSandbox, Ran, redact::redact, sample, schema::hold_against_schema},
};

/// Runs edactl as GitHub's runner does.
fn on_github(sandbox: &CliSandbox, arguments: &str) -> Ran {
    sandbox
        .edactl()
        .env("GITHUB_ACTIONS", "true")
        .env("CI", "true")
        .env("GITHUB_STEP_SUMMARY", sandbox.path().join("summary.md"))
        .args(arguments.split_whitespace())
        .output()
        .expect("edactl runs")
        .into()
}

#[test]
fn on_github_there_are_annotations_and_a_step_summary() {
    let sandbox = CliSandbox::new();
    sandbox.file("mixed.json", MIXED);
    sandbox.file("summary.md", "of an earlier command\n");
    let ran = on_github(&sandbox, "-p local verify mixed.json -o json");
    hold_against_schema(&ran.json());
    assert_snapshot!("annotations", redact(&ran.annotations().join("\n")));
    let summary = sandbox.read("summary.md");
    assert!(
        summary.starts_with("of an earlier command\n## "),
        "{summary}"
    );
    assert_snapshot!("summary", redact(&summary));
    let asked = sandbox.run("report --github").expect(1);
    assert_eq!(asked.annotations(), ran.annotations());
    let elsewhere = sandbox.run("report").expect(1);
    assert!(elsewhere.annotations().is_empty(), "{}", elsewhere.stderr);
}

#[test]
fn what_is_proven_is_one_notice() {
    let sandbox = CliSandbox::new();
    let ran = on_github(
        &sandbox,
        &format!("-p local verify {}", sample("basic.json")),
    )
    .expect(0);
    let said = ran.annotations();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("::notice title=edactl%3A proven::run 0g"),
        "{said:?}"
    );
    assert!(
        sandbox
            .read("summary.md")
            .starts_with("## \u{2705} edactl: proven")
    );
}

#[test]
fn a_step_summary_that_is_nearly_full_gets_no_more_than_fits() {
    let sandbox = CliSandbox::new();
    disproven(&sandbox);
    let nearly = "x".repeat(1024 * 1024 - 100);
    sandbox.file("summary.md", format!("{nearly}\n"));
    on_github(&sandbox, "report").expect(1);
    let summary = sandbox.read("summary.md");
    assert!(
        summary.len() <= 1024 * 1024 && summary.ends_with('\n'),
        "{}",
        summary.len()
    );
    assert!(summary.contains("## \u{274c} edactl: disproven"));
}
