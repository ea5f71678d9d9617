//! The house: what a crate or a module may import, how long a file is, and which words are out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use regex::Regex;
use serde_json::{Value, json};

/// A file longer than this is split by reason.
const LONGEST: usize = 600;
/// Private words that the field's own have replaced.
const OUT: [&str; 5] = ["hearing", "dossier", "testimony", "kept", "checkup"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All Rust files below a directory, in order.
fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap_or_else(|error| panic!("{}: {error}", dir.display()))
        .map(|entry| entry.expect("a directory entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The directories with Rust files of every crate.
fn source_dirs() -> Vec<PathBuf> {
    let crates = fs::read_dir(root().join("crates")).expect("the crates");
    let crates = crates.map(|entry| entry.expect("a directory entry").path());
    [root().to_owned()]
        .into_iter()
        .chain(crates)
        .flat_map(|dir| ["src", "tests", "benches"].map(|name| dir.join(name)))
        .filter(|dir| dir.is_dir())
        .collect()
}

/// A file's code without comments, and with empty texts in place of those in quotes.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r\"") || rest.starts_with("r#") {
            let hashes = rest[1..].chars().take_while(|it| *it == '#').count();
            let begins = rest[1 + hashes..].starts_with('"');
            let end = format!("\"{}", "#".repeat(hashes));
            let inside = 2 + hashes;
            match rest
                .get(inside..)
                .and_then(|inner| inner.find(&end))
                .filter(|_| begins)
            {
                Some(length) => inside + length + end.len(),
                // A raw identifier.
                None => 0,
            }
        } else if next == '"' {
            quoted(rest)
        } else if let Some(inner) = rest.strip_prefix('\'') {
            // A character, or else a lifetime.
            match inner.chars().next() {
                Some('\\') => inner[2..].find('\'').map_or(0, |end| end + 4),
                Some(one) if inner[one.len_utf8()..].starts_with('\'') => one.len_utf8() + 2,
                _ => 0,
            }
        } else {
            0
        };
        if taken == 0 {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[taken..];
        }
    }
    code
}

/// The length of the text in quotes that begins here.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, one) in text.char_indices().skip(1) {
        match one {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Code without the modules that only tests have.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at..];
        let end = item.find(['{', ';']).unwrap_or(item.len());
        rest = if item[end..].starts_with('{') {
            &item[end + block(&item[end..])..]
        } else {
            &item[end..]
        };
    }
    kept + rest
}

/// The length of the block in braces that begins here.
fn block(text: &str) -> usize {
    let mut depth = 0;
    for (at, one) in text.char_indices() {
        match one {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// The first names of the paths in a `{…}`, or of the one path that begins here.
fn first_names(text: &str) -> Vec<String> {
    let name = |path: &str| -> String {
        let path = path.trim_start();
        path.chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect()
    };
    if !text.starts_with('{') {
        return vec![name(text)];
    }
    let inside = &text[1..block(text) - 1];
    let mut depth = 0;
    let paths = inside.split(|one| {
        match one {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        one == ',' && depth == 0
    });
    paths.map(name).filter(|name| !name.is_empty()).collect()
}

/// Which top-level modules each top-level module of a crate uses, tests aside.
fn uses(src: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let declared = Regex::new(r"(?m)^\s*(?:pub )?mod (\w+);").expect("a pattern");
    let lib = without_tests(&code(&read(&src.join("lib.rs"))));
    let modules: BTreeSet<String> = declared
        .captures_iter(&lib)
        .map(|found| found[1].to_owned())
        .collect();
    assert!(!modules.is_empty(), "{}", src.display());
    let mut uses: BTreeMap<_, BTreeSet<String>> = modules
        .iter()
        .map(|module| (module.clone(), BTreeSet::new()))
        .collect();
    for file in sources(src) {
        let path = file.strip_prefix(src).expect("a file below");
        let parts: Vec<String> = path
            .with_extension("")
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .filter(|part| part != "mod")
            .collect();
        let of_tests = |part: &String| part == "tests" || part.ends_with("_tests");
        let Some(used) = uses.get_mut(&parts[0]) else {
            continue;
        };
        if parts.iter().any(of_tests) {
            continue;
        }
        let text = without_tests(&code(&read(&file)));
        // From here `super::` leads to the crate's root.
        let to_root = "super::".repeat(parts.len());
        for way in ["crate::", to_root.as_str()] {
            for (at, _) in text.match_indices(way) {
                if text[..at].ends_with(['$', '_', ':'])
                    || text[..at].ends_with(char::is_alphanumeric)
                {
                    continue;
                }
                used.extend(first_names(&text[at + way.len()..]));
            }
        }
        used.retain(|name| modules.contains(name));
        used.remove(&parts[0]);
    }
    uses
}

/// The floor of each module, as the table at the top of src/lib.rs has it.
fn floors() -> BTreeMap<String, u32> {
    let row = Regex::new(r"(?m)^//! \| (\d+) \| ([^|]+) \|").expect("a pattern");
    let name = Regex::new(r"\[`(\w+)`\]").expect("a pattern");
    let lib = read(&root().join("src/lib.rs"));
    let mut floors = BTreeMap::new();
    for row in row.captures_iter(&lib) {
        let floor: u32 = row[1].parse().expect("a number");
        for module in name.captures_iter(&row[2]) {
            let before = floors.insert(module[1].to_owned(), floor);
            assert_eq!(before, None, "{} stands twice in the table", &module[1]);
        }
    }
    floors
}

#[test]
fn a_module_imports_only_from_those_below() {
    let floors = floors();
    let uses = uses(&root().join("src"));
    let told: Vec<_> = floors.keys().collect();
    let there: Vec<_> = uses.keys().collect();
    assert_eq!(told, there, "the table in src/lib.rs has all modules");
    let wrong: Vec<String> = uses
        .iter()
        .flat_map(|(module, used)| used.iter().map(move |used| (module, used)))
        .filter(|(module, used)| floors[*used] >= floors[*module])
        .map(|(module, used)| format!("{module} uses {used}"))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_module_uses_itself_in_a_circle() {
    for name in [
        "core",
        "facts",
        "aws",
        "lint",
        "local",
        "functions",
        "world",
    ] {
        let mut uses = uses(&root().join(format!("crates/edactl-{name}/src")));
        // What uses nothing that is left stands on firm ground; a circle never does.
        while let Some(firm) = uses.iter().find(|(_, used)| used.is_empty()) {
            let firm = firm.0.clone();
            uses.remove(&firm);
            for used in uses.values_mut() {
                used.remove(&firm);
            }
        }
        assert_eq!(uses, BTreeMap::new(), "a circle in edactl-{name}");
    }
}

#[test]
fn a_crate_imports_only_what_the_architecture_allows() {
    let row =
        Regex::new(r"(?m)^\| `(edactl[a-z-]*)`[^|]*\|[^|]*\| ([^|]+) \|$").expect("a pattern");
    let name = Regex::new(r"`(edactl-[a-z-]+)`").expect("a pattern");
    let architecture = read(&root().join("ARCHITECTURE.md"));
    let mut told = 0;
    for row in row
        .captures_iter(&architecture)
        .filter(|row| &row[1] != "edactl")
    {
        told += 1;
        let allowed: BTreeSet<String> = name
            .captures_iter(&row[2])
            .map(|found| found[1].to_owned())
            .collect();
        let manifest = read(&root().join("crates").join(&row[1]).join("Cargo.toml"));
        let manifest: toml::Table = manifest.parse().expect("a manifest");
        let used: BTreeSet<String> = manifest
            .get("dependencies")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::keys)
            .filter(|name| name.starts_with("edactl"))
            .cloned()
            .collect();
        assert_eq!(used, allowed, "{}", &row[1]);
    }
    let crates = fs::read_dir(root().join("crates")).expect("the crates");
    assert_eq!(told, crates.count(), "the table has every crate");
}

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = source_dirs()
        .iter()
        .flat_map(|dir| sources(dir))
        .map(|file| (read(&file).lines().count(), file))
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, file)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn private_words_name_nothing() {
    let named = Regex::new(r"\b(mod|struct|enum|trait|type|union|fn)\s+(\w+)").expect("a pattern");
    let mut found = Vec::new();
    for file in source_dirs().iter().flat_map(|dir| sources(dir)) {
        let text = code(&read(&file));
        let stem = file.file_stem().expect("a name").to_string_lossy();
        let modules = [("mod".to_owned(), stem.into_owned())].into_iter();
        let inside = named
            .captures_iter(&text)
            .map(|name| (name[1].to_owned(), name[2].to_owned()));
        for (what, name) in modules.chain(inside) {
            // A test's name is a sentence, in which `kept` is a word like any other.
            let is_out = if what == "fn" {
                OUT.contains(&name.as_str())
            } else {
                words(&name).iter().any(|word| OUT.contains(&word.as_str()))
            };
            if is_out {
                found.push(format!("{}: {what} {name}", file.display()));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The words of a name, such as `HearingEnd` or `hearing_end`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for one in name.chars() {
        if one == '_' || one.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| one != '_') {
            word.extend(one.to_lowercase());
        }
    }
    words
}

/// `cargo run`, which the README begins with, has to know which of the binaries is meant.
#[test]
fn cargo_run_starts_edactl() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    let told = cargo.current_dir(root()).output().expect("cargo runs");
    assert!(
        told.status.success(),
        "{}",
        String::from_utf8_lossy(&told.stderr)
    );
    let told: Value = serde_json::from_slice(&told.stdout).expect("cargo tells JSON");
    let packages = told["packages"].as_array().expect("packages");
    let edactl = packages.iter().find(|it| it["name"] == "edactl");
    let edactl = edactl.expect("a package edactl");
    assert_eq!(told["workspace_default_members"], json!([edactl["id"]]));
    assert_eq!(edactl["default_run"], "edactl");
}
