//! The queue and its dead-letter queue.

use std::time::Duration;

use jiff::civil::Date;

use edactl_facts::{
    humanize,
    topology::queue::{QueueSettings, queue_name},
};

use crate::{
    Facts, Finding, Severity,
    conditions::Request,
    iam::{self, Statement},
};

const DEAD_LETTERS: &str = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html";
const LAMBDA: &str = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html";
const DELAY: &str = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html";
const ACCESS: &str = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html";
const ENCRYPTION: &str = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html";
const ATTRIBUTES: &str = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html";

/// AWS's advice: with fewer receives one bad minute fills the dead-letter queue.
const FEWEST_RECEIVES: u32 = 5;
/// AWS's advice: the visibility timeout is so many times the consumer's timeout.
const VISIBILITY_FACTOR: u32 = 6;
/// From here on a delay looks like a loss to whoever waits.
const LONG_DELAY: Duration = Duration::from_mins(1);
const SHORT_RETENTION: Duration = Duration::from_hours(24);

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let Some(queue) = &facts.queue else { return };
    redrive(queue, facts.dlq.as_ref(), findings);
    times(queue, facts, findings);
    access(queue, facts.today, findings);
    encryption(queue, findings);
    if let Some(dlq) = &facts.dlq {
        access(dlq, facts.today, findings);
    }
    for sample in &facts.samples {
        if sample.body.len() > queue.facts.message_limit {
            add(
                findings,
                queue,
                "queue-too-small-for-sample",
                Severity::Error,
                format!(
                    "{} takes {} bytes, and the queue takes {}",
                    sample.name,
                    sample.body.len(),
                    queue.facts.message_limit
                ),
                "raise MaximumMessageSize (up to 1 MiB), or send a reference instead of the data",
                ATTRIBUTES,
            );
        }
    }
}

fn add(
    findings: &mut Vec<Finding>,
    queue: &QueueSettings,
    id: &'static str,
    severity: Severity,
    evidence: String,
    fix: &str,
    link: &'static str,
) {
    findings.push(Finding {
        id,
        severity,
        resource: format!("queue {}", queue_name(&queue.facts.arn)),
        evidence,
        fix: fix.to_owned(),
        link,
    });
}

fn redrive(queue: &QueueSettings, dlq: Option<&QueueSettings>, findings: &mut Vec<Finding>) {
    let Some(redrive) = &queue.facts.redrive else {
        add(
            findings,
            queue,
            "queue-no-dlq",
            Severity::Warning,
            format!(
                "there is no redrive policy: a message that always fails comes back until it is \
                 {} old, then it is gone",
                long(queue.retention)
            ),
            "make a dead-letter queue and a redrive policy with maxReceiveCount 5",
            DEAD_LETTERS,
        );
        return;
    };
    if redrive.max_receives < FEWEST_RECEIVES {
        add(
            findings,
            queue,
            "queue-few-receives",
            Severity::Warning,
            format!(
                "maxReceiveCount is {}: throttling alone can dead-letter good messages",
                redrive.max_receives
            ),
            "set maxReceiveCount to 5 or more",
            LAMBDA,
        );
    }
    // A dead letter keeps the age that it had.
    if let Some(dlq) = dlq
        && dlq.retention <= queue.retention
        && !queue.facts.fifo
    {
        add(
            findings,
            dlq,
            "dlq-short-retention",
            Severity::Warning,
            format!(
                "it keeps messages for {}, the queue for {}; the time in both counts together",
                long(dlq.retention),
                long(queue.retention)
            ),
            "set the dead-letter queue's MessageRetentionPeriod to 14 days",
            DEAD_LETTERS,
        );
    }
}

fn times(queue: &QueueSettings, facts: &Facts, findings: &mut Vec<Finding>) {
    let settings = &queue.facts;
    if let Some(consumer) = &facts.consumer {
        let timeout = consumer.settings.timeout;
        let (shown, wanted) = (
            humanize::duration(settings.visibility_timeout),
            humanize::duration(timeout * VISIBILITY_FACTOR),
        );
        let seen = format!(
            "the visibility timeout is {shown}, the consumer's timeout {}",
            humanize::duration(timeout)
        );
        let fix = format!("set VisibilityTimeout to {wanted} or more, six times the timeout");
        if settings.visibility_timeout < timeout {
            let evidence = format!("{seen}: messages come back while they are being handled");
            let id = "queue-visibility-too-short";
            add(findings, queue, id, Severity::Error, evidence, &fix, LAMBDA);
        } else if settings.visibility_timeout < timeout * VISIBILITY_FACTOR {
            let id = "queue-visibility-short";
            add(findings, queue, id, Severity::Warning, seen, &fix, LAMBDA);
        }
    }
    if !settings.delay.is_zero() {
        let long = settings.delay >= LONG_DELAY;
        add(
            findings,
            queue,
            "queue-delay",
            if long {
                Severity::Warning
            } else {
                Severity::Note
            },
            format!(
                "every message waits {} before anybody can receive it",
                humanize::duration(settings.delay)
            ),
            "set DelaySeconds to 0 unless the delay is wanted",
            DELAY,
        );
    }
    if queue.retention < SHORT_RETENTION {
        add(
            findings,
            queue,
            "queue-short-retention",
            Severity::Warning,
            format!("messages are gone after {}", long(queue.retention)),
            "raise MessageRetentionPeriod, so that an outage of a day loses nothing",
            ATTRIBUTES,
        );
    }
}

/// A retention time, in the unit that people set it in.
fn long(time: Duration) -> String {
    let hours = time.as_secs() / 3600;
    match (hours / 24, hours) {
        (0, 0) => humanize::duration(time),
        (0, 1) => "1 hour".to_owned(),
        (0, hours) => format!("{hours} hours"),
        (1, _) => "1 day".to_owned(),
        (days, _) => format!("{days} days"),
    }
}

fn access(queue: &QueueSettings, today: Date, findings: &mut Vec<Finding>) {
    let Some(policy) = &queue.policy else { return };
    let arn = &queue.facts.arn;
    let statements = iam::statements(policy);
    for statement in &statements {
        let applies = statement.concerns_resource(arn);
        if is_open(statement, &statements, today) {
            let (severity, when) = if applies {
                (Severity::Error, "")
            } else {
                (Severity::Warning, ", once its Resource is right")
            };
            let but = if statement.principals.all_but {
                format!(
                    " but {} (NotPrincipal)",
                    statement.principals.listed.join(", ")
                )
            } else {
                String::new()
            };
            let condition = if statement.conditions.is_empty() {
                "without a condition"
            } else {
                "under a condition that anybody can meet"
            };
            add(
                findings,
                queue,
                "queue-open-to-everybody",
                severity,
                format!(
                    "its policy allows {} to everybody{but}, {condition}{when}",
                    statement.actions.listed.join(", ")
                ),
                "name the account or role as Principal, or add a condition such as aws:SourceArn",
                ACCESS,
            );
        }
        if !applies {
            add(
                findings,
                queue,
                "queue-policy-wrong-resource",
                Severity::Warning,
                format!(
                    "a statement of its policy is about {}, which is not this queue",
                    statement.resources.listed.join(", ")
                ),
                &format!("write {arn} as Resource, or take the statement away"),
                ACCESS,
            );
        }
    }
}

/// Whether a statement lets somebody in whom nobody knows, and no other shuts them out again.
fn is_open(statement: &Statement, all: &[Statement], today: Date) -> bool {
    let denied = |request: &Request| {
        all.iter().any(|other| {
            let whole = |action: &String| other.concerns_action(action);
            !other.allows
                && other.principals.everybody()
                && other.conditions.hold(request) == Some(true)
                && statement.actions.listed.iter().all(whole)
        })
    };
    statement.allows
        && statement.principals.everybody()
        && Request::of_strangers(today)
            .iter()
            .any(|request| statement.conditions.hold(request) == Some(true) && !denied(request))
}

fn encryption(queue: &QueueSettings, findings: &mut Vec<Finding>) {
    if queue.kms_key.is_none() && queue.sqs_encryption == Some(false) {
        add(
            findings,
            queue,
            "queue-not-encrypted",
            Severity::Warning,
            "messages are stored without encryption".into(),
            "set SqsManagedSseEnabled to true, which costs nothing",
            ENCRYPTION,
        );
    }
}
