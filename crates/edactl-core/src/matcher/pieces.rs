//! Pieces of events that hold several payloads: who shows the piece shows them all.

use super::{
    Matcher,
    content::{ContentId, ContentMatch},
};
use crate::ledger::Means;

impl Matcher {
    /// Whether a content is that of a piece that holds payloads.
    pub(super) fn is_larger(&self, content: ContentId) -> bool {
        content as usize >= self.subjects.len()
    }

    /// The contents of the payloads in a content: its own, where it is a payload's.
    pub(super) fn inside<'a>(&'a self, content: &'a ContentId) -> &'a [ContentId] {
        match (*content as usize).checked_sub(self.subjects.len()) {
            Some(larger) => &self.inside[larger],
            None => std::slice::from_ref(content),
        }
    }

    /// The payloads in the larger pieces that a line shows, beside those that it shows themselves.
    pub(super) fn opened(&self, matches: Vec<ContentMatch>) -> Vec<ContentMatch> {
        if !matches.iter().any(|found| self.is_larger(found.content)) {
            return matches;
        }
        let (larger, own): (Vec<_>, Vec<_>) = matches
            .into_iter()
            .partition(|found| self.is_larger(found.content));
        let mut opened = Vec::new();
        for found in &larger {
            for content in self.inside(&found.content) {
                opened.push(ContentMatch {
                    content: *content,
                    ..found.clone()
                });
            }
        }
        // Its values tell a payload only where nothing else does.
        let is_told = |found: &ContentMatch| {
            found.means == Means::Values && opened.iter().any(|it| it.content == found.content)
        };
        let own: Vec<_> = own.into_iter().filter(|found| !is_told(found)).collect();
        opened.extend(own);
        opened
    }
}
