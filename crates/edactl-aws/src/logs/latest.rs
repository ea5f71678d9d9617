//! Where the last lines of a group begin: a guess in one call, to be held against a whole reading.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    error::AwsError,
    limiter::Lane,
    logs::{
        LogsClient,
        batch::{Batch, Millis},
        fetch::{PageRequest, unreadable},
    },
};

/// So many events are asked for: enough for the last lines, also where some are filtered out here.
const EVENTS: i32 = 2_000;

impl LogsClient {
    /// A moment from which on the groups hold a couple of thousand events at most, or all that they
    /// hold. An endpoint that does not know `startFromHead` makes it a wrong guess: whoever uses it
    /// has to read on from there ([`LogsClient::history_of_a_page`]) and see. `None`: no guess.
    ///
    /// # Errors
    /// When AWS stays out of reach, or refuses for another reason than the request.
    pub async fn latest_from(
        &self,
        groups: &[String],
        (from, until): (Timestamp, Timestamp),
        pattern: Option<&str>,
    ) -> Result<Option<Timestamp>, AwsError> {
        let mut guess = None;
        for group in groups {
            let group: Arc<str> = group.as_str().into();
            let span = from.as_millisecond().max(0)..until.as_millisecond().saturating_add(1);
            let request = PageRequest {
                group: Arc::clone(&group),
                start: span.start,
                end: span.end,
                pattern: pattern.map(Into::into),
                token: None,
                lane: Lane::Foreground,
                latest: Some(EVENTS),
            };
            // A refusal may be of the direction, or of the group's class.
            let Ok(Some(json)) = self.page(&request).await else {
                return Ok(None);
            };
            let mut batch = Batch::new(Arc::clone(&group));
            batch
                .read_page(&json, span)
                .map_err(|error| unreadable(&group, &error))?;
            batch.settle();
            guess = guess.max(beginning(&batch));
        }
        Ok(guess.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }
}

/// The time of an event that has some before it in the answer: at the answer's own begin events
/// may have been left out.
fn beginning(batch: &Batch) -> Option<Millis> {
    let event = batch.get(batch.len() / 10)?;
    Some(event.timestamp.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_leaves_out_what_may_be_cut() {
        let mut batch = Batch::new("g".into());
        assert_eq!(beginning(&batch), None);
        for at in 0..100 {
            batch.add("s", (at, None), "m").unwrap();
        }
        assert_eq!(beginning(&batch), Some(10));
    }
}
