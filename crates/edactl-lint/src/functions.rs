//! The two functions: state, runtime, concurrency, logs, health, and the way from producer to queue.

use jiff::ToSpan;

use edactl_facts::topology::queue::queue_name;

use crate::{Facts, Finding, Function, Severity, runtimes};

const STATES: &str = "https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html";
const CONCURRENCY: &str =
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html";
const TRACING: &str = "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html";
const LOGGING: &str = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-logs.html";
const METRICS: &str = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html";
const VARIABLES: &str = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html";

/// How long before the end of its support a runtime is mentioned, in days.
const EARLY_WORD: i32 = 90;

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    for function in [&facts.producer, &facts.consumer].into_iter().flatten() {
        let mut add = |id, severity, evidence, fix: &str, link| {
            findings.push(Finding {
                id,
                severity,
                resource: format!("function {}", function.settings.name),
                evidence,
                fix: fix.to_owned(),
                link,
            });
        };
        state(function, &mut add);
        runtime(function, facts, &mut add);
        logging(function, &mut add);
        health(function, &mut add);
    }
    way_to_queue(facts, findings);
}

type Add<'a> = dyn FnMut(&'static str, Severity, String, &str, &'static str) + 'a;

fn state(function: &Function, add: &mut Add<'_>) {
    let settings = &function.settings;
    let reason = settings
        .state_reason
        .as_deref()
        .map(|reason| format!(" ({reason})"))
        .unwrap_or_default();
    let evidence = format!("its state is {}{reason}", settings.state);
    match settings.state.as_str() {
        // An emulator may not say.
        "" | "Active" => {}
        "Failed" => add(
            "function-failed",
            Severity::Error,
            evidence,
            "mend what the reason names and deploy again",
            STATES,
        ),
        "Pending" | "Inactive" => add(
            "function-not-ready",
            Severity::Warning,
            evidence,
            "the next invocation waits or fails once; invoke it again a minute later",
            STATES,
        ),
        "Deactivated" | "Deactivating" | "ActiveNonInvocable" | "Deleting" => add(
            "function-not-invocable",
            Severity::Error,
            format!("{evidence}: Lambda does not run it"),
            "activate it, or deploy it again; the reason says what keeps it",
            STATES,
        ),
        _ => add(
            "function-state-unknown",
            Severity::Warning,
            format!("{evidence}, which edactl does not know"),
            "read what AWS says of this state; nothing is wrong if the function runs",
            STATES,
        ),
    }
    if let Some(error) = &settings.environment_error {
        // Who reads and who runs it may use different rights on the key.
        let is_refusal = error.starts_with("AccessDenied");
        let (severity, fix) = if is_refusal {
            (
                Severity::Warning,
                "allow kms:Decrypt on its key for the caller, and see that its role has it, too",
            )
        } else {
            (
                Severity::Error,
                "make its key usable again, or give the function another one",
            )
        };
        add(
            "function-environment-unreadable",
            severity,
            format!("its environment variables cannot be read ({error})"),
            fix,
            VARIABLES,
        );
    }
    if let Some(reason) = &settings.update_failure {
        add(
            "function-update-failed",
            Severity::Warning,
            format!("its last update failed ({reason}): older code or settings are in force"),
            "deploy again",
            STATES,
        );
    }
    if function.reserved == Some(Some(0)) {
        add(
            "function-concurrency-zero",
            Severity::Error,
            "its reserved concurrency is 0: it never runs".into(),
            "raise the reserved concurrency or take it away",
            CONCURRENCY,
        );
    }
    if !settings.tracing {
        add(
            "function-no-tracing",
            Severity::Note,
            "X-Ray tracing is not active".into(),
            "set TracingConfig.Mode to Active to see where time goes",
            TRACING,
        );
    }
}

fn runtime(function: &Function, facts: &Facts, add: &mut Add<'_>) {
    let Some(runtime) = &function.settings.runtime else {
        return;
    };
    let Some(end) = runtimes::end_of_support(runtime) else {
        return;
    };
    let early = facts.today.saturating_add(EARLY_WORD.days());
    let table = runtimes::COMPARED;
    if end <= facts.today {
        add(
            "runtime-ended",
            Severity::Warning,
            format!(
                "support of {runtime} ended on {end} (AWS's table, compared on {table}): no more security updates"
            ),
            "move to a supported runtime",
            runtimes::LINK,
        );
    } else if end <= early {
        add(
            "runtime-ends-soon",
            Severity::Note,
            format!("support of {runtime} ends on {end} (AWS's table, compared on {table})"),
            "plan the move to the next runtime",
            runtimes::LINK,
        );
    }
}

fn logging(function: &Function, add: &mut Add<'_>) {
    let settings = &function.settings;
    if let Some(level) = &settings.application_log_level
        && matches!(level.as_str(), "WARN" | "ERROR" | "FATAL")
    {
        add(
            "function-log-level",
            Severity::Warning,
            format!("only its lines of level {level} and above are kept: arrivals may not show"),
            "set ApplicationLogLevel to INFO",
            LOGGING,
        );
    }
    if let Some(level) = &settings.system_log_level
        && level == "WARN"
    {
        add(
            "function-system-log-level",
            Severity::Note,
            "the platform's start and report lines are not kept (system log level WARN)".into(),
            "set SystemLogLevel to INFO to see where each invocation ends",
            LOGGING,
        );
    }
}

fn health(function: &Function, add: &mut Add<'_>) {
    let Some(health) = function.health else {
        return;
    };
    if let Some(errors) = health.errors.filter(|errors| *errors > 0) {
        add(
            "function-errors",
            Severity::Warning,
            format!("failed invocations in the last day: {errors}"),
            "look at them: edactl logs --since 24h --grep 'ERROR|Task timed out'",
            METRICS,
        );
    }
    if let Some(throttles) = health.throttles.filter(|throttles| *throttles > 0) {
        add(
            "function-throttles",
            Severity::Warning,
            format!("throttled invocations in the last day: {throttles}"),
            "raise its concurrency, or limit the trigger with ScalingConfig.MaximumConcurrency",
            CONCURRENCY,
        );
    }
}

fn way_to_queue(facts: &Facts, findings: &mut Vec<Finding>) {
    let (Some(producer), Some(queue)) = (&facts.producer, &facts.queue) else {
        return;
    };
    let (name, arn) = (queue_name(&queue.facts.arn), queue.facts.arn.as_str());
    let suffix = format!("/{name}");
    let says = |value: &String| value == arn || value == name || value.ends_with(&suffix);
    let environment = &producer.settings.environment;
    // What cannot be read says nothing.
    if producer.settings.environment_error.is_none() && !environment.values().any(says) {
        findings.push(Finding {
            id: "producer-names-no-queue",
            severity: if environment.is_empty() {
                // It may carry the queue's name in its code.
                Severity::Note
            } else {
                Severity::Warning
            },
            resource: format!("function {}", producer.settings.name),
            evidence: format!("none of its environment variables names the queue {name}"),
            fix:
                "give it the queue's URL in a variable, or name the queue that it uses with --queue"
                    .into(),
            link: VARIABLES,
        });
    }
}
