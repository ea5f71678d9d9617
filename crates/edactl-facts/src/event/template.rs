//! Templates in event files: `{{uuid}}`, `{{now}}`, `{{seq}}` and `{{env.NAME}}`, filled in before
//! the plan is made. `{{marker}}` and `{{{{` (a literal `{{`) are left to the event's reader.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::event::{PLACEHOLDER, marker::RunId, pieces::LITERAL_BRACES};

/// What is filled in for one invocation. The same values give the same text, so that what was
/// planned can be made again when it is sent.
#[derive(Debug, Clone, Copy)]
pub struct TemplateValues<'a> {
    /// The run: its ids are its own.
    pub run: &'a RunId,
    /// When the run began: `{{now}}`.
    pub began: Timestamp,
    /// The invocation's number in the run, from 1: `{{seq}}`.
    pub seq: u64,
}

/// What is wrong with the placeholders of an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Placeholders that nobody knows.
    #[error("{origin} has unknown placeholders: {}", .found.join(", "))]
    Unknown {
        /// The file as the user named it.
        origin: String,
        /// The placeholders as written, each once.
        found: Vec<String>,
    },
    /// An environment variable that is not set.
    #[error("{origin} needs environment variables that are not set: {}", .found.join(", "))]
    Unset {
        /// The file as the user named it.
        origin: String,
        /// Their names, each once.
        found: Vec<String>,
    },
}

impl TemplateError {
    /// The next step, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { .. } => {
                "known are {{marker}}, {{uuid}}, {{now}}, {{seq}} and {{env.NAME}}; write {{{{ for \
                 a literal {{"
                    .into()
            }
            Self::Unset { found, .. } => {
                let first = found.first().map_or("NAME", String::as_str);
                format!("set them in the environment, such as: export {first}=value")
            }
        }
    }
}

/// A placeholder, between its braces.
enum Placeholder<'a> {
    Uuid,
    Now,
    Seq,
    Env(&'a str),
}

impl<'a> Placeholder<'a> {
    fn of(name: &'a str) -> Option<Self> {
        Some(match name.trim() {
            "uuid" => Self::Uuid,
            "now" => Self::Now,
            "seq" => Self::Seq,
            other => Self::Env(other.strip_prefix("env.").filter(|name| !name.is_empty())?),
        })
    }
}

/// Whether each invocation gets a text of its own: it has a `{{uuid}}` or `{{seq}}`.
#[must_use]
pub fn varies(text: &str) -> bool {
    parts(text).any(|part| {
        let Part::Placeholder(_, name) = part else {
            return false;
        };
        matches!(
            Placeholder::of(name),
            Some(Placeholder::Uuid | Placeholder::Seq)
        )
    })
}

/// Fills in the placeholders of an event's text; `env` looks an environment variable up.
///
/// # Errors
/// When a placeholder is unknown or a variable is not set; all of them are told.
pub fn expand(
    origin: &str,
    text: &str,
    values: TemplateValues<'_>,
    env: impl Fn(&str) -> Option<String>,
) -> Result<String, TemplateError> {
    let mut expanded = String::with_capacity(text.len());
    let (mut unknown, mut unset) = (Vec::new(), Vec::new());
    let mut ids = 0;
    for part in parts(text) {
        let (written, name) = match part {
            Part::Text(text) => {
                expanded.push_str(text);
                continue;
            }
            Part::Placeholder(written, name) => (written, name),
        };
        match Placeholder::of(name) {
            Some(Placeholder::Uuid) => {
                ids += 1;
                expanded.push_str(&uuid(values, ids));
            }
            Some(Placeholder::Now) => expanded.push_str(&values.began.to_string()),
            Some(Placeholder::Seq) => expanded.push_str(&values.seq.to_string()),
            Some(Placeholder::Env(variable)) => match env(variable) {
                Some(value) => expanded.push_str(&inside_json(&value)),
                None => add_once(&mut unset, variable),
            },
            None => add_once(&mut unknown, written),
        }
    }
    let origin = origin.to_owned();
    if !unknown.is_empty() {
        return Err(TemplateError::Unknown {
            origin,
            found: unknown,
        });
    }
    if !unset.is_empty() {
        return Err(TemplateError::Unset {
            origin,
            found: unset,
        });
    }
    Ok(expanded)
}

fn add_once(found: &mut Vec<String>, text: &str) {
    if !found.iter().any(|known| known == text) {
        found.push(text.to_owned());
    }
}

/// The text of a JSON string, without its quotes; no brace in it begins a placeholder.
fn inside_json(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].replace("{{", LITERAL_BRACES)
}

/// A UUID (version 4 in form) for the n-th place of an invocation's event.
fn uuid(values: TemplateValues<'_>, nth: u64) -> String {
    let mut digest = Sha256::new();
    digest.update(values.run.as_str());
    digest.update(values.seq.to_le_bytes());
    digest.update(nth.to_le_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.finalize()[..16]);
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}

enum Part<'a> {
    Text(&'a str),
    /// As written, and what stands between the braces.
    Placeholder(&'a str, &'a str),
}

/// The text in parts. What the event's reader looks for is text here.
fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (part, after) = next_part(rest);
        rest = after;
        Some(part)
    })
}

fn next_part(text: &str) -> (Part<'_>, &str) {
    let begin = text.find("{{").unwrap_or(text.len());
    if begin > 0 {
        let (before, after) = text.split_at(begin);
        return (Part::Text(before), after);
    }
    for kept in [LITERAL_BRACES, PLACEHOLDER] {
        if text.starts_with(kept) {
            let (before, after) = text.split_at(kept.len());
            return (Part::Text(before), after);
        }
    }
    // A placeholder stands on one line and holds no brace of its own.
    let end = text[2..].find(['{', '}', '\n']).map(|at| at + 2);
    if let Some(end) = end.filter(|end| text[*end..].starts_with("}}")) {
        let (written, after) = text.split_at(end + 2);
        return (Part::Placeholder(written, &text[2..end]), after);
    }
    let end = end.unwrap_or(text.len()).max(2);
    let (written, after) = text.split_at(end);
    (Part::Placeholder(written, written), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, seq: u64) -> Result<String, TemplateError> {
        let began: Timestamp = "2026-11-26T04:00:00Z".parse().unwrap();
        let run = RunId::new(began, 7);
        let values = TemplateValues {
            run: &run,
            began,
            seq,
        };
        expand("e.json", text, values, |name| {
            (name == "WHO").then(|| "a \"b\" {{seq}}".to_owned())
        })
    }

    #[test]
    fn each_invocation_has_its_own() {
        let text = r#"{"n": {{seq}}, "at": "{{now}}", "id": "{{uuid}}", "other": "{{ uuid }}"}"#;
        assert!(varies(text));
        assert!(!varies(
            r#"{"at": "{{now}}", "who": "{{env.WHO}}", "m": "{{marker}}"}"#
        ));
        let first: serde_json::Value = serde_json::from_str(&fill(text, 1).unwrap()).unwrap();
        assert_eq!(first["n"], 1);
        assert_eq!(first["at"], "2026-11-26T04:00:00Z");
        assert!(uuid::Uuid::parse_str(first["id"].as_str().unwrap()).is_ok());
        assert_ne!(first["id"], first["other"]);
        assert_eq!(fill(text, 1), fill(text, 1));
        let second: serde_json::Value = serde_json::from_str(&fill(text, 2).unwrap()).unwrap();
        assert_ne!(first["id"], second["id"]);
    }

    #[test]
    fn a_variable_is_escaped_and_never_a_template() {
        let text = fill(r#"{"a": "{{env.WHO}}"}"#, 1).unwrap();
        assert_eq!(text, r#"{"a": "a \"b\" {{{{seq}}"}"#);
    }

    #[test]
    fn what_the_reader_looks_for_is_left_to_it() {
        let text = r#"{"a": "{{marker}} {{{{uuid}} {{{{{{{{"}"#;
        assert_eq!(fill(text, 1).unwrap(), text);
        assert!(!varies(text));
    }

    #[test]
    fn what_is_unknown_is_listed() {
        let error = fill(r#"{"a": "{{uid}} {{uuid}} {{uid}}", "b": "{{env.}}"}"#, 1).unwrap_err();
        insta::assert_snapshot!(error, @"e.json has unknown placeholders: {{uid}}, {{env.}}");
        assert!(error.hint().contains("write {{{{ for a literal {{"));
        let error = fill(r#"{"a": "{{env.NOBODY}}"}"#, 1).unwrap_err();
        insta::assert_snapshot!(error, @"e.json needs environment variables that are not set: NOBODY");
        for broken in ["{{", "{{a", "{{a}", "x {{a\n}}", "{{a{{uuid}}"] {
            let error = fill(broken, 1).unwrap_err();
            assert!(matches!(error, TemplateError::Unknown { .. }), "{broken}");
        }
    }
}
