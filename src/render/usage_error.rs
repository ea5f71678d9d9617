//! What is wrong with a command line, in edactl's words: the sentence and the next step.

use std::{error::Error as _, ffi::OsString};

use clap::{
    Command,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::render::help_examples;

/// What clap found wrong, and what to do. `arguments` are those of the process, its name first.
#[must_use]
pub fn words(error: &clap::Error, command: &Command, arguments: &[OsString]) -> (String, String) {
    let asked = asked(command, arguments);
    let help = format!("see: {} --help", typed(&asked));
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let argument = one(ContextKind::InvalidArg).unwrap_or_default();
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::InvalidValue => {
            let known = format!(
                "{}write one of: {}",
                did_you_mean(error, ContextKind::SuggestedValue),
                several(error, ContextKind::ValidValue).join(", ")
            );
            if value.is_empty() {
                (
                    format!("`{argument}` needs a value"),
                    known_or(&known, help),
                )
            } else {
                (
                    format!("`{argument}` does not take `{value}`"),
                    known_or(&known, help),
                )
            }
        }
        ErrorKind::ValueValidation => {
            let said = error.source().map(ToString::to_string).unwrap_or_default();
            // Our own sentences say what is wrong, then what to write.
            match said.split_once("; write ") {
                Some((wrong, forms)) => {
                    (format!("`{argument}`: {wrong}"), format!("write {forms}"))
                }
                None => (
                    format!("`{argument}` does not take `{value}`: {said}"),
                    help,
                ),
            }
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => (
            format!("`{}` has no option `{argument}`", typed(&asked)),
            format!(
                "{}{}{help}",
                did_you_mean(error, ContextKind::SuggestedArg),
                tips(error)
            ),
        ),
        ErrorKind::UnknownArgument => (
            format!("`{}` does not take `{argument}`", typed(&asked)),
            format!("{}{help}", tips(error)),
        ),
        ErrorKind::InvalidSubcommand => {
            let wrong = one(ContextKind::InvalidSubcommand).unwrap_or_default();
            (
                format!("`{}` has no command `{wrong}`", typed(&asked)),
                format!(
                    "{}{help}",
                    did_you_mean(error, ContextKind::SuggestedSubcommand)
                ),
            )
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = several(error, ContextKind::InvalidArg);
            let example = help_examples::of(&asked).last();
            (
                format!("`{}` needs {}", typed(&asked), missing.join(" and ")),
                example.map_or(help, |it| format!("as in: {}", it.line)),
            )
        }
        ErrorKind::ArgumentConflict => {
            let mut others = several(error, ContextKind::PriorArg);
            others.extend(one(ContextKind::PriorArg));
            if others == [argument] {
                (
                    format!("`{argument}` is given twice"),
                    "give it once".into(),
                )
            } else {
                (
                    format!("`{argument}` does not go with `{}`", others.join("`, `")),
                    format!("leave one of them out, or {help}"),
                )
            }
        }
        _ => {
            let text = error.to_string();
            let first = text.split("\n\n").next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            (first.to_owned(), help)
        }
    }
}

fn known_or(known: &str, help: String) -> String {
    if known.ends_with(": ") {
        help
    } else {
        known.to_owned()
    }
}

/// The command as it is typed.
fn typed(asked: &str) -> String {
    format!("edactl {asked}").trim_end().to_owned()
}

/// The command that the arguments name, as after `edactl`.
fn asked(command: &Command, arguments: &[OsString]) -> String {
    let mut current = command;
    let mut names = Vec::new();
    let mut is_value = false;
    for argument in arguments.iter().skip(1) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        let Some(text) = argument.to_str() else { break };
        if text.starts_with('-') {
            is_value = takes_the_next(command, text);
        } else if let Some(inner) = current.find_subcommand(text) {
            names.push(inner.get_name());
            current = inner;
        } else {
            break;
        }
    }
    names.join(" ")
}

/// Whether the value of this global option is the next argument.
fn takes_the_next(command: &Command, option: &str) -> bool {
    let is_it = |it: &&clap::Arg| {
        let long = it.get_long().map(|long| format!("--{long}"));
        let short = it.get_short().map(|short| format!("-{short}"));
        [long, short].into_iter().flatten().any(|it| it == option)
    };
    let found = command.get_arguments().find(is_it);
    found.is_some_and(|it| it.get_action().takes_values())
}

fn several(error: &clap::Error, kind: ContextKind) -> Vec<&str> {
    match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

fn did_you_mean(error: &clap::Error, kind: ContextKind) -> String {
    let suggested = match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.as_str()],
        _ => several(error, kind),
    };
    if suggested.is_empty() {
        String::new()
    } else {
        format!("did you mean `{}`? ", suggested.join("` or `"))
    }
}

/// What else clap has to say, such as which command has this option.
fn tips(error: &clap::Error) -> String {
    match error.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips
            .iter()
            // Nobody means an option as a value.
            .filter(|tip| !tip.to_string().contains("as a value"))
            .map(|tip| format!("{tip}; ").replace('\'', "`"))
            .collect(),
        _ => String::new(),
    }
}
