//! JSON Schemas of what is written in one form and held in another.

use jiff::Timestamp;
use serde::Serializer;

/// A time as it is written: in UTC, RFC 3339 with milliseconds and `Z`.
#[cfg(feature = "schema")]
pub struct UtcTime;

#[cfg(feature = "schema")]
impl schemars::JsonSchema for UtcTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UtcTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        })
    }
}

/// Writes a time in milliseconds, whatever its digits are: times of one width sort as texts do.
pub fn in_millis<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{at:.3}"))
}

/// The same where there may be none.
#[allow(clippy::ref_option)] // serde asks for it.
pub fn in_millis_if_any<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => in_millis(at, to),
        None => to.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Serialize)]
    struct Times {
        #[serde(serialize_with = "in_millis")]
        at: Timestamp,
        #[serde(serialize_with = "in_millis_if_any")]
        then: Option<Timestamp>,
    }

    #[test]
    fn times_are_written_in_one_width() {
        let written = |at: &str, then: Option<&str>| {
            let then = then.map(|then| then.parse().unwrap());
            let at = at.parse().unwrap();
            serde_json::to_string(&Times { at, then }).unwrap()
        };
        assert_eq!(
            written("2026-11-24T12:00:00Z", Some("2026-11-24T12:00:00.1239Z")),
            r#"{"at":"2026-11-24T12:00:00.000Z","then":"2026-11-24T12:00:00.123Z"}"#
        );
        assert_eq!(
            written("2026-11-24T12:00:00.5Z", None),
            r#"{"at":"2026-11-24T12:00:00.500Z","then":null}"#
        );
    }

    #[cfg(feature = "schema")]
    #[test]
    fn the_schema_of_a_time_stands_where_it_is_used() {
        use schemars::JsonSchema;

        let schema = UtcTime::json_schema(&mut schemars::SchemaGenerator::default());
        assert_eq!(schema.get("format").unwrap(), "date-time");
        assert!(UtcTime::inline_schema());
        assert_eq!(UtcTime::schema_name(), "UtcTime");
    }
}
