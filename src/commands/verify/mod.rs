//! `edactl verify`: prove that every message of a run arrived.

mod session;

use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;
use tokio::time::Instant;

use self::session::VerifySession;
use crate::{
    cli::{GlobalArgs, VerifyArgs, WitnessName},
    commands::{Error, confirm_production, send::show_failure},
    context::Context,
    interrupt::Interrupt,
    render::{
        hints::{hint, next_command},
        progress::Progress,
        table::counted,
    },
    sender::{self, Sending, batch::Batch, route::Route},
    sources::topology,
    store::{RunStore, StoreError},
};
use edactl_core::{
    diagnosis::Topology,
    exit::ExitCode,
    humanize,
    latency::LatencyLimit,
    ledger::SendStatus,
    matcher::send_statuses,
    run::{Line, Run},
};

const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// Runs `verify`.
///
/// # Errors
/// When the arguments, an event or the pipeline are wrong, or AWS refuses what is needed.
pub async fn run(global: &GlobalArgs, args: VerifyArgs) -> Result<ExitCode, Error> {
    if let Some(unheard) = args
        .require
        .iter()
        .find(|name| !args.witness.contains(name))
    {
        let name = unheard
            .to_possible_value()
            .map(|value| value.get_name().to_owned());
        let name = name.unwrap_or_default();
        return Err(Error::Usage {
            message: format!("--require {name} asks for a witness that --witness leaves out"),
            hint: format!("add {name} to --witness, or leave --require {name} away"),
        });
    }
    let limits = limits(&args.max_latency)?;
    let began = Instant::now();
    let deadline = began + global.timeout.unwrap_or(DEFAULT_TIMEOUT);
    let mut interrupt = Interrupt::listen();
    let mut progress = Progress::new(global.quiet);
    let store = RunStore::open()?;
    let route = Route::of(global, &args.sending)?;
    let read = |names: &[String]| Batch::read(names, &args.sending, route.messages.clone());
    let mut batch = read(&args.events)?;
    let context = Context::open(global).await?;
    context.consumer()?;
    let run = match choose(&context, &store, &args)? {
        Choice::Recorded(run, why) => {
            progress.say(&format!(
                "verifying run {} ({why}) on {}",
                run.plan.run, context.pipeline.name
            ));
            *run
        }
        Choice::Send(smoke) => {
            if let Some(names) = smoke {
                batch = read(&names)?;
            }
            confirm_production(&context, args.sending.yes)?;
            let plan = sender::plan(&context, &batch, &route)?;
            progress.say(&format!(
                "sending {} as run {} to {}, then verifying it",
                counted(plan.payloads(), "message"),
                plan.run,
                context.pipeline.name
            ));
            let sending = Sending {
                context: &context,
                store: &store,
                batch: &batch,
                route: &route,
                args: &args.sending,
                deadline: Some(deadline),
            };
            let sent = sending.send(plan, &mut progress, &mut interrupt).await?;
            if sent.fatal.is_some() || sent.failure_log.is_some() {
                progress.clear();
                show_failure(&sent);
            }
            if let Some(error) = sent.fatal.filter(|_| nothing_left(&sent.run)) {
                return Ok(Error::Aws(error).exit_code());
            }
            sent.run
        }
    };
    observable(&context, &run)?;
    tell_of_waits(&context, &args, &mut progress);
    let known_others = messages_of_others(&store, &run);
    let mut proof = VerifySession::new(&context, &run, &args, limits, known_others);
    let interrupted = proof
        .hear(deadline, began, &mut progress, &mut interrupt)
        .await?;
    let topology = if interrupted || proof.is_proven() {
        Topology::default()
    } else {
        topology::look(&context).await
    };
    progress.clear();
    let exit = proof.report(&store, &args, began.elapsed(), interrupted, &topology)?;
    if !interrupted {
        // One that was broken off is still to be verified.
        store.append(&run.plan.run)?.record(&Line::Verified {
            at: Timestamp::now(),
            exit: exit as u8,
        })?;
    }
    if [ExitCode::Undetermined, ExitCode::Interrupted].contains(&exit) {
        let again = next_command(global, &format!("verify --run {}", run.plan.run));
        hint(global, &format!("{again} looks again, and sends nothing"));
    }
    Ok(exit)
}

/// What makes it long is said beforehand.
fn tell_of_waits(context: &Context, args: &VerifyArgs, progress: &mut Progress) {
    if let Some(queue) = context
        .queue
        .as_ref()
        .filter(|queue| !queue.delay.is_zero())
    {
        progress.say(&format!(
            "the queue delays every message by {}, so nothing arrives before that",
            humanize::duration(queue.delay)
        ));
    }
    if !context.embedded && args.witness.contains(&WitnessName::Metrics) {
        progress.say(&format!(
            "CloudWatch publishes the queue's metrics minutes late (up to 15 for a queue that was \
             idle); once the logs prove every message they are waited for up to {} \
             (--metrics-wait)",
            humanize::duration(args.metrics_wait)
        ));
    }
}

fn limits(texts: &[String]) -> Result<Vec<LatencyLimit>, Error> {
    let limits = texts.iter().map(|text| text.parse());
    limits
        .collect::<Result<_, _>>()
        .map_err(|message| Error::Usage {
            message,
            hint: "for example: --max-latency p95=5s,max=30s".into(),
        })
}

/// Whether a send that failed left nothing to verify.
fn nothing_left(run: &Run) -> bool {
    use edactl_core::run::Outcome as Invoked;
    run.invocations
        .iter()
        .all(|invocation| match &invocation.outcome {
            Some(Invoked::NotRun { .. }) => true,
            None => invocation.began.is_none(),
            Some(_) => false,
        })
}

enum Choice {
    Recorded(Box<Run>, &'static str),
    /// Send the events of the command line, or these.
    Send(Option<Vec<String>>),
}

/// Which run: with events, send them; with `--run`, that one; else the last one if it has not
/// been verified yet, else the smoke events, else the last one again.
fn choose(context: &Context, store: &RunStore, args: &VerifyArgs) -> Result<Choice, Error> {
    let recorded = |run, why| Ok(Choice::Recorded(Box::new(run), why));
    if !args.events.is_empty() {
        return Ok(Choice::Send(None));
    }
    let name = &context.pipeline.name;
    match args.run.as_deref() {
        Some("last") => return recorded(store.last(name)?, "the last one"),
        Some(asked) => return recorded(store.load(&store.resolve(asked)?)?, "as asked"),
        None => {}
    }
    let smoke = || {
        context
            .smoke_events
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect()
    };
    match store.last(name) {
        Ok(run) if run.verified.is_none() => recorded(run, "the last one, not verified yet"),
        Ok(_) | Err(StoreError::Nothing { .. }) if !context.smoke_events.is_empty() => {
            Ok(Choice::Send(Some(smoke())))
        }
        Ok(run) => recorded(run, "the last one, once more"),
        Err(error) => Err(error.into()),
    }
}

/// The embedded pipeline keeps everything in memory: a run that another instance took has no
/// witnesses any more, and calling its messages lost would be a lie.
fn observable(context: &Context, run: &Run) -> Result<(), Error> {
    if run.plan.pipeline.instance == context.pipeline.instance {
        return Ok(());
    }
    Err(Error::NotObservable {
        message: format!(
            "run {} cannot be verified any more: the embedded pipeline that took it has ended",
            run.plan.run
        ),
        hint: "send again: edactl -p local verify samples/basic.json".into(),
    })
}

/// The messages of other recorded runs whose metrics fall into the minutes of this run. Metrics
/// count by the minute, and know nothing of runs.
fn messages_of_others(store: &RunStore, run: &Run) -> u64 {
    let minute = run.plan.began.as_second().div_euclid(60) * 60;
    let others = store.since(Timestamp::from_second(minute).unwrap_or(run.plan.began));
    let here = |other: &&Run| {
        other.plan.run != run.plan.run && other.plan.pipeline.queue == run.plan.pipeline.queue
    };
    let sent = |other: &Run| {
        let accepted = |dispatch: &SendStatus| *dispatch == SendStatus::Accepted;
        send_statuses(other)
            .iter()
            .filter(|dispatch| accepted(dispatch))
            .count() as u64
    };
    others.iter().filter(here).map(sent).sum()
}
