//! The words of the diagnosis: why payloads are not proven, and what to do next.

mod causes;
mod consumer;
mod settle;

use std::{borrow::Cow, env, sync::LazyLock};

use edactl_core::{
    diagnosis::{Equals, Group},
    humanize::count,
    run::Run,
    topology::Pipeline,
};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

pub use self::settle::{resolve, settle};
use crate::{
    config::{Config, LOCAL},
    render::escape,
};

/// Clocks may differ by as much: a log is read from so long before the run on.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(5);
/// A text from outside longer than this is cut, in characters.
const LONGEST: usize = 300;

/// What people read about one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Where payloads stopped, and why: a sentence without a full stop.
    pub reason: String,
    /// What to do next: the same.
    pub next: String,
    /// A command that shows the log of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// The commands that an explanation suggests: for the pipeline of one run.
#[derive(Debug, Clone)]
pub struct Commands<'a> {
    /// The run.
    pub run: &'a Run,
    /// The options that name its pipeline, such as `-p local`.
    pub options: String,
}

/// The pipelines that edactl.toml names, seen from the current directory.
static CONFIGURED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let here = env::current_dir().unwrap_or_default();
    Config::find(&here).map_or_else(|_| Vec::new(), |config| config.known())
});

/// The options that name a pipeline from the current directory: its name where edactl.toml knows
/// it, else its resources.
fn options(pipeline: &Pipeline) -> String {
    if pipeline.name == LOCAL || CONFIGURED.contains(&pipeline.name) {
        return format!("-p {}", quoted(&pipeline.name));
    }
    let producer = pipeline.producer.as_ref().map(|it| &it.reference);
    let consumer = pipeline.consumer.as_ref().map(|it| &it.reference);
    let named = [
        ("--producer", producer),
        ("--queue", pipeline.queue.as_ref().map(|it| &it.url)),
        ("--consumer", consumer),
        ("--dlq", pipeline.dlq.as_ref().map(|it| &it.url)),
        ("--region", Some(&pipeline.region)),
        ("--profile", pipeline.profile.as_ref()),
        ("--endpoint-url", pipeline.endpoint_url.as_ref()),
    ];
    let named = named.into_iter().filter_map(|(option, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(format!("{option} {}", quoted(value)))
    });
    named.collect::<Vec<_>>().join(" ")
}

impl<'a> Commands<'a> {
    /// The commands for a run's pipeline.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        Self {
            run,
            options: options(&run.plan.pipeline),
        }
    }

    /// A command of edactl for the run's pipeline.
    #[must_use]
    pub fn edactl(&self, rest: &str) -> String {
        match self.options.as_str() {
            "" => format!("edactl {rest}"),
            options => format!("edactl {options} {rest}"),
        }
    }

    /// Looks again, and sends nothing.
    #[must_use]
    pub fn again(&self) -> String {
        format!("look again: {}", self.verify())
    }

    fn verify(&self) -> String {
        // The run alone tells its pipeline; the options tell how to reach it.
        self.edactl(&format!("verify --run {}", self.run.plan.run))
    }

    /// Shows the log of a function, of one invocation or of the errors since the run.
    #[must_use]
    pub fn logs(&self, of: &str, request_id: Option<&str>) -> String {
        let began = self.run.plan.began;
        let since = began.checked_sub(CLOCKS_DIFFER).unwrap_or(began);
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ");
        let which = match request_id {
            Some(id) => format!("--request-id {}", quoted(id)),
            None => "--only-errors".to_owned(),
        };
        self.edactl(&format!("logs --from {of} --since {since} {which}"))
    }

    /// Sends the run's dead letters again.
    fn redrive(&self) -> String {
        self.edactl(&format!("dlq redrive --run {}", self.run.plan.run))
    }

    fn queue(&self) -> &str {
        let queue = self.run.plan.pipeline.queue.as_ref();
        queue.map_or("the queue", |queue| &queue.name)
    }

    fn dead_letter_queue(&self) -> String {
        let dlq = self.run.plan.pipeline.dlq.as_ref();
        dlq.map_or_else(
            || "the dead-letter queue".to_owned(),
            |dlq| format!("the dead-letter queue {}", dlq.name),
        )
    }

    fn consumer(&self) -> &str {
        let consumer = self.run.plan.pipeline.consumer.as_ref();
        consumer.map_or("CONSUMER", |consumer| &consumer.name)
    }

    /// A command of the AWS CLI where the run's pipeline is.
    fn aws(&self, rest: &str) -> String {
        aws(&self.run.plan.pipeline, rest)
    }
}

/// A command of the AWS CLI where a pipeline is.
#[must_use]
pub fn aws(pipeline: &Pipeline, rest: &str) -> String {
    let region = Some(&pipeline.region).filter(|region| !region.is_empty());
    let mut command = format!("aws {rest}");
    for (option, value) in [
        ("--region", region),
        ("--profile", pipeline.profile.as_ref()),
        ("--endpoint-url", pipeline.endpoint_url.as_ref()),
    ] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", quoted(value)));
        }
    }
    command
}

/// A word as a shell takes it.
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_./:@%+=,".contains(char);
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", escape::inline(word).replace('\'', r"'\''")))
}

/// A text from outside as a part of a sentence: one line, not endless.
pub(super) fn outside(text: &str) -> String {
    let line = escape::inline(text.trim());
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// Explains why payloads stopped.
#[must_use]
pub fn group(group: &Group, commands: &Commands<'_>) -> Explanation {
    let mut explanation = causes::explain(group, commands);
    if let Some(Equals {
        key,
        count: all,
        seen,
    }) = &group.equals
    {
        explanation.reason.push_str(&format!(
            "; of {} equal payloads (entry \"{}\") {} were seen",
            count(*all),
            outside(key),
            count(*seen)
        ));
    }
    explanation
}

#[cfg(test)]
mod tests;
