//! Log events in bulk: the texts of many events in one buffer, read straight out of an answer.
//!
//! A long history passes through here event by event, so an event costs no allocation of its own.

use std::{borrow::Cow, collections::HashMap, fmt, ops::Range, sync::Arc};

use jiff::Timestamp;
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// One event of a log stream, borrowed from where it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRef<'a> {
    /// The log group.
    pub group: &'a Arc<str>,
    /// The log stream; for Lambda one per execution environment.
    pub stream: &'a Arc<str>,
    /// When the line was written, by the writer's clock.
    pub timestamp: Timestamp,
    /// When CloudWatch took the line in; some emulators leave it out.
    pub ingested: Option<Timestamp>,
    /// CloudWatch's id of the event; some emulators leave it out.
    pub id: Option<&'a str>,
    /// The line (or lines), as written.
    pub message: &'a str,
}

/// Events of one log group.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    group: Arc<str>,
    streams: Vec<Arc<str>>,
    by_name: HashMap<Arc<str>, u32>,
    /// Ids and messages, one after the other.
    text: String,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    at: Millis,
    ingested: Option<Millis>,
    /// The index in `streams`.
    stream: u32,
    /// Where in `text` they stand.
    id: Range<u32>,
    message: Range<u32>,
}

/// Milliseconds since 1970, as the API counts time.
pub(super) type Millis = i64;

impl Batch {
    pub(super) fn new(group: Arc<str>) -> Self {
        Self {
            group,
            streams: Vec::new(),
            by_name: HashMap::new(),
            text: String::new(),
            entries: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The bytes of all texts.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The times of the earliest and the latest event.
    pub(super) fn extent(&self) -> Option<(Millis, Millis)> {
        let times = || self.entries.iter().map(|entry| entry.at);
        Some((times().min()?, times().max()?))
    }

    /// Adds the events of an answer that lie in `span`. Returns how many the answer held, and the
    /// token for the next page.
    pub(super) fn read_page(
        &mut self,
        json: &[u8],
        span: Range<Millis>,
    ) -> Result<(usize, Option<String>), serde_json::Error> {
        let known = (self.entries.len(), self.text.len());
        // Checked at once, which is faster than text by text.
        let json = str::from_utf8(json).map_err(serde_json::Error::custom)?;
        self.text.reserve_exact(json.len());
        let mut page = serde_json::Deserializer::from_str(json);
        let read = PageSeed { batch: self, span }.deserialize(&mut page);
        if read.is_err() {
            self.entries.truncate(known.0);
            self.text.truncate(known.1);
        }
        read
    }

    /// Puts the events in the order of time, ingestion and id; what came twice (pages may
    /// overlap) is kept once. Events without an id keep the order in which they came.
    pub(super) fn settle(&mut self) {
        let Self { text, entries, .. } = self;
        let id = |entry: &Entry| &text[within(&entry.id)];
        let order = |a: &Entry, b: &Entry| {
            (a.at, a.ingested)
                .cmp(&(b.at, b.ingested))
                .then_with(|| id(a).cmp(id(b)))
        };
        if !entries.is_sorted_by(|a, b| order(a, b).is_le()) {
            entries.sort_by(order);
        }
        entries.dedup_by(|b, a| {
            a.at == b.at && a.stream == b.stream && !id(a).is_empty() && id(a) == id(b)
        });
        // It may wait for its turn: room was made for pages, which hold more than texts.
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// Takes out the events of this time and after, of events that are in order.
    pub(super) fn cut(&mut self, from: Millis) {
        let kept = self.entries.partition_point(|entry| entry.at < from);
        self.entries.truncate(kept);
    }

    /// Adds one event that came without an id.
    pub(super) fn add(
        &mut self,
        stream: &str,
        (at, ingested): (Millis, Option<Millis>),
        message: &str,
    ) -> Result<(), String> {
        let begin = self.text.len();
        self.text.push_str(message);
        self.push(&RawEvent {
            stream: Text(stream.into()),
            at: Some(at),
            ingested,
            id: Range::default(),
            message: begin..self.text.len(),
        })
    }

    fn push(&mut self, event: &RawEvent<'_>) -> Result<(), String> {
        let too_large = |_| "an answer of more than 4 GB".to_owned();
        let place = |at: usize| u32::try_from(at).map_err(too_large);
        let cut = |it: &Range<usize>| Ok::<_, String>(place(it.start)?..place(it.end)?);
        let (id, message) = (cut(&event.id)?, cut(&event.message)?);
        let stream = self.stream_index(&event.stream.0);
        self.entries.push(Entry {
            at: event.at.unwrap_or_default(),
            ingested: event.ingested,
            stream,
            id,
            message,
        });
        Ok(())
    }

    fn stream_index(&mut self, name: &str) -> u32 {
        // Neighbours often share their stream.
        let last = self.entries.last().map(|entry| entry.stream);
        if let Some(last) = last.filter(|last| &*self.streams[*last as usize] == name) {
            return last;
        }
        if let Some(known) = self.by_name.get(name) {
            return *known;
        }
        let name: Arc<str> = name.into();
        // There are fewer streams than events, and those were counted.
        let index = u32::try_from(self.streams.len()).unwrap_or(u32::MAX);
        self.streams.push(Arc::clone(&name));
        self.by_name.insert(name, index);
        index
    }

    pub(super) fn get(&self, index: usize) -> Option<EventRef<'_>> {
        let entry = self.entries.get(index)?;
        let time = |at| Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        let id = &self.text[within(&entry.id)];
        Some(EventRef {
            group: &self.group,
            stream: &self.streams[entry.stream as usize],
            timestamp: time(entry.at),
            ingested: entry.ingested.map(time),
            id: (!id.is_empty()).then_some(id),
            message: &self.text[within(&entry.message)],
        })
    }
}

fn within(place: &Range<u32>) -> Range<usize> {
    place.start as usize..place.end as usize
}

/// An event as the API writes it; its id and its message stand in the batch's text already.
#[derive(Default)]
struct RawEvent<'a> {
    stream: Text<'a>,
    at: Option<Millis>,
    ingested: Option<Millis>,
    id: Range<usize>,
    message: Range<usize>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    LogStreamName,
    Timestamp,
    Message,
    IngestionTime,
    EventId,
    #[serde(other)]
    Other,
}

/// Reads an event, and adds its id and its message to a text: most messages hold an escaped line
/// break, and would be copied once more on the way.
struct EventSeed<'b>(&'b mut String);

impl<'de> DeserializeSeed<'de> for EventSeed<'_> {
    type Value = RawEvent<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EventSeed<'_> {
    type Value = RawEvent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a log event")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut event = RawEvent::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::LogStreamName => event.stream = map.next_value()?,
                Field::Timestamp => event.at = map.next_value::<Number>()?.0,
                Field::IngestionTime => event.ingested = map.next_value::<Number>()?.0,
                Field::Message => event.message = map.next_value_seed(TextSeed(self.0))?,
                Field::EventId => event.id = map.next_value_seed(TextSeed(self.0))?,
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(event)
    }
}

/// Adds a text to another, and says where it stands.
struct TextSeed<'b>(&'b mut String);

impl<'de> DeserializeSeed<'de> for TextSeed<'_> {
    type Value = Range<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for TextSeed<'_> {
    type Value = Range<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Range<usize>, E> {
        let begin = self.0.len();
        self.0.push_str(text);
        Ok(begin..self.0.len())
    }

    fn visit_unit<E>(self) -> Result<Range<usize>, E> {
        Ok(Range::default())
    }
}

/// A text that is borrowed where it can be, and empty where it is missing.
#[derive(Default)]
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E>(self) -> Result<Text<'de>, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A whole number, also where an emulator writes it as `1.0`, or `null`.
#[derive(Default)]
struct Number(Option<i64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(i64::try_from(number).ok()))
            }
            #[allow(clippy::cast_possible_truncation)] // It saturates.
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number as i64)))
            }
            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(None))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

struct PageSeed<'b> {
    batch: &'b mut Batch,
    span: Range<Millis>,
}

impl<'de> DeserializeSeed<'de> for PageSeed<'_> {
    type Value = (usize, Option<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PageSeed<'_> {
    type Value = (usize, Option<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of log events")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut count, mut token) = (0, None);
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "events" => {
                    let events = EventsSeed {
                        batch: self.batch,
                        span: &self.span,
                    };
                    count = map.next_value_seed(events)?;
                }
                "nextToken" => token = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok((count, token))
    }
}

struct EventsSeed<'b> {
    batch: &'b mut Batch,
    span: &'b Range<Millis>,
}

impl<'de> DeserializeSeed<'de> for EventsSeed<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for EventsSeed<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("log events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut events: A) -> Result<usize, A::Error> {
        let mut count = 0;
        loop {
            let known = self.batch.text.len();
            let Some(event) = events.next_element_seed(EventSeed(&mut self.batch.text))? else {
                return Ok(count);
            };
            count += 1;
            if self.span.contains(&event.at.unwrap_or_default()) {
                self.batch.push(&event).map_err(A::Error::custom)?;
            } else {
                self.batch.text.truncate(known);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (Batch, usize, Option<String>) {
        let mut batch = Batch::new("g".into());
        let (count, token) = batch.read_page(json.as_bytes(), 0..100).unwrap();
        (batch, count, token)
    }

    fn all(batch: &Batch) -> impl Iterator<Item = EventRef<'_>> {
        (0..batch.len()).filter_map(|index| batch.get(index))
    }

    #[test]
    fn a_page_is_read_as_it_is_written() {
        let (batch, count, token) = read(
            r#"{"searchedLogStreams":[],"events":[
                {"logStreamName":"s","timestamp":5,"message":"a\tb\n","ingestionTime":7,"eventId":"1"},
                {"logStreamName":"t","timestamp":6.0,"message":"ä","eventId":null}],
                "nextToken":"more"}"#,
        );
        assert_eq!((count, token.as_deref()), (2, Some("more")));
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let events: Vec<_> = all(&batch).collect();
        assert_eq!(events[0].message, "a\tb\n");
        assert_eq!((events[0].id, events[0].ingested), (Some("1"), Some(at(7))));
        assert_eq!((&**events[1].stream, events[1].timestamp), ("t", at(6)));
        assert_eq!((events[1].id, events[1].ingested), (None, None));
    }

    #[test]
    fn what_lies_outside_the_span_is_counted_but_left_out() {
        let (batch, count, token) =
            read(r#"{"events":[{"timestamp":100,"message":"late"}],"nextToken":null}"#);
        assert_eq!((batch.len(), count, token), (0, 1, None));
    }

    #[test]
    fn events_are_ordered_by_time_ingestion_and_id_and_kept_once() {
        let event = |at: i64, ingested: i64, id: &str, text: &str| {
            format!(
                r#"{{"logStreamName":"s","timestamp":{at},"ingestionTime":{ingested},"eventId":"{id}","message":"{text}"}}"#
            )
        };
        let events = [
            event(2, 5, "b", "4"),
            event(1, 9, "z", "2"),
            event(2, 5, "a", "3"),
            event(1, 8, "y", "1"),
            event(2, 5, "b", "4"),
        ];
        let (mut batch, _, _) = read(&format!(r#"{{"events":[{}]}}"#, events.join(",")));
        batch.settle();
        let texts: Vec<_> = all(&batch).map(|event| event.message).collect();
        assert_eq!(texts, ["1", "2", "3", "4"]);
    }

    #[test]
    fn equal_lines_without_ids_are_kept_in_their_order() {
        let line = r#"{"logStreamName":"s","timestamp":1,"message":"same"}"#;
        let (mut batch, _, _) = read(&format!(r#"{{"events":[{line},{line}]}}"#));
        batch.settle();
        assert_eq!(batch.len(), 2);
    }

    #[test]
    fn a_page_that_breaks_off_adds_nothing() {
        let mut batch = Batch::new("g".into());
        let broken = br#"{"events":[{"timestamp":1,"message":"x"},{"time"#;
        assert!(batch.read_page(broken, 0..100).is_err());
        assert_eq!(batch.len(), 0);
    }
}
