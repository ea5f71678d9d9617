//! What a strict schema says when it meets a field that it does not know.

use std::{fmt, sync::LazyLock};

use regex::Regex;

/// The words of schemas and of typed readers, in lower case, with whose they are.
const PHRASES: [&str; 18] = [
    "not permitted",       // pydantic: "extra fields not permitted", "Extra inputs are …"
    "additional propert",  // JSON Schema in all its implementations
    "unevaluated propert", // JSON Schema 2019-09
    "unrecognized field",  // Jackson
    "unrecognized key",    // zod
    "unrecognized propert", // Yasson
    "unexpected keyword argument", // Python's data classes
    "unknown keyword",     // Ruby's methods
    "unknown attribute",   // ActiveModel
    "unknown field",       // serde, Go's encoding/json, marshmallow, protobuf
    "unknown propert",     // yup, Jackson's older versions
    "unknown key",         // superstruct, valibot
    "is not allowed",      // joi
    "extra keys not allowed", // voluptuous
    "should not exist",    // class-validator
    "could not be mapped to any .net member", // System.Text.Json
    "could not find member", // Newtonsoft
    "unexpected field",    // msgspec, ajv's strict mode
];

/// A refusal of a field that the schema does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection<'a> {
    /// The part of the text that says so, in one line.
    pub said: &'a str,
    /// The line before it, where that names the field by itself (pydantic).
    pub field: Option<&'a str>,
}

/// Finds such a refusal in a text of one or several lines.
#[must_use]
pub fn find(text: &str) -> Option<Rejection<'_>> {
    let mut before: Option<&str> = None;
    for line in text.lines() {
        let said = line.trim();
        let lower = said.to_ascii_lowercase();
        if PHRASES.iter().any(|phrase| lower.contains(phrase)) {
            let is_name = |name: &&str| !name.is_empty() && !name.contains([' ', ':', '"']);
            return Some(Rejection {
                said,
                field: before.filter(is_name),
            });
        }
        before = Some(said);
    }
    None
}

impl fmt::Display for Rejection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(f, "{field}: {}", self.said),
            None => f.write_str(self.said),
        }
    }
}

impl Rejection<'_> {
    /// Whether the refusal can be of this field: it names it, or it names none at all.
    #[must_use]
    pub fn may_be_of(&self, field: &str) -> bool {
        self.names(field) || self.field.is_none() && !QUOTED.is_match(self.said)
    }

    /// Whether the refusal names this field.
    #[must_use]
    pub fn names(&self, field: &str) -> bool {
        let own = |text: &str| {
            text.split(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '-')))
                .any(|word| word == field)
        };
        own(self.said) || self.field.is_some_and(own)
    }
}

/// A name in quotes of any kind.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"["'`][A-Za-z_$][\w.$-]*["'`]"#).expect("a valid pattern"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_schema_has_its_own_words_for_a_field_that_it_does_not_know() {
        for text in [
            "ValidationError: 1 validation error for Order\nedactl\n  Extra inputs are not permitted \
             [type=extra_forbidden, input_value='edactl-0g1-1', input_type=str]",
            "ValidationError: 1 validation error for Order\nedactl\n  extra fields not permitted \
             (type=value_error.extra)",
            "ValidationError: Additional properties are not allowed ('edactl' was unexpected)",
            "Error: data must NOT have additional properties",
            "(root): Additional property edactl is not allowed",
            "com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException: Unrecognized field \
             \"edactl\" (class app.Order), not marked as ignorable",
            "TypeError: Order.__init__() got an unexpected keyword argument 'edactl'",
            "ZodError: Unrecognized key(s) in object: 'edactl'",
            "ArgumentError: unknown keyword: :edactl",
            "json: unknown field \"edactl\"",
            "unknown field `edactl`, expected `id` or `name` at line 1 column 9",
            "ValidationError: \"edactl\" is not allowed",
            "MultipleInvalid: extra keys not allowed @ data['edactl']",
            "BadRequestException: property edactl should not exist",
            "JsonException: The JSON property 'edactl' could not be mapped to any .NET member \
             contained in type 'Order'.",
            "JsonSerializationException: Could not find member 'edactl' on object of type 'Order'.",
        ] {
            let found = find(text).unwrap_or_else(|| panic!("{text}"));
            assert!(found.may_be_of("edactl"), "{text}: {found:?}");
        }
    }

    #[test]
    fn a_refusal_of_another_field_is_not_of_the_marker() {
        for text in [
            "Unrecognized field \"colour\" (class app.Order), not marked as ignorable",
            "ValidationError: 1 validation error for Order\ncolour\n  Extra inputs are not permitted",
            "TypeError: Order.__init__() got an unexpected keyword argument 'edactl_version'",
        ] {
            assert!(!find(text).unwrap().may_be_of("edactl"), "{text}");
        }
        assert_eq!(find("ValueError: no price"), None);
        assert_eq!(
            find("ValidationError: 1 validation error for Order\nprice\n  Field required"),
            None
        );
    }

    #[test]
    fn only_a_name_makes_it_certain() {
        let named = find("Unrecognized field \"edactl\"").unwrap();
        let unnamed = find("Error: data must NOT have additional properties").unwrap();
        assert!(named.names("edactl"));
        assert!(!unnamed.names("edactl") && unnamed.may_be_of("edactl"));
    }

    #[test]
    fn the_line_before_is_the_field_where_it_is_a_name() {
        for (text, field) in [
            ("edactl\n  Extra inputs are not permitted", Some("edactl")),
            ("\nExtra inputs are not permitted", None),
            ("1 error for Order\nExtra inputs are not permitted", None),
            ("ValidationError:\nExtra inputs are not permitted", None),
            ("\"edactl\"\nExtra inputs are not permitted", None),
            ("Extra inputs are not permitted", None),
        ] {
            let found = find(text).unwrap();
            assert_eq!(found.field, field, "{text}");
            assert_eq!(found.said, "Extra inputs are not permitted");
            let shown = field.map_or(String::new(), |field| format!("{field}: "));
            assert_eq!(found.to_string(), format!("{shown}{}", found.said));
        }
    }
}
