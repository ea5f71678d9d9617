//! Which invocation a line belongs to that does not say so: the one under way in its log stream.

use std::{collections::HashMap, sync::Arc};

use crate::line::{Kind, Line};

/// More streams than this at once mean that their invocations never tell their end.
const MOST_STREAMS: usize = 50_000;

/// The invocation under way in each log stream.
#[derive(Debug, Default)]
pub struct ActiveInvocations(HashMap<Arc<str>, Box<str>>);

impl ActiveInvocations {
    /// Reads a stream's next line. Returns the request id of the invocation that it belongs to.
    pub fn request_id<'a>(&'a mut self, stream: &Arc<str>, line: &Line<'a>) -> Option<&'a str> {
        let Some(id) = line.request_id else {
            return self.0.get(stream).map(AsRef::as_ref);
        };
        match line.kind {
            Kind::Report(_) => {
                self.0.remove(stream);
            }
            _ if self.0.get(stream).is_some_and(|known| **known == *id) => {}
            _ => {
                if self.0.len() >= MOST_STREAMS {
                    self.0.clear();
                }
                self.0.insert(Arc::clone(stream), id.into());
            }
        }
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line;

    #[test]
    fn a_line_without_an_id_belongs_to_the_invocation_under_way() {
        let id = |number: u8| format!("169f3f51-0320-4f83-9099-ac1a414e52d{number}");
        let (one, two): (Arc<str>, Arc<str>) = ("one".into(), "two".into());
        let mut active_invocation = ActiveInvocations::default();
        let mut read = |stream, text: &str| {
            active_invocation
                .request_id(stream, &line::read(text))
                .map(str::to_owned)
        };
        assert_eq!(read(&one, "before any"), None);
        let start = format!("START RequestId: {} Version: $LATEST", id(1));
        assert_eq!(read(&one, &start), Some(id(1)));
        assert_eq!(read(&two, &start.replace(&id(1), &id(2))), Some(id(2)));
        assert_eq!(read(&one, "a print"), Some(id(1)));
        assert_eq!(read(&two, "a print"), Some(id(2)));
        let report = format!("REPORT RequestId: {}\tDuration: 1 ms", id(1));
        assert_eq!(read(&one, &report), Some(id(1)));
        assert_eq!(read(&one, "after it"), None);
    }

    #[test]
    fn the_next_id_of_a_stream_is_its_next_invocation() {
        let id = |number: u8| format!("169f3f51-0320-4f83-9099-ac1a414e52d{number}");
        let stream: Arc<str> = "one".into();
        let mut active_invocation = ActiveInvocations::default();
        for number in [1, 2] {
            let start = format!("START RequestId: {} Version: $LATEST", id(number));
            active_invocation.request_id(&stream, &line::read(&start));
            let print = line::read("a print");
            let found = active_invocation.request_id(&stream, &print);
            assert_eq!(found, Some(&*id(number)));
        }
    }

    #[test]
    fn streams_are_forgotten_only_where_a_new_one_is_too_many() {
        let start =
            line::read("START RequestId: 169f3f51-0320-4f83-9099-ac1a414e52d1 Version: $LATEST");
        let print = line::read("a print");
        let mut active_invocation = ActiveInvocations::default();
        let stream = |number: usize| -> Arc<str> { number.to_string().into() };
        for number in 0..MOST_STREAMS {
            active_invocation.request_id(&stream(number), &start);
        }
        let mut is_known = |number, line| {
            active_invocation
                .request_id(&stream(number), line)
                .is_some()
        };
        assert!(is_known(0, &print));
        // The same invocation's next line needs no more room.
        assert!(is_known(1, &start) && is_known(0, &print));
        assert!(is_known(MOST_STREAMS, &start));
        assert!(is_known(MOST_STREAMS, &print) && !is_known(0, &print));
    }
}
