//! What helps beside a result, on stderr: hints, commands to type next, the calls of AWS.

use edactl_aws::calls::Call;
use edactl_core::humanize;

use crate::{
    cli::GlobalArgs,
    render::{escape, explain::quoted, terminal, theme},
    say,
};

/// Says something useful that is not a result, unless `--quiet`.
pub fn hint(global: &GlobalArgs, text: &str) {
    if !global.quiet {
        let line = format!(
            "{} {}",
            theme::paint(theme::DIM, "hint:"),
            escape::inline(text)
        );
        say!("{}", terminal::folded(&line, "  "));
    }
}

/// A command to type next, for the same pipeline as this one.
#[must_use]
pub fn next_command(global: &GlobalArgs, rest: &str) -> String {
    let named = [
        ("-p", &global.pipeline),
        ("--producer", &global.producer),
        ("--queue", &global.queue),
        ("--consumer", &global.consumer),
        ("--dlq", &global.dlq),
        ("--region", &global.region),
        ("--profile", &global.profile),
        ("--endpoint-url", &global.endpoint_url),
    ];
    let named = named
        .into_iter()
        .filter_map(|(option, value)| Some(format!("{option} {} ", quoted(value.as_ref()?))));
    format!("edactl {}{rest}", named.collect::<String>())
}

/// Says on stderr what one call of AWS came to (`-v`, and with its request id `-vv`).
pub fn show_call(call: &Call, with_id: bool) {
    let status = call
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let id = call
        .request_id
        .as_deref()
        .filter(|_| with_id)
        .unwrap_or_default();
    let text = format!(
        "aws: {} {} {status} {} {id}",
        call.service,
        call.operation,
        humanize::duration(call.took)
    );
    say!("{}", theme::paint(theme::DIM, text.trim_end()));
}
