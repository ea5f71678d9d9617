//! What is said of a wrong event, and where the caret stands.

use std::io;

use serde_json::{Value, json};

use super::*;

fn origin() -> String {
    "e.json".to_owned()
}

#[test]
fn each_error_has_a_next_step() {
    let too_large = |bytes, limit| EventError::EntryTooLarge {
        origin: origin(),
        key: "a".into(),
        bytes,
        limit,
    };
    for (error, step) in [
        (
            EventError::Unreadable {
                origin: origin(),
                source: io::Error::from(io::ErrorKind::NotFound),
            },
            "check the path",
        ),
        (
            EventError::Syntax {
                origin: origin(),
                problem: "expected value".into(),
                line: 1,
                column: 1,
                excerpt: String::new(),
            },
            "mend the JSON",
        ),
        (
            EventError::NotAnObject {
                origin: origin(),
                found: "an array",
            },
            "--messages '/*'",
        ),
        (EventError::Empty { origin: origin() }, "write an object"),
        (
            EventError::NothingThere {
                origin: origin(),
                shape: Shape::Event,
                there: vec!["/a".into()],
            },
            "point to one of these",
        ),
        (
            EventError::DuplicateKey {
                origin: origin(),
                key: "a".into(),
            },
            "a key of its own",
        ),
        (
            EventError::MarkerFieldTaken {
                origin: origin(),
                key: "a".into(),
                field: "edactl".into(),
            },
            "--marker-field",
        ),
        (
            EventError::MarkerOutside {
                origin: origin(),
                payloads: 2,
            },
            "put {{marker}} into each payload",
        ),
        (
            EventError::Template(TemplateError::Unset {
                origin: origin(),
                found: vec!["WHO".into()],
            }),
            "export WHO=value",
        ),
        (too_large(2, 1), "make it smaller"),
        (
            EventError::EventTooLarge {
                origin: origin(),
                bytes: 2,
                limit: 1,
            },
            "make it smaller",
        ),
    ] {
        let hint = error.hint();
        assert!(hint.contains(step), "{error}: {hint}");
    }
}

#[test]
fn a_value_has_a_name_for_people() {
    for (value, name) in [
        (json!(null), "null"),
        (json!(true), "a boolean"),
        (json!(7), "a number"),
        (json!("x"), "a string"),
        (json!([]), "an array"),
        (json!({}), "an object"),
    ] {
        assert_eq!(kind_of(&value), name);
    }
}

/// The column of the error, and the character above the caret.
fn place(text: &str) -> (usize, Option<char>) {
    let error = serde_json::from_str::<Value>(text).unwrap_err();
    let EventError::Syntax {
        column, excerpt, ..
    } = syntax("e.json", text, &error)
    else {
        panic!("a syntax error");
    };
    let (line, caret) = excerpt.split_once('\n').unwrap();
    let at = caret.chars().position(|char| char == '^').unwrap();
    (column, line.chars().nth(at))
}

#[test]
fn the_caret_stands_under_the_place() {
    for (before, column) in [(0, 1), (1, 2), (49, 50), (50, 51), (60, 61), (200, 201)] {
        let text = format!("{}x", " ".repeat(before));
        assert_eq!(place(&text), (column, Some('x')), "{before}");
        let text = format!("[{}\"\u{e9}\", x", "1,".repeat(before));
        assert_eq!(place(&text), (before * 2 + 7, Some('x')), "{before}");
    }
}

#[test]
fn a_place_inside_a_character_is_the_characters() {
    // The parser reads four bytes behind `\u`: the second half of the letter is the last.
    assert_eq!(place("{\"a\": \"\\u12\u{e9}\"}"), (12, Some('\u{e9}')));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("[{}x{}]", "1,".repeat(100), ",1".repeat(100));
    let error = serde_json::from_str::<Value>(&text).unwrap_err();
    let EventError::Syntax { excerpt, .. } = syntax("e.json", &text, &error) else {
        panic!("a syntax error");
    };
    let shown = excerpt.lines().next().unwrap().strip_prefix("  1 | ");
    assert_eq!(shown.unwrap().chars().count(), 80);
}
