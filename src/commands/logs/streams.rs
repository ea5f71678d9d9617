//! Which log streams are read: by name (`--stream`), and by the version of the function that wrote
//! them (`--qualifier`).

use std::collections::HashMap;

use wildmatch::WildMatch;

use crate::{cli::LogChoiceArgs, commands::Error, context::Context};
use edactl_aws::functions::Functions;

/// Which log streams are read.
#[derive(Debug, Default)]
pub struct Streams {
    names: Vec<WildMatch>,
    /// The version whose streams are read, by log group.
    versions: HashMap<String, String>,
}

impl Streams {
    /// The streams that the arguments choose among these groups. An alias is looked up.
    ///
    /// # Errors
    /// When an alias is not known, or belongs to no function of the pipeline.
    pub async fn choose(
        args: &LogChoiceArgs,
        context: &Context,
        groups: impl IntoIterator<Item = &str>,
    ) -> Result<Self, Error> {
        let mut streams = Self {
            names: args.stream.iter().map(|name| named(name)).collect(),
            versions: HashMap::new(),
        };
        let Some(qualifier) = &args.qualifier else {
            return Ok(streams);
        };
        let is_version = qualifier == "$LATEST" || qualifier.bytes().all(|c| c.is_ascii_digit());
        for group in groups {
            let version = if is_version {
                qualifier.clone()
            } else {
                alias(context, group, qualifier).await?
            };
            streams.versions.insert(group.to_owned(), version);
        }
        Ok(streams)
    }

    /// Whether a stream's lines are shown.
    pub fn wants(&self, group: &str, stream: &str) -> bool {
        (self.names.is_empty() || self.names.iter().any(|name| name.matches(stream)))
            && self
                .versions
                .get(group)
                .is_none_or(|version| version_of(stream) == Some(version))
    }
}

/// A name alone stands for its beginning, as in CloudWatch's console.
fn named(name: &str) -> WildMatch {
    WildMatch::new(&format!("{name}*"))
}

/// The version that a Lambda stream's name holds: `2026/11/24/[$LATEST]0a1b…`.
fn version_of(stream: &str) -> Option<&str> {
    let (_, rest) = stream.split_once('[')?;
    rest.split_once(']').map(|(version, _)| version)
}

async fn alias(context: &Context, group: &str, alias: &str) -> Result<String, Error> {
    let pipeline = &context.pipeline;
    let functions = [&pipeline.producer, &pipeline.consumer];
    let function = functions
        .into_iter()
        .flatten()
        .find(|function| function.log_group == group)
        .ok_or_else(|| Error::Usage {
            message: format!(
                "--qualifier {alias} is an alias, and whose log {group} is, is not known"
            ),
            hint: "name the function with --consumer or --producer, or give the version's number"
                .into(),
        })?;
    let name = format!("{}:{alias}", function.name);
    Ok(Functions::new(&context.session).version(&name).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_chosen_by_name_and_version() {
        let streams = |names: &[&str], version: Option<&str>| Streams {
            names: names.iter().map(|name| named(name)).collect(),
            versions: version
                .map(|version| ("g".to_owned(), version.to_owned()))
                .into_iter()
                .collect(),
        };
        let stream = "2026/11/24/[7]0a1b";
        for (names, version, expected) in [
            (&[][..], None, true),
            (&["2026/11/24"][..], None, true),
            (&["*0a"][..], Some("7"), true),
            (&["2026/11/25", "2026/*/[7"][..], None, true),
            (&["2026/11/25"][..], None, false),
            (&[][..], Some("8"), false),
            (&[][..], Some("$LATEST"), false),
        ] {
            assert_eq!(
                streams(names, version).wants("g", stream),
                expected,
                "{names:?} {version:?}"
            );
        }
        let shared = streams(&[], Some("$LATEST"));
        assert!(shared.wants("g", "2026/11/24/consumer[$LATEST]0a1b"));
        assert!(!shared.wants("g", "a stream that no Lambda wrote"));
    }
}
