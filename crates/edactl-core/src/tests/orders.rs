//! Evidence in any order, repeated and late.

use proptest::prelude::*;

use crate::tests::*;

/// What happens to one message, in truth.
#[derive(Debug, Clone, Copy)]
struct Fate {
    sent: bool,
    in_doubt: bool,
    failures: usize,
    successes: usize,
    dead: bool,
}

impl Fate {
    fn expected(self) -> State {
        match self {
            Self { successes: 1.., .. } => State::Done,
            Self { dead: true, .. } => State::DeadLettered,
            Self {
                sent: true,
                failures: 1..,
                ..
            } => State::Lost,
            Self { in_doubt: true, .. } => State::NotSent,
            _ => State::Lost,
        }
    }
}

fn fate() -> impl Strategy<Value = Fate> {
    (
        any::<bool>(),
        any::<bool>(),
        0..3_usize,
        0..3_usize,
        any::<bool>(),
    )
        .prop_map(|(sent, in_doubt, failures, successes, dead)| {
            let sent = sent || !in_doubt;
            Fate {
                sent,
                in_doubt,
                failures: if sent { failures } else { 0 },
                successes: if sent { successes } else { 0 },
                dead: sent && dead && successes == 0,
            }
        })
}

/// Evidence of the world: events of one stream stay in order, dead letters come whenever.
#[derive(Debug, Clone)]
enum Item {
    Log(String, i64, String),
    Letter(String, String),
}

fn world(run: &Run, fates: &[Fate]) -> Vec<Vec<Item>> {
    let markers = run.plan.markers();
    let mut streams = Vec::new();
    let mut number = 0;
    for (index, fate) in fates.iter().enumerate() {
        let body = format!("{{\"edactl\":\"{}\"}}", markers.marker(index as u64 + 1));
        let message = uuid(2, index);
        for attempt in 0..fate.failures + fate.successes {
            number += 1;
            let (id, stream) = (uuid(1, number), format!("stream-{number}"));
            let at = i64::try_from(number).unwrap();
            let mut lines = vec![
                format!("START RequestId: {id} Version: $LATEST"),
                format!("[INFO]\tt\t{id}\tReceived message {message}: {body}"),
            ];
            if attempt < fate.failures {
                lines.push(format!(
                    "2026-11-24T12:00:00.001Z {id} Task timed out after 3.00 seconds"
                ));
            }
            lines.push(format!("END RequestId: {id}"));
            lines.push(format!("REPORT RequestId: {id}\tDuration: 1 ms"));
            streams.push(
                lines
                    .into_iter()
                    .map(|line| Item::Log(stream.clone(), at, line))
                    .collect(),
            );
        }
        if fate.dead {
            streams.push(vec![Item::Letter(message, body)]);
        }
    }
    streams
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn evidence_in_any_order_and_repeated_gives_the_truth(
        fates in prop::collection::vec(fate(), 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 200),
        repeated in prop::collection::vec(any::<bool>(), 200),
    ) {
        let entries: Vec<String> =
            (0..fates.len()).map(|index| format!("\"e{index}\":{{}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        // Each message in an invocation of its own, so that each can be in doubt by itself.
        let mut run = run_of(&event, true, None);
        let ids = fates.iter().enumerate().map(|(index, fate)| {
            (!fate.in_doubt).then(|| uuid(2, index).into())
        }).collect();
        let outcome = Sent::Answered {
            request_id: None, status: Some(502), sent: None, message_ids: ids,
            error: Some("some are in doubt".into()),
        };
        run.apply(Line::Invoked { invocation: 0, at: start(), outcome });
        let mut court = Harness::new(run);
        let mut streams = world(&court.run, &fates);
        let mut last_word = None;
        let mut turn = order.iter().zip(&repeated).cycle();
        while !streams.is_empty() {
            let (index, again) = turn.next().unwrap();
            let index = index.index(streams.len());
            let item = streams[index].remove(0);
            if streams[index].is_empty() {
                streams.swap_remove(index);
            }
            for _ in 0..=usize::from(*again) {
                match &item {
                    Item::Log(stream, at, text) => court.log(stream, *at, text),
                    Item::Letter(id, body) => {
                        court.matcher.read_dead_letter(id, body, &mut court.ledger);
                    }
                }
            }
            // What is proven done stays done, whatever else is heard; and so does a last word.
            for ((_, message_count), fate) in court.all().message_counts().zip(&fates) {
                prop_assert!(message_count.state != State::Done || fate.successes > 0);
            }
            let (outcome, is_final) = court.verdict(Rules::default());
            prop_assert!(last_word.is_none_or(|last_word| last_word == outcome && is_final));
            last_word = last_word.or(is_final.then_some(outcome));
        }
        court.settle(SETTLE);
        let expected: Vec<State> = fates.iter().map(|fate| fate.expected()).collect();
        prop_assert_eq!(court.states(), expected);
        for (status, fate) in court.statuses().iter().zip(&fates) {
            prop_assert_eq!(status.received as usize, fate.failures + fate.successes);
            prop_assert_eq!(status.failed as usize, fate.failures);
        }
        let all_done = fates.iter().all(|fate| fate.successes > 0);
        let outcome = if all_done { Outcome::Proven } else { Outcome::Disproven };
        prop_assert_eq!(court.verdict(Rules::default()), (outcome, true));
    }

    #[test]
    fn equal_contents_count_right_in_any_order_and_repeated(
        copies in 1..6_usize,
        seen in 0..6_usize,
        order in prop::collection::vec(any::<prop::sample::Index>(), 6),
        twice in any::<bool>(),
    ) {
        let seen = seen.min(copies);
        let entries: Vec<String> =
            (0..copies).map(|index| format!("\"e{index}\":{{\"n\":1}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        let mut court = Harness::new(run_of(&event, false, Some(answered(Vec::new()))));
        let mut numbers: Vec<usize> = (0..seen).collect();
        for index in &order {
            if numbers.is_empty() {
                break;
            }
            let number = numbers.remove(index.index(numbers.len()));
            for _ in 0..=usize::from(twice) {
                court.invocation(number, 5, &["{unrelated} {\"n\": 1}".to_owned()]);
            }
        }
        court.settle(SETTLE);
        let done = court.states().iter().filter(|state| **state == State::Done).count();
        prop_assert_eq!(done, seen);
    }

    #[test]
    fn batches_of_equals_come_to_the_same_in_any_order(
        copies in 1..6_usize,
        batches in prop::collection::vec((1..4_usize, any::<bool>(), any::<bool>()), 0..8),
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let entries: Vec<String> =
            (0..copies).map(|index| format!("\"e{index}\":{{\"n\":1}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        let mut courts = [0, 1].map(|_| Harness::new(run_of(&event, false, Some(answered(Vec::new())))));
        let straight: Vec<usize> = (0..8).collect();
        for (court, order) in courts.iter_mut().zip([&straight, &order]) {
            for index in order {
                let Some((count, fails, twice)) = batches.get(*index) else { continue };
                let count = (*count).min(copies);
                let id = uuid(1, *index);
                let stream = format!("stream-{index}");
                let at = i64::try_from(*index).unwrap();
                let batch = vec![r#"{"n":1}"#; count].join(", ");
                let mut lines = vec![format!("[INFO]\tt\t{id}\t[{batch}]")];
                if *fails {
                    lines.push(format!("2026-11-24T12:00:00.001Z {id} Task timed out after 3.00 seconds"));
                }
                lines.push(format!("END RequestId: {id}"));
                for _ in 0..=usize::from(*twice) {
                    for line in &lines {
                        court.log(&stream, at, line);
                    }
                }
            }
            court.settle(SETTLE);
        }
        let [straight, shuffled] = courts.each_ref().map(Harness::statuses);
        prop_assert_eq!(&straight, &shuffled);
        let taken: usize = batches.iter().filter(|(_, fails, _)| !fails)
            .map(|(count, ..)| (*count).min(copies)).sum();
        let done = straight.iter().filter(|status| status.state == State::Done).count();
        prop_assert_eq!(done, taken.min(copies));
    }
}
