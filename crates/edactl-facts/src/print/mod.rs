//! Values as programs print them: JSON; Python's, Node's and Ruby's print of a dict; typed objects
//! of Java, Lombok, .NET, Rust, Kotlin and Python; Go's maps and structs; whole, or cut off.
//!
//! Prints that cannot be told from others are read as they look, texts without quotes up to the
//! next key: what was sent decides by its hash whether that was right.

mod go;
mod scalar;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

/// Values nested deeper than this are not read.
const DEEPEST: usize = 64;
/// What Node prints in place of what is nested too deep.
const OMITTED: [&str; 5] = ["[Object", "[Array", "[Function", "[Circular", "[Getter"];

/// A value at the beginning of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedValue {
    /// The value; of one that is cut off, what is whole of it.
    pub value: Value,
    /// How many bytes of the text it takes.
    pub length: usize,
    /// Whether the text ends before the value does.
    pub is_cut: bool,
    /// Whether parts of it are missing: it is cut off, or says that it leaves some out.
    pub is_partial: bool,
}

/// Why a value cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The text ends in it.
    End,
    /// It is no value.
    Nonsense,
}

/// Reads the value that begins `text`; the bracket of a typed print, behind the type's name.
#[must_use]
pub fn read(text: &str) -> Option<ParsedValue> {
    parse(text, |reader| match reader.peek() {
        Some(b'(') => reader.object(0, ")"),
        _ => reader.value(0),
    })
}

/// Reads a Go struct as `%+v` prints it: `{ID:7 Name:two words}`.
#[must_use]
pub fn read_go(text: &str) -> Option<ParsedValue> {
    parse(text, |reader| reader.go_members("{", '}', 0))
}

/// Reads `id=7 name='x'`, as pydantic prints a model, up to the end of the text.
#[must_use]
pub fn read_pairs(text: &str) -> Option<ParsedValue> {
    parse(text, Reader::pairs)
}

fn parse<'a>(
    text: &'a str,
    read: impl FnOnce(&mut Reader<'a>) -> Result<Value, Stop>,
) -> Option<ParsedValue> {
    let mut reader = Reader {
        text,
        at: 0,
        is_cut: false,
        is_partial: false,
        cut_text: None,
    };
    let value = read(&mut reader).ok()?;
    Some(ParsedValue {
        value,
        length: reader.at,
        is_cut: reader.is_cut,
        is_partial: reader.is_partial || reader.is_cut,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    is_cut: bool,
    is_partial: bool,
    /// What there is of a text in quotes that the end cuts off.
    cut_text: Option<String>,
}

/// A member of a container.
enum Member {
    Value(Value),
    /// Left out by the print.
    Omitted,
}

/// Whether a text that is not whole may hold whole messages.
fn is_body(text: &str) -> bool {
    text.starts_with(['{', '['])
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

    fn value(&mut self, depth: usize) -> Result<Value, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Nonsense);
        }
        if self.rest().starts_with("map[") {
            return self.go_members("map[", ']', depth);
        }
        match self.peek().ok_or(Stop::End)? {
            b'{' => self.object(depth, "}"),
            b'[' if self.is_keyed_list() => self.object(depth, "]"),
            b'[' => self.list(depth, b']'),
            b'(' if depth > 0 => self.list(depth, b')'),
            b'#' if self.rest().starts_with("#<") => self.ruby_object(depth),
            b':' if depth > 0 => {
                self.at += 1;
                self.key().map(Value::String)
            }
            quote @ (b'"' | b'\'' | b'`') => self.text(quote).map(Value::String),
            b'b' | b'u' if matches!(self.rest().as_bytes().get(1), Some(b'"' | b'\'')) => {
                self.at += 1;
                let quote = self.peek().ok_or(Stop::End)?;
                self.text(quote).map(Value::String)
            }
            _ => self.typed(depth).unwrap_or_else(|| self.word()),
        }
    }

    /// `Order(id=7)`, `Order { Id = 7 }`, `Order[id=7]`, `Some("x")`, `Decimal('1.5')`: the value
    /// behind the type's name.
    fn typed(&mut self, depth: usize) -> Option<Result<Value, Stop>> {
        let rest = self.rest();
        let begins = rest.starts_with(|char: char| char.is_alphabetic() || char == '&');
        let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '.' | ':' | '&');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        if !begins || end == 0 {
            return None;
        }
        let mut after = &rest[end..];
        // Node: `Map(2) {`.
        if let Some((count, behind)) = after.strip_prefix('(').and_then(|it| it.split_once(") "))
            && count.bytes().all(|byte| byte.is_ascii_digit())
            && behind.starts_with(['{', '['])
        {
            after = behind;
        }
        let bracket = after.strip_prefix(' ').unwrap_or(after);
        let open = bracket.chars().next()?;
        let is_attached = after.len() == bracket.len();
        let is_open = open == '{'
            || matches!(open, '(' | '[') && is_attached
            || open == '[' && &rest[..end] == "Array";
        if !is_open {
            return None;
        }
        self.at = self.text.len() - bracket.len();
        if open == '{' {
            return Some(self.object(depth + 1, "}"));
        }
        let close = if open == '(' { b')' } else { b']' };
        if self.is_keyed_list() {
            let close = if open == '(' { ")" } else { "]" };
            return Some(self.object(depth + 1, close));
        }
        // One value in a wrapper is that value.
        Some(self.list(depth + 1, close).map(|list| match list {
            Value::Array(mut items) if items.len() == 1 => items.remove(0),
            other => other,
        }))
    }

    /// Whether what follows the bracket is a key with `=`, as typed prints have it.
    fn is_keyed_list(&self) -> bool {
        let inside = self.rest().get(1..).unwrap_or_default().trim_start();
        let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | '$');
        let end = inside.find(|char| !is_part(char)).unwrap_or(inside.len());
        let after = inside[end..].trim_start();
        end > 0 && after.starts_with('=') && !after.starts_with("==")
    }

    /// `#<struct Order id=7, name="x">`, `#<Order id: 7>`.
    fn ruby_object(&mut self, depth: usize) -> Result<Value, Stop> {
        let rest = self.rest();
        let rest = rest.strip_prefix("#<").ok_or(Stop::Nonsense)?;
        let rest = rest.strip_prefix("struct ").unwrap_or(rest);
        let (_, members) = rest.split_once(' ').ok_or(Stop::End)?;
        // The blank stands for the opening bracket.
        self.at = self.text.len() - members.len() - 1;
        self.object(depth, ">")
    }

    /// Whether the text breaks off here, as log lines that are too long do.
    fn breaks_off(&mut self) -> bool {
        let rest = self.rest();
        self.is_cut |= rest.is_empty() || rest.starts_with("...") || rest.starts_with('…');
        self.is_cut
    }

    /// Node: `... 3 more items`.
    fn more_items(&mut self) {
        let Some(rest) = self.rest().strip_prefix("... ") else {
            return;
        };
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let after = &rest[digits..];
        for words in [" more items", " more item"] {
            if digits > 0 && after.starts_with(words) {
                self.at += 4 + digits + words.len();
                self.is_partial = true;
                self.blanks();
                return;
            }
        }
    }

    fn object(&mut self, depth: usize, close: &str) -> Result<Value, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Nonsense);
        }
        self.at += 1;
        let mut fields = Map::new();
        loop {
            self.blanks();
            self.more_items();
            if self.takes(close) || self.breaks_off() {
                return Ok(Value::Object(fields));
            }
            match self.member(depth, close) {
                Ok((key, Member::Value(value))) if !self.may_go_on(&value) => {
                    fields.insert(key, value);
                }
                Ok((_, Member::Omitted)) => self.is_partial = true,
                Ok((key, Member::Value(value))) => {
                    // A container that is cut off may hold whole messages, and so may a body.
                    if value.is_array() || value.is_object() || value.is_string() {
                        fields.insert(key, value);
                    }
                    self.is_cut = true;
                    self.at = self.text.len();
                    return Ok(Value::Object(fields));
                }
                Err(Stop::End) => {
                    self.is_cut = true;
                    self.at = self.text.len();
                    return Ok(Value::Object(fields));
                }
                Err(Stop::Nonsense) => return Err(Stop::Nonsense),
            }
            self.blanks();
            if !self.takes(",") && !self.rest().starts_with(close) && !self.breaks_off() {
                return Err(Stop::Nonsense);
            }
        }
    }

    fn member(&mut self, depth: usize, close: &str) -> Result<(String, Member), Stop> {
        let key = self.key()?;
        self.blanks();
        if !self.takes("=>") && !self.takes("=") && !self.takes(":") {
            return Err(if self.rest().is_empty() {
                Stop::End
            } else {
                Stop::Nonsense
            });
        }
        self.blanks();
        let begin = self.at;
        // .NET prints nothing for null.
        if self.rest().starts_with(close) || self.rest().starts_with(", ") {
            return Ok((key, Member::Value(Value::Null)));
        }
        if let Some(omitted) = self.omitted() {
            return Ok((key, omitted));
        }
        let read = self.value(depth + 1);
        if self.omits_characters() {
            // What is left of a body may be whole messages.
            let holds_more = |value: &Value| value.as_str().is_some_and(is_body);
            self.is_partial = true;
            return Ok((
                key,
                read.ok()
                    .filter(holds_more)
                    .map_or(Member::Omitted, Member::Value),
            ));
        }
        let ends = self.is_cut || {
            let after = self.rest().trim_start();
            after.is_empty()
                || after.starts_with([',', '…'])
                || after.starts_with("...")
                || after.starts_with(close)
        };
        match read {
            Ok(value) if ends => Ok((key, Member::Value(value))),
            Err(Stop::End) => match self.cut_text.take().filter(|text| is_body(text)) {
                Some(text) => {
                    self.is_cut = true;
                    Ok((key, Member::Value(text.into())))
                }
                None => Err(Stop::End),
            },
            _ => {
                self.at = begin;
                self.is_cut = false;
                self.bare(close).map(|value| (key, Member::Value(value)))
            }
        }
    }

    fn omitted(&mut self) -> Option<Member> {
        let rest = self.rest();
        OMITTED.iter().find(|sign| rest.starts_with(**sign))?;
        self.at += rest.find(']')? + 1;
        Some(Member::Omitted)
    }

    /// Node: `'the beginning'... 120 more characters`.
    fn omits_characters(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix("... ") else {
            return false;
        };
        let after = rest.trim_start_matches(|char: char| char.is_ascii_digit());
        for words in [" more characters", " more character"] {
            if after.len() < rest.len()
                && let Some(behind) = after.strip_prefix(words)
            {
                self.at = self.text.len() - behind.len();
                return true;
            }
        }
        false
    }

    /// Whether what was read last is cut off, or may be: a number at the end of the text.
    fn may_go_on(&self, value: &Value) -> bool {
        self.is_cut || self.rest().is_empty() && scalar::is_open(value)
    }

    fn list(&mut self, depth: usize, close: u8) -> Result<Value, Stop> {
        if depth > DEEPEST {
            return Err(Stop::Nonsense);
        }
        self.at += 1;
        let closing = char::from(close).to_string();
        let mut items = Vec::new();
        loop {
            self.blanks();
            self.more_items();
            if self.takes(&closing) || self.breaks_off() {
                return Ok(Value::Array(items));
            }
            if let Some(Member::Omitted) = self.omitted() {
                self.is_partial = true;
            } else {
                match self.item(depth, &closing) {
                    Ok(value) if !self.may_go_on(&value) => items.push(value),
                    // What is whole in a last item that is cut off may be whole messages.
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
            }
            self.blanks();
            if !self.takes(",") && self.peek() != Some(close) && !self.breaks_off() {
                return Err(Stop::Nonsense);
            }
        }
    }

    fn item(&mut self, depth: usize, close: &str) -> Result<Value, Stop> {
        let begin = self.at;
        let read = self.value(depth + 1);
        self.is_partial |= self.omits_characters();
        let after = self.rest().trim_start();
        let ends = self.is_cut
            || after.is_empty()
            || after.starts_with([',', '…'])
            || after.starts_with("...")
            || after.starts_with(close);
        match read {
            Ok(value) if ends => Ok(value),
            Err(Stop::End) => Err(Stop::End),
            // Java's lists have no quotes; at the top `[a b]` is a word in brackets.
            _ if depth > 0 => {
                self.at = begin;
                self.is_cut = false;
                self.bare(close)
            }
            _ => Err(Stop::Nonsense),
        }
    }

    fn pairs(&mut self) -> Result<Value, Stop> {
        let mut fields = Map::new();
        while !self.rest().trim().is_empty() {
            let key = self.key()?;
            if !self.takes("=") {
                return Err(Stop::Nonsense);
            }
            let value = self.value(1)?;
            if !self.rest().is_empty() && !self.takes(" ") || self.is_cut {
                return Err(Stop::Nonsense);
            }
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}
