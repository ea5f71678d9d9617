//! Drives the session of a verify: makes the looks that it asks for, and hands over what they
//! found, until it is over.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep_until};

use crate::{
    cli::{Acceptance, VerifyArgs, WitnessName},
    commands::Error,
    context::Context,
    interrupt::Interrupt,
    render::progress::{LiveState, Progress},
    sources::{Found, LineRef, Sources, topology},
};
use edactl_aws::error::AwsError;
use edactl_core::{
    diagnosis::{self, Case, Topology},
    ledger::{Datum, Death, Facts, Ledger, MessageIndex, Sending, State},
    matcher::{ConsumerStreams, LogText, Matcher},
    report::{Limits, latencies},
    run::Run,
    session::{Look, Observation, Session},
    verdict::{Rules, Source},
    waits::{Environment, SlowestPath, Waits},
};

/// Judging a large run takes time, and evidence comes in bursts: no more than for one part in so
/// many.
const JUDGE_SHARE: u32 = 19;

/// A verify under way.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the log or the sources, in any mix"
)]
pub(super) struct Watch<'a> {
    context: &'a Context,
    run: &'a Run,
    pub session: Session,
    /// When the session began.
    epoch: Instant,
    /// When the command began: what people wait for.
    began: Instant,
    limits: Limits,
    /// Sources that cannot be read, and why.
    pub silent: Vec<(Source, AwsError)>,
    /// The log group does not exist.
    pub log_missing: bool,
    /// The log could not be read to its end at the last reading over the whole window.
    pub log_unread: bool,
    /// How often each event without an id was seen; each comes once for each time it was written.
    equal_events: HashMap<(Arc<str>, Timestamp, Arc<str>), u32>,
    /// The settings, once they were read.
    pub topology: Topology,
    /// Whether any source has told anything.
    is_answered: bool,
    /// Whether the log was read, as far as it could be.
    log_was_read: bool,
}

/// What was known of the run before the session begins.
pub(super) struct Before {
    /// Whether an equal content was sent before and is not proven.
    pub contents_shared: bool,
    /// Payloads that were dead letters.
    pub deaths: HashMap<MessageIndex, Death>,
}

/// How long this verify waits for what.
pub(super) fn waits(context: &Context, args: &VerifyArgs) -> Waits {
    let environment = context.environment();
    let settle = args.settle.unwrap_or(context.settle);
    let mut waits = match environment {
        Environment::Aws => {
            let defaults = Waits::of(environment, None);
            Waits {
                settle_loss: settle,
                settle_time: settle.min(defaults.settle_time),
                ..defaults
            }
        }
        Environment::Emulator | Environment::Embedded => {
            let is_given = args.settle.is_some() || context.is_settle_given;
            Waits::of(environment, is_given.then_some(settle))
        }
    };
    if let Some(lag) = args.counter_lag {
        waits.counter_lag = lag;
    }
    if args.strict { waits.strict() } else { waits }
}

/// How long a verify may take where nothing says it.
pub(super) fn timeout(context: &Context, waits: &Waits) -> Duration {
    let queue = context.queue.as_ref();
    let path = queue.map_or_else(SlowestPath::default, |queue| SlowestPath {
        delay: queue.delay,
        batch_window: Duration::ZERO,
        visibility_timeout: queue.visibility_timeout,
        max_receives: queue.redrive.as_ref().map(|redrive| redrive.max_receives),
    });
    waits.timeout(context.environment(), &path)
}

/// What the settings say, as far as they are known.
fn facts(context: &Context, topology: &Topology) -> Facts {
    let queue = topology.queue.as_ref().or(context.queue.as_ref());
    let consumer = context.pipeline.consumer.as_ref();
    let triggers = topology.triggers.iter().flatten();
    let own = triggers
        .filter(|trigger| consumer.is_none_or(|consumer| trigger.function_name() == consumer.name));
    Facts {
        promises_status: topology
            .consumer
            .as_ref()
            .is_some_and(edactl_core::topology::function::FunctionFacts::logs_each_status),
        has_dlq: context.pipeline.dlq.is_some() || queue.is_some_and(|it| it.redrive.is_some()),
        visibility_timeout: queue.map(|queue| queue.visibility_timeout),
        function_timeout: topology.consumer.as_ref().map(|facts| facts.timeout),
        // What the role may do is not asked: without it the way of time stays closed. The embedded
        // pipeline makes what failed visible at once.
        changes_visibility: context.embedded.then_some(true),
        delay: queue.map(|queue| queue.delay).unwrap_or_default(),
        loses_lines: context.environment() == Environment::Emulator,
        ..Facts::default()
    }
    .with_triggers(own)
}

impl<'a> Watch<'a> {
    /// Nothing looked at yet.
    pub fn new(
        context: &'a Context,
        run: &'a Run,
        args: &VerifyArgs,
        (began, deadline): (Instant, Instant),
        limits: Limits,
        before: Before,
    ) -> Self {
        let (matcher, groups) = Matcher::new(run);
        let epoch = Instant::now();
        let bounds = context.clock_bounds();
        let sending = Sending {
            contents_shared: before.contents_shared,
            ..Sending::of(run, groups, &bounds, Timestamp::now())
        };
        let lead = run.plan.began.duration_since(sending.began);
        let matcher = matcher
            .with_clock_behind(lead.max(SignedDuration::ZERO))
            .with_streams(ConsumerStreams::of(&context.pipeline).on(context.environment()));
        let topology = Topology::default();
        let ledger = Ledger::new(sending, facts(context, &topology), waits(context, args));
        let ledger = ledger.with_deaths(before.deaths);
        let hears = |name| args.witness.contains(&name);
        let pipeline = &context.pipeline;
        let session = Session::new(
            matcher,
            ledger,
            Rules {
                exactly_once: args.exactly_once,
                require_metrics: args.require.contains(&WitnessName::Metrics),
                require_queue: args.require.contains(&WitnessName::Queue),
                accept_counts: args.accept.contains(&Acceptance::Counts),
                accept_partial_send: args.accept.contains(&Acceptance::PartialSend),
            },
            context.environment(),
            edactl_core::session::Sources {
                logs: hears(WitnessName::Logs),
                queue: hears(WitnessName::Queue) && pipeline.queue.is_some(),
                dlq: hears(WitnessName::Queue) && pipeline.dlq.is_some(),
                metrics: hears(WitnessName::Metrics) && pipeline.queue.is_some(),
            },
            deadline.saturating_duration_since(epoch),
        );
        Self {
            context,
            run,
            session,
            epoch,
            began,
            limits,
            silent: Vec::new(),
            log_missing: false,
            log_unread: false,
            equal_events: HashMap::new(),
            topology,
            is_answered: false,
            log_was_read: false,
        }
    }

    /// Whether any source has told anything about the pipeline.
    pub fn is_answered(&self) -> bool {
        self.is_answered
    }

    /// How long the session has lasted.
    pub fn now(&self) -> Duration {
        self.epoch.elapsed()
    }

    /// How long the command has lasted.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The payloads that are dead letters, by their numbers from 1.
    pub fn dead(&self) -> Vec<u64> {
        let (judgement, _) = self.session.verdict(self.now(), &[]);
        let dead = judgement
            .message_counts()
            .filter(|(_, counts)| counts.state == State::DeadLettered);
        dead.map(|(message, _)| u64::from(message) + 1).collect()
    }

    /// The user's limits on latency.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Watches until nothing more can change, or the time is up. Says whether the user ended it.
    pub async fn run(
        &mut self,
        progress: &mut Progress,
        interrupt: &mut Interrupt,
    ) -> Result<bool, Error> {
        let since = self.session.ledger().began();
        let settle = self.session.ledger().waits().settle_loss;
        let (mut sources, mut found) = Sources::new(self.context, since, settle);
        let settings = topology::look(self.context);
        tokio::pin!(settings);
        let mut are_settings_read = false;
        let mut judge_at = Duration::ZERO;
        loop {
            for look in self.session.due(self.now()) {
                sources.begin(look);
            }
            let mut wake = self.session.wake();
            if self.now() >= judge_at {
                let judging = Instant::now();
                if self.is_over(progress) {
                    return Ok(false);
                }
                judge_at = self.now() + judging.elapsed() * JUDGE_SHARE;
            } else {
                wake = wake.min(judge_at);
            }
            tokio::select! {
                biased;
                () = interrupt.wait() => return Ok(true),
                Some((look, what)) = found.recv() => self.take(look, what)?,
                topology = &mut settings, if !are_settings_read => {
                    are_settings_read = true;
                    self.learn(topology, &mut sources);
                }
                () = sleep_until(self.epoch + wake) => {}
            }
        }
    }

    fn learn(&mut self, topology: Topology, sources: &mut Sources) {
        self.session.learn(facts(self.context, &topology));
        let triggers = topology.triggers.as_deref().unwrap_or_default();
        if let Some(trigger) = triggers.iter().find(|trigger| trigger.counts_events) {
            sources.count_events(trigger.uuid.clone());
        }
        self.topology = topology;
    }

    fn is_over(&self, progress: &mut Progress) -> bool {
        let now = self.now();
        let has_limits = !self.limits.received.is_empty() || !self.limits.answered.is_empty();
        let (judgement, mut verdict) = self.session.verdict(now, &[]);
        if has_limits && verdict.is_final {
            let bounds = self.context.clock_bounds();
            let (_, latency) = latencies(self.run, &judgement, bounds, &self.limits);
            verdict = self.session.verdict(now, &latency.limits).1;
        }
        let is_over = self.session.is_over(&judgement, &verdict, now);
        if !is_over {
            let case = Case {
                run: self.run,
                judgement: &judgement,
                counts: &verdict.counts,
                topology: &self.topology,
                exactly_once: false,
            };
            let sources = [Source::Logs, Source::Queue, Source::Metrics, Source::Dlq];
            let heard: Vec<Source> = sources
                .into_iter()
                .filter(|source| self.session.hears(*source))
                .collect();
            progress.update(&LiveState {
                run: self.run,
                elapsed: self.elapsed(),
                now,
                deadline: self.session.deadline(),
                judgement: &judgement,
                verdict: &verdict,
                log_lines: self.session.log_lines(),
                heard: &heard,
                is_on_aws: self.context.environment() == Environment::Aws,
                urgent: &diagnosis::at_once(&case),
            });
        }
        is_over
    }

    fn take(&mut self, look: Look, what: Found) -> Result<(), Error> {
        let now = self.now();
        self.is_answered |= !matches!(what, Found::Failed | Found::Silent(_));
        match what {
            Found::Lines(lines) => {
                for line in lines.all() {
                    let text = LogText {
                        stream: line.stream,
                        at: line.at,
                        id: line.id,
                        nth: self.nth(line),
                        text: line.message,
                    };
                    self.session.read_line(now, text);
                }
                return Ok(());
            }
            Found::LogRead {
                is_sweep,
                to_end,
                missing,
            } => {
                self.log_was_read = true;
                self.log_missing = missing;
                if is_sweep {
                    self.log_unread = !to_end;
                }
                let observation = Observation::LogRead { to_end };
                self.session.take(now, look, &observation);
            }
            Found::Queue(counters) => {
                self.session.take(now, look, &Observation::Queue(counters));
            }
            Found::LetterCount(count) => {
                self.session
                    .take(now, look, &Observation::LetterCount(count));
            }
            Found::Letters(letters) => {
                self.session
                    .take(now, look, &Observation::Letters(&letters));
            }
            Found::Metrics(metrics) => {
                let data = Datum::all(&metrics);
                self.session.take(now, look, &Observation::Metrics(&data));
            }
            Found::Failed => self.session.take(now, look, &Observation::Failed),
            // Without the logs nothing can be decided; the others only corroborate. What was read
            // of them is told.
            Found::Silent(error)
                if look == Look::Log && !self.log_was_read && self.session.log_lines() == 0 =>
            {
                return Err(error.into());
            }
            Found::Silent(error) => {
                self.session.take(now, look, &Observation::Silent);
                self.silent.push((look.source(), error));
            }
        }
        Ok(())
    }

    fn nth(&mut self, line: LineRef<'_>) -> u32 {
        if line.id.is_some() {
            return 0;
        }
        let event = (Arc::clone(line.stream), line.at, line.message.into());
        let seen = self.equal_events.entry(event).or_default();
        *seen += 1;
        *seen - 1
    }
}
