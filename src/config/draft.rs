//! The edactl.toml that `config init` writes: every key with a comment, in force only what
//! somebody named.

use crate::config::keys::{ABOUT_KEEP_RUNS, DEFAULT, KEEP_RUNS, Key, PIPELINE_KEYS, PIPELINES};
use edactl_core::topology::{Named, Pipeline};

/// What goes into a new edactl.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The pipeline's name.
    pub name: String,
    /// The resources that somebody named.
    pub named: Named,
    /// The region to write down.
    pub region: Option<String>,
    /// The profile to write down.
    pub profile: Option<String>,
    /// The endpoint to write down.
    pub endpoint_url: Option<String>,
    /// The shape to write down: what an earlier run's evidence showed.
    pub messages: Option<String>,
    /// What discovery found, where it looked.
    pub found: Option<Pipeline>,
}

impl Draft {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let name = quoted(&self.name);
        let mut text = format!(
            "# Pipelines that edactl knows by name. `edactl config show` tells what is in force and why;\n\
             # `edactl config schema` prints a JSON Schema for editors.\n\n\
             # The pipeline to use when none is named with -p.\n\
             {DEFAULT} = {name}\n\n\
             # {ABOUT_KEEP_RUNS}\n\
             # {KEEP_RUNS} = \"30d\"\n\n\
             [{PIPELINES}.{}]\n",
            if is_bare(&self.name) {
                &self.name
            } else {
                &name
            }
        );
        let blocks: Vec<_> = PIPELINE_KEYS.iter().map(|key| self.block(key)).collect();
        text.push_str(&blocks.join("\n"));
        text
    }

    fn block(&self, key: &Key) -> String {
        let Key { name, about, .. } = key;
        if let Some(value) = self.given(name) {
            return format!("# {about}\n{name} = {}\n", quoted(value));
        }
        match self.found(name) {
            Some(value) => format!(
                "# {about}\n# Discovery finds it each time; without the # it is fixed.\n# {name} = {}\n",
                quoted(value)
            ),
            None => format!("# {about}\n# {name} = {}\n", key.example),
        }
    }

    fn given(&self, key: &str) -> Option<&str> {
        let value = match key {
            "producer" => &self.named.producer,
            "queue" => &self.named.queue,
            "consumer" => &self.named.consumer,
            "dlq" => &self.named.dlq,
            "region" => &self.region,
            "profile" => &self.profile,
            "endpoint_url" => &self.endpoint_url,
            "messages" => &self.messages,
            _ => &None,
        };
        value.as_deref()
    }

    fn found(&self, key: &str) -> Option<&str> {
        let found = self.found.as_ref()?;
        match key {
            "producer" => found
                .producer
                .as_ref()
                .map(|function| function.name.as_str()),
            "queue" => found.queue.as_ref().map(|queue| queue.name.as_str()),
            "consumer" => found
                .consumer
                .as_ref()
                .map(|function| function.name.as_str()),
            "dlq" => found.dlq.as_ref().map(|queue| queue.name.as_str()),
            _ => None,
        }
    }
}

/// A text as a TOML basic string, which may stand for a key as well: JSON's escapes are TOML's,
/// but for DEL, which JSON leaves as it is.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

fn is_bare(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_named_is_in_force_and_the_rest_is_a_comment() {
        let draft = Draft {
            name: "dev".into(),
            named: Named {
                producer: Some("orders-producer".into()),
                ..Named::default()
            },
            found: Some(Pipeline {
                region: "eu-central-1".into(),
                queue: Some(edactl_core::topology::Queue {
                    name: "orders".into(),
                    url: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders".into(),
                }),
                ..Pipeline::named("dev")
            }),
            ..Draft::default()
        };
        insta::assert_snapshot!(draft.text(), @r#"
        # Pipelines that edactl knows by name. `edactl config show` tells what is in force and why;
        # `edactl config schema` prints a JSON Schema for editors.

        # The pipeline to use when none is named with -p.
        default = "dev"

        # How long recorded runs are kept (always: the last 500); a run that was never verified stays.
        # keep_runs = "30d"

        [pipelines.dev]
        # The producer function: name or ARN, with or without a version or an alias.
        producer = "orders-producer"

        # The queue: name, URL or ARN.
        # Discovery finds it each time; without the # it is fixed.
        # queue = "orders"

        # The consumer function: name or ARN.
        # consumer = "orders-consumer"

        # The dead-letter queue: name, URL or ARN.
        # dlq = "orders-dlq"

        # What of an event becomes a message: entries, event, unknown, auto, or a JSON pointer.
        # messages = "/body"

        # Sends events by HTTP to this URL in front of the producer (API Gateway, function URL, ALB).
        # url = "https://abc123.execute-api.eu-central-1.amazonaws.com/orders"

        # The AWS region; without it, that of the environment or the AWS profile.
        # region = "eu-central-1"

        # The profile in the AWS configuration files.
        # profile = "staging"

        # Sends every AWS call to this address (an emulator, a proxy).
        # endpoint_url = "http://127.0.0.1:4566"

        # Asks before anything is sent (--yes in scripts).
        # production = true

        # What `edactl verify` sends when there is nothing else to verify; relative to this file.
        # smoke_events = ["events/smoke.json"]

        # How long the queue must be empty, without a trace in the logs, before a message is lost.
        # settle = "10m"
        "#);
    }

    proptest! {
        #[test]
        fn whatever_the_names_the_parser_reads_them_back(
            name in "[\\PC\\x7f\n]{1,12}",
            producer in proptest::option::of("[\\PC\\t\\x7f]{1,20}"),
            region in proptest::option::of("[a-z0-9-]{1,12}"),
        ) {
            let named = Named { producer: producer.clone(), ..Named::default() };
            let draft = Draft { name: name.clone(), named, region: region.clone(), ..Draft::default() };
            let config: Config = toml::from_str(&draft.text()).unwrap();
            let pipeline = &config.pipelines[&name];
            prop_assert_eq!(config.default_pipeline, Some(name));
            prop_assert_eq!(&pipeline.producer, &producer);
            prop_assert_eq!(&pipeline.region, &region);
        }
    }
}
