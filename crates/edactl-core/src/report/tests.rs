//! What a verify came to: witnesses, payloads and latencies.

mod latencies;
mod messages;
mod witnesses;

use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::{
    ledger::{
        Attempt, Datum, Evidence, Facts, InvocationStatus, Ledger, Means, MessageIndex, Metric,
        PlatformFormat, SendStatus, Sending, State, Subject, Way,
    },
    topology::queue::QueueCounters,
    waits::{Environment, Waits},
};

/// The send: the first second of a minute of AWS's clock.
fn sent() -> Timestamp {
    "2026-11-24T12:00:01Z".parse().unwrap()
}

fn aws(millis: i64) -> Timestamp {
    sent() + SignedDuration::from_millis(millis)
}

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A ledger of so many payloads that were sent, some of them told by their content only.
fn ledger_of(count: usize, groups: Vec<Vec<MessageIndex>>, environment: Environment) -> Ledger {
    let sending = Sending {
        status: vec![SendStatus::Accepted; count],
        messages: count as u64,
        groups,
        is_shape_known: true,
        message_of: None,
        began: sent(),
        answered: aws(1_000),
        session_began: sent(),
        clock_uncertainty: Duration::ZERO,
        sent_by: Duration::ZERO,
        queue_at_send: Some(QueueCounters::known(0, 0, 0)),
        letters_at_send: Some(0),
        contents_shared: false,
    };
    let facts = Facts {
        item_failures: Some(false),
        visibility_timeout: Some(Duration::from_secs(30)),
        function_timeout: Some(Duration::from_secs(10)),
        changes_visibility: Some(false),
        ..Facts::default()
    };
    Ledger::new(sending, facts, Waits::of(environment, None))
}

fn id(number: u64) -> String {
    format!("00000001-0000-4000-8000-{number:012x}")
}

/// The payload is shown in an invocation that ends 200 ms later, and fails where there is an error.
fn see(ledger: &mut Ledger, subject: Subject, number: u64, millis: i64, error: Option<&str>) {
    ledger.set_now(at(9_000));
    let invocation = ledger.invocation(&id(number));
    ledger.add(Evidence::Started {
        invocation,
        at: aws(millis),
        format: PlatformFormat::Text,
    });
    let means = match subject {
        Subject::Message(_) => Means::Marker,
        Subject::Group(_) => Means::Content,
    };
    ledger.add(Evidence::Seen {
        subject,
        invocation,
        at: aws(millis),
        line: number,
        shape: 0,
        means,
    });
    ledger.add(Evidence::Ended {
        invocation,
        at: aws(millis + 200),
    });
    if let Some(error) = error {
        ledger.add(Evidence::Status {
            invocation,
            status: InvocationStatus::Failure,
            error: Some(crate::ledger::Failure::new(error)),
        });
    }
}

/// Both looks at an empty queue: on the embedded pipeline that lets go all that came.
fn let_go(ledger: &mut Ledger) {
    for millis in [10_000, 10_100] {
        ledger.queue_counters(at(millis), QueueCounters::known(0, 0, 0));
    }
}
