//! Looking through the dead-letter queue: every letter once, with where it comes from. The letters
//! are given back at the end.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use tokio::time::sleep_until;

use super::Desk;
use crate::{
    commands::{Error, report_error},
    render::{dlq_letters::Looked, hints::hint},
    store::dead_letters::{Origins, Seen},
};
use edactl_core::humanize;

/// How long letters are hidden while a few of them are looked at.
const SHORTEST_HIDE: Duration = Duration::from_secs(5);
/// The same for a deep queue.
const LONGEST_HIDE: Duration = Duration::from_mins(2);
/// How many letters can be looked at in a second, at least.
const PER_SECOND: u64 = 50;

impl Desk<'_> {
    /// Looks at up to `limit` letters; `take` gets those that are meant, and says whether it wants
    /// more.
    pub async fn look(
        &self,
        limit: usize,
        mut take: impl FnMut(Seen) -> Result<bool, Error>,
    ) -> Result<Looked, Error> {
        let mut interrupt = self.interrupt.clone();
        let deadline = self.deadline();
        let expected = self
            .facts
            .counters
            .visible
            .unwrap_or_default()
            .min(limit as u64);
        let hide = (SHORTEST_HIDE + Duration::from_secs(expected / PER_SECOND)).min(LONGEST_HIDE);
        let now = Timestamp::now();
        let mut origins = Origins::new(&self.store);
        let mut known = HashSet::new();
        let mut handles = Vec::new();
        let mut looked = Looked::default();
        let mut wants_more = true;
        while wants_more && known.len() < limit {
            let received = tokio::select! {
                received = self.letters.receive(limit - known.len(), hide, self.wait()) => received,
                () = interrupt.wait() => {
                    looked.interrupted = true;
                    break;
                }
                () = sleep_until(deadline) => {
                    if known.is_empty() {
                        return Err(self.unanswered());
                    }
                    looked.broken_off = true;
                    break;
                }
            };
            let received = match received {
                Ok(received) => received,
                Err(error) if known.is_empty() => return Err(error.into()),
                Err(error) => {
                    looked.broken_off = true;
                    self.give_back(&handles, hide).await;
                    looked.at = known.len() as u64;
                    let error = Error::of_reading(error, true);
                    let _ = report_error(&error);
                    return Ok(looked);
                }
            };
            let before = known.len();
            for letter in received {
                // Of a letter that came again, the last handle is the one that counts.
                handles.push(letter.receipt_handle.clone());
                if !wants_more || !known.insert(letter.message_id.clone()) {
                    continue;
                }
                let origin = origins.of(&letter);
                if self.choice.fits(&letter, origin.as_ref(), now) {
                    looked.matched += 1;
                    wants_more = take(Seen { letter, origin })?;
                }
            }
            if known.len() == before {
                looked.to_the_end = true;
                break;
            }
        }
        looked.at = known.len() as u64;
        if looked.at > 0 {
            self.give_back(&handles, hide).await;
        }
        Ok(looked)
    }

    /// Gives letters back, and says what looking at them has changed. Without the right to it, they
    /// come back by themselves.
    async fn give_back(&self, handles: &[String], hide: Duration) {
        let given = tokio::time::timeout(Duration::from_secs(1), self.letters.give_back(handles));
        let back = match given.await {
            Ok(Ok(())) => "they are visible again now".to_owned(),
            _ => format!("they are visible again within {}", humanize::duration(hide)),
        };
        hint(
            self.global,
            &format!(
                "looking raised the receive count of these letters by one and hid them for a \
                 moment; {back}"
            ),
        );
        if let Some(redrive) = &self.facts.redrive {
            hint(
                self.global,
                &format!(
                    "{} has a dead-letter queue itself: a letter that is received more than {} \
                     times goes there",
                    self.name(),
                    redrive.max_receives
                ),
            );
        }
    }
}
