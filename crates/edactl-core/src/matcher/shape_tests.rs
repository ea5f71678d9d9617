//! Whatever a producer makes of an event: no shape that was only assumed makes a payload lost, and
//! what is called taken or dead was in a message that was.

use std::{collections::HashSet, time::Duration};

use edactl_world::strangers;
use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, rngs::StdRng, seq::SliceRandom};
use serde_json::{Value, json};

use super::{setup::message_index, shape_evidence::lone_ids, *};
use crate::{
    clock::ClockBounds,
    event::{
        Event, MarkerPolicy, canonical::ContentHash, marker::RunId, shape::Messages, unmark::unmark,
    },
    ledger::{Datum, Facts, Metric, Sending, State},
    run::{Baseline, Line as RecordLine, MessagePosition, Plan, attribution, certainty},
    topology::{Pipeline, queue::QueueCounters},
    waits::{Environment, Waits},
};

const ROUNDS: usize = 2_000;
const HOUR_MS: u64 = 3_600_000;

fn began() -> Timestamp {
    "2026-11-24T12:00:01Z".parse().unwrap()
}

fn later(seconds: i64) -> Timestamp {
    began() + SignedDuration::from_secs(seconds)
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The consumer logs its body.
    Logged,
    /// The consumer takes it without a word.
    Silent,
    /// It ends in the dead-letter queue.
    Dead,
    /// The mapping's filter takes it.
    Filtered,
    /// It is gone, nobody knows where.
    Gone,
}

#[derive(Debug)]
struct Message {
    id: String,
    body: Value,
    fate: Fate,
}

struct World {
    run: Run,
    messages: Vec<Message>,
    answers: Vec<Value>,
}

/// A run of one or two events under an assumed shape, by a producer that sends any documents of
/// them, each once.
fn world(rng: &mut StdRng) -> Option<World> {
    let shapes = [
        None,
        Some("entries"),
        Some("event"),
        Some("/body"),
        Some("/orders/*"),
    ];
    let learned = shapes[rng.random_range(0..shapes.len())].map(|shape| shape.parse().unwrap());
    let messages = Messages::Auto {
        learned,
        by_http: rng.random_bool(0.2),
    };
    let policy = if rng.random_bool(0.5) {
        MarkerPolicy::Field("edactl".into())
    } else {
        MarkerPolicy::Untouched
    };
    let mut events = Vec::new();
    for _ in 0..rng.random_range(1..3) {
        let text = strangers::object(rng, 4).to_string();
        events.push(Event::parse_as("e", &text, &policy, &messages).ok()?);
    }
    let repeat = rng.random_range(1..3);
    let plan = Plan::new(
        RunId::new(began(), 3),
        began(),
        Pipeline::named("p"),
        &events,
        repeat,
    );
    let markers = plan.markers();
    let mut run = Run::new(plan);
    run.apply(RecordLine::Baseline(Baseline {
        queue: Some(QueueCounters::known(0, 0, 0)),
        letters: Some(0),
    }));
    let (mut messages, mut answers) = (Vec::new(), Vec::new());
    for invocation in 0..run.plan.invocations() {
        let (event, before) = run.plan.invocation(invocation);
        let sent = events[event].text(|payload| markers.marker(before + payload as u64 + 1));
        let mut documents = Vec::new();
        strangers::documents(&serde_json::from_str(&sent).unwrap(), &mut documents);
        // A marker alone is no document of the event.
        let is_marker = |it: &Value| {
            it.as_str()
                .is_some_and(|it| it.starts_with(markers.prefix()))
        };
        documents.retain(|document| !is_marker(document));
        documents.shuffle(rng);
        documents.truncate(rng.random_range(0..=documents.len().min(6)));
        let first = messages.len();
        for body in documents {
            messages.push(Message {
                id: uuid::Uuid::from_u128(rng.random()).to_string(),
                body,
                fate: [
                    Fate::Logged,
                    Fate::Silent,
                    Fate::Dead,
                    Fate::Filtered,
                    Fate::Gone,
                ][rng.random_range(0..5)],
            });
        }
        let ids: Vec<String> = messages[first..].iter().map(|it| it.id.clone()).collect();
        let answer = strangers::answer(rng, &ids);
        let bytes = answer.to_string().into_bytes();
        run.apply(RecordLine::Invoking {
            invocation,
            at: began(),
            scheduled: None,
        });
        run.apply(RecordLine::Invoked {
            invocation,
            at: later(1),
            outcome: attribution::outcome(&run.plan.events[event], &bytes, None, None),
        });
        answers.push(answer);
    }
    Some(World {
        run,
        messages,
        answers,
    })
}

/// The line of a consumer that logs a message's body, bare or in what surrounds it.
fn line(rng: &mut StdRng, message: &Message, request: &str) -> String {
    let body = message.body.to_string();
    match rng.random_range(0..4) {
        0 => format!("[INFO]\t2026-11-24T12:00:03.000Z\t{request}\t{body}"),
        1 => format!("[INFO]\t2026-11-24T12:00:03.000Z\t{request}\torder: {body}"),
        2 => json!({"requestId": request, "level": "INFO", "message": message.body}).to_string(),
        _ => {
            let record = json!({"messageId": message.id, "body": body, "attributes": {}});
            format!("2026-11-24T12:00:03.000Z\t{request}\tINFO\t{record}")
        }
    }
}

/// The ledger an hour later: logs, letters, counters and, perhaps, metrics have said all.
fn settled(rng: &mut StdRng, world: &World) -> Ledger {
    let (mut matcher, groups) = Matcher::new(&world.run);
    let sending = Sending::of(&world.run, groups, &ClockBounds::default(), began());
    let facts = Facts {
        item_failures: Some(false),
        has_dlq: true,
        visibility_timeout: Some(Duration::from_secs(30)),
        batch_size: Some(1),
        has_filter: true,
        ..Facts::default()
    };
    let mut ledger = Ledger::new(sending, facts, Waits::of(Environment::Aws, None));
    ledger.set_now(Duration::from_secs(5));
    let of = |fate: Fate| world.messages.iter().filter(move |it| it.fate == fate);
    for message in of(Fate::Logged) {
        let request = uuid::Uuid::from_u128(rng.random()).to_string();
        let lines = [
            format!("START RequestId: {request} Version: $LATEST"),
            line(rng, message, &request),
            format!("END RequestId: {request}"),
        ];
        for text in &lines {
            let log = LogText {
                stream: "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
                at: later(3),
                id: None,
                nth: 0,
                text,
            };
            matcher.read(log, &mut ledger);
        }
    }
    let now = |ms: u64| Duration::from_millis(ms);
    for look in [60_000, 120_000, HOUR_MS - 60_000, HOUR_MS - 1] {
        ledger.queue_counters(now(look), QueueCounters::known(0, 0, 0));
        ledger.letter_count(now(look), of(Fate::Dead).count() as u64);
        for message in of(Fate::Dead) {
            ledger.letter_seen(now(look), &message.id, Some(later(0)));
            matcher.read_dead_letter(&message.id, &message.body.to_string(), &mut ledger);
        }
        ledger.letters_peeked(now(look));
        ledger.log_read(now(look));
        ledger.set_now(now(look));
    }
    if rng.random_bool(0.7) {
        let count = |fates: &[Fate]| {
            let of = |it: &&Message| fates.contains(&it.fate);
            world.messages.iter().filter(of).count() as u64
        };
        let sums = [
            (Metric::Sent, world.messages.len() as u64),
            (
                Metric::Received,
                count(&[Fate::Logged, Fate::Silent, Fate::Dead]),
            ),
            (
                Metric::Deleted,
                count(&[Fate::Logged, Fate::Silent, Fate::Filtered]),
            ),
            (
                Metric::Invocations,
                count(&[Fate::Logged, Fate::Silent, Fate::Dead]),
            ),
            (Metric::Errors, count(&[Fate::Dead])),
            (Metric::FilteredOutEvents, count(&[Fate::Filtered])),
            (Metric::PolledEvents, world.messages.len() as u64),
        ];
        let first = began().as_second().div_euclid(60);
        let mut data = Vec::new();
        for (metric, sum) in sums {
            for minute in -10..60 {
                let value = if minute == 0 { sum } else { 0 };
                data.push(Datum {
                    metric,
                    minute: first + minute,
                    value,
                    samples: 1,
                });
            }
        }
        ledger.metrics_read(now(HOUR_MS / 2), &data);
        ledger.metrics_read(now(HOUR_MS), &data);
    }
    ledger
}

/// The hashes of all that a message holds, JSON in text included, without markers.
fn held(run: &Run, body: &Value, into: &mut HashSet<ContentHash>) {
    let mut body = body.clone();
    unmark(
        &mut body,
        &run.plan.markers(),
        run.plan.marker_field.as_deref(),
    );
    let mut documents = Vec::new();
    strangers::documents(&body, &mut documents);
    for document in &documents {
        into.insert(ContentHash::of(document));
        // A message that is `{}` may have been the text or the object.
        into.insert(ContentHash::of(&Value::from(document.to_string())));
        if let Value::String(text) = document
            && let Ok(inner) = serde_json::from_str::<Value>(text)
        {
            held(run, &inner, into);
        }
    }
}

#[test]
fn no_guess_makes_anything_lost() {
    let mut rng = strangers::rng();
    let rounds = strangers::rounds(ROUNDS);
    let (mut judged, mut taken, mut dead) = (0, 0, 0);
    for _ in 0..rounds {
        let Some(world) = world(&mut rng) else {
            continue;
        };
        let ledger = settled(&mut rng, &world);
        let judgement = ledger.judge(Duration::from_millis(HOUR_MS + 1));
        let holding = |fate: Fate| {
            let mut hashes = HashSet::new();
            for message in world.messages.iter().filter(|it| it.fate == fate) {
                held(&world.run, &message.body, &mut hashes);
            }
            hashes
        };
        let (logged, letters) = (holding(Fate::Logged), holding(Fate::Dead));
        for (place, status) in world.run.plan.positions().zip(judgement.iter()) {
            judged += 1;
            let state = status.counts.state;
            let payload = world.run.plan.payload(place);
            let told = || {
                format!(
                    "{state:?}: {place:?} {payload:?} of {:?}; answers {:?}; messages {:#?}",
                    world.run.plan.events, world.answers, world.messages
                )
            };
            match state {
                State::Lost | State::SomeLost | State::Filtered => panic!("{}", told()),
                State::NotSent => assert!(world.messages.is_empty(), "{}", told()),
                State::Taken => {
                    taken += 1;
                    let is_named = is_named(&world, place, Fate::Logged);
                    assert!(
                        is_named || logged.contains(&payload.content.hash),
                        "{}",
                        told()
                    );
                }
                State::DeadLettered => {
                    dead += 1;
                    let is_named = is_named(&world, place, Fate::Dead);
                    assert!(
                        is_named || letters.contains(&payload.content.hash),
                        "{}",
                        told()
                    );
                }
                _ => {}
            }
        }
    }
    // Few scatter more.
    let least = if rounds == ROUNDS { 200 } else { 20 };
    assert!(
        judged > rounds && taken > least && dead > least,
        "{judged} {taken} {dead}"
    );
}

/// Whether the answer gives the payload a message of this fate: its own, or all that its event
/// became.
fn is_named(world: &World, place: MessagePosition, fate: Fate) -> bool {
    let own = certainty::message_ids(&world.run, place);
    let lone = lone_ids(&world.run);
    let message = message_index(place.seq);
    world
        .messages
        .iter()
        .filter(|it| it.fate == fate)
        .any(|it| {
            let id = MessageId::from(it.id.as_str());
            let is_lone = lone.get(&id).is_some_and(|them| them.contains(&message));
            own.contains(&&id) || is_lone && fate == Fate::Dead
        })
}
