//! edactl.toml: named pipelines, found upwards from the working directory, then in the user's
//! configuration directory.

pub mod draft;
pub mod keys;
pub mod positions;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Deserializer, de::Error as _};

use crate::config::{
    keys::{PIPELINE_KEYS, similar},
    positions::{Places, UnknownKey},
};
use edactl_core::{event::shape::Messages, humanize::parse_duration, topology::Named};

/// The configuration file's name.
pub const FILE_NAME: &str = "edactl.toml";
/// The embedded pipeline's name; it is always known.
pub const LOCAL: &str = "local";

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The file is not what edactl expects.
    #[error("{path} is not a valid configuration\n{problem}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the place.
        problem: String,
    },
    /// A key that edactl does not know.
    #[error("{path}:{}: there is no key `{}`{}{}\n{}", .unknown.line, .unknown.key, .unknown.table.as_ref().map(|table| format!(" in {table}")).unwrap_or_default(), did_you_mean(.unknown.similar), .unknown.excerpt)]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key, and where it stands.
        unknown: Box<UnknownKey>,
    },
    /// There is no configuration file.
    #[error("there is no {FILE_NAME} in {start} or above it{}", .user.as_ref().map(|path| format!(", and no {}", path.display())).unwrap_or_default())]
    NoFile {
        /// Where the search began.
        start: PathBuf,
        /// The user's own, where a home is known.
        user: Option<PathBuf>,
    },
    /// No pipeline of this name.
    #[error("there is no pipeline `{asked}`{}", did_you_mean(.similar.as_deref()))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The known names.
        known: Vec<String>,
        /// A known name that is spelt alike.
        similar: Option<String>,
    },
    /// Nothing says which pipeline.
    #[error("no pipeline is named")]
    None {
        /// The known names.
        known: Vec<String>,
    },
}

impl ConfigError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreadable { .. } => "check the file's permissions".into(),
            Self::Invalid { .. } => "mend the file at the caret".into(),
            Self::UnknownKey { unknown, .. } => {
                let name = unknown.key.as_str();
                if unknown.table.is_none() && PIPELINE_KEYS.iter().any(|key| key.name == name) {
                    format!("put `{name}` under a pipeline, such as [pipelines.dev]")
                } else {
                    format!("known are: {}", unknown.known.join(", "))
                }
            }
            Self::NoFile { .. } => "write one with: edactl config init --producer NAME".into(),
            Self::Unknown { known, .. } => {
                format!(
                    "known are: {} (`local` is the embedded one)",
                    known.join(", ")
                )
            }
            Self::None { known } => format!(
                "name one with -p ({}), or its producer with --producer; `-p local` is the \
                 embedded one and needs no account",
                known.join(", ")
            ),
        }
    }
}

fn did_you_mean(similar: Option<&str>) -> String {
    similar
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

/// One pipeline in edactl.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PipelineConfig {
    /// The producer function: name or ARN.
    pub producer: Option<String>,
    /// The queue: name, URL or ARN.
    pub queue: Option<String>,
    /// The consumer function: name or ARN.
    pub consumer: Option<String>,
    /// The dead-letter queue: name, URL or ARN.
    pub dlq: Option<String>,
    /// What of an event becomes a message.
    #[serde(deserialize_with = "messages")]
    pub messages: Option<Messages>,
    /// Sends events by HTTP to this URL in front of the producer.
    pub url: Option<String>,
    /// The AWS region.
    pub region: Option<String>,
    /// The profile in the AWS configuration files.
    pub profile: Option<String>,
    /// Sends every AWS call to this address.
    pub endpoint_url: Option<String>,
    /// Asks before sending.
    pub production: bool,
    /// Event files that `verify` sends when there is nothing else to verify; relative to the
    /// configuration file.
    pub smoke_events: Vec<PathBuf>,
    /// How long the queue must be empty, without a trace in the logs, before a message is lost.
    #[serde(deserialize_with = "duration")]
    pub settle: Option<Duration>,
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_duration(&text).map(Some).map_err(D::Error::custom)
}

fn messages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Messages>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(D::Error::custom)
}

impl PipelineConfig {
    /// Whether a pipeline of this name, with these settings, is the embedded one.
    #[must_use]
    pub fn is_embedded(&self, name: &str) -> bool {
        name == LOCAL && *self == Self::default()
    }

    /// The resources that it names.
    #[must_use]
    pub fn named(&self) -> Named {
        Named {
            producer: self.producer.clone(),
            queue: self.queue.clone(),
            consumer: self.consumer.clone(),
            dlq: self.dlq.clone(),
        }
    }
}

/// A configuration file's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The pipeline to use when none is named.
    #[serde(rename = "default")]
    pub default_pipeline: Option<String>,
    /// How long recorded runs are kept; `None`: until there are too many.
    #[serde(deserialize_with = "duration")]
    pub keep_runs: Option<Duration>,
    /// The pipelines by name.
    pub pipelines: BTreeMap<String, PipelineConfig>,
    /// The file; none was found: an empty configuration.
    #[serde(skip)]
    pub path: Option<PathBuf>,
    /// Where in the file each key stands.
    #[serde(skip)]
    pub places: Places,
}

impl Config {
    /// Finds and reads the configuration: upwards from `start`, then the user's. No file is an
    /// empty configuration.
    ///
    /// # Errors
    /// When a file is found and cannot be read or is not valid.
    pub fn find(start: &Path) -> Result<Self, ConfigError> {
        let found = start
            .ancestors()
            .map(|dir| dir.join(FILE_NAME))
            .chain(user_file())
            .find(|path| path.is_file());
        found.map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let places = positions::find(&text).map_err(|unknown| ConfigError::UnknownKey {
            path: path.to_owned(),
            unknown: Box::new(unknown),
        })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigError::Invalid {
            path: path.to_owned(),
            problem: error.to_string().trim_end().to_owned(),
        })?;
        let dir = path.parent().unwrap_or(Path::new(""));
        for pipeline in config.pipelines.values_mut() {
            for event in &mut pipeline.smoke_events {
                *event = dir.join(&*event);
            }
        }
        config.path = Some(path.to_owned());
        config.places = places;
        Ok(config)
    }

    /// The file that was found.
    ///
    /// # Errors
    /// When none was; `start` is where the search began.
    pub fn path(&self, start: &Path) -> Result<&Path, ConfigError> {
        self.path.as_deref().ok_or_else(|| ConfigError::NoFile {
            start: start.to_owned(),
            user: user_file(),
        })
    }

    /// The names that may be asked for.
    #[must_use]
    pub fn known(&self) -> Vec<String> {
        let mut names: Vec<_> = self.pipelines.keys().cloned().collect();
        if !self.pipelines.contains_key(LOCAL) {
            names.push(LOCAL.to_owned());
        }
        names
    }

    /// Which pipeline is meant, and what the file says of it: the one asked for; else, when
    /// flags name resources, a nameless one; else the default; else the only one.
    ///
    /// # Errors
    /// When it is unknown, or nothing says which.
    pub fn choose(
        &self,
        asked: Option<&str>,
        flags: &Named,
    ) -> Result<(String, PipelineConfig), ConfigError> {
        let only = || match self.pipelines.len() {
            1 => self.pipelines.keys().next().map(String::as_str),
            _ => None,
        };
        let name = match asked {
            Some(name) => name,
            None if !flags.is_empty() => {
                let reference = [&flags.producer, &flags.queue, &flags.consumer, &flags.dlq]
                    .into_iter()
                    .find_map(Option::as_deref);
                return Ok((
                    reference.unwrap_or_default().to_owned(),
                    PipelineConfig::default(),
                ));
            }
            None => self
                .default_pipeline
                .as_deref()
                .or_else(only)
                .ok_or_else(|| ConfigError::None {
                    known: self.known(),
                })?,
        };
        match self.pipelines.get(name) {
            Some(pipeline) => Ok((name.to_owned(), pipeline.clone())),
            None if name == LOCAL => Ok((name.to_owned(), PipelineConfig::default())),
            None => Err(ConfigError::Unknown {
                asked: name.to_owned(),
                similar: similar(name, self.known().iter().map(String::as_str)).map(str::to_owned),
                known: self.known(),
            }),
        }
    }
}

/// The user's own configuration file.
fn user_file() -> Option<PathBuf> {
    edactl_state::config_dir()
        .ok()
        .map(|dir| dir.join(FILE_NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    fn choose(config: &Config, asked: Option<&str>) -> Result<String, ConfigError> {
        config
            .choose(asked, &Named::default())
            .map(|(name, _)| name)
    }

    #[test]
    fn the_pipeline_is_the_asked_the_default_or_the_only_one() {
        let two =
            config("default = \"a\"\n[pipelines.a]\nproducer = \"p\"\n[pipelines.b]\n").unwrap();
        assert_eq!(choose(&two, None).unwrap(), "a");
        assert_eq!(choose(&two, Some("b")).unwrap(), "b");
        assert_eq!(choose(&two, Some("local")).unwrap(), "local");
        let one = config("[pipelines.dev]\nsettle = \"90s\"").unwrap();
        assert_eq!(choose(&one, None).unwrap(), "dev");
        assert_eq!(one.pipelines["dev"].settle, Some(Duration::from_secs(90)));
        assert!(matches!(
            choose(&Config::default(), None),
            Err(ConfigError::None { .. })
        ));
        let flags = Named {
            queue: Some("orders".into()),
            ..Named::default()
        };
        let (name, settings) = two.choose(None, &flags).unwrap();
        assert_eq!(
            (name.as_str(), settings),
            ("orders", PipelineConfig::default())
        );
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let config = config("[pipelines.staging]\n[pipelines.prod]\n").unwrap();
        let error = choose(&config, Some("stagin")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no pipeline `stagin`; did you mean `staging`?"
        );
        assert_eq!(
            error.hint(),
            "known are: prod, staging, local (`local` is the embedded one)"
        );
        let error = choose(&config, Some("xyz")).unwrap_err();
        assert_eq!(error.to_string(), "there is no pipeline `xyz`");
    }

    #[test]
    fn a_wrong_key_or_duration_is_shown_in_its_place() {
        let error = config("[pipelines.a]\nproducr = \"p\"\n").unwrap_err();
        let text = error.to_string();
        let place = "edactl.toml:2: there is no key `producr` in [pipelines.a]; did you mean \
            `producer`?\n  2 | producr = \"p\"\n    | ^^^^^^^";
        assert!(text.ends_with(place), "{text}");
        assert!(error.hint().starts_with("known are: producer, queue"));
        let above = config("producer = \"p\"\n").unwrap_err();
        assert_eq!(
            above.hint(),
            "put `producer` under a pipeline, such as [pipelines.dev]"
        );
        let error = config("[pipelines.a]\nsettle = \"soon\"\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2") && error.contains("`soon` is not a duration"),
            "{error}"
        );
    }
}
