//! Lines of several streams in any order, repeated: the same receipts.

use proptest::prelude::*;

use super::*;

/// What the log and the dead-letter queue tell: lines of one stream stay in order, letters come
/// whenever.
#[derive(Debug, Clone)]
enum Item {
    Log(String, i64, String),
    Letter(String, String),
}

/// What happens to one message: so many attempts fail, so many succeed, and it may die.
#[derive(Debug, Clone, Copy)]
struct Course {
    failures: usize,
    successes: usize,
    dead: bool,
}

fn course() -> impl Strategy<Value = Course> {
    (0..3_usize, 0..3_usize, any::<bool>()).prop_map(|(failures, successes, dead)| Course {
        failures,
        successes,
        dead: dead && successes == 0,
    })
}

fn told(run: &Run, courses: &[Course]) -> Vec<Vec<Item>> {
    let markers = run.plan.markers();
    let mut streams = Vec::new();
    let mut number = 0;
    for (index, course) in courses.iter().enumerate() {
        let body = format!("{{\"edactl\":\"{}\"}}", markers.marker(index as u64 + 1));
        let message = uuid(2, index);
        for attempt in 0..course.failures + course.successes {
            number += 1;
            let (id, stream) = (uuid(1, number), format!("stream-{number}"));
            let at = i64::try_from(number).unwrap();
            let status = if attempt < course.failures {
                "\tStatus: timeout"
            } else {
                ""
            };
            let lines = [
                format!("START RequestId: {id} Version: $LATEST"),
                format!("[INFO]\tt\t{id}\tReceived message {message}: {body}"),
                format!("END RequestId: {id}"),
                format!("REPORT RequestId: {id}\tDuration: 1 ms{status}"),
            ];
            let items = lines.map(|line| Item::Log(stream.clone(), at, line));
            streams.push(items.to_vec());
        }
        if course.dead {
            streams.push(vec![Item::Letter(message, body)]);
        }
    }
    streams
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn lines_in_any_order_and_repeated_come_to_the_truth(
        courses in prop::collection::vec(course(), 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 200),
        repeated in prop::collection::vec(any::<bool>(), 200),
    ) {
        let entries: Vec<String> =
            (0..courses.len()).map(|index| format!("\"e{index}\":{{}}")).collect();
        let event = format!("{{{}}}", entries.join(","));
        let ids = (0..courses.len()).map(|index| Some(uuid(2, index))).collect();
        let mut harness = Harness::new(run_of(&event, true, answered(ids)));
        let mut streams = told(&harness.run, &courses);
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
                    Item::Log(stream, at, text) => harness.log(stream, *at, text),
                    Item::Letter(id, body) => harness.letter(id, body),
                }
            }
        }
        harness.drain();
        for (status, course) in harness.statuses().iter().zip(&courses) {
            let counts = status.counts;
            prop_assert_eq!(counts.received as usize, course.failures + course.successes);
            // Without a status of success, retries are told from failures by settled counts alone.
            prop_assert!(counts.failed as usize >= course.failures);
            let expected = match course {
                Course { dead: true, .. } => State::DeadLettered,
                Course { successes: 1.., .. } => State::Taken,
                Course { failures: 1.., .. } => State::Failing,
                _ => State::Waiting,
            };
            prop_assert_eq!(counts.state, expected);
        }
    }

    #[test]
    fn equal_contents_count_right_in_any_order_and_repeated(
        copies in 1..6_usize,
        seen in 0..6_usize,
        order in prop::collection::vec(any::<prop::sample::Index>(), 6),
        twice in any::<bool>(),
    ) {
        let seen = seen.min(copies);
        let mut harness = Harness::new(unmarked(&equals(copies)));
        let mut numbers: Vec<usize> = (0..seen).collect();
        for index in &order {
            if numbers.is_empty() {
                break;
            }
            let number = numbers.remove(index.index(numbers.len()));
            for _ in 0..=usize::from(twice) {
                harness.invocation(number, 5, &["{unrelated} {\"n\": 1}".to_owned()]);
            }
        }
        prop_assert_eq!(harness.received().iter().sum::<u32>() as usize, seen);
        prop_assert_eq!(harness.received().iter().filter(|count| **count == 1).count(), seen);
    }

    #[test]
    fn batches_of_equals_come_to_the_same_in_any_order(
        copies in 1..6_usize,
        batches in prop::collection::vec((1..4_usize, any::<bool>(), any::<bool>()), 0..8),
        order in Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let straight: Vec<usize> = (0..8).collect();
        let [straight, shuffled] = [&straight, &order].map(|order| {
            let mut harness = Harness::new(unmarked(&equals(copies)));
            for index in order {
                let Some((count, fails, twice)) = batches.get(*index) else { continue };
                let (id, stream) = (uuid(1, *index), format!("stream-{index}"));
                let at = i64::try_from(*index).unwrap();
                let batch = vec![r#"{"n":1}"#; (*count).min(copies)].join(", ");
                let mut lines = vec![format!("[INFO]\tt\t{id}\t[{batch}]")];
                let status = if *fails { "\tStatus: timeout" } else { "" };
                lines.push(format!("REPORT RequestId: {id}\tDuration: 1 ms{status}"));
                for _ in 0..=usize::from(*twice) {
                    for line in &lines {
                        harness.log(&stream, at, line);
                    }
                }
            }
            harness.drain();
            harness.statuses()
        });
        prop_assert_eq!(&straight, &shuffled);
        let shown: usize = batches.iter().map(|(count, ..)| (*count).min(copies)).sum();
        let received: u32 = straight.iter().map(|status| status.counts.received).sum();
        prop_assert_eq!(received as usize, shown);
    }
}

fn equals(copies: usize) -> String {
    let entries: Vec<String> = (0..copies)
        .map(|index| format!("\"e{index}\":{{\"n\":1}}"))
        .collect();
    format!("{{{}}}", entries.join(","))
}
