//! `edactl logs`: both functions' logs, merged in time order, nothing missing, nothing twice.

mod count;
mod filter;
mod follow;
mod line_format;
mod reading;
mod view;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};

use self::{
    count::count,
    filter::Filter,
    line_format::{look, open_outlet},
    reading::{Ended, Reading},
    view::LogView,
};
use crate::{
    cli::{GlobalArgs, LogSource, LogsArgs},
    commands::{Error, output},
    context::Context,
    interrupt::{self, Interrupt},
    render::log_line::Source,
    store::{RunStore, StoreError},
};
use edactl_core::{exit::ExitCode, run::Run};

const DEFAULT_SINCE: Duration = Duration::from_mins(10);
/// `--tail` may have to look further back for its lines.
const DEFAULT_SINCE_OF_TAIL: Duration = Duration::from_hours(24);
/// Clocks differ, and a line's time is its writer's: look a little further back than the run.
const BEFORE_RUN: SignedDuration = SignedDuration::from_secs(10);
/// What is left to do after Ctrl-C has to fit into a second.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Runs `logs`.
///
/// # Errors
/// When the arguments or the pipeline are wrong, or AWS refuses.
pub async fn run(global: &GlobalArgs, args: LogsArgs) -> Result<ExitCode, Error> {
    let began = Instant::now();
    let mut interrupt = Interrupt::listen();
    let context = if args.group.is_empty() {
        Context::open(global).await?
    } else {
        Context::open_or_session(global).await?
    };
    let groups = groups(&context, &args)?;
    let run = match &args.choice.run {
        Some(asked) => Some(find_run(&context, asked)?),
        None => None,
    };
    let filter = Filter::new(&args.choice, run.as_ref())?;
    let now = Timestamp::now();
    let since = since(&args, run.as_ref(), now);
    let until = args.until.map(|until| until.resolve(now));
    if let Some(until) = until.filter(|until| *until < since) {
        return Err(Error::Usage {
            message: format!("--until {until} is before --since {since}"),
            hint: "swap them; a bare duration such as 5m means that long ago".into(),
        });
    }
    if let Some(by) = args.counting.count_by {
        let span = (since, until.unwrap_or(now));
        let ends = (&mut interrupt, began);
        return count((global, &context), (&args, by), &groups, span, ends).await;
    }
    let look = look(&args, &filter, &groups, (since, now))?;
    let (outlet, pager) = open_outlet(&args);
    if pager.is_some() {
        interrupt::leave_to_user();
    }
    let around = args.choice.only_errors.then_some(args.choice.context);
    let mut view = LogView::new(&groups, (&look, &filter, outlet), around);
    let mut reading = Reading::new(global, &context, &groups, (since, until, now));
    reading.pattern = filter.server_pattern(args.choice.only_errors);
    reading.deadline = global.timeout.map(|limit| began + limit);
    let ended = tokio::select! {
        biased;
        () = interrupt.wait() => {
            reading.last_sweep(&mut view).await;
            Ok(Ended::Interrupted)
        }
        ended = reading.read(&args, &mut view) => ended,
    };
    // What was broken off still runs on AWS, and costs.
    let _ = timeout(LAST_WORDS, reading.client.stop_queries()).await;
    view.release();
    let (closed, tally) = (view.closed, view.tally.clone());
    if matches!(ended, Ok(Ended::Interrupted)) && pager.is_none() {
        // A reader that does not read must not hold up the end.
        if let Ok(written) = timeout(LAST_WORDS, view.finish()).await {
            output(written)?;
        }
    } else {
        output(view.finish().await)?;
    }
    if let Some(mut pager) = pager {
        // The user reads on; how the pager ends is nobody's business.
        let _ = pager.wait();
    }
    if !closed {
        reading.say_how_complete(ended.as_ref().ok(), &tally);
    }
    Ok(match ended? {
        Ended::Interrupted => ExitCode::Interrupted,
        Ended::TimeUp | Ended::RunNotSeen => ExitCode::Undetermined,
        Ended::Whole | Ended::AsAsked if reading.gaps + reading.unfinished > 0 => {
            ExitCode::Undetermined
        }
        Ended::Whole | Ended::AsAsked => ExitCode::Success,
    })
}

/// The log groups, each with its source.
fn groups(context: &Context, args: &LogsArgs) -> Result<Vec<(String, Source)>, Error> {
    let mut named: Vec<(String, String)> = Vec::new();
    for group in &args.group {
        let short = group.rsplit('/').next().filter(|short| !short.is_empty());
        named.push((group.clone(), short.unwrap_or(group).to_owned()));
    }
    if named.is_empty() && args.from != LogSource::Consumer {
        match context.producer() {
            Ok(producer) => named.push((producer.log_group.clone(), "producer".into())),
            Err(error) if args.from == LogSource::Producer => return Err(error),
            // A pipeline may be known from its queue on only.
            Err(_) => {}
        }
    }
    if args.group.is_empty() && args.from != LogSource::Producer {
        match context.consumer() {
            Ok(consumer) => named.push((consumer.log_group.clone(), "consumer".into())),
            Err(error) if named.is_empty() => return Err(error),
            Err(_) => {}
        }
    }
    let mut groups: Vec<(String, String)> = Vec::new();
    for (group, label) in named {
        match groups.iter_mut().find(|(known, _)| *known == group) {
            // Both functions log into one group.
            Some((_, known)) if *known != label => *known = format!("{known}+{label}"),
            Some(_) => {}
            None => groups.push((group, label)),
        }
    }
    let (groups, labels): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
    Ok(groups.into_iter().zip(Source::all(labels)).collect())
}

fn since(args: &LogsArgs, run: Option<&Run>, now: Timestamp) -> Timestamp {
    let ago = |span| edactl_core::humanize::Moment::Ago(span).resolve(now);
    match (args.since, run) {
        (Some(since), _) => since.resolve(now),
        (None, Some(run)) => {
            let began = run.plan.began;
            began.checked_sub(BEFORE_RUN).unwrap_or(began)
        }
        (None, None) if args.tail.is_some() => ago(DEFAULT_SINCE_OF_TAIL),
        (None, None) => ago(DEFAULT_SINCE),
    }
}

/// A recorded run. One that is still being sent is known by its plan.
fn find_run(context: &Context, asked: &str) -> Result<Run, Error> {
    let store = RunStore::open()?;
    let run = match asked {
        "last" => store.last(&context.pipeline.name),
        _ => store.resolve(asked).and_then(|id| store.load(&id)),
    };
    match run {
        Err(StoreError::Busy { run }) => Ok(Run::new(store.plan(&run)?)),
        run => Ok(run?),
    }
}
