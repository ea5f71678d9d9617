//! The course of a verify: what to look at next and when, and when it is over. Pure: time is an
//! argument, and somebody else fetches what is asked for.

use std::time::Duration;

use crate::{
    latency::CheckedLimit,
    ledger::{Awaited, Datum, Facts, Judgement, Ledger},
    matcher::{LogText, Matcher},
    observation::DeadLetter,
    run::{Run, learned_shape::Observed},
    topology::queue::QueueCounters,
    verdict::{self, Counts, Grounds, Outcome, Reason, Rules, Source, Verdict},
    waits::Environment,
};

/// Something to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Look {
    /// The consumer's log: what is new, to its end.
    Log,
    /// The queue's counters.
    Queue,
    /// How many letters the dead-letter queue holds.
    LetterCount,
    /// The letters themselves, until a peek shows no new one.
    Letters,
    /// The metrics.
    Metrics,
}

impl Look {
    const ALL: [Self; 5] = [
        Self::Log,
        Self::Queue,
        Self::LetterCount,
        Self::Letters,
        Self::Metrics,
    ];

    /// Which source it reads.
    #[must_use]
    pub fn source(self) -> Source {
        match self {
            Self::Log => Source::Logs,
            Self::Queue => Source::Queue,
            Self::LetterCount | Self::Letters => Source::Dlq,
            Self::Metrics => Source::Metrics,
        }
    }
}

/// What a look found; lines of the log go to [`Session::read_line`] before [`Self::LogRead`].
#[derive(Debug)]
pub enum Observation<'a> {
    /// The log was read, all lines told.
    LogRead {
        /// Whether that was to its end: a token that comes again is not the end.
        to_end: bool,
    },
    /// The queue's counters.
    Queue(QueueCounters),
    /// How many letters the dead-letter queue holds, hidden ones included.
    LetterCount(u64),
    /// The letters that a peek showed.
    Letters(&'a [DeadLetter]),
    /// The metrics of the run's minutes.
    Metrics(&'a [Datum]),
    /// The look failed in a way that may pass.
    Failed,
    /// The source cannot be read, for good.
    Silent,
}

/// One kind of look.
#[derive(Debug, Clone, Copy)]
struct Schedule {
    /// When the next is due, since the session began; `None`: never.
    next: Option<Duration>,
    /// When the one under way began.
    under_way: Option<Duration>,
    /// Whether the source can be read.
    is_heard: bool,
}

/// Which sources are there to be read, and were asked for.
#[derive(Debug, Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // One a source.
pub struct Sources {
    /// The consumer's log.
    pub logs: bool,
    /// The queue's counters.
    pub queue: bool,
    /// The dead-letter queue.
    pub dlq: bool,
    /// The metrics.
    pub metrics: bool,
}

/// A verify under way.
#[derive(Debug)]
pub struct Session {
    matcher: Matcher,
    ledger: Ledger,
    rules: Rules,
    environment: Environment,
    deadline: Duration,
    schedules: [Schedule; 5],
    log_lines: u64,
}

impl Session {
    /// Nothing looked at yet. `deadline` is when the time is up, since the session began.
    #[must_use]
    pub fn new(
        matcher: Matcher,
        ledger: Ledger,
        rules: Rules,
        environment: Environment,
        sources: Sources,
        deadline: Duration,
    ) -> Self {
        let schedules = Look::ALL.map(|look| {
            let is_heard = match look.source() {
                Source::Logs => sources.logs,
                Source::Queue => sources.queue,
                Source::Dlq => sources.dlq,
                Source::Metrics => sources.metrics,
            };
            let first = match look {
                Look::Letters => None,
                Look::Log | Look::Queue | Look::LetterCount | Look::Metrics => Some(FIRST_LOOK),
            };
            Schedule {
                next: first.filter(|_| is_heard),
                under_way: None,
                is_heard,
            }
        });
        Self {
            matcher,
            ledger,
            rules,
            environment,
            deadline,
            schedules,
            log_lines: 0,
        }
    }

    /// The evidence.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What is known of the messages that each event of the run became.
    #[must_use]
    pub fn observed(&self, run: &Run) -> Vec<Observed> {
        self.matcher.observed(run)
    }

    /// How many lines of the consumer were read.
    #[must_use]
    pub fn log_lines(&self) -> u64 {
        self.log_lines
    }

    /// When the time is up, since the session began.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The settings were read (again).
    pub fn learn(&mut self, facts: Facts) {
        self.ledger.learn(facts);
    }

    /// Whether a source can be read, as far as is known.
    #[must_use]
    pub fn hears(&self, source: Source) -> bool {
        Look::ALL
            .into_iter()
            .zip(&self.schedules)
            .any(|(look, schedule)| look.source() == source && schedule.is_heard)
    }

    /// Reads a line of the log group; lines of one stream come in the stream's order.
    pub fn read_line(&mut self, now: Duration, line: LogText<'_>) {
        self.ledger.set_now(now);
        let is_consumers = self.matcher.read(line, &mut self.ledger);
        self.log_lines += u64::from(is_consumers);
    }

    /// What is due to be looked at; each is under way from now on, until its observation comes.
    pub fn due(&mut self, now: Duration) -> Vec<Look> {
        let mut due = Vec::new();
        for (look, schedule) in Look::ALL.into_iter().zip(&mut self.schedules) {
            let is_due = schedule.next.is_some_and(|next| next <= now);
            if is_due && schedule.under_way.is_none() && schedule.is_heard {
                schedule.under_way = Some(now);
                due.push(look);
            }
        }
        due
    }

    /// When the next look is due, or the time is up.
    #[must_use]
    pub fn wake(&self) -> Duration {
        let idle = self
            .schedules
            .iter()
            .filter(|it| it.is_heard && it.under_way.is_none());
        let next = idle.filter_map(|it| it.next).min();
        next.unwrap_or(self.deadline).min(self.deadline)
    }

    /// Takes in what a look found.
    pub fn take(&mut self, now: Duration, look: Look, observation: &Observation<'_>) {
        let index = look as usize;
        let began = self.schedules[index].under_way.take().unwrap_or(now);
        self.ledger.set_now(now);
        self.schedules[index].next = Some(now + self.pause(look, now));
        match observation {
            Observation::LogRead { to_end } => {
                if *to_end {
                    self.ledger.log_read(began);
                }
            }
            Observation::Queue(counters) => self.ledger.queue_counters(began, *counters),
            Observation::LetterCount(count) => {
                self.ledger.letter_count(began, *count);
                self.plan_peek(now, *count);
            }
            Observation::Letters(letters) => {
                self.schedules[index].next = None;
                self.ledger.letters_peeked(began);
                for letter in *letters {
                    self.ledger
                        .letter_seen(began, &letter.message_id, letter.sent);
                    self.matcher.read_dead_letter(
                        &letter.message_id,
                        &letter.body,
                        &mut self.ledger,
                    );
                }
            }
            Observation::Metrics(data) => self.ledger.metrics_read(began, data),
            Observation::Failed => {}
            Observation::Silent => {
                self.schedules[index].is_heard = false;
                self.schedules[index].next = None;
            }
        }
    }

    /// A peek raises receive counts and hides letters for seconds, so it is made only where there
    /// is something to see, and not too often.
    fn plan_peek(&mut self, now: Duration, count: u64) {
        let schedule = &self.schedules[Look::Letters as usize];
        if schedule.under_way.is_some() || schedule.next.is_some() {
            return;
        }
        let was_empty = self.ledger.letters_were_none();
        if count == 0 && was_empty {
            return;
        }
        let pause = self.ledger.waits().peek_pause;
        let next = self.ledger.last_peek().map_or(now, |last| last + pause);
        self.schedules[Look::Letters as usize].next = Some(next.max(now));
    }

    /// How long to wait before the same look again: the first second decides how fast people
    /// find it, and later everything is slow.
    fn pause(&self, look: Look, now: Duration) -> Duration {
        if self.environment == Environment::Embedded {
            return match look {
                Look::Log | Look::Queue | Look::LetterCount => EMBEDDED_PAUSE.max(now / 10),
                Look::Letters | Look::Metrics => EMBEDDED_PAUSE.max(now / 5),
            }
            .min(EMBEDDED_LONGEST_PAUSE);
        }
        let (share, least, most) = match (look, self.environment) {
            (Look::Log, _) => (4, 200, 5_000),
            (Look::Metrics, Environment::Emulator) => (4, 500, 5_000),
            (Look::Metrics, _) => (4, 10_000, 30_000),
            (_, Environment::Emulator) => (4, 100, 2_000),
            (_, _) => (10, 1_000, 10_000),
        };
        (now / share).clamp(Duration::from_millis(least), Duration::from_millis(most))
    }

    /// What a verdict rests on beside the ledger.
    #[must_use]
    pub fn grounds<'a>(&self, limits: &'a [CheckedLimit]) -> Grounds<'a> {
        Grounds {
            rules: self.rules,
            limits,
            log_is_read: self.hears(Source::Logs),
            metrics_are_read: self.hears(Source::Metrics),
            queue_is_read: self.hears(Source::Queue),
        }
    }

    /// Judges all that is known now.
    #[must_use]
    pub fn verdict(&self, now: Duration, limits: &[CheckedLimit]) -> (Judgement<'_>, Verdict) {
        let judgement = self.ledger.judge(now);
        let counts = Counts::of(&judgement);
        let verdict = verdict::decide(&judgement, counts, &self.grounds(limits));
        (judgement, verdict)
    }

    /// Whether waiting longer could not change the verdict, nor tell something worth knowing.
    #[must_use]
    pub fn is_over(&self, judgement: &Judgement<'_>, verdict: &Verdict, now: Duration) -> bool {
        if now >= self.deadline || !self.schedules.iter().any(|it| it.is_heard) {
            return true;
        }
        let metrics_are_told =
            !self.hears(Source::Metrics) || self.metrics_are_told(judgement, verdict);
        if !self.hears(Source::Logs) {
            let queue_is_told = !self.hears(Source::Queue) || judgement.ledger().queue().is_some();
            return metrics_are_told && queue_is_told;
        }
        if verdict.is_final {
            return metrics_are_told;
        }
        // Nobody is asked who could tell what the queue let go.
        let log_is_alone = !self.hears(Source::Queue) && !self.hears(Source::Metrics);
        if log_is_alone && verdict.counts.waiting == 0 && verdict.awaited == Awaited::QueueCounters
        {
            return true;
        }
        // What only metrics could settle, where they are silent or have said all that they will.
        let only_counts = matches!(
            verdict.outcome,
            Outcome::Undetermined(Reason::OnlyCounts | Reason::InDoubt)
        );
        only_counts
            && judgement.absent_await() == Awaited::Nothing
            && (!self.hears(Source::Metrics) || judgement.metrics_have_settled())
    }

    /// Whether the metrics were read, and on the embedded pipeline, which publishes at once, so late
    /// that they tell all that happened. A verdict that stands waits no longer for them.
    fn metrics_are_told(&self, judgement: &Judgement<'_>, verdict: &Verdict) -> bool {
        let Some(read) = judgement.ledger().last_metrics() else {
            return false;
        };
        if self.environment != Environment::Embedded {
            return true;
        }
        let at_rest = judgement.came_to_rest(REST_PATIENCE);
        // Only metrics that have settled tell a retry from a second delivery.
        let tells_repeats = verdict.counts.repeated == 0
            || judgement.metrics_have_settled()
            || read >= at_rest + REPEATS_PATIENCE;
        read >= at_rest && tells_repeats
    }
}

/// The first look comes so long after the invocation.
const FIRST_LOOK: Duration = Duration::from_millis(50);
/// The embedded pipeline costs nothing to ask.
const EMBEDDED_PAUSE: Duration = Duration::from_millis(20);
const EMBEDDED_LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// How long a verdict that stands waits for the queue to be empty, so that metrics tell all.
const REST_PATIENCE: Duration = Duration::from_secs(1);
/// And for what tells a retry from a second delivery.
const REPEATS_PATIENCE: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests;
