//! The checked-in completions, man pages and JSON Schemas are those that the code makes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use edactl::render::schemas;
use regex::Regex;
use serde_json::{Value, json};

use crate::support::{CliSandbox, schema};

/// Set this to write the files instead of comparing them.
const RENEW: &str = "EDACTL_RENEW";

const SHELLS: [(&str, &str); 5] = [
    ("bash", "edactl.bash"),
    ("elvish", "edactl.elv"),
    ("fish", "edactl.fish"),
    ("powershell", "_edactl.ps1"),
    ("zsh", "_edactl"),
];

type Files = BTreeMap<String, String>;

fn read(dir: &Path) -> Files {
    fs::read_dir(dir)
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("a text file");
            (name.into_owned(), text)
        })
        .collect()
}

fn hold_against(dir: &Path, made: &Files) {
    if std::env::var_os(RENEW).is_some() {
        for name in read(dir).keys() {
            fs::remove_file(dir.join(name)).expect("a file that can be replaced");
        }
        fs::create_dir_all(dir).expect("a directory");
        for (name, text) in made {
            fs::write(dir.join(name), text).expect("a file that can be written");
        }
        return;
    }
    let kept = read(dir);
    let stale: BTreeSet<_> = made
        .keys()
        .chain(kept.keys())
        .filter(|name| made.get(*name) != kept.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "{} is stale: {stale:?}\nrenew it with: {RENEW}=1 cargo test --locked --test it docs::",
        dir.display()
    );
}

#[test]
fn completions_are_fresh() {
    let made = SHELLS
        .iter()
        .map(|(shell, file)| {
            let output = CliSandbox::new()
                .edactl()
                .args(["completions", shell])
                .output();
            let output = output.expect("edactl runs");
            assert!(output.status.success(), "{shell}: {output:?}");
            let script = String::from_utf8(output.stdout).expect("a text");
            ((*file).to_owned(), script)
        })
        .collect();
    hold_against(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("completions"),
        &made,
    );
}

#[test]
fn man_pages_are_fresh() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = CliSandbox::new()
        .edactl()
        .args(["man", "--dir"])
        .arg(dir.path())
        .output()
        .expect("edactl runs");
    assert!(output.status.success(), "{output:?}");
    let made = read(dir.path());
    assert!(
        made.contains_key("edactl-local-start.1"),
        "{:?}",
        made.keys()
    );
    hold_against(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("completions/man"),
        &made,
    );
}

#[test]
fn one_man_page_goes_to_stdout() {
    for (name, title) in [
        ("send", "edactl-send"),
        ("edactl-send", "edactl-send"),
        ("edactl", "edactl"),
    ] {
        let output = CliSandbox::new()
            .edactl()
            .args(["man", name])
            .output()
            .expect("edactl runs");
        let page = String::from_utf8(output.stdout).expect("a text");
        assert!(page.contains(&format!(".TH {title} 1")), "{name}: {page}");
    }
}

#[test]
fn an_unknown_man_page_is_refused_with_the_known_ones() {
    let output = CliSandbox::new()
        .edactl()
        .args(["man", "dance"])
        .output()
        .expect("edactl runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("a text");
    assert!(said.contains("no man page `dance`"), "{said}");
    for page in ["edactl, send, verify, ", " logs, ", " local-start, "] {
        assert!(said.contains(page), "{said}");
    }
}

fn schema_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema")
}

#[test]
fn schemas_are_fresh() {
    let mut made: Files = schemas::all()
        .iter()
        .map(|schema| (schema.file_name(), schema.text()))
        .collect();
    let config = CliSandbox::new().run("config schema").expect(0).stdout;
    made.insert("edactl.schema.json".into(), config);
    hold_against(&schema_dir(), &made);
}

/// The Rust files below a directory.
fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("a directory entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_document_has_a_schema() {
    let named = Regex::new(r#""(edactl\.[a-z-]+/\d+)""#).expect("a pattern");
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let texts: Vec<String> = files
        .iter()
        .map(|file| fs::read_to_string(file).expect("a text file"))
        .collect();
    let written: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| named.captures_iter(text))
        .map(|found| found.get(1).expect("a name").as_str())
        .collect();
    let all = schemas::all();
    let known: BTreeSet<&str> = all.iter().map(|schema| schema.name).collect();
    assert_eq!(written, known);
    assert_eq!(known.len(), all.len(), "a name stands twice");
}

#[test]
fn a_field_without_a_word_in_the_schema_is_found() {
    let letter = json!({ "message_id": "m", "state": "deleted" });
    let redrive = |letter: &Value| {
        json!({
            "schema": "edactl.dlq-redrive/1", "redrive": "0123456789ab", "dlq": "dlq",
            "how": "delete", "ended": null, "exit": 0, "looked_at": 1, "untouched": 0,
            "other_sources": 0, "finished": 0, "dead_again": 0, "letters": [letter],
            "counts": {
                "redriven": 0, "deleted": 1, "not_sent": 0, "not_deleted": 0, "in_doubt": 0,
            },
        })
    };
    assert_eq!(schema::errors(&redrive(&letter)), Vec::<String>::new());
    for (field, value) in [
        ("extra", json!(1)),
        ("state", json!("eaten")),
        ("state", json!("in-doubt")), // Without its reason.
        ("seq", Value::Null),
        ("run", json!("no run")),
    ] {
        let mut other = letter.clone();
        other[field] = value;
        assert_ne!(
            schema::errors(&redrive(&other)),
            Vec::<String>::new(),
            "{other}"
        );
    }
    let mut whole = redrive(&letter);
    whole["extra"] = json!(1);
    assert_ne!(schema::errors(&whole), Vec::<String>::new());
}
