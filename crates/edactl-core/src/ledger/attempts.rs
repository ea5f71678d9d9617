//! The attempts at payloads that the consumer's log shows, and failures that show none.

use jiff::Timestamp;
#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::ledger::{Failure, InvocationIndex, Ledger, MessageIndex, invocations::RunStatus, time};

/// One delivery of a payload to the consumer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "read", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct Attempt {
    /// The payload: its number in the run, from 1, in JSON.
    #[serde(rename = "seq", with = "crate::run::from_one")]
    #[cfg_attr(feature = "schema", schemars(with = "u64", range(min = 1)))]
    pub message: MessageIndex,
    /// When the log first shows it there, by AWS's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "crate::schema::in_millis_if_any")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::UtcTime>"))]
    pub at: Option<Timestamp>,
    /// The invocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When the invocation ended, by AWS's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(serialize_with = "crate::schema::in_millis_if_any")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::UtcTime>"))]
    pub ended: Option<Timestamp>,
    /// The error told of it: certain where Lambda said so, else a suspicion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether Lambda itself said that the invocation failed.
    #[serde(default)]
    pub is_failed: bool,
}

/// An invocation of the consumer that failed, or told an error, in the time of the run, and shows
/// none of its payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnseenFailure<'a> {
    /// Its request id, where its log tells it.
    pub request_id: Option<Uuid>,
    /// Its first line, by AWS's clock.
    pub at: Option<Timestamp>,
    /// The error.
    pub error: &'a Failure,
}

impl Ledger {
    /// The failures of the consumer since the run began that show none of its payloads, in no order.
    pub fn unseen_failures(&self) -> impl Iterator<Item = UnseenFailure<'_>> {
        let failures = self.invocations.failures_of_others(self.earliest());
        failures.map(|(request_id, first, error)| UnseenFailure {
            request_id,
            at: time(first),
            error,
        })
    }

    /// Whether the consumer ran since the run began without showing any of its payloads.
    #[must_use]
    pub fn ran_without_payload(&self) -> bool {
        self.invocations.any_of_others(self.earliest())
    }

    /// The attempts at a payload that the consumer's log shows, in no order. Of equal payloads
    /// that only their content tells, all attempts at any of them.
    pub fn attempts(&self, message: MessageIndex) -> impl Iterator<Item = Attempt> + '_ {
        self.deliveries(message)
            .map(move |(invocation, first, error)| Attempt {
                message,
                at: time(first),
                request_id: self.invocations.id(invocation).map(|id| id.to_string()),
                ended: time(self.invocations.end_of(invocation)),
                error: error.map(|error| error.text.to_string()),
                is_failed: self.invocations.status(invocation) == RunStatus::Failed,
            })
    }

    /// The last error about a payload, with its place.
    #[must_use]
    pub fn last_failure(&self, message: MessageIndex) -> Option<&Failure> {
        self.deliveries(message)
            .filter_map(|(_, first, error)| Some((first, error?)))
            .max()
            .map(|(_, error)| error)
    }

    /// When the log first shows a payload, and when the delivery ended that succeeded first, as far
    /// as is known, of one that was taken: the first without an error, else the last.
    #[must_use]
    pub fn seen_and_done(
        &self,
        message: MessageIndex,
        is_taken: bool,
    ) -> (Option<Timestamp>, Option<Timestamp>) {
        let deliveries = || self.deliveries(message);
        let seen = deliveries().filter_map(|(_, at, _)| time(at)).min();
        if !is_taken {
            return (seen, None);
        }
        let without_error = deliveries().filter(|(.., error)| error.is_none());
        let success = without_error
            .min_by_key(|(_, at, _)| *at)
            .or_else(|| deliveries().max_by_key(|(_, at, _)| *at));
        let done = success.and_then(|(invocation, ..)| time(self.invocations.end_of(invocation)));
        (seen, done)
    }

    fn deliveries(
        &self,
        message: MessageIndex,
    ) -> impl Iterator<Item = (InvocationIndex, i64, Option<&Failure>)> + '_ {
        let own = self.receipts.of(message).map(move |receipt| {
            let told = self.receipts.error(message, receipt.invocation);
            (receipt.invocation, receipt.at, told)
        });
        let shared = self.group_of(message).into_iter().flat_map(|group| {
            let sightings = self.groups.sightings(group).iter();
            sightings.map(|sighting| (sighting.invocation, sighting.first, sighting.error()))
        });
        own.chain(shared).map(|(invocation, first, told)| {
            let error = told.or_else(|| self.invocations.failure(invocation));
            (invocation, first, error)
        })
    }
}
