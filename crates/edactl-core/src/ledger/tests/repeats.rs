//! Duplicates and retries told apart.

use super::*;

#[test]
fn settled_counts_tell_duplicates_from_retries() {
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    let items = Facts {
        item_failures: Some(true),
        changes_visibility: Some(true),
        ..facts()
    };
    for (deleted, outcome) in [
        (1, Outcome::Proven),
        (2, Outcome::Disproven),
        (3, Outcome::Undetermined(Reason::PerhapsTwice)),
    ] {
        let mut ledger = ledger_of(named(1), items);
        see(&mut ledger, 0, 1, 5 * SECOND);
        see(&mut ledger, 0, 2, 6 * SECOND);
        zero(&mut ledger, 60 * SECOND);
        zero(&mut ledger, 100 * SECOND);
        ledger.log_read(at(20 * MINUTE));
        let before = verdict(&ledger, 12 * MINUTE, exactly);
        assert_eq!(before, Outcome::Undetermined(Reason::PerhapsTwice));
        for read in [10 * MINUTE, 20 * MINUTE] {
            metrics(&mut ledger, read, 3, [1, 2, deleted, 2, 0]);
        }
        assert_eq!(verdict(&ledger, 20 * MINUTE, exactly), outcome, "{deleted}");
    }
}

#[test]
fn exactly_once_tells_duplicates_from_retries() {
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    let twice = |later: u64, error: bool| {
        let mut ledger = ledger_of(named(1), facts());
        let first = see(&mut ledger, 0, 1, 5 * SECOND);
        if error {
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected {
                invocation: first,
                error,
            });
        }
        see(&mut ledger, 0, 2, 5 * SECOND + later);
        zero(&mut ledger, 60 * SECOND);
        zero(&mut ledger, 100 * SECOND);
        ledger.log_read(at(12 * MINUTE));
        verdict(&ledger, 12 * MINUTE, exactly)
    };
    assert_eq!(
        twice(SECOND, false),
        Outcome::Disproven,
        "before its visibility timeout"
    );
    assert_eq!(twice(31 * SECOND, true), Outcome::Proven, "a retry");
    assert_eq!(
        twice(31 * SECOND, false),
        Outcome::Undetermined(Reason::PerhapsTwice)
    );
}
