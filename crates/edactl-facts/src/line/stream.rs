//! Who writes a log stream, by its name.

use crate::line::is_hex;

/// Who writes a log stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// This function: Lambda writes its name where several functions share a log group.
    Function(&'a str),
    /// A function that the name of the stream does not tell.
    Unnamed,
    /// Something else than Lambda.
    NotLambda,
}

/// The length of a date as Lambda writes it: `2026/11/24/`.
const DATE: usize = 11;
/// Shorter endings are no ids of an execution environment.
const SHORTEST_ID: usize = 8;

/// Who writes the stream: `2026/11/24/[$LATEST]<hex>`, and in shared log groups
/// `2026/11/24/<function>[$LATEST]<hex>`.
#[must_use]
pub fn stream_owner(stream: &str) -> Owner<'_> {
    read(stream).unwrap_or(Owner::NotLambda)
}

fn read(stream: &str) -> Option<Owner<'_>> {
    let (date, rest) = stream.split_at_checked(DATE)?;
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 | 10 => byte == b'/',
        _ => byte.is_ascii_digit(),
    });
    let (function, rest) = rest.split_once('[')?;
    let (version, id) = rest.split_once(']')?;
    let is_version = version == "$LATEST"
        || version == "$LATEST.PUBLISHED"
        || !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    let is_lambda = is_date
        && is_version
        && function.chars().all(is_name)
        && id.len() >= SHORTEST_ID
        && is_hex(id);
    is_lambda.then_some(if function.is_empty() {
        Owner::Unnamed
    } else {
        Owner::Function(function)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_tell_their_function() {
        let id = "0123456789abcdef0123456789abcdef";
        for (stream, owner) in [
            (format!("2026/11/24/[$LATEST]{id}"), Owner::Unnamed),
            (format!("2026/11/24/[17]{id}"), Owner::Unnamed),
            (
                format!("2026/11/24/my-function_1[$LATEST]{id}"),
                Owner::Function("my-function_1"),
            ),
            (format!("2026/11/24/f[3]{id}"), Owner::Function("f")),
            (
                format!("2026/11/24/[$LATEST.PUBLISHED]{id}"),
                Owner::Unnamed,
            ),
            ("2026/11/24/[1]01234567".to_owned(), Owner::Unnamed),
            ("2026/11/24/[1]0123456".to_owned(), Owner::NotLambda),
            ("2026/11/24/[1]0123456x".to_owned(), Owner::NotLambda),
            (format!("2026/11/24/[]{id}"), Owner::NotLambda),
            (format!("2026/11/24/[abc]{id}"), Owner::NotLambda),
            (format!("2026/11/24/[1a]{id}"), Owner::NotLambda),
            (format!("2026/11/xx/[1]{id}"), Owner::NotLambda),
            (format!("2026/11/24/{id}"), Owner::NotLambda),
            (format!("2026-11-24/[$LATEST]{id}"), Owner::NotLambda),
            ("2026/11/24/[$LATEST]replay".to_owned(), Owner::NotLambda),
            (format!("2026/11/24/a b[$LATEST]{id}"), Owner::NotLambda),
            ("ecs/app/1".to_owned(), Owner::NotLambda),
            ("é".to_owned(), Owner::NotLambda),
        ] {
            assert_eq!(stream_owner(&stream), owner, "{stream}");
        }
    }
}
