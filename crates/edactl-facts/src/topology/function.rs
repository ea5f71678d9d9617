//! What Lambda says of functions and of the event source mapping between queue and consumer.

use std::{collections::BTreeMap, time::Duration};

/// A function's configuration (Lambda `GetFunctionConfiguration`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FunctionFacts {
    /// The bare name.
    pub name: String,
    /// Its ARN, which names the account.
    pub arn: String,
    /// The ARN of the role that it runs as.
    pub role_arn: String,
    /// `Active`, `Pending`, `Inactive`, `Failed`, `Deactivated`, `ActiveNonInvocable`, …; empty
    /// where Lambda does not say.
    pub state: String,
    /// Why it is in that state (`StateReason`).
    pub state_reason: Option<String>,
    /// Why the last update failed, where it did.
    pub update_failure: Option<String>,
    /// Such as `python3.13`; `None` for container images.
    pub runtime: Option<String>,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// Whether X-Ray tracing is active.
    pub tracing: bool,
    /// The log group that it writes to.
    pub log_group: String,
    /// In which format Lambda writes its log.
    pub log_format: LoggingFormat,
    /// The lowest level of the application's lines that are kept, with JSON logs.
    pub application_log_level: Option<String>,
    /// The lowest level of the platform's lines that are kept, with JSON logs.
    pub system_log_level: Option<String>,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// Why the environment variables cannot be read, and the function not started with them
    /// (`Environment.Error`): a customer key that may not be used.
    pub environment_error: Option<String>,
    /// The ARN of the customer's key that encrypts them.
    pub kms_key: Option<String>,
}

impl FunctionFacts {
    /// Whether the log tells the status of every invocation: JSON format, system log level INFO
    /// (the default) or DEBUG. At WARN only failures are told.
    #[must_use]
    pub fn logs_each_status(&self) -> bool {
        let level = self.system_log_level.as_deref().unwrap_or("INFO");
        self.log_format == LoggingFormat::Json && matches!(level, "INFO" | "DEBUG")
    }
}

/// The format that a function's `LoggingConfig` names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LoggingFormat {
    /// Plain text, the default: a handler's error has no status.
    #[default]
    Text,
    /// One JSON object a line, `platform.*` for Lambda's own.
    Json,
}

/// An event source mapping (Lambda `ListEventSourceMappings`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trigger {
    /// Its id.
    pub uuid: String,
    /// The ARN of what it reads from.
    pub source_arn: String,
    /// The ARN of the function that it invokes.
    pub function_arn: String,
    /// `Enabled`, `Disabled`, `Enabling`, …
    pub state: String,
    /// Why it is in that state (`StateTransitionReason`).
    pub state_reason: Option<String>,
    /// The result of the last poll, such as `OK`, `No records processed`, `PROBLEM: …`.
    pub last_result: Option<String>,
    /// How many messages one invocation takes at most.
    pub batch_size: u32,
    /// How long it gathers messages before it invokes.
    pub window: Duration,
    /// How many invocations it makes at once at most, where it is limited.
    pub max_concurrency: Option<u32>,
    /// The patterns that a message must match to reach the function; none: all reach it.
    pub filters: Vec<String>,
    /// Why the filter cannot be read (`FilterCriteriaError`): a customer key that may not be used.
    pub filter_error: Option<String>,
    /// The ARN of the customer's key that encrypts the filters.
    pub kms_key: Option<String>,
    /// Whether the function may tell which messages of a batch failed
    /// (`FunctionResponseTypes: ReportBatchItemFailures`).
    pub partial_failures: bool,
    /// Whether it publishes EventCount metrics (`MetricsConfig`).
    pub counts_events: bool,
}

impl Trigger {
    /// Whether the trigger hands messages to the function, or is about to.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        matches!(
            self.state.as_str(),
            "Enabled" | "Enabling" | "Creating" | "Updating"
        )
    }

    /// The bare name of the function that it invokes.
    #[must_use]
    pub fn function_name(&self) -> &str {
        function_name(&self.function_arn)
    }
}

/// The triggers that invoke; only where none does, those that are switched off.
pub fn in_force(triggers: Vec<Trigger>) -> impl Iterator<Item = Trigger> {
    let any = triggers.iter().any(Trigger::is_enabled);
    triggers
        .into_iter()
        .filter(move |trigger| trigger.is_enabled() || !any)
}

/// The bare name in a function's name, ARN or partial ARN, without version or alias.
#[must_use]
pub fn function_name(reference: &str) -> &str {
    let mut parts = reference
        .split(':')
        .skip_while(|part| *part != "function")
        .skip(1);
    parts
        .next()
        .unwrap_or_else(|| reference.split(':').next().unwrap_or(reference))
}

/// The version or alias in a function's name, ARN or partial ARN, where it names one.
#[must_use]
pub fn qualifier(reference: &str) -> Option<&str> {
    let bare = reference.split(':').skip_while(|part| *part != "function");
    match bare.skip(1).nth(1) {
        Some(qualifier) => Some(qualifier),
        None if reference.contains(":function:") || reference.starts_with("function:") => None,
        None => reference.split(':').nth(1),
    }
}

/// The ARN of a function without version or alias.
#[must_use]
pub fn unqualified_arn(arn: &str) -> &str {
    // arn:aws:lambda:region:account:function:name:qualifier
    arn.match_indices(':')
        .nth(6)
        .map_or(arn, |(at, _)| &arn[..at])
}

/// Where a function logs that names no log group of its own.
#[must_use]
pub fn default_log_group(function: &str) -> String {
    format!("/aws/lambda/{function}")
}

/// A function's own metrics over a span of time. `None`: nothing was published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FunctionHealth {
    /// How many invocations failed.
    pub errors: Option<u64>,
    /// How many invocations were refused for want of concurrency.
    pub throttles: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_logs_at_info_tell_each_status() {
        let function = |log_format, level: Option<&str>| FunctionFacts {
            log_format,
            system_log_level: level.map(str::to_owned),
            ..FunctionFacts::default()
        };
        assert!(function(LoggingFormat::Json, None).logs_each_status());
        assert!(function(LoggingFormat::Json, Some("DEBUG")).logs_each_status());
        assert!(!function(LoggingFormat::Json, Some("WARN")).logs_each_status());
        assert!(!function(LoggingFormat::Text, None).logs_each_status());
    }

    #[test]
    fn a_function_is_named_in_many_ways() {
        for reference in [
            "orders",
            "orders:live",
            "arn:aws:lambda:eu-central-1:123456789012:function:orders",
            "arn:aws:lambda:eu-central-1:123456789012:function:orders:7",
            "123456789012:function:orders",
        ] {
            assert_eq!(function_name(reference), "orders", "{reference}");
        }
    }

    #[test]
    fn a_version_or_alias_is_found_in_each_of_them() {
        let arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders";
        for (reference, expected) in [
            ("orders", None),
            ("orders:live", Some("live")),
            (arn, None),
            ("123456789012:function:orders", None),
            ("123456789012:function:orders:$LATEST", Some("$LATEST")),
        ] {
            assert_eq!(qualifier(reference), expected, "{reference}");
        }
        let alias = format!("{arn}:live");
        assert_eq!(qualifier(&alias), Some("live"));
        assert_eq!(unqualified_arn(&alias), arn);
        assert_eq!(unqualified_arn(arn), arn);
    }

    #[test]
    fn triggers_that_are_switched_off_count_only_where_none_invokes() {
        let trigger = |state: &str| Trigger {
            state: state.to_owned(),
            ..Trigger::default()
        };
        for (states, expected) in [
            (vec![], vec![]),
            (vec!["Disabled", "Enabled"], vec!["Enabled"]),
            (vec!["Creating", "Updating"], vec!["Creating", "Updating"]),
            (vec!["Enabling", "Disabling"], vec!["Enabling"]),
            (vec!["Disabled", "Disabling"], vec!["Disabled", "Disabling"]),
        ] {
            let all = states.into_iter().map(trigger).collect();
            let found: Vec<String> = in_force(all).map(|trigger| trigger.state).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_function_has_a_bare_name_and_a_log_group_by_default() {
        let trigger = Trigger {
            function_arn: "arn:aws:lambda:eu-central-1:123456789012:function:orders:live".into(),
            ..Trigger::default()
        };
        assert_eq!(trigger.function_name(), "orders");
        assert_eq!(default_log_group("orders"), "/aws/lambda/orders");
    }
}
