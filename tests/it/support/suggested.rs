//! The commands that edactl suggests in what it says: hints, next steps, reports.

use std::sync::LazyLock;

use clap::{CommandFactory, Parser};
use edactl::cli::Cli;
use regex::Regex;

static CONTINUED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r" \\\n\s*").expect("a pattern"));
/// Lines that hold suggestions begin so.
static SUGGESTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(next:|hint:|fix:|next  |log   |::(error|warning|notice))").expect("a pattern")
});
/// Where a sentence goes on behind a command.
static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"`|;|, | \(| (looks|proves|tells|shows|sends|tries|or|and|for|with|finds|takes|has|is|as)\b",
    )
    .expect("a pattern")
});

/// The suggested commands in a text, each as a shell would take it.
pub fn commands(text: &str) -> Vec<String> {
    let text = CONTINUED.replace_all(text, " ");
    let lines = text.lines().filter(|line| SUGGESTS.is_match(line));
    lines.flat_map(of_line).collect()
}

fn of_line(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("edactl ") {
        let (before, from) = rest.split_at(at);
        rest = &from["edactl ".len()..];
        let begins = before
            .chars()
            .next_back()
            .is_none_or(|it| " `(\"".contains(it));
        let end = GOES_ON.find(rest).map_or(rest.len(), |it| it.start());
        let end = rest.find(" edactl ").unwrap_or(end).min(end);
        let command = rest[..end].trim_end_matches(['.', ' ']);
        if begins && is_command(command) {
            found.push(format!("edactl {command}"));
        }
    }
    found
}

/// Whether these words begin as a command line does, and no sentence about edactl.
fn is_command(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    let is_known = |name: &str| {
        Cli::command()
            .get_subcommands()
            .any(|it| it.get_name() == name)
    };
    first.starts_with('-') || is_known(first)
}

/// The words of a command, single quotes taken off as a shell does.
pub fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for one in command.chars() {
        match one {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(one),
        }
    }
    words
}

/// Fails the test where a suggested command is none.
#[track_caller]
pub fn check(text: &str) {
    for command in commands(text) {
        if let Err(error) = Cli::try_parse_from(words(&command)) {
            use clap::error::ErrorKind;
            let asks = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            assert!(asks, "suggested, and none: {command}\n{error}\nin:\n{text}");
        }
    }
}
