//! IAM's wildcards.

use wildmatch::WildMatch;

/// Whether a text matches a pattern of `*` (anything) and `?` (any one character).
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    WildMatch::new(pattern).matches(text)
}
