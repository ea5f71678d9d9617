//! What a verify came to, put together once: every output shows it, and the evidence file keeps it.

use jiff::Timestamp;

use super::watch::Watch;
use crate::{
    cli::VerifyArgs,
    commands::{Error, rendering::render},
    context::Context,
    discovery::learned::LearnedShape,
    render::{aws_hint::aws_hint, verify_report::VerifyReport},
    store::{RunStore, evidence_rows},
};
use edactl_core::{
    diagnosis::{self, Case, Lesson},
    exit::ExitCode,
    humanize::millis,
    ledger::Awaited,
    report::{
        LogWitness, MetricsWitness, QueueWitness, Summary, Witnesses, latencies, skew_finding,
    },
    run::Run,
    verdict::{self, Finding, Outcome, Source},
};

/// Shows and keeps what the watch came to.
pub(super) fn show(
    watch: &Watch<'_>,
    context: &Context,
    run: &Run,
    store: &RunStore,
    args: &VerifyArgs,
    interrupted: bool,
    learned: Option<&LearnedShape>,
) -> Result<ExitCode, Error> {
    let now = watch.now();
    let session = &watch.session;
    let (judgement, unlimited) = session.verdict(now, &[]);
    let (clock, latency) = latencies(run, &judgement, context.clock_bounds(), watch.limits());
    let grounds = session.grounds(&latency.limits);
    let verdict = verdict::decide(&judgement, unlimited.counts, &grounds);
    let exit = if interrupted {
        ExitCode::Interrupted
    } else {
        verdict.outcome.exit_code()
    };
    let mut findings: Vec<Finding> = clock.and_then(skew_finding).into_iter().collect();
    findings.extend(verdict::findings(&judgement, &verdict, &grounds));
    if watch.log_unread && verdict.outcome != Outcome::Proven && session.hears(Source::Logs) {
        findings.push(Finding::LogsUnread);
    }
    findings.extend(
        watch
            .silent
            .iter()
            .map(|(source, error)| Finding::SourceSilent {
                source: *source,
                error: error.to_string(),
                hint: aws_hint(error),
            }),
    );
    let case = Case {
        run,
        judgement: &judgement,
        counts: &verdict.counts,
        topology: &watch.topology,
        exactly_once: args.exactly_once,
    };
    findings.extend(diagnosis::findings(&case));
    let (lesson, of_shape) = diagnosis::lesson(&run.plan, &session.observed(run), verdict.outcome);
    findings.extend(of_shape);
    let group = context.pipeline.consumer.as_ref();
    let group = group.map_or("", |consumer| &consumer.log_group);
    let received = judgement.message_counts().filter(|(_, it)| it.received > 0);
    let summary = Summary {
        at: Timestamp::now(),
        edactl: env!("CARGO_PKG_VERSION").to_owned(),
        outcome: verdict.outcome,
        is_final: verdict.is_final,
        interrupted,
        exit: exit as u8,
        elapsed_ms: millis(watch.elapsed()),
        exactly_once: args.exactly_once,
        counts: verdict.counts,
        witnesses: Witnesses {
            logs: session.hears(Source::Logs).then(|| LogWitness {
                group: group.to_owned(),
                exists: !watch.log_missing,
                lines: session.log_lines(),
                received: received.count() as u64,
            }),
            metrics: MetricsWitness::of(&judgement),
            queue: QueueWitness::of(&judgement, now),
        },
        holds: verdict.holds.clone(),
        awaited: Some(verdict.awaited).filter(|awaited| *awaited != Awaited::Nothing),
        clock,
        latency,
        findings,
        diagnosis: diagnosis::diagnose(&case).groups,
    };
    let report = VerifyReport {
        run,
        head: &summary,
        messages: &judgement,
    };
    // Shown first: a full disk must not swallow the result.
    render(&args.reporting, report)?;
    evidence_rows::keep(store, run, &summary, &judgement)?;
    if let Some(learned) = learned {
        match lesson {
            Lesson::Keep(messages) => learned.keep(&messages),
            Lesson::Forget => learned.forget(),
            Lesson::Nothing => {}
        }
    }
    Ok(exit)
}
