//! Go's maps and structs: no quotes, and blanks between the members.

use serde_json::{Map, Value};

use super::{DEEPEST, Reader, Stop, scalar::known_word};

impl Reader<'_> {
    /// The members of `map[a:1 b:two words c:<nil>]` and of `{ID:7 Name:two words}`.
    pub(super) fn go_members(
        &mut self,
        open: &str,
        close: char,
        depth: usize,
    ) -> Result<Value, Stop> {
        if depth > DEEPEST || !self.takes(open) {
            return Err(Stop::Nonsense);
        }
        let mut fields = Map::new();
        loop {
            self.blanks();
            if self.peek().ok_or(Stop::End)? == close as u8 {
                self.at += 1;
                return Ok(Value::Object(fields));
            }
            let key = self.key()?;
            if !self.takes(":") {
                return Err(Stop::Nonsense);
            }
            let value = self.go_value(close, depth + 1)?;
            fields.insert(key, value);
        }
    }

    fn go_value(&mut self, close: char, depth: usize) -> Result<Value, Stop> {
        let begin = self.at;
        self.takes("&");
        let read = match self.peek().ok_or(Stop::End)? {
            b'{' => self.go_members("{", '}', depth),
            b'[' => self.go_list(depth),
            _ if self.rest().starts_with("map[") => self.go_members("map[", ']', depth),
            _ => Err(Stop::Nonsense),
        };
        if let Ok(value) = read {
            return Ok(value);
        }
        self.at = begin;
        self.go_word(close)
    }

    fn go_list(&mut self, depth: usize) -> Result<Value, Stop> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek().ok_or(Stop::End)? == b']' {
                self.at += 1;
                return Ok(Value::Array(items));
            }
            if matches!(self.peek(), Some(b'{' | b'[' | b'&')) || self.rest().starts_with("map[") {
                items.push(self.go_value(']', depth + 1)?);
                continue;
            }
            // Texts in a list have no bounds but blanks.
            let rest = self.rest();
            let end = rest.find([' ', ']']).ok_or(Stop::End)?;
            if end == 0 {
                return Err(Stop::Nonsense);
            }
            self.at += end;
            let word = &rest[..end];
            items.push(known_word(word).unwrap_or_else(|| Value::from(word)));
        }
    }

    /// A text without quotes goes on to the next key, or to the closing bracket.
    fn go_word(&mut self, close: char) -> Result<Value, Stop> {
        let rest = self.rest();
        let bracket = rest.find(close).ok_or(Stop::End)?;
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
        let word = &rest[..end];
        Ok(known_word(word).unwrap_or_else(|| Value::from(word)))
    }
}
