//! What Lambda knows of the functions and of the trigger between queue and consumer.

use std::{collections::HashMap, time::Duration};

use aws_sdk_lambda::{
    operation::get_function_configuration::GetFunctionConfigurationOutput,
    types::{EnvironmentResponse, EventSourceMappingConfiguration, FilterCriteria, LoggingConfig},
};

use crate::{error::AwsError, session::Session};
use edactl_core::topology::function::{FunctionFacts, Trigger, default_log_group, function_name};

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

    /// Lambda's own words (`GetFunctionConfiguration`).
    pub(super) async fn configuration(
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

    /// The version that an alias of a function stands for.
    ///
    /// # Errors
    /// When Lambda refuses or does not know the alias.
    pub async fn version(&self, function: &str) -> Result<String, AwsError> {
        let answer = self.configuration(function).await?;
        Ok(answer.version().unwrap_or("$LATEST").to_owned())
    }

    /// Reads a function's configuration.
    ///
    /// # Errors
    /// When Lambda refuses or does not know the function.
    pub async fn facts(&self, function: &str) -> Result<FunctionFacts, AwsError> {
        let answer = self.configuration(function).await?;
        Ok(facts(
            answer
                .function_name()
                .unwrap_or_else(|| function_name(function)),
            answer.function_arn(),
            answer.logging_config(),
            answer
                .environment()
                .and_then(EnvironmentResponse::variables),
            answer.timeout(),
        ))
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
            all.push(facts(
                function.function_name().unwrap_or_default(),
                function.function_arn(),
                function.logging_config(),
                function
                    .environment()
                    .and_then(EnvironmentResponse::variables),
                function.timeout(),
            ));
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

fn facts(
    name: &str,
    arn: Option<&str>,
    logging: Option<&LoggingConfig>,
    environment: Option<&HashMap<String, String>>,
    timeout: Option<i32>,
) -> FunctionFacts {
    let seconds = timeout.and_then(|seconds| u64::try_from(seconds).ok());
    FunctionFacts {
        name: name.to_owned(),
        arn: arn.unwrap_or_default().to_owned(),
        log_group: logging
            .and_then(LoggingConfig::log_group)
            .map_or_else(|| default_log_group(name), str::to_owned),
        environment: environment
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        timeout: Duration::from_secs(seconds.unwrap_or(3)),
    }
}

fn trigger(mapping: &EventSourceMappingConfiguration) -> Trigger {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
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
        filters,
    }
}
