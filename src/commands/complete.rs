//! What fits at the cursor of a shell: pipelines, run ids, faults, regions and profiles, as they
//! stand on this machine's disk. AWS is never asked.

use std::{
    collections::BTreeSet,
    env,
    ffi::{OsStr, OsString},
    io::{self, Write},
    path::Path,
};

use clap::{Arg, Command, CommandFactory, builder::StyledStr};
use clap_complete::{
    ArgValueCompleter, CompleteEnv, CompletionCandidate,
    env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh},
};

use crate::{cli::Cli, commands::block_on, config::Config, store::RunStore};
use edactl_aws::profile;
use edactl_local::faults;

/// The variable with which a shell's script asks for completion, and in which shell.
pub const VARIABLE: &str = "EDACTL_COMPLETE";
/// The shells that ask.
pub const SHELLS: &[&dyn EnvCompleter] = &[&WholeWords, &Elvish, &Fish, &Powershell, &Zsh];
/// So many runs are offered, the newest ones.
const RUNS: usize = 20;
/// Arguments that name a run.
const RUN_ARGUMENTS: [&str; 4] = ["run", "until_run", "before", "after"];

/// Answers a shell that asks what fits at its cursor; whether one does.
#[must_use]
pub fn complete_for_a_shell() -> bool {
    let here = env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .shells(Shells(SHELLS))
        .try_complete(env::args_os(), here.as_deref())
        // Nothing fits, or nobody reads the answer: the shell rings its bell.
        .unwrap_or(true)
}

/// The command line, with what is on disk at the arguments that name it.
fn command() -> Command {
    let globals = |command: Command| {
        command
            .mut_arg("pipeline", |it| it.add(ArgValueCompleter::new(pipelines)))
            .mut_arg("region", |it| it.add(ArgValueCompleter::new(regions)))
            .mut_arg("profile", |it| it.add(ArgValueCompleter::new(profiles)))
    };
    with_runs(globals(Cli::command())).mut_subcommand("local", |local| {
        local.mut_subcommand("start", |start| {
            start.mut_arg("fault", |it| it.add(ArgValueCompleter::new(fault)))
        })
    })
}

fn with_runs(command: Command) -> Command {
    let ids = |all: &mut dyn Iterator<Item = &Arg>| -> Vec<String> {
        all.map(|it| it.get_id().to_string()).collect()
    };
    let positionals = ids(&mut command.get_positionals());
    let mut named = ids(&mut command.get_arguments());
    named.retain(|id| RUN_ARGUMENTS.contains(&id.as_str()));
    let mut command = command.mut_subcommands(with_runs);
    for id in named {
        command = command.mut_arg(id, |it| it.add(ArgValueCompleter::new(runs)));
    }
    // What is changed moves to the end: each keeps its place.
    for (place, id) in (1..).zip(positionals) {
        command = command.mut_arg(id, |it| it.index(place));
    }
    command
}

fn candidate(value: impl Into<OsString>, help: impl Into<String>) -> CompletionCandidate {
    let help = Some(help.into()).filter(|help: &String| !help.is_empty());
    CompletionCandidate::new(value).help(help.map(StyledStr::from))
}

fn fitting(
    all: impl IntoIterator<Item = (String, String)>,
    begun: &OsStr,
) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    all.into_iter()
        .filter(|(value, _)| value.starts_with(&*begun))
        .map(|(value, help)| candidate(value, help))
        .collect()
}

/// The configuration in force here; what is wrong with it is no shell's business.
fn config() -> Config {
    let here = env::current_dir().unwrap_or_default();
    Config::find(&here).unwrap_or_default()
}

fn pipelines(begun: &OsStr) -> Vec<CompletionCandidate> {
    let names = config().known().into_iter();
    fitting(names.map(|name| (name, String::new())), begun)
}

fn runs(begun: &OsStr) -> Vec<CompletionCandidate> {
    let Ok(store) = RunStore::open() else {
        return Vec::new();
    };
    let ids = store.ids().unwrap_or_default();
    let told = |plan: edactl_core::run::Plan| {
        format!(
            "{}, {}",
            plan.pipeline.name,
            plan.began.strftime("%Y-%m-%d %H:%M UTC")
        )
    };
    let newest = ids.into_iter().rev().take(RUNS).map(|id| {
        let help = store.plan(&id).map(told).unwrap_or_default();
        (id.to_string(), help)
    });
    let last = ("last".to_owned(), "the newest".to_owned());
    fitting([last].into_iter().chain(newest), begun)
}

/// The profiles of the AWS configuration files, each with its region.
fn aws_profiles() -> Vec<(String, Option<String>)> {
    block_on(async { Ok(profile::known().await) }).unwrap_or_default()
}

fn profiles(begun: &OsStr) -> Vec<CompletionCandidate> {
    let all = aws_profiles().into_iter();
    fitting(
        all.map(|(name, region)| (name, region.unwrap_or_default())),
        begun,
    )
}

/// The regions that profiles, pipelines and the environment name.
fn regions(begun: &OsStr) -> Vec<CompletionCandidate> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    all.extend(aws_profiles().into_iter().filter_map(|(_, region)| region));
    let pipelines = config().pipelines;
    all.extend(pipelines.into_values().filter_map(|it| it.region));
    all.extend(
        ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .map(env::var)
            .into_iter()
            .flatten(),
    );
    fitting(all.into_iter().map(|name| (name, String::new())), begun)
}

/// `--fault` takes a list of `NAME=PROBABILITY`: the name of the last one.
fn fault(begun: &OsStr) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    let (before, last) = match begun.rfind(',') {
        Some(at) => begun.split_at(at + 1),
        None => ("", &*begun),
    };
    let all = faults::names();
    let all = all.split(", ").filter(|name| name.starts_with(last));
    all.map(|name| candidate(format!("{before}{name}="), ""))
        .collect()
}

/// Bash, which breaks words at `=` and `:`: its script puts them together again before it asks.
struct WholeWords;

const BASH_SCRIPT: &str = r#"_edactl() {
    local IFS=$'\013' words=() word sign=
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ ${#words[@]} -gt 0 && ( -n $sign || $word == [=:]* ) ]]; then
            words[${#words[@]}-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == [=:]* ]] && sign=1 || sign=
    done
    # What bash itself takes for the word at the cursor: the answers begin there.
    local current=${COMP_WORDS[COMP_CWORD]} cursor=$((${#words[@]} - 1))
    [[ $current == [=:]* ]] && current=
    local before=${words[cursor]%"$current"}
    COMPREPLY=( $(
        _CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX="$cursor" VARIABLE=bash \
            COMPLETER -- "${words[@]}" 2> /dev/null
    ) )
    COMPREPLY=( "${COMPREPLY[@]#"$before"}" )
    if [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[=/] ]]; then
        compopt +o nospace 2> /dev/null
    fi
}
complete -o nospace -o bashdefault -o nosort -F _edactl BIN 2> /dev/null ||
    complete -o nospace -o bashdefault -F _edactl BIN
"#;

impl EnvCompleter for WholeWords {
    fn name(&self) -> &'static str {
        Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        Bash.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        to: &mut dyn Write,
    ) -> Result<(), io::Error> {
        let script = BASH_SCRIPT
            .replace("VARIABLE", variable)
            .replace("COMPLETER", completer)
            .replace("BIN", bin);
        to.write_all(script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        arguments: Vec<OsString>,
        here: Option<&Path>,
        to: &mut dyn Write,
    ) -> Result<(), io::Error> {
        Bash.write_complete(command, arguments, here, to)
    }
}
