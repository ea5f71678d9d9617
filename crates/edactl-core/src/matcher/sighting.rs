//! Evidence out of what a line shows.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::{LogText, message_ids::uuids};
use crate::{
    ledger::{Evidence, Failure, InvocationIndex, LineId, Means, Subject},
    line::{ErrorOrigin, Line, rejection, stack_trace},
};

/// An error longer than this is cut.
pub(super) const LONGEST_ERROR: usize = 300;

/// What a line shows of a message.
#[derive(Clone, Copy)]
pub(super) struct Sighting {
    pub subject: Subject,
    pub means: Means,
    pub line: LineId,
    pub shape: u64,
}

pub(super) fn evidence(
    seen: Sighting,
    invocation: InvocationIndex,
    at: Timestamp,
    error: Option<&Failure>,
) -> Evidence {
    let Sighting {
        subject,
        means,
        line,
        shape,
    } = seen;
    match error {
        Some(error) => Evidence::Refused {
            subject,
            invocation,
            at,
            error: error.clone(),
            line,
            means,
        },
        None => Evidence::Seen {
            subject,
            invocation,
            at,
            line,
            shape,
            means,
        },
    }
}

pub(super) fn failure(error: &str, origin: ErrorOrigin, text: &str) -> Failure {
    // Typed readers name the field that they refuse in a line of its own.
    let refused = rejection::find(text).filter(|_| rejection::find(error).is_none());
    let error = match refused.map(|refused| refused.to_string()) {
        Some(refused) if refused.len() <= LONGEST_ERROR => format!("{error}: {refused}"),
        _ => error.to_owned(),
    };
    Failure {
        origin,
        frame: stack_trace::application_frame(text).map(Into::into),
        ..Failure::new(&error)
    }
}

/// An error of which the platform tells the type, or one word.
pub(super) fn summary(error: &str) -> Failure {
    Failure {
        is_summary: true,
        ..Failure::new(error)
    }
}

/// The one id in the line that is called a message's: `messageId: …`, `message …`.
pub(super) fn named_id<'a>(line: &Line<'_>, text: &'a str) -> Option<&'a str> {
    let is_named = |id: &&str| {
        let begin = id.as_ptr() as usize - text.as_ptr() as usize;
        let before = text[..begin].trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut word = before
            .bytes()
            .rev()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| byte.to_ascii_lowercase());
        let is = |word: &mut dyn Iterator<Item = u8>, name: &str| word.eq(name.bytes().rev());
        let copy: Vec<u8> = word.by_ref().collect();
        ["messageid", "message", "msgid", "sqsmessageid"]
            .iter()
            .any(|name| is(&mut copy.iter().copied(), name))
    };
    let mut named = uuids(text)
        .filter(|id| Some(*id) != line.request_id)
        .filter(is_named);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

pub(super) fn line_id(log: &LogText<'_>) -> LineId {
    match log.id {
        Some(id) => hash(&(log.stream, id)),
        None => hash(&(log.stream, log.at, log.text, log.nth)),
    }
}

pub(super) fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

pub(super) fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    line.chars().take(LONGEST_ERROR).collect()
}
