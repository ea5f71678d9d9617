//! Help and manual: every page has examples that work, clap's errors are edactl's, and a closed
//! pipe ends quietly.

use std::{
    io::Read,
    path::Path,
    process::{Command, Stdio},
};

use clap::{CommandFactory, Parser};
use edactl::{
    cli::Cli,
    render::help_examples::{self, Example},
};

use crate::support::{CliSandbox, Ran};

/// Every command, named as after `edactl`.
fn commands() -> Vec<String> {
    fn collect(command: &clap::Command, name: &str, found: &mut Vec<String>) {
        found.push(name.to_owned());
        for inner in command.get_subcommands() {
            let name = format!("{name} {}", inner.get_name());
            collect(inner, name.trim_start(), found);
        }
    }
    let mut found = Vec::new();
    collect(&Cli::command(), "", &mut found);
    found
}

/// A directory with an event, where a shell finds edactl.
fn shell(sandbox: &CliSandbox, line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_edactl"));
    let directory = binary.parent().expect("a directory");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bash = Command::new("bash");
    bash.args(["-o", "pipefail", "-c", line])
        .env_clear()
        .env("PATH", format!("{}:{path}", directory.display()))
        .env("HOME", sandbox.path())
        .env("EDACTL_STATE_DIR", sandbox.state())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("EDITOR", "cat")
        .env("NO_COLOR", "1")
        .current_dir(sandbox.path())
        .stdin(Stdio::null());
    bash
}

#[test]
fn every_page_has_two_or_three_examples() {
    let sandbox = CliSandbox::new();
    for command in commands() {
        let examples = help_examples::of(&command);
        assert!(
            (2..=3).contains(&examples.len()),
            "`{command}`: {examples:?}"
        );
        let help = sandbox.run(&format!("{command} --help")).expect(0).stdout;
        let page = command.replace(' ', "-");
        let page = if page.is_empty() { "edactl" } else { &page };
        let man = sandbox.run(&format!("man {page}")).expect(0).stdout;
        for section in ["EXAMPLES", "SEE ALSO", "EXIT STATUS"] {
            assert!(
                man.contains(&format!("\n.SH \"{section}\""))
                    || man.contains(&format!("\n.SH {section}")),
                "{page}: {man}"
            );
        }
        for Example { what, line } in examples {
            assert!(
                help.contains(&format!("  # {what}\n  {line}\n")),
                "`{command}`: {help}"
            );
            assert!(line.len() <= 78, "{line} does not fit a terminal");
            let begin = line.replace('-', "\\-").replace('\'', "\\*(Aq");
            assert!(
                man.contains(&begin) || man.contains(line),
                "{page}: {line}: {man}"
            );
        }
    }
}

#[test]
fn every_example_works() {
    let sandbox = CliSandbox::new();
    sandbox.file(
        "event.json",
        r#"{"first": {"hello": "a"}, "second": {"hello": "b"}}"#,
    );
    let mut ran = 0;
    for command in commands() {
        for Example { line, .. } in help_examples::of(&command) {
            // What needs an account, or writes where only a user's own home has it, is read only.
            let needs_account = line.contains("--from-")
                || line.contains("orders-producer") && !line.contains("--offline");
            if needs_account {
                let words = shell(
                    &sandbox,
                    &format!("edactl() {{ printf '%s\\0' edactl \"$@\"; }}; {line}"),
                );
                let words = Ran::from({ words }.output().expect("bash runs"))
                    .expect(0)
                    .stdout;
                let words = words.trim_end_matches('\0').split('\0');
                let read = Cli::try_parse_from(words);
                assert!(read.is_ok(), "{line}: {read:?}");
                continue;
            }
            let line = line
                .replace("| man -l -", "| cat")
                .replace("~/.config/fish/completions/", "")
                .replace("~/.local/share/man/man1", "man");
            let output = shell(&sandbox, &line).output().expect("bash runs");
            let output: Ran = output.into();
            assert_eq!(output.code, Some(0), "{line}: {output:?}");
            ran += 1;
        }
    }
    assert!(ran > 40, "only {ran} examples ran");
}

#[test]
fn global_options_stand_where_they_are_of_use() {
    let sandbox = CliSandbox::new();
    let help = |command: &str| sandbox.run(&format!("{command} --help")).expect(0).stdout;
    let line = "Global options: -p, --region, --profile";
    for (command, listed, one_line) in [
        ("verify", true, false),
        ("config show", true, false),
        ("report", false, true),
        ("runs list", false, true),
        ("local start", false, true),
        ("config schema", false, true),
        ("completions", false, false),
        ("man", false, false),
    ] {
        let text = help(command);
        assert_eq!(text.contains("--endpoint-url"), listed, "{command}: {text}");
        assert_eq!(text.contains(line), one_line, "{command}: {text}");
    }
    // They are understood all the same.
    sandbox.run("report --color never -q").expect(2);
    sandbox.run("--color never man -q").expect(0);
}

/// What edactl says to a wrong command line.
#[track_caller]
fn refused(arguments: &str) -> String {
    let ran = CliSandbox::new().run(arguments).expect(2);
    assert_eq!(ran.stdout, "");
    ran.stderr
}

#[test]
fn a_wrong_command_line_is_told_in_the_same_style_with_a_next_step() {
    for (arguments, message, next) in [
        (
            "logs --fllow",
            "`edactl logs` has no option `--fllow`",
            "did you mean `--follow`? see: edactl logs --help",
        ),
        (
            "-p local logz",
            "`edactl` has no command `logz`",
            "did you mean `logs`? see: edactl --help",
        ),
        (
            "--color blu runs list",
            "`--color <WHEN>` does not take `blu`",
            "write one of: auto, always, never",
        ),
        (
            "dlq peak",
            "`edactl dlq` has no command `peak`",
            "did you mean `peek`? see: edactl dlq --help",
        ),
        (
            "logs --utc --tz UTC",
            "`--utc` does not go with `--tz <ZONE>`",
            "leave one of them out, or see: edactl logs --help",
        ),
        (
            "logs --tail x",
            "`--tail <N>`: `x` is not a whole number",
            "write one such as 100",
        ),
        (
            "send event.json --concurrency -1",
            "`--concurrency <N>`: `-1` is less than 1",
            "write one such as 16",
        ),
        (
            "-p local dlq list --limit 5000000000",
            "`--limit <N>`: `5000000000` is more than 4294967295",
            "write one such as 5000",
        ),
        (
            "report a b",
            "`edactl report` does not take `b`",
            "see: edactl report --help",
        ),
        (
            "send",
            "`edactl send` needs <EVENT>...",
            "as in: edactl -p local send event.json --repeat 20 --rate 10",
        ),
        (
            "report --run x",
            "`edactl report` has no option `--run`",
            "see: edactl report --help",
        ),
    ] {
        assert_eq!(
            refused(arguments),
            format!("error: {message}\nnext: {next}\n"),
            "{arguments}"
        );
    }
}

#[test]
fn without_arguments_it_says_where_to_start() {
    let said = refused("");
    assert!(said.lines().count() < 15, "{said}");
    let line = said.lines().find(|line| line.contains("| edactl"));
    let sandbox = CliSandbox::new();
    let output = shell(&sandbox, line.expect("a command to try")).output();
    Ran::from(output.expect("bash runs")).expect(0);
    // Part of a command is asked for its help.
    assert!(refused("dlq").contains("Usage: edactl dlq"));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = CliSandbox::new();
    for arguments in ["completions bash", "man verify", "--help", "config schema"] {
        let mut edactl = sandbox.edactl();
        edactl
            .args(arguments.split(' '))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = edactl.spawn().expect("edactl runs");
        // Nobody reads.
        drop(child.stdout.take());
        let mut said = String::new();
        let mut stderr = child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("a text");
        let status = child.wait().expect("it ends");
        assert!(
            status.success() && said.is_empty(),
            "{arguments}: {status} {said}"
        );
    }
}
