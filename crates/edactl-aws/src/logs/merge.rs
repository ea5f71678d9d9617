//! Several groups' events as one sequence.

use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::{
    error::AwsError,
    logs::{
        batch::{Batch, EventRef},
        reader::Reader,
    },
};

/// The sink may pause after so many events: what it holds until then is megabytes.
const PIECE: usize = 8_192;

/// What comes next of one reader.
struct Head {
    reader: usize,
    batch: Batch,
    place: usize,
}

impl Head {
    fn key(&self) -> Option<Key> {
        self.batch
            .get(self.place)
            .map(|event| key(&event, self.reader))
    }
}

/// By time, ingestion, reader.
type Key = (Timestamp, Option<Timestamp>, usize);

fn key(event: &EventRef<'_>, reader: usize) -> Key {
    (event.timestamp, event.ingested, reader)
}

/// Takes events as they come.
pub trait EventSink {
    /// Takes one event.
    fn take(&mut self, event: EventRef<'_>);

    /// Called now and then between events: the place to wait for a slow writer. The reading ends
    /// when this breaks off.
    fn pause(&mut self) -> impl Future<Output = ControlFlow<()>>;
}

/// Gives the readers' events that `wanted` wants to the sink, in the order of time and ingestion. It
/// is asked with the reader's index and how many windows that reader could not read to their end.
pub(super) async fn merge(
    readers: &mut [Reader],
    mut wanted: impl FnMut(usize, &EventRef<'_>, u64) -> bool,
    sink: &mut impl EventSink,
) -> Result<ControlFlow<()>, AwsError> {
    let mut heads: Vec<Head> = Vec::with_capacity(readers.len());
    let mut taken = 0;
    let mut exhausted: Vec<usize> = (0..readers.len()).rev().collect();
    loop {
        // No event can be given before the first of every reader is known.
        while let Some(reader) = exhausted.pop() {
            if let Some(batch) = readers[reader].next().await {
                heads.push(Head {
                    reader,
                    batch: batch?,
                    place: 0,
                });
            }
        }
        heads.sort_by_key(Head::key);
        let Some((first, others)) = heads.split_first_mut() else {
            return Ok(sink.pause().await);
        };
        let limit = others.first().and_then(Head::key);
        let unfinished = readers[first.reader].unfinished;
        while let Some(event) = first.batch.get(first.place) {
            if limit.is_some_and(|limit| key(&event, first.reader) > limit) {
                break;
            }
            if wanted(first.reader, &event, unfinished) {
                sink.take(event);
            }
            first.place += 1;
            taken += 1;
            if taken == PIECE {
                taken = 0;
                if sink.pause().await.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        if first.key().is_none() {
            exhausted.push(heads.swap_remove(0).reader);
            if sink.pause().await.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}
