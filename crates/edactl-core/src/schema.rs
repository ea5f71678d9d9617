//! JSON Schemas of what is written in one form and held in another.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::{diagnosis::Cause, verdict::Outcome};

/// A time as it is written: in UTC, RFC 3339 with `Z`.
pub struct UtcTime;

impl JsonSchema for UtcTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UtcTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
        })
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
