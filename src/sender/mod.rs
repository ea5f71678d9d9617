//! Sending events, for `send` and for `verify EVENT…`: read, plan, invoke, record.

pub mod event_text;

use std::{io, path::Path, time::Duration};

use jiff::Timestamp;
use tokio::{
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};

use crate::{
    cli::SendingArgs,
    context::Context,
    error::Error,
    interrupt::Interrupt,
    render::{escape, progress::Progress, table::counted},
    sources,
    store::{Recorder, RunStore},
};
use edactl_aws::{
    error::{AwsError, AwsErrorKind},
    producer::{Invoked, Producer},
};
use edactl_core::{
    event::{Event, MAX_MESSAGE_BYTES, MarkerPolicy, equal_messages, marker::RunId},
    humanize::count,
    run::{Ending, Line, MAX_PAYLOADS, Outcome, Plan, Run, attribution},
};

/// After an interrupt, answers under way have this long to come in.
const GRACE: Duration = Duration::from_millis(700);

/// Reads the events that the arguments name: files, globs, `-` for stdin.
///
/// # Errors
/// When one cannot be read, or is not an event.
pub fn read_events(names: &[String], args: &SendingArgs) -> Result<Vec<Event>, Error> {
    let policy = if args.no_marker {
        MarkerPolicy::Untouched
    } else {
        MarkerPolicy::Field(args.marker_field.clone())
    };
    read_with(names, &policy)
}

/// Reads the events that the arguments name, as they are.
///
/// # Errors
/// As [`read_events`].
pub fn read_untouched(names: &[String]) -> Result<Vec<Event>, Error> {
    read_with(names, &MarkerPolicy::Untouched)
}

fn read_with(names: &[String], policy: &MarkerPolicy) -> Result<Vec<Event>, Error> {
    let mut events = Vec::new();
    for name in names {
        if name == "-" {
            let text = event_text::read_stdin(event_text::MOST_BYTES)?;
            events.push(Event::parse("stdin", &text, policy)?);
            continue;
        }
        for path in expand(name)? {
            let origin = escape::inline(&path).into_owned();
            let text = event_text::read_file(&path, &origin, event_text::MOST_BYTES)?;
            events.push(Event::parse(&origin, &text, policy)?);
        }
    }
    Ok(events)
}

/// The files that a name stands for. A name that is a file is never taken for a glob.
fn expand(name: &str) -> Result<Vec<String>, Error> {
    if !name.contains(['*', '?', '[']) || Path::new(name).exists() {
        return Ok(vec![name.to_owned()]);
    }
    let wrong = |message: String| Error::Usage {
        message,
        hint: "check the pattern, and the directory it begins in".into(),
    };
    let paths = glob::glob(name).map_err(|error| wrong(format!("`{name}`: {error}")))?;
    let mut found: Vec<String> = paths
        .flatten()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    if found.is_empty() {
        return Err(wrong(format!("no file fits `{name}`")));
    }
    found.sort();
    Ok(found)
}

/// Plans a run of these events, holding them against the limits of Lambda and the queue.
///
/// # Errors
/// When an event or an entry is too large.
pub fn plan(context: &Context, events: &[Event], args: &SendingArgs) -> Result<Plan, Error> {
    let now = Timestamp::now();
    let run = RunId::new(now, rand::random());
    let plan = Plan::new(run, now, context.pipeline.clone(), events, args.repeat);
    check_count(&plan)?;
    let limit = context.queue.as_ref().map(|queue| queue.message_limit);
    check_sizes(&plan, events, limit)?;
    check_deduplication(context, events, args)?;
    Ok(plan)
}

/// A FIFO queue that deduplicates by content takes an equal body for the same message for five
/// minutes, and drops it without a word: the producer's send succeeds.
fn check_deduplication(
    context: &Context,
    events: &[Event],
    args: &SendingArgs,
) -> Result<(), Error> {
    let deduplicates = context
        .queue
        .as_ref()
        .is_some_and(|queue| queue.content_deduplication);
    let swallowed = equal_messages(events, u64::from(args.repeat));
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
        hint: "let them carry markers (objects do, without --no-marker; other entries with \
            {{marker}}), or send each once"
            .into(),
    })
}

/// One run can be neither recorded nor proven beyond a number of messages.
///
/// # Errors
/// When there are more.
pub fn check_count(plan: &Plan) -> Result<(), Error> {
    let all = plan.payloads().max(plan.invocations());
    if all <= MAX_PAYLOADS {
        return Ok(());
    }
    Err(Error::Usage {
        message: format!(
            "this would be a run of {}, and one run has at most {}",
            counted(all, "message"),
            count(MAX_PAYLOADS)
        ),
        hint: "lower --repeat, or send several runs".into(),
    })
}

/// Holds events against the limits, with the markers of a plan.
///
/// # Errors
/// When an event or an entry is too large.
pub fn check_sizes(plan: &Plan, events: &[Event], limit: Option<usize>) -> Result<(), Error> {
    let marker = plan.markers().length();
    for event in events {
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
    pub events: &'a [Event],
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
        let function = self.context.producer()?;
        let producer = Producer::new(
            &self.context.session,
            &function.reference,
            self.args.invoke_timeout,
        );
        if let Some(keep) = self.context.keep_runs {
            self.store.keep_for(keep, plan.began);
        }
        let recorder = self.store.begin(&plan)?;
        let baseline = sources::baseline(self.context).await;
        let began = Instant::now();
        let mut loop_ = SendLoop {
            sending: self,
            producer,
            recorder,
            run: Run::new(plan),
            active_invocation: JoinSet::new(),
            next: 0,
            fatal: None,
            failure_log: None,
        };
        loop_.record(Line::Baseline(baseline))?;
        let mut pace = self.args.rate.map(|rate| {
            let mut pace = interval(Duration::from_secs_f64(1.0 / rate));
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            pace
        });
        let mut stop_at: Option<Instant> = None;
        let mut interrupted = false;
        let far = Instant::now() + Duration::from_hours(24 * 365);
        loop {
            let may_begin = stop_at.is_none()
                && loop_.next < loop_.run.plan.invocations()
                && loop_.active_invocation.len() < usize::from(self.args.concurrency);
            if !may_begin && loop_.active_invocation.is_empty() {
                break;
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
                    if loop_.fatal.is_some() {
                        stop_at.get_or_insert(Instant::now() + self.args.invoke_timeout);
                    }
                }
                () = tick(&mut pace), if may_begin => loop_.begin()?,
            }
            if loop_.run.plan.invocations() > 1 {
                progress.show(began.elapsed(), &loop_.state());
            }
        }
        loop_.end(interrupted)
    }
}

async fn tick(pace: &mut Option<tokio::time::Interval>) {
    if let Some(pace) = pace {
        pace.tick().await;
    }
}

struct SendLoop<'a> {
    sending: &'a Sending<'a>,
    producer: Producer,
    recorder: Recorder,
    run: Run,
    active_invocation: JoinSet<(u64, Invoked)>,
    next: u64,
    fatal: Option<AwsError>,
    failure_log: Option<String>,
}

impl SendLoop<'_> {
    fn record(&mut self, line: Line) -> Result<(), Error> {
        self.recorder.record(&line)?;
        self.run.apply(line);
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Error> {
        let invocation = self.next;
        self.next += 1;
        let (event, before) = self.run.plan.invocation(invocation);
        let markers = self.run.plan.markers();
        let payload = self.sending.events[event]
            .text(|entry| markers.marker(before + entry as u64 + 1))
            .into_bytes();
        self.record(Line::Invoking {
            invocation,
            at: Timestamp::now(),
        })?;
        let producer = self.producer.clone();
        self.active_invocation
            .spawn(async move { (invocation, producer.invoke(payload).await) });
        Ok(())
    }

    fn finish(
        &mut self,
        joined: Result<(u64, Invoked), tokio::task::JoinError>,
    ) -> Result<(), Error> {
        let (invocation, invoked) = joined.map_err(|error| Error::Io {
            what: "an invocation's task ended".into(),
            source: io::Error::other(error),
        })?;
        let outcome = match invoked {
            Invoked::Answered(answer) => {
                let (event, _) = self.run.plan.invocation(invocation);
                let event = &self.run.plan.events[event];
                let error = answer.function_error.as_deref();
                let outcome =
                    attribution::outcome(event, &answer.payload, error, answer.request_id);
                if !outcome.is_success(event) {
                    self.failure_log = self.failure_log.take().or(answer.log_tail);
                }
                outcome
            }
            Invoked::NotRun(error) => {
                let reason = error.reason.clone();
                if error.kind != AwsErrorKind::Throttled {
                    self.fatal.get_or_insert(error);
                    // Every further invocation would meet the same.
                    self.next = self.run.plan.invocations();
                }
                Outcome::NotRun { reason }
            }
            Invoked::InDoubt(error) => Outcome::InDoubt {
                reason: error.reason,
            },
        };
        self.record(Line::Invoked {
            invocation,
            at: Timestamp::now(),
            outcome,
        })
    }

    /// Leaves what is under way: it may run, so it is in doubt, which is what the record already
    /// says of it.
    fn abandon(&mut self) -> Result<(), Error> {
        while let Some(joined) = self.active_invocation.try_join_next() {
            self.finish(joined)?;
        }
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
        Ok(Sent {
            run: self.run,
            fatal: self.fatal,
            interrupted,
            failure_log: self.failure_log,
        })
    }
}
