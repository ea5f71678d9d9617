//! JSON documents against the checked-in schemas.

use std::{fs, path::Path};

use serde_json::{Value, json};

/// Fails the test unless the document is what the schema of its name and version says, and has no
/// field that the schema does not tell of.
#[track_caller]
pub fn hold_against_schema(document: &Value) {
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
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

/// A reader has to bear new fields; here every field has to be in the schema.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let is_object = fields.get("type") == Some(&json!("object"));
            if is_object && fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}
