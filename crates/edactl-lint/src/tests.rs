//! Each check, seen to speak and seen to be silent.

use std::{collections::BTreeMap, time::Duration};

use jiff::civil::date;

use edactl_facts::topology::queue::{QueueCounters, QueueFacts, Redrive};

use super::*;

mod roles;

const QUEUE: &str = "arn:aws:sqs:eu-central-1:123456789012:orders";

fn function(name: &str, rights: &str) -> Function {
    Function {
        settings: FunctionFacts {
            name: name.into(),
            arn: format!("arn:aws:lambda:eu-central-1:123456789012:function:{name}"),
            role_arn: format!("arn:aws:iam::123456789012:role/{name}-role"),
            state: "Active".into(),
            runtime: Some("provided.al2023".into()),
            timeout: Duration::from_secs(10),
            tracing: true,
            log_group: format!("/aws/lambda/{name}"),
            environment: BTreeMap::from([(
                "TARGET".into(),
                "https://sqs.eu-central-1.amazonaws.com/123456789012/orders".into(),
            )]),
            ..FunctionFacts::default()
        },
        reserved: Some(None),
        health: Some(FunctionHealth {
            errors: Some(0),
            throttles: None,
        }),
        log_group: Some(Some(LogGroupSettings {
            name: format!("/aws/lambda/{name}"),
            retention_days: Some(30),
            class: "STANDARD".into(),
        })),
        policies: Some(vec![
            policy(rights, QUEUE),
            policy(
                r#"["logs:CreateLogStream", "logs:PutLogEvents"]"#,
                &format!("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/{name}:*"),
            ),
        ]),
        boundary: None,
    }
}

fn policy(actions: &str, resource: &str) -> RolePolicy {
    RolePolicy {
        name: "inline".into(),
        document: format!(
            r#"{{"Statement": [{{"Effect": "Allow", "Action": {actions}, "Resource": "{resource}"}}]}}"#
        ),
    }
}

fn queue(arn: &str, retention: Duration) -> QueueSettings {
    QueueSettings {
        facts: QueueFacts {
            arn: arn.into(),
            counters: QueueCounters::default(),
            delay: Duration::ZERO,
            message_limit: 1024 * 1024,
            visibility_timeout: Duration::from_mins(1),
            redrive: Some(Redrive {
                target_arn: format!("{QUEUE}-dlq"),
                max_receives: 5,
            }),
            fifo: false,
            content_deduplication: false,
        },
        retention,
        policy: None,
        kms_key: None,
        sqs_encryption: Some(true),
    }
}

/// A pipeline to which nothing can be said against.
fn sound() -> Facts {
    let day = Duration::from_hours(24);
    Facts {
        today: date(2026, 11, 24),
        producer: Some(function("producer", r#""sqs:SendMessage""#)),
        queue: Some(queue(QUEUE, 4 * day)),
        triggers: Some(vec![Trigger {
            uuid: "1".into(),
            function_arn: "arn:aws:lambda:eu-central-1:123456789012:function:consumer".into(),
            state: "Enabled".into(),
            last_result: Some("OK".into()),
            batch_size: 10,
            partial_failures: true,
            ..Trigger::default()
        }]),
        consumer: Some(function(
            "consumer",
            r#"["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]"#,
        )),
        dlq: Some(queue(&format!("{QUEUE}-dlq"), 14 * day)),
        samples: vec![Sample {
            name: "`a` of event.json".into(),
            body: r#"{"kind": "order"}"#.into(),
        }],
    }
}

fn parts(facts: &mut Facts) -> (&mut Function, &mut QueueSettings, &mut Trigger) {
    (
        facts.producer.as_mut().unwrap(),
        facts.queue.as_mut().unwrap(),
        &mut facts.triggers.as_mut().unwrap()[0],
    )
}

#[test]
fn a_sound_pipeline_has_no_finding() {
    assert_eq!(check(&sound()), []);
}

#[test]
fn what_was_not_looked_at_is_no_finding() {
    let facts = Facts {
        producer: None,
        queue: None,
        triggers: None,
        consumer: None,
        dlq: None,
        ..sound()
    };
    assert_eq!(check(&facts), []);
    let mut facts = sound();
    for function in [&mut facts.producer, &mut facts.consumer] {
        let function = function.as_mut().unwrap();
        (function.reserved, function.health) = (None, None);
        (function.log_group, function.policies) = (None, None);
    }
    facts.triggers = None;
    assert_eq!(check(&facts), []);
}

/// A change to a sound pipeline makes this finding, and no other.
#[track_caller]
fn finds(id: &str, severity: Severity, change: impl FnOnce(&mut Facts)) {
    let mut facts = sound();
    change(&mut facts);
    let found: Vec<_> = check(&facts)
        .into_iter()
        .map(|finding| (finding.id, finding.severity))
        .collect();
    assert_eq!(found, [(id, severity)]);
}

#[test]
fn the_trigger() {
    use Severity::{Error, Note, Warning};
    finds("trigger-missing", Error, |facts| {
        facts.triggers = Some(Vec::new());
    });
    finds("trigger-several", Warning, |facts| {
        let triggers = facts.triggers.as_mut().unwrap();
        triggers.push(triggers[0].clone());
    });
    // Of two of which one is switched off, both are told of.
    let mut two = sound();
    let triggers = two.triggers.as_mut().unwrap();
    triggers.push(Trigger {
        uuid: "other".into(),
        state: "Disabled".into(),
        ..triggers[0].clone()
    });
    let found: Vec<_> = check(&two).iter().map(|finding| finding.id).collect();
    assert_eq!(found, ["trigger-disabled", "trigger-several"]);
    let state = |state: &'static str| move |facts: &mut Facts| parts(facts).2.state = state.into();
    finds("trigger-disabled", Error, state("Disabled"));
    finds("trigger-not-settled", Warning, state("Updating"));
    finds("trigger-problem", Error, |facts| {
        parts(facts).2.last_result = Some("PROBLEM: Function call failed".into());
    });
    finds("trigger-filter-unreadable", Error, |facts| {
        parts(facts).2.filter_error = Some("KMSDisabled: the key is disabled".into());
    });
    finds("trigger-filters", Warning, |facts| {
        parts(facts).2.filters = vec![r#"{"body": {"kind": ["order"]}}"#.into()];
    });
    finds("trigger-whole-batches", Note, |facts| {
        parts(facts).2.partial_failures = false;
    });
    finds("trigger-window", Note, |facts| {
        parts(facts).2.window = Duration::from_secs(20);
    });
    finds("trigger-concurrency", Note, |facts| {
        parts(facts).2.max_concurrency = Some(2);
    });
    let mut facts = sound();
    parts(&mut facts).2.filters = vec![r#"{"body": {"kind": ["invoice"]}}"#.into()];
    assert_eq!(check(&facts)[0].id, "trigger-drops-sample");
}

#[test]
fn the_queue() {
    use Severity::{Error, Note, Warning};
    finds("queue-no-dlq", Warning, |facts| {
        parts(facts).1.facts.redrive = None;
        facts.dlq = None;
    });
    finds("queue-few-receives", Warning, |facts| {
        let redrive = parts(facts).1.facts.redrive.as_mut();
        redrive.unwrap().max_receives = 4;
    });
    finds("dlq-short-retention", Warning, |facts| {
        facts.dlq.as_mut().unwrap().retention = Duration::from_hours(4 * 24);
    });
    let visible = |seconds| {
        move |facts: &mut Facts| {
            parts(facts).1.facts.visibility_timeout = Duration::from_secs(seconds);
        }
    };
    finds("queue-visibility-short", Warning, visible(59));
    finds("queue-visibility-too-short", Error, visible(9));
    let delay = |seconds| {
        move |facts: &mut Facts| parts(facts).1.facts.delay = Duration::from_secs(seconds)
    };
    finds("queue-delay", Note, delay(20));
    finds("queue-delay", Warning, delay(90));
    finds("queue-short-retention", Warning, |facts| {
        parts(facts).1.retention = Duration::from_hours(1);
    });
    finds("queue-too-small-for-sample", Error, |facts| {
        parts(facts).1.facts.message_limit = 16;
    });
    finds("queue-not-encrypted", Warning, |facts| {
        parts(facts).1.sqs_encryption = Some(false);
    });
}

#[test]
fn who_may_use_the_queue() {
    use Severity::{Error, Warning};
    let statement = |principal: &str, resource: &str, more: &str| {
        let document = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Principal": {principal}, "Action": "sqs:*", "Resource": "{resource}"{more}}}}}"#
        );
        move |facts: &mut Facts| parts(facts).1.policy = Some(document)
    };
    finds(
        "queue-open-to-everybody",
        Error,
        statement(r#""*""#, QUEUE, ""),
    );
    finds(
        "queue-policy-wrong-resource",
        Warning,
        statement(
            r#"{"AWS": "arn:aws:iam::123456789012:root"}"#,
            "arn:other",
            "",
        ),
    );
    let closed = |policy: String| {
        let mut facts = sound();
        parts(&mut facts).1.policy = Some(policy);
        assert_eq!(check(&facts), []);
    };
    let everybody = |more: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"{more}}}"#
        )
    };
    let mine = r#", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}"#;
    closed(format!(r#"{{"Statement": {}}}"#, everybody(mine)));
    // Another statement shuts out who does not belong to the organization.
    let shut = r#"{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-mine"}}}"#;
    closed(format!(r#"{{"Statement": [{}, {shut}]}}"#, everybody("")));
    // It does not, where it holds for no call at all.
    let never = shut.replace("StringNotEquals", "StringEquals");
    finds("queue-open-to-everybody", Error, |facts| {
        let both = format!(r#"{{"Statement": [{}, {never}]}}"#, everybody(""));
        parts(facts).1.policy = Some(both);
    });
    let told = |policy: String| {
        let mut facts = sound();
        parts(&mut facts).1.policy = Some(policy);
        check(&facts).remove(0).evidence
    };
    let tls = r#", "Condition": {"Bool": {"aws:SecureTransport": "true"}}"#;
    assert_eq!(
        told(format!(r#"{{"Statement": {}}}"#, everybody(tls))),
        "its policy allows sqs:* to everybody, under a condition that anybody can meet"
    );
    let but = everybody("").replace(
        r#""Principal": "*""#,
        r#""NotPrincipal": {"AWS": "arn:aws:iam::1:root"}"#,
    );
    assert_eq!(
        told(format!(r#"{{"Statement": {but}}}"#)),
        "its policy allows sqs:* to everybody but arn:aws:iam::1:root (NotPrincipal), without a \
         condition"
    );
}

#[test]
fn the_functions() {
    use Severity::{Error, Note, Warning};
    let state =
        |state: &'static str| move |facts: &mut Facts| parts(facts).0.settings.state = state.into();
    finds("function-failed", Error, state("Failed"));
    finds("function-not-ready", Warning, state("Inactive"));
    for not_invocable in [
        "Deactivated",
        "Deactivating",
        "ActiveNonInvocable",
        "Deleting",
    ] {
        finds("function-not-invocable", Error, state(not_invocable));
    }
    finds("function-state-unknown", Warning, state("Hibernating"));
    let unreadable = |error: &'static str| {
        move |facts: &mut Facts| {
            let settings = &mut parts(facts).0.settings;
            settings.environment.clear();
            settings.environment_error = Some(error.into());
        }
    };
    // The queue may be named in variables that nobody can read: nothing is said about that.
    let id = "function-environment-unreadable";
    finds(id, Warning, unreadable("AccessDeniedException: no"));
    finds(id, Error, unreadable("KMSDisabledException: disabled"));
    finds("function-update-failed", Warning, |facts| {
        parts(facts).0.settings.update_failure = Some("no such image".into());
    });
    finds("function-concurrency-zero", Error, |facts| {
        parts(facts).0.reserved = Some(Some(0));
    });
    finds("function-no-tracing", Note, |facts| {
        parts(facts).0.settings.tracing = false;
    });
    let runtime = |name: &'static str| {
        move |facts: &mut Facts| parts(facts).0.settings.runtime = Some(name.into())
    };
    finds("runtime-ended", Warning, runtime("python3.7"));
    finds("runtime-ended", Warning, runtime("dotnet8"));
    for current in ["nodejs24.x", "python3.14", "java25", "dotnet10", "ruby4.0"] {
        let mut facts = sound();
        runtime(current)(&mut facts);
        assert_eq!(check(&facts), [], "{current}");
    }
    finds("runtime-ends-soon", Note, |facts| {
        runtime("nodejs22.x")(facts);
        facts.today = date(2027, 3, 1);
    });
    finds("function-log-level", Warning, |facts| {
        parts(facts).0.settings.application_log_level = Some("ERROR".into());
    });
    finds("function-system-log-level", Note, |facts| {
        parts(facts).0.settings.system_log_level = Some("WARN".into());
    });
    finds("function-errors", Warning, |facts| {
        parts(facts).0.health.as_mut().unwrap().errors = Some(3);
    });
    finds("function-throttles", Warning, |facts| {
        parts(facts).0.health.as_mut().unwrap().throttles = Some(1);
    });
    finds("producer-names-no-queue", Warning, |facts| {
        let variables = &mut parts(facts).0.settings.environment;
        variables.insert("TARGET".into(), "https://example.com/orders-2".into());
    });
    finds("producer-names-no-queue", Note, |facts| {
        parts(facts).0.settings.environment.clear();
    });
}

#[test]
fn the_log_groups() {
    use Severity::{Error, Warning};
    finds("log-group-missing", Warning, |facts| {
        parts(facts).0.log_group = Some(None);
    });
    let change = |change: fn(&mut LogGroupSettings)| {
        move |facts: &mut Facts| {
            change(parts(facts).0.log_group.as_mut().unwrap().as_mut().unwrap());
        }
    };
    finds(
        "log-group-keeps-forever",
        Warning,
        change(|group| group.retention_days = None),
    );
    finds(
        "log-group-class",
        Error,
        change(|group| group.class = "DELIVERY".into()),
    );
    finds(
        "log-group-infrequent",
        Warning,
        change(|group| group.class = "INFREQUENT_ACCESS".into()),
    );
}

#[test]
fn the_worst_comes_first() {
    let mut facts = sound();
    let (producer, queue, trigger) = parts(&mut facts);
    producer.settings.tracing = false;
    queue.facts.delay = Duration::from_secs(90);
    trigger.state = "Disabled".into();
    let severities: Vec<_> = check(&facts)
        .iter()
        .map(|finding| finding.severity)
        .collect();
    assert_eq!(
        severities,
        [Severity::Error, Severity::Warning, Severity::Note]
    );
}
