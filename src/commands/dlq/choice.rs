//! Which dead letters are meant.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    cli::dlq::LetterChoiceArgs,
    commands::{Error, report::find},
    store::{RunStore, dead_letters::Origin},
};
use edactl_aws::dead_letters::Letter;
use edactl_core::{event::marker::RunId, latency::between};

/// What `--reason` calls letters of which no recorded run tells why.
pub const UNKNOWN: &str = "unknown";

/// Which letters.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    run: Option<RunId>,
    reason: Option<String>,
    ids: Vec<String>,
    older: Option<Duration>,
    newer: Option<Duration>,
    fields: Vec<Field>,
}

/// A place in a JSON body, and the value that it must have.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    path: Vec<String>,
    value: Option<String>,
}

impl Choice {
    /// Reads the options.
    ///
    /// # Errors
    /// When a run is not known, or an option names nothing.
    pub fn of(
        args: &LetterChoiceArgs,
        store: &RunStore,
        pipeline: Option<&str>,
    ) -> Result<Self, Error> {
        let run = match &args.run {
            Some(asked) => Some(find(store, asked, pipeline)?.plan.run),
            None => None,
        };
        let empty = |option: &str| Error::Usage {
            message: format!("{option} is empty, so it names nothing"),
            hint: "give it as `dlq list` or `dlq peek` shows it".into(),
        };
        if args
            .reason
            .as_ref()
            .is_some_and(|text| text.trim().is_empty())
        {
            return Err(empty("--reason"));
        }
        if args.id.iter().any(|id| id.trim().is_empty()) {
            return Err(empty("--id"));
        }
        let fields = args.fields.iter().map(|text| Field::parse(text));
        Ok(Self {
            run,
            reason: args.reason.as_ref().map(|text| text.to_lowercase()),
            ids: args.id.clone(),
            older: args.older,
            newer: args.newer,
            fields: fields.collect::<Result<_, _>>()?,
        })
    }

    /// Whether the letter is meant.
    #[must_use]
    pub fn fits(&self, letter: &Letter, origin: Option<&Origin>, now: Timestamp) -> bool {
        let age = letter.sent.map(|sent| between(sent, now));
        let reason = origin.and_then(|origin| origin.reason.as_deref());
        let is_reason = |asked: &String| {
            reason.map_or(asked == UNKNOWN, |reason| {
                reason.to_lowercase().contains(asked)
            })
        };
        let is_id = |id: &String| letter.message_id.starts_with(id.as_str());
        self.run
            .as_ref()
            .is_none_or(|run| origin.is_some_and(|origin| origin.place.run == *run))
            && self.reason.as_ref().is_none_or(is_reason)
            && (self.ids.is_empty() || self.ids.iter().any(is_id))
            // A letter of an unknown age is neither older nor newer.
            && self.older.is_none_or(|than| age.is_some_and(|age| age > than))
            && self.newer.is_none_or(|than| age.is_some_and(|age| age < than))
            && self.fields.iter().all(|field| field.fits(&letter.body))
    }

    /// Whether letters are chosen by their ids.
    #[must_use]
    pub fn has_ids(&self) -> bool {
        !self.ids.is_empty()
    }

    /// An id that fits several of these letters, which is a mistake where something is changed.
    ///
    /// # Errors
    /// When there is one, or an id fits none.
    pub fn check_ids(&self, letters: &[Letter]) -> Result<(), Error> {
        for id in &self.ids {
            let found = letters
                .iter()
                .filter(|letter| letter.message_id.starts_with(id.as_str()))
                .take(2)
                .count();
            let (what, hint) = match found {
                1 => continue,
                0 => (
                    "there is no dead letter",
                    "it may be gone, or hidden by another reader for a moment: edactl dlq list \
                     shows what there is",
                ),
                _ => (
                    "several dead letters have an id that begins with",
                    "give more of the id",
                ),
            };
            return Err(Error::Usage {
                message: format!("{what} `{id}`"),
                hint: hint.into(),
            });
        }
        Ok(())
    }
}

impl Field {
    fn parse(text: &str) -> Result<Self, Error> {
        let (path, value) = match text.split_once('=') {
            Some((path, value)) => (path, Some(value.to_owned())),
            None => (text, None),
        };
        let steps: Vec<String> = match path.strip_prefix('/') {
            // A JSON pointer (RFC 6901).
            Some(pointer) => pointer
                .split('/')
                .map(|step| step.replace("~1", "/").replace("~0", "~"))
                .collect(),
            None => path.split('.').map(str::to_owned).collect(),
        };
        if steps.iter().any(String::is_empty) {
            return Err(Error::Usage {
                message: format!("`{text}` is no path into a JSON body"),
                hint: "write for example --where customer.id=17, or --where /items/0/sku=a".into(),
            });
        }
        Ok(Self { path: steps, value })
    }

    fn fits(&self, body: &str) -> bool {
        let Ok(mut value) = serde_json::from_str::<Value>(body) else {
            return false;
        };
        for step in &self.path {
            // JSON in a text, as SNS and EventBridge wrap it.
            if let Value::String(text) = &value {
                value = serde_json::from_str(text).unwrap_or_default();
            }
            let found = match &mut value {
                Value::Object(fields) => fields.remove(step),
                Value::Array(items) => step
                    .parse()
                    .ok()
                    .and_then(|index: usize| items.get_mut(index))
                    .map(Value::take),
                _ => None,
            };
            let Some(found) = found else {
                return false;
            };
            value = found;
        }
        match (&self.value, &value) {
            (None, _) => true,
            (Some(asked), Value::String(text)) => asked == text,
            (Some(asked), value) => {
                serde_json::from_str::<Value>(asked).is_ok_and(|asked| asked == *value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_path() {
        let body = r#"{"id": 17, "a": {"b": ["x", {"c": "1"}], "no": null},
            "Message": "{\"order\": {\"id\": \"o-1\"}}", "x.y/z": true}"#;
        for (text, fits) in [
            ("id=17", true),
            ("id=18", false),
            ("id", true),
            ("no", false),
            ("a.no=null", true),
            ("a.b.0=x", true),
            ("/a/b/1/c=1", true),
            ("a.b.2", false),
            ("id.deeper", false),
            ("Message.order.id=o-1", true),
            ("/x.y~1z=true", true),
        ] {
            assert_eq!(Field::parse(text).unwrap().fits(body), fits, "{text}");
        }
        assert!(!Field::parse("id").unwrap().fits("not json"));
        for text in ["", "=1", "a..b", "/"] {
            assert!(Field::parse(text).is_err(), "{text}");
        }
    }
}
