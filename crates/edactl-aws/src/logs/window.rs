//! A window of time in one log group: where it is read, and what its reading comes to.

use std::{ops::RangeInclusive, sync::Arc};

use crate::{
    limiter::Lane,
    logs::{
        LogsClient,
        batch::{Batch, Millis},
    },
};

/// The most events of one page (10,000 events, 1 MB of JSON).
pub(super) const FULL_PAGE: usize = 10_000;

/// First and last millisecond.
pub(super) type Window = RangeInclusive<Millis>;

#[derive(Debug)]
pub(super) enum ReadOutcome {
    Whole {
        batch: Batch,
        /// The one millisecond holds more than the endpoint gives.
        gap: bool,
        /// The pages led back to one that was read: what comes after is unknown.
        looped: bool,
        /// How many events the fullest of its pages held that had another after it.
        page: Option<usize>,
    },
    TooMuch {
        /// How many events were met, and how many a page held.
        events: usize,
        page: usize,
        /// The first and last millisecond of what was seen of the window.
        extent: (Millis, Millis),
    },
    /// The window's beginning, whole: as many events as one answer holds.
    Begun {
        batch: Batch,
        /// The last millisecond of it.
        until: Millis,
        /// That millisecond holds more than the endpoint gives.
        gap: bool,
    },
    MissingGroup,
}

/// Where and what to read.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub client: LogsClient,
    pub group: Arc<str>,
    pub pattern: Option<Arc<str>>,
    pub lane: Lane,
}
