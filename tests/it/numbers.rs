//! Numbers and durations on the command line: a value that is none is told in plain words, never in
//! those of the parser beneath, with an example of a good one that works.

use std::{any::TypeId, time::Duration};

use clap::{Arg, Command, error::ErrorKind};
use edactl::render::{help, usage_error};
use jiff::SignedDuration;

/// What the parsers of the standard library and of clap say.
const OF_PARSERS: [&str; 8] = [
    "invalid",
    "cannot parse",
    "too large to fit",
    "too small to fit",
    "empty string",
    "not in ",
    "float",
    "digit",
];

/// Every option and argument that takes a number or a duration, with the command that it belongs to.
fn numeric() -> Vec<(Vec<String>, Arg)> {
    fn collect(command: &Command, path: &[String], found: &mut Vec<(Vec<String>, Arg)>) {
        for argument in command.get_arguments() {
            let known = argument.get_value_parser().type_id();
            let is_numeric = [
                TypeId::of::<u16>(),
                TypeId::of::<u32>(),
                TypeId::of::<u64>(),
                TypeId::of::<usize>(),
                TypeId::of::<i32>(),
                TypeId::of::<i64>(),
                TypeId::of::<f64>(),
                TypeId::of::<Duration>(),
                TypeId::of::<SignedDuration>(),
            ];
            // Flags that are counted take no value.
            let takes_value = argument.get_action().takes_values();
            if takes_value && is_numeric.iter().any(|one| known == *one) {
                found.push((path.to_vec(), argument.clone()));
            }
        }
        for inner in command.get_subcommands() {
            let mut path = path.to_vec();
            path.push(inner.get_name().to_owned());
            collect(inner, &path, found);
        }
    }
    let mut found = Vec::new();
    collect(&help::command(), &["edactl".to_owned()], &mut found);
    found
}

/// What is said to this value; `None`: it is taken.
fn said(path: &[String], argument: &Arg, value: &str) -> Option<(String, String)> {
    let mut line = path.to_vec();
    line.push(match argument.get_long() {
        Some(long) => format!("--{long}={value}"),
        None => value.to_owned(),
    });
    let line: Vec<_> = line.into_iter().map(Into::into).collect();
    let mut command = help::command();
    // The first thing that is wrong is told: what is missing comes after.
    let error = command.try_get_matches_from_mut(&line).err()?;
    (error.kind() == ErrorKind::ValueValidation)
        .then(|| usage_error::words(&error, &command, &line))
}

#[test]
fn a_bad_number_is_told_in_plain_words_with_an_example_that_works() {
    let numeric = numeric();
    for (path, argument) in &numeric {
        let name = format!("{} {}", path.join(" "), argument.get_id());
        let huge = "9".repeat(60);
        assert!(
            said(path, argument, "many").is_some(),
            "{name} takes a word"
        );
        for value in ["many", "", "-7", "1.5.2", "0x10", huge.as_str()] {
            let Some((message, next)) = said(path, argument, value) else {
                continue;
            };
            for words in OF_PARSERS {
                let text = message.replace(argument.get_id().as_str(), "");
                assert!(!text.contains(words), "{name}: {message}");
            }
            let example = next
                .strip_prefix("write ")
                .map(|forms| forms.strip_prefix("one such as ").unwrap_or(forms));
            let example = example.unwrap_or_else(|| panic!("{name}: no example in: {next}"));
            let example = example.split([',', ' ']).next().unwrap_or_default();
            let refused = said(path, argument, example);
            assert_eq!(refused, None, "{name}: the example {example}");
        }
    }
    assert!(numeric.len() > 35, "only {} were tried", numeric.len());
}
