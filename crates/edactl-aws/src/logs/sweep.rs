//! Sweeps: the whole settling window again and again in the background, at a share of the quota, for
//! the events that became readable too late for a look at the recent ones.

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    error::AwsError,
    limiter::Lane,
    logs::{
        batch::Batch,
        dedup::Counter,
        merge::EventSink,
        reader::Reader,
        tail::{Pass, Tail, before},
    },
};

/// The newest events are left to the looks, so that a sweep does not overtake them.
const NEWEST: SignedDuration = SignedDuration::from_secs(3);

/// The sweeps of a tail.
#[derive(Debug, Default)]
pub(super) struct Sweeps {
    running: Option<Sweep>,
    /// When the next one may begin; at once where none was.
    due: Option<Instant>,
}

#[derive(Debug)]
struct Sweep {
    began: Timestamp,
    found: mpsc::Receiver<Found>,
    counters: Vec<Counter>,
    _task: JoinSet<()>,
}

#[derive(Debug)]
enum Found {
    /// Events of the group of this index, in order.
    Events(usize, Batch),
    End(Pass),
    Failed(AwsError),
}

/// A part of what a sweep found, for [`Tail::take_swept`].
#[derive(Debug)]
pub struct Swept(Found);

impl Tail {
    /// Waits for the next part of a sweep; one begins when it is due. Nothing is lost when this
    /// future is dropped. Before the first pass nothing ever comes.
    pub async fn next_swept(&mut self) -> Swept {
        let Some(last) = self.last else {
            return std::future::pending().await;
        };
        if self.sweeps.running.is_none() {
            if let Some(due) = self.sweeps.due {
                sleep_until(due).await;
            }
            self.sweeps.running = Some(self.begin_sweep(last));
        }
        let found = match &mut self.sweeps.running {
            Some(sweep) => sweep.found.recv().await,
            None => None,
        };
        // The task says how it ends; one that was torn down with its runtime needs no word.
        match found {
            Some(found) => Swept(found),
            None => std::future::pending().await,
        }
    }

    fn begin_sweep(&self, last: Timestamp) -> Sweep {
        let until = last.checked_sub(NEWEST).unwrap_or(last);
        let readers: Vec<Reader> = self
            .groups
            .iter()
            .map(|group| {
                let span = (group.from, until);
                self.client
                    .reader(&group.name, self.pattern(), span, Lane::Background)
            })
            .collect();
        let counters = readers.iter().map(|_| Counter::default()).collect();
        let names: Vec<_> = self.groups.iter().map(|group| group.name.clone()).collect();
        let (tell, found) = mpsc::channel(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            let mut pass = Pass::default();
            for (index, mut reader) in readers.into_iter().enumerate() {
                while let Some(read) = reader.next().await {
                    let (part, is_end) = match read {
                        Ok(batch) => (Found::Events(index, batch), false),
                        Err(error) => (Found::Failed(error), true),
                    };
                    if tell.send(part).await.is_err() || is_end {
                        return;
                    }
                }
                pass.add(&reader, &names[index]);
            }
            // Nobody who listens is left where this fails.
            let _ = tell.send(Found::End(pass)).await;
        });
        Sweep {
            began: last,
            found,
            counters,
            _task: task,
        }
    }

    /// Gives the new ones of what was found to the sink. At the end of a sweep: how it went.
    ///
    /// # Errors
    /// When AWS refused the sweep, or stayed out of reach. The next one begins where this one did.
    pub fn take_swept(
        &mut self,
        swept: Swept,
        sink: &mut impl EventSink,
    ) -> Result<Option<Pass>, AwsError> {
        let rested = Instant::now() + self.request.sweep_every;
        match swept.0 {
            Found::Events(index, batch) => {
                let Some(sweep) = &mut self.sweeps.running else {
                    return Ok(None);
                };
                let seen = &mut self.groups[index].seen;
                for place in 0..batch.len() {
                    if let Some(event) = batch.get(place)
                        && seen.is_new(&event, &mut sweep.counters[index])
                    {
                        sink.take(event);
                    }
                }
                Ok(None)
            }
            Found::Failed(error) => {
                self.sweeps.running = None;
                self.sweeps.due = Some(rested);
                Err(error)
            }
            Found::End(mut pass) => {
                let began = self.sweeps.running.take().map(|sweep| sweep.began);
                self.sweeps.due = Some(rested);
                if let Some(began) = began {
                    self.settle(&pass, before(began, self.request.settle));
                    pass.whole_at = (pass.unfinished == 0).then_some(began);
                }
                Ok(Some(pass))
            }
        }
    }

    /// How long to rest between two sweeps from now on.
    pub fn sweep_every(&mut self, rest: std::time::Duration) {
        self.request.sweep_every = rest;
    }
}
