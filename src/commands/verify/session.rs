//! The hearing of the witnesses: takes in what they say, judges, and ends when nothing can change any
//! more.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    cli::{Acceptance, VerifyArgs, WitnessName},
    commands::{Error, rendering::render},
    context::Context,
    interrupt::Interrupt,
    render::{aws_hint::aws_hint, progress::Progress, table::counted, verify_report::VerifyReport},
    sources::{self, LOOK_BACK, Observation},
    store::{RunStore, evidence_rows},
};
use edactl_aws::{error::AwsError, logs::LogEvent};
use edactl_core::{
    diagnosis::{self, Case, Topology},
    exit::ExitCode,
    humanize::{self, count},
    latency::LatencyLimit,
    ledger::Ledger,
    matcher::{LogText, Matcher, send_statuses},
    report::{
        Live, MetricsEntry, QueueEntry, Summary, Witnesses, latencies, latency_findings, millis,
        outcome_names, with_limits,
    },
    run::Run,
    topology::queue::QueueCounters,
    verdict::{self, Counts, Finding, MetricsView, MetricsWord, Outcome, Reason, Rules, Verdict},
};

/// Once every message is proven, the queue's word that it is empty is waited for this long: until
/// then a second delivery may be under way.
const DRAIN_WAIT: Duration = Duration::from_secs(5);
/// Judging a large run takes time, and evidence comes in bursts.
const JUDGE_PAUSE: Duration = Duration::from_millis(20);
/// And is not done more than for one part in so many.
const JUDGE_SHARE: u32 = 9;

/// Without news, time alone may change a verdict.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// Testimonies that wait to be taken in; one may hold a window of the log, megabytes of it.
const OBSERVATIONS: usize = 2;

/// Everything known about a run while it is being verified.
pub(super) struct VerifySession<'a> {
    context: &'a Context,
    run: &'a Run,
    rules: Rules,
    /// Limits on latency.
    limits: Vec<LatencyLimit>,
    witnesses: Vec<WitnessName>,
    metrics_wait: Duration,
    settle: Duration,
    matcher: Matcher,
    ledger: Ledger,
    counts: Counts,
    metrics: Option<MetricsView>,
    /// Messages of other recorded runs in the minutes of this one.
    known_others: u64,
    dead_letters: Option<u64>,
    silent: Vec<(WitnessName, AwsError)>,
    log_events: u64,
    /// How often each event without an id was seen; each comes once for each time it was written.
    equal_events: HashMap<(Arc<str>, Timestamp, Arc<str>), u32>,
    log_missing: bool,
    /// When the logs and the queue first proved every message.
    proven_at: Option<Instant>,
}

impl<'a> VerifySession<'a> {
    /// Nothing heard yet.
    pub(super) fn new(
        context: &'a Context,
        run: &'a Run,
        args: &VerifyArgs,
        limits: Vec<LatencyLimit>,
        known_others: u64,
    ) -> Self {
        let settle = args.settle.unwrap_or(context.settle);
        let (matcher, groups) = Matcher::new(run);
        let matcher = matcher.with_clock_behind(clock_behind(context));
        let mut ledger = Ledger::new(run.plan.began, &send_statuses(run), groups, settle);
        let redrives = context
            .queue
            .as_ref()
            .is_some_and(|queue| queue.redrive.is_some());
        if redrives || context.pipeline.dlq.is_some() {
            ledger.expect_dead_letters();
        }
        let counts = Counts::of(&ledger, &ledger.statuses());
        let hears = |name| args.witness.contains(&name);
        Self {
            context,
            run,
            rules: Rules {
                exactly_once: args.exactly_once,
                require_metrics: args.require.contains(&WitnessName::Metrics),
                require_queue: args.require.contains(&WitnessName::Queue),
                accept_counts: args.accept.contains(&Acceptance::Counts),
            },
            limits,
            witnesses: args.witness.clone(),
            metrics_wait: args.metrics_wait,
            settle,
            matcher,
            ledger,
            counts,
            metrics: (hears(WitnessName::Metrics) && context.pipeline.queue.is_some())
                .then(MetricsView::default),
            known_others,
            dead_letters: None,
            silent: Vec::new(),
            log_events: 0,
            equal_events: HashMap::new(),
            log_missing: false,
            proven_at: None,
        }
    }

    fn verdict(&self) -> Verdict {
        verdict::judge(
            &self.ledger,
            self.counts,
            &self.metrics.unwrap_or_default(),
            self.rules,
        )
    }

    pub(super) fn is_proven(&self) -> bool {
        self.verdict().outcome == Outcome::Proven
    }

    fn hears(&self, name: WitnessName) -> bool {
        self.witnesses.contains(&name) && !self.silent.iter().any(|(silent, _)| *silent == name)
    }

    /// Hears the witnesses until nothing more can change, or the time is up. Says whether the user
    /// ended it.
    pub(super) async fn hear(
        &mut self,
        deadline: Instant,
        began: Instant,
        progress: &mut Progress,
        interrupt: &mut Interrupt,
    ) -> Result<bool, Error> {
        let (heard, mut observations) = mpsc::channel(OBSERVATIONS);
        let first = self.run.plan.began;
        let _witnesses = sources::call(self.context, &self.witnesses, first, self.settle, &heard);
        drop(heard);
        let mut told_metrics = false;
        let mut is_silent = false;
        let mut not_before = Instant::now();
        let mut judge_at = not_before;
        loop {
            tokio::select! {
                biased;
                () = interrupt.wait() => return Ok(true),
                () = sleep_until(deadline) => return Ok(false),
                () = sleep_until(judge_at) => {}
                observation = observations.recv(), if !is_silent => {
                    if let Some(observation) = observation {
                        self.take_in(observation)?;
                        judge_at = not_before;
                        continue;
                    }
                    // Every witness fell silent, or none was called: judged once more, at once.
                    is_silent = true;
                }
            }
            let judging = Instant::now();
            self.counts = Counts::of(&self.ledger, &self.ledger.statuses());
            let pause = JUDGE_PAUSE.max(judging.elapsed() * JUDGE_SHARE);
            let verdict = self.verdict();
            if is_silent || self.is_over(&verdict, Instant::now()) {
                return Ok(false);
            }
            if self.proven_at.is_some() && !told_metrics && self.awaits_metrics(&verdict) {
                told_metrics = true;
                progress.say(&format!(
                    "the logs prove every message; waiting up to {} for the queue's metrics \
                     (--metrics-wait)",
                    humanize::duration(self.metrics_wait)
                ));
            }
            progress.show(began.elapsed(), &self.state(&verdict));
            not_before = Instant::now() + pause;
            judge_at = not_before.max(Instant::now() + LOOK_AGAIN);
        }
    }

    fn take_in(&mut self, observation: Observation) -> Result<(), Error> {
        match observation {
            Observation::LogEvents(events) => {
                self.log_events += events.len() as u64;
                for event in &events {
                    let log = LogText {
                        stream: &event.stream,
                        at: event.timestamp,
                        id: event.id.as_deref(),
                        nth: self.nth(event),
                        text: &event.message,
                    };
                    self.matcher.read(log, &mut self.ledger);
                }
            }
            Observation::LogsRead { at, missing } => {
                self.log_missing = missing;
                self.ledger.logs_read(at);
            }
            Observation::Queue { counters, at } => {
                // What the queue does not tell is unknown: such a look says nothing.
                if let QueueCounters {
                    visible: Some(visible),
                    in_flight: Some(in_flight),
                    delayed: Some(delayed),
                } = counters
                {
                    self.ledger.queue_counters(at, visible, in_flight, delayed);
                }
            }
            Observation::DeadLetters {
                count,
                letters,
                at,
                is_complete,
            } => {
                self.dead_letters = Some(count);
                for letter in &letters {
                    self.matcher.read_dead_letter(
                        &letter.message_id,
                        &letter.body,
                        &mut self.ledger,
                    );
                }
                if is_complete {
                    self.ledger.dead_letters_read(at);
                }
            }
            Observation::Metrics(metrics) => {
                self.metrics = Some(MetricsView {
                    sent: metrics.queue.sent.sum(),
                    received: metrics.queue.received.sum(),
                    deleted: metrics.queue.deleted.sum(),
                    known_others: self.known_others,
                });
            }
            // Without the logs nothing can be decided; the others only corroborate.
            Observation::Silent(WitnessName::Logs, error) => return Err(error.into()),
            Observation::Silent(name, error) => {
                if name == WitnessName::Metrics {
                    self.metrics = None;
                }
                self.silent.push((name, error));
            }
        }
        Ok(())
    }

    fn nth(&mut self, event: &LogEvent) -> u32 {
        if event.id.is_some() {
            return 0;
        }
        let event = (event.stream.clone(), event.timestamp, event.message.clone());
        let seen = self.equal_events.entry(event).or_default();
        *seen += 1;
        *seen - 1
    }

    /// Whether waiting longer could still change the verdict, or tell something worth knowing.
    fn is_over(&mut self, verdict: &Verdict, now: Instant) -> bool {
        if !self.witnesses.contains(&WitnessName::Logs) {
            // Only the logs can prove a message: without them the others are heard out.
            let heard_metrics = !self.hears(WitnessName::Metrics) || !self.awaits_metrics(verdict);
            let heard_queue =
                !self.hears(WitnessName::Queue) || self.ledger.queue().empty_since.is_some();
            return heard_metrics && heard_queue;
        }
        let only_counts = verdict.outcome == Outcome::Undetermined(Reason::OnlyCounts);
        if !verdict.is_final && !only_counts {
            self.proven_at = None;
            return false;
        }
        let since = *self.proven_at.get_or_insert(now);
        if only_counts && !verdict.is_final {
            return !self.hears(WitnessName::Metrics) || now >= since + self.metrics_wait;
        }
        if verdict.outcome != Outcome::Proven {
            return true;
        }
        let drained =
            self.ledger.drained() || !self.hears(WitnessName::Queue) || now >= since + DRAIN_WAIT;
        drained && (!self.awaits_metrics(verdict) || now >= since + self.metrics_wait)
    }

    fn awaits_metrics(&self, verdict: &Verdict) -> bool {
        self.hears(WitnessName::Metrics)
            && self
                .metrics
                .is_some_and(|metrics| metrics.word(&verdict.counts) == MetricsWord::Incomplete)
    }

    fn state(&self, verdict: &Verdict) -> String {
        let counts = &verdict.counts;
        let mut state = format!(
            "logs {} of {} arrived",
            count(counts.done),
            count(counts.attempted)
        );
        if counts.failing > 0 {
            state.push_str(&format!(", {} failing", count(counts.failing)));
        }
        if let Some((visible, in_flight, delayed)) = self.ledger.queue().last {
            state.push_str(&format!(
                " · queue {visible} visible, {in_flight} in flight, {delayed} delayed"
            ));
        }
        if let Some(metrics) = self.metrics {
            let number = |value: Option<u64>| value.map_or_else(|| "?".into(), count);
            state.push_str(&format!(
                " · metrics {} sent, {} received",
                number(metrics.sent),
                number(metrics.received)
            ));
        }
        state
    }

    pub(super) fn report(
        &mut self,
        store: &RunStore,
        args: &VerifyArgs,
        elapsed: Duration,
        interrupted: bool,
        topology: &Topology,
    ) -> Result<ExitCode, Error> {
        let mut verdict = self.verdict();
        if !args.witness.contains(&WitnessName::Logs) && !verdict.is_final {
            verdict.outcome = Outcome::Undetermined(Reason::NotObservable);
        }
        let statuses = self.ledger.statuses();
        let messages = Live {
            ledger: &self.ledger,
            statuses: &statuses,
        };
        let bounds = self.context.clock.bounds();
        let (clock, latency) = latencies(self.run, &messages, bounds, &self.limits);
        verdict.outcome = with_limits(verdict.outcome, &latency);
        let exit = if interrupted {
            ExitCode::Interrupted
        } else {
            verdict.outcome.exit_code()
        };
        let metrics = self.metrics.filter(|_| verdict.outcome == Outcome::Proven);
        let mut findings = latency_findings(clock, &latency);
        findings.extend(verdict::findings(
            &self.ledger,
            &statuses,
            &verdict.counts,
            metrics.as_ref(),
            self.rules,
        ));
        if !args.witness.contains(&WitnessName::Logs) {
            findings.push(Finding {
                id: "logs-not-heard",
                text: "without the logs nothing is proven of any one message (--witness)".into(),
            });
        }
        for (name, error) in &self.silent {
            let id = match name {
                WitnessName::Logs => "logs-silent",
                WitnessName::Metrics => "metrics-silent",
                WitnessName::Queue => "queue-silent",
            };
            findings.push(Finding {
                id,
                text: format!("{error}; {}", aws_hint(error)),
            });
        }
        let case = Case {
            run: self.run,
            ledger: &self.ledger,
            statuses: &statuses,
            counts: &verdict.counts,
            metrics: self.metrics.as_ref(),
            topology,
            exactly_once: self.rules.exactly_once,
        };
        findings.extend(diagnosis::findings(&case));
        let diagnosis = diagnosis::diagnose(&case);
        let with_logs = args.witness.contains(&WitnessName::Logs);
        let (name, reason) = outcome_names(verdict.outcome);
        let head = Summary {
            at: Timestamp::now(),
            edactl: env!("CARGO_PKG_VERSION").to_owned(),
            verdict: name,
            reason,
            is_final: verdict.is_final,
            interrupted,
            exit: exit as u8,
            elapsed_ms: millis(elapsed),
            exactly_once: self.rules.exactly_once,
            counts: verdict.counts.into(),
            witnesses: Witnesses {
                logs: with_logs.then(|| self.logs_line(&verdict)),
                metrics: self
                    .metrics
                    .map(|metrics| MetricsEntry::new(&metrics, &verdict.counts, with_logs)),
                queue: self
                    .hears(WitnessName::Queue)
                    .then(|| QueueEntry::new(self.ledger.queue(), self.dead_letters))
                    .flatten(),
            },
            clock,
            latency,
            findings: findings.into_iter().map(Into::into).collect(),
            diagnosis: diagnosis.groups.into_iter().map(Into::into).collect(),
        };
        let report = VerifyReport {
            run: self.run,
            head: &head,
            messages: &messages,
        };
        // Shown first: a full disk must not swallow the result.
        render(&args.reporting, report)?;
        evidence_rows::keep(store, self.run, &head, &messages)?;
        Ok(exit)
    }

    fn logs_line(&self, verdict: &Verdict) -> String {
        let group = self
            .context
            .pipeline
            .consumer
            .as_ref()
            .map_or("", |consumer| &consumer.log_group);
        if self.log_missing {
            return format!("the log group {group} does not exist (yet)");
        }
        format!(
            "{} of {} found in {} of {group}",
            count(verdict.counts.done),
            counted(verdict.counts.attempted, "message"),
            counted(self.log_events, "event")
        )
    }
}

/// How far AWS's clock may be behind this machine's. The embedded pipeline has the same one.
fn clock_behind(context: &Context) -> SignedDuration {
    if context.embedded {
        return SignedDuration::ZERO;
    }
    let Some(skew) = context.clock.bounds().skew() else {
        return LOOK_BACK;
    };
    let doubt = SignedDuration::try_from(skew.uncertainty).unwrap_or(LOOK_BACK);
    doubt.saturating_sub(skew.ahead).max(SignedDuration::ZERO)
}
