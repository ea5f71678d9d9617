//! The SQS message ids in a producer's answer, in whichever spelling and place it gives them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use crate::run::message_id::MessageId;

/// How deep ids are looked for.
const DEEPEST: usize = 8;
/// Names of fields that hold a message id, or several: letters only, in lower case.
const ID_FIELDS: [&str; 7] = [
    "messageid",
    "messageids",
    "sqsmessageid",
    "sqsmessageids",
    "msgid",
    "msgids",
    "sentmessageids",
];
/// Names of fields that say, beside a message id, which entry it is of.
const KEY_FIELDS: [&str; 6] = ["id", "key", "entry", "entryid", "entrykey", "name"];

/// The message ids of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Of each entry, in the event's order, as far as the answer says which entry an id is of.
    /// Empty when it never does.
    pub by_entry: Vec<Option<MessageId>>,
    /// The ids of which it does not say.
    pub others: Vec<MessageId>,
    /// Of a batch: how many entries SQS took, where the answer hands SQS's own through.
    pub successful: Option<u64>,
    /// The first entry that SQS refused, and why.
    pub refused: Option<String>,
}

/// A field's name without its case, dashes and underscores.
pub(super) fn plain_name(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// Finds the ids in an answer to the entries `keys`. Where nobody said what becomes a message, only
/// an id beside an entry's key is that entry's: order, numbers and places tell nothing.
#[must_use]
pub fn find(answer: &Value, keys: &[&str], is_shape_known: bool) -> Ids {
    let mut search = Search {
        keys,
        is_shape_known,
        named: Vec::new(),
        listed: Vec::new(),
        list_is_in_order: true,
        ids: Ids::default(),
    };
    search.value(answer, None, DEEPEST);
    search.assign()
}

struct Search<'a> {
    keys: &'a [&'a str],
    is_shape_known: bool,
    /// Ids with what the answer calls their entry.
    named: Vec<(String, MessageId)>,
    /// Ids alone, in the answer's order.
    listed: Vec<MessageId>,
    /// Whether that order may be the event's: a producer's own list, not SQS's.
    list_is_in_order: bool,
    ids: Ids,
}

impl Search<'_> {
    /// `entry` is the key of the event that the value stands under.
    fn value(&mut self, value: &Value, entry: Option<&str>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match value {
            Value::Object(fields) => self.object(fields, entry, depth),
            Value::Array(items) => {
                for item in items {
                    self.value(item, entry, depth);
                }
            }
            Value::String(text) => match serde_json::from_str::<Value>(text) {
                Ok(inner @ (Value::Object(_) | Value::Array(_))) => {
                    self.value(&inner, entry, depth);
                }
                _ => self.sentence(text),
            },
            _ => {}
        }
    }

    fn object(&mut self, fields: &Map<String, Value>, entry: Option<&str>, depth: usize) {
        let own = fields.iter().find_map(|(name, value)| {
            let is_key = KEY_FIELDS.contains(&plain_name(name).as_str());
            match value {
                Value::String(key) if is_key => Some(key.clone()),
                Value::Number(key) if is_key => Some(key.to_string()),
                _ => None,
            }
        });
        for (name, value) in fields {
            match (plain_name(name).as_str(), value) {
                (plain, value) if ID_FIELDS.contains(&plain) => {
                    self.id_field(value, own.as_deref().or(entry), depth);
                }
                ("successful", Value::Array(items)) => {
                    let known = self.ids.successful.unwrap_or_default();
                    self.ids.successful = Some(known + items.len() as u64);
                    self.list_is_in_order = false;
                    self.value(value, entry, depth);
                }
                ("failed", Value::Array(items)) => {
                    for item in items {
                        self.refusal(item);
                    }
                }
                _ => {
                    let is_entry = self.is_shape_known && self.keys.contains(&name.as_str());
                    let entry = is_entry.then_some(name.as_str()).or(entry);
                    self.value(value, entry, depth);
                }
            }
        }
    }

    /// An id, a list of ids, or an object from keys to ids.
    fn id_field(&mut self, value: &Value, entry: Option<&str>, depth: usize) {
        match value {
            Value::String(id) => self.take(id, entry),
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::String(id) => self.take(id, None),
                        other => self.value(other, None, depth),
                    }
                }
            }
            Value::Object(by_key) => {
                for (key, id) in by_key {
                    match id {
                        Value::String(id) => self.take(id, Some(key)),
                        other => self.value(other, Some(key), depth),
                    }
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, id: &str, entry: Option<&str>) {
        if id.is_empty() {
            return;
        }
        match entry {
            Some(entry) => self.named.push((entry.to_owned(), id.into())),
            None => self.listed.push(id.into()),
        }
    }

    fn refusal(&mut self, item: &Value) {
        let field = |name: &str| {
            let fields = item.as_object()?;
            let found = fields.iter().find(|(field, _)| plain_name(field) == name);
            found.and_then(|(_, value)| value.as_str())
        };
        let said = match (field("code"), field("message")) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => "SQS refused it".to_owned(),
        };
        let said = match field("id") {
            Some(entry) => format!("{said} (entry {entry})"),
            None => said,
        };
        self.ids.refused.get_or_insert(said);
    }

    /// `Sent message 5eda0c71-…`.
    fn sentence(&mut self, text: &str) {
        static ID: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?i)\bmessages?(?:[ _-]?ids?)?\W{1,4}(?:[a-z]{2,5}\W{1,2})?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b",
            )
            .expect("a valid pattern")
        });
        for found in ID.captures_iter(text) {
            self.take(&found[1], None);
        }
    }

    fn assign(mut self) -> Ids {
        let keys = self.keys;
        let mut by_entry: Vec<Option<MessageId>> = vec![None; keys.len()];
        let positions = self
            .is_shape_known
            .then(|| numbered(&self.named, keys.len()))
            .flatten();
        for (at, (name, id)) in std::mem::take(&mut self.named).into_iter().enumerate() {
            let by_key = keys.iter().position(|key| *key == name);
            match by_key.or_else(|| Some(positions.as_ref()?[at])) {
                Some(place) if by_entry[place].is_none() => by_entry[place] = Some(id),
                Some(place) if by_entry[place].as_ref() == Some(&id) => {}
                _ => self.ids.others.push(id),
            }
        }
        self.listed.dedup();
        let is_whole_list = self.list_is_in_order || keys.len() == 1;
        if self.is_shape_known
            && by_entry.iter().all(Option::is_none)
            && is_whole_list
            && self.listed.len() == keys.len()
        {
            by_entry = std::mem::take(&mut self.listed)
                .into_iter()
                .map(Some)
                .collect();
        }
        self.ids.others.append(&mut self.listed);
        self.ids.others.sort();
        self.ids.others.dedup();
        self.ids
            .others
            .retain(|id| !by_entry.iter().flatten().any(|known| known == id));
        // One message of one entry is its, whatever it is called.
        if self.is_shape_known
            && let ([None], [_]) = (&by_entry[..], &self.ids.others[..])
        {
            by_entry = vec![self.ids.others.pop()];
        }
        if by_entry.iter().any(Option::is_some) {
            self.ids.by_entry = by_entry;
        }
        self.ids
    }
}

/// Entries that are called by their number in the event: `0`, `1`, … or `msg-1`, `msg-2`, …
fn numbered(named: &[(String, MessageId)], entries: usize) -> Option<Vec<usize>> {
    let number = |name: &str| {
        let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        name[name.len() - digits..].parse::<usize>().ok()
    };
    let numbers: Option<Vec<usize>> = named.iter().map(|(name, _)| number(name)).collect();
    let numbers = numbers.filter(|numbers| numbers.len() == entries)?;
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    let first = *sorted.first()?;
    let is_count = first <= 1 && sorted.iter().enumerate().all(|(at, it)| *it == first + at);
    is_count.then(|| numbers.into_iter().map(|number| number - first).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "5eda0c71-0000-4000-8000-000000000001";
    const TWO: &str = "5eda0c71-0000-4000-8000-000000000002";

    fn ids(found: &[Option<&str>]) -> Vec<Option<MessageId>> {
        found.iter().map(|id| id.map(MessageId::from)).collect()
    }

    #[test]
    fn ids_are_found_in_any_of_the_usual_spellings() {
        let both = [Some(ONE), Some(TWO)];
        for answer in [
            json!({"MessageIds": {"b": TWO, "a": ONE}}),
            json!({"messageIds": [ONE, TWO]}),
            json!({"message_ids": [ONE, TWO], "Message": "Successfully sent 2 messages"}),
            json!({"results": [{"messageId": ONE}, {"messageId": TWO}]}),
            json!({"results": [{"key": "b", "message_id": TWO}, {"key": "a", "message_id": ONE}]}),
            json!({"a": {"MessageId": ONE, "MD5OfMessageBody": "x"}, "b": {"MessageId": TWO}}),
            json!({"Successful": [{"Id": "b", "MessageId": TWO}, {"Id": "a", "MessageId": ONE}]}),
            json!({"Successful": [{"Id": "1", "MessageId": TWO}, {"Id": "0", "MessageId": ONE}]}),
            json!({"Successful": [{"Id": "msg-2", "MessageId": TWO}, {"Id": "msg-1", "MessageId": ONE}]}),
            json!([{"Successful": [{"Id": "a", "MessageId": ONE}]}, {"Successful": [{"Id": "b", "MessageId": TWO}]}]),
            json!({"response": json!({"messageIds": [ONE, TWO]}).to_string()}),
            json!(format!("Sent message {ONE} and message id: {TWO}.")),
            json!({"messageIds": {"a": {"MessageId": ONE}, "b": {"MessageId": TWO}}}),
        ] {
            let found = find(&answer, &["a", "b"], true);
            assert_eq!(found.by_entry, ids(&both), "{answer}");
            assert!(found.others.is_empty(), "{answer}");
        }
    }

    #[test]
    fn an_id_of_which_nobody_says_whose_it_is_is_given_to_no_entry() {
        for answer in [
            json!({"messageIds": [ONE]}),
            json!({"MessageId": ONE}),
            json!({"Successful": [{"Id": "x", "MessageId": ONE}]}),
            json!({"Successful": [{"Id": "0", "MessageId": ONE}]}),
            json!(format!("Message sent. Message ID is {ONE}")),
        ] {
            let found = find(&answer, &["a", "b"], true);
            assert_eq!(found.by_entry, [], "{answer}");
            assert_eq!(found.others, [ONE.into()], "{answer}");
            let found = find(&answer, &["a"], true);
            assert_eq!(found.by_entry, ids(&[Some(ONE)]), "{answer}");
        }
        // SQS answers a batch in any order.
        let batch =
            json!({"Successful": [{"Id": "x", "MessageId": ONE}, {"Id": "y", "MessageId": TWO}]});
        assert_eq!(find(&batch, &["a", "b"], true).by_entry, []);
        let none = json!({"requestId": ONE, "text": format!("order {ONE}"), "id": TWO});
        assert_eq!(find(&none, &["a"], true), Ids::default());
    }

    #[test]
    fn what_sqs_refused_is_told() {
        let answer = json!({
            "Successful": [{"Id": "a", "MessageId": ONE}],
            "Failed": [{"Id": "b", "Code": "InternalError", "Message": "try again", "SenderFault": false}],
        });
        let found = find(&answer, &["a", "b"], true);
        assert_eq!(found.by_entry, ids(&[Some(ONE), None]));
        assert_eq!(found.successful, Some(1));
        assert_eq!(
            found.refused.as_deref(),
            Some("InternalError: try again (entry b)")
        );
    }

    #[test]
    fn where_the_shape_is_a_guess_only_a_key_tells_whose_an_id_is() {
        for (answer, by_entry) in [
            (json!({"messageIds": [ONE, TWO]}), vec![]),
            (
                json!({"Successful": [{"Id": "1", "MessageId": TWO}, {"Id": "0", "MessageId": ONE}]}),
                vec![],
            ),
            (
                json!({"a": {"MessageId": ONE}, "b": {"MessageId": TWO}}),
                vec![],
            ),
            (
                json!({"MessageIds": {"b": TWO, "c": ONE}}),
                ids(&[None, Some(TWO)]),
            ),
            (
                json!({"results": [{"key": "b", "message_id": TWO}, {"key": "a", "message_id": ONE}]}),
                ids(&[Some(ONE), Some(TWO)]),
            ),
        ] {
            let found = find(&answer, &["a", "b"], false);
            assert_eq!(found.by_entry, by_entry, "{answer}");
            let told = found.by_entry.iter().flatten().count() + found.others.len();
            assert_eq!(told, 2, "{answer}");
        }
        let lone = find(&json!({"MessageId": ONE}), &["a"], false);
        assert_eq!((lone.by_entry, lone.others), (vec![], vec![ONE.into()]));
    }

    #[test]
    fn only_a_field_that_names_an_entry_tells_whose_an_id_is() {
        let both = ids(&[Some(ONE), Some(TWO)]);
        for answer in [
            json!([{"id": 2, "messageId": TWO}, {"id": 1, "messageId": ONE}]),
            json!([{"size": 2, "messageId": ONE}, {"size": 1, "messageId": TWO}]),
        ] {
            let found = find(&answer, &["a", "b"], true);
            assert_eq!(found.by_entry, both, "{answer}");
            assert!(found.others.is_empty(), "{answer}");
        }
    }

    #[test]
    fn the_first_id_of_an_entry_is_its_and_another_is_nobodys() {
        for (second, others) in [(ONE, vec![]), (TWO, vec![TWO.into()])] {
            let answer = json!([{"key": "a", "messageId": ONE}, {"key": "a", "messageId": second}]);
            let found = find(&answer, &["a", "b"], true);
            assert_eq!(found.by_entry, ids(&[Some(ONE), None]));
            assert_eq!(found.others, others);
        }
    }

    #[test]
    fn a_batch_tells_by_its_entries_numbers_only_where_they_count_from_the_first() {
        for answer in [
            json!({"Successful": [{"MessageId": TWO}, {"MessageId": ONE}]}),
            json!({"Successful": [{"Id": "5", "MessageId": TWO}, {"Id": "6", "MessageId": ONE}]}),
            json!({"Successful": [{"Id": "0", "MessageId": TWO}, {"Id": "2", "MessageId": ONE}]}),
        ] {
            let found = find(&answer, &["a", "b"], true);
            assert_eq!(found.by_entry, [], "{answer}");
            assert_eq!(found.others, [ONE.into(), TWO.into()], "{answer}");
        }
    }
}
