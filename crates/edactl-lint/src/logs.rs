//! The log groups of both functions.

use crate::{Facts, Finding, Severity};

const RETENTION: &str = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html";
const CLASSES: &str =
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html";

pub(super) fn check(facts: &Facts, findings: &mut Vec<Finding>) {
    let mut seen = Vec::new();
    for function in [&facts.producer, &facts.consumer].into_iter().flatten() {
        let name = &function.settings.log_group;
        let Some(looked) = &function.log_group else {
            continue;
        };
        // Both functions may write to one group.
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let mut add = |id, severity, evidence: String, fix: &str, link| {
            findings.push(Finding {
                id,
                severity,
                resource: format!("log group {name}"),
                evidence,
                fix: fix.to_owned(),
                link,
            });
        };
        let Some(group) = looked else {
            add(
                "log-group-missing",
                Severity::Warning,
                format!(
                    "it does not exist: {} never ran, or may not write logs",
                    function.settings.name
                ),
                "make it, with a retention time, before the first invocation",
                RETENTION,
            );
            continue;
        };
        if group.class == "INFREQUENT_ACCESS" {
            add(
                "log-group-infrequent",
                Severity::Warning,
                "its class is INFREQUENT_ACCESS: only queries of Logs Insights read it, later than \
                 events are read elsewhere, and each is paid"
                    .into(),
                "for quick and cheap proofs name a group of class STANDARD in the function's \
                 LoggingConfig",
                CLASSES,
            );
        } else if group.class != "STANDARD" {
            add(
                "log-group-class",
                Severity::Error,
                format!(
                    "its class is {}: its events cannot be read or tailed live",
                    group.class
                ),
                "verify needs a group that it can read; name one of class STANDARD in the function's LoggingConfig",
                CLASSES,
            );
        }
        if group.retention_days.is_none() {
            add(
                "log-group-keeps-forever",
                Severity::Warning,
                "it keeps every event for ever, and each month costs".into(),
                "set a retention time, such as 30 days",
                RETENTION,
            );
        }
    }
}
