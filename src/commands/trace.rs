//! `edactl trace`: one message's life with times, or how long a run's messages took.
//!
//! What the consumer did is in the evidence that the verify left. When each message was sent is in
//! the producer's log, which is asked now; where it cannot be reached, that time is inferred.

use std::{ops::ControlFlow, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

use crate::{
    cli::{GlobalArgs, OutputFormat, TraceArgs},
    commands::{Error, output, report::find, run_pipeline::with_pipeline_of},
    context::Context,
    render::{
        hints::hint,
        print, print_json,
        timeline::{self, Life},
        trace_report::{MessageLife, TraceReport},
        verify_report::VerifyReport,
    },
    store::{RunStore, evidence_rows::EvidenceRows},
};
use edactl_aws::logs::{EventRef, EventSink, LogsClient};
use edactl_core::{
    clock::{self, ClockBounds},
    event::marker::RunId,
    exit::ExitCode,
    ledger::MessageIndex,
    report::{ClockDifference, Summary},
    run::{MessagePosition, Run, certainty::message_id},
    sent_times::SentTimes,
};
use edactl_local::instance::Registry;

/// How long the producer's log may take to be read.
const PATIENCE: Duration = Duration::from_secs(30);
/// Clocks differ: look a little further than the run.
const AROUND: SignedDuration = SignedDuration::from_secs(10);

/// Runs `trace`.
///
/// # Errors
/// When the run or the message is not known, or the run was never verified.
pub async fn run(global: &GlobalArgs, args: &TraceArgs) -> Result<ExitCode, Error> {
    let store = RunStore::open()?;
    let (asked, message) = match (run_of_marker(&args.run), &args.message) {
        (Some(run), None) => (run, Some(args.run.as_str())),
        (_, message) => (args.run.clone(), message.as_deref()),
    };
    let run = find(&store, &asked, global.pipeline.as_deref())?;
    let place = message.map(|asked| place_of(&run, asked)).transpose()?;
    let (mut head, rows) = store.evidence::<Summary>(&run.plan.run)?;
    let mut sent = SentTimes::new(&run);
    let found = look(global, &run, place, &mut sent).await;
    sent.end();
    // Only now: of a large run the rows and the ids of its messages are megabytes each.
    let kept = EvidenceRows::of(rows, &run)?;
    match found {
        Ok(bounds) => head.clock = narrowed(&run, &head, bounds, &sent),
        Err(reason) => hint(
            global,
            &format!("when each message was sent is inferred: {reason}"),
        ),
    }
    let report = VerifyReport {
        run: &run,
        head: &head,
        messages: &kept,
    };
    let result = match place {
        Some(place) => TraceReport::of_message(report, life(&report, place, &sent)),
        None => TraceReport::of_run(report, &sent),
    };
    output(match args.output {
        OutputFormat::Table => print(&result.to_table(&args.zone.zone())),
        OutputFormat::Json => print_json(&result),
    })?;
    Ok(ExitCode::Success)
}

/// The run that a marker names: `edactl-<run>-<number>`.
fn run_of_marker(text: &str) -> Option<String> {
    let (run, number) = text.strip_prefix("edactl-")?.split_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    run.parse::<RunId>()
        .ok()
        .filter(|_| is_number)
        .map(Into::into)
}

/// The message that is asked for, by its number or its marker.
fn place_of(run: &Run, asked: &str) -> Result<MessagePosition, Error> {
    let seq = match asked.parse() {
        Ok(seq) => Some(seq),
        Err(_) => run.plan.markers().seq_at(asked.as_bytes()),
    };
    seq.and_then(|seq: u64| {
        run.plan
            .positions()
            .nth(usize::try_from(seq.checked_sub(1)?).ok()?)
    })
    .ok_or_else(|| Error::Usage {
        message: format!("run {} has no message `{asked}`", run.plan.run),
        hint: format!(
            "give a number from 1 to {}, or a marker such as {}",
            run.plan.payloads(),
            run.plan.markers().marker(1)
        ),
    })
}

fn life<'a>(
    report: &VerifyReport<'a>,
    place: MessagePosition,
    sent: &SentTimes,
) -> MessageLife<'a> {
    let run = report.run;
    let index = usize::try_from(place.seq - 1).unwrap_or(usize::MAX);
    let message = report.messages.message(index);
    let id = message_id(run, place).map(ToString::to_string);
    let steps = run.invocation(place.invocation).map(|invocation| {
        timeline::steps(&Life {
            invocation,
            sent: MessageIndex::try_from(index)
                .ok()
                .and_then(|index| sent.of(index)),
            message_id: id.as_deref(),
            message: &message,
            head: report.head,
        })
    });
    MessageLife {
        seq: place.seq,
        marker: run.plan.markers().marker(place.seq),
        event: &run.plan.events[place.event].origin,
        key: &run.plan.payload(place).key,
        state: message.state,
        steps: steps.unwrap_or_default(),
    }
}

/// Takes the producer's log in, line by line: of a large run it is never in memory at once.
struct SentReader<'a>(&'a mut SentTimes);

impl EventSink for SentReader<'_> {
    fn take(&mut self, event: EventRef<'_>) {
        self.0.read(event.message, event.timestamp);
    }

    async fn pause(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Reads when messages were sent from the producer's log; what was learnt of the clocks on the
/// way.
async fn look(
    global: &GlobalArgs,
    run: &Run,
    place: Option<MessagePosition>,
    sent: &mut SentTimes,
) -> Result<ClockBounds, String> {
    if sent.knows_nothing() {
        return Err("the producer's answers hold no message ids to look for in its log".into());
    }
    let Some(producer) = &run.plan.pipeline.producer else {
        return Err("the run's record names no producer".into());
    };
    let context = open(global, run).await?;
    let ends = run
        .invocations
        .iter()
        .filter_map(|invocation| invocation.ended);
    let end = ends.max().unwrap_or_else(Timestamp::now);
    let pattern = place.and_then(|place| {
        let id = message_id(run, place)?;
        Some(format!("\"{id}\""))
    });
    let around = (
        run.plan.began.checked_sub(AROUND).unwrap_or(run.plan.began),
        end.saturating_add(AROUND).unwrap_or(end),
    );
    let logs = LogsClient::new(&context.session);
    let groups = [producer.log_group.clone()];
    let mut reader = SentReader(sent);
    let reading = logs.history(&groups, around, pattern.as_deref(), &mut reader);
    timeout(global.timeout.unwrap_or(PATIENCE), reading)
        .await
        .map_err(|_| "the producer's log took too long to read (--timeout)".to_owned())?
        .map_err(|error| error.to_string())?;
    Ok(context.clock.bounds())
}

/// The pipeline that the run was sent to; the embedded one only if it is still the same.
async fn open(global: &GlobalArgs, run: &Run) -> Result<Context, String> {
    if let Some(instance) = &run.plan.pipeline.instance {
        let registry = Registry::open().map_err(|error| error.to_string())?;
        if registry
            .running()
            .await
            .is_none_or(|running| running.id != *instance)
        {
            return Err("the embedded pipeline that took the run has ended".into());
        }
    }
    let mut id = Some(run.plan.run.to_string());
    let store = RunStore::open().map_err(|error| error.to_string())?;
    let global = with_pipeline_of(global, &store, &mut id).map_err(|error| error.to_string())?;
    Context::open(&global)
        .await
        .map_err(|error| error.to_string())
}

/// What is known of the clocks by now: by the verify, by the answers of this look, and by the run
/// itself, whose messages were sent between the invocation and its answer.
fn narrowed(
    run: &Run,
    head: &Summary,
    found: ClockBounds,
    sent: &SentTimes,
) -> Option<ClockDifference> {
    let mut bounds = head.clock.map(|clock| clock.bounds()).unwrap_or_default();
    bounds.merge(&found);
    for place in run.plan.positions() {
        let message = MessageIndex::try_from(place.seq - 1).ok();
        if let Some(sent) = message.and_then(|message| sent.of(message))
            && let Some(invocation) = run.invocation(place.invocation)
            && let (Some(began), Some(ended)) = (invocation.began, invocation.ended)
        {
            bounds.exchange(clock::logged(sent), (began, ended));
        }
    }
    ClockDifference::of(&bounds)
}
