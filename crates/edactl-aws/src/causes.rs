//! An error's chain of causes, as it is and as one line.

use std::error::Error as StdError;

/// The error and its causes, outermost first.
pub(super) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |cause: &&'a (dyn StdError + 'static)| {
        (*cause).source()
    })
}

/// The causes, outermost first, without those that only repeat what is said inside them.
pub(super) fn one_line(causes: &[&(dyn StdError + 'static)]) -> String {
    let mut told: Vec<String> = Vec::new();
    for cause in causes {
        let text = cause.to_string();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(outer) = told.last()
            && outer.ends_with(&text)
        {
            continue;
        }
        told.push(text);
    }
    told.join(": ")
}
