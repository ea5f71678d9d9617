//! Values as programs print them: JSON, Python's repr of a dict, Node's `util.inspect` of an
//! object, Go's `map[…]`; whole, or cut off at the end of the text.
//!
//! Prints that cannot be told from others (`[Object]`, Go's texts with blanks between keys, …) are
//! read as they look; what was sent decides by its hash whether that was right.

use serde_json::{Map, Number, Value};

/// Values nested deeper than this are not read.
const DEEPEST: usize = 64;

/// A value at the beginning of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedValue {
    /// The value; of one that is cut off, what is whole of it.
    pub value: Value,
    /// How many bytes of the text it takes.
    pub length: usize,
    /// Whether the text ends before the value does.
    pub is_cut: bool,
}

/// Why a value cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The text ends in it.
    End,
    /// It is no value.
    Nonsense,
}

/// Reads the value that begins `text`.
#[must_use]
pub fn read(text: &str) -> Option<ParsedValue> {
    let mut reader = Reader {
        text,
        at: 0,
        is_cut: false,
    };
    let value = reader.value(0, false).ok()?;
    Some(ParsedValue {
        value,
        length: reader.at,
        is_cut: reader.is_cut,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    is_cut: bool,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn takes(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// `in_go`: inside a Go map, where texts have no quotes and blanks separate.
    fn value(&mut self, depth: usize, in_go: bool) -> Result<Value, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Nonsense);
        }
        if self.takes("map[") {
            return self.go_map(depth);
        }
        match self.peek().ok_or(Stop::End)? {
            b'{' if !in_go => self.object(depth),
            b'[' => self.list(depth, b']', in_go),
            b'(' if depth > 0 && !in_go => self.list(depth, b')', false),
            quote @ (b'"' | b'\'' | b'`') if !in_go => self.text(quote).map(Value::String),
            _ if in_go => self.go_word(),
            _ => self.word(),
        }
    }

    /// Whether the text breaks off here, as log lines that are too long do.
    fn breaks_off(&mut self) -> bool {
        let rest = self.rest();
        self.is_cut |= rest.is_empty() || rest.starts_with("...") || rest.starts_with('…');
        self.is_cut
    }

    fn object(&mut self, depth: usize) -> Result<Value, Stop> {
        self.at += 1;
        let mut fields = Map::new();
        loop {
            self.blanks();
            if self.breaks_off() || self.takes("}") {
                return Ok(Value::Object(fields));
            }
            let member = self.key().and_then(|key| {
                self.blanks();
                if !self.takes(":") {
                    return Err(if self.rest().is_empty() {
                        Stop::End
                    } else {
                        Stop::Nonsense
                    });
                }
                self.blanks();
                Ok((key, self.value(depth + 1, false)?))
            });
            match member {
                Ok((key, value)) if !self.may_go_on(&value) => {
                    fields.insert(key, value);
                }
                Ok(_) | Err(Stop::End) => {
                    self.is_cut = true;
                    self.at = self.text.len();
                    return Ok(Value::Object(fields));
                }
                Err(Stop::Nonsense) => return Err(Stop::Nonsense),
            }
            self.blanks();
            if !self.takes(",") && self.peek() != Some(b'}') && !self.breaks_off() {
                return Err(Stop::Nonsense);
            }
        }
    }

    /// Whether what was read last is cut off, or may be: a number at the end of the text.
    fn may_go_on(&self, value: &Value) -> bool {
        self.is_cut || self.rest().is_empty() && is_open(value)
    }

    fn key(&mut self) -> Result<String, Stop> {
        if let quote @ (b'"' | b'\'') = self.peek().ok_or(Stop::End)? {
            return self.text(quote);
        }
        let rest = self.rest();
        let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        if end == 0 {
            return Err(Stop::Nonsense);
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    fn list(&mut self, depth: usize, close: u8, in_go: bool) -> Result<Value, Stop> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.breaks_off() {
                return Ok(Value::Array(items));
            }
            if self.peek() == Some(close) {
                self.at += 1;
                return Ok(Value::Array(items));
            }
            match self.value(depth + 1, in_go) {
                Ok(value) if !self.may_go_on(&value) => {
                    items.push(value);
                }
                // What is whole in a last item that is cut off may be whole messages of a batch.
                Ok(value) => {
                    items.push(value);
                    self.is_cut = true;
                    return Ok(Value::Array(items));
                }
                Err(Stop::End) => {
                    self.is_cut = true;
                    self.at = self.text.len();
                    return Ok(Value::Array(items));
                }
                Err(Stop::Nonsense) => return Err(Stop::Nonsense),
            }
            self.blanks();
            if !in_go && !self.takes(",") && self.peek() != Some(close) && !self.breaks_off() {
                return Err(Stop::Nonsense);
            }
        }
    }

    fn text(&mut self, quote: u8) -> Result<String, Stop> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest
                .find(|char| char == char::from(quote) || char == '\\')
                .ok_or(Stop::End)?;
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == quote {
                return Ok(text);
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let char = self.rest().chars().next().ok_or(Stop::End)?;
        self.at += char.len_utf8();
        Ok(match char {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'x' => self.code(2).and_then(known)?,
            'U' => self.code(8).and_then(known)?,
            'u' => {
                let first = self.code(4)?;
                if (0xd800..0xdc00).contains(&first) && self.takes("\\u") {
                    let second = self.code(4)?.checked_sub(0xdc00).ok_or(Stop::Nonsense)?;
                    known(0x1_0000 + ((first - 0xd800) << 10) + (second & 0x3ff))?
                } else {
                    known(first)?
                }
            }
            other => other,
        })
    }

    fn code(&mut self, digits: usize) -> Result<u32, Stop> {
        let text = self.rest().get(..digits).ok_or(Stop::End)?;
        self.at += digits;
        u32::from_str_radix(text, 16).map_err(|_| Stop::Nonsense)
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let rest = self.rest();
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let word = &rest[..end];
        let value = match word {
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            "null" | "None" | "undefined" => Value::Null,
            _ => match number(word) {
                Some(number) => Value::Number(number),
                None if end == rest.len() => return Err(Stop::End),
                None => return Err(Stop::Nonsense),
            },
        };
        self.at += end;
        Ok(value)
    }

    /// The members of `map[a:1 b:two words c:<nil>]`.
    fn go_map(&mut self, depth: usize) -> Result<Value, Stop> {
        let mut fields = Map::new();
        loop {
            self.blanks();
            if self.takes("]") {
                return Ok(Value::Object(fields));
            }
            let key = match self.key() {
                Ok(key) if self.takes(":") => key,
                Ok(_) => return Err(Stop::Nonsense),
                Err(stop) => return Err(stop),
            };
            let value = self.value(depth + 1, true)?;
            fields.insert(key, value);
        }
    }

    /// A text without quotes goes on to the next key, or to the end of the map.
    fn go_word(&mut self) -> Result<Value, Stop> {
        let rest = self.rest();
        let bracket = rest.find(']').ok_or(Stop::End)?;
        let mut end = bracket;
        for (blank, _) in rest[..bracket].match_indices(' ') {
            let next = &rest[blank + 1..bracket];
            let word = next.split(' ').next().unwrap_or_default();
            let is_key = word.split_once(':').is_some_and(|(key, _)| {
                !key.is_empty()
                    && key
                        .chars()
                        .all(|char| char.is_alphanumeric() || char == '_')
            });
            if is_key {
                end = blank;
                break;
            }
        }
        self.at += end;
        Ok(match &rest[..end] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "<nil>" => Value::Null,
            word => number(word).map_or_else(|| Value::from(word), Value::Number),
        })
    }
}

/// Whether a value at the end of the text may go on.
fn is_open(value: &Value) -> bool {
    value.is_number() || value.is_boolean() || value.is_null()
}

fn known(code: u32) -> Result<char, Stop> {
    char::from_u32(code).ok_or(Stop::Nonsense)
}

/// A number as JSON writes it, or as Go prints a large one (`1e+06`).
fn number(word: &str) -> Option<Number> {
    let begins = word.strip_prefix('-').unwrap_or(word);
    begins
        .starts_with(|char: char| char.is_ascii_digit())
        .then(|| serde_json::from_str(word).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn prints_of_several_languages_are_one_value() {
        let value = json!({"id": 7, "ok": true, "none": null, "name": "it's", "tags": ["a", 1.5]});
        for text in [
            r#"{"id":7,"ok":true,"none":null,"name":"it's","tags":["a",1.5]}"#,
            r#"{'id': 7, 'ok': True, 'none': None, 'name': "it's", 'tags': ['a', 1.5]}"#,
            r"{'id': 7, 'ok': True, 'none': None, 'name': 'it\'s', 'tags': ('a', 1.5)}",
            "{\n  id: 7,\n  ok: true,\n  none: null,\n  name: \"it's\",\n  tags: [ 'a', 1.5 ]\n}",
            "map[id:7 name:it's none:<nil> ok:true tags:[a 1.5]]",
        ] {
            let print = read(&format!("{text} and more")).unwrap();
            if text.starts_with("map") {
                // A list of texts in Go has no bounds between them.
                assert_eq!(print.value["name"], "it's", "{text}");
                assert_eq!(print.value["none"], Value::Null, "{text}");
            } else {
                assert_eq!(print.value, value, "{text}");
            }
            assert_eq!((print.length, print.is_cut), (text.len(), false), "{text}");
        }
        let go = read("map[a:two words b:map[c:1e+06] d:x]").unwrap();
        assert_eq!(
            go.value,
            json!({"a": "two words", "b": {"c": 1e6}, "d": "x"})
        );
    }

    #[test]
    fn what_is_cut_off_keeps_its_whole_members() {
        for (text, value) in [
            (r#"{"id": 7, "name": "long te"#, json!({"id": 7})),
            (
                r#"{"id": 7, "name": "long", ..."#,
                json!({"id": 7, "name": "long"}),
            ),
            (r#"{"id": 7, "n": 12"#, json!({"id": 7})),
            ("{'id': 7, 'deep': {'a': 1, 'b'", json!({"id": 7})),
            (r#"[{"id": 1}, {"id": 2, "x"#, json!([{"id": 1}, {"id": 2}])),
        ] {
            let print = read(text).unwrap();
            assert_eq!((print.value, print.is_cut), (value, true), "{text}");
        }
    }

    #[test]
    fn prose_is_no_value() {
        for text in ["{a b}", "{see below", "[Object]", "word", "map[x", "{a: }"] {
            let read = read(text).filter(|print| !print.is_cut);
            assert_eq!(read, None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in r#"([\[\]{}():,'"\\]|map\[|a:|1|True|…|\.\.\.|\\u12| ){0,30}"#) {
            let _ = read(&text);
        }
    }
}
