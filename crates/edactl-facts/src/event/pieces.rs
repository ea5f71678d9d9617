//! A text with places for markers: what is sent, before its markers are known.

use base64::{Engine, prelude::BASE64_STANDARD};

/// What stands in an event for the marker.
pub const PLACEHOLDER: &str = "{{marker}}";
/// What stands in an event for `{{`.
pub const LITERAL_BRACES: &str = "{{{{";

/// A text in pieces. A marker has letters, digits and dashes only: however deep it stands in JSON
/// inside JSON text, it needs no escaping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The marker of the payload of this index.
    Marker(usize),
    /// The pieces' text in base64, as Kinesis and binary HTTP bodies carry it.
    Base64(Pieces),
}

impl Pieces {
    /// A text as it is.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    /// A text of an event: `{{{{` is `{{`, and each `{{marker}}` is the place of this payload's
    /// marker; without one it stays as it is.
    #[must_use]
    pub fn of_event(text: &str, payload: Option<usize>) -> Self {
        let mut pieces = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find("{{") {
            let (before, found) = rest.split_at(at);
            pieces.push_text(before);
            rest = if let Some(after) = found.strip_prefix(LITERAL_BRACES) {
                pieces.push_text("{{");
                after
            } else if let (Some(payload), Some(after)) = (payload, found.strip_prefix(PLACEHOLDER))
            {
                pieces.push_marker(payload);
                after
            } else {
                pieces.push_text("{{");
                &found[2..]
            };
        }
        pieces.push_text(rest);
        pieces
    }

    /// Adds a text as it is.
    pub fn push_text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.0.push(Piece::Text(text.to_owned())),
        }
    }

    /// Adds the place of a payload's marker.
    pub fn push_marker(&mut self, payload: usize) {
        self.0.push(Piece::Marker(payload));
    }

    /// Adds what another text consists of.
    pub fn append(&mut self, more: Self) {
        for piece in more.0 {
            match piece {
                Piece::Text(text) => self.push_text(&text),
                other => self.0.push(other),
            }
        }
    }

    /// As a JSON string that holds this text.
    #[must_use]
    pub fn quoted(self) -> Self {
        let mut quoted = Self::text("\"");
        for piece in self.0 {
            match piece {
                Piece::Text(text) => {
                    let json = serde_json::Value::from(text).to_string();
                    quoted.push_text(&json[1..json.len() - 1]);
                }
                other => quoted.0.push(other),
            }
        }
        quoted.push_text("\"");
        quoted
    }

    /// As a JSON string that holds this text in base64.
    #[must_use]
    pub fn in_base64(self) -> Self {
        let mut quoted = Self::text("\"");
        quoted.0.push(Piece::Base64(self));
        quoted.push_text("\"");
        quoted
    }

    /// Whether it has a place for a marker.
    #[must_use]
    pub fn has_marker(&self) -> bool {
        self.0.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Marker(_) => true,
            Piece::Base64(inner) => inner.has_marker(),
        })
    }

    /// How many places for markers it has.
    #[must_use]
    pub fn markers(&self) -> usize {
        let of = |piece: &Piece| match piece {
            Piece::Text(_) => 0,
            Piece::Marker(_) => 1,
            Piece::Base64(inner) => inner.markers(),
        };
        self.0.iter().map(of).sum()
    }

    /// The text with the markers in place.
    #[must_use]
    pub fn render(&self, marker: &impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Marker(payload) => text.push_str(&marker(*payload)),
                Piece::Base64(inner) => {
                    text.push_str(&BASE64_STANDARD.encode(inner.render(marker)));
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_brace_is_no_placeholder() {
        let text = "a {{marker}} {{{{marker}} {{other {{{{{{{{";
        let marked = Pieces::of_event(text, Some(3));
        assert_eq!(marked.markers(), 1);
        let render = |pieces: &Pieces| pieces.render(&|payload| format!("m{payload}"));
        assert_eq!(render(&marked), "a m3 {{marker}} {{other {{{{");
        let untouched = Pieces::of_event(text, None);
        assert_eq!(render(&untouched), "a {{marker}} {{marker}} {{other {{{{");
    }

    #[test]
    fn text_in_text_is_escaped_and_its_marker_is_not() {
        let inner = Pieces::of_event(r#"{"a":"{{marker}}"}"#, Some(0));
        let text = inner.clone().quoted().quoted();
        let sent = text.render(&|_| "m-1".into());
        let once: String = serde_json::from_str(&sent).unwrap();
        let twice: String = serde_json::from_str(&once).unwrap();
        assert_eq!(twice, r#"{"a":"m-1"}"#);
        let encoded = inner.in_base64().render(&|_| "m-1".into());
        assert_eq!(encoded, "\"eyJhIjoibS0xIn0=\"");
    }

    #[test]
    fn texts_next_to_each_other_are_one() {
        let mut pieces = Pieces::default();
        pieces.push_text("");
        assert_eq!(pieces, Pieces::default());
        pieces.push_text("a");
        pieces.push_text("b");
        assert_eq!(pieces, Pieces::text("ab"));
        pieces.append(Pieces::text("c"));
        assert_eq!(pieces, Pieces::text("abc"));
    }

    #[test]
    fn markers_are_counted_in_base64_too() {
        for (text, markers) in [("none", 0), ("{{marker}}", 1), ("{{marker}}-{{marker}}", 2)] {
            let pieces = Pieces::of_event(text, Some(0));
            let encoded = pieces.clone().in_base64();
            for pieces in [pieces, encoded] {
                assert_eq!(pieces.markers(), markers, "{text}");
                assert_eq!(pieces.has_marker(), markers > 0, "{text}");
            }
        }
    }
}
