//! JSON documents against the checked-in schemas.

use std::{fs, path::Path};

use serde_json::{Value, json};

/// Fails the test unless the document is what the schema of its name and version says, and has no
/// field that the schema does not tell of.
#[track_caller]
pub fn hold_against_schema(document: &Value) {
    let errors = errors(document);
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

/// What a document has that its schema does not allow, or lacks.
#[track_caller]
pub fn errors(document: &Value) -> Vec<String> {
    let name = document["schema"].as_str().expect("a schema's name");
    let (name, version) = name
        .strip_prefix("edactl.")
        .and_then(|name| name.split_once('/'))
        .expect("edactl.NAME/VERSION");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schema")
        .join(format!("{name}-{version}.schema.json"));
    let text = fs::read_to_string(&path).expect("the schema of that name and version");
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    let draft = jsonschema::meta::validate(&schema).map_err(|error| error.to_string());
    assert_eq!(draft, Ok(()), "{name} has no JSON Schema");
    close(&mut schema);
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema");
    validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// What makes one object out of parts.
const PARTS: [&str; 3] = ["oneOf", "anyOf", "allOf"];

/// A reader has to bear new fields; here every field has to be in the schema.
fn close(schema: &mut Value) {
    close_inside(schema);
    if is_object(schema) {
        schema["unevaluatedProperties"] = json!(false);
    }
}

/// Closes what stands in a schema. The parts of an object say together which fields there are, so
/// none of them is closed by itself.
fn close_inside(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            for (keyword, value) in fields {
                match value.as_array_mut() {
                    Some(parts) if PARTS.contains(&keyword.as_str()) => {
                        parts.iter_mut().for_each(close_inside);
                    }
                    _ => close(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Whether the schema itself, or each of its forms, tells fields of an object.
fn is_object(schema: &Value) -> bool {
    let is_map = schema["additionalProperties"].is_object();
    (schema["type"] == "object" && !is_map)
        || PARTS.iter().any(|part| {
            let parts = schema[*part].as_array();
            parts.is_some_and(|parts| parts.iter().all(is_object))
        })
}
