//! `edactl logs`: both functions' logs, merged in time order, nothing missing, nothing twice.

mod condition;
mod count;
mod filter;
mod follow;
mod line_format;
mod reading;
mod streams;
mod view;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::time::{Instant, timeout};
use wildmatch::WildMatch;

use self::{
    count::count,
    filter::Filter,
    line_format::{look, open_outlet},
    reading::{Ended, Reading},
    streams::Streams,
    view::LogView,
};
use crate::{
    cli::{GlobalArgs, LogSource, LogsArgs},
    commands::{Error, output, run_pipeline::with_pipeline_of},
    context::Context,
    interrupt::{self, Interrupt},
    render::log_line::Source,
    store::{RunStore, StoreError},
};
use edactl_aws::log_groups;
use edactl_core::{exit::ExitCode, moment::Moment, run::Run};

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
pub async fn run(global: &GlobalArgs, mut args: LogsArgs) -> Result<ExitCode, Error> {
    let began = Instant::now();
    let mut interrupt = Interrupt::listen();
    let asked = [&mut args.choice.run, &mut args.following.until_run];
    let global = &match asked.into_iter().find(|run| run.is_some()) {
        Some(run) => with_pipeline_of(global, &RunStore::open()?, run)?,
        None => global.clone(),
    };
    let context = if args.group.is_empty() {
        Context::open(global).await?
    } else {
        Context::open_or_session(global).await?
    };
    let groups = groups(&context, &args).await?;
    let run = match &args.choice.run {
        Some(asked) => Some(find_run(&context, asked)?),
        None => None,
    };
    let filter = Filter::new(&args.choice, run.as_ref())?;
    let now = Timestamp::now();
    let zone = args.view.zone.zone();
    let (since, until) = span(&args, run.as_ref(), (now, &zone))?;
    if let Some(by) = args.counting.count_by {
        let span = (since, until.unwrap_or(now));
        let ends = (&mut interrupt, began);
        return count((global, &context), (&args, by), &groups, span, ends).await;
    }
    let streams = Streams::choose(
        &args.choice,
        &context,
        groups.iter().map(|(group, _)| group.as_str()),
    )
    .await?;
    let look = look(&args, &filter, &groups, (since, until, now))?;
    let (outlet, pager) = open_outlet(&args);
    if pager.is_some() {
        interrupt::leave_to_user();
    }
    let around = args.choice.only_errors.then_some(args.choice.context);
    let mut view = LogView::new(&groups, (&look, &filter, &streams), outlet, around);
    view.without_ids = args.following.live;
    let mut reading = Reading::new(global, &context, &groups, (since, until, now));
    reading.pattern = args
        .choice
        .filter_pattern
        .clone()
        .or_else(|| filter.server_pattern(args.choice.only_errors));
    reading.zone = zone;
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
    let is_answered = reading.client.is_answered();
    let ended = ended.map_err(|error| match error {
        Error::Aws(error) => Error::of_reading(error, is_answered),
        error => error,
    })?;
    if let (Ended::TimeUp, false, Some(limit)) = (ended, is_answered, global.timeout) {
        return Err(Error::unanswered(limit));
    }
    Ok(match ended {
        Ended::Interrupted => ExitCode::Interrupted,
        Ended::TimeUp | Ended::RunNotSeen => ExitCode::Undetermined,
        Ended::Whole | Ended::AsAsked if reading.gaps + reading.unfinished > 0 => {
            ExitCode::Undetermined
        }
        Ended::Whole | Ended::AsAsked => ExitCode::Success,
    })
}

/// From when to when is looked, where an end was given.
fn span(
    args: &LogsArgs,
    run: Option<&Run>,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<(Timestamp, Option<Timestamp>), Error> {
    let since = since(args, run, (now, zone))?;
    let until = match args.until {
        Some(until) => Some(resolve("--until", until, (now, zone))?),
        None => None,
    };
    if since > now {
        return Err(Error::Usage {
            message: format!("--since {since:.0} is still to come"),
            hint: format!("it is {now:.0} now; --follow shows what comes"),
        });
    }
    if let Some(until) = until.filter(|until| *until < since) {
        return Err(Error::Usage {
            message: format!("--until {until:.0} is before --since {since:.0}"),
            hint: "swap them; a bare duration such as 5m means that long ago".into(),
        });
    }
    Ok((since, until))
}

/// The log groups, each with its source.
async fn groups(context: &Context, args: &LogsArgs) -> Result<Vec<(String, Source)>, Error> {
    let mut named: Vec<(String, String)> = Vec::new();
    for group in named_groups(context, &args.group).await? {
        let short = group.rsplit('/').next().filter(|short| !short.is_empty());
        let short = short.unwrap_or(&group).to_owned();
        named.push((group, short));
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

/// The groups that `--group` names, wildcards looked up.
async fn named_groups(context: &Context, asked: &[String]) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for pattern in asked {
        let Some(wildcard) = pattern.find(['*', '?']) else {
            found.push(pattern.clone());
            continue;
        };
        let matcher = WildMatch::new(pattern);
        let mut names = log_groups::names(&context.session, &pattern[..wildcard]).await?;
        names.retain(|name| matcher.matches(name));
        if names.is_empty() {
            return Err(Error::Usage {
                message: format!("no log group of this account and region fits `{pattern}`"),
                hint: "check --region and --profile, or shorten the name before the first *".into(),
            });
        }
        found.extend(names);
    }
    Ok(found)
}

fn resolve(
    option: &str,
    moment: Moment,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<Timestamp, Error> {
    moment.resolve(now, zone).map_err(|message| Error::Usage {
        message: format!("{option}: {message}"),
        hint: "give the time with its offset, or choose another zone with --tz or --utc".into(),
    })
}

fn since(
    args: &LogsArgs,
    run: Option<&Run>,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<Timestamp, Error> {
    let ago = |span: Duration| now.checked_sub(span).unwrap_or(Timestamp::MIN);
    Ok(match (args.since, run) {
        (Some(since), _) => resolve("--since", since, (now, zone))?,
        (None, Some(run)) => {
            let began = run.plan.began;
            began.checked_sub(BEFORE_RUN).unwrap_or(began)
        }
        (None, None) if args.tail.is_some() => ago(DEFAULT_SINCE_OF_TAIL),
        (None, None) => ago(DEFAULT_SINCE),
    })
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
