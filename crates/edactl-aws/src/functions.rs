//! What Lambda knows of the functions and of the trigger between queue and consumer.

use std::time::Duration;

use aws_sdk_lambda::{
    operation::get_function_configuration::GetFunctionConfigurationOutput,
    types::{
        EventSourceMappingConfiguration, EventSourceMappingMetric, EventSourceMappingMetricsConfig,
        FilterCriteria, FunctionConfiguration, FunctionResponseType, LastUpdateStatus, LogFormat,
        LoggingConfig, Runtime, ScalingConfig, State, TracingConfigResponse, TracingMode,
    },
};

use crate::{error::AwsError, session::Session};
use edactl_facts::topology::function::{
    FunctionFacts, LoggingFormat, Trigger, default_log_group, function_name,
};

/// Reads functions and event source mappings.
#[derive(Debug, Clone)]
pub struct Functions {
    pub(super) client: aws_sdk_lambda::Client,
}

impl Functions {
    /// A reader for this session.
    #[must_use]
    pub fn new(session: &Session) -> Self {
        let (sdk, listener) = session.parts();
        let mut config = aws_sdk_lambda::config::Builder::from(sdk);
        if let Some(listener) = listener {
            config = config.interceptor(listener.clone());
        }
        Self {
            client: aws_sdk_lambda::Client::from_conf(config.build()),
        }
    }

    /// Reads a function's configuration (`GetFunctionConfiguration`).
    ///
    /// # Errors
    /// When Lambda refuses or does not know the function.
    pub async fn facts(&self, function: &str) -> Result<FunctionFacts, AwsError> {
        let answer = self.configuration(function).await?;
        Ok(facts(&configuration(answer), function))
    }

    /// The version that an alias of a function stands for (`GetFunctionConfiguration`).
    ///
    /// # Errors
    /// When Lambda refuses or does not know the alias.
    pub async fn version(&self, function: &str) -> Result<String, AwsError> {
        let answer = self.configuration(function).await?;
        Ok(answer.version().unwrap_or("$LATEST").to_owned())
    }

    async fn configuration(
        &self,
        function: &str,
    ) -> Result<GetFunctionConfigurationOutput, AwsError> {
        self.client
            .get_function_configuration()
            .function_name(function)
            .send()
            .await
            .map_err(|error| {
                AwsError::from_sdk("lambda:GetFunctionConfiguration", function, &error)
            })
    }

    /// Every function of the account in this region.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub async fn all(&self) -> Result<Vec<FunctionFacts>, AwsError> {
        let mut pages = self.client.list_functions().into_paginator().items().send();
        let mut all = Vec::new();
        while let Some(function) = pages.next().await {
            let function = function.map_err(|error| {
                AwsError::from_sdk("lambda:ListFunctions", "the account", &error)
            })?;
            all.push(facts(&function, ""));
        }
        Ok(all)
    }

    /// The concurrency that is reserved for a function; `None`: none is.
    ///
    /// # Errors
    /// When Lambda refuses or does not know the function.
    pub async fn reserved_concurrency(&self, function: &str) -> Result<Option<u32>, AwsError> {
        let answer = self
            .client
            .get_function_concurrency()
            .function_name(function)
            .send()
            .await
            .map_err(|error| {
                AwsError::from_sdk("lambda:GetFunctionConcurrency", function, &error)
            })?;
        Ok(answer
            .reserved_concurrent_executions()
            .and_then(|reserved| u32::try_from(reserved).ok()))
    }

    /// The triggers that read from a source, or that invoke a function, or both.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub async fn triggers(
        &self,
        source_arn: Option<&str>,
        function: Option<&str>,
    ) -> Result<Vec<Trigger>, AwsError> {
        let resource = source_arn.or(function).unwrap_or("the account");
        let mut pages = self
            .client
            .list_event_source_mappings()
            .set_event_source_arn(source_arn.map(str::to_owned))
            .set_function_name(function.map(str::to_owned))
            .into_paginator()
            .items()
            .send();
        let mut triggers = Vec::new();
        while let Some(mapping) = pages.next().await {
            triggers.push(trigger(&mapping.map_err(|error| {
                AwsError::from_sdk("lambda:ListEventSourceMappings", resource, &error)
            })?));
        }
        Ok(triggers)
    }
}

/// `GetFunctionConfiguration` and `ListFunctions` answer with the same members in two types.
fn configuration(answer: GetFunctionConfigurationOutput) -> FunctionConfiguration {
    FunctionConfiguration::builder()
        .set_function_name(answer.function_name)
        .set_function_arn(answer.function_arn)
        .set_role(answer.role)
        .set_state(answer.state)
        .set_state_reason(answer.state_reason)
        .set_last_update_status(answer.last_update_status)
        .set_last_update_status_reason(answer.last_update_status_reason)
        .set_runtime(answer.runtime)
        .set_timeout(answer.timeout)
        .set_tracing_config(answer.tracing_config)
        .set_logging_config(answer.logging_config)
        .set_environment(answer.environment)
        .set_kms_key_arn(answer.kms_key_arn)
        .build()
}

fn facts(answer: &FunctionConfiguration, asked: &str) -> FunctionFacts {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let name = answer
        .function_name()
        .unwrap_or_else(|| function_name(asked));
    let logging = answer.logging_config();
    let is_json = logging.and_then(LoggingConfig::log_format) == Some(&LogFormat::Json);
    let levels = logging.filter(|_| is_json);
    let environment = answer.environment();
    let update_failed = answer.last_update_status() == Some(&LastUpdateStatus::Failed);
    let tracing = answer
        .tracing_config()
        .and_then(TracingConfigResponse::mode);
    FunctionFacts {
        name: name.to_owned(),
        arn: text(answer.function_arn()),
        role_arn: text(answer.role()),
        state: text(answer.state().map(State::as_str)),
        state_reason: answer.state_reason().map(str::to_owned),
        update_failure: update_failed.then(|| text(answer.last_update_status_reason())),
        runtime: answer.runtime().map(Runtime::as_str).map(str::to_owned),
        timeout: seconds(answer.timeout().or(Some(3))),
        tracing: tracing == Some(&TracingMode::Active),
        log_group: logging
            .and_then(LoggingConfig::log_group)
            .map_or_else(|| default_log_group(name), str::to_owned),
        log_format: if is_json {
            LoggingFormat::Json
        } else {
            LoggingFormat::Text
        },
        application_log_level: levels
            .and_then(LoggingConfig::application_log_level)
            .map(|level| level.as_str().to_owned()),
        system_log_level: levels
            .and_then(LoggingConfig::system_log_level)
            .map(|level| level.as_str().to_owned()),
        environment: environment
            .and_then(|environment| environment.variables())
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        environment_error: environment
            .and_then(|environment| environment.error())
            .map(|error| refusal(error.error_code(), error.message())),
        kms_key: key(answer.kms_key_arn()),
    }
}

fn trigger(mapping: &EventSourceMappingConfiguration) -> Trigger {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    let filters = mapping
        .filter_criteria()
        .map(FilterCriteria::filters)
        .unwrap_or_default()
        .iter()
        .filter_map(|filter| filter.pattern().map(str::to_owned))
        .collect();
    Trigger {
        uuid: text(mapping.uuid()),
        source_arn: text(mapping.event_source_arn()),
        function_arn: text(mapping.function_arn()),
        state: text(mapping.state()),
        state_reason: mapping.state_transition_reason().map(str::to_owned),
        last_result: mapping.last_processing_result().map(str::to_owned),
        batch_size: number(mapping.batch_size()).unwrap_or(10),
        window: seconds(mapping.maximum_batching_window_in_seconds()),
        max_concurrency: number(
            mapping
                .scaling_config()
                .and_then(ScalingConfig::maximum_concurrency),
        ),
        filters,
        filter_error: mapping
            .filter_criteria_error()
            .map(|error| refusal(error.error_code(), error.message())),
        kms_key: key(mapping.kms_key_arn()),
        partial_failures: mapping
            .function_response_types()
            .contains(&FunctionResponseType::ReportBatchItemFailures),
        counts_events: mapping
            .metrics_config()
            .map(EventSourceMappingMetricsConfig::metrics)
            .unwrap_or_default()
            .contains(&EventSourceMappingMetric::EventCount),
    }
}

fn seconds(value: Option<i32>) -> Duration {
    let seconds = value.and_then(|value| u64::try_from(value).ok());
    Duration::from_secs(seconds.unwrap_or_default())
}

fn key(arn: Option<&str>) -> Option<String> {
    arn.filter(|arn| !arn.is_empty()).map(str::to_owned)
}

/// An error that stands inside an answer.
fn refusal(code: Option<&str>, message: Option<&str>) -> String {
    let parts: Vec<_> = code.into_iter().chain(message).collect();
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::{
        EnvironmentError, EnvironmentResponse, FilterCriteriaError, SystemLogLevel,
    };
    use edactl_lint::runtimes;

    use super::*;

    #[test]
    fn what_stands_inside_an_answer_is_read() {
        let error = EnvironmentError::builder()
            .error_code("AccessDeniedException")
            .message("Lambda was unable to decrypt the environment variables")
            .build();
        let answer = FunctionConfiguration::builder()
            .function_name("f")
            .state(State::from("Deactivated"))
            .environment(EnvironmentResponse::builder().error(error).build())
            .kms_key_arn("arn:aws:kms:eu-central-1:123456789012:key/0a1b")
            .logging_config(
                LoggingConfig::builder()
                    .log_format(LogFormat::Json)
                    .system_log_level(SystemLogLevel::Warn)
                    .build(),
            )
            .build();
        let facts = facts(&answer, "");
        assert_eq!(
            facts.environment_error.as_deref(),
            Some("AccessDeniedException: Lambda was unable to decrypt the environment variables")
        );
        assert_eq!(facts.state, "Deactivated");
        assert!(!facts.logs_each_status());
        assert_eq!(facts.log_group, "/aws/lambda/f");
    }

    #[test]
    fn each_runtime_that_lambda_has_is_in_the_table_of_their_ends() {
        let unknown: Vec<_> = Runtime::values()
            .iter()
            .filter(|name| !runtimes::is_known(name))
            .collect();
        assert_eq!(unknown, Vec::<&&str>::new(), "compare the table again");
    }

    #[test]
    fn a_mapping_says_what_weighs_in_a_verdict() {
        let mapping = EventSourceMappingConfiguration::builder()
            .state("Enabled")
            .function_response_types(FunctionResponseType::ReportBatchItemFailures)
            .filter_criteria_error(FilterCriteriaError::builder().message("no key").build())
            .metrics_config(
                EventSourceMappingMetricsConfig::builder()
                    .metrics(EventSourceMappingMetric::EventCount)
                    .build(),
            )
            .last_processing_result("PROBLEM: Function call failed")
            .maximum_batching_window_in_seconds(5)
            .build();
        let read = trigger(&mapping);
        assert!(read.partial_failures && read.counts_events);
        assert_eq!(read.filter_error.as_deref(), Some("no key"));
        assert_eq!(
            read.last_result.as_deref(),
            Some("PROBLEM: Function call failed")
        );
        assert_eq!((read.batch_size, read.window.as_secs()), (10, 5));
        let plain = trigger(&EventSourceMappingConfiguration::builder().build());
        assert!(!plain.partial_failures && !plain.counts_events);
    }
}
