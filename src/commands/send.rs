//! `edactl send`: invoke the producer with events and record what was sent.

use tokio::time::Instant;

use crate::{
    cli::{GlobalArgs, OutputFormat, SendArgs},
    commands::{Error, output, report_error},
    context::Context,
    interrupt::Interrupt,
    render::{
        dry_run::{self, DryInvocation},
        escape,
        hints::{hint, next_command},
        print, print_json,
        progress::Progress,
        send_report::{SendCounts, SendReport, pace_line},
        theme,
    },
    say,
    sender::{self, Sending, Sent, batch::Batch, route::Route},
    store::RunStore,
};
use edactl_core::{
    exit::ExitCode,
    run::{Outcome, Plan, Run, pace::Pace},
    topology::Pipeline,
};

/// Runs `send`.
///
/// # Errors
/// When an event or the pipeline is wrong, or the run cannot be recorded.
pub async fn run(global: &GlobalArgs, args: SendArgs) -> Result<ExitCode, Error> {
    let route = Route::open(global, &args.sending).await?;
    let batch = Batch::read(&args.events, &args.sending, route.messages.clone())?;
    if args.dry_run {
        let mut plan = batch.plan(Pipeline::named("none"))?;
        plan.front_door = route.place();
        sender::check_sizes(&plan, &batch, None)?;
        return show_dry_run(&plan, &batch, args.output);
    }
    let context = Context::open(global).await?;
    super::confirm_production(&context, args.sending.yes)?;
    let plan = sender::plan(&context, &batch, &route)?;
    let store = RunStore::open()?;
    let sending = Sending {
        context: &context,
        store: &store,
        batch: &batch,
        route: &route,
        args: &args.sending,
        deadline: global.timeout.map(|timeout| Instant::now() + timeout),
    };
    let mut progress = Progress::new(global.quiet);
    let sent = sending
        .send(plan, &mut progress, &mut Interrupt::listen())
        .await?;
    progress.clear();
    show_failure(global, &sent);
    let exit = exit_code(&sent);
    let result = SendReport::new(&sent.run, exit as u8);
    output(match args.output {
        OutputFormat::Table => print(&result.to_table()),
        OutputFormat::Json => print_json(&result),
    })?;
    sender::check_answers(&sent.run)?;
    if let Some(pace) = sent.pace.filter(Pace::is_behind) {
        hint(global, &pace_line(&pace, args.sending.concurrency));
    }
    if exit == ExitCode::Success {
        let verify = next_command(global, "verify");
        hint(global, &format!("this proves that they arrived: {verify}"));
    } else if !nothing_left(&sent.run) && sent.fatal.is_none() {
        let verify = verify_again(global, &sent);
        hint(
            global,
            &format!("this tells what became of it, and sends nothing: {verify}"),
        );
    }
    Ok(exit)
}

/// The command that tells what became of what was sent.
fn verify_again(global: &GlobalArgs, sent: &Sent) -> String {
    next_command(global, &format!("verify --run {}", sent.run.plan.run))
}

/// What stopped the send, and what the producer's log says of its failure, on stderr. Once
/// something was sent, nobody is told to repeat.
pub fn show_failure(global: &GlobalArgs, sent: &Sent) {
    if let Some(log) = &sent.failure_log {
        say!("the end of the producer's log:");
        for line in log.lines() {
            say!("  {}", theme::paint(theme::DIM, &escape::inline(line)));
        }
    }
    if let Some(error) = &sent.fatal {
        let error = Error::Aws(error.clone());
        let _ = report_error(&if nothing_left(&sent.run) {
            error
        } else {
            Error::AfterSend {
                source: Box::new(error),
                again: verify_again(global, sent),
            }
        });
    }
}

/// Whether a send that failed left nothing to verify.
pub fn nothing_left(run: &Run) -> bool {
    run.invocations
        .iter()
        .all(|invocation| match &invocation.outcome {
            Some(Outcome::NotRun { .. }) => true,
            None => invocation.began.is_none(),
            Some(_) => false,
        })
}

/// The exit code of a send: what is certain and bad comes before what is in doubt.
fn exit_code(sent: &Sent) -> ExitCode {
    let counts = SendCounts::of(&sent.run);
    if sent.interrupted {
        ExitCode::Interrupted
    } else if counts.not_run > 0 {
        let fatal = sent.fatal.clone();
        fatal.map_or(ExitCode::Aws, |error| Error::Aws(error).exit_code())
    } else if counts.failed > 0 {
        ExitCode::Disproven
    } else if counts.in_doubt + counts.unattempted > 0 {
        ExitCode::Undetermined
    } else {
        ExitCode::Success
    }
}

/// Shows what would be sent. No pipeline is needed, so none is asked for.
fn show_dry_run(plan: &Plan, batch: &Batch, format: OutputFormat) -> Result<ExitCode, Error> {
    let events = (0..plan.invocations()).map(|number| batch.event(number));
    let events = events.collect::<Result<Vec<_>, _>>()?;
    let mut before = 0;
    let invocations = events.iter().map(|event| {
        let invocation = DryInvocation { event, before };
        before += event.payloads.len() as u64;
        invocation
    });
    output(match format {
        OutputFormat::Table => print(&dry_run::to_table(plan, invocations)),
        OutputFormat::Json => print_json(&dry_run::to_json(plan, invocations)),
    })?;
    Ok(ExitCode::Success)
}
