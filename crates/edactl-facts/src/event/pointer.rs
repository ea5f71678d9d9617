//! JSON pointers with `*`: which pieces of an event a shape means.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A JSON pointer (RFC 6901) in which `*` stands for every item of an array and every member of
/// an object. It leads through text that is JSON itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pointer(Vec<Token>);

/// One step of a pointer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Token {
    /// The member of this name, or the item of this number.
    Key(String),
    /// Every member or item.
    Any,
}

impl Pointer {
    /// The steps from the whole document inwards.
    #[must_use]
    pub fn tokens(&self) -> &[Token] {
        &self.0
    }
}

impl Token {
    /// Whether the step leads to the member of this name.
    #[must_use]
    pub fn is_key(&self, key: &str) -> bool {
        match self {
            Self::Key(wanted) => wanted == key,
            Self::Any => true,
        }
    }

    /// Whether the step leads to the item of this number.
    #[must_use]
    pub fn is_item(&self, index: usize) -> bool {
        match self {
            Self::Key(wanted) => *wanted == index.to_string(),
            Self::Any => true,
        }
    }
}

/// The pointer of a member of the value at `parent`.
#[must_use]
pub fn join(parent: &str, key: &str) -> String {
    format!("{parent}/{}", key.replace('~', "~0").replace('/', "~1"))
}

impl FromIterator<Token> for Pointer {
    fn from_iter<I: IntoIterator<Item = Token>>(tokens: I) -> Self {
        Self(tokens.into_iter().collect())
    }
}

impl FromStr for Pointer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(steps) = text.strip_prefix('/') else {
            return Err(format!(
                "`{text}` is not a JSON pointer: it begins with `/`"
            ));
        };
        let token = |step: &str| match step {
            "*" => Token::Any,
            key => Token::Key(key.replace("~1", "/").replace("~0", "~")),
        };
        Ok(Self(steps.split('/').map(token).collect()))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.0 {
            match token {
                Token::Key(key) => f.write_str(&join("", key))?,
                Token::Any => f.write_str("/*")?,
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Pointer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Pointer> for String {
    fn from(pointer: Pointer) -> Self {
        pointer.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_survives_its_text() {
        for text in ["/body", "/Records/*/body", "/a~1b/~0/0", "/", "/*"] {
            assert_eq!(text.parse::<Pointer>().unwrap().to_string(), text);
        }
        let pointer: Pointer = "/a~1b/*/2".parse().unwrap();
        assert!(pointer.tokens()[0].is_key("a/b"));
        assert!(pointer.tokens()[1].is_item(7));
        assert!(pointer.tokens()[2].is_item(2) && !pointer.tokens()[2].is_item(20));
        assert!("body".parse::<Pointer>().is_err());
    }

    #[test]
    fn a_pointer_is_its_text_in_json() {
        let pointer: Pointer = "/Records/*/a~1b".parse().unwrap();
        let json = serde_json::to_string(&pointer).unwrap();
        assert_eq!(json, r#""/Records/*/a~1b""#);
        assert_eq!(serde_json::from_str::<Pointer>(&json).unwrap(), pointer);
        assert!(serde_json::from_str::<Pointer>(r#""Records""#).is_err());
    }
}
