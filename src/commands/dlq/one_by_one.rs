//! Working through the dead-letter queue letter by letter: sending each again and then deleting it,
//! or only deleting it. What is done is recorded before and after.

mod receive;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Desk, resent::Resent};
use crate::{
    commands::Error,
    interrupt::Interrupt,
    render::{dlq_redrive::Summary, progress::Progress, table::counted},
    store::{
        dead_letters::{Origins, Seen},
        redrives::{How, LetterRecord, LetterState, RedriveHead, RedriveLine, RedriveRecorder},
    },
};
use edactl_aws::dead_letters::{BATCH, Letter, Sent};
use edactl_core::{
    event::marker::RunId,
    run::Ending,
    topology::queue::{is_fifo, queue_name},
};

/// What one batch may hold: below the least limit that queues have had.
const BATCH_BYTES: usize = 256 * 1024;
/// How long a letter is hidden while it is worked on: longer than all calls for it may take.
const HIDE: Duration = Duration::from_mins(1);
/// The embedded queue answers at once.
const EMBEDDED_HIDE: Duration = Duration::from_secs(5);
/// How long a batch may still take after Ctrl-C.
const LAST_WORK: Duration = Duration::from_millis(800);

/// What is done with each letter that is meant.
#[derive(Debug, Clone, Copy)]
pub enum Work<'a> {
    /// Send it to where it came from, or to the queue at this URL, then delete it.
    Resend {
        /// The URL.
        to: Option<&'a str>,
        /// Whether letters of other queues than the pipeline's are meant, too.
        any_source: bool,
        /// At most this many a second.
        rate: Option<u32>,
        /// Whether the log is to tell the new attempts from those before by their time.
        apart: bool,
    },
    /// Delete it.
    Delete,
}

/// What it came to, beside the record.
#[derive(Debug, Default)]
pub struct Done {
    /// How many letters were looked at.
    pub looked_at: u64,
    /// How many of them were not meant.
    pub untouched: u64,
    /// How many came from other queues than the pipeline's.
    pub other_sources: u64,
    /// Letters that an earlier redrive had sent already; they were only deleted now.
    pub finished: u64,
    /// Letters that this redrive had sent, and that are dead again meanwhile.
    pub dead_again: u64,
    /// The run of the letters that are on the pipeline's queue now.
    pub run: Option<RunId>,
    /// Letters that are on other queues now.
    pub elsewhere: u64,
    /// Whether Ctrl-C ended it.
    pub interrupted: bool,
    /// Whether the deadline ended it.
    pub time_up: bool,
    /// Why it was given up.
    pub given_up: Option<String>,
}

impl Done {
    /// The same, to be shown.
    #[must_use]
    pub fn summary(&self) -> Summary<'_> {
        Summary {
            looked_at: self.looked_at,
            untouched: self.untouched,
            other_sources: self.other_sources,
            finished: self.finished,
            dead_again: self.dead_again,
            given_up: self.given_up.as_deref(),
        }
    }
}

/// Where a letter goes.
enum Target {
    Queue(String),
    OtherSource,
    Unknown(String),
}

/// One pass through the queue.
pub struct Worker<'d, 'a> {
    desk: &'d Desk<'a>,
    work: Work<'d>,
    /// The record.
    pub recorder: RedriveRecorder,
    /// What it came to.
    pub done: Done,
    /// What was sent again.
    resent: Resent,
    /// What earlier redrives of this queue have recorded of letters.
    earlier: HashMap<String, LetterRecord>,
    /// The ids under which letters were sent again.
    new_ids: HashSet<String>,
    /// URLs of queues by ARN.
    urls: HashMap<String, Result<String, String>>,
    /// Where letters go that do not say where they came from.
    fallback: Option<String>,
    /// Groups of which a letter stays: what follows it must not overtake it.
    stuck: HashSet<String>,
    /// Message ids of the letters looked at.
    known: HashSet<String>,
    /// Handles of letters that stay.
    stay: Vec<String>,
    hide: Duration,
    /// The last letters were received not later than this, by AWS's clock.
    dead_until: Timestamp,
}

impl<'d, 'a> Worker<'d, 'a> {
    /// Begins a pass, and its record.
    ///
    /// # Errors
    /// When it cannot be recorded, or AWS refuses what is needed.
    pub async fn begin(desk: &'d Desk<'a>, work: Work<'d>) -> Result<Self, Error> {
        let now = Timestamp::now();
        let how = match work {
            Work::Resend { .. } => How::OneByOne,
            Work::Delete => How::Delete,
        };
        let mut earlier = HashMap::new();
        for redrive in desk.store.redrives() {
            if redrive.head.dlq == desk.url {
                earlier.extend(redrive.letters);
            }
        }
        let fallback = desk.fallback().await?;
        let id = RunId::new(now, rand::random());
        let head = RedriveHead::new(id, now, &desk.context.pipeline.name, &desk.url, how);
        Ok(Self {
            desk,
            work,
            recorder: desk.store.begin_redrive(head)?,
            done: Done::default(),
            resent: Resent::default(),
            earlier,
            new_ids: HashSet::new(),
            urls: HashMap::new(),
            fallback,
            stuck: HashSet::new(),
            known: HashSet::new(),
            stay: Vec::new(),
            hide: if desk.context.embedded {
                EMBEDDED_HIDE
            } else {
                HIDE
            },
            dead_until: desk.context.latest_by_aws(now),
        })
    }

    /// Goes through up to `limit` letters.
    ///
    /// # Errors
    /// When AWS refuses to show letters, or the record cannot be written. What was done is recorded.
    pub async fn run(&mut self, limit: usize, progress: &mut Progress) -> Result<(), Error> {
        let mut interrupt = self.desk.interrupt.clone();
        let worked = self.work_through(limit, progress, &mut interrupt).await;
        progress.clear();
        let stay = std::mem::take(&mut self.stay);
        // Where it fails they come back by themselves.
        let _ = tokio::time::timeout(LAST_WORK, self.desk.letters.give_back(&stay)).await;
        self.record_run()?;
        worked?;
        let how = if self.done.interrupted || self.done.time_up {
            Ending::Interrupted
        } else {
            Ending::Complete
        };
        self.recorder.record(vec![RedriveLine::Ended {
            at: Timestamp::now(),
            how,
            moved: None,
        }])?;
        Ok(())
    }

    /// Records what was sent again as a run, also where the redrive was broken off: without one
    /// nothing could prove it.
    fn record_run(&mut self) -> Result<(), Error> {
        let pipeline = &self.desk.context.pipeline;
        let (run, elsewhere) = self.resent.run(self.recorder.redrive(), pipeline);
        self.done.elsewhere = elsewhere;
        if let Some((plan, lines)) = run.filter(|_| pipeline.consumer.is_some()) {
            let mut recorder = self.desk.store.begin(&plan)?;
            for line in &lines {
                recorder.add(line)?;
            }
            recorder.flush()?;
            self.done.run = Some(plan.run);
        }
        Ok(())
    }

    async fn work_through(
        &mut self,
        limit: usize,
        progress: &mut Progress,
        interrupt: &mut Interrupt,
    ) -> Result<(), Error> {
        let desk = self.desk;
        let began = Instant::now();
        let deadline = desk.deadline();
        let mut origins = Origins::new(&desk.store);
        let at_once = match self.work {
            Work::Resend {
                rate: Some(rate), ..
            } => rate as usize,
            Work::Resend { apart: true, .. } => receive::GATHERED,
            _ => BATCH,
        };
        while self.known.len() < limit && self.done.given_up.is_none() {
            let received_at = Instant::now();
            let most = at_once.min(limit - self.known.len());
            let received = tokio::select! {
                received = self.receive(most) => received?,
                () = interrupt.wait() => {
                    self.done.interrupted = true;
                    break;
                }
                () = sleep_until(deadline) => {
                    if self.known.is_empty() {
                        return Err(desk.unanswered());
                    }
                    self.done.time_up = true;
                    break;
                }
            };
            self.dead_until = desk.context.latest_by_aws(Timestamp::now());
            let mut meant = Vec::new();
            let mut is_new = false;
            for letter in received {
                if self.new_ids.contains(&letter.message_id) {
                    // Sending it again and again would never end.
                    self.done.dead_again += 1;
                    self.stay.push(letter.receipt_handle);
                    continue;
                }
                if !self.known.insert(letter.message_id.clone()) {
                    self.stay.push(letter.receipt_handle);
                    continue;
                }
                is_new = true;
                let origin = origins.of(&letter);
                if desk.choice.fits(&letter, origin.as_ref(), Timestamp::now()) {
                    meant.push(Seen { letter, origin });
                } else {
                    self.done.untouched += 1;
                    self.stay.push(letter.receipt_handle);
                }
            }
            self.done.looked_at = self.known.len() as u64;
            if !is_new {
                break;
            }
            if let Some(pause) = self.pause().filter(|_| !meant.is_empty()) {
                tokio::select! {
                    () = sleep(pause) => {}
                    () = interrupt.wait() => {
                        self.done.interrupted = true;
                        self.stay.extend(meant.into_iter().map(|seen| seen.letter.receipt_handle));
                        break;
                    }
                }
            }
            let worked = tokio::select! {
                worked = self.work_on(meant, received_at) => worked,
                () = async { interrupt.wait().await; sleep(LAST_WORK).await } => {
                    self.done.interrupted = true;
                    break;
                }
                () = sleep_until(deadline + LAST_WORK) => {
                    self.done.time_up = true;
                    break;
                }
            };
            worked?;
            let worked = self.recorder.redrive().letters.len() as u64;
            progress.show(
                began.elapsed(),
                &format!(
                    "{} of {} looked at, {} worked on",
                    self.done.looked_at,
                    counted(desk.facts.counters.visible.unwrap_or_default(), "letter"),
                    worked
                ),
            );
        }
        Ok(())
    }

    /// Works on the letters of one receive.
    async fn work_on(&mut self, meant: Vec<Seen>, received_at: Instant) -> Result<(), Error> {
        if let Work::Delete = self.work {
            let letters: Vec<_> = meant.iter().collect();
            for batch in letters.chunks(BATCH) {
                self.delete(batch, |_| None).await?;
            }
            return Ok(());
        }
        let mut finish = Vec::new();
        let mut batches: Vec<(String, Vec<&Seen>)> = Vec::new();
        for seen in &meant {
            if let Some(earlier) = self.earlier.get(&seen.letter.message_id)
                && earlier.state.new_id().is_some()
            {
                // It was dead until it was sent, though its letter is still there.
                let sent = earlier.queued.as_ref();
                let until = sent.map(|sent| self.desk.context.latest_by_aws(sent.at));
                let until = until.unwrap_or(self.dead_until);
                self.resent.add(seen, until, Some(earlier));
                finish.push(seen);
                continue;
            }
            match self.target(&seen.letter).await {
                Target::Queue(url) => put(&mut batches, url, seen, self.desk.facts.fifo),
                Target::OtherSource => {
                    self.done.other_sources += 1;
                    self.stays(&seen.letter);
                }
                Target::Unknown(reason) => {
                    self.not_sent(seen, reason)?;
                }
            }
        }
        if !finish.is_empty() {
            let earlier = self.earlier.clone();
            let new_id = |letter: &Letter| {
                let earlier = earlier.get(&letter.message_id)?;
                earlier.state.new_id().map(str::to_owned)
            };
            self.done.finished += finish.len() as u64;
            self.delete(&finish, new_id).await?;
        }
        for (url, batch) in batches {
            // Who takes longer than letters are hidden would work on letters that others have.
            if received_at.elapsed() > self.hide / 2 {
                self.later(&batch).await;
            } else if self.done.given_up.is_some() {
                for seen in batch {
                    self.stays(&seen.letter);
                }
            } else {
                self.resend(&url, &batch).await?;
            }
        }
        Ok(())
    }

    /// Gives letters back to receive them once more.
    async fn later(&mut self, batch: &[&Seen]) {
        for seen in batch {
            self.known.remove(&seen.letter.message_id);
        }
        let handles = batch.iter().map(|seen| seen.letter.receipt_handle.clone());
        // Where it fails they come back by themselves, and may then have to wait for the next time.
        let _ = self
            .desk
            .letters
            .give_back(&handles.collect::<Vec<_>>())
            .await;
    }

    async fn resend(&mut self, url: &str, batch: &[&Seen]) -> Result<(), Error> {
        let Work::Resend { rate, .. } = self.work else {
            return Ok(());
        };
        let began = Instant::now();
        let (stuck, batch): (Vec<&Seen>, Vec<&Seen>) = batch.iter().partition(|seen| {
            let group = seen.letter.group.as_ref();
            group.is_some_and(|group| self.stuck.contains(group))
        });
        for seen in stuck {
            let reason = "a letter of its group that comes before it stays".to_owned();
            self.not_sent(seen, reason)?;
        }
        if batch.is_empty() {
            return Ok(());
        }
        let at = Timestamp::now();
        let sending = batch.iter().map(|seen| sending(seen, url, at));
        self.recorder.record(sending.collect())?;
        let letters: Vec<_> = batch.iter().map(|seen| &seen.letter).collect();
        let is_fifo = is_fifo(url);
        // The same for each attempt at this letter: SQS takes it once in five minutes.
        let deduplication =
            |letter: &Letter| is_fifo.then(|| format!("edactl-redrive-{}", letter.message_id));
        let outcomes = self.desk.letters.send(url, &letters, deduplication).await;
        let at = Timestamp::now();
        let mut lines = Vec::with_capacity(batch.len());
        let mut sent = Vec::new();
        let mut new_ids = HashMap::new();
        for (seen, outcome) in batch.iter().zip(&outcomes) {
            let state = match outcome {
                Sent::As(new_id) => {
                    new_ids.insert(seen.letter.message_id.clone(), new_id.clone());
                    self.new_ids.insert(new_id.clone());
                    self.resent.add(seen, self.dead_until, None);
                    sent.push(*seen);
                    LetterState::Sent {
                        new_id: new_id.clone(),
                    }
                }
                Sent::Refused(reason) => LetterState::NotSent {
                    reason: reason.clone(),
                },
                Sent::InDoubt(reason) => LetterState::InDoubt {
                    reason: reason.clone(),
                },
            };
            if state.new_id().is_none() {
                self.stays(&seen.letter);
            }
            lines.push(outcome_line(seen, at, state));
        }
        self.recorder.record(lines)?;
        if sent.is_empty() {
            // The next would fare no better.
            let first = outcomes.first();
            self.done.given_up = first.map(|outcome| match outcome {
                Sent::Refused(reason) | Sent::InDoubt(reason) => reason.clone(),
                Sent::As(_) => String::new(),
            });
        } else {
            self.delete(&sent, |letter| new_ids.get(&letter.message_id).cloned())
                .await?;
        }
        if let Some(rate) = rate {
            let letters = u32::try_from(batch.len()).unwrap_or(u32::MAX);
            let span = Duration::from_secs(1) / rate * letters;
            sleep(span.saturating_sub(began.elapsed())).await;
        }
        Ok(())
    }

    /// Deletes letters, and records it; `new_id` is the message id of those that were sent again.
    async fn delete(
        &mut self,
        batch: &[&Seen],
        new_id: impl Fn(&Letter) -> Option<String>,
    ) -> Result<(), Error> {
        if batch.is_empty() {
            return Ok(());
        }
        let handles: Vec<_> = batch
            .iter()
            .map(|seen| seen.letter.receipt_handle.as_str())
            .collect();
        let problems = match self.desk.letters.delete(&handles).await {
            Ok(problems) => problems,
            Err(error) => {
                self.done.given_up = Some(error.to_string());
                vec![Some(error.to_string()); batch.len()]
            }
        };
        let at = Timestamp::now();
        let left = batch.iter().zip(&problems);
        let left = left.filter(|(_, problem)| problem.is_some());
        self.stay
            .extend(left.map(|(seen, _)| seen.letter.receipt_handle.clone()));
        let lines = batch.iter().zip(problems).map(|(seen, problem)| {
            let new_id = new_id(&seen.letter);
            let state = match (problem, new_id) {
                (Some(reason), new_id) => LetterState::NotDeleted { new_id, reason },
                (None, Some(new_id)) => LetterState::Redriven { new_id },
                (None, None) => LetterState::Deleted,
            };
            outcome_line(seen, at, state)
        });
        self.recorder.record(lines.collect())?;
        Ok(())
    }

    fn stays(&mut self, letter: &Letter) {
        if let Some(group) = &letter.group {
            self.stuck.insert(group.clone());
        }
        self.stay.push(letter.receipt_handle.clone());
    }

    fn not_sent(&mut self, seen: &Seen, reason: String) -> Result<(), Error> {
        self.stays(&seen.letter);
        let state = LetterState::NotSent { reason };
        self.recorder
            .record(vec![outcome_line(seen, Timestamp::now(), state)])?;
        Ok(())
    }

    async fn target(&mut self, letter: &Letter) -> Target {
        let Work::Resend { to, any_source, .. } = self.work else {
            return Target::OtherSource;
        };
        if let Some(url) = to {
            return Target::Queue(url.to_owned());
        }
        let Some(arn) = &letter.source_arn else {
            return match &self.fallback {
                Some(url) => Target::Queue(url.clone()),
                None => Target::Unknown(
                    "it does not say which queue it came from: name one with --to".into(),
                ),
            };
        };
        let ours = self.desk.context.queue.as_ref();
        if ours.is_some_and(|ours| ours.arn != *arn) && !any_source {
            return Target::OtherSource;
        }
        if !self.urls.contains_key(arn) {
            let url = self.desk.queues.url(arn).await;
            self.urls
                .insert(arn.clone(), url.map_err(|error| error.to_string()));
        }
        match &self.urls[arn] {
            Ok(url) => Target::Queue(url.clone()),
            Err(error) => Target::Unknown(format!("{}: {error}", queue_name(arn))),
        }
    }
}

impl Desk<'_> {
    /// Where letters go that do not say where they came from. On AWS such a letter was sent here
    /// directly; emulators do not always say it of any.
    async fn fallback(&self) -> Result<Option<String>, Error> {
        if !self.url.starts_with("http://") {
            return Ok(None);
        }
        if let Some(queue) = &self.context.pipeline.queue {
            return Ok(Some(queue.url.clone()));
        }
        let sources = self.sources().await?.unwrap_or_default();
        Ok(match &sources[..] {
            [only] => Some(only.clone()),
            _ => None,
        })
    }
}

fn outcome_line(seen: &Seen, at: Timestamp, state: LetterState) -> RedriveLine {
    RedriveLine::Outcome {
        letter: seen.letter.message_id.clone(),
        place: seen.origin.as_ref().map(|origin| origin.place.clone()),
        at,
        state,
    }
}

fn sending(seen: &Seen, url: &str, at: Timestamp) -> RedriveLine {
    RedriveLine::Sending {
        letter: seen.letter.message_id.clone(),
        place: seen.origin.as_ref().map(|origin| origin.place.clone()),
        to: url.to_owned(),
        at,
    }
}

/// Puts a letter into the last batch for its queue, or into a new one. On FIFO queues each letter
/// is its own: what follows one that is refused must not overtake it.
fn put<'s>(batches: &mut Vec<(String, Vec<&'s Seen>)>, url: String, seen: &'s Seen, fifo: bool) {
    let size = |batch: &[&Seen]| -> usize { batch.iter().map(|seen| seen.letter.size()).sum() };
    let last = batches.iter_mut().rev().find(|(other, _)| *other == url);
    match last {
        Some((_, batch))
            if !fifo && batch.len() < BATCH && size(batch) + seen.letter.size() <= BATCH_BYTES =>
        {
            batch.push(seen);
        }
        _ => batches.push((url, vec![seen])),
    }
}
