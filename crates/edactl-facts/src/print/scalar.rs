//! Keys, texts with and without quotes, numbers and other words.

use serde_json::{Number, Value};

use super::{Reader, Stop};

impl Reader<'_> {
    pub(super) fn key(&mut self) -> Result<String, Stop> {
        self.takes(":");
        if let quote @ (b'"' | b'\'') = self.peek().ok_or(Stop::End)? {
            return self.text(quote);
        }
        let rest = self.rest();
        let end = rest.find(|char| !is_key(char)).unwrap_or(rest.len());
        if end == 0 {
            return Err(Stop::Nonsense);
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    pub(super) fn text(&mut self, quote: u8) -> Result<String, Stop> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(|char| char == char::from(quote) || char == '\\') else {
                text.push_str(rest);
                self.cut_text = Some(text);
                return Err(Stop::End);
            };
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == quote {
                return Ok(text);
            }
            match self.escape() {
                Ok(char) => text.push(char),
                Err(stop) => {
                    self.cut_text = Some(text);
                    return Err(stop);
                }
            }
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
            '0' => '\0',
            'e' => '\u{1b}',
            'x' => self.code(2).and_then(known)?,
            'U' => self.code(8).and_then(known)?,
            // Rust: `\u{1f600}`.
            'u' if self.takes("{") => {
                let digits = self.rest().find('}').ok_or(Stop::End)?;
                let code = self.code(digits)?;
                self.at += 1;
                known(code)?
            }
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

    pub(super) fn word(&mut self) -> Result<Value, Stop> {
        let rest = self.rest();
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.');
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let word = &rest[..end];
        let value = match known_word(word) {
            Some(value) => value,
            None if end == rest.len() => return Err(Stop::End),
            None => return Err(Stop::Nonsense),
        };
        self.at += end;
        Ok(value)
    }

    /// A text without quotes, up to the next key, the next item or the closing bracket.
    pub(super) fn bare(&mut self, close: &str) -> Result<Value, Stop> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let in_list = close == "]" || close == ")";
        let mut nested = 0_usize;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                _ if nested == 0 && rest.as_bytes()[at..].starts_with(close.as_bytes()) => {
                    return Ok(self.take_bare(at));
                }
                b'{' | b'[' | b'(' => nested += 1,
                b'}' | b']' | b')' => nested = nested.saturating_sub(1),
                b',' if nested == 0 => {
                    let after = &rest[at + 1..];
                    if is_key_ahead(after) || in_list && after.starts_with(' ') && !has_key(after) {
                        return Ok(self.take_bare(at));
                    }
                }
                _ => {}
            }
        }
        Err(Stop::End)
    }

    fn take_bare(&mut self, length: usize) -> Value {
        let text = self.rest()[..length].trim_end();
        self.at += length;
        known_word(text).unwrap_or_else(|| Value::from(text))
    }
}

fn is_key(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '$' | '-' | '.' | '@')
}

/// Whether ` key=`, ` key: ` or their like follows.
fn is_key_ahead(text: &str) -> bool {
    let text = text.trim_start().trim_start_matches([':', '"', '\'']);
    let end = text.find(|char| !is_key(char)).unwrap_or(text.len());
    let after = text[end..].trim_start_matches(['"', '\'']).trim_start();
    end > 0 && after.starts_with(['=', ':'])
}

/// Whether any key follows: then commas before it are a text's own.
fn has_key(text: &str) -> bool {
    text.split(']')
        .next()
        .is_some_and(|inside| inside.split(',').any(is_key_ahead))
}

/// Whether a value at the end of the text may go on.
pub(super) fn is_open(value: &Value) -> bool {
    value.is_number() || value.is_boolean() || value.is_null()
}

fn known(code: u32) -> Result<char, Stop> {
    char::from_u32(code).ok_or(Stop::Nonsense)
}

/// The values that programs write as a word.
pub(super) fn known_word(word: &str) -> Option<Value> {
    Some(match word {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" | "undefined" | "nil" | "<nil>" => Value::Null,
        _ => Value::Number(number(word)?),
    })
}

/// A number as JSON writes it, or as Go prints a large one (`1e+06`).
fn number(word: &str) -> Option<Number> {
    let begins = word.strip_prefix('-').unwrap_or(word);
    begins
        .starts_with(|char: char| char.is_ascii_digit())
        .then(|| serde_json::from_str(word).ok())
        .flatten()
}
