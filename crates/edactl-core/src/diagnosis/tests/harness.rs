//! A run of two marked payloads whose log, counters and settings the tests write.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    diagnosis::{Case, Cause, Diagnosis, Group, Topology, at_once, diagnose},
    event::{Event, MarkerPolicy, marker::RunId, shape::Messages},
    ledger::{Datum, Facts, Ledger, Metric, SendStatus, Sending},
    matcher::{LogText, Matcher},
    run::{Line, Outcome, Plan, Run},
    topology::{
        Pipeline, Queue,
        function::{FunctionFacts, Trigger},
        queue::{QueueCounters, QueueFacts, Redrive},
    },
    verdict::Counts,
    waits::{Environment, Waits},
};

pub const TWO: &str = r#"{"a": {"n": 1}, "b": {"n": 2}}"#;
/// Later than anything is waited for.
const LATE: Duration = Duration::from_hours(1);

pub fn start() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

pub fn after(millis: i64) -> Timestamp {
    start() + SignedDuration::from_millis(millis)
}

/// A request id for a number.
pub fn uuid(number: u32) -> String {
    format!("00000001-0000-4000-8000-{number:012x}")
}

pub fn answered(sent: Option<u64>, error: Option<&str>) -> Outcome {
    Outcome::Answered {
        request_id: None,
        status: error.map_or(Some(200), |_| None),
        sent,
        message_ids: Vec::new(),
        other_ids: Vec::new(),
        error: error.map(str::to_owned),
    }
}

/// A run and all that is known of it.
pub struct Harness {
    pub run: Run,
    pub topology: Topology,
    pub exactly_once: bool,
    matcher: Matcher,
    pub ledger: Ledger,
    now: Duration,
}

impl Harness {
    /// A run of two payloads; `None`: the sender was killed.
    pub fn new(outcome: Option<Outcome>) -> Self {
        Self::of(TWO, &MarkerPolicy::Field("edactl".into()), outcome)
    }

    pub fn of(event: &str, policy: &MarkerPolicy, outcome: Option<Outcome>) -> Self {
        Self::from_event(Event::parse("event.json", event, policy).unwrap(), outcome)
    }

    /// A run of two payloads of which nobody said that each becomes a message.
    pub fn assumed(outcome: Option<Outcome>) -> Self {
        let policy = MarkerPolicy::Field("edactl".into());
        let shape = Messages::default();
        let event = Event::parse_as("event.json", TWO, &policy, &shape).unwrap();
        Self::from_event(event, outcome)
    }

    /// A run that sends two payloads twice.
    pub fn each(outcomes: [Outcome; 2]) -> Self {
        let outcomes = outcomes.map(Some).to_vec();
        let policy = MarkerPolicy::Field("edactl".into());
        Self::from_outcomes(Event::parse("event.json", TWO, &policy).unwrap(), outcomes)
    }

    fn from_event(event: Event, outcome: Option<Outcome>) -> Self {
        Self::from_outcomes(event, vec![outcome])
    }

    fn from_outcomes(event: Event, outcomes: Vec<Option<Outcome>>) -> Self {
        let is_shape_known = event.shape.basis.is_believed();
        let mut pipeline = Pipeline::named("p");
        pipeline.queue = Some(Queue {
            name: "orders".into(),
            url: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders".into(),
        });
        let repeat = u32::try_from(outcomes.len()).unwrap();
        let id = RunId::new(start(), 1);
        let mut run = Run::new(Plan::new(id, start(), pipeline, &[event], repeat));
        let at = start();
        for (invocation, outcome) in (0..).zip(outcomes) {
            run.apply(Line::Invoking {
                invocation,
                at,
                scheduled: None,
            });
            if let Some(outcome) = outcome {
                run.apply(Line::Invoked {
                    invocation,
                    at,
                    outcome,
                });
            }
        }
        let (matcher, groups) = Matcher::new(&run);
        let status = SendStatus::of(&run);
        let unsent = |status: &&SendStatus| **status == SendStatus::NotSent;
        let sending = Sending {
            messages: (status.len() - status.iter().filter(unsent).count()) as u64,
            status,
            groups,
            is_shape_known,
            message_of: None,
            began: at,
            answered: at,
            session_began: at,
            clock_uncertainty: Duration::ZERO,
            sent_by: Duration::ZERO,
            queue_at_send: None,
            letters_at_send: None,
            contents_shared: false,
        };
        let waits = Waits::of(Environment::Aws, None);
        Self {
            run,
            topology: Topology::default(),
            exactly_once: true,
            matcher,
            ledger: Ledger::new(sending, Facts::default(), waits),
            now: Duration::from_secs(1),
        }
    }

    /// The producer said that it sent both.
    pub fn sent() -> Self {
        Self::new(Some(answered(Some(2), None)))
    }

    pub fn marker(&self, seq: u64) -> String {
        self.run.plan.markers().marker(seq)
    }

    pub fn log(&mut self, stream: &str, millis: i64, text: &str) {
        let log = LogText {
            stream,
            at: after(millis),
            id: None,
            nth: 0,
            text,
        };
        self.ledger.set_now(self.now);
        self.matcher.read(log, &mut self.ledger);
    }

    /// An invocation that logs these lines; with `ended` its end, too.
    pub fn invocation(&mut self, number: u32, lines: &[&str], ended: bool) {
        let id = uuid(number);
        let stream = format!("stream-{number}");
        let at = i64::from(number);
        self.log(
            &stream,
            at,
            &format!("START RequestId: {id} Version: $LATEST"),
        );
        for line in lines {
            self.log(&stream, at, line);
        }
        if ended {
            self.log(&stream, at, &format!("END RequestId: {id}"));
            self.log(
                &stream,
                at,
                &format!("REPORT RequestId: {id}\tDuration: 1 ms\t"),
            );
        }
    }

    pub fn queue(&mut self, counters: (u64, u64, u64)) {
        let counters = QueueCounters {
            visible: Some(counters.0),
            in_flight: Some(counters.1),
            delayed: Some(counters.2),
        };
        self.ledger.queue_counters(self.now, counters);
    }

    /// A letter in the dead-letter queue.
    pub fn letter(&mut self, body: &str) {
        self.ledger.letter_seen(self.now, "letter", Some(start()));
        self.matcher
            .read_dead_letter("letter", body, &mut self.ledger);
    }

    /// The queue is empty, the log is read, the dead-letter queue accounted for, all an hour later.
    pub fn settle(&mut self) {
        self.queue((0, 0, 0));
        self.now += Duration::from_mins(1);
        self.queue((0, 0, 0));
        self.now = LATE;
        self.queue((0, 0, 0));
        self.ledger.log_read(self.now);
        self.ledger.set_now(self.now);
    }

    /// Metrics that have not changed for long.
    pub fn metrics(&mut self, sent: u64, received: u64, deleted: u64) {
        let minute = start().as_second() / 60;
        let sums = [
            (Metric::Sent, sent),
            (Metric::Received, received),
            (Metric::Deleted, deleted),
        ];
        let data: Vec<Datum> = (minute..minute + 3)
            .flat_map(|at| {
                sums.map(|(metric, value)| Datum {
                    metric,
                    minute: at,
                    value: if at == minute { value } else { 0 },
                    samples: 1,
                })
            })
            .collect();
        self.ledger.metrics_read(LATE / 2, &data);
        self.ledger.metrics_read(LATE, &data);
    }

    pub fn with<T>(&self, then: impl FnOnce(&Case<'_>) -> T) -> T {
        let judgement = self.ledger.judge(self.now);
        then(&Case {
            run: &self.run,
            judgement: &judgement,
            counts: &Counts::of(&judgement),
            topology: &self.topology,
            exactly_once: self.exactly_once,
        })
    }

    pub fn diagnose(&self) -> Diagnosis {
        self.with(diagnose)
    }

    /// The only group, and that it holds these payloads.
    #[track_caller]
    pub fn only(&self, messages: &[u32]) -> Group {
        let found = self.diagnose();
        let [group] = &found.groups[..] else {
            panic!("{found:?}")
        };
        assert_eq!(group.messages, messages, "{found:?}");
        assert_eq!(
            serde_json::to_value(group).unwrap()["id"],
            group.cause.id(),
            "one spelling"
        );
        group.clone()
    }

    #[track_caller]
    pub fn only_cause(&self, messages: &[u32]) -> Cause {
        self.only(messages).cause
    }

    pub fn at_once(&self) -> Vec<Cause> {
        let groups = self.with(at_once);
        groups.into_iter().map(|group| group.cause).collect()
    }
}

pub fn queue() -> QueueFacts {
    QueueFacts {
        arn: "arn:aws:sqs:eu-central-1:123456789012:orders".into(),
        counters: QueueCounters::default(),
        delay: Duration::from_secs(90),
        message_limit: 1024,
        visibility_timeout: Duration::from_secs(30),
        redrive: Some(Redrive {
            target_arn: "arn:aws:sqs:eu-central-1:123456789012:dead".into(),
            max_receives: 5,
        }),
        fifo: false,
        content_deduplication: false,
    }
}

pub fn trigger(state: &str) -> Trigger {
    Trigger {
        uuid: "some-id".into(),
        source_arn: queue().arn,
        function_arn: "arn:aws:lambda:eu-central-1:123456789012:function:consumer".into(),
        state: state.into(),
        ..Trigger::default()
    }
}

pub fn function(timeout: u64, environment: &[(&str, &str)]) -> FunctionFacts {
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    FunctionFacts {
        name: "function".into(),
        timeout: Duration::from_secs(timeout),
        environment: environment.collect::<BTreeMap<_, _>>(),
        ..FunctionFacts::default()
    }
}
