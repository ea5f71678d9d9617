//! The pages of help: the command line's definition with examples, and with the global options
//! where they are of use.

use anstyle::Style;
use clap::{Command, CommandFactory};

use crate::{
    cli::Cli,
    render::help_examples::{self, Example},
};

/// These take no part in what a pipeline's options say.
const WITHOUT_GLOBALS: [&str; 2] = ["completions", "man"];
/// These work on this machine alone: a line says that there are global options.
const HARDLY_GLOBAL: [&str; 4] = ["report", "runs", "local", "config path"];
/// That line.
pub const GLOBALS_IN_ONE_LINE: &str =
    "Global options: -p, --region, --profile, -q, -v, --timeout, …; see `edactl --help`";

/// How a page shows the global options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Globals {
    /// Each of them.
    Listed,
    /// One line that names them.
    OneLine,
    /// Not at all.
    Absent,
}

/// How the page of a command, named as after `edactl`, shows them.
#[must_use]
pub fn globals_of(command: &str) -> Globals {
    let is_among = |names: &[&str]| {
        let is = |name: &&str| {
            command == *name
                || command
                    .strip_prefix(*name)
                    .is_some_and(|rest| rest.starts_with(' '))
        };
        names.iter().any(is)
    };
    if is_among(&WITHOUT_GLOBALS) {
        Globals::Absent
    } else if is_among(&HARDLY_GLOBAL) || command == "config schema" {
        Globals::OneLine
    } else {
        Globals::Listed
    }
}

/// The command line as its help shows it.
#[must_use]
pub fn command() -> Command {
    with_examples(plain_command(), "")
}

/// The command line with the global options where they are of use; its notes stand alone.
#[must_use]
pub fn plain_command() -> Command {
    let command = Cli::command();
    let globals: Vec<_> = command
        .get_arguments()
        .filter(|option| option.is_global_set())
        .map(|option| option.clone().hide(true))
        .collect();
    hide_globals(command, "", &globals)
}

/// The name of a command inside another, as after `edactl`.
fn inside(outer: &str, inner: &Command) -> String {
    format!("{outer} {}", inner.get_name())
        .trim_start()
        .to_owned()
}

fn hide_globals(command: Command, name: &str, globals: &[clap::Arg]) -> Command {
    let mut command = command.mut_subcommands(|inner| {
        let name = inside(name, &inner);
        hide_globals(inner, &name, globals)
    });
    if globals_of(name) != Globals::Listed {
        // What a command has of this name already, clap does not hand down to it.
        command = command.args(globals);
    }
    command
}

fn with_examples(command: Command, name: &str) -> Command {
    let command = command.mut_subcommands(|inner| {
        let name = inside(name, &inner);
        with_examples(inner, &name)
    });
    let notes = command.get_after_help().map(ToString::to_string);
    let globals = globals_of(name);
    let parts = [
        Some(examples(help_examples::of(name))),
        notes,
        (globals == Globals::OneLine).then(|| GLOBALS_IN_ONE_LINE.to_owned()),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    command.after_help(parts.join("\n\n"))
}

fn examples(examples: &[Example]) -> String {
    let header = Style::new().bold().underline();
    let mut text = format!("{header}Examples:{header:#}");
    for (nth, Example { what, line }) in examples.iter().enumerate() {
        let gap = if nth > 0 { "\n" } else { "" };
        text.push_str(&format!("{gap}\n  # {what}\n  {line}"));
    }
    text
}

/// What somebody sees who types `edactl` and nothing else.
pub const WHERE_TO_START: &str = r#"edactl sends events through a serverless pipeline on AWS and proves that they arrived.

Try it; this needs no account:
  echo '{"first": {"hello": "a"}}' | edactl -p local verify -

With your own pipeline, whose producer leads to the rest:
  edactl --producer FUNCTION doctor
  edactl --producer FUNCTION verify event.json

All commands: edactl --help"#;
