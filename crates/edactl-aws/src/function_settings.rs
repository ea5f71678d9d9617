//! Functions and triggers as a check-up needs them (Lambda `GetFunctionConfiguration`,
//! `GetFunctionConcurrency`, `ListEventSourceMappings`; CloudWatch `GetMetricData`).

use std::time::Duration;

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use aws_sdk_lambda::types::{FilterCriteria, FunctionResponseType, ScalingConfig, State};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::{error::AwsError, functions::Functions, metrics::Metrics};
use edactl_core::topology::function::{
    FunctionHealth, FunctionSettings, TriggerSettings, default_log_group, function_name,
};

impl Functions {
    /// Reads a function's settings.
    ///
    /// # Errors
    /// When Lambda refuses or does not know the function.
    pub async fn settings(&self, function: &str) -> Result<FunctionSettings, AwsError> {
        let answer = self.configuration(function).await?;
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let name = answer
            .function_name()
            .unwrap_or_else(|| function_name(function))
            .to_owned();
        let logging = answer.logging_config();
        let json = logging
            .and_then(|logging| logging.log_format())
            .is_some_and(|format| format.as_str() == "JSON");
        let update_failed = answer
            .last_update_status()
            .is_some_and(|status| status.as_str() == "Failed");
        Ok(FunctionSettings {
            arn: text(answer.function_arn()),
            role_arn: text(answer.role()),
            state: text(answer.state().map(State::as_str)),
            state_reason: answer.state_reason().map(str::to_owned),
            update_failure: update_failed.then(|| text(answer.last_update_status_reason())),
            runtime: answer.runtime().map(|runtime| runtime.as_str().to_owned()),
            timeout: Duration::from_secs(
                answer
                    .timeout()
                    .and_then(|seconds| u64::try_from(seconds).ok())
                    .unwrap_or(3),
            ),
            tracing: answer
                .tracing_config()
                .and_then(|tracing| tracing.mode())
                .is_some_and(|mode| mode.as_str() == "Active"),
            log_group: logging
                .and_then(|logging| logging.log_group())
                .map_or_else(|| default_log_group(&name), str::to_owned),
            application_log_level: logging
                .filter(|_| json)
                .and_then(|logging| logging.application_log_level())
                .map(|level| level.as_str().to_owned()),
            system_log_level: logging
                .filter(|_| json)
                .and_then(|logging| logging.system_log_level())
                .map(|level| level.as_str().to_owned()),
            environment: answer
                .environment()
                .and_then(|environment| environment.variables())
                .map(|variables| variables.clone().into_iter().collect())
                .unwrap_or_default(),
            name,
        })
    }

    /// Whether the caller may invoke a function (`Invoke` with `DryRun`, which does not run it).
    ///
    /// # Errors
    /// When the caller may not, or Lambda refuses for another reason.
    pub async fn dry_run(&self, function: &str) -> Result<(), AwsError> {
        self.client
            .invoke()
            .function_name(function)
            .invocation_type(aws_sdk_lambda::types::InvocationType::DryRun)
            .send()
            .await
            .map(|_| ())
            .map_err(|error| AwsError::from_sdk("lambda:InvokeFunction", function, &error))
    }

    /// The settings of all triggers that read from a source.
    ///
    /// # Errors
    /// When Lambda refuses.
    pub async fn trigger_settings(
        &self,
        source_arn: &str,
    ) -> Result<Vec<TriggerSettings>, AwsError> {
        let mut mappings = self
            .client
            .list_event_source_mappings()
            .event_source_arn(source_arn)
            .into_paginator()
            .items()
            .send();
        let mut triggers = Vec::new();
        while let Some(mapping) = mappings.next().await {
            let mapping = mapping.map_err(|error| {
                AwsError::from_sdk("lambda:ListEventSourceMappings", source_arn, &error)
            })?;
            let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
            triggers.push(TriggerSettings {
                uuid: mapping.uuid().unwrap_or_default().to_owned(),
                function_arn: mapping.function_arn().unwrap_or_default().to_owned(),
                state: mapping.state().unwrap_or_default().to_owned(),
                state_reason: mapping.state_transition_reason().map(str::to_owned),
                last_result: mapping.last_processing_result().map(str::to_owned),
                batch_size: number(mapping.batch_size()).unwrap_or(10),
                window: Duration::from_secs(
                    number(mapping.maximum_batching_window_in_seconds())
                        .unwrap_or_default()
                        .into(),
                ),
                max_concurrency: number(
                    mapping
                        .scaling_config()
                        .and_then(ScalingConfig::maximum_concurrency),
                ),
                filters: mapping
                    .filter_criteria()
                    .map(FilterCriteria::filters)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(|filter| filter.pattern().map(str::to_owned))
                    .collect(),
                partial_failures: mapping
                    .function_response_types()
                    .contains(&FunctionResponseType::ReportBatchItemFailures),
            });
        }
        Ok(triggers)
    }
}

impl Metrics {
    /// A function's errors and throttles, summed by the hour over a span.
    ///
    /// # Errors
    /// When CloudWatch refuses.
    pub async fn function_health(
        &self,
        function: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<FunctionHealth, AwsError> {
        let hour = 3600;
        let query = |id: &str, metric: &str| {
            let dimension = Dimension::builder()
                .name("FunctionName")
                .value(function)
                .build();
            let metric = Metric::builder()
                .namespace("AWS/Lambda")
                .metric_name(metric)
                .dimensions(dimension)
                .build();
            let stat = MetricStat::builder()
                .metric(metric)
                .period(hour)
                .stat("Sum")
                .build();
            MetricDataQuery::builder().id(id).metric_stat(stat).build()
        };
        let aligned = |at: Timestamp| at.as_second().div_euclid(hour.into()) * i64::from(hour);
        let answer = self
            .client
            .get_metric_data()
            .start_time(DateTime::from_secs(aligned(from)))
            .end_time(DateTime::from_secs(aligned(until) + i64::from(hour)))
            .metric_data_queries(query("errors", "Errors"))
            .metric_data_queries(query("throttles", "Throttles"))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk("cloudwatch:GetMetricData", function, &error))?;
        let sum = |id: &str| {
            let results = answer.metric_data_results();
            let values = results
                .iter()
                .find(|result| result.id() == Some(id))?
                .values();
            (!values.is_empty()).then(|| super::metrics::count(values.iter().sum()))
        };
        Ok(FunctionHealth {
            errors: sum("errors"),
            throttles: sum("throttles"),
        })
    }
}
