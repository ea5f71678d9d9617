//! The keys of edactl.toml, each told once: the parser's suggestions, the comments that
//! `config init` writes and the JSON Schema for editors speak of these.

use serde_json::{Value, json};

/// A key of a pipeline's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// As it stands in the file.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// A value as it may stand in the file.
    pub example: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
}

/// What kind of value a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// `true` or `false`.
    Switch,
    /// A duration as people write it, such as `90s`.
    Duration,
    /// A list of paths.
    Paths,
    /// What of an event becomes a message: a word or a JSON pointer.
    Shape,
}

/// The key beside the pipelines: which of them is used when none is named.
pub const DEFAULT: &str = "default";
/// The key beside the pipelines: how long recorded runs are kept.
pub const KEEP_RUNS: &str = "keep_runs";
/// What it is for, in one sentence.
pub const ABOUT_KEEP_RUNS: &str =
    "How long recorded runs are kept (always: the last 500); a run that was never verified stays.";
/// The table of pipelines.
pub const PIPELINES: &str = "pipelines";

const fn key(name: &'static str, kind: Kind, example: &'static str, about: &'static str) -> Key {
    Key {
        name,
        about,
        example,
        kind,
    }
}

/// The keys of a pipeline's table, in the order in which they are written and shown.
pub const PIPELINE_KEYS: [Key; 12] = [
    key(
        "producer",
        Kind::Text,
        "\"orders-producer\"",
        "The producer function: name or ARN, with or without a version or an alias.",
    ),
    key(
        "queue",
        Kind::Text,
        "\"orders\"",
        "The queue: name, URL or ARN.",
    ),
    key(
        "consumer",
        Kind::Text,
        "\"orders-consumer\"",
        "The consumer function: name or ARN.",
    ),
    key(
        "dlq",
        Kind::Text,
        "\"orders-dlq\"",
        "The dead-letter queue: name, URL or ARN.",
    ),
    key(
        "messages",
        Kind::Shape,
        "\"/body\"",
        "What of an event becomes a message: entries, event, unknown, auto, or a JSON pointer.",
    ),
    key(
        "url",
        Kind::Text,
        "\"https://abc123.execute-api.eu-central-1.amazonaws.com/orders\"",
        "Sends events by HTTP to this URL in front of the producer (API Gateway, function URL, ALB).",
    ),
    key(
        "region",
        Kind::Text,
        "\"eu-central-1\"",
        "The AWS region; without it, that of the environment or the AWS profile.",
    ),
    key(
        "profile",
        Kind::Text,
        "\"staging\"",
        "The profile in the AWS configuration files.",
    ),
    key(
        "endpoint_url",
        Kind::Text,
        "\"http://127.0.0.1:4566\"",
        "Sends every AWS call to this address (an emulator, a proxy).",
    ),
    key(
        "production",
        Kind::Switch,
        "true",
        "Asks before anything is sent (--yes in scripts).",
    ),
    key(
        "smoke_events",
        Kind::Paths,
        "[\"events/smoke.json\"]",
        "What `edactl verify` sends when there is nothing else to verify; relative to this file.",
    ),
    key(
        "settle",
        Kind::Duration,
        "\"10m\"",
        "How long the queue must be empty, without a trace in the logs, before a message is lost.",
    ),
];

/// The known name that is spelt most like this one, where one is alike.
#[must_use]
pub fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(alike, _)| *alike > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

/// The JSON Schema of edactl.toml, for editors that complete and check TOML by one.
#[must_use]
pub fn schema() -> Value {
    let properties: serde_json::Map<_, _> = PIPELINE_KEYS
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "edactl.toml",
        "description": "Pipelines that edactl knows by name.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            DEFAULT: {
                "type": "string",
                "description": "The pipeline to use when none is named.",
            },
            KEEP_RUNS: {
                "type": "string",
                "pattern": DURATION_PATTERN,
                "description": ABOUT_KEEP_RUNS,
                "examples": ["30d"],
            },
            PIPELINES: {
                "type": "object",
                "description": "The pipelines by name.",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": properties,
                },
            },
        },
    })
}

/// Written as in ISO 8601's friendlier cousin: numbers with units, largest first.
const DURATION_PATTERN: &str = "^\\s*(\\d+(\\.\\d+)?\\s*[A-Za-zµ]+[,\\s]*)+$";

const SHAPE_PATTERN: &str = "^(auto|entries|event|unknown|/[\\s\\S]*)$";

fn property(key: &Key) -> Value {
    let mut property = match key.kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Switch => json!({ "type": "boolean", "default": false }),
        Kind::Duration => json!({ "type": "string", "pattern": DURATION_PATTERN }),
        Kind::Shape => json!({ "type": "string", "pattern": SHAPE_PATTERN }),
        Kind::Paths => json!({ "type": "array", "items": { "type": "string" } }),
    };
    property["description"] = key.about.into();
    property["examples"] = json!([example(key)]);
    property
}

/// The example as a value. Those of text, switches and lists are JSON as well as TOML.
fn example(key: &Key) -> Value {
    serde_json::from_str(key.example).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PipelineConfig;

    #[test]
    fn the_parser_knows_the_same_keys_as_the_list() {
        let mut all = String::new();
        for key in PIPELINE_KEYS {
            let line = format!("{} = {}\n", key.name, key.example);
            let read: Result<PipelineConfig, _> = toml::from_str(&line);
            assert!(read.is_ok(), "{line}{read:?}");
            assert_ne!(example(&key), Value::Null, "{}", key.name);
            all.push_str(&line);
        }
        // serde names what it knows when it meets what it does not.
        let refused = toml::from_str::<PipelineConfig>("nonsense = 1").unwrap_err();
        let known = refused.message().split("expected one of").nth(1).unwrap();
        let known: Vec<_> = known.split('`').skip(1).step_by(2).collect();
        let listed: Vec<_> = PIPELINE_KEYS.iter().map(|key| key.name).collect();
        assert_eq!(known, listed);
    }

    #[test]
    fn a_wrong_spelling_finds_the_right_one() {
        let known = || PIPELINE_KEYS.iter().map(|key| key.name);
        assert_eq!(similar("producr", known()), Some("producer"));
        assert_eq!(similar("endpoint-url", known()), Some("endpoint_url"));
        assert_eq!(similar("xyz", known()), None);
    }
}
