//! Several groups' events as one sequence.

use std::ops::ControlFlow;

use jiff::Timestamp;

use super::{
    batch::{Batch, EventRef},
    reader::Reader,
};
use crate::aws::error::AwsError;

/// What comes next of one reader.
struct Head {
    reader: usize,
    batch: Batch,
    place: usize,
}

impl Head {
    fn key(&self) -> Option<(Timestamp, Option<Timestamp>, usize)> {
        let event = self.batch.get(self.place)?;
        Some((event.timestamp, event.ingested, self.reader))
    }
}

/// Gives the readers' events in the order of time and ingestion, until the taker breaks off. The
/// taker gets the reader's index with each event.
pub(super) async fn merge(
    readers: &mut [Reader],
    give: &mut impl FnMut(usize, EventRef<'_>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, AwsError> {
    let mut heads: Vec<Head> = Vec::with_capacity(readers.len());
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
            return Ok(ControlFlow::Continue(()));
        };
        let limit = others.first().and_then(Head::key);
        while first
            .key()
            .is_some_and(|key| limit.is_none_or(|limit| key <= limit))
        {
            if let Some(event) = first.batch.get(first.place)
                && give(first.reader, event).is_break()
            {
                return Ok(ControlFlow::Break(()));
            }
            first.place += 1;
        }
        if first.key().is_none() {
            exhausted.push(heads.swap_remove(0).reader);
        }
    }
}
