//! The JSON Schema of one document that edactl writes, made from the type that is written.

use std::borrow::Cow;

use schemars::{
    JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema,
    transform::transform_subschemas,
};
use serde_json::{Value, json};

use edactl_core::{diagnosis::Cause, verdict::Outcome};

/// A document's schema (JSON Schema 2020-12).
pub struct DocumentSchema {
    /// The document's name and version, such as `edactl.verify/2`: what its field `schema` says.
    pub name: &'static str,
    schema: Schema,
}

impl DocumentSchema {
    /// The schema of what these commands write.
    #[must_use]
    pub fn of<T: JsonSchema>(name: &'static str, commands: &str) -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let mut made = settings.into_generator().into_root_schema_for::<T>();
        tidy(&mut made);
        if let Some(field) = made.pointer_mut("/properties/schema") {
            *field = json!({ "const": name });
        }
        let id = name.replacen('.', ":", 1).replacen('/', ":", 1);
        let version = name.rsplit('/').next().unwrap_or_default();
        let promise = format!(
            "Fields may be added within version {version}; none is taken away or changes its \
             meaning."
        );
        let mut schema = Schema::default();
        for (key, value) in [
            ("$schema", made.remove("$schema").unwrap_or_default()),
            ("$id", format!("urn:{id}").into()),
            ("title", format!("What {commands} writes").into()),
            ("description", promise.into()),
        ] {
            made.remove(key);
            schema.insert(key.to_owned(), value);
        }
        schema.ensure_object().append(made.ensure_object());
        Self { name, schema }
    }

    /// The name of its file, such as `verify-2.schema.json`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let name = self.name.trim_start_matches("edactl.").replace('/', "-");
        format!("{name}.schema.json")
    }

    /// The text of its file.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema.as_value())
    }
}

/// Makes a schema, and all in it, say no more than readers of a document need: sentences without
/// the line ends of the source, no Rust number types, no defaults of what edactl reads. What may be
/// left out is left out where there is nothing to say, so it is never null.
fn tidy(schema: &mut Schema) {
    transform_subschemas(&mut tidy, schema);
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    object.remove("default");
    if object
        .get("format")
        .is_some_and(|format| format != "date-time")
    {
        object.remove("format");
    }
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let required = object.get("required").cloned().unwrap_or_default();
    let required = required.as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = object.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if !required.iter().any(|required| required == name) {
            drop_null(property);
        }
    }
}

/// Takes null away from what a schema allows.
fn drop_null(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(types) = object.get_mut("type")
        && let Some(several) = types.as_array_mut()
    {
        several.retain(|name| name != "null");
        if let [only] = several.as_slice() {
            *types = only.clone();
        }
    }
    if let Some(values) = object.get_mut("enum").and_then(Value::as_array_mut) {
        values.retain(|value| !value.is_null());
    }
    let Some(choices) = object.get_mut("anyOf").and_then(Value::as_array_mut) else {
        return;
    };
    choices.retain(|choice| choice["type"] != "null");
    if let [Value::Object(only)] = choices.as_mut_slice() {
        let mut only = std::mem::take(only);
        object.remove("anyOf");
        object.append(&mut only);
    }
}

/// The name of a verdict without its reason.
pub struct VerdictName;

impl JsonSchema for VerdictName {
    fn schema_name() -> Cow<'static, str> {
        "VerdictName".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        names::<Outcome>(generator, "verdict")
    }
}

/// The id of a cause without what explains it.
pub struct CauseId;

impl JsonSchema for CauseId {
    fn schema_name() -> Cow<'static, str> {
        "CauseId".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        names::<Cause>(generator, "id")
    }
}

/// The names of an enum's variants, which this field of the written object holds.
fn names<T: JsonSchema>(generator: &mut SchemaGenerator, tag: &str) -> Schema {
    let written = T::json_schema(generator);
    let variants = written.get("oneOf").and_then(Value::as_array);
    let names: Vec<&Value> = variants
        .into_iter()
        .flatten()
        .map(|variant| &variant["properties"][tag]["const"])
        .collect();
    json_schema!({ "type": "string", "enum": names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_one_of_the_names_of_its_variants() {
        let verdicts = schemars::schema_for!(VerdictName);
        let expected = ["proven", "consistent", "disproven", "undetermined"];
        assert_eq!(verdicts.get("enum"), Some(&Value::from(expected.to_vec())));
        let causes = schemars::schema_for!(CauseId);
        let causes = causes.get("enum").and_then(Value::as_array).unwrap();
        assert!(causes.iter().all(Value::is_string), "{causes:?}");
    }
}
