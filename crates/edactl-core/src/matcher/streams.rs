//! Which streams of a log group are the consumer's own: only those prove a receipt.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::{
    line::{Kind, Line, Owner, stream_owner},
    run::{Outcome, Run},
    topology::Pipeline,
    waits::Environment,
};

/// Which streams of a log group are the consumer's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsumerStreams {
    /// The consumer's name: streams that name another function, or that no Lambda wrote, are not
    /// read. `None`: every stream is, but the producer's.
    pub function: Option<String>,
    /// Whether the producer writes to the same log group: then a stream without a name counts
    /// only where every invocation of the producer is known by its request id.
    pub is_shared: bool,
    /// Whether the request ids that the producer's answers carry are not those of its log, as on
    /// emulators: then no stream without a name is known not to be the producer's.
    pub has_foreign_ids: bool,
}

impl ConsumerStreams {
    /// The streams of a pipeline's consumer.
    #[must_use]
    pub fn of(pipeline: &Pipeline) -> Self {
        let group = |function: &crate::topology::Function| function.log_group.clone();
        let consumer = pipeline.consumer.as_ref();
        Self {
            function: consumer.map(|consumer| consumer.name.clone()),
            is_shared: consumer.is_some()
                && pipeline.producer.as_ref().map(group) == consumer.map(group),
            has_foreign_ids: false,
        }
    }

    /// As this environment writes them.
    #[must_use]
    pub fn on(self, environment: Environment) -> Self {
        Self {
            has_foreign_ids: environment == Environment::Emulator,
            ..self
        }
    }
}

/// Tells the consumer's streams from those of the producer, a dead-letter handler, another
/// function in the same group, or whatever else writes there.
#[derive(Debug)]
pub(super) struct Streams {
    of: ConsumerStreams,
    /// The request ids of the producer's invocations.
    producer_requests: HashSet<String>,
    /// Whether an invocation of the producer has a request id that nobody told.
    has_unknown_producer: bool,
    /// Streams in which the producer ran.
    producers: HashSet<String>,
}

impl Streams {
    /// For a run of which the consumer's streams are not known: those that are not the producer's.
    pub fn of(run: &Run) -> Self {
        let mut streams = Self {
            of: ConsumerStreams::default(),
            producer_requests: HashSet::new(),
            has_unknown_producer: false,
            producers: HashSet::new(),
        };
        for invocation in &run.invocations {
            match &invocation.outcome {
                Some(Outcome::Answered {
                    request_id: Some(id),
                    ..
                }) => {
                    streams.producer_requests.insert(id.clone());
                }
                Some(Outcome::NotRun { .. }) => {}
                None if invocation.began.is_none() => {}
                _ => streams.has_unknown_producer = true,
            }
        }
        streams
    }

    pub fn know(&mut self, of: ConsumerStreams) {
        self.of = of;
    }

    /// Whether the line is of the consumer's own invocations.
    pub fn is_consumers(&mut self, line: &Line<'_>, stream: &str) -> bool {
        let is_candidate = match (&self.of.function, stream_owner(stream)) {
            // Its name outweighs any request id: a consumer may log the one of who sent.
            (Some(function), Owner::Function(name)) => return name == function,
            (Some(_), Owner::NotLambda) => false,
            (Some(_), Owner::Unnamed) => {
                !self.of.is_shared || !(self.has_unknown_producer || self.of.has_foreign_ids)
            }
            (None, _) => true,
        };
        is_candidate && !self.is_producers(line, stream)
    }

    /// One execution environment, so one stream, runs one function only: one line of the producer
    /// makes it the producer's.
    fn is_producers(&mut self, line: &Line<'_>, stream: &str) -> bool {
        if self.producers.contains(stream) {
            return true;
        }
        let has_its_id = line
            .request_id
            .is_some_and(|id| self.producer_requests.contains(id));
        // A consumer in a group of its own may log the request id of who sent. Lambda's own word
        // is needed there.
        let is_lambdas = matches!(line.kind, Kind::Start | Kind::End | Kind::Report(_));
        let is_producers = has_its_id && (is_lambdas || self.of.is_shared);
        if is_producers {
            self.producers.insert(stream.to_owned());
        }
        is_producers
    }
}
