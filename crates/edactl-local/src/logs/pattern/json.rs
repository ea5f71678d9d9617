//! JSON patterns: `{ $.level = "ERROR" && ($.latency > 3 || $.user NOT EXISTS) }`.

use regex::Regex;
use serde_json::Value;

use crate::logs::pattern::text::{delimited_regex, quoted};

/// A condition on a JSON document.
#[derive(Debug)]
pub(in crate::logs) enum Expression {
    All(Vec<Self>),
    Any(Vec<Self>),
    Condition(Selector, Test),
}

/// The way to a value, from the document's root.
pub(in crate::logs) type Selector = Vec<Step>;

/// One step on that way.
#[derive(Debug)]
pub(in crate::logs) enum Step {
    Field(String),
    Element(usize),
    /// Every element of an array, or every value of an object.
    Every,
}

/// What has to be true of a selected value.
#[derive(Debug)]
pub(in crate::logs) enum Test {
    Exists(bool),
    Is(Value),
    Text { equal: bool, glob: String },
    Matches { equal: bool, regex: Regex },
    Number(Comparison, f64, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::logs) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Expression {
    pub(super) fn parse(pattern: &str) -> Result<Self, String> {
        let mut parser = Parser { rest: pattern };
        parser.expect("{")?;
        let expression = parser.any()?;
        parser.expect("}")?;
        if parser.rest.trim().is_empty() {
            Ok(expression)
        } else {
            Err(format!("`{}` after the closing brace", parser.rest.trim()))
        }
    }

    pub(super) fn holds(&self, document: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Condition(selector, test) => {
                let values = select(document, selector);
                match test {
                    Test::Exists(expected) => values.is_empty() != *expected,
                    test => values.into_iter().any(|value| test.passes(value)),
                }
            }
        }
    }
}

fn select<'a>(document: &'a Value, selector: &[Step]) -> Vec<&'a Value> {
    selector.iter().fold(vec![document], |values, step| {
        values
            .into_iter()
            .flat_map(|value| match (step, value) {
                (Step::Field(name), Value::Object(fields)) => {
                    fields.get(name).into_iter().collect()
                }
                (Step::Element(index), Value::Array(elements)) => {
                    elements.get(*index).into_iter().collect()
                }
                (Step::Every, Value::Array(elements)) => elements.iter().collect(),
                (Step::Every, Value::Object(fields)) => fields.values().collect(),
                _ => Vec::new(),
            })
            .collect()
    })
}

impl Test {
    fn passes(&self, value: &Value) -> bool {
        match self {
            Self::Exists(expected) => *expected,
            Self::Is(expected) => value == expected,
            Self::Text { equal, glob } => {
                scalar_text(value).is_some_and(|text| glob_matches(glob, &text) == *equal)
            }
            Self::Matches { equal, regex } => {
                scalar_text(value).is_some_and(|text| regex.is_match(&text) == *equal)
            }
            Self::Number(comparison, number, written) => match (value.as_f64(), comparison) {
                (Some(value), comparison) => comparison.holds(value, *number),
                // A number written as a string is compared as the text that it is.
                (None, Comparison::Equal) => value.as_str() == Some(written),
                (None, Comparison::NotEqual) => {
                    value.as_str().is_some_and(|value| value != written)
                }
                (None, _) => false,
            },
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, number: f64) -> bool {
        // Exact on purpose: both sides were read from decimal text in the same way.
        #[allow(clippy::float_cmp)]
        let equal = value == number;
        match self {
            Self::Equal => equal,
            Self::NotEqual => !equal,
            Self::Less => value < number,
            Self::LessOrEqual => value <= number,
            Self::Greater => value > number,
            Self::GreaterOrEqual => value >= number,
        }
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters.
fn glob_matches(glob: &str, text: &str) -> bool {
    let Some((start, rest)) = glob.split_once('*') else {
        return glob == text;
    };
    let Some(mut text) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(place) = text.find(part) else {
            return false;
        };
        text = &text[place + part.len()..];
    }
    text.ends_with(end)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    /// Takes `token` if it comes next, after any white space.
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) {
            Ok(())
        } else {
            Err(format!("`{token}` expected before `{}`", self.rest))
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.take("||") {
            parts.push(self.all()?);
        }
        Ok(Expression::Any(parts))
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.condition()?];
        while self.take("&&") {
            parts.push(self.condition()?);
        }
        Ok(Expression::All(parts))
    }

    fn condition(&mut self) -> Result<Expression, String> {
        if self.take("(") {
            let inner = self.any()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let selector = self.selector()?;
        Ok(Expression::Condition(selector, self.test()?))
    }

    fn selector(&mut self) -> Result<Selector, String> {
        self.expect("$")?;
        let mut steps = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix('[').or(self.rest.strip_prefix(".[")) {
                let (inside, rest) = rest.split_once(']').ok_or("`]` is missing")?;
                self.rest = rest;
                steps.push(bracketed(inside.trim())?);
            } else if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                let name =
                    self.take_while(|c| !c.is_whitespace() && !".[]=!<>()&|{}\"".contains(c));
                steps.push(match name {
                    "" => return Err(format!("a field is missing before `{}`", self.rest)),
                    "*" => Step::Every,
                    name => Step::Field(name.to_owned()),
                });
            } else if steps.is_empty() {
                return Err("a selector starts with `$.`".into());
            } else {
                return Ok(steps);
            }
        }
    }

    fn test(&mut self) -> Result<Test, String> {
        if self.take("IS") {
            self.rest = self.rest.trim_start();
            return match self.take_while(char::is_alphanumeric) {
                "NULL" => Ok(Test::Is(Value::Null)),
                "TRUE" => Ok(Test::Is(Value::Bool(true))),
                "FALSE" => Ok(Test::Is(Value::Bool(false))),
                other => Err(format!(
                    "IS is followed by NULL, TRUE or FALSE, not `{other}`"
                )),
            };
        }
        if self.take("NOT") {
            self.expect("EXISTS")?;
            return Ok(Test::Exists(false));
        }
        if self.take("EXISTS") {
            return Ok(Test::Exists(true));
        }
        // The longer operators first, so that `<=` is not read as `<`.
        let comparison = [
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("=", Comparison::Equal),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ]
        .into_iter()
        .find_map(|(operator, comparison)| self.take(operator).then_some(comparison))
        .ok_or_else(|| format!("an operator is missing before `{}`", self.rest))?;
        self.value(comparison)
    }

    fn value(&mut self, comparison: Comparison) -> Result<Test, String> {
        self.rest = self.rest.trim_start();
        let equality = match comparison {
            Comparison::Equal => Some(true),
            Comparison::NotEqual => Some(false),
            _ => None,
        };
        match (self.rest.as_bytes().first(), equality) {
            (Some(b'"'), Some(equal)) => {
                let (glob, rest) = quoted(self.rest)?;
                self.rest = rest;
                Ok(Test::Text { equal, glob })
            }
            (Some(b'%'), Some(equal)) => {
                let (regex, rest) = delimited_regex(self.rest)?;
                self.rest = rest;
                Ok(Test::Matches { equal, regex })
            }
            _ => {
                let word = self.take_while(|c| !c.is_whitespace() && !"=!<>()&|{}\"".contains(c));
                match (word.parse::<f64>(), equality) {
                    (Ok(number), _) if number.is_finite() => {
                        Ok(Test::Number(comparison, number, word.to_owned()))
                    }
                    (_, Some(equal)) if !word.is_empty() => Ok(Test::Text {
                        equal,
                        glob: word.to_owned(),
                    }),
                    _ => Err(format!("`{word}` is not a value to compare with")),
                }
            }
        }
    }
}

fn bracketed(inside: &str) -> Result<Step, String> {
    let name = ['\'', '"']
        .into_iter()
        .find_map(|quote| inside.strip_prefix(quote)?.strip_suffix(quote));
    match (inside, name) {
        ("*", _) => Ok(Step::Every),
        (_, Some(name)) => Ok(Step::Field(name.to_owned())),
        (index, None) => index
            .parse()
            .map(Step::Element)
            .map_err(|_| format!("`[{index}]` is neither an index nor a quoted name")),
    }
}
