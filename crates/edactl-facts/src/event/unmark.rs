//! What a body holds without the run's markers: as it was written in the event, so that its hash
//! is the planned one.

use serde_json::Value;

use crate::event::{PLACEHOLDER, marker::Markers};

/// Takes a run's markers out of a value: the field that carries one, and in texts the marker where
/// the event said `{{marker}}`. Text that is JSON is looked into as text.
pub fn unmark(value: &mut Value, markers: &Markers, field: Option<&str>) {
    match value {
        Value::Object(fields) => {
            if let Some(field) = field
                && fields
                    .get(field)
                    .is_some_and(|value| is_marker(value, markers))
            {
                fields.shift_remove(field);
            }
            fields
                .values_mut()
                .for_each(|value| unmark(value, markers, field));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|value| unmark(value, markers, field)),
        Value::String(text) if text.contains(markers.prefix()) => {
            *text = unmarked_text(text, markers, field);
        }
        _ => {}
    }
}

fn is_marker(value: &Value, markers: &Markers) -> bool {
    value.as_str().is_some_and(|text| {
        text.len() == markers.length() && markers.seq_at(text.as_bytes()).is_some()
    })
}

/// A text without markers. The field stands first in its object, as it was put there.
fn unmarked_text(text: &str, markers: &Markers, field: Option<&str>) -> String {
    let mut unmarked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(markers.prefix()) {
        let (before, found) = rest.split_at(at);
        if markers.seq_at(found.as_bytes()).is_none() {
            let (prefix, after) = found.split_at(markers.prefix().len());
            unmarked.push_str(before);
            unmarked.push_str(prefix);
            rest = after;
            continue;
        }
        let after = &found[markers.length()..];
        let member = field.and_then(|field| {
            // In text within the text, quotes are escaped: each as those around the marker.
            let unquoted = before.strip_suffix('"')?.trim_end_matches('\\');
            let quote = &before[unquoted.len()..];
            let before = unquoted.strip_suffix(':')?.strip_suffix(quote)?;
            let before = before.strip_suffix(field)?.strip_suffix(quote)?;
            let after = after.strip_prefix(quote)?;
            Some((before, after.strip_prefix(',').unwrap_or(after)))
        });
        if let Some((before, after)) = member {
            unmarked.push_str(before);
            rest = after;
        } else {
            unmarked.push_str(before);
            unmarked.push_str(PLACEHOLDER);
            rest = after;
        }
    }
    unmarked.push_str(rest);
    unmarked
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::event::{
        Event, MarkerPolicy,
        canonical::ContentHash,
        marker::RunId,
        shape::{Messages, Shape},
    };

    fn markers() -> Markers {
        Markers::new(&RunId::new(Timestamp::UNIX_EPOCH, 1), 20)
    }

    #[test]
    fn what_is_sent_holds_what_was_planned() {
        let texts = [
            r#"{"a": {"x": 1}, "b": {"id": "n-{{marker}}"}, "c": [1, "{{marker}} {{marker}}"]}"#,
            r#"{"body": "{ \"order\": 7, \"deep\": \"{\\\"a\\\":1}\" }", "n": 1.0}"#,
            r#"{"body": "{}"}"#,
            r#"{"a": "{\"b\":\"{\\\"x\\\":1}\"}"}"#,
        ];
        for (text, shape) in texts.into_iter().zip(["entries", "/body", "/body", "/a/b"]) {
            let messages = Messages::Given(shape.parse::<Shape>().unwrap());
            let policy = MarkerPolicy::Field("edactl".into());
            let event = Event::parse_as("e", text, &policy, &messages).unwrap();
            let sent = event.text(|index| markers().marker(index as u64 + 1));
            let mut sent: Value = serde_json::from_str(&sent).unwrap();
            unmark(&mut sent, &markers(), Some("edactl"));
            let whole = event.containers.last().unwrap();
            assert_eq!(ContentHash::of(&sent), whole.hash, "{sent}");
            for (index, payload) in event.payloads.iter().enumerate() {
                let body = payload.body(&markers().marker(index as u64 + 1));
                let mut body: Value = serde_json::from_str(&body).unwrap();
                unmark(&mut body, &markers(), Some("edactl"));
                assert_eq!(ContentHash::of(&body), payload.content.hash, "{body}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_marker_stays() {
        let prefix = markers().prefix().to_owned();
        let original = json!({"edactl": 7, "a": {"edactl": "mine"}, "b": format!("{prefix}x")});
        let mut value = original.clone();
        unmark(&mut value, &markers(), Some("edactl"));
        assert_eq!(value, original);
    }

    #[test]
    fn only_a_whole_marker_makes_a_field_the_markers() {
        let marker = markers().marker(7);
        let other = "x".repeat(marker.len());
        let long = format!("{marker} and more");
        for (value, expected) in [
            (json!({"edactl": marker, "a": 1}), json!({"a": 1})),
            (json!({"edactl": other}), json!({"edactl": other})),
            (
                json!({"edactl": long}),
                json!({"edactl": "{{marker}} and more"}),
            ),
            (json!({"id": marker}), json!({"id": "{{marker}}"})),
        ] {
            let mut found = value.clone();
            unmark(&mut found, &markers(), Some("edactl"));
            assert_eq!(found, expected, "{value}");
        }
    }
}
