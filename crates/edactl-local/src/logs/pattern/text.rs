//! Patterns of terms: `a b` (both), `?a ?b` (either), `-a` (not), `"a phrase"`, `%regex%`.

use regex::Regex;

/// AWS's limit on regular expressions in one pattern.
const MAX_REGEXES: usize = 2;

/// The terms of a pattern, by what they ask for.
#[derive(Debug, Default)]
pub(in crate::logs) struct Terms {
    required: Vec<Term>,
    optional: Vec<Term>,
    excluded: Vec<Term>,
}

/// Something to find in a text.
#[derive(Debug)]
pub(super) enum Term {
    Text(String),
    Regex(Regex),
}

impl Term {
    pub fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Text(term) => text.contains(term.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

impl Terms {
    pub(super) fn parse(pattern: &str) -> Result<Self, String> {
        let mut terms = Self::default();
        let mut rest = pattern.trim_start();
        let mut regexes = 0;
        while let Some(first) = rest.chars().next() {
            let place = match first {
                '?' => &mut terms.optional,
                '-' => &mut terms.excluded,
                _ => &mut terms.required,
            };
            if matches!(first, '?' | '-') {
                rest = &rest[1..];
            }
            let (term, after) = term(rest)?;
            regexes += usize::from(matches!(term, Term::Regex(_)));
            place.push(term);
            rest = after.trim_start();
        }
        if regexes > MAX_REGEXES {
            return Err(format!("more than {MAX_REGEXES} regular expressions"));
        }
        Ok(terms)
    }

    pub(super) fn match_text(&self, text: &str) -> bool {
        let found = |term: &Term| term.is_in(text);
        // AWS: combined with terms to include or exclude, `?` terms have no effect.
        let either = !self.required.is_empty()
            || !self.excluded.is_empty()
            || self.optional.iter().any(found);
        either && self.required.iter().all(found) && !self.excluded.iter().any(found)
    }
}

/// The first term of a text, and what follows it.
fn term(text: &str) -> Result<(Term, &str), String> {
    match text.as_bytes().first() {
        Some(b'"') => quoted(text).map(|(term, rest)| (Term::Text(term), rest)),
        Some(b'%') => delimited_regex(text).map(|(term, rest)| (Term::Regex(term), rest)),
        _ => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            let (word, rest) = text.split_at(end);
            if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_') {
                Ok((Term::Text(word.to_owned()), rest))
            } else {
                Err(format!("Invalid character(s) in term '{word}'"))
            }
        }
    }
}

/// A phrase in double quotes, a backslash keeping the next character, and what follows it.
pub(super) fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut phrase = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((place, c)) = chars.next() {
        match c {
            '"' => return Ok((phrase, &text[place + 1..])),
            '\\' => phrase.extend(chars.next().map(|(_, kept)| kept)),
            c => phrase.push(c),
        }
    }
    Err("a quotation mark is not closed".into())
}

/// A regular expression between percent signs, and what follows it.
pub(super) fn delimited_regex(text: &str) -> Result<(Regex, &str), String> {
    let (expression, rest) = text[1..]
        .split_once('%')
        .ok_or("a regular expression is not closed by %")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || " :_#=@/;,-^$?[]{}|\\*+.".contains(c);
    if expression.is_empty() || !expression.chars().all(allowed) {
        return Err(format!(
            "%{expression}% has a character that is not supported"
        ));
    }
    Regex::new(expression)
        .map(|regex| (regex, rest))
        .map_err(|_| format!("%{expression}% is not a regular expression"))
}
