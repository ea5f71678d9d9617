//! What the ledger tells of what it took in.

use super::*;
use crate::{
    clock::ClockBounds,
    event::{Event, MarkerPolicy, marker::RunId},
    observation::{ConsumerMetrics, MappingMetrics, MetricMinutes, PipelineMetrics, QueueMetrics},
    run::{Line, Outcome as Sent, Plan, Run},
    topology::Pipeline,
};

#[test]
fn the_begin_and_the_settings_are_told_as_they_were_given() {
    let given = Facts {
        delay: Duration::from_secs(7),
        ..facts()
    };
    let ledger = ledger_of(named(1), given);
    assert_eq!(ledger.began(), sent());
    assert_eq!(*ledger.facts(), given);
    assert_eq!(*ledger.waits(), ledger.waits);
}

#[test]
fn a_promise_of_statuses_once_known_outlasts_settings_that_are_read_again() {
    for (before, read, after) in [
        (false, false, false),
        (false, true, true),
        (true, false, true),
        (true, true, true),
    ] {
        let with = |promises_status| Facts {
            promises_status,
            batch_size: Some(3),
            ..facts()
        };
        let mut ledger = ledger_of(
            named(1),
            Facts {
                promises_status: before,
                ..facts()
            },
        );
        ledger.learn(with(read));
        assert_eq!(*ledger.facts(), with(after), "{before} {read}");
    }
}

#[test]
fn the_nil_request_id_names_no_invocation() {
    let mut ledger = ledger_of(named(1), facts());
    let nil = Uuid::nil().to_string();
    for (request_id, end) in [(nil, None), (id(1), Some(aws(SECOND)))] {
        let invocation = ledger.invocation(&request_id);
        assert_eq!(invocation, ledger.invocation(&request_id), "it stays");
        assert_eq!(ledger.end_of(&request_id), None, "not ended");
        ledger.add(Evidence::Ended {
            invocation,
            at: aws(SECOND),
        });
        assert_eq!(ledger.end_of(&request_id), end, "{request_id}");
    }
}

#[test]
fn what_is_recalled_does_not_name_its_invocation() {
    for recalled in [false, true] {
        let mut ledger = ledger_of(named(1), facts());
        let invocation = ledger.invocation(&id(1));
        ledger.hear(invocation, aws(SECOND), true);
        if recalled {
            ledger.recall();
        }
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: aws(SECOND),
            line: 0,
            shape: 0,
            means: Means::Marker,
        });
        // Lambda's word is on the invocation that a line names.
        status(&mut ledger, invocation, InvocationStatus::Success);
        let state = if recalled {
            State::Received
        } else {
            State::Taken
        };
        assert_eq!(states(&ledger, SECOND), [state]);
    }
}

#[test]
fn a_line_may_be_as_much_older_than_the_send_as_two_hosts_clocks_differ() {
    for (before, is_receipt) in [(1_999, true), (2_000, true), (2_001, false)] {
        let mut ledger = ledger_of(named(1), facts());
        assert!(!ledger.has_traces());
        let invocation = ledger.invocation(&id(1));
        ledger.add(Evidence::Seen {
            subject: Subject::Message(0),
            invocation,
            at: sent() - SignedDuration::from_millis(before),
            line: 0,
            shape: 0,
            means: Means::Marker,
        });
        assert_eq!(ledger.has_traces(), is_receipt, "{before}");
        assert_eq!(ledger.all_received(), is_receipt, "{before}");
    }
}

#[test]
fn all_are_received_once_each_that_may_have_been_sent_is() {
    use SendStatus::{Accepted, InDoubt, Named, NotSent, Unattempted};
    for (statuses, seen, all) in [
        (vec![], 0, true),
        (vec![NotSent, Unattempted], 0, true),
        (vec![Named], 0, false),
        (vec![Named], 1, true),
        (vec![Accepted, Named], 1, false),
        (vec![Accepted, Named], 2, true),
        (vec![Named, NotSent, Unattempted], 1, true),
        (vec![Named, InDoubt], 1, false),
        (vec![NotSent], 1, true),
    ] {
        let mut ledger = ledger_of(statuses.clone(), facts());
        for message in 0..seen {
            see(&mut ledger, message, 1, 5 * SECOND);
        }
        assert_eq!(ledger.all_received(), all, "{statuses:?} {seen}");
    }
}

#[test]
fn the_dead_letter_queue_is_told_as_it_was_last_read() {
    let mut ledger = ledger_of(named(2), facts());
    assert_eq!(ledger.dead_letter_count(), None);
    assert_eq!(ledger.last_peek(), None);
    for (time, count) in [(30, 7), (10, 3)] {
        ledger.letter_count(at(time), count);
        ledger.letters_peeked(at(time));
    }
    assert_eq!(ledger.dead_letter_count(), Some(7));
    assert_eq!(ledger.last_peek(), Some(at(30)));
    for (at_send, were_none) in [(None, false), (Some(0), true), (Some(1), false)] {
        ledger.dead_letters.baseline = at_send;
        assert_eq!(ledger.letters_were_none(), were_none, "{at_send:?}");
    }
}

#[test]
fn a_payload_is_told_its_own_letters() {
    let mut ledger = ledger_of(named(3), facts());
    for (message, letter) in [(0, "one"), (1, "other"), (0, "again")] {
        ledger.letter_seen(at(SECOND), letter, Some(aws(0)));
        ledger.add(Evidence::DeadLettered {
            subject: Subject::Message(message),
            letter: letter.into(),
            means: Means::Marker,
        });
    }
    for (message, expected) in [(0, vec!["again", "one"]), (1, vec!["other"]), (2, vec![])] {
        let subject = Subject::Message(message);
        let mut letters = ledger.letters(subject);
        letters.sort();
        let letters: Vec<&str> = letters.iter().map(|it| &**it).collect();
        assert_eq!(letters, expected);
        assert_eq!(ledger.has_letter(subject), !expected.is_empty());
    }
}

#[test]
fn an_invocation_of_which_no_line_tells_when_it_ran_counts_in_no_minute() {
    let mut ledger = ledger_of(named(1), facts());
    ledger.invocation(&id(1));
    assert_eq!(ledger.ran(), HashMap::new());
    let invocation = ledger.invocation(&id(2));
    ledger.hear(invocation, sent(), true);
    assert_eq!(ledger.ran(), [(ledger.first_minute(), 1)].into());
}

#[test]
fn each_invocation_since_the_send_that_shows_no_payload_is_anothers() {
    for (heard, ran) in [
        (None, false),
        (Some(-2_001), false),
        (Some(-2_000), true),
        (Some(SECOND.cast_signed()), true),
    ] {
        let mut ledger = ledger_of(named(1), facts());
        see(&mut ledger, 0, 1, SECOND);
        ledger.invocation(&id(3));
        if let Some(heard) = heard {
            let invocation = ledger.invocation(&id(2));
            let first = sent() + SignedDuration::from_millis(heard);
            ledger.hear(invocation, first, true);
            let error = Failure::new("boom");
            ledger.add(Evidence::Suspected { invocation, error });
        }
        assert_eq!(ledger.ran_without_payload(), ran, "{heard:?}");
        assert_eq!(ledger.unseen_failures().count(), usize::from(ran));
    }
}

#[test]
fn an_attempt_is_told_as_failed_only_by_lambdas_own_word() {
    let mut ledger = ledger_of(named(1), facts());
    for (number, how) in [
        (1, None),
        (2, Some(InvocationStatus::Success)),
        (3, Some(InvocationStatus::Failure)),
    ] {
        let invocation = see(&mut ledger, 0, number, SECOND);
        if let Some(how) = how {
            status(&mut ledger, invocation, how);
        }
    }
    let mut attempts: Vec<_> = ledger
        .attempts(0)
        .map(|it| (it.request_id.unwrap(), it.is_failed, it.at, it.ended))
        .collect();
    attempts.sort();
    let shown = Some(aws(500));
    let expected = [(1, false), (2, false), (3, true)]
        .map(|(number, is_failed)| (id(number), is_failed, shown, shown));
    assert_eq!(attempts, expected);
}

#[test]
fn a_judgement_of_no_payloads_is_empty() {
    for count in [0, 1, 2] {
        let ledger = ledger_of(named(count), facts());
        let judgement = ledger.judge(at(0));
        assert_eq!(judgement.len(), count);
        assert_eq!(judgement.is_empty(), count == 0);
    }
}

#[test]
fn each_state_is_open_or_final_and_some_are_broken() {
    for (state, is_final, is_broken) in [
        (State::Taken, true, false),
        (State::Unattempted, true, false),
        (State::NotSent, true, true),
        (State::DeadLettered, true, true),
        (State::Lost, true, true),
        (State::SomeLost, true, true),
        (State::Filtered, true, true),
        (State::Failing, false, false),
        (State::Received, false, false),
        (State::Waiting, false, false),
        (State::InDoubt, false, false),
        (State::Untraced, false, false),
    ] {
        assert_eq!(state.is_final(), is_final, "{state:?}");
        assert_eq!(state.is_broken(), is_broken, "{state:?}");
    }
}

#[test]
fn lambdas_word_and_errors_of_zero_are_direct_ways() {
    for (way, is_direct) in [
        (Way::Status, true),
        (Way::Queue, false),
        (Way::Errors, true),
        (Way::Counts, false),
        (Way::Time, false),
    ] {
        assert_eq!(way.is_direct(), is_direct, "{way:?}");
    }
}

#[test]
fn markers_and_message_ids_mean_nothing_but_one_payload() {
    for (means, is_unique) in [
        (Means::Marker, true),
        (Means::MessageId, true),
        (Means::Content, false),
        (Means::Values, false),
    ] {
        assert_eq!(means.is_unique(), is_unique, "{means:?}");
    }
}

#[test]
fn the_times_of_a_send_are_as_wide_as_what_is_known_of_awss_clock() {
    let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24);
    let seconds = SignedDuration::from_secs;
    let (began, ended) = (now - seconds(100), now - seconds(40));
    let policy = MarkerPolicy::Untouched;
    let event = Event::parse("e", r#"{"a": 1}"#, &policy).unwrap();
    let (id, pipeline) = (RunId::new(began, 0), Pipeline::named("p"));
    let mut run = Run::new(Plan::new(id, began, pipeline, &[event], 2));
    let send = |run: &Run, bounds: &ClockBounds| {
        let sending = Sending::of(run, Vec::new(), bounds, now);
        let (began, answered) = (sending.began, sending.answered);
        let uncertain = sending.clock_uncertainty.as_secs();
        (began, answered, sending.session_began, uncertain)
    };
    let unknown = ClockBounds::default();
    let minutes = SignedDuration::from_mins(5);
    let unsent = (began - minutes, now + minutes, now - minutes, 600);
    assert_eq!(send(&run, &unknown), unsent);
    for (invocation, at) in [(0, ended), (1, ended - seconds(20))] {
        let outcome = Sent::InDoubt {
            reason: "no answer".into(),
        };
        run.apply(Line::Invoked {
            invocation,
            at,
            outcome,
        });
    }
    let expected = (began - minutes, ended + minutes, now - minutes, 600);
    assert_eq!(send(&run, &unknown), expected);
    let (least, most) = (seconds(-1), seconds(3));
    let expected = (began + least, ended + most, now + least, 4);
    for (one, other) in [(least, most), (most, least)] {
        assert_eq!(send(&run, &ClockBounds::new(one, other)), expected);
    }
}

#[test]
fn a_reading_becomes_one_value_for_each_metric_and_minute() {
    let minute = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(7);
    let of = |value| {
        let mut minutes = MetricMinutes::default();
        minutes.insert(minute, value);
        minutes
    };
    let queue = QueueMetrics {
        sent: of(1),
        received: of(2),
        deleted: of(3),
        oldest_age_seconds: of(4),
    };
    let mut metrics = PipelineMetrics {
        queue,
        ..PipelineMetrics::default()
    };
    let told = |metrics: &PipelineMetrics| {
        let all = Datum::all(metrics).into_iter();
        let mut all: Vec<_> = all
            .map(|it| (it.metric, it.minute, it.value, it.samples))
            .collect();
        all.sort_unstable();
        all
    };
    let mut expected = vec![
        (Metric::Sent, 7, 1, 1),
        (Metric::Received, 7, 2, 1),
        (Metric::Deleted, 7, 3, 1),
        (Metric::OldestAge, 7, 4, 1),
    ];
    assert_eq!(told(&metrics), expected);
    metrics.consumer = Some(ConsumerMetrics {
        errors: of(5),
        error_samples: of(6),
        invocations: of(8),
        invocation_samples: MetricMinutes::default(),
    });
    metrics.mapping = Some(MappingMetrics {
        polled: of(9),
        filtered_out: of(10),
        deleted: of(11),
        ..MappingMetrics::default()
    });
    expected.extend([
        (Metric::Invocations, 7, 8, 0),
        (Metric::Errors, 7, 5, 6),
        (Metric::PolledEvents, 7, 9, 1),
        (Metric::FilteredOutEvents, 7, 10, 1),
        (Metric::DeletedEvents, 7, 11, 1),
    ]);
    assert_eq!(told(&metrics), expected);
}
