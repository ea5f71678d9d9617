//! Runs a world through edactl's own matcher, ledger and session, in virtual time.

use std::time::Duration;

use edactl_world::{
    ANSWERED, Ms, World,
    metrics::Metric as Published,
    observe::Answer,
    params::{Claim, Format, Marked},
    payload::MARKER_FIELD,
    truth, words,
};
use jiff::Timestamp;

use crate::{
    event::{Event, MarkerPolicy},
    ledger::{Awaited, Datum, Facts, Hold, Ledger, Metric, SendStatus, Sending, State, Way},
    matcher::{ConsumerStreams, LogText, Matcher},
    observation::DeadLetter,
    report::Messages,
    run::{Line, Outcome as Sent, Plan, Run},
    session::{Look, Observation, Session, Sources},
    topology::{Pipeline, queue::QueueCounters},
    verdict::{Outcome, Rules},
    waits::{Environment, SlowestPath, Waits},
};

/// When the observer gives up, in milliseconds since the send.
const PATIENCE: Ms = 1_800_000;
/// How long before the send the queue and the dead-letter queue are read.
const BEFORE: Ms = 500;

/// What edactl came to.
#[derive(Debug)]
pub struct Proof {
    pub outcome: Outcome,
    pub at: Ms,
    pub states: Vec<State>,
    pub ways: Vec<Option<Way>>,
    pub some_lost: Option<u64>,
    pub holds: Vec<Hold>,
    pub awaited: Awaited,
}

impl Proof {
    /// The verdict in the words of the world.
    pub fn verdict(&self) -> truth::Verdict {
        match self.outcome {
            Outcome::Proven | Outcome::Consistent => truth::Verdict::Proven,
            Outcome::Disproven => truth::Verdict::Disproven,
            Outcome::Undetermined(_) => truth::Verdict::Undetermined,
        }
    }

    /// The states in the words of the world.
    pub fn world_states(&self) -> Vec<truth::State> {
        let state = |state: &State| match state {
            State::Taken => truth::State::Taken,
            State::DeadLettered => truth::State::Dead,
            State::Lost => truth::State::Lost,
            State::Filtered => truth::State::Filtered,
            State::NotSent => truth::State::NotSent,
            State::SomeLost
            | State::Unattempted
            | State::Failing
            | State::Received
            | State::Waiting
            | State::InDoubt
            | State::Untraced => truth::State::Open,
        };
        self.states.iter().map(state).collect()
    }

    /// All that is wrong with it.
    pub fn errors(&self, world: &World) -> Vec<truth::Error> {
        let mut errors = world.judge(self.verdict(), &self.world_states(), self.at);
        if let Some(count) = self.some_lost {
            let among: Vec<usize> = (0..self.states.len())
                .filter(|index| self.states[*index] == State::SomeLost)
                .collect();
            let count = usize::try_from(count).expect("few");
            errors.extend(world.judge_some_lost(count.min(among.len()), &among, self.at));
        }
        errors
    }
}

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("in range")
}

fn elapsed(at: Ms) -> Duration {
    Duration::from_millis(u64::try_from(at - ANSWERED).expect("after the answer"))
}

fn counters(world: &World, at: Ms) -> Option<QueueCounters> {
    world.counters(at).map(|look| QueueCounters {
        visible: look.visible,
        in_flight: look.in_flight,
        delayed: look.delayed,
    })
}

/// The run as edactl records it.
pub fn run_of(world: &World) -> Run {
    let policy = match world.params.marked {
        Marked::None => MarkerPolicy::Untouched,
        Marked::All | Marked::Mixed => MarkerPolicy::Field(MARKER_FIELD.to_owned()),
    };
    let event = Event::parse("event.json", &world.original_event(), &policy).expect("an event");
    let plan = Plan::new(
        world.run.parse().expect("a run's id"),
        time(world.local_clock(0)),
        Pipeline::named("world"),
        &[event],
        1,
    );
    let mut run = Run::new(plan);
    run.apply(Line::Invoking {
        invocation: 0,
        at: time(world.local_clock(0)),
        scheduled: None,
    });
    run.apply(Line::Invoked {
        invocation: 0,
        at: time(world.local_clock(ANSWERED)),
        outcome: outcome_of(world),
    });
    run
}

fn outcome_of(world: &World) -> Sent {
    let entries = world.payloads.len();
    let answered = |sent, message_ids, error| Sent::Answered {
        request_id: None,
        status: Some(200),
        sent,
        message_ids,
        other_ids: Vec::new(),
        error,
    };
    match world.answer() {
        Answer::Lost => Sent::InDoubt {
            reason: "no answer".to_owned(),
        },
        Answer::FunctionError(text) => answered(None, Vec::new(), Some(text)),
        Answer::Returned(_) if world.params.claim == Claim::Nothing => {
            answered(None, Vec::new(), None)
        }
        Answer::Returned(_) if world.params.claim == Claim::Ids => {
            // A list that is shorter than the event does not tell whose ids it holds.
            if world.answered_ids.len() < world.groups.len() {
                let count = u64::try_from(world.answered_ids.len()).expect("few");
                return answered(Some(count), Vec::new(), None);
            }
            let mut ids = vec![None; entries];
            for (group, id) in &world.answered_ids {
                for payload in &world.groups[*group] {
                    ids[*payload] = Some(words::uuid(*id).as_str().into());
                }
            }
            answered(Some(u64::try_from(entries).expect("few")), ids, None)
        }
        Answer::Returned(text) => {
            let receipt = crate::run::answer::read(text.as_bytes(), None, &[], true);
            let planned = u64::try_from(world.groups.len()).expect("few");
            // The shape is known: one message may carry all entries.
            let is_all = receipt.sent == Some(planned);
            let sent = if is_all {
                u64::try_from(entries).ok()
            } else {
                receipt.sent
            };
            answered(sent, Vec::new(), None)
        }
    }
}

fn sending_of(world: &World, run: &Run, groups: Vec<Vec<u32>>) -> Sending {
    // The exchange that the answer is: `Date` tells whole seconds.
    let date = world.aws_date(ANSWERED);
    let behind = world.local_clock(ANSWERED) - date;
    let mut message_of = vec![0; world.payloads.len()];
    for (message, group) in (0..).zip(&world.groups) {
        for payload in group {
            message_of[*payload] = message;
        }
    }
    let planned = u64::try_from(world.groups.len()).expect("few");
    let status = SendStatus::of(run);
    let none = status.iter().all(|it| *it == SendStatus::NotSent);
    Sending {
        status,
        groups,
        messages: if none { 0 } else { planned },
        is_shape_known: true,
        message_of: world.params.one_message.then_some(message_of),
        began: time(world.local_clock(0) - behind),
        answered: time(date + 1000),
        session_began: time(date),
        clock_uncertainty: Duration::from_secs(1),
        sent_by: Duration::ZERO,
        queue_at_send: counters(world, -BEFORE),
        letters_at_send: world.dlq_count(-BEFORE),
        contents_shared: false,
    }
}

fn facts_of(world: &World) -> Facts {
    let settings = world.settings();
    let span = |ms: Ms| Duration::from_millis(u64::try_from(ms).expect("positive"));
    Facts {
        item_failures: Some(settings.item_failures),
        promises_status: settings.format == Format::Json,
        has_dlq: settings.max_receives.is_some(),
        visibility_timeout: Some(span(settings.visibility)),
        function_timeout: Some(span(settings.function_timeout)),
        batch_size: u32::try_from(settings.batch_size).ok(),
        changes_visibility: Some(settings.may_change_visibility),
        delay: span(settings.delay),
        has_filter: settings.filter.is_some(),
        loses_lines: false,
    }
}

fn metric_of(metric: Published) -> Option<Metric> {
    Some(match metric {
        Published::Sent => Metric::Sent,
        Published::Received => Metric::Received,
        Published::Deleted => Metric::Deleted,
        Published::OldestAge => Metric::OldestAge,
        Published::Invocations => Metric::Invocations,
        Published::Errors => Metric::Errors,
        Published::PolledEvents => Metric::PolledEvents,
        Published::FilteredOutEvents => Metric::FilteredOutEvents,
        Published::DeletedEvents => Metric::DeletedEvents,
        Published::InvokedEvents | Published::FailedInvokeEvents => return None,
    })
}

/// Proves a world with these waits, by the default rules.
pub fn prove(world: &mut World, waits: Waits) -> Proof {
    prove_by(world, waits, Rules::default(), elapsed(PATIENCE))
}

/// Proves a world by these rules with the waits and the timeout that edactl has by default on AWS.
pub fn prove_by_default(world: &mut World, rules: Rules) -> Proof {
    let waits = Waits::of(Environment::Aws, None);
    let settings = world.settings();
    let span = |ms: Ms| Duration::from_millis(u64::try_from(ms).expect("positive"));
    let path = SlowestPath {
        delay: span(settings.delay),
        batch_window: span(world.params.window),
        visibility_timeout: span(settings.visibility),
        max_receives: settings.max_receives,
    };
    let timeout = waits.timeout(Environment::Aws, &path);
    prove_by(world, waits, rules, timeout)
}

fn prove_by(world: &mut World, waits: Waits, rules: Rules, timeout: Duration) -> Proof {
    let run = run_of(world);
    let (matcher, groups) = Matcher::new(&run);
    let behind = world.local_clock(ANSWERED) - world.aws_date(ANSWERED);
    let settings = world.settings();
    let matcher = matcher.with_streams(ConsumerStreams {
        function: Some(settings.consumer_function.to_owned()),
        is_shared: settings.shared_group,
        ..ConsumerStreams::default()
    });
    let matcher = matcher.with_clock_behind(jiff::SignedDuration::from_millis(behind.max(0)));
    let ledger = Ledger::new(sending_of(world, &run, groups), facts_of(world), waits);
    let sources = Sources {
        logs: true,
        queue: true,
        dlq: world.params.dlq,
        metrics: true,
    };
    let mut session = Session::new(matcher, ledger, rules, Environment::Aws, sources, timeout);
    let mut read = Ms::MIN;
    let mut now = ANSWERED;
    loop {
        for look in session.due(elapsed(now)) {
            observe(world, &mut session, look, now, &mut read);
        }
        let (judgement, verdict) = session.verdict(elapsed(now), &[]);
        if session.is_over(&judgement, &verdict, elapsed(now)) {
            for index in 0..judgement.count() {
                let message = judgement.message(index);
                let told = (message.first_seen(), message.done_at());
                assert_eq!(
                    Messages::seen_and_done(&judgement, index),
                    told,
                    "message {index}"
                );
            }
            return Proof {
                outcome: verdict.outcome,
                at: now,
                states: judgement.iter().map(|it| it.counts.state).collect(),
                ways: judgement.iter().map(|it| it.counts.way).collect(),
                some_lost: judgement.some_lost(),
                holds: verdict.holds,
                awaited: verdict.awaited,
            };
        }
        let wake = i64::try_from(session.wake().as_millis()).expect("in range");
        now = (wake + ANSWERED).max(now + 1);
    }
}

fn observe(world: &mut World, session: &mut Session, look: Look, now: Ms, read: &mut Ms) {
    let at = elapsed(now);
    match look {
        Look::Log => {
            for line in world.lines_readable(*read, now) {
                session.read_line(
                    at,
                    LogText {
                        stream: &line.stream,
                        at: time(line.timestamp),
                        id: line.event_id.as_deref(),
                        nth: 0,
                        text: &line.text,
                    },
                );
            }
            *read = now;
            let to_end = world.log_readable_to_end(now);
            session.take(at, look, &Observation::LogRead { to_end });
        }
        Look::Queue => match counters(world, now) {
            Some(counters) => session.take(at, look, &Observation::Queue(counters)),
            None => session.take(at, look, &Observation::Silent),
        },
        Look::LetterCount => match world.dlq_count(now) {
            Some(count) => session.take(at, look, &Observation::LetterCount(count)),
            None => session.take(at, look, &Observation::Silent),
        },
        Look::Letters => {
            let mut letters = Vec::new();
            while let Some(found) = world.peek(now, 10).filter(|it| !it.is_empty()) {
                letters.extend(found);
            }
            let letters: Vec<DeadLetter> = letters
                .into_iter()
                .map(|letter| DeadLetter {
                    message_id: letter.message_id,
                    body: letter.body,
                    sent: Some(time(letter.sent_timestamp)),
                    receives: Some(letter.receive_count),
                    ..DeadLetter::default()
                })
                .collect();
            session.take(at, look, &Observation::Letters(&letters));
        }
        Look::Metrics => match world.metrics(now) {
            None => session.take(at, look, &Observation::Silent),
            Some(data) => {
                let data: Vec<Datum> = data
                    .iter()
                    .filter_map(|datum| {
                        Some(Datum {
                            metric: metric_of(datum.metric)?,
                            minute: datum.start.div_euclid(60_000),
                            value: datum.value,
                            samples: datum.samples,
                        })
                    })
                    .collect();
                session.take(at, look, &Observation::Metrics(&data));
            }
        },
    }
}
