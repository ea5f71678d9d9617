//! What is proven: from the states of a judgement and the user's rules to the outcome.

mod counts;
mod decisions;
mod findings;

use super::*;
use crate::latency::{CheckedLimit, LimitOutcome, Stage};

fn taken(statuses: Vec<SendStatus>, seen: u32) -> Ledger {
    let mut ledger = ledger_of(statuses, facts());
    for message in 0..seen {
        see(&mut ledger, message, message as usize, 5 * SECOND);
    }
    zero(&mut ledger, 40 * SECOND);
    zero(&mut ledger, 80 * SECOND);
    ledger
}

#[test]
fn a_send_that_was_broken_off_proves_nothing_unless_that_is_accepted() {
    let broken_off = || taken(vec![SendStatus::Named, SendStatus::Unattempted], 1);
    let incomplete = Outcome::Undetermined(Reason::SendIncomplete);
    let partial = Rules {
        accept_partial_send: true,
        ..Rules::default()
    };
    let outcome = |ledger: &Ledger, rules| verdict(ledger, 80 * SECOND, rules);
    assert_eq!(outcome(&broken_off(), Rules::default()), incomplete);
    assert_eq!(outcome(&broken_off(), partial), Outcome::Proven);
    let never = taken(vec![SendStatus::Unattempted], 0);
    assert_eq!(outcome(&never, partial), incomplete);
}

#[test]
fn one_that_is_open_keeps_the_others_from_proving() {
    let waiting = taken(named(2), 1);
    let open = Outcome::Undetermined(Reason::NotInTime);
    assert_eq!(verdict(&waiting, 80 * SECOND, Rules::default()), open);
}

#[test]
fn one_that_was_refused_disproves() {
    let refused = taken(vec![SendStatus::Named, SendStatus::NotSent], 1);
    assert_eq!(
        verdict(&refused, 80 * SECOND, Rules::default()),
        Outcome::Disproven
    );
}

#[test]
fn exactly_once_waits_for_rest() {
    let exactly = Rules {
        exactly_once: true,
        ..Rules::default()
    };
    let mut ledger = taken(named(1), 1);
    let open = Outcome::Undetermined(Reason::NotInTime);
    assert_eq!(verdict(&ledger, 12 * MINUTE, exactly), open);
    ledger.log_read(at(12 * MINUTE));
    assert_eq!(verdict(&ledger, 12 * MINUTE, exactly), Outcome::Proven);
}

#[test]
fn required_sources_are_required() {
    let metrics_wanted = Rules {
        require_metrics: true,
        ..Rules::default()
    };
    let mut ledger = taken(named(1), 1);
    let not_yet = Outcome::Undetermined(Reason::NotInTime);
    assert_eq!(verdict(&ledger, 80 * SECOND, metrics_wanted), not_yet);
    metrics(&mut ledger, 80 * SECOND, 3, [1, 1, 1, 1, 0]);
    assert_eq!(
        verdict(&ledger, 80 * SECOND, metrics_wanted),
        Outcome::Proven
    );
    let queue_wanted = Rules {
        require_queue: true,
        ..Rules::default()
    };
    let mut by_status = ledger_of(named(1), facts());
    let invocation = see(&mut by_status, 0, 1, 5 * SECOND);
    status(&mut by_status, invocation, InvocationStatus::Success);
    assert_eq!(verdict(&by_status, 80 * SECOND, queue_wanted), not_yet);
    zero(&mut by_status, 40 * SECOND);
    zero(&mut by_status, 80 * SECOND);
    assert_eq!(
        verdict(&by_status, 80 * SECOND, queue_wanted),
        Outcome::Proven
    );
}

#[test]
fn a_limit_is_kept_broken_or_unknown() {
    let ledger = taken(named(1), 1);
    let judgement = ledger.judge(at(80 * SECOND));
    for (outcome, expected) in [
        (LimitOutcome::Kept, Outcome::Proven),
        (LimitOutcome::Broken, Outcome::Disproven),
        (
            LimitOutcome::Uncertain,
            Outcome::Undetermined(Reason::LimitUncertain),
        ),
        (
            LimitOutcome::Unmeasured,
            Outcome::Undetermined(Reason::LimitUncertain),
        ),
    ] {
        let limit = CheckedLimit {
            stage: Stage::Received,
            quantile: "max".parse().unwrap(),
            at_most_ms: 1000,
            measured_ms: None,
            outcome,
        };
        let grounds = Grounds {
            rules: Rules::default(),
            limits: &[limit],
            log_is_read: true,
            metrics_are_read: true,
            queue_is_read: true,
        };
        let found = decide(&judgement, Counts::of(&judgement), &grounds);
        assert_eq!(found.outcome, expected);
    }
}

#[test]
fn accepted_counts_have_to_agree() {
    let accepted = Rules {
        accept_counts: true,
        ..Rules::default()
    };
    let of = |statuses, counts| {
        let ledger = loss::settled(statuses, 0, facts(), counts);
        verdict(&ledger, 20 * MINUTE, accepted)
    };
    let only_counts = Outcome::Undetermined(Reason::OnlyCounts);
    assert_eq!(of(named(2), [2, 2, 2, 0, 0]), Outcome::Consistent);
    assert_eq!(of(named(2), [3, 3, 3, 0, 0]), only_counts, "others'");
}

/// Recognised by a content that others sent, too: nothing that is to come tells whose it was.
#[test]
fn a_content_that_nothing_makes_certain_ends_the_wait() {
    let mut ledger = ledger_of(named(1), facts());
    ledger.sending.contents_shared = true;
    ledger.set_now(at(5 * SECOND));
    let invocation = ledger.invocation(&id(1));
    ledger.add(Evidence::Seen {
        subject: Subject::Message(0),
        invocation,
        at: aws(4 * SECOND),
        line: 0,
        shape: 0,
        means: Means::Content,
    });
    zero(&mut ledger, 40 * SECOND);
    zero(&mut ledger, 80 * SECOND);
    let open = Outcome::Undetermined(Reason::NotInTime);
    assert_eq!(verdict(&ledger, 12 * MINUTE, Rules::default()), open);
    ledger.log_read(at(12 * MINUTE));
    assert_eq!(
        verdict(&ledger, 12 * MINUTE, Rules::default()),
        Outcome::Undetermined(Reason::InDoubt)
    );
}
