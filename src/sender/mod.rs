//! Sending events, for `send` and for `verify EVENT…`: read, plan, send, record.

pub mod batch;
pub mod event_text;
pub mod route;
pub mod schedule;

use std::{io, time::Duration};

use jiff::Timestamp;
use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};

use crate::{
    cli::SendingArgs,
    context::Context,
    error::Error,
    interrupt::Interrupt,
    render::{progress::Progress, table::counted},
    sender::{
        batch::Batch,
        route::{Reply, Route, Target, Told},
        schedule::Schedule,
    },
    sources,
    store::{Recorder, RunStore},
};
use edactl_aws::error::AwsError;
use edactl_core::{
    event::{MAX_MESSAGE_BYTES, equal_messages, marker::Markers},
    humanize::count,
    run::{Ending, Line, Outcome as RunOutcome, Plan, Run, pace::Pace},
};

/// After an interrupt, answers under way have this long to come in.
const GRACE: Duration = Duration::from_millis(700);
/// How many invocations may be under way at once where nobody says so.
const CONCURRENCY: u16 = 4;
/// The same with a rate, which is to be kept however long answers take.
const CONCURRENCY_OF_RATE: u16 = 256;

/// Plans a run of these events, holding them against the limits of Lambda and the queue.
///
/// # Errors
/// When an event or a payload is too large, or the queue would swallow some.
pub fn plan(context: &Context, batch: &Batch, route: &Route) -> Result<Plan, Error> {
    let mut plan = batch.plan(context.pipeline.clone())?;
    plan.front_door = route.place();
    let limit = context.queue.as_ref().map(|queue| queue.message_limit);
    check_sizes(&plan, batch, limit)?;
    check_deduplication(context, batch, plan.repeat)?;
    Ok(plan)
}

/// A FIFO queue that deduplicates by content takes an equal body for the same message for five
/// minutes, and drops it without a word: the producer's send succeeds.
fn check_deduplication(context: &Context, batch: &Batch, repeat: u32) -> Result<(), Error> {
    let deduplicates = context
        .queue
        .as_ref()
        .is_some_and(|queue| queue.content_deduplication);
    let swallowed = equal_messages(batch.events(), u64::from(repeat));
    if !deduplicates || swallowed == 0 {
        return Ok(());
    }
    let queue = context.pipeline.queue.as_ref();
    let name = queue.map_or("the queue", |queue| queue.name.as_str());
    Err(Error::Usage {
        message: format!(
            "{name} deduplicates by content, so it would swallow {} equal to an earlier one",
            counted(swallowed, "message")
        ),
        hint: "let them carry markers (objects do, without --no-marker; other payloads with \
            {{marker}}), or send each once"
            .into(),
    })
}

/// A shape that was given, where an answer refutes it: a producer that sent more messages than the
/// event becomes made something else of it.
///
/// # Errors
/// When an answer does.
pub fn check_answers(run: &Run) -> Result<(), Error> {
    for (number, invocation) in (0..).zip(&run.invocations) {
        let event = &run.plan.events[run.plan.event_of(number)];
        let Some(RunOutcome::Answered {
            sent: Some(sent),
            error: None,
            ..
        }) = &invocation.outcome
        else {
            continue;
        };
        if let Some(planned) = event.believed_messages().filter(|planned| sent > planned) {
            return Err(Error::Usage {
                message: format!(
                    "the producer says that it sent {}, and `messages = \"{}\"` makes {} of {}",
                    counted(*sent, "message"),
                    event.shape.messages,
                    count(planned),
                    event.origin
                ),
                hint: "give another shape with --messages, or auto, which learns it from what \
                    arrives; the run is recorded, and what was sent is on its way"
                    .into(),
            });
        }
    }
    Ok(())
}

/// Holds events against the limits, with the markers of a plan.
///
/// # Errors
/// When an event or a payload is too large.
pub fn check_sizes(plan: &Plan, batch: &Batch, limit: Option<usize>) -> Result<(), Error> {
    let marker = plan.markers().length();
    for event in batch.events() {
        event.check_sizes(marker, limit.unwrap_or(MAX_MESSAGE_BYTES))?;
    }
    Ok(())
}

/// How a send is carried out.
pub struct Sending<'a> {
    /// Where to.
    pub context: &'a Context,
    /// Where it is recorded.
    pub store: &'a RunStore,
    /// The events.
    pub batch: &'a Batch,
    /// Which way.
    pub route: &'a Route,
    /// How.
    pub args: &'a SendingArgs,
    /// When to stop beginning invocations.
    pub deadline: Option<Instant>,
}

/// What a send came to.
pub struct Sent {
    /// The run as recorded.
    pub run: Run,
    /// What made it stop early, when every further invocation would have met the same.
    pub fatal: Option<AwsError>,
    /// Whether the user ended it.
    pub interrupted: bool,
    /// The log tail of the first invocation in which the producer failed.
    pub failure_log: Option<String>,
    /// What became of the rate that was asked for.
    pub pace: Option<Pace>,
}

impl Sending<'_> {
    /// Sends what the plan says. Each invocation is recorded before it leaves and after its
    /// outcome is known.
    ///
    /// # Errors
    /// When the pipeline has no producer, or the record cannot be written: then nothing more is
    /// sent.
    pub async fn send(
        &self,
        plan: Plan,
        progress: &mut Progress,
        interrupt: &mut Interrupt,
    ) -> Result<Sent, Error> {
        if let Some(keep) = self.context.keep_runs {
            self.store.keep_for(keep, plan.began);
        }
        let target = self.route.target(self.context, self.args)?;
        let recorder = self.store.begin(&plan)?;
        let baseline = sources::baseline(self.context).await;
        let began = Instant::now();
        let mut loop_ = SendLoop::new(self, target, recorder, plan);
        loop_.record(Line::Baseline(baseline))?;
        let mut stop_at: Option<Instant> = None;
        let mut interrupted = false;
        let far = Instant::now() + Duration::from_hours(24 * 365);
        loop {
            if stop_at.is_none() {
                loop_.begin_due(Instant::now())?;
            }
            loop_.recorder.flush()?;
            let next = loop_.next_due().filter(|_| stop_at.is_none());
            if next.is_none() && loop_.active_invocation.is_empty() {
                break;
            }
            if loop_.run.plan.invocations() > 1 {
                progress.show(began.elapsed(), &loop_.state());
            }
            tokio::select! {
                biased;
                () = interrupt.wait(), if !interrupted => {
                    interrupted = true;
                    stop_at = Some(Instant::now() + GRACE);
                }
                () = sleep_until(self.deadline.unwrap_or(far)), if stop_at.is_none() => {
                    stop_at = Some(Instant::now() + GRACE);
                }
                () = sleep_until(stop_at.unwrap_or(far)), if stop_at.is_some() => {
                    loop_.abandon()?;
                    break;
                }
                Some(joined) = loop_.active_invocation.join_next(), if !loop_.active_invocation.is_empty() => {
                    loop_.finish(joined)?;
                    loop_.finish_all_answered()?;
                    if loop_.fatal.is_some() {
                        stop_at.get_or_insert(Instant::now() + self.args.invoke_timeout);
                    }
                }
                () = sleep_until(next.unwrap_or(far)), if next.is_some() => {}
            }
        }
        loop_.end(interrupted)
    }
}

struct SendLoop<'a> {
    sending: &'a Sending<'a>,
    target: Target,
    recorder: Recorder,
    run: Run,
    markers: Markers,
    /// Of each event, the number of the payload before its first, in the first round.
    before: Vec<u64>,
    schedule: Schedule,
    concurrency: usize,
    active_invocation: JoinSet<(u64, Reply)>,
    next: u64,
    fatal: Option<AwsError>,
    failure_log: Option<String>,
}

impl<'a> SendLoop<'a> {
    fn new(sending: &'a Sending<'a>, target: Target, recorder: Recorder, plan: Plan) -> Self {
        let args = sending.args;
        let unsaid = if args.rate.is_some() {
            CONCURRENCY_OF_RATE
        } else {
            CONCURRENCY
        };
        let mut before = 0;
        let payloads = plan.events.iter().map(|event| event.payloads.len() as u64);
        Self {
            sending,
            target,
            recorder,
            markers: plan.markers(),
            before: payloads
                .map(|payloads| {
                    let first = before;
                    before += payloads;
                    first
                })
                .collect(),
            run: Run::new(plan),
            schedule: Schedule::new(args.rate, (Instant::now(), Timestamp::now())),
            concurrency: usize::from(args.concurrency.unwrap_or(unsaid)),
            active_invocation: JoinSet::new(),
            next: 0,
            fatal: None,
            failure_log: None,
        }
    }

    /// Lines of one turn are written together, before anything leaves.
    fn record(&mut self, line: Line) -> Result<(), Error> {
        self.recorder.add(&line)?;
        self.run.apply(line);
        Ok(())
    }

    fn may_begin(&self) -> bool {
        self.next < self.run.plan.invocations() && self.active_invocation.len() < self.concurrency
    }

    /// When the next invocation is due, if one may begin.
    fn next_due(&self) -> Option<Instant> {
        self.schedule.due(self.next).filter(|_| self.may_begin())
    }

    /// Begins what is due. What could not begin at its time begins now: missed times are made up,
    /// as far as so many may be under way.
    fn begin_due(&mut self, now: Instant) -> Result<(), Error> {
        let mut leaving = Vec::new();
        let free = self
            .concurrency
            .saturating_sub(self.active_invocation.len());
        while leaving.len() < free && self.next_due().is_some_and(|due| due <= now) {
            let invocation = self.next;
            self.next += 1;
            let text = self.text(invocation)?;
            self.schedule.note(invocation, now);
            self.record(Line::Invoking {
                invocation,
                at: Timestamp::now(),
                scheduled: self.schedule.scheduled(invocation),
            })?;
            leaving.push((invocation, text));
        }
        self.recorder.flush()?;
        for (invocation, text) in leaving {
            let target = self.target.clone();
            self.active_invocation
                .spawn(async move { (invocation, target.send(text).await) });
        }
        Ok(())
    }

    /// The event of an invocation with its markers.
    fn text(&self, invocation: u64) -> Result<String, Error> {
        let events = self.before.len() as u64;
        let index = usize::try_from(invocation % events).unwrap_or_default();
        let of_rounds = self.run.plan.payloads_per_round() * (invocation / events);
        let first = of_rounds + self.before[index] + 1;
        let event = self.sending.batch.event(invocation)?;
        Ok(event.text(|payload| self.markers.marker(first + payload as u64)))
    }

    fn finish(&mut self, joined: Result<(u64, Reply), JoinError>) -> Result<(), Error> {
        let (invocation, reply) = joined.map_err(|error| Error::Io {
            what: "an invocation's task ended".into(),
            source: io::Error::other(error),
        })?;
        let index = usize::try_from(invocation % self.before.len() as u64).unwrap_or_default();
        let event = &self.run.plan.events[index];
        let Told {
            outcome,
            fatal,
            log_tail,
        } = reply.read(event);
        if !outcome.is_success(event) {
            self.failure_log = self.failure_log.take().or(log_tail);
        }
        if fatal.is_some() {
            self.fatal = self.fatal.take().or(fatal);
            // Every further invocation would meet the same.
            self.next = self.run.plan.invocations();
        }
        self.record(Line::Invoked {
            invocation,
            at: Timestamp::now(),
            outcome,
        })
    }

    fn finish_all_answered(&mut self) -> Result<(), Error> {
        while let Some(joined) = self.active_invocation.try_join_next() {
            self.finish(joined)?;
        }
        Ok(())
    }

    /// Leaves what is under way: it may run, so it is in doubt, which is what the record already
    /// says of it.
    fn abandon(&mut self) -> Result<(), Error> {
        self.finish_all_answered()?;
        self.active_invocation.abort_all();
        Ok(())
    }

    fn state(&self) -> String {
        let done = self.next - self.active_invocation.len() as u64;
        format!(
            "{} of {} invocations",
            count(done),
            count(self.run.plan.invocations())
        )
    }

    fn end(mut self, interrupted: bool) -> Result<Sent, Error> {
        let begun = self
            .run
            .invocations
            .iter()
            .filter(|invocation| invocation.began.is_some())
            .count() as u64;
        let all = self
            .run
            .invocations
            .iter()
            .all(|invocation| invocation.outcome.is_some());
        let how = if all {
            Ending::Complete
        } else {
            Ending::Interrupted
        };
        self.record(Line::Sent {
            at: Timestamp::now(),
            how,
        })?;
        self.recorder.flush()?;
        Ok(Sent {
            run: self.run,
            fatal: self.fatal,
            interrupted,
            failure_log: self.failure_log,
            pace: self.schedule.pace(begun),
        })
    }
}
