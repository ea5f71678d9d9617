//! What was given out of the settling window, so that nothing is given twice.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{BuildHasherDefault, Hash, Hasher},
};

use jiff::Timestamp;

use crate::logs::batch::EventRef;

/// Remembers this many events before it looks for ones to forget.
const ROOM: usize = 50_000;

/// How often each event was given. Without ids, equal events of one stream and time are told apart
/// by their number: the third equal line of a reading is new if two were given.
#[derive(Debug, Default)]
pub(super) struct Seen {
    given: Known,
    /// How often each event was pushed. Those have no ids: with them in play all events are told
    /// by their content.
    pushed: Option<Known>,
    room: usize,
}

/// By an event's identity: the second that it carries, and how often it was met. Small, for ten
/// minutes of a busy group are a million events.
type Known = hashbrown::HashMap<u64, (Second, u32), BuildHasherDefault<Ready>>;

/// Since 1970; the whole second keeps more than it must.
type Second = u32;

fn second(at: Timestamp) -> Second {
    Second::try_from(at.as_second().max(0)).unwrap_or(Second::MAX)
}

/// An identity is a hash already.
#[derive(Debug, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, ready: u64) {
        self.0 = ready;
    }
}

/// Counts equal events in one reading, which comes in the order of time.
#[derive(Debug, Default)]
pub(super) struct Counter {
    at: Option<Timestamp>,
    equal: HashMap<u64, u32>,
}

impl Counter {
    /// The number of this event among its equals, from 1.
    fn number(&mut self, at: Timestamp, identity: u64) -> u32 {
        if self.at != Some(at) {
            self.at = Some(at);
            self.equal.clear();
        }
        let number = self.equal.entry(identity).or_default();
        *number += 1;
        *number
    }
}

impl Seen {
    /// From now on events are pushed, too. Nothing may have been given before.
    pub(super) fn expect_pushed(&mut self) {
        self.pushed = Some(Known::default());
    }

    /// Whether an event that was pushed is new; it is known from now on.
    pub(super) fn is_new_pushed(&mut self, event: &EventRef<'_>) -> bool {
        let identity = identity(event, true);
        let pushed = self.pushed.get_or_insert_default();
        let (_, number) = pushed
            .entry(identity)
            .or_insert((second(event.timestamp), 0));
        *number += 1;
        let (_, known) = self
            .given
            .entry(identity)
            .or_insert((second(event.timestamp), 0));
        let is_new = *number > *known;
        *known = (*number).max(*known);
        is_new
    }

    /// Whether an event that was read is new; it is known from now on.
    pub(super) fn is_new(&mut self, event: &EventRef<'_>, counter: &mut Counter) -> bool {
        let by_content = event.id.is_none() || self.pushed.is_some();
        let identity = identity(event, by_content);
        // With an id, a repetition in one reading is the same event.
        let number = if by_content {
            counter.number(event.timestamp, identity)
        } else {
            1
        };
        let (_, known) = self
            .given
            .entry(identity)
            .or_insert((second(event.timestamp), 0));
        let is_new = number > *known;
        *known = number.max(*known);
        is_new
    }

    /// Forgets what is older, now and then.
    pub(super) fn make_room(&mut self, moment: Timestamp) {
        if self.given.len() > self.room.max(ROOM) {
            self.forget_before(moment);
            self.room = self.given.len() * 2;
        }
    }

    /// Forgets what is older.
    pub(super) fn forget_before(&mut self, moment: Timestamp) {
        let moment = second(moment);
        self.given.retain(|_, (at, _)| *at >= moment);
        if let Some(pushed) = &mut self.pushed {
            pushed.retain(|_, (at, _)| *at >= moment);
        }
    }
}

fn identity(event: &EventRef<'_>, by_content: bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    event.stream.hash(&mut hasher);
    match event.id.filter(|_| !by_content) {
        Some(id) => id.hash(&mut hasher),
        None => (event.timestamp, event.message).hash(&mut hasher),
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn event<'a>(names: &'a (Arc<str>, Arc<str>), written: &'a Written) -> EventRef<'a> {
        EventRef {
            group: &names.0,
            stream: &names.1,
            timestamp: Timestamp::from_millisecond(written.at).unwrap(),
            ingested: None,
            id: written.id.as_deref(),
            message: written.text,
        }
    }

    struct Written {
        at: i64,
        id: Option<String>,
        text: &'static str,
    }

    /// Which of these events, read in this order, are new.
    fn read(seen: &mut Seen, events: &[Written]) -> Vec<usize> {
        let names: (Arc<str>, Arc<str>) = ("g".into(), "s".into());
        let mut counter = Counter::default();
        let mut order: Vec<usize> = (0..events.len()).collect();
        order.sort_by_key(|index| events[*index].at);
        order.retain(|index| seen.is_new(&event(&names, &events[*index]), &mut counter));
        order
    }

    fn line(id: Option<&str>) -> Written {
        Written {
            at: 1,
            id: id.map(str::to_owned),
            text: "same",
        }
    }

    #[test]
    fn without_ids_equal_lines_are_told_apart_by_their_number() {
        let mut seen = Seen::default();
        assert_eq!(read(&mut seen, &[line(None), line(None)]), [0, 1]);
        assert!(read(&mut seen, &[line(None), line(None)]).is_empty());
        assert_eq!(read(&mut seen, &[line(None), line(None), line(None)]), [2]);
    }

    #[test]
    fn with_ids_a_repetition_is_the_same_event() {
        let mut seen = Seen::default();
        assert_eq!(read(&mut seen, &[line(Some("7")), line(Some("7"))]), [0]);
        assert_eq!(read(&mut seen, &[line(Some("7")), line(Some("8"))]), [1]);
    }

    #[test]
    fn what_is_forgotten_is_new_again() {
        let mut seen = Seen::default();
        read(&mut seen, &[line(None)]);
        // Of the second that the event carries all is kept.
        seen.forget_before(Timestamp::from_millisecond(999).unwrap());
        assert!(read(&mut seen, &[line(None)]).is_empty());
        seen.forget_before(Timestamp::from_second(1).unwrap());
        assert_eq!(read(&mut seen, &[line(None)]), [0]);
    }

    #[test]
    fn what_was_pushed_is_not_given_again_and_what_was_read_is_not_pushed() {
        let names: (Arc<str>, Arc<str>) = ("g".into(), "s".into());
        let mut seen = Seen::default();
        seen.expect_pushed();
        let push = |seen: &mut Seen| seen.is_new_pushed(&event(&names, &line(None)));
        assert!(push(&mut seen));
        // The same event as it is read, with an id; and one that was not pushed.
        assert!(read(&mut seen, &[line(Some("1"))]).is_empty());
        assert_eq!(read(&mut seen, &[line(Some("1")), line(Some("2"))]), [1]);
        // Late comes the push of what was read; then a third one.
        assert!(!push(&mut seen));
        assert!(push(&mut seen));
        let three = [line(Some("1")), line(Some("2")), line(Some("3"))];
        assert!(read(&mut seen, &three).is_empty());
    }

    proptest! {
        #[test]
        fn however_readings_overlap_each_event_is_given_once(
            written in prop::collection::vec((0..3_i64, any::<bool>(), 0..2_usize), 0..30),
            cuts in prop::collection::vec(0..30_usize, 1..6),
        ) {
            let events: Vec<Written> = written
                .iter()
                .enumerate()
                .map(|(index, (at, with_id, text))| Written {
                    at: *at,
                    id: with_id.then(|| index.to_string()),
                    text: ["a", "b"][*text],
                })
                .collect();
            // Readings of a growing log: each sees a prefix, the last sees all.
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(events.len())).collect();
            cuts.sort_unstable();
            cuts.push(events.len());
            let mut seen = Seen::default();
            let given: usize = cuts.iter().map(|cut| read(&mut seen, &events[..*cut]).len()).sum();
            prop_assert_eq!(given, events.len());
        }
    }
}
