//! Two or three examples for every page of help and manual. A test runs each of them.

/// An example: what it is good for, and the command, which works when pasted.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What it does, in one line.
    pub what: &'static str,
    /// The command line. `event.json` is the reader's own event.
    pub line: &'static str,
}

const fn example(what: &'static str, line: &'static str) -> Example {
    Example { what, line }
}

const START: Example = example(
    "Send an event and prove that it arrived; this needs no account",
    r#"echo '{"first": {"hello": "a"}}' | edactl -p local verify -"#,
);

/// The examples of each command, by its name after `edactl`.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "",
        &[
            START,
            example(
                "The same with your own pipeline: its producer leads to the rest",
                "edactl --producer orders-producer verify event.json",
            ),
            example(
                "Does it fit together, and may you read what a proof needs?",
                "edactl --producer orders-producer doctor",
            ),
        ],
    ),
    (
        "send",
        &[
            example(
                "See what would be sent, and send nothing",
                "edactl -p local send --dry-run event.json",
            ),
            example(
                "Send one from stdin; `edactl -p local verify` proves it afterwards",
                r#"echo '{"first": {"hello": "a"}}' | edactl -p local send -"#,
            ),
            example(
                "Send twenty, ten a second",
                "edactl -p local send event.json --repeat 20 --rate 10",
            ),
        ],
    ),
    (
        "verify",
        &[
            START,
            example(
                "Verify the last run again; it sends nothing",
                "edactl verify --run last",
            ),
            example(
                "In CI: with a limit, and a report that CI systems show",
                "edactl -p local verify event.json --max-latency p95=5s --junit edactl.xml",
            ),
        ],
    ),
    (
        "report",
        &[
            example("What the last verify found", "edactl report"),
            example(
                "The messages that are not proven, for a script (jq)",
                r#"edactl report -o json | jq '.messages[] | select(.state != "taken")'"#,
            ),
        ],
    ),
    (
        "trace",
        &[
            example("How long the last run's messages took", "edactl trace last"),
            example("The life of its first message", "edactl trace last 1"),
        ],
    ),
    (
        "logs",
        &[
            example(
                "Warnings and errors of the last hour",
                "edactl -p local logs --since 1h --level warn",
            ),
            example(
                "Follow both functions for two seconds (without --for: until Ctrl-C)",
                "edactl -p local logs --follow --for 2s",
            ),
            example(
                "The consumer's lines since eight o'clock, for a script",
                "edactl -p local logs --from consumer --since 20:00 -o json",
            ),
        ],
    ),
    (
        "dlq",
        &[
            example(
                "What lies there, by reason and run",
                "edactl -p local dlq list",
            ),
            example(
                "What a redrive would send again",
                "edactl -p local dlq redrive --all --dry-run",
            ),
        ],
    ),
    (
        "dlq list",
        &[
            example(
                "What lies there, by reason and run",
                "edactl -p local dlq list",
            ),
            example(
                "Only what is older than an hour",
                "edactl -p local dlq list --older 1h",
            ),
        ],
    ),
    (
        "dlq peek",
        &[
            example("The first three letters", "edactl -p local dlq peek 3"),
            example(
                "Letters of one customer, with their bodies",
                "edactl -p local dlq peek --where customer.id=17 --show-body",
            ),
        ],
    ),
    (
        "dlq redrive",
        &[
            example(
                "What would be sent again; nothing is",
                "edactl -p local dlq redrive --all --dry-run",
            ),
            example(
                "Send again what timed out, ten a second",
                "edactl -p local dlq redrive --reason timeout --rate 10",
            ),
        ],
    ),
    (
        "dlq export",
        &[
            example(
                "All of them, into a file that only you may read",
                "edactl -p local dlq export letters.jsonl",
            ),
            example(
                "The ids of yesterday's, to a pipe (jq)",
                "edactl -p local dlq export - --newer 1d | jq .message_id",
            ),
        ],
    ),
    (
        "dlq delete",
        &[
            example(
                "What would be deleted; nothing is",
                "edactl -p local dlq delete --older 14d --dry-run",
            ),
            example(
                "Delete what the last run left there",
                "edactl -p local dlq delete --run last --yes",
            ),
        ],
    ),
    (
        "runs",
        &[
            example("What was sent from here, newest first", "edactl runs list"),
            example("The last run", "edactl runs show"),
        ],
    ),
    (
        "runs list",
        &[
            example("What was sent from here, newest first", "edactl runs list"),
            example(
                "The ids only (jq)",
                "edactl runs list -o json | jq -r '.runs[].run'",
            ),
        ],
    ),
    (
        "runs show",
        &[
            example("The last run", "edactl runs show"),
            example("The same for a script", "edactl runs show last -o json"),
        ],
    ),
    (
        "runs diff",
        &[
            example(
                "The last run against the one before (jq)",
                "edactl runs diff \"$(edactl runs list -o json | jq -r '.runs[1].run')\" last",
            ),
            example(
                "The same for a script",
                "edactl runs diff \"$(edactl runs list -o json | jq -r '.runs[1].run')\" -o json",
            ),
        ],
    ),
    (
        "runs prune",
        &[
            example(
                "What would go; nothing does",
                "edactl runs prune --older 30d --dry-run",
            ),
            example(
                "Delete records of more than 30 days, verified or not",
                "edactl runs prune --older 30d --unverified",
            ),
        ],
    ),
    (
        "doctor",
        &[
            example("Check the embedded pipeline", "edactl -p local doctor"),
            example(
                "In CI: fail on warnings, too, and let the CI system show them",
                "edactl -p local doctor --fail-on warning --junit doctor.xml",
            ),
            example(
                "The IAM policy that edactl needs, and no more",
                "edactl -p local doctor --policy",
            ),
        ],
    ),
    (
        "config",
        &[
            example(
                "What is in force, and where each setting comes from",
                "edactl -p local config show",
            ),
            example(
                "Write edactl.toml without asking AWS",
                "edactl --producer orders-producer config init --offline",
            ),
        ],
    ),
    (
        "config init",
        &[
            example(
                "From one name: AWS is asked for what belongs to it",
                "edactl --producer orders-producer config init",
            ),
            example(
                "From a stack of CloudFormation, SAM, CDK or Serverless",
                "edactl config init --from-stack orders-dev",
            ),
            example(
                "From Terraform, without asking AWS",
                "edactl config init --from-terraform infra --offline",
            ),
        ],
    ),
    (
        "config show",
        &[
            example(
                "Every setting in force, and where it comes from",
                "edactl -p local config show",
            ),
            example(
                "Without asking AWS, for a script",
                "edactl -p local config show --offline -o json",
            ),
        ],
    ),
    (
        "config path",
        &[
            example("Which file is in force?", "edactl config path"),
            example("Edit it", r#"${EDITOR:-vi} "$(edactl config path)""#),
        ],
    ),
    (
        "config schema",
        &[
            example(
                "Have an editor check edactl.toml",
                "edactl config schema > edactl.schema.json",
            ),
            example(
                "The names of a pipeline's settings (jq)",
                "edactl config schema | jq '.. | .properties? // empty | keys'",
            ),
        ],
    ),
    (
        "local",
        &[
            example(
                "A pipeline that loses one message in ten",
                "edactl local start --fault drop=0.1",
            ),
            example("Does it run, and how?", "edactl local status"),
            example("Stop it", "edactl local stop"),
        ],
    ),
    (
        "local start",
        &[
            example(
                "One message in five comes twice, always the same ones",
                "edactl local start --fault duplicate=0.2 --seed 7",
            ),
            example(
                "As slow as AWS may be: logs after a minute, metrics after two",
                "edactl local start --log-delay 1m --metric-delay 2m",
            ),
            example(
                "Point any AWS client of this shell at it",
                r#"eval "$(edactl local start --print-env)""#,
            ),
        ],
    ),
    (
        "local stop",
        &[
            example("Stop it", "edactl local stop"),
            example(
                "Start afresh, well behaved",
                "edactl local stop && edactl local start",
            ),
        ],
    ),
    (
        "local status",
        &[
            example("Does it run, and how?", "edactl local status"),
            example(
                "Its address, for a script (jq)",
                "edactl local status -o json | jq -r '.running.endpoint'",
            ),
        ],
    ),
    (
        "completions",
        &[
            example("In ~/.bashrc", "source <(edactl completions bash)"),
            example(
                "For fish",
                "edactl completions fish > ~/.config/fish/completions/edactl.fish",
            ),
        ],
    ),
    (
        "man",
        &[
            example("Read a page", "edactl man verify | man -l -"),
            example(
                "Install all of them",
                "edactl man --dir ~/.local/share/man/man1",
            ),
        ],
    ),
];

/// The examples of a command, named as after `edactl`: ``, `send`, `local start`.
#[must_use]
pub fn of(command: &str) -> &'static [Example] {
    EXAMPLES
        .iter()
        .find(|(name, _)| *name == command)
        .map_or(&[], |(_, examples)| examples)
}
