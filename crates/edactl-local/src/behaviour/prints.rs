//! Values as languages print them: a consumer in that language logs its typed message so.

use serde_json::{Map, Value};

/// How a language prints a structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// A Python dict; it keeps every field.
    PythonDict,
    /// A Python dataclass: `Order(hello='a', n=1)`.
    Dataclass,
    /// A pydantic model: `hello='a' n=1`.
    Pydantic,
    /// Node's `util.inspect` of a class, which cuts what is nested deeply: `Order { n: [Object] }`.
    Node,
    /// Go's `%+v`: `{Hello:a N:1}`.
    GoFields,
    /// Go's `%v`: `{a 1}`.
    GoValues,
    /// A Ruby Struct: `#<struct Order hello="a">`.
    RubyStruct,
    /// A Ruby Hash before 3.4, which keeps every field: `{"hello"=>"a"}`.
    RubyHash,
    /// Lombok's `toString`: `Order(hello=a, n=1)`.
    Java,
    /// A .NET record: `Order { Hello = a, N = 1 }`.
    Dotnet,
    /// Rust's `{:?}`: `Order { hello: "a", n: 1 }`.
    Rust,
}

/// The field that a type which does not know it drops.
const UNKNOWN_FIELD: &str = "edactl";
/// How deep Node's `util.inspect` looks into objects.
const NODE_DEPTH: usize = 2;

/// A body as this language prints the message that it was read into.
pub fn message(print: Print, body: &str) -> String {
    let mut value: Value = serde_json::from_str(body).unwrap_or_else(|_| body.into());
    if !matches!(print, Print::PythonDict | Print::RubyHash)
        && let Value::Object(fields) = &mut value
    {
        fields.shift_remove(UNKNOWN_FIELD);
    }
    printed(print, &value, "Order", 0)
}

fn printed(print: Print, value: &Value, class: &str, depth: usize) -> String {
    match value {
        Value::Null => null(print).to_owned(),
        Value::Bool(yes) => boolean(print, *yes).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(print, text),
        Value::Array(items) => {
            if print == Print::Node && depth > NODE_DEPTH {
                return "[Array]".to_owned();
            }
            let items = items.iter();
            let items: Vec<_> = items
                .map(|item| printed(print, item, class, depth + 1))
                .collect();
            match print {
                Print::GoFields | Print::GoValues => format!("[{}]", items.join(" ")),
                Print::Node if items.is_empty() => "[]".to_owned(),
                Print::Node => format!("[ {} ]", items.join(", ")),
                Print::Dotnet => "System.Collections.Generic.List`1[System.Object]".to_owned(),
                _ => format!("[{}]", items.join(", ")),
            }
        }
        Value::Object(fields) => structure(print, fields, class, depth),
    }
}

fn null(print: Print) -> &'static str {
    match print {
        Print::PythonDict | Print::Dataclass | Print::Pydantic | Print::Rust => "None",
        Print::Node | Print::Java => "null",
        Print::GoFields | Print::GoValues => "<nil>",
        Print::RubyStruct | Print::RubyHash => "nil",
        Print::Dotnet => "",
    }
}

fn boolean(print: Print, yes: bool) -> &'static str {
    let is_capital = matches!(
        print,
        Print::PythonDict | Print::Dataclass | Print::Pydantic | Print::Dotnet
    );
    match (is_capital, yes) {
        (true, true) => "True",
        (true, false) => "False",
        (false, true) => "true",
        (false, false) => "false",
    }
}

fn string(print: Print, text: &str) -> String {
    match print {
        Print::GoFields | Print::GoValues | Print::Java | Print::Dotnet => text.to_owned(),
        Print::RubyStruct | Print::RubyHash | Print::Rust => format!("{text:?}"),
        _ if text.contains('\'') && !text.contains('"') => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('\n', "\\n"))
        }
        _ => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            format!("'{}'", text.replace('\n', "\\n"))
        }
    }
}

fn structure(print: Print, fields: &Map<String, Value>, class: &str, depth: usize) -> String {
    if print == Print::Node && depth > NODE_DEPTH {
        return "[Object]".to_owned();
    }
    let inner = |key: &str, value: &Value| printed(print, value, &capital(key), depth + 1);
    let join = |separator: &str, one: &dyn Fn(&str, &str) -> String| {
        let fields = fields.iter();
        let fields: Vec<_> = fields
            .map(|(key, value)| one(key, &inner(key, value)))
            .collect();
        fields.join(separator)
    };
    match print {
        Print::PythonDict => format!(
            "{{{}}}",
            join(", ", &|key, value| format!(
                "{}: {value}",
                string(print, key)
            ))
        ),
        Print::RubyHash => format!(
            "{{{}}}",
            join(", ", &|key, value| format!("{key:?}=>{value}"))
        ),
        Print::Pydantic if depth == 0 => join(" ", &|key, value| format!("{key}={value}")),
        Print::Dataclass | Print::Pydantic | Print::Java => format!(
            "{class}({})",
            join(", ", &|key, value| format!("{key}={value}"))
        ),
        Print::RubyStruct => format!(
            "#<struct {class} {}>",
            join(", ", &|key, value| format!("{key}={value}"))
        ),
        // Only the outermost is of a class of its own; what it holds is plain.
        Print::Node if depth > 0 => format!(
            "{{ {} }}",
            join(", ", &|key, value| format!("{key}: {value}"))
        ),
        Print::Node | Print::Rust => format!(
            "{class} {{ {} }}",
            join(", ", &|key, value| format!("{key}: {value}"))
        ),
        Print::GoFields => format!(
            "{{{}}}",
            join(" ", &|key, value| format!("{}:{value}", capital(key)))
        ),
        Print::GoValues => format!("{{{}}}", join(" ", &|_, value| value.to_owned())),
        Print::Dotnet => format!(
            "{class} {{ {} }}",
            join(", ", &|key, value| format!("{} = {value}", capital(key)))
        ),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_own_print_and_types_drop_unknown_fields() {
        let body = r#"{"hello":"it's","n":null,"ok":true,"at":{"x":[1,"b"]},"edactl":"m"}"#;
        for (print, expected) in [
            (
                Print::PythonDict,
                r#"{'hello': "it's", 'n': None, 'ok': True, 'at': {'x': [1, 'b']}, 'edactl': 'm'}"#,
            ),
            (
                Print::Dataclass,
                r#"Order(hello="it's", n=None, ok=True, at=At(x=[1, 'b']))"#,
            ),
            (
                Print::Pydantic,
                r#"hello="it's" n=None ok=True at=At(x=[1, 'b'])"#,
            ),
            (
                Print::Node,
                r#"Order { hello: "it's", n: null, ok: true, at: { x: [ 1, 'b' ] } }"#,
            ),
            (Print::GoFields, "{Hello:it's N:<nil> Ok:true At:{X:[1 b]}}"),
            (Print::GoValues, "{it's <nil> true {[1 b]}}"),
            (
                Print::RubyStruct,
                r#"#<struct Order hello="it's", n=nil, ok=true, at=#<struct At x=[1, "b"]>>"#,
            ),
            (
                Print::RubyHash,
                r#"{"hello"=>"it's", "n"=>nil, "ok"=>true, "at"=>{"x"=>[1, "b"]}, "edactl"=>"m"}"#,
            ),
            (
                Print::Java,
                "Order(hello=it's, n=null, ok=true, at=At(x=[1, b]))",
            ),
            (
                Print::Rust,
                r#"Order { hello: "it's", n: None, ok: true, at: At { x: [1, "b"] } }"#,
            ),
        ] {
            assert_eq!(message(print, body), expected, "{print:?}");
        }
        assert_eq!(
            message(
                Print::Dotnet,
                r#"{"hello":"a","edactl":"m","n":{"ok":false}}"#
            ),
            "Order { Hello = a, N = N { Ok = False } }"
        );
    }

    #[test]
    fn node_cuts_what_is_nested_deeply() {
        let body = r#"{"a":{"b":{"c":{"d":1},"e":[1]}}}"#;
        assert_eq!(
            message(Print::Node, body),
            "Order { a: { b: { c: [Object], e: [Array] } } }"
        );
    }

    #[test]
    fn text_that_is_no_json_is_printed_as_text() {
        assert_eq!(message(Print::PythonDict, "it is"), "'it is'");
        assert_eq!(message(Print::Java, "it is"), "it is");
        assert_eq!(
            message(Print::PythonDict, r#"{"c":"x'\"y\\"}"#),
            r#"{'c': 'x\'"y\\'}"#
        );
    }
}
