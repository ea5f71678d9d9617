//! Which run a verify is about, and what other recorded runs have to do with it.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::{
    cli::VerifyArgs,
    commands::{Error, send::nothing_left},
    context::Context,
    render::explain::quoted,
    store::{RunStore, StoreError},
};
use edactl_core::{
    event::{Recognition, canonical::ContentHash},
    exit::ExitCode,
    ledger::{Death, MessageIndex},
    run::{Redriven, Run},
};

/// A queue keeps messages for so long at most; nothing says cheaply for how long this one does.
const LONGEST_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 14);

/// What to verify.
pub(super) enum Choice {
    /// A recorded run, and why that one.
    Recorded(Box<Run>, &'static str),
    /// Send the events of the command line, or these.
    Send(Option<Vec<String>>),
}

/// Which run: with events, send them; with `--run`, that one; else the last one if it has not
/// been verified yet, else the smoke events, else the last one again.
pub(super) fn choose(
    context: &Context,
    store: &RunStore,
    args: &VerifyArgs,
) -> Result<Choice, Error> {
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
pub(super) fn observable(context: &Context, run: &Run) -> Result<(), Error> {
    if run.plan.pipeline.instance == context.pipeline.instance {
        return Ok(());
    }
    Err(Error::NotObservable {
        message: format!(
            "run {} cannot be verified any more: the embedded pipeline that took it has ended",
            run.plan.run
        ),
        hint: format!("send anew: edactl -p local verify {}", events(run)),
    })
}

/// The events of a run as they were named.
fn events(run: &Run) -> String {
    let origins = run.plan.events.iter().map(|event| event.origin.as_str());
    let mut names: Vec<_> = origins
        .map(|origin| if origin == "stdin" { "-" } else { origin })
        .map(quoted)
        .collect();
    names.dedup();
    names.join(" ")
}

/// What is known of the run's dead letters before the session begins: verifies that saw them, and
/// letters that edactl deleted.
pub(super) fn deaths(store: &RunStore, run: &Run) -> HashMap<MessageIndex, Death> {
    let index = |seq: u64| MessageIndex::try_from(seq.checked_sub(1)?).ok();
    let seen = run.dead.iter().filter_map(|(seq, until)| {
        let death = if run.plan.redriven.is_some() {
            Death::Redriven
        } else {
            Death::Seen
        };
        Some((index(*seq)?, death(*until)))
    });
    let deleted = store.deleted_of(&run.plan.run).into_iter();
    let deleted = deleted.filter_map(|seq| Some((index(seq)?, Death::Deleted)));
    seen.chain(deleted).collect()
}

/// Whether an equal content was sent to the same queue before and is not proven, where only the
/// content tells: one of its messages may still arrive, and would be taken for this run's.
pub(super) fn contents_are_shared(store: &RunStore, run: &Run) -> bool {
    let contents = |run: &Run| -> HashSet<ContentHash> {
        let payloads = run.plan.events.iter().flat_map(|event| &event.payloads);
        let by_content = payloads.filter(|it| it.recognition == Recognition::Content);
        by_content.map(|payload| payload.content.hash).collect()
    };
    // A redriven letter without a marker equals what was sent before.
    match run.plan.redriven {
        Some(Redriven::Marked) => return false,
        Some(Redriven::Unmarked) => return true,
        None => {}
    }
    let own = contents(run);
    if own.is_empty() {
        return false;
    }
    let since = run.plan.began.checked_sub(LONGEST_RETENTION);
    let others = store.since(since.unwrap_or(Timestamp::MIN));
    let pipeline = &run.plan.pipeline;
    others.iter().any(|other| {
        let is_proven = other
            .verified
            .is_some_and(|(_, exit)| exit == ExitCode::Success as u8);
        other.plan.run != run.plan.run
            && other.plan.began <= run.plan.began
            && other.plan.pipeline.queue == pipeline.queue
            && other.plan.pipeline.instance == pipeline.instance
            && !is_proven
            && !nothing_left(other)
            && !contents(other).is_disjoint(&own)
    })
}
