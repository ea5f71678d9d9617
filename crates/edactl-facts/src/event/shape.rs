//! Shapes: which pieces of an event become messages, and how that is known.

use std::{fmt, str::FromStr};

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::pointer::Pointer;

/// Which pieces of an event are its payloads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub enum Shape {
    /// Each top-level entry.
    Entries,
    /// The whole event.
    Event,
    /// What the pointer leads to.
    Pointer(Pointer),
    /// Nobody can say beforehand: only what comes back tells.
    Unknown,
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "entries" => Ok(Self::Entries),
            "event" => Ok(Self::Event),
            "unknown" => Ok(Self::Unknown),
            pointer if pointer.starts_with('/') => pointer.parse().map(Self::Pointer),
            other => Err(format!(
                "`{other}` is not a shape; write entries, event, unknown, auto or a JSON pointer \
                 such as /body or /orders/*"
            )),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entries => f.write_str("entries"),
            Self::Event => f.write_str("event"),
            Self::Pointer(pointer) => pointer.fmt(f),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl TryFrom<String> for Shape {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Shape> for String {
    fn from(shape: Shape) -> Self {
        shape.to_string()
    }
}

/// What the user says of shapes: `--messages`, `messages =`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Messages {
    /// Found out for each event.
    Auto {
        /// What an earlier run's evidence showed of this pipeline.
        learned: Option<Shape>,
        /// Whether the event goes by HTTP to what stands in front of the producer, so that it
        /// becomes the body of the producer's event.
        by_http: bool,
    },
    /// This one.
    Given(Shape),
}

impl Default for Messages {
    fn default() -> Self {
        Self::Auto {
            learned: None,
            by_http: false,
        }
    }
}

impl fmt::Display for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto { .. } => f.write_str("auto"),
            Self::Given(shape) => shape.fmt(f),
        }
    }
}

impl FromStr for Messages {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::default()),
            shape => shape.parse().map(Self::Given),
        }
    }
}

/// How a shape is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ShapeBasis {
    /// The user says so.
    Given,
    /// An earlier run's evidence showed it.
    Learned,
    /// AWS defines the event's form, and what producers take from it.
    AwsDefined,
    /// An assumption.
    Guessed,
}

impl ShapeBasis {
    /// Whether a producer is taken at its word that it sent so many of these payloads. What
    /// nobody said may be otherwise: a count that agrees may count something else.
    #[must_use]
    pub fn is_believed(self) -> bool {
        self == Self::Given
    }
}

/// The shape of one event, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct EventShape {
    /// Which pieces are payloads.
    pub messages: Shape,
    /// How that is known.
    pub basis: ShapeBasis,
}

impl EventShape {
    /// A shape that the user gave.
    #[must_use]
    pub fn given(messages: Shape) -> Self {
        Self {
            messages,
            basis: ShapeBasis::Given,
        }
    }
}

/// The form of an event that AWS defines: the shape that its producers take from it. `None`:
/// AWS defines no such event.
#[must_use]
pub fn aws_defined(event: &Value) -> Option<Shape> {
    let pointer = |text: &str| text.parse().ok().map(Shape::Pointer);
    let has_body = event.get("body").is_some_and(|body| !body.is_null());
    if is_http_request(event) {
        return if has_body {
            pointer("/body")
        } else {
            Some(Shape::Event)
        };
    }
    let is_event_bridge = ["detail-type", "source"]
        .iter()
        .all(|field| event.get(field).is_some_and(Value::is_string));
    if is_event_bridge && event.get("detail").is_some() {
        return pointer("/detail");
    }
    let first = event.get("Records")?.get(0)?;
    let source = first
        .get("eventSource")
        .or_else(|| first.get("EventSource"))?;
    match source.as_str()? {
        "aws:sqs" => pointer("/Records/*/body"),
        "aws:sns" => pointer("/Records/*/Sns/Message"),
        "aws:kinesis" => pointer("/Records/*/kinesis/data"),
        "aws:s3" => Some(Shape::Event),
        _ => None,
    }
}

/// Whether the event has the form of an HTTP request: from API Gateway (REST and HTTP), a function
/// URL or a load balancer.
#[must_use]
pub fn is_http_request(event: &Value) -> bool {
    let Some(context) = event
        .get("requestContext")
        .filter(|found| found.is_object())
    else {
        return false;
    };
    let is_rest = event.get("httpMethod").is_some_and(Value::is_string)
        && (context.get("elb").is_some() || event.get("path").is_some());
    let is_http = event.get("version") == Some(&Value::from("2.0"))
        && (context.get("http").is_some() || event.get("rawPath").is_some());
    is_rest || is_http
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shapes_that_aws_defines_are_known() {
        let shape = |event: &Value| aws_defined(event).map(|shape| shape.to_string());
        let rest = json!({"resource": "/o", "path": "/o", "httpMethod": "POST",
            "requestContext": {"stage": "dev"}, "body": "{}"});
        let http = json!({"version": "2.0", "rawPath": "/o", "body": "{}",
            "requestContext": {"http": {"method": "POST"}}});
        let balancer = json!({"httpMethod": "POST", "body": "x",
            "requestContext": {"elb": {"targetGroupArn": "arn"}}});
        for event in [&rest, &http, &balancer] {
            assert_eq!(shape(event).as_deref(), Some("/body"), "{event}");
        }
        let mut without = rest.clone();
        without["body"] = Value::Null;
        assert_eq!(shape(&without).as_deref(), Some("event"));
        let bus = json!({"detail-type": "Order", "source": "shop", "detail": {"id": 1}});
        assert_eq!(shape(&bus).as_deref(), Some("/detail"));
        for (record, expected) in [
            (json!({"eventSource": "aws:sqs"}), Some("/Records/*/body")),
            (
                json!({"EventSource": "aws:sns"}),
                Some("/Records/*/Sns/Message"),
            ),
            (
                json!({"eventSource": "aws:kinesis"}),
                Some("/Records/*/kinesis/data"),
            ),
            (json!({"eventSource": "aws:s3"}), Some("event")),
            (json!({"eventSource": "other"}), None),
        ] {
            assert_eq!(shape(&json!({"Records": [record]})).as_deref(), expected);
        }
        assert_eq!(shape(&json!({"body": "x", "requestContext": 3})), None);
        assert_eq!(shape(&json!([1])), None);
    }

    #[test]
    fn a_shape_survives_its_text() {
        for text in ["entries", "event", "unknown", "/orders/*"] {
            assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        }
        let error = "order".parse::<Shape>().unwrap_err();
        assert!(error.contains("/orders/*"), "{error}");
    }

    #[test]
    fn only_what_has_all_signs_of_a_form_has_it() {
        for (event, is_request) in [
            (
                json!({"httpMethod": "PUT", "path": "/", "requestContext": {}}),
                true,
            ),
            (
                json!({"httpMethod": "PUT", "requestContext": {"elb": {}}}),
                true,
            ),
            (json!({"httpMethod": "PUT", "requestContext": {}}), false),
            (
                json!({"httpMethod": 7, "path": "/", "requestContext": {}}),
                false,
            ),
            (json!({"path": "/", "requestContext": {"elb": {}}}), false),
            (json!({"httpMethod": "PUT", "path": "/"}), false),
            (
                json!({"version": "2.0", "rawPath": "/", "requestContext": {}}),
                true,
            ),
            (
                json!({"version": "2.0", "requestContext": {"http": {}}}),
                true,
            ),
            (json!({"version": "2.0", "requestContext": {}}), false),
            (
                json!({"version": "1.0", "rawPath": "/", "requestContext": {}}),
                false,
            ),
            (
                json!({"rawPath": "/", "requestContext": {"http": {}}}),
                false,
            ),
        ] {
            assert_eq!(is_http_request(&event), is_request, "{event}");
        }
        for event in [
            json!({"detail-type": "Order", "source": "shop"}),
            json!({"detail-type": "Order", "detail": {"id": 1}}),
            json!({"source": "shop", "detail": {"id": 1}}),
            json!({"detail-type": 7, "source": "shop", "detail": {"id": 1}}),
        ] {
            assert_eq!(aws_defined(&event), None, "{event}");
        }
    }

    #[test]
    fn what_the_user_says_of_shapes_survives_its_text() {
        for text in ["auto", "entries", "event", "unknown", "/orders/*"] {
            assert_eq!(text.parse::<Messages>().unwrap().to_string(), text);
        }
        assert!("orders".parse::<Messages>().is_err());
        let shape: Shape = "/orders/*".parse().unwrap();
        assert_eq!(serde_json::to_value(&shape).unwrap(), json!("/orders/*"));
        assert_eq!(
            serde_json::from_value::<Shape>(json!("/orders/*")).unwrap(),
            shape
        );
    }
}
