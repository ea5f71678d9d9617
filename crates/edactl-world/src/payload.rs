//! What is sent: orders, the bodies that messages have, and the ways in which runtimes print them.

use std::fmt::Write;

use super::{
    params::{Marked, Params, Runtime, Trap, Wrap},
    rng::Rng,
};

/// The field of an entry that carries the marker.
pub const MARKER_FIELD: &str = "correlation_id";

/// A JSON value as far as orders need one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// How a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Json,
    Native(Runtime),
}

/// One piece of the event that has to arrive.
#[derive(Debug, Clone)]
pub struct Payload {
    /// The entry's key in the event.
    pub key: String,
    /// The entry as in the event's file.
    pub original: Value,
    /// The entry as it was given to the producer.
    pub sent: Value,
    pub marker: Option<String>,
}

/// The payloads of a run. `run` is twelve characters of edactl's base 32.
pub fn payloads(params: &Params, run: &str, rng: &mut Rng) -> Vec<Payload> {
    let digits = params.payloads.to_string().len();
    (0..params.payloads)
        .map(|index| {
            let plain = params.marked == Marked::Mixed && index % 2 == 1;
            let kind = if params.filter && rng.chance(500) {
                "audit"
            } else {
                "order"
            };
            let original = if plain {
                let number = rng.range(100_000, 1_000_000);
                Value::Text(format!(
                    "order A-{number}-{index} for customer-{number}@example.org"
                ))
            } else {
                order(rng, index, kind, params.trap)
            };
            let marker = (params.marked != Marked::None && !plain)
                .then(|| format!("edactl-{run}-{:0digits$}", index + 1));
            let mut sent = original.clone();
            if let (Value::Object(fields), Some(marker)) = (&mut sent, &marker) {
                fields.insert(0, (MARKER_FIELD.to_owned(), Value::Text(marker.clone())));
            }
            Payload {
                key: format!("entry-{}", index + 1),
                original,
                sent,
                marker,
            }
        })
        .collect()
}

/// An order such as all senders of this pipeline send.
pub fn order(rng: &mut Rng, index: usize, kind: &str, trap: Trap) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let number = rng.range(100_000, 1_000_000);
    let customer = rng.range(100_000, 1_000_000);
    let mut fields = vec![
        ("order", Value::Text(format!("A-{number}-{index}"))),
        (
            "customer",
            Value::Text(format!("customer-{customer}@example.org")),
        ),
        (
            "amount",
            Value::Number(format!("{}.5", rng.range(10, 1000))),
        ),
        ("kind", text(kind)),
        ("tags", Value::List(vec![text("new"), text(kind)])),
    ];
    match trap {
        Trap::None => {}
        Trap::TimeoutWords => fields.push(("note", text("Task timed out after 3.00 seconds"))),
        Trap::ErrorKeys => {
            fields.push(("errorType", text("ValueError")));
            fields.push(("stackTrace", Value::List(vec![text("no frame")])));
        }
        Trap::PlatformType => {
            let record = vec![("status".to_owned(), text("failure"))];
            fields.push(("type", text("platform.report")));
            fields.push(("record", Value::Object(record)));
        }
    }
    let named = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Value::Object(named.collect())
}

/// The body of a message that carries `content`.
pub fn wrap(wrap: Wrap, content: Value) -> Value {
    let inside = match wrap {
        Wrap::None => return content,
        Wrap::Object => ("detail".to_owned(), content),
        Wrap::Text => ("Message".to_owned(), Value::Text(content.as_json())),
    };
    Value::Object(vec![
        ("source".to_owned(), Value::Text("shop".to_owned())),
        inside,
    ])
}

impl Value {
    pub fn as_json(&self) -> String {
        self.printed(Style::Json)
    }

    /// The body of a message: JSON, and a plain text as it is.
    pub fn as_body(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.as_json(),
        }
    }

    pub fn printed(&self, style: Style) -> String {
        let mut out = String::with_capacity(160);
        self.print(style, &mut out);
        out
    }

    /// The field `name` of an object.
    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    fn print(&self, style: Style, out: &mut String) {
        match self {
            Self::Text(text) => print_text(text, style, out),
            Self::Number(digits) => out.push_str(digits),
            Self::List(items) => {
                // Node prints what lies deep as `[Array]`, .NET the type's name.
                out.push('[');
                let between = if style == Style::Native(Runtime::Go) {
                    " "
                } else {
                    ", "
                };
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(between);
                    }
                    item.print(style, out);
                }
                out.push(']');
            }
            Self::Object(fields) => print_object(fields, style, out),
        }
    }
}

fn print_text(text: &str, style: Style, out: &mut String) {
    match style {
        Style::Json | Style::Native(Runtime::Ruby | Runtime::Rust | Runtime::Custom) => {
            quote(text, out);
        }
        Style::Native(Runtime::Python | Runtime::Node | Runtime::Node24) => {
            out.push('\'');
            out.push_str(text);
            out.push('\'');
        }
        Style::Native(Runtime::Java | Runtime::Dotnet | Runtime::Go) => out.push_str(text),
    }
}

fn print_object(fields: &[(String, Value)], style: Style, out: &mut String) {
    let (open, assign, between, close) = match style {
        Style::Json | Style::Native(Runtime::Custom) => ("{", ":", ",", "}"),
        Style::Native(Runtime::Python) => ("{", ": ", ", ", "}"),
        Style::Native(Runtime::Node | Runtime::Node24) => ("{\n  ", ": ", ",\n  ", "\n}"),
        Style::Native(Runtime::Java) => ("Order(", "=", ", ", ")"),
        Style::Native(Runtime::Dotnet) => ("Order { ", " = ", ", ", " }"),
        Style::Native(Runtime::Go) => ("{", ":", " ", "}"),
        Style::Native(Runtime::Ruby) => ("{", "=>", ", ", "}"),
        Style::Native(Runtime::Rust) => ("Order { ", ": ", ", ", " }"),
    };
    out.push_str(open);
    for (index, (name, value)) in fields.iter().enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        match style {
            Style::Json | Style::Native(Runtime::Custom | Runtime::Ruby) => quote(name, out),
            Style::Native(Runtime::Python) => {
                let _ = write!(out, "'{name}'");
            }
            Style::Native(Runtime::Node | Runtime::Node24) if name.contains('-') => {
                let _ = write!(out, "'{name}'");
            }
            Style::Native(Runtime::Dotnet | Runtime::Go) => {
                let mut letters = name.chars();
                out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                out.extend(letters.filter(|letter| *letter != '_'));
            }
            Style::Native(_) => out.push_str(name),
        }
        out.push_str(assign);
        match (style, value) {
            (Style::Native(Runtime::Dotnet), Value::List(_)) => {
                out.push_str("System.Collections.Generic.List`1[System.String]");
            }
            _ => value.print(style, out),
        }
    }
    out.push_str(close);
}

/// `text` as a JSON string.
pub fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            other => out.push(other),
        }
    }
    out.push('"');
}
