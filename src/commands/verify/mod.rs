//! `edactl verify`: prove that every message of a run arrived.

mod choose;
mod summary;
mod watch;

use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;
use tokio::time::Instant;

use self::{
    choose::{Choice, choose, contents_are_shared, deaths, observable},
    watch::{Before, Watch, timeout, waits},
};
use crate::{
    cli::{GlobalArgs, VerifyArgs},
    commands::{
        Error, confirm_production,
        run_pipeline::with_pipeline_of,
        send::{nothing_left, show_failure},
    },
    context::Context,
    interrupt::Interrupt,
    render::{
        hints::{hint, next_command},
        progress::Progress,
        table::counted,
    },
    sender::{self, Sending, batch::Batch, route::Route},
    store::RunStore,
};
use edactl_core::{
    exit::ExitCode,
    humanize,
    latency::LatencyLimit,
    report::Limits,
    run::{Line, Run},
};

/// Runs `verify`: gathers what it is about, watches the pipeline, and shows what that came to.
///
/// # Errors
/// When the arguments, an event or the pipeline are wrong, or AWS refuses what is needed.
pub async fn run(global: &GlobalArgs, mut args: VerifyArgs) -> Result<ExitCode, Error> {
    let limits = limits(&args)?;
    let began = Instant::now();
    let mut interrupt = Interrupt::listen();
    let mut progress = Progress::new(global.quiet);
    let store = RunStore::open()?;
    let named = with_pipeline_of(global, &store, &mut args.run)?;
    let global = &named;
    let route = Route::open(global, &args.sending).await?;
    let batch = Batch::read(&args.events, &args.sending, route.messages.clone())?;
    let context = Context::open(global).await?;
    context.consumer()?;
    let waits = waits(&context, &args);
    let patience = global.timeout.unwrap_or_else(|| timeout(&context, &waits));
    let times = (began, began + patience);
    let sending = SendStep {
        global,
        context: &context,
        store: &store,
        args: &args,
        route: &route,
        deadline: times.1,
    };
    let run = match sending.run(batch, &mut progress, &mut interrupt).await? {
        Ok(run) => run,
        Err(exit) => return Ok(exit),
    };
    observable(&context, &run)?;
    sender::check_answers(&run)?;
    tell_of_waits(&context, patience, &mut progress);
    let shared = contents_are_shared(&store, &run);
    let before = Before {
        contents_shared: shared,
        deaths: deaths(&store, &run),
    };
    let mut watch = Watch::new(&context, &run, &args, times, limits, before);
    let again = next_command(global, &format!("verify --run {}", run.plan.run));
    let heard = watch.run(&mut progress, &mut interrupt).await;
    let interrupted = heard.map_err(|source| Error::AfterSend {
        source: Box::new(source),
        again: again.clone(),
    })?;
    progress.clear();
    if !interrupted && !watch.is_answered() && watch.now() >= watch.session.deadline() {
        return Err(Error::AfterSend {
            source: Box::new(Error::unanswered(patience)),
            again,
        });
    }
    let dead = watch.dead();
    let exit = summary::show(
        &watch,
        &context,
        &run,
        &store,
        &args,
        interrupted,
        Route::learned_shape(global).as_ref(),
    )?;
    if !dead.is_empty() {
        store.append(&run.plan.run)?.record(&Line::Dead {
            until: context.latest_by_aws(Timestamp::now()),
            payloads: dead,
        })?;
    }
    if !interrupted {
        // One that was broken off is still to be verified.
        store.append(&run.plan.run)?.record(&Line::Verified {
            at: Timestamp::now(),
            exit: exit as u8,
        })?;
    }
    if [ExitCode::Undetermined, ExitCode::Interrupted].contains(&exit) {
        hint(
            global,
            &format!("this looks again, and sends nothing: {again}"),
        );
    }
    Ok(exit)
}

/// The run to verify: a recorded one, or one that is sent now.
struct SendStep<'a> {
    global: &'a GlobalArgs,
    context: &'a Context,
    store: &'a RunStore,
    args: &'a VerifyArgs,
    route: &'a Route,
    deadline: Instant,
}

impl SendStep<'_> {
    /// The run; or how the command ends, where the send left nothing to verify.
    async fn run(
        &self,
        mut batch: Batch,
        progress: &mut Progress,
        interrupt: &mut Interrupt,
    ) -> Result<Result<Run, ExitCode>, Error> {
        let (context, args) = (self.context, self.args);
        match choose(context, self.store, args)? {
            Choice::Recorded(run, why) => {
                progress.say(&format!(
                    "verifying run {} ({why}) on {}",
                    run.plan.run, context.pipeline.name
                ));
                return Ok(Ok(*run));
            }
            Choice::Send(smoke) => {
                if let Some(names) = smoke {
                    batch = Batch::read(&names, &args.sending, self.route.messages.clone())?;
                }
            }
        }
        confirm_production(context, args.sending.yes)?;
        let plan = sender::plan(context, &batch, self.route)?;
        progress.say(&format!(
            "sending {} as run {} to {}, then verifying it",
            counted(plan.payloads(), "payload"),
            plan.run,
            context.pipeline.name
        ));
        let sending = Sending {
            context,
            store: self.store,
            batch: &batch,
            route: self.route,
            args: &args.sending,
            deadline: Some(self.deadline),
        };
        let sent = sending.send(plan, progress, interrupt).await?;
        if sent.fatal.is_some() || sent.failure_log.is_some() {
            progress.clear();
            show_failure(self.global, &sent);
        }
        if let Some(error) = sent.fatal.filter(|_| nothing_left(&sent.run)) {
            return Ok(Err(Error::Aws(error).exit_code()));
        }
        Ok(Ok(sent.run))
    }
}

/// What makes it long is said beforehand.
fn tell_of_waits(context: &Context, patience: Duration, progress: &mut Progress) {
    if let Some(queue) = context
        .queue
        .as_ref()
        .filter(|queue| !queue.delay.is_zero())
    {
        progress.note(&format!(
            "the queue delays every message by {}, so nothing arrives before that",
            humanize::duration(queue.delay)
        ));
    }
    if !context.embedded {
        progress.note(&format!(
            "waiting for up to {} (--timeout): a proof takes seconds to minutes, a loss is told \
             only when log lines and metrics have had their time",
            humanize::duration(patience)
        ));
    }
}

fn limits(args: &VerifyArgs) -> Result<Limits, Error> {
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
    let read = |texts: &[String], hint: &str| -> Result<Vec<LatencyLimit>, Error> {
        let limits = texts.iter().map(|text| text.parse());
        limits
            .collect::<Result<_, _>>()
            .map_err(|message| Error::Usage {
                message,
                hint: hint.to_owned(),
            })
    };
    Ok(Limits {
        received: read(
            &args.max_latency,
            "for example: --max-latency p95=5s,max=30s",
        )?,
        answered: read(&args.max_answer, "for example: --max-answer p95=1s")?,
    })
}
