//! Filter patterns: terms, phrases, regular expressions and JSON selectors, as AWS documents them.
//! The form for space-delimited lines (`[a, b, c]`) is refused, not guessed at.

mod json;
mod text;

use json::Expression;
use text::Terms;

use crate::logs::wire::ApiError;

/// AWS's limit on the pattern's length.
const MAX_LENGTH: usize = 1_024;

/// A parsed filter pattern.
#[derive(Debug, Default)]
pub(super) enum Pattern {
    /// The empty pattern.
    #[default]
    Everything,
    Terms(Terms),
    Json(Expression),
}

impl Pattern {
    /// Reads a pattern, or says why AWS would refuse it.
    pub fn parse(pattern: &str) -> Result<Self, ApiError> {
        if pattern.len() > MAX_LENGTH {
            return Err(ApiError::invalid(format!(
                "Invalid filter pattern: longer than {MAX_LENGTH} characters"
            )));
        }
        let trimmed = pattern.trim();
        match trimmed.as_bytes().first() {
            None => Ok(Self::Everything),
            Some(b'{') => Expression::parse(trimmed).map(Self::Json),
            Some(b'[') => Err(
                "space-delimited patterns are not supported by the embedded pipeline".to_owned(),
            ),
            Some(_) => Terms::parse(trimmed).map(Self::Terms),
        }
        .map_err(|why| ApiError::invalid(format!("Invalid filter pattern: {why}")))
    }

    /// Whether a line matches. Letters' case counts.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Terms(terms) => terms.match_text(message),
            Self::Json(expression) => {
                serde_json::from_str(message).is_ok_and(|value| expression.holds(&value))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, message: &str) -> bool {
        Pattern::parse(pattern)
            .unwrap_or_else(|refusal| panic!("{pattern}: {refusal:?}"))
            .matches(message)
    }

    #[test]
    fn patterns_match_as_documented() {
        let order = r#"{"level":"ERROR","x":4,"ok":true,"none":null,"user":{"name":"Ann Lee"},
            "ip":"123.123.4.5","items":[{"id":"a"},{"id":"b"}],"a.b":"dotted"}"#;
        for (pattern, message, expected) in [
            ("", "anything", true),
            ("ERROR", "[ERROR] x", true),
            ("ERROR", "[error] x", false),
            ("ERROR", "ERRORCODE", true),
            ("ERROR Exception", "Exception after ERROR", true),
            ("ERROR Exception", "ERROR", false),
            ("\"edactl-1-2\"", "{'edactl': 'edactl-1-2'}", true),
            ("\"two words\"", "words two", false),
            ("\"say \\\"hi\\\"\"", "they say \"hi\"", true),
            ("?ERROR ?WARN", "a WARN", true),
            ("?ERROR ?WARN", "an INFO", false),
            ("?ERROR REQUEST", "REQUEST only", true),
            ("ERROR -Exiting", "Exiting with ERROR", false),
            ("-Exiting", "starting", true),
            ("-\"not this\"", "but not this", false),
            ("%^ERR.*[0-9]{3}$%", "ERR code 404", true),
            ("%^ERR%", "an ERR", false),
            ("{ $.level = \"ERROR\" }", order, true),
            ("{ $.level = ERROR }", order, true),
            ("{ $.level = \"E*R\" }", order, true),
            ("{ $.level != \"INFO\" }", order, true),
            ("{ $.missing != \"INFO\" }", order, false),
            ("{ $.level = \"ERROR\" && $.x > 3 }", order, true),
            ("{ $.level = \"ERROR\" && $.x > 4 }", order, false),
            (
                "{ $.x >= 4 && $.x <= 4.0 && $.x = 4 && $.x < 1e2 }",
                order,
                true,
            ),
            ("{ $.level = \"INFO\" || $.x != 5 }", order, true),
            ("{ ($.x = 5 || $.x = 4) && ($.ok IS TRUE) }", order, true),
            ("{ $.x = 4 || $.x = 5 && $.ok IS FALSE }", order, true),
            ("{ $.ok IS FALSE }", order, false),
            ("{ $.none IS NULL }", order, true),
            ("{ $.missing IS NULL }", order, false),
            ("{ $.missing NOT EXISTS }", order, true),
            ("{ $.x NOT EXISTS }", order, false),
            ("{ $.user.name = \"Ann Lee\" }", order, true),
            ("{ $.ip = 123.123.* }", order, true),
            ("{ $.ip != 10.* }", order, true),
            ("{ $.items[1].id = \"b\" }", order, true),
            ("{ $.items[0].id = \"b\" }", order, false),
            ("{ $.items[*].id = \"b\" }", order, true),
            ("{ $['a.b'] = \"dotted\" }", order, true),
            ("{ $.['a.b'] = \"dotted\" }", order, true),
            ("{ $.user.* = \"Ann*\" }", order, true),
            ("{ $.level = %^ERR% }", order, true),
            ("{ $.level = %^err% }", order, false),
            ("{ $.level = \"ERROR\" }", "ERROR not json", false),
        ] {
            assert_eq!(
                matches(pattern, message),
                expected,
                "{pattern} on {message}"
            );
        }
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for pattern in [
            "\"open",
            "edactl-1",
            "a:b",
            "-",
            "?",
            "%(a)%",
            "%a",
            "%[%",
            "%a% %b% %c%",
            "{ $.a = }",
            "{ $.a = 1",
            "{ $.a }",
            "{ a = 1 }",
            "{ $.a > word }",
            "{ $.a = 1 } x",
            "{ $.a = 1 && }",
            "{ ($.a = 1 }",
            "{ $.a IS MAYBE }",
            "{ }",
            "[a, b]",
            &"x".repeat(1_025),
        ] {
            assert!(Pattern::parse(pattern).is_err(), "{pattern}");
        }
    }
}
