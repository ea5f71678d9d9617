//! Evidence in any order, repeated or late, comes to the same.

use super::*;

/// A fact of the log or the dead-letter queue, small enough to be drawn.
#[derive(Debug, Clone, Copy)]
enum Fact {
    Shown(u32, usize),
    Ended(usize),
    Status(usize, bool),
    Suspected(usize),
    Letter(u32),
}

fn fact() -> impl proptest::strategy::Strategy<Value = Fact> {
    use proptest::prelude::*;
    prop_oneof![
        4 => (0..4_u32, 0..6_usize).prop_map(|(message, number)| Fact::Shown(message, number)),
        2 => (0..6_usize).prop_map(Fact::Ended),
        2 => (0..6_usize, any::<bool>()).prop_map(|(number, well)| Fact::Status(number, well)),
        1 => (0..6_usize).prop_map(Fact::Suspected),
        1 => (0..4_u32).prop_map(Fact::Letter),
    ]
}

fn tell(ledger: &mut Ledger, fact: Fact) {
    let moment = |number: usize| aws(1000 + 100 * number as u64);
    match fact {
        Fact::Shown(message, number) => {
            let invocation = ledger.invocation(&id(number));
            ledger.add(Evidence::Seen {
                subject: Subject::Message(message),
                invocation,
                at: moment(number),
                line: 0,
                shape: 0,
                means: Means::Marker,
            });
        }
        Fact::Ended(number) => {
            let invocation = ledger.invocation(&id(number));
            let at = moment(number + 1);
            ledger.add(Evidence::Ended { invocation, at });
        }
        Fact::Status(number, well) => {
            let invocation = ledger.invocation(&id(number));
            let how = if well {
                InvocationStatus::Success
            } else {
                InvocationStatus::Failure
            };
            status(ledger, invocation, how);
        }
        Fact::Suspected(number) => {
            let invocation = ledger.invocation(&id(number));
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected { invocation, error });
        }
        Fact::Letter(message) => {
            let letter = format!("letter-{message}");
            ledger.letter_seen(at(2 * SECOND), &letter, Some(aws(0)));
            ledger.add(Evidence::DeadLettered {
                subject: Subject::Message(message),
                letter: letter.as_str().into(),
                means: Means::MessageId,
            });
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::default())]

    #[test]
    fn facts_in_any_order_and_repeated_come_to_the_same(
        facts_told in proptest::collection::vec(fact(), 0..24),
        order in proptest::collection::vec(proptest::prelude::any::<proptest::sample::Index>(), 48),
    ) {
        let [straight, turned] = [false, true].map(|is_turned| {
            let mut ledger = ledger_of(named(4), facts());
            ledger.set_now(at(2 * SECOND));
            let mut all = facts_told.clone();
            if is_turned && !all.is_empty() {
                for index in &order {
                    let one = index.index(all.len());
                    all.swap(0, one);
                    all.push(all[one]);
                }
            }
            for fact in all {
                tell(&mut ledger, fact);
            }
            zero(&mut ledger, 3 * SECOND);
            zero(&mut ledger, 40 * SECOND);
            let judgement = ledger.judge(at(40 * SECOND));
            (judgement.iter().collect::<Vec<_>>(), Counts::of(&judgement))
        });
        proptest::prop_assert_eq!(straight, turned);
    }
}
