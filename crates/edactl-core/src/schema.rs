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
