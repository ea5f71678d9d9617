//! Where each key of edactl.toml stands, and which keys nobody knows.

use std::{collections::BTreeMap, ops::Range};

use toml::de::{DeTable, DeValue};

use crate::config::keys::{DEFAULT, KEEP_RUNS, PIPELINE_KEYS, PIPELINES, similar};

/// The line of each key, counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<(Option<String>, String), usize>);

/// A key that edactl does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key.
    pub key: String,
    /// Its line, counted from 1.
    pub line: usize,
    /// The table that it stands in; none: the top of the file.
    pub table: Option<String>,
    /// A known key that is spelt alike.
    pub similar: Option<&'static str>,
    /// The keys that may stand there.
    pub known: Vec<&'static str>,
    /// The line, with carets under the key.
    pub excerpt: String,
}

impl Places {
    /// The line of a key of a pipeline.
    #[must_use]
    pub fn of(&self, pipeline: &str, key: &str) -> Option<usize> {
        self.0
            .get(&(Some(pipeline.to_owned()), key.to_owned()))
            .copied()
    }

    /// The line of the key that names the default pipeline.
    #[must_use]
    pub fn of_default(&self) -> Option<usize> {
        self.0.get(&(None, DEFAULT.to_owned())).copied()
    }

    /// The line of the key that says how long runs are kept.
    #[must_use]
    pub fn of_keep_runs(&self) -> Option<usize> {
        self.0.get(&(None, KEEP_RUNS.to_owned())).copied()
    }

    /// The line where a pipeline's table begins.
    #[must_use]
    pub fn of_pipeline(&self, pipeline: &str) -> Option<usize> {
        self.of(pipeline, "")
    }
}

/// Finds the keys of a file, or the first that is unknown. A text that is no TOML has no keys:
/// the parser that follows says what is wrong with it.
///
/// # Errors
/// When a key is unknown.
pub fn find(text: &str) -> Result<Places, UnknownKey> {
    let mut places = Places::default();
    let Ok(file) = DeTable::parse(text) else {
        return Ok(places);
    };
    let file_keys = [DEFAULT, KEEP_RUNS, PIPELINES];
    for (key, value) in file.get_ref() {
        let name = key.get_ref().as_ref();
        if !file_keys.contains(&name) {
            let known = file_keys.to_vec();
            return Err(unknown(text, name, &key.span(), None, known));
        }
        places.put(text, None, name, &key.span());
        if name != PIPELINES {
            continue;
        }
        for (pipeline, table) in value.get_ref().as_table().into_iter().flatten() {
            let name = pipeline.get_ref().as_ref();
            places.put(text, Some(name), "", &pipeline.span());
            pipeline_keys(text, name, table.get_ref(), &mut places)?;
        }
    }
    Ok(places)
}

fn pipeline_keys(
    text: &str,
    pipeline: &str,
    table: &DeValue<'_>,
    places: &mut Places,
) -> Result<(), UnknownKey> {
    for key in table.as_table().into_iter().flat_map(|table| table.keys()) {
        let name = key.get_ref().as_ref();
        let known: Vec<_> = PIPELINE_KEYS.iter().map(|key| key.name).collect();
        if !known.contains(&name) {
            return Err(unknown(text, name, &key.span(), Some(pipeline), known));
        }
        places.put(text, Some(pipeline), name, &key.span());
    }
    Ok(())
}

impl Places {
    fn put(&mut self, text: &str, pipeline: Option<&str>, key: &str, span: &Range<usize>) {
        self.0.insert(
            (pipeline.map(str::to_owned), key.to_owned()),
            line_of(text, span.start),
        );
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn unknown(
    text: &str,
    key: &str,
    span: &Range<usize>,
    pipeline: Option<&str>,
    known: Vec<&'static str>,
) -> UnknownKey {
    let line = line_of(text, span.start);
    let begin = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let shown = text[begin..].lines().next().unwrap_or_default();
    let gutter = " ".repeat(line.to_string().len());
    let indent = " ".repeat(text[begin..span.start].chars().count());
    let carets = "^".repeat(text[span.clone()].chars().count().max(1));
    UnknownKey {
        key: key.to_owned(),
        line,
        table: pipeline.map(|pipeline| format!("[pipelines.{pipeline}]")),
        similar: similar(key, known.iter().copied()),
        known,
        excerpt: format!("  {line} | {shown}\n  {gutter} | {indent}{carets}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_line() {
        let places = find(
            "default = \"a\"\n\n[pipelines.a]\nproducer = \"p\"\n# more\n\
             smoke_events = [\n  \"x\",\n]\nsettle = \"1s\"\n[pipelines]\nb = { queue = \"q\" }\n",
        )
        .unwrap();
        assert_eq!(places.of_default(), Some(1));
        assert_eq!(places.of_pipeline("a"), Some(3));
        assert_eq!(places.of("a", "producer"), Some(4));
        assert_eq!(places.of("a", "settle"), Some(9));
        assert_eq!(places.of("b", "queue"), Some(11));
        assert_eq!(places.of("a", "queue"), None);
    }

    #[test]
    fn an_unknown_key_is_found_where_it_stands() {
        let found = find("[pipelines.a]\n  \"é\" = 1\n").unwrap_err();
        assert_eq!((found.line, found.similar), (2, None));
        assert_eq!(found.excerpt, "  2 |   \"é\" = 1\n    |   ^^^");
        let found = find("defualt = \"a\"\n").unwrap_err();
        assert_eq!(found.similar, Some("default"));
        assert_eq!(found.table, None);
    }

    #[test]
    fn what_is_no_toml_is_left_to_the_parser() {
        assert_eq!(find("[pipelines"), Ok(Places::default()));
    }
}
