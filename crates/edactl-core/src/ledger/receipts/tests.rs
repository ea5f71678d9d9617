use super::*;

#[test]
fn a_payload_takes_twenty_four_bytes() {
    assert_eq!(size_of::<Row>(), 24);
}

#[test]
fn the_earliest_error_of_an_invocation_is_kept_in_any_order() {
    let (first, second) = (Failure::new("a"), Failure::new("b"));
    for turned in [false, true] {
        let mut receipts = Receipts::new(&[SendStatus::Accepted]);
        let mut told = [(2, &second), (1, &first)];
        if turned {
            told.reverse();
        }
        let receipt = |at| Receipt {
            invocation: InvocationIndex(7),
            at,
            read: 5,
            means: Means::MessageId,
            refused: true,
            guessed: false,
        };
        for (at, error) in told {
            receipts.add(0, receipt(at));
            receipts.tell(0, &receipt(at), error.clone());
        }
        assert_eq!(receipts.error(0, InvocationIndex(7)), Some(&first));
        assert_eq!(receipts.of(0).collect::<Vec<_>>(), [receipt(1)]);
    }
}
