//! What CloudWatch Logs knows of a log group (`DescribeLogGroups`), and whether it may be read.

use crate::{error::AwsError, session::Session};
use edactl_facts::topology::log_group::LogGroupSettings;

/// Reads a log group; `None` where there is none of this name.
///
/// # Errors
/// When CloudWatch Logs refuses.
pub async fn settings(session: &Session, name: &str) -> Result<Option<LogGroupSettings>, AwsError> {
    let mut groups = client(session)
        .describe_log_groups()
        .log_group_name_prefix(name)
        .into_paginator()
        .items()
        .send();
    while let Some(group) = groups.next().await {
        let group =
            group.map_err(|error| AwsError::from_sdk("logs:DescribeLogGroups", name, &error))?;
        if group.log_group_name() == Some(name) {
            return Ok(Some(LogGroupSettings {
                name: name.to_owned(),
                retention_days: group
                    .retention_in_days()
                    .and_then(|days| u32::try_from(days).ok()),
                class: group
                    .log_group_class()
                    .map_or("STANDARD", |class| class.as_str())
                    .to_owned(),
            }));
        }
    }
    Ok(None)
}

/// The names of all log groups that begin so, in the order of their names.
///
/// # Errors
/// When CloudWatch Logs refuses.
pub async fn names(session: &Session, beginning: &str) -> Result<Vec<String>, AwsError> {
    let wanted = (!beginning.is_empty()).then(|| beginning.to_owned());
    let mut groups = client(session)
        .describe_log_groups()
        .set_log_group_name_prefix(wanted)
        .into_paginator()
        .items()
        .send();
    let mut names = Vec::new();
    while let Some(group) = groups.next().await {
        let group = group
            .map_err(|error| AwsError::from_sdk("logs:DescribeLogGroups", beginning, &error))?;
        names.extend(group.log_group_name().map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// Whether the caller may read a log group's events (`FilterLogEvents`, one event).
///
/// # Errors
/// When the caller may not, or CloudWatch Logs refuses for another reason.
pub async fn try_reading(session: &Session, name: &str) -> Result<(), AwsError> {
    client(session)
        .filter_log_events()
        .log_group_name(name)
        .limit(1)
        .send()
        .await
        .map(|_| ())
        .map_err(|error| AwsError::from_sdk("logs:FilterLogEvents", name, &error))
}

fn client(session: &Session) -> aws_sdk_cloudwatchlogs::Client {
    let (sdk, listener) = session.parts();
    let mut config = aws_sdk_cloudwatchlogs::config::Builder::from(sdk);
    if let Some(listener) = listener {
        config = config.interceptor(listener.clone());
    }
    aws_sdk_cloudwatchlogs::Client::from_conf(config.build())
}
