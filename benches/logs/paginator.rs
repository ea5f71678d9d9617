//! What the comparison is with: the SDK's own paginator, printing the same lines, nothing else.

use std::io::{self, BufWriter, Write};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder as HttpClientBuilder;

use crate::events::{SPAN, START};

/// An SDK configuration for this endpoint, made as `edactl` makes its own.
pub async fn sdk(url: &str) -> SdkConfig {
    let credentials =
        aws_sdk_cloudwatchlogs::config::Credentials::new("key", "secret", None, None, "bench");
    aws_config::defaults(BehaviorVersion::latest())
        .empty_test_environment()
        .http_client(HttpClientBuilder::new().build_http())
        .credentials_provider(credentials)
        .region(Region::from_static("us-east-1"))
        .endpoint_url(url)
        .load()
        .await
}

/// Prints all events of the group.
pub async fn print(url: &str, group: &str) -> io::Result<()> {
    let mut stdout = BufWriter::with_capacity(128 * 1024, io::stdout().lock());
    let mut pages = aws_sdk_cloudwatchlogs::Client::new(&sdk(url).await)
        .filter_log_events()
        .log_group_name(group)
        .start_time(START)
        .end_time(START + SPAN)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        let page = page.map_err(io::Error::other)?;
        for event in page.events() {
            let message = event.message().unwrap_or_default();
            stdout.write_all(message.trim_end_matches(['\n', '\r']).as_bytes())?;
            stdout.write_all(b"\n")?;
        }
    }
    stdout.flush()
}
