//! Values as Python writes them (`{'ok': True, 'name': "it's", 'none': None}`): a consumer that
//! logs a dict leaves this in its log instead of JSON.

use serde_json::{Map, Number, Value};

/// Deeper than any event that a person writes; a log line must not be able to exhaust the stack.
const DEEPEST: usize = 64;

/// The value at the beginning of `text`, and how many bytes it takes. `None` where what stands
/// there is not what Python writes for something that came out of JSON.
#[must_use]
pub fn value(text: &str) -> Option<(Value, usize)> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    Some((value, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, expected: &str) -> Option<()> {
        self.rest().starts_with(expected).then_some(())?;
        self.at += expected.len();
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        match self.next()? {
            '{' => self.dict(depth),
            '[' => self.list(depth),
            '\'' | '"' => self.string().map(Value::String),
            'T' => self.take("True").map(|()| Value::Bool(true)),
            'F' => self.take("False").map(|()| Value::Bool(false)),
            'N' => self.take("None").map(|()| Value::Null),
            _ => self.number(),
        }
    }

    fn dict(&mut self, depth: usize) -> Option<Value> {
        self.take("{")?;
        let mut fields = Map::new();
        if self.take("}").is_some() {
            return Some(Value::Object(fields));
        }
        loop {
            let key = self.string()?;
            self.take(": ")?;
            fields.insert(key, self.value(depth + 1)?);
            if self.take("}").is_some() {
                return Some(Value::Object(fields));
            }
            self.take(", ")?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value> {
        self.take("[")?;
        let mut items = Vec::new();
        if self.take("]").is_some() {
            return Some(Value::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take("]").is_some() {
                return Some(Value::Array(items));
            }
            self.take(", ")?;
        }
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.next().filter(|quote| matches!(quote, '\'' | '"'))?;
        self.at += 1;
        let mut text = String::new();
        loop {
            let next = self.next()?;
            self.at += next.len_utf8();
            match next {
                _ if next == quote => return Some(text),
                '\\' => text.push(self.escaped()?),
                _ => text.push(next),
            }
        }
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let kind = self.next()?;
        self.at += kind.len_utf8();
        match kind {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            '\\' | '\'' | '"' => Some(kind),
            'x' => self.code(2),
            'u' => self.code(4),
            'U' => self.code(8),
            _ => None,
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let code = self.rest().get(..digits)?;
        let code = u32::from_str_radix(code, 16).ok()?;
        self.at += digits;
        char::from_u32(code)
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || "+-.e".contains(c)))
            .unwrap_or(rest.len());
        let number: Number = serde_json::from_str(&rest[..end]).ok()?;
        self.at += end;
        Some(Value::Number(number))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_python_writes_is_read() {
        for (text, expected) in [
            ("{'hello': 'b'}", json!({"hello": "b"})),
            ("[1, 'two', {'three': 3}]", json!([1, "two", {"three": 3}])),
            (
                r"{'a': True, 'b': False, 'c': None, 'd': -1.5e+20, 'e': {}, 'f': []}",
                json!({"a": true, "b": false, "c": null, "d": -1.5e20, "e": {}, "f": []}),
            ),
            (
                r#"["it's", 'a "quote"', 'both \' and "', '\\ \t \n \x7f \u200b \U000e0001 👋']"#,
                json!([
                    "it's",
                    "a \"quote\"",
                    "both ' and \"",
                    "\\ \t \n \u{7f} \u{200b} \u{e0001} 👋"
                ]),
            ),
        ] {
            assert_eq!(value(text), Some((expected, text.len())), "{text}");
        }
        assert_eq!(value("{'a': 1} and more"), Some((json!({"a": 1}), 8)));
    }

    #[test]
    fn what_is_something_else_is_left_alone() {
        for text in [
            "",
            "{",
            "{'a'",
            "{'a': ",
            "{'a': 1",
            "{1: 2}",
            "[1,",
            "'open",
            r"'\",
            r"'\q'",
            r"'\x4",
            r"'\ud800'",
            "Truth",
            "Nope",
            "-",
            "{'a': datetime.date(2026, 1, 1)}",
            "(1, 2)",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(value(&"[".repeat(100_000)), None);
    }

    /// As Python's `repr`: single quotes unless the text holds some and no double ones.
    fn repr(value: &Value) -> String {
        match value {
            Value::Null => "None".into(),
            Value::Bool(true) => "True".into(),
            Value::Bool(false) => "False".into(),
            Value::Number(number) => number.to_string(),
            Value::String(text) => {
                let quote = if text.contains('\'') && !text.contains('"') {
                    '"'
                } else {
                    '\''
                };
                let escape = |c: char| match c {
                    '\\' => "\\\\".into(),
                    '\n' => "\\n".into(),
                    '\r' => "\\r".into(),
                    '\t' => "\\t".into(),
                    c if c == quote => format!("\\{c}"),
                    c if u32::from(c) < 0x100 && c.is_control() => {
                        format!("\\x{:02x}", u32::from(c))
                    }
                    c => c.to_string(),
                };
                format!(
                    "{quote}{}{quote}",
                    text.chars().map(escape).collect::<String>()
                )
            }
            Value::Array(items) => {
                format!(
                    "[{}]",
                    items.iter().map(repr).collect::<Vec<_>>().join(", ")
                )
            }
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, value)| format!("{}: {}", repr(&json!(key)), repr(value)));
                format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        scalar.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_json_value_survives_python(value_in in any_json()) {
            let text = repr(&value_in);
            prop_assert_eq!(value(&text), Some((value_in, text.len())));
        }

        #[test]
        fn no_text_makes_it_fail(text in any::<String>()) {
            if let Some((_, taken)) = value(&text) {
                prop_assert!(text.is_char_boundary(taken));
            }
        }
    }
}
