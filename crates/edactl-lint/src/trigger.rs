//! The trigger (event source mapping) between queue and consumer.

use edactl_facts::{
    humanize,
    topology::function::{Trigger, function_name},
};

use crate::{Facts, Finding, Severity, filter};

const LINK: &str = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html";
const ERRORS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html";
const FILTERS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html";

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let (Some(queue), Some(triggers)) = (&facts.queue, &facts.triggers) else {
        return;
    };
    if triggers.is_empty() {
        findings.push(Finding {
            id: "trigger-missing",
            severity: Severity::Error,
            resource: queue.facts.arn.clone(),
            evidence: "no event source mapping reads from the queue".into(),
            fix: "make one from the queue to the consumer".into(),
            link: LINK,
        });
    }
    for trigger in triggers {
        one(trigger, findings);
        for sample in &facts.samples {
            if filter::drops(&trigger.filters, &sample.body) {
                findings.push(Finding {
                    id: "trigger-drops-sample",
                    severity: Severity::Error,
                    resource: name(trigger),
                    evidence: format!(
                        "{} matches none of its filters, so it would be deleted unseen",
                        sample.name
                    ),
                    fix: "change the filter criteria or the event".into(),
                    link: FILTERS,
                });
            }
        }
    }
    // Standard queues hand each message to one of them only.
    if triggers.len() > 1 {
        let names: Vec<_> = triggers
            .iter()
            .map(|trigger| function_name(&trigger.function_arn))
            .collect();
        findings.push(Finding {
            id: "trigger-several",
            severity: Severity::Warning,
            resource: queue.facts.arn.clone(),
            evidence: format!(
                "{} triggers share the queue's messages: {}",
                triggers.len(),
                names.join(", ")
            ),
            fix: "give each consumer a queue of its own, or name the consumer with --consumer"
                .into(),
            link: LINK,
        });
    }
}

fn name(trigger: &Trigger) -> String {
    format!(
        "trigger {} of {}",
        trigger.uuid,
        function_name(&trigger.function_arn)
    )
}

fn enabling(trigger: &Trigger) -> String {
    format!(
        "enable it: aws lambda update-event-source-mapping --uuid {} --enabled",
        trigger.uuid
    )
}

fn one(trigger: &Trigger, findings: &mut Vec<Finding>) {
    let resource = name(trigger);
    let mut add = |id, severity, evidence: String, fix: &str, link| {
        findings.push(Finding {
            id,
            severity,
            resource: resource.clone(),
            evidence,
            fix: fix.to_owned(),
            link,
        });
    };
    let reason = trigger
        .state_reason
        .as_deref()
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default();
    match trigger.state.as_str() {
        "Enabled" | "" => {}
        "Disabled" | "Disabling" | "Deleting" => add(
            "trigger-disabled",
            Severity::Error,
            format!("its state is {}{reason}: nobody receives", trigger.state),
            &enabling(trigger),
            LINK,
        ),
        other => add(
            "trigger-not-settled",
            Severity::Warning,
            format!("its state is {other}{reason}"),
            "wait until it is Enabled, then look again",
            LINK,
        ),
    }
    if let Some(result) = &trigger.last_result
        && (result.starts_with("PROBLEM") || result.starts_with("FAILED"))
    {
        add(
            "trigger-problem",
            Severity::Error,
            format!("its last poll ended with: {result}"),
            "look into the consumer's log and its role's rights on the queue",
            ERRORS,
        );
    }
    if let Some(error) = &trigger.filter_error {
        add(
            "trigger-filter-unreadable",
            Severity::Error,
            format!("its filter criteria cannot be read ({error})"),
            "allow kms:Decrypt on the key of the filter criteria for the caller and for Lambda, and \
             see that the key is enabled",
            FILTERS,
        );
    }
    if !trigger.filters.is_empty() {
        add(
            "trigger-filters",
            Severity::Warning,
            format!(
                "a message that matches none of these is deleted without a trace: {}",
                trigger.filters.join(" or ")
            ),
            "make sure that your events match, or take the filter criteria away",
            FILTERS,
        );
    }
    if trigger.batch_size > 1 && !trigger.partial_failures {
        add(
            "trigger-whole-batches",
            Severity::Note,
            format!(
                "one failed message brings its whole batch of up to {} back",
                trigger.batch_size
            ),
            "have the consumer answer batchItemFailures and set ReportBatchItemFailures",
            ERRORS,
        );
    }
    if !trigger.window.is_zero() {
        add(
            "trigger-window",
            Severity::Note,
            format!(
                "it gathers messages for up to {} before the consumer runs",
                humanize::duration(trigger.window)
            ),
            "shorten the batch window where that is too late",
            LINK,
        );
    }
    if let Some(most) = trigger.max_concurrency {
        add(
            "trigger-concurrency",
            Severity::Note,
            format!("the consumer runs at most {most} times at once"),
            "raise ScalingConfig.MaximumConcurrency where messages wait too long",
            LINK,
        );
    }
}
