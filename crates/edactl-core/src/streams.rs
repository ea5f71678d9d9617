//! Which streams of a log group are the consumer's own: only those prove a receipt.

use std::collections::{HashMap, HashSet};

use crate::line::{Owner, stream_owner};

/// Tells the consumer's streams from those of the producer, a dead-letter handler, another
/// function in the same group, or whatever else writes there.
#[derive(Debug, Clone, Default)]
pub struct ConsumerStreams {
    function: String,
    /// The producer's own invocations, as its answers named them.
    producer_requests: HashSet<String>,
    known: HashMap<String, bool>,
}

impl ConsumerStreams {
    /// The streams of this function, which is none of the producer's invocations with these
    /// request ids.
    #[must_use]
    pub fn new(function: &str, producer_requests: HashSet<String>) -> Self {
        Self {
            function: function.to_owned(),
            producer_requests,
            known: HashMap::new(),
        }
    }

    /// Whether a line of this stream is the consumer's.
    pub fn is_consumers(&mut self, stream: &str, text: &str) -> bool {
        if let Some(known) = self.known.get_mut(stream) {
            if *known && self.producer_requests_in(text) {
                self.known.insert(stream.to_owned(), false);
                return false;
            }
            return self.known[stream];
        }
        let by_name = match stream_owner(stream) {
            Owner::Function(name) => name == self.function,
            Owner::Unnamed => true,
            Owner::NotLambda => false,
        };
        let is_own = by_name && !self.producer_requests_in(text);
        self.known.insert(stream.to_owned(), is_own);
        is_own
    }

    /// Whether Lambda says in this line that one of the producer's invocations began.
    fn producer_requests_in(&self, text: &str) -> bool {
        if self.producer_requests.is_empty() {
            return false;
        }
        let id = if let Some(rest) = text.strip_prefix("START RequestId: ") {
            rest.get(..36)
        } else if text.starts_with('{') && text.contains("platform.start") {
            text.split_once("\"requestId\":\"")
                .and_then(|(_, rest)| rest.get(..36))
        } else {
            None
        };
        id.is_some_and(|id| self.producer_requests.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef";
    const PRODUCER: &str = "5eda0c71-0000-4000-8000-000000000001";

    #[test]
    fn only_the_consumers_own_streams_count() {
        let mut streams = ConsumerStreams::new("orders", HashSet::from([PRODUCER.to_owned()]));
        for (stream, is_own) in [
            (OWN, true),
            ("2026/11/24/orders[7]0123456789abcdef", true),
            ("2026/11/24/orders-producer[$LATEST]0123456789abcdef", false),
            ("collector/2026-11-26", false),
            ("2026/11/24/[$LATEST]", false),
            ("i-0123456789", false),
        ] {
            assert_eq!(streams.is_consumers(stream, "hello"), is_own, "{stream}");
        }
    }

    #[test]
    fn a_stream_in_which_the_producer_began_is_not_the_consumers() {
        for text in [
            format!("START RequestId: {PRODUCER} Version: $LATEST"),
            format!(r#"{{"type":"platform.start","record":{{"requestId":"{PRODUCER}"}}}}"#),
        ] {
            let producers = HashSet::from([PRODUCER.to_owned()]);
            let mut streams = ConsumerStreams::new("orders", producers);
            assert!(streams.is_consumers(OWN, "hello"));
            assert!(!streams.is_consumers(OWN, &text));
            assert!(!streams.is_consumers(OWN, "hello"));
        }
    }
}
